"""Part of the curve, gains, errors at a cut-off and DeLong's test against scikit-learn and loops."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from creditscore.errors import ParameterError
from creditscore.validation import (
    auc,
    compare_auc,
    errors_at,
    gains_table,
    gini,
    partial_auc,
    performance_difference,
)


def drawn(seed, n=500, ties=True):
    random = np.random.default_rng(seed)
    risk = random.normal(size=n)
    bad = (random.random(n) < 1 / (1 + np.exp(1.5 - risk))).astype(int)
    return bad, np.round(risk, 1) if ties else risk


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("most", [0.03, 0.1, 0.5, 1.0])
def test_partial_area_against_scikit_learn(seed, most):
    bad, risk = drawn(seed)
    weight = np.random.default_rng(seed).random(len(bad))
    expected = roc_auc_score(bad, risk, max_fpr=most, sample_weight=weight)
    assert partial_auc(bad, risk, most_false_positives=most, sample_weight=weight) == pytest.approx(expected)


def test_the_whole_of_it_is_the_area():
    bad, risk = drawn(0)
    assert partial_auc(bad, risk, most_false_positives=1.0) == pytest.approx(auc(bad, risk))
    with pytest.raises(ParameterError):
        partial_auc(bad, risk, most_false_positives=0.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_accuracy_ratio_of_the_cap_curve_is_the_gini(seed):
    bad, risk = drawn(seed)
    weight = np.random.default_rng(seed).random(len(bad))
    table = gains_table(bad, risk, groups=None, sample_weight=weight)
    x, y = np.append(0, table.share), np.append(0, table.caught)
    area = float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum())
    rate = np.average(bad, weights=weight)
    assert (area - 0.5) / (0.5 * (1 - rate)) == pytest.approx(gini(bad, risk, sample_weight=weight))


def test_gains_by_a_loop():
    bad, risk = drawn(1, n=1_000, ties=False)
    table = gains_table(bad, risk)
    order = np.argsort(-risk)
    for number, rows in enumerate(np.array_split(order, 10)):
        assert table.bad_rate[number] == pytest.approx(bad[rows].mean())
        assert table.lift[number] == pytest.approx(bad[rows].mean() / bad.mean())
        assert table.caught[number] == pytest.approx(bad[order[: 100 * (number + 1)]].sum() / bad.sum())
    assert "lift" in str(table)
    assert gains_table([0, 1], [1, 1]).share.tolist() == [1.0]


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 1.3])
def test_errors_at_a_cutoff_against_scikit_learn(threshold):
    bad, risk = drawn(2)
    weight = np.random.default_rng(2).random(len(bad))
    found = errors_at(bad, risk, threshold, sample_weight=weight)
    assert found.precision == pytest.approx(precision_score(bad, risk >= threshold, sample_weight=weight))
    assert found.recall == pytest.approx(recall_score(bad, risk >= threshold, sample_weight=weight))
    assert found.declined == pytest.approx(weight[risk >= threshold].sum() / weight.sum())
    assert np.isnan(errors_at(bad, risk, 99.0).precision)


def test_delong_against_its_definition_in_pairs():
    bad, risk = drawn(3, n=120)
    other = np.round(risk + np.random.default_rng(0).normal(size=120), 1)
    found = compare_auc(bad, risk, other)
    parts = []
    for values in (risk, other):
        pairs = values[bad == 1][:, None] - values[bad == 0][None, :]
        parts.append((pairs > 0) + 0.5 * (pairs == 0))
    apart = parts[0] - parts[1]
    variance = (
        apart.mean(axis=1).var(ddof=1) / apart.shape[0] + apart.mean(axis=0).var(ddof=1) / apart.shape[1]
    )
    assert found.difference == pytest.approx(apart.mean())
    assert found.standard_error == pytest.approx(np.sqrt(variance))
    assert found.auc == pytest.approx(roc_auc_score(bad, risk))
    assert "standard error" in str(found)


def test_delong_agrees_with_the_bootstrap_and_keeps_its_level():
    bad, risk = drawn(4, n=2_000, ties=False)
    other = risk + np.random.default_rng(1).normal(size=2_000) * 0.5
    found = compare_auc(bad, risk, other)
    boot = performance_difference(bad, risk, other, resamples=400)["auc"]
    assert (boot.high - boot.low) / 3.92 == pytest.approx(found.standard_error, rel=0.15)
    random = np.random.default_rng(9)
    below = 0
    for _ in range(300):
        truth = random.normal(size=200)
        noisy = truth + random.normal(size=200), truth + random.normal(size=200)
        below += compare_auc((truth > 0.5).astype(int), *noisy).p_value < 0.05
    assert 3 <= below <= 30


def test_the_same_score_twice_has_no_p_value_and_one_bad_is_too_few():
    bad, risk = drawn(5)
    assert np.isnan(compare_auc(bad, risk, risk).p_value)
    with pytest.raises(ParameterError):
        compare_auc([0, 0, 1], [1, 2, 3], [1, 2, 3])
