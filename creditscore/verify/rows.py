"""Rows that are stored packed (form ``columns/1``), unpacked on a path of its own."""

from __future__ import annotations

import base64
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

FORM: Final = "columns/1"
_MOST_ROWS: Final = 20_000_000
_NONE: Final = -(2**63)
_MINUS_ZERO: Final = _NONE + 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def rows_of(stored: Any) -> list[dict[str, Any]]:
    """Return stored rows as they would stand in a record one by one.

    Parameters
    ----------
    stored : list or mapping
        A table of ``inputs``.

    Raises
    ------
    ValueError
        If it is packed and damaged.
    """
    if not isinstance(stored, Mapping):
        return list(stored)
    columns = columns_of(stored)
    names = sorted(columns)
    return [
        {name: cell for name, cell in zip(names, cells, strict=True) if cell is not None}
        for cells in zip(*(columns[name] for name in names), strict=True)
    ]


def every_inputs(inputs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the inputs of a record, and those that stand within them: of the ability to pay, of others."""
    yield inputs
    yield from (inputs[name] for name in ("ability", "joint") if name in inputs)
    yield from inputs.get("guarantors", ())


def columns_of(stored: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return packed columns as lists, None where a cell is missing; see `rows_of`."""
    if stored["form"] != FORM or type(stored["rows"]) is not int or not 0 <= stored["rows"] <= _MOST_ROWS:
        raise ValueError(f"rows are packed in the unknown form {str(stored['form'])[:20]!r}")
    rows, columns = stored["rows"], stored["columns"]
    widths = [4 if column["kind"] == "label" else 8 for column in columns]
    unfolding = zlib.decompressobj()
    try:
        folded = base64.b64decode(stored["content"], validate=True)
        content = unfolding.decompress(folded, rows * sum(widths) + 1)
    except zlib.error as error:
        raise ValueError(f"packed rows are damaged: {error}") from error
    if len(content) != rows * sum(widths) or not unfolding.eof or unfolding.unused_data:
        raise ValueError("packed rows are of another length than they say")
    found, start = {}, 0
    for column, width in zip(columns, widths, strict=True):
        found[column["name"]] = _cells(column, content[start : start + rows * width], rows, width)
        start += rows * width
    return found


def _cells(column: Mapping[str, Any], part: bytes, rows: int, width: int) -> list[Any]:
    octets = bytearray(len(part))
    for number in range(width):
        octets[number::width] = part[number * rows : (number + 1) * rows]
    kind = column["kind"]
    scale = column["scale"] if kind == "number" else 1
    cells = array("i" if width == 4 else "q" if scale else "d", bytes(octets))
    if sys.byteorder == "big":
        cells.byteswap()
    if kind == "label":
        labels = [*column["labels"], None]
        if any(not -1 <= code < len(labels) - 1 for code in cells):
            raise ValueError("packed rows name a label that they lack")
        return [labels[code] for code in cells]
    if kind == "number":
        if not scale:
            return [None if value != value else value for value in cells]
        ends = {_NONE: None, _MINUS_ZERO: -0.0}
        return [ends[value] if value in ends else value / scale for value in cells]
    if kind == "time":
        return [None if value == _NONE else _iso(int(value)) for value in cells]
    return [None if value == -1 else value for value in cells]


def _iso(instant: int) -> str:
    return (_EPOCH + timedelta(microseconds=instant)).isoformat()
