"""Payments as cash flow: what came in, what went out, and where it went."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.zones import WEEKDAYS, Clock, is_weekend, local_day, local_hour, weekday_of
from creditscore.data.payments.layout import (
    ACCOUNT,
    AMOUNT,
    CATEGORY,
    CHANNEL,
    COUNTERPARTY,
    COUNTERPARTY_KIND,
    DATE_ONLY,
    KIND,
    METHOD,
    STATUS,
    code_at,
)
from creditscore.data.payments.marks import HIDDEN, IN, OUT
from creditscore.data.payments.rules import GONE, PURCHASED
from creditscore.data.tables.vocabularies import (
    COUNTERPARTY_KINDS,
    ONLINE_CHANNELS,
    PAYMENT_CATEGORIES,
    PAYMENT_CLASSES,
    PAYMENT_KINDS,
    PAYMENT_STATUSES,
)
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.reading import read_payments
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

HOURS: Final = 24
MORNING: Final = 5
HOURS_OF_WEEK: Final = tuple(f"{day}_{hour:02d}" for day in WEEKDAYS for hour in range(HOURS))

# rows of the blocks of values
INFLOW, OUTFLOW, NET, CREDIT, DEBIT, UNPAID, USUAL = range(7)
FLOW_COLUMNS = 7
SPENT, PURCHASED_AMOUNT, AT_NIGHT, AT_WEEKEND, IS_ONLINE = range(5)
SPENDING_COLUMNS = 5


@nested
def copy_codes(codes: I4, at: I8, wanted: I8, i: int, out: I4, row: int) -> None:
    """Copy the wanted code columns of one row; -1 where a column is absent.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (13,), -1 for an absent column;
    ``wanted`` shape (n_wanted,); ``out`` shape (n_wanted, n_rows).
    """
    for k in range(wanted.size):
        source = at[wanted[k]]
        out[k, row] = codes[source, i] if source >= 0 else -1


@inner
def write_flow(
    amount: float, found: int, role: int, usual: int, undone: float, flows: F8, row: int
) -> None:  # fmt: skip
    """Write one known payment as income, spending and both sides, refunds taken off what they undo.

    Arrays: ``flows`` shape (7, n_rows).
    """
    if found in GONE:
        if amount < 0.0:
            flows[UNPAID, row] = -amount
        return
    left = amount + undone
    flows[CREDIT if amount > 0.0 else DEBIT, row] = abs(left)
    if role == IN:
        flows[INFLOW, row] = amount
        flows[NET, row] = amount
        if usual == IN:
            flows[USUAL, row] = amount
    elif role == OUT:
        flows[OUTFLOW, row] = -left
        flows[NET, row] = left


@compiled
def fill_flows(
    firsts: I8,
    begins: I8,
    known: I8,
    classes: I1,
    roles: I1,
    undone: F8,
    times: I8,
    values: F8,
    codes: I4,
    at: I8,
    usual: I1,
    wanted: I8,
) -> tuple[I8, F8, I4, I8]:
    """Write a row for every known payment, with income, spending and their difference apart.

    Arrays: those of `reading.Read` and `EventTable`; ``usual`` shape (n_payments,), the roles with usual
    income alone as income; ``wanted`` shape (n_wanted,). Returns shape (n_rows,) or
    (n_columns, n_rows).
    """
    starts = known
    when = np.empty(starts[-1], np.int64)
    origin = np.empty(starts[-1], np.int64)
    flows = np.full((FLOW_COLUMNS, starts[-1]), np.nan)
    labels = np.empty((wanted.size + 1, starts[-1]), np.int32)
    row = int(np.int64(0))
    for r in range(firsts.size):
        lo = firsts[r] - begins[r]
        for p in range(begins[r], begins[r + 1]):
            if roles[p] == HIDDEN:
                continue
            when[row] = times[0, lo + p]
            origin[row] = lo + p
            amount = values[at[AMOUNT], lo + p]
            write_flow(amount, classes[p], roles[p], usual[p], undone[p], flows, row)
            copy_codes(codes, at, wanted, lo + p, labels, row)
            labels[wanted.size, row] = classes[p]
            row += 1
    return when, flows, labels, origin


@compiled
def fill_spending(
    firsts: I8,
    begins: I8,
    known: I8,
    classes: I1,
    roles: I1,
    undone: F8,
    times: I8,
    values: F8,
    codes: I4,
    at: I8,
    wanted: I8,
    online: I1,
    clock: Clock,
) -> tuple[I8, I8, F8, I4, I8]:
    """Write a row for every outgoing payment, with what the clock and the class say about it.

    Arrays: those of `reading.Read` and `EventTable`; ``wanted`` shape (n_wanted,); ``online`` shape
    (n_channels,), 0 or 1. Returns shape (n_applications + 1,) of starts, then (n_rows,) or
    (n_columns, n_rows) of the rows.
    """
    most = known[-1]
    starts = np.zeros(known.size, np.int64)
    when = np.empty(most, np.int64)
    origin = np.empty(most, np.int64)
    spent = np.full((SPENDING_COLUMNS, most), np.nan)
    labels = np.empty((wanted.size + 2, most), np.int32)
    row = int(np.int64(0))
    for r in range(firsts.size):
        lo = firsts[r] - begins[r]
        for p in range(begins[r], begins[r + 1]):
            if roles[p] != OUT:
                continue
            when[row] = times[0, lo + p]
            origin[row] = lo + p
            spent[SPENT, row] = -values[at[AMOUNT], lo + p] - undone[p]
            if classes[p] == PURCHASED:
                spent[PURCHASED_AMOUNT, row] = spent[SPENT, row]
            channel = code_at(codes, at[CHANNEL], lo + p)
            if channel >= 0:
                spent[IS_ONLINE, row] = online[channel]
            copy_codes(codes, at, wanted, lo + p, labels, row)
            dated = is_dated(values, at, lo + p)
            labels[wanted.size, row] = read_clock(when[row], dated, clock, spent, row)
            labels[wanted.size + 1, row] = classes[p]
            row += 1
        starts[r + 1] = row
    return starts, when[:row], spent[:, :row].copy(), labels[:, :row].copy(), origin[:row]


@inner
def is_dated(values: F8, at: I8, i: int) -> bool:
    """Tell whether only the day of a payment is known.

    Arrays: ``values`` shape (n_values, n_rows); ``at`` shape (13,), -1 for an absent column.
    """
    return bool(at[DATE_ONLY] >= 0 and values[at[DATE_ONLY], i] == 1.0)


@inner
def read_clock(time: int, dated: bool, clock: Clock, spent: F8, row: int) -> int:
    """Write night and weekend of one outgoing payment; return its hour of the week, 0 to 167.

    A payment of which only the day is known is at no hour: its night is missing, its hour -1.

    Arrays: ``spent`` shape (5, n_rows).
    """
    weekday = weekday_of(local_day(time, clock))
    spent[AT_WEEKEND, row] = 1.0 if is_weekend(weekday, clock) else 0.0
    if dated:
        return -1
    hour = local_hour(time, clock)
    spent[AT_NIGHT, row] = 1.0 if hour < MORNING else 0.0
    return weekday * HOURS + hour


def _read(chunk: Chunk) -> tuple[I8, I8, I8, I1, I1, F8, I8, F8, I4, I8]:
    read, table = chunk.once(read_payments), chunk.portfolio.tables["payments"]
    marks = read.marks
    return (
        read.firsts, read.begins, read.known, marks.classes, marks.roles, marks.undone,
        table.times, table.values, table.codes, read.at,
    )  # fmt: skip


def flows(chunk: Chunk) -> Rows:
    """Build the view `flows`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, FLOW_COLUMNS, _FLOW_WANTED.size + 1)
    read = chunk.once(read_payments)
    when, values, labels, origin = fill_flows(*_read(chunk), read.usual.roles, _FLOW_WANTED)
    return Rows(read.known[:-1], read.known[1:], when, values, labels, origin)


def spending(chunk: Chunk) -> Rows:
    """Build the view `spending`."""
    table = chunk.portfolio.tables.get("payments")
    if table is None:
        return no_rows(chunk.owners.size, SPENDING_COLUMNS, _SPENDING_WANTED.size + 2)
    channels = table.vocabularies.get("channel", ())
    online = np.array([label.strip().lower() in ONLINE_CHANNELS for label in channels], np.int8)
    starts, when, values, labels, origin = fill_spending(
        *_read(chunk),
        _SPENDING_WANTED,
        online,
        chunk.portfolio.calendar.clock,
    )
    return Rows(starts[:-1], starts[1:], when, values, labels, origin)


def _positions(*wanted: int) -> I8:
    positions = np.array(wanted, np.int64)
    positions.setflags(write=False)
    return positions


_SIDES: Final = (
    ViewColumn("kind", "what sort of movement", needs=("payments.kind",), labels=PAYMENT_KINDS),
    ViewColumn("category", "what it was for", needs=("payments.category",), labels=PAYMENT_CATEGORIES),
    ViewColumn("counterparty", "the other side", needs=("payments.counterparty_id",)),
    ViewColumn(
        "counterparty_kind", "what the other side is", needs=("payments.counterparty_kind",),
        labels=COUNTERPARTY_KINDS,
    ),
)  # fmt: skip
_CLASS: Final = ViewColumn(
    "class", "what it is, all that was known considered", needs=("payments.kind",), labels=PAYMENT_CLASSES
)
_FLOW_CODES: Final = (
    *_SIDES,
    ViewColumn(
        "status", "settled, declined or returned", needs=("payments.status",), labels=PAYMENT_STATUSES
    ),
    ViewColumn("account", "the account", needs=("payments.account_id",)),
    _CLASS,
)
_SPENDING_CODES: Final = (
    *_SIDES,
    ViewColumn("channel", "how it was initiated", needs=("payments.channel",)),
    ViewColumn("method", "instrument", needs=("payments.method",)),
    ViewColumn(
        "hour_of_week",
        "hour of the week, local time, Monday first; missing where only the day is known",
        labels=HOURS_OF_WEEK,
    ),
    _CLASS,
)
_FLOW_WANTED: Final = _positions(KIND, CATEGORY, COUNTERPARTY, COUNTERPARTY_KIND, STATUS, ACCOUNT)
_SPENDING_WANTED: Final = _positions(KIND, CATEGORY, COUNTERPARTY, COUNTERPARTY_KIND, CHANNEL, METHOD)

VIEWS: Final = (
    View(
        name="flows",
        meaning="Every known payment, with income and spending apart.",
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn("inflow", "amount of a payment whose class counts as income; else missing", "money"),
            ViewColumn(
                "outflow",
                "size of a payment whose class counts as spending, less what refunds took back; else missing",
                "money",
            ),
            ViewColumn("net", "inflow, or outflow with a minus; else missing", "money"),
            ViewColumn("credit", "amount of a settled credit of any class; else missing", "money"),
            ViewColumn(
                "debit",
                "size of a settled debit of any class, less what refunds took back; else missing",
                "money",
            ),
            ViewColumn(
                "unpaid", "size of a debit that was declined, returned or booked back; else missing", "money"
            ),
            ViewColumn(
                "usual",
                "inflow, but missing for credits more than half of which is unproven (see balance_days), "
                "unless they are wages, pensions or benefits",
                "money",
            ),
        ),
        codes=_FLOW_CODES,
        build=flows,
        version=4,
    ),
    View(
        name="spending",
        meaning="Every known payment whose class counts as spending.",
        source="payments",
        tables=("payments",),
        values=(
            ViewColumn("amount", "size of the debit, less what refunds took back", "money"),
            ViewColumn(
                "purchase", "the same if its class is purchase; else missing", "money", ("payments.kind",)
            ),
            ViewColumn(
                "is_night",
                "1 from 00:00 to 04:59, local time, else 0; missing where only the day is known",
                "0/1",
            ),
            ViewColumn("is_weekend", "1 on days of the portfolio's weekend, local time, else 0", "0/1"),
            ViewColumn(
                "is_online",
                "1 if the channel is online, web, app, mobile, internet or e-commerce; else 0; missing "
                "without one",
                "0/1",
                ("payments.channel",),
            ),
        ),
        codes=_SPENDING_CODES,
        build=spending,
        version=3,
    ),
)
