"""Statements of credit lines, one row each: how much of the line is used, how much of it is paid back."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner
from creditscore.data.loans.allocation import LoanTables, Reports, owner_span
from creditscore.data.loans.delinquency import visible_loan_row
from creditscore.data.visible import fact_known, has_happened, is_visible
from creditscore.features.chunk import Chunk, loans_of
from creditscore.features.loans.rows.loan_rows import (
    GUARANTOR,
    STALE_AFTER,
    Kernel,
    awaits_statement,
    flag,
    no_rows,
    value_or_nan,
)
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

# rows of the block of values
BALANCE, OWED, LIMIT, UTILISATION, OVER_LIMIT, UNUSED, PAYMENT, PAYMENT_TO_LIMIT = range(8)
CASH_ADVANCES, DAYS_PAST_DUE, IS_CURRENT, IS_NEWEST, BALANCE_CHANGE, UTILISATION_CHANGE = range(8, 14)
PREVIOUS_OWED, PAID_OF_PREVIOUS, PAYMENT_TO_PREVIOUS, IS_TRANSACTOR = range(14, 18)
NO_PAYMENT, PAID_MINIMUM, CHARGES = range(18, 21)
_COLUMNS: Final = 21
_BALANCE: Final = ("statements.balance",)
_PAID: Final = ("statements.payment",)

STATEMENT_COLUMNS: Final = (
    ViewColumn("balance", "balance owed, negative if in credit", "money", _BALANCE),
    ViewColumn("owed", "balance owed, 0 if in credit", "money", _BALANCE),
    ViewColumn("limit", "credit limit, of the statement or else of the loan", "money"),
    ViewColumn("utilisation", "balance owed / limit, 0 if in credit", "ratio", _BALANCE),
    ViewColumn("over_limit", "balance above the limit", "0/1", _BALANCE),
    ViewColumn("unused", "limit less balance", "money", _BALANCE),
    ViewColumn("payment", "paid since the statement before", "money", _PAID),
    ViewColumn("payment_to_limit", "payment / limit", "ratio", _PAID),
    ViewColumn(
        "cash_advances", "cash drawn since the statement before", "money", ("statements.cash_advances",)
    ),
    ViewColumn("days_past_due", "days past due as reported", "days", ("statements.days_past_due",)),
    ViewColumn("is_current", "not past due as reported", "0/1", ("statements.days_past_due",)),
    ViewColumn(
        "is_newest",
        "newest statement of its credit line, which is neither closed nor written off, at most 92 days old; "
        "also of a closed one while another, opened in the newest 92 days, has no statement",
        "0/1",
    ),
    ViewColumn("balance_change", "balance less that of the statement before", "money", _BALANCE),
    ViewColumn("utilisation_change", "balance change / limit", "ratio", _BALANCE),
    ViewColumn(
        "previous_owed", "balance of the statement before, where it was owed", "money", _BALANCE + _PAID
    ),
    ViewColumn("paid_of_previous", "how much of it was paid, at most all", "money", _BALANCE + _PAID),
    ViewColumn("payment_to_previous_balance", "what share of it was paid", "share", _BALANCE + _PAID),
    ViewColumn("is_transactor", "paid the whole balance of the statement before", "0/1", _BALANCE + _PAID),
    ViewColumn(
        "no_payment", "paid nothing of a balance that the statement before showed", "0/1", _BALANCE + _PAID
    ),
    ViewColumn(
        "paid_minimum",
        "paid at most 1.05 times the minimum that the statement before asked for",
        "0/1",
        ("statements.minimum_due", *_PAID),
    ),
    ViewColumn(
        "charges", "balance change plus payment: what was newly drawn or charged", "money", _BALANCE + _PAID
    ),
)


@inner
def _level(reports: Reports, row: int, line_limit: float, out: NDArray[np.float64]) -> None:
    """Columns of one statement alone."""
    balance = value_or_nan(reports.values, reports.balance, row)
    limit = value_or_nan(reports.values, reports.limit, row)
    if np.isnan(limit):
        limit = line_limit
    payment = value_or_nan(reports.values, reports.payment, row)
    out[BALANCE] = balance
    out[OWED] = np.nan if np.isnan(balance) else max(balance, 0.0)
    out[LIMIT] = limit
    out[UTILISATION] = out[OWED] / limit if limit > 0.0 else np.nan
    out[OVER_LIMIT] = np.nan if np.isnan(balance) or np.isnan(limit) else flag(balance > limit)
    out[UNUSED] = limit - balance
    out[PAYMENT] = payment
    out[PAYMENT_TO_LIMIT] = payment / limit if limit > 0.0 else np.nan
    out[CASH_ADVANCES] = value_or_nan(reports.values, reports.cash_advances, row)
    out[DAYS_PAST_DUE] = value_or_nan(reports.values, reports.days_past_due, row)
    out[IS_CURRENT] = np.nan if np.isnan(out[DAYS_PAST_DUE]) else flag(out[DAYS_PAST_DUE] <= 0.0)


@inner
def _step(reports: Reports, before: int, out: NDArray[np.float64]) -> None:
    """Columns that compare a statement with the one before it, if there is one."""
    out[BALANCE_CHANGE:] = np.nan
    if before < 0:
        return
    previous = value_or_nan(reports.values, reports.balance, before)
    minimum = value_or_nan(reports.values, reports.minimum_due, before)
    payment = out[PAYMENT]
    out[BALANCE_CHANGE] = out[BALANCE] - previous
    out[UTILISATION_CHANGE] = out[BALANCE_CHANGE] / out[LIMIT] if out[LIMIT] > 0.0 else np.nan
    out[CHARGES] = out[BALANCE_CHANGE] + payment
    if previous > 0.0 and not np.isnan(payment):
        out[PREVIOUS_OWED] = previous
        out[PAID_OF_PREVIOUS] = min(max(payment, 0.0), previous)
        out[PAYMENT_TO_PREVIOUS] = out[PAID_OF_PREVIOUS] / previous
        out[IS_TRANSACTOR] = flag(payment >= previous)
        out[NO_PAYMENT] = flag(payment <= 0.0)
    if minimum > 0.0 and not np.isnan(payment):
        out[PAID_MINIMUM] = flag(payment <= 1.05 * minimum)


@inner
def _previous(lines: NDArray[np.int64], first: int, at: int) -> int:
    """The newest earlier view row of the same line, or -1."""
    k = at - 1
    while k >= first and lines[k] != lines[at]:
        k -= 1
    return k if k >= first else -1


@inner
def _line(
    tables: LoanTables, code: int, line: int, moment: int, is_replaced: bool
) -> tuple[bool, bool, float]:
    """Whether the line is the applicant's own, whether it has ended, and the limit that its loan states.

    A closed line that another has just replaced, of which nothing is reported yet, still says how it stands.
    """
    loans = tables.loans
    row = visible_loan_row(loans, code, line, moment) if line >= 0 else -1
    if row < 0:
        return True, False, np.nan
    own = loans.role < 0 or loans.codes[loans.role, row] != GUARANTOR
    ended = not is_replaced and fact_known(loans.times, loans.closed, row, moment)
    ended = ended or fact_known(loans.times, loans.written_off, row, moment)
    ended = ended or fact_known(loans.times, loans.sold, row, moment)
    return own, ended, value_or_nan(loans.values, loans.limit, row)


@compiled
def _fill(tables: LoanTables, codes: NDArray[np.int64], as_of: NDArray[np.int64]) -> Kernel:
    reports, n = tables.reports, 0
    for code in codes:
        first, last = owner_span(reports.offsets, code)
        n += last - first
    starts, stops = np.zeros(codes.size, np.int64), np.zeros(codes.size, np.int64)
    times, origin, lines = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    values = np.empty((_COLUMNS, n), np.float64)
    state = np.empty(_COLUMNS, np.float64)
    at = 0
    for r in range(codes.size):
        starts[r] = at
        is_replaced = awaits_statement(tables, codes[r], as_of[r])
        first, last = owner_span(reports.offsets, codes[r])
        for row in range(first, last):
            if not has_happened(reports.times, row, as_of[r]) or not is_visible(reports.times, row, as_of[r]):
                continue
            lines[at] = reports.codes[reports.loan, row] if reports.loan >= 0 else -1
            own, ended, limit = _line(tables, codes[r], lines[at], as_of[r], is_replaced)
            if not own:
                continue
            before = _previous(lines, starts[r], at)
            _level(reports, row, limit, state)
            _step(reports, origin[before] if before >= 0 else -1, state)
            old = as_of[r] - reports.times[0, row] > STALE_AFTER
            state[IS_NEWEST] = flag(not ended and not old)
            if before >= 0:
                values[IS_NEWEST, before] = 0.0
            values[:, at] = state
            times[at], origin[at] = reports.times[0, row], row
            at += 1
        stops[r] = at
    return starts, stops, times, values, np.empty((0, n), np.int32), origin


def _build(chunk: Chunk) -> Rows:
    if "statements" not in chunk.portfolio.tables:
        return no_rows(chunk.owners.size, _COLUMNS)
    return Rows(*_fill(chunk.once(loans_of), chunk.owners, chunk.as_of))


VIEWS: Final = (
    View(
        "statement_states",
        "A statement of an own credit line; time: the statement's.",
        "loans",
        ("statements",),
        STATEMENT_COLUMNS,
        (),
        _build,
        version=3,
    ),
)
