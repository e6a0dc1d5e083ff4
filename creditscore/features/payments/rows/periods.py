"""Payments by month and by week, counted back from the moment so that none is cut short; and by season."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.zones import Clock, local_day
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.blocks import (
    MONTH,
    MONTH_COLUMNS,
    WEEK,
    block_of,
    fill_month,
    whole_blocks,
)
from creditscore.features.payments.rows.reading import payment_balances, read_payments
from creditscore.features.payments.rows.roles import (
    AMOUNT,
    IN,
    OUT,
    first_known,
)
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

MONTHS = 24
WEEKS = 52
BREAK_WEEKS = 26
# whole calendar months that the season needs, and looks at, at most
LEAST_SEASON_MONTHS = 24
MOST_SEASON_MONTHS = 36

# rows of a block of weeks
WEEK_INCOME, WEEK_OUTFLOW, CUSUM = range(3)
WEEK_COLUMNS = 3


@compiled
def fill_months(
    firsts: I8, begins: I8, roles: I1, times: I8, values: F8, codes: I4, at: I8, as_of: I8, balances: F8
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write the whole months of every application.

    Arrays: those of the payments as in `reading.Read` and `EventTable`; ``as_of`` shape (n_applications,) in
    microseconds; ``balances`` shape (n_payments,), money. Returns shape (n_applications + 1,) of starts, then
    (n_rows,) or (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(as_of.size * MONTHS, np.int64)
    months = np.empty((MONTH_COLUMNS, as_of.size * MONTHS))
    for r in range(as_of.size):
        row = starts[r]
        lo, mine = firsts[r], roles[begins[r] : begins[r + 1]]
        n, totals = mine.size, balances[begins[r] : begins[r + 1]]
        blocks = whole_blocks(lo, n, as_of[r], times, mine, MONTH, MONTHS)
        if blocks > 0:
            block = months[:, row : row + blocks]
            fill_month(lo, n, as_of[r], times, values, codes, at, mine, totals, block)
        for k in range(blocks):
            when[row + k] = as_of[r] - (blocks - k) * MONTH
        starts[r + 1] = row + blocks
    total = starts[-1]
    return starts, when[:total], months[:, :total].copy()


@nested
def cumulate(outflow: F8, out: F8) -> None:
    """Write the absolute standardised cumulative sum of deviations of spending over the newest 26 weeks.

    Arrays: ``outflow`` shape (n_weeks,), money; ``out`` shape (n_weeks,).
    """
    out[:] = np.nan
    if outflow.size < BREAK_WEEKS:
        return
    recent = outflow[outflow.size - BREAK_WEEKS :]
    mean = recent.sum() / BREAK_WEEKS
    squares = 0.0
    for spent in recent:
        squares += (spent - mean) * (spent - mean)
    scale = math.sqrt(squares / (BREAK_WEEKS - 1)) * math.sqrt(BREAK_WEEKS)
    total = 0.0
    for k in range(BREAK_WEEKS):
        total += recent[k] - mean
        out[outflow.size - BREAK_WEEKS + k] = abs(total) / scale if scale > 0.0 else 0.0


@compiled
def fill_weeks(
    firsts: I8, begins: I8, roles: I1, times: I8, values: F8, at: I8, as_of: I8
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write the whole weeks of every application.

    Arrays: those of the payments as in `reading.Read` and `EventTable`; ``as_of`` shape (n_applications,) in
    microseconds. Returns shape (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the
    rows.
    """
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(as_of.size * WEEKS, np.int64)
    weeks = np.zeros((WEEK_COLUMNS, as_of.size * WEEKS))
    for r in range(as_of.size):
        row = starts[r]
        lo, mine = firsts[r], roles[begins[r] : begins[r + 1]]
        n = mine.size
        blocks = whole_blocks(lo, n, as_of[r], times, mine, WEEK, WEEKS)
        for p in range(n):
            k = blocks - 1 - block_of(times[0, lo + p], as_of[r], WEEK)
            if k >= 0 and mine[p] == IN:
                weeks[WEEK_INCOME, row + k] += values[at[AMOUNT], lo + p]
            elif k >= 0 and mine[p] == OUT:
                weeks[WEEK_OUTFLOW, row + k] -= values[at[AMOUNT], lo + p]
        cumulate(weeks[WEEK_OUTFLOW, row : row + blocks], weeks[CUSUM, row : row + blocks])
        for k in range(blocks):
            when[row + k] = as_of[r] - (blocks - k) * WEEK
        starts[r + 1] = row + blocks
    total = starts[-1]
    return starts, when[:total], weeks[:, :total].copy()


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
    spent = np.empty(MOST_SEASON_MONTHS)
    for r in range(as_of.size):
        row = starts[r]
        starts[r + 1] = row
        lo, mine = firsts[r], roles[begins[r] : begins[r + 1]]
        n = mine.size
        first = first_known(n, mine)
        now = month_number(as_of[r], clock)
        months = (
            0 if first < 0 else min(MOST_SEASON_MONTHS, now - month_number(times[0, lo + first], clock) - 1)
        )
        if months < LEAST_SEASON_MONTHS:
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
    return _uncoded(starts, when, values)


def payment_months(chunk: Chunk) -> Rows:
    """Build the view `payment_months`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, MONTH_COLUMNS, 0)
    read = chunk.once(read_payments)
    starts, when, values = fill_months(
        read.firsts,
        read.begins,
        read.roles,
        table.times,
        table.values,
        table.codes,
        read.at,
        chunk.as_of,
        chunk.once(payment_balances),
    )
    return _uncoded(starts, when, values)


def payment_weeks(chunk: Chunk) -> Rows:
    """Build the view `payment_weeks`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, WEEK_COLUMNS, 0)
    read = chunk.once(read_payments)
    starts, when, values = fill_weeks(
        read.firsts, read.begins, read.roles, table.times, table.values, read.at, chunk.as_of
    )
    return _uncoded(starts, when, values)


def _uncoded(starts: I8, when: I8, values: F8) -> Rows:
    no_codes = np.empty((0, when.size), np.int32)
    return Rows(starts[:-1], starts[1:], when, values, no_codes, np.empty(0, np.int64))


_KIND: Final = ("payments.kind",)
_CATEGORY: Final = ("payments.category",)
_BALANCE: Final = ("payments.balance",)

VIEWS: Final = (
    View(
        name="payment_months",
        meaning=(
            "The newest 24 blocks of 30 days before the moment that lie wholly after the first known "
            "payment; the time of a block is its start."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn("income", "sum of inflow", "money"),
            ViewColumn("outflow", "sum of outflow", "money"),
            ViewColumn("net", "income minus outflow", "money"),
            ViewColumn("net_negative", "1 if outflow is above income, else 0", "0/1"),
            ViewColumn(
                "income_present", "1 if income is 25 % or more of its median over the newest 12 blocks", "0/1"
            ),
            ViewColumn("wages", "inflow of kind salary or category pension or benefits", "money", _KIND),
            ViewColumn("purchases", "outflow of kind purchase", "money", _KIND),
            ViewColumn("essentials", "outflow of the categories groceries to tax", "money", _CATEGORY),
            ViewColumn("basics", "outflow for groceries, transport and health", "money", _CATEGORY),
            ViewColumn(
                "loan_payments", "outflow of kind loan_out, to a lender or of category high_cost_credit",
                "money", _KIND,
            ),
            ViewColumn("fees", "outflow of kind fee or penalty or category fees", "money", _KIND),
            ViewColumn(
                "lowest_balance", "lowest balance over all accounts, the opening balance included",
                 "money", _BALANCE
            ),
            ViewColumn("daily_income", "income over 30", "money per day"),
            ViewColumn("daily_outflow", "outflow over 30", "money per day"),
            ViewColumn("days", "30", "days"),
            ViewColumn("payments", "number of known payments", "count"),
        ),
        codes=(),
        build=payment_months,
    ),
    View(
        name="payment_weeks",
        meaning=(
            "The newest 52 blocks of 7 days before the moment that lie wholly after the first known "
            "payment; the time of a block is its start."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn("income", "sum of inflow", "money"),
            ViewColumn("outflow", "sum of outflow", "money"),
            ViewColumn(
                "spending_cusum",
                "absolute cumulative deviation of outflow from its mean over the newest 26 blocks, over "
                "its standard deviation times the root of 26; missing with fewer",
                "z",
            ),
        ),
        codes=(),
        build=payment_weeks,
    ),
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
)  # fmt: skip
