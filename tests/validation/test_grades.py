"""Tests of probabilities against loops, scipy's distributions, and simulations of what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from creditscore.errors import ParameterError
from creditscore.validation import (
    brier,
    brier_parts,
    expected_calibration_error,
    grade_tests,
    hosmer_lemeshow,
    spiegelhalter,
)


def drawn(seed, n=2_000, tilt=1.0):
    random = np.random.default_rng(seed)
    pd = random.choice([0.01, 0.02, 0.05, 0.1, 0.2, 0.4], n)
    return (random.random(n) < np.minimum(tilt * pd, 1)).astype(int), pd


def test_grades_against_the_distributions_of_scipy():
    bad, pd = drawn(0)
    pd = pd * np.random.default_rng(1).uniform(0.9, 1.1, len(pd))
    grades = np.digitize(pd, [0.015, 0.03, 0.07, 0.15])
    found = grade_tests(bad, pd, grades)
    assert (np.diff(found.predicted) > 0).all()
    for number, grade in enumerate(found.grades):
        inside = grades == int(grade)
        d, n, p = int(bad[inside].sum()), int(inside.sum()), pd[inside].mean()
        assert (found.bads[number], found.applications[number]) == (d, n)
        assert found.jeffreys[number] == pytest.approx(stats.beta.cdf(p, d + 0.5, n - d + 0.5))
        expected = stats.binomtest(d, n, p, alternative="greater").pvalue
        assert found.binomial[number] == pytest.approx(expected)
    assert "jeffreys" in str(found)
    assert "<table" in found._repr_html_()


def test_a_grade_without_bads_speaks_for_its_probability():
    found = grade_tests([0, 0, 1, 0], [0.1, 0.1, 0.6, 0.6], ["a", "a", "b", "b"])
    assert found.binomial[0] == 1.0
    with pytest.raises(ParameterError, match="grades"):
        grade_tests([0, 1], [0.1, 0.2], ["a"])


def test_spiegelhalter_is_standard_normal_where_probabilities_hold_and_large_where_not():
    z = np.array([spiegelhalter(*drawn(seed)).statistic for seed in range(300)])
    assert abs(z.mean()) < 0.2
    assert 0.85 < z.std() < 1.15
    assert spiegelhalter(*drawn(0, tilt=1.6)).p_value < 1e-4


def test_spiegelhalter_is_the_brier_score_less_what_was_promised_by_its_spread():
    bad, pd = drawn(5)
    promised = (pd * (1 - pd)).mean()
    spread = np.sqrt(((1 - 2 * pd) ** 2 * pd * (1 - pd)).sum()) / len(pd)
    assert spiegelhalter(bad, pd).statistic == pytest.approx((brier(bad, pd) - promised) / spread)
    assert np.isnan(spiegelhalter([0, 1], [0.5, 0.5]).statistic)


def test_hosmer_lemeshow_by_hand_and_by_simulation():
    pd = np.repeat([0.01, 0.02, 0.05, 0.1, 0.2, 0.4], 300)
    bad = (np.random.default_rng(2).random(1_800) < pd).astype(int)
    expected = 0.0
    for p in np.unique(pd):
        inside = pd == p
        n, o = inside.sum(), bad[inside].sum()
        expected += (o - n * p) ** 2 / (n * p * (1 - p))
    found = hosmer_lemeshow(bad, pd, groups=6)
    assert found.statistic == pytest.approx(expected)
    assert found.p_value == pytest.approx(stats.chi2.sf(expected, 6))
    p_values = [hosmer_lemeshow(*drawn(seed)).p_value for seed in range(200)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.001
    assert hosmer_lemeshow(*drawn(0, tilt=1.5)).p_value < 1e-4
    assert np.isinf(hosmer_lemeshow([1, 0, 0, 1], [0.0, 0.0, 0.5, 0.7], groups=3).statistic)
    with pytest.raises(ParameterError):
        hosmer_lemeshow([0, 1, 1], [0.1, 0.1, 0.1], groups=3, fitted=True)


@pytest.mark.parametrize("weighted", [False, True])
def test_brier_parts_add_up_to_the_score_of_the_groups(weighted):
    bad, pd = drawn(3)
    weight = np.random.default_rng(0).random(len(pd)) if weighted else None
    parts = brier_parts(bad, pd, groups=10, sample_weight=weight)
    # Few distinct probabilities, so a group may hold several: take means of groups by cutting once more.
    order = np.argsort(pd, kind="stable")
    w = np.ones(len(pd)) if weight is None else weight
    cuts = np.unique([0, *(np.searchsorted(pd[order], pd[order][k * len(pd) // 10]) for k in range(1, 10))])
    means = np.empty(len(pd))
    for start, stop in zip(cuts, [*cuts[1:], len(pd)], strict=True):
        rows = order[start:stop]
        means[rows] = np.average(pd[rows], weights=w[rows])
    expected = brier(bad, means, sample_weight=weight)
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(expected)
    rate = np.average(bad, weights=w)
    assert parts.uncertainty == pytest.approx(rate * (1 - rate))


def test_calibration_error_by_a_loop():
    random = np.random.default_rng(4)
    pd = random.random(1_000)
    bad = (random.random(1_000) < pd**2).astype(int)
    order = np.argsort(pd)
    expected = sum(
        len(rows) / 1_000 * abs(pd[rows].mean() - bad[rows].mean()) for rows in np.array_split(order, 10)
    )
    assert expected_calibration_error(bad, pd) == pytest.approx(expected)
