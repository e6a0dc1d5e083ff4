"""The as-of rows of a batch of applications: what a view hands to the statistics."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Rows(NamedTuple):
    """Rows that were known at each application's moment, oldest first.

    Attributes
    ----------
    starts, stops : ndarray of int64, shape (n_applications,)
        Rows of application ``r`` are ``starts[r]:stops[r]``.
    times : ndarray of int64, shape (n_rows,)
        Microseconds; the time on which windows are cut, ascending within an application.
    values : ndarray of float64, shape (n_value_columns, n_rows)
        NaN is missing.
    codes : ndarray of int32, shape (n_code_columns, n_rows)
        Positions in a vocabulary; -1 is missing.
    origin : ndarray of int64, shape (n_rows,) or (0,)
        The row of the table that each row stands for; empty when rows do not stand for table rows.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    codes: NDArray[np.int32]
    origin: NDArray[np.int64]
