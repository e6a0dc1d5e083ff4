"""Expected maximum profit against hand-made figures and against integration of its definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from creditscore.errors import ParameterError
from creditscore.validation import LossShares, Resampling, maximum_profit, maximum_profit_interval


def best_at(lost, bad, risk, weight, gain):
    """Most profit over every cut-off at one share lost, by trying each; and the least that is declined."""
    total = weight.sum()
    found = [(0.0, 0.0)]
    for cutoff in np.unique(risk):
        out = risk >= cutoff
        profit = (weight * (lost * bad - gain * (1 - bad)))[out].sum() / total
        found.append((profit, weight[out].sum() / total))
    most = max(profit for profit, _ in found)
    return most, min(share for profit, share in found if profit >= most - 1e-14)


def integrated(bad, risk, weight, shares):
    """Integrate piece by piece between the shares lost at which any two cut-offs earn the same."""
    order = np.unique(risk)
    bads = np.array([0.0] + [(weight * bad)[risk >= c].sum() for c in order])
    goods = np.array([0.0] + [(weight * (1 - bad))[risk >= c].sum() for c in order])
    kinks = {0.0, 1.0}
    for i in range(len(bads)):
        for j in range(i):
            if bads[i] != bads[j]:
                kink = shares.return_on_loan * (goods[i] - goods[j]) / (bads[i] - bads[j])
                if 0 < kink < 1:
                    kinks.add(float(kink))
    ends = sorted(kinks)
    profit = declined = 0.0
    for low, high in itertools.pairwise(ends):

        def part(which, low=low, high=high):
            return quad(lambda t: best_at(t, bad, risk, weight, shares.return_on_loan)[which], low, high)[0]

        profit += part(0)
        declined += part(1)
    between = 1 - shares.nothing - shares.everything
    sure = best_at(1.0, bad, risk, weight, shares.return_on_loan)
    return between * profit + shares.everything * sure[0], between * declined + shares.everything * sure[1]


def test_against_arithmetic_by_hand():
    """Four loans, the riskiest but one is bad: the hull has one block of two, then the goods.

    At a loss of t the block saves t/4 and costs ROI/4, so it pays from t = 0.2644 on.
    """
    found = maximum_profit([0, 0, 1, 0], [0.34, 0.44, 0.67, 0.83])
    pays = 0.2644
    expected = 0.35 * ((1 - pays**2) / 2 - pays * (1 - pays)) / 4 + 0.1 * (1 - pays) / 4
    assert found.profit == pytest.approx(expected, abs=1e-15)
    assert found.declined == pytest.approx(0.5 * (0.35 * (1 - pays) + 0.1), abs=1e-15)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_against_integration_of_the_definition(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(4, 12))
    bad = random.integers(0, 2, n).astype(float)
    bad[:2] = [0, 1]
    risk = random.integers(0, 6, n) + bad * random.integers(0, 2)
    weight = random.random(n) + 0.1
    nothing = random.random()
    shares = LossShares(nothing, (1 - nothing) * random.random(), 0.05 + random.random())
    found = maximum_profit(bad, risk, shares=shares, sample_weight=weight)
    profit, declined = integrated(bad, risk, weight, shares)
    assert found.profit == pytest.approx(profit, abs=1e-6)
    assert found.declined == pytest.approx(declined, abs=1e-6)


def test_on_many_rows_against_a_fine_grid():
    random = np.random.default_rng(3)
    risk = random.normal(size=4_000)
    bad = (random.random(4_000) < 1 / (1 + np.exp(2.2 - risk))).astype(float)
    grid = (np.arange(20_000) + 0.5) / 20_000
    order = np.argsort(-risk)
    bads = np.concatenate([[0], np.cumsum(bad[order])]) / 4_000
    goods = np.concatenate([[0], np.cumsum(1 - bad[order])]) / 4_000
    best = np.array([(t * bads - 0.2644 * goods).max() for t in grid])
    expected = 0.35 * best.mean() + 0.1 * (bads - 0.2644 * goods).max()
    assert maximum_profit(bad, risk).profit == pytest.approx(expected, abs=1e-7)


def test_a_score_that_ranks_backwards_earns_nothing_below_the_bad_rate_of_all():
    shares = LossShares(0.0, 1.0, 0.5)
    assert maximum_profit([0, 0, 0, 1], [4, 3, 2, 1], shares=shares).profit == 0.0


def test_intervals_contain_the_figure_and_go_by_applicant():
    random = np.random.default_rng(0)
    risk = random.normal(size=600)
    bad = random.random(600) < 1 / (1 + np.exp(2 - risk))
    single, _ = maximum_profit_interval(bad, risk, Resampling(resamples=100))
    assert single.low < single.value < single.high
    assert single.value == maximum_profit(bad, risk).profit
    thrice = np.repeat(np.arange(600), 3)
    copied, _ = maximum_profit_interval(
        np.repeat(bad, 3), np.repeat(risk, 3), Resampling(applicants=thrice, resamples=100)
    )
    assert (copied.value, copied.low, copied.high) == pytest.approx((single.value, single.low, single.high))


def test_rows_of_nobody_known_are_not_drawn_as_one_person():
    """As in a fit: a missing id is a person of their own, however it is written."""
    random = np.random.default_rng(1)
    risk = random.normal(size=400)
    bad = random.random(400) < 1 / (1 + np.exp(2 - risk))
    alone, _ = maximum_profit_interval(bad, risk, Resampling(resamples=60))
    for nobody in (None, np.nan, ""):
        ids = np.array([nobody] * 400, dtype=object)
        found, _ = maximum_profit_interval(bad, risk, Resampling(applicants=ids, resamples=60))
        assert found.high - found.low == pytest.approx(alone.high - alone.low, rel=0.5)
        assert found.low < found.value < found.high


@pytest.mark.parametrize(
    ("bad", "risk"),
    [([0, 0], [1, 2]), ([0, 1], [1, np.nan]), ([0, 1], [1]), ([0, 2], [1, 2]), ([], [])],
)
def test_what_has_no_profit_is_refused(bad, risk):
    with pytest.raises(ParameterError):
        maximum_profit(bad, risk)


@pytest.mark.parametrize("given", [(-0.1, 0.1, 0.2), (0.7, 0.7, 0.2), (0.5, 0.1, 0.0), (0.5, 0.1, np.nan)])
def test_shares_that_cannot_be_are_refused(given):
    with pytest.raises(ParameterError):
        LossShares(*given)


def test_applicants_of_another_length_are_refused():
    with pytest.raises(ParameterError, match="applicants"):
        maximum_profit_interval([0, 1], [1, 2], Resampling(applicants=["a"], resamples=5))
