"""The tables of one person as they would be after some conduct: what is overdue paid, and months gone by.

What a person does not change goes on: the payments, bills and statements of the last months come again, as
many months later. No new credit is asked for, and nothing that happened is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from creditscore._ground.arrays import Flags
from creditscore._ground.instants import NEVER, SECOND
from creditscore.data.sources import CONNECTIONS, CONSENTS
from creditscore.data.stored.table import Labelled, StoredTable
from creditscore.recourse.accounts import accounts_ahead
from creditscore.recourse.cards import card_payments_ahead, statements_ahead
from creditscore.recourse.months import months_later
from creditscore.recourse.own_rows import (
    CONDUCT_TABLES,
    OwnRows,
    joined_rows,
    loan_numbers,
    numbers_of,
    taken,
    times_of,
)
from creditscore.recourse.past_due import is_short, own_loans

Tables = dict[str, StoredTable]
MONEY: Final = "payments"
_BILL: Final = "bill_id"


@dataclass(frozen=True, slots=True)
class Conduct:
    """What somebody would do, and for how long.

    Attributes
    ----------
    months : int
        Calendar months in which everything due is paid on time, 0 or more; then one applies again.
    pays : bool
        Whether what is overdue is paid at once; with months, it always is.
    balance : float
        What part of the balance of cards and credit lines is kept, within 0 and 1.
    above_zero : bool
        Whether accounts are kept above zero, without returned payments.
    """

    months: int = 0
    pays: bool = False
    balance: float = 1.0
    above_zero: bool = False

    def at_full_balance(self) -> Conduct:
        """Return the same conduct, with cards and credit lines used as they are."""
        return replace(self, balance=1.0)


AS_IS: Final = Conduct()


def until_when(own: OwnRows, conduct: Conduct) -> int:
    """Return as of when one would apply, in microseconds: the same local day and time, months later."""
    months = conduct.months
    if not months:
        return own.as_of
    return own.once(
        ("until", months), lambda: int(months_later(np.array([own.as_of]), months, own.calendar)[0])
    )


def after(own: OwnRows, conduct: Conduct) -> Mapping[str, StoredTable]:
    """Return the tables as they would be known when one applies."""
    credit, money = credit_conduct(conduct), money_conduct(conduct)
    return (
        dict(own.tables)
        | dict(own.once(("credit", credit), lambda: credit_after(own, credit)))
        | dict(own.once(("money", money), lambda: money_after(own, money)))
    )


def credit_conduct(conduct: Conduct) -> Conduct:
    """Leave what changes the tables of credit: how accounts are kept does not."""
    return Conduct(conduct.months, conduct.pays, conduct.balance)


def money_conduct(conduct: Conduct) -> Conduct:
    """Leave what changes the movements on accounts: what is paid on loans and cards does not."""
    return Conduct(conduct.months, above_zero=conduct.above_zero)


def credit_after(own: OwnRows, conduct: Conduct) -> Mapping[str, StoredTable]:
    """Return all tables but the movements on accounts."""
    tables = {name: table for name, table in own.tables.items() if name != MONEY}
    if not conduct.pays and not conduct.months:
        return tables
    until, paid = until_when(own, conduct), own.as_of - SECOND
    _pay_instalments(own, tables, paid, until)
    _pay_bills(own, tables, paid, until)
    if conduct.months:
        cards = statements_ahead(own, conduct.months, until, conduct.balance)
        card_payments_ahead(own, tables, cards)
        if cards is not None:
            tables["statements"] = joined_rows(tables["statements"], cards)
        _report_on(tables, until)
    return tables


def money_after(own: OwnRows, conduct: Conduct) -> Mapping[str, StoredTable]:
    """Return the movements on accounts, and what was connected and consented to."""
    tables = {name: table for name, table in own.tables.items() if name in (MONEY, CONNECTIONS, CONSENTS)}
    if conduct.months and MONEY in tables:
        tables[MONEY] = accounts_ahead(own, until_when(own, conduct), conduct.above_zero)
    return tables


def can_wait(own: OwnRows) -> bool:
    """Tell whether anything of the person's own may change as months go by."""
    return any(name in own.tables for name in CONDUCT_TABLES)


def fall_due(own: OwnRows, until: int) -> int:
    """Count the instalments, statements and bills that fall due from now until a moment."""
    count = 0
    for name in ("instalments", "bills"):
        table = own.tables.get(name)
        if table is not None:
            due = times_of(table, "due_time")
            count += int(((due >= own.as_of) & (due < until) & _open(own, table)).sum())
    return count


def _open(own: OwnRows, table: StoredTable) -> Flags:
    ours = np.ones(table.n_rows, np.bool_) if table.name == "bills" else own_loans(own, table)
    return np.asarray(ours & is_short(own, table), np.bool_)


def _pay_instalments(own: OwnRows, tables: Tables, paid: int, until: int) -> None:
    """Pay what is overdue at one moment, and what falls due until another one on its day."""
    table = tables.get("instalments")
    if table is None:
        return
    apart = np.zeros(table.n_rows, np.bool_)
    if own.has("repayments", "times", "event_time"):
        stated = np.unique(loan_numbers(table)[times_of(table, "paid_time") != NEVER])
        apart = ~np.isin(loan_numbers(table), stated)
    ours = own_loans(own, table)
    if own.has("instalments", "times", "paid_time"):
        tables["instalments"] = _settled(own, table, ours & ~apart, paid, until)
    if (ours & apart).any():
        new = _repaid(own, taken(table, np.flatnonzero(ours & apart)), paid, until)
        if new is not None:
            old = tables.get("repayments")
            tables["repayments"] = new if old is None else joined_rows(old, new)


def _pay_bills(own: OwnRows, tables: Tables, paid: int, until: int) -> None:
    table = tables.get("bills")
    if table is None or not own.has("bills", "times", "paid_time"):
        return
    everyone = np.ones(table.n_rows, np.bool_)
    tables["bills"] = _settled(own, table, everyone, paid, until)
    length, due = until - own.as_of, times_of(table, "due_time")
    known_ahead = int(due.max())
    again = (due >= own.as_of - length) & (due < own.as_of) & (due + length > known_ahead)
    if not length or not again.any():
        return
    rows = taken(table, np.flatnonzero(again))
    old, rows = _numbered_on(tables["bills"], rows)
    moved = times_of(rows, "due_time") + length
    times = {"due_time": moved, "paid_time": moved}
    if "known_time" in rows.times:
        times["known_time"] = rows.times["known_time"] + length
    numbers = dict(rows.numbers) | {"paid_amount": numbers_of(rows, "due_amount")}
    new = StoredTable("bills", rows.n_rows, rows.first_id, times, numbers, rows.labels)
    tables["bills"] = joined_rows(old, new)


def _numbered_on(table: StoredTable, again: StoredTable) -> tuple[StoredTable, StoredTable]:
    """Give bills that come again ids of their own, which no bill of the table has."""
    codes, labels = table.labels[_BILL]
    count = again.n_rows
    new: tuple[Any, ...]
    if any(isinstance(label, str) for label in labels):
        stem = max(map(str, labels), key=len)
        new = tuple(f"{stem}+{number}" for number in range(count))
    else:
        new = tuple(range(max(labels) + 1, max(labels) + 1 + count))
    known = Labelled(codes, (*labels, *new))
    made = Labelled(np.arange(len(labels), len(labels) + count, dtype=np.int32), known.labels)
    return (
        replace(table, labels=dict(table.labels) | {_BILL: known}),
        replace(again, labels=dict(again.labels) | {_BILL: made}),
    )


def _settled(own: OwnRows, table: StoredTable, chosen: Flags, paid: int, until: int) -> StoredTable:
    """Fill in when rows that fall due until a moment are paid in full; what is paid already stays."""
    due = times_of(table, "due_time")
    short = chosen & is_short(own, table) & (due < until)
    if not short.any():
        return table
    when = np.where(due < own.as_of, paid, due)
    times = dict(table.times)
    times["paid_time"] = np.where(short, when, times_of(table, "paid_time"))
    if "paid_known_time" in times:
        times["paid_known_time"] = np.where(short, when, times["paid_known_time"])
    amounts = np.where(short, numbers_of(table, "due_amount"), numbers_of(table, "paid_amount"))
    numbers = dict(table.numbers) | {"paid_amount": amounts}
    return StoredTable(table.name, table.n_rows, table.first_id, times, numbers, table.labels)


def _repaid(own: OwnRows, schedule: StoredTable, paid: int, until: int) -> StoredTable | None:
    """Make the payments on loans whose payments stand apart from their schedules; None if none are due."""
    times: list[int] = []
    amounts: list[float] = []
    rows: list[int] = []
    old = own.tables.get("repayments")
    for loan in np.unique(loan_numbers(schedule)).tolist():
        mine = np.flatnonzero(loan_numbers(schedule) == loan)
        due = times_of(schedule, "due_time")[mine]
        owed = numbers_of(schedule, "due_amount")[mine]
        left = 0.0
        if old is not None:
            left = float(np.nansum(numbers_of(old, "amount")[loan_numbers(old) == loan]))
        for position in np.argsort(due, kind="stable").tolist():
            covered = min(left, float(owed[position]))
            left -= covered
            missing = float(owed[position]) - covered
            if due[position] < until and missing > 0.0:
                times.append(paid if due[position] < own.as_of else int(due[position]))
                amounts.append(missing)
                rows.append(int(mine[position]))
    if not rows:
        return None
    labels = {name: schedule.labels[name] for name in ("applicant_id", "loan_id")}
    made = StoredTable("repayments", schedule.n_rows, 1, {}, {}, labels)
    part = taken(made, np.array(rows, np.int64))
    when, what = {"event_time": np.array(times)}, {"amount": np.array(amounts)}
    return StoredTable("repayments", len(rows), 1, when, what, part.labels)


def _report_on(tables: Tables, until: int) -> None:
    """Let loans whose last report is dated be reported on until one applies."""
    table = tables.get("loans")
    if table is None or "reported_time" not in table.times:
        return
    times = dict(table.times)
    for name in ("reported_time", "reported_known_time"):
        if name in times:
            times[name] = np.where(times[name] == NEVER, NEVER, until - SECOND)
    tables["loans"] = StoredTable(
        table.name, table.n_rows, table.first_id, times, table.numbers, table.labels
    )
