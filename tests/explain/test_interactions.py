"""Interaction values against the definition, summed over all subsets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import ExplanationError
from creditscore.explain.explainer import Explainer
from creditscore.explain.interactions import Interactions, interaction_values
from creditscore.explain.shapley import ShapleyTables
from creditscore.model.affine import AffineCalibration
from creditscore.model.fitted import FittedModel
from creditscore.model.trees import Trees
from tests.explain.models import N_FEATURES, booster_and_rows, path_worth
from tests.explain.models import interaction_values as by_definition

NAMES = tuple("abcde")


def tables_of(booster: lgb.Booster) -> ShapleyTables:
    return ShapleyTables.build(Trees.from_lightgbm_text(booster.model_to_string()))


def explainer_of(booster: lgb.Booster) -> Explainer:
    calibration = AffineCalibration(0.7, -0.4)
    return Explainer(FittedModel(booster.model_to_string(), (0,) * N_FEATURES, {}, calibration, NAMES))


@settings(deadline=None, max_examples=12)
@given(
    seed=st.integers(0, 2**32 - 1),
    parameters=st.fixed_dictionaries(
        {
            "max_depth": st.integers(1, 8),
            "zero_as_missing": st.booleans(),
            "num_iterations": st.integers(1, 3),
        }
    ),
)
def test_values_equal_the_sum_over_all_subsets(seed: int, parameters: dict[str, Any]) -> None:
    booster, X = booster_and_rows(seed, **parameters)
    rows = X[[0, 1, 5]]  # finite rows: the dump writes an infinite threshold as a large number
    values = interaction_values(tables_of(booster), rows)
    for row, found in zip(rows, values, strict=True):
        assert np.abs(found - by_definition(path_worth(booster, row), N_FEATURES)).max() < 1e-9


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


def test_additive_trees_have_no_interactions() -> None:
    booster, X = booster_and_rows(2, max_depth=1, num_iterations=15)
    values = interaction_values(tables_of(booster), X)
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
    with pytest.raises(ExplanationError, match="Leave out the background"):
        interaction_values(ShapleyTables.against(Trees.from_lightgbm_text(booster.model_to_string()), X), X)
    deep, _ = booster_and_rows(7, num_leaves=100, min_data_in_leaf=1, max_depth=-1, num_iterations=3)
    with pytest.raises(ExplanationError, match="too deep"):
        explainer_of(deep).interactions(X, range(len(X)))
    assert isinstance(found, Interactions)
