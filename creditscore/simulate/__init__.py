"""A whole lender from one seed, and a shop that sells on invoice, each with its truth kept apart."""

from __future__ import annotations

from creditscore.simulate.config import SimulationConfig
from creditscore.simulate.generate import simulate_portfolio, simulate_with_truth
from creditscore.simulate.lines import IncomeFalls, LendingTerms, LineRun, MonthsAhead
from creditscore.simulate.portfolio import Simulated
from creditscore.simulate.shop import Orders, OrdersTruth, simulate_orders, simulate_orders_with_truth
from creditscore.simulate.truth import Truth

__all__ = [
    "IncomeFalls",
    "LendingTerms",
    "LineRun",
    "MonthsAhead",
    "Orders",
    "OrdersTruth",
    "Simulated",
    "SimulationConfig",
    "Truth",
    "simulate_orders",
    "simulate_orders_with_truth",
    "simulate_portfolio",
    "simulate_with_truth",
]
