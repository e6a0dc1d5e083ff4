"""A label that fitting did not see, or that is missing where few were, is never as safe as the best label."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from creditscore.errors import UnseenLabelsWarning
from creditscore.model.scorer import CreditScorer
from creditscore.model.trees import Trees

RATES = np.array([0.05, 0.1, 0.2, 0.5, 0.7, 0.3])


def sample(seed, *, missing=0.0, n=1_500):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, RATES.size, n)
    bad = (rng.random(n) < RATES[label]).astype(int)
    column = label.astype(float) * 11.0
    column[rng.random(n) < missing] = np.nan
    other = rng.integers(0, 40, n).astype(float)
    return np.column_stack([column, rng.normal(size=n), other]), bad


def grown(seed, **more):
    X, bad = sample(seed, **more)
    return CreditScorer(categorical_features=[0, 2], n_estimators=40, learning_rate=0.1, seed=seed).fit(
        X, bad
    ), X


def log_odds(scorer, X, label):
    rows = X.copy()
    rows[:, 0] = label
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnseenLabelsWarning)
        return scorer.decision_function(rows)


@pytest.mark.parametrize("seed", range(4))
def test_a_new_label_fares_worse_than_all_labels_do_on_the_whole(seed):
    scorer, X = grown(seed)
    few = X[:200]
    known = np.array([log_odds(scorer, few, 11.0 * k) for k in range(RATES.size)])
    for label in (999.0, np.nan):
        unknown = log_odds(scorer, few, label)
        assert (unknown > known.min(axis=0)).all()
        assert unknown.mean() > known.mean()


@pytest.mark.parametrize("seed", range(3))
def test_in_each_tree_it_fares_as_some_known_label_does(seed):
    """The proof that is stated of the model text, tried on every tree by itself."""
    scorer, X = grown(seed)
    trees: Trees = scorer.model_.trees
    few = X[:60]
    first = 0
    for root in trees.roots.tolist():
        alone = _only(trees, root)
        encode = scorer.model_.encode
        known = []
        for k in range(RATES.size):
            rows = few.copy()
            rows[:, 0] = 11.0 * k
            known.append(alone(encode(rows)))
        rows = few.copy()
        rows[:, 0] = -5.0
        unknown = alone(encode(rows))
        assert (np.array(known) == unknown).any(axis=0).all()
        first += 1
    assert first == scorer.model_.n_trees


def _only(trees, root):
    """Walk one tree, split by split, as LightGBM describes it."""

    def value(row):
        child = root
        while child >= 0:
            feature, decision, left, right = trees.nodes[child].tolist()
            if decision & 1:
                number = int(trees.thresholds[child])
                words = trees.category_words[
                    trees.category_bounds[number] : trees.category_bounds[number + 1]
                ].tolist()
                code = int(row[feature])
                inside = code // 32 < len(words) and words[code // 32] >> (code % 32) & 1
                child = left if inside else right
            else:
                goes = decision & 2 if np.isnan(row[feature]) else row[feature] <= trees.thresholds[child]
                child = left if goes else right
        return trees.leaf_values[~child]

    return lambda rows: np.array([value(row) for row in rows])


def test_what_many_lack_is_learned():
    """Of 30 % without a label as many are bad as of all: they fare as all do, and so does a new label."""
    scorer, X = grown(5, missing=0.3, n=4_000)
    few = X[:200]
    missing, new = log_odds(scorer, few, np.nan), log_odds(scorer, few, 999.0)
    assert np.array_equal(missing, new)
    known = np.array([log_odds(scorer, few, 11.0 * k) for k in range(RATES.size)])
    assert (missing > known.min(axis=0)).all()
    assert (missing < known.max(axis=0)).all()
