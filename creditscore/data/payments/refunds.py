"""Refunds and chargebacks: which debits they undo."""

from __future__ import annotations

from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY
from creditscore.data.payments.layout import AMOUNT, CATEGORY, COUNTERPARTY, FEES, ORDER, TAX, code_at
from creditscore.data.payments.marks import UNSEEN, Ledger, Marks, Span
from creditscore.data.payments.rules import (
    BILLED,
    BUSINESS,
    BY_CATEGORY,
    BY_PAYER,
    BY_SPENT_THERE,
    CHARGED_BACK,
    COLLECTED,
    FEE_PAID,
    OTHER_INCOME,
    PAID_LATER,
    PENALISED,
    PURCHASED,
    REFUNDED,
    STAKE,
    UNKNOWN_OUT,
)

MOST_ROWS = 200
REFUND_SPAN = 180 * DAY
CENT = 0.005
NEAR = 0.005
# how a debit is found that a refund undoes, the surest first
SAME_ORDER, SAME_PARTY_AND_SIZE, SAME_PARTY, SAME_CATEGORY_AND_SIZE, SAME_CATEGORY = range(5)
WAYS = 5
OF_SIZE = (SAME_PARTY_AND_SIZE, SAME_CATEGORY_AND_SIZE)
UNDONE = (PURCHASED, BILLED, FEE_PAID, PENALISED, STAKE, UNKNOWN_OUT, COLLECTED, PAID_LATER)


@inner
def left_of(q: int, span: Span, ledger: Ledger, marks: Marks) -> float:
    """Return how much of a debit no refund has undone yet; 0 for what refunds do not undo."""
    if marks.classes[q] not in UNDONE:
        return 0.0
    return float(-ledger.values[ledger.at[AMOUNT], q + span.shift] - marks.undone[q])


@inner
def related(way: int, m: int, q: int, span: Span, ledger: Ledger) -> bool:
    """Tell whether a debit is of the order, party or category of a refund, whatever its size."""
    codes, at = ledger.codes, ledger.at
    if way == SAME_ORDER:
        return bool(codes[at[ORDER], q + span.shift] == codes[at[ORDER], m + span.shift])
    mine = code_at(codes, at[COUNTERPARTY], m + span.shift)
    other = code_at(codes, at[COUNTERPARTY], q + span.shift)
    if way in (SAME_PARTY_AND_SIZE, SAME_PARTY):
        return mine == other
    if mine >= 0 and other >= 0:
        return False
    category = code_at(codes, at[CATEGORY], m + span.shift)
    known = category >= 0 or way == SAME_CATEGORY_AND_SIZE
    return known and code_at(codes, at[CATEGORY], q + span.shift) == category


@inner
def can_look(way: int, m: int, span: Span, ledger: Ledger) -> bool:
    """Tell whether a refund says what it takes to find a debit in one way."""
    if way == SAME_ORDER:
        return code_at(ledger.codes, ledger.at[ORDER], m + span.shift) >= 0
    if way in (SAME_PARTY_AND_SIZE, SAME_PARTY):
        return code_at(ledger.codes, ledger.at[COUNTERPARTY], m + span.shift) >= 0
    return True


@inner
def undo(m: int, way: int, left: float, span: Span, ledger: Ledger, marks: Marks) -> float:
    """Take a refund, or what is left of it, off the newest earlier debits that fit; return what is left."""
    amount = left
    seen = 0
    for q in range(m - 1, span.first - 1, -1):
        if ledger.times[0, m + span.shift] - ledger.times[0, q + span.shift] > REFUND_SPAN:
            break
        if left <= CENT or seen == MOST_ROWS:
            break
        if marks.classes[q] == UNSEEN:
            continue
        seen += 1
        if not related(way, m, q, span, ledger):
            continue
        rest = left_of(q, span, ledger, marks)
        if rest > CENT and (way not in OF_SIZE or abs(rest - amount) <= NEAR * amount):
            part = min(rest, left)
            marks.undone[q] += part
            left -= part
            if marks.partners[m] < 0:
                marks.partners[m] = q
    return left


@inner
def spent_there(m: int, span: Span, ledger: Ledger, marks: Marks) -> float:
    """Return how much was spent at the party of a credit and not refunded yet; 0 where nobody is named."""
    total = 0.0
    seen = 0
    party = code_at(ledger.codes, ledger.at[COUNTERPARTY], m + span.shift)
    if party < 0:
        return total
    for q in range(m - 1, span.first - 1, -1):
        if (
            ledger.times[0, m + span.shift] - ledger.times[0, q + span.shift] > REFUND_SPAN
            or seen == MOST_ROWS
        ):
            break
        if marks.classes[q] == UNSEEN:
            continue
        seen += 1
        if code_at(ledger.codes, ledger.at[COUNTERPARTY], q + span.shift) == party:
            total += left_of(q, span, ledger, marks)
    return total


@inner
def judge_seller(m: int, span: Span, ledger: Ledger, marks: Marks) -> None:
    """Settle whether money from a seller gives back what was spent there, or is earned from it.

    It is a refund if at least as much was spent there before; otherwise the seller pays for something.
    """
    earned = marks.classes[m] == BUSINESS
    if not earned:
        if marks.classes[m] != REFUNDED or marks.evidence[m] != BY_CATEGORY:
            return
        if code_at(ledger.codes, ledger.at[CATEGORY], m + span.shift) in (TAX, FEES):
            return
        if code_at(ledger.codes, ledger.at[COUNTERPARTY], m + span.shift) < 0:
            return
    amount = ledger.values[ledger.at[AMOUNT], m + span.shift]
    if spent_there(m, span, ledger, marks) >= amount - CENT:
        marks.classes[m], marks.evidence[m] = REFUNDED, BY_SPENT_THERE
    elif not earned:
        marks.classes[m], marks.evidence[m] = OTHER_INCOME, BY_PAYER


@inner
def settle_refunds(span: Span, ledger: Ledger, marks: Marks) -> None:
    """Take every refund and chargeback of one person off the debits that it undoes, oldest first."""
    for m in range(span.first, span.stop):
        judge_seller(m, span, ledger, marks)
        if marks.classes[m] not in (REFUNDED, CHARGED_BACK) or marks.partners[m] >= 0:
            continue
        left = ledger.values[ledger.at[AMOUNT], m + span.shift]
        for way in range(WAYS):
            if left > CENT and can_look(way, m, span, ledger):
                left = undo(m, way, left, span, ledger, marks)
