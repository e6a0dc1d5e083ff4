"""At what hours a person registered or checked out."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import HOUR
from creditscore._ground.zones import Clock
from creditscore.features.chunk import Chunk
from creditscore.features.digital.rows.layout import F8, I8, flag, time_of_day
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.flows import MORNING
from creditscore.features.raw_view import known_rows
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

# rows of the block of values
NIGHT, EVENING = range(2)
HOUR_COLUMNS: Final = 2
DUSK: Final = 18


@compiled
def fill_hours(first: I8, last: I8, times: I8, clock: Clock) -> tuple[I8, I8, I8, F8]:
    """Write what the local clock said of each row.

    Arrays: ``first`` and ``last`` shape (n_applications,), the bounds of the rows; ``times`` shape (n_rows,)
    in microseconds. Returns bounds of shape (n_applications,), then (n_hours,) or (2, n_hours) of the rows.
    """
    stops = np.cumsum(last - first)
    starts = stops - (last - first)
    n = int((last - first).sum())
    when, hours = np.empty(n, np.int64), np.full((HOUR_COLUMNS, n), np.nan)
    k = int(np.int64(0))
    for r in range(first.size):
        for i in range(first[r], last[r]):
            when[k] = times[i]
            within = time_of_day(times[i], clock)
            if within >= 0:
                hours[NIGHT, k] = flag(within // HOUR < MORNING)
                hours[EVENING, k] = flag(within // HOUR >= DUSK)
            k += 1
    return starts, stops, when, hours


def registration_hours(chunk: Chunk) -> Rows:
    """Build the view `registration_hours`."""
    if "registrations" not in chunk.portfolio.tables:
        return no_rows(chunk.owners.size, HOUR_COLUMNS, 0)
    known = known_rows("registrations", chunk)
    known.times.setflags(write=False)
    starts, stops, when, values = fill_hours(
        known.starts, known.stops, known.times, chunk.portfolio.calendar.clock
    )
    return Rows(starts, stops, when, values, np.empty((0, when.size), np.int32), np.empty(0, np.int64))


VIEWS: Final = (
    View(
        name="registration_hours",
        meaning="Every known registration and checkout.",
        source="registrations",
        tables=("registrations",),
        values=(
            ViewColumn(
                "is_night",
                "1 from 00:00 to 04:59, local time, else 0; missing at midnight itself, a date without hour",
                "0/1",
            ),
            ViewColumn("is_evening", "1 from 18:00 to 23:59, local time, else 0; missing likewise", "0/1"),
        ),
        codes=(),
        build=registration_hours,
    ),
)
