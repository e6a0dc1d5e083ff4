"""Loans before they are mature: worlds made month by month, in which the truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import creditscore as cs
from creditscore.errors import ParameterError

SHARES = (0.02, 0.06, 0.13, 0.21, 0.31, 0.41, 0.52, 0.62, 0.72, 0.82, 0.91, 1.0)
COURSE = cs.DefaultCourse(SHARES, 1000)
Loans = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]


def world(seed: int, months: int, a_month: int, ratio: float = 1.0, since: int = 0) -> Loans:
    """Loans that default month by month; after one calendar month, hazards are a ratio of what they were."""
    rng = np.random.default_rng(seed)
    entered = np.repeat(np.arange(months), a_month)
    chance = 1.0 / (1.0 + np.exp(-rng.normal(-2.44, 0.8, entered.size)))
    defaulted = np.full(entered.size, np.nan)
    for age in range(1, 13):
        share, before = SHARES[age - 1], SHARES[age - 2] if age > 1 else 0.0
        hazard = chance * (share - before) / (1.0 - chance * before)
        month = entered + age
        hits = rng.random(entered.size) < np.where(month > since, hazard * ratio, hazard)
        defaulted = np.where(hits & np.isnan(defaulted), month, defaulted)
    return chance, entered, defaulted


def test_hazards_give_back_the_probability() -> None:
    chance = np.array([0.01, 0.2, 0.7])
    survived = np.prod(1.0 - COURSE.hazards(chance), axis=1)
    np.testing.assert_allclose(1.0 - survived, chance, rtol=1e-12)
    by_month = 1.0 - np.cumprod(1.0 - COURSE.hazards(chance), axis=1)
    np.testing.assert_allclose(by_month, chance[:, None] * np.array(SHARES), rtol=1e-12)


def test_a_course_is_learned_from_months_on_book() -> None:
    month = np.repeat([1.0, 2.0, 12.0, np.nan], [10, 30, 60, 900])
    shares = cs.DefaultCourse.learned(month).shares
    assert shares[0] == 0.1
    assert shares[1] == shares[10] == 0.4
    assert shares[11] == 1.0


def test_what_is_expected_is_what_comes_where_nothing_changed() -> None:
    ratios, alarms = [], 0
    for seed in range(60):
        report = cs.follow_defaults(COURSE, *world(seed, 24, 300), now=24)
        ratios.append(report.ratio)
        alarms += report.verdict != "as_expected"
        at_risk = report.months[5].at_risk
        assert 0 < at_risk <= 6 * 300
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.02)
    assert alarms <= 6


def test_a_rise_is_seen_long_before_loans_are_mature() -> None:
    """Hazards up by a quarter from month 18 on, against the same evidence on mature loans alone."""
    lead = []
    for seed in range(25):
        chance, entered, defaulted = world(seed + 100, 48, 500, ratio=1.25, since=18)
        report = cs.follow_defaults(COURSE, chance, entered, defaulted, now=48)
        lead.append(mature_alone(chance, entered, defaulted) - (report.since or 60))
        assert report.verdict in {"worse", "as_expected"}
    assert np.median(lead) >= 3


def mature_alone(chance: Any, entered: Any, defaulted: Any) -> int:
    """The month in which outcomes of whole windows give the same evidence, a cohort a month."""
    ratios = np.array([1.1, 1.2, 1.5, 2.0])
    logs = np.full(4, -np.inf)
    for cohort in range(36):
        logs = np.logaddexp(logs, 0.0)
        mine = entered == cohort
        bad = defaulted[mine] - cohort <= 12
        null = np.clip(chance[mine] * 1.05, 0.0, 0.999)
        for position, ratio in enumerate(ratios):
            other = np.clip(null * ratio, 0.0, 0.999)
            logs[position] += np.where(bad, np.log(other / null), np.log1p(-other) - np.log1p(-null)).sum()
        if 0.8 * np.exp(logs).mean() / 24.0 >= 20.0:
            return cohort + 12
    return 60


def test_alarms_without_change_are_as_rare_as_stated_at_the_edge_of_what_is_tolerated() -> None:
    """Hazards at the tolerated ratio all along, where the bound is tightest; a level that would show."""
    alarms = 0
    for seed in range(200):
        loans = world(seed + 2_000, 25, 60, ratio=1.05)
        report = cs.follow_defaults(COURSE, *loans, now=24, level=0.5)
        alarms += report.verdict != "as_expected"
    # 100 of 200 are allowed; evidence jumps over the limit, so that far fewer come
    assert 2 <= alarms <= 100


def test_one_month_of_evidence_is_worked_out_by_hand() -> None:
    """A course of one month, so that all loans are at risk once, and two months of them."""
    course = cs.DefaultCourse((1.0,), 10)
    chance, entered = np.full(20, 0.1), np.repeat([0, 1], 10)
    defaulted = np.array([1.0] * 3 + [np.nan] * 7 + [2.0] * 2 + [np.nan] * 8)
    report = cs.follow_defaults(course, chance, entered, defaulted, now=2)

    def product(bads: int, ratio: float, null: float) -> float:
        one, other = 0.1 * ratio * null, 0.1 * null
        return (one / other) ** bads * ((1 - one) / (1 - other)) ** (10 - bads)

    def side(ratios: list[float], null: float) -> list[float]:
        first = [product(3, ratio, null) for ratio in ratios]
        second = [(one + 1.0) * product(2, ratio, null) for one, ratio in zip(first, ratios, strict=True)]
        return [float(np.mean(first)), float(np.mean(second))]

    rises = [1.1, 1.2, 1.5, 2.0]
    worse, better = side(rises, 1.05), side([1 / one for one in rises], 1 / 1.05)
    for month, up, down in zip(report.months, worse, better, strict=True):
        assert month.evidence == pytest.approx((0.8 * up + 0.2 * down) / 24, rel=1e-12)


def test_better_is_told_from_worse() -> None:
    report = cs.follow_defaults(COURSE, *world(7, 36, 800, ratio=0.6), now=36)
    assert report.verdict == "better"
    assert report.high < 1.0


def test_what_happens_later_changes_nothing() -> None:
    chance, entered, defaulted = world(8, 30, 200)
    known = np.where(defaulted <= 20, defaulted, np.nan)
    assert cs.follow_defaults(COURSE, chance, entered, defaulted, now=20) == cs.follow_defaults(
        COURSE, chance, entered, known, now=20
    )
    assert cs.nowcast(COURSE, chance, entered, defaulted, now=20) == cs.nowcast(
        COURSE, chance, entered, known, now=20
    )


def test_nine_in_ten_nowcasts_hold_from_the_third_month_on() -> None:
    covered, looks = 0, 0
    for seed in range(100):
        ratio = (0.8, 1.0, 1.25, 1.6)[seed % 4]
        chance, entered, defaulted = world(seed + 500, 36, 300, ratio=ratio, since=12)
        for age in (3, 6, 9):
            cohort = 27 - age
            found = cs.nowcast(COURSE, chance, entered, defaulted, now=27, cohort=[cohort])
            truth = float((defaulted[entered == cohort] - cohort <= 12).mean())
            covered += found.low <= truth <= found.high
            looks += 1
            assert found.defaults / found.loans <= found.low <= found.rate <= found.high
    # 300 looks of 90 %, three a world: within four standard errors.
    assert 0.82 <= covered / looks <= 0.97


def test_a_report_reads_well_and_is_plain_data() -> None:
    report = cs.follow_defaults(COURSE, *world(9, 12, 100), now=12, last=3)
    assert len(report.months) == 3
    assert "defaults to expected" in str(report)
    assert report.to_dict()["months"][0]["month"] == 10
    assert "by the end of the window" in str(cs.nowcast(COURSE, *world(9, 12, 100), now=12))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"probability": [0.0, 0.1]}, "within 0 and 1"),
        ({"probability": [0.1]}, "one length"),
        ({"entered": [0.5, 1.0]}, "whole months"),
        ({"defaulted": [0.0, np.nan]}, "later than"),
        ({"now": 0}, "now"),
        ({"defaulted": ["x", "y"]}, "numbers"),
        ({"probability": ["x", "y"]}, "numbers"),
        ({"level": 0.0}, "level"),
        ({"tolerated": 0.9}, "tolerated"),
        ({"horizon": 0}, "horizon"),
        ({"horizon": 2.5}, "horizon"),
        ({"last": 0}, "last"),
        ({"last": 1.5}, "last"),
        ({"defaulted": [2.5, np.nan]}, "whole months"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {
        "probability": [0.1, 0.1],
        "entered": [0, 1],
        "defaulted": [3.0, np.nan],
        "now": 5,
    }
    with pytest.raises(ParameterError, match=said):
        cs.follow_defaults(COURSE, **(given | change))
    for wrong in ([], [np.nan], [0.0], [13.0], [1.5], ["a"], None):
        with pytest.raises(ParameterError):
            cs.DefaultCourse.learned(wrong)
    for months in (0, 2.5, "a", True):
        with pytest.raises(ParameterError, match="months"):
            cs.DefaultCourse.learned([1.0], months=months)
    with pytest.raises(ParameterError):
        cs.DefaultCourse((0.5, 0.2, 1.0), 5)
