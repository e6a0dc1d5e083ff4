"""Instalments that were due before the moment, one row each: how late, how much of them, how."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import NEVER
from creditscore.data.loans.allocation import (
    INSTALMENTS,
    Book,
    Path,
    owner_span,
    reconstruct,
    scratch_path,
    tolerance,
)
from creditscore.data.loans.delinquency import amount_paid, day_after, days_late, loan_book
from creditscore.features.chunk import Chunk
from creditscore.features.loans.rows.loan_rows import (
    Kernel,
    flag,
    instalment_row_count,
    no_rows,
    order_by_time,
    takes_part,
)
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

# rows of the block of values
DUE_AMOUNT, PAID_AMOUNT, IS_SETTLED, POSITION, AUTOPAY = range(5)
DAYS_LATE, DAYS_LATE_POSITIVE, DAYS_EARLY, ON_TIME, IS_LATE, LATE_AMOUNT_DAYS = range(5, 11)
DECIDED_DUE, SHORTFALL, PART_PAID, DAYS_LATE_CHANGE = range(11, 15)
_COLUMNS: Final = 15
DIRECT_DEBIT: Final = "direct_debit"

INSTALMENT_COLUMNS: Final = (
    ViewColumn("due_amount", "what was due", "money"),
    ViewColumn("paid_amount", "how much of it was paid before the moment", "money"),
    ViewColumn("is_settled", "paid before the moment, within tolerance", "0/1"),
    ViewColumn("position", "its place in the schedule, from 1", "count"),
    ViewColumn("autopay", "collected by direct debit", "0/1", ("instalments.method",)),
    ViewColumn("days_late", "days from due to paid, negative if early; unpaid: to the moment", "days"),
    ViewColumn("days_late_positive", "days late, early and on time as 0", "days"),
    ViewColumn("days_early", "days paid before due, on time and late as 0", "days"),
    ViewColumn("on_time", "paid by the end of its due day", "0/1"),
    ViewColumn("is_late", "not paid by the end of its due day", "0/1"),
    ViewColumn("late_amount_days", "due amount times days late, early as 0", "money days"),
    ViewColumn("decided_due", "due amount, once it is paid or its due day has passed", "money"),
    ViewColumn("shortfall", "how much of it was not paid by the end of its due day", "money"),
    ViewColumn("part_paid", "some of it, but not enough, was paid by the end of its due day", "0/1"),
    ViewColumn("days_late_change", "days late less those of the loan's instalment before", "days"),
)


@inner
def _timeliness(path: Path, k: int, moment: int, materiality: float, out: NDArray[np.float64]) -> None:
    """Columns that are missing while the due day lasts and nothing is paid."""
    late = days_late(path, k, moment)
    out[DAYS_LATE:] = np.nan
    if np.isnan(late):
        return
    amount = path.amount[k]
    by_due = amount_paid(path, k, min(day_after(path, path.due[k], 1), moment))
    out[DAYS_LATE] = late
    out[DAYS_LATE_POSITIVE] = max(late, 0.0)
    out[DAYS_EARLY] = max(-late, 0.0)
    out[ON_TIME] = flag(late <= 0.0)
    out[IS_LATE] = flag(late > 0.0)
    out[LATE_AMOUNT_DAYS] = amount * max(late, 0.0)
    out[DECIDED_DUE] = amount
    out[SHORTFALL] = amount - by_due
    out[PART_PAID] = flag(late > 0.0 and by_due > 0.0 and amount - by_due > tolerance(amount, materiality))
    if k > 0:
        out[DAYS_LATE_CHANGE] = late - days_late(path, k - 1, moment)


@inner
def _is_label(codes: NDArray[np.int32], column: int, row: int, label: int) -> float:
    """1 if a code column holds the label, 0 if another; NaN where it is missing."""
    if column < 0 or codes[column, row] < 0:
        return np.nan
    return flag(codes[column, row] == label)


@compiled
def _fill(
    book: Book,
    codes: NDArray[np.int64],
    as_of: NDArray[np.int64],
    labels: NDArray[np.int32],
    method: int,
    direct_debit: int,
) -> Kernel:
    n = instalment_row_count(book, codes)
    starts, stops = np.zeros(codes.size, np.int64), np.zeros(codes.size, np.int64)
    times, origin = np.empty(n, np.int64), np.empty(n, np.int64)
    values = np.empty((_COLUMNS, n), np.float64)
    path, state = scratch_path(book, codes), np.empty(_COLUMNS, np.float64)
    at = int(np.int64(0))
    for r in range(codes.size):
        starts[r] = at
        first, last = owner_span(book.loans.offsets, codes[r])
        for row in range(first, last):
            if not takes_part(book.loans, row, as_of[r], False):
                continue
            reconstruct(book, path, codes[r], row, as_of[r])
            for k in range(path.facts[INSTALMENTS]):
                if path.due[k] >= as_of[r]:
                    break
                state[DUE_AMOUNT] = path.amount[k]
                state[PAID_AMOUNT] = amount_paid(path, k, as_of[r])
                state[IS_SETTLED] = flag(path.settled_at[k] != NEVER)
                state[POSITION] = k + 1.0
                state[AUTOPAY] = _is_label(labels, method, path.row[k], direct_debit)
                _timeliness(path, k, as_of[r], book.ledger.materiality, state)
                values[:, at] = state
                times[at], origin[at] = path.due[k], path.row[k]
                at += 1
        stops[r] = at
        order_by_time(times, values, origin, starts[r], at)
    return starts, stops, times, values, np.empty((0, n), np.int32), origin


def _build(chunk: Chunk) -> Rows:
    tables = chunk.portfolio.tables
    if "loans" not in tables or "instalments" not in tables:
        return no_rows(chunk.owners.size, _COLUMNS)
    table = tables["instalments"]
    vocabulary = table.vocabularies.get("method", ())
    direct_debit = vocabulary.index(DIRECT_DEBIT) if DIRECT_DEBIT in vocabulary else -2
    return Rows(
        *_fill(
            loan_book(chunk.portfolio),
            chunk.owners,
            chunk.as_of,
            table.codes,
            table.row("method"),
            direct_debit,
        )
    )


VIEWS: Final = (
    View(
        "instalment_states",
        "An instalment of an own loan, due before the moment; time: its due time.",
        "loans",
        ("instalments", "loans"),
        INSTALMENT_COLUMNS,
        (),
        _build,
    ),
)
