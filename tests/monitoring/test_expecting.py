"""Performance that is expected before maturity: worlds whose probabilities and lines are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize

import creditscore as cs
from creditscore.errors import ParameterError
from creditscore.monitoring.course import Loans
from creditscore.monitoring.expecting import _Months
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
    line, spread = _Months.of(COURSE, Loans.of(COURSE, chance, entered, defaulted, now), recent).line()
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
