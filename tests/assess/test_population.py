"""Population stability against sums by hand, and thresholds that say pass or fail."""

from __future__ import annotations

import math

import numpy as np
import pytest

from creditscore.assess.population import stability_index
from creditscore.assess.thresholds import thresholds_of


def by_hand(before: list[float], after: list[float], edges: list[float]) -> float:
    """Bins up to each edge, one above the last, one of what is missing; half an application added to each."""

    def shares(values: list[float]) -> list[float]:
        known = [value for value in values if value == value]
        low = [-math.inf, *edges]
        counts = [
            sum(a < value <= b for value in known) for a, b in zip(low, [*edges, math.inf], strict=True)
        ]
        whole = [count + 0.5 for count in [*counts, len(values) - len(known)]]
        return [count / sum(whole) for count in whole]

    return sum((b - a) * math.log(b / a) for a, b in zip(shares(before), shares(after), strict=True))


def test_the_index_is_the_sum_by_hand() -> None:
    before = [float(number) for number in range(1, 101)]
    edges = [float(10 * number) for number in range(1, 10)]
    for after in (before, [number + 30.0 for number in before], [1.0] * 50, [math.nan] * 20 + before):
        expected = by_hand(before, after, edges)
        assert stability_index(np.array(before), np.array(after)) == pytest.approx(expected, abs=1e-12)
    assert stability_index(np.array(before), np.array(before)) == 0.0


def test_what_goes_missing_is_a_shift() -> None:
    values = np.random.default_rng(0).normal(size=2_000)
    gone = values.copy()
    gone[:800] = np.nan
    assert stability_index(values, values[::2]) < 0.01
    assert stability_index(values, gone) > 0.25
    assert stability_index(np.full(200, np.nan), np.full(100, np.nan)) < 0.01
    assert stability_index(np.full(200, np.nan), values) > 0.25


def test_the_index_of_two_samples_of_one_population_is_small_and_of_a_shift_large() -> None:
    """For normal distributions a standard deviation apart, the sum tends to 1 (Jeffreys' divergence)."""
    random = np.random.default_rng(1)
    one, other = random.normal(size=20_000), random.normal(size=20_000)
    assert stability_index(one, other) < 0.01
    assert 0.85 < stability_index(one, other + 1.0) < 1.0


@pytest.mark.parametrize(
    ("section", "name", "passed"),
    [
        ({"quality": {"additivity": 1e-10, "identical": True}}, "additivity", True),
        ({"quality": {"additivity": 1e-8, "identical": True}}, "additivity", False),
        ({"quality": {"additivity": 0.0, "identical": False}}, "identical", False),
        ({"dictionary": {"signs": {"violations": 1}}}, "signs", False),
        ({"leakage": [{"passed": True}, {"passed": False}]}, "leakage", False),
        ({"stability": {"of_three": 2.1}}, "of_three", True),
        ({"stability": {"of_three": 1.9}}, "of_three", False),
        ({"population": {"score": {"index": 0.3}, "features": []}}, "score_shift", False),
        ({"population": {"score": {"index": 0.0}, "features": [{"index": 0.2}]}}, "feature_shift", True),
        ({"gaming": {"effects": [{"highest": 3.0}, {"highest": 11.0}]}}, "gaming", False),
    ],
)
def test_thresholds_say_pass_or_fail(section, name, passed) -> None:
    assert {one.name: one.passed for one in thresholds_of(section)}[name] is passed


def test_figures_of_training_rows_judge_nothing() -> None:
    slope = {"figures": {"calibration_slope": {"value": 1.0}}}
    steep = {"figures": {"calibration_slope": {"value": 1.5}}}
    seen = {"performance": {"basis": "training", "overall": slope}}
    assert thresholds_of(seen) == ()
    assert [one.passed for one in thresholds_of(seen | {"kept": steep})] == [False]
    assert [one.passed for one in thresholds_of({"performance": {"basis": "other", "overall": slope}})] == [
        True
    ]
