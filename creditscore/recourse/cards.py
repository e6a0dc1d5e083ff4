"""Statements of cards and credit lines in the months to come: paid on time, at a balance that is kept."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore._ground.instants import DAY
from creditscore.data.stored.table import StoredTable
from creditscore.recourse.months import months_later
from creditscore.recourse.own_rows import (
    OwnRows,
    joined_rows,
    loan_numbers,
    numbers_of,
    taken,
    times_of,
)
from creditscore.recourse.past_due import own_loans

_KEPT: Final = ("balance", "limit", "minimum_due")
# What the balance that is kept changes: no feature of them need rise or fall with it.
CARD_TABLES: Final = ("statements", "repayments")


def newest_statements(own: OwnRows) -> Int64:
    """Number the newest row of each open credit line or card of the person, shape (n_lines,)."""
    table = own.tables.get("statements")
    if table is None:
        return np.empty(0, np.int64)
    order = np.lexsort((times_of(table, "event_time"), loan_numbers(table)))
    loans = loan_numbers(table)[order]
    last = np.append(loans[1:] != loans[:-1], True)
    rows = order[last]
    open_rows: Int64 = rows[own_loans(own, table)[rows]].astype(np.int64)
    return open_rows


def owed_on_cards(own: OwnRows) -> float:
    """Add up the newest balances of cards and credit lines, in money; credits count as nothing."""
    table = own.tables.get("statements")
    if table is None:
        return 0.0
    balances = numbers_of(table, "balance")[newest_statements(own)]
    return float(np.nansum(np.maximum(balances, 0.0)))


def statements_ahead(own: OwnRows, months: int, until: int, balance: float) -> StoredTable | None:
    """Make the statements of the months to come, known before one applies; None if there are none.

    The limit stays, the balance is a part of the newest one, and the least payment is made on time: nothing
    is past due, and no cash is drawn.
    """
    table, newest = own.tables.get("statements"), newest_statements(own)
    if table is None or not newest.size:
        return None
    month = np.repeat(np.arange(1, months + 1), newest.size)
    made = _in_months(own, taken(table, np.tile(newest, months)), month, balance)
    at = times_of(made, "event_time")
    return taken(made, np.flatnonzero((at >= own.as_of) & (at < until)))


def card_payments_ahead(own: OwnRows, tables: dict[str, StoredTable], made: StoredTable | None) -> None:
    """Add the payments that the statements to come report to lines whose payments are known one by one."""
    old = own.tables.get("repayments")
    if old is None or made is None:
        return
    amounts = numbers_of(made, "payment")
    apart = np.isin(loan_numbers(made), loan_numbers(old)) & (amounts > 0.0)
    rows = taken(made, np.flatnonzero(apart))
    if not rows.n_rows:
        return
    at = np.maximum(times_of(rows, "event_time") - DAY, own.as_of)
    labels = {name: rows.labels[name] for name in ("applicant_id", "loan_id")}
    numbers = {"amount": numbers_of(rows, "payment")}
    new = StoredTable("repayments", rows.n_rows, 1, {"event_time": at}, numbers, labels)
    tables["repayments"] = joined_rows(tables["repayments"], new)


def _in_months(own: OwnRows, newest: StoredTable, month: Int64, kept: float) -> StoredTable:
    at = times_of(newest, "event_time")
    moved = months_later(at, month, own.calendar)
    times = {"event_time": moved}
    if "known_time" in newest.times:
        times["known_time"] = moved + (newest.times["known_time"] - at)
    before = numbers_of(newest, "balance")
    balance = np.where(before > 0.0, kept * before, before)
    share = np.divide(balance, before, out=np.ones_like(before), where=before > 0.0)
    least = share * numbers_of(newest, "minimum_due")
    paid = numbers_of(newest, "payment")
    paid = np.where(month == 1, np.fmax(paid, before - balance), paid)
    numbers = {name: newest.numbers[name] for name in _KEPT if name in newest.numbers}
    if "balance" in numbers:
        numbers["balance"] = balance
    if "minimum_due" in numbers:
        numbers["minimum_due"] = least
    if "payment" in newest.numbers:
        numbers["payment"] = np.fmax(paid, np.where(np.isnan(least), paid, least))
    for name in ("days_past_due", "cash_advances"):
        if own.has("statements", "numbers", name):
            numbers[name] = np.zeros(newest.n_rows)
    return StoredTable("statements", newest.n_rows, newest.first_id, times, numbers, newest.labels)
