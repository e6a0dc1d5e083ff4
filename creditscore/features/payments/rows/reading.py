"""One pass over the payments of a chunk of applications, shared by every view of payments.

What a payment is to the cash flow depends on the payments around it, so it is read once for each
application and handed to all views; the balances after each payment likewise, for the views that ask.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.data.payments.classify import classify_payments
from creditscore.data.payments.layout import layout
from creditscore.data.payments.marks import Ledger, Marks, Rules, Span
from creditscore.data.payments.rules import rule_tables
from creditscore.data.tables.events import EventTable
from creditscore.features.chunk import Chunk
from creditscore.features.payments.rows.proving import find_unproven, take_off
from creditscore.features.payments.rows.standing import BALANCE_ROWS, BORNE_OUT, running_balances

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I2 = NDArray[np.int16]
I1 = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """The payments that happened before each application's moment, application after application.

    Attributes
    ----------
    firsts : ndarray of int64, shape (n_applications,)
        The row of the table at which an application's payments begin.
    begins : ndarray of int64, shape (n_applications + 1,)
        Its roles are ``begins[r]:begins[r + 1]``, one for each row of the table from ``firsts[r]`` on.
    known : ndarray of int64, shape (n_applications + 1,)
        Running counts of the payments that were known.
    roles : ndarray of int8, shape (n_payments,)
        What each is to the cash flow, as in `creditscore.features.payments.rows.roles`.
    at : ndarray of int64, shape (13,)
        Where the columns of payments stand in the blocks of their table; -1 where one is absent.
    marks : Marks
        The class of each and how it was seen, with what refunds took back of it.
    unproven : ndarray of float64, shape (2, n_payments)
        Money that stands there after each and that nothing older bears out, and the part that persons sent
        or that went back (`creditscore.features.payments.rows.proving`).
    usual : Marks
        The same marks, but credits that are mostly unproven have no part in the cash flow.
    """

    firsts: I8
    begins: I8
    known: I8
    roles: I1
    at: I8
    marks: Marks
    unproven: F8
    usual: Marks


@compiled
def read_unproven(
    firsts: I8, begins: I8, as_of: I8, times: I8, values: F8, codes: I4, at: I8, classes: I1, partners: I8,
    roles: I1,
) -> tuple[F8, I1]:  # fmt: skip
    """Return the unproven money after each payment of a `Read`, and the roles, usual income alone as income.

    Arrays: those of `Read`, `EventTable` and `Marks`; ``as_of`` shape (n_applications,) in microseconds.
    Returns shape (2, n_payments) and (n_payments,).
    """
    ledger = Ledger(times, values, codes, at)
    usual = roles.copy()
    marks = Marks(classes, classes, partners, values[0], classes)
    unproven = np.empty((2, begins[-1]))
    for r in range(firsts.size):
        span = Span(begins[r], begins[r + 1], firsts[r] - begins[r])
        find_unproven(span, as_of[r], ledger, marks, unproven, usual)
    return unproven, usual


@compiled
def read_balances(
    firsts: I8, begins: I8, as_of: I8, times: I8, values: F8, codes: I4, at: I8, rule_classes: I2,
    rule_roles: I1, classes: I1, unproven: F8,
) -> F8:  # fmt: skip
    """Return what stands on the accounts after each of the payments of a `Read`, shape (5, n_payments).

    Arrays: those of `Read`, `EventTable` and `Rules`; ``as_of`` shape (n_applications,) in microseconds;
    ``unproven`` shape (2, n_payments), money.
    """
    ledger, rules = Ledger(times, values, codes, at), Rules(rule_classes, rule_roles)
    balances = np.empty((BALANCE_ROWS, begins[-1]))
    for r in range(firsts.size):
        span = Span(begins[r], begins[r + 1], firsts[r] - begins[r])
        running_balances(span, ledger, rules, classes, balances)
        take_off(span, as_of[r], ledger, unproven, balances)
    return balances


def ledger_of(table: EventTable, at: I8) -> Ledger:
    """Return the blocks of a table as kernels take them.

    Arrays: ``at`` shape (13,), -1 for an absent column.
    """
    return Ledger(table.times, table.values, table.codes, at)


def read_payments(chunk: Chunk) -> Read:
    """Read the payments of a chunk whose portfolio has some; ask for it by ``chunk.once(read_payments)``."""
    table = chunk.portfolio.tables["payments"]
    firsts, begins, known, marks = classify_payments(table, chunk.owners, chunk.as_of)
    at = layout(table)
    unproven, usual = read_unproven(
        firsts, begins, chunk.as_of, table.times, table.values, table.codes, at, marks.classes,
        marks.partners, marks.roles,
    )  # fmt: skip
    roles = marks.roles[: begins[-1]]
    return Read(firsts, begins, known, roles, at, marks, unproven, marks._replace(roles=usual))


def account_balances(chunk: Chunk) -> F8:
    """Return what stands on the accounts after each payment of `read_payments`, shape (5, n_payments).

    Rows are those of `creditscore.features.payments.rows.standing`. To be asked for once.
    """
    read, table = chunk.once(read_payments), chunk.portfolio.tables["payments"]
    rows = (read.firsts, read.begins, chunk.as_of, table.times, table.values, table.codes, read.at)
    return read_balances(*rows, *rule_tables(), read.marks.classes, read.unproven)


def payment_balances(chunk: Chunk) -> F8:
    """Return what stands on current and savings accounts after each payment, shape (n_payments,).

    Money that nothing older bears out is taken off.
    """
    left: F8 = chunk.once(account_balances)[BORNE_OUT]
    return left
