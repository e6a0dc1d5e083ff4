"""For whom a score may have moved between two moments: a superset of those for whom it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Int64
from creditscore._ground.canonical import canonical, sha256
from creditscore._ground.compiled import compiled
from creditscore._ground.instants import NEVER, parse_window
from creditscore._ground.zones import Clock, months_before
from creditscore.data.folder.redrafting import rows_of_owners
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES, tells_of_others
from creditscore.data.tables.events import EventTable
from creditscore.features.definition import Feature
from creditscore.features.formula import terms
from creditscore.features.registry import view_of

Owners = Mapping[str, frozenset[int | str]]
Span = tuple[int, int]
OF_OTHERS: Final = frozenset(t for s in SOURCES.values() for t in s.tables if tells_of_others(t))
# As many rows are looked at in one go.
_ROWS: Final = 2_000_000


def shape_of(portfolio: Portfolio) -> str:
    """Hash which tables and columns there are: a first row of one changes what all others lack."""
    shape = {name: list(table.columns) for name, table in portfolio.tables.items()}
    return sha256(canonical(shape))


def due(
    portfolio: Portfolio,
    features: Iterable[Feature],
    ids: list[int | str],
    added: Owners | None,
    between: Span,
) -> Flags:
    """Say for whom some feature may have another value than at the earlier moment, shape (len(ids),).

    Everybody, once the local day is another, or where it cannot be told what was added, or to whom. Else
    those of whom rows were added; those of whom a fact became known, ceased to count, or entered or left a
    window of a feature; and everybody, where that happened in a table of other people that the model reads.

    Parameters
    ----------
    portfolio : Portfolio
        As it stands at the later moment.
    features : iterable of Feature
        Those of the model.
    ids : list of int or str
    added : mapping of str to frozenset of ids, or None
        Owners of the rows that were added since, by table; None where that is not known, or a table or a
        column is new.
    between : (int, int)
        The two moments, in microseconds.
    """
    declared = list(features)
    days = portfolio.calendar.local_days(np.array(between, np.int64))
    if added is None or days[0] != days[1]:
        return np.ones(len(ids), np.bool_)
    spans = _spans(declared, between, portfolio.calendar.clock)
    if _reads_others(declared):
        others = [table for name, table in portfolio.tables.items() if name in OF_OTHERS]
        rows = (np.arange(table.n_rows) for table in others)
        if OF_OTHERS & added.keys() or any(
            _moved(table, some, spans).any() for table, some in zip(others, rows, strict=True)
        ):
            return np.ones(len(ids), np.bool_)
    whose = frozenset[int | str]().union(*added.values())
    found = np.array([one in whose for one in ids], np.bool_)
    codes = portfolio.codes(ids)
    known = np.flatnonzero((codes >= 0) & ~found)
    found[known] = _of_people(portfolio, codes[known], spans)
    return found


def _spans(features: Iterable[Feature], between: Span, clock: Clock) -> list[Span]:
    """Stretches of time; a moment of a row that lies in one of them changes what is seen of the row."""
    earlier, later = between
    windows = {term.window for feature in features for term in terms(feature.formula)} - {None}
    found = [between]
    for window in sorted(map(str, windows)):
        length, months = parse_window(window)
        if months:
            ends = (int(_month_edge(at, months, clock)) for at in between)
            low, high = sorted(ends)
            found.append((low, high))
        else:
            found.append((earlier - length, later - length))
    return found


@compiled
def _month_edge(instant: int, months: int, clock: Clock) -> int:
    """Where a window of calendar months begins that ends at an instant."""
    return months_before(instant, months, clock)


def _reads_others(features: Iterable[Feature]) -> bool:
    """Whether other people stand in a table that some feature reads; a view that is not declared may."""
    for name in {term.view for feature in features for term in terms(feature.formula)}:
        view = view_of(name)
        tables = (name,) if view is None else (*view.tables, *view.also)
        if any(tells_of_others(table) for table in tables):
            return True
    return False


def _of_people(portfolio: Portfolio, codes: Int64, spans: list[Span]) -> Flags:
    """For which persons a moment of a row of theirs lies in a span, shape (len(codes),)."""
    position = np.full(portfolio.n_applicants, -1, np.int64)
    position[codes] = np.arange(codes.size)
    found = np.zeros(codes.size, np.bool_)
    for table in portfolio.tables.values():
        owner_of = portfolio.loan_owner if table.owners == "loan" else np.arange(portfolio.n_applicants)
        owners = np.flatnonzero(position[owner_of] >= 0).astype(np.int64)
        counts = np.diff(table.offsets)[owners]
        for some in np.array_split(np.arange(owners.size), max(1, int(counts.sum()) // _ROWS)):
            rows = rows_of_owners(table, owners[some])
            whose = position[owner_of[np.repeat(owners[some], counts[some])]]
            found[whose[_moved(table, rows, spans)]] = True
    return found


def _moved(table: EventTable, rows: Int64, spans: list[Span]) -> Flags:
    """Which rows have a moment in a span, shape (len(rows),)."""
    found = np.zeros(rows.size, np.bool_)
    for column in table.times:
        at = column[rows]
        there = at != NEVER
        for low, high in spans:
            found |= there & (at >= low) & (at < high)
    return found
