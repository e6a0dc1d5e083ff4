"""Parts never divide an applicant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore._ground.groups import checked_groups
from creditscore.errors import FittingError, ParameterError
from creditscore.model.folds import checked_time, deal, hash_folds

DAY = 86_400_000_000


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.integers(8, 80), st.integers(2, 6))
def test_an_applicant_is_never_parted(seed: int, n_groups: int, n_parts: int) -> None:
    rng = np.random.default_rng(seed)
    who = rng.integers(0, n_groups, 400)
    bad = (rng.random(400) < 0.3).astype(float)
    folds = hash_folds(who, bad, n_parts=n_parts, seed=seed)
    for group in np.unique(who):
        assert np.unique(folds.number[who == group]).size == 1
    for fit_rows, report_rows in folds.pairs():
        assert not set(who[fit_rows]) & set(who[report_rows])
        assert len(fit_rows) + len(report_rows) == 400


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
    folds = hash_folds(np.arange(1000), bad, n_parts=5, seed=0)
    assert np.bincount(folds.number).tolist() == [200] * 5
    assert np.bincount(folds.number, weights=bad).tolist() == [10] * 5


def test_the_hash_is_the_same_everywhere() -> None:
    bad = np.tile([0.0, 1.0], 5)
    assert deal(np.arange(10), bad, n_parts=5, salt="part 0").tolist() == [3, 4, 2, 3, 0, 0, 1, 2, 4, 1]


def test_too_few_applicants_is_an_error_that_counts_them() -> None:
    with pytest.raises(FittingError, match=r"4 rows of 3 applicants, 1 bad\. Give more rows"):
        hash_folds(["a", "a", "b", "c"], np.array([0.0, 0, 0, 1]), n_parts=5, seed=0)


def test_folds_say_what_they_are() -> None:
    folds = hash_folds(range(20), np.tile([0.0, 1.0], 10), n_parts=2, seed=0)
    assert str(folds) == "parts of applicants: part 1 10, part 2 10, left_out 0"


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
