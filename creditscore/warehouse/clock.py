"""Local days and months in SQL: the offsets of a zone as nested cases, so that no warehouse needs its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY
from creditscore._ground.zones import OFFSETS, STARTS, Calendar, Clock, day_start

# Of which days the beginnings are looked up: those of 1950 to 2099, as the calendar itself does.
_FIRST_DAY: Final = -7_305
_LAST_DAY: Final = 47_481
Steps = tuple[tuple[int, int], ...]


def stepped(column: str, steps: Sequence[tuple[int, int]]) -> str:
    """Write a step function of a column, by halves.

    Parameters
    ----------
    column : str
        A name, or something as short.
    steps : sequence of (int, int)
        From which value on it has which; ascending, the first from ever.

    Examples
    --------
    >>> stepped("t", ((0, 5), (10, 7)))
    'CASE WHEN t < 10 THEN 5 ELSE 7 END'
    """
    if len(steps) == 1:
        return str(steps[0][1])
    half = len(steps) // 2
    low, high = stepped(column, steps[:half]), stepped(column, steps[half:])
    return f"CASE WHEN {column} < {steps[half][0]} THEN {low} ELSE {high} END"


def offset(column: str, calendar: Calendar) -> str:
    """Write what to add to an instant, in microseconds, for the local clock."""
    clock = calendar.clock
    return stepped(column, list(zip(clock[STARTS].tolist(), clock[OFFSETS].tolist(), strict=True)))


def local(column: str, calendar: Calendar) -> str:
    """Write what the local clock shows at an instant, in microseconds since 1970-01-01 00:00 local."""
    shift = offset(column, calendar)
    return column if shift == "0" else f"({column} + {shift})"


def day(column: str, calendar: Calendar) -> str:
    """Write the number of the local day of an instant; day 0 is 1970-01-01."""
    return day_of(local(column, calendar))


def day_of(shown: str) -> str:
    """Write the number of the day of what a local clock shows."""
    return f"CAST(FLOOR({shown} / {DAY}.0) AS BIGINT)"


def day_begin(column: str, calendar: Calendar) -> str:
    """Write from which instant on it is a local day, of a column that numbers it."""
    return f"({column} * {DAY} - {stepped(column, _shifts(calendar))})"


@compiled
def begin_days(first: int, clock: Clock, begins: Int64) -> None:
    """Write when days begin, in microseconds, shape (n_days,), from a numbered day on."""
    for k in range(begins.size):
        begins[k] = day_start(first + k, clock)


@lru_cache(maxsize=16)
def _begins(calendar: Calendar) -> Int64:
    begins = np.empty(_LAST_DAY - _FIRST_DAY, np.int64)
    begin_days(_FIRST_DAY, calendar.clock, begins)
    return begins


def _changes(found: Int64) -> Steps:
    """The values of days, each from the first day on that has it."""
    kept = np.flatnonzero(np.diff(found, prepend=found[0] - 1))
    return tuple(zip((_FIRST_DAY + kept).tolist(), found[kept].tolist(), strict=True))


@lru_cache(maxsize=16)
def _shifts(calendar: Calendar) -> Steps:
    """By how much the beginning of each day differs from that in UTC, from which day on."""
    return _changes(np.arange(_FIRST_DAY, _LAST_DAY, dtype=np.int64) * DAY - _begins(calendar))


def month_of(column: str) -> str:
    """Write the number of the month of a numbered day; month 0 is January 1970.

    Gregorian, by counting from 1 March of the year 0, so that a leap day is the last of its year.
    """
    era = f"FLOOR(({column} + 719468) / 146097.0)"
    of_era = f"({column} + 719468 - {era} * 146097)"
    year = (
        f"FLOOR(({of_era} - FLOOR({of_era} / 1460.0) + FLOOR({of_era} / 36524.0) "
        f"- FLOOR({of_era} / 146096.0))"
        " / 365.0)"
    )
    of_year = f"({of_era} - (365 * {year} + FLOOR({year} / 4.0) - FLOOR({year} / 100.0)))"
    return f"CAST(({year} + {era} * 400 - 1970) * 12 + FLOOR((5 * {of_year} + 2) / 153.0) + 2 AS BIGINT)"


def month_first(column: str) -> str:
    """Write the number of the first day of a numbered month."""
    from_march = f"({column} + 23638)"
    year = f"FLOOR({from_march} / 12.0)"
    era = f"FLOOR({year} / 400.0)"
    of_era = f"({year} - {era} * 400)"
    days = f"FLOOR((153 * ({from_march} - {year} * 12) + 2) / 5.0)"
    whole = f"{of_era} * 365 + FLOOR({of_era} / 4.0) - FLOOR({of_era} / 100.0)"
    return f"CAST({era} * 146097 + {days} + {whole} - 719468 AS BIGINT)"


def months_back(rows: str, calendar: Calendar) -> str:
    """Write the instant of the same local day and time some months before, for rows of (app, as_of, k).

    Where that month is too short it is its last day; where the clock skips the time, the offset after the
    change decides, and where it shows the time twice, always the same one of the two.

    Parameters
    ----------
    rows : str
        A query whose rows have the columns ``app``, ``as_of`` (microseconds) and ``k`` (months).
    calendar : Calendar

    Returns
    -------
    str
        A query with the columns ``app``, ``as_of``, ``k`` and ``since`` (microseconds).
    """
    at_begin = stepped("upon", _at_begin(calendar))
    ended = f"{month_first('e1')} - 1"
    steps = (
        f"SELECT app, as_of, k, {local('as_of', calendar)} AS shown FROM ({rows}) AS asked_months",
        f"SELECT *, {day_of('shown')} AS d FROM ({{0}}) AS s1",
        f"SELECT *, {month_of('d')} AS m FROM ({{0}}) AS s2",
        f"SELECT *, m - k AS e, m - k + 1 AS e1, {month_first('m')} AS first FROM ({{0}}) AS s3",
        f"SELECT *, {month_first('e')} + d - first AS same, {ended} AS last FROM ({{0}}) AS s4",
        "SELECT *, CASE WHEN same < last THEN same ELSE last END AS upon FROM ({0}) AS s5",
        f"SELECT *, upon * {DAY} + shown - d * {DAY} AS wanted, {at_begin} AS near FROM ({{0}}) AS s6",
        "SELECT *, wanted - near AS guess FROM ({0}) AS s7",
        f"SELECT app, as_of, k, wanted - {offset('guess', calendar)} AS since FROM ({{0}}) AS s8",
    )
    text = steps[0]
    for step in steps[1:]:
        text = step.format(text)
    return text


@lru_cache(maxsize=16)
def _at_begin(calendar: Calendar) -> Steps:
    """The offset that holds where each day begins, from which day on."""
    position = np.searchsorted(calendar.clock[STARTS], _begins(calendar), side="right") - 1
    return _changes(calendar.clock[OFFSETS, position])
