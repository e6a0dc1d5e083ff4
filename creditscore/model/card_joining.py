"""Which neighbouring bins of a scorecard are joined: against the trend, small, or telling too little."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner

# Chi-squared of two neighbours, of one degree of freedom, below which they are joined.
_APART: Final = 1.0
_BADS: Final = 0
_WEIGHT: Final = 1
_ROWS: Final = 2


@compiled
def joined(
    groups: NDArray[np.float64], trend: int, turn: int, most: int, least_rows: int
) -> NDArray[np.int64]:
    """Join neighbours until all may stay.

    Parameters
    ----------
    groups : ndarray of float64, shape (n_groups, 3)
        Weight of bads, weight, and rows of each, in order.
    trend : {-1, 0, 1}
        Whether the share of bads must fall, may do anything, or must rise.
    turn : int
        Up to which group it is the other way round; 0: nowhere.
    most : int
        Groups that may be left, at most.
    least_rows : int
        Of each.

    Returns
    -------
    ndarray of int64, shape (n_left,)
        The last group of each that is left.
    """
    left = groups.copy()
    ends = np.arange(len(groups))
    n = len(groups)
    while n > 1:
        worst = _to_join(left[:n], trend, turn, most, least_rows)
        if worst < 0:
            break
        left[worst] += left[worst + 1]
        left[worst + 1 : n - 1] = left[worst + 2 : n].copy()
        ends[worst : n - 1] = ends[worst + 1 : n].copy()
        n -= 1
        turn -= worst < turn
    return ends[:n].copy()


@inner
def _to_join(groups: NDArray[np.float64], trend: int, turn: int, most: int, least_rows: int) -> int:
    """Which group to join to its next; -1 if all may stay."""
    steepest, closest, alike = 0.0, np.inf, np.inf
    against, small, same = -1, -1, 0
    for i in range(len(groups) - 1):
        bads, weight = groups[i, _BADS], groups[i, _WEIGHT]
        next_bads, next_weight = groups[i + 1, _BADS], groups[i + 1, _WEIGHT]
        apart = next_bads / next_weight - bads / weight
        along = -trend * apart if i < turn else trend * apart
        if along < steepest:
            steepest, against = along, i
        spread = apart * apart * weight * next_weight / (weight + next_weight)
        if min(groups[i, _ROWS], groups[i + 1, _ROWS]) < least_rows and spread < closest:
            closest, small = spread, i
        pooled = (bads + next_bads) / (weight + next_weight)
        tells = spread / (pooled * (1.0 - pooled)) if 0.0 < pooled < 1.0 else 0.0
        if tells < alike:
            alike, same = tells, i
    if against >= 0:
        return against
    if small >= 0:
        return small
    return same if alike < _APART or len(groups) > most else -1
