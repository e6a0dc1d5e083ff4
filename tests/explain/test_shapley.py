"""Shapley values from tables against LightGBM and against the definition, summed over all subsets."""

from __future__ import annotations

import threading
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.shapley import PredContrib, ShapleyTables, shapley_method
from creditscore.model.trees import Trees
from tests.explain.models import N_FEATURES, booster_and_rows, path_worth, shapley_values


def tables_of(booster: lgb.Booster) -> ShapleyTables:
    return ShapleyTables.build(Trees.from_lightgbm_text(booster.model_to_string()))


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
    for row, explained in zip(X, values, strict=True):
        worth = path_worth(booster, row)
        assert np.abs(explained[:-1] - shapley_values(worth, N_FEATURES)).max() < 1e-9
        assert explained[-1] == pytest.approx(worth(frozenset()), abs=1e-9)


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
    assert chosen.method == "quadrature"
    values = chosen.contributions(X)
    assert np.abs(values.sum(axis=1) - trees.raw_scores(X)).max() < 1e-12


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
