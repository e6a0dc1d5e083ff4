"""The shift of a level against bisection, and which months it rests on by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit

from creditscore.model.level import level_of, newest_months, newest_tenth


@given(st.integers(0, 10_000), st.floats(-6.0, 3.0), st.floats(0.1, 3.0), st.booleans())
def test_mean_probability_and_share_of_bads_agree(
    seed: int, centre: float, spread: float, weighted: bool
) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(centre, spread, 500)
    bad = np.r_[1.0, 0.0, (rng.random(498) < rng.random()).astype(float)]
    weight = rng.gamma(2.0, size=500) if weighted else np.ones(500)
    share = np.average(bad, weights=weight)
    by_bisection = brentq(lambda d: np.average(expit(z + d), weights=weight) - share, -40, 40, xtol=1e-13)
    assert level_of(z, bad, weight).shift == pytest.approx(by_bisection, abs=1e-8)


def test_the_standard_error_is_that_of_the_shift_over_drawn_outcomes() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(-2.0, 1.0, 2_000)
    drawn = [
        level_of(z, (rng.random(2_000) < expit(z + 0.4)).astype(float), np.ones(2_000)) for _ in range(400)
    ]
    shifts = np.array([one.shift for one in drawn])
    assert shifts.mean() == pytest.approx(0.4, abs=0.01)
    assert np.mean([one.error for one in drawn]) == pytest.approx(shifts.std(), rel=0.12)


def test_a_level_far_away_is_reached() -> None:
    bad = np.r_[np.ones(1), np.zeros(9_999)]
    assert level_of(np.full(10_000, 9.0), bad, np.ones(10_000)).shift == pytest.approx(-9.0 - np.log(9_999))


def test_as_many_of_the_newest_months_as_it_takes() -> None:
    month = np.repeat([5, 6, 7, 8], 300)
    bad = np.zeros(1_200)
    bad[300:380], bad[600:660], bad[900:950] = 1.0, 1.0, 1.0  # 0, 80, 60 and 50 bads
    newest = newest_months(month, bad)
    assert newest is not None
    assert set(month[newest]) == {7, 8}
    bad[900:950] = 0.0
    newest = newest_months(month, bad)
    assert newest is not None
    assert set(month[newest]) == {6, 7, 8}
    bad[600:660] = 0.0
    assert newest_months(month, bad) is None
    assert newest_months(month, 1.0 - bad) is None
    assert newest_months(np.empty(0, np.int64), np.empty(0)) is None


def test_the_newest_tenth_needs_bads_and_goods() -> None:
    time = np.arange(3_000)
    bad = (time % 3 == 0).astype(float)
    newest = newest_tenth(time, bad)
    assert newest is not None
    assert np.array_equal(np.flatnonzero(newest), np.arange(2_700, 3_000))
    assert newest_tenth(time[:2_900], bad[:2_900]) is None  # 97 bads
    assert newest_tenth(np.zeros(3_000, np.int64), bad) is None
