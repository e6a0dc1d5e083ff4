"""What was known of one person and of those around them at a moment, as plain records, and back again.

Records made here and read back give the same features to the bit: they keep the order of rows (in
``event_id``) and the columns that hold nothing for this person, and hold nothing that was not yet known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Int64, read_only
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.zones import USUAL, Calendar
from creditscore.data.door.build import build
from creditscore.data.door.clock import EPOCH
from creditscore.data.door.raw import Labels, RawColumn, RawTable
from creditscore.data.door.records import read_records
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import TABLES_OF_OTHERS
from creditscore.data.tables.contracts import CONTRACTS, known_name
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, KNOWN, facts_learned, visible

Record: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, list[Record]]
Columns: TypeAlias = dict[str, dict[str, list[str]]]
Rows: TypeAlias = dict[str, Int64]

# Kernels look at months before the first row, and at the day after the last due day.
_MARGIN: Final = 60 * DAY


def known_rows(portfolio: Portfolio, people: Iterable[int], as_of: int, tables: Iterable[str]) -> Rows:
    """Find the rows of some persons that were known before a moment and not yet superseded.

    Parameters
    ----------
    portfolio : Portfolio
    people : iterable of int
        Their codes.
    as_of : int
        The moment, in microseconds.
    tables : iterable of str
        Names; those that the portfolio lacks are left out.

    Returns
    -------
    dict of str to int64 array
        Numbers of rows by table. Schedules of a loan that was itself not yet known are not among them.
    """
    codes = np.fromiter((code for code in people if code >= 0), np.int64)
    wanted = set(tables)
    loans = portfolio.tables.get("loans")
    known_loans = None
    if loans is not None:
        rows = _visible(loans, _of_owners(loans.offsets, codes), as_of)
        known_loans = np.unique(portfolio.loan_codes[rows]).astype(np.int64)
    found: Rows = {}
    for name, table in portfolio.tables.items():
        if name not in wanted:
            continue
        if table.owners == "loan":
            owners = np.empty(0, np.int64) if known_loans is None else known_loans
            rows = _of_owners(table.offsets, owners)
        else:
            rows = _of_owners(table.offsets, codes)
        found[name] = _visible(table, rows, as_of)
    return found


def loans_not_yet_known(portfolio: Portfolio, rows: Mapping[str, Int64]) -> list[Any]:
    """Name the loans that rows refer to although no row of the loan itself was known.

    Parameters
    ----------
    portfolio : Portfolio
    rows : mapping of str to ndarray of int64, shape (n_rows,)
        From `known_rows`.

    Returns
    -------
    list
        Ids of loans, in rising order.
    """
    loans = portfolio.tables.get("loans")
    if loans is None:
        return []
    known = portfolio.loan_codes[rows["loans"]] if "loans" in rows else np.empty(0, np.int32)
    named = [
        portfolio.tables[name].column("loan")[numbers]
        for name, numbers in rows.items()
        if name != "loans" and "loan" in portfolio.tables[name].code_columns
    ]
    codes = np.setdiff1d(np.concatenate([*named, np.empty(0, np.int32)]), np.append(known, -1))
    return _labels(portfolio.loan_ids, codes)


def rows_of_others(portfolio: Portfolio, person: int, as_of: int, tables: Iterable[str]) -> Rows:
    """Find what was known of those around one person: both ends of ties, and members of the same groups.

    Parameters and result are those of `known_rows`. Of another person, only standings are among the rows, and
    ties and memberships that lead to this one or to a group of this one.
    """
    wanted = {name for name in tables if name in portfolio.tables}
    found: Rows = {}
    people: set[int] = set()
    if "ties" in wanted:
        found["ties"], tied = _ties_to(portfolio, person, as_of)
        people |= tied
    if "memberships" in wanted:
        table = portfolio.tables["memberships"]
        own = known_rows(portfolio, [person], as_of, ["memberships"])["memberships"]
        codes = table.column("group_id")
        shared = np.flatnonzero(np.isin(codes, np.unique(codes[own])))
        found["memberships"] = np.setdiff1d(_visible(table, shared, as_of), own)
        people |= _owners(table, found["memberships"])
    people.discard(person)
    return found | known_rows(portfolio, sorted(people), as_of, wanted & TABLES_OF_OTHERS)


def to_records(portfolio: Portfolio, rows: Mapping[str, Int64], as_of: int, *, first_id: int = 1) -> Tables:
    """Write rows as plain records; a missing value has no key.

    ``event_id`` numbers the rows of a table in their stored order, so that ``Portfolio.from_records`` puts
    them into the same order again.

    Parameters
    ----------
    portfolio : Portfolio
    rows : mapping of str to ndarray of int64, shape (n_rows,)
        Numbers of rows by table.
    as_of : int
        The moment, in microseconds: facts that were not yet known are left out.
    first_id : int
        The first ``event_id``.

    Returns
    -------
    dict of str to list of dict
    """
    return {
        name: _records(portfolio, portfolio.tables[name], numbers, as_of, first_id)
        for name, numbers in rows.items()
    }


def columns_of(portfolio: Portfolio, tables: Iterable[str]) -> Columns:
    """Name the columns that tables have, also where all values of one person are missing."""
    shown: Columns = {}
    for name in tables:
        table = portfolio.tables[name]
        declared = CONTRACTS[name].declared
        shown[name] = {
            "times": [column for column in table.time_columns if column in declared],
            "numbers": list(table.value_columns),
            "labels": ["loan_id" if column == "loan" else column for column in table.code_columns],
        }
    return shown


def calendar_of_rows(portfolio: Portfolio, rows: Iterable[Mapping[str, Int64]], as_of: int) -> Calendar:
    """Return the portfolio's calendar, with the offsets alone that some rows need at a moment.

    Parameters
    ----------
    portfolio : Portfolio
    rows : iterable of mapping of str to ndarray of int64, shape (n_rows,)
        Numbers of rows by table, from `known_rows` and `rows_of_others`.
    as_of : int
        The moment, in microseconds.
    """
    times = [
        portfolio.tables[name].times[HAPPENED][numbers] for part in rows for name, numbers in part.items()
    ]
    all_times = np.concatenate([*times, np.array([as_of])])
    return portfolio.calendar.between(int(all_times.min()) - _MARGIN, int(all_times.max()) + _MARGIN)


def portfolio_of(
    tables: Mapping[str, Sequence[Record]], columns: Mapping[str, Any], calendar: Calendar = USUAL
) -> Portfolio:
    """Build the portfolio that records and columns describe.

    Parameters
    ----------
    tables : mapping of str to sequence of dict
        From `to_records`.
    columns : mapping
        From `columns_of`; its tables are those of the portfolio.
    calendar : Calendar
        From `calendar_of_rows`; UTC where left out.

    Raises
    ------
    ContractError
        If the records break a contract.
    """
    raw = {name: _raw(name, tables.get(name, ()), columns[name]) for name in CONTRACTS if name in columns}
    parts = build(raw, on_bad_rows="raise", timezone=None, threads=1)
    whole = {name: _completed(table, columns[name]) for name, table in parts.tables.items()}
    return Portfolio.of_parts(parts._replace(tables=MappingProxyType(whole), calendar=calendar))


def iso(instant: int) -> str:
    """Write microseconds as ISO 8601 text in UTC."""
    return (EPOCH + timedelta(microseconds=instant)).isoformat()


def _of_owners(offsets: Int64, owners: Int64) -> Int64:
    inside = owners[owners + 1 < len(offsets)]
    spans = [np.arange(offsets[owner], offsets[owner + 1], dtype=np.int64) for owner in inside.tolist()]
    return np.concatenate(spans) if spans else np.empty(0, np.int64)


def _visible(table: EventTable, rows: Int64, as_of: int) -> Int64:
    known: Int64 = rows[visible(table.times[:, rows], as_of)]
    return known


def _owners(table: EventTable, rows: Int64) -> set[int]:
    return set((np.searchsorted(table.offsets, rows, side="right") - 1).tolist())


def _ties_to(portfolio: Portfolio, person: int, as_of: int) -> tuple[Int64, set[int]]:
    """Rows of others that are ties to a person, and everyone at the other end of a known tie of theirs."""
    table, network = portfolio.tables["ties"], portfolio.network
    if network is None:
        return np.empty(0, np.int64), set()
    pairs = network.ties
    first, last = pairs.offsets[person], pairs.offsets[person + 1]
    rows = np.unique(pairs.rows[pairs.entries[first] : pairs.entries[last]]).astype(np.int64)
    rows = _visible(table, rows, as_of)
    ends = _owners(table, rows) | set(table.column("other_id")[rows].tolist())
    owners = np.searchsorted(table.offsets, rows, side="right") - 1
    return rows[owners != person], ends - {-1}


def _records(portfolio: Portfolio, table: EventTable, rows: Int64, as_of: int, first_id: int) -> list[Record]:
    contract = CONTRACTS[table.name]
    columns: dict[str, list[Any]] = {}
    owners = np.searchsorted(table.offsets, rows, side="right") - 1
    if table.owners == "loan":
        columns["loan_id"] = _labels(portfolio.loan_ids, owners)
        owners = portfolio.loan_owner[owners]
    columns[contract.owner] = _labels(portfolio.applicant_ids, owners)
    columns["event_id"] = list(range(first_id, first_id + len(rows)))
    times, hidden = _times(table, rows, as_of)
    columns |= times
    for place, name in enumerate(table.code_columns):
        codes = table.codes[place][rows]
        if name == "loan":
            columns["loan_id"] = _labels(portfolio.loan_ids, codes)
        else:
            columns[name] = _labels(table.vocabularies[name], codes)
    for place, name in enumerate(table.value_columns):
        values = table.values[place][rows]
        if name in hidden:
            values = np.where(hidden[name], np.nan, values)
        columns[name] = [None if value != value else value for value in values.tolist()]
    names = tuple(columns)
    if not any(None in cells for cells in columns.values()):
        return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def _times(
    table: EventTable, rows: Int64, as_of: int
) -> tuple[dict[str, list[str | None]], dict[str, Flags]]:
    """Times that were known, and for each amount that belongs to a fact, where that fact was not."""
    contract = CONTRACTS[table.name]
    at, known = table.times[HAPPENED][rows], table.times[KNOWN][rows]
    times = {contract.row_time: _instants(at)}
    if contract.known_default == "loan" or not np.array_equal(at, known):
        times["known_time"] = _instants(known)
    hidden: dict[str, Flags] = {}
    for fact in contract.facts:
        place = table.row(fact)
        if place < 0:
            continue
        unknown = ~facts_learned(table.times[:, rows], place, as_of)
        happened = np.where(unknown, NEVER, table.times[place][rows])
        learned = np.where(unknown, NEVER, table.times[place + 1][rows])
        times[fact] = _instants(happened)
        if not np.array_equal(happened, learned):
            times[known_name(fact)] = _instants(learned)
        hidden |= {column.name: unknown for column in contract.columns if column.known_with == fact}
    return times, hidden


def _instants(instants: Int64) -> list[str | None]:
    never = instants == NEVER
    readings = np.where(never, 0, instants).astype("M8[us]").tolist()
    return [
        None if absent else f"{reading.isoformat()}+00:00"
        for reading, absent in zip(readings, never.tolist(), strict=True)
    ]


def _labels(labels: Labels | tuple[Any, ...], codes: NDArray[Any]) -> list[Any]:
    if isinstance(labels, tuple):
        return [labels[code] if code >= 0 else None for code in codes.tolist()]
    return [int(labels[code]) if code >= 0 else None for code in codes.tolist()]


def _raw(name: str, records: Sequence[Record], columns: Mapping[str, Sequence[str]]) -> RawTable:
    given = dict(read_records(name, records).columns) if records else {}
    declared = CONTRACTS[name].declared
    required = [column.name for column in declared.values() if column.required and not records]
    for column in (*required, *(column for names in columns.values() for column in names)):
        if column in declared:
            given.setdefault(column, RawColumn("empty", None))
    return RawTable(len(records), given)


def _completed(table: EventTable, columns: Mapping[str, Sequence[str]]) -> EventTable:
    """Give a table the extra columns in which it holds nothing: the door leaves such columns out."""
    numbers = tuple(name for name in columns["numbers"] if name not in table.value_columns)
    labels = tuple(name for name in columns["labels"] if name not in (*table.code_columns, "loan_id"))
    values = np.vstack([table.values, np.full((len(numbers), table.n_rows), np.nan)])
    codes = np.vstack([table.codes, np.full((len(labels), table.n_rows), -1, np.int32)])
    for block in (values, codes):
        read_only(block)
    return replace(
        table,
        values=values,
        codes=codes,
        value_columns=(*table.value_columns, *numbers),
        code_columns=(*table.code_columns, *labels),
        vocabularies=MappingProxyType({**table.vocabularies, **dict.fromkeys(labels, ())}),
    )
