"""Rows of a view whose tables are not there."""

from __future__ import annotations

import numpy as np

from creditscore.features.rows import Rows


def no_rows(applications: int, values: int, codes: int) -> Rows:
    """Return blocks of the declared widths without a row."""
    nothing = np.zeros(applications, np.int64)
    return Rows(
        nothing,
        nothing,
        np.empty(0, np.int64),
        np.empty((values, 0), np.float64),
        np.empty((codes, 0), np.int32),
        np.empty(0, np.int64),
    )
