"""Whole points against the definition of the largest remainder, and sums that never drift."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ParameterError
from creditscore.explain.contributions import Contributions
from creditscore.explain.points import integer_points
from creditscore.model.scale import ScoreScale

finite = st.floats(-400.0, 900.0, allow_nan=False).map(lambda value: round(value, 6))


def by_definition(points: list[float], total: int) -> list[int]:
    """Hamilton's method in exact arithmetic."""
    exact = [Fraction(value) for value in points]
    whole = [floor(value) for value in exact]
    order = sorted(range(len(points)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return whole


@settings(max_examples=60, deadline=None)
@given(points=st.lists(finite, min_size=1, max_size=30))
def test_whole_points_sum_to_the_rounded_score(points: list[float]) -> None:
    total = round(sum(map(Fraction, points)))  # half to even, as Python rounds fractions
    whole = integer_points(np.array(points), total)
    assert whole.sum() == total
    assert (np.abs(whole - np.array(points)) < 1).all()
    assert (whole[np.array(points) == 0] == 0).all()


@settings(max_examples=60, deadline=None)
@given(quarters=st.lists(st.integers(-1600, 3600), min_size=1, max_size=30))
def test_whole_points_are_those_of_the_definition(quarters: list[int]) -> None:
    """Quarters are exact in binary, so that many fractions tie."""
    points = [value / 4 for value in quarters]
    total = round(Fraction(sum(quarters), 4))
    assert integer_points(np.array(points), total).tolist() == by_definition(points, total)


def test_ties_go_to_the_earlier_line() -> None:
    assert integer_points(np.array([0.5, 0.5, 0.5, 0.5]), 2).tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("points", "total", "message"),
    [
        (np.array([1.2, 3.4]), 9, "'total' parameter must be the rounded sum"),
        (np.array([1.2, np.nan]), 1, "'points' parameter must be a vector of finite numbers"),
        (np.array([[1.2]]), 1, "'points' parameter must be a vector of finite numbers"),
    ],
)
def test_what_cannot_be_rounded_is_refused(points: np.ndarray, total: int, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        integer_points(points, total)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    spread=st.sampled_from([0.01, 0.3, 5.0]),
    scale=st.sampled_from([ScoreScale(), ScoreScale(minimum=550, maximum=560), ScoreScale(0, 1, 500, 0, 9)]),
)
def test_lines_of_explained_scores_add_up(seed: int, spread: float, scale: ScoreScale) -> None:
    rng = np.random.default_rng(seed)
    values = spread * rng.normal(size=(5, 40)) * (rng.random((5, 40)) < 0.5)
    base = float(rng.normal())
    explained = Contributions(
        values, base, values.sum(axis=1) + base, tuple(f"f{i}" for i in range(40)),
        np.zeros_like(values), range(5), ("",) * 40,
    )  # fmt: skip
    exact = scale.points(explained.log_odds)
    assert np.abs(explained.points(scale).sum(axis=1) + explained.base_points(scale) - exact).max() < 1e-9
    whole = explained.integer_points(scale)
    assert np.array_equal(whole.features.sum(axis=1) + whole.base, np.rint(exact).astype(int))
    assert np.array_equal(whole.unclamped + whole.clamping, scale.score(explained.log_odds))
    assert np.array_equal(
        whole.clamping == 0, (exact >= scale.minimum - 0.5) & (exact <= scale.maximum + 0.5)
    )
    assert repr(whole) == f"IntegerPoints(5 applications, {np.count_nonzero(whole.clamping)} clamped)"
