"""Time prices: a million loans by the price table at once, and one at a time.

``python benchmarks/prices.py``
"""

from __future__ import annotations

from datetime import date
from time import perf_counter

import numpy as np

from creditscore.model.scale import MasterScale
from creditscore.policy.ability.assess import AbilityRule, Means
from creditscore.policy.ability.counter import counter_offers
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.offer import make_offer
from creditscore.policy.pricing.rate import LoanValue
from creditscore.policy.pricing.repayment import LoanTerms
from creditscore.policy.pricing.table import PriceInputs, PriceTable

LOANS = 1_000_000
SINGLY = 20_000


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
        make_offer(table, inputs, date(2026, 12, 1))
    print(f"whole offers with yearly rate: {500 / (perf_counter() - started):,.0f} a second")
    print_counter_offers(table)


def print_counter_offers(table: PriceTable) -> None:
    """Print how long it takes to find what could be paid instead, on a grid of steps of 10."""
    rule, means, asked = AbilityRule({1: 600.0}), Means(1500.0, 200.0, 500.0), LoanTerms(10_000.0, 12)
    took = []
    for _ in range(200):
        started = perf_counter()
        counter_offers(
            means, asked, lambda terms: table.rate(PriceInputs("12", "unsecured", terms)), rule,
            payments=table.payments, least_amount=100.0, step=10.0, bounds=table.amounts,
        )  # fmt: skip
        took.append(1000 * (perf_counter() - started))
    print(f"counter-offers: {np.median(took):.2f} ms, at most {max(took):.2f} ms")


if __name__ == "__main__":
    main()
