"""How well the score ranks and how well its probabilities hold, overall and in segments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore.assess.figures import Figures, overall_of, plain_figures
from creditscore.assess.study import Basis, Judged, Study, quarters
from creditscore.assess.values import Measurement, frozen_array, frozen_mapping
from creditscore.data.aligned import by_application
from creditscore.errors import ParameterError
from creditscore.model.scale import probability_of_default
from creditscore.validation.curves import KsCurve, RocCurve, calibration_table, ks_curve, roc_curve
from creditscore.validation.metrics import auc

SMALLEST_CLASS: Final = 10
_POINTS: Final = 160
_LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class RocPoints(Measurement):
    """Points of the receiver operating characteristic that a picture needs.

    Attributes
    ----------
    auc : float
        Area under the whole curve, within 0 and 1.
    goods_flagged, bads_caught : ndarray of float64, shape (n_points,)
        Shares of the goods and of the bads at or above a threshold, rising from 0 to 1; at most 160 points.
    """

    auc: float
    goods_flagged: Float64
    bads_caught: Float64


@dataclass(frozen=True, slots=True, eq=False)
class KsPoints(Measurement):
    """Points of the risk distributions of goods and bads that a picture needs.

    Attributes
    ----------
    ks : float
        The largest gap between the two, within 0 and 1.
    risk : ndarray of float64, shape (n_points,)
        Probability of default, rising; at most 161 points, the widest gap among them.
    share_of_goods, share_of_bads : ndarray of float64, shape (n_points,)
        Shares at or below each risk, rising to 1.
    at_risk : float
        Probability of default where the gap is widest.
    at_low, at_high : float
        The lower and the higher of the two shares there.
    """

    ks: float
    risk: Float64
    share_of_goods: Float64
    share_of_bads: Float64
    at_risk: float
    at_low: float
    at_high: float


@dataclass(frozen=True, slots=True, eq=False)
class Discrimination(Measurement):
    """Figures with intervals, curves, and the baseline that fitting reported.

    Attributes
    ----------
    basis : {"held_out", "given", "other", "training"}
        As in `Study`.
    overall : Figures
        Of the model.
    baseline : Figures or None
        Of the logistic baseline on the report rows of the fit; None where fitting could not measure it.
    roc : RocPoints
    ks : KsPoints
    left_out : tuple of int
        Of the rows that the fit held out, the positions of those whose outcome is not given.
    same_outcomes : bool
        Whether outcomes are those that the fit kept.
    """

    basis: Basis
    overall: Figures
    baseline: Figures | None
    roc: RocPoints
    ks: KsPoints
    left_out: tuple[int, ...] = ()
    same_outcomes: bool = True


@dataclass(frozen=True, slots=True)
class SegmentFigures(Measurement):
    """Figures of one segment.

    Attributes
    ----------
    part : str
        Label of the segment, or its quarter: ``"2025-Q3"``.
    applications, bads : int
    bad_rate, predicted : float
        Share of bads, and mean probability of default; within 0 and 1.
    auc : float
        Within 0 and 1; NaN where the segment has fewer than ten goods or ten bads.
    """

    part: str
    applications: int
    bads: int
    bad_rate: float
    predicted: float
    auc: float


@dataclass(frozen=True, slots=True)
class RiskGroup(Measurement):
    """One of ten groups of rising risk; rates and the ends of the Wilson interval lie within 0 and 1."""

    group: int
    applications: int
    bads: int
    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GradeRate(Measurement):
    """One grade of the master scale.

    Attributes
    ----------
    grade : str
    applications, bads : int
    predicted, observed : float
        Mean probability of default, and share of bads; within 0 and 1.
    low, high : float
        Jeffreys' interval of the bad rate.
    holds : bool
        Whether `predicted` lies within it.
    """

    grade: str
    applications: int
    bads: int
    predicted: float
    observed: float
    low: float
    high: float
    holds: bool


@dataclass(frozen=True, slots=True)
class Reliability(Measurement):
    """Predicted against observed bad rates.

    Attributes
    ----------
    level : float
        Confidence of the intervals, within 0 and 1.
    groups : int
        How many groups of rising risk there are, at most ten.
    deciles : tuple of RiskGroup
        Safest first.
    grades : tuple of GradeRate
        Those that some application has, safest first.
    """

    level: float
    groups: int
    deciles: tuple[RiskGroup, ...]
    grades: tuple[GradeRate, ...]


def discrimination_of(study: Judged, resamples: int) -> Discrimination:
    """Measure figures with bootstrap intervals, and trace the curves; needs goods and bads."""
    weight = None if (study.weight == 1.0).all() else study.weight
    report = study.pipeline.report
    baseline = None if report is None else report.baseline
    return Discrimination(
        basis=study.basis,
        overall=overall_of(study, resamples),
        baseline=None if baseline is None else plain_figures(baseline),
        roc=_roc(roc_curve(study.bad, study.judged, sample_weight=weight)),
        ks=_ks(ks_curve(study.bad, study.judged, sample_weight=weight)),
        left_out=study.left_out,
        same_outcomes=study.same_outcomes,
    )


def _roc(curve: RocCurve) -> RocPoints:
    shown = _thinned(len(curve.false_positive_rate))
    goods, bads = curve.false_positive_rate[shown], curve.true_positive_rate[shown]
    return RocPoints(float(curve.auc), frozen_array(goods), frozen_array(bads))


def _ks(curve: KsCurve) -> KsPoints:
    at = curve.widest
    shown = np.unique(np.append(_thinned(len(curve.risk)), at))
    low, high = sorted((float(curve.share_of_goods[at]), float(curve.share_of_bads[at])))
    return KsPoints(
        ks=float(curve.ks),
        risk=frozen_array(probability_of_default(curve.risk[shown])),
        share_of_goods=frozen_array(curve.share_of_goods[shown]),
        share_of_bads=frozen_array(curve.share_of_bads[shown]),
        at_risk=float(probability_of_default(curve.risk[at])),
        at_low=low,
        at_high=high,
    )


def by_time(study: Judged) -> tuple[SegmentFigures, ...]:
    """Measure each quarter; empty where all applications have one moment."""
    return segments_of(study, quarters(study.judged_as_of))


def by_segment(
    study: Study, segments: Mapping[str, Sequence[Any]]
) -> Mapping[str, tuple[SegmentFigures, ...]]:
    """Measure each value of each segmentation, which has one label for each application."""
    found = {}
    for name, values in segments.items():
        given = by_application(values, study.applications.application_ids, name)
        labels = np.array([str(given[row]) for row in study.rows.tolist()])
        found[name] = segments_of(study, {label: labels == label for label in np.unique(labels).tolist()})
    return frozen_mapping(found)


def rows_of_segments(
    study: Study, segments: Mapping[str, Sequence[Any]]
) -> Mapping[str, tuple[int, ...]]:
    """Say for each row that is judged and kept with the model to which part of a segmentation it belongs.

    Parameters
    ----------
    study : Study
    segments : mapping of str to sequence of length n_applications, or to mapping by application id

    Returns
    -------
    mapping of str to tuple of int, of length n_judged
        The number of its part, from 0 in the order of the labels, for each row in the order in which rows are
        kept; empty where the judged rows are not those that are kept.

    Raises
    ------
    ParameterError
        If a segmentation has the name of one that is kept with the model, and other labels.
    """
    held_out, found = study.pipeline.held_out, {}
    if held_out is None or not study.positions:
        return frozen_mapping({})
    order = np.argsort(study.positions)
    for name, values in segments.items():
        given = by_application(values, study.applications.application_ids, name)
        labels = [str(given[row]) for row in study.rows[order].tolist()]
        kept = held_out.segments.get(name)
        if kept is not None and labels != [str(kept[at]) for at in sorted(study.positions)]:
            raise ParameterError.must_be(
                f"segments[{name!r}]",
                "named otherwise than a segmentation that the model keeps, or the same as that",
                "other labels",
            )
        found[name] = tuple(np.unique(labels, return_inverse=True)[1].tolist())
    return frozen_mapping(found)


def segments_of(study: Judged, masks: Mapping[str, NDArray[np.bool_]]) -> tuple[SegmentFigures, ...]:
    """Measure AUC, bad rate and mean prediction of segments.

    Parameters
    ----------
    study : Judged
    masks : mapping of str to ndarray of bool, shape (n_judged,)
        Which of the judged rows each segment holds; at least one.
    """
    return tuple(
        _segment(name, study.bad[mask], study.judged[mask], study.weight[mask])
        for name, mask in masks.items()
    )


def _average(values: Float64, weight: Float64) -> float:
    """Average to the last bit whatever the order of the rows."""
    return math.fsum((values * weight).tolist()) / math.fsum(weight.tolist())


def _segment(name: str, bad: Float64, judged: Float64, weight: Float64) -> SegmentFigures:
    bads = int(bad.sum())
    enough = min(bads, bad.size - bads) >= SMALLEST_CLASS
    return SegmentFigures(
        part=name,
        applications=int(bad.size),
        bads=bads,
        bad_rate=_average(bad, weight),
        predicted=_average(probability_of_default(judged), weight),
        auc=float(auc(bad, judged, sample_weight=weight)) if enough else float("nan"),
    )


def reliability_of(study: Judged) -> Reliability:
    """Compare predicted and observed bad rates in ten groups of rising risk, and by grade."""
    probability = probability_of_default(study.judged)
    table = calibration_table(study.bad, probability, sample_weight=study.weight, level=_LEVEL)
    deciles = tuple(
        RiskGroup(
            group=row + 1,
            applications=int(table.applications[row]),
            bads=int(table.bads[row]),
            predicted=float(table.predicted[row]),
            observed=float(table.observed[row]),
            low=float(table.low[row]),
            high=float(table.high[row]),
        )
        for row in range(len(table.applications))
    )
    return Reliability(_LEVEL, len(deciles), deciles, _grades(study, probability))


def _grades(study: Judged, probability: Float64) -> tuple[GradeRate, ...]:
    numbers, labels = study.model.master_scale.number(probability), study.model.master_scale.labels
    masks = {labels[n - 1]: numbers == n for n in np.unique(numbers).tolist()}
    return tuple(
        _grade(label, study.bad[mask], probability[mask], study.weight[mask]) for label, mask in masks.items()
    )


def _grade(label: str, bad: Float64, probability: Float64, weight: Float64) -> GradeRate:
    """Hold the mean prediction of a grade against Jeffreys' interval: what its bads speak for.

    With weights, they speak as the effective number of rows does (Kish 1965, Survey sampling).
    """
    predicted, observed = _average(probability, weight), _average(bad, weight)
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    low, high = jeffreys(observed * effective, effective)
    return GradeRate(
        grade=label,
        applications=int(bad.size),
        bads=int(bad.sum()),
        predicted=predicted,
        observed=observed,
        low=low,
        high=high,
        holds=bool(low <= predicted <= high),
    )


def jeffreys(bads: float, applications: float) -> tuple[float, float]:
    """Interval of a bad rate: quantiles of the Beta distribution with half a bad and half a good added.

    Returns
    -------
    tuple of float
        Lower and upper end of the 95 % interval, within 0 and 1.

    References
    ----------
    Brown, Cai and DasGupta (2001), Interval Estimation for a Binomial Proportion, Statistical Science 16.

    Examples
    --------
    >>> [round(end, 4) for end in jeffreys(0, 100)]
    [0.0, 0.0247]
    """
    from scipy.stats import beta

    low, high = (beta.ppf((1 + side * _LEVEL) / 2, bads + 0.5, applications - bads + 0.5) for side in (-1, 1))
    return (0.0 if bads == 0 else float(low)), (1.0 if bads == applications else float(high))


def _thinned(points: int) -> NDArray[np.int64]:
    """Choose points of a curve that a picture needs, the ends among them."""
    return np.unique(np.linspace(0, points - 1, min(points, _POINTS)).round().astype(np.int64))
