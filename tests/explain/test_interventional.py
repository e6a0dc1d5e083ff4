"""Interventional Shapley values against the definition, and a background that is named and hashed."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.background import Background
from creditscore.explain.shapley import ShapleyTables
from creditscore.model.trees import Trees
from tests.explain.models import N_FEATURES, booster_and_rows, interventional_worth, shapley_values

SHAPES = st.fixed_dictionaries(
    {
        "max_depth": st.integers(1, 10),
        "num_leaves": st.integers(2, 32),
        "zero_as_missing": st.booleans(),
        "use_missing": st.booleans(),
        "num_iterations": st.integers(1, 4),
    }
)


def trees_of(booster: lgb.Booster) -> Trees:
    return Trees.from_lightgbm_text(booster.model_to_string())


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), parameters=SHAPES, weighed=st.booleans(), rows=st.integers(1, 25))
def test_values_equal_the_sum_over_all_subsets(
    seed: int, parameters: dict[str, Any], weighed: bool, rows: int
) -> None:
    booster, X = booster_and_rows(seed, **parameters)
    background = X[-rows:]
    weights = np.random.default_rng(seed).random(rows) if weighed else np.ones(rows)
    tables = ShapleyTables.against(trees_of(booster), background, weights if weighed else None)
    assert tables.method == "interventional_tables"
    values = tables.contributions(X)
    for row in (0, 1, 2, 7):
        worth = interventional_worth(booster, X[row], background, weights)
        assert np.abs(values[row, :-1] - shapley_values(worth, N_FEATURES)).max() < 1e-9
        assert values[row, -1] == pytest.approx(worth(frozenset()), abs=1e-9)
    assert np.abs(values.sum(axis=1) - tables.trees.raw_scores(X)).max() < 1e-9
    alone = np.concatenate([tables.contributions(X[row : row + 1]) for row in range(len(X))])
    assert np.array_equal(alone, values)


def test_threads_and_batch_size_change_no_bit() -> None:
    booster, X = booster_and_rows(5, num_iterations=20)
    tables = ShapleyTables.against(trees_of(booster), X)
    many = np.tile(X, (60, 1))
    expected = tables.contributions(many, threads=1)
    assert np.array_equal(tables.contributions(many, threads=3), expected)
    assert np.array_equal(tables.contributions(many[100:227]), expected[100:227])


def test_repeated_rows_are_weights() -> None:
    booster, X = booster_and_rows(6)
    trees = trees_of(booster)
    repeated = ShapleyTables.against(trees, np.concatenate([X, X[:10], X[:10]]))
    weighed = ShapleyTables.against(trees, X, np.where(np.arange(len(X)) < 10, 3.0, 1.0))
    assert np.abs(repeated.contributions(X) - weighed.contributions(X)).max() < 1e-12


def test_the_mean_over_the_background_itself_is_nothing() -> None:
    """Efficiency and linearity: contributions of the population against itself cancel in the sum."""
    booster, X = booster_and_rows(7)
    values = ShapleyTables.against(trees_of(booster), X).contributions(X)
    assert abs(values[:, :-1].sum()) < 1e-9


# shap calls parts of matplotlib that matplotlib means to retire.
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning", "ignore::FutureWarning:shap")
def test_values_are_those_of_shap_where_it_is_exact() -> None:
    """Without gaps and categories; with them shap is off by 1e-8 or refuses, so it is no oracle."""
    import shap

    rng = np.random.default_rng(8)
    X = rng.normal(size=(400, 6))
    y = (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(float)
    booster = lgb.train({"objective": "binary", "verbose": -1, "max_depth": 5}, lgb.Dataset(X, y), 10)
    masker = shap.maskers.Independent(X[:50], max_samples=50)
    theirs = shap.TreeExplainer(booster, masker, feature_perturbation="interventional")
    ours = ShapleyTables.against(trees_of(booster), X[:50]).contributions(X[300:])
    assert np.abs(ours[:, :-1] - theirs.shap_values(X[300:])).max() < 1e-6


def test_a_model_too_deep_for_tables_is_refused() -> None:
    booster, X = booster_and_rows(7, num_leaves=100, min_data_in_leaf=1, max_depth=-1, num_iterations=3)
    with pytest.raises(ExplanationError, match=r"splits on a path.*without a background.*max_depth=6"):
        ShapleyTables.against(trees_of(booster), X)


def test_a_background_is_hashed_by_what_it_means() -> None:
    rows = np.array([[1.0, np.nan], [0.0, 2.0]])
    known = Background("approved", rows)
    odd = rows.copy()
    odd[0, 1] = np.frombuffer(np.uint64(0xFFF8000000000001).tobytes(), dtype=np.float64)[0]
    odd[1, 0] = -0.0
    assert Background("approved 2025", np.asfortranarray(odd), [1.0, 1.0]).sha256 == known.sha256
    others = [Background("approved", rows[::-1]), Background("approved", rows, [1.0, 2.0])]
    others.append(Background("approved", rows.reshape(1, 4)))
    assert len({known.sha256, *(other.sha256 for other in others)}) == 4
    assert repr(known) == f"Background('approved', 2 rows x 2 features, sha256 {known.sha256[:12]})"
    rows[:] = 7.0
    assert np.isnan(known.rows[0, 1])
    with pytest.raises(ValueError, match="read-only"):
        known.rows[0, 0] = 3.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", [[1.0]]), "name"),
        (("x", np.zeros((0, 3))), "rows"),
        (("x", [1.0, 2.0]), "rows"),
        (("x", [[1.0]], [1.0, 2.0]), "one number for each of 1 rows"),
        (("x", [[1.0]], [-1.0]), "'weights' must be finite"),
        (("x", [[1.0]], [0.0]), "not all 0"),
    ],
)
def test_a_background_that_means_nothing_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Background(*arguments)
