"""Up to when it is known how a loan was repaid: what was not yet reported is not known to be unpaid.

A lender that reports may pass payments on weeks after they were made. Then a payment that is not there says
nothing yet, and an instalment that came due after the end of what was reported is neither paid nor unpaid.
Where payments are booked as they come, that end is the moment itself, and nothing is ever excused.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from creditscore._ground.arrays import Int64
from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.loans.allocation import (
    CLOSED_AT,
    KNOWN_UNTIL,
    PAYMENTS,
    REPORTS,
    LoanTables,
    Path,
    owner_span,
)
from creditscore.data.visible import HAPPENED, KNOWN, fact_known, fact_time, has_happened, is_visible

# A quarter: lenders report monthly or quarterly, and no unpaid instalment is excused for longer.
LONGEST_LAG: Final = 92 * DAY
FEWEST_PAYMENTS: Final = 2


class Lag(NamedTuple):
    """How late payments became known: how many there were, how many a day or more late, and the latest."""

    payments: int
    late: int
    longest: int


@inner
def _with(lag: Lag, happened: int, known: int) -> Lag:
    delay = known - happened
    return Lag(lag.payments + 1, lag.late + int(delay >= DAY), max(lag.longest, delay))


@inner
def _payments_of(tables: LoanTables, loan: int, moment: int, lag: Lag) -> Lag:
    """Add the payments on one loan that were known."""
    ledger = tables.ledger
    first, last = owner_span(ledger.instalment_offsets, loan)
    times = ledger.instalment_times
    for row in range(first, last):
        if is_visible(times, row, moment) and fact_known(times, ledger.paid, row, moment):
            lag = _with(lag, times[ledger.paid, row], times[ledger.paid + 1, row])
    first, last = owner_span(ledger.repayment_offsets, loan)
    times = ledger.repayment_times
    for row in range(first, last):
        if has_happened(times, row, moment) and is_visible(times, row, moment):
            lag = _with(lag, times[HAPPENED, row], times[KNOWN, row])
    return lag


@inner
def _of_lender(tables: LoanTables, applicant: int, lender: int, moment: int) -> Lag:
    """How late payments on the applicant's loans of a lender became known."""
    loans, lag = tables.loans, Lag(0, 0, 0)
    first, last = owner_span(loans.offsets, applicant)
    for row in range(first, last):
        if loans.codes[loans.lender, row] == lender and is_visible(loans.times, row, moment):
            lag = _payments_of(tables, loans.loan[row], moment, lag)
    return lag


@inner
def _length(lag: Lag) -> int:
    """0 unless most of two payments or more were late; then the longest delay, at most a quarter."""
    if lag.payments < FEWEST_PAYMENTS or 2 * lag.late <= lag.payments:
        return 0
    return min(lag.longest, LONGEST_LAG)


@inner
def reporting_lag(tables: LoanTables, applicant: int, loan_row: int, moment: int, newest: Int64) -> int:
    """How late payments on a loan become known, by those on the applicant's loans of its lender.

    Without a lender, by those on the loan alone. 0 unless at least two payments were known, more than half
    of them a day or more after they were made; then the longest delay, at most 92 days. Microseconds.

    Arrays: ``newest`` shape (2,): the lender that was asked for last, -1 if none was, and its lag.
    """
    loans = tables.loans
    lender = loans.codes[loans.lender, loan_row] if loans.lender >= 0 else -1
    if lender < 0:
        return _length(_payments_of(tables, loans.loan[loan_row], moment, Lag(0, 0, 0)))
    if newest[0] != lender:
        newest[0], newest[1] = lender, _length(_of_lender(tables, applicant, lender, moment))
    return int(newest[1])


@inner
def note_reports(
    tables: LoanTables, path: Path, applicant: int, loan_row: int, moment: int, newest: Int64
) -> None:
    """Note in the course of a loan up to when it is known how it was repaid.

    That is what the loan itself says (``reported_time``), or else the moment less the reporting lag, and
    never before the newest payment or statement that was known, nor before the loan was closed; and never
    after it was sold.

    Parameters
    ----------
    tables : LoanTables
    path : Path
        From `creditscore.data.loans.allocation.reconstruct`.
    applicant, loan_row : int
        Code of the applicant, and the row of the loans table.
    moment : int
        Microseconds since 1970-01-01 UTC.
    newest : ndarray of int64, shape (2,)
        The lender of the applicant that was asked for last, -1 if none was, and its lag.
    """
    until = fact_time(tables.loans.times, tables.loans.reported, loan_row, moment)
    if until == NEVER:
        until = moment - reporting_lag(tables, applicant, loan_row, moment, newest)
    if path.facts[PAYMENTS] > 0:
        until = max(until, path.paid_at[path.facts[PAYMENTS] - 1])
    if path.facts[REPORTS] > 0:
        until = max(until, path.reported_at[path.facts[REPORTS] - 1])
    if path.facts[CLOSED_AT] != NEVER:
        until = max(until, path.facts[CLOSED_AT])
    path.facts[KNOWN_UNTIL] = min(until, path.facts[KNOWN_UNTIL])
