"""The chosen cut-off against every cut-off there is; capital against the published tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.policy.capital import retail_capital
from creditscore.policy.cutoffs import (
    CutoffLimits,
    best_cutoff,
    best_cutoff_interval,
    break_even_probability,
    cutoff_declining,
)
from creditscore.validation import LossShares, Resampling, maximum_profit, strategy_curve


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_the_best_cutoff_within_limits_by_trying_each(seed):
    random = np.random.default_rng(seed)
    n = 30
    scores, bad = random.integers(0, 15, n), random.integers(0, 2, n)
    gain, loss = random.random(n), random.random(n) * 4
    groups = random.choice(["a", "b"], n)
    curve = strategy_curve(scores, bad, profit_if_good=gain, loss_if_bad=loss, capital=0.1, groups=groups)
    most, least, ratio = random.random() * 0.6, random.random() * 0.5, random.random()
    limits = CutoffLimits(most_bad_rate=most, least_approval=least, least_impact_ratio=ratio)
    found = {}
    for cutoff in np.unique(scores):
        chosen = scores >= cutoff
        shares = [chosen[groups == name].mean() for name in ("a", "b") if (groups == name).any()]
        air = min(shares) / max(shares) if len(shares) == 2 else np.nan
        if bad[chosen].mean() <= most and chosen.mean() >= least and air >= ratio:
            profit = (gain * (1 - bad) - loss * bad)[chosen].sum()
            found[cutoff] = {
                "profit": profit, "approval": chosen.mean(), "bad_rate": -bad[chosen].mean(),
                "return_on_capital": profit / (0.1 * chosen.sum()),
            }  # fmt: skip
    for goal in ("profit", "approval", "bad_rate", "return_on_capital"):
        if not found:
            with pytest.raises(FittingError):
                best_cutoff(curve, goal, limits)
            continue
        best = max(one[goal] for one in found.values())
        expected = min(cutoff for cutoff, one in found.items() if one[goal] >= best - 1e-12)
        assert best_cutoff(curve, goal, limits).cutoff == expected


def test_with_equal_stakes_the_best_cutoff_is_that_of_break_even():
    random = np.random.default_rng(0)
    pd = np.sort(random.random(500))
    curve = strategy_curve(-pd, pd, profit_if_good=1.0, loss_if_bad=4.0)
    threshold = float(break_even_probability(1.0, 4.0))
    assert threshold == 0.2
    assert -best_cutoff(curve).cutoff == pd[pd <= threshold].max()


def test_the_profit_score_of_own_stakes_beats_the_probability():
    random = np.random.default_rng(1)
    pd, gain, loss = random.random((3, 400))
    margin = break_even_probability(gain, loss) - pd
    alone = best_cutoff(strategy_curve(-pd, pd, profit_if_good=gain, loss_if_bad=loss)).profit
    own = strategy_curve(margin, pd, profit_if_good=gain, loss_if_bad=loss)
    assert own.at(0.0).profit == pytest.approx(np.maximum(gain * (1 - pd) - loss * pd, 0).sum())
    assert own.at(0.0).profit > alone


def test_an_impossible_limit_is_named():
    curve = strategy_curve([1, 2, 3], [1, 1, 1])
    with pytest.raises(FittingError, match="'most_bad_rate'"):
        best_cutoff(curve, "approval", CutoffLimits(most_bad_rate=0.5, least_approval=0.1))
    spread = strategy_curve([1, 2, 3], [1, 1, 0])
    with pytest.raises(FittingError, match="at once"):
        best_cutoff(spread, "approval", CutoffLimits(most_bad_rate=0.2, least_approval=0.9))


def test_nobody_is_approved_where_that_loses_least():
    assert best_cutoff(strategy_curve([1, 2], [1, 1])).cutoff == np.inf


def test_a_goal_that_is_not_known_anywhere_is_said():
    with pytest.raises(FittingError, match="return_on_capital"):
        best_cutoff(strategy_curve([1, 2], [0, 1]), "return_on_capital")
    with pytest.raises(NameUnknownError):
        best_cutoff(strategy_curve([1, 2], [0, 1]), "wealth")


@pytest.mark.parametrize("wrong", [{"most_bad_rate": 2}, {"least_approval": -1}, {"most_loss": np.nan}])
def test_limits_that_cannot_be_are_refused(wrong):
    with pytest.raises(ParameterError):
        CutoffLimits(**wrong)


def test_the_choice_has_an_interval_that_narrows_with_rows():
    random = np.random.default_rng(2)
    widths = []
    for n in (300, 4_800):
        pd = random.beta(1, 5, n)
        bad = (random.random(n) < pd).astype(float)
        chosen = best_cutoff_interval(
            lambda weight, pd=pd, bad=bad: strategy_curve(-pd, bad, loss_if_bad=4.0, sample_weight=weight),
            n, resampling=Resampling(resamples=60),
        )  # fmt: skip
        assert all(one.low <= one.value <= one.high for one in chosen)
        widths.append(chosen[3].high / n - chosen[3].low / n)
    assert widths[1] < widths[0] / 2


def test_the_share_that_maximum_profit_declines_becomes_a_cutoff():
    random = np.random.default_rng(4)
    pd = random.beta(1, 4, 2_000)
    bad = random.random(2_000) < pd
    found = maximum_profit(bad, pd, shares=LossShares(0.0, 1.0, 0.3))
    curve = strategy_curve(-pd, bad, profit_if_good=0.3)
    best = best_cutoff(curve)
    cutoff = cutoff_declining(-pd, found.declined)
    assert curve.at(cutoff).approval == pytest.approx(1 - found.declined)
    assert curve.at(cutoff).profit == pytest.approx(best.profit)
    everyone = curve.at(-2.0).profit
    assert (best.profit - everyone) / 2_000 == pytest.approx(found.profit)


def test_a_share_below_that_without_a_score_takes_every_score():
    assert cutoff_declining([np.nan, 2, 3], 0.1) == 2
    assert cutoff_declining([1, 2, 3], 1.0) == np.inf


# Basel Committee (June 2006), International convergence of capital measurement and capital standards,
# annex 5: risk weights in percent by kind and loss given default. Some were printed one apart in the last
# digit: 21.08 stands for 21.0855.
PUBLISHED = {
    0.0005: (6.23, 3.46, 6.63, 12.52, 1.51, 2.86),
    0.001: (10.69, 5.94, 11.16, 21.08, 2.71, 5.12),
    0.0025: (21.30, 11.83, 21.15, 39.96, 5.76, 10.88),
    0.004: (29.94, 16.64, 28.42, 53.69, 8.41, 15.88),
    0.005: (35.08, 19.49, 32.36, 61.13, 10.04, 18.97),
    0.0075: (46.46, 25.81, 40.10, 75.74, 13.80, 26.06),
    0.01: (56.40, 31.33, 45.77, 86.46, 17.22, 32.53),
    0.013: (67.00, 37.22, 50.80, 95.95, 21.02, 39.70),
    0.015: (73.45, 40.80, 53.37, 100.81, 23.40, 44.19),
    0.02: (87.94, 48.85, 57.99, 109.53, 28.92, 54.63),
    0.025: (100.64, 55.91, 60.90, 115.03, 33.98, 64.18),
}


@pytest.mark.parametrize("pd", PUBLISHED)
def test_capital_as_published(pd):
    kinds = [("mortgage", 0.45), ("mortgage", 0.25), ("other", 0.45), ("other", 0.85), ("revolving", 0.45),
             ("revolving", 0.85)]  # fmt: skip
    found = [float(1250 * retail_capital(pd, lgd, kind=kind)) for kind, lgd in kinds]
    assert found == pytest.approx(PUBLISHED[pd], abs=0.0101)


def test_capital_of_the_edges():
    assert retail_capital(1.0, 0.45) == 0.0
    assert retail_capital(0.0, 0.45) == retail_capital(0.0005, 0.45)
    assert retail_capital([0.01, 0.02], 0.45, exposure=[0, 100]).shape == (2,)
    for wrong in ((-0.1, 0.5), (0.1, 1.5), (np.nan, 0.5)):
        with pytest.raises(ParameterError):
            retail_capital(*wrong)
    with pytest.raises(NameUnknownError):
        retail_capital(0.1, 0.1, kind="corporate")
