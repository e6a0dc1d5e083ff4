"""The main recurring income, and the commitments that recur against it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.data.tables.vocabularies import PAYMENT_CATEGORIES, PAYMENT_KINDS
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.blocks import is_bill, is_loan_payment
from creditscore.features.payments.rows.reading import read_payments
from creditscore.features.payments.rows.recurrence import (
    ABSENT_GAPS,
    GAP,
    LOST_GAPS,
    MINIMUM_HITS,
    MONTHLY,
    SINCE,
    SIZE,
    SPREAD,
    by_group,
    days_to_half,
    describe_stream,
    main_income,
    payee_keys,
    take_role,
)
from creditscore.features.payments.rows.roles import (
    AMOUNT,
    CATEGORY,
    KIND,
    OUT,
    code_at,
    number_keys,
)
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

# rows of the block of the main income
AMOUNT_PAID, MONTHLY_AMOUNT, MEDIAN_GAP, REGULARITY, GAPS_SINCE, HALF_SPENT, HITS = range(7)
INCOME_COLUMNS = 7
# rows of the blocks of commitments
DUE_MONTHLY, MISSED, DUE_GAP, IS_LOAN, IS_BILL, DUE_HITS, DAILY = range(7)
DUE_COLUMNS = 7
KIND_OF_LAST, CATEGORY_OF_LAST = range(2)
DUE_CODES = 2


@compiled
def fill_income(
    firsts: I8, begins: I8, roles: I1, times: I8, values: F8, codes: I4, at: I8, as_of: I8
) -> tuple[I8, I8, F8]:  # fmt: skip
    """Write at most one row for each application: its main recurring income.

    Arrays: those of the payments as in `reading.Read` and `EventTable`; ``as_of`` shape (n_applications,) in
    microseconds. Returns shape (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the
    rows.
    """
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(as_of.size, np.int64)
    streams = np.empty((INCOME_COLUMNS, as_of.size))
    for r in range(as_of.size):
        row = starts[r]
        starts[r + 1] = row
        lo, mine = firsts[r], roles[begins[r] : begins[r + 1]]
        n = mine.size
        hits, facts = main_income(lo, n, as_of[r], times, values, codes, at, mine)
        if hits.size == 0:
            continue
        when[row] = times[0, hits[-1]]
        streams[AMOUNT_PAID, row] = facts[SIZE]
        streams[MONTHLY_AMOUNT, row] = facts[MONTHLY]
        streams[MEDIAN_GAP, row] = facts[GAP]
        streams[REGULARITY, row] = min(1.0, max(0.0, 1.0 - facts[SPREAD]))
        streams[GAPS_SINCE, row] = facts[SINCE]
        streams[HALF_SPENT, row] = days_to_half(hits, lo, n, times, values, at, mine)
        streams[HITS, row] = hits.size
        starts[r + 1] = row + 1
    total = starts[-1]
    return starts, when[:total], streams[:, :total].copy()


@nested
def fill_streams(
    rows: I8, as_of: int, times: I8, values: F8, codes: I4, at: I8, when: I8, out: F8, labels: I4, row: int
) -> int:
    """Write the recurring debits of one application that are not yet lost, oldest last hit first.

    Arrays: ``rows`` shape (n_chosen,), rows of the table; ``times`` shape (n_times, n_rows) in microseconds;
    ``values`` shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1
    for an absent column; ``when`` shape (n_rows,) in microseconds; ``out`` shape (7, n_rows); ``labels``
    shape (2, n_rows).
    """
    groups = np.empty(rows.size, np.int64)
    members, begins = by_group(groups, number_keys(payee_keys(rows, codes, at), groups))
    first = row
    for g in range(begins.size - 1):
        hits = rows[members[begins[g] : begins[g + 1]]]
        recurs, facts = describe_stream(hits, times[0], values[at[AMOUNT]], as_of)
        if not recurs or facts[SINCE] > LOST_GAPS:
            continue
        newest = hits[-1]
        position = row
        while position > first and when[position - 1] > times[0, newest]:
            when[position] = when[position - 1]
            out[:, position] = out[:, position - 1]
            labels[:, position] = labels[:, position - 1]
            position -= 1
        when[position] = times[0, newest]
        out[DUE_MONTHLY, position] = facts[MONTHLY]
        out[MISSED, position] = 1.0 if facts[SINCE] > ABSENT_GAPS else 0.0
        out[DUE_GAP, position] = facts[GAP]
        out[IS_LOAN, position] = 1.0 if is_loan_payment(newest, codes, at) else 0.0
        out[IS_BILL, position] = 1.0 if is_bill(newest, codes, at) else 0.0
        out[DUE_HITS, position] = hits.size
        out[DAILY, position] = facts[MONTHLY] / 30.0
        labels[KIND_OF_LAST, position] = code_at(codes, at[KIND], newest)
        labels[CATEGORY_OF_LAST, position] = code_at(codes, at[CATEGORY], newest)
        row += 1
    return row


@compiled
def fill_commitments(
    firsts: I8, begins: I8, roles: I1, known: I8, times: I8, values: F8, codes: I4, at: I8, as_of: I8
) -> tuple[I8, I8, F8, I4]:
    """Write the recurring debits of every application.

    Arrays: those of the payments as in `reading.Read` and `EventTable`; ``as_of`` shape (n_applications,) in
    microseconds. Returns shape (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the
    rows.
    """
    bound = known[-1] // MINIMUM_HITS
    starts = np.zeros(as_of.size + 1, np.int64)
    when = np.empty(bound, np.int64)
    streams = np.empty((DUE_COLUMNS, bound))
    labels = np.empty((DUE_CODES, bound), np.int32)
    row = int(np.int64(0))
    for r in range(as_of.size):
        lo, mine = firsts[r], roles[begins[r] : begins[r + 1]]
        rows = take_role(lo, mine.size, as_of[r], times, mine, OUT)
        row = fill_streams(rows, as_of[r], times, values, codes, at, when, streams, labels, row)
        starts[r + 1] = row
    return starts, when[:row], streams[:, :row].copy(), labels[:, :row].copy()


def income_stream(chunk: Chunk) -> Rows:
    """Build the view `income_stream`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, INCOME_COLUMNS, 0)
    read = chunk.once(read_payments)
    starts, when, values = fill_income(
        read.firsts, read.begins, read.roles, table.times, table.values, table.codes, read.at, chunk.as_of
    )
    no_codes = np.empty((0, when.size), np.int32)
    return Rows(starts[:-1], starts[1:], when, values, no_codes, np.empty(0, np.int64))


def commitments(chunk: Chunk) -> Rows:
    """Build the view `commitments`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, DUE_COLUMNS, DUE_CODES)
    read = chunk.once(read_payments)
    starts, when, values, labels = fill_commitments(
        read.firsts,
        read.begins,
        read.roles,
        read.known,
        table.times,
        table.values,
        table.codes,
        read.at,
        chunk.as_of,
    )
    return Rows(starts[:-1], starts[1:], when, values, labels, np.empty(0, np.int64))


_RECURS: Final = (
    "at least 3 hits in 365 days, median gap of 6 to 8, 13 to 16 or 26 to 35 days, median absolute "
    "deviation of the gaps at most 15 % of it, robust spread of the amounts at most 35 %"
)

VIEWS: Final = (
    View(
        name="income_stream",
        meaning=(
            "The credits that recur and bring most a month, if there are any: same counterparty, or same "
            f"kind and category; {_RECURS}; last hit at most 1.5 gaps ago. The time is that of the last "
            "hit."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn("amount", "median amount", "money"),
            ViewColumn("monthly_amount", "median amount times 30 over the median gap", "money"),
            ViewColumn("gap", "median gap", "days"),
            ViewColumn(
                "regularity", "1 minus median absolute deviation of the gaps over their median", "share"
            ),
            ViewColumn("gaps_since", "time since the last hit over the median gap", "ratio"),
            ViewColumn(
                "half_spent",
                "median over hits of the days until debits reached half of the hit; the days to the next "
                "hit if they did not",
                "days",
            ),
            ViewColumn("hits", "number of hits", "count"),
        ),
        codes=(),
        build=income_stream,
    ),
    View(
        name="commitments",
        meaning=(
            f"Debits that recur: same counterparty, else same kind and category, no cash; {_RECURS}; last "
            "hit at most 3 gaps ago. The time is that of the last hit."
        ),
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn("monthly_amount", "median amount times 30 over the median gap", "money"),
            ViewColumn("missed", "1 if the last hit is more than 1.5 gaps ago, else 0", "0/1"),
            ViewColumn("gap", "median gap", "days"),
            ViewColumn("is_loan", "1 if the last hit repays credit, else 0", "0/1", ("payments.kind",)),
            ViewColumn(
                "is_bill",
                "1 if the last hit is of kind bill or of a category from household to tax but transport, "
                "health and education; else 0",
                "0/1",
                ("payments.category",),
            ),
            ViewColumn("hits", "number of hits", "count"),
            ViewColumn("daily_amount", "monthly amount over 30", "money per day"),
        ),
        codes=(
            ViewColumn("kind", "kind of the last hit", needs=("payments.kind",), labels=PAYMENT_KINDS),
            ViewColumn(
                "category",
                "category of the last hit",
                needs=("payments.category",),
                labels=PAYMENT_CATEGORIES,
            ),
        ),
        build=commitments,
    ),
)
