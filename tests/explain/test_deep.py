"""Values by quadrature against LightGBM, against tables and against the definition."""

from __future__ import annotations

from math import comb
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.background import Background
from creditscore.explain.deep import ShapleyQuadrature
from creditscore.explain.explainer import Explainer
from creditscore.explain.pairs import PairTables, pair_method
from creditscore.explain.shapley import shapley_method
from creditscore.model.affine import AffineCalibration
from creditscore.model.fitted import FittedModel
from creditscore.model.trees import Trees
from tests.explain.models import N_FEATURES, booster_and_rows, goes_left, path_worth
from tests.explain.models import interaction_values as by_definition

DEEP = {"num_leaves": 100, "min_data_in_leaf": 1, "max_depth": -1, "num_iterations": 3}
SIDES = ("left_child", "right_child")
PLAYERS = np.array([0, 1, 0, 2, 1], dtype=np.int32)


def exact(booster: lgb.Booster, players: np.ndarray | None = None) -> ShapleyQuadrature:
    return ShapleyQuadrature.build(Trees.from_lightgbm_text(booster.model_to_string()), players)


def wide_chain(n_features: int) -> tuple[lgb.Booster, np.ndarray]:
    """One tree that splits off one category after another, each by a column of its own."""
    rng = np.random.default_rng(0)
    X = np.tile(np.eye(n_features), (60, 1))
    y = (rng.random(len(X)) < np.tile(np.linspace(0.02, 0.98, n_features), 60)).astype(float)
    parameters = {
        "objective": "binary", "num_leaves": n_features + 1, "max_depth": -1, "min_data_in_leaf": 1,
        "min_sum_hessian_in_leaf": 0.0, "enable_bundle": False, "verbose": -1, "num_threads": 1,
    }  # fmt: skip
    X = np.vstack([X, rng.random((8, n_features)) < 0.3]).astype(float)
    return lgb.train(parameters, lgb.Dataset(X[:-8], y), 1), X[-8:]


def by_size_of_coalition(booster: lgb.Booster, row: np.ndarray) -> np.ndarray:
    """Shapley values of one row, leaf by leaf, from how many coalitions of each size meet how much.

    Every term is 0 or more, so that nothing cancels, however many features are on a path.
    """
    values = np.zeros(len(row))

    def below(node: dict[str, Any], way: dict[int, tuple[float, float]]) -> None:
        if "leaf_value" in node:
            for player, (met, share) in way.items():
                sizes = np.ones(1)
                for other, (theirs, chance) in way.items():
                    if other != player:
                        sizes = np.convolve(sizes, [chance, theirs])
                weight = sum(s / (len(way) * comb(len(way) - 1, k)) for k, s in enumerate(sizes.tolist()))
                values[player] += node["leaf_value"] * (met - share) * weight
            return
        rows = {side: node[side].get("internal_count", node[side].get("leaf_count")) for side in SIDES}
        for side in SIDES:
            feature = node["split_feature"]
            met, share = way.get(feature, (1.0, 1.0))
            taken = goes_left(node, row[feature]) == (side == "left_child")
            step = {feature: (met * taken, share * rows[side] / sum(rows.values()))}
            below(node[side], way | step)

    for tree in booster.dump_model()["tree_info"]:
        below(tree["tree_structure"], {})
    return values


@settings(deadline=None, max_examples=12)
@given(
    seed=st.integers(0, 2**32 - 1),
    parameters=st.fixed_dictionaries(
        {
            "max_depth": st.integers(-1, 14).filter(bool),
            "num_leaves": st.integers(2, 120),
            "min_data_in_leaf": st.integers(1, 3),
            "zero_as_missing": st.booleans(),
            "use_missing": st.booleans(),
            "num_iterations": st.integers(1, 3),
        }
    ),
)
def test_values_equal_lightgbm_and_the_sum_over_all_subsets(seed: int, parameters: dict[str, Any]) -> None:
    booster, X = booster_and_rows(seed, **parameters)
    found = exact(booster)
    whole = found.contributions(X)
    assert np.abs(whole - booster.predict(X, pred_contrib=True)).max() < 1e-9
    assert np.abs(whole.sum(axis=1) - found.trees.raw_scores(X)).max() < 1e-12
    rows = [0, 1, 5]  # finite rows: the dump writes an infinite threshold as a large number
    pairs = found.interactions(X[rows])
    assert np.abs(pairs.sum(axis=2) - whole[rows, :-1]).max() < 1e-12
    for row, values in zip(rows, pairs, strict=True):
        assert np.abs(values - by_definition(path_worth(booster, X[row]), N_FEATURES)).max() < 1e-9


@pytest.mark.parametrize("players", [None, PLAYERS])
def test_values_are_those_of_tables_where_both_serve(players: np.ndarray | None) -> None:
    booster, X = booster_and_rows(3, max_depth=8, num_iterations=20)
    tables = PairTables.of(Trees.from_lightgbm_text(booster.model_to_string()), players=players)
    found = exact(booster, players)
    assert np.abs(found.contributions(X) - tables.contributions(X)).max() < 1e-13
    assert np.abs(found.interactions(X) - tables.interactions(X)).max() < 1e-13


@pytest.mark.parametrize("n_features", [20, 30, 45, 60])
def test_every_rule_serves_the_paths_it_is_meant_for(n_features: int) -> None:
    booster, X = wide_chain(n_features)
    found = exact(booster)
    most = int(found.ways.lengths.max()) + 1
    assert most > n_features - 4
    assert most <= 2 * len(found.ways.points) < most + 20
    whole = found.contributions(X)
    for row in (0, 5):  # LightGBM itself is off by 5e-9 on paths of 60
        assert np.abs(whole[row, :-1] - by_size_of_coalition(booster, X[row])).max() < 1e-12
    assert np.abs(whole.sum(axis=1) - booster.predict(X, raw_score=True)).max() < 1e-12


def test_more_features_on_a_path_than_any_rule_serves_go_to_the_booster() -> None:
    booster, X = wide_chain(80)
    text = booster.model_to_string()
    trees = Trees.from_lightgbm_text(text)
    with pytest.raises(ExplanationError, match="more than 64 features"):
        pair_method(trees)
    chosen = shapley_method(trees, text)
    assert chosen.method == "pred_contrib"
    assert chosen.contributions(X).shape == (8, 81)


def test_threads_and_batch_size_change_no_bit() -> None:
    booster, X = booster_and_rows(5, **DEEP)
    found = exact(booster)
    many = np.tile(X, (30, 1))
    for values in (found.contributions, found.interactions):
        expected = values(many, threads=1)
        assert np.array_equal(values(many, threads=2), expected)
        assert np.array_equal(values(many[7:50]), expected[7:50])
        assert np.array_equal(values(many[9:10])[0], expected[9])


def test_a_model_without_splits_is_all_base() -> None:
    booster, X = booster_and_rows(4, min_data_in_leaf=1000)
    found = exact(booster)
    assert (found.contributions(X)[:, :-1] == 0.0).all()
    assert (found.interactions(X) == 0.0).all()
    with pytest.raises(ParameterError, match="matrix with 5 columns"):
        found.contributions(X[:, 1:])


def test_an_explainer_of_a_deep_model_gives_interactions_but_not_against_a_background() -> None:
    booster, X = booster_and_rows(7, **DEEP)
    calibration = AffineCalibration(0.7, -0.4)
    fitted = FittedModel(booster.model_to_string(), (0,) * N_FEATURES, {}, calibration, tuple("abcde"))
    explainer = Explainer(fitted)
    assert explainer.shapley.method == "quadrature"
    found = explainer.interactions(X, range(len(X)), groups={"a": "ac", "c": "ac"})
    raw = booster.predict(X, raw_score=True)
    assert np.abs(found.values.sum(axis=(1, 2)) - 0.7 * (raw - explainer.shapley.base)).max() < 1e-12
    with pytest.raises(ExplanationError, match="splits on a path"):
        Explainer(fitted, Background("all", X))
