"""Scores and reasons from features that somebody else computed: a warehouse, a registry, a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from creditscore._ground.arrays import Flags, Float64
from creditscore.errors import ParameterError
from creditscore.features.matrix import FeatureMatrix
from creditscore.model.scale import outcomes_of
from creditscore.reasons.reason import Reason
from creditscore.scoring.model import ScoringModel

_COVERAGE = "coverage"


@dataclass(frozen=True, slots=True, eq=False)
class FeatureScores:
    """Scores of rows of features.

    Attributes
    ----------
    scored : ndarray of bool, shape (n_rows,)
        Who has the minimum data.
    log_odds, probability_of_default : ndarray of float64, shape (n_rows,)
        Of bad; NaN for who is not scored.
    score : ndarray of float64, shape (n_rows,)
        Whole points, more is safer; NaN for who is not scored.
    grade : tuple of str
        Empty for who is not scored.
    reasons : mapping of int to tuple of Reason
        By row, most harmful first; of the rows that were asked for. They say nothing of why a value is
        missing, nor of words of labels.
    """

    scored: Flags
    log_odds: Float64
    probability_of_default: Float64
    score: Float64
    grade: tuple[str, ...]
    reasons: Mapping[int, tuple[Reason, ...]] = field(default_factory=dict)


def known_by_features(model: ScoringModel, values: Float64) -> Flags:
    """Tell of whom anything but the application is known, as far as features tell, shape (n_rows,).

    That is one feature with a value that is not of the application; a feature that says whether a source was
    there counts where it says that it was.

    Parameters
    ----------
    model : ScoringModel
    values : ndarray of float64, shape (n_rows, n_features)
    """
    features = tuple(model.computer.features)
    own = np.array([one.source != "application" and one.reason_group != _COVERAGE for one in features])
    there = np.array([one.reason_group == _COVERAGE for one in features])
    known = ~np.isnan(values[:, own]).all(axis=1) | (values[:, there] > 0).any(axis=1)
    return np.asarray(known, np.bool_)


def score_features(
    model: ScoringModel, values: Float64, *, known: Flags | None = None, reasons: bool = False
) -> FeatureScores:
    """Score rows of features, to the same bits as `score_many` where the features are the same.

    Parameters
    ----------
    model : ScoringModel
        Without a law: a law takes out of the tables what may not be read, before there are features.
    values : ndarray of float64, shape (n_rows, n_features)
        In the order of the features of the model; NaN is missing.
    known : ndarray of bool, shape (n_rows,), optional
        Of whom any row was known that counts as minimum data; by default as `known_by_features` tells.
    reasons : bool, default False
        Whether reasons are named too, against the mean of the training rows.

    Raises
    ------
    ParameterError
        If the model scores under a law, or the rows have another shape.
    """
    if model.law is not None:
        raise ParameterError("The model scores under a law, which reads tables: score it from the tables.")
    rows = np.ascontiguousarray(values, np.float64)
    if rows.ndim != 2 or rows.shape[1] != len(model.computer.names):
        raise ParameterError.must_be("values", f"rows of {len(model.computer.names)} features", rows.shape)
    matrix = FeatureMatrix(
        rows, model.computer.names, range(len(rows)), model.computer.digest, MappingProxyType({}),
        known_by_features(model, rows) if known is None else known, (),
    )  # fmt: skip
    scored = model.scorable(matrix)
    log_odds = np.where(scored, model.fitted.log_odds(rows), np.nan)
    probability, score, grade = outcomes_of(log_odds, model.scale, model.master_scale)
    asked = np.flatnonzero(scored).tolist() if reasons else ()
    named = {row: _reasons(model, rows[row]) for row in asked}
    return FeatureScores(scored, log_odds, probability, score, grade, named)


def _reasons(model: ScoringModel, row: Float64) -> tuple[Reason, ...]:
    explained = model.explainer.one(model.fitted.evaluate(row[np.newaxis], threads=1))
    asked: dict[str, Any] = {"against": model.reasoner.population(model.references[0])}
    return model.reasoner.catalogue.of_one(explained.values, row, risk=explained.log_odds, **asked)
