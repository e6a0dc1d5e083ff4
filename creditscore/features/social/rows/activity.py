"""How much an applicant did in social media, month by month, counted back from the moment."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.raw_view import known_rows
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

MONTH = 30 * DAY
MOST = 24


@compiled
def fill_months(first: I8, last: I8, as_of: I8, times: I8) -> tuple[I8, I8, I8, F8]:
    """Write one row for each month, oldest first, that lies wholly after the first known activity.

    Arrays: ``first`` and ``last`` shape (n_applications,), the bounds of their known rows; ``as_of`` shape
    (n_applications,) in microseconds; ``times`` shape (n_rows,) in microseconds, oldest first. Returns shape
    (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the rows.
    """
    starts = np.arange(first.size) * MOST
    stops = starts.copy()
    when = np.empty(first.size * MOST, np.int64)
    counts = np.zeros((1, first.size * MOST))
    for r in range(first.size):
        months = -1
        for i in range(first[r], last[r]):
            if months < 0:
                months = min(MOST, (as_of[r] - times[i]) // MONTH)
                stops[r] = starts[r] + months
                for month in range(months):
                    when[starts[r] + month] = as_of[r] - (months - month) * MONTH
            back = (as_of[r] - 1 - times[i]) // MONTH
            if back < months:
                counts[0, stops[r] - 1 - back] += 1.0
    return starts, stops, when, counts


def activity_months(chunk: Chunk) -> Rows:
    """Build the view `activity_months`."""
    if "activities" not in chunk.portfolio.tables:
        return no_rows(chunk.owners.size, 1, 0)
    known = known_rows("activities", chunk)
    known.times.setflags(write=False)
    starts, stops, when, counts = fill_months(known.starts, known.stops, chunk.as_of, known.times)
    return Rows(starts, stops, when, counts, np.empty((0, when.size), np.int32), np.empty(0, np.int64))


VIEWS: Final = (
    View(
        name="activity_months",
        meaning=(
            "A block of 30 days, counted back from the moment, that lies wholly after the first known "
            "activity; at most 24. Time: the start of the block."
        ),
        source="activities",
        tables=("activities",),
        values=(ViewColumn("activities", "activities in the block", "count"),),
        codes=(),
        build=activity_months,
    ),
)
