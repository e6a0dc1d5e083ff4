"""Intervals: repeatable to the bit, right against a slow twin, and covering as often as they say."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.validation import (
    auc,
    brier,
    calibration_slope_intercept,
    gini,
    ks,
    log_loss,
    performance,
    performance_difference,
)
from creditscore.validation.bootstrap import NAMES


def simulated(seed: int, n: int, slope: float = 1.0):
    random = np.random.default_rng(seed)
    log_odds = random.normal(-1.5, 1.2, n)
    return random.random(n) < 1 / (1 + np.exp(-slope * log_odds)), log_odds


def by_hand(bad, log_odds, weight=None):
    predicted = 1 / (1 + np.exp(-log_odds))
    line = calibration_slope_intercept(bad, log_odds, sample_weight=weight)
    ranks = [metric(bad, log_odds, sample_weight=weight) for metric in (auc, gini, ks)]
    losses = [metric(bad, predicted, sample_weight=weight) for metric in (brier, log_loss)]
    return [*ranks, *losses, *line]


@pytest.mark.parametrize("weighted", [False, True])
def test_values_are_those_of_the_single_functions(weighted):
    bad, log_odds = simulated(1, 2_000)
    weight = np.random.default_rng(2).uniform(0, 2, 2_000) if weighted else None
    figures = performance(bad, log_odds, sample_weight=weight, resamples=2)
    assert [m.name for m in figures.metrics] == list(NAMES)
    np.testing.assert_allclose([m.value for m in figures.metrics], by_hand(bad, log_odds, weight), atol=1e-9)


@pytest.mark.parametrize("stratified", [False, True])
def test_intervals_are_those_of_rows_really_drawn(stratified):
    bad, log_odds = simulated(3, 400)
    figures = performance(bad, log_odds, resamples=60, stratified=stratified, seed=11, level=0.9)
    strata = [np.flatnonzero(~bad), np.flatnonzero(bad)] if stratified else [np.arange(400)]
    drawn = []
    for source in np.random.SeedSequence(11).spawn(60):
        random = np.random.default_rng(source)
        rows = np.concatenate([s[random.integers(0, s.size, s.size)] for s in strata])
        drawn.append(by_hand(bad[rows], log_odds[rows]))
    low = np.quantile(drawn, 0.05, axis=0, method="lower")
    high = np.quantile(drawn, 0.95, axis=0, method="higher")
    np.testing.assert_allclose([m.low for m in figures.metrics], low, atol=1e-8)
    np.testing.assert_allclose([m.high for m in figures.metrics], high, atol=1e-8)


def test_seed_decides_and_threads_do_not():
    bad, log_odds = simulated(4, 1_000)
    one = performance(bad, log_odds, resamples=40, seed=5, threads=1)
    assert performance(bad, log_odds, resamples=40, seed=5, threads=3) == one
    assert performance(bad, log_odds, resamples=40, seed=6, threads=1) != one


def test_stratified_resampling_keeps_the_bad_rate():
    bad, log_odds = simulated(5, 600)
    drawn = {s: performance(bad, log_odds * 0, resamples=100, stratified=s)["brier"] for s in (False, True)}
    assert drawn[True].high == drawn[True].low
    flat = {
        s: performance(bad, log_odds * 0 - 2, resamples=100, stratified=s)["brier"] for s in (False, True)
    }
    assert flat[True].high == pytest.approx(flat[True].low, abs=1e-12)
    assert flat[False].high > flat[False].low + 0.01


def test_auc_interval_is_about_as_wide_as_theory_says():
    bad, log_odds = simulated(6, 4_000)
    figure = performance(bad, log_odds, resamples=400)["auc"]
    goods, bads = log_odds[~bad], log_odds[bad]
    wins_of_bads = np.array([np.mean(goods < b) for b in bads])
    wins_over_goods = np.array([np.mean(bads > g) for g in goods])
    error = math.sqrt(wins_of_bads.var() / bads.size + wins_over_goods.var() / goods.size)
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * error, rel=0.15)


@pytest.mark.long
def test_intervals_cover_the_truth_as_often_as_they_say():
    truth = {"calibration_slope": 1.0, "calibration_intercept": 0.0}
    big_bad, big_log_odds = simulated(0, 2_000_000)
    predicted = 1 / (1 + np.exp(-big_log_odds))
    truth |= {"auc": auc(big_bad, big_log_odds), "brier": brier(big_bad, predicted)}
    rounds, hits = 300, dict.fromkeys(truth, 0)
    for seed in range(rounds):
        figures = performance(*simulated(1_000 + seed, 1_000), resamples=300, level=0.9, seed=seed)
        for name, value in truth.items():
            hits[name] += figures[name].low <= value <= figures[name].high
    for name, hit in hits.items():
        assert stats.binomtest(hit, rounds, 0.9).pvalue > 0.001, f"{name}: {hit} of {rounds}"


def test_a_distorted_score_is_outside_its_interval():
    bad, log_odds = simulated(7, 20_000)
    figures = performance(bad, 2 * log_odds, resamples=100)
    assert figures["calibration_slope"].high < 0.6
    assert performance(bad, log_odds + 1, resamples=100)["calibration_intercept"].high < -0.8


def test_differences_are_paired():
    bad, log_odds = simulated(8, 5_000)
    noisy = log_odds + np.random.default_rng(9).normal(0, 0.3, 5_000)
    difference = performance_difference(bad, log_odds, noisy, resamples=200)
    one, other = (performance(bad, score, resamples=200) for score in (log_odds, noisy))
    for name in ("auc", "gini", "ks", "brier", "log_loss"):
        assert difference[name].value == pytest.approx(one[name].value - other[name].value, abs=1e-12)
    assert one["auc"].low < other["auc"].high
    assert difference["auc"].low > 0
    assert difference["log_loss"].high < 0
    width = difference["auc"].high - difference["auc"].low
    assert width < (one["auc"].high - one["auc"].low) / 2


def test_a_score_against_itself_differs_by_nothing():
    bad, log_odds = simulated(10, 500)
    for metric in performance_difference(bad, log_odds, log_odds, resamples=20).metrics:
        assert (metric.value, metric.low, metric.high) == (0.0, 0.0, 0.0)


def test_a_single_bad_is_drawn_into_every_resample():
    bad = np.arange(30) == 29
    figures = performance(bad, np.sin(np.arange(30.0)), resamples=50)
    assert all(np.isfinite([m.value, m.low, m.high]).all() for m in figures.metrics if m.name == "auc")


def test_separated_scores_give_an_infinite_slope_not_a_crash():
    figures = performance([0, 0, 0, 1, 1, 1], [-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], resamples=20)
    assert figures["auc"].low == figures["auc"].high == 1.0
    assert figures["calibration_slope"].value == math.inf
    constant = performance([0, 0, 1, 1], [-1.0] * 4, resamples=20)
    assert math.isnan(constant["calibration_slope"].low)


def test_result_is_frozen_and_reads_well():
    bad, log_odds = simulated(12, 300)
    figures = performance(bad, log_odds, resamples=20, level=0.9, seed=3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        figures.level = 0.5
    with pytest.raises(NameUnknownError, match="There is no metric 'accuracy'. Known: 'auc', 'gini'"):
        figures["accuracy"]
    text = str(figures)
    assert text.startswith(f"Performance: 300 applications, {bad.sum()} bad (")
    assert "90 % interval" in text
    assert "20 bootstrap resamples, seed 3" in text
    assert "AUC" in text
    html = figures._repr_html_()
    assert html.count("<tr") == 2 + len(NAMES)
    assert "better" in html
    assert "better" not in str(performance_difference(bad, log_odds, log_odds, resamples=2))
    assert figures.to_dict()["auc"] == {
        "value": figures["auc"].value,
        "low": figures["auc"].low,
        "high": figures["auc"].high,
    }


@pytest.mark.parametrize(
    ("option", "value"),
    [("resamples", 1), ("resamples", 10.0), ("level", 1.5), ("seed", -1), ("threads", 0), ("threads", True)],
)
def test_wrong_options_are_named(option, value):
    with pytest.raises(ParameterError, match=f"'{option}'"):
        performance([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], **{option: value})


def test_wrong_scores_are_named():
    with pytest.raises(ParameterError, match="'log_odds'.*finite.*inf in row 1"):
        performance([0, 1], [0.0, math.inf])
    with pytest.raises(ParameterError, match="'reference_log_odds'.*2 rows"):
        performance_difference([0, 1], [0.0, 1.0], [0.0])
