"""Plain records (a list of dicts) to raw columns, without a dataframe and without importing its libraries."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from operator import itemgetter
from typing import Any
from uuid import UUID

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore._ground.instants import NEVER
from creditscore.data.door.clock import instants_of, reading_of, readings_of
from creditscore.data.door.raw import AWARE, NAIVE, RawColumn, RawTable
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ParameterError

_NONE = type(None)
_MOST_DIGITS = 30
_TABLE = "a dataframe or a list of dicts"
_NA = "NAType"  # pandas.NA, which is not equal to anything, nor unequal


def read_records(name: str, records: Sequence[Mapping[str, Any]]) -> RawTable:
    """Turn records into raw columns; a key that a record lacks is a missing value.

    Records name their own columns, so a list without records says nothing about columns: it has all that the
    contract declares, and what is summed over it is 0 and not missing.

    Parameters
    ----------
    name : str
        The table, for messages.
    records : sequence of mappings of str to value
        Values are str, bool, int, float, Decimal, datetime, date, NumPy scalars or None.

    Returns
    -------
    RawTable

    Raises
    ------
    ParameterError
        If `records` is no sequence of mappings.
    """
    try:
        rows = list(records)
    except TypeError:
        raise ParameterError.must_be(name, _TABLE, records) from None
    if not rows:
        declared = CONTRACTS[name].columns if name in CONTRACTS else ()
        return RawTable(0, {column.name: RawColumn("empty", None) for column in declared})
    for kind in set(map(type, rows)):
        if not issubclass(kind, Mapping):
            raise ParameterError.must_be(name, _TABLE, f"a {type(records).__name__} of {kind.__name__}")
    columns = _by_column(rows)
    named = {str(key): values for key, values in columns.items()}
    if len(named) < len(columns):
        raise ParameterError.must_be(
            name, "records with one value of each name", [str(key) for key in columns]
        )
    return RawTable(len(rows), {key: column_of(values) for key, values in named.items()})


def _by_column(rows: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    keys = list(rows[0])
    if sum(map(len, rows)) == len(keys) * len(rows):
        try:
            return {key: list(map(itemgetter(key), rows)) for key in keys}
        except KeyError:
            pass
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return {key: [row.get(key) for row in rows] for key in keys}


def column_of(values: list[Any]) -> RawColumn:
    """Raw column of plain Python values."""
    types = set(map(type, values))
    gaps = _NONE in types
    types.discard(_NONE)
    if not types:
        return RawColumn("empty", None)
    if len(types) == 1:
        column = _of_one_type(values, types.pop(), gaps=gaps)
        if column is not None:
            return column
    elif types <= {int, float}:
        return _numbers(values)
    return _of_mixed_types(values)


def _of_one_type(values: list[Any], kind: type, *, gaps: bool) -> RawColumn | None:
    if kind is float:
        return _numbers(values) if gaps else number_column(np.array(values, dtype=np.float64))
    if kind is str:
        return RawColumn("text", values)
    if kind is int or kind is bool:
        return _integers(values, gaps=gaps)
    if kind is datetime:
        return _times(values, gaps=gaps)
    return None


def number_column(values: Float64) -> RawColumn:
    """Raw column of floats; one of nothing but gaps says nothing about what it holds.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows,)
    """
    is_empty = values.size > 0 and values[0] != values[0] and bool(np.isnan(values).all())
    return RawColumn("empty", None) if is_empty else RawColumn("number", values)


def _numbers(values: list[Any]) -> RawColumn:
    try:
        return number_column(np.array([math.nan if v is None else v for v in values], dtype=np.float64))
    except OverflowError:
        return RawColumn("object", values)


def _integers(values: list[Any], *, gaps: bool) -> RawColumn:
    kind = "flag" if isinstance(next(v for v in values if v is not None), bool) else "integer"
    try:
        data = np.array([v or 0 for v in values] if gaps else values, dtype=np.int64)
    except OverflowError:
        return RawColumn("object", values)
    missing = np.array([v is None for v in values]) if gaps else None
    return RawColumn("flag" if kind == "flag" else "integer", data, missing=missing)


def _times(values: list[Any], *, gaps: bool) -> RawColumn:
    present = [moment for moment in values if moment is not None] if gaps else values
    zones = {moment.tzinfo for moment in present}
    if None not in zones:
        if any(zone.utcoffset(present[0]) is None for zone in zones):
            return RawColumn("object", values)
        data, form = instants_of(present), AWARE
    elif len(zones) == 1:
        data, form = readings_of(present), NAIVE
    else:
        return RawColumn("object", values)
    if gaps:
        whole = np.full(len(values), NEVER, dtype=np.int64)
        whole[[moment is not None for moment in values]] = data
        data = whole
    return RawColumn("time", data, form=form)


def _of_mixed_types(values: list[Any]) -> RawColumn:
    """Bring NumPy scalars, Decimals, subclasses and NaN among other values to plain types, or give up."""
    plain = [_plain(value) for value in values]
    types = {type(value) for value in plain} - {_NONE}
    if float in types and not types <= {int, float}:
        plain = [None if isinstance(value, float) and math.isnan(value) else value for value in plain]
        types = {type(value) for value in plain} - {_NONE}
    if not types:
        return RawColumn("empty", None)
    if types <= {int, float} or types in ({str}, {bool}, {datetime}):
        return column_of(plain)
    if types <= {date, datetime}:
        readings = [(NEVER, AWARE) if v is None else reading_of(v) for v in plain]
        data, form = np.array(readings, dtype=np.int64).T
        return RawColumn("time", data.copy(), form=form.astype(np.int8))
    return RawColumn("object", plain)


def _plain(value: Any) -> Any:
    """Plain Python value of what is nearly one: a NumPy scalar, a Decimal, a subclass of a plain type."""
    if isinstance(value, np.datetime64):
        by_day = np.datetime_data(value.dtype)[0] == "D"
        return value.item() if by_day else value.astype("M8[us]").item()
    if isinstance(value, np.generic):
        return _plain(value.item()) if type(value.item()) is not type(value) else value
    if isinstance(value, Decimal):
        return _of_decimal(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return _plain(value.value)
    if type(value).__name__ == _NA or value is np.ma.masked:
        return None
    if hasattr(value, "as_py"):  # a scalar of Arrow
        return _plain(value.as_py())
    if isinstance(value, datetime) and type(value) is not datetime:
        is_missing = value != value  # only pandas.NaT differs from itself
        return None if is_missing else datetime.combine(value.date(), value.timetz())
    for kind in (str, bool, int, float):
        if isinstance(value, kind) and type(value) is not kind:
            return kind(value)
    return value


def _of_decimal(value: Decimal) -> int | float | None:
    """Whole ones as whole numbers, so that they can be ids; a NaN, quiet or not, as missing."""
    if value.is_nan():
        return None
    is_whole = value.is_finite() and value == value.to_integral_value() and value.adjusted() < _MOST_DIGITS
    return int(value) if is_whole else float(value)
