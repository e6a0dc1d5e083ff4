"""The tables of a program: segments, windows and terms.

A segment is a column with its conditions; a window is a stretch of time or a number of rows of a segment; a
term is one statistic of a window.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore.features.kernels import codes

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# columns of Program.segments, .conditions, .windows and .terms
SEGMENT_COLUMN, SEGMENT_KEY, SEGMENT_CONDITIONS, SEGMENT_CONDITIONS_END = range(4)
SEGMENT_WINDOWS, SEGMENT_WINDOWS_END, SEGMENT_REACH = range(4, 7)
SEGMENT_FIELDS: Final = 7
CONDITION_KIND, CONDITION_COLUMN, CONDITION_OFFSET = range(3)
CONDITION_FIELDS: Final = 3
WINDOW_LENGTH, WINDOW_MONTHS, WINDOW_LAST, WINDOW_FIRST = range(4)
WINDOW_TERMS, WINDOW_TERMS_END, WINDOW_NEEDS = range(4, 7)
WINDOW_FIELDS: Final = 7
TERM_STATISTIC, TERM_MINIMUM, TERM_SLOT = range(3)
TERM_FIELDS: Final = 3
IN_SET, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, EQUAL = range(6)
NO_LIMIT = -1

# kinds of operations; columns of Plan.operations and of Plan.constants
RATIO, SHARE, DIFFERENCE, AT_LEAST = range(4)
OPERATION, LEFT, RIGHT, RESULT = range(4)
PRIOR, WEIGHT, MINIMUM = range(3)
OTHERWISE = PRIOR

# what the terms of a window share, as bits of WINDOW_NEEDS
TOTALS, SPREAD, ORDERED, GAPS, GAP_SPREAD, KEYS, OLDER = (1 << bit for bit in range(7))
_NEEDS: Final = MappingProxyType(
    {
        codes.SUM: TOTALS, codes.MEAN: TOTALS, codes.STD: TOTALS | SPREAD, codes.MIN: TOTALS,
        codes.MAX: TOTALS, codes.CV: TOTALS | SPREAD,
        codes.MEDIAN: ORDERED, codes.QUANTILE: ORDERED, codes.DISTINCT: ORDERED, codes.RMAD: ORDERED,
        codes.TREND: ORDERED,
        codes.GAP_MEAN: GAPS, codes.GAP_MEDIAN: GAPS, codes.GAP_MAX: GAPS,
        codes.GAP_STD: GAPS | GAP_SPREAD, codes.GAP_CV: GAPS | GAP_SPREAD,
        codes.BURSTINESS: GAPS | GAP_SPREAD,
        codes.DISTINCT_KEYS: KEYS, codes.HHI: KEYS, codes.KEY_ENTROPY: KEYS, codes.TOP_SHARE: KEYS,
        codes.NEW_KEY_SHARE: OLDER,
    }
)  # fmt: skip


class Program(NamedTuple):
    """What to compute from the rows of one view, as tables whose columns the constants above name.

    Attributes
    ----------
    segments : ndarray of int64, shape (n_segments, 7)
        Value column and key column (-1: none), conditions and windows from and to, and how far back, in
        microseconds, any window looks (-1: no limit).
    conditions : ndarray of int64, shape (n_conditions, 3)
        Kind, column, and where in ``allowed`` the labels of a set begin.
    thresholds : ndarray of float64, shape (n_conditions,)
    allowed : ndarray of uint8, shape (n_labels,)
        1 for a label of a set, in the order of codes from -1 (missing) on.
    windows : ndarray of int64, shape (n_windows, 7)
        Length in microseconds, or which of ``months``, newest and oldest rows (-1: no limit), terms from and
        to, what they share.
    terms : ndarray of int64, shape (n_terms, 3)
        Statistic, least number of rows, slot that is written.
    arguments : ndarray of float64, shape (n_terms,)
        What a statistic asks for (a quantile, a number of classes); NaN: nothing.
    months : ndarray of int64, shape (n_lengths,)
        How many calendar months back the windows look that are given in months.
    """

    segments: I8
    conditions: I8
    thresholds: F8
    allowed: NDArray[np.uint8]
    windows: I8
    terms: I8
    arguments: F8
    months: I8


def needs_of(statistic: int) -> int:
    """Return the bits of what a statistic shares with others of its window."""
    return _NEEDS.get(statistic, 0)
