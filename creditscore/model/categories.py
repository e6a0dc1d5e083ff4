"""From features as computed to the matrix that trees read: orientation and category codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """Turns risk to rise with every signed feature, and gives every category its code.

    Attributes
    ----------
    signs : tuple of int
        For each feature: +1 risk rises with it, -1 risk falls with it, 0 no sign is imposed.
    categories : mapping of int to tuple of float
        Column of each categorical feature, and its labels, rising.

    Examples
    --------
    >>> encoding = Encoding(signs=(-1, 0), categories={1: (3.0, 8.0)})
    >>> encoding.encode(np.array([[2.0, 8.0], [np.nan, 5.0]]))
    array([[-2.,  1.],
           [nan, nan]])
    """

    signs: tuple[int, ...]
    categories: Mapping[int, tuple[float, ...]]
    _factors: NDArray[np.float64] = field(init=False, repr=False)
    _labels: tuple[tuple[int, NDArray[np.float64]], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        labels = tuple((column, np.array(known)) for column, known in sorted(self.categories.items()))
        object.__setattr__(self, "categories", dict(self.categories))
        object.__setattr__(self, "_factors", np.where(np.array(self.signs) < 0, -1.0, 1.0))
        object.__setattr__(self, "_labels", labels)

    @classmethod
    def learned(cls, X: NDArray[np.float64], signs: Sequence[int], categorical: Iterable[int]) -> Encoding:
        """Read the labels of the categorical columns from training rows.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Features as computed; NaN is missing.
        signs : sequence of int, length n_features
            +1, -1 or 0 for each feature.
        categorical : iterable of int
            Columns that hold labels.
        """
        return cls(tuple(signs), {column: distinct_labels(X[:, column]) for column in categorical})

    def encode(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Orient the signed features and code the categorical ones.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Features as computed; NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_features)
            A new matrix; column ``j`` still stands for feature ``j``. NaN stays NaN, and so does a label that
            fitting did not see.
        """
        encoded = np.multiply(X, self._factors, order="C")
        for column, labels in self._labels:
            encoded[:, column] = category_codes(X[:, column], labels)
        return encoded


def distinct_labels(column: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the labels that occur, rising; missing is none of them.

    Parameters
    ----------
    column : ndarray of float64, shape (n_rows,)
        Labels as exact numbers; NaN is missing.

    Examples
    --------
    >>> distinct_labels(np.array([7.0, np.nan, 2.0, 7.0]))
    (2.0, 7.0)
    """
    return tuple(np.unique(column[~np.isnan(column)]).tolist())


def category_codes(column: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the position of each value among the labels.

    Parameters
    ----------
    column : ndarray of float64, shape (n_rows,)
        Labels as exact numbers; NaN is missing.
    labels : ndarray of float64, shape (n_labels,)
        Labels known from fitting, rising.

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        0 to ``n_labels - 1``; NaN for a missing value and for a label that fitting did not see. The trees
        treat both as one: neither is in the set of any split.

    Examples
    --------
    >>> category_codes(np.array([7.0, np.nan, 3.0]), np.array([2.0, 7.0]))
    array([ 1., nan, nan])
    """
    if len(labels) == 0:
        return np.full(len(column), np.nan)
    positions = np.minimum(np.searchsorted(labels, column), len(labels) - 1)
    return np.where(labels[positions] == column, positions.astype(np.float64), np.nan)
