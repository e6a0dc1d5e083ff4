"""The accounts of one person: which payment stands on which, and what sort of account each is."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore.data.payments.keys import number_keys
from creditscore.data.payments.layout import (
    ACCOUNT,
    ACCOUNT_KIND,
    AMOUNT,
    BALANCE,
    CARD_ACCOUNT,
    CURRENT_ACCOUNT,
    code_at,
)
from creditscore.data.payments.marks import UNSEEN, Ledger, Span
from creditscore.data.payments.rules import PURCHASED, WAGE_LIKE

I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

# an account is taken for a card only when this many balances of it are known ...
LEAST_BALANCES = 3
# ... of which at most one in twenty is above 0
SELDOM = 20
# what is counted on an account
BALANCES, ABOVE, EARNED, FED, DEBITS, BOUGHT = range(6)
COUNTS = 6


@inner
def account_key(i: int, ledger: Ledger) -> int:
    """Return what tells the account of a row from others: its id, else its sort; 0 where neither is known."""
    account = code_at(ledger.codes, ledger.at[ACCOUNT], i)
    if account >= 0:
        return int((account + 1) * 4)
    return int(code_at(ledger.codes, ledger.at[ACCOUNT_KIND], i) + 1)


@nested
def number_accounts(span: Span, ledger: Ledger, classes: I1, groups: I8) -> int:
    """Number the accounts of the known rows; rows that name none share one. Return how many.

    Arrays: ``classes`` shape (n_payments,), -1 for rows that were not known; ``groups`` shape (n,), for the
    payments of this person, -1 for rows that were not known.
    """
    size = span.stop - span.first
    groups[:size] = 0
    if ledger.at[ACCOUNT] < 0 and ledger.at[ACCOUNT_KIND] < 0:
        return 1
    keys = np.empty(size, np.int64)
    usual = -1
    several = False
    for p in range(size):
        keys[p] = -1
        if classes[span.first + p] != UNSEEN:
            keys[p] = account_key(span.first + p + span.shift, ledger)
            several |= usual not in (-1, keys[p])
            usual = keys[p]
    return number_keys(keys, groups[:size]) if several else 1


@nested
def account_kinds(span: Span, ledger: Ledger, classes: I1, groups: I8, count: int) -> I8:
    """Tell what sort each account is: as named, else a card if it behaves like one, else a current account.

    Arrays: ``classes`` shape (n_payments,), -1 for rows that were not known; ``groups`` shape (n,), for the
    payments of this person. Returns shape (n_accounts,).
    """
    kinds = np.full(count, -1, np.int64)
    if ledger.at[ACCOUNT_KIND] >= 0:
        for p in range(span.stop - span.first):
            named = code_at(ledger.codes, ledger.at[ACCOUNT_KIND], span.first + p + span.shift)
            if classes[span.first + p] != UNSEEN and named >= 0:
                kinds[groups[p]] = named
    if count > 1 and ledger.at[BALANCE] >= 0 and (kinds < 0).any():
        find_cards(span, ledger, classes, groups, kinds)
    for g in range(count):
        if kinds[g] < 0:
            kinds[g] = CURRENT_ACCOUNT
    return kinds


@inner
def like_card(counts: I8) -> bool:
    """Tell whether an account behaves like a card, by what was counted on it.

    Arrays: ``counts`` shape (6,).
    """
    owed = counts[BALANCES] >= LEAST_BALANCES and counts[ABOVE] * SELDOM <= counts[BALANCES]
    used = counts[FED] > 0 and counts[DEBITS] > 0 and 2 * counts[BOUGHT] >= counts[DEBITS]
    return bool(owed and used and counts[EARNED] == 0)


@nested
def find_cards(span: Span, ledger: Ledger, classes: I1, groups: I8, kinds: I8) -> None:
    """Name as cards the accounts whose balance is a debt: fed now and then, spent from by purchases.

    Nobody's only account is a card: where all accounts look like one, none is taken for one.

    Arrays: ``classes`` shape (n_payments,), -1 for rows that were not known; ``groups`` shape (n,), for the
    payments of this person; ``kinds`` shape (n_accounts,), -1 where it is not named.
    """
    counts = np.zeros((COUNTS, kinds.size), np.int64)
    for p in range(span.stop - span.first):
        m, g = span.first + p, groups[p]
        if classes[m] == UNSEEN:
            continue
        balance = ledger.values[ledger.at[BALANCE], m + span.shift]
        if not math.isnan(balance):
            counts[BALANCES, g] += 1
            counts[ABOVE, g] += balance > 0.0
        if classes[m] in WAGE_LIKE:
            counts[EARNED, g] += 1
        elif ledger.values[ledger.at[AMOUNT], m + span.shift] > 0.0:
            counts[FED, g] += 1
        else:
            counts[DEBITS, g] += 1
            counts[BOUGHT, g] += classes[m] == PURCHASED
    others = 0
    for g in range(kinds.size):
        others += not (kinds[g] == CARD_ACCOUNT or (kinds[g] < 0 and like_card(counts[:, g])))
    for g in range(kinds.size):
        if others > 0 and kinds[g] < 0 and like_card(counts[:, g]):
            kinds[g] = CARD_ACCOUNT
