"""Bills as they stood at the moment: due, paid in time, late, or still open."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Clock, local_day
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, fact_known, has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.empty_rows import no_rows
from creditscore.features.payments.rows.roles import count_rows
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

TOLERANCE = 0.01

# rows of the block of values
DUE, DAYS_LATE, LATE_AMOUNT, ON_TIME, IS_OVERDUE, OVERDUE_AMOUNT = range(6)
BILL_COLUMNS = 6

# positions in the layout: rows of the time, value and code blocks
PAID, DUE_AMOUNT, PAID_AMOUNT, KIND = range(4)


@lru_cache(maxsize=256)
def _positions(times: tuple[str, ...], values: tuple[str, ...], codes: tuple[str, ...]) -> I8:
    wanted = (
        (times, "paid_time"), (values, "due_amount"), (values, "paid_amount"), (codes, "kind")
    )  # fmt: skip
    return np.array([names.index(name) if name in names else -1 for names, name in wanted], np.int64)


def _layout(table: EventTable) -> I8:
    return _positions(table.time_columns, table.value_columns, table.code_columns)


@nested
def paid_at(i: int, as_of: int, times: I8, values: F8, at: I8) -> int:
    """Return when a bill was paid in full as far as was known; NEVER if it was not.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``at``
    shape (4,), -1 for an absent column.
    """
    if not fact_known(times, at[PAID], i, as_of):
        return NEVER
    paid = values[at[PAID_AMOUNT], i] if at[PAID_AMOUNT] >= 0 else math.nan
    due = values[at[DUE_AMOUNT], i]
    if paid < due - TOLERANCE * due:
        return NEVER
    return int(times[at[PAID], i])


@nested
def part_paid(i: int, as_of: int, times: I8, values: F8, at: I8) -> float:
    """Return how much of a bill a payment that was known covered, between 0 and what was due.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``at``
    shape (4,), -1 for an absent column.
    """
    if not fact_known(times, at[PAID], i, as_of):
        return 0.0
    due = values[at[DUE_AMOUNT], i]
    paid = values[at[PAID_AMOUNT], i] if at[PAID_AMOUNT] >= 0 else math.nan
    return float(due if math.isnan(paid) else min(max(paid, 0.0), due))


@nested
def describe_bill(
    i: int, as_of: int, times: I8, values: F8, at: I8, clock: Clock, bills: F8, row: int
) -> None:
    """Write what is known of one bill.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``at``
    shape (4,), -1 for an absent column; ``bills`` shape (6, n_bills).
    """
    due = values[at[DUE_AMOUNT], i]
    due_day = local_day(times[HAPPENED, i], clock)
    paid = paid_at(i, as_of, times, values, at)
    open_yet = paid == NEVER
    late = float(max(0, local_day(as_of if open_yet else paid, clock) - due_day))
    part = part_paid(i, as_of, times, values, at)
    part_late = float(max(0, local_day(times[at[PAID], i], clock) - due_day)) if part > 0.0 else 0.0
    bills[DUE, row] = due
    bills[DAYS_LATE, row] = late
    bills[LATE_AMOUNT, row] = part * part_late + (due - part) * late
    bills[ON_TIME, row] = 1.0 if late == 0.0 else 0.0
    bills[IS_OVERDUE, row] = 1.0 if open_yet and late > 0.0 else 0.0
    bills[OVERDUE_AMOUNT, row] = due - part if open_yet and late > 0.0 else 0.0
    if open_yet and late == 0.0:
        bills[DAYS_LATE:OVERDUE_AMOUNT, row] = math.nan


@compiled
def fill_bills(
    offsets: I8, owners: I8, as_of: I8, times: I8, values: F8, codes: I4, at: I8, clock: Clock
) -> tuple[I8, I8, F8, I4, I8]:
    """Write a row for every known bill that was due before the moment.

    Arrays: ``offsets`` shape (n_owners + 1,); ``owners`` shape (n_applications,), -1 for nobody; ``as_of``
    shape (n_applications,) in microseconds; ``times`` shape (n_times, n_rows) in microseconds; ``values``
    shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (4,), -1 for an
    absent column. Returns shape (n_applications + 1,) of starts, then (n_rows,) or (n_columns, n_rows) of the
    rows.
    """
    starts = count_rows(offsets, owners, as_of, times)
    when = np.empty(starts[-1], np.int64)
    origin = np.empty(starts[-1], np.int64)
    bills = np.empty((BILL_COLUMNS, starts[-1]))
    labels = np.full((1, starts[-1]), -1, np.int32)
    row = int(np.int64(0))
    for r in range(owners.size):
        if owners[r] < 0:
            continue
        for i in range(offsets[owners[r]], offsets[owners[r] + 1]):
            if not has_happened(times, i, as_of[r]):
                break
            if not is_visible(times, i, as_of[r]):
                continue
            when[row] = times[HAPPENED, i]
            origin[row] = i
            describe_bill(i, as_of[r], times, values, at, clock, bills, row)
            if at[KIND] >= 0:
                labels[0, row] = codes[at[KIND], i]
            row += 1
    return starts, when, bills, labels, origin


def bill_states(chunk: Chunk) -> Rows:
    """Build the view `bill_states`."""
    table = chunk.portfolio.tables.get("bills")
    if table is None:
        return no_rows(chunk.owners.size, BILL_COLUMNS, 1)
    starts, when, values, labels, origin = fill_bills(
        table.offsets, chunk.owners, chunk.as_of, table.times, table.values, table.codes, _layout(table),
        chunk.portfolio.calendar.clock,
    )  # fmt: skip
    return Rows(starts[:-1], starts[1:], when, values, labels, origin)


_PAID: Final = ("bills.paid_time",)

VIEWS: Final = (
    View(
        name="bill_states",
        meaning=(
            "Every known bill due before the moment. It is paid once a payment of at least 99 % of it is "
            "known; days are those of the local calendar. A bill due on the day of the moment and still "
            "open is not yet late nor in time."
        ),
        source="bills",
        tables=("bills",),
        values=(
            ViewColumn("due_amount", "what was due", "money"),
            ViewColumn(
                "days_late",
                "whole days from due to paid, or to the moment if open; 0 if in time",
                "days",
                _PAID,
            ),
            ViewColumn(
                "late_amount",
                "what was paid times its days late, plus what is not paid times those of the bill",
                "money times days",
                _PAID,
            ),
            ViewColumn(
                "on_time", "1 if paid by the end of the day on which it was due, else 0", "0/1", _PAID
            ),
            ViewColumn("is_overdue", "1 if open and late, else 0", "0/1", _PAID),
            ViewColumn("overdue_amount", "what is not paid of it if open and late, else 0", "money", _PAID),
        ),
        codes=(ViewColumn("kind", "what sort of bill", needs=("bills.kind",)),),
        build=bill_states,
        version=2,
    ),
)
