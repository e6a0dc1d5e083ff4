"""Bins of one column, and how values are counted by them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import ParameterError

_MOST_LABELS: Final = 50


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of one column: inner edges of numbers, or labels; the last count is that of missing values."""

    edges: tuple[float, ...] | None
    labels: tuple[str, ...] | None
    counts: tuple[int, ...]

    def count(self, values: ArrayLike, name: str) -> tuple[NDArray[np.int64], int]:
        """Count rows by bin, missing values last, and those with a label that was never seen.

        Arrays: ``values`` shape (n,). Returns counts of shape (n_bins + 1,), and a number.
        """
        if self.edges is None:
            return self._count_labels(values, name)
        numbers = _numbers(values, name)
        known = numbers[~np.isnan(numbers)]
        found = np.searchsorted(np.array(self.edges), known, side="left")
        counts = np.bincount(found, minlength=len(self.edges) + 1)
        return np.append(counts, numbers.size - known.size).astype(np.int64), 0

    def _count_labels(self, values: ArrayLike, name: str) -> tuple[NDArray[np.int64], int]:
        texts = _texts(values, name)
        code = {label: position for position, label in enumerate(self.labels or ())}
        other = len(code)
        at = np.array([-1 if one is None else code.get(one, other) for one in texts], np.int64)
        counts = np.bincount(at[at >= 0], minlength=other + 1)
        return np.append(counts, int((at < 0).sum())).astype(np.int64), int(counts[other])


def drawn(values: ArrayLike, name: str, bins: int) -> Bins:
    """Draw the bins of one column, of about equal size, and count it.

    Arrays: ``values`` shape (n,).
    """
    if _is_text(values):
        texts = [one for one in _texts(values, name) if one is not None]
        found, counts = np.unique(np.array(texts, dtype=object).astype(str), return_counts=True)
        order = np.lexsort((found, -counts))[:_MOST_LABELS]
        labels = tuple(sorted(found[order].tolist()))
        empty = Bins(None, labels, ())
    else:
        numbers = _numbers(values, name)
        known = numbers[~np.isnan(numbers)]
        edges = np.unique(np.quantile(known, np.arange(1, bins) / bins)) if known.size else np.empty(0)
        empty = Bins(tuple(edges.tolist()), None, ())
    counted, _ = empty.count(values, name)
    return Bins(empty.edges, empty.labels, tuple(counted.tolist()))


def _is_text(values: ArrayLike) -> bool:
    array = np.asarray(values)
    return array.dtype.kind in "UST" or (
        array.dtype.kind == "O" and any(isinstance(one, str) for one in array.tolist())
    )


def _numbers(values: ArrayLike, name: str) -> NDArray[np.float64]:
    numbers = numbers_of(f"columns[{name!r}]", values)
    if np.isinf(numbers).any():
        raise ParameterError.must_be(f"columns[{name!r}]", "finite", math.inf)
    return numbers


def _texts(values: ArrayLike, name: str) -> list[str | None]:
    found: list[str | None] = []
    for one in np.asarray(values, dtype=object).tolist():
        if one is None or one != one:
            found.append(None)
        elif isinstance(one, str):
            found.append(one)
        else:
            raise ParameterError.must_be(f"columns[{name!r}]", "texts, as in the reference", one)
    return found


def length_of(columns: Mapping[str, ArrayLike]) -> int:
    """Return of how many rows columns are that have shape (n,) each.

    Raises
    ------
    ParameterError
        If there are none, or they differ in length.
    """
    if not isinstance(columns, Mapping):
        raise ParameterError.must_be("columns", "a mapping from names to columns", type(columns).__name__)
    shapes = {np.asarray(part).shape for part in columns.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise ParameterError("The columns must be given, and be of one length each.")
    return int(next(iter(shapes))[0])
