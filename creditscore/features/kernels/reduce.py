"""Run a program of segments, windows and terms over the as-of rows of many applications, then operations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Clock
from creditscore.features.kernels.codes import KEYED, NEW_KEY_SHARE, ORDER, RUNS, TIME, ZERO_WITHOUT_ROWS
from creditscore.features.kernels.gather import first_within, gather
from creditscore.features.kernels.keyed import by_key
from creditscore.features.kernels.layout import (
    DIFFERENCE,
    KEYS,
    LEFT,
    MINIMUM,
    OLDER,
    OPERATION,
    ORDERED,
    OTHERWISE,
    PRIOR,
    RATIO,
    RESULT,
    RIGHT,
    SEGMENT_REACH,
    SEGMENT_WINDOWS,
    SEGMENT_WINDOWS_END,
    SHARE,
    TERM_MINIMUM,
    TERM_SLOT,
    TERM_STATISTIC,
    WEIGHT,
    WINDOW_NEEDS,
    WINDOW_TERMS,
    WINDOW_TERMS_END,
    Program,
)
from creditscore.features.kernels.windows import NEW_KEYS, basic, by_order, by_time, run
from creditscore.features.kernels.work import (
    BEGIN,
    END,
    RANKED,
    SegmentRows,
    Work,
    bounds,
    find_bounds,
    find_months,
    group_keys,
    make_work,
    prepare,
    thin_out,
)

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]


@inner
def empty_value(code: int) -> float:
    """Return the value of a statistic without rows."""
    for zero in ZERO_WITHOUT_ROWS:
        if code == zero:
            return 0.0
    return math.nan


@inner
def reduce_window(
    s: int, program: Program, rows: SegmentRows, keys: int, as_of: int, clock: Clock, work: Work, out: F8
) -> None:
    """Write every term of a window.

    Arrays: ``out`` shape (n_slots,).
    """
    start = work.bounds[s, BEGIN]
    n = work.bounds[s, END] - start
    values = rows.values[start : start + n]
    times = rows.times[start : start + n]
    gaps = work.gaps[start : start + max(n - 1, 0)]
    ordered = work.ordered[:n] if start == 0 else work.spare[:n]
    figures = work.figures[s]
    for term in range(program.windows[s, WINDOW_TERMS], program.windows[s, WINDOW_TERMS_END]):
        code = program.terms[term, TERM_STATISTIC]
        argument = program.arguments[term]
        if n < program.terms[term, TERM_MINIMUM]:
            value = math.nan
        elif n == 0:
            value = empty_value(code)
        elif code < ORDER:
            value = basic(code, values, figures)
        elif code < TIME:
            value = by_order(code, values, ordered, argument, work.scratch)
        elif code < KEYED:
            value = by_time(code, times, gaps, figures, as_of, clock, argument, work.scratch)
        elif code == NEW_KEY_SHARE:
            value = figures[NEW_KEYS]
        elif code < RUNS:
            value = by_key(code, work.key_values[:keys], argument)
        else:
            value = run(code, values)
        out[program.terms[term, TERM_SLOT]] = value


@inner
def reduce_segment(
    segment: int, program: Program, rows: SegmentRows, as_of: int, clock: Clock, work: Work, out: F8
) -> None:
    """Write every term of a segment, the widest windows first, since narrower ones take over their order.

    Arrays: ``out`` shape (n_slots,).
    """
    first = program.segments[segment, SEGMENT_WINDOWS]
    last = program.segments[segment, SEGMENT_WINDOWS_END]
    prepare(first, last, program, rows, find_bounds(first, last, program, rows, as_of, work), work)
    sorted_rows = work.bounds[work.bounds[last - 1, RANKED], END]
    for rank in range(last - 1, first - 1, -1):
        s = work.bounds[rank, RANKED]
        needs = program.windows[s, WINDOW_NEEDS]
        keys = group_keys(s, needs, rows, work) if needs & (KEYS | OLDER) else 0
        if needs & ORDERED:
            thin_out(work.bounds[s, BEGIN], work.bounds[s, END], sorted_rows, work)
            if work.bounds[s, BEGIN] == 0:
                sorted_rows = work.bounds[s, END]
        reduce_window(s, program, rows, keys, as_of, clock, work, out)


@inner
def reduce_applicant(
    start: int, stop: int, times: I8, values: F8, codes: I4, as_of: int, clock: Clock, program: Program,
    work: Work, out: F8,
) -> None:  # fmt: skip
    """Write every term of one application into its slots.

    Arrays: ``times`` shape (n_rows,) in microseconds, oldest first; ``values`` shape (n_values, n_rows);
    ``codes`` shape (n_codes, n_rows), -1 missing; ``out`` shape (n_slots,).
    """
    find_months(program, as_of, clock, work.since)
    for segment in range(program.segments.shape[0]):
        reach = program.segments[segment, SEGMENT_REACH]
        oldest = start if reach < 0 else first_within(start, stop, times, as_of - reach)
        n = stop - oldest
        begin = gather(
            oldest, stop, segment, program, times, values, codes, work.chosen[:n], work.values, work.times,
            work.keys,
        )  # fmt: skip
        rows = SegmentRows(work.values[begin:n], work.times[begin:n], work.keys[begin:n])
        reduce_segment(segment, program, rows, as_of, clock, work, out)


@compiled
def reduce_rows(
    starts: I8, stops: I8, times: I8, values: F8, codes: I4, as_of: I8, covered: NDArray[np.bool_],
    program: Program, clock: Clock, out: F8,
) -> None:  # fmt: skip
    """Write every term of every covered application into its slots; the others stay as they are.

    Arrays: ``starts``, ``stops``, ``covered`` shape (n_applications,); ``times`` shape (n_rows,) in
    microseconds, oldest first; ``values`` shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows), -1
    missing; ``as_of`` shape (n_applications,) in microseconds; ``out`` shape (n_applications, n_slots).
    """
    capacity = int(np.int64(3))
    for r in range(starts.size):
        capacity = max(capacity, stops[r] - starts[r])
    work = make_work(capacity, program.windows.shape[0], program.months.size)
    for r in range(starts.size):
        if covered[r]:
            reduce_applicant(
                starts[r], stops[r], times, values, codes, as_of[r], clock, program, work, out[r]
            )


@compiled
def reduce_with(
    reducer: object, starts: I8, stops: I8, times: I8, values: F8, codes: I4, as_of: I8,
    covered: NDArray[np.bool_], program: Program, clock: Clock, slot: int, minimum: int, out: F8,
) -> None:  # fmt: skip
    """Write one registered statistic: the program holds one segment with one window.

    Arrays: ``starts``, ``stops``, ``covered`` shape (n_applications,); ``times`` shape (n_rows,) in
    microseconds, oldest first; ``values`` shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows), -1
    missing; ``as_of`` shape (n_applications,) in microseconds; ``out`` shape (n_applications, n_slots).
    """
    for r in range(starts.size):
        if not covered[r]:
            continue
        n = stops[r] - starts[r]
        work = make_work(n, 1, program.months.size)
        begin = gather(
            starts[r], stops[r], 0, program, times, values, codes, work.chosen, work.values, work.times,
            work.keys,
        )  # fmt: skip
        newest_times = work.times[begin:n]
        find_months(program, as_of[r], clock, work.since)
        a, b = bounds(0, program, newest_times, as_of[r], work.since)
        if b - a < max(minimum, 1):
            continue
        ages = np.empty(b - a, np.float64)
        for i in range(b - a):
            ages[i] = (as_of[r] - newest_times[b - 1 - i]) / DAY
        out[r, slot] = reducer(work.values[begin:n][a:b][::-1].copy(), ages)  # type: ignore[operator]


@compiled
def operate(
    slots: NDArray[np.float64],
    operations: NDArray[np.int64],
    constants: NDArray[np.float64],
    feature_slots: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Run the operations on every row of slots, then copy the feature slots out.

    Arrays: ``slots`` shape (n_applications, n_slots); ``operations`` shape (n_operations, 4); ``constants``
    shape (n_operations, 3); ``feature_slots`` shape (n_features,); ``out`` shape (n_applications,
    n_features).
    """
    for r in range(slots.shape[0]):
        for o in range(operations.shape[0]):
            left = slots[r, operations[o, LEFT]]
            right = slots[r, operations[o, RIGHT]]
            kind = operations[o, OPERATION]
            value = np.nan
            if kind == RATIO:
                if right != 0.0:
                    value = left / right
            elif kind == SHARE:
                if right >= constants[o, MINIMUM]:
                    value = (left + constants[o, WEIGHT] * constants[o, PRIOR]) / (
                        right + constants[o, WEIGHT]
                    )
            elif kind == DIFFERENCE:
                value = left - right
            elif right >= constants[o, MINIMUM]:
                value = left
            elif right < constants[o, MINIMUM]:
                value = constants[o, OTHERWISE]
            slots[r, operations[o, RESULT]] = value
        for f in range(feature_slots.size):
            out[r, f] = slots[r, feature_slots[f]]
