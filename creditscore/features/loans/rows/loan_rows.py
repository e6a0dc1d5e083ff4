"""What the views of loans share: which loans take part, blocks to write to, and rows in order of time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import Loans, LoanTables, owner_span
from creditscore.data.tables import vocabularies
from creditscore.data.visible import HAPPENED, fact_known, has_happened, is_visible
from creditscore.features.rows import Rows

Kernel = tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.int32],
    NDArray[np.int64],
]


class Block(NamedTuple):
    """The rows of one view while they are written, applicant after applicant.

    Attributes
    ----------
    starts, stops : ndarray of int64, shape (n_applications,)
        Rows of application ``r`` are ``starts[r]:stops[r]``; the next one goes to ``stops[r]``.
    times : ndarray of int64, shape (n_rows,)
        Microseconds.
    values : ndarray of float64, shape (n_columns, n_rows)
    origin : ndarray of int64, shape (n_rows,)
        The row of the table that each row stands for, where it stands for one.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    times: NDArray[np.int64]
    values: NDArray[np.float64]
    origin: NDArray[np.int64]


GUARANTOR = vocabularies.LOAN_ROLES.index("guarantor")
REVOLVING = vocabularies.LOAN_KINDS.index("revolving")
# A quarter: what is older says nothing of now, though lenders report a month or two late.
STALE_AFTER = 92 * DAY


@inner
def takes_part(loans: Loans, row: int, moment: int, as_guarantor: bool) -> bool:
    """Whether a loan was known and opened before the moment, with the applicant in the role asked for."""
    if not has_happened(loans.times, row, moment) or not is_visible(loans.times, row, moment):
        return False
    guarantor = loans.role >= 0 and loans.codes[loans.role, row] == GUARANTOR
    return guarantor == as_guarantor


@inner
def is_reported(tables: LoanTables, owner: int, loan: int, moment: int) -> bool:
    """Whether a statement of a line was known."""
    reports = tables.reports
    first, last = owner_span(reports.offsets, owner)
    for row in range(first, last):
        of_it = reports.loan >= 0 and reports.codes[reports.loan, row] == loan
        if of_it and has_happened(reports.times, row, moment) and is_visible(reports.times, row, moment):
            return True
    return False


@inner
def is_ended_line(loans: Loans, row: int, moment: int) -> bool:
    """Whether a line was known to be closed, written off or sold."""
    for fact in (loans.closed, loans.written_off, loans.sold):
        if fact_known(loans.times, fact, row, moment):
            return True
    return False


@nested
def awaits_statement(tables: LoanTables, owner: int, moment: int) -> bool:
    """Whether an own open line of the newest 92 days has no statement yet: what it replaced speaks for it."""
    loans = tables.loans
    first, last = owner_span(loans.offsets, owner)
    for row in range(first, last):
        if loans.kind < 0 or loans.codes[loans.kind, row] != REVOLVING:
            continue
        if not takes_part(loans, row, moment, False) or moment - loans.times[HAPPENED, row] > STALE_AFTER:
            continue
        if not is_ended_line(loans, row, moment) and not is_reported(tables, owner, loans.loan[row], moment):
            return True
    return False


@inner
def loan_row_count(tables: LoanTables, codes: NDArray[np.int64]) -> int:
    """How many rows of the loans table these applicants have: never fewer than their loans.

    Arrays: ``codes`` shape (n_applications,), applicants, -1 for nobody.
    """
    count = 0
    for code in codes:
        first, last = owner_span(tables.loans.offsets, code)
        count += last - first
    return count


@inner
def instalment_row_count(tables: LoanTables, codes: NDArray[np.int64]) -> int:
    """How many instalment rows the loans of these applicants have, counted once per version of a loan.

    Arrays: ``codes`` shape (n_applications,), applicants, -1 for nobody.
    """
    count = 0
    for code in codes:
        first, last = owner_span(tables.loans.offsets, code)
        for row in range(first, last):
            a, b = owner_span(tables.ledger.instalment_offsets, tables.loans.loan[row])
            count += b - a
    return count


@inner
def flag(condition: bool) -> float:
    """1 for true, 0 for false."""
    return 1.0 if condition else 0.0


@inner
def value_or_nan(values: NDArray[np.float64], column: int, row: int) -> float:
    """A value of an optional column; NaN where the column is not there.

    Arrays: ``values`` shape (n_values, n_rows).
    """
    return values[column, row] if column >= 0 else np.nan


@inner
def write_row(block: Block, row: int, state: NDArray[np.float64]) -> None:
    """Write every column of a row.

    Arrays: ``state`` shape (n_columns,).
    """
    for column in range(state.size):
        block.values[column, row] = state[column]


@nested
def order_by_time(block: Block, r: int) -> None:
    """Bring the rows of an application into order of time, keeping the order among equals."""
    first, last = block.starts[r], block.stops[r]
    times, values, origin = block.times, block.values, block.origin
    ordered = True
    for i in range(first + 1, last):
        if times[i] < times[i - 1]:
            ordered = False
            break
    if ordered:
        return
    order = np.argsort(times[first:last], kind="mergesort")
    times[first:last] = times[first:last][order]
    if origin.size > 0:
        origin[first:last] = origin[first:last][order]
    for column in range(values.shape[0]):
        values[column, first:last] = values[column, first:last][order]


def no_rows(n_applications: int, n_values: int) -> Rows:
    """Rows of a view whose tables are not there."""
    none = np.zeros(n_applications, np.int64)
    return Rows(
        none,
        none,
        np.empty(0, np.int64),
        np.empty((n_values, 0), np.float64),
        np.empty((0, 0), np.int32),
        np.empty(0, np.int64),
    )
