"""Population stability: how far scores and features of held-out rows lie from those of the training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement

WATCH: Final = 0.10
SHIFTED: Final = 0.25
_BINS: Final = 10
# A bin that is empty on one side counts as half an application there: the index stays finite.
_HALF: Final = 0.5
_FEWEST: Final = 100


@dataclass(frozen=True, slots=True)
class Shift(Measurement):
    """How far one distribution lies from another.

    Attributes
    ----------
    name : str
        ``"score"``, or the name of a feature.
    index : float
        Population stability index, 0 or more: 0.10 is to be watched, 0.25 is a shift.
    missing_before, missing_after : float
        Shares without a value, within 0 and 1.
    """

    name: str
    index: float
    missing_before: float
    missing_after: float


@dataclass(frozen=True, slots=True)
class Population(Measurement):
    """Training rows against held-out rows.

    Attributes
    ----------
    before, after : int
        Training rows, and held-out rows.
    bins : int
        Tenths of the training rows, and one bin for what is missing.
    watch, shifted : float
        From which index on a shift is to be watched, and is one.
    score : Shift
    features : tuple of Shift
        Largest first.
    """

    before: int
    after: int
    bins: int
    watch: float
    shifted: float
    score: Shift
    features: tuple[Shift, ...]


def population_of(study: Study) -> Population | None:
    """Compare the rows that were fitted to with those that were held out.

    Returns
    -------
    Population or None
        None where not both are there: all rows were held out in turn, or the rows are others than the fit's.
    """
    if study.basis != "held_out":
        return None
    after = np.zeros(len(study.scored), np.bool_)
    after[study.rows] = True
    before = study.scored & ~np.isnan(study.labels) & ~after
    if min(int(before.sum()), int(after.sum())) < _FEWEST:
        return None
    score = _shift("score", study.log_odds, before, after)
    columns = (study.matrix.values[:, column] for column in range(study.matrix.values.shape[1]))
    features = [
        _shift(name, values, before, after) for name, values in zip(study.matrix.names, columns, strict=True)
    ]
    return Population(
        int(before.sum()), int(after.sum()), _BINS + 1, WATCH, SHIFTED, score,
        tuple(sorted(features, key=lambda one: (-one.index, one.name))),
    )  # fmt: skip


def _shift(name: str, values: Float64, before: NDArray[np.bool_], after: NDArray[np.bool_]) -> Shift:
    old, new = values[before], values[after]
    return Shift(name, stability_index(old, new), float(np.isnan(old).mean()), float(np.isnan(new).mean()))


def stability_index(before: Float64, after: Float64) -> float:
    """Sum ``(a - b) * ln(a / b)`` over tenths of the values before, and one bin for what is missing.

    Parameters
    ----------
    before, after : ndarray of float64, shape (n_before,) and (n_after,)
        NaN is missing; at least one value each.

    Returns
    -------
    float
        0 or more; 0 where the shares are equal. Half an application is added to every bin of both.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards; Lewis (1994), An Introduction to Credit Scoring.

    Examples
    --------
    >>> same = np.arange(100.0)
    >>> stability_index(same, same), round(stability_index(same, same + 50.0), 2)
    (0.0, 2.27)
    """
    known = before[~np.isnan(before)]
    levels = np.arange(1, _BINS) / _BINS if known.size else np.empty(0)
    edges: Float64 = np.unique(np.quantile(known, levels, method="lower")) if known.size else known
    shares = []
    for values in (before, after):
        there = values[~np.isnan(values)]
        counts = np.bincount(np.searchsorted(edges, there, side="left"), minlength=len(edges) + 1)
        whole = np.append(counts, values.size - there.size) + _HALF
        shares.append(whole / whole.sum())
    old, new = shares
    return float(((new - old) * np.log(new / old)).sum())
