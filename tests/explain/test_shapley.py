"""Shapley values from tables against LightGBM and against the definition, summed over all subsets."""

from __future__ import annotations

import threading
from itertools import combinations
from math import factorial
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.shapley import PredContrib, ShapleyTables, shapley_method
from creditscore.model.trees import Trees

N_FEATURES = 5
CATEGORY = 4


def booster_and_rows(seed: int, **parameters: Any) -> tuple[lgb.Booster, np.ndarray]:
    """A small model on gappy columns and one category, and rows with values it never saw."""
    rng = np.random.default_rng(seed)

    def draw(n: int) -> np.ndarray:
        X = rng.normal(size=(n, N_FEATURES))
        X[:, 1] = np.where(rng.random(n) < 0.5, 0.0, X[:, 1])
        X[:, 2] = rng.integers(0, 4, n)
        X[:, CATEGORY] = rng.integers(0, 40, n)
        X[rng.random(X.shape) < 0.2] = np.nan
        return X

    X = draw(300)
    logit = X[:, :2].sum(axis=1) * np.isin(X[:, 4] % 5, [1, 4]) + np.where(
        np.isnan(X[:, 3]), 1.0, X[:, 3] ** 2
    )
    y = (rng.random(300) < 1 / (1 + np.exp(-np.nan_to_num(logit)))).astype(float)
    chosen = {
        "objective": "binary", "num_leaves": 16, "min_data_in_leaf": 2, "min_data_per_group": 3,
        "max_cat_to_onehot": 2, "cat_smooth": 1.0, "verbose": -1, "num_threads": 1, "num_iterations": 4,
    } | parameters  # fmt: skip
    booster = lgb.train(chosen, lgb.Dataset(X, y, categorical_feature=[CATEGORY], params=chosen))
    fresh = draw(40)
    fresh[0] = np.nan
    fresh[1] = 0.0
    fresh[2] = [np.inf, -np.inf, 99.0, -1.0, 1e9]
    return booster, fresh


def tables_of(booster: lgb.Booster) -> ShapleyTables:
    return ShapleyTables.build(Trees.from_lightgbm_text(booster.model_to_string()))


def value_of_coalition(node: dict[str, Any], row: np.ndarray, known: frozenset[int]) -> float:
    """Expected output of a tree when only some features are known: the game that is explained."""
    if "leaf_value" in node:
        return float(node["leaf_value"])
    children = [node["left_child"], node["right_child"]]
    if node["split_feature"] in known:
        return value_of_coalition(children[not goes_left(node, row[node["split_feature"]])], row, known)
    counts = np.array(
        [child.get("internal_count", child.get("leaf_count")) for child in children], dtype=float
    )
    values = [value_of_coalition(child, row, known) for child in children]
    return float(counts @ values / counts.sum())


def goes_left(node: dict[str, Any], value: float) -> bool:
    if node["decision_type"] == "==":
        return bool(value >= 0) and str(int(value)) in node["threshold"].split("||")
    if node["missing_type"] != "NaN" and np.isnan(value):
        value = 0.0
    if np.isnan(value) or (node["missing_type"] == "Zero" and value == 0.0):
        return bool(node["default_left"])
    return bool(value <= node["threshold"])


def shapley_by_definition(booster: lgb.Booster, row: np.ndarray) -> np.ndarray:
    values = np.zeros(N_FEATURES + 1)
    for tree in booster.dump_model()["tree_info"]:
        root = tree["tree_structure"]
        values[-1] += value_of_coalition(root, row, frozenset())
        for feature in range(N_FEATURES):
            others = [other for other in range(N_FEATURES) if other != feature]
            for size in range(N_FEATURES):
                weight = factorial(size) * factorial(N_FEATURES - size - 1) / factorial(N_FEATURES)
                for coalition in map(frozenset, combinations(others, size)):
                    with_it = value_of_coalition(root, row, coalition | {feature})
                    values[feature] += weight * (with_it - value_of_coalition(root, row, coalition))
    return values


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    parameters=st.fixed_dictionaries(
        {
            "max_depth": st.integers(1, 10),
            "num_leaves": st.integers(2, 48),
            "zero_as_missing": st.booleans(),
            "use_missing": st.booleans(),
            "num_iterations": st.integers(1, 12),
        }
    ),
)
def test_values_equal_lightgbm_at_every_depth(seed: int, parameters: dict[str, Any]) -> None:
    booster, X = booster_and_rows(seed, **parameters)
    tables = tables_of(booster)
    values = tables.contributions(X)
    assert np.abs(values - booster.predict(X, pred_contrib=True)).max() < 1e-9
    assert np.abs(values.sum(axis=1) - tables.trees.raw_scores(X)).max() < 1e-9
    alone = np.concatenate([tables.contributions(X[row : row + 1]) for row in range(len(X))])
    assert np.array_equal(alone, values)


@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(1, 7), zero_as_missing=st.booleans())
def test_values_equal_the_sum_over_all_subsets(seed: int, depth: int, zero_as_missing: bool) -> None:
    booster, X = booster_and_rows(seed, max_depth=depth, num_iterations=2, zero_as_missing=zero_as_missing)
    X = X[[0, 1, 5]]  # finite rows: the dump writes an infinite threshold as a large number
    values = tables_of(booster).contributions(X)
    expected = np.array([shapley_by_definition(booster, row) for row in X])
    assert np.abs(values - expected).max() < 1e-9


def test_a_feature_that_no_tree_uses_gets_exactly_zero() -> None:
    rng = np.random.default_rng(3)
    X = np.column_stack([rng.normal(size=500), np.full(500, 7.0)])
    booster = lgb.train({"objective": "binary", "verbose": -1}, lgb.Dataset(X, X[:, 0] > 0), 5)
    values = tables_of(booster).contributions(X)
    assert (values[:, 1] == 0.0).all()
    assert (values[:, 0] != 0.0).all()


def test_a_model_without_splits_is_all_base() -> None:
    booster, X = booster_and_rows(4, min_data_in_leaf=1000)
    values = tables_of(booster).contributions(X)
    assert (values[:, :-1] == 0.0).all()
    assert np.abs(values[:, -1] - booster.predict(X, raw_score=True)).max() < 1e-12


def test_threads_and_batch_size_change_no_bit() -> None:
    booster, X = booster_and_rows(5, num_iterations=20)
    tables = tables_of(booster)
    X = np.tile(X, (60, 1))
    expected = tables.contributions(X, threads=1)
    assert np.array_equal(tables.contributions(X, threads=3), expected)
    assert np.array_equal(tables.contributions(X[100:227]), expected[100:227])
    assert np.array_equal(tables.contributions(np.asfortranarray(X)), expected)


def test_eight_callers_share_the_tables() -> None:
    booster, X = booster_and_rows(6)
    tables = tables_of(booster)
    expected = tables.contributions(X)
    answers: list[np.ndarray] = []
    callers = [threading.Thread(target=lambda: answers.append(tables.contributions(X))) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(answers) == 8
    assert all(np.array_equal(answer, expected) for answer in answers)


def test_a_model_too_deep_for_tables_falls_back_and_says_so() -> None:
    booster, X = booster_and_rows(7, num_leaves=100, min_data_in_leaf=1, max_depth=-1, num_iterations=3)
    text = booster.model_to_string()
    trees = Trees.from_lightgbm_text(text)
    with pytest.raises(ExplanationError, match=r"splits on a path.*max_depth=6"):
        ShapleyTables.build(trees)
    chosen = shapley_method(trees, text)
    assert chosen.method == "pred_contrib"
    values = chosen.contributions(X)
    assert np.abs(values.sum(axis=1) - trees.raw_scores(X)).max() < 1e-9


def test_a_model_that_fits_uses_tables() -> None:
    booster, _ = booster_and_rows(8, max_depth=6)
    text = booster.model_to_string()
    assert shapley_method(Trees.from_lightgbm_text(text), text).method == "leaf_tables"


@pytest.mark.parametrize("rows", [0, 1])
def test_both_methods_agree_on_shapes(rows: int) -> None:
    booster, X = booster_and_rows(9)
    booster_method = PredContrib.from_lightgbm_text(booster.model_to_string())
    for method in (tables_of(booster), booster_method):
        assert method.contributions(X[:rows]).shape == (rows, N_FEATURES + 1)
        with pytest.raises(ParameterError, match="matrix with 5 columns"):
            method.contributions(X[:, 1:])
