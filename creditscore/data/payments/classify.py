"""The one kernel that says what each payment is, as far as was known at a moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore.data.payments.accounts import account_kinds, number_accounts
from creditscore.data.payments.layout import (
    AMOUNT,
    CARD_ACCOUNT,
    CATEGORY,
    COUNTERPARTY,
    COUNTERPARTY_KIND,
    CURRENT_ACCOUNT,
    KIND,
    STATUS,
    code_at,
    layout,
)
from creditscore.data.payments.marks import (
    HIDDEN,
    NEITHER,
    OUT,
    UNSEEN,
    Ledger,
    Marks,
    Rules,
    Span,
    new_marks,
)
from creditscore.data.payments.pairs import pair_payments
from creditscore.data.payments.refunds import CENT, settle_refunds
from creditscore.data.payments.rules import (
    BY_ACCOUNT,
    BY_CATEGORY,
    BY_PAYER,
    BY_SIGN,
    BY_STATUS,
    CARD_REPAID,
    EVIDENCE_STEP,
    NO_MONEY,
    NOT_SETTLED,
    OTHER_INCOME,
    OWN,
    UNEXPLAINED,
    UNKNOWN_IN,
    UNKNOWN_OUT,
    rule_tables,
)
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import has_happened, is_visible

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I2 = NDArray[np.int16]
I1 = NDArray[np.int8]


@inner
def read_row(i: int, m: int, ledger: Ledger, rules: Rules, marks: Marks) -> None:
    """Write what one payment says of itself; a missing status counts as settled."""
    codes, at = ledger.codes, ledger.at
    amount = ledger.values[at[AMOUNT], i]
    status = code_at(codes, at[STATUS], i)
    if status > 0:
        marks.classes[m], marks.evidence[m] = NOT_SETTLED + status - 1, BY_STATUS
    elif amount == 0.0:
        marks.classes[m], marks.evidence[m] = NO_MONEY, BY_SIGN
    else:
        side = 0 if amount > 0.0 else 1
        kind, category = code_at(codes, at[KIND], i), code_at(codes, at[CATEGORY], i)
        number = rules.classes[side, kind, category, code_at(codes, at[COUNTERPARTY_KIND], i)]
        marks.classes[m], marks.evidence[m] = number % EVIDENCE_STEP, number // EVIDENCE_STEP
        if marks.classes[m] == UNKNOWN_IN and code_at(codes, at[COUNTERPARTY], i) >= 0:
            marks.classes[m], marks.evidence[m] = OTHER_INCOME, BY_PAYER


@inner
def read_accounts(span: Span, marks: Marks, groups: I8, kinds: I8) -> None:
    """Settle what is left unexplained on savings accounts and cards: own money moved, or a card repaid.

    Arrays: ``groups`` shape (n,), the account of each payment; ``kinds`` shape (n_accounts,).
    """
    for m in range(span.first, span.stop):
        if (
            marks.classes[m] not in UNEXPLAINED
            or marks.evidence[m] == BY_CATEGORY
        ):
            continue
        kind = kinds[groups[m - span.first]]
        if kind == CURRENT_ACCOUNT or (kind == CARD_ACCOUNT and marks.classes[m] == UNKNOWN_OUT):
            continue
        marks.classes[m] = CARD_REPAID if kind == CARD_ACCOUNT else OWN
        marks.evidence[m] = BY_ACCOUNT


@inner
def settle_roles(span: Span, ledger: Ledger, rules: Rules, marks: Marks, cards: bool) -> None:
    """Write what each payment is to the cash flow.

    A debit that refunds took back wholly is neither; to repay a card is spending only where the card itself,
    and so what it paid for, is not seen.
    """
    for m in range(span.first, span.stop):
        found = marks.classes[m]
        role = rules.roles[found] if found != UNSEEN else HIDDEN
        if role == OUT:
            left = -ledger.values[ledger.at[AMOUNT], m + span.shift] - marks.undone[m]
            if left <= CENT or (cards and found == CARD_REPAID):
                role = NEITHER
        marks.roles[m] = role


@nested
def classify(first: int, lo: int, hi: int, as_of: int, ledger: Ledger, rules: Rules, marks: Marks) -> int:
    """Write what each payment of one person is, from mark ``first`` on; return the mark after the last.

    Rows ``lo`` to ``hi - 1`` of the table are the person's; those that had not happened before the moment get
    no mark, those that were not known get class -1.
    """
    m = first
    for i in range(lo, hi):
        if not has_happened(ledger.times, i, as_of):
            break
        marks.classes[m], marks.evidence[m] = UNSEEN, 0
        marks.partners[m], marks.undone[m] = -1, 0.0
        if is_visible(ledger.times, i, as_of):
            read_row(i, m, ledger, rules, marks)
        m += 1
    span = Span(first, m, lo - first)
    groups = np.empty(max(m - first, 1), np.int64)
    count = number_accounts(span, ledger, marks.classes, groups)
    kinds = account_kinds(span, ledger, marks.classes, groups, count)
    pair_payments(span, ledger, marks, groups, kinds)
    settle_refunds(span, ledger, marks)
    if (kinds != CURRENT_ACCOUNT).any():
        read_accounts(span, marks, groups, kinds)
    settle_roles(span, ledger, rules, marks, (kinds == CARD_ACCOUNT).any())
    return m


@compiled
def classify_chunk(
    offsets: I8,
    owners: I8,
    as_of: I8,
    times: I8,
    values: F8,
    codes: I4,
    at: I8,
    rule_classes: I2,
    rule_roles: I1,
) -> tuple[I8, I8, I8, I1, I1, I8, F8, I1]:
    """Say of several persons, each at a moment, what their payments are.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_owners + 1,)
        Rows of each person.
    owners, as_of : ndarray of int64, shape (n_applications,)
        Who, -1 for nobody, and at which moment in microseconds; exclusive.
    times, values, codes, at
        The arrays of a `Ledger`: shape (n_times, n_rows), (n_values, n_rows), (n_codes, n_rows) and (13,).
    rule_classes, rule_roles
        The arrays of `Rules`: shape (2, n_kinds + 1, n_categories + 1, n_counterparty_kinds + 1) and
        (n_classes,).

    Returns
    -------
    tuple
        Where the rows of each begin in the table, shape (n_applications,); where their marks begin, shape
        (n_applications + 1,); running counts of the payments that were known, shape (n_applications + 1,);
        and the columns of `Marks`, shape (n_payments,) each.

    Notes
    -----
    Arrays are handed over one by one: to take tuples of them from Python costs more than to classify.
    """
    ledger, rules = Ledger(times, values, codes, at), Rules(rule_classes, rule_roles)
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
    return (
        firsts, begins, known, marks.classes, marks.evidence, marks.partners, marks.undone, marks.roles,
    )  # fmt: skip


def classify_payments(table: EventTable, owners: I8, as_of: I8) -> tuple[I8, I8, I8, Marks]:
    """Say of several persons, each at a moment, what their payments are.

    Parameters
    ----------
    table : EventTable
        Payments.
    owners, as_of : ndarray of int64, shape (n_applications,)
        Who, -1 for nobody, and at which moment in microseconds; exclusive.

    Returns
    -------
    tuple
        Where the rows of each begin in the table, shape (n_applications,); where their marks begin, shape
        (n_applications + 1,); running counts of the payments that were known, shape (n_applications + 1,);
        and the `Marks`.
    """
    found = classify_chunk(
        table.offsets, owners, as_of, table.times, table.values, table.codes, layout(table), *rule_tables()
    )
    return *found[:3], Marks(*found[3:])
