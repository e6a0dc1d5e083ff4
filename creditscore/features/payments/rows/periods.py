"""Payments by whole calendar month and by whole week, so that none is cut short."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.zones import Clock
from creditscore.data.payments.layout import ledger_of
from creditscore.data.payments.marks import IN, OUT, Ledger, Marks, Span
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.blocks import (
    MONTH_COLUMNS,
    WEEK,
    fill_month,
    money_of,
    uncoded,
    week_of,
    whole_weeks,
)
from creditscore.features.payments.rows.feed import read_feed
from creditscore.features.payments.rows.reading import payment_balances, read_payments
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

MONTHS = 24
WEEKS = 52
BREAK_WEEKS = 26

# rows of a block of weeks
WEEK_INCOME, WEEK_OUTFLOW, CUSUM = range(3)
WEEK_COLUMNS = 3


@compiled
def fill_months(
    firsts: I8, begins: I8, marks: Marks, ledger: Ledger, balances: F8, counts: I8, month_begins: I8,
    clock: Clock,
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write the newest 24 whole calendar months of every application.

    Arrays: those of the payments as in `reading.Read`; ``balances`` shape (n_payments,),
    money; ``counts`` and ``month_begins`` those of `feed.Feed`, shape (n_applications,) and
    (n_applications, 37). Returns shape (n_applications + 1,) of starts, then (n_rows,) or
    (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(counts.size + 1, np.int64)
    when = np.empty(counts.size * MONTHS, np.int64)
    months = np.empty((MONTH_COLUMNS, counts.size * MONTHS))
    for r in range(counts.size):
        row = starts[r]
        span = Span(begins[r], begins[r + 1], firsts[r] - begins[r])
        count = min(MONTHS, counts[r])
        if count > 0:
            bounds = month_begins[r, counts[r] - count : counts[r] + 1]
            block = months[:, row : row + count]
            fill_month(span, ledger, marks, balances, bounds, clock, block)
            when[row : row + count] = bounds[:count]
        starts[r + 1] = row + count
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
    firsts: I8, begins: I8, marks: Marks, ledger: Ledger, first: I8, seen: I8
) -> tuple[I8, I8, F8]:
    """Write the whole weeks of every application, counted back from the end of what was seen.

    Arrays: those of the payments as in `reading.Read`; ``first`` and ``seen`` those of
    `feed.Feed`, shape (n_applications,). Returns shape (n_applications + 1,) of starts, then (n_rows,) or
    (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(seen.size + 1, np.int64)
    when = np.empty(seen.size * WEEKS, np.int64)
    weeks = np.zeros((WEEK_COLUMNS, seen.size * WEEKS))
    for r in range(seen.size):
        row = starts[r]
        span = Span(begins[r], begins[r + 1], firsts[r] - begins[r])
        count = whole_weeks(first[r], seen[r], WEEKS)
        for m in range(span.first, span.stop if count > 0 else span.first):
            k = count - 1 - week_of(ledger.times[0, m + span.shift], seen[r])
            if k >= 0 and marks.roles[m] == IN:
                weeks[WEEK_INCOME, row + k] += money_of(m, span, ledger, marks)
            elif k >= 0 and marks.roles[m] == OUT:
                weeks[WEEK_OUTFLOW, row + k] += money_of(m, span, ledger, marks)
        cumulate(weeks[WEEK_OUTFLOW, row : row + count], weeks[CUSUM, row : row + count])
        for k in range(count):
            when[row + k] = seen[r] - (count - k) * WEEK
        starts[r + 1] = row + count
    total = starts[-1]
    return starts, when[:total], weeks[:, :total].copy()


def payment_months(chunk: Chunk) -> Rows:
    """Build the view `payment_months`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, MONTH_COLUMNS, 0)
    read, feed = chunk.once(read_payments), chunk.once(read_feed)
    starts, when, values = fill_months(
        read.firsts,
        read.begins,
        read.usual,
        ledger_of(table, read.at),
        chunk.once(payment_balances),
        feed.months,
        feed.begins,
        chunk.portfolio.calendar.clock,
    )
    return uncoded(starts, when, values)


def payment_weeks(chunk: Chunk) -> Rows:
    """Build the view `payment_weeks`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, WEEK_COLUMNS, 0)
    read, feed = chunk.once(read_payments), chunk.once(read_feed)
    starts, when, values = fill_weeks(
        read.firsts,
        read.begins,
        read.marks,
        ledger_of(table, read.at),
        feed.first,
        feed.seen,
    )
    return uncoded(starts, when, values)


_KIND: Final = ("payments.kind",)
_CATEGORY: Final = ("payments.category",)
_BALANCE: Final = ("payments.balance",)

VIEWS: Final = (
    View(
        name="payment_months",
        meaning=(
            "The newest 24 whole months of the local calendar before the month of the moment: from the first "
            "that began no later than the day of the first known payment, to the last before the month in "
            "which the feed ended, which may be 3 months ago at most. A feed ended before the moment if it "
            "is silent for more than 14 days and for more than 1.25 times its longest silence of the year "
            "before. The time of a month is its start."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn(
                "income",
                "sum of inflow, without credits more than half of which is unproven (see balance_days) and "
                "that are no wages, pensions or benefits",
                "money",
            ),
            ViewColumn("outflow", "sum of outflow", "money"),
            ViewColumn("net", "income minus outflow", "money"),
            ViewColumn("net_negative", "1 if outflow is above income, else 0", "0/1"),
            ViewColumn(
                "income_present", "1 if income is 25 % or more of its median over the newest 12 months", "0/1"
            ),
            ViewColumn("wages", "inflow of wages, pensions and benefits", "money", _KIND),
            ViewColumn("purchases", "outflow of purchases", "money", _KIND),
            ViewColumn("essentials", "outflow of the categories groceries to tax", "money", _CATEGORY),
            ViewColumn(
                "basics", "purchases of the categories groceries, transport and health", "money", _CATEGORY
            ),
            ViewColumn(
                "loan_payments",
                "outflow that repays loans, advances on wages and purchases paid later, and to collectors",
                "money",
                _KIND,
            ),
            ViewColumn("fees", "outflow of fees and penalties", "money", _KIND),
            ViewColumn(
                "lowest_balance",
                "lowest balance of current and savings accounts without unproven money (see balance_days), "
                "the opening balance included",
                "money",
                _BALANCE,
            ),
            ViewColumn("daily_income", "12 times income over 365.25", "money per day"),
            ViewColumn("daily_outflow", "12 times outflow over 365.25", "money per day"),
            ViewColumn("days", "days of the month", "days"),
            ViewColumn("payments", "number of known payments", "count"),
            ViewColumn("purchase_days", "local days with a purchase", "days", _KIND),
            ViewColumn("saved", "moved to savings less moved from savings", "money"),
            ViewColumn("yearly_income", "12 times income", "money"),
        ),
        codes=(),
        build=payment_months,
        version=4,
    ),
    View(
        name="payment_weeks",
        meaning=(
            "The newest 52 blocks of 7 days before the moment, or before the end of the feed where that came "
            "first, that lie wholly after the first known payment; the time of a block is its start."
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
        version=2,
    ),
)
