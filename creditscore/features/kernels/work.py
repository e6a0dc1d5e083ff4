"""The scratch memory that the windows of one segment are worked out in, and what they share.

Slices that begin at the newest row are nested: their totals are the running totals of one pass, and their
order is the order of the widest, thinned out. Both give the bits that each window would give alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Clock, months_before
from creditscore.features.kernels.keyed import new_key_share, totals_by_key
from creditscore.features.kernels.layout import (
    GAP_SPREAD,
    GAPS,
    KEYS,
    OLDER,
    ORDERED,
    SPREAD,
    TOTALS,
    WINDOW_FIRST,
    WINDOW_LAST,
    WINDOW_LENGTH,
    WINDOW_MONTHS,
    WINDOW_NEEDS,
    Program,
)
from creditscore.features.kernels.order import keep_rows, sort_rows
from creditscore.features.kernels.windows import (
    FIGURES,
    GAP_TOTAL,
    HIGH,
    LOW,
    NEW_KEYS,
    SLOPES,
    SQUARES,
    TOTAL,
    squared_deviations,
)

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]


# columns of Work.bounds
BEGIN, END, RANKED = range(3)
BOUNDS = 3

# where `make_work` cuts the arrays from
_VALUES, _GAPS, _ORDERED, _KEY_VALUES, _KEY_ORDERED, _SPARE = range(6)
_TIMES, _POSITIONS, _KEY_POSITIONS, _SPARE_POSITIONS = range(4)


class SegmentRows(NamedTuple):
    """The rows that take part in a segment, newest first."""

    values: F8
    times: I8
    keys: I4


class Work(NamedTuple):
    """Scratch arrays as long as the rows of one applicant, and two with a row for every window.

    Attributes
    ----------
    values, times, keys, chosen
        What rows are gathered into.
    gaps, ordered, positions, key_values, key_ordered, key_positions
        What the windows of a segment share.
    spare, spare_positions, scratch
        For whoever needs them next.
    bounds : ndarray of int64, shape (n_slices, 3)
        Where a window begins and ends; the windows of a segment in the order in which they end.
    figures : ndarray of float64, shape (n_slices, 9)
        Totals and the like; columns as in `creditscore.features.kernels.windows`.
    since : ndarray of int64, shape (n_lengths,)
        From which instant on the windows in calendar months look, for the application at hand.
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
    scratch: F8
    bounds: I8
    figures: F8
    since: I8


@nested
def make_work(capacity: int, windows: int, months: int) -> Work:
    """Make scratch arrays for the rows of one applicant and the windows of one program."""
    floats = np.empty((6, capacity), np.float64)
    whole = np.empty((4, capacity), np.int64)
    return Work(
        floats[_VALUES], whole[_TIMES], np.empty(capacity, np.int32), np.empty(capacity, np.uint8),
        floats[_GAPS], floats[_ORDERED], whole[_POSITIONS], floats[_KEY_VALUES], floats[_KEY_ORDERED],
        whole[_KEY_POSITIONS], floats[_SPARE], whole[_SPARE_POSITIONS],
        np.empty(max(capacity, SLOPES), np.float64),
        np.empty((windows, BOUNDS), np.int64), np.empty((windows, FIGURES), np.float64),
        np.empty(months, np.int64),
    )  # fmt: skip


@inner
def rows_since(times: I8, moment: int) -> int:
    """Return how many times, newest first, are at or after a moment: by halves, then by counting.

    Arrays: ``times`` shape (n,) in microseconds, newest first.
    """
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
def bounds(s: int, program: Program, times: I8, as_of: int, since: I8) -> tuple[int, int]:
    """Return where a window begins and ends among the rows of its segment.

    Arrays: ``times`` shape (n,) in microseconds, newest first; ``since`` shape (n_lengths,) in microseconds.
    """
    start = 0
    stop = times.size
    if program.windows[s, WINDOW_LENGTH] >= 0:
        stop = rows_since(times, as_of - program.windows[s, WINDOW_LENGTH])
    elif program.windows[s, WINDOW_MONTHS] >= 0:
        stop = rows_since(times, since[program.windows[s, WINDOW_MONTHS]])
    if program.windows[s, WINDOW_LAST] >= 0:
        stop = min(stop, program.windows[s, WINDOW_LAST])
    if program.windows[s, WINDOW_FIRST] >= 0:
        start = max(0, stop - program.windows[s, WINDOW_FIRST])
    return start, stop


@inner
def find_months(program: Program, as_of: int, clock: Clock, since: I8) -> None:
    """Write from which instant on the windows in calendar months look.

    Arrays: ``since`` shape (n_lengths,) in microseconds.
    """
    for k in range(since.size):
        since[k] = months_before(as_of, program.months[k], clock)


@inner
def find_bounds(first: int, last: int, program: Program, rows: SegmentRows, as_of: int, work: Work) -> int:
    """Find the bounds of the windows ``first:last``, rank them by their ends, and return what they need."""
    needs = 0
    for s in range(first, last):
        start, stop = bounds(s, program, rows.times, as_of, work.since)
        work.bounds[s, BEGIN] = start
        work.bounds[s, END] = stop
        needs |= program.windows[s, WINDOW_NEEDS]
        rank = s
        while rank > first and work.bounds[work.bounds[rank - 1, RANKED], END] > stop:
            work.bounds[rank, RANKED] = work.bounds[rank - 1, RANKED]
            rank -= 1
        work.bounds[rank, RANKED] = s
    return needs


@inner
def total(values: F8, figures: F8) -> None:
    """Add values to a total, and to the smallest and largest so far.

    Arrays: ``values`` shape (n,); ``figures`` shape (3,) or longer.
    """
    whole, low, high = figures[TOTAL], figures[LOW], figures[HIGH]
    for i in range(values.size):
        whole += values[i]
        low = min(low, values[i])
        high = max(high, values[i])
    figures[TOTAL], figures[LOW], figures[HIGH] = whole, low, high


@inner
def total_windows(first: int, last: int, values: F8, fewer: int, column: int, work: Work) -> None:
    """Write total, smallest and largest value of every window; nested windows share one running pass.

    Arrays: ``values`` shape (n,).
    """
    done = 0
    running = work.scratch[:SQUARES]
    running[TOTAL], running[LOW], running[HIGH] = 0.0, math.inf, -math.inf
    for rank in range(first, last):
        s = work.bounds[rank, RANKED]
        stop = max(work.bounds[s, END] - fewer, 0)
        figures = work.figures[s, column:]
        if work.bounds[s, BEGIN] > 0:
            figures[TOTAL], figures[LOW], figures[HIGH] = 0.0, math.inf, -math.inf
            total(values[work.bounds[s, BEGIN] : stop], figures)
            continue
        total(values[done:stop], running)
        done = stop
        figures[TOTAL], figures[LOW], figures[HIGH] = running[TOTAL], running[LOW], running[HIGH]


@inner
def spread_windows(
    first: int, last: int, program: Program, need: int, values: F8, fewer: int, column: int, work: Work
) -> None:
    """Write the squared deviations of every window that needs them.

    Arrays: ``values`` shape (n,).
    """
    for s in range(first, last):
        start = work.bounds[s, BEGIN]
        stop = work.bounds[s, END] - fewer
        if stop > start and program.windows[s, WINDOW_NEEDS] & need:
            mean = work.figures[s, column] / (stop - start)
            work.figures[s, column + SQUARES] = squared_deviations(values[start:stop], mean)


@inner
def prepare(first: int, last: int, program: Program, rows: SegmentRows, needs: int, work: Work) -> None:
    """Work out what the windows of a segment share: totals, gaps, and the order of the widest."""
    if needs & TOTALS:
        total_windows(first, last, rows.values, 0, TOTAL, work)
    if needs & SPREAD:
        spread_windows(first, last, program, SPREAD, rows.values, 0, TOTAL, work)
    if needs & GAPS:
        gaps = work.gaps[: max(rows.times.size - 1, 0)]
        for i in range(gaps.size):
            gaps[i] = (rows.times[i] - rows.times[i + 1]) / DAY
        total_windows(first, last, gaps, 1, GAP_TOTAL, work)
    if needs & GAP_SPREAD:
        spread_windows(first, last, program, GAP_SPREAD, work.gaps, 1, GAP_TOTAL, work)
    if needs & ORDERED:
        n = work.bounds[work.bounds[last - 1, RANKED], END]
        sort_rows(
            rows.values[:n], work.ordered[:n], work.positions[:n], work.spare[:n], work.spare_positions[:n]
        )


@inner
def thin_out(start: int, stop: int, sorted_rows: int, work: Work) -> None:
    """Sort a window, given the sorted rows of one that holds it; only a nested one replaces those."""
    ordered = work.ordered[:sorted_rows]
    if start > 0:
        keep_rows(ordered, work.positions, start, stop, work.spare, work.spare_positions)
    elif stop < sorted_rows:
        keep_rows(ordered, work.positions, start, stop, work.ordered, work.positions)


@inner
def sort_keys(keys: I4, work: Work) -> None:
    """Sort the keys of some rows; equal keys stay in the order of their rows.

    Arrays: ``keys`` shape (n,).
    """
    n = keys.size
    for i in range(n):
        work.key_values[i] = keys[i]
    sort_rows(
        work.key_values[:n], work.key_ordered[:n], work.key_positions[:n], work.spare[:n],
        work.spare_positions[:n],
    )  # fmt: skip


@inner
def group_keys(s: int, needs: int, rows: SegmentRows, work: Work) -> int:
    """Write what a window needs of its keys, and return how many there are if their totals are needed."""
    start = work.bounds[s, BEGIN]
    stop = work.bounds[s, END]
    if stop > start and needs & OLDER:
        sort_keys(rows.keys[start:], work)
        ordered = work.key_ordered[: rows.keys.size - start]
        work.figures[s, NEW_KEYS] = new_key_share(ordered, work.key_positions, stop - start)
    if stop > start and needs & KEYS:
        sort_keys(rows.keys[start:stop], work)
        ordered = work.key_ordered[: stop - start]
        return totals_by_key(rows.values[start:stop], ordered, work.key_positions, work.key_values)
    return 0
