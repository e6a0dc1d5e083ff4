"""Dates of the Gregorian and the Solar Hijri (Jalali) calendar."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, TypeAlias

from creditscore.errors import ParameterError

Calendar: TypeAlias = Literal["gregorian", "jalali"]
CALENDARS: Final = ("gregorian", "jalali")

# Years in which the 33-year cycle of leap years is broken (K. M. Borkowski, "The Persian calendar for 3000
# years", Earth, Moon, and Planets 74, 1996): between them every fourth year is long, and the last of a cycle
# waits five.
_BREAKS: Final = (
    -61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060, 2097, 2192, 2262, 2324, 2394, 2456,
    3178,
)  # fmt: skip


def to_jalali(day: date) -> tuple[int, int, int]:
    """Return year, month and day of the Solar Hijri calendar, as it is in force in Iran.

    Raises
    ------
    ParameterError
        If the day lies outside the years 1 to 3177 of that calendar.

    Examples
    --------
    >>> to_jalali(date(2026, 11, 22))
    (1405, 9, 1)
    >>> to_jalali(date(2025, 3, 20))
    (1403, 12, 30)
    """
    year = day.year - 621
    if not 1 < year < _BREAKS[-1] - 1:
        raise ParameterError.must_be("day", "within the years 1 and 3176 of the Solar Hijri calendar", day)
    passed = day.toordinal() - _new_year(year)
    if passed < 0:
        year -= 1
        passed = day.toordinal() - _new_year(year)
    if passed < 186:
        return year, passed // 31 + 1, passed % 31 + 1
    return year, (passed - 186) // 30 + 7, (passed - 186) % 30 + 1


def from_jalali(year: int, month: int, day: int) -> date:
    """Return the Gregorian date of a date of the Solar Hijri calendar, as it is in force in Iran.

    Raises
    ------
    ParameterError
        If that calendar has no such date, or it lies outside the years 1 to 3176.

    Examples
    --------
    >>> from_jalali(1403, 3, 12)
    datetime.date(2024, 6, 1)
    """
    if 1 < year < _BREAKS[-1] - 1 and 1 <= month <= 12:
        first = _new_year(year)
        start = first + (31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7))
        after = _new_year(year + 1) if month == 12 else start + (31 if month <= 6 else 30)
        if 1 <= day <= after - start:
            return date.fromordinal(start + day - 1)
    raise ParameterError.must_be("day", "a date of the Solar Hijri calendar", f"{year}-{month}-{day}")


def _new_year(year: int) -> int:
    """Return the proleptic Gregorian ordinal of 1 Farvardin."""
    leap_days = -14
    start = _BREAKS[0]
    for stop in _BREAKS[1:]:
        if year < stop:
            break
        jump = stop - start
        leap_days += jump // 33 * 8 + jump % 33 // 4
        start = stop
    else:
        stop = _BREAKS[-1]
    since, jump = year - start, stop - start
    leap_days += since // 33 * 8 + (since % 33 + 3) // 4
    if jump % 33 == 4 and jump - since == 4:
        leap_days += 1
    gregorian = year + 621
    gregorian_leap_days = gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150
    return date(gregorian, 3, 1).toordinal() + 19 + leap_days - gregorian_leap_days
