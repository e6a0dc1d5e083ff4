"""Uses of channels by whole calendar month, so that none is cut short."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.compiled import compiled
from creditscore._ground.zones import Clock
from creditscore.features.chunk import Chunk
from creditscore.features.digital.rows.layout import F8, I8
from creditscore.features.digital.rows.uses import IS_DIGITAL, IS_LOGIN, uses
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.feed import MONTHS, month_begins
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

# rows of the block of values
USES, LOGINS, DIGITAL_SHARE = range(3)
MONTH_COLUMNS: Final = 3


@compiled
def fill_use_months(
    first: I8, last: I8, as_of: I8, times: I8, values: F8, clock: Clock
) -> tuple[I8, I8, I8, F8]:
    """Write one row for each whole month, oldest first, from the first known use on.

    Arrays: ``first`` and ``last`` shape (n_applications,), the bounds of the uses; ``as_of`` shape
    (n_applications,) in microseconds; ``times`` shape (n_rows,) in microseconds, oldest first; ``values``
    shape (8, n_rows), those of the uses. Returns bounds of shape (n_applications,), then (n_rows,) or
    (n_columns, n_rows) of the rows.
    """
    starts = np.arange(first.size) * MONTHS
    stops = starts.copy()
    when = np.zeros(first.size * MONTHS, np.int64)
    months = np.zeros((MONTH_COLUMNS, first.size * MONTHS))
    begins = np.zeros(MONTHS + 1, np.int64)
    for r in range(first.size):
        if first[r] == last[r]:
            continue
        count = month_begins(times[first[r]], as_of[r], as_of[r], clock, begins)
        stops[r] = starts[r] + count
        k = 0
        for i in range(first[r], last[r] if count > 0 else first[r]):
            if times[i] < begins[0]:
                continue
            while k < count and times[i] >= begins[k + 1]:
                k += 1
            if k == count:
                break
            months[USES, starts[r] + k] += 1.0
            months[LOGINS, starts[r] + k] += values[IS_LOGIN, i]
            months[DIGITAL_SHARE, starts[r] + k] += values[IS_DIGITAL, i]
        for k in range(count):
            when[starts[r] + k] = begins[k]
            used = months[USES, starts[r] + k]
            months[DIGITAL_SHARE, starts[r] + k] /= used if used > 0.0 else np.nan
    return starts, stops, when, months


def use_months(chunk: Chunk) -> Rows:
    """Build the view `use_months`."""
    if "sessions" not in chunk.portfolio.tables:
        return no_rows(chunk.owners.size, MONTH_COLUMNS, 0)
    known = chunk.once(uses)
    starts, stops, when, values = fill_use_months(
        known.starts, known.stops, chunk.as_of, known.times, known.values, chunk.portfolio.calendar.clock
    )
    return Rows(starts, stops, when, values, np.empty((0, when.size), np.int32), np.empty(0, np.int64))


VIEWS: Final = (
    View(
        name="use_months",
        meaning=(
            "A whole month of the local calendar, from the first that began no later than the day of the "
            "first known use to the last before the month of the moment. The time of a month is its start."
        ),
        source="sessions",
        tables=("sessions",),
        values=(
            ViewColumn("uses", "uses of channels", "count"),
            ViewColumn(
                "logins",
                "logins; missing where the action of a use is",
                "count",
                ("sessions.action",),
            ),
            ViewColumn("digital_share", "share of the uses in app and web; missing without one", "share"),
        ),
        codes=(),
        build=use_months,
    ),
)
