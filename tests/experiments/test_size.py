"""The size of a test: against every outcome of two binomials, written once more with scipy's own test."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import stats

import creditscore as cs
from creditscore.errors import ArtefactError, ParameterError
from creditscore.experiments.size import exact_power


@pytest.mark.parametrize(
    ("size", "base", "other", "level"), [(12, 0.5, 0.1, 0.05), (25, 0.3, 0.1, 0.1), (9, 0.4, 0.6, 0.2)]
)
def test_power_is_the_sum_over_all_outcomes(size: int, base: float, other: float, level: float) -> None:
    found = sum(
        stats.binom.pmf(x, size, base) * stats.binom.pmf(y, size, other)
        for x, y in itertools.product(range(size + 1), repeat=2)
        if stats.fisher_exact([[x, size - x], [y, size - y]])[1] <= level * (1 + 1e-9)
    )
    assert exact_power(size, base, other, level) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize(("base", "other"), [(0.10, 0.06), (0.30, 0.20), (0.5, 0.7)])
def test_a_plan_is_the_smallest_that_suffices_from_there_on(base: float, other: float) -> None:
    plan = cs.plan_test(base, other)
    assert exact_power(plan.per_arm, base, other) >= 0.8
    assert (
        exact_power(plan.per_arm - 1, base, other) < 0.8 or exact_power(plan.per_arm - 2, base, other) < 0.8
    )
    for size in np.linspace(plan.per_arm, 1.25 * plan.per_arm, 7).astype(int).tolist():
        assert exact_power(size, base, other) >= 0.8
    mean = (base + other) / 2
    usual = 2 * mean * (1 - mean) * ((1.959964 + 0.841621) / (base - other)) ** 2
    assert usual < plan.per_arm < 1.15 * usual + 20


def test_a_plan_says_how_long_it_takes_and_comes_back() -> None:
    plan = cs.plan_test(0.30, 0.20)
    assert plan.days(10, window_days=90) == pytest.approx(plan.per_arm / 5 + 90)
    assert plan.days(10, share=0.1) == pytest.approx(plan.per_arm)
    assert cs.TestPlan.from_dict(plan.to_dict()) == plan
    for change in ({"per_arm": 5}, {"schema": "x"}, {"base": None}, {"power": 2.0}):
        with pytest.raises((ArtefactError, ParameterError)):
            cs.TestPlan.from_dict({**plan.to_dict(), **change})
    for wrong in (
        {"per_day": "5"},
        {"per_day": 0},
        {"per_day": 5, "share": 0.6},
        {"per_day": 5, "window_days": -1},
    ):
        with pytest.raises(ParameterError):
            plan.days(**wrong)


@pytest.mark.parametrize(
    "given",
    [
        {"base": 0.0}, {"base": 1.0}, {"other": float("nan")}, {"other": 0.1}, {"level": 0.0}, {"level": 0.6},
        {"power": 1.0}, {"power": 0.04}, {"base": 0.1, "other": 0.1001},
        {"base": "0.1"}, {"other": None}, {"level": True},
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        cs.plan_test(**({"base": 0.1, "other": 0.06} | given))
