"""Rows of a table as plain records, and moments that are given as days or months before another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from creditscore.errors import ParameterError

Record = dict[str, Any]
_READERS: Final = ("to_dicts", "to_pylist")
_LAST_OF_MONTHS: Final = 28


def records_in(table: Any, name: str, required: tuple[str, ...]) -> list[Record]:
    """Return the rows of a table: a list of dicts, or a data frame (pandas, polars) or Arrow table.

    Raises
    ------
    ParameterError
        If it is none of these, or lacks a column.
    """
    if isinstance(table, list | tuple):
        rows = list(table)
    elif (reader := next((one for one in _READERS if hasattr(table, one)), None)) is not None:
        rows = getattr(table, reader)()
    elif hasattr(table, "to_dict"):
        rows = table.to_dict("records")
    else:
        raise ParameterError.must_be(name, "a data frame or a list of dicts", type(table).__name__)
    for row in rows:
        lacking = [one for one in required if not isinstance(row, Mapping) or one not in row]
        if lacking:
            raise ParameterError.must_be(name, f"with the columns {', '.join(required)}", f"no {lacking[0]}")
    return rows


def number_in(row: Mapping[str, Any], name: str) -> float | None:
    """Return a number of a row; None if it is not there, or is no number (NaN)."""
    value = row.get(name)
    if value is None or value != value:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def days_from(moment: datetime, days: float) -> datetime:
    """Return the moment so many days after another; instead of that one itself, or later, a second before it.

    What a snapshot says of its own day was known when it was taken.
    """
    return min(moment + timedelta(days=days), moment - timedelta(seconds=1))


def months_from(moment: datetime, months: int) -> datetime:
    """Return the moment so many calendar months after another (negative: before), at most on day 28."""
    whole = moment.year * 12 + moment.month - 1 + months
    day = min(moment.day, _LAST_OF_MONTHS)
    then = moment.replace(year=whole // 12, month=whole % 12 + 1, day=day)
    return min(then, moment - timedelta(seconds=2))
