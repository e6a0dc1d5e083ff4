"""How much of a person's spending follows the calendar."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.zones import Clock, local_day
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.reading import read_payments
from creditscore.features.payments.rows.roles import AMOUNT, OUT, first_known
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

LEAST_MONTHS = 24
MOST_MONTHS = 36


@nested
def month_number(time: int, clock: Clock) -> int:
    """Return how many months (local calendar, Gregorian) lie between March of the year 0 and a time."""
    days = local_day(time, clock) + 719_468
    era = days // 146_097
    of_era = days - era * 146_097
    years = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * years + years // 4 - years // 100)
    return int((era * 400 + years) * 12 + (5 * of_year + 2) // 153)


@nested
def detrend(values: F8) -> F8:
    """Take the least-squares line out of a series.

    Arrays: ``values`` shape (n_months,), money. Returns shape (n_months,).
    """
    n = values.size
    centre = (n - 1) / 2.0
    mean = values.sum() / n
    cross = 0.0
    squares = 0.0
    for k in range(n):
        cross += (k - centre) * (values[k] - mean)
        squares += (k - centre) * (k - centre)
    out = np.empty(n)
    for k in range(n):
        out[k] = values[k] - mean - cross / squares * (k - centre)
    return out


@nested
def season_strength(values: F8) -> float:
    """Return 1 minus the variance left after monthly means over that before, at least 0; NaN without any.

    Arrays: ``values`` shape (n_months,), money.
    """
    n = values.size
    left = detrend(values)
    before = left.var()
    if before <= 1e-18 * np.abs(values).max() ** 2:
        return math.nan
    for month in range(12):
        total = 0.0
        count = 0
        for k in range(month, n, 12):
            total += left[k]
            count += 1
        for k in range(month, n, 12):
            left[k] -= total / count
    return float(max(0.0, 1.0 - left.var() / before))


@compiled
def fill_season(
    firsts: I8, begins: I8, roles: I1, times: I8, values: F8, at: I8, as_of: I8, clock: Clock
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write one row for each application with at least 24 whole calendar months.

    Arrays: those of the payments as in `reading.Read` and `EventTable`; ``as_of`` shape (n_applications,) in
    microseconds. Returns shape (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the
    rows.
    """
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(as_of.size, np.int64)
    strength = np.empty((2, as_of.size))
    spent = np.empty(MOST_MONTHS)
    for r in range(as_of.size):
        row = starts[r]
        starts[r + 1] = row
        lo, mine = firsts[r], roles[begins[r] : begins[r + 1]]
        n = mine.size
        first = first_known(n, mine)
        now = month_number(as_of[r], clock)
        months = 0 if first < 0 else min(MOST_MONTHS, now - month_number(times[0, lo + first], clock) - 1)
        if months < LEAST_MONTHS:
            continue
        spent[:] = 0.0
        for p in range(n):
            k = months - (now - month_number(times[0, lo + p], clock))
            if mine[p] == OUT and k >= 0 and k < months:
                spent[k] -= values[at[AMOUNT], lo + p]
        when[row] = as_of[r] - 1
        strength[0, row] = season_strength(spent[:months])
        strength[1, row] = months
        starts[r + 1] = row + 1
    total = starts[-1]
    return starts, when[:total], strength[:, :total].copy()


def spending_season(chunk: Chunk) -> Rows:
    """Build the view `spending_season`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, 2, 0)
    read = chunk.once(read_payments)
    starts, when, values = fill_season(
        read.firsts,
        read.begins,
        read.roles,
        table.times,
        table.values,
        read.at,
        chunk.as_of,
        chunk.portfolio.calendar.clock,
    )
    no_codes = np.empty((0, when.size), np.int32)
    return Rows(starts[:-1], starts[1:], when, values, no_codes, np.empty(0, np.int64))


VIEWS: Final = (
    View(
        name="spending_season",
        meaning=(
            "One row if payments reach back over at least 24 whole months of the local calendar (at most the "
            "newest 36): how strongly monthly spending follows the month of the year."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn(
                "strength",
                "monthly outflow without its straight line: 1 minus variance around the means by month of "
                "the year over variance, at least 0; missing where there is no variance",
                "share",
            ),
            ViewColumn("months", "calendar months used", "count"),
        ),
        codes=(),
        build=spending_season,
    ),
)
