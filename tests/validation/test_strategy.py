"""Strategy curves and swap sets against cut-offs tried one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.validation import Resampling, strategy_curve, swap_set


def made(seed, n=40):
    random = np.random.default_rng(seed)
    scores = random.integers(0, 12, n).astype(float)
    scores[random.random(n) < 0.1] = np.nan
    bad = np.where(random.random(n) < 0.3, random.random(n), random.integers(0, 2, n))
    money = {
        "profit_if_good": random.random(n) * 10,
        "loss_if_bad": random.random(n) * 50,
        "capital": random.random(n),
    }
    groups = random.choice(["a", "b", "c", ""], n)
    return scores, bad, money, groups, random.random(n)


def tried(cutoff, scores, bad, money, groups, weight):
    figures = {"n": 0.0, "bads": 0.0, "loss": 0.0, "gain": 0.0, "capital": 0.0}
    by_group = {name: [0.0, 0.0] for name in sorted(set(groups) - {""})}
    for i in range(len(scores)):
        approved = not np.isnan(scores[i]) and scores[i] >= cutoff
        if groups[i]:
            by_group[groups[i]][0] += weight[i] * approved
            by_group[groups[i]][1] += weight[i]
        if approved:
            figures["n"] += weight[i]
            figures["bads"] += weight[i] * bad[i]
            figures["loss"] += weight[i] * bad[i] * money["loss_if_bad"][i]
            figures["gain"] += weight[i] * (1 - bad[i]) * money["profit_if_good"][i]
            figures["capital"] += weight[i] * money["capital"][i]
    return figures, {name: part / whole for name, (part, whole) in by_group.items()}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_every_cutoff_as_if_tried_alone(seed):
    scores, bad, money, groups, weight = made(seed)
    curve = strategy_curve(scores, bad, **money, groups=groups, sample_weight=weight)
    assert curve.cutoffs.tolist() == [np.inf, *sorted(set(scores[~np.isnan(scores)]), reverse=True)]
    for position, cutoff in enumerate(curve.cutoffs):
        figures, by_group = tried(cutoff, scores, bad, money, groups, weight)
        point = curve.point(position)
        assert point.approval == pytest.approx(figures["n"] / weight.sum())
        assert point.loss == pytest.approx(figures["loss"])
        assert point.profit == pytest.approx(figures["gain"] - figures["loss"])
        assert point.capital == pytest.approx(figures["capital"])
        assert dict(point.group_approval) == pytest.approx(by_group)
        if figures["n"]:
            assert point.bad_rate == pytest.approx(figures["bads"] / figures["n"])
            worst, best = min(by_group.values()), max(by_group.values())
            expected = worst / best if best else np.nan
            assert point.impact_ratio == pytest.approx(expected, nan_ok=True)
            assert curve.impact_ratio[position] == pytest.approx(expected, nan_ok=True)
        else:
            assert np.isnan(point.bad_rate)


def test_between_two_scores_the_cutoff_acts_as_the_higher_one():
    curve = strategy_curve([1, 2, 2, 3], [1, 0, 1, 0])
    assert curve.at(2.5).cutoff == 3
    assert curve.at(2).approval == 0.75
    assert curve.at(-10).approval == 1.0
    assert curve.at(99).cutoff == np.inf
    with pytest.raises(ParameterError):
        curve.at(np.nan)


def test_one_class_is_defined_and_reads_well():
    curve = strategy_curve([1, 2], [0, 0], groups=["x", None])
    assert curve.bad_rate.tolist()[1:] == [0.0, 0.0]
    assert "2 cut-offs of 2 applicants" in str(curve)
    assert "<table" in curve._repr_html_()
    assert list(curve.to_frame().columns)[-1] == "approval of x"
    with pytest.raises(NameUnknownError):
        curve.approval_of("y")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scores": []},
        {"scores": ["a", "b"]},
        {"scores": [np.inf, 1]},
        {"bad": [0, np.nan]},
        {"bad": [0, 1.5]},
        {"bad": [0]},
        {"profit_if_good": -1.0},
        {"loss_if_bad": [1.0]},
        {"capital": np.nan},
        {"sample_weight": [0, 0]},
        {"sample_weight": [1, -1]},
        {"groups": ["a"]},
    ],
)
def test_what_cannot_be_is_refused(wrong):
    given = {"scores": [1, 2], "bad": [0, 1]} | wrong
    with pytest.raises(ParameterError):
        strategy_curve(given.pop("scores"), given.pop("bad"), **given)


def test_outcomes_of_those_without_a_score_need_not_be_known():
    curve = strategy_curve([np.nan, 2], [np.nan, 1])
    assert curve.approval.tolist() == [0.0, 0.5]


@pytest.mark.parametrize("seed", range(10))
def test_swaps_against_counting(seed):
    scores, bad, money, _, weight = made(seed)
    before = np.random.default_rng(seed + 99).permutation(scores)
    bad = np.round(bad)
    found = swap_set(
        scores, before, bad, cutoff=6, cutoff_before=5, profit_if_good=money["profit_if_good"],
        loss_if_bad=money["loss_if_bad"], sample_weight=weight, resampling=Resampling(resamples=20),
    )  # fmt: skip
    now = [i for i in range(40) if scores[i] >= 6]
    then = [i for i in range(40) if before[i] >= 5]
    into, out = [i for i in now if i not in then], [i for i in then if i not in now]

    def share(rows):
        return sum(weight[i] for i in rows) / weight.sum()

    def rate(rows):
        return sum(weight[i] * bad[i] for i in rows) / sum(weight[i] for i in rows)

    def gain(rows):
        return sum(
            weight[i] * (money["profit_if_good"][i] * (1 - bad[i]) - money["loss_if_bad"][i] * bad[i])
            for i in rows
        )

    assert found["swapped_in"].value == pytest.approx(share(into))
    assert found["swapped_out"].value == pytest.approx(share(out))
    assert found["approval"].value == pytest.approx(share(now))
    assert found["bad_rate_swapped_in"].value == pytest.approx(rate(into))
    assert found["bad_rate_swapped_out"].value == pytest.approx(rate(out))
    assert found["bad_rate_change"].value == pytest.approx(rate(now) - rate(then))
    assert found["profit_change"].value == pytest.approx((gain(into) - gain(out)) / weight.sum())
    assert all(one.low <= one.value <= one.high for one in found.metrics)


def test_without_a_cutoff_before_as_many_are_approved_as_now():
    scores, before = np.arange(100.0), np.arange(100.0)[::-1]
    found = swap_set(scores, before, np.zeros(100), cutoff=70, resampling=Resampling(resamples=5))
    assert found.cutoff_before == 70
    assert found["approval"].value == found["approval_before"].value == pytest.approx(0.3)
    assert "approved from 70" in str(found)


def test_nobody_swapped_has_no_bad_rate():
    found = swap_set([1, 2], [1, 2], [0, 1], cutoff=2, cutoff_before=2, resampling=Resampling(resamples=5))
    assert np.isnan(found["bad_rate_swapped_in"].value)
    assert found["profit_change"].value == 0.0


def test_a_real_gain_shows_in_the_interval():
    random = np.random.default_rng(5)
    risk = random.normal(size=4_000)
    bad = random.random(4_000) < 1 / (1 + np.exp(1.5 - 1.5 * risk))
    noisy = risk + random.normal(size=4_000) * 1.5
    found = swap_set(-risk, -noisy, bad, cutoff=0.0, resampling=Resampling(resamples=60))
    assert found["bad_rate_change"].high < 0
    assert found["bad_rate_swapped_in"].high < found["bad_rate_swapped_out"].low
