"""What the payments around one say of it: own transfers, what was booked back, round trips and refunds.

Every search looks back from the later of two payments over at most 200 known rows and a stated span, so
that the work is linear in the number of rows and no unseen row has a say.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY
from creditscore.data.payments.accounts import account_key
from creditscore.data.payments.layout import (
    ACCOUNT,
    AMOUNT,
    BILL,
    CARD_ACCOUNT,
    CARD_REPAYMENT,
    CHARGEBACK,
    COUNTERPARTY,
    FEE,
    INTEREST,
    KIND,
    LOAN_IN,
    LOAN_OUT,
    PENALTY,
    PURCHASE,
    REFUND,
    REVERSAL,
    SALARY,
    SAVINGS_ACCOUNT,
    code_at,
)
from creditscore.data.payments.marks import UNSEEN, Ledger, Marks, Span
from creditscore.data.payments.rules import (
    ADVANCED,
    BILLED,
    BY_BOOKED_BACK,
    BY_CATEGORY,
    BY_OWN_ACCOUNTS,
    BY_ROUND_TRIP,
    CARD_REPAID,
    CASH_INCOME,
    CASH_OUT,
    FROM_SAVINGS,
    LENT,
    NOT_SETTLED,
    OTHER_INCOME,
    OWN,
    PERSON_IN,
    PERSON_OUT,
    REPAID,
    REVERSED,
    SENT_BACK,
    STAKE,
    TO_SAVINGS,
    UNKNOWN_IN,
    UNKNOWN_OUT,
    WIN,
)

I8 = NDArray[np.int64]

MOST_ROWS = 200
MOVE_SPAN = 2 * DAY
BACK_SPAN = 60 * DAY
TRIP_SPAN = 90 * DAY
NEAR = 0.005
EXACT = 1e-9
# what may be half of an own transfer, and what may be half of a round trip
MOVABLE = (
    OWN, TO_SAVINGS, FROM_SAVINGS, PERSON_IN, PERSON_OUT, UNKNOWN_IN, UNKNOWN_OUT, OTHER_INCOME, CASH_INCOME,
    CASH_OUT, CARD_REPAID, REPAID, BILLED,
)  # fmt: skip
TRIPPING = (OTHER_INCOME, PERSON_IN, PERSON_OUT, UNKNOWN_OUT)
# what takes nothing back; kinds that do in either direction, and those that do as a debit or as a credit
NEVER_BACK = (STAKE, WIN, NOT_SETTLED)
BACK = (INTEREST, REVERSAL)
BACK_AS_DEBIT = (SALARY, REFUND, CHARGEBACK, LOAN_IN)
BACK_AS_CREDIT = (PURCHASE, FEE, PENALTY, LOAN_OUT, BILL, CARD_REPAYMENT)


@inner
def opposite(m: int, q: int, share: float, span: Span, ledger: Ledger) -> bool:
    """Tell whether two amounts cancel, within a share of the larger."""
    amount = ledger.values[ledger.at[AMOUNT], m + span.shift]
    other = ledger.values[ledger.at[AMOUNT], q + span.shift]
    return bool(amount * other < 0.0 and abs(amount + other) <= share * max(abs(amount), abs(other)))


@inner
def agrees(column: int, m: int, q: int, span: Span, ledger: Ledger) -> bool:
    """Tell whether two rows do not differ in a column of codes; a missing one differs from none."""
    one = code_at(ledger.codes, ledger.at[column], m + span.shift)
    two = code_at(ledger.codes, ledger.at[column], q + span.shift)
    return one < 0 or two < 0 or one == two


@inner
def movable(m: int, marks: Marks) -> bool:
    """Tell whether what a row says of itself leaves open that it is half of an own transfer."""
    found = marks.classes[m]
    if marks.partners[m] >= 0 or (found == OTHER_INCOME and marks.evidence[m] == BY_CATEGORY):
        return False
    return found in MOVABLE


@inner
def may_move(
    debit: int, credit: int, span: Span, ledger: Ledger, marks: Marks, groups: I8, kinds: I8
) -> bool:
    """Tell whether a debit and a credit of the same size can be the halves of one own transfer.

    Cash goes with cash alone, and only in once it was taken out; a bill or loan payment goes with a credit
    on a card alone; all else goes between two accounts that are named.

    Arrays: ``groups`` shape (n,), the account of each payment of this person; ``kinds`` shape (n_accounts,).
    """
    cash = marks.classes[debit] == CASH_OUT
    if cash or marks.classes[credit] == CASH_INCOME:
        earlier = ledger.times[0, debit + span.shift] <= ledger.times[0, credit + span.shift]
        return bool(cash and marks.classes[credit] == CASH_INCOME and earlier)
    target = groups[credit - span.first]
    if marks.classes[debit] in (REPAID, BILLED) and kinds[target] != CARD_ACCOUNT:
        return False
    if groups[debit - span.first] == target:
        return False
    return account_key(debit + span.shift, ledger) > 0 and account_key(credit + span.shift, ledger) > 0


@inner
def other_half(m: int, span: Span, ledger: Ledger, marks: Marks, groups: I8, kinds: I8) -> int:
    """Return the nearest earlier payment that is the other half of an own transfer; -1 for none.

    Arrays: ``groups`` shape (n,), the account of each payment of this person; ``kinds`` shape (n_accounts,).
    """
    seen = 0
    credit = ledger.values[ledger.at[AMOUNT], m + span.shift] > 0.0
    for q in range(m - 1, span.first - 1, -1):
        if ledger.times[0, m + span.shift] - ledger.times[0, q + span.shift] > MOVE_SPAN or seen == MOST_ROWS:
            break
        if marks.classes[q] == UNSEEN:
            continue
        seen += 1
        if movable(q, marks) and opposite(m, q, NEAR, span, ledger):
            debit, target = (q, m) if credit else (m, q)
            if may_move(debit, target, span, ledger, marks, groups, kinds):
                return q
    return -1


@inner
def join_halves(m: int, q: int, span: Span, ledger: Ledger, marks: Marks, groups: I8, kinds: I8) -> None:
    """Name the halves of an own transfer: what the current account shows says what it was for.

    Arrays: ``groups`` shape (n,), the account of each payment of this person; ``kinds`` shape (n_accounts,).
    """
    debit, credit = (m, q) if ledger.values[ledger.at[AMOUNT], m + span.shift] < 0.0 else (q, m)
    source, target = kinds[groups[debit - span.first]], kinds[groups[credit - span.first]]
    out, back = marks.classes[debit], marks.classes[credit]
    marks.classes[debit], marks.classes[credit] = OWN, OWN
    if target == CARD_ACCOUNT and source != CARD_ACCOUNT:
        marks.classes[debit] = CARD_REPAID
    elif source == CARD_ACCOUNT and target != CARD_ACCOUNT:
        marks.classes[credit] = LENT
    elif target != source and SAVINGS_ACCOUNT in (source, target):
        if target == SAVINGS_ACCOUNT:
            marks.classes[debit] = TO_SAVINGS
        else:
            marks.classes[credit] = FROM_SAVINGS
    elif out == TO_SAVINGS and back != FROM_SAVINGS:
        marks.classes[debit] = TO_SAVINGS
    elif back == FROM_SAVINGS and out != TO_SAVINGS:
        marks.classes[credit] = FROM_SAVINGS
    link(m, q, BY_OWN_ACCOUNTS, marks)


@inner
def link(m: int, q: int, evidence: int, marks: Marks) -> None:
    """Note that two payments belong together, and how that was seen."""
    marks.partners[m], marks.partners[q] = q, m
    marks.evidence[m], marks.evidence[q] = evidence, evidence


@inner
def takes_back(m: int, span: Span, ledger: Ledger, marks: Marks) -> bool:
    """Tell whether a row may take back an earlier one: it runs against its kind, or was returned.

    Transfers and cash come and go by nature, so of these only a returned one does.
    """
    if marks.classes[m] == SENT_BACK:
        return True
    if marks.classes[m] in NEVER_BACK:
        return False
    kind = code_at(ledger.codes, ledger.at[KIND], m + span.shift)
    if kind in BACK:
        return True
    if ledger.values[ledger.at[AMOUNT], m + span.shift] < 0.0:
        return kind in BACK_AS_DEBIT
    return kind in BACK_AS_CREDIT


@inner
def is_taken_back(m: int, q: int, span: Span, ledger: Ledger, marks: Marks) -> bool:
    """Tell whether a row takes back another one.

    It has the same kind, account and counterparty as far as these are known, and the opposite amount. To give
    back what was lent may fail, which leaves it lent.
    """
    if marks.classes[q] in (UNSEEN, NOT_SETTLED) or marks.partners[q] >= 0:
        return False
    if not opposite(m, q, EXACT, span, ledger):
        return False
    kind = code_at(ledger.codes, ledger.at[KIND], m + span.shift)
    if marks.classes[m] == SENT_BACK and marks.classes[q] == SENT_BACK:
        return False
    if marks.classes[m] == SENT_BACK and marks.classes[q] in (LENT, ADVANCED) and kind != LOAN_IN:
        return False
    same = kind == REVERSAL or code_at(ledger.codes, ledger.at[KIND], q + span.shift) == kind
    return same and agrees(ACCOUNT, m, q, span, ledger) and agrees(COUNTERPARTY, m, q, span, ledger)


@inner
def booked_back(m: int, span: Span, ledger: Ledger, marks: Marks) -> int:
    """Return the payment that a row takes back: the nearest earlier one, else one of the same instant."""
    time = ledger.times[0, m + span.shift]
    seen = 0
    for q in range(m - 1, span.first - 1, -1):
        if time - ledger.times[0, q + span.shift] > BACK_SPAN or seen == MOST_ROWS:
            break
        seen += marks.classes[q] != UNSEEN
        if is_taken_back(m, q, span, ledger, marks):
            return q
    for q in range(m + 1, min(span.stop, m + 1 + MOST_ROWS)):
        if ledger.times[0, q + span.shift] != time:
            break
        if is_taken_back(m, q, span, ledger, marks):
            return q
    return -1


@inner
def take_back(m: int, q: int, marks: Marks) -> None:
    """Note that a row took an earlier one back: both are gone, but a debit that was returned stays one."""
    returned = marks.classes[q] == SENT_BACK or marks.classes[m] == SENT_BACK
    marks.classes[q] = SENT_BACK if returned else REVERSED
    marks.classes[m] = REVERSED
    link(m, q, BY_BOOKED_BACK, marks)


@inner
def tripping(m: int, span: Span, ledger: Ledger, marks: Marks) -> bool:
    """Tell whether a row may be half of a round trip: money to or from somebody named, for nothing named."""
    if marks.partners[m] >= 0 or code_at(ledger.codes, ledger.at[COUNTERPARTY], m + span.shift) < 0:
        return False
    if marks.classes[m] == OTHER_INCOME and marks.evidence[m] == BY_CATEGORY:
        return False
    return marks.classes[m] in TRIPPING


@inner
def round_trip(m: int, span: Span, ledger: Ledger, marks: Marks) -> int:
    """Return the nearest earlier payment of the same size to or from the same party; -1 for none."""
    party = code_at(ledger.codes, ledger.at[COUNTERPARTY], m + span.shift)
    seen = 0
    for q in range(m - 1, span.first - 1, -1):
        if ledger.times[0, m + span.shift] - ledger.times[0, q + span.shift] > TRIP_SPAN or seen == MOST_ROWS:
            break
        if marks.classes[q] == UNSEEN:
            continue
        seen += 1
        if code_at(ledger.codes, ledger.at[COUNTERPARTY], q + span.shift) != party:
            continue
        if tripping(q, span, ledger, marks) and opposite(m, q, NEAR, span, ledger):
            return q
    return -1


@inner
def pair_payments(span: Span, ledger: Ledger, marks: Marks, groups: I8, kinds: I8) -> None:
    """Find what belongs together among the payments of one person, each with the nearest before it.

    Arrays: ``groups`` shape (n,), the account of each payment; ``kinds`` shape (n_accounts,).
    """
    for m in range(span.first, span.stop):
        if marks.classes[m] == UNSEEN or marks.partners[m] >= 0:
            continue
        if (kinds.size > 1 or marks.classes[m] in (CASH_INCOME, CASH_OUT)) and movable(m, marks):
            q = other_half(m, span, ledger, marks, groups, kinds)
            if q >= 0:
                join_halves(m, q, span, ledger, marks, groups, kinds)
                continue
        q = booked_back(m, span, ledger, marks) if takes_back(m, span, ledger, marks) else -1
        if q >= 0:
            take_back(m, q, marks)
        elif tripping(m, span, ledger, marks):
            q = round_trip(m, span, ledger, marks)
            if q >= 0:
                marks.classes[m], marks.classes[q] = REVERSED, REVERSED
                link(m, q, BY_ROUND_TRIP, marks)
