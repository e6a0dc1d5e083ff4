"""Numbers for the distinct keys of some rows, in linear time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import nested


@nested
def number_keys(keys: NDArray[np.int64], groups: NDArray[np.int64]) -> int:
    """Number the distinct keys in the order in which they come; negative keys get -1. Return how many.

    Arrays: ``keys`` shape (n,), below 0 for none; ``groups`` shape (n,), -1 for none.
    """
    size = 8
    while size < 2 * keys.size:
        size *= 2
    slots = np.full(size, -1, np.int64)
    count = 0
    for p in range(keys.size):
        groups[p] = -1
        if keys[p] < 0:
            continue
        slot = (keys[p] * 2_654_435_761) & (size - 1)
        while slots[slot] >= 0 and keys[slots[slot]] != keys[p]:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = p
            groups[p] = count
            count += 1
        else:
            groups[p] = groups[slots[slot]]
    return count
