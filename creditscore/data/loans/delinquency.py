"""Days past due: the one rule that says how late a loan was at a moment.

Days past due (DPD) at a moment are the days on the local calendar from the due day of the oldest instalment
that was then unpaid to the day of the moment, in the zone of the portfolio, so that a payment at any local
hour of the due day is in time. Payments made before the moment go to the oldest due first, and what is left
over to the next. An instalment is unpaid while more than 1 % of it (or the materiality, if that is more) is
missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import day_start, local_day
from creditscore.data.loans.allocation import (
    CENT_DUST,
    CLOSED_AT,
    INSTALMENTS,
    KNOWN_UNTIL,
    PAYMENTS,
    RECORDED,
    REPORTS,
    Loans,
    LoanTables,
    Path,
    owner_span,
    reconstruct,
    scratch_path,
)
from creditscore.data.loans.laid_out import loan_tables
from creditscore.data.visible import fact_time, is_visible

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

__all__ = [
    "Path",
    "amount_paid",
    "day_after",
    "days_between",
    "days_late",
    "days_past_due",
    "days_past_due_at",
    "ended_at",
    "fact_time",
    "first_reaching",
    "is_known",
    "is_visible",
    "owner_span",
    "reconstruct",
    "scratch_path",
    "visible_loan_row",
    "worst_between",
    "worst_reported",
    "worst_scheduled",
]


@inner
def first_not_before(times: Int64, count: int, moment: int) -> int:
    """Count how many of the first times lie before a moment.

    Parameters
    ----------
    times : ndarray of int64, shape (n_times,)
        Microseconds, ascending as far as `count`.
    count : int
        How many of them are looked at.
    moment : int
        Microseconds.
    """
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if times[middle] < moment:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def is_known(path: Path) -> bool:
    """Whether anything says how this loan was repaid: a schedule, or a report."""
    return bool(path.facts[INSTALMENTS] > 0 or path.facts[REPORTS] > 0)


@inner
def days_between(path: Path, start: int, stop: int) -> int:
    """Count the local days from one instant to another: 0 within a day, negative if the other is before."""
    return local_day(stop, path.clock) - local_day(start, path.clock)


@inner
def day_after(path: Path, due: int, days: int) -> int:
    """Return the instant at which the local day begins that comes some days after that of a due time."""
    return day_start(local_day(due, path.clock) + days, path.clock)


@inner
def days_past_due_at(path: Path, moment: int) -> float:
    """DPD at a moment (days, 0 or more), payments at the moment itself not yet counted; NaN if unknown.

    Reports stand until the next one; before the first one, DPD is 0. What was not yet reported is as it was
    when the reports end.
    """
    if not is_known(path):
        return np.nan
    if moment > path.facts[CLOSED_AT]:
        return 0.0
    moment = min(moment, path.facts[KNOWN_UNTIL])
    if path.facts[INSTALMENTS] == 0:
        newest = first_not_before(path.reported_at, path.facts[REPORTS], moment) - 1
        return float(path.reported[newest]) if newest >= 0 else 0.0
    oldest = path.oldest[first_not_before(path.paid_at, path.facts[PAYMENTS], moment)]
    if oldest == path.facts[INSTALMENTS]:
        return 0.0
    return float(max(0, days_between(path, path.due[oldest], moment)))


@inner
def worst_scheduled(path: Path, start: int, stop: int) -> float:
    """Largest DPD by the schedule at any moment in ``(start, stop]``; 0 if never past due."""
    stop = min(stop, path.facts[CLOSED_AT], path.facts[KNOWN_UNTIL])
    if stop <= start:
        return 0.0
    worst = days_past_due_at(path, stop)
    i = first_not_before(path.paid_at, path.facts[PAYMENTS], start + 1)
    while i < path.facts[PAYMENTS] and path.paid_at[i] <= stop:
        worst = max(worst, days_past_due_at(path, path.paid_at[i]))
        i += 1
    return worst


@inner
def worst_reported(path: Path, start: int, stop: int) -> float:
    """Largest reported DPD of statements in ``[start, stop)``; 0 if there is none."""
    worst = 0.0
    for i in range(path.facts[REPORTS]):
        if start <= path.reported_at[i] < stop:
            worst = max(worst, path.reported[i])
    return worst


@inner
def worst_between(path: Path, start: int, stop: int) -> float:
    """Largest DPD between two moments, by the schedule or as reported; NaN if unknown."""
    if not is_known(path):
        return np.nan
    if path.facts[INSTALMENTS] > 0:
        return worst_scheduled(path, start, stop)
    return worst_reported(path, start, stop)


@inner
def first_reaching(path: Path, dpd: float, start: int, stop: int) -> int:
    """First moment in ``(start, stop]`` at which DPD was so high, by schedule or reported; or ``NEVER``."""
    stop = min(stop, path.facts[CLOSED_AT], path.facts[KNOWN_UNTIL])
    scheduled = path.facts[INSTALMENTS] > 0
    steps = path.paid_at if scheduled else path.reported_at
    count = path.facts[PAYMENTS] if scheduled else path.facts[REPORTS]
    for i in range(count + 1):
        first = max(start, steps[i - 1]) + 1 if i > 0 else start + 1
        last = min(stop, steps[i]) if i < count else stop
        if scheduled and path.oldest[i] < path.facts[INSTALMENTS]:
            first = max(first, day_after(path, path.due[path.oldest[i]], int(dpd)))
        elif scheduled or i == 0 or path.reported[i - 1] < dpd:
            continue
        if first <= last:
            return first
    return NEVER


@inner
def amount_paid(path: Path, instalment: int, moment: int) -> float:
    """How much of an instalment payments made before a moment had covered, between 0 and what was due.

    Closing a loan covers what would have fallen due later, and, where no payments are recorded, all.
    """
    closed_at = path.facts[CLOSED_AT]
    if moment > closed_at and (path.facts[RECORDED] == 0 or path.due[instalment] > closed_at):
        return float(path.amount[instalment])
    paid = path.pool[first_not_before(path.paid_at, path.facts[PAYMENTS], moment)]
    owed, amount = path.owed[instalment], path.amount[instalment]
    covered, dust = paid - (owed - amount), CENT_DUST * owed
    if covered <= dust:
        return 0.0
    return float(amount if amount - covered <= dust else covered)


@inner
def days_late(path: Path, instalment: int, moment: int) -> float:
    """Local days from due to paid, negative if early; NaN while still undecided, or not yet reported.

    Unpaid: to the moment, or to the end of what was reported.
    """
    due, settled = path.due[instalment], path.settled_at[instalment]
    if settled != NEVER:
        return float(days_between(path, due, settled))
    late = days_between(path, due, min(moment, path.facts[KNOWN_UNTIL]))
    return float(late) if late > 0 else np.nan


@inner
def ended_at(path: Path, amount: float) -> int:
    """When a loan was closed, or wholly paid by a schedule that covers its amount; ``NEVER`` if neither.

    Without an amount (NaN), any schedule that is wholly paid ends the loan.
    """
    n, m = path.facts[INSTALMENTS], path.facts[PAYMENTS]
    if path.facts[CLOSED_AT] != NEVER or n == 0 or m == 0 or path.oldest[m] < n:
        return int(path.facts[CLOSED_AT])
    if path.owed[n - 1] < amount:
        return NEVER
    last = m
    while last > 0 and path.oldest[last - 1] == n:
        last -= 1
    return int(path.paid_at[last - 1]) if last > 0 else NEVER


@inner
def visible_loan_row(loans: Loans, applicant: int, loan: int, moment: int) -> int:
    """The row of the version of a loan that was known before a moment, or -1."""
    first, last = owner_span(loans.offsets, applicant)
    for row in range(first, last):
        if loans.loan[row] == loan and is_visible(loans.times, row, moment):
            return row
    return -1


@compiled
def _dpd_of_loans(
    tables: LoanTables,
    applicants: Int64,
    loans: Int64,
    moments: Int64,
    known_before: Int64,
) -> Float64:
    path = scratch_path(tables, applicants)
    out = np.full(loans.size, np.nan)
    for i in range(loans.size):
        row = visible_loan_row(tables.loans, applicants[i], loans[i], known_before[i])
        if row >= 0:
            reconstruct(tables, path, applicants[i], row, known_before[i])
            out[i] = days_past_due_at(path, moments[i])
    return out


def days_past_due(
    portfolio: Portfolio,
    loans: Int64,
    moments: Int64,
    *,
    known_before: Int64 | None = None,
    materiality: float = 0.0,
) -> Float64:
    """Days past due of loans at moments.

    Parameters
    ----------
    portfolio : Portfolio
    loans : ndarray of int64, shape (n,)
        Positions in ``portfolio.loan_ids``.
    moments : ndarray of int64, shape (n,)
        Microseconds since 1970-01-01 UTC.
    known_before : ndarray of int64, shape (n,), optional
        Only facts known before these moments count; by default the moments themselves.
    materiality : float
        Money, 0 or more.

    Returns
    -------
    ndarray of float64, shape (n,)
        Whole days, 0 or more; NaN where the loan was not known, or nothing says how it was repaid.

    Examples
    --------
    >>> import numpy as np
    >>> from creditscore.data.portfolio import Portfolio
    >>> loan = {"loan_id": 1, "applicant_id": "a", "event_time": "2024-01-01T09:00:00Z"}
    >>> due = {"loan_id": 1, "applicant_id": "a", "due_time": "2024-02-01T00:00:00Z", "due_amount": 100.0}
    >>> portfolio = Portfolio.from_records({"loans": [loan], "instalments": [due]})
    >>> moments = np.array(["2024-02-01T18:00", "2024-02-11T00:00"], "datetime64[us]").astype(np.int64)
    >>> days_past_due(portfolio, np.array([0, 0]), moments)
    array([ 0., 10.])
    """
    loans, moments = (np.ascontiguousarray(given, np.int64) for given in (loans, moments))
    known = moments if known_before is None else np.ascontiguousarray(known_before, np.int64)
    owners = np.ascontiguousarray(portfolio.loan_owner[loans], np.int64)
    return _dpd_of_loans(loan_tables(portfolio, materiality), owners, loans, moments, known)
