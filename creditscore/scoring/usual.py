"""What the columns of tables usually hold, learned at fitting and looked for again in a batch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Int64
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.zones import Calendar
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCE_TABLES, source_of
from creditscore.data.tables.contracts import CONTRACTS, known_name
from creditscore.data.tables.events import EventTable
from creditscore.scoring.mismatch import Mismatch

# Fewer owners say nothing about shares, and a label of fewer could tell on one of them.
FEWEST: Final = 20
OTHERS: Final = "..."
_ROWS_READ: Final = 30_000
_MOST_LABELS: Final = 50
_MOSTLY: Final = 0.5
_VANISHED: Final = 0.1
_MOVED: Final = 0.2
_APART: Final = 20.0
_DAYS_QUIET: Final = 30
_GAPS_QUIET: Final = 5
_SIGNS: Final = ("-", "0", "+")
_HOURS: Final = tuple(f"{hour:02d}" for hour in range(24))

Shares: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ColumnTerms:
    """What one column of a table held at fitting.

    Attributes
    ----------
    known : float
        Share of the rows with a value, within 0 and 1.
    owners : float
        Share of the owners of the table's rows who have one, within 0 and 1.
    kinds : mapping of str to float
        Share of the known values of each kind, in hundredths: labels of a text that 20 owners have (all
        others are ``"..."``), signs of a number (``"-"``, ``"0"``, ``"+"``), local hours of a time (``"00"``
        to ``"23"``). Empty for ids.
    holders : mapping of str to float
        Share of the owners who have a value of that kind.
    size : float or None
        Of a number: the median of its amounts that are not 0, without sign. None for others.
    lags : tuple of float
        Of a time that is not the row's own: the tenth, half and nine tenths of its days since the time of the
        row. Empty for others.
    """

    known: float
    owners: float
    kinds: Shares
    holders: Shares
    size: float | None = None
    lags: tuple[float, ...] = ()


# Every row was known when it happened.
_AT_ONCE: Final = ColumnTerms(1.0, 1.0, {}, {}, lags=(0.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class TableTerms:
    """What one table held at fitting.

    Attributes
    ----------
    owners : float
        Share of the owners of the portfolio who have a row, within 0 and 1.
    quiet_days : int
        The longest time without a row before the last application, in days.
    columns : mapping of str to ColumnTerms
    """

    owners: float
    quiet_days: int
    columns: Mapping[str, ColumnTerms]

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> TableTerms:
        """Read what stands in a stored contract."""
        columns = {
            str(name): ColumnTerms(**{**terms, "lags": tuple(terms["lags"])})
            for name, terms in stored["columns"].items()
        }
        return cls(float(stored["owners"]), int(stored["quiet_days"]), columns)


class _Rows(NamedTuple):
    """Rows of whole owners of a table, and whose each is; arrays of shape (n_rows_read,)."""

    table: EventTable
    at: Int64
    owner: Int64
    n_owners: int


def usual_of(applications: Applications, portfolio: Portfolio, table: EventTable) -> TableTerms:
    """Write down what a table holds, of whole owners with some 30,000 rows."""
    rows = _rows(table)
    quiet = max(_quiet(rows), _since(applications, table)) if rows.at.size else 0
    read = ((name, _terms(rows, name, portfolio.calendar)) for name in _compared(table) if rows.at.size)
    columns = {name: terms for name, terms in read if terms is not None}
    return TableTerms(round(_share_with_rows(table), 4), quiet, columns)


def unusual(
    usual: Mapping[str, TableTerms], applications: Applications, portfolio: Portfolio
) -> Iterator[Mismatch]:
    """Hold what tables hold now against what they held at fitting; tables of few owners say nothing.

    Parameters
    ----------
    usual : mapping of str to TableTerms
    applications : Applications
    portfolio : Portfolio
    """
    for name, terms in usual.items():
        table = portfolio.tables.get(name)
        if table is None or (name in SOURCE_TABLES and portfolio.terms.bars(source_of(name).name)):
            continue
        if not table.n_rows and terms.owners * table.n_owners >= FEWEST:
            yield Mismatch("table_emptied", name, f"{terms.owners:.0%}", "0%", table.n_owners)
        rows = _rows(table)
        if rows.n_owners < FEWEST:
            continue
        yield from _ended(name, terms, rows, applications)
        for column in _compared(table) if terms.columns else ():
            at_once = _AT_ONCE if column == "known_time" else None
            before = terms.columns.get(column, at_once)
            if before is not None:
                now = _terms(rows, column, portfolio.calendar, before) or _AT_ONCE
                yield from _column(f"{name}.{column}", before, now, rows)


def _column(subject: str, before: ColumnTerms, now: ColumnTerms, rows: _Rows) -> Iterator[Mismatch]:
    """Compare one column; of one that is empty now, nothing else is said."""
    shown = f"{before.known:.0%}", f"{now.known:.0%}", int(rows.at.size)
    if before.known >= _MOSTLY and now.known <= _VANISHED * before.known:
        yield Mismatch("column_emptied", subject, *shown)
        return
    gone = not now.known and before.owners * rows.n_owners >= FEWEST
    if gone or abs(now.known - before.known) > _MOVED + noise(2, rows.n_owners):
        yield Mismatch("values_rarer", subject, *shown)
    if not now.known:
        return
    if _AT_ONCE not in (before, now):
        yield from _kinds(subject, before, now, rows)
    if before.size and now.size and max(before.size / now.size, now.size / before.size) >= _APART:
        yield Mismatch("scale_shifted", subject, f"{before.size:g}", f"{now.size:g}", int(rows.at.size))
    if before.lags and now.lags:
        low, middle, high = before.lags
        wide = max(high - low, 1.0)
        if (now is _AT_ONCE and high > 0.0) or not low - wide <= now.lags[1] <= high + wide:
            yield Mismatch("lag_shifted", subject, f"{middle:g}", f"{now.lags[1]:g}", int(rows.at.size))


def _kinds(subject: str, before: ColumnTerms, now: ColumnTerms, rows: _Rows) -> Iterator[Mismatch]:
    both = {*before.kinds, *now.kinds}
    moved = 0.5 * sum(abs(now.kinds.get(kind, 0.0) - before.kinds.get(kind, 0.0)) for kind in both)
    if moved > _MOVED + noise(len(both), now.owners * rows.n_owners):
        yield Mismatch("kinds_shifted", subject, "", f"{moved:.0%}", int(rows.at.size))
        return
    for kind, share in before.holders.items():
        if share * rows.n_owners >= FEWEST and kind not in now.holders:
            yield Mismatch("kind_gone", subject, kind, f"{share:.0%}", int(rows.at.size))


def _ended(name: str, terms: TableTerms, rows: _Rows, applications: Applications) -> Iterator[Mismatch]:
    """Say that the last row lies long before the last moment; rows of what is due lie after it."""
    quiet = _since(applications, rows.table)
    if quiet > max(_DAYS_QUIET, _GAPS_QUIET * max(terms.quiet_days, _quiet(rows))):
        yield Mismatch("table_ended", name, "", str(quiet), rows.table.n_rows)


def noise(kinds: int, owners: float) -> float:
    """Return how far shares of kinds move by chance, within 0 and 1: rows of one owner are alike."""
    return 0.5 * math.sqrt(kinds / max(owners, 1.0))


def _share_with_rows(table: EventTable) -> float:
    return float((np.diff(table.offsets) > 0).mean()) if table.n_owners else 0.0


def _since(applications: Applications, table: EventTable) -> int:
    """Count the days between the last row and the last moment; negative where rows lie after it."""
    return (int(applications.as_of.max()) - int(table.times[0].max())) // DAY


def _quiet(rows: _Rows) -> int:
    days = np.sort(rows.table.times[0][rows.at]) // DAY
    return int(np.diff(days).max()) if days.size > 1 else 0


def _rows(table: EventTable) -> _Rows:
    """Take every owner, or every second, third ... of them."""
    sizes = np.diff(table.offsets)
    owners = np.flatnonzero(sizes)[:: max(1, math.ceil(table.n_rows / _ROWS_READ))]
    lengths = sizes[owners]
    ends = np.cumsum(lengths)
    within = np.arange(int(lengths.sum())) - np.repeat(ends - lengths, lengths)
    at = np.repeat(table.offsets[owners], lengths) + within
    return _Rows(table, at.astype(np.int64), np.repeat(np.arange(owners.size), lengths), int(owners.size))


def _compared(table: EventTable) -> tuple[str, ...]:
    """Name the columns that are looked at: not when a row was superseded, nor when a fact became known."""
    own = CONTRACTS[table.name]
    derived = {"superseded_time", *map(known_name, own.facts)}
    return tuple(name for name in table.columns if name not in derived)


def _terms(
    rows: _Rows, name: str, calendar: Calendar, before: ColumnTerms | None = None
) -> ColumnTerms | None:
    """Write down one column; None where every row was known when it happened."""
    table = rows.table
    values = table.column(name)[rows.at]
    if name in table.time_columns:
        return _of_times(rows, name, values, calendar)
    if name in table.value_columns:
        known = ~np.isnan(values)
        size = np.abs(values[known & (values != 0.0)])
        signs = np.sign(values[known]).astype(np.int64) + 1
        kinds, holders = _counted(rows, known, signs, _SIGNS, before)
        return _shared(rows, known, kinds, holders, float(np.median(size)) if size.size else None)
    known = values >= 0
    declared = CONTRACTS[table.name].declared.get(name)
    labels = table.vocabularies.get(name, ())
    if not labels or (declared is not None and declared.kind != "text"):
        return _shared(rows, known, {}, {})
    kinds, holders = _counted(rows, known, values[known].astype(np.int64), labels, before)
    return _shared(rows, known, kinds, holders)


def _of_times(rows: _Rows, name: str, values: Int64, calendar: Calendar) -> ColumnTerms | None:
    own = rows.table.times[0][rows.at]
    known = values != NEVER
    is_first = name == rows.table.time_columns[0]
    if not is_first and np.array_equal(values, own):
        return None
    kinds, _ = _counted(rows, known, calendar.local_hours(values[known]), _HOURS, None)
    lags: tuple[float, ...] = ()
    if not is_first and known.any():
        days = (values[known] - own[known]) / DAY
        lags = tuple(float(round(day, 2)) for day in np.quantile(days, (0.1, 0.5, 0.9)))
    return _shared(rows, known, kinds, {}, lags=lags)


def _counted(
    rows: _Rows, known: NDArray[np.bool_], codes: Int64, names: Sequence[Any], before: ColumnTerms | None
) -> tuple[Shares, Shares]:
    """Share of rows and of owners of each kind; those of few owners are one, or those without a name before.

    ``known`` has shape (n_rows_read,); ``codes`` (n_known,), positions in the names.
    """
    pairs = np.sort(codes * rows.n_owners + rows.owner[known])
    distinct = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
    found, counted = np.unique(distinct // rows.n_owners, return_counts=True)
    counts = np.bincount(codes, minlength=1)
    owners_of = dict(zip(found.tolist(), counted.tolist(), strict=True))
    if names in (_SIGNS, _HOURS):
        named = set(owners_of)
    elif before is None:
        many = (code for code in owners_of if owners_of[code] >= FEWEST)
        named = set(sorted(many, key=lambda code: -owners_of[code])[:_MOST_LABELS])
    else:
        named = {code for code in owners_of if str(names[code]) in before.kinds}
    shares = {str(names[code]): round(float(counts[code]) / codes.size, 2) for code in sorted(named)}
    rest = 1.0 - sum(float(counts[code]) for code in named) / max(codes.size, 1)
    if len(named) < len(owners_of):
        shares[OTHERS] = round(rest, 2)
    return shares, {str(names[code]): round(owners_of[code] / rows.n_owners, 2) for code in sorted(named)}


def _shared(
    rows: _Rows,
    known: NDArray[np.bool_],
    kinds: Shares,
    holders: Shares,
    size: float | None = None,
    lags: tuple[float, ...] = (),
) -> ColumnTerms:
    having = np.flatnonzero(np.diff(rows.owner[known], prepend=-1)).size / max(rows.n_owners, 1)
    share = float(known.mean()) if known.size else 0.0
    return ColumnTerms(round(share, 4), round(having, 4), kinds, holders, size, lags)
