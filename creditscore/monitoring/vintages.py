"""Vintages: what became of the loans of one month, quarter or year, by months on book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int64, read_only
from creditscore._ground.looks import cells_as_table, cells_as_text
from creditscore.data.door.clock import instant, moment
from creditscore.data.given import check_given
from creditscore.data.loans.aging import DEFAULTED, UNKNOWN, LoanAges, checked_months, loan_ages
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.periods import Period, check_period, name_of, numbers_of
from creditscore.data.portfolio import Portfolio
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.monitoring.parted import LoanColumns, loans_in
from creditscore.monitoring.survival import Survival, survival_of
from creditscore.segments.segment import Segment
from creditscore.words.plain import PLAIN

if TYPE_CHECKING:
    import pandas as pd

MONTHS: Final = 24
_MOST_SHOWN: Final = 13


@dataclass(frozen=True, slots=True, eq=False)
class Vintage:
    """The loans opened in one period.

    Attributes
    ----------
    name : str
        ``"2024-03"``, ``"2024-Q1"`` or ``"2024"``.
    loans, unobserved : int
        Loans; of them those of which nothing says how they were repaid: they count in no share.
    amount : float
        Money lent, of the loans whose amount is known; 0 where none is.
    mature : int
        Months on book that were over for all of its loans, at most as many as the table has.
    shares, amount_shares : mapping of str to ndarray of float64, shape (n_months,)
        By measure: share of the loans (of the money lent) that had come to be so by the end of each month on
        book; within 0 and 1, NaN where not every loan is so old.
    """

    name: str
    loans: int
    unobserved: int
    amount: float
    mature: int
    shares: Mapping[str, Float64]
    amount_shares: Mapping[str, Float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class VintageTable:
    """Vintages by months on book, made by `vintages`.

    Attributes
    ----------
    as_of : datetime
        What was known before it counts.
    period : {"month", "quarter", "year"}
    months : int
        Months on book, from 1 on.
    measures : tuple of str
        ``dpd_30``, ``dpd_60``, ..., ``defaulted``.
    vintages : tuple of Vintage
        Oldest first.
    ages : LoanAges
        Of every loan.
    """

    as_of: datetime
    period: Period
    months: int
    measures: tuple[str, ...]
    vintages: tuple[Vintage, ...]
    ages: LoanAges

    def __len__(self) -> int:
        return len(self.vintages)

    def __getitem__(self, name: str) -> Vintage:
        for vintage in self.vintages:
            if vintage.name == name:
                return vintage
        raise NameUnknownError.among("vintage", name, tuple(one.name for one in self.vintages))

    def survival(self, measure: str = DEFAULTED) -> Mapping[str, Survival]:
        """Estimate how much of each vintage had come to be so, also where not all of its loans are so old.

        Parameters
        ----------
        measure : str, default "defaulted"
            One of `measures`.

        Returns
        -------
        mapping of str to Survival
            By vintage, and ``"all"`` for all loans together.

        Raises
        ------
        NameUnknownError
            If there is no such measure.
        """
        if measure not in self.measures:
            raise NameUnknownError.among("measure", measure, self.measures)
        numbers = numbers_of(self.ages.opened, self.period)
        known = self.ages.events[measure] != UNKNOWN
        month = self.ages.within(measure)
        seen = np.where(month > 0, month, self.ages.seen)
        groups = {name_of(n, self.period): (numbers == n) & known for n in np.unique(numbers).tolist()}
        return MappingProxyType(
            {
                name: survival_of(month[rows], seen[rows], months=self.months)
                for name, rows in (groups | {"all": known}).items()
            }
        )

    def entered_and_defaulted(self) -> tuple[Int64, Float64]:
        """Return what `follow_defaults` and `nowcast` ask of each loan.

        Returns
        -------
        ndarray of int64, shape (n_loans,), and ndarray of float64, shape (n_loans,)
            Calendar month in which each loan began, counted from January 1970, and that in which it
            defaulted, counted on by months on book; NaN where it did not, or nothing says. In the order of
            ``ages.loans``.
        """
        month = self.ages.within(DEFAULTED)
        return self.ages.opened.copy(), np.where(month > 0, self.ages.opened + month, np.nan)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each vintage, measure and month on book that is mature; the others are absent."""
        import pandas as pd

        rows = [
            {
                "vintage": one.name, "measure": measure, "month": month + 1, "loans": one.loans,
                "share": one.shares[measure][month], "amount_share": one.amount_shares[measure][month],
            }
            for one in self.vintages
            for measure in self.measures
            for month in range(self.months)
            if not np.isnan(one.shares[measure][month])
        ]  # fmt: skip
        columns = ["vintage", "measure", "month", "loans", "share", "amount_share"]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        return "\n".join([self._title(), *cells_as_text(self._cells(), left=0)])

    def _repr_html_(self) -> str:
        return cells_as_table(self._cells(), caption=self._title())

    def _title(self) -> str:
        return PLAIN["vintages"].format(measure=DEFAULTED, moment=self.as_of.isoformat())

    def _cells(self) -> list[list[str]]:
        step = -(-self.months // _MOST_SHOWN)
        shown = range(step - 1, self.months, step)
        head = ["vintage", "loans", *(str(month + 1) for month in shown)]
        return [head, *(_line(one, shown) for one in self.vintages)]


def _line(vintage: Vintage, shown: range) -> list[str]:
    shares = [vintage.shares[DEFAULTED][month] for month in shown]
    return [vintage.name, f"{vintage.loans:,}", *("" if np.isnan(s) else f"{s:.1%}" for s in shares)]


def vintages(
    portfolio: Portfolio,
    as_of: datetime | str | np.datetime64 | int,
    *,
    period: Literal["month", "quarter", "year"] = "quarter",
    months: int = MONTHS,
    dpd: Sequence[float] = (30, 60, 90),
    rule: OutcomeRule | None = None,
    segment: Segment | None = None,
    columns: LoanColumns | None = None,
) -> VintageTable:
    """Lay out the loans of a portfolio by when they were opened and by months on book.

    Only what was known before `as_of` counts. A share by the end of a month on book stands only where every
    loan of the vintage is so old: else it is absent, and never 0. Loans that were sold before, and had not
    come to be so, are left out of later months, as nothing is known of them.

    Parameters
    ----------
    portfolio : Portfolio
        With ``loans``, and with a schedule, statements or at least ``loans.written_off_time``. Loans of
        guarantors are left out.
    as_of : datetime with a zone, ISO 8601 text with a zone, numpy.datetime64 in UTC, or int
        An int is microseconds since 1970-01-01 UTC. No later than when the data were extracted: what was not
        recorded yet is taken not to have happened.
    period : {"month", "quarter", "year"}, default "quarter"
        Of the local calendar, in which loans were opened.
    months : int, default 24
        Months on book at most, 1 or more.
    dpd : sequence of numbers, default (30, 60, 90)
        Each makes a measure: ever so many days past due.
    rule : OutcomeRule, optional
        When a loan counts as defaulted, and how long facts may take to arrive. Its window is not read.
    segment : Segment, optional
        Of loans that are known to be in it alone.
    columns : mapping of str to values by loan id, or to array-like of shape (n_all_loans,), optional
        What the segment reads; arrays in the order of ``portfolio.loan_ids``.

    Returns
    -------
    VintageTable

    Raises
    ------
    ContractError
        If there are no loans, or nothing could say how they were repaid.
    ParameterError
        If a parameter has a value that it cannot take, or no loan is in the segment.

    References
    ----------
    Siddiqi (2017), Intelligent Credit Scoring, 2nd ed., ch. 4: vintages and when they are mature.

    Examples
    --------
    >>> loan = {"loan_id": 1, "applicant_id": "a", "event_time": "2024-01-10T09:00:00Z", "amount": 90.0}
    >>> due = {"loan_id": 1, "applicant_id": "a", "due_time": "2024-02-10T00:00:00Z", "due_amount": 99.0}
    >>> portfolio = Portfolio.from_records({"loans": [loan], "instalments": [due]})
    >>> table = vintages(portfolio, "2024-07-15T00:00:00Z", months=8)
    >>> table["2024-Q1"].shares["dpd_30"]
    array([ 0.,  0.,  1.,  1.,  1.,  1., nan, nan])
    """
    check_given(portfolio=portfolio)
    period = check_period(period)
    months = checked_months(months)
    at = instant(as_of, "as_of")
    inside = loans_in(segment, columns, portfolio)
    ages = loan_ages(portfolio, at, rule=rule, dpd=dpd).among(inside)
    if segment is not None and not ages.loans.size:
        raise ParameterError.must_be("segment", "one of loans that were opened by then", segment.where)
    numbers = numbers_of(ages.opened, period)
    found = tuple(
        _vintage(name_of(number, period), ages, numbers == number, int(months))
        for number in np.unique(numbers).tolist()
    )
    return VintageTable(moment(at), period, int(months), tuple(ages.events), found, ages)


def _vintage(name: str, ages: LoanAges, rows: Flags, months: int) -> Vintage:
    amount = ages.amount[rows]
    mature = min(int(ages.age[rows].min()), months)
    unobserved = int((ages.events[DEFAULTED][rows] == UNKNOWN).sum())
    shares, amounts = {}, {}
    for measure in ages.events:
        known = ages.events[measure][rows] != UNKNOWN
        month, seen = ages.within(measure)[rows][known], ages.seen[rows][known]
        shares[measure] = _shares(month, seen, np.ones(month.size), months, mature)
        amounts[measure] = _shares(month, seen, amount[known], months, mature)
    known_amount = float(np.nansum(amount))
    return Vintage(
        name, int(rows.sum()), unobserved, known_amount, mature,
        MappingProxyType(shares), MappingProxyType(amounts),
    )  # fmt: skip


def _shares(month: Int64, seen: Int64, weight: Float64, months: int, mature: int) -> Float64:
    out = np.full(months, np.nan)
    counted = ~np.isnan(weight)
    month, seen, weight = month[counted], seen[counted], weight[counted]
    for last in range(1, mature + 1):
        bad = (month > 0) & (month <= last)
        whole = weight[bad | (seen >= last)].sum()
        if whole > 0:
            out[last - 1] = weight[bad].sum() / whole
    return read_only(out)
