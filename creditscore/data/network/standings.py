"""Standings of persons, derived from their own loans: who is known to have defaulted, who to have paid."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.asked import check_made
from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import NEVER, parse_duration
from creditscore.data.door.clock import instant
from creditscore.data.given import check_given
from creditscore.data.loans.allocation import Ledger, LoanTables
from creditscore.data.loans.delinquency import (
    first_reaching,
    is_known,
    owner_span,
    reconstruct,
    scratch_path,
    visible_loan_row,
)
from creditscore.data.loans.laid_out import loan_tables
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.tables import vocabularies
from creditscore.data.visible import HAPPENED, KNOWN, SUPERSEDED, fact_known, fact_known_from
from creditscore.errors import ContractError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from creditscore.data.portfolio import Portfolio

_TROUBLE_DPD: Final = 60.0
_GUARANTOR: Final = vocabularies.LOAN_ROLES.index("guarantor")
_DEFAULTED, _GOOD = 0, 1


def standings_from(
    portfolio: Portfolio, rule: OutcomeRule, extracted_at: datetime | str | np.datetime64 | int
) -> pd.DataFrame:
    """Derive the table `standings` from loans and how they were repaid.

    A person has *defaulted* from the moment at which it was known that a loan of theirs had come to the
    rule's bad days past due (or was written off, or, if the rule says so, restructured). A person is *good*
    once a loan is as old as the rule's window and its reporting lag, and none of their loans was then known
    to have come to 60 days past due, or to the rule's bad days if those are fewer. About all others nothing
    is said: unknown is not good. Loans that a person only guarantees do not count.

    Parameters
    ----------
    portfolio : Portfolio
        With `loans`, and with `instalments`, `statements` or at least `loans.written_off_time`.
    rule : OutcomeRule
    extracted_at : datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
        Only what was known before counts. An int is microseconds since 1970-01-01 UTC.

    Returns
    -------
    pandas.DataFrame
        Rows of `standings`: person_id, event_time (when it became known), standing, loan_id.

    Raises
    ------
    ContractError
        If the portfolio has no loans, or nothing that says how they were repaid.

    Examples
    --------
    >>> from creditscore.data.portfolio import Portfolio
    >>> loan = {"loan_id": 1, "applicant_id": "a", "event_time": "2024-01-01T09:00:00Z"}
    >>> due = {"loan_id": 1, "applicant_id": "a", "due_time": "2024-02-01T00:00:00Z", "due_amount": 100.0}
    >>> portfolio = Portfolio.from_records({"loans": [loan], "instalments": [due]})
    >>> rows = standings_from(portfolio, OutcomeRule(), "2025-03-01T00:00:00Z")
    >>> str(rows["standing"][0]), str(rows["event_time"][0])
    ('defaulted', '2024-05-01 00:00:00+00:00')
    """
    check_given(portfolio=portfolio)
    check_made("rule", rule, OutcomeRule, "an OutcomeRule")
    extracted = instant(extracted_at, "extracted_at")
    watched = "instalments" in portfolio.tables or "statements" in portfolio.tables
    if "loans" not in portfolio.tables:
        raise ContractError([_missing("", "the table is not there", "Give it to the portfolio.")])
    if not watched and portfolio.tables["loans"].row("written_off_time") < 0:
        remedy = "Give instalments, statements, or the time at which loans were written off."
        raise ContractError([_missing("written_off_time", "nothing says how loans were repaid", remedy)])
    tables, owners = loan_tables(portfolio, rule.materiality), portfolio.loan_owner
    clocks = (parse_duration(rule.window), parse_duration(rule.reporting_lag), extracted)
    dpd = np.array([rule.bad_dpd, min(_TROUBLE_DPD, rule.bad_dpd)], np.float64)
    turns = _turning_points(tables, owners, clocks, dpd, rule.restructured_is_bad, watched)
    defaulted, trouble, good = turns[DEFAULTED_FROM], turns[IN_TROUBLE_FROM], turns[GOOD_FROM]
    first_trouble = np.full(len(portfolio.people), NEVER)
    np.minimum.at(first_trouble, owners, trouble)
    good[good >= first_trouble[owners]] = NEVER
    return _to_frame(portfolio, defaulted, good)


def _missing(column: str, rule: str, remedy: str) -> Problem:
    return Problem("loans", column, rule, 0, (), remedy)


def _to_frame(portfolio: Portfolio, defaulted: Int64, good: Int64) -> pd.DataFrame:
    import pandas as pd

    times = np.concatenate([defaulted, good])
    loan = np.tile(np.arange(len(good)), 2)
    standing = np.repeat(np.array([_DEFAULTED, _GOOD]), len(good))
    there = np.flatnonzero(times != NEVER)
    person = portfolio.loan_owner[loan[there]]
    rows = there[np.lexsort((loan[there], standing[there], times[there], person))]
    names = np.array(["defaulted", "good"], object)
    columns = {
        "person_id": _picked(portfolio.applicant_ids, portfolio.loan_owner[loan[rows]]),
        "event_time": pd.to_datetime(times[rows], unit="us", utc=True),
        "standing": names[standing[rows]],
        "loan_id": _picked(portfolio.loan_ids, loan[rows]),
    }
    return pd.DataFrame(columns)


def _picked(labels: Any, codes: Int64) -> NDArray[Any]:
    return np.asarray(labels, object if isinstance(labels, tuple) else np.int64)[codes]


# Turning points of a loan: rows of the array of moments. Levels of days past due stand in the same order.
DEFAULTED_FROM, IN_TROUBLE_FROM, GOOD_FROM = range(3)
N_TURNS: Final = 3


@compiled
def _turning_points(
    tables: LoanTables,
    owners: Int64,
    clocks: tuple[int, int, int],
    dpd: Float64,
    restructured_is_bad: bool,
    watched: bool,
) -> Int64:
    """When each loan was known to have defaulted, to be in trouble, and to be good; ``NEVER`` if not."""
    window, lag, extracted = clocks
    found = np.full((N_TURNS, owners.size), NEVER, np.int64)
    path, knots = scratch_path(tables, owners), np.empty(_most_knots(tables, owners), np.int64)
    for loan in range(owners.size):
        n = _knots(tables, owners[loan], loan, lag, extracted, knots)
        for k in range(n - 1):
            after, until = knots[k] + 1, knots[k + 1]
            row = visible_loan_row(tables.loans, owners[loan], loan, until)
            if row < 0 or _is_guaranteed(tables, row):
                continue
            reconstruct(tables, path, owners[loan], row, until)
            opened = tables.loans.times[0, row]
            ended = _ended_badly(tables, row, until, restructured_is_bad)
            for turn in (DEFAULTED_FROM, IN_TROUBLE_FROM):
                reached = first_reaching(path, dpd[turn], opened, until - lag)
                known = max(reached + lag, after) if reached != NEVER else NEVER
                found[turn, loan] = min(found[turn, loan], known, ended)
            mature = max(opened + window + lag, after)
            if mature <= until and (is_known(path) or not watched):
                found[GOOD_FROM, loan] = min(found[GOOD_FROM, loan], mature)
    return found


@inner
def _is_guaranteed(tables: LoanTables, row: int) -> bool:
    return tables.loans.role >= 0 and tables.loans.codes[tables.loans.role, row] == _GUARANTOR


@inner
def _ended_badly(tables: LoanTables, row: int, moment: int, restructured_is_bad: bool) -> int:
    """When it was known that a loan was written off, or restructured if that counts; or ``NEVER``."""
    times, known = tables.loans.times, NEVER
    for column in (tables.loans.written_off, tables.loans.restructured if restructured_is_bad else -1):
        if fact_known(times, column, row, moment):
            known = min(known, max(fact_known_from(times, column, row), times[KNOWN, row]))
    return known


@inner
def _most_knots(tables: LoanTables, owners: Int64) -> int:
    """How many knots the loan with the most rows can have."""
    most, ledger = 0, tables.ledger
    for loan in range(owners.size):
        a, b = owner_span(ledger.instalment_offsets, loan)
        c, d = owner_span(ledger.repayment_offsets, loan)
        e, f = owner_span(tables.reports.offsets, owners[loan])
        g, h = owner_span(tables.loans.offsets, owners[loan])
        most = max(most, 3 * (b - a) + 2 * (d - c) + 2 * (f - e) + 5 * (h - g))
    return most + 2


@nested
def _knots(tables: LoanTables, owner: int, loan: int, lag: int, extracted: int, knots: Int64) -> int:
    """Moments at which the known past of a loan changed, then extraction; returns how many.

    Between two of them what is known only goes on: a fact that was known no later than the lag after it
    happened makes no knot, because days past due are judged so long after the moment.
    """
    n = _knots_of_schedule(tables.ledger, loan, lag, knots, _knots_of_loan(tables, owner, loan, lag, knots))
    first, last = owner_span(tables.reports.offsets, owner)
    for row in range(first, last):
        if tables.reports.loan >= 0 and tables.reports.codes[tables.reports.loan, row] == loan:
            n = _add_row(knots, n, tables.reports.times, row, lag)
    known = NEVER
    first, last = owner_span(tables.loans.offsets, owner)
    for row in range(first, last):
        if tables.loans.loan[row] == loan:
            known = min(known, tables.loans.times[KNOWN, row])
    knots[:n].sort()
    kept = 0
    for k in range(n):
        if known <= knots[k] < extracted and (kept == 0 or knots[k] != knots[kept - 1]):
            knots[kept] = knots[k]
            kept += 1
    knots[kept] = extracted
    return kept + 1


@inner
def _knots_of_loan(tables: LoanTables, owner: int, loan: int, lag: int, knots: Int64) -> int:
    loans, n = tables.loans, 0
    first, last = owner_span(loans.offsets, owner)
    for row in range(first, last):
        if loans.loan[row] != loan:
            continue
        n = _add(knots, n, loans.times[KNOWN, row], NEVER, lag)
        n = _add(knots, n, loans.times[SUPERSEDED, row], NEVER, lag)
        for column in (loans.closed, loans.written_off, loans.restructured):
            if column >= 0:
                n = _add(knots, n, loans.times[column + 1, row], loans.times[column, row], lag)
    return n


@inner
def _knots_of_schedule(ledger: Ledger, loan: int, lag: int, knots: Int64, n: int) -> int:
    times = ledger.instalment_times
    first, last = owner_span(ledger.instalment_offsets, loan)
    for row in range(first, last):
        n = _add_row(knots, n, times, row, lag)
        if ledger.paid >= 0:
            n = _add(knots, n, times[ledger.paid + 1, row], times[ledger.paid, row], lag)
    first, last = owner_span(ledger.repayment_offsets, loan)
    for row in range(first, last):
        n = _add_row(knots, n, ledger.repayment_times, row, lag)
    return n


@inner
def _add_row(knots: Int64, n: int, times: Int64, row: int, lag: int) -> int:
    """Add when a row was known, if late, and when its next version was."""
    n = _add(knots, n, times[KNOWN, row], times[HAPPENED, row], lag)
    return _add(knots, n, times[SUPERSEDED, row], NEVER, lag)


@inner
def _add(knots: Int64, n: int, known: int, happened: int, lag: int) -> int:
    if known == NEVER or (happened != NEVER and known <= happened + lag):
        return n
    knots[n] = known
    return n + 1
