"""In which state loans were at the ends of calendar months: how late, written off, closed or sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int64
from creditscore._ground.compiled import compiled, inner
from creditscore._ground.zones import Clock, day_start, local_day, month_first, month_of
from creditscore.data.loans.aging import GUARANTOR, check_watched
from creditscore.data.loans.allocation import Loans, LoanTables, Path, reconstruct, scratch_path
from creditscore.data.loans.delinquency import days_past_due_at, ended_at, visible_loan_row
from creditscore.data.loans.laid_out import loan_tables
from creditscore.data.visible import fact_time, has_happened

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

# The states of a loan that owes nothing more, or of which no more is known; those of days past due go before.
ENDED: Final = ("written_off", "closed", "sold")
UNSEEN: Final = -1


@compiled
def _month_ends(until: int, months: int, clock: Clock) -> Int64:
    last = month_of(local_day(until, clock))
    ends = np.empty(months + 1, np.int64)
    for k in range(months + 1):
        ends[k] = day_start(month_first(last - months + k), clock)
    return ends


def month_ends(until: int, months: int, clock: Clock) -> Int64:
    """Return the instants at which the last whole calendar months began and ended, oldest first.

    Parameters
    ----------
    until : int
        Microseconds since 1970-01-01 UTC.
    months : int
        How many whole months.
    clock : ndarray of int64, shape (3, n_offsets)
        Of the portfolio's calendar.

    Returns
    -------
    ndarray of int64, shape (months + 1,)
    """
    return np.asarray(_month_ends(until, months, clock), np.int64)


def loan_states(
    portfolio: Portfolio, moments: Int64, as_of: int, edges: Float64, *, materiality: float = 0.0
) -> Int8:
    """Say in which state each loan was at each moment, from what was known before another.

    Parameters
    ----------
    portfolio : Portfolio
        With ``loans``.
    moments : ndarray of int64, shape (n_moments,)
        Microseconds; no later than `as_of`.
    as_of : int
        Microseconds.
    edges : ndarray of float64, shape (n_edges,)
        Days past due at which states begin, rising.
    materiality : float
        Money, 0 or more.

    Returns
    -------
    ndarray of int8, shape (n_all_loans, n_moments)
        How many edges the days past due had reached; from ``n_edges + 1`` on the states of ``ENDED``; -1
        where the loan was not yet opened, is a guarantor's, or nothing says how it was repaid.
    """
    check_watched(portfolio)
    owners = np.ascontiguousarray(portfolio.loan_owner, np.int64)
    tables = loan_tables(portfolio, materiality)
    everyone = np.arange(owners.size, dtype=np.int64)
    return np.asarray(_states(tables, owners, everyone, moments, as_of, edges), np.int8)


@inner
def _state(loans: Loans, path: Path, row: int, moment: int, as_of: int, edges: Float64) -> int:
    """State of one loan at a moment; what happens at the moment itself does not count."""
    if fact_time(loans.times, loans.written_off, row, as_of) < moment:
        return edges.size + 1
    amount = loans.values[loans.amount, row] if loans.amount >= 0 else np.nan
    if ended_at(path, amount) < moment:
        return edges.size + 2
    if fact_time(loans.times, loans.sold, row, as_of) < moment:
        return edges.size + 3
    dpd = days_past_due_at(path, moment)
    return UNSEEN if np.isnan(dpd) else int(np.searchsorted(edges, dpd, side="right"))


@compiled
def _states(
    tables: LoanTables, owners: Int64, positions: Int64, moments: Int64, as_of: int, edges: Float64
) -> Int8:
    loans, path = tables.loans, scratch_path(tables, owners)
    out = np.full((owners.size, moments.size), UNSEEN, np.int8)
    for i in range(owners.size):
        row = visible_loan_row(loans, owners[i], positions[i], as_of)
        if row < 0 or (loans.role >= 0 and loans.codes[loans.role, row] == GUARANTOR):
            continue
        reconstruct(tables, path, owners[i], row, as_of)
        for k in range(moments.size):
            if has_happened(loans.times, row, moments[k]):
                out[i, k] = _state(loans, path, row, moments[k], as_of, edges)
    return out
