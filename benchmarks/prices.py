"""Time prices: a million loans by the price table at once, and one at a time.

``python benchmarks/prices.py``
"""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter, thread_time

import numpy as np

from creditscore.model.scale import MasterScale
from creditscore.policy.ability.assess import AbilityRule, Means
from creditscore.policy.pricing.caps import RateCap
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.offer import make_offer
from creditscore.policy.pricing.rate import LoanValue
from creditscore.policy.pricing.repayment import LoanTerms
from creditscore.policy.pricing.table import PriceInputs, PriceTable
from creditscore.policy.strategy.resolve import Asked, Resolving
from creditscore.policy.strategy.strategy import Strategy

LOANS = 1_000_000
SINGLY = 20_000
PEOPLE = 1_500
DAY = date(2026, 12, 1)


def main() -> None:
    """Print how long prices take."""
    scale = MasterScale()
    costs = LoanCosts(0.06, 0.02, 0.01, opening_cost_fixed=5.0)
    grades = dict(zip(scale.labels, scale.middles, strict=True))
    classes = {"unsecured": 0.6, "guaranteed": 0.4, "secured": 0.2}
    started = perf_counter()
    table = PriceTable(costs, grades, classes, (3, 6, 12, 24, 36, 60), (100.0, 500.0, 2_000.0, 10_000.0))
    print(f"table of {table.rates.size} prices: {1000 * (perf_counter() - started):.0f} ms")
    drawn = np.random.default_rng(1)
    names = drawn.choice(scale.labels, LOANS), drawn.choice(list(classes), LOANS)
    payments, amounts = drawn.choice(table.payments, LOANS), drawn.uniform(100, 10_000, LOANS)
    started = perf_counter()
    table.rates_of(*names, payments, amounts)
    print(f"{LOANS:,} loans at once: {perf_counter() - started:.2f} s")
    asked = [
        PriceInputs(str(names[0][i]), str(names[1][i]), LoanTerms(float(amounts[i]), int(payments[i])))
        for i in range(SINGLY)
    ]
    started = perf_counter()
    for inputs in asked:
        table.rate(inputs)
    print(f"one at a time: {SINGLY / (perf_counter() - started):,.0f} a second")
    started = perf_counter()
    for inputs in asked[:2000]:
        LoanValue(inputs.terms, costs, grades[inputs.grade], 0.6).fair_rate()
    print(f"solved one at a time: {2000 / (perf_counter() - started):,.0f} a second")
    started = perf_counter()
    for inputs in asked[:500]:
        make_offer(table, inputs, DAY)
    print(f"whole offers with yearly rate: {500 / (perf_counter() - started):,.0f} a second")
    print_counter_offers(costs)


def print_counter_offers(costs: LoanCosts) -> None:
    """Print what finding what could be paid instead takes, rates capped by law; by processor time."""
    grades = {"A": 0.01, "B": 0.05, "C": 0.12, "D": 0.3}
    lists = (
        ((3, 6, 12, 24, 36), (50.0, 500.0, 12_000.0)),
        ((6, 12, 24, 36, 48, 60), (100.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0)),
        (tuple(range(3, 61, 3)), (100.0, 250.0, 500.0, 1e3, 2e3, 3e3, 5e3, 7_500.0, 1e4, 2e4)),
    )
    for payments, amounts in lists:
        cap = (RateCap(0.24, "effective", "a cap"),)
        table = PriceTable(costs, grades, {"unsecured": 0.6}, payments, amounts, caps=cap)
        plan = Strategy(prices=table, ability=AbilityRule({1: 600.0}), loss_class="unsecured", step=50.0)
        took = np.array([_counter_offers_took(plan, seed) for seed in range(-1, PEOPLE)][1:])
        middle, high = np.percentile(took, [50, 99])
        print(
            f"counter-offers, {len(payments)} terms x {len(amounts) - 1} ranges, capped: {middle:.2f} ms, "
            f"99 of 100 within {high:.2f} ms, at most {took.max():.2f} ms of processor"
        )


def _counter_offers_took(plan: Strategy, seed: int) -> float:
    """Milliseconds of processor for one applicant of many kinds, with up to 40 days on which debts end."""
    drawn = np.random.default_rng(abs(seed))
    income, essentials, debts = drawn.uniform([700, 200, 0], [3_000, 900, 1_200])
    count = int(drawn.choice([0, 3, 12, 40]))
    days = [DAY + timedelta(days=int(one)) for one in drawn.integers(1, 900, count)]
    means = Means(income, debts, essentials, 1, tuple(sorted((day, debts / count) for day in days)))
    amount = float(drawn.integers(500, int(plan.prices.amounts[-1])))
    asked = Asked(
        subject="one", amount=amount, days=float(drawn.choice([183, 365, 730])), means=means, columns={},
        score=600, grade=str(drawn.choice(list("ABCD"))), start=DAY, cutoff=560.0, refer_below=None,
    )  # fmt: skip
    found = Resolving(plan, asked)
    began = thread_time()
    found.resolve(fired=False, doubtful=False, unsaid=False)
    return 1000 * (thread_time() - began)


if __name__ == "__main__":
    main()
