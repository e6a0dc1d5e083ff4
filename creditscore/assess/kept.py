"""A model judged by the rows that its fit held out and that are kept with it: no applications are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore.assess.performance import (
    Discrimination,
    Reliability,
    SegmentFigures,
    by_time,
    discrimination_of,
    reliability_of,
    segments_of,
)
from creditscore.assess.study import Basis
from creditscore.assess.values import Measurement, frozen_mapping, plain
from creditscore.pipeline.facade import CreditPipeline
from creditscore.scoring.model import ScoringModel


@dataclass(frozen=True, slots=True, eq=False)
class KeptRows:
    """Rows that a fit held out, with what the model said of them.

    Attributes
    ----------
    pipeline : CreditPipeline
    bad, judged, weight : ndarray of float64, shape (n_judged,)
        Outcomes, log-odds, and weights of the fit.
    judged_as_of : ndarray of int64, shape (n_judged,)
        Moments in microseconds since 1970, UTC.
    seed, threads
        Of the bootstrap.
    basis, left_out, same_outcomes
        Held out, none, and the outcomes are those that were kept.
    """

    pipeline: CreditPipeline
    bad: Float64
    judged: Float64
    weight: Float64
    judged_as_of: NDArray[np.int64]
    seed: int
    threads: int | None
    basis: Basis = "held_out"
    left_out: tuple[int, ...] = ()
    same_outcomes: bool = True

    @property
    def model(self) -> ScoringModel:
        """The fitted model."""
        return self.pipeline.model


def kept_rows(pipeline: CreditPipeline, *, seed: int, threads: int | None) -> KeptRows | None:
    """Take the rows that a fit held out; None where none are kept, or they are all good or all bad."""
    found = pipeline.held_out
    if found is None:
        return None
    known = ~np.isnan(found.log_odds)
    bad = found.bad[known]
    if not bad.size or bad.min() == bad.max():
        return None
    return KeptRows(
        pipeline, bad, found.log_odds[known], found.weight[known], found.as_of[known], seed, threads
    )


@dataclass(frozen=True, slots=True, eq=False)
class KeptAssessment(Measurement):
    """What kept rows tell of a model.

    Attributes
    ----------
    performance : Discrimination
    calibration : Reliability
    time : tuple of SegmentFigures
        One for each quarter; empty where all applications have one moment.
    segments : mapping of str to tuple of SegmentFigures
        By the columns that the pipeline was told to keep.
    """

    performance: Discrimination
    calibration: Reliability
    time: tuple[SegmentFigures, ...]
    segments: Mapping[str, tuple[SegmentFigures, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Write what was measured as plain data; what was not is left out."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: plain(part) for name, part in parts.items() if part}


def assess_kept(rows: KeptRows, resamples: int) -> KeptAssessment:
    """Measure all that kept rows tell.

    Parameters
    ----------
    rows : KeptRows
    resamples : int
        Of the bootstrap, at least 2.
    """
    return KeptAssessment(
        discrimination_of(rows, resamples), reliability_of(rows), by_time(rows), _by_kept_segment(rows)
    )


def _by_kept_segment(rows: KeptRows) -> Mapping[str, tuple[SegmentFigures, ...]]:
    held_out = rows.pipeline.held_out
    if held_out is None:
        return frozen_mapping({})
    known = np.flatnonzero(~np.isnan(held_out.log_odds))
    found = {}
    for name, labels in held_out.segments.items():
        named = np.array([str(labels[row]) for row in known.tolist()])
        found[name] = segments_of(rows, {label: named == label for label in np.unique(named).tolist()})
    return frozen_mapping(found)
