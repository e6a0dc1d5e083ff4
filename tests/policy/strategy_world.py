"""A strategy with prices and a rule of ability, and somebody who asks."""

from __future__ import annotations

from datetime import date
from functools import cache

from creditscore.policy.ability.assess import AbilityRule, Means
from creditscore.policy.pricing.caps import RateCap
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.table import PriceTable
from creditscore.policy.strategy.resolve import Asked, Resolved, Resolving
from creditscore.policy.strategy.strategy import Strategy

GRADES = {"A": 0.01, "B": 0.05, "C": 0.12, "D": 0.3}
DAYS = {3: 91, 6: 183, 12: 365, 24: 730, 36: 1096}


@cache
def prices(capped: bool = False) -> PriceTable:
    return PriceTable(
        LoanCosts(0.06, 0.02, 0.01, opening_cost_fixed=5.0), GRADES, {"unsecured": 0.6}, tuple(DAYS),
        (50.0, 500.0, 12_000.0), caps=(RateCap(0.24, "effective", "a cap"),) if capped else (),
        arms={"dear": 0.01},
    )  # fmt: skip


RULE = AbilityRule({1: 600.0, 2: 900.0, 4: 1300.0}, buffer=20.0)


def plan(**more) -> Strategy:
    return Strategy(
        **({"prices": prices(True), "ability": RULE, "loss_class": "unsecured", "step": 50.0} | more)
    )


def somebody(**more) -> Asked:
    given = {
        "subject": "person-1", "amount": 2000.0, "days": 365.0, "means": Means(3000.0, 0.0, 500.0),
        "columns": {}, "score": 600, "grade": "A", "start": date(2026, 12, 1), "cutoff": 560.0,
        "refer_below": None,
    }  # fmt: skip
    return Asked(**(given | more))


def resolved(strategy: Strategy, asked: Asked, **more) -> Resolved:
    return Resolving(strategy, asked).resolve(**({"fired": False, "doubtful": False, "unsaid": False} | more))
