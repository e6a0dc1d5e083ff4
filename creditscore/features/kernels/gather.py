"""Choose the rows of one applicant that take part in a lane, and line them up newest first.

Loops run over an index into arrays that were cut to size, and write every row but count only the chosen
ones: so compiled, they have no branch that a processor must guess.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore.features.kernels.layout import Program

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
Flags = NDArray[np.uint8]


@inner
def first_within(start: int, stop: int, times: I8, moment: int) -> int:
    """Return the oldest of some rows, oldest first, at or after a moment: by halves, then by counting."""
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
    """Drop the rows whose value does not compare with the limit as asked; NaN passes no comparison."""
    if kind == 1:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] > limit else 0
    elif kind == 2:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] >= limit else 0
    elif kind == 3:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] < limit else 0
    elif kind == 4:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] <= limit else 0
    else:
        for i in range(values.size):
            chosen[i] = chosen[i] if values[i] == limit else 0


@inner
def keep_listed(allowed: Flags, codes: I4, chosen: Flags) -> None:
    """Drop the rows whose code is not allowed; the first place of the list stands for a missing code."""
    for i in range(codes.size):
        chosen[i] = chosen[i] if allowed[codes[i] + 1] else 0


@inner
def keep_present(values: F8, chosen: Flags) -> None:
    """Drop the rows whose value is NaN."""
    for i in range(values.size):
        chosen[i] = chosen[i] if values[i] == values[i] else 0


@inner
def keep_keyed(keys: I4, chosen: Flags) -> None:
    """Drop the rows without a key."""
    for i in range(keys.size):
        chosen[i] = chosen[i] if keys[i] >= 0 else 0


@inner
def choose(start: int, stop: int, lane: int, program: Program, values: F8, codes: I4, chosen: Flags) -> None:
    """Flag the rows that meet every condition of a lane and have its value and its key."""
    for i in range(chosen.size):
        chosen[i] = 1
    for c in range(program.lanes[lane, 2], program.lanes[lane, 3]):
        kind = program.conditions[c, 0]
        column = program.conditions[c, 1]
        if kind == 0:
            keep_listed(program.allowed[program.conditions[c, 2] :], codes[column, start:stop], chosen)
        else:
            keep_compared(kind, values[column, start:stop], program.thresholds[c], chosen)
    if program.lanes[lane, 0] >= 0:
        keep_present(values[program.lanes[lane, 0], start:stop], chosen)
    if program.lanes[lane, 1] >= 0:
        keep_keyed(codes[program.lanes[lane, 1], start:stop], chosen)


@inner
def gather(
    start: int, stop: int, lane: int, program: Program, times: I8, values: F8, codes: I4,
    chosen: Flags, v: F8, t: I8, k: I4,
) -> int:  # fmt: skip
    """Copy the rows that take part in a lane to the end of v, t and k, newest first.

    Returns
    -------
    int
        Where the copied rows begin; ``stop - start`` where there is none.
    """
    choose(start, stop, lane, program, values, codes, chosen)
    place = chosen.size - 1
    source = times[start:stop]
    for i in range(chosen.size):
        t[place] = source[i]
        place -= chosen[i]
    if program.lanes[lane, 0] < 0:
        for i in range(chosen.size):
            v[i] = 1.0
    else:
        gather_values(values[program.lanes[lane, 0], start:stop], chosen, v)
    if program.lanes[lane, 1] >= 0:
        gather_keys(codes[program.lanes[lane, 1], start:stop], chosen, k)
    return place + 1


@inner
def gather_values(source: F8, chosen: Flags, v: F8) -> None:
    """Copy the values of the chosen rows to the end of v, newest first."""
    place = chosen.size - 1
    for i in range(chosen.size):
        v[place] = source[i]
        place -= chosen[i]


@inner
def gather_keys(source: I4, chosen: Flags, k: I4) -> None:
    """Copy the keys of the chosen rows to the end of k, newest first."""
    place = chosen.size - 1
    for i in range(chosen.size):
        k[place] = source[i]
        place -= chosen[i]
