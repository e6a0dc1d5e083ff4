"""What the queries of several views write."""

from __future__ import annotations

from creditscore._ground.instants import DAY, HOUR
from creditscore._ground.zones import WEEKDAYS, Calendar
from creditscore.warehouse import clock
from creditscore.warehouse.dialects import quoted
from creditscore.warehouse.given import Given

NOTHING = "CAST(NULL AS DOUBLE)"
ZERO = "CAST(0 AS DOUBLE)"


def flag(condition: str, *known: str) -> str:
    """Write 1 or 0, and NULL where one of the columns that it rests on is missing."""
    there = " AND ".join(f"NOT {one} IS NULL" for one in known)
    value = f"CASE WHEN {condition} THEN 1 ELSE 0 END"
    return f"CAST(CASE WHEN {there} THEN {value} END AS DOUBLE)" if known else f"CAST({value} AS DOUBLE)"


def is_label(column: str, label: str) -> str:
    """Write whether a column holds a label."""
    return f"{column} = {quoted(label)}"


def read(given: Given, table: str, column: str, prefix: str = "v_") -> str:
    """Write a column of the known rows of a table, or NULL where the table has none."""
    if given.has(table, column):
        return f"{prefix}{column}"
    return (
        NOTHING
        if prefix == "v_"
        else "CAST(NULL AS BIGINT)"
        if prefix[0] in "fk"
        else "CAST(NULL AS VARCHAR)"
    )


def of_day(rows: str, calendar: Calendar, time: str = "t") -> str:
    """Add what the local clock shows at a time of rows: ``shown``, day ``d``, ``hour`` and ``weekday``.

    The hour is NULL at midnight itself: that is a date without an hour. Monday is weekday 0.
    """
    shown = f"SELECT *, {clock.local(time, calendar)} AS shown FROM ({rows}) AS timed"
    days = f"SELECT *, {clock.day_of('shown')} AS d FROM ({shown}) AS shown_rows"
    hour = f"CASE WHEN shown - d * {DAY} > 0 THEN CAST(FLOOR((shown - d * {DAY}) / {HOUR}.0) AS BIGINT) END"
    weekday = "CAST(d + 3 - 7 * FLOOR((d + 3) / 7.0) AS BIGINT)"
    return f"SELECT *, {hour} AS hour, {weekday} AS weekday FROM ({days}) AS day_rows"


def is_weekend(calendar: Calendar) -> str:
    """Write whether the weekday of a row is of the weekend."""
    days = ", ".join(str(WEEKDAYS.index(day)) for day in calendar.weekend)
    return f"weekday IN ({days})" if days else "FALSE"


def numbers(first: int, last: int, column: str = "k") -> str:
    """Write a row for each whole number, both ends included."""
    rows = ", ".join(f"({number})" for number in range(first, last + 1))
    return f"(VALUES {rows}) AS numbers({column})"


def stacked(rows: str, *columns: str) -> str:
    """Add columns to rows, step by step: each step may read what those before it added.

    Examples
    --------
    >>> stacked("SELECT a FROM t", "a + 1 AS b", "b + 1 AS c")
    'SELECT *, b + 1 AS c FROM (SELECT *, a + 1 AS b FROM (SELECT a FROM t) AS step_0) AS step_1'
    """
    for number, added in enumerate(columns):
        rows = f"SELECT *, {added} FROM ({rows}) AS step_{number}"
    return rows


def at_least(value: str, least: str = "0") -> str:
    """Write a value, and the least where it lies below; NULL counts as below.

    Examples
    --------
    >>> at_least("a")
    'CASE WHEN a > 0 THEN a ELSE 0 END'
    """
    return f"CASE WHEN {value} > {least} THEN {value} ELSE {least} END"
