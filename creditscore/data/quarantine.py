"""Rows that broke a rule, set aside with the reason instead of lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from creditscore.data.draft import Draft
from creditscore.data.raw import Int64, RawColumn

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
        The rows as they were read: numbers, text, and times as microseconds since 1970.
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
    """Plain values of some rows of a raw column, None where missing."""
    if raw.kind == "empty":
        return [None] * len(rows)
    if isinstance(raw.data, list):
        return [raw.data[row] for row in rows.tolist()]
    data = raw.data[rows]
    if raw.labels is not None:
        return [raw.labels[code] if code >= 0 else None for code in data.tolist()]
    if raw.missing is not None:
        return [
            None if gap else value
            for value, gap in zip(data.tolist(), raw.missing[rows].tolist(), strict=True)
        ]
    values: list[Any] = data.tolist()
    return values
