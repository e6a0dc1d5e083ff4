"""Other values that a form may state: plain numbers just beyond the values at which a model's splits part."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.features.definition import Feature
from creditscore.model._lightgbm_text import CATEGORICAL
from creditscore.model.trees import Trees
from creditscore.model.walking import DECISION, FEATURE

_WHOLE: Final = frozenset({"count", "days", "months", "0/1", "money"})
_LEAST: Final = {"count": 0.0, "months": 0.0, "share": 0.0, "0/1": 0.0}
_MOST: Final = {"share": 1.0, "0/1": 1.0}
_DECIMALS: Final = range(10)
_NEXT_TO_ZERO: Final = 1e-9
MOST_LEVELS: Final = 8
_PARTS: Final = (0.75, 0.5, 0.25, 0.0)
_MULTIPLES: Final = (1.25, 1.5, 2.0, 3.0)


def beyond_splits(
    trees: Trees, column: int, feature: Feature, most: int | None = MOST_LEVELS
) -> Callable[[float], tuple[float, ...]]:
    """Return what gives, for a value, others of less risk by the declared sign, the nearest first.

    At most so many (None: all) that lie beyond other splits of the column, the nearest and the farthest among
    them; and parts or multiples of the value, since what follows from the column may be split elsewhere. All
    lie within the range of the feature, and whole units stay whole.
    """
    sign, (low, high) = feature.sign, feature.range
    known = split_values(trees)[column]
    shares = _PARTS if sign > 0 else _MULTIPLES

    def others(value: float) -> tuple[float, ...]:
        found = _beyond(known[known < sign * value], feature, most)
        if value > 0.0:
            found += [round(share * value) if feature.unit in _WHOLE else share * value for share in shares]
        within = {
            float(other)
            for other in found
            if (low is None or other >= low)
            and (high is None or other <= high)
            and sign * other < sign * value
        }
        return tuple(sorted(within, key=lambda other: -sign * other))

    return others


def _beyond(passed: NDArray[np.float64], feature: Feature, most: int | None) -> list[float]:
    """Plain numbers just beyond some of the splits that a value could pass, shape (n_splits,), rising."""
    if not passed.size:
        return []
    count = passed.size if most is None else min(most, passed.size)
    chosen = np.unique(np.linspace(0, passed.size - 1, count).round().astype(int))
    found = []
    for position in chosen.tolist():
        end = float(passed[position - 1]) if position else -math.inf
        plain = plain_value(float(passed[position]), end, feature.unit, feature.sign)
        found.append(feature.sign * plain + 0.0)
    return found


@lru_cache(maxsize=8)
def split_values(trees: Trees) -> tuple[NDArray[np.float64], ...]:
    """Return, for each feature, the distinct values of its numeric splits, shape (n_values,).

    They rise, and are read-only.
    """
    numeric = (trees.nodes[:, DECISION] & CATEGORICAL) == 0
    columns, values = trees.nodes[numeric, FEATURE], trees.thresholds[numeric]
    order = np.lexsort((values, columns))
    bounds = np.searchsorted(columns[order], np.arange(1, trees.n_features))
    distinct = tuple(np.unique(known) for known in np.split(values[order], bounds))
    for known in distinct:
        known.setflags(write=False)
    return distinct


def least_possible(unit: str, sign: int) -> float:
    """Lowest value of a feature of this unit, once oriented so that risk rises with it.

    Examples
    --------
    >>> least_possible("count", 1), least_possible("share", -1), least_possible("money", 1)
    (0.0, -1.0, -inf)
    """
    return _LEAST.get(unit, -math.inf) if sign > 0 else -_MOST.get(unit, math.inf)


def plain_value(split: float, end: float, unit: str, sign: int) -> float:
    """Choose a plain number at most a split value, so little below that it passes no other split.

    Parameters
    ----------
    split : float
        A split value of a feature oriented by `sign`.
    end : float
        The next split value below: the number stays above it.
    unit : str
        The feature's unit: it says whether whole numbers will do, and what is possible.
    sign : int
        -1 if the oriented feature is the negated one.

    Examples
    --------
    >>> plain_value(34.7, 0.5, "days", 1), plain_value(0.6378, 0.5, "share", 1)
    (34.0, 0.6)
    >>> plain_value(-0.6378, -0.65, "share", -1), plain_value(1e-35, -0.2, "ratio", 1)
    (-0.64, 0.0)
    """
    least = least_possible(unit, sign)
    if unit not in _WHOLE and abs(split) < _NEXT_TO_ZERO:
        near = 0.0 if split >= 0 else -0.01
        return near if end < near else split
    first = 0 if unit in _WHOLE or not split else max(0, -math.floor(math.log10(abs(split))))
    for decimals in _DECIMALS:
        # A quotient of whole numbers is the nearest float to its decimal, which is what people read.
        power = 10.0 ** (first + decimals)
        value = max(math.floor(split * power) / power, least)
        if end < value <= split:
            return value
    return split
