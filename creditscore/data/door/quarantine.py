"""Rows that broke a rule, set aside with the reason instead of lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore._ground.instants import NEVER
from creditscore.data.door.draft import Draft
from creditscore.data.door.raw import AWARE, DATE, RawColumn

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class QuarantinedRows:
    """Rows of one table that were set aside.

    Attributes
    ----------
    table : str
    rows : int64 array of shape (count,)
        Row numbers in the table as it was given, from 0.
    row_reasons : tuple of str
        Why each row was set aside; all its reasons, joined by "; ".
    reasons : mapping of str to int
        How many rows break each rule; a row may break several.
    columns : mapping of str to tuple
        The rows as they were read, None where missing, times as ISO 8601 text.
    """

    table: str
    rows: Int64
    row_reasons: tuple[str, ...]
    reasons: Mapping[str, int]
    columns: Mapping[str, tuple[Any, ...]]

    @property
    def count(self) -> int:
        """Number of rows set aside."""
        return len(self.rows)

    def __len__(self) -> int:
        return self.count

    def __repr__(self) -> str:
        listed = ", ".join(f"{reason}: {count}" for reason, count in self.reasons.items())
        return f"QuarantinedRows({self.table!r}, {self.count} rows; {listed})"

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame: row number, reasons, and the columns as they were read."""
        import pandas as pd

        data = {name: list(values) for name, values in self.columns.items()}
        return pd.DataFrame({"row": self.rows, "reasons": list(self.row_reasons), **data})


def set_aside(draft: Draft) -> QuarantinedRows:
    """Collect the rows of a checked table that are at fault."""
    rows = np.flatnonzero(draft.bad_rows())
    why: dict[int, list[str]] = {row: [] for row in rows.tolist()}
    counts: Counter[str] = Counter()
    for fault in draft.faults:
        reason = f"{fault.column}: {fault.rule}" if fault.column else fault.rule
        counts[reason] += len(fault.rows)
        for row in fault.rows.tolist():
            why[row].append(reason)
    columns = {name: tuple(_values(column, rows)) for name, column in draft.raw.columns.items()}
    joined = tuple("; ".join(reasons) for reasons in why.values())
    return QuarantinedRows(draft.name, rows, joined, dict(counts), columns)


def _values(raw: RawColumn, rows: Int64) -> list[Any]:
    """Plain values of some rows of a raw column: None where missing, times as ISO 8601 text."""
    if raw.kind == "empty":
        return [None] * len(rows)
    if isinstance(raw.data, list):
        return [raw.data[row] for row in rows.tolist()]
    data = raw.data[rows]
    if raw.kind == "time":
        forms = np.broadcast_to(raw.form, len(raw.data))[rows]
        return [_time_text(*reading) for reading in zip(data.tolist(), forms.tolist(), strict=True)]
    if raw.kind == "number":
        return [None if value != value else value for value in data.tolist()]
    if raw.labels is not None:
        return [raw.labels[code] if code >= 0 else None for code in data.tolist()]
    gaps = np.zeros(len(rows), dtype=np.bool_) if raw.missing is None else raw.missing[rows]
    kind = bool if raw.kind == "flag" else int
    return [None if gap else kind(value) for value, gap in zip(data.tolist(), gaps.tolist(), strict=True)]


def _time_text(reading: int, form: int) -> str | None:
    if reading == NEVER:
        return None
    text = str(np.datetime64(reading, "us"))
    return text[:10] if form == DATE else f"{text}Z" if form == AWARE else text
