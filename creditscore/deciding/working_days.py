"""Working days by the calendar of a country: which week, which holidays, and the days that were counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Final, Self

from creditscore._ground.asked import check_made, checked_each
from creditscore._ground.extras import needs
from creditscore.data.aligned import is_missing
from creditscore.errors import NameUnknownError, ParameterError

_FIRST: Final = date(1900, 1, 1)
_DAYS: Final = 7
# A clock of working days ends within so many days, or the calendar has none.
_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """Which days of a week are free from a date on.

    Parameters
    ----------
    since : date
        First day on which it holds.
    off : sequence of int
        Free days; 0 is Monday, 6 is Sunday.
    """

    since: date
    off: tuple[int, ...]

    def __post_init__(self) -> None:
        check_made("since", self.since, date, "a date")
        if is_missing(self.since):
            raise ParameterError.must_be("since", "a date", self.since)
        object.__setattr__(self, "off", checked_each("off", self.off, int, "a sequence of days, 0 to 6"))
        if len(set(self.off)) != len(self.off) or not set(self.off) <= set(range(_DAYS)) or len(self.off) > 6:
            raise ParameterError.must_be("off", "days of a week from 0 to 6, each once, not all", self.off)


# Iran: Thursday and Friday (Friday by law, Thursday in public offices and banks); give `weeks` where a law or
# a lender has another. China and the United States: Saturday and Sunday.
WEEKS: Final[Mapping[str, tuple[WorkingWeek, ...]]] = MappingProxyType(
    {
        "IR": (WorkingWeek(_FIRST, (3, 4)),),
        "CN": (WorkingWeek(_FIRST, (5, 6)),),
        "US": (WorkingWeek(_FIRST, (5, 6)),),
    }
)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Free days of a country within a span of time, as they were known when a clock was started.

    A clock keeps it, so that what is learned later of a holiday changes no deadline that was given.

    Attributes
    ----------
    country : str
    first, last : date
        The span that it covers, both included.
    weeks : tuple of WorkingWeek
        Rising by date.
    holidays : mapping of date to str
        Free days by name.
    worked : frozenset of date
        Free days of the week on which people work, in exchange for others.
    package : str
        Where the holidays come from.
    """

    country: str
    first: date
    last: date
    weeks: tuple[WorkingWeek, ...]
    holidays: Mapping[date, str]
    worked: frozenset[date] = field(default_factory=frozenset)
    package: str = ""

    @classmethod
    def of(
        cls, country: str, first: date, days: int = _MOST, *, weeks: Sequence[WorkingWeek] | None = None
    ) -> Self:
        """Look a calendar up.

        Parameters
        ----------
        country : {"IR", "CN", "US"}
        first : date
            First day of the span.
        days : int, default 400
            How many days it spans.
        weeks : sequence of WorkingWeek, optional
            In place of the usual week, each from its date on.

        Raises
        ------
        NameUnknownError
            If the country is another.
        ParameterError
            If the weeks begin after the span.
        MissingExtraError
            If the package holidays is not installed.
        """
        if country not in WEEKS:
            raise NameUnknownError.among("working calendar", country, sorted(WEEKS))
        chosen = tuple(sorted(WEEKS[country] if weeks is None else weeks, key=lambda week: week.since))
        if not chosen or chosen[0].since > first:
            raise ParameterError.must_be("weeks", f"a working week from {first} or before", weeks)
        with needs("open_objection", package="holidays", extra="clocks"):
            import holidays
        last = first + timedelta(days=days)
        known = holidays.country_holidays(country, years=range(first.year, last.year + 1))
        free = {day: str(known[day]) for day in sorted(known) if first <= day <= last}
        worked = frozenset(day for day in known.weekend_workdays if first <= day <= last)
        return cls(country, first, last, chosen, free, worked, f"holidays {version('holidays')}")

    def is_working(self, day: date) -> bool:
        """Tell whether people work on a day of the span."""
        if not self.first <= day <= self.last:
            raise ParameterError.must_be("day", f"a day from {self.first} to {self.last}", day)
        if day in self.worked:
            return True
        week = [week for week in self.weeks if week.since <= day][-1]
        return day.weekday() not in week.off and day not in self.holidays

    def after(self, day: date, count: int) -> tuple[date, ...]:
        """Count working days from the day after on.

        Parameters
        ----------
        day : date
            It does not count.
        count : int
            At least 1.

        Returns
        -------
        tuple of date
            Every day that counts; the last is the deadline.

        Examples
        --------
        >>> week = (WorkingWeek(date(1900, 1, 1), (3, 4)),)
        >>> calendar = WorkingCalendar("IR", date(2026, 11, 1), date(2026, 12, 31), week, {})
        >>> [f"{day:%a}" for day in calendar.after(date(2026, 11, 25), 2)]
        ['Sat', 'Sun']
        """
        counted: list[date] = []
        while len(counted) < count:
            day += timedelta(days=1)
            if self.is_working(day):
                counted.append(day)
        return tuple(counted)

    def to_dict(self) -> dict[str, Any]:
        """Write the calendar as plain data."""
        return {
            "country": self.country,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "weeks": [{"since": week.since.isoformat(), "off": list(week.off)} for week in self.weeks],
            "holidays": {day.isoformat(): name for day, name in self.holidays.items()},
            "worked": sorted(day.isoformat() for day in self.worked),
            "package": self.package,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; no package is asked."""
        day = date.fromisoformat
        return cls(
            country=str(stored["country"]),
            first=day(stored["first"]),
            last=day(stored["last"]),
            weeks=tuple(WorkingWeek(day(week["since"]), tuple(week["off"])) for week in stored["weeks"]),
            holidays={day(one): str(name) for one, name in stored["holidays"].items()},
            worked=frozenset(map(day, stored["worked"])),
            package=str(stored["package"]),
        )
