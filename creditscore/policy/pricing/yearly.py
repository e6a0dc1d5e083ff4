"""The yearly rate of a loan by its cash flows, as laws define it: European, American, and by plain months."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import read_only
from creditscore._ground.asked import checked_each
from creditscore._ground.numbers import is_finite_number
from creditscore.errors import ParameterError
from creditscore.policy.pricing.intervals import (
    MONTHS_A_YEAR,
    Calendar,
    Period,
    common_period,
    counted_back,
    days_of_year_before,
)

_WEEKS: Final = 52
_DAYS: Final = 365
# Growth is the log of 1 + the rate. Where flows change sign once, one rate balances them (Descartes' rule of
# signs); else the range of rates that occur is searched in fine steps.
_HIGHEST: Final = 46.0
_NEAR: Final = 0.25
_LEAST_UNIT: Final = -0.5  # of a unit period, within which simple interest of a part stays above -1
_FINE: Final = 16_000
_FINE_RANGE: Final = (-3.0, 13.0)
_TOLERANCE: Final = 1e-14
_KEPT: Final = 512
# Of what is received and paid together: what is missing by less is left to the solution.
_PLAIN: Final = 1e-9


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Money that changes hands on a day.

    Parameters
    ----------
    day : date
        The day.
    amount : float
        Above 0 what the borrower receives, below 0 what the borrower pays.
    """

    day: date
    amount: float

    def __post_init__(self) -> None:
        if not isinstance(self.day, date):
            raise ParameterError.must_be("day", "a date", self.day)
        if not is_finite_number(self.amount):
            raise ParameterError.must_be("amount", "a finite number", self.amount)


def effective_annual_rate(flows: Sequence[CashFlow]) -> float:
    """Annual percentage rate of charge of European law, which compounds: a share, 0.064 for 6.4 %.

    Intervals are counted backwards from each payment in whole years, months or weeks, whichever the
    payments come by, and days over those of the year before (Directive 2008/48/EC, Annex I, remark c;
    Directive (EU) 2023/2225, Annex III; the United Kingdom's CONC App 1 is alike for whole periods).

    Parameters
    ----------
    flows : sequence of CashFlow
        What the borrower receives, from the first day on, and pays, charges included.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If the flows are not those of a loan, or more than one rate or none balances them.

    Examples
    --------
    >>> loan = [CashFlow(date(2026, 1, 1), 1000.0), CashFlow(date(2027, 7, 1), -1200.0)]
    >>> round(effective_annual_rate(loan), 4)
    0.1292
    """
    return effective_of(*flows_of(flows))


def effective_of(days: tuple[date, ...], amounts: NDArray[np.float64]) -> float:
    """The same of days, in their order, and amounts of shape (n,)."""
    years = _years_of(days)
    growth = _balanced(lambda tried: float(amounts @ np.exp(-tried * years)), amounts, -_HIGHEST)
    return math.expm1(growth)


def shows_more(days: tuple[date, ...], amounts: NDArray[np.float64], highest: float) -> bool | None:
    """Say whether the rate of European law is above one, where that shows without solving for it; else None.

    Days are in their order, with amounts of shape (n,). Who receives money first and pays it back has one
    rate, and at a higher one would owe more than that.
    """
    left = amounts * np.exp(-math.log1p(highest) * _years_of(days))
    missing = float(left.sum())
    shows = amounts[0] > 0 and (amounts[1:] <= 0).all() and abs(missing) > _PLAIN * float(np.abs(left).sum())
    return missing < 0 if shows else None


def actuarial_annual_rate(flows: Sequence[CashFlow]) -> float:
    """Annual percentage rate of American law, which does not compound: a share, 0.0969 for 9.69 %.

    The actuarial method of Regulation Z (12 CFR 1026, Appendix J): the rate of a unit period times the unit
    periods of a year; what is left over of a unit period bears simple interest.

    Parameters
    ----------
    flows : sequence of CashFlow
        What the borrower receives, from the first day on, and pays.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If the flows are not those of a loan, or more than one rate or none balances them.

    Examples
    --------
    >>> loan = [CashFlow(date(1978, 1, 3), 1000.0), CashFlow(date(1978, 9, 15), -1080.0)]
    >>> round(actuarial_annual_rate(loan), 4)
    0.1145
    """
    return actuarial_of(*flows_of(flows))


def actuarial_of(days: tuple[date, ...], amounts: NDArray[np.float64]) -> float:
    """The same of days, in their order, and amounts of shape (n,)."""
    unit = _unit_of(days, amounts)
    counted = np.array([unit.counted(days[0], day) for day in days])
    whole, part = counted[:, 0], counted[:, 1]

    def left(growth: float) -> float:
        rate = math.expm1(growth)
        return float(np.sum(amounts * np.exp(-growth * whole) / (1.0 + part * rate)))

    return math.expm1(_balanced(left, amounts, _LEAST_UNIT)) * unit.a_year


def nominal_annual_rate(flows: Sequence[CashFlow], periods: int = MONTHS_A_YEAR) -> float:
    """Yearly rate without compounding: the rate of a month (or another period) times those of a year.

    For laws that state a nominal yearly rate, and beside the compounded one where a law lets the lender
    name either, as the People's Bank of China did in 2021. No official worked example was found to check
    the Chinese and the Iranian use of it; it is arithmetic on the same flows as `effective_annual_rate`.

    Parameters
    ----------
    flows : sequence of CashFlow
        What the borrower receives, from the first day on, and pays.
    periods : int, default 12
        Of a year.

    Returns
    -------
    float

    Examples
    --------
    >>> loan = [CashFlow(date(2026, 1, 1), 1000.0), CashFlow(date(2026, 2, 1), -1015.0)]
    >>> round(nominal_annual_rate(loan), 4)
    0.18
    """
    return nominal_of(effective_annual_rate(flows), periods)


def nominal_of(effective: float, periods: int = MONTHS_A_YEAR) -> float:
    """The yearly rate without compounding that grows to an effective one."""
    return periods * math.expm1(math.log1p(effective) / periods)


def effective_from(nominal: float, periods: int = MONTHS_A_YEAR) -> float:
    """The effective yearly rate that a nominal one grows to."""
    return math.expm1(periods * math.log1p(nominal / periods))


@dataclass(frozen=True, slots=True)
class _Unit:
    """The unit period of Regulation Z, and how many of it make a year."""

    period: Period
    calendar: Calendar | None
    a_year: float

    def counted(self, start: date, end: date) -> tuple[float, float]:
        """Count unit periods back from a day: whole ones, and the part of one that is left over."""
        if end == start:
            return 0.0, 0.0
        steps, reached = self._back(start, end)
        whole, rest = divmod(steps, self.period.length)
        left = (reached - start).days
        if self.period == Period("month", MONTHS_A_YEAR):
            return whole, rest / MONTHS_A_YEAR + left / _DAYS
        each = self.period.days // self.period.length
        return whole, (rest * each + left) / self.period.days

    def _back(self, start: date, end: date) -> tuple[int, date]:
        """Count back along the days of payments; an advance between them counts months by its own day."""
        if self.calendar is None or self.calendar.has(end):
            return counted_back(start, end, self.period.standard, self.calendar)
        months, reached = counted_back(start, end, "month", Calendar((end.day,)))
        return months * len(self.calendar.days), reached


def _unit_of(each: tuple[date, ...], amounts: NDArray[np.float64]) -> _Unit:
    days = sorted(set(each))
    paid = sorted({day for day, amount in zip(each, amounts.tolist(), strict=True) if amount < 0})
    if len(paid) == 1 and len(days) == 2:
        return _single(days[0], days[1])
    period, calendar = common_period(paid if len(paid) > 1 else days)
    if period.standard == "month" and period.length >= MONTHS_A_YEAR:
        period = Period("month", MONTHS_A_YEAR)
    a_year = {
        "month": MONTHS_A_YEAR / period.length,
        "half_month": 2 * MONTHS_A_YEAR / period.length,
        "week": _WEEKS / period.length,
        "day": _DAYS / period.length,
    }
    return _Unit(period, calendar, a_year[period.standard])


def _single(start: date, end: date) -> _Unit:
    """One advance and one payment: the term is the unit period, of a year at most."""
    calendar = Calendar((end.day,))
    months, reached = counted_back(start, end, "month", calendar)
    if months >= MONTHS_A_YEAR:
        return _Unit(Period("month", MONTHS_A_YEAR), calendar, 1.0)
    if reached == start:
        return _Unit(Period("month", months), calendar, MONTHS_A_YEAR / months)
    days = (end - start).days
    return _Unit(Period("day", days), None, _DAYS / days)


# A search among amounts prices the same days over and over.
@lru_cache(maxsize=_KEPT)
def _years_of(days: tuple[date, ...]) -> NDArray[np.float64]:
    """Years of each day from the first, in the periods of European law: those between the payments."""
    different = sorted(set(days))
    period, calendar = common_period(different[1:] if len(different) > 2 else different)
    return read_only(np.array([_in_years(days[0], day, period, calendar) for day in days]))


def _in_years(start: date, end: date, period: Period, calendar: Calendar | None) -> float:
    """Count years from the first day: whole periods backwards, then days over those of the year before."""
    if end == start:
        return 0.0
    if period.standard == "week":
        steps, reached = counted_back(start, end, "week", None)
        return steps / _WEEKS + _rest(start, reached)
    if calendar is None:
        along = Calendar((end.day,))
        whole = counted_back(start, end, "month", along)[0] // MONTHS_A_YEAR
        return whole + _rest(start, along.back(end, whole * MONTHS_A_YEAR))
    along = calendar if len(calendar.days) == 1 and calendar.has(end) else Calendar((end.day,))
    steps, reached = counted_back(start, end, "month", along)
    if period.length % MONTHS_A_YEAR == 0 and period.standard == "month":
        steps -= steps % MONTHS_A_YEAR
        reached = along.back(end, steps)
    return steps / MONTHS_A_YEAR + _rest(start, reached)


def _rest(start: date, reached: date) -> float:
    days = (reached - start).days
    return days / days_of_year_before(reached) if days else 0.0


def flows_of(flows: Sequence[CashFlow]) -> tuple[tuple[date, ...], NDArray[np.float64]]:
    """Return days in their order and amounts, of shape (n,), of flows that are those of a loan."""
    flows = checked_each("flows", flows, CashFlow, "a sequence of CashFlow(...)")
    ordered = sorted(flows, key=lambda flow: flow.day)
    amounts = np.array([flow.amount for flow in ordered])
    return checked(tuple(flow.day for flow in ordered), amounts)


def checked(
    days: tuple[date, ...], amounts: NDArray[np.float64]
) -> tuple[tuple[date, ...], NDArray[np.float64]]:
    """Return days and amounts, of shape (n,), as they are given, where they are those of a loan.

    Raises
    ------
    ParameterError
        If nothing is received or paid, or all on one day.
    """
    if not days or not (amounts > 0).any() or not (amounts < 0).any():
        raise ParameterError("A loan has at least one amount received (above 0) and one paid (below 0).")
    if days[-1] == days[0]:
        raise ParameterError("A loan whose flows all fall on one day has no yearly rate.")
    return days, amounts


def _balanced(left: Callable[[float], float], amounts: NDArray[np.float64], lowest: float) -> float:
    """Find the one growth a period at which what is received equals what is paid."""
    from scipy.optimize import brentq

    changes = np.count_nonzero(np.diff(np.sign(amounts[amounts != 0])))
    low, high = _around(left, lowest) if changes == 1 else _only(left, lowest)
    if low == high:
        return low
    return float(brentq(left, low, high, xtol=_TOLERANCE, rtol=_TOLERANCE))


def _around(left: Callable[[float], float], lowest: float) -> tuple[float, float]:
    """Widen a range until it holds the one rate that there is."""
    low, high = max(lowest, -_NEAR), _NEAR
    while left(low) * left(high) > 0:
        if high > _HIGHEST:
            raise ParameterError("No yearly rate balances these flows. Check what is received and paid.")
        low, high = max(lowest, 2 * low), 2 * high
    return low, high


def _only(left: Callable[[float], float], lowest: float) -> tuple[float, float]:
    """Search for all rates in fine steps, and refuse flows that more than one balances, or none."""
    grid = np.linspace(max(lowest, _FINE_RANGE[0]), _FINE_RANGE[1], _FINE + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        signs = np.sign([left(float(growth)) for growth in grid])
    crossings, on_grid = np.flatnonzero(signs[:-1] * signs[1:] < 0), np.flatnonzero(signs == 0)
    if crossings.size + on_grid.size != 1:
        number = crossings.size + on_grid.size
        raise ParameterError(f"{number} yearly rates balance these flows. Check what is received and paid.")
    if on_grid.size:
        return float(grid[on_grid[0]]), float(grid[on_grid[0]])
    start = int(crossings[0])
    return float(grid[start]), float(grid[start + 1])
