"""What stands on the accounts of a person after each payment: current, savings and card accounts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore.data.payments.accounts import account_kinds, number_accounts
from creditscore.data.payments.layout import BALANCE, CARD_ACCOUNT, CURRENT_ACCOUNT, SAVINGS_ACCOUNT
from creditscore.data.payments.marks import UNSEEN, Ledger, Span

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

# rows of what is summed over accounts: current and savings accounts together, how far current accounts are
# below zero, savings accounts, and what is owed on cards
TOGETHER, OVERDRAWN, SAVED, OWED = range(4)
ACCOUNT_SUMS = 4


@inner
def add_up(latest: F8, kinds: I8, balances: F8, m: int) -> None:
    """Write the sums over the last known balances of the accounts; NaN where no such account was known.

    Arrays: ``latest`` shape (n_accounts,), money; ``kinds`` shape (n_accounts,); ``balances`` shape
    (4, n_payments), money.
    """
    balances[:, m] = math.nan
    for g in range(kinds.size):
        if math.isnan(latest[g]):
            continue
        if kinds[g] == CARD_ACCOUNT:
            add_to(balances, OWED, m, max(0.0, -latest[g]))
            continue
        add_to(balances, TOGETHER, m, latest[g])
        if kinds[g] == CURRENT_ACCOUNT:
            add_to(balances, OVERDRAWN, m, max(0.0, -latest[g]))
        elif kinds[g] == SAVINGS_ACCOUNT:
            add_to(balances, SAVED, m, latest[g])


@inner
def add_to(balances: F8, row: int, m: int, amount: float) -> None:
    """Add to a sum that is missing as long as nothing was added.

    Arrays: ``balances`` shape (4, n_payments), money.
    """
    balances[row, m] = amount if math.isnan(balances[row, m]) else balances[row, m] + amount


@nested
def running_balances(span: Span, ledger: Ledger, classes: I1, balances: F8) -> None:
    """Write after each payment of one person what stands on the accounts, by their last known balances.

    Arrays: ``classes`` shape (n_payments,), -1 for rows that were not known; ``balances`` shape
    (4, n_payments), money.
    """
    at = ledger.at[BALANCE]
    if at < 0:
        balances[:, span.first : span.stop] = math.nan
        return
    groups = np.empty(max(span.stop - span.first, 1), np.int64)
    count = number_accounts(span, ledger, classes, groups)
    kinds = account_kinds(span, ledger, classes, groups, count)
    latest = np.full(count, np.nan)
    for m in range(span.first, span.stop):
        balance = ledger.values[at, m + span.shift]
        if classes[m] != UNSEEN and not math.isnan(balance):
            latest[groups[m - span.first]] = balance
            add_up(latest, kinds, balances, m)
        elif m > span.first:
            balances[:, m] = balances[:, m - 1]
        else:
            balances[:, m] = math.nan
