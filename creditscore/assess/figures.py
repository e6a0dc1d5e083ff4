"""Figures of one score on one set of applications, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from creditscore.assess.study import Judged
from creditscore.assess.values import Measurement, frozen_mapping
from creditscore.validation.bootstrap import performance
from creditscore.validation.h_measure import h_measure_interval
from creditscore.validation.results import Performance


@dataclass(frozen=True, slots=True)
class Figure(Measurement):
    """One figure with the ends of its bootstrap interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures(Measurement):
    """Figures of one score on one set of applications.

    Attributes
    ----------
    applications, bads : int
        Rows, and how many of them are bad.
    bad_rate : float
        Share of bads, within 0 and 1.
    level : float
        Confidence of the intervals, within 0 and 1.
    resamples, seed : int
        Of the bootstrap.
    figures : mapping of str to Figure
        AUC, Gini, KS, H-measure, Brier score, log loss, calibration slope and intercept, by name.
    """

    applications: int
    bads: int
    bad_rate: float
    level: float
    resamples: int
    seed: int
    figures: Mapping[str, Figure]


def overall_of(study: Judged, resamples: int) -> Figures:
    """Measure the figures of all judged rows, the H-measure among them.

    Rows are drawn by rising log-odds, goods first, so that an interval is the same however they come, and
    who has the rows alone can draw it again.
    """
    order = np.lexsort((study.weight, study.bad, study.judged))
    bad, judged, heavy = study.bad[order], study.judged[order], study.weight[order]
    weight = None if (heavy == 1.0).all() else heavy
    found = performance(
        bad, judged, sample_weight=weight, resamples=resamples, seed=study.seed, threads=study.threads
    )
    bounds = h_measure_interval(
        bad, judged, sample_weight=weight, resamples=resamples, level=found.level, seed=study.seed
    )
    whole = plain_figures(found)
    return replace(
        whole,
        bad_rate=float(np.average(study.bad, weights=study.weight)),
        figures=frozen_mapping({**whole.figures, "h_measure": Figure(*bounds)}),
    )


def plain_figures(found: Performance) -> Figures:
    """Write figures with their intervals as a measurement."""
    return Figures(
        applications=found.applications,
        bads=found.bads,
        bad_rate=found.bads / found.applications,
        level=found.level,
        resamples=found.resamples,
        seed=found.seed,
        figures=frozen_mapping({m.name: Figure(m.value, m.low, m.high) for m in found.metrics}),
    )
