"""From every feature that moved a score to the rows that it looked at."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore._ground.instants import parse_window
from creditscore.data.door.clock import moment
from creditscore.data.portfolio import Portfolio
from creditscore.data.stored.table import rows_of
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.deciding.evidence import opened
from creditscore.features.binding import tables_of
from creditscore.features.chunk import Chunk
from creditscore.features.definition import Feature
from creditscore.features.formula import Term, attributes, terms
from creditscore.features.registry import find_view, view_version
from creditscore.features.rows import Rows
from creditscore.features.view import View
from creditscore.scoring.model import ScoringModel

# Rows of larger tables are known by the hash of the table alone.
_MOST_HASHED: Final = 5_000


def lineage_of(model: ScoringModel, record: Mapping[str, Any]) -> dict[str, Any]:
    """Say for every feature that moved a score by which formula and from which rows it came.

    A view may need more than the rows within a window to know what they mean (a correction, what was due
    before): ``tables`` names all that it reads, ``rows`` those that the statistic looked at.

    Parameters
    ----------
    model : ScoringModel
        The one that decided.
    record : mapping
        A decision record as plain data.

    Returns
    -------
    dict
        ``features``: for each its name, version, formula and hash of the declaration, columns of the
        application, and for each term the view with its version, tables, window, and the first and last
        number of each run of stored rows within it (None where rows of the view stand for no single row).
        ``rows``: for each table the hash of each stored row by its number; None for tables of more than
        5,000 rows.
    """
    found = _Found.of(record["inputs"])
    moved = {line["name"] for line in record["features"] if line["contribution"]}
    features = [one for one in model.computer.features if one.name in moved]
    return {
        "features": [_feature(feature, found) for feature in features],
        "rows": {name: _hashes(rows) for name, rows in found.stored.items()},
    }


class _Found(NamedTuple):
    """Stored rows by table, and the views that were built of them so far."""

    portfolio: Portfolio
    chunk: Chunk
    stored: Mapping[str, Sequence[Mapping[str, Any]]]
    numbers: Mapping[str, Mapping[int, list[int]]]
    built: dict[str, Rows]

    @classmethod
    def of(cls, inputs: Mapping[str, Any]) -> _Found:
        one, portfolio = opened(inputs)
        stored = {
            name: [row for part in ("tables", "others") for row in rows_of(name, inputs[part].get(name, ()))]
            for name in inputs["columns"]
        }
        numbers = {name: _by_time(name, rows) for name, rows in stored.items()}
        owners = portfolio.people.codes(one.applicant_ids)
        return cls(portfolio, Chunk(portfolio, owners, one.as_of), stored, numbers, {})

    def rows_of(self, view: View) -> Rows:
        if view.name not in self.built:
            self.built[view.name] = view.build(self.chunk)
        return self.built[view.name]

    @property
    def as_of(self) -> int:
        return int(self.chunk.as_of[0])


def _by_time(table: str, rows: Sequence[Mapping[str, Any]]) -> dict[int, list[int]]:
    """Numbers of the stored rows by the time of the row: rows of one moment are named together."""
    found: dict[int, list[int]] = {}
    for number, row in enumerate(rows, start=1):
        at = datetime.fromisoformat(row[CONTRACTS[table].row_time])
        moment = int(np.datetime64(at.replace(tzinfo=None), "us").astype(np.int64))
        found.setdefault(moment, []).append(int(row.get("event_id", number)))
    return found


def _hashes(rows: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    if len(rows) > _MOST_HASHED:
        return None
    numbered = enumerate(rows, start=1)
    return {str(row.get("event_id", number)): sha256(canonical_v1(dict(row))) for number, row in numbered}


def _feature(feature: Feature, found: _Found) -> dict[str, Any]:
    plain = feature.to_dict()
    return {
        "name": feature.name,
        "version": feature.version,
        "definition": feature.definition,
        "formula": plain["formula"],
        "declaration_sha256": sha256(canonical_v1(plain)),
        "application": sorted({one.column for one in attributes(feature.formula)}),
        "terms": [_term(term, found) for term in terms(feature.formula)],
    }


def _term(term: Term, found: _Found) -> dict[str, Any]:
    view = find_view(term.view, found.portfolio)
    there = all(name in found.portfolio.tables for name in view.tables)
    return {
        "view": term.view,
        "version": view_version(term.view),
        "tables": sorted(tables_of(view) & {*found.stored}),
        "window": term.window,
        "rows": _within(view, term.window, found) if there else [],
    }


def _within(view: View, window: str | None, found: _Found) -> list[list[int]] | None:
    """Number the stored rows that the rows of a view within a window stand for."""
    rows = found.rows_of(view)
    if not rows.origin.size:
        return None if rows.times.size else []
    table = view.tables[0]
    times: NDArray[np.int64] = found.portfolio.tables[table].times[0]
    chosen = range(int(rows.starts[0]), int(rows.stops[0]))
    moments = {
        int(times[rows.origin[at]])
        for at in chosen
        if window is None or _looks_back_to(int(rows.times[at]), window, found)
    }
    return _runs(sorted({number for each in moments for number in found.numbers[table].get(each, ())}))


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Write rising numbers as runs: first and last of each."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _looks_back_to(instant: int, window: str, found: _Found) -> bool:
    """Tell whether an instant lies within a window: by the local clock, where it is one of months."""
    length, months = parse_window(window)
    if not months:
        return instant >= found.as_of - length
    calendar = found.portfolio.calendar
    until, shown = (calendar.local(moment(at)).replace(tzinfo=None) for at in (found.as_of, instant))
    year, month = divmod(until.year * 12 + until.month - 1 - months, 12)
    since = until.replace(year=year, month=month + 1, day=min(until.day, monthrange(year, month + 1)[1]))
    return shown >= since
