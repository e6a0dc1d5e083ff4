"""The local calendar of a simulated lender: months, working days, holidays, seasons, and the local clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.instants import DAY, HOUR
from creditscore._ground.zones import OFFSETS, STARTS, WEEKDAYS, Calendar, calendar_of
from creditscore.simulate.config import SimulationConfig
from creditscore.words.calendars import to_jalali

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]

_YEARS_BEFORE: Final = 6
_EPOCH: Final = date(1970, 1, 1)

# Spending over the four weeks before the feast of the year and in the two after it, relative to other days.
_BEFORE, _AFTER = 1.3, 0.88
_MONTHS_OF_SPENDING: Final = np.array([0.97, 0.95, 1.02, 1.0, 1.0, 0.99, 0.98, 0.98, 1.0, 1.0, 1.03, 1.05])
# Purchases by day of the week, Monday first; a day of the weekend and a holiday have their own.
_WORKDAY, _EVE, _REST, _HOLIDAY = 1.0, 1.2, 1.25, 0.7

# A mean new moon in Julian days, and the days between two (J. Meeus, Astronomical Algorithms, 2nd ed. 1998,
# ch. 49). The feast is right to a day, which is enough for a season.
_NEW_MOON, _LUNATION = 2451550.09766, 29.530588861
_JULIAN_OF_1970: Final = 2440587.5
_BEIJING: Final = 8.0 / 24.0


@dataclass(frozen=True, slots=True, eq=False)
class Almanac:
    """What each local day is. Days are counted from 1970-01-01; arrays go by day less ``first``.

    Attributes
    ----------
    zone : Calendar
    first : int
        The first day that is known.
    month : ndarray of int64, shape (days,)
        Number of the month that each day belongs to, rising by one.
    begins : ndarray of int64, shape (months,)
        First day of the months, from month ``month[0] + 1`` on.
    works : ndarray of bool, shape (days,)
        Neither weekend nor holiday.
    before, after : ndarray of int64, shape (days,)
        The day itself where it is a working day, else the last one before it, and the next after it.
    spending : ndarray of float64, shape (days,)
        How much is bought on a day, relative to the busiest: within 0 and 1.
    """

    zone: Calendar
    first: int
    month: I8
    begins: I8
    works: Flags
    before: I8
    after: I8
    spending: F8

    def local(self, instants: I8) -> I8:
        """What the local clock shows.

        Parameters
        ----------
        instants : ndarray of int64, shape (...)
            Microseconds since 1970-01-01 UTC.

        Returns
        -------
        ndarray of int64, shape (...)
            Microseconds since 1970-01-01 00:00 local.
        """
        position = np.searchsorted(self.zone.clock[STARTS], instants, side="right") - 1
        return np.asarray(instants + self.zone.clock[OFFSETS, position], np.int64)

    def instant(self, local: I8) -> I8:
        """When the local clock shows it; what the clock skips is an hour later.

        Parameters
        ----------
        local : ndarray of int64, shape (...)
            Microseconds since 1970-01-01 00:00 local.

        Returns
        -------
        ndarray of int64, shape (...)
            Microseconds since 1970-01-01 UTC.
        """
        starts, shifts = self.zone.clock[STARTS], self.zone.clock[OFFSETS]
        begins = starts.copy()
        begins[1:] += np.minimum(shifts[1:], shifts[:-1])
        position = np.searchsorted(begins, local, side="right") - 1
        guess = local - shifts[position]
        early = guess < starts[position]
        return np.asarray(local - shifts[np.where(early, position - 1, position)], np.int64)

    def day(self, instants: I8) -> I8:
        """Local day of each instant.

        Parameters
        ----------
        instants : ndarray of int64, shape (...)
            Microseconds since 1970-01-01 UTC.

        Returns
        -------
        ndarray of int64, shape (...)
        """
        return self.local(instants) // DAY

    def month_of(self, day: I8) -> I8:
        """Number of the month of each day.

        Parameters
        ----------
        day : ndarray of int64, shape (...)

        Returns
        -------
        ndarray of int64, shape (...)
        """
        return np.asarray(self.month[day - self.first], np.int64)

    def in_month(self, month: I8, day: I8) -> I8:
        """Day of a month by its number; the last one where the month is shorter.

        Parameters
        ----------
        month, day : ndarray of int64, shape (...)
            Number of the month, and of the day in it, from 1.

        Returns
        -------
        ndarray of int64, shape (...)
        """
        position = month - self.month[0] - 1
        return np.asarray(np.minimum(self.begins[position] + day, self.begins[position + 1]) - 1, np.int64)

    def working_day(self, day: I8, *, later: bool = False) -> I8:
        """The day itself if people work on it, else the nearest working day before it, or after it.

        Parameters
        ----------
        day : ndarray of int64, shape (...)
        later : bool
            Whether to look ahead.

        Returns
        -------
        ndarray of int64, shape (...)
        """
        return np.asarray((self.after if later else self.before)[day - self.first], np.int64)

    def at(self, day: I8, hours: F8, draw: F8) -> I8:
        """Instants on local days at hours that are drawn.

        Parameters
        ----------
        day : ndarray of int64, shape (...)
        hours : ndarray of float64, shape (24,)
            How often each local hour occurs.
        draw : ndarray of float64, shape (...)
            Within 0 and 1, uniform.

        Returns
        -------
        ndarray of int64, shape (...)
            Microseconds, whole seconds.
        """
        rising = np.cumsum(hours) / hours.sum()
        hour = np.searchsorted(rising, draw, side="right").clip(0, 23)
        lower = np.concatenate([[0.0], rising])[hour]
        share = (draw - lower) / np.maximum(rising[hour] - lower, 1e-12)
        second = np.minimum(3_599.0 * share, 3_599.0).astype(np.int64)
        return self.instant(day * DAY + hour * HOUR + second * 1_000_000)


def hours(first: int, last: int, *, least: float = 0.0) -> F8:
    """Weights of the hours of a day, most of them about the middle of a span.

    Parameters
    ----------
    first, last : int
        First hour of the span, and the last.
    least : float
        Weight of the hours outside of it.

    Returns
    -------
    ndarray of float64, shape (24,)
    """
    hour = np.arange(24.0)
    inside = 1.0 - ((hour - (first + last) / 2.0) / (last - first + 2.0) * 2.0) ** 2
    return np.where((hour >= first) & (hour <= last), inside, least)


BANK_HOURS: Final = hours(6, 8)
OFFICE_HOURS: Final = hours(9, 16)
PAY_HOURS: Final = hours(6, 10)
DAY_HOURS: Final = hours(8, 22)
SHOP_HOURS: Final = hours(8, 21, least=0.01)
ONLINE_HOURS: Final = hours(9, 23, least=0.06)


def almanac_of(config: SimulationConfig) -> Almanac:
    """Return the calendar of a configuration, made once."""
    last = config.end_time // DAY + 800
    first = config.start_time // DAY - 366 * _YEARS_BEFORE
    return _almanac(config.timezone, config.weekend, config.calendar, first, last)


@lru_cache(maxsize=8)
def _almanac(timezone: str, weekend: tuple[str, ...], calendar: str, first: int, last: int) -> Almanac:
    day = np.arange(first, last)
    rest = np.isin((day + 3) % 7, [WEEKDAYS.index(name) for name in weekend])
    holiday = np.isin(day, [_number(d) for d in _holidays(calendar, first, last)])
    works = ~(rest | holiday)
    number = np.where(works, day, first - 1)
    after = np.where(works, day, last)
    month = _months(calendar, day)
    begins = np.flatnonzero(np.diff(month) > 0) + 1 + first
    return Almanac(
        calendar_of(timezone, weekend), first, month, begins, works, np.maximum.accumulate(number),
        np.minimum.accumulate(after[::-1])[::-1], _spending(calendar, day, rest, holiday),
    )  # fmt: skip


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _months(calendar: str, day: I8) -> I8:
    if calendar == "solar_hijri":
        parts = (to_jalali(_EPOCH + timedelta(days=int(number))) for number in day)
        return np.array([year * 12 + month for year, month, _ in parts], np.int64)
    return np.asarray(day.view("M8[D]").astype("M8[M]").astype(np.int64))


def _spending(calendar: str, day: I8, rest: Flags, holiday: Flags) -> F8:
    """Weight of each day: the week, the month, and the weeks around the feast of the year."""
    eve = np.concatenate([rest[1:], rest[:1]]) & ~rest
    weight = np.where(rest, _REST, np.where(eve, _EVE, _WORKDAY))
    weight = np.where(holiday, _HOLIDAY, weight)
    if calendar == "gregorian":
        weight = weight * _MONTHS_OF_SPENDING[day.view("M8[D]").astype("M8[M]").astype(np.int64) % 12]
    feasts = np.array([_number(d) for d in _feasts(calendar, int(day[0]) - 60, int(day[-1]) + 60)])
    ahead = feasts[np.searchsorted(feasts, day).clip(0, feasts.size - 1)] - day
    since = day - feasts[(np.searchsorted(feasts, day, side="right") - 1).clip(0)]
    weight = np.where((ahead > 0) & (ahead <= 28), weight * _BEFORE, weight)
    weight = np.where((since >= 0) & (since < 14), weight * _AFTER, weight)
    return np.asarray(weight / weight.max(), np.float64)


def _feasts(calendar: str, first: int, last: int) -> Iterator[date]:
    """First days of the feast that the year is planned around, in rising order."""
    begin, end = (_EPOCH + timedelta(days=number) for number in (first, last))
    year_of: dict[str, Callable[[int], date]] = {
        "gregorian": lambda year: date(year, 12, 25), "solar_hijri": nowruz,
        "islamic": lambda year: islamic(round((year - 622) * 1.030684) + 1, 10, 1),
        "chinese": spring_festival,
    }  # fmt: skip
    years = range(begin.year - 1, end.year + 2)
    yield from sorted({day for year in years if begin <= (day := year_of[calendar](year)) <= end})


def nowruz(year: int) -> date:
    """First day of the Solar Hijri year that begins in a Gregorian one."""
    days = (date(year, 3, number) for number in range(19, 24))
    return next(day for day in days if to_jalali(day)[1:] == (1, 1))


def islamic(year: int, month: int, day: int) -> date:
    """Date in the tabular Islamic calendar, which is right to a day or two.

    References
    ----------
    Reingold, E. M. and Dershowitz, N. (2018), Calendrical Calculations, 4th ed., ch. 7.

    Examples
    --------
    >>> islamic(1445, 9, 1)
    datetime.date(2024, 3, 11)
    """
    ordinal = 227_014 + (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    return date.fromordinal(ordinal)


def spring_festival(year: int) -> date:
    """Chinese New Year: the day, in Beijing, of the mean new moon between 21 January and 20 February.

    Examples
    --------
    >>> spring_festival(2026)
    datetime.date(2026, 2, 17)
    """
    begin = _number(date(year, 1, 21)) + _JULIAN_OF_1970 - _BEIJING
    moons = _NEW_MOON + _LUNATION * np.ceil((begin - _NEW_MOON) / _LUNATION)
    return _EPOCH + timedelta(days=int(moons + _BEIJING - _JULIAN_OF_1970))


def _holidays(calendar: str, first: int, last: int) -> Iterator[date]:
    """Days on which banks are closed, beside the weekend; the larger ones of a country with that calendar."""
    begin, end = (_EPOCH + timedelta(days=number) for number in (first, last))
    feasts = list(_feasts(calendar, first - 60, last + 60))
    days = {"gregorian": 2, "solar_hijri": 4, "islamic": 3, "chinese": 7}[calendar]
    yield from (day + timedelta(days=shift) for day in feasts for shift in range(days))
    for year in range(begin.year, end.year + 1):
        yield date(year, 1, 1) if calendar != "solar_hijri" else nowruz(year) + timedelta(days=12)
        if calendar in {"gregorian", "chinese"}:
            yield date(year, 5, 1)
        if calendar == "chinese":
            yield from (date(year, 10, number) for number in (1, 2, 3))
    if calendar == "islamic":
        yield from (day + timedelta(days=69 + shift) for day in feasts for shift in range(3))
