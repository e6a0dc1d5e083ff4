"""Instants and durations as whole microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from creditscore.errors import ParameterError

NEVER: Final = 9_223_372_036_854_775_807
SECOND: Final = 1_000_000
HOUR: Final = 3_600 * SECOND
DAY: Final = 24 * HOUR
# 100 years: nobody looks back, or waits, for longer.
MOST_DAYS: Final = 36_525
_MOST_YEARS: Final = 100

_UNITS: Final = {"h": HOUR, "d": DAY, "w": 7 * DAY}
_MONTHS: Final = {"m": 1, "y": 12}
_PATTERN: Final = re.compile(r"(\d{1,7})([hdwmy])")


class Window(NamedTuple):
    """How far back one looks: a length in microseconds, or calendar months; the other is 0."""

    length: int
    months: int


def moment_or_now(moment: datetime | None, parameter: str) -> datetime:
    """Return the moment that was given, or now where none was.

    Parameters
    ----------
    moment : datetime, optional
    parameter : str
        The parameter that an error names.

    Raises
    ------
    ParameterError
        If it is no datetime with a zone.
    """
    if moment is None:
        return datetime.now(UTC)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ParameterError.must_be(parameter, "a datetime with a time zone", moment)
    return moment


def parse_window(text: str, *, parameter: str = "window") -> Window:
    """Read how far back to look, such as ``"90d"`` or ``"12m"``.

    Parameters
    ----------
    text : str
        A whole number and a unit: ``h`` hour, ``d`` day, ``w`` 7 days, ``m`` calendar month, ``y`` 12
        calendar months.
    parameter : str
        The parameter that an error names.

    Returns
    -------
    Window
        Months reach back to the same local day and time so many months earlier.

    Raises
    ------
    ParameterError
        If the text says neither, or more than 100 years.

    Examples
    --------
    >>> parse_window("2w") == (14 * 86_400_000_000, 0), parse_window("1y")
    (True, Window(length=0, months=12))
    """
    match = _PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ParameterError.must_be(
            parameter, "a duration such as '90d' or '12m' (units h, d, w, m = calendar month, y = 12m)", text
        )
    count, unit = int(match[1]), match[2]
    read = Window(0, count * _MONTHS[unit]) if unit in _MONTHS else Window(count * _UNITS[unit], 0)
    if read.length > MOST_DAYS * DAY or read.months > 12 * _MOST_YEARS:
        raise ParameterError.must_be(parameter, "100 years or less", text)
    return read


def parse_duration(text: str, *, parameter: str = "window") -> int:
    """Read a duration of one length, such as ``"90d"``, as microseconds.

    Parameters
    ----------
    text : str
        A whole number and a unit: ``h`` hour, ``d`` day, ``w`` 7 days. Months and years are refused, for
        they are of no one length.
    parameter : str
        The parameter that an error names.

    Returns
    -------
    int
        Microseconds, 0 or more.

    Raises
    ------
    ParameterError
        If the text is no duration.

    Examples
    --------
    >>> parse_duration("90d") == 90 * 86_400_000_000
    True
    """
    length, months = parse_window(text, parameter=parameter)
    if months:
        raise ParameterError.must_be(
            parameter, "in days, such as '360d' or '365d': months and years are not all as long", text
        )
    return length
