"""Loans, schedules, payments and statements of a portfolio, laid out for kernels without a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Int32, read_only
from creditscore.data.loans.allocation import Ledger, Loans, LoanTables, Reports

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio
    from creditscore.data.tables.events import EventTable

# Read-only like the arrays of tables, so that kernels compile once.
_NO_OFFSETS: Final = read_only(np.empty(0, np.int64))
_NO_TIMES: Final = read_only(np.empty((3, 0), np.int64))
_NO_VALUES: Final = read_only(np.empty((0, 0), np.float64))
_NO_CODES: Final = read_only(np.empty((0, 0), np.int32))
_NO_LOANS: Final = read_only(np.empty(0, np.int32))


def loan_tables(portfolio: Portfolio, materiality: float = 0.0) -> LoanTables:
    """Lay the loans, schedules, payments and statements of a portfolio out for kernels.

    Parameters
    ----------
    portfolio : Portfolio
    materiality : float
        Money, 0 or more: an instalment of which no more than this is missing counts as paid.

    Returns
    -------
    LoanTables
        Views of the tables' arrays; nothing is copied.
    """
    tables = portfolio.tables
    loans = tables.get("loans")
    return LoanTables(
        _NO_LOANS_TABLE if loans is None else _loans(loans, portfolio.loan_codes),
        _ledger(tables.get("instalments"), tables.get("repayments"), materiality),
        _reports(tables.get("statements")),
        portfolio.calendar.clock,
    )


def _loans(table: EventTable, loan: Int32) -> Loans:
    times, values, codes = table.time_columns, table.value_columns, table.code_columns
    return Loans(
        table.offsets,
        table.times,
        table.values,
        table.codes,
        loan,
        amount=_row_of("amount", values),
        term_days=_row_of("term_days", values),
        limit=_row_of("limit", values),
        closed=_row_of("closed_time", times),
        restructured=_row_of("restructured_time", times),
        written_off=_row_of("written_off_time", times),
        kind=_row_of("kind", codes),
        role=_row_of("role", codes),
        lender=_row_of("lender", codes),
        reported=_row_of("reported_time", times),
        sold=_row_of("sold_time", times),
    )


def _ledger(instalments: EventTable | None, repayments: EventTable | None, materiality: float) -> Ledger:
    due, paid = instalments, repayments
    return Ledger(
        _NO_OFFSETS if due is None else due.offsets,
        _NO_TIMES if due is None else due.times,
        _NO_VALUES if due is None else due.values,
        _NO_CODES if due is None else due.codes,
        -1 if due is None else _row_of("due_amount", due.value_columns),
        -1 if due is None else _row_of("paid_time", due.time_columns),
        -1 if due is None else _row_of("paid_amount", due.value_columns),
        -1 if due is None else _row_of("paid_by", due.code_columns),
        _NO_OFFSETS if paid is None else paid.offsets,
        _NO_TIMES if paid is None else paid.times,
        _NO_VALUES if paid is None else paid.values,
        _NO_CODES if paid is None else paid.codes,
        -1 if paid is None else _row_of("amount", paid.value_columns),
        -1 if paid is None else _row_of("paid_by", paid.code_columns),
        float(materiality),
    )


def _reports(table: EventTable | None) -> Reports:
    if table is None:
        return _NO_REPORTS
    values = table.value_columns
    return Reports(
        table.offsets,
        table.times,
        table.values,
        table.codes,
        loan=_row_of("loan", table.code_columns),
        balance=_row_of("balance", values),
        days_past_due=_row_of("days_past_due", values),
        limit=_row_of("limit", values),
        minimum_due=_row_of("minimum_due", values),
        payment=_row_of("payment", values),
        cash_advances=_row_of("cash_advances", values),
    )


def _row_of(column: str, columns: tuple[str, ...]) -> int:
    return columns.index(column) if column in columns else -1


_NO_LOANS_TABLE: Final = Loans(
    _NO_OFFSETS, _NO_TIMES, _NO_VALUES, _NO_CODES, _NO_LOANS, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
)
_NO_REPORTS: Final = Reports(_NO_OFFSETS, _NO_TIMES, _NO_VALUES, _NO_CODES, -1, -1, -1, -1, -1, -1, -1)
