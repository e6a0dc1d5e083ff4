"""A model as the offline page reads it: arrays of trees, tables of contributions, what may be a reason."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore._ground.canonical import LARGEST_WHOLE
from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain.shapley import ShapleyTables
from creditscore.model._lightgbm_text import CATEGORICAL, MISSING_LEFT, ZERO_BOUND, ZERO_MISSING
from creditscore.model.fitted import FittedModel
from creditscore.model.scale import MasterScale, ScoreScale
from creditscore.reasons.applicant import MOST_TRIED, SMALLEST_EFFECT
from creditscore.reasons.choice import FEWEST_POINTS, MOST_REASONS, ONE_MORE, SMALLEST_SHARE
from creditscore.reasons.columns import NEVER_REASONS, ReasonColumns
from creditscore.scoring.model import ScoringModel
from creditscore.words.speech import AS_A_WHOLE


def data_of(model: ScoringModel) -> dict[str, Any]:
    """Gather all that a score and its reasons depend on, as plain data.

    Parameters
    ----------
    model : ScoringModel

    Raises
    ------
    ParameterError
        If it scores under a law: that takes rows out of tables, before there are features.
    ExplanationError
        If its trees are too deep for tables of contributions.
    """
    if model.law is not None:
        raise ParameterError("The model scores under a law, which reads tables. A page reads features alone.")
    shapley = model.explainer.shapley
    if not isinstance(shapley, ShapleyTables):
        raise ExplanationError("The trees are too deep for a page. Fit with max_depth=6.")
    minimum = None if model.minimum is None else model.minimum.known_share
    return {
        "model_id": model.model_id,
        "features": list(model.computer.names),
        "application": model.application_columns.tolist(),
        "read": model.read_columns.tolist(),
        "known_share": minimum,
        "trees": _trees(model.fitted),
        "tables": _tables(shapley),
        "line": [model.fitted.calibration.slope, model.fitted.calibration.intercept],
        "cells": _cells(model.fitted),
        "scale": _scale(model.scale, model.master_scale),
        "reasons": _reasons(model),
    }


def _trees(fitted: FittedModel) -> dict[str, Any]:
    trees = fitted.trees
    words, bounds = trees.category_words.tolist(), trees.category_bounds.tolist()
    sets = [
        [32 * at + bit for at, word in enumerate(words[first:last]) for bit in range(32) if word >> bit & 1]
        for first, last in itertools.pairwise(bounds)
    ]
    return {
        "signs": list(fitted.signs),
        "categories": {str(column): list(labels) for column, labels in fitted.categories.items()},
        "nodes": trees.nodes.ravel().tolist(),
        "thresholds": [_finite(one) for one in trees.thresholds.tolist()],
        "roots": trees.roots.tolist(),
        "leaves": trees.leaf_values.tolist(),
        "sets": sets,
        "marks": {
            "categorical": CATEGORICAL, "missingLeft": MISSING_LEFT, "zeroMissing": ZERO_MISSING,
            "zero": ZERO_BOUND,
        },
    }


def _tables(shapley: ShapleyTables) -> dict[str, Any]:
    walk = shapley.walk
    return {
        "first_splits": walk.first_splits.tolist(),
        "splits": walk.splits.ravel().tolist(),
        "first_groups": walk.first_groups.tolist(),
        "groups": walk.groups.ravel().tolist(),
        "per_group": walk.groups.shape[1],
        "columns": walk.columns.ravel().tolist(),
        "widest": walk.columns.shape[1],
        "starts": walk.starts.tolist(),
        "table": walk.table.tolist(),
    }


def _cells(fitted: FittedModel) -> dict[str, Any] | None:
    if fitted.cells is None:
        return None
    groups = fitted.cells.groups
    lines = {name: [line.slope, line.intercept] for name, line in fitted.cells.lines.items()}
    common = [fitted.cells.common.slope, fitted.cells.common.intercept]
    columns = [[name, list(columns)] for name, columns in groups.columns.items()]
    return {"groups": columns, "lines": lines, "common": common}


def _scale(scale: ScoreScale, master: MasterScale) -> dict[str, Any]:
    return {
        "offset": scale.offset, "factor": scale.factor, "minimum": scale.minimum, "maximum": scale.maximum,
        "bounds": list(master.bounds), "labels": list(master.labels),
    }  # fmt: skip


def _reasons(model: ScoringModel) -> dict[str, Any]:
    columns, reference = model.reasoner.catalogue.columns, model.references[0]
    rank = {key: at for at, key in enumerate(sorted(set(columns.keys)))}
    return {
        "typical": None if reference.is_empty else [_finite(one) for one in reference.typical.tolist()],
        "families": len(columns.families),
        "sources": list(columns.sources),
        "rank": [rank[key] for key in columns.keys],
        "never": [key in NEVER_REASONS for key in columns.keys],
        "one_more": [key == ONE_MORE for key in columns.keys],
        **_of_columns(columns),
        "least": FEWEST_POINTS,
        "share": SMALLEST_SHARE,
        "limit": MOST_REASONS,
        "tried": MOST_TRIED,
        "effect": SMALLEST_EFFECT,
    }


def _of_columns(columns: ReasonColumns) -> dict[str, Any]:
    return {
        "family_of": columns.family_of.tolist(),
        "group_of": columns.group_of.tolist(),
        "source_of": columns.source_of.tolist(),
        "group_codes": list(columns.group_codes),
        "source_codes": list(columns.source_codes),
        "nameable": columns.nameable.tolist(),
        "forbidden": columns.forbidden.tolist(),
        "as_a_whole": [feature.reason_group in AS_A_WHOLE for feature in columns.features],
        "coverage": [feature.reason_group == "coverage" for feature in columns.features],
        "own": [feature.source == "application" for feature in columns.features],
    }


def _finite(value: float) -> float | str | None:
    """Write a number for JSON: NaN is null, and infinity a text."""
    if np.isnan(value):
        return None
    return value if np.isfinite(value) else "inf" if value > 0 else "-inf"


def rows_for_page(model: ScoringModel, values: Float64, ids: list[Any]) -> list[dict[str, Any]]:
    """Write rows of features as the page takes them; whole ids that a double does not hold are texts.

    Parameters
    ----------
    model : ScoringModel
    values : ndarray of float64, shape (n_rows, n_features)
    ids : list, length n_rows
    """
    names = model.computer.names
    return [
        {"application_id": _id(one)} | {name: _finite(value) for name, value in zip(names, row, strict=True)}
        for one, row in zip(ids, values.tolist(), strict=True)
    ]


def _id(one: Any) -> Any:
    return str(one) if isinstance(one, int) and abs(one) >= LARGEST_WHOLE else one
