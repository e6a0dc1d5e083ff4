"""Choose the rows of one applicant that take part in a segment, and line them up newest first.

Loops run over an index into arrays that were cut to size, and write every row but count only the chosen
ones: so compiled, they have no branch that a processor must guess.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore.features.kernels.layout import (
    CONDITION_COLUMN,
    CONDITION_KIND,
    CONDITION_OFFSET,
    GREATER,
    GREATER_EQUAL,
    IN_SET,
    LESS,
    LESS_EQUAL,
    SEGMENT_COLUMN,
    SEGMENT_CONDITIONS,
    SEGMENT_CONDITIONS_END,
    SEGMENT_KEY,
    Program,
)

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
Flags = NDArray[np.uint8]


@inner
def first_within(start: int, stop: int, times: I8, moment: int) -> int:
    """Return the oldest of some rows, oldest first, at or after a moment: by halves, then by counting.

    Arrays: ``times`` shape (n_rows,) in microseconds, oldest first.
    """
    low = start
    high = stop
    while high - low > 128:
        half = (low + high) // 2
        if times[half] >= moment:
            high = half
        else:
            low = half + 1
    near = times[low:high]
    for i in range(near.size):
        low += near[i] < moment
    return low


@inner
def keep_compared(kind: int, values: F8, limit: float, chosen: Flags) -> None:
    """Drop the rows whose value does not compare with the limit as asked; NaN passes no comparison.

    Arrays: ``values`` shape (n_rows,), NaN missing; ``chosen`` shape (n_rows,), 1 for a row that takes part.
    """
    if kind == GREATER:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] > limit else 0
    elif kind == GREATER_EQUAL:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] >= limit else 0
    elif kind == LESS:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] < limit else 0
    elif kind == LESS_EQUAL:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] <= limit else 0
    else:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] == limit else 0


@inner
def keep_listed(allowed: Flags, codes: I4, chosen: Flags) -> None:
    """Drop the rows whose code is not allowed; the first entry of the list stands for a missing code.

    Arrays: ``allowed`` shape (n_labels + 1,), 0 or 1; ``codes`` shape (n_rows,), -1 missing; ``chosen`` shape
    (n_rows,), 1 for a row that takes part.
    """
    for i in range(codes.size):
        chosen[i] = chosen[i] if allowed[codes[i] + 1] else 0


@inner
def keep_present(values: F8, chosen: Flags) -> None:
    """Drop the rows whose value is NaN.

    Arrays: ``values`` shape (n_rows,), NaN missing; ``chosen`` shape (n_rows,), 1 for a row that takes part.
    """
    for i in range(values.size):
        chosen[i] = chosen[i] if values[i] == values[i] else 0


@inner
def keep_keyed(keys: I4, chosen: Flags) -> None:
    """Drop the rows without a key.

    Arrays: ``keys`` shape (n_rows,), -1 for none; ``chosen`` shape (n_rows,), 1 for a row that takes part.
    """
    for i in range(keys.size):
        chosen[i] = chosen[i] if keys[i] >= 0 else 0


@inner
def choose(
    start: int, stop: int, segment: int, program: Program, values: F8, codes: I4, chosen: Flags
) -> None:
    """Flag the rows that meet every condition of a segment and have its value and its key.

    Arrays: ``values`` shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows); ``chosen`` shape
    (n_rows,), 1 for a row that takes part.
    """
    for i in range(chosen.size):
        chosen[i] = 1
    first = program.segments[segment, SEGMENT_CONDITIONS]
    last = program.segments[segment, SEGMENT_CONDITIONS_END]
    for c in range(first, last):
        kind = program.conditions[c, CONDITION_KIND]
        column = program.conditions[c, CONDITION_COLUMN]
        if kind == IN_SET:
            keep_listed(
                program.allowed[program.conditions[c, CONDITION_OFFSET] :], codes[column, start:stop], chosen
            )
        else:
            keep_compared(kind, values[column, start:stop], program.thresholds[c], chosen)
    if program.segments[segment, SEGMENT_COLUMN] >= 0:
        keep_present(values[program.segments[segment, SEGMENT_COLUMN], start:stop], chosen)
    if program.segments[segment, SEGMENT_KEY] >= 0:
        keep_keyed(codes[program.segments[segment, SEGMENT_KEY], start:stop], chosen)


@inner
def gather(
    start: int, stop: int, segment: int, program: Program, times: I8, values: F8, codes: I4,
    chosen: Flags, v: F8, t: I8, k: I4,
) -> int:  # fmt: skip
    """Copy the rows that take part in a segment to the end of v, t and k, newest first.

    Arrays: ``times`` shape (n_rows,) in microseconds, oldest first; ``values`` shape (n_values, n_rows);
    ``codes`` shape (n_codes, n_rows); ``chosen`` shape (n_rows,), 1 for a row that takes part; ``v``, ``k``
    shape (n_rows,); ``t`` shape (n_rows,) in microseconds.

    Returns
    -------
    int
        Where the copied rows begin; ``stop - start`` where there is none.
    """
    choose(start, stop, segment, program, values, codes, chosen)
    position = chosen.size - 1
    source = times[start:stop]
    for i in range(chosen.size):
        t[position] = source[i]
        position -= chosen[i]
    column = program.segments[segment, SEGMENT_COLUMN]
    key = program.segments[segment, SEGMENT_KEY]
    if column < 0:
        for i in range(chosen.size):
            v[i] = 1.0
    else:
        gather_values(values[column, start:stop], chosen, v)
    if key >= 0:
        gather_keys(codes[key, start:stop], chosen, k)
    return position + 1


@inner
def gather_values(source: F8, chosen: Flags, v: F8) -> None:
    """Copy the values of the chosen rows to the end of v, newest first.

    Arrays: ``source``, ``v`` shape (n_rows,); ``chosen`` shape (n_rows,), 1 for a row that takes part.
    """
    position = chosen.size - 1
    for i in range(chosen.size):
        v[position] = source[i]
        position -= chosen[i]


@inner
def gather_keys(source: I4, chosen: Flags, k: I4) -> None:
    """Copy the keys of the chosen rows to the end of k, newest first.

    Arrays: ``source``, ``k`` shape (n_rows,); ``chosen`` shape (n_rows,), 1 for a row that takes part.
    """
    position = chosen.size - 1
    for i in range(chosen.size):
        k[position] = source[i]
        position -= chosen[i]
