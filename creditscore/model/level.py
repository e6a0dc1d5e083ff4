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
        Its standard error, over applications.
    rows, bads : int
        How many applications, and how many bads among them, it rests on.
    """

    shift: float
    error: float
    rows: int
    bads: int


def level_of(
    z: NDArray[np.float64],
    bad: NDArray[np.float64],
    weight: NDArray[np.float64],
    which: NDArray[np.int64] | None = None,
) -> Level:
    """Find the shift with which the mean probability and the share of bads agree.

    Parameters
    ----------
    z : ndarray of float64, shape (n_rows,)
        Calibrated log-odds of bad.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good; both occur.
    weight : ndarray of float64, shape (n_rows,)
        Above 0.
    which : ndarray of int64, shape (n_rows,), optional
        Which application each row is of, from `applications_in`; by default each is one.

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
    if which is None:
        error = float(np.sqrt((weight**2) @ (bad - probability) ** 2)) / information
        return Level(shift, error, len(z), int(bad.sum()))
    apart = np.bincount(which, weights=weight * (bad - probability))
    error = float(np.sqrt((apart**2).sum())) / information
    return Level(shift, error, np.unique(which).size, np.unique(which[bad > 0]).size)


def applications_in(who: NDArray[np.generic], time: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Number the applications of some rows: rows of one applicant at one moment are of one.

    A row that is given again without some of its sources tells nothing more of the level of risk.

    Parameters
    ----------
    who : ndarray, shape (n_rows,)
        Applicants.
    time : ndarray of int64, shape (n_rows,)
        Moments.

    Returns
    -------
    ndarray of int64, shape (n_rows,), or None
        None where each row is an application of its own.

    Examples
    --------
    >>> applications_in(np.array(["a", "b", "a"]), np.array([1, 1, 1])).tolist()
    [0, 1, 0]
    """
    pairs = np.column_stack([np.unique(who, return_inverse=True)[1].ravel(), time])
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    return None if len(distinct) == len(pairs) else which.ravel().astype(np.int64)


def newest_tenth(
    time: NDArray[np.int64], bad: NDArray[np.float64], which: NDArray[np.int64] | None = None
) -> NDArray[np.bool_] | None:
    """Which rows are of the newest tenth; None if it has not bads and goods enough to tell a level by.

    Parameters
    ----------
    time : ndarray of int64, shape (n_rows,)
        Moments.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    which : ndarray of int64, shape (n_rows,), optional
        As for `level_of`: an application counts once.

    Returns
    -------
    ndarray of bool, shape (n_rows,), or None
    """
    first = np.sort(time)[int((1.0 - NEWEST) * len(time))]
    newest: NDArray[np.bool_] = time >= first
    counted = bad[newest] if which is None else bad[newest][np.unique(which[newest], return_index=True)[1]]
    return None if time.min() == first or not _enough(counted) else newest


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
