"""The tables of a program: lanes, slices and terms.

A lane is a column with its conditions; a slice is a window or a number of rows of a lane; a term is one
statistic of a slice.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# columns of Program.lanes, .conditions, .slices and .terms
LANE_COLUMN, LANE_KEY, LANE_CONDITIONS, LANE_CONDITIONS_END, LANE_SLICES, LANE_SLICES_END = range(6)
LANE_REACH = 6
CONDITION_KIND, CONDITION_COLUMN, CONDITION_OFFSET = range(3)
SLICE_WINDOW, SLICE_LAST, SLICE_FIRST, SLICE_TERMS, SLICE_TERMS_END, SLICE_NEEDS = range(6)
TERM_STATISTIC, TERM_MINIMUM, TERM_SLOT = range(3)
IN_SET, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, EQUAL = range(6)
NO_LIMIT = -1

# what the terms of a slice share, as bits of SLICE_NEEDS
TOTALS, SQUARES, ORDERED, GAPS, GAP_SQUARES, KEYS, OLDER = (1 << bit for bit in range(7))
_NEEDS: Final = {
    1: TOTALS, 3: TOTALS, 4: TOTALS | SQUARES, 5: TOTALS, 6: TOTALS, 7: TOTALS | SQUARES,
    100: ORDERED, 101: ORDERED, 102: ORDERED, 103: ORDERED, 104: ORDERED,
    202: GAPS, 203: GAPS, 204: GAPS, 205: GAPS | GAP_SQUARES, 206: GAPS | GAP_SQUARES,
    207: GAPS | GAP_SQUARES, 300: KEYS, 301: KEYS, 302: KEYS, 303: KEYS, 304: OLDER,
}  # fmt: skip


class Program(NamedTuple):
    """What to compute from the rows of one view; int64 tables whose columns the constants above name."""

    lanes: I8
    conditions: I8
    thresholds: F8
    allowed: NDArray[np.uint8]
    slices: I8
    terms: I8
    arguments: F8


def needs_of(statistic: int) -> int:
    """Return the bits of what a statistic shares with others of its slice."""
    return _NEEDS.get(statistic, 0)
