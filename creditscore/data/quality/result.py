"""The quality of a portfolio: what was measured, what breaks a bound, and how that is shown."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, Final

from creditscore._ground.files import write_by_ending
from creditscore.data.quality.bounds import QualityBounds
from creditscore.data.quality.figures import CHECKS, QualityFinding, TableQuality

SCHEMA: Final = "creditscore.quality/1"
_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{padding:.2rem .8rem;text-align:left;"
    "border-bottom:1px solid #8884}caption{text-align:left;font-weight:600}td.n{text-align:right}"
)


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of the quality of a portfolio.

    Attributes
    ----------
    as_of : datetime
        The moment of the check.
    tables : tuple of TableQuality
    findings : tuple of QualityFinding
        The bounds that are broken; empty if all is well.
    bounds : QualityBounds
    """

    as_of: datetime
    tables: tuple[TableQuality, ...]
    findings: tuple[QualityFinding, ...]
    bounds: QualityBounds

    @property
    def ok(self) -> bool:
        """Whether no bound is broken."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data; a number that is not there is None."""
        return {
            "schema": SCHEMA,
            "as_of": self.as_of.isoformat(),
            "ok": self.ok,
            "bounds": self.bounds.to_dict(),
            "findings": [one.to_dict() for one in self.findings],
            "tables": [_plain_table(one) for one in self.tables],
        }

    def to_json(self) -> str:
        """Write it as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"

    def to_html(self) -> str:
        """Write one page that fetches nothing and runs nothing."""
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        title = "Quality of a portfolio"
        return (
            f'<!DOCTYPE html><html lang="en"><head>{head}<title>{title}</title><style>{_STYLE}</style></head>'
            f"<body><main><h1>{title}</h1>{self._repr_html_()}{_columns(self.tables)}</main></body></html>\n"
        )

    def save(self, path: str | Path) -> None:
        """Write a file, whole or not at all; its ending says which: ``.json`` or ``.html``.

        Raises
        ------
        ParameterError
            If the ending is another one.
        """
        write_by_ending(path, {".html": self.to_html, ".json": self.to_json})

    def __str__(self) -> str:
        width = max([5, *(len(one.table) for one in self.tables)])
        lines = [f"quality as of {self.as_of:%Y-%m-%d %H:%M} UTC: {self._verdict()}"]
        lines.append(f"  {'table':<{width}}        rows  repeated  refused  first       last        age")
        lines += [
            f"  {one.table:<{width}}  {one.rows:>10,}  {one.duplicates:>8,}  {one.refused:>7,}  "
            f"{one.first or '-':<10}  {one.last or '-':<10}  {_days(one.age_days)}"
            for one in self.tables
        ]
        return "\n".join([*lines, *(f"  {one}" for one in self.findings)])

    def _verdict(self) -> str:
        if self.ok:
            return "all bounds are kept"
        broken = len(self.findings)
        return f"{broken} bound{'s are' if broken > 1 else ' is'} broken"

    def _repr_html_(self) -> str:
        rows = [
            (one.table, one.source, f"{one.rows:,}", f"{one.owners:,}", f"{one.duplicates:,}",
             f"{one.refused:,}", one.first, one.last, _days(one.age_days))
            for one in self.tables
        ]  # fmt: skip
        names = ("table", "source", "rows", "owners", "repeated", "refused", "first", "last", "age")
        found = [
            (one.check, one.table, one.column, one.month, f"{one.count:,}", f"{one.value:,.4g}",
             f"{one.bound:,.4g}", CHECKS[one.check], one.detail)
            for one in self.findings
        ]  # fmt: skip
        heads = ("check", "table", "column", "month", "count", "value", "bound", "what", "detail")
        caption = f"Quality as of {self.as_of:%Y-%m-%d %H:%M} UTC: {self._verdict()}"
        return _table(caption, names, rows) + (
            _table("Bounds that are broken", heads, found) if found else ""
        )


def _plain_table(table: TableQuality) -> dict[str, Any]:
    made = {name: _plain(getattr(table, name)) for name in table.__slots__}
    columns = [{name: _plain(getattr(one, name)) for name in one.__slots__} for one in table.columns]
    return made | {"months": dict(table.months), "columns": columns}


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _days(days: float) -> str:
    return "-" if math.isnan(days) else f"{days:,.0f} days"


def _columns(tables: Sequence[TableQuality]) -> str:
    rows = [
        (table.table, one.column, f"{one.filled:.1%}", f"{one.drift:.3f}" if one.drift_month else "",
         one.drift_month)
        for table in tables
        for one in table.columns
    ]  # fmt: skip
    heads = ("table", "column", "filled", "largest drift of a month (PSI)", "month")
    return _table("Columns", heads, rows) + "".join(
        _table(f"Rows of {table.table} by month", ("month", "rows"), [(m, f"{n:,}") for m, n in table.months])
        for table in tables
    )


def _table(caption: str, heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<table dir='auto'><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
