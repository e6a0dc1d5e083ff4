"""Curves and tables against scikit-learn, the single numbers, and counts made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from creditscore.errors import ParameterError
from creditscore.validation import auc, calibration_table, ks, ks_curve, roc_curve


@pytest.fixture(scope="module")
def sample():
    random = np.random.default_rng(1)
    predicted = np.round(random.beta(2, 8, 3_000), 2)
    return random.random(3_000) < predicted, predicted


def test_roc_curve_is_that_of_scikit_learn(sample):
    bad, predicted = sample
    curve = roc_curve(bad, predicted)
    fpr, tpr, thresholds = sk.roc_curve(bad, predicted, drop_intermediate=False)
    np.testing.assert_allclose(curve.false_positive_rate, fpr, atol=1e-12)
    np.testing.assert_allclose(curve.true_positive_rate, tpr, atol=1e-12)
    np.testing.assert_array_equal(curve.thresholds, thresholds)
    assert curve.auc == pytest.approx(auc(bad, predicted), abs=1e-12)


def test_weighted_roc_curve_is_that_of_scikit_learn(sample):
    bad, predicted = sample
    weight = np.random.default_rng(2).uniform(0.1, 2, bad.size)
    curve = roc_curve(bad, predicted, sample_weight=weight)
    fpr, tpr, _ = sk.roc_curve(bad, predicted, sample_weight=weight, drop_intermediate=False)
    np.testing.assert_allclose(curve.false_positive_rate, fpr, atol=1e-12)
    np.testing.assert_allclose(curve.true_positive_rate, tpr, atol=1e-12)


def test_a_constant_score_gives_the_diagonal():
    curve = roc_curve([0, 1, 0], [0.5] * 3)
    assert curve.false_positive_rate.tolist() == [0.0, 1.0]
    assert curve.true_positive_rate.tolist() == [0.0, 1.0]
    assert ks_curve([0, 1, 0], [0.5] * 3).ks == 0.0


def test_ks_curve_is_made_of_the_two_empirical_distributions(sample):
    bad, predicted = sample
    curve = ks_curve(bad, predicted)
    for shares, rows in ((curve.share_of_bads, bad), (curve.share_of_goods, ~bad)):
        expected = stats.ecdf(predicted[rows]).cdf.evaluate(curve.risk)
        np.testing.assert_allclose(shares, expected, atol=1e-12)
    assert curve.ks == pytest.approx(ks(bad, predicted), abs=1e-12)
    gap = np.abs(curve.share_of_goods - curve.share_of_bads)
    assert gap[curve.widest] == gap.max()


def test_calibration_table_by_hand():
    predicted = np.array([0.1, 0.1, 0.2, 0.2, 0.6, 0.6, 0.9, 0.9])
    bad = np.array([0, 0, 1, 0, 1, 0, 1, 1])
    table = calibration_table(bad, predicted, groups=2)
    assert table.applications.tolist() == [4, 4]
    assert table.bads.tolist() == [1, 3]
    np.testing.assert_allclose(table.predicted, [0.15, 0.75])
    np.testing.assert_allclose(table.observed, [0.25, 0.75])
    for group in range(2):
        expected = stats.binomtest(int(table.bads[group]), 4).proportion_ci(0.95, method="wilson")
        assert (table.low[group], table.high[group]) == pytest.approx((expected.low, expected.high))


def test_equal_probabilities_are_never_split(sample):
    bad, predicted = sample
    table = calibration_table(bad, predicted, groups=10)
    assert table.applications.sum() == bad.size
    assert table.bads.sum() == bad.sum()
    assert np.all(np.diff(table.predicted) > 0)
    ordered, ends = np.sort(predicted), np.cumsum(table.applications)[:-1]
    assert np.all(ordered[ends] > ordered[ends - 1])


def test_groups_do_not_depend_on_the_order_of_rows(sample):
    bad, predicted = sample
    shuffled = np.random.default_rng(3).permutation(bad.size)
    one, other = calibration_table(bad, predicted), calibration_table(bad[shuffled], predicted[shuffled])
    np.testing.assert_array_equal(one.bads, other.bads)
    np.testing.assert_array_equal(one.applications, other.applications)


def test_few_distinct_values_make_few_groups():
    assert calibration_table([0, 1, 0], [0.3] * 3).applications.tolist() == [3]
    extreme = calibration_table([0, 0, 1, 1], [0.0, 0.0, 1.0, 1.0], groups=2)
    assert extreme.low[0] == 0.0
    assert extreme.high[1] == 1.0
    assert extreme.high[0] > 0.0


def test_calibration_table_as_a_frame(sample):
    frame = calibration_table(*sample, groups=5).to_frame()
    assert list(frame.columns) == ["applications", "bads", "predicted", "observed", "low", "high"]
    assert len(frame) == 5


@pytest.mark.parametrize(
    ("option", "value"), [("groups", 0), ("groups", 2.5), ("level", 1.0), ("level", 0.0)]
)
def test_wrong_options_are_named(option, value):
    with pytest.raises(ParameterError, match=f"'{option}'"):
        calibration_table([0, 1], [0.1, 0.9], **{option: value})


def test_weights_count_in_the_calibration_table():
    """Rates are weighted; intervals widen by as much as weights are uneven; equal weights change nothing."""
    rng = np.random.default_rng(3)
    predicted = np.repeat([0.1, 0.3, 0.6], 40)
    bad = (rng.random(120) < predicted).astype(float)
    weight = rng.integers(1, 4, 120).astype(float)
    table = calibration_table(bad, predicted, sample_weight=weight, groups=3)
    parts = np.arange(120).reshape(3, 40)
    by_hand = [np.average(bad[rows], weights=weight[rows]) for rows in parts]
    assert table.observed == pytest.approx(by_hand)
    assert table.predicted == pytest.approx([0.1, 0.3, 0.6])
    assert table.applications.tolist() == [40, 40, 40]
    even, plain = (calibration_table(bad, predicted, sample_weight=w, groups=3) for w in (np.ones(120), None))
    assert (even.low == plain.low).all()
    assert (table.high - table.low > plain.high - plain.low - 1e-12).any()
