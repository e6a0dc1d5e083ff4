"""One small world for all tests of the generator."""

from __future__ import annotations

import pytest

from creditscore.simulate import SimulationConfig, simulate_with_truth


@pytest.fixture(scope="session")
def small() -> SimulationConfig:
    return SimulationConfig(people=1_500, late_arrivals=0.03, reversals=0.01, duplicates=0.02, rings=3)


@pytest.fixture(scope="session")
def world(small):
    return simulate_with_truth(small, seed=11)


@pytest.fixture(scope="session")
def made(world):
    return world[0]


@pytest.fixture(scope="session")
def truth(world):
    return world[1]


@pytest.fixture(scope="session")
def portfolio(made):
    return made.portfolio()
