"""A missing value is never better than the best that could be observed."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import lightgbm
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from creditscore.errors import FittingError
from creditscore.model.boosting import BoostingData, BoostingSettings, canonical, sealed, with_decisions
from creditscore.model.fitted import Encoding
from creditscore.model.missing import missing_wins, never_better_when_missing, route_missing
from creditscore.model.recipes import TreeRecipe
from creditscore.model.scorer import CreditScorer
from creditscore.model.trees import Trees

SETTINGS = BoostingSettings(min_child_samples=5, max_bin=63, seed=0)
RECIPE = TreeRecipe("test", 0.2, 6, 15, 1.0, 0.0)


def grown(X: NDArray[np.float64], bad: NDArray[np.float64], signed: list[bool], n_trees: int = 20) -> Trees:
    data = BoostingData(X, bad, np.ones(len(X)), signed=np.array(signed), unknown={}, settings=SETTINGS)
    rows = np.arange(len(X))
    return Trees.from_lightgbm_text(data.grow(RECIPE, rows, n_trees, threads=1))


def safest_when_missing(seed: int, n: int = 300) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Risk rises with column 0, but whoever lacks it is the safest of all; column 1 interacts with it."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    X[:, 2] = rng.integers(0, 4, n)
    absent = rng.random(n) < 0.3
    log_odds = np.where(absent, -4.0, X[:, 0] + 0.5 * X[:, 0] * (X[:, 1] > 0)) + 0.3 * X[:, 2]
    X[absent, 0] = np.nan
    return X, (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float)


GRID = np.array([*itertools.product(np.linspace(-2.5, 2.5, 11), range(4))], dtype=float)


@pytest.mark.parametrize("sign", [+1, -1])
def test_planted_missing_never_wins(sign: int) -> None:
    encoding = Encoding((sign, 0, 0), {})
    best = sign * -10.0
    for seed in range(60):
        X, bad = safest_when_missing(seed)
        X[:, 0] *= sign
        trees = grown(encoding.encode(X), bad, [True, False, False])
        if_missing = trees.raw_scores(encoding.encode(np.insert(GRID, 0, np.nan, axis=1)))
        if_best = trees.raw_scores(encoding.encode(np.insert(GRID, 0, best, axis=1)))
        assert (if_missing >= if_best).all(), seed


def test_constraints_alone_would_let_missing_win() -> None:
    parameters = SETTINGS.to_lightgbm(np.array([True, False, False]), RECIPE) | {
        "monotone_constraints": [-1, 0, 0]
    }
    won = 0
    for seed in range(20):
        X, bad = safest_when_missing(seed)
        X[:, 0] *= -1
        booster = lightgbm.train(parameters, lightgbm.Dataset(X, bad, params=parameters), 20)
        if_missing = booster.predict(np.insert(GRID, 0, np.nan, axis=1), raw_score=True)
        if_best = booster.predict(np.insert(GRID, 0, 10.0, axis=1), raw_score=True)
        won += bool((np.asarray(if_missing) < np.asarray(if_best)).any())
    assert won >= 3


@pytest.mark.parametrize("sign", [+1, -1])
def test_planted_missing_never_wins_in_the_scorer(sign: int) -> None:
    X, bad = safest_when_missing(7, n=1500)
    X[:, 0] *= sign
    scorer = CreditScorer(signs=[sign, 0, 0], n_estimators=60, learning_rate=0.2, threads=1).fit(X, bad)
    observed = X[~np.isnan(X[:, 0]), 0]
    grid = X[:200].copy()

    def risk(value: float) -> NDArray[np.float64]:
        grid[:, 0] = value
        return scorer.decision_function(grid)

    best = observed.min() if sign > 0 else observed.max()
    assert (risk(np.nan) >= risk(best)).all()
    curve = np.array([risk(value) for value in np.linspace(observed.min(), observed.max(), 201)])
    assert np.count_nonzero(sign * np.diff(curve, axis=0) < 0) == 0
    assert np.ptp(curve) > 0.1


def test_missing_is_not_zero_where_training_saw_none() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 2)) + 50.0
    bad = (X[:, 0] + rng.normal(size=2000) > 51.5).astype(float)
    trees = grown(X, bad, [False, False])
    missing, zero = trees.raw_scores(np.array([[np.nan, 50.0], [0.0, 50.0]]))
    assert missing != zero
    # Each split sends it where rows fared worse, so it scores as some rows do, and never as the safest.
    assert trees.raw_scores(X).min() < missing <= trees.raw_scores(X).max()


@pytest.mark.parametrize("sign", [+1, -1])
@pytest.mark.parametrize("absent", [0, 4])
def test_what_training_hardly_saw_missing_is_as_risky_as_its_worst_value(sign: int, absent: int) -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(1000, 3))
    bad = (sign * X[:, 0] + 0.3 * X[:, 1] + 0.3 * rng.normal(size=1000) > 1.0).astype(float)
    safest = np.argsort(sign * X[:, 0])[:absent]
    X[safest, 0] = np.nan
    encoding = Encoding((sign, 0, 0), {})
    trees = grown(encoding.encode(X), bad, [True, False, False])
    rows = rng.normal(size=(200, 3))
    worst, missing = rows.copy(), rows.copy()
    worst[:, 0], missing[:, 0] = 100.0 * sign, np.nan
    risk_when_missing = trees.raw_scores(encoding.encode(missing))
    assert np.array_equal(risk_when_missing, trees.raw_scores(encoding.encode(worst)))
    assert np.ptp(risk_when_missing) > 0.0


def test_without_a_sign_what_training_never_saw_missing_goes_where_rows_fared_worse() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(1000, 1))
    bad = (np.abs(X[:, 0]) + 0.3 * rng.normal(size=1000) > 1.5).astype(float)
    trees = grown(X, bad, [False], n_trees=1)
    child, values, outcomes = int(trees.roots[0]), X[:, 0], bad
    while child >= 0:
        below = values <= trees.thresholds[child]
        left = outcomes[below].mean() > outcomes[~below].mean()
        chosen = below if left else ~below
        values, outcomes = values[chosen], outcomes[chosen]
        child = int(trees.nodes[child, 2 if left else 3])
    assert trees.raw_scores(np.array([[np.nan]]))[0] == trees.leaf_values[~child]


def test_what_enough_rows_tell_of_missing_values_stands() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(1000, 1))
    bad = (X[:, 0] + 0.3 * rng.normal(size=1000) > 1.0).astype(float)
    X[np.argsort(np.abs(X[:, 0]))[:200], 0] = np.nan
    trees = grown(X, bad, [True])
    missing, worst = trees.raw_scores(np.array([[np.nan], [100.0]]))
    assert missing < worst


def test_lightgbm_reads_the_sealed_text_and_scores_observed_values_as_before() -> None:
    rng = np.random.default_rng(2)
    X = rng.normal(size=(1500, 4))
    X[rng.random(1500) < 0.2, 1] = np.nan
    X[:, 3] = rng.integers(0, 9, 1500)
    bad = (X[:, 0] + np.nan_to_num(X[:, 1]) + (X[:, 3] == 4) + rng.normal(size=1500) > 1).astype(float)
    signed = np.array([True, True, False, False])
    parameters = SETTINGS.to_lightgbm(signed, RECIPE)
    data = lightgbm.Dataset(X, bad, categorical_feature=[3], params=parameters, free_raw_data=False)
    booster = lightgbm.train(parameters, data, 30)
    text = sealed(canonical(booster.model_to_string()), X, signed)
    again = lightgbm.Booster(model_str=text)
    assert np.array_equal(again.predict(X, raw_score=True), booster.predict(X, raw_score=True))
    X[rng.random(X.shape) < 0.3] = np.nan
    routed = Trees.from_lightgbm_text(text)
    assert np.array_equal(again.predict(X, raw_score=True), routed.raw_scores(X))
    assert not np.array_equal(booster.predict(X, raw_score=True), routed.raw_scores(X))


def test_writing_decisions_back_changes_nothing_else() -> None:
    X, bad = safest_when_missing(3)
    parameters = SETTINGS.to_lightgbm(np.zeros(3, dtype=bool), RECIPE)
    text = canonical(
        lightgbm.train(parameters, lightgbm.Dataset(X, bad, params=parameters), 5).model_to_string()
    )
    trees = Trees.from_lightgbm_text(text)
    once = with_decisions(text, trees)
    assert with_decisions(once, Trees.from_lightgbm_text(once)) == once
    differing = [old for old, new in zip(text.split("\n"), once.split("\n"), strict=True) if old != new]
    assert all(line.startswith(("decision_type=", "tree_sizes=")) for line in differing)


def random_trees(seed: int) -> Trees:
    """Trees without constraints and with missing values routed at random, so that the rule may be broken."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 6, size=(200, 3)).astype(float)
    X[rng.random(X.shape) < 0.2] = np.nan
    noise = rng.integers(0, 2, 200).astype(float)
    parameters = {
        "objective": "binary", "num_leaves": 8, "min_data_in_leaf": 2, "min_data_in_bin": 1, "seed": seed,
        "min_data_per_group": 2, "cat_smooth": 0.0, "num_threads": 1, "verbosity": -1,
    }  # fmt: skip
    data = lightgbm.Dataset(X, noise, categorical_feature=[2], params=parameters)
    trees = Trees.from_lightgbm_text(canonical(lightgbm.train(parameters, data, 1).model_to_string()))
    nodes = route_missing(trees, X).nodes.copy()
    numeric = (nodes[:, 1] & 1) == 0
    nodes[numeric, 1] ^= np.where(rng.random(int(numeric.sum())) < 0.5, 2, 0).astype(np.int32)
    return replace(trees, nodes=nodes)


def missing_wins_by_brute_force(trees: Trees, feature: int) -> bool:
    values = [-1.0, *np.arange(-0.5, 6.0, 0.5), np.nan]
    grid = np.array([*itertools.product(values, repeat=3)])
    if_missing, if_best = grid.copy(), grid.copy()
    if_missing[:, feature], if_best[:, feature] = np.nan, -1e9
    return bool((trees.raw_scores(if_missing) < trees.raw_scores(if_best)).any())


@settings(deadline=None, max_examples=60)
@example(1172, 0)  # a leaf that no applicant can reach
@example(1406, 1)  # a split that no applicant can reach
@given(st.integers(0, 10_000), st.integers(0, 1))
def test_the_proof_finds_what_brute_force_finds(seed: int, feature: int) -> None:
    trees = random_trees(seed)
    signed = np.arange(3) == feature
    assert bool(missing_wins(trees, signed)) == missing_wins_by_brute_force(trees, feature)
    mended = never_better_when_missing(trees, signed)
    assert not missing_wins_by_brute_force(mended, feature)
    observed = np.random.default_rng(seed).integers(0, 6, size=(50, 3)).astype(float)
    assert np.array_equal(mended.raw_scores(observed), trees.raw_scores(observed))


def test_brute_force_does_find_broken_trees() -> None:
    assert sum(missing_wins_by_brute_force(random_trees(seed), 0) for seed in range(30)) >= 5


def test_nan_taken_for_zero_is_refused_by_name() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    parameters = SETTINGS.to_lightgbm(np.zeros(2, dtype=bool), RECIPE)
    data = lightgbm.Dataset(X, (X[:, 1] > 0).astype(float), params=parameters)
    trees = Trees.from_lightgbm_text(canonical(lightgbm.train(parameters, data, 2).model_to_string()))
    with pytest.raises(FittingError, match="income do not treat NaN as missing"):
        never_better_when_missing(trees, np.zeros(2, dtype=bool), ("age", "income"))


def test_three_hundred_trees_are_proven_in_a_moment() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4000, 20))
    X[rng.random(X.shape) < 0.2] = np.nan
    bad = (np.nan_to_num(X).sum(axis=1) + 4 * rng.normal(size=4000) > 3).astype(float)
    data = BoostingData(
        X, bad, np.ones(4000), signed=np.ones(20, dtype=bool), unknown={}, settings=SETTINGS
    )  # fmt: skip
    trees = Trees.from_lightgbm_text(
        data.grow(replace(RECIPE, num_leaves=31, learning_rate=0.03), np.arange(4000), 300, threads=1)
    )
    assert trees.n_trees == 300
    began = time.process_time()
    assert missing_wins(trees, np.ones(20, dtype=bool)) == set()
    assert time.process_time() - began < 5
