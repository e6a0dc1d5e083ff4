"""One pass over the payments of a chunk of applications, shared by every view of payments.

What a payment is to the cash flow depends on the payments around it, so it is read once for each
application and handed to all views; the balances after each payment likewise, for the views that ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.data.tables.events import EventTable
from creditscore.features.chunk import Chunk
from creditscore.features.payments.rows.roles import HIDDEN, read_roles, running_balance

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

_VALUES: Final = ("amount", "balance")
_CODES: Final = (
    "kind", "category", "counterparty_id", "counterparty_kind", "status", "account_id", "channel", "method",
)  # fmt: skip


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
    at : ndarray of int64, shape (10,)
        Where the columns of payments stand in the blocks of their table; -1 where one is absent.
    """

    firsts: I8
    begins: I8
    known: I8
    roles: I1
    at: I8


@compiled
def read_chunk(
    offsets: I8, owners: I8, as_of: I8, times: I8, values: F8, codes: I4, at: I8
) -> tuple[I8, I8, I8, I1]:
    """Return the parts of `Read` for owners and moments of shape (n_applications,), -1 for nobody."""
    firsts = np.zeros(owners.size, np.int64)
    begins = np.zeros(owners.size + 1, np.int64)
    known = np.zeros(owners.size + 1, np.int64)
    most = 0
    for owner in owners:
        if owner >= 0:
            most += offsets[owner + 1] - offsets[owner]
    roles = np.empty(most, np.int8)
    for r in range(owners.size):
        begins[r + 1] = begins[r]
        known[r + 1] = known[r]
        if owners[r] < 0:
            continue
        firsts[r] = offsets[owners[r]]
        stop = offsets[owners[r] + 1]
        begins[r + 1] += read_roles(firsts[r], stop, as_of[r], times, values, codes, at, roles[begins[r] :])
        for p in range(begins[r], begins[r + 1]):
            known[r + 1] += roles[p] != HIDDEN
    return firsts, begins, known, roles[: begins[-1]]


@compiled
def read_balances(firsts: I8, begins: I8, values: F8, codes: I4, at: I8, roles: I1) -> F8:
    """Return the balance of all accounts after each of the payments of a `Read`, shape (n_payments,)."""
    totals = np.empty(roles.size, np.float64)
    for r in range(firsts.size):
        mine = roles[begins[r] : begins[r + 1]]
        running_balance(firsts[r], mine.size, values, codes, at, mine, totals[begins[r] : begins[r + 1]])
    return totals


@lru_cache(maxsize=256)
def _positions(value_columns: tuple[str, ...], code_columns: tuple[str, ...]) -> I8:
    rows = [value_columns.index(name) if name in value_columns else -1 for name in _VALUES]
    rows += [code_columns.index(name) if name in code_columns else -1 for name in _CODES]
    return np.array(rows, np.int64)


def layout(table: EventTable) -> I8:
    """Return where the columns of payments stand in the blocks of a table; -1 for an absent one.

    Returns shape (10,), -1 for an absent column.
    """
    return _positions(table.value_columns, table.code_columns)


def read_payments(chunk: Chunk) -> Read:
    """Read the payments of a chunk whose portfolio has some; ask for it by ``chunk.once(read_payments)``."""
    table = chunk.portfolio.tables["payments"]
    at = layout(table)
    read = read_chunk(table.offsets, chunk.owners, chunk.as_of, table.times, table.values, table.codes, at)
    return Read(*read, at)


def payment_balances(chunk: Chunk) -> F8:
    """Return the balance after each payment of `read_payments`, shape (n_payments,); to be asked for once."""
    read, table = chunk.once(read_payments), chunk.portfolio.tables["payments"]
    return read_balances(read.firsts, read.begins, table.values, table.codes, read.at, read.roles)
