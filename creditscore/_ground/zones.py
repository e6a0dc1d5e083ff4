"""Local days and hours: the offsets of a time zone as arrays that kernels can read.

A zone is looked up once and kept as plain numbers, so that a kernel needs no time-zone library, and a stored
decision can carry the offsets that it was taken with: a later change of a clock refutes no record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Final, Self, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from creditscore._ground.arrays import Int64, read_only
from creditscore._ground.asked import is_among
from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY, HOUR, SECOND
from creditscore.errors import ParameterError

UTC_NAME: Final = "UTC"
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_WEEKEND: Final = ("sat", "sun")

_A_ZONE: Final = "the name of a time zone such as 'Africa/Lagos'"
_NO_ZONES: Final = frozenset({"localtime", "posixrules", "Factory"})
_NO_FOLDERS: Final = ("posix/", "right/")
UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC", "Z"})
_BEGINNING: Final = -(2**62)
_FIRST, _LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1950, 2100))
_DAY_SECONDS: Final = 86_400
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


# What kernels read of a zone and a week, in one array, since each array takes time to pass: shape
# (3, n_offsets). Rows: since when each offset holds (microseconds since 1970-01-01 UTC, ascending, the first
# before every instant); what to add to UTC for the local clock (microseconds, positive east of Greenwich);
# and, in its first entry, a bit for each day of the weekend, Monday's the lowest.
Clock: TypeAlias = Int64
STARTS, OFFSETS, WEEKEND = range(3)


@inner
def offset_at(instant: int, clock: Clock) -> int:
    """Return the position of the offset that holds at an instant, within 0 and their number less 1."""
    low = 0
    high = clock.shape[1] - 1
    while low < high:
        middle = (low + high + 1) // 2
        if clock[STARTS, middle] <= instant:
            low = middle
        else:
            high = middle - 1
    return int(low)


@inner
def local_time(instant: int, clock: Clock) -> int:
    """Return what the local clock shows at an instant, as microseconds since 1970-01-01 00:00 local."""
    return instant + clock[OFFSETS, offset_at(instant, clock)]  # type: ignore[no-any-return]


@inner
def local_day(instant: int, clock: Clock) -> int:
    """Return the number of the local day of an instant; day 0 is 1970-01-01."""
    return local_time(instant, clock) // DAY


@inner
def day_start(day: int, clock: Clock) -> int:
    """Return from which instant on it is that local day, or a later one, in microseconds.

    Where the clock goes back over midnight this is the second midnight; where it skips midnight, the instant
    at which it does.
    """
    midnight = day * DAY
    position = offset_at(midnight + 2 * DAY, clock)
    while position > 0 and midnight - clock[OFFSETS, position] <= clock[STARTS, position]:
        if clock[STARTS, position] + clock[OFFSETS, position - 1] <= midnight:
            return clock[STARTS, position]  # type: ignore[no-any-return]
        position -= 1
    return midnight - clock[OFFSETS, position]  # type: ignore[no-any-return]


@inner
def local_hour(instant: int, clock: Clock) -> int:
    """Return the local hour of an instant, within 0 and 23."""
    return local_time(instant, clock) % DAY // HOUR


@inner
def weekday_of(day: int) -> int:
    """Return the weekday of a numbered day, 0 for Monday to 6 for Sunday; day 0 was a Thursday."""
    return (day + 3) % 7


@inner
def is_weekend(weekday: int, clock: Clock) -> bool:
    """Whether a weekday, 0 for Monday to 6 for Sunday, is of the weekend."""
    return bool(clock[WEEKEND, 0] >> weekday & 1)


@inner
def month_of(day: int) -> int:
    """Return the number of the calendar month of a numbered day; month 0 is January 1970, day 0 its first.

    Gregorian, by counting from 1 March of the year 0, so that a leap day is the last of its year.
    """
    from_march = day + 719_468
    era = from_march // 146_097
    of_era = from_march - era * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    return int((year + era * 400 - 1_970) * 12 + (5 * of_year + 2) // 153 + 2)


@inner
def month_first(month: int) -> int:
    """Return the number of the first day of a numbered calendar month; month 0 is January 1970."""
    from_march = month - 2 + 1_970 * 12
    year = from_march // 12
    era = year // 400
    of_era = year - era * 400
    day = (153 * (from_march - year * 12) + 2) // 5 + of_era * 365 + of_era // 4 - of_era // 100
    return int(era * 146_097 + day - 719_468)


@inner
def months_before(instant: int, months: int, clock: Clock) -> int:
    """Return the instant of the same local day and time so many calendar months earlier.

    Where that month is too short it is its last day; where the clock skips the time, the offset after the
    change decides, and where it shows the time twice, always the same one of the two.
    """
    local = local_time(instant, clock)
    day = local // DAY
    month = month_of(day)
    first = month_first(month - months)
    last = month_first(month - months + 1) - 1
    then = min(first + day - month_first(month), last)
    shown = then * DAY + local % DAY
    guess = shown - clock[OFFSETS, offset_at(day_start(then, clock), clock)]
    return int(shown - clock[OFFSETS, offset_at(guess, clock)])


@dataclass(frozen=True, slots=True)
class Calendar:
    """A time zone and a week: what decides local days, hours and weekends.

    Parameters
    ----------
    timezone : str, default "UTC"
        Name of a zone, such as ``"Asia/Tehran"``.
    weekend : sequence of str, default ("sat", "sun")
        Days of the weekend: ``mon``, ``tue``, ``wed``, ``thu``, ``fri``, ``sat``, ``sun``.
    offsets : sequence of (int, int), optional
        When each offset began (microseconds since 1970-01-01 UTC) and how many seconds it adds to UTC. By
        default those that this machine knows for the zone.

    Raises
    ------
    ParameterError
        If the zone, a day or the offsets are not what they should be.

    Examples
    --------
    >>> Calendar("Asia/Tehran", ("thu", "fri")).weekend
    ('thu', 'fri')
    """

    timezone: str = UTC_NAME
    weekend: tuple[str, ...] = USUAL_WEEKEND
    offsets: tuple[tuple[int, int], ...] = ()
    clock: Clock = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look the offsets up where none are given, and lay them out for kernels."""
        days = tuple(day for day in WEEKDAYS if day in _checked_days(self.weekend))
        offsets = tuple((int(start), int(shift)) for start, shift in self.offsets)
        offsets = offsets or _offsets_of(checked_name(self.timezone))
        object.__setattr__(self, "timezone", UTC_NAME if self.timezone in UTC_NAMES else self.timezone)
        object.__setattr__(self, "weekend", days)
        object.__setattr__(self, "offsets", offsets)
        object.__setattr__(self, "clock", _clock(offsets, days))

    @property
    def is_usual(self) -> bool:
        """Whether it is UTC with the weekend on Saturday and Sunday."""
        return self == USUAL

    def local_days(self, instants: Int64) -> Int64:
        """Number the local days of instants; day 0 is 1970-01-01.

        Parameters
        ----------
        instants : ndarray of int64, shape (n,)
            Microseconds since 1970-01-01 UTC.

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        return np.asarray(self._local(instants) // DAY, np.int64)

    def local_hours(self, instants: Int64) -> Int64:
        """Return the local hours of instants, within 0 and 23.

        Parameters
        ----------
        instants : ndarray of int64, shape (n,)
            Microseconds since 1970-01-01 UTC.

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        return np.asarray(self._local(instants) % DAY // HOUR, np.int64)

    def _local(self, instants: Int64) -> Int64:
        position = np.searchsorted(self.clock[STARTS], instants, side="right") - 1
        return np.asarray(instants + self.clock[OFFSETS, position], np.int64)

    def local(self, moment: datetime) -> datetime:
        """Return the same instant as the clock of the zone shows it.

        Examples
        --------
        >>> print(Calendar("Asia/Tehran").local(datetime(2026, 11, 21, 22, 30, tzinfo=UTC)))
        2026-11-22 02:00:00+03:30
        """
        position = int(np.searchsorted(self.clock[STARTS], _microseconds(moment), side="right")) - 1
        shift = int(self.clock[OFFSETS, position]) // SECOND
        return moment.astimezone(timezone(timedelta(seconds=shift)) if shift else UTC)

    def between(self, first: int, last: int) -> Self:
        """Return the calendar with those offsets alone that hold between two instants, both included.

        Parameters
        ----------
        first, last : int
            Microseconds since 1970-01-01 UTC.
        """
        starts = [start for start, _ in self.offsets]
        low = max(0, sum(start <= first for start in starts) - 1)
        high = max(low + 1, sum(start <= last for start in starts))
        kept = self.offsets[low:high]
        return type(self)(self.timezone, self.weekend, ((_BEGINNING, kept[0][1]), *kept[1:]))

    def to_dict(self) -> dict[str, Any]:
        """Write the calendar as plain data; the first offset holds from ever."""
        offsets = [
            {"from": iso_utc(start) if start > _BEGINNING else None, "seconds": shift}
            for start, shift in self.offsets
        ]
        return {"timezone": self.timezone, "weekend": list(self.weekend), "offsets": offsets}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote, with the offsets that it holds.

        Raises
        ------
        ParameterError
            If the data are not those of a calendar.
        """
        try:
            pairs = tuple(
                (_BEGINNING if part["from"] is None else _instant(part["from"]), int(part["seconds"]))
                for part in data["offsets"]
            )
            return cls(str(data["timezone"]), tuple(data["weekend"]), pairs)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ParameterError.must_be("calendar", "what Calendar.to_dict wrote", data) from error


def checked_name(timezone: str) -> str:
    """Return the name of a zone; refuse the zone of this machine, and those that count leap seconds.

    Raises
    ------
    ParameterError
        If it is not the name of a zone that this machine knows.
    """
    name = "UTC" if is_among(timezone, UTC_NAMES) else timezone
    if is_among(name, _NO_ZONES) or (isinstance(name, str) and name.startswith(_NO_FOLDERS)):
        raise ParameterError.must_be("timezone", _A_ZONE, timezone)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise ParameterError.must_be("timezone", _A_ZONE, timezone) from None
    return name


def _checked_days(weekend: Sequence[str]) -> frozenset[str]:
    try:
        days = [weekend] if isinstance(weekend, str) else list(weekend)
    except TypeError:
        raise ParameterError.must_be("weekend", f"days among {', '.join(WEEKDAYS)}", weekend) from None
    for day in days:
        if day not in WEEKDAYS:
            raise ParameterError.must_be("weekend", f"days among {', '.join(WEEKDAYS)}", day)
    return frozenset(days)


def _clock(offsets: Iterable[tuple[int, int]], days: Sequence[str]) -> Clock:
    pairs = list(offsets)
    clock = np.zeros((3, len(pairs)), np.int64)
    clock[STARTS] = [start for start, _ in pairs]
    clock[OFFSETS] = [shift * SECOND for _, shift in pairs]
    clock[WEEKEND, 0] = sum(1 << WEEKDAYS.index(day) for day in days)
    if not (np.diff(clock[STARTS]) > 0).all() or int(clock[STARTS, 0]) > _BEGINNING:
        raise ParameterError.must_be(
            "offsets", "in order of time, the first one from the beginning of time on", pairs[:3]
        )
    return read_only(clock)


@lru_cache(maxsize=64)
def _offsets_of(timezone: str) -> tuple[tuple[int, int], ...]:
    """Find by halves where the offset of a zone changes, on any day from 1950 to 2100."""
    if timezone == UTC_NAME:
        return ((_BEGINNING, 0),)
    zone = ZoneInfo(timezone)
    found = [(_BEGINNING, _shift(_FIRST, zone))]
    for after in range(_FIRST + _DAY_SECONDS, _LAST, _DAY_SECONDS):
        shift = _shift(after, zone)
        while shift != found[-1][1]:
            change = _first_change(after - _DAY_SECONDS, after, found[-1][1], zone)
            found.append((change * SECOND, _shift(change, zone)))
    return tuple(found)


def _first_change(before: int, after: int, shift: int, zone: ZoneInfo) -> int:
    """Return the first second after which the offset is no longer the one before."""
    while after - before > 1:
        middle = (before + after) // 2
        if _shift(middle, zone) == shift:
            before = middle
        else:
            after = middle
    return after


def _shift(second: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(second, zone).utcoffset()
    return 0 if offset is None else offset // timedelta(seconds=1)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def iso_utc(instant: int) -> str:
    """Write a moment, in microseconds since 1970-01-01 UTC, in ISO form."""
    return (_EPOCH + timedelta(microseconds=instant)).isoformat()


def _instant(text: str) -> int:
    return _microseconds(datetime.fromisoformat(text))


USUAL: Final = Calendar()


@lru_cache(maxsize=64)
def calendar_of(timezone: str | None, weekend: tuple[str, ...] = USUAL_WEEKEND) -> Calendar:
    """Return the calendar of a zone and a week, made once; None is UTC.

    Raises
    ------
    ParameterError
        If the zone or a day is not known.
    """
    return Calendar(UTC_NAME if timezone is None else timezone, weekend)
