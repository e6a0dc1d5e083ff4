"""Performance that is expected before maturity: worlds whose probabilities and lines are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.monitoring.course import Loans
from creditscore.monitoring.expecting import _Lines, _Months
from creditscore.validation import auc
from tests.monitoring.test_maturing import COURSE, SHARES


def world(seed: int, intercept: float, slope: float, a_month: int = 800, months: int = 15) -> tuple[Any, ...]:
    """Loans whose log-odds are a line of what was said of them."""
    rng = np.random.default_rng(seed)
    entered = np.repeat(np.arange(months), a_month)
    said = rng.normal(-2.4, 1.0, entered.size)
    bad = rng.random(entered.size) < 1 / (1 + np.exp(-intercept - slope * said))
    month = rng.choice(np.arange(1, 13), entered.size, p=np.diff([0.0, *SHARES]))
    return 1 / (1 + np.exp(-said)), entered, np.where(bad, entered + month, np.nan)


def test_the_line_is_the_likeliest_of_what_was_seen() -> None:
    chance, entered, defaulted = world(3, -0.5, 0.6, a_month=60)
    now, recent = 10, 4
    loans = Loans.of(COURSE, chance, entered, defaulted, now)
    line, spread, _ = _Months.of(COURSE, loans, now - recent, now).line()
    shares = [0.0, *SHARES]

    def lost(at: Any) -> float:
        total = at[0] ** 2 / 0.25 + (at[1] - 1.0) ** 2 / 0.25  # a standard deviation of a half each
        for p, began, fell in zip(chance, entered, defaulted, strict=True):
            odds = at[0] + at[1] * np.log(p / (1 - p))
            p_now = 1 / (1 + np.exp(-odds))
            for month in range(max(now - recent, began) + 1, min(now, began + 12) + 1):
                if fell < month:
                    break
                age = month - began
                hazard = p_now * (shares[age] - shares[age - 1]) / (1 - p_now * shares[age - 1])
                total -= 2 * np.log(hazard if fell == month else 1 - hazard)
        return total / 2

    best = optimize.minimize(lost, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9})
    np.testing.assert_allclose(line, best.x, atol=1e-5)
    # the curvature of the likelihood itself, by differences; the expected one is near it
    step, curve = 1e-3, np.empty((2, 2))
    for one in range(2):
        for other in range(2):
            corners = [
                lost(line + step * (np.eye(2)[one] * a + np.eye(2)[other] * b)) * a * b
                for a in (-1, 1)
                for b in (-1, 1)
            ]
            curve[one, other] = sum(corners) / (4 * step**2)
    np.testing.assert_allclose(np.sqrt(np.diag(spread)), np.sqrt(np.diag(np.linalg.inv(curve))), rtol=0.15)


def changed_in(seed: int, change: int, a_month: int, months: int) -> tuple[Any, ...]:
    """Loans whose hazards follow other chances from a calendar month on, for all at risk."""
    rng = np.random.default_rng([seed, change])
    entered = np.repeat(np.arange(months), a_month)
    said = rng.normal(-2.4, 1.0, entered.size)
    before, after = (1 / (1 + np.exp(-line)) for line in (said, -2.0 + 0.3 * (said + 2.4)))
    month = entered[:, None] + np.arange(1, 13)
    hazards = [COURSE.hazards(one) for one in (after, before)]
    fell = rng.random(month.shape) < np.where(month > change, *hazards)
    return before, entered, np.where(fell.any(axis=1), entered + 1.0 + fell.argmax(axis=1), np.nan)


def test_months_since_which_a_line_may_hold_are_weighed_by_their_evidence() -> None:
    now, recent = 12, 3
    chance, entered, defaulted = changed_in(2, change=10, a_month=120, months=13)
    loans = Loans.of(COURSE, chance, entered, defaulted, now)
    found = _Lines.of(COURSE, loans, recent)
    grid = np.stack(np.meshgrid(np.linspace(-2, 3, 61), np.linspace(-0.6, 2.4, 61))).reshape(2, -1)
    prior = np.exp(-2.0 * (grid[0] ** 2 + (grid[1] - 1.0) ** 2))  # a standard deviation of a half each

    def evidence(start: int, end: int) -> float:
        """The likelihood of some months, summed over a grid of lines month by month."""
        total = np.zeros(grid.shape[1])
        for p, began, fell in zip(chance, entered, defaulted, strict=True):
            p_now = 1 / (1 + np.exp(-(grid[0] + grid[1] * np.log(p / (1 - p)))))
            last = min(end, began + 12) if np.isnan(fell) else min(end, int(fell))
            for month in range(max(start, began) + 1, last + 1):
                age = month - began
                done = SHARES[age - 2] if age > 1 else 0.0
                hazard = p_now * (SHARES[age - 1] - done) / (1 - p_now * done)
                total += np.log(hazard if fell == month else 1 - hazard)
        return float(np.log((np.exp(total - total.max()) * prior).sum() / prior.sum()) + total.max())

    start = now - recent
    logs = [np.log(0.5) + evidence(start, now)] + [
        np.log(0.25) + evidence(start, since) + evidence(since, now) for since in (start + 1, start + 2)
    ]
    np.testing.assert_allclose(found.weights, np.exp(logs) / np.exp(logs).sum(), atol=0.02)
    assert found.weights.min() > 0.05  # so little rules none out: all three are compared


def test_months_from_before_the_first_loan_say_nothing_of_a_change() -> None:
    chance, entered, defaulted = changed_in(2, change=3, a_month=300, months=5)
    found = [
        cs.expected_performance(COURSE, chance, entered, defaulted, now=5, cohort=[4], recent=recent)
        for recent in (5, 6, 10**9)
    ]
    assert str(found[0]) == str(found[1]) == str(found[2])


def test_a_line_that_changed_of_late_is_told_from_the_months_before() -> None:
    held, missed, decided = 0, [], []
    for seed in range(30):
        chance, entered, defaulted = changed_in(seed, change=15, a_month=600, months=30)
        found = cs.expected_performance(COURSE, chance, entered, defaulted, now=19, cohort=[16])
        mine = entered == 16
        true = auc(~np.isnan(defaulted[mine]), chance[mine])
        held += found.figures["auc"].low <= true <= found.figures["auc"].high
        missed.append(abs(found.figures["auc"].value - true))
        decided.append(abs(found.as_decided["auc"] - true))
    assert held >= 24  # 90 % meant, of 30
    assert np.mean(missed) < 0.3 * np.mean(decided)


def test_intervals_hold_what_comes_where_the_score_fades_and_where_it_does_not() -> None:
    held, looks, ours, decided = 0, 0, [], []
    for seed in range(40):
        line = (0.0, 1.0) if seed % 2 else (-1.0, 0.4)
        chance, entered, defaulted = world(seed, *line)
        found = cs.expected_performance(COURSE, chance, entered, defaulted, now=12, cohort=[9])
        mine = entered == 9
        true = auc(~np.isnan(defaulted[mine]), chance[mine])
        held += found.figures["auc"].low <= true <= found.figures["auc"].high
        held += found.figures["bad_rate"].low <= (~np.isnan(defaulted[mine])).mean() <= (
            found.figures["bad_rate"].high
        )
        looks += 2
        if not seed % 2:
            ours.append(abs(found.figures["auc"].value - true))
            decided.append(abs(found.as_decided["auc"] - true))
    assert 0.8 <= held / looks <= 1.0
    assert np.mean(ours) < 0.5 * np.mean(decided)


def test_where_all_is_known_it_is_what_was_found() -> None:
    chance, entered, defaulted = world(5, 0.0, 1.0, a_month=300)
    found = cs.expected_performance(COURSE, chance, entered, defaulted, now=14, cohort=[0, 1])
    mine = entered < 2
    bad = (~np.isnan(defaulted[mine])).astype(float)
    assert found.defaults == bad.sum()
    for name, true in (
        ("auc", auc(bad, chance[mine])),
        ("brier", ((chance[mine] - bad) ** 2).mean()),
        ("bad_rate", bad.mean()),
    ):
        figure = found.figures[name]
        assert figure.value == pytest.approx(true, rel=1e-12)
        assert figure.low == pytest.approx(figure.high, rel=1e-12) == pytest.approx(true, rel=1e-12)


def test_what_happens_later_changes_nothing_and_it_reads_well() -> None:
    chance, entered, defaulted = world(8, 0.2, 0.9, a_month=100)
    known = np.where(defaulted <= 9, defaulted, np.nan)
    given = COURSE, chance, entered
    one, other = (cs.expected_performance(*given, part, now=9) for part in (defaulted, known))
    assert one == other
    assert "as decided" in str(one)
    assert set(one.to_dict()["figures"]) == {"auc", "brier", "bad_rate"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recent": 0}, "recent"),
        ({"recent": True}, "recent"),
        ({"seed": -1}, "seed"),
        ({"level": 1.0}, "level"),
        ({"cohort": [40]}, "cohort"),
        ({"cohort": [0, 40]}, "cohort"),
        ({"cohort": [0, 0.5]}, "cohort"),
        ({"defaulted": [2.5, np.nan]}, "whole months"),
        ({"probability": [0.1]}, "one length"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], said: str) -> None:
    given: dict[str, Any] = {
        "probability": [0.1, 0.1], "entered": [0, 1], "defaulted": [3.0, np.nan], "now": 5,
    }  # fmt: skip
    with pytest.raises(ParameterError, match=said):
        cs.expected_performance(COURSE, **(given | change))


def test_a_cohort_that_defaulted_whole_has_no_order_to_be_found() -> None:
    found = cs.expected_performance(COURSE, [0.1, 0.2], [0, 0], [3.0, 4.0], 5)
    area = found.figures["auc"]
    assert np.isnan([area.value, area.low, area.high]).all()
    assert found.figures["bad_rate"].value == 1.0
