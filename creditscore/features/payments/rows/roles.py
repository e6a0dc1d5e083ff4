"""How one payment is read: whether it was known, whether it is income or spending, and the balance after it.

Every view of payments goes through these kernels, so that all agree on what income is.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import DAY
from creditscore.data.visible import has_happened, is_visible

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

# positions in the layout: rows of the value block, then rows of the code block
AMOUNT, BALANCE, KIND, CATEGORY, COUNTERPARTY, COUNTERPARTY_KIND, STATUS, ACCOUNT, CHANNEL, METHOD = range(10)

# codes of the closed vocabularies that kernels look at; a test compares them with the contract
PURCHASE, SALARY, TRANSFER, OWN_TRANSFER, CASH, FEE, INTEREST, PENALTY, REFUND, LOAN_IN, LOAN_OUT, BILL = (
    range(12)
)
GROCERIES, HOUSEHOLD, UTILITIES, TELECOM, RENT, TRANSPORT, HEALTH, EDUCATION, INSURANCE, TAX = range(10)
PENSION, BENEFITS, FEES, HIGH_COST_CREDIT = 14, 15, 16, 18
LENDER = 3

# what a row is to the cash flow
HIDDEN, NEITHER, IN, OUT = range(4)

PARTNERS: Final = 200
TWO_DAYS: Final = 2 * DAY


@nested
def code_at(codes: I4, row: int, i: int) -> int:
    """Return a code, or -1 where the column is absent.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing.
    """
    return int(codes[row, i]) if row >= 0 else -1


@compiled
def count_rows(offsets: I8, owners: I8, as_of: I8, times: I8) -> I8:
    """Return running counts of the rows that were known, shape (n_applications + 1,)."""
    starts = np.zeros(owners.size + 1, np.int64)
    for r in range(owners.size):
        visible = 0
        if owners[r] >= 0:
            for i in range(offsets[owners[r]], offsets[owners[r] + 1]):
                if not has_happened(times, i, as_of[r]):
                    break
                if is_visible(times, i, as_of[r]):
                    visible += 1
        starts[r + 1] = starts[r] + visible
    return starts


@nested
def role_of(amount: float, kind: int, status: int) -> int:
    """Tell what a known payment is to the cash flow; a missing status counts as settled."""
    if status > 0 or kind == OWN_TRANSFER:
        return NEITHER
    if amount > 0.0:
        return NEITHER if kind in (REFUND, LOAN_IN) else IN
    return OUT if amount < 0.0 else NEITHER


@nested
def read_roles(lo: int, hi: int, as_of: int, times: I8, values: F8, codes: I4, at: I8, roles: I1) -> int:
    """Write the role of each row from ``lo`` on, and return how many rows lie before the moment.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column; ``roles`` shape (n,),
    what each payment is to the cash flow.
    """
    n = 0
    for i in range(lo, hi):
        if not has_happened(times, i, as_of):
            break
        role = HIDDEN
        if is_visible(times, i, as_of):
            kind = code_at(codes, at[KIND], i)
            role = role_of(values[at[AMOUNT], i], kind, code_at(codes, at[STATUS], i))
        roles[n] = role
        n += 1
    if at[ACCOUNT] >= 0:
        pair_own_transfers(lo, n, times, values, codes, at, roles)
    return n


@nested
def unnamed(i: int, codes: I4, at: I8) -> bool:
    """Tell whether a row may be half of an own transfer that nobody named: no kind, and an account.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column.
    """
    return code_at(codes, at[KIND], i) < 0 and codes[at[ACCOUNT], i] >= 0


@nested
def pair_own_transfers(lo: int, n: int, times: I8, values: F8, codes: I4, at: I8, roles: I1) -> None:
    """Take both halves of a transfer between two accounts of one person out of income and spending.

    Each row looks back over the 200 known rows before it, and at most 2 days, for the nearest free one that
    is of the other direction, on another account, and the same within 0.5 % of the larger amount.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column; ``roles`` shape (n,),
    what each payment is to the cash flow.
    """
    for p in range(n):
        if roles[p] < IN or not unnamed(lo + p, codes, at):
            continue
        partner = nearest_partner(lo, p, times, values, codes, at, roles)
        if partner >= 0:
            roles[p] = NEITHER
            roles[partner] = NEITHER


@nested
def nearest_partner(lo: int, p: int, times: I8, values: F8, codes: I4, at: I8, roles: I1) -> int:
    """Return the position of the other half of an own transfer among the rows before; -1 if there is none.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column; ``roles`` shape (n,),
    what each payment is to the cash flow.
    """
    amount = values[at[AMOUNT], lo + p]
    seen = 0
    for q in range(p - 1, -1, -1):
        if times[0, lo + p] - times[0, lo + q] > TWO_DAYS or seen == PARTNERS:
            break
        if roles[q] == HIDDEN:
            continue
        seen += 1
        if roles[q] < IN or roles[q] == roles[p] or not unnamed(lo + q, codes, at):
            continue
        other = values[at[AMOUNT], lo + q]
        near = abs(amount + other) <= 0.005 * max(abs(amount), abs(other))
        if near and codes[at[ACCOUNT], lo + p] != codes[at[ACCOUNT], lo + q]:
            return q
    return -1


@nested
def first_known(n: int, roles: I1) -> int:
    """Return the position of the oldest known row, -1 if there is none.

    Arrays: ``roles`` shape (n,), what each payment is to the cash flow.
    """
    for p in range(n):
        if roles[p] != HIDDEN:
            return p
    return -1


@nested
def number_keys(keys: I8, groups: I8) -> int:
    """Number the distinct keys in the order in which they come; negative keys get -1. Return how many.

    Arrays: ``keys`` shape (n,), below 0 for none; ``groups`` shape (n,), -1 for none.
    """
    size = 8
    while size < 2 * keys.size:
        size *= 2
    slots = np.full(size, -1, np.int64)
    count = 0
    for p in range(keys.size):
        groups[p] = -1
        if keys[p] < 0:
            continue
        slot = (keys[p] * 2_654_435_761) & (size - 1)
        while slots[slot] >= 0 and keys[slots[slot]] != keys[p]:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = p
            groups[p] = count
            count += 1
        else:
            groups[p] = groups[slots[slot]]
    return count


@nested
def number_accounts(lo: int, n: int, codes: I4, at: I8, roles: I1, groups: I8) -> int:
    """Number the accounts of the known rows; rows that name none share one. Return how many.

    Arrays: ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (10,), -1 for an absent column;
    ``roles`` shape (n,), what each payment is to the cash flow; ``groups`` shape (n,), -1 for none.
    """
    groups[:n] = 0
    first = -2
    if at[ACCOUNT] >= 0:
        for p in range(n):
            if roles[p] == HIDDEN:
                continue
            account = codes[at[ACCOUNT], lo + p]
            if first == -2:
                first = account
            if account != first:
                keys = codes[at[ACCOUNT], lo : lo + n].astype(np.int64) + 1
                keys[roles[:n] == HIDDEN] = -1
                return number_keys(keys, groups[:n])
    return 1


@nested
def running_balance(lo: int, n: int, values: F8, codes: I4, at: I8, roles: I1, totals: F8) -> None:
    """Write after each row the sum of the last known balances of the person's accounts; NaN before any.

    Arrays: ``values`` shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape
    (10,), -1 for an absent column; ``roles`` shape (n,), what each payment is to the cash flow; ``totals``
    shape (n,), money.
    """
    groups = np.empty(max(n, 1), np.int64)
    accounts = number_accounts(lo, n, codes, at, roles, groups)
    latest = np.full(accounts, np.nan)
    total = math.nan
    for p in range(n):
        balance = values[at[BALANCE], lo + p] if at[BALANCE] >= 0 else math.nan
        if roles[p] != HIDDEN and not math.isnan(balance):
            earlier = latest[groups[p]]
            latest[groups[p]] = balance
            if accounts == 1:
                total = balance
            elif accounts <= 32:
                total = np.nansum(latest)
            else:
                change = balance - (0.0 if math.isnan(earlier) else earlier)
                total = change if math.isnan(total) else total + change
        totals[p] = total
