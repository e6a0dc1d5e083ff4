"""How well the score ranks and how well its probabilities hold, overall and in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.assess.study import Floats, Study, plain, quarters
from creditscore.model.scale import probability_of_default
from creditscore.validation.bootstrap import performance
from creditscore.validation.curves import KsCurve, calibration_table, ks_curve, roc_curve
from creditscore.validation.metrics import auc
from creditscore.validation.results import Performance

SMALLEST_CLASS: Final = 10
_POINTS: Final = 160
_LEVEL: Final = 0.95


def measured(study: Study, resamples: int) -> dict[str, Any]:
    """Figures with intervals, curves, and the baseline that fitting reported."""
    found = performance(study.bad, study.judged, resamples=resamples, seed=study.seed, threads=study.threads)
    report = study.pipeline.report
    baseline = None if report is None else report.baseline
    roc = roc_curve(study.bad, study.judged)
    kept = _thinned(len(roc.false_positive_rate))
    return {
        "basis": study.basis,
        "overall": _figures(found),
        "baseline": None if baseline is None else _figures(baseline),
        "roc": {
            "auc": float(roc.auc),
            "goods_flagged": roc.false_positive_rate[kept].tolist(),
            "bads_caught": roc.true_positive_rate[kept].tolist(),
        },
        "ks": _ks(ks_curve(study.bad, probability_of_default(study.judged))),
    }


def _ks(curve: KsCurve) -> dict[str, Any]:
    at = curve.widest
    shown = np.unique(np.append(_thinned(len(curve.risk)), at))
    low, high = sorted((float(curve.share_of_goods[at]), float(curve.share_of_bads[at])))
    return {
        "ks": float(curve.ks),
        "risk": curve.risk[shown].tolist(),
        "share_of_goods": curve.share_of_goods[shown].tolist(),
        "share_of_bads": curve.share_of_bads[shown].tolist(),
        "at_risk": float(curve.risk[at]),
        "at_low": low,
        "at_high": high,
    }


def by_time(study: Study) -> list[dict[str, Any]]:
    """Figures of each quarter; empty where all applications have one moment."""
    return parts(study, quarters(study.applications.as_of[study.rows]))


def by_segment(study: Study, segments: Mapping[str, Sequence[Any]]) -> dict[str, list[dict[str, Any]]]:
    """Figures of each value of each segmentation."""
    found = {}
    for name, labels in segments.items():
        told = np.array([str(labels[row]) for row in study.rows.tolist()])
        found[name] = parts(study, {label: told == label for label in np.unique(told).tolist()})
    return found


def parts(study: Study, masks: Mapping[str, NDArray[np.bool_]]) -> list[dict[str, Any]]:
    """AUC, bad rate and mean prediction of parts; no AUC where one class has fewer than ten."""
    rows = []
    for name, mask in masks.items():
        bad, judged = study.bad[mask], study.judged[mask]
        bads = int(bad.sum())
        enough = min(bads, bad.size - bads) >= SMALLEST_CLASS
        rows.append(
            {
                "part": name,
                "applications": int(bad.size),
                "bads": bads,
                "bad_rate": float(bad.mean()),
                "predicted": float(probability_of_default(judged).mean()),
                "auc": float(auc(bad, judged)) if enough else None,
            }
        )
    return rows


def calibration(study: Study) -> dict[str, Any]:
    """Reliability in ten groups of rising risk, and by grade."""
    probability = probability_of_default(study.judged)
    table = calibration_table(study.bad, probability, level=_LEVEL)
    deciles = [
        {
            "group": place + 1,
            "applications": int(table.applications[place]),
            "bads": int(table.bads[place]),
            **{name: float(getattr(table, name)[place]) for name in ("predicted", "observed", "low", "high")},
        }
        for place in range(len(table.applications))
    ]
    return {
        "level": _LEVEL,
        "groups": len(deciles),
        "deciles": deciles,
        "grades": _grades(study, probability),
    }


def _grades(study: Study, probability: Floats) -> list[dict[str, Any]]:
    """Jeffreys' interval of the bad rate of each grade: what its bads speak for."""
    numbers = study.model.master_scale.number(probability)
    rows = []
    for number in np.unique(numbers).tolist():
        bad = study.bad[numbers == number]
        predicted = float(probability[numbers == number].mean())
        low, high = jeffreys(float(bad.sum()), bad.size)
        rows.append(
            {
                "grade": study.model.master_scale.labels[number - 1],
                "applications": int(bad.size),
                "bads": int(bad.sum()),
                "predicted": predicted,
                "observed": float(bad.mean()),
                "low": low,
                "high": high,
                "holds": bool(low <= predicted <= high),
            }
        )
    return rows


def jeffreys(bads: float, applications: int) -> tuple[float, float]:
    """Interval of a bad rate: quantiles of the Beta distribution with half a bad and half a good added.

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


def _figures(found: Performance) -> dict[str, Any]:
    figures = {
        m.name: {"value": plain(m.value), "low": plain(m.low), "high": plain(m.high)} for m in found.metrics
    }
    return {
        "applications": found.applications,
        "bads": found.bads,
        "bad_rate": found.bads / found.applications,
        "level": found.level,
        "resamples": found.resamples,
        "seed": found.seed,
        "figures": figures,
    }


def _thinned(points: int) -> NDArray[np.int64]:
    """Choose points of a curve that a picture needs, the ends among them."""
    return np.unique(np.linspace(0, points - 1, min(points, _POINTS)).round().astype(np.int64))
