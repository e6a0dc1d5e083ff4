"""The room that the slices of one lane are worked out in, and what they share.

Slices that begin at the newest row are nested: their totals are the running totals of one pass, and their
order is the order of the widest, thinned out. Both give the bits that each slice would give alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import DAY
from creditscore.features.kernels.keyed import new_key_share, totals_by_key
from creditscore.features.kernels.layout import Program
from creditscore.features.kernels.order import keep_rows, sort_rows
from creditscore.features.kernels.slices import SLOPES, squared_deviations

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]


class Taken(NamedTuple):
    """The rows that take part in a lane, newest first."""

    values: F8
    times: I8
    keys: I4


class Work(NamedTuple):
    """Scratch arrays as long as the rows of one applicant, and two with a row for every slice.

    Attributes
    ----------
    values, times, keys, chosen
        What rows are gathered into.
    gaps, ordered, positions, key_values, key_ordered, key_positions
        What the slices of a lane share.
    spare, spare_positions, room
        For whoever needs them next.
    bounds : ndarray of int64, shape (n_slices, 3)
        Where a slice begins and ends; the slices of a lane in the order in which they end.
    figures : ndarray of float64, shape (n_slices, 9)
        Totals and the like; columns as in `creditscore.features.kernels.slices`.
    """

    values: F8
    times: I8
    keys: I4
    chosen: NDArray[np.uint8]
    gaps: F8
    ordered: F8
    positions: I8
    key_values: F8
    key_ordered: F8
    key_positions: I8
    spare: F8
    spare_positions: I8
    room: F8
    bounds: I8
    figures: F8


@compiled
def make_work(capacity: int, slices: int) -> Work:
    """Make room for the rows of one applicant and the slices of one program."""
    floats = np.empty((6, capacity), np.float64)
    whole = np.empty((4, capacity), np.int64)
    return Work(
        floats[0], whole[0], np.empty(capacity, np.int32), np.empty(capacity, np.uint8),
        floats[1], floats[2], whole[1], floats[3], floats[4], whole[2], floats[5], whole[3],
        np.empty(max(capacity, SLOPES), np.float64),
        np.empty((slices, 3), np.int64), np.empty((slices, 9), np.float64),
    )  # fmt: skip


@inner
def rows_since(times: I8, moment: int) -> int:
    """Return how many times, newest first, are at or after a moment: by halves, then by counting."""
    low = 0
    high = times.size
    while high - low > 128:
        half = (low + high) // 2
        if times[half] >= moment:
            low = half + 1
        else:
            high = half
    near = times[low:high]
    for i in range(near.size):
        low += near[i] >= moment
    return low


@inner
def bounds(s: int, program: Program, times: I8, as_of: int) -> tuple[int, int]:
    """Return where a slice begins and ends among the rows that were taken."""
    start = 0
    stop = times.size
    if program.slices[s, 0] >= 0:
        stop = rows_since(times, as_of - program.slices[s, 0])
    if program.slices[s, 1] >= 0:
        stop = min(stop, program.slices[s, 1])
    if program.slices[s, 2] >= 0:
        start = max(0, stop - program.slices[s, 2])
    return start, stop


@inner
def find_bounds(first: int, last: int, program: Program, taken: Taken, as_of: int, work: Work) -> int:
    """Find the bounds of the slices ``first:last``, rank them by their ends, and return what they need."""
    needs = 0
    for s in range(first, last):
        start, stop = bounds(s, program, taken.times, as_of)
        work.bounds[s, 0] = start
        work.bounds[s, 1] = stop
        needs |= program.slices[s, 5]
        rank = s
        while rank > first and work.bounds[work.bounds[rank - 1, 2], 1] > stop:
            work.bounds[rank, 2] = work.bounds[rank - 1, 2]
            rank -= 1
        work.bounds[rank, 2] = s
    return needs


@inner
def total(values: F8, figures: F8) -> None:
    """Add values to a total, and to the smallest and largest so far."""
    whole, low, high = figures[0], figures[1], figures[2]
    for i in range(values.size):
        whole += values[i]
        low = min(low, values[i])
        high = max(high, values[i])
    figures[0], figures[1], figures[2] = whole, low, high


@inner
def total_slices(first: int, last: int, values: F8, fewer: int, column: int, work: Work) -> None:
    """Write total, smallest and largest value of every slice; nested slices share one running pass."""
    done = 0
    running = work.room[:3]
    running[0], running[1], running[2] = 0.0, math.inf, -math.inf
    for rank in range(first, last):
        s = work.bounds[rank, 2]
        stop = max(work.bounds[s, 1] - fewer, 0)
        figures = work.figures[s, column:]
        if work.bounds[s, 0] > 0:
            figures[0], figures[1], figures[2] = 0.0, math.inf, -math.inf
            total(values[work.bounds[s, 0] : stop], figures)
            continue
        total(values[done:stop], running)
        done = stop
        figures[0], figures[1], figures[2] = running[0], running[1], running[2]


@inner
def spread_slices(
    first: int, last: int, program: Program, need: int, values: F8, fewer: int, column: int, work: Work
) -> None:
    """Write the squared deviations of every slice that needs them."""
    for s in range(first, last):
        start = work.bounds[s, 0]
        stop = work.bounds[s, 1] - fewer
        if stop > start and program.slices[s, 5] & need:
            mean = work.figures[s, column] / (stop - start)
            work.figures[s, column + 3] = squared_deviations(values[start:stop], mean)


@inner
def prepare(first: int, last: int, program: Program, taken: Taken, needs: int, work: Work) -> None:
    """Work out what the slices of a lane share: totals, gaps, and the order of the widest."""
    if needs & 1:
        total_slices(first, last, taken.values, 0, 0, work)
    if needs & 2:
        spread_slices(first, last, program, 2, taken.values, 0, 0, work)
    if needs & 8:
        gaps = work.gaps[: max(taken.times.size - 1, 0)]
        for i in range(gaps.size):
            gaps[i] = (taken.times[i] - taken.times[i + 1]) / DAY
        total_slices(first, last, gaps, 1, 4, work)
    if needs & 16:
        spread_slices(first, last, program, 16, work.gaps, 1, 4, work)
    if needs & 4:
        n = work.bounds[work.bounds[last - 1, 2], 1]
        sort_rows(
            taken.values[:n], work.ordered[:n], work.positions[:n], work.spare[:n], work.spare_positions[:n]
        )


@inner
def thin_out(start: int, stop: int, sorted_rows: int, work: Work) -> None:
    """Sort a slice, given the sorted rows of one that holds it; only a nested one replaces those."""
    ordered = work.ordered[:sorted_rows]
    if start > 0:
        keep_rows(ordered, work.positions, start, stop, work.spare, work.spare_positions)
    elif stop < sorted_rows:
        keep_rows(ordered, work.positions, start, stop, work.ordered, work.positions)


@inner
def sort_keys(keys: I4, work: Work) -> None:
    """Sort the keys of some rows; equal keys stay in the order of their rows."""
    n = keys.size
    for i in range(n):
        work.key_values[i] = keys[i]
    sort_rows(
        work.key_values[:n], work.key_ordered[:n], work.key_positions[:n], work.spare[:n],
        work.spare_positions[:n],
    )  # fmt: skip


@inner
def group_keys(s: int, needs: int, taken: Taken, work: Work) -> int:
    """Write what a slice needs of its keys, and return how many there are if their totals are needed."""
    start = work.bounds[s, 0]
    stop = work.bounds[s, 1]
    if stop > start and needs & 64:
        sort_keys(taken.keys[start:], work)
        ordered = work.key_ordered[: taken.keys.size - start]
        work.figures[s, 8] = new_key_share(ordered, work.key_positions, stop - start)
    if stop > start and needs & 32:
        sort_keys(taken.keys[start:stop], work)
        ordered = work.key_ordered[: stop - start]
        return totals_by_key(taken.values[start:stop], ordered, work.key_positions, work.key_values)
    return 0
