"""The statistics of one window by key: how a value spreads over counterparties, categories, lenders."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore.features.kernels.codes import DISTINCT_KEYS, HHI, TOP_SHARE

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]


@inner
def totals_by_key(values: F8, ordered: F8, positions: I8, totals: F8) -> int:
    """Write the total of each key, given the sorted keys and their rows, and return the number of keys.

    Arrays: ``values`` shape (n_rows,); ``ordered`` shape (n_rows,), sorted keys; ``positions`` shape
    (n_rows,), their rows; ``totals`` shape (n_keys,).
    """
    groups = 0
    for i in range(ordered.size):
        if i == 0 or ordered[i] != ordered[i - 1]:
            totals[groups] = 0.0
            groups += 1
        totals[groups - 1] += values[positions[i]]
    return groups


@inner
def by_key(code: int, totals: F8, argument: float) -> float:
    """Return number of keys, Herfindahl index, normalised entropy or largest share of the totals by key.

    Arrays: ``totals`` shape (n_keys,).
    """
    if code == DISTINCT_KEYS:
        return float(totals.size)
    whole = 0.0
    largest = totals[0]
    for i in range(totals.size):
        whole += totals[i]
        largest = max(largest, totals[i])
    if whole == 0.0:
        return math.nan
    if code == TOP_SHARE:
        return float(largest / whole)
    if code == HHI:
        return squared_shares(totals, whole)
    classes = float(totals.size) if math.isnan(argument) else argument
    return entropy(totals, whole) / math.log(classes) if classes > 1.0 else 0.0


@inner
def squared_shares(totals: F8, whole: float) -> float:
    """Return the sum of squared shares.

    Arrays: ``totals`` shape (n_keys,).
    """
    squares = 0.0
    for i in range(totals.size):
        share = totals[i] / whole
        squares += share * share
    return squares


@inner
def entropy(totals: F8, whole: float) -> float:
    """Return the entropy of the shares in natural units; a share of 0 or less adds nothing.

    Arrays: ``totals`` shape (n_keys,).
    """
    bits = 0.0
    for i in range(totals.size):
        share = totals[i] / whole
        if share > 0.0:
            bits -= share * math.log(share)
    return bits


@inner
def new_key_share(ordered: F8, positions: I8, recent: int) -> float:
    """Return the share of the keys among the newest rows that no older row has, given all sorted keys.

    Arrays: ``ordered`` shape (n_rows,), sorted keys; ``positions`` shape (n_rows,), their rows.
    """
    seen = 0
    new = 0
    i = 0
    while i < ordered.size:
        first = i
        while i + 1 < ordered.size and ordered[i + 1] == ordered[first]:
            i += 1
        if positions[first] < recent:
            seen += 1
            new += positions[i] < recent
        i += 1
    return new / seen
