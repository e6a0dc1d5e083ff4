"""From when on a stretch of arrears that was made good is not read.

Payments go to the oldest due first, so a late instalment cannot leave alone: up to the moment at which it was
made good, all that fell due leaves together with all that was paid, and what had been paid in advance by then
is carried over as one payment. Nothing after that moment changes. Where payments stand within the rows of
the instalments, they leave with these.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int64, Offsets, Times
from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Clock, local_day
from creditscore.data.loans.allocation import CENT_DUST, tolerance
from creditscore.data.visible import (
    HAPPENED,
    KNOWN,
    SUPERSEDED,
    fact_known_from,
    fact_time,
    is_visible,
)

# Rows of the block of what is carried over.
ROW, FROM, UNTIL = range(3)
CARRIED: Final = 3
# Rows of the block of closings.
CLOSED, SAID_FROM, SAID_UNTIL, LOAN = range(4)


class Schedules(NamedTuple):
    """Instalments and payments of all loans, and when loans were closed.

    Attributes
    ----------
    due_offsets, paid_offsets : ndarray of int64, shape (n_loans + 1,)
    due_times, paid_times : ndarray of int64, shape (n_times, n_rows)
    due, within, paid : ndarray of float64, shape (n_rows,)
        What was due, what was paid within the row of an instalment (NaN: all of it), and payments apart.
    within_time : int
        Where the times of instalments say when they were paid; below 0: they do not.
    closings : ndarray of int64, shape (4, n_versions)
        Of each version of a loan that tells of its closing: when it was closed, from when and until when
        that version says so, and the code of the loan; by loan.
    closing_offsets : ndarray of int64, shape (n_loans + 1,)
    """

    due_offsets: Offsets
    due_times: Times
    due: Float64
    within: Float64
    within_time: int
    paid_offsets: Offsets
    paid_times: Times
    paid: Float64
    closings: Int64
    closing_offsets: Offsets


class Payments(NamedTuple):
    """Payments of one loan in order of time, as known just after a moment: scratch, shape (n_payments,)."""

    when: Int64
    amount: Float64


@inner
def _insert(payments: Payments, m: int, when: int, amount: float) -> int:
    position = m
    while position > 0 and payments.when[position - 1] > when:
        payments.when[position] = payments.when[position - 1]
        payments.amount[position] = payments.amount[position - 1]
        position -= 1
    payments.when[position], payments.amount[position] = when, amount
    return m + 1


@inner
def _collect(
    loans: Schedules, loan: int, now: int, due_until: Int64, paid_until: Int64, payments: Payments
) -> int:
    """Bring the payments of a loan that have not left into scratch; return how many.

    Arrays: ``due_until`` and ``paid_until`` shape (n_rows,).
    """
    m = 0
    for row in range(loans.due_offsets[loan], loans.due_offsets[loan + 1]):
        when = fact_time(loans.due_times, loans.within_time, row, now + 1)
        if when != NEVER and due_until[row] == NEVER and is_visible(loans.due_times, row, now + 1):
            amount = loans.due[row] if np.isnan(loans.within[row]) else loans.within[row]
            m = _insert(payments, m, when, amount)
    for row in range(loans.paid_offsets[loan], loans.paid_offsets[loan + 1]):
        when = loans.paid_times[HAPPENED, row]
        if when <= now and paid_until[row] == NEVER and is_visible(loans.paid_times, row, now + 1):
            m = _insert(payments, m, when, loans.paid[row])
    return m


@inner
def _settled(
    loans: Schedules, loan: int, now: int, due_until: Int64, start: float, payments: Payments, m: int,
    settled: Int64,
) -> None:  # fmt: skip
    """Write when each instalment of a loan came to be paid for good, as known just after a moment.

    Arrays: ``due_until`` shape (n_rows,), ``settled`` shape (n_instalments,): -1 is no instalment.
    """
    first, last = loans.due_offsets[loan], loans.due_offsets[loan + 1]
    closed = NEVER
    for version in range(loans.closing_offsets[loan], loans.closing_offsets[loan + 1]):
        if loans.closings[SAID_FROM, version] <= now < loans.closings[SAID_UNTIL, version]:
            closed = loans.closings[CLOSED, version]
    owed = 0.0
    for row in range(first, last):
        if due_until[row] != NEVER or not is_visible(loans.due_times, row, now + 1):
            settled[row - first] = -1
            continue
        owed += loans.due[row]
        needed = owed - tolerance(loans.due[row], 0.0) - CENT_DUST * owed
        small = loans.due[row] <= tolerance(loans.due[row], 0.0)
        due_at = loans.due_times[HAPPENED, row]
        paid, since = start, due_at if start >= needed or small else NEVER
        for i in range(m):
            paid += payments.amount[i]
            if paid < needed and not small:
                since = NEVER
            elif since == NEVER and (i + 1 == m or payments.when[i + 1] != payments.when[i]):
                since = payments.when[i]
        settled[row - first] = min(since, closed)


@inner
def _next_late(loans: Schedules, loan: int, settled: Int64, clock: Clock, before: int) -> int:
    """Return the instalment, of ``settled`` shape (n_instalments,), that was the first to be made good late.

    Before a moment, that is; of those made good together the last; -1 where there is none.
    """
    first, last = loans.due_offsets[loan], loans.due_offsets[loan + 1]
    found, earliest = -1, before
    for row in range(first, last):
        when = settled[row - first]
        if when in (-1, NEVER) or when >= before or (found >= 0 and when > earliest):
            continue
        if local_day(when, clock) > local_day(loans.due_times[HAPPENED, row], clock):
            found, earliest = row, when
    return found


@inner
def _is_ever_late(loans: Schedules, loan: int, clock: Clock) -> bool:
    """Whether some instalment was not paid by the end of its due day, or anything is odd."""
    first, last = loans.due_offsets[loan], loans.due_offsets[loan + 1]
    lead, stop = loans.paid_offsets[loan], loans.paid_offsets[loan + 1]
    if first == last:
        return False
    if loans.closing_offsets[loan] != loans.closing_offsets[loan + 1]:
        return True
    for other in range(lead, stop):
        if loans.paid_times[SUPERSEDED, other] != NEVER or loans.paid[other] < 0.0:
            return True
    owed = paid = 0.0
    for row in range(first, last):
        if loans.due_times[SUPERSEDED, row] != NEVER:
            return True
        owed += loans.due[row]
        if loans.within_time >= 0 and loans.due_times[loans.within_time, row] != NEVER:
            return True
        day = local_day(loans.due_times[HAPPENED, row], clock)
        while lead < stop and local_day(loans.paid_times[HAPPENED, lead], clock) <= day:
            paid += loans.paid[lead]
            lead += 1
        if paid < owed - tolerance(loans.due[row], 0.0) - CENT_DUST * owed:
            return True
    return False


@inner
def _add_knots(times: Times, offsets: Offsets, loan: int, knots: Int64, n: int) -> int:
    """Add, to shape (n_knots,), when rows of a loan happened, became known and were replaced."""
    for row in range(offsets[loan], offsets[loan + 1]):
        for at in (max(times[KNOWN, row], times[HAPPENED, row]), times[KNOWN, row], times[SUPERSEDED, row]):
            if at != NEVER:
                knots[n] = at
                n += 1
    return n


@nested
def _knots(loans: Schedules, loan: int, knots: Int64) -> int:
    """Write, into shape (n_knots,), when a row of a loan became known or was replaced; return how many."""
    n = _add_knots(loans.due_times, loans.due_offsets, loan, knots, 0)
    n = _add_knots(loans.paid_times, loans.paid_offsets, loan, knots, n)
    for row in range(loans.due_offsets[loan], loans.due_offsets[loan + 1]):
        at = fact_known_from(loans.due_times, loans.within_time, row)
        if at != NEVER:
            knots[n] = at
            n += 1
    for version in range(loans.closing_offsets[loan], loans.closing_offsets[loan + 1]):
        for at in (loans.closings[SAID_FROM, version], loans.closings[SAID_UNTIL, version]):
            if at != NEVER:
                knots[n] = at
                n += 1
    knots[:n].sort()
    return n


@inner
def _cut(
    loans: Schedules, loan: int, late: int, end: int, gone: int, now: int, start: float,
    due_until: Int64, paid_until: Int64,
) -> tuple[float, int]:  # fmt: skip
    """Let rows up to the moment of payment leave; return what is carried over, and its last payment's row.

    Arrays: ``due_until`` and ``paid_until`` shape (n_rows,).
    """
    left, row_of = start, -1
    for other in range(loans.paid_offsets[loan], loans.paid_offsets[loan + 1]):
        if paid_until[other] != NEVER or loans.paid_times[HAPPENED, other] > end:
            continue
        if is_visible(loans.paid_times, other, now + 1):
            left += loans.paid[other]
            row_of = other
        paid_until[other] = gone
    for row in range(loans.due_offsets[loan], late + 1):
        if due_until[row] == NEVER:
            left -= loans.due[row] if is_visible(loans.due_times, row, now + 1) else 0.0
            due_until[row] = gone
    return left, row_of


@nested
def _expire(
    loans: Schedules, loan: int, span: int, clock: Clock, due_until: Int64, paid_until: Int64,
    carried: Int64, amounts: Float64, n: int,
) -> int:  # fmt: skip
    """Let the late stretches of one loan leave, one after the other, each by what was known by then.

    Takes what `expire_schedules` takes: ``due_until`` and ``paid_until`` of shape (n_rows,), ``carried`` of
    shape (3, n_instalments), ``amounts`` of shape (n_instalments,).
    """
    first, last = loans.due_offsets[loan], loans.due_offsets[loan + 1]
    closings = loans.closing_offsets[loan + 1] - loans.closing_offsets[loan]
    rows = last - first + loans.paid_offsets[loan + 1] - loans.paid_offsets[loan]
    settled, knots = np.empty(last - first, np.int64), np.empty(4 * rows + 2 * closings, np.int64)
    payments = Payments(np.empty(rows, np.int64), np.empty(rows, np.float64))
    n_knots, oldest = _knots(loans, loan, knots), loans.due_times[HAPPENED, first]
    start, before = 0.0, -1
    for k in range(n_knots):
        now = knots[k]
        until = knots[k + 1] if k + 1 < n_knots else NEVER
        while until > now and until - span > oldest:
            m = _collect(loans, loan, now, due_until, paid_until, payments)
            _settled(loans, loan, now, due_until, start, payments, m, settled)
            late = _next_late(loans, loan, settled, clock, until - span)
            if late < 0:
                break
            end = settled[late - first]
            gone = max(end + span, now)
            start, row = _cut(loans, loan, late, end, gone, now, start, due_until, paid_until)
            if before >= 0:
                carried[UNTIL, before] = gone
                row = carried[ROW, before] if row < 0 else row
            start, before = start if row >= 0 and start > CENT_DUST else 0.0, -1
            if start > 0.0:
                carried[ROW, n], carried[FROM, n], carried[UNTIL, n] = row, gone, NEVER
                amounts[n], before = start, n
                n += 1
    return n


@compiled
def expire_schedules(
    loans: Schedules, span: int, clock: Clock, due_until: Int64, paid_until: Int64, carried: Int64,
    amounts: Float64,
) -> int:  # fmt: skip
    """Write from when on rows of settled arrears are not read, and what is carried over instead.

    Parameters
    ----------
    loans : Schedules
    span : int
        Microseconds for which arrears are read once they were made good.
    clock : Clock
    due_until, paid_until : ndarray of int64, shape (n_rows,)
        Full of ``NEVER``; overwritten.
    carried : ndarray of int64, shape (3, n_instalments)
        Overwritten: the payment that each stands for, from when it is known and until when it is read.
    amounts : ndarray of float64, shape (n_instalments,)
        Overwritten: what is carried over.

    Returns
    -------
    int
        How many are carried over.
    """
    n = 0
    for loan in range(min(loans.due_offsets.size, loans.paid_offsets.size) - 1):
        if _is_ever_late(loans, loan, clock):
            n = _expire(loans, loan, span, clock, due_until, paid_until, carried, amounts, n)
    return n
