"""Where the columns of a table stand, and which codes the closed labels of digital channels have."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Clock, local_time
from creditscore.data.tables.events import EventTable

I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
F8 = NDArray[np.float64]


def positions(table: EventTable, wanted: tuple[str, ...]) -> I8:
    """Return where columns stand within their blocks, -1 for an absent one, shape (n_wanted,)."""
    return _positions(wanted, table.time_columns, table.value_columns, table.code_columns)


@lru_cache(maxsize=256)
def _positions(wanted: tuple[str, ...], *blocks: tuple[str, ...]) -> I8:
    found = [next((names.index(name) for names in blocks if name in names), -1) for name in wanted]
    return np.array(found, np.int64)


@inner
def code_of(codes: I4, column: int, row: int) -> int:
    """Return the code of a row, of codes of shape (n_codes, n_rows); -1 where there is none."""
    return int(codes[column, row]) if column >= 0 else -1


@inner
def value_of(values: F8, column: int, row: int) -> float:
    """Return the value of a row, of values of shape (n_values, n_rows); NaN where there is none."""
    return float(values[column, row]) if column >= 0 else np.nan


@inner
def flag(is_so: bool) -> float:
    """Return 1.0 for yes and 0.0 for no."""
    return 1.0 if is_so else 0.0


@inner
def is_code(code: int, wanted: int) -> float:
    """Return 1.0 if a code is the wanted one, 0.0 if it is another, NaN if it is missing."""
    return np.nan if code < 0 else flag(code == wanted)


@inner
def time_of_day(instant: int, clock: Clock) -> int:
    """Return microseconds since local midnight, -1 at midnight itself: that is a date without an hour."""
    within = local_time(instant, clock) % DAY
    return int(within) if within > 0 else -1
