"""Plain records (a list of dicts) to raw columns, without a dataframe and without importing its libraries."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import numpy as np

from creditscore._ground.instants import NEVER
from creditscore.data.door.clock import instants_of, reading_of, readings_of
from creditscore.data.door.raw import AWARE, NAIVE, RawColumn, RawTable
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ParameterError

_NONE = type(None)


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
    rows = list(records)
    if not rows:
        declared = CONTRACTS[name].columns if name in CONTRACTS else ()
        return RawTable(0, {column.name: RawColumn("empty", None) for column in declared})
    try:
        return RawTable(len(rows), {key: column_of(values) for key, values in _by_column(rows).items()})
    except (TypeError, AttributeError):
        if all(isinstance(row, Mapping) for row in rows):
            raise
    raise ParameterError.must_be(name, "a dataframe or a list of dicts", records)


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
        return _numbers(values) if gaps else RawColumn("number", np.array(values, dtype=np.float64))
    if kind is str:
        return RawColumn("text", values)
    if kind is int or kind is bool:
        return _integers(values, gaps=gaps)
    if kind is datetime:
        return _times(values, gaps=gaps)
    return None


def _numbers(values: list[Any]) -> RawColumn:
    try:
        return RawColumn("number", np.array([math.nan if v is None else v for v in values], dtype=np.float64))
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
    if not types:
        return RawColumn("empty", None)
    if types <= {int, float} or types in ({str}, {bool}, {datetime}):
        return column_of(plain)
    if types == {float, str} and all(isinstance(v, str) or v is None or math.isnan(v) for v in plain):
        return RawColumn("text", [v if isinstance(v, str) else None for v in plain])
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
        return value.item()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime) and type(value) is not datetime:
        is_missing = value != value  # only pandas.NaT differs from itself
        return None if is_missing else datetime.combine(value.date(), value.timetz())
    for kind in (str, bool, int, float):
        if isinstance(value, kind) and type(value) is not kind:
            return kind(value)
    return value
