"""What one person owes at a moment and has not paid: of own loans and of bills."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64
from creditscore._ground.instants import NEVER
from creditscore.data.stored.table import StoredTable
from creditscore.recourse.own_rows import OwnRows, loan_numbers, numbers_of, texts_of, times_of

_ENDED: Final = ("closed_time", "written_off_time")


def own_loans(own: OwnRows, table: StoredTable) -> Flags:
    """Tell which rows, shape (n_rows,), belong to a loan that the person owes and that has not ended."""
    return own.once("owed", lambda: _owed(own))[loan_numbers(table)]


def _owed(own: OwnRows) -> Flags:
    """Tell which loans, by number, are such; the last of shape (n_loans + 1,) is a row without a loan."""
    found, loans = np.zeros(own.n_loans + 1, np.bool_), own.tables.get("loans")
    if loans is None:
        return found
    owed = np.array([role != "guarantor" for role in texts_of(loans, "role")], np.bool_)
    for name in _ENDED:
        owed = owed & (times_of(loans, name) == NEVER)
    found[loan_numbers(loans)[owed]] = True
    return found


def is_short(own: OwnRows, table: StoredTable) -> Flags:
    """Tell which instalments or bills, shape (n_rows,), are not known to be paid in full."""
    unpaid = times_of(table, "paid_time") == NEVER
    paid, due = numbers_of(table, "paid_amount"), numbers_of(table, "due_amount")
    if not own.has(table.name, "numbers", "paid_amount"):
        return np.asarray(unpaid, np.bool_)
    return np.asarray(unpaid | (paid < due), np.bool_)


def overdue(own: OwnRows) -> float:
    """Add up what is overdue of own loans and bills, in money."""
    total = 0.0
    bills = own.tables.get("bills")
    if bills is not None and own.has("bills", "times", "paid_time"):
        total += _missing(own, bills, is_short(own, bills))
    schedule = own.tables.get("instalments")
    if schedule is None:
        return total
    ours = own_loans(own, schedule)
    stated = np.ones(schedule.n_rows, np.bool_)
    if own.has("repayments", "times", "event_time"):
        paid_here = np.unique(loan_numbers(schedule)[times_of(schedule, "paid_time") != NEVER])
        stated = np.isin(loan_numbers(schedule), paid_here)
        total += _missing_apart(own, schedule, ours & ~stated)
    if own.has("instalments", "times", "paid_time"):
        total += _missing(own, schedule, ours & stated & is_short(own, schedule))
    return total


def _missing(own: OwnRows, table: StoredTable, short: Flags) -> float:
    late = short & (times_of(table, "due_time") < own.as_of)
    paid = np.nan_to_num(numbers_of(table, "paid_amount"))
    return float((numbers_of(table, "due_amount") - paid)[late].sum())


def _missing_apart(own: OwnRows, schedule: StoredTable, chosen: Flags) -> float:
    late = chosen & (times_of(schedule, "due_time") < own.as_of)
    repayments, total = own.tables.get("repayments"), 0.0
    for loan in np.unique(loan_numbers(schedule)[late]).tolist():
        mine = late & (loan_numbers(schedule) == loan)
        owed = float(numbers_of(schedule, "due_amount")[mine].sum())
        total += max(0.0, owed - _repaid_on(repayments, loan))
    return total


def _repaid_on(repayments: StoredTable | None, loan: int) -> float:
    if repayments is None:
        return 0.0
    amounts: Float64 = numbers_of(repayments, "amount")[loan_numbers(repayments) == loan]
    return float(np.nansum(amounts))
