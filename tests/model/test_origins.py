"""Blocks of time are judged by rows before them, never by the same moment, applicant or open outcome."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.model.origins import Origins, rolling_origins

DAY = 86_400_000_000


def divided(time: np.ndarray, bad: np.ndarray, who: np.ndarray | None = None, embargo: int = 0) -> Origins:
    found = rolling_origins(time, bad, np.arange(len(time)) if who is None else who, embargo=embargo)
    assert isinstance(found, Origins), found
    return found


def test_a_hundred_days_by_hand() -> None:
    days = np.repeat(np.arange(100), 40)
    shuffle = np.random.default_rng(0).permutation(4000)
    bad = np.tile([1.0, 0.0], 2000)[shuffle]
    found = divided(days[shuffle] * DAY, bad)
    assert found.starts == (40 * DAY, 55 * DAY, 70 * DAY, 85 * DAY)
    for (before, judged), first in zip(found.pairs(), (40, 55, 70, 85), strict=True):
        assert np.array_equal(before, np.flatnonzero(days[shuffle] < first))
        inside = (days[shuffle] >= first) & (days[shuffle] < first + 15)
        assert np.array_equal(judged, np.flatnonzero(inside))
    assert (
        str(found)
        == "4 later blocks, each by rows before it: 600 by 1600, 600 by 2200, 600 by 2800, 600 by 3400"
    )


def test_embargo_by_hand() -> None:
    days = np.repeat(np.arange(100), 40)
    found = divided(days * DAY, np.tile([1.0, 0.0], 2000), embargo=3 * DAY)
    # An outcome that is known at the very start of a block is in time.
    assert [days[before].max() for before, _ in found.pairs()] == [37, 52, 67, 82]


def test_whoever_is_judged_serves_nobody_before() -> None:
    days = np.repeat(np.arange(100), 40)
    who = np.tile(np.arange(2000), 2)  # everybody applied twice, fifty days apart
    found = divided(days * DAY, np.tile([1.0, 0.0], 2000), who)
    for before, judged in found.pairs():
        assert not set(who[before]) & set(who[judged])
        alone = np.setdiff1d(np.flatnonzero(days < days[judged].min()), before)
        assert set(who[alone]) <= set(who[judged])


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.integers(3, 60), st.integers(0, 5))
def test_no_moment_on_both_sides_and_no_outcome_across(seed: int, n_days: int, embargo: int) -> None:
    rng = np.random.default_rng(seed)
    time = rng.integers(0, n_days, 2500) * DAY
    bad = rng.integers(0, 2, 2500).astype(float)
    found = rolling_origins(time, bad, np.arange(2500), embargo=embargo * DAY)
    if isinstance(found, str):
        return
    judged = np.concatenate([rows for _, rows in found.pairs()])
    assert len(set(judged.tolist())) == len(judged)
    for (before, rows), start in zip(found.pairs(), found.starts, strict=True):
        assert time[before].max() < time[rows].min()
        assert time[before].max() + embargo * DAY <= start <= time[rows].min()


@pytest.mark.parametrize(
    ("time", "bad", "embargo", "reason"),
    [
        (np.arange(1999), np.tile([0.0, 1.0], 1000)[:1999], 0, "1999 rows, fewer than 2000"),
        (np.zeros(3000, dtype=np.int64), np.tile([0.0, 1.0], 1500), 0, "a single moment"),
        (np.arange(3000) * DAY, np.zeros(3000), 0, "0 bads and 1200 goods before block 1"),
        (np.arange(3000) * DAY, np.tile([0.0, 1.0], 1500), 1300 * DAY, "0 bads .* an embargo of 1300 days"),
        (np.repeat([0, 1], 1500) * DAY, np.tile([0.0, 1.0], 1500), 0, "0 bads and 0 goods"),
    ],
)
def test_why_not_in_time(time: np.ndarray, bad: np.ndarray, embargo: int, reason: str) -> None:
    found = rolling_origins(time, bad, np.arange(len(time)), embargo=embargo)
    assert isinstance(found, str)
    assert re.search(reason, found)
