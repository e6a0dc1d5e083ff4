"""What may recur among the payments of one person, and with whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore._ground.zones import Clock, local_day
from creditscore.data.payments.layout import (
    AMOUNT,
    BASIC,
    CASH,
    CATEGORY,
    COUNTERPARTY,
    KIND,
    PURCHASE,
    code_at,
)
from creditscore.data.payments.marks import IN, OUT, UNSEEN, Ledger, Marks
from creditscore.data.payments.rules import (
    BILLED,
    CARD_REPAID,
    DEBTS,
    NOT_SETTLED,
    PERSON_OUT,
    PURCHASED,
    REVERSED,
    SENT_BACK,
    UNKNOWN_OUT,
    WAGE_LIKE,
)
from creditscore.features.payments.rows.feed import see_accounts
from creditscore.features.payments.rows.keys import party_key
from creditscore.features.payments.rows.recurrence import Hits

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

NONE = -1


class Mine(NamedTuple):
    """The payments of one person up to a moment, as kernels read them.

    Attributes
    ----------
    lo : int
        Row of the table of the first.
    roles, classes : ndarray of int8, shape (n,)
        What each is to the cash flow, and its class.
    undone : ndarray of float64, shape (n,)
        Money that refunds took back of it.
    accounts : ndarray of int64, shape (n,)
        The account of each.
    seen : ndarray of int64, shape (n_accounts,)
        Up to when each account was seen; -1 if too long ago.
    """

    lo: int
    roles: I1
    classes: I1
    undone: F8
    accounts: I8
    seen: I8


@nested
def read_mine(lo: int, first: int, stop: int, as_of: int, marks: Marks, ledger: Ledger) -> Mine:
    """Return the payments of one person, whose marks are ``first`` to ``stop - 1``; arrays of shape (n,)."""
    classes = marks.classes[first:stop]
    accounts, seen = see_accounts(lo, as_of, ledger, classes)
    return Mine(lo, marks.roles[first:stop], classes, marks.undone[first:stop], accounts, seen)


@inner
def is_basic(i: int, ledger: Ledger) -> bool:
    """Whether a payment is for groceries, transport or health: daily living, which binds nobody."""
    return code_at(ledger.codes, ledger.at[CATEGORY], i) in BASIC


@inner
def pay_key(found: int) -> int:
    """Return a key for wages, pensions and benefits from whomever, -1 for other credits."""
    return found if found in WAGE_LIKE else NONE


@inner
def binds(i: int, role: int, found: int, ledger: Ledger) -> bool:
    """Whether a debit, or one that was not settled, may be a commitment."""
    if role == OUT:
        if found == PURCHASED:
            return code_at(ledger.codes, ledger.at[COUNTERPARTY], i) >= 0 and not is_basic(i, ledger)
        return found in DEBTS or found in (CARD_REPAID, BILLED, PERSON_OUT, UNKNOWN_OUT)
    if found not in (NOT_SETTLED, SENT_BACK, REVERSED) or ledger.values[ledger.at[AMOUNT], i] >= 0.0:
        return False
    return code_at(ledger.codes, ledger.at[KIND], i) not in (PURCHASE, CASH)


@inner
def must_be_exact(i: int, found: int, ledger: Ledger) -> bool:
    """Whether a debit is a commitment only if the same amount comes every four weeks or more seldom.

    Purchases and repayments of cards vary otherwise, and so does what persons get; an unexplained debit to
    nobody named may be anything.
    """
    if found in (PURCHASED, PERSON_OUT, CARD_REPAID):
        return True
    return found == UNKNOWN_OUT and code_at(ledger.codes, ledger.at[COUNTERPARTY], i) < 0


@nested
def empty_hits(most: int) -> Hits:
    """Return hits to be filled; every array has shape (most,)."""
    return Hits(
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most),
        np.empty(most, np.int8),
        np.empty(most, np.int8),
        np.empty(most, np.int64),
    )


@nested
def first_hits(hits: Hits, taken: int) -> Hits:
    """Return the first hits; every array has shape (taken,)."""
    return Hits(
        hits.rows[:taken],
        hits.days[:taken],
        hits.seen[:taken],
        hits.sizes[:taken],
        hits.paid[:taken],
        hits.exact[:taken],
        hits.keys[:taken],
    )


@inner
def add_hit(hits: Hits, at: int, p: int, mine: Mine, ledger: Ledger, clock: Clock) -> None:
    """Write one payment as a hit."""
    i = mine.lo + p
    seen = mine.seen[mine.accounts[p]]
    hits.rows[at] = i
    hits.days[at] = local_day(ledger.times[0, i], clock)
    hits.seen[at] = local_day(seen, clock) if seen >= 0 else -1
    hits.sizes[at] = abs(ledger.values[ledger.at[AMOUNT], i]) - mine.undone[p]
    hits.paid[at] = 1 if mine.roles[p] in (IN, OUT) else 0
    hits.exact[at] = 1 if must_be_exact(i, mine.classes[p], ledger) else 0
    hits.keys[at] = party_key(i, mine.classes[p], ledger)


@nested
def credits_of(mine: Mine, ledger: Ledger, clock: Clock) -> Hits:
    """Return the credits that count as income, oldest first; every array has shape (n_hits,)."""
    hits = empty_hits(mine.roles.size)
    taken = 0
    for p in range(mine.roles.size):
        if mine.roles[p] == IN:
            add_hit(hits, taken, p, mine, ledger, clock)
            taken += 1
    return first_hits(hits, taken)


@nested
def debits_of(mine: Mine, ledger: Ledger, clock: Clock) -> Hits:
    """Return the debits that may bind, settled or not, oldest first; every array has shape (n_hits,)."""
    hits = empty_hits(mine.roles.size)
    taken = 0
    for p in range(mine.roles.size):
        found = mine.classes[p]
        if found != UNSEEN and binds(mine.lo + p, mine.roles[p], found, ledger):
            add_hit(hits, taken, p, mine, ledger, clock)
            taken += 1
    return first_hits(hits, taken)
