"""Many rows as they are stored: column by column, compressed, in the midst of a record's JSON.

A packed table names its rows and columns, and holds the cells of all columns, one after the other, as
little-endian numbers of 8 bytes (labels: their numbers, of 4), first the lowest bytes of all rows, then the
next, compressed with zlib and written in base 64. It gives back the very rows that it was made of.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.instants import NEVER
from creditscore.errors import ArtefactError

FORM: Final = "columns/1"
# Fewer rows stay readable in the record.
MANY: Final = 5_000
_MOST_ROWS: Final = 20_000_000
_MOST_COLUMNS: Final = 500
_NONE: Final = -(2**63)
_MINUS_ZERO: Final = _NONE + 1
_SCALES: Final = (100, 1)
_EXACT: Final = 2.0**53
_FAST: Final = 1

Cells: TypeAlias = list[Any]


class Column(NamedTuple):
    """A column to be packed, or unpacked.

    Attributes
    ----------
    kind : {"number", "time", "whole", "label"}
    cells : ndarray, shape (n_rows,)
        Floats (NaN = missing), microseconds (``NEVER`` = missing), whole numbers or codes (-1 = missing).
    labels : tuple of str or int
        What codes stand for.
    """

    kind: str
    cells: NDArray[Any]
    labels: tuple[Any, ...] = ()


def packed(columns: Mapping[str, Column], rows: int) -> dict[str, Any]:
    """Pack columns of so many rows; the result is plain data."""
    shown, planes = [], []
    for name in sorted(columns):
        kind, cells, labels = columns[name]
        described: dict[str, Any] = {"name": name, "kind": kind}
        if kind == "number":
            scale, cells = _scaled(cells)
            described["scale"] = scale
        elif kind == "time":
            cells = np.where(cells == NEVER, _NONE, cells)
        elif kind == "label":
            described["labels"] = list(labels)
        shown.append(described)
        planes.append(_planes(cells, 4 if kind == "label" else 8))
    content = base64.b64encode(zlib.compress(b"".join(planes), _FAST)).decode("ascii")
    return {"form": FORM, "rows": rows, "columns": shown, "content": content}


def is_packed(stored: Any) -> bool:
    """Say whether stored rows, or parts of a record, are packed."""
    return isinstance(stored, Mapping) and stored.get("form") == FORM


def unpacked(stored: Mapping[str, Any]) -> dict[str, Column]:
    """Unpack columns.

    Raises
    ------
    ArtefactError
        If the content is damaged, or unfolds to more than its rows take.
    """
    try:
        rows, shown = stored["rows"], stored["columns"]
        if type(rows) is not int or not 0 <= rows <= _MOST_ROWS or len(shown) > _MOST_COLUMNS:
            raise ArtefactError("A packed table has too many rows or columns.")
        widths = [4 if column["kind"] == "label" else 8 for column in shown]
        content = _unfolded(stored["content"], rows * sum(widths))
        ends = np.cumsum([0, *widths]) * rows
        parts = [content[start:stop] for start, stop in pairwise(ends.tolist())]
        return {
            column["name"]: _column(column, part, width)
            for column, part, width in zip(shown, parts, widths, strict=True)
        }
    except (KeyError, OverflowError, TypeError, ValueError, binascii.Error, zlib.error) as error:
        if isinstance(error, ArtefactError):
            raise
        raise ArtefactError(f"A packed table is damaged: {error!r:.200}.") from error


def cells_of(column: Column) -> Cells:
    """Return the cells of a column as plain data, None where one is missing."""
    kind, cells, labels = column
    if kind == "label":
        known = [*labels, None]
        return [known[code] for code in cells.tolist()]
    if kind == "number":
        return [None if value != value else value for value in cells.tolist()]
    missing = NEVER if kind == "time" else -1
    return [None if value == missing else value for value in cells.tolist()]


def _scaled(values: Float64) -> tuple[int, Int64]:
    """Turn numbers that are whole, or whole hundredths, into whole numbers; else take their bits."""
    missing = np.isnan(values)
    known = np.where(missing, 0.0, values)
    minus_zero = (known == 0.0) & np.signbit(known)
    for scale in _SCALES:
        with np.errstate(over="ignore"):
            whole = np.rint(known * scale)
        if (np.abs(whole) < _EXACT).all() and (whole / scale == known).all():
            return scale, np.where(missing, _NONE, np.where(minus_zero, _MINUS_ZERO, whole.astype(np.int64)))
    bits = np.where(missing, np.nan, values).view(np.int64)
    return 0, bits


def _planes(cells: NDArray[Any], width: int) -> bytes:
    numbers = np.ascontiguousarray(cells, dtype=f"<i{width}")
    return numbers.view(np.uint8).reshape(len(numbers), width).T.tobytes()


def _unfolded(content: str, size: int) -> bytes:
    unfolding = zlib.decompressobj()
    found = unfolding.decompress(base64.b64decode(content, validate=True), size + 1)
    if len(found) != size or not unfolding.eof or unfolding.unused_data:
        raise ArtefactError("A packed table is damaged: its content is of another length.")
    return found


def _column(shown: Mapping[str, Any], part: bytes, width: int) -> Column:
    rows = len(part) // width
    octets = np.frombuffer(part, np.uint8).reshape(width, rows).T
    cells = np.ascontiguousarray(octets).view(f"<i{width}").reshape(rows).astype(f"i{width}")
    kind = shown["kind"]
    if kind == "label":
        labels: Sequence[Any] = shown["labels"]
        if rows and not (cells.min() >= -1 and cells.max() < len(labels)):
            raise ArtefactError("A packed table is damaged: it names a label that it lacks.")
        return Column(kind, cells, tuple(labels))
    if kind == "number":
        scale = shown["scale"]
        if scale not in (0, *_SCALES):
            raise ArtefactError(f"A packed table is damaged: {scale!r:.20} is no scale.")
        if not scale:
            return Column(kind, cells.view(np.float64))
        values = np.where(cells == _MINUS_ZERO, -0.0, cells / scale)
        return Column(kind, np.where(cells == _NONE, np.nan, values))
    if kind == "time":
        return Column(kind, np.where(cells == _NONE, NEVER, cells))
    if kind != "whole":
        raise ArtefactError(f"A packed table is damaged: {kind!r:.20} is no kind of column.")
    return Column(kind, cells)
