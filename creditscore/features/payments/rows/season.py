"""How strongly monthly spending follows the month of the year."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.data.payments.layout import ledger_of
from creditscore.data.payments.marks import OUT, Ledger, Marks, Span
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.blocks import monthly_sums, uncoded
from creditscore.features.payments.rows.feed import read_feed
from creditscore.features.payments.rows.reading import read_payments
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

# whole calendar months that the season needs
LEAST_SEASON_MONTHS = 24
# so small beside the square of the largest month, a variance is dust of the arithmetic
NO_VARIANCE = 1e-18


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
    if before <= NO_VARIANCE * np.abs(values).max() ** 2:
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
    firsts: I8, begins: I8, marks: Marks, ledger: Ledger, as_of: I8, months: I8, month_begins: I8
) -> tuple[I8, I8, F8]:
    """Write one row for each application with at least 24 whole calendar months.

    Arrays: those of the payments as in `reading.Read`; ``as_of`` shape (n_applications,) in microseconds;
    ``months`` and ``month_begins`` those of `feed.Feed`, shape (n_applications,) and (n_applications, 37).
    Returns shape (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(as_of.size, np.int64)
    strength = np.empty((2, as_of.size))
    for r in range(as_of.size):
        row = starts[r]
        starts[r + 1] = row
        if months[r] < LEAST_SEASON_MONTHS:
            continue
        span = Span(begins[r], begins[r + 1], firsts[r] - begins[r])
        spent = monthly_sums(OUT, span, ledger, marks, month_begins[r, : months[r] + 1])
        when[row] = as_of[r] - 1
        strength[0, row] = season_strength(spent)
        strength[1, row] = months[r]
        starts[r + 1] = row + 1
    total = starts[-1]
    return starts, when[:total], strength[:, :total].copy()


def spending_season(chunk: Chunk) -> Rows:
    """Build the view `spending_season`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, 2, 0)
    read, feed = chunk.once(read_payments), chunk.once(read_feed)
    starts, when, values = fill_season(
        read.firsts,
        read.begins,
        read.marks,
        ledger_of(table, read.at),
        chunk.as_of,
        feed.months,
        feed.begins,
    )
    return uncoded(starts, when, values)


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
        version=2,
    ),
)
