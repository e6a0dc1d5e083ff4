"""Instalments that were due before the moment, one row each: how late, how much of them, how."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.instants import NEVER
from creditscore.data.loans.allocation import INSTALMENTS, LoanTables, Path, tolerance
from creditscore.data.loans.delinquency import amount_paid, day_after, days_late
from creditscore.data.loans.ending import fallen_due, is_settlement
from creditscore.features.loans.rows.loan_rows import Block, flag, write_row
from creditscore.features.view import ViewColumn

# rows of the block of values
DUE_AMOUNT, PAID_AMOUNT, IS_SETTLED, POSITION, AUTOPAY = range(5)
DAYS_LATE, DAYS_LATE_POSITIVE, DAYS_EARLY, ON_TIME, IS_LATE, LATE_AMOUNT_DAYS = range(5, 11)
DECIDED_DUE, SHORTFALL, PART_PAID, PAID_BY_OTHERS, DAYS_LATE_CHANGE = range(11, 16)
DIRECT_DEBIT: Final = "direct_debit"

INSTALMENT_COLUMNS: Final = (
    ViewColumn("due_amount", "what was due; missing where a loan was settled before its time", "money"),
    ViewColumn("paid_amount", "how much of it was paid before the moment, once that is decided", "money"),
    ViewColumn("is_settled", "paid before the moment, within tolerance", "0/1"),
    ViewColumn("position", "its place in the schedule, from 1", "count"),
    ViewColumn("autopay", "collected by direct debit", "0/1", ("instalments.method",)),
    ViewColumn(
        "days_late", "days from due to paid, negative if early; unpaid: to the end of reports", "days"
    ),
    ViewColumn("days_late_positive", "days late, early and on time as 0", "days"),
    ViewColumn("days_early", "days paid before due, on time and late as 0", "days"),
    ViewColumn("on_time", "paid by the borrower by the end of its due day", "0/1"),
    ViewColumn("is_late", "not paid by the end of its due day", "0/1"),
    ViewColumn("late_amount_days", "due amount times days late, early as 0", "money days"),
    ViewColumn("decided_due", "due amount, once it is paid or its due day has passed", "money"),
    ViewColumn("shortfall", "how much of it was not paid by the end of its due day", "money"),
    ViewColumn("part_paid", "some of it, but not enough, was paid by the end of its due day", "0/1"),
    ViewColumn("paid_by_others", "paid by a guarantor or a collector", "0/1"),
    ViewColumn("days_late_change", "days late less those of the loan's instalment before", "days"),
)


class Method(NamedTuple):
    """Where the instalments say how they are collected.

    Attributes
    ----------
    codes : ndarray of int32, shape (n_codes, n_rows)
    column : int
        -1: they do not say.
    direct_debit : int
        The code of direct debit; one that no row has where there is none.
    """

    codes: NDArray[np.int32]
    column: int
    direct_debit: int


@inner
def _timeliness(path: Path, k: int, moment: int, materiality: float, out: NDArray[np.float64]) -> None:
    """Columns that are missing while the due day lasts and nothing is paid."""
    late = days_late(path, k, moment)
    out[PAID_AMOUNT] = out[AUTOPAY + 1 :] = np.nan
    if np.isnan(late):
        return
    amount, by_other = path.amount[k], path.by_other[k] != 0
    by_due = amount_paid(path, k, min(day_after(path, path.due[k], 1), moment))
    out[DAYS_LATE] = late
    out[DAYS_LATE_POSITIVE] = max(late, 0.0)
    out[DAYS_EARLY] = 0.0 if by_other else max(-late, 0.0)
    out[ON_TIME] = flag(late <= 0.0 and not by_other)
    out[IS_LATE] = flag(late > 0.0)
    out[PAID_BY_OTHERS] = flag(by_other)
    out[PAID_AMOUNT] = amount_paid(path, k, moment)
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


@inner
def _forget_amounts(out: NDArray[np.float64]) -> None:
    """A settlement before its time: what it came to is not what was due."""
    out[DUE_AMOUNT] = out[PAID_AMOUNT] = out[LATE_AMOUNT_DAYS] = np.nan
    out[DECIDED_DUE] = out[SHORTFALL] = out[PART_PAID] = np.nan


@inner
def add_instalments(
    tables: LoanTables,
    path: Path,
    r: int,
    moment: int,
    opened: int,
    end: int,
    method: Method,
    state: NDArray[np.float64],
    block: Block,
) -> None:
    """Write the instalments of one loan that were due before the moment, and before the loan ended.

    Arrays: ``state`` shape (16,), scratch.
    """
    at, fallen = block.stops[r], fallen_due(path, end)
    for k in range(fallen + int(is_settlement(path, opened, end, fallen))):
        if path.due[k] >= moment:
            break
        state[DUE_AMOUNT] = path.amount[k]
        state[IS_SETTLED] = flag(path.settled_at[k] != NEVER)
        state[POSITION] = k + 1.0
        state[AUTOPAY] = _is_label(method.codes, method.column, path.row[k], method.direct_debit)
        _timeliness(path, k, moment, tables.ledger.materiality, state)
        if k == fallen and k + 1 < path.facts[INSTALMENTS]:
            _forget_amounts(state)
        write_row(block, at, state)
        block.times[at], block.origin[at] = path.due[k], path.row[k]
        at += 1
    block.stops[r] = at
