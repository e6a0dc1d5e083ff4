"""Run a program of lanes, slices and terms over the as-of rows of many applications.

A lane is a column with its conditions; a slice is a window or a number of rows of a lane; a term is one
statistic of a slice. Rows are gathered once per lane, newest first.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._compiled import compiled
from creditscore.features.kernels.slices import basic, by_key, by_order, by_time, moments, run, sort_in_place

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

# columns of Program.lanes, .conditions, .slices and .terms
LANE_COLUMN, LANE_KEY, LANE_CONDITIONS, LANE_CONDITIONS_END, LANE_SLICES, LANE_SLICES_END = range(6)
CONDITION_KIND, CONDITION_COLUMN, CONDITION_OFFSET = range(3)
SLICE_WINDOW, SLICE_LAST, SLICE_FIRST, SLICE_TERMS, SLICE_TERMS_END, SLICE_ORDERED = range(6)
TERM_STATISTIC, TERM_MINIMUM, TERM_SLOT = range(3)
IN_SET, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, EQUAL = range(6)
NO_LIMIT = -1
EMPTY_IS_ZERO = (0, 1, 2, 102, 208, 300, 400, 401)


class Program(NamedTuple):
    """What to compute from the rows of one view; int64 tables whose columns the constants above name."""

    lanes: I8
    conditions: I8
    thresholds: F8
    allowed: NDArray[np.uint8]
    slices: I8
    terms: I8
    arguments: F8


@compiled
def passes(row: int, lane: int, program: Program, values: F8, codes: I4) -> bool:
    """Tell whether a row meets every condition of a lane."""
    for c in range(program.lanes[lane, 2], program.lanes[lane, 3]):
        kind = program.conditions[c, 0]
        column = program.conditions[c, 1]
        if kind == 0:
            if program.allowed[program.conditions[c, 2] + codes[column, row] + 1] == 0:
                return False
            continue
        value = values[column, row]
        limit = program.thresholds[c]
        if kind == 1:
            holds = value > limit
        elif kind == 2:
            holds = value >= limit
        elif kind == 3:
            holds = value < limit
        elif kind == 4:
            holds = value <= limit
        else:
            holds = value == limit
        if not holds:
            return False
    return True


@compiled
def gather(
    start: int, stop: int, lane: int, program: Program, times: I8, values: F8, codes: I4, v: F8, t: I8, k: I4
) -> int:
    """Copy the rows that take part in a lane, newest first, and return how many."""
    column = program.lanes[lane, 0]
    key = program.lanes[lane, 1]
    taken = 0
    for row in range(stop - 1, start - 1, -1):
        value = 1.0
        if column >= 0:
            value = values[column, row]
            if math.isnan(value):
                continue
        if not passes(row, lane, program, values, codes):
            continue
        if key >= 0:
            if codes[key, row] < 0:
                continue
            k[taken] = codes[key, row]
        v[taken] = value
        t[taken] = times[row]
        taken += 1
    return taken


@compiled
def bounds(s: int, program: Program, t: I8, taken: int, as_of: int) -> tuple[int, int]:
    """Return where a slice begins and ends among the gathered rows, newest first."""
    stop = taken
    window = program.slices[s, 0]
    if window >= 0:
        low = 0
        while low < stop:
            half = (low + stop) // 2
            if t[half] >= as_of - window:
                low = half + 1
            else:
                stop = half
    start = 0
    last = program.slices[s, 1]
    first = program.slices[s, 2]
    if last >= 0:
        stop = min(stop, last)
    if first >= 0:
        start = max(0, stop - first)
    return start, stop


@compiled
def empty_value(code: int) -> float:
    """Return the value of a statistic without rows."""
    for zero in EMPTY_IS_ZERO:
        if code == zero:
            return 0.0
    return math.nan


@compiled
def reduce_slice(
    s: int, program: Program, v: F8, t: I8, k: I4, older: I4, ordered: F8, as_of: int, out: F8
) -> None:
    """Write every term of a slice; ``older`` holds the keys of the slice and of all rows before it."""
    n = v.size
    if n > 0:
        total, low, high, squares = moments(v)
        if program.slices[s, 5] != 0:
            ordered[:] = v
            sort_in_place(ordered)
    for term in range(program.slices[s, 3], program.slices[s, 4]):
        code = program.terms[term, 0]
        value = math.nan
        if n < program.terms[term, 1]:
            value = math.nan
        elif n == 0:
            value = empty_value(code)
        elif code < 100:
            value = basic(code, v, total, low, high, squares)
        elif code < 200:
            value = by_order(code - 100, v, ordered, program.arguments[term])
        elif code < 300:
            value = by_time(code - 200, t, as_of)
        elif code < 400:
            value = by_key(code - 300, v, k, older, program.arguments[term])
        else:
            value = run(code - 400, v)
        out[program.terms[term, 2]] = value


@compiled
def reduce_rows(
    starts: I8, stops: I8, times: I8, values: F8, codes: I4, as_of: I8, covered: NDArray[np.bool_],
    program: Program, out: F8,
) -> None:  # fmt: skip
    """Write every term of every covered application into its slots; the others stay as they are."""
    capacity = 0
    for r in range(starts.size):
        capacity = max(capacity, stops[r] - starts[r])
    v = np.empty(capacity, np.float64)
    t = np.empty(capacity, np.int64)
    k = np.empty(capacity, np.int32)
    ordered = np.empty(capacity, np.float64)
    for r in range(starts.size):
        if not covered[r]:
            continue
        for lane in range(program.lanes.shape[0]):
            taken = gather(starts[r], stops[r], lane, program, times, values, codes, v, t, k)
            for s in range(program.lanes[lane, 4], program.lanes[lane, 5]):
                a, b = bounds(s, program, t, taken, as_of[r])
                reduce_slice(
                    s, program, v[a:b], t[a:b], k[a:b], k[a:taken], ordered[: b - a], as_of[r], out[r]
                )


@compiled
def reduce_with(
    reducer: object, starts: I8, stops: I8, times: I8, values: F8, codes: I4, as_of: I8,
    covered: NDArray[np.bool_], program: Program, slot: int, minimum: int, out: F8,
) -> None:  # fmt: skip
    """Write one registered statistic: the program holds one lane with one slice."""
    for r in range(starts.size):
        if not covered[r]:
            continue
        n = stops[r] - starts[r]
        v = np.empty(n, np.float64)
        t = np.empty(n, np.int64)
        k = np.empty(n, np.int32)
        taken = gather(starts[r], stops[r], 0, program, times, values, codes, v, t, k)
        a, b = bounds(0, program, t, taken, as_of[r])
        if b - a < max(minimum, 1):
            continue
        ages = np.empty(b - a, np.float64)
        for i in range(b - a):
            ages[i] = (as_of[r] - t[b - 1 - i]) / 86_400_000_000
        out[r, slot] = reducer(v[a:b][::-1].copy(), ages)  # type: ignore[operator]
