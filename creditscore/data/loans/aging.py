"""Loans by months on book: up to when each was seen, and in which month it first came to be so late.

Month ``m`` on book ends at the same local day and time as the loan was opened, ``m`` calendar months later.
All that stands here was known before one moment, by the one kernel of days past due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64, read_only
from creditscore._ground.asked import check_made
from creditscore._ground.compiled import compiled, inner
from creditscore._ground.instants import NEVER, parse_duration
from creditscore._ground.numbers import whole_number
from creditscore._ground.zones import Clock, local_day, month_of, months_before
from creditscore.data.loans.allocation import (
    Loans,
    LoanTables,
    Path,
    reconstruct,
    scratch_path,
)
from creditscore.data.loans.delinquency import first_reaching, is_known, visible_loan_row
from creditscore.data.loans.laid_out import loan_tables
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.periods import local_months
from creditscore.data.tables.vocabularies import LOAN_ROLES
from creditscore.data.visible import HAPPENED, SUPERSEDED, fact_time, has_happened
from creditscore.errors import ContractError, ParameterError, Problem

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

DEFAULTED: Final = "defaulted"
UNKNOWN: Final = -1
GUARANTOR: Final = LOAN_ROLES.index("guarantor")
_MOST_MONTHS: Final = 1_200


@dataclass(frozen=True, slots=True, eq=False)
class LoanAges:
    """Loans of borrowers that were known and opened before a moment, by months on book.

    Attributes
    ----------
    loans : ndarray of int64, shape (n_loans,)
        Positions in ``portfolio.loan_ids``.
    opened : ndarray of int64, shape (n_loans,)
        Local calendar month of the opening; month 0 is January 1970.
    age : ndarray of int64, shape (n_loans,)
        Whole months since the opening that were over.
    seen : ndarray of int64, shape (n_loans,)
        The same, but no month after a loan was sold.
    amount : ndarray of float64, shape (n_loans,)
        Money lent; NaN where it is not known.
    events : mapping of str to ndarray of int64, shape (n_loans,)
        By measure (``dpd_30``, ..., ``defaulted``) the month on book, from 1 on, in which it first came to be
        so; 0: not yet; -1: nothing says.
    """

    loans: Int64
    opened: Int64
    age: Int64
    seen: Int64
    amount: Float64
    events: Mapping[str, Int64]

    def __post_init__(self) -> None:
        for array in (self.loans, self.opened, self.age, self.seen, self.amount, *self.events.values()):
            read_only(array)

    def among(self, chosen: Flags) -> LoanAges:
        """Keep some of the loans; ``chosen`` has shape (n_all_loans,), by their positions."""
        kept = chosen[self.loans]
        events = MappingProxyType({name: months[kept] for name, months in self.events.items()})
        return LoanAges(
            self.loans[kept], self.opened[kept], self.age[kept], self.seen[kept], self.amount[kept], events
        )

    def within(self, measure: str) -> Int64:
        """Return the months of events that lie in months wholly seen; shape (n_loans,), 0 for none.

        What happened in a month that is not over would count when bad and not when good.
        """
        month = self.events[measure]
        return np.where((month > 0) & (month <= self.age), month, 0)


def loan_ages(
    portfolio: Portfolio, as_of: int, *, rule: OutcomeRule | None = None, dpd: Sequence[float] = (30, 60, 90)
) -> LoanAges:
    """Find how old loans are and when they first came to be late.

    Parameters
    ----------
    portfolio : Portfolio
        With ``loans``, and with a schedule, statements or at least ``loans.written_off_time``.
    as_of : int
        Microseconds since 1970-01-01 UTC; only what was known before it counts.
    rule : OutcomeRule, optional
        When a loan counts as defaulted; its reporting lag ends what was seen. Its window is not read.
    dpd : sequence of float
        Days past due, 1 or more, each of which gives a measure ``dpd_n``.

    Returns
    -------
    LoanAges

    Raises
    ------
    ContractError
        If there are no loans, or nothing could say how they were repaid.
    ParameterError
        If days are below 1, or stand twice.
    """
    rule = OutcomeRule() if rule is None else rule
    check_made("rule", rule, OutcomeRule, "an OutcomeRule, or left out")
    days = checked_days(dpd)
    watched = check_watched(portfolio)
    tables = loan_tables(portfolio, rule.materiality)
    everyone = np.arange(len(portfolio.loan_owner), dtype=np.int64)
    owners = np.ascontiguousarray(portfolio.loan_owner, np.int64)
    until = as_of - parse_duration(rule.reporting_lag)
    limits = np.array([*days, rule.bad_dpd], np.float64)
    kept, opened, age, seen, amount, events = _age(
        tables, owners, everyone, as_of, until, limits, rule.restructured_is_bad, watched
    )
    names = [*(f"dpd_{day:g}" for day in days), DEFAULTED]
    found = {name: events[k][kept] for k, name in enumerate(names)}
    loans, opened, age, seen = (part[kept] for part in (everyone, opened, age, seen))
    return LoanAges(loans, opened, age, seen, amount[kept], MappingProxyType(found))


@inner
def _whole_months(opened: int, until: int, clock: Clock) -> int:
    """How many months on book were over at an instant."""
    count = month_of(local_day(until, clock)) - month_of(local_day(opened, clock)) + 1
    while count > 0 and months_before(opened, -count, clock) > until:
        count -= 1
    return count


@inner
def _month_of_age(opened: int, moment: int, clock: Clock) -> int:
    """In which month on book an instant lies, from 1 on; a month holds its end."""
    count = _whole_months(opened, moment, clock)
    return max(1, count if months_before(opened, -count, clock) == moment else count + 1)


@inner
def _first_bad(
    loans: Loans, path: Path, row: int, as_of: int, until: int, bad_dpd: float, eased: bool
) -> int:
    """When a loan came to be in default, by days past due, loss or easing; ``NEVER`` if it did not."""
    opened = loans.times[HAPPENED, row]
    first = first_reaching(path, bad_dpd, opened, until) if is_known(path) else NEVER
    first = min(first, fact_time(loans.times, loans.written_off, row, as_of))
    if eased:
        first = min(first, fact_time(loans.times, loans.restructured, row, as_of))
    return first


@compiled
def _age(
    tables: LoanTables,
    owners: Int64,
    positions: Int64,
    as_of: int,
    until: int,
    limits: Float64,
    eased: bool,
    watched: bool,
) -> tuple[Flags, Int64, Int64, Int64, Float64, Int64]:
    n, loans, path = owners.size, tables.loans, scratch_path(tables, owners)
    kept, amount = np.zeros(n, np.bool_), np.full(n, np.nan)
    opened, age, seen = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    events = np.zeros((limits.size, n), np.int64)
    for i in range(n):
        row = visible_loan_row(loans, owners[i], positions[i], as_of)
        if row < 0 or not has_happened(loans.times, row, as_of):
            continue
        kept[i] = loans.role < 0 or loans.codes[loans.role, row] != GUARANTOR
        began = loans.times[HAPPENED, row]
        reconstruct(tables, path, owners[i], row, as_of)
        opened[i] = month_of(local_day(began, tables.clock))
        age[i] = _whole_months(began, until, tables.clock)
        sold = fact_time(loans.times, loans.sold, row, as_of)
        seen[i] = _whole_months(began, min(until, sold), tables.clock)
        if loans.amount >= 0:
            amount[i] = loans.values[loans.amount, row]
        for k in range(limits.size):
            if k + 1 < limits.size:
                first = first_reaching(path, limits[k], began, until) if is_known(path) else NEVER
            else:
                first = _first_bad(loans, path, row, as_of, until, limits[k], eased)
            if first <= until:
                events[k, i] = _month_of_age(began, first, tables.clock)
            elif not is_known(path) and (watched or k + 1 < limits.size):
                events[k, i] = UNKNOWN
    return kept, opened, age, seen, amount, events


def checked_months(months: int) -> int:
    """Return a number of whole months that a table may have.

    Raises
    ------
    ParameterError
        If it is none, or more than a hundred years.
    """
    if whole_number("months", months, 1) > _MOST_MONTHS:
        raise ParameterError.must_be("months", f"at most {_MOST_MONTHS:,}", months)
    return months


def checked_days(dpd: Sequence[float], parameter: str = "dpd") -> list[float]:
    """Return days past due in rising order; refuse what is below 1, or stands twice."""
    days = list(dpd) if isinstance(dpd, Sequence | np.ndarray) and not isinstance(dpd, str) else []
    numbers = [
        float(day)
        for day in days
        if isinstance(day, int | float | np.number) and not isinstance(day, bool) and 1.0 <= day < np.inf
    ]
    if not days or len(numbers) != len(days) or len(set(numbers)) != len(numbers):
        raise ParameterError.must_be(parameter, "different numbers of days, 1 or more", dpd)
    return sorted(numbers)


def check_watched(portfolio: Portfolio) -> bool:
    """Whether schedules or statements say how loans were repaid; refuse where nothing does."""
    if "loans" not in portfolio.tables:
        remedy = "Give it to the portfolio."
        raise ContractError([Problem("loans", "", "the table is not there", 0, (), remedy)])
    watched = "instalments" in portfolio.tables or "statements" in portfolio.tables
    if not watched and portfolio.tables["loans"].row("written_off_time") < 0:
        remedy = "Give instalments, statements, or the column written_off_time of loans."
        raise ContractError([Problem("instalments", "", "nothing says how loans were repaid", 0, (), remedy)])
    return watched


def opening_months(portfolio: Portfolio) -> Int64:
    """Return in which local calendar month each loan was opened, by its latest version.

    Parameters
    ----------
    portfolio : Portfolio
        With ``loans``.

    Returns
    -------
    ndarray of int64, shape (n_all_loans,)
        Months since January 1970, in the order of ``portfolio.loan_ids``.
    """
    table = portfolio.tables["loans"]
    latest = table.times[SUPERSEDED] == NEVER
    months = local_months(table.times[HAPPENED][latest], portfolio.calendar.clock)
    found = np.zeros(len(portfolio.loan_owner), np.int64)
    found[portfolio.loan_codes[latest]] = months
    return found
