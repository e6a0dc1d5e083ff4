"""How every person stands with their own loans at a moment: days past due, and the use of credit lines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore._ground.compiled import compiled, inner
from creditscore.data.loans.allocation import LoanTables, Path, owner_span, reconstruct, scratch_path
from creditscore.data.loans.delinquency import days_past_due_at, loan_tables
from creditscore.data.visible import has_happened, is_visible
from creditscore.features.loans.rows.loan_rows import takes_part, value_or_nan
from creditscore.graph.csr import by_stretches

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


def states_at(portfolio: Portfolio, moment: int, *, threads: int = 1) -> tuple[Float64, Float64]:
    """Days past due and utilisation of every person of a portfolio, by what was known before a moment.

    Parameters
    ----------
    portfolio : Portfolio
    moment : int
        Microseconds since 1970-01-01 UTC.
    threads : int

    Returns
    -------
    days_past_due : float64 array of shape (n_people,)
        Largest days past due of the person's loans as borrower; NaN where nothing tells.
    utilisation : float64 array of shape (n_people,)
        Sum of the balances over the sum of the limits of the newest statements of their loans; NaN without.
    """
    n_people = len(portfolio.people)
    worst, used = np.full(n_people, np.nan), np.full(n_people, np.nan)
    if "loans" in portfolio.tables:
        tables = loan_tables(portfolio)
        by_stretches(partial(_states, tables, moment, worst, used), tables.loans.offsets, threads)
    return worst, used


@compiled
def _states(tables: LoanTables, moment: int, worst: Float64, used: Float64, start: int, stop: int) -> None:
    path = scratch_path(tables, np.arange(start, stop))
    for person in range(start, stop):
        balance, limit = 0.0, 0.0
        first, last = owner_span(tables.loans.offsets, person)
        for row in range(first, last):
            if not takes_part(tables.loans, row, moment, False):
                continue
            days = _days_past_due(tables, path, person, row, moment)
            if not np.isnan(days) and not worst[person] >= days:
                worst[person] = days
            newest = _newest_statement(tables, person, tables.loans.loan[row], moment)
            if newest < 0:
                continue
            lent = value_or_nan(tables.reports.values, tables.reports.limit, newest)
            if np.isnan(lent):
                lent = value_or_nan(tables.loans.values, tables.loans.limit, row)
            owed = value_or_nan(tables.reports.values, tables.reports.balance, newest)
            if lent > 0.0 and not np.isnan(owed):
                balance += owed
                limit += lent
        if limit > 0.0:
            used[person] = balance / limit


@inner
def _days_past_due(tables: LoanTables, path: Path, person: int, row: int, moment: int) -> float:
    reconstruct(tables, path, person, row, moment)
    return days_past_due_at(path, moment)


@inner
def _newest_statement(tables: LoanTables, person: int, loan: int, moment: int) -> int:
    """Row of the newest statement of a loan that was known before a moment, -1 if there is none."""
    reports, newest = tables.reports, -1
    if reports.loan < 0:
        return newest
    first, last = owner_span(reports.offsets, person)
    for row in range(first, last):
        known = has_happened(reports.times, row, moment) and is_visible(reports.times, row, moment)
        if known and reports.codes[reports.loan, row] == loan:
            newest = row
    return newest
