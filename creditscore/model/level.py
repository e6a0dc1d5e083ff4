"""The level of risk: how far the newest rows lie above or below what a model says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.model.scale import probability_of_default

NEWEST: Final = 0.1
FEWEST_OF_A_CLASS: Final = 100
_NEWTON_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class Level:
    """How far the newest rows moved the level of risk.

    Attributes
    ----------
    shift : float
        Log-odds that were added to the calibration, above 0 when risk has risen.
    error : float
        Its standard error.
    rows, bads : int
        How many rows, and how many bads among them, it rests on.
    """

    shift: float
    error: float
    rows: int
    bads: int


def level_of(z: NDArray[np.float64], bad: NDArray[np.float64], weight: NDArray[np.float64]) -> Level:
    """Find the shift with which the mean probability and the share of bads agree.

    Parameters
    ----------
    z : ndarray of float64, shape (n_rows,)
        Calibrated log-odds of bad.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good; both occur.
    weight : ndarray of float64, shape (n_rows,)
        Above 0.

    References
    ----------
    Elkan (2001), The foundations of cost-sensitive learning: another base rate is another intercept.

    Examples
    --------
    >>> level = level_of(np.zeros(400), np.repeat([1.0, 0.0], [300, 100]), np.ones(400))
    >>> round(level.shift, 6) == round(float(np.log(3)), 6)
    True
    """
    shift, information = 0.0, 1.0
    for _ in range(_NEWTON_STEPS):
        probability = probability_of_default(z + shift)
        information = float(weight @ (probability * (1.0 - probability)))
        shift += float(np.clip(weight @ (bad - probability) / information, -1.0, 1.0))
    probability = probability_of_default(z + shift)
    error = float(np.sqrt((weight**2) @ (bad - probability) ** 2)) / information
    return Level(shift, error, len(z), int(bad.sum()))


def newest_tenth(time: NDArray[np.int64], bad: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Which rows are of the newest tenth; None if it has not bads and goods enough to tell a level by.

    Parameters
    ----------
    time : ndarray of int64, shape (n_rows,)
        Moments.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.

    Returns
    -------
    ndarray of bool, shape (n_rows,), or None
    """
    first = np.sort(time)[int((1.0 - NEWEST) * len(time))]
    newest: NDArray[np.bool_] = time >= first
    return None if time.min() == first or not _enough(bad[newest]) else newest


def newest_months(month: NDArray[np.int64], bad: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Which rows are of the fewest newest months that have bads and goods enough to tell a level by.

    Parameters
    ----------
    month : ndarray of int64, shape (n_rows,)
        Number of the month of each row.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.

    Returns
    -------
    ndarray of bool, shape (n_rows,), or None
        None where all months together have not enough.

    Examples
    --------
    >>> month = np.repeat([0, 1, 2], 200)
    >>> int(newest_months(month, np.tile([1.0, 0.0], 300)).sum())
    200
    """
    months: Sequence[int] = np.unique(month)[::-1].tolist()
    for first in months:
        if _enough(bad[month >= first]):
            newest: NDArray[np.bool_] = month >= first
            return newest
    return None


def _enough(bad: NDArray[np.float64]) -> bool:
    bads = int(bad.sum())
    return min(bads, len(bad) - bads) >= FEWEST_OF_A_CLASS
