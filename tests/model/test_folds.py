"""Folds never part a moment, never part an applicant, and keep outcomes from overlapping."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import FittingError, ParameterError
from creditscore.model.folds import (
    LEFT_OUT,
    Folds,
    checked_groups,
    checked_time,
    deal,
    hash_folds,
    time_folds,
    with_stop,
)  # fmt: skip

DAY = 86_400_000_000


def divided(time: np.ndarray, bad: np.ndarray, embargo: int = 0) -> Folds:
    folds = time_folds(time, bad, embargo=embargo)
    assert isinstance(folds, Folds), folds
    return folds


def test_a_hundred_days_by_hand() -> None:
    days = np.repeat(np.arange(100), 40)
    bad = np.tile([1.0, 0.0], 2000)
    shuffle = np.random.default_rng(0).permutation(4000)
    folds = divided(days[shuffle] * DAY, bad[shuffle])
    assert folds.starts == (60 * DAY, 70 * DAY, 85 * DAY)
    assert dict(folds.sizes) == {"train": 2400, "stop": 400, "calibrate": 600, "report": 600, "left_out": 0}
    expected = np.digitize(days[shuffle], [60, 70, 85])
    assert np.array_equal(folds.number, expected)


def test_embargo_by_hand() -> None:
    days = np.repeat(np.arange(100), 40)
    folds = divided(days * DAY, np.tile([1.0, 0.0], 2000), embargo=3 * DAY)
    left_out = {58, 59, 68, 69, 83, 84}  # an outcome known at the very start of the next fold is in time
    assert set(days[folds.number == LEFT_OUT]) == left_out
    assert folds.n_left_out == 40 * len(left_out) == folds.sizes["left_out"]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.integers(3, 60), st.integers(0, 5))
def test_no_moment_in_two_folds_and_no_outcome_across(seed: int, n_days: int, embargo: int) -> None:
    rng = np.random.default_rng(seed)
    time = rng.integers(0, n_days, 2500) * DAY
    folds = time_folds(time, rng.integers(0, 2, 2500).astype(float), embargo=embargo * DAY)
    if isinstance(folds, str):
        return
    for part in range(3):
        earlier, later = time[folds.number == part], time[folds.number == part + 1]
        assert earlier.max() < later.min()
        assert earlier.max() + embargo * DAY <= folds.starts[part] <= later.min()


@pytest.mark.parametrize(
    ("time", "bad", "embargo", "reason"),
    [
        (np.arange(1999), np.tile([0.0, 1.0], 1000)[:1999], 0, "1999 rows, fewer than 2000"),
        (np.zeros(3000, dtype=np.int64), np.tile([0.0, 1.0], 1500), 0, "a single moment"),
        (np.arange(3000) * DAY, np.zeros(3000), 0, "the train fold would hold 0 bads and 1800 goods"),
        (np.arange(3000) * DAY, np.tile([0.0, 1.0], 1500), 300 * DAY, "stop fold .* an embargo of 300 days"),
        (np.repeat([0, 1], 1500) * DAY, np.tile([0.0, 1.0], 1500), 0, "would hold 0 bads and 0 goods"),
    ],
)
def test_why_not_by_time(time: np.ndarray, bad: np.ndarray, embargo: int, reason: str) -> None:
    found = time_folds(time, bad, embargo=embargo)
    assert isinstance(found, str)
    assert re.search(reason, found)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.integers(8, 80), st.integers(2, 6))
def test_an_applicant_is_never_parted(seed: int, n_groups: int, n_parts: int) -> None:
    rng = np.random.default_rng(seed)
    who = rng.integers(0, n_groups, 400)
    bad = (rng.random(400) < 0.3).astype(float)
    folds = hash_folds(who, bad, n_parts=n_parts, seed=seed, reason="test")
    for group in np.unique(who):
        assert np.unique(folds.number[who == group]).size == 1
    for fit_rows, report_rows in folds.pairs():
        assert not set(who[fit_rows]) & set(who[report_rows])
        assert len(fit_rows) + len(report_rows) == 400
        grow, stop = with_stop(fit_rows, who, bad, seed=seed)
        assert not set(who[grow]) & set(who[stop])
        assert sorted([*grow, *stop]) == fit_rows.tolist()


def test_parts_do_not_depend_on_the_order_of_rows_or_the_kind_of_id() -> None:
    rng = np.random.default_rng(0)
    who = rng.integers(0, 300, 1000)
    bad = (rng.random(1000) < 0.2).astype(float)
    first = deal(who, bad, n_parts=5, salt="part 0")
    order = rng.permutation(1000)
    assert np.array_equal(deal(who[order], bad[order], n_parts=5, salt="part 0"), first[order])
    assert np.array_equal(deal(who.astype(str).tolist(), bad, n_parts=5, salt="part 0"), first)
    assert not np.array_equal(deal(who, bad, n_parts=5, salt="part 1"), first)


def test_parts_are_of_one_size_and_share_of_bads() -> None:
    bad = np.repeat([1.0, 0.0], [50, 950])
    folds = hash_folds(np.arange(1000), bad, n_parts=5, seed=0, reason="test")
    assert np.bincount(folds.number).tolist() == [200] * 5
    assert np.bincount(folds.number, weights=bad).tolist() == [10] * 5


def test_the_hash_is_the_same_everywhere() -> None:
    bad = np.tile([0.0, 1.0], 5)
    assert deal(np.arange(10), bad, n_parts=5, salt="part 0").tolist() == [3, 4, 2, 3, 0, 0, 1, 2, 4, 1]


def test_too_few_applicants_is_an_error_that_counts_them() -> None:
    with pytest.raises(FittingError, match=r"4 rows of 3 applicants, 1 bad\. Give more rows"):
        hash_folds(["a", "a", "b", "c"], np.array([0.0, 0, 0, 1]), n_parts=5, seed=0, reason="test")


def test_folds_say_what_they_are() -> None:
    folds = hash_folds(range(20), np.tile([0.0, 1.0], 10), n_parts=2, seed=0, reason="one moment")
    assert str(folds) == "hash folds (one moment): part 1 10, part 2 10, left_out 0"


def test_times_and_groups_are_checked() -> None:
    dates = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]")
    assert checked_time(dates, 2).tolist() == [18262 * DAY, 18263 * DAY]
    with pytest.raises(ParameterError, match=r"'time' parameter must be of shape \(3,\)"):
        checked_time(dates, 3)
    with pytest.raises(ParameterError, match="1 rows of 'time' are missing"):
        checked_time(np.array(["2020-01-01", "NaT"], dtype="datetime64[us]"), 2)
    with pytest.raises(ParameterError, match="whole microseconds"):
        checked_time([0.5, 1.5], 2)
    with pytest.raises(ParameterError, match="'groups' parameter must be of shape"):
        checked_groups(["a"], 2)
