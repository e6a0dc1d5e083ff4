"""One pass over the payments of a chunk of applications, shared by every view of payments.

What a payment is to the cash flow depends on the payments around it, so it is read once for each
application and handed to all views; the balances after each payment likewise, for the views that ask.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.data.payments.classify import classify
from creditscore.data.payments.layout import layout
from creditscore.data.payments.marks import HIDDEN, Ledger, Marks, Rules, Span, new_marks
from creditscore.data.payments.rules import rule_tables
from creditscore.data.tables.events import EventTable
from creditscore.features.chunk import Chunk
from creditscore.features.payments.rows.standing import ACCOUNT_SUMS, TOGETHER, running_balances

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
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
    """

    firsts: I8
    begins: I8
    known: I8
    roles: I1
    at: I8
    marks: Marks


@compiled
def read_chunk(
    offsets: I8, owners: I8, as_of: I8, ledger: Ledger, rules: Rules
) -> tuple[I8, I8, I8, Marks]:  # fmt: skip
    """Return the parts of `Read` for owners and moments of shape (n_applications,), -1 for nobody."""
    firsts = np.zeros(owners.size, np.int64)
    begins = np.zeros(owners.size + 1, np.int64)
    known = np.zeros(owners.size + 1, np.int64)
    most = 0
    for owner in owners:
        if owner >= 0:
            most += offsets[owner + 1] - offsets[owner]
    marks = new_marks(most)
    for r in range(owners.size):
        begins[r + 1] = begins[r]
        known[r + 1] = known[r]
        if owners[r] < 0:
            continue
        firsts[r] = offsets[owners[r]]
        stop = offsets[owners[r] + 1]
        begins[r + 1] = classify(begins[r], firsts[r], stop, as_of[r], ledger, rules, marks)
        for p in range(begins[r], begins[r + 1]):
            known[r + 1] += marks.roles[p] != HIDDEN
    return firsts, begins, known, marks


@compiled
def read_balances(firsts: I8, begins: I8, ledger: Ledger, classes: I1) -> F8:
    """Return what stands on the accounts after each of the payments of a `Read`, shape (4, n_payments)."""
    balances = np.empty((ACCOUNT_SUMS, begins[-1]))
    for r in range(firsts.size):
        span = Span(begins[r], begins[r + 1], firsts[r] - begins[r])
        running_balances(span, ledger, classes, balances)
    return balances


def ledger_of(table: EventTable, at: I8) -> Ledger:
    """Return the blocks of a table as kernels take them.

    Arrays: ``at`` shape (13,), -1 for an absent column.
    """
    return Ledger(table.times, table.values, table.codes, at)


def read_payments(chunk: Chunk) -> Read:
    """Read the payments of a chunk whose portfolio has some; ask for it by ``chunk.once(read_payments)``."""
    table = chunk.portfolio.tables["payments"]
    at = layout(table)
    firsts, begins, known, marks = read_chunk(
        table.offsets, chunk.owners, chunk.as_of, ledger_of(table, at), rule_tables()
    )
    return Read(firsts, begins, known, marks.roles[: begins[-1]], at, marks)


def account_balances(chunk: Chunk) -> F8:
    """Return what stands on the accounts after each payment of `read_payments`, shape (4, n_payments).

    Rows are those of `creditscore.features.payments.rows.standing`. To be asked for once.
    """
    read, table = chunk.once(read_payments), chunk.portfolio.tables["payments"]
    return read_balances(read.firsts, read.begins, ledger_of(table, read.at), read.marks.classes)


def payment_balances(chunk: Chunk) -> F8:
    """Return the balance of current and savings accounts after each payment, shape (n_payments,)."""
    together: F8 = chunk.once(account_balances)[TOGETHER]
    return together
