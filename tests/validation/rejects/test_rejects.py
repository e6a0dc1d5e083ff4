"""Reject inference against closed forms, planted truths and what everybody's outcome says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import multivariate_normal, norm
from sklearn.linear_model import LogisticRegression

from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.model.baseline import LogisticBaseline
from creditscore.validation import auc
from creditscore.validation.rejects import (
    SelectionModel,
    compare_rejection,
    infer_rejects,
    performance_with_rejects,
    rejection_quality,
)
from creditscore.validation.rejects._normal import Scaling, cdf_2
from creditscore.validation.rejects.selection import _Likelihood


def world(seed=0, n=4000, rho=0.0, cut=0.3):
    """Two columns bear on the outcome, a third on acceptance alone; errors of both correlate by rho."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, 3))
    errors = random.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n)
    truth = (-0.8 + 0.9 * X[:, 0] - 0.5 * X[:, 1] + errors[:, 0] > 0).astype(float)
    accepted = cut - 0.7 * X[:, 0] + 0.8 * X[:, 2] + errors[:, 1] > 0
    return X, truth, np.where(accepted, truth, np.nan)


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.0, 0.5, 0.95])
def test_two_normals_against_scipy(rho):
    h, k = np.random.default_rng(1).normal(0, 1.5, (2, 40))
    expected = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf(np.column_stack([h, k]))
    np.testing.assert_allclose(cdf_2(h, k, rho), expected, atol=2e-7)


def test_the_slope_of_the_likelihood_is_that_of_finite_differences():
    X, _, bad = world(2, 300, rho=0.4)
    ready = Scaling.of(X)
    found = _Likelihood(ready.ready(X), ready.ready(X), ~np.isnan(bad), bad == 1, 0.01)
    x = np.random.default_rng(3).normal(0, 0.4, 9)
    slope = approx_fprime(x, lambda at: found.negative(at)[0], 1e-7)
    np.testing.assert_allclose(found.negative(x)[1], slope, atol=1e-5)


@pytest.mark.parametrize("rho", [-0.6, 0.6])
def test_what_was_planted_is_found_where_a_column_bears_on_acceptance_alone(rho):
    X, truth, bad = world(4, 12_000, rho)
    found = SelectionModel.fitted(X, bad, outcome_columns=[0, 1], ridge=0.0)
    assert found.converged
    assert found.excluded == 1
    assert found.rho == pytest.approx(rho, abs=0.12)
    np.testing.assert_allclose(found.outcome, [-0.8, 0.9, -0.5], atol=0.1)
    declined = np.isnan(bad)
    assert found.probability_declined(X[declined]).mean() == pytest.approx(truth[declined].mean(), abs=0.02)
    assert found.probability(X).mean() == pytest.approx(truth.mean(), abs=0.02)
    # the accepted alone say otherwise
    naive = LogisticRegression().fit(X[~declined], bad[~declined]).predict_proba(X[declined])[:, 1]
    assert abs(naive.mean() - truth[declined].mean()) > 0.04


def test_missing_values_have_a_flag_of_their_own():
    X, _, bad = world(5, 3000)
    X[::4, 0] = np.nan
    found = SelectionModel.fitted(X, bad)
    assert found.outcome.size == 5
    assert np.isfinite(found.probability(X)).all()
    with pytest.raises(ParameterError):
        found.probability(X[:, :2])


def test_fuzzy_rows_are_each_declined_one_by_its_chances():
    X, _, bad = world(6)
    found = infer_rejects(X, bad, LogisticRegression(), method="fuzzy", prudence=2.0)
    declined = np.flatnonzero(np.isnan(bad))
    sums = np.bincount(found.rows[found.inferred], found.weight[found.inferred], len(bad))
    np.testing.assert_allclose(sums[declined], 1.0)
    chance = LogisticRegression().fit(X[~np.isnan(bad)], bad[~np.isnan(bad)]).predict_proba(X[declined])[:, 1]
    odds = 2.0 * chance / (1.0 - chance)
    bads = np.bincount(found.rows, found.weight * found.bad * found.inferred, len(bad))
    np.testing.assert_allclose(bads[declined], odds / (1.0 + odds), rtol=1e-9)
    seen = ~found.inferred
    np.testing.assert_array_equal(found.bad[seen], bad[found.rows[seen]])


def test_parcels_have_the_bad_rate_of_the_accepted_of_their_band():
    # one binary column: every declined stands in one of two bands, whose rates can be counted
    random = np.random.default_rng(7)
    X = (random.random((20_000, 1)) < 0.5).astype(float)
    truth = (random.random(20_000) < 0.1 + 0.3 * X[:, 0]).astype(float)
    bad = np.where(random.random(20_000) < 0.5, truth, np.nan)
    found = infer_rejects(X, bad, LogisticRegression(), method="parcelling")
    for value in (0.0, 1.0):
        rows = X[found.rows, 0] == value
        got, expected = (found.bad[rows & side].mean() for side in (found.inferred, ~found.inferred))
        assert got == pytest.approx(expected, abs=0.02)
    prudent = infer_rejects(X, bad, LogisticRegression(), method="parcelling", prudence=3.0)
    assert prudent.bad_rate_declined > found.bad_rate_declined + 0.1


def test_weights_make_the_accepted_look_like_all():
    X, _, bad = world(8, 8000)
    found = infer_rejects(X, bad, LogisticRegression(), method="reweighting", most_weight=50.0)
    assert not found.inferred.any()
    mean = np.average(X[found.rows], axis=0, weights=found.weight)
    assert np.abs(X[~np.isnan(bad)].mean(axis=0)).max() > 0.15
    np.testing.assert_allclose(mean, X.mean(axis=0), atol=0.05)
    assert (
        infer_rejects(X, bad, LogisticRegression(), method="reweighting", most_weight=3.0).weight.max() == 3.0
    )


def test_of_the_same_seed_the_same_rows_and_estimators_are_not_touched():
    X, _, bad = world(9, 800)
    estimator = LogisticBaseline()
    one, two = (infer_rejects(X, bad, estimator, method="parcelling", seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.bad, two.bad)
    assert not hasattr(estimator, "classes_")
    assert "parcelling" in str(one)
    assert np.isnan(infer_rejects(X, bad, estimator).bad_rate_declined)


def test_an_explored_weight_is_kept():
    X, truth, bad = world(10, 2000)
    lucky = np.isnan(bad) & (np.random.default_rng(0).random(2000) < 0.1)
    known = np.where(lucky, truth, bad)
    weight = np.where(lucky, 10.0, 1.0)
    found = infer_rejects(X, known, LogisticRegression(), sample_weight=weight)
    assert found.weight[np.isin(found.rows, np.flatnonzero(lucky))].tolist() == [10.0] * int(lucky.sum())


def test_evaluation_of_all_with_a_right_prior_and_with_one_of_its_own():
    random, inside = np.random.default_rng(11), 0
    for seed in range(12):
        log_odds = random.normal(-1.0, 1.5, 1500)
        chance = 1 / (1 + np.exp(-log_odds))
        truth = (random.random(1500) < chance).astype(float)
        bad = np.where(log_odds < 0.0, truth, np.nan)
        found = performance_with_rejects(bad, log_odds, chance, resamples=60, seed=seed)
        inside += found["auc"].low <= auc(truth, log_odds) <= found["auc"].high
        assert auc(truth[log_odds < 0], log_odds[log_odds < 0]) < found["auc"].low
    assert inside >= 10
    # a prior by a score that knows nothing of the declined: they look no riskier than the others
    noise = performance_with_rejects(bad, log_odds, np.full(1500, np.nanmean(bad)), resamples=20)
    assert noise["auc"].value < found["auc"].value - 0.05
    wide = performance_with_rejects(bad, log_odds, chance, prior_spread=1.0, resamples=60)
    assert wide["brier"].high - wide["brier"].low > 1.5 * (found["brier"].high - found["brier"].low)


def test_the_quality_of_declining_by_weights_of_two_arms():
    random = np.random.default_rng(12)
    n = 60_000
    approved = random.random(n) < 0.6
    riskier = ~approved & (random.random(n) < 0.5)
    truth = random.random(n) < np.where(approved, 0.05, np.where(riskier, 0.4, 0.1))
    share = np.where(riskier, 0.02, 0.10)  # the riskier were explored less
    lucky = ~approved & (random.random(n) < share)
    bad = np.where(approved | lucky, truth.astype(float), np.nan)
    found = rejection_quality(bad, approved, weight=1.0 / share, resamples=60)
    assert found.bad_rate_declined.low < truth[~approved].mean() < found.bad_rate_declined.high
    assert found.caught.low < truth[~approved].sum() / truth.sum() < found.caught.high
    assert found.verdict == "screens"
    plain = rejection_quality(bad, approved, resamples=60)
    assert plain.bad_rate_declined.high < truth[~approved].mean()


@pytest.mark.parametrize(
    ("declined", "share", "verdict"),
    [(0.05, 0.2, "does_not_screen"), (0.3, 0.2, "screens"), (0.07, 0.01, "not_sure"), (0.3, 0.0, "not_seen")],
)
def test_verdicts(declined, share, verdict):
    random = np.random.default_rng(13)
    approved = random.random(8_000) < 0.5
    truth = (random.random(8_000) < np.where(approved, 0.06, declined)).astype(float)
    bad = np.where(approved | (random.random(8_000) < share), truth, np.nan)
    found = rejection_quality(bad, approved, resamples=60)
    assert found.verdict == verdict
    assert verdict.replace("_", " ") in str(found)


def test_a_change_is_alarmed_seldom_where_there_is_none():
    random, alarms = np.random.default_rng(14), 0
    for seed in range(40):
        pair = []
        for _ in range(2):
            approved = random.random(3000) < 0.7
            truth = (random.random(3000) < np.where(approved, 0.06, 0.25)).astype(float)
            bad = np.where(approved | (random.random(3000) < 0.08), truth, np.nan)
            pair.append(rejection_quality(bad, approved, resamples=60, seed=seed))
        alarms += compare_rejection(*pair).verdict != "not_sure"
    assert alarms <= 6


def test_retraining_on_survivors_looks_better_and_is_worse_and_is_seen():
    """After Scarone and Baeza-Yates (2026): accuracy on the approved rises, bads caught fall."""
    random = np.random.default_rng(15)
    X = random.normal(size=(30_000, 3))
    chance = norm.cdf(-0.9 + X @ [0.9, 0.5, 0.0])
    truth = (random.random(30_000) < chance).astype(float)
    before, rows = LogisticBaseline().fit(X[:6000], truth[:6000].astype(int)), slice(6000, 18_000)
    score = before.log_odds(X[rows])
    approved = score < 0
    after = LogisticBaseline().fit(X[rows][approved][::2], truth[rows][approved][::2].astype(int))
    tested, judged = X[rows][approved][1::2], truth[rows][approved][1::2]
    accuracy = np.mean((after.log_odds(tested) >= 0) == judged)
    assert accuracy > np.mean((before.log_odds(X[18_000:]) >= 0) == truth[18_000:]) + 0.03
    cycles = []
    for model, some in ((before, rows), (after, slice(18_000, 30_000))):
        fine = model.log_odds(X[some]) < 0
        lucky = ~fine & (random.random(12_000) < 0.05)
        known = np.where(fine | lucky, truth[some], np.nan)
        cycles.append(rejection_quality(known, fine, resamples=60))
    caught = [one.caught.value for one in cycles]
    assert caught[1] < caught[0] - 0.1
    assert compare_rejection(*cycles).verdict in ("illusion", "worse")


def test_what_is_refused():
    X, truth, bad = world(16, 400)
    with pytest.raises(NameUnknownError, match="parcelling"):
        infer_rejects(X, bad, LogisticRegression(), method="parceling")
    for method in ("parcelling", "fuzzy", "reweighting", "bivariate"):
        with pytest.raises(FittingError):
            infer_rejects(X, truth, LogisticRegression(), method=method)
    with pytest.raises(FittingError):
        infer_rejects(X, np.where(truth == 1, 1.0, np.nan), LogisticRegression(), method="fuzzy")
    for wrong in ({"prudence": 0.0}, {"prudence": np.nan}, {"most_weight": 0.5}, {"seed": -1}):
        with pytest.raises(ParameterError):
            infer_rejects(X, bad, LogisticRegression(), method="fuzzy", **wrong)
    with pytest.raises(ParameterError):
        infer_rejects(X, bad * 2, LogisticRegression())
    with pytest.raises(ParameterError):
        infer_rejects(X[:5], bad, LogisticRegression())
    with pytest.raises(ParameterError, match="numbers"):
        infer_rejects([["boat"]] * 400, bad, LogisticRegression())
    with pytest.raises(ParameterError):
        SelectionModel.fitted(X, bad, outcome_columns=[0, 0])
    with pytest.raises(FittingError):
        performance_with_rejects(truth, truth, truth)
    with pytest.raises(ParameterError):
        performance_with_rejects(bad, truth, np.full(400, 1.5))
    with pytest.raises(ParameterError):
        rejection_quality(bad, np.ones(400))
    with pytest.raises(ParameterError):
        rejection_quality(bad, np.zeros(400, bool))
    with pytest.raises(ParameterError):
        rejection_quality(bad, ~np.isnan(bad) & (X[:, 0] > 0), weight=np.zeros(400))
