"""Oldest due first: what was paid on which instalment, and when, as known at a moment.

One loan at a time is brought from its tables into reusable scratch arrays; everything above (days past
due, outcomes, features) reads the resulting :class:`Path` and never the tables.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.compiled import inner, nested
from creditscore._ground.instants import NEVER
from creditscore._ground.zones import Clock
from creditscore.data.tables import vocabularies
from creditscore.data.visible import HAPPENED, fact_time, has_happened, is_visible

CENT_DUST: Final = 1e-9  # share of the amount owed so far that rounding of sums may leave


class Loans(NamedTuple):
    """The loans table as kernels read it; a negative row number means the column is not there."""

    offsets: Int64
    times: Int64
    values: Float64
    codes: Int32
    loan: Int32
    amount: int
    term_days: int
    limit: int
    closed: int
    restructured: int
    written_off: int
    kind: int
    role: int
    lender: int
    reported: int
    sold: int


class Ledger(NamedTuple):
    """Schedules and payments of all loans as kernels read them."""

    instalment_offsets: Int64
    instalment_times: Int64
    instalment_values: Float64
    instalment_codes: Int32
    due_amount: int
    paid: int
    paid_amount: int
    paid_by: int
    repayment_offsets: Int64
    repayment_times: Int64
    repayment_values: Float64
    repayment_codes: Int32
    amount: int
    repaid_by: int
    materiality: float


class Reports(NamedTuple):
    """Statements, for loans that have no schedule."""

    offsets: Int64
    times: Int64
    values: Float64
    codes: Int32
    loan: int
    balance: int
    days_past_due: int
    limit: int
    minimum_due: int
    payment: int
    cash_advances: int


class LoanTables(NamedTuple):
    """All that is needed to know the state of any loan at any moment."""

    loans: Loans
    ledger: Ledger
    reports: Reports
    clock: Clock


# What stands in ``facts`` of a path.
INSTALMENTS, PAYMENTS, REPORTS, CLOSED_AT, DUE_UNTIL, KNOWN_UNTIL, RECORDED = range(7)
N_FACTS: Final = 7

BORROWER: Final = vocabularies.PAYERS.index("borrower")


class Path(NamedTuple):
    """The course of one loan, as known at one moment: scratch that is written anew for every loan.

    Instalments are in order of due time, payments in order of time; how many there are of each stands in
    ``facts``, by ``INSTALMENTS``, ``PAYMENTS`` and ``REPORTS``, beside when the loan was closed
    (``CLOSED_AT``), when it was closed or written off (``DUE_UNTIL``), up to when it is known how it was
    repaid (``KNOWN_UNTIL``), and whether payments are recorded at all (``RECORDED``). ``pool[i]`` is what had
    been paid after ``i`` payments and ``oldest[i]`` the first instalment that was then unpaid (their number
    if none was). ``settled_at`` is when an instalment came to be paid for good (``NEVER``: not yet),
    ``by_other`` whether someone else than the borrower paid then, and ``payer`` who made each payment.
    Without a schedule, the reports of its statements stand in. The local ``clock`` says on which day an
    instant lies.
    """

    due: Int64
    amount: Float64
    owed: Float64
    settled_at: Int64
    by_other: Int64
    row: Int64
    paid_at: Int64
    payer: Int64
    pool: Float64
    oldest: Int64
    reported_at: Int64
    reported: Float64
    facts: Int64
    clock: Clock


@inner
def owner_span(offsets: Int64, owner: int) -> tuple[int, int]:
    """Find the first and last-plus-one row of an owner; none for owners that a table does not know.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_owners + 1,)
    owner : int
        -1 is nobody.
    """
    if owner < 0 or owner + 1 >= offsets.size:
        return 0, 0
    return offsets[owner], offsets[owner + 1]


@nested
def scratch_path(tables: LoanTables, codes: Int64) -> Path:
    """Allocate scratch that is large enough for every loan of some applicants.

    Parameters
    ----------
    tables : LoanTables
    codes : ndarray of int64, shape (n,)
        Their codes; -1 is nobody.
    """
    n = m = r = 0
    for code in codes:
        first, last = owner_span(tables.loans.offsets, code)
        for row in range(first, last):
            loan = tables.loans.loan[row]
            a, b = owner_span(tables.ledger.instalment_offsets, loan)
            c, d = owner_span(tables.ledger.repayment_offsets, loan)
            n = max(n, b - a)
            m = max(m, b - a + d - c)
        e, f = owner_span(tables.reports.offsets, code)
        r = max(r, f - e)
    return Path(
        np.empty(n, np.int64),
        np.empty(n, np.float64),
        np.empty(n, np.float64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(m, np.int64),
        np.empty(m, np.int64),
        np.empty(m + 1, np.float64),
        np.empty(m + 1, np.int64),
        np.empty(r, np.int64),
        np.empty(r, np.float64),
        np.zeros(N_FACTS, np.int64),
        tables.clock,
    )


@inner
def _read_schedule(ledger: Ledger, path: Path, loan: int, moment: int) -> int:
    """Bring the instalments that were known into scratch, oldest due first; return how many."""
    first, last = owner_span(ledger.instalment_offsets, loan)
    n, owed = 0, 0.0
    for row in range(first, last):
        if is_visible(ledger.instalment_times, row, moment):
            amount = ledger.instalment_values[ledger.due_amount, row]
            owed += amount
            path.due[n] = ledger.instalment_times[HAPPENED, row]
            path.amount[n] = amount
            path.owed[n] = owed
            path.row[n] = row
            n += 1
    return n


@inner
def _insert_payment(path: Path, m: int, when: int, amount: float, payer: int) -> int:
    """Keep payments in order of time, first come first served among equals."""
    position = m
    while position > 0 and path.paid_at[position - 1] > when:
        path.paid_at[position] = path.paid_at[position - 1]
        path.payer[position] = path.payer[position - 1]
        path.pool[position + 1] = path.pool[position]
        position -= 1
    path.paid_at[position] = when
    path.payer[position] = payer
    path.pool[position + 1] = amount
    return m + 1


@inner
def _payer(codes: Int32, column: int, row: int) -> int:
    """Who paid: the borrower where it is not said."""
    return int(codes[column, row]) if column >= 0 and codes[column, row] >= 0 else BORROWER


@inner
def _read_payments(ledger: Ledger, path: Path, n: int, loan: int, moment: int) -> int:
    """Bring the payments that were known into scratch, in order, and add them up; return how many."""
    m = 0
    for k in range(n):
        row = path.row[k]
        when = fact_time(ledger.instalment_times, ledger.paid, row, moment)
        if when != NEVER:
            paid = path.amount[k]
            if ledger.paid_amount >= 0 and not np.isnan(ledger.instalment_values[ledger.paid_amount, row]):
                paid = ledger.instalment_values[ledger.paid_amount, row]
            by = _payer(ledger.instalment_codes, ledger.paid_by, row)
            m = _insert_payment(path, m, when, paid, by)
    first, last = owner_span(ledger.repayment_offsets, loan)
    times = ledger.repayment_times
    for row in range(first, last):
        if has_happened(times, row, moment) and is_visible(times, row, moment):
            by = _payer(ledger.repayment_codes, ledger.repaid_by, row)
            amount = ledger.repayment_values[ledger.amount, row]
            m = _insert_payment(path, m, times[HAPPENED, row], amount, by)
    path.pool[0] = 0.0
    for i in range(m):
        path.pool[i + 1] += path.pool[i]
    return m


@inner
def tolerance(amount: float, materiality: float) -> float:
    """How much of an instalment may stay unpaid: 1 % of it, or the materiality if that is more."""
    return max(amount / 100.0, materiality)


@inner
def _first_unpaid(path: Path, start: int, n: int, paid: float, materiality: float) -> int:
    k = start
    while k < n:
        allowed = tolerance(path.amount[k], materiality)
        if path.amount[k] > allowed and path.owed[k] - paid > allowed + CENT_DUST * path.owed[k]:
            return k
        k += 1
    return n


@inner
def _settle(path: Path, n: int, m: int, materiality: float) -> None:
    """Walk the payments once: which instalment is the oldest unpaid, and when each came to be paid."""
    for k in range(n):
        small = path.amount[k] <= tolerance(path.amount[k], materiality)
        path.settled_at[k] = path.due[k] if small else NEVER
        path.by_other[k] = 0
    others = 0
    oldest, before = _first_unpaid(path, 0, n, 0.0, materiality), 0.0
    path.oldest[0] = oldest
    for i in range(m):
        path.oldest[i + 1] = oldest
        others = max(others, int(path.payer[i] != BORROWER))
        if i + 1 < m and path.paid_at[i + 1] == path.paid_at[i]:
            continue  # payments of one instant count together
        paid = path.pool[i + 1]
        now = _first_unpaid(path, oldest if paid >= before else 0, n, paid, materiality)
        for k in range(min(oldest, now), max(oldest, now)):
            if path.amount[k] > tolerance(path.amount[k], materiality):
                path.settled_at[k] = path.paid_at[i] if now > oldest else NEVER
                path.by_other[k] = others if now > oldest else 0
        oldest, before, others = now, paid, 0
        path.oldest[i + 1] = oldest


@inner
def _read_reports(
    reports: Reports, path: Path, applicant: int, loan: int, moment: int, closed_at: int
) -> int:
    """Bring the reported days past due of one loan into scratch; return how many."""
    count = 0
    if reports.days_past_due < 0 or reports.loan < 0:
        return count
    first, last = owner_span(reports.offsets, applicant)
    for row in range(first, last):
        if reports.codes[reports.loan, row] != loan or not has_happened(reports.times, row, moment):
            continue
        dpd = reports.values[reports.days_past_due, row]
        if reports.times[HAPPENED, row] > closed_at or np.isnan(dpd):
            continue
        if is_visible(reports.times, row, moment):
            path.reported_at[count] = reports.times[HAPPENED, row]
            path.reported[count] = dpd
            count += 1
    return count


@inner
def reconstruct(tables: LoanTables, path: Path, applicant: int, loan_row: int, moment: int) -> None:
    """Work out the course of one loan from what was known before a moment.

    Closing a loan that was not written off settles whatever was still unpaid, and later reports do not count:
    nothing is owed any more. A loan that was sold is settled by nothing, and nothing is known of it since.

    Parameters
    ----------
    tables : LoanTables
    path : Path
        From :func:`scratch_path`; overwritten.
    applicant, loan_row : int
        Code of the applicant, and the row of the loans table (of the version known at the moment).
    moment : int
        Microseconds since 1970-01-01 UTC.
    """
    loan = tables.loans.loan[loan_row]
    n = _read_schedule(tables.ledger, path, loan, moment)
    m = _read_payments(tables.ledger, path, n, loan, moment)
    _settle(path, n, m, tables.ledger.materiality)
    closed_at = fact_time(tables.loans.times, tables.loans.closed, loan_row, moment)
    written_off = fact_time(tables.loans.times, tables.loans.written_off, loan_row, moment)
    sold = fact_time(tables.loans.times, tables.loans.sold, loan_row, moment)
    path.facts[DUE_UNTIL] = min(closed_at, written_off, sold)
    path.facts[KNOWN_UNTIL] = sold
    path.facts[RECORDED] = int(tables.ledger.paid >= 0 or tables.ledger.amount >= 0)
    if written_off != NEVER or (sold != NEVER and sold <= closed_at):
        closed_at = NEVER
    for k in range(n):
        path.settled_at[k] = min(path.settled_at[k], closed_at)
    path.facts[INSTALMENTS] = n
    path.facts[PAYMENTS] = m
    path.facts[REPORTS] = 0
    if n == 0:
        path.facts[REPORTS] = _read_reports(tables.reports, path, applicant, loan, moment, closed_at)
    path.facts[CLOSED_AT] = closed_at
