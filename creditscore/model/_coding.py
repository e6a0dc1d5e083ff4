"""Give the labels of categories their codes: the position of each among those that fitting saw."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple, Self

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.compiled import compiled


class Labels(NamedTuple):
    """The labels of every categorical column, one column after the other.

    Attributes
    ----------
    columns : ndarray of int64, shape (n_categorical,)
        Rising.
    bounds : ndarray of int64, shape (n_categorical + 1,)
        Where the labels of each column begin.
    labels : ndarray of float64, shape (n_labels,)
        Rising within each column.
    """

    columns: Int64
    bounds: Int64
    labels: Float64

    @classmethod
    def of(cls, categories: Mapping[int, tuple[float, ...]]) -> Self:
        """Lay the labels of categorical columns out."""
        columns = sorted(categories)
        sizes = [len(categories[column]) for column in columns]
        return cls(
            np.array(columns, np.int64),
            np.array([0, *accumulate(sizes)], np.int64),
            np.array([label for column in columns for label in categories[column]], np.float64),
        )


@compiled
def code_labels(encoded: Float64, factors: Float64, columns: Int64, bounds: Int64, labels: Float64) -> None:
    """Replace labels by their codes; one that is missing, or was not seen, has the code after all others.

    Arrays: ``encoded`` shape (n_rows, n_features), features times ``factors``, shape (n_features,), each 1 or
    -1; the others as those of `Labels`.
    """
    for k in range(columns.size):
        column, first, last = columns[k], bounds[k], bounds[k + 1]
        for r in range(len(encoded)):
            label = encoded[r, column] * factors[column]
            low, high = first, last
            while low < high:
                middle = (low + high) // 2
                if labels[middle] < label:
                    low = middle + 1
                else:
                    high = middle
            known = low < last and labels[low] == label
            encoded[r, column] = float((low if known else last) - first)
