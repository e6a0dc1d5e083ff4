"""What people do with scikit-learn's estimators, on a data frame with labels, works with these."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from creditscore.model.baseline import LogisticBaseline
from creditscore.model.scorer import CreditScorer

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "debt": RNG.exponential(10.0, 400),
        "purpose": RNG.choice(["boat", "car", "home"], 400),
        "noise": RNG.normal(size=400),
    }
)
DEFAULTED = (FRAME["debt"] + 9.0 * (FRAME["purpose"] == "boat") + RNG.normal(0, 4, 400) > 18).to_numpy()
STATUS = pd.Series(np.where(DEFAULTED, "bad", "good"))
QUICK = {"n_estimators": 15, "learning_rate": 0.3, "n_folds": 3, "threads": 1, "positive_label": "bad"}


@pytest.fixture(
    params=[CreditScorer(**QUICK), LogisticBaseline(positive_label="bad")], ids=["scorer", "baseline"]
)
def estimator(request):
    return clone(request.param)


def test_a_clone_is_equal_before_and_after_fitting(estimator):
    fitted = clone(estimator).fit(FRAME, STATUS)
    assert clone(fitted).get_params() == estimator.get_params()
    assert not hasattr(clone(fitted), "classes_")


def test_grid_search_finds_the_better_of_two(estimator):
    name, worse, better = (
        ("n_estimators", 1, 15) if isinstance(estimator, CreditScorer) else ("reg_lambda", 1e6, 1.0)
    )
    search = GridSearchCV(estimator, {name: [worse, better]}, cv=3, scoring="neg_log_loss")
    search.fit(FRAME, STATUS, sample_weight=np.ones(400))
    assert search.best_params_ == {name: better}
    assert search.predict(FRAME).shape == (400,)


def test_cross_validation_scores_and_predicts(estimator):
    assert cross_val_score(estimator, FRAME, STATUS, cv=3, scoring="roc_auc").min() > 0.7
    # scikit-learn numbers the labels before it asks for probabilities, so they have to be numbers already
    numbered = estimator.set_params(positive_label=1)
    chance = cross_val_predict(numbered, FRAME, DEFAULTED.astype(int), cv=3, method="predict_proba")
    assert chance[DEFAULTED, 1].mean() > chance[~DEFAULTED, 1].mean() + 0.2


def test_it_is_the_last_step_of_a_pipeline(estimator):
    logs = make_column_transformer(
        (FunctionTransformer(np.log1p, feature_names_out="one-to-one"), ["debt"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    chain = make_pipeline(logs, estimator).fit(FRAME, STATUS)
    alone = clone(estimator).fit(FRAME, STATUS)
    assert np.abs(chain.predict_proba(FRAME) - alone.predict_proba(FRAME)).max() < 1e-9


def test_others_may_calibrate_it(estimator):
    weight = np.random.default_rng(1).integers(1, 3, 400)
    calibrated = CalibratedClassifierCV(estimator, cv=3).fit(FRAME, STATUS, sample_weight=weight)
    chance = calibrated.predict_proba(FRAME)
    assert np.abs(chance.sum(axis=1) - 1.0).max() < 1e-12
    bad = calibrated.classes_.tolist().index("bad")
    assert chance[DEFAULTED, bad].mean() > chance[~DEFAULTED, bad].mean() + 0.2


def test_permuting_what_tells_costs_most(estimator):
    fitted = estimator.fit(FRAME, STATUS)
    found = permutation_importance(fitted, FRAME, STATUS, n_repeats=3, random_state=0, scoring="roc_auc")
    assert found.importances_mean[:2].min() > found.importances_mean[2] + 0.01


def test_weights_count(estimator):
    boats = np.where(DEFAULTED & (FRAME["purpose"] == "boat"), 8.0, 1.0)
    rows = FRAME[FRAME["purpose"] == "boat"]
    plain = clone(estimator).fit(FRAME, STATUS).probability_of_bad(rows).mean()
    assert (
        clone(estimator).fit(FRAME, STATUS, sample_weight=boats).probability_of_bad(rows).mean()
        > plain + 0.05
    )
