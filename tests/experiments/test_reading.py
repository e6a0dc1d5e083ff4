"""A test that is looked at every day: false alarms, how soon it is over, and what may not decide."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.experiments.reading import TestReading

PLAN = cs.plan_test(0.30, 0.20)


def made(seed: int, first: float, second: float, days: int, a_day: int = 8) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    count = days * a_day
    arm = np.where(rng.random(count) < 0.5, "champion", "challenger")
    bad = (rng.random(count) < np.where(arm == "champion", first, second)).astype(float)
    entered = np.repeat(np.arange(days), a_day)
    return {"arm": arm, "bad": bad, "entered": entered, "due": entered + 60}


def daily(given: dict[str, Any], days: int, step: int = 1) -> list[TestReading]:
    return [cs.read_test(PLAN, **given, now=day) for day in range(60, 60 + days, step)]


def test_the_last_look_is_all_looks_together() -> None:
    given = made(1, 0.30, 0.15, 100)
    looks = daily(given, 100, 5)
    largest = [look.evidence for look in looks]
    assert largest == sorted(largest)
    decided = [look.decided_after for look in looks if look.verdict != "go_on"]
    assert len(set(decided)) == 1
    assert looks[-1].verdict == "other_is_lower"


def alarms(first: float, tests: int, seed: int) -> tuple[int, int]:
    false, missed = 0, 0
    for number in range(tests):
        reading = cs.read_test(PLAN, **made(seed + number, first, first, 120), now=10_000)
        false += reading.verdict != "go_on"
        missed += not reading.low <= 0.0 <= reading.high
    return false, missed


def test_false_alarms_are_as_rare_as_promised_however_often_one_looks() -> None:
    """A verdict at any daily look is one at the last look, so one reading stands for all days."""
    false, missed = alarms(0.25, 200, 0)
    # At most 5 %: 19 or more of 200 would have a chance below one in a thousand.
    assert false <= 18
    assert missed <= 18


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_false_alarms_in_two_thousand_tests(share: float) -> None:
    false, missed = alarms(share, 2_000, 10_000)
    assert false <= 100
    assert missed <= 100


def test_it_is_over_sooner_than_the_fixed_design() -> None:
    took = []
    for seed in range(150):
        reading = cs.read_test(PLAN, **made(seed, 0.30, 0.20, 250), now=10_000)
        took.append(reading.decided_after or np.inf)
        assert reading.verdict in {"go_on", "other_is_lower"}
    assert np.median(took) <= 0.85 * PLAN.per_arm


def test_outcomes_that_are_known_early_do_not_count() -> None:
    given = made(2, 0.3, 0.2, 100)
    full = cs.read_test(PLAN, **given, now=90)
    later = given["due"] > 90
    unknown = dict(given, bad=np.where(later, np.nan, given["bad"]))
    early = dict(given, bad=np.where(later, np.where(given["bad"] == 1.0, 1.0, np.nan), given["bad"]))
    assert cs.read_test(PLAN, **unknown, now=90) == full
    assert cs.read_test(PLAN, **early, now=90) == full


def test_the_order_of_rows_does_not_matter() -> None:
    given = made(3, 0.3, 0.2, 60)
    given["entered"] = given["entered"] + np.arange(480) / 1000
    given["due"] = given["entered"] + 60
    shuffled = np.random.default_rng(0).permutation(480)
    assert cs.read_test(
        PLAN, **{name: part[shuffled] for name, part in given.items()}, now=500
    ) == cs.read_test(PLAN, **given, now=500)


def test_times_may_be_moments() -> None:
    given = made(4, 0.3, 0.2, 60)
    day = np.datetime64("2026-01-01") + given["entered"].astype("timedelta64[D]")
    moments = dict(given, entered=day, due=day + np.timedelta64(60, "D"))
    assert cs.read_test(PLAN, **moments, now=np.datetime64("2026-12-01")) == cs.read_test(
        PLAN, **given, now=900
    )


def test_arms_of_unequal_size_go_in_unequal_blocks() -> None:
    rng = np.random.default_rng(6)
    arm = np.where(rng.random(6000) < 0.8, "a", "b")
    bad = (rng.random(6000) < np.where(arm == "a", 0.3, 0.18)).astype(float)
    day = np.arange(6000)
    read = cs.read_test(PLAN, arm, bad, day, day, 10_000, arms=("a", "b"), per_block=(4, 1))
    assert read.verdict == "other_is_lower"
    assert read.blocks == min((arm == "a").sum() // 4, (arm == "b").sum())
    assert read.low <= -0.12 <= read.high


def test_a_test_without_a_block_says_so() -> None:
    read = cs.read_test(PLAN, ["champion"], [0.0], [0], [1], 5)
    assert (read.blocks, read.verdict, read.evidence) == (0, "go_on", 1.0)
    assert read.to_dict()["difference"] is None
    assert "go on" in str(read)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arm": ["champion", "other"]}, "one of"),
        ({"bad": [0.0, np.nan]}, "due and missing"),
        ({"bad": [0.0, 2.0]}, "0, 1 or NaN"),
        ({"bad": [0.0]}, "one length"),
        ({"due": [5, -1]}, "before its application"),
        ({"entered": [np.nan, 0]}, "never missing"),
        ({"due": [1, np.nan]}, "never missing"),
        ({"now": np.nan}, "never missing"),
        ({"now": None}, "never missing"),
        ({"arms": ("champion", "champion")}, "differ"),
        ({"per_block": (0, 1)}, "per_block"),
        ({"per_block": (1.0, 1)}, "per_block"),
    ],
)
def test_what_would_let_outcomes_decide_who_counts_is_refused(change: dict[str, Any], said: str) -> None:
    given = {"arm": ["champion", "challenger"], "bad": [0.0, 1.0], "entered": [0, 0], "due": [1, 1], "now": 5}
    with pytest.raises(ParameterError, match=said):
        cs.read_test(PLAN, **(given | change))  # type: ignore[arg-type]
