"""A whole lender from one seed, with its truth kept apart."""

from __future__ import annotations

from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.generate import simulate_portfolio, simulate_with_truth
from creditscore.simulate.portfolio import Simulated
from creditscore.simulate.truth import Truth

__all__ = ["Simulated", "SimulationConfig", "Truth", "simulate_portfolio", "simulate_with_truth"]
