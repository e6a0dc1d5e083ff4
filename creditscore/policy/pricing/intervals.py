"""Intervals between days, counted backwards in whole periods and days as consumer-credit laws count them."""

from __future__ import annotations

import itertools
from calendar import isleap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

Standard: TypeAlias = Literal["month", "half_month", "week", "day"]
MONTHS_A_YEAR: Final = 12
_WEEK: Final = 7
_HALVES: Final = 2
_FEBRUARY: Final = 2
_DAYS_OF_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time that repeats: so many months, halves of a month, weeks or days."""

    standard: Standard
    length: int

    @property
    def days(self) -> int:
        """Days of the period where laws take a month for 30 days and half of one for 15."""
        return {"month": 30, "half_month": 15, "week": _WEEK, "day": 1}[self.standard] * self.length


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days of the month payments fall on: one, or two where they come twice a month.

    A day that a month does not have stands for its last day.

    Attributes
    ----------
    days : tuple of int
        One or two days of the month, rising.
    """

    days: tuple[int, ...]

    @classmethod
    def of(cls, days: Sequence[date]) -> Calendar | None:
        """Find the days of the month that payments fall on; None if they fall on more than two."""
        latest = max(day.day for day in days)
        if all(_clipped(day.year, day.month, latest) == day for day in days):
            return cls((latest,))
        found = sorted({day.day for day in days})
        both = len(found) == _HALVES and _twice_a_month(days, (found[0], found[1]))
        return cls((found[0], found[1])) if both else None

    def back(self, day: date, steps: int) -> date:
        """Go back from one of the days by so many months, or halves of a month."""
        if len(self.days) == 1:
            month = day.year * MONTHS_A_YEAR + day.month - 1 - steps
            return _clipped(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, self.days[0])
        number = (day.year * MONTHS_A_YEAR + day.month - 1) * _HALVES + self.days.index(day.day) - steps
        month, half = divmod(number, _HALVES)
        return _clipped(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, self.days[half])

    def has(self, day: date) -> bool:
        """Say whether payments can fall on a day."""
        return any(_clipped(day.year, day.month, one) == day for one in self.days)

    def number(self, day: date) -> int:
        """Count months (or halves) from the beginning of the calendar to one of the days."""
        months = day.year * MONTHS_A_YEAR + day.month - 1
        return months if len(self.days) == 1 else months * _HALVES + self.days.index(day.day)


def common_period(days: Sequence[date]) -> tuple[Period, Calendar | None]:
    """Find the period between payments that is commonest, the shortest of several.

    Parameters
    ----------
    days : sequence of date
        At least two different days, rising.

    Returns
    -------
    tuple of Period and Calendar or None
        The period, and the days of the month where it is one of months.

    Examples
    --------
    >>> common_period([date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)])
    (Period(standard='month', length=1), Calendar(days=(31,)))
    """
    calendar = Calendar.of(days)
    pairs = list(itertools.pairwise(days))
    if calendar is not None:
        gaps = [calendar.number(later) - calendar.number(earlier) for earlier, later in pairs]
        standard: Standard = "month" if len(calendar.days) == 1 else "half_month"
        return Period(standard, _commonest(gaps)), calendar
    gaps = [(later - earlier).days for earlier, later in pairs]
    weeks = all(gap % _WEEK == 0 for gap in gaps)
    return (Period("week", _commonest(gaps) // _WEEK) if weeks else Period("day", _commonest(gaps))), None


def counted_back(start: date, end: date, standard: Standard, calendar: Calendar | None) -> tuple[int, date]:
    """Count whole months, halves of a month, weeks or days backwards from an end, not beyond a start.

    Returns
    -------
    tuple of int and date
        How many, and the day that they lead back to; the days from the start to it are left over.
    """
    if calendar is not None and standard in ("month", "half_month"):
        months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
        steps = (months + 1) * len(calendar.days)
        while steps > 0 and calendar.back(end, steps) < start:
            steps -= 1
        return steps, calendar.back(end, steps)
    length = _WEEK if standard == "week" else 1
    steps = (end - start).days // length
    return steps, end - timedelta(days=steps * length)


def days_of_year_before(day: date) -> int:
    """Days of the year that ends with a day."""
    return (day - _clipped(day.year - 1, day.month, day.day)).days


def _clipped(year: int, month: int, day: int) -> date:
    leap = month == _FEBRUARY and isleap(year)
    return date(year, month, min(day, _DAYS_OF_MONTHS[month - 1] + leap))


def _twice_a_month(days: Sequence[date], pair: tuple[int, int]) -> bool:
    """Say whether payments fall on both days of each month in turn, about half a month apart."""
    halves = [(day.year * MONTHS_A_YEAR + day.month) * _HALVES + pair.index(day.day) for day in days]
    apart = pair[1] - pair[0]
    return _WEEK * _HALVES <= apart <= 2 * _WEEK + 3 and all(
        later - earlier == 1 for earlier, later in itertools.pairwise(halves)
    )


def _commonest(gaps: Sequence[int]) -> int:
    counts = Counter(gaps)
    most = max(counts.values())
    return min(gap for gap, count in counts.items() if count == most)
