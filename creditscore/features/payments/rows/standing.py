"""What stands on the accounts of a person after each payment: current, savings and card accounts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore.data.payments.accounts import account_kinds, number_accounts
from creditscore.data.payments.classify import read_row
from creditscore.data.payments.layout import BALANCE, CARD_ACCOUNT, CURRENT_ACCOUNT, SAVINGS_ACCOUNT
from creditscore.data.payments.marks import UNSEEN, Ledger, Rules, Span, new_marks

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

# rows of what is summed over accounts: current and savings accounts together, how far current accounts are
# below zero, savings accounts, and what is owed on cards
TOGETHER, OVERDRAWN, SAVED, OWED = range(4)
ACCOUNT_SUMS = 4
# a row more: current and savings accounts without money that nothing older bears out
BORNE_OUT = 4
BALANCE_ROWS = 5
# of more accounts, sums are moved by the change of one
FEW_ACCOUNTS = 32


@inner
def part_of(row: int, kind: int, balance: float) -> float:
    """Return what the balance of an account adds to one of the sums; NaN if it does not belong to it."""
    if row == TOGETHER:
        return balance if kind != CARD_ACCOUNT else math.nan
    if row == SAVED:
        return balance if kind == SAVINGS_ACCOUNT else math.nan
    if math.isnan(balance) or kind != (CURRENT_ACCOUNT if row == OVERDRAWN else CARD_ACCOUNT):
        return math.nan
    return max(0.0, -balance)


@inner
def add_up(latest: F8, kinds: I8, balances: F8, m: int) -> None:
    """Write the sums over the last known balances of the accounts; NaN where no such account was known.

    Arrays: ``latest`` shape (n_accounts,), money; ``kinds`` shape (n_accounts,); ``balances`` shape
    (4, n_payments), money.
    """
    for row in range(ACCOUNT_SUMS):
        total = math.nan
        for g in range(kinds.size):
            part = part_of(row, kinds[g], latest[g])
            if not math.isnan(part):
                total = part if math.isnan(total) else total + part
        balances[row, m] = total


@inner
def move_sums(kind: int, earlier: float, balance: float, balances: F8, m: int) -> None:
    """Write the sums of many accounts after one of them changed, from those before.

    Arrays: ``balances`` shape (4, n_payments), money; those of payment ``m`` hold the sums before.
    """
    for row in range(ACCOUNT_SUMS):
        part, before = part_of(row, kind, balance), part_of(row, kind, earlier)
        if math.isnan(part):
            continue
        change = part - (0.0 if math.isnan(before) else before)
        balances[row, m] = change if math.isnan(balances[row, m]) else balances[row, m] + change


@nested
def sorts_of(span: Span, ledger: Ledger, rules: Rules, classes: I1, groups: I8, count: int) -> I8:
    """Tell what sort each account is, by what payments say of themselves, as they are classified.

    What was booked back since is still what it was bought by. Arrays: ``classes`` shape (n_payments,), -1 for
    rows that were not known; ``groups`` shape (n,). Returns shape (n_accounts,).
    """
    if count == 1:
        return account_kinds(span, ledger, classes, groups, count)
    size, first = span.stop - span.first, span.first + span.shift
    said = new_marks(size)
    for p in range(size):
        said.classes[p] = UNSEEN
        if classes[span.first + p] != UNSEEN:
            read_row(first + p, p, ledger, rules, said)
    return account_kinds(Span(0, size, first), ledger, said.classes, groups, count)


@nested
def running_balances(span: Span, ledger: Ledger, rules: Rules, classes: I1, balances: F8) -> None:
    """Write after each payment of one person what stands on the accounts, by their last known balances.

    Arrays: ``classes`` shape (n_payments,), -1 for rows that were not known; ``balances`` shape
    (5, n_payments), money, of which the first four are written.
    """
    at = ledger.at[BALANCE]
    if at < 0:
        balances[:, span.first : span.stop] = math.nan
        return
    groups = np.empty(max(span.stop - span.first, 1), np.int64)
    count = number_accounts(span, ledger, classes, groups)
    kinds = sorts_of(span, ledger, rules, classes, groups, count)
    latest = np.full(count, np.nan)
    for m in range(span.first, span.stop):
        for row in range(ACCOUNT_SUMS):
            balances[row, m] = balances[row, m - 1] if m > span.first else math.nan
        balance = ledger.values[at, m + span.shift]
        if classes[m] == UNSEEN or math.isnan(balance):
            continue
        g = groups[m - span.first]
        earlier = latest[g]
        latest[g] = balance
        if count <= FEW_ACCOUNTS:
            add_up(latest, kinds, balances, m)
        else:
            move_sums(kinds[g], earlier, balance, balances, m)
