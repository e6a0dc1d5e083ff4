"""Who sees scores and outcomes learns little of who was in the data that a model was fitted on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

import creditscore as cs


def advantage(inside: NDArray[np.bool_], bad: NDArray[np.float64], chance: NDArray[np.float64]) -> float:
    """AUC of the attack by loss (Yeom et al. 2018): those with a small loss are said to be inside."""
    chance = np.clip(chance, 1e-6, 1 - 1e-6)
    return float(roc_auc_score(inside, np.where(bad == 1, np.log(chance), np.log1p(-chance))))


def test_losses_of_those_it_was_fitted_on_tell_little():
    german = cs.datasets.load_german()
    bad = np.asarray(german.bad, dtype=float)
    inside = np.zeros(len(bad), dtype=bool)
    inside[np.random.default_rng(0).permutation(len(bad))[::2]] = True
    pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)], threads=1)
    pipeline.fit(german.applications.take(np.flatnonzero(inside)), cs.Portfolio(), bad[inside])
    scores = pipeline.score_many(german.applications, cs.Portfolio())
    assert advantage(inside, bad, np.asarray(scores.probability_of_default)) < 0.58

    # A model that learned its people by heart is seen at once, so that the attack is one.
    values = np.random.default_rng(1).normal(size=(len(bad), 8))
    by_heart = DecisionTreeClassifier(random_state=0).fit(values[inside], bad[inside])
    assert advantage(inside, bad, by_heart.predict_proba(values)[:, 1]) > 0.65
