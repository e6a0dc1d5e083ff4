"""Single numbers against scikit-learn, SciPy, hand-made cases and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats
from sklearn import metrics as sk

from creditscore.errors import ParameterError
from creditscore.validation import auc, brier, calibration_slope_intercept, gini, ks, log_loss


@st.composite
def scored(draw):
    """Outcomes with both classes, risks with many ties, weights that leave both classes some weight."""
    n = draw(st.integers(2, 40))
    bad = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    bad[0], bad[1] = True, False
    risk = np.array(draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n))) / 4
    weight = np.array(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)), dtype=float)
    weight[:2] += 1
    return bad, risk, weight


def by_pairs(bad, risk, weight):
    """AUC by its definition: all pairs of a bad and a good."""
    pairs = [
        (weight[i] * weight[j], 1.0 if risk[i] > risk[j] else 0.5 if risk[i] == risk[j] else 0.0)
        for i in np.flatnonzero(bad)
        for j in np.flatnonzero(~bad)
    ]
    return sum(w * win for w, win in pairs) / sum(w for w, _ in pairs)


@given(scored())
@settings(max_examples=100)
def test_auc_is_the_share_of_pairs_ranked_right(sample):
    bad, risk, weight = sample
    assert auc(bad, risk) == pytest.approx(by_pairs(bad, risk, np.ones(bad.size)), abs=1e-12)
    assert auc(bad, risk, sample_weight=weight) == pytest.approx(by_pairs(bad, risk, weight), abs=1e-12)


@given(scored())
@settings(max_examples=100)
def test_whole_weights_equal_repeated_rows(sample):
    bad, risk, weight = sample
    repeated = np.repeat(np.arange(bad.size), weight.astype(int))
    expit = 1 / (1 + np.exp(-risk))
    for metric, prediction in ((auc, risk), (ks, risk), (brier, expit), (log_loss, expit)):
        weighted = metric(bad, prediction, sample_weight=weight)
        assert weighted == pytest.approx(metric(bad[repeated], prediction[repeated]), abs=1e-12)


def test_against_scikit_learn_and_scipy():
    random = np.random.default_rng(3)
    log_odds = np.round(random.normal(-1, 1.5, 5_000), 2)
    predicted = 1 / (1 + np.exp(-log_odds))
    bad = random.random(5_000) < predicted
    weight = random.uniform(0, 3, 5_000)
    for w in (None, weight):
        assert auc(bad, predicted, sample_weight=w) == pytest.approx(
            sk.roc_auc_score(bad, predicted, sample_weight=w), abs=1e-12
        )
        assert brier(bad, predicted, sample_weight=w) == pytest.approx(
            sk.brier_score_loss(bad, predicted, sample_weight=w), abs=1e-12
        )
        assert log_loss(bad, predicted, sample_weight=w) == pytest.approx(
            sk.log_loss(bad, predicted, sample_weight=w), abs=1e-12
        )
    assert ks(bad, predicted) == pytest.approx(
        stats.ks_2samp(predicted[bad], predicted[~bad]).statistic, abs=1e-12
    )
    assert gini(bad, predicted) == pytest.approx(stats.somersd(bad, predicted).statistic, abs=1e-12)


def test_auc_of_two_normals_has_a_closed_form():
    random = np.random.default_rng(4)
    goods, bads = random.normal(0, 1, 200_000), random.normal(1, 1, 200_000)
    bad = np.repeat([0, 1], 200_000)
    assert auc(bad, np.concatenate([goods, bads])) == pytest.approx(
        stats.norm.cdf(1 / math.sqrt(2)), abs=0.002
    )
    assert ks(bad, np.concatenate([goods, bads])) == pytest.approx(2 * stats.norm.cdf(0.5) - 1, abs=0.005)


def test_direction_and_extremes():
    bad, risk = [0, 0, 1, 1], [1.0, 2.0, 3.0, 4.0]
    assert (auc(bad, risk), gini(bad, risk), ks(bad, risk)) == (1.0, 1.0, 1.0)
    backwards = [-r for r in risk]
    assert (auc(bad, backwards), gini(bad, backwards), ks(bad, backwards)) == (0.0, -1.0, 1.0)
    assert (auc(bad, [5.0] * 4), gini(bad, [5.0] * 4), ks(bad, [5.0] * 4)) == (0.5, 0.0, 0.0)
    assert brier(bad, bad) == 0.0
    assert log_loss(bad, bad) == 0.0
    assert log_loss([0, 1], [0.5, 0.0]) == math.inf
    assert log_loss([0, 1, 1], [0.5, 0.0, 0.5], sample_weight=[1, 0, 1]) == pytest.approx(math.log(2))


def test_ranking_ignores_any_rising_transformation():
    random = np.random.default_rng(5)
    risk = random.normal(size=500)
    bad = random.random(500) < 0.3
    assert auc(bad, risk) == auc(bad, np.exp(risk)) == auc(bad, risk * 1e-300)
    assert ks(bad, risk) == ks(bad, np.exp(risk))


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.5, -1.0), (2.0, 0.7), (-0.8, 0.2)])
@pytest.mark.parametrize("weighted", [False, True])
def test_calibration_line_is_the_maximum_of_the_likelihood(slope, intercept, weighted):
    random = np.random.default_rng(6)
    log_odds = random.normal(-2, 1, 2_000)
    bad = random.random(2_000) < 1 / (1 + np.exp(-intercept - slope * log_odds))
    weight = random.uniform(0, 2, 2_000) if weighted else np.ones(2_000)

    def deviance(at):
        logit = at[0] + at[1] * log_odds
        return weight @ (np.logaddexp(0, logit) - bad * logit)

    best = optimize.minimize(
        deviance, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    line = calibration_slope_intercept(bad, log_odds, sample_weight=weight if weighted else None)
    assert line.slope == pytest.approx(best.x[1], abs=1e-5)
    assert line.intercept == pytest.approx(best.x[0], abs=1e-5)
    fitted = 1 / (1 + np.exp(-line.intercept - line.slope * log_odds))
    assert weight @ (bad - fitted) == pytest.approx(0, abs=1e-8)
    assert weight @ ((bad - fitted) * log_odds) == pytest.approx(0, abs=1e-8)


def test_calibration_line_of_a_two_by_two_table_has_a_closed_form():
    bad = np.repeat([1, 0, 1, 0], [10, 90, 30, 70])
    log_odds = np.repeat([-3.0, -0.5], 100)
    low, high = math.log(10 / 90), math.log(30 / 70)
    slope = (high - low) / 2.5
    line = calibration_slope_intercept(bad, log_odds)
    assert line == pytest.approx((slope, low + 3 * slope), abs=1e-10)


def test_calibration_line_survives_far_starts_and_odd_scales():
    random = np.random.default_rng(8)
    log_odds = random.normal(0, 1, 5_000)
    bad = random.random(5_000) < 1 / (1 + np.exp(-log_odds))
    plain = calibration_slope_intercept(bad, log_odds)
    for scale, shift in ((1e4, 0), (1e-4, 0), (1.0, 500.0), (50.0, -200.0)):
        line = calibration_slope_intercept(bad, scale * log_odds + shift)
        assert line.slope * scale == pytest.approx(plain.slope, rel=1e-7)
        assert line.intercept + line.slope * shift == pytest.approx(plain.intercept, abs=1e-7)


def test_calibration_line_says_where_it_has_no_maximum():
    assert calibration_slope_intercept([0, 0, 1, 1], [1.0, 2.0, 2.0, 3.0]).slope == math.inf
    assert calibration_slope_intercept([1, 1, 0, 0], [1.0, 2.0, 3.0, 4.0]).slope == -math.inf
    assert math.isnan(calibration_slope_intercept([1, 1, 0, 0], [2.0] * 4).slope)
    assert math.isnan(calibration_slope_intercept([1, 1, 0, 0], [1.0, 2.0, 3.0, 4.0]).intercept)


@pytest.mark.parametrize(
    ("bad", "values", "weight", "message"),
    [
        ([0, 2], [0.1, 0.2], None, r"'bad'.*0 \(good\) or 1 \(bad\).*2\.0 in row 1"),
        ([0, 0], [0.1, 0.2], None, "'bad'.*both goods and bads.*2 goods only"),
        ([1, 1], [0.1, 0.2], None, "'bad'.*2 bads only"),
        ([], [], None, "'bad'"),
        (["g", "b"], [0.1, 0.2], None, "'bad'.*1-D array of 0"),
        ([[0, 1]], [0.1, 0.2], None, "'bad'.*shape"),
        ([0, math.nan], [0.1, 0.2], None, "'bad'.*nan in row 1"),
        ([0, 1], [0.1, 0.2, 0.3], None, "'probability_of_default'.*2 rows"),
        ([0, 1], [0.1, math.nan], None, "'probability_of_default'.*finite.*nan in row 1"),
        ([0, 1], [0.1, 1.5], None, r"'probability_of_default'.*within 0 and 1.*1\.5 in row 1"),
        ([0, 1], [0.1, 0.5], [1.0, -1.0], "'sample_weight'.*0 or more"),
        ([0, 1], [0.1, 0.5], [1.0, 0.0], "'sample_weight'.*some good and some bad"),
    ],
)
def test_bad_input_is_named(bad, values, weight, message):
    with pytest.raises(ParameterError, match=message):
        brier(bad, values, sample_weight=weight)


@pytest.mark.parametrize("metric", [auc, ks, gini])
def test_ranking_refuses_what_has_no_rank(metric):
    with pytest.raises(ParameterError, match="'risk'.*finite"):
        metric([0, 1], [0.1, math.nan])


def test_inputs_are_left_alone():
    bad, log_odds = np.array([0, 1, 0, 1]), np.array([3.0, 1.0, 2.0, 4.0])
    for array in (bad, log_odds):
        array.setflags(write=False)
    auc(bad, log_odds)
    calibration_slope_intercept(bad, log_odds)


@pytest.mark.parametrize("values", [["a", "b"], [None, {}], "ab"])
def test_what_is_no_number_is_refused(values):
    with pytest.raises(ParameterError, match="made of numbers"):
        brier([0, 1], values)


def newton_without_lumps(bad, log_odds, weight):
    """Fit the line row by row, on the scale of the score itself."""
    x = np.stack([np.ones(bad.size), (log_odds - log_odds.mean()) / log_odds.std()])
    line = np.zeros(2)
    for _ in range(200):
        p = special.expit(line @ x)
        step = np.linalg.solve((x * (weight * p * (1 - p))) @ x.T, x @ (weight * (p - bad)))
        line = line - step * min(1.0, 2.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-13:
            break
    slope = line[1] / log_odds.std()
    return slope, line[0] - slope * log_odds.mean()


@pytest.mark.parametrize("kind", ["normal", "few scores", "far outliers", "steep", "rounded", "backwards"])
def test_lumps_of_rows_change_no_line(kind):
    # more rows than are ever left each on its own
    random = np.random.default_rng(11)
    log_odds = random.normal(-2, 1, 30_000)
    if kind == "few scores":
        log_odds = random.choice([-4.0, -2.5, -0.25], 30_000)
    elif kind == "far outliers":
        log_odds[:3] = [-400.0, 250.0, 1_000.0]
    elif kind == "rounded":
        log_odds = log_odds.round(2)
    slope = {"steep": 60.0, "backwards": -0.5}.get(kind, 0.9)
    chance = special.expit(slope * (log_odds + 2.0) - (0.0 if kind == "steep" else 2.0))
    bad = (random.random(30_000) < chance).astype(float)
    for weight in (np.ones(30_000), random.poisson(1.0, 30_000).astype(float), random.uniform(0, 3, 30_000)):
        line = calibration_slope_intercept(bad, log_odds, sample_weight=weight)
        true = newton_without_lumps(bad, log_odds, weight)
        assert line == pytest.approx(true, rel=1e-10, abs=1e-10)
