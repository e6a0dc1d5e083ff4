"""Whole points: every line of a score rounded so that the lines still add up to the printed score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError


def integer_points(points: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Round points to whole ones that sum to a total, by the method of the largest remainder.

    Every value is rounded down; what is then missing from the total goes, a point each, to the values with
    the largest fractions, the earlier one first among equals. A value of exactly 0 stays 0.

    Parameters
    ----------
    points : ndarray of float64, shape (n,)
        Points of every line of a score, the base points among them.
    total : int
        Their sum as printed: less than 1 away from the sum of ``points``.

    Returns
    -------
    ndarray of int64, shape (n,)
        Each less than 1 away from its line, and together ``total``.

    Raises
    ------
    ParameterError
        If no such rounding exists: a value is not finite, or ``total`` is not the rounded sum.

    References
    ----------
    Balinski and Young (2001), "Fair Representation", second edition: Hamilton's method.

    Examples
    --------
    >>> integer_points(np.array([-14.43, 7.21, 612.5]), 605)
    array([-14,   7, 612])
    """
    if points.ndim != 1 or not np.isfinite(points).all():
        raise ParameterError.must_be("points", "a vector of finite numbers", f"shape {points.shape}")
    lower = np.floor(points)
    missing = total - int(lower.sum())
    if not 0 <= missing <= len(points):
        raise ParameterError.must_be("total", "the rounded sum of the points", total)
    lower[np.argsort(lower - points, kind="stable")[:missing]] += 1
    return lower.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class IntegerPoints:
    """Whole points of scored applications: ``features + base`` is ``unclamped``, plus ``clamping`` ``score``.

    Attributes
    ----------
    features : ndarray of int64, shape (n_applications, n_features)
        Points of each feature, less than 1 away from the exact ones.
    base : ndarray of int64, shape (n_applications,)
        Points where nothing is known. They may differ by a point between applications, because the base
        shares in the rounding.
    unclamped : ndarray of int64, shape (n_applications,)
        The score rounded half to even, before it is kept within the scale.
    clamping : ndarray of int64, shape (n_applications,)
        What keeping the score within the scale adds; 0 for nearly everyone.
    score : ndarray of int64, shape (n_applications,)
        The printed score.
    """

    features: NDArray[np.int64]
    base: NDArray[np.int64]
    unclamped: NDArray[np.int64]
    clamping: NDArray[np.int64]
    score: NDArray[np.int64]

    def __repr__(self) -> str:
        clamped = int(np.count_nonzero(self.clamping))
        return f"IntegerPoints({len(self.score)} applications, {clamped} clamped)"


def rounded_points(
    features: NDArray[np.float64],
    base: float | NDArray[np.float64],
    unrounded: NDArray[np.float64],
    score: NDArray[np.int64],
) -> IntegerPoints:
    """Round the lines of every application.

    Parameters
    ----------
    features : ndarray of float64, shape (n_applications, n_features)
        Exact points of each feature.
    base : float
        Exact base points.
    unrounded : ndarray of float64, shape (n_applications,)
        Exact scores: ``features.sum(axis=1) + base`` within rounding error.
    score : ndarray of int64, shape (n_applications,)
        Printed scores.
    """
    unclamped = np.rint(unrounded).astype(np.int64)
    lines = np.column_stack([features, np.full(len(features), base)])
    whole = np.zeros(lines.shape, dtype=np.int64)
    for row, total in enumerate(unclamped):
        whole[row] = integer_points(lines[row], int(total))
    return IntegerPoints(whole[:, :-1], whole[:, -1], unclamped, score - unclamped, score)
