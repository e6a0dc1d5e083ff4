"""A small made-up lender in which some people have two ids."""

from __future__ import annotations

import pytest

import creditscore as cs
from creditscore.simulate.portfolio import Simulated


@pytest.fixture(scope="session")
def made() -> Simulated:
    return cs.simulate.simulate_portfolio(cs.simulate.SimulationConfig(people=120, second_ids=0.2), seed=5)


@pytest.fixture(scope="session")
def portfolio(made: Simulated) -> cs.Portfolio:
    return made.portfolio()


@pytest.fixture(scope="session")
def somebody(portfolio: cs.Portfolio) -> int:
    """A person of two ids."""
    return int(portfolio.joined()["person"].iloc[0])
