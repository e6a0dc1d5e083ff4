"""Run a program of lanes, slices and terms over the as-of rows of many applications."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import DAY
from creditscore.features.kernels.gather import first_within, gather
from creditscore.features.kernels.keyed import by_key
from creditscore.features.kernels.layout import Program
from creditscore.features.kernels.slices import basic, by_order, by_time, run
from creditscore.features.kernels.work import (
    Taken,
    Work,
    bounds,
    find_bounds,
    group_keys,
    make_work,
    prepare,
    thin_out,
)

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

EMPTY_IS_ZERO = (0, 1, 2, 102, 208, 300, 400, 401)


@inner
def empty_value(code: int) -> float:
    """Return the value of a statistic without rows."""
    for zero in EMPTY_IS_ZERO:
        if code == zero:
            return 0.0
    return math.nan


@inner
def reduce_slice(s: int, program: Program, taken: Taken, keys: int, as_of: int, work: Work, out: F8) -> None:
    """Write every term of a slice."""
    start = work.bounds[s, 0]
    n = work.bounds[s, 1] - start
    values = taken.values[start : start + n]
    times = taken.times[start : start + n]
    gaps = work.gaps[start : start + max(n - 1, 0)]
    ordered = work.ordered[:n] if start == 0 else work.spare[:n]
    figures = work.figures[s]
    for term in range(program.slices[s, 3], program.slices[s, 4]):
        code = program.terms[term, 0]
        argument = program.arguments[term]
        if n < program.terms[term, 1]:
            value = math.nan
        elif n == 0:
            value = empty_value(code)
        elif code < 100:
            value = basic(code, values, figures)
        elif code < 200:
            value = by_order(code - 100, values, ordered, argument, work.room)
        elif code < 300:
            value = by_time(code - 200, times, gaps, figures, as_of, work.room)
        elif code == 304:
            value = figures[8]
        elif code < 400:
            value = by_key(code - 300, work.key_values[:keys], argument)
        else:
            value = run(code - 400, values)
        out[program.terms[term, 2]] = value


@inner
def reduce_lane(lane: int, program: Program, taken: Taken, as_of: int, work: Work, out: F8) -> None:
    """Write every term of a lane, the widest slices first, since narrower ones take over their order."""
    first = program.lanes[lane, 4]
    last = program.lanes[lane, 5]
    prepare(first, last, program, taken, find_bounds(first, last, program, taken, as_of, work), work)
    sorted_rows = work.bounds[work.bounds[last - 1, 2], 1]
    for rank in range(last - 1, first - 1, -1):
        s = work.bounds[rank, 2]
        needs = program.slices[s, 5]
        keys = group_keys(s, needs, taken, work) if needs & 96 else 0
        if needs & 4:
            thin_out(work.bounds[s, 0], work.bounds[s, 1], sorted_rows, work)
            if work.bounds[s, 0] == 0:
                sorted_rows = work.bounds[s, 1]
        reduce_slice(s, program, taken, keys, as_of, work, out)


@inner
def reduce_applicant(
    start: int, stop: int, times: I8, values: F8, codes: I4, as_of: int, program: Program, work: Work, out: F8
) -> None:
    """Write every term of one application into its slots."""
    for lane in range(program.lanes.shape[0]):
        reach = program.lanes[lane, 6]
        oldest = start if reach < 0 else first_within(start, stop, times, as_of - reach)
        n = stop - oldest
        begin = gather(
            oldest, stop, lane, program, times, values, codes, work.chosen[:n], work.values, work.times,
            work.keys,
        )  # fmt: skip
        taken = Taken(work.values[begin:n], work.times[begin:n], work.keys[begin:n])
        reduce_lane(lane, program, taken, as_of, work, out)


@compiled
def reduce_rows(
    starts: I8, stops: I8, times: I8, values: F8, codes: I4, as_of: I8, covered: NDArray[np.bool_],
    program: Program, out: F8,
) -> None:  # fmt: skip
    """Write every term of every covered application into its slots; the others stay as they are."""
    capacity = 3
    for r in range(starts.size):
        capacity = max(capacity, stops[r] - starts[r])
    work = make_work(capacity, program.slices.shape[0])
    for r in range(starts.size):
        if covered[r]:
            reduce_applicant(starts[r], stops[r], times, values, codes, as_of[r], program, work, out[r])


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
        work = make_work(n, 1)
        begin = gather(
            starts[r], stops[r], 0, program, times, values, codes, work.chosen, work.values, work.times,
            work.keys,
        )  # fmt: skip
        newest_times = work.times[begin:n]
        a, b = bounds(0, program, newest_times, as_of[r])
        if b - a < max(minimum, 1):
            continue
        ages = np.empty(b - a, np.float64)
        for i in range(b - a):
            ages[i] = (as_of[r] - newest_times[b - 1 - i]) / DAY
        out[r, slot] = reducer(work.values[begin:n][a:b][::-1].copy(), ages)  # type: ignore[operator]
