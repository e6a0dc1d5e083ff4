"""Sorting and medians.

What keeps row numbers sorts stably: equal values stay in the order of their rows, so that no bit depends on
how one sorts, nor on whether a window is sorted by itself or thinned out of a wider one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

BLOCK = 64


@inner
def smaller_than(a: float, b: float, c: float, d: float, values: F8) -> tuple[int, int, int, int]:
    """Return how many values are smaller than each of four: one pass that fills the vector registers.

    Arrays: ``values`` shape (n,).
    """
    below_a = below_b = below_c = below_d = 0
    for i in range(values.size):
        value = values[i]
        below_a += value < a
        below_b += value < b
        below_c += value < c
        below_d += value < d
    return below_a, below_b, below_c, below_d


@inner
def put(value: float, position: int, smaller: int, ordered: F8, positions: I8, ties: I8) -> None:
    """Put a value behind those that are smaller, and behind its equals that were put before.

    Arrays: ``ordered``, ``positions``, ``ties`` shape (n,).
    """
    rank = smaller + ties[smaller]
    ties[smaller] += 1
    ordered[rank] = value
    positions[rank] = position


@inner
def sort_block(values: F8, first: int, ordered: F8, positions: I8, ties: I8) -> None:
    """Sort a short run by counting, for each value, how many are smaller: no branch to mispredict.

    Arrays: ``values``, ``ordered``, ``positions``, ``ties`` shape (n,).
    """
    n = values.size
    for i in range(n):
        ties[i] = 0
    for i in range(0, n - 3, 4):
        a, b, c, d = values[i], values[i + 1], values[i + 2], values[i + 3]
        below_a, below_b, below_c, below_d = smaller_than(a, b, c, d, values)
        put(a, first + i, below_a, ordered, positions, ties)
        put(b, first + i + 1, below_b, ordered, positions, ties)
        put(c, first + i + 2, below_c, ordered, positions, ties)
        put(d, first + i + 3, below_d, ordered, positions, ties)
    for i in range(n - n % 4, n):
        smaller = smaller_than(values[i], values[i], values[i], values[i], values)[0]
        put(values[i], first + i, smaller, ordered, positions, ties)


@inner
def merge(values: F8, positions: I8, middle: int, merged: F8, merged_positions: I8) -> None:
    """Merge two sorted neighbours; of equal values the left one comes first.

    From both ends at once, which keeps a processor busy, for as long as neither can run out; then the rest.

    Arrays: ``values``, ``positions``, ``merged``, ``merged_positions`` shape (n,).
    """
    n = values.size
    shorter = min(middle, n - middle)
    left, right, last_left, last_right = 0, middle, middle - 1, n - 1
    for i in range(shorter):
        take_left = values[left] <= values[right]
        merged[i] = values[left] if take_left else values[right]
        merged_positions[i] = positions[left] if take_left else positions[right]
        left += take_left
        right += not take_left
        take_left = values[last_left] > values[last_right]
        merged[n - 1 - i] = values[last_left] if take_left else values[last_right]
        merged_positions[n - 1 - i] = positions[last_left] if take_left else positions[last_right]
        last_left -= take_left
        last_right -= not take_left
    for i in range(shorter, n - shorter):
        take_left = right > last_right or (left <= last_left and values[left] <= values[right])
        merged[i] = values[left] if take_left else values[right]
        merged_positions[i] = positions[left] if take_left else positions[right]
        left += take_left
        right += not take_left


@inner
def sort_rows(values: F8, ordered: F8, positions: I8, spare: F8, spare_positions: I8) -> None:
    """Write the values in ascending order, and the row that each came from; the spares are scratch.

    Arrays: ``values``, ``ordered``, ``positions``, ``spare``, ``spare_positions`` shape (n,).
    """
    n = values.size
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        sort_block(values[first:last], first, ordered[first:last], positions[first:last], spare_positions)
    width = BLOCK
    while width < n:
        for first in range(0, n, 2 * width):
            last = min(first + 2 * width, n)
            merge(
                ordered[first:last], positions[first:last], min(width, last - first),
                spare[first:last], spare_positions[first:last],
            )  # fmt: skip
        for i in range(n):
            ordered[i] = spare[i]
            positions[i] = spare_positions[i]
        width *= 2


@inner
def keep_rows(values: F8, positions: I8, first: int, last: int, kept: F8, kept_positions: I8) -> None:
    """Keep, in order, the values whose rows lie in ``first:last``; may write onto its own input.

    Arrays: ``values``, ``positions`` shape (n,); ``kept``, ``kept_positions`` shape (n,) or longer.
    """
    n = 0
    for i in range(values.size):
        value = values[i]
        position = positions[i]
        kept[n] = value
        kept_positions[n] = position
        n += (position >= first) & (position < last)


@nested
def sort_in_place(values: F8) -> None:
    """Sort ascending; short runs, the usual ones, by insertion.

    Arrays: ``values`` shape (n,).
    """
    if values.size > 48:
        values.sort()
        return
    for i in range(1, values.size):
        moved = values[i]
        j = i - 1
        while j >= 0 and values[j] > moved:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = moved


@inner
def middle(ordered: F8) -> float:
    """Return the median of sorted values, one or more.

    Arrays: ``ordered`` shape (n,).
    """
    n = ordered.size
    half = n // 2
    if n % 2 == 1:
        return float(ordered[half])
    return float((ordered[half - 1] + ordered[half]) / 2.0)


@inner
def select(values: F8, rank: int) -> float:
    """Return the value of a rank, 0 the smallest; puts what is smaller before it and the rest after.

    Arrays: ``values`` shape (n,).
    """
    low = 0
    high = values.size - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return float(values[rank])


@inner
def median_in_place(values: F8) -> float:
    """Return the median of one value or more, which lose their order.

    Arrays: ``values`` shape (n,).
    """
    half = values.size // 2
    upper = select(values, half)
    if values.size % 2 == 1:
        return upper
    lower = values[0]
    for i in range(1, half):
        lower = max(lower, values[i])
    return float((lower + upper) / 2.0)
