"""Money that came lately and that nothing older bears out: anyone could have borrowed it to look better.

A credit of the newest 92 days is borne out as far as its payer (else its class, kind and category) brought as
much within 30 days before: up to 1.25 times the most of the twelve times 30 days before the 92. The rest is
unproven until it goes back to whom it came from: no usual income, and no part of what usually
stands on the accounts. Nor is a credit of theirs that was booked back or went back since, while it was there.

What persons sent, and what went back, is taken off whole, whoever spent it: without it the account would have
stood there. Of other unproven money, what was spent is there no more.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore._ground.instants import DAY
from creditscore.data.payments.keys import number_keys
from creditscore.data.payments.layout import AMOUNT
from creditscore.data.payments.marks import IN, NEITHER, UNSEEN, Ledger, Marks, Span
from creditscore.data.payments.rules import (
    BENEFITS_IN,
    FROM_SAVINGS,
    GONE,
    LENT,
    OWN,
    PERSON_IN,
    REVERSED,
    UNKNOWN_IN,
    WIN,
)
from creditscore.features.payments.rows.keys import party_key
from creditscore.features.payments.rows.standing import BORNE_OUT, OVERDRAWN, SAVED, TOGETHER

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I1 = NDArray[np.int8]

# how long a payer must have been known, and how far back and in what steps what it brought is looked at
PROVING_DAYS = 92
STEP_DAYS = 30
STEPS = 12
# how much more than the best step before is believed
GROWTH = 1.25
# of an account that was not known for longer, all income would be unproven: only what is none of it is
LEAST_DAYS = PROVING_DAYS + STEP_DAYS
HALF_CENT = 0.005
# a credit of which more than this is not borne out is no usual income
ODD_SHARE = 0.5
LENT_OR_WON = (PERSON_IN, LENT, WIN)
# rows of what is unproven: everything, and the part that persons sent or that went back
ALL, LENDABLE = range(2)


@inner
def brings(m: int, i: int, is_short: bool, ledger: Ledger, marks: Marks) -> bool:
    """Whether a payment brings money that was not there: no refund, interest, or half of a seen transfer.

    Of a short account, money from persons and lenders and winnings alone.
    """
    found = marks.classes[m]
    if found == UNSEEN or not ledger.values[ledger.at[AMOUNT], i] > 0.0:
        return False
    if is_short:
        return found in LENT_OR_WON
    if found in (OWN, FROM_SAVINGS):
        return bool(marks.partners[m] < 0)
    return found <= UNKNOWN_IN or found in LENT_OR_WON


@inner
def leaves(m: int, i: int, ledger: Ledger, marks: Marks) -> bool:
    """Whether a payment is a settled debit."""
    found = marks.classes[m]
    if found == UNSEEN or found in GONE:
        return False
    return bool(ledger.values[ledger.at[AMOUNT], i] < 0.0)


@inner
def passes_through(m: int, cut: int, span: Span, ledger: Ledger, marks: Marks) -> float:
    """Return what a payment adds to, or takes from, money that came since the cut and went back."""
    other = marks.partners[m]
    if other < 0 or (marks.classes[m] != REVERSED and marks.classes[other] != REVERSED):
        return 0.0
    came = min(m, other) + span.shift
    amount = ledger.values[ledger.at[AMOUNT], came]
    if not amount > 0.0 or ledger.times[0, came] < cut:
        return 0.0
    return float(amount if other > m else -amount)


@nested
def number_parties(span: Span, is_short: bool, ledger: Ledger, marks: Marks, groups: I8) -> int:
    """Number whom payments that bring or take money were with; -1 for others. Return how many.

    Arrays: ``groups`` shape (n,), written.
    """
    keys = np.full(groups.size, -1, np.int64)
    for m in range(span.first, span.stop):
        i = m + span.shift
        if brings(m, i, is_short, ledger, marks) or leaves(m, i, ledger, marks):
            keys[m - span.first] = party_key(i, marks.classes[m], ledger)
    return number_keys(keys, groups)


@nested
def believed(span: Span, cut: int, ledger: Ledger, groups: I8, count: int) -> F8:
    """Return how much of each party is believed within 30 days, shape (count,), by what it brought before.

    Arrays: ``groups`` shape (n,), -1 for none.
    """
    sums = np.zeros((count, STEPS))
    for m in range(span.first, span.stop):
        i = m + span.shift
        if ledger.times[0, i] >= cut:
            break
        step, g = (cut - 1 - ledger.times[0, i]) // (STEP_DAYS * DAY), groups[m - span.first]
        if step < STEPS and g >= 0:
            sums[g, step] += max(ledger.values[ledger.at[AMOUNT], i], 0.0)
    most = np.zeros(count)
    for g in range(count):
        most[g] = GROWTH * sums[g].max()
    return most


@nested
def find_unproven(span: Span, as_of: int, ledger: Ledger, marks: Marks, unproven: F8, usual: I1) -> None:
    """Write how much unproven money is there after each payment of a person, and which credits are usual.

    A credit more than half of which is unproven is no usual income, unless it is wages, a pension or a
    benefit: those are named by others than who gets them.

    Arrays: ``unproven`` shape (2, n_payments), money; ``usual`` shape (n_payments,), the roles, mended.
    """
    unproven[:, span.first : span.stop] = 0.0
    oldest = span.first
    while oldest < span.stop and marks.classes[oldest] == UNSEEN:
        oldest += 1
    if oldest == span.stop:
        return
    is_short = as_of - ledger.times[0, oldest + span.shift] < LEAST_DAYS * DAY
    cut = as_of - PROVING_DAYS * DAY
    groups = np.empty(span.stop - span.first, np.int64)
    count = number_parties(span, is_short, ledger, marks, groups)
    most = believed(span, cut, ledger, groups, count)
    steps = np.full(count, -1, np.int64)
    recent = np.zeros(count)
    left = np.zeros((2, count))
    totals = np.zeros(2)
    passing = 0.0
    for m in range(span.first, span.stop):
        i = m + span.shift
        g = groups[m - span.first]
        passing += passes_through(m, cut, span, ledger, marks)
        if ledger.times[0, i] >= cut and g >= 0:
            amount = ledger.values[ledger.at[AMOUNT], i]
            if amount < 0.0:
                give_back(left, totals, g, -amount)
            else:
                step = (as_of - 1 - ledger.times[0, i]) // (STEP_DAYS * DAY)
                if steps[g] != step:
                    steps[g] = step
                    recent[g] = 0.0
                over = min(amount, max(0.0, amount - max(0.0, most[g] - recent[g])))
                recent[g] += amount
                for row in range(LENDABLE + 1 if marks.classes[m] == PERSON_IN else LENDABLE):
                    left[row, g] += over
                    totals[row] += over
                if over > ODD_SHARE * amount and usual[m] == IN and marks.classes[m] > BENEFITS_IN:
                    usual[m] = NEITHER
        for row in range(2):
            totals[row] = totals[row] if totals[row] > HALF_CENT else 0.0
            unproven[row, m] = totals[row] + (passing if passing > HALF_CENT else 0.0)


@inner
def give_back(left: F8, totals: F8, party: int, amount: float) -> None:
    """Take what goes back to a party off its unproven money, off what persons sent first.

    Arrays: ``left`` shape (2, n_parties) and ``totals`` shape (2,), money.
    """
    for row in range(2):
        back = min(left[row, party], amount)
        left[row, party] -= back
        totals[row] -= back


@nested
def take_off(span: Span, as_of: int, ledger: Ledger, unproven: F8, balances: F8) -> None:
    """Write what stands on current and savings accounts, and how far current ones lack, without that money.

    What persons sent comes off whole. The rest leaves nothing below zero for that alone, nor below the
    lowest that stood there since the 92 days began: whoever spent it has it no more.

    Arrays: ``unproven`` shape (2, n_payments), ``balances`` shape (5, n_payments), money.
    """
    cut = as_of - PROVING_DAYS * DAY
    lowest = math.nan
    saved = math.nan
    was_there = False
    for m in range(span.first, span.stop):
        lent = unproven[LENDABLE, m]
        balance = balances[TOGETHER, m] - lent
        balances[BORNE_OUT, m] = balance
        if math.isnan(balance):
            continue
        is_old = ledger.times[0, m + span.shift] < cut
        if is_old or not lowest <= balance:
            lowest = balance
        if is_old or (math.isnan(saved) and not was_there):
            saved = balances[SAVED, m]
        was_there = was_there or is_old
        if lent > 0.0:
            balances[OVERDRAWN, m] = lacks_without(lent, saved, balances[:, m])
        if unproven[ALL, m] > lent:
            balances[BORNE_OUT, m] = max(balance - (unproven[ALL, m] - lent), min(lowest, 0.0))


@inner
def lacks_without(lent: float, saved: float, sums: F8) -> float:
    """Return how far current accounts are below zero without what persons sent; what was put by stays so.

    Arrays: ``sums`` shape (5,), money.
    """
    below, savings = float(sums[OVERDRAWN]), float(sums[SAVED])
    if math.isnan(below):
        return below
    lacks = lent - float(sums[TOGETHER])
    if not math.isnan(savings):
        lacks += savings - max(0.0, savings - (0.0 if math.isnan(saved) else saved))
    return max(below, lacks) if lacks > HALF_CENT else below
