"""Interaction values of both games against the definition, summed over all subsets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.background import Background
from creditscore.explain.explainer import Explainer
from creditscore.explain.interactions import Interactions
from creditscore.explain.pairs import PairTables
from creditscore.model.affine import AffineCalibration
from creditscore.model.fitted import FittedModel
from creditscore.model.trees import Trees
from tests.explain.models import (
    N_FEATURES,
    booster_and_rows,
    interventional_worth,
    path_worth,
    shapley_values,
)
from tests.explain.models import interaction_values as by_definition

NAMES = tuple("abcde")
PLAYERS = np.array([0, 1, 0, 2, 1], dtype=np.int32)
SHAPES = st.fixed_dictionaries(
    {
        "max_depth": st.integers(1, 10),
        "num_leaves": st.integers(2, 32),
        "zero_as_missing": st.booleans(),
        "use_missing": st.booleans(),
        "num_iterations": st.integers(1, 3),
    }
)


def trees_of(booster: lgb.Booster) -> Trees:
    return Trees.from_lightgbm_text(booster.model_to_string())


def explainer_of(booster: lgb.Booster, background: Background | None = None) -> Explainer:
    calibration = AffineCalibration(0.7, -0.4)
    fitted = FittedModel(booster.model_to_string(), (0,) * N_FEATURES, {}, calibration, NAMES)
    return Explainer(fitted, background)


def of_groups(worth: Callable[[frozenset[int]], float]) -> Callable[[frozenset[int]], float]:
    """The game whose players are groups of features."""
    return lambda known: worth(frozenset(np.flatnonzero(np.isin(PLAYERS, sorted(known))).tolist()))


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1), parameters=SHAPES, against=st.booleans(), weighed=st.booleans(),
    grouped=st.booleans(),
)  # fmt: skip
def test_values_equal_the_sum_over_all_subsets(
    seed: int, parameters: dict[str, Any], against: bool, weighed: bool, grouped: bool
) -> None:
    booster, X = booster_and_rows(seed, **parameters)
    background = X[-12:]
    weights = np.random.default_rng(seed).random(12) if weighed else np.ones(12)
    tables = PairTables.of(
        trees_of(booster),
        rows=background if against else None,
        weights=weights if against and weighed else None,
        players=PLAYERS if grouped else None,
    )
    rows = X[[0, 1, 5]]  # finite rows: the dump writes an infinite threshold as a large number
    players = 3 if grouped else N_FEATURES
    values, whole = tables.interactions(rows), tables.contributions(rows)
    for row, found, explained in zip(rows, values, whole, strict=True):
        worth = path_worth(booster, row)
        if against:
            worth = interventional_worth(booster, row, background, weights)
        game = of_groups(worth) if grouped else worth
        assert np.abs(found - by_definition(game, players)).max() < 1e-9
        assert np.abs(explained[:-1] - shapley_values(game, players)).max() < 1e-9
        assert explained[-1] == pytest.approx(worth(frozenset()), abs=1e-9)
    assert np.abs(values.sum(axis=2) - whole[:, :-1]).max() < 1e-12
    assert np.abs(whole.sum(axis=1) - tables.shapley.trees.raw_scores(rows)).max() < 1e-12


def test_rows_sum_to_contributions_and_pairs_are_symmetric() -> None:
    booster, X = booster_and_rows(1, num_iterations=20)
    explainer = explainer_of(booster)
    found = explainer.interactions(X, range(len(X)))
    raw = booster.predict(X, pred_contrib=True)[:, :-1]
    assert np.abs(found.values.sum(axis=2) - 0.7 * raw).max() < 1e-9
    assert np.array_equal(found.values, found.values.transpose(0, 2, 1))
    alone = explainer.interactions(X[3:4], ["x"])
    assert np.array_equal(alone.values[0], found.values[3])
    assert repr(found) == f"Interactions({len(X)} applications x 5 features)"


@pytest.mark.parametrize("against", [False, True])
def test_threads_and_batch_size_change_no_bit(against: bool) -> None:
    booster, X = booster_and_rows(5, num_iterations=20)
    tables = PairTables.of(trees_of(booster), rows=X if against else None)
    many = np.tile(X, (30, 1))
    expected = tables.interactions(many, threads=1)
    assert np.array_equal(tables.interactions(many, threads=2), expected)
    assert np.array_equal(tables.interactions(many[100:327]), expected[100:327])
    alone = np.concatenate([tables.interactions(many[row : row + 1]) for row in range(40)])
    assert np.array_equal(alone, expected[:40])


def test_against_a_background_pairs_sum_to_its_contributions() -> None:
    booster, X = booster_and_rows(1, num_iterations=20)
    approved = Background("approved", X[:9], np.arange(1.0, 10.0))
    explainer = explainer_of(booster, approved)
    found = explainer.interactions(X, range(len(X)))
    whole = 0.7 * explainer.shapley.contributions(X)[:, :-1]
    assert np.abs(found.values.sum(axis=2) - whole).max() < 1e-12
    raw = booster.predict(X, raw_score=True)
    base = np.average(raw[:9], weights=approved.weights)
    assert np.abs(found.values.sum(axis=(1, 2)) - 0.7 * (raw - base)).max() < 1e-12
    weighed = np.tensordot(approved.weights, found.values[:9], 1)
    assert abs(weighed.sum()) < 1e-10  # the population against itself


def test_groups_are_players_in_the_order_of_their_first_feature() -> None:
    booster, X = booster_and_rows(1, num_iterations=5)
    explainer = explainer_of(booster)
    found = explainer.interactions(X, range(len(X)), groups={"a": "ac", "c": "ac", "b": "be", "e": "be"})
    assert found.feature_names == ("ac", "be", "d")
    expected = 0.7 * PairTables.of(trees_of(booster), players=PLAYERS).interactions(X)
    assert np.abs(found.values - expected).max() < 1e-12
    alone = explainer.interactions(X, range(len(X)), groups={name: name.upper() for name in NAMES})
    assert np.array_equal(alone.values, explainer.interactions(X, range(len(X))).values)
    of_all = explainer.interactions(X, range(len(X)), groups=dict.fromkeys(NAMES, "all"))
    raw = booster.predict(X, raw_score=True)
    assert np.abs(of_all.values[:, 0, 0] - 0.7 * (raw - explainer.shapley.base)).max() < 1e-12
    with pytest.raises(ParameterError, match="features of the model"):
        explainer.interactions(X, range(len(X)), groups={"z": "all"})
    with pytest.raises(ParameterError, match="feature 'b', which is not in it"):
        explainer.interactions(X, range(len(X)), groups={"a": "b"})


def test_additive_trees_have_no_interactions() -> None:
    booster, X = booster_and_rows(2, max_depth=1, num_iterations=15)
    values = PairTables.of(trees_of(booster)).interactions(X)
    assert (values[:, ~np.eye(N_FEATURES, dtype=bool)] == 0.0).all()


def test_the_frame_lists_pairs_by_size_and_sums_to_the_contributions() -> None:
    booster, X = booster_and_rows(3)
    found = explainer_of(booster).interactions(X[:4], ["p", "q", "r", "s"])
    frame = found.to_frame()
    assert list(frame.columns) == ["application_id", "feature", "with", "interaction"]
    for who, part in frame.groupby("application_id", sort=False):
        assert (np.diff(part["interaction"].abs()) <= 0).all()
        assert not part.duplicated(["feature", "with"]).any()
        row = ["p", "q", "r", "s"].index(str(who))
        assert part["interaction"].sum() == pytest.approx(found.contributions[row].sum(), abs=1e-9)


def test_what_does_not_fit_or_add_up_is_refused() -> None:
    booster, X = booster_and_rows(4)
    found = explainer_of(booster).interactions(X[:2], [1, 2])
    with pytest.raises(ExplanationError, match="miss the contributions"):
        replace(found, values=found.values + 1e-6)
    with pytest.raises(ExplanationError, match="do not fit"):
        replace(found, application_ids=[1])
    assert isinstance(found, Interactions)
