"""Made-up payments, and the 96 window statistics that every contestant computes from them.

Three lanes (inflow, outflow, net) x four windows (30, 90, 180, 365 days) x eight statistics (count, sum,
std, min, max, median, distinct values, standard deviation of the days between neighbouring payments) = 96.
The mean is left out: it is sum / count for everyone.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

DAY = 86_400_000_000
MOMENT = datetime(2024, 7, 1, tzinfo=UTC)
MOMENT_US = int(MOMENT.timestamp()) * 1_000_000
HISTORY_DAYS = 400
LANES = ("inflow", "outflow", "net")
WINDOWS = (30, 90, 180, 365)
STATISTICS = ("count", "sum", "std", "min", "max", "median", "distinct", "gap_std")
NAMES = tuple(f"{lane}_{window}_{name}" for lane in LANES for window in WINDOWS for name in STATISTICS)


def make_events(n_events: int, n_applicants: int, seed: int = 0) -> pl.DataFrame:
    """Payments in the order in which they happened: applicant_id, event_time (UTC), amount in whole cents."""
    random = np.random.default_rng(seed)
    times = np.sort(random.integers(MOMENT_US - HISTORY_DAYS * DAY, MOMENT_US, n_events))
    sizes = np.round(np.exp(random.normal(3.5, 1.2, n_events)), 2) + 0.01
    signs = np.where(random.random(n_events) < 0.4, 1.0, -1.0)
    return pl.DataFrame(
        {
            "applicant_id": random.integers(0, n_applicants, n_events),
            "event_time": pl.Series(times).cast(pl.Datetime("us", "UTC")),
            "amount": np.round(signs * sizes, 2),
        }
    )


def worst_difference(theirs: object, ours: NDArray[np.float64]) -> float:
    """Largest difference, relative above 1 and absolute below; infinite where one is missing and one is not.

    Parameters
    ----------
    theirs : polars or pandas frame
        With a column for every one of `NAMES`, in the order of the rows of ours.
    ours : ndarray of float64, shape (n_applicants, 96)
    """
    frame = pl.from_pandas(theirs) if isinstance(theirs, pd.DataFrame) else theirs
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"a frame was expected, not {type(theirs).__name__}")
    return max(_difference(frame[name], ours[:, place]) for place, name in enumerate(NAMES))


def _difference(theirs: pl.Series, ours: NDArray[np.float64]) -> float:
    column = theirs.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if theirs.name.endswith(("_count", "_sum", "_distinct")):
        column = np.nan_to_num(column)
    if not np.array_equal(np.isnan(column), np.isnan(ours)):
        return float("inf")
    return float(np.nanmax(np.abs(column - ours) / np.maximum(1.0, np.abs(ours)), initial=0.0))
