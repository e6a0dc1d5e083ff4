"""What was known of one person and of those around them at a moment, as stored tables, and back again.

Tables made here, written and read back, give the same features to the bit: they keep the order of rows (in
``event_id``) and the columns that hold nothing for this person, and hold nothing that was not yet known.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

from creditscore._ground.arrays import Flags, Int64, read_only
from creditscore._ground.instants import DAY, NEVER
from creditscore._ground.zones import USUAL, Calendar
from creditscore.data.door.build import build
from creditscore.data.door.clock import EPOCH
from creditscore.data.door.draft import Draft
from creditscore.data.door.linking import OF_TWO, OTHER_END
from creditscore.data.door.raw import RawColumn, RawTable
from creditscore.data.door.reading import Reading
from creditscore.data.door.records import read_records
from creditscore.data.network.index import FOLD
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONSENTS, OF_PERSONS
from creditscore.data.stored.persons import all_ids, met_by, representatives, under
from creditscore.data.stored.table import Labelled, StoredTable, is_kept, labelled
from creditscore.data.tables.contracts import CONTRACTS, LASTING, known_name
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, KNOWN, SUPERSEDED, facts_learned, learned, superseded, visible

Record: TypeAlias = dict[str, Any]
Rows: TypeAlias = Sequence[Record] | Draft
Columns: TypeAlias = dict[str, dict[str, list[str]]]
RowNumbers: TypeAlias = dict[str, Int64]
Extras: TypeAlias = Container[str] | None

# Tables of which rows of every id of a person are stored as rows of one id.
_READ_AS_ONE: Final = OF_PERSONS | {CONSENTS}
# Kernels look at months before the first row, and at the day after the last due day.
_MARGIN: Final = 60 * DAY


def known_rows(portfolio: Portfolio, people: Iterable[int], as_of: int, tables: Iterable[str]) -> RowNumbers:
    """Find the rows of some persons that were known before a moment and not yet superseded.

    Where the ids of a person read as one, rows of all of them are found.

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
    every_id = all_ids(portfolio, codes, as_of)
    wanted = set(tables)
    loans = portfolio.tables.get("loans")
    known_loans = None
    if loans is not None:
        rows = _visible(loans, _of_owners(loans.offsets, codes), as_of)
        known_loans = np.unique(portfolio.loan_codes[rows]).astype(np.int64)
    found: RowNumbers = {}
    for name, table in portfolio.tables.items():
        if name not in wanted:
            continue
        if table.owners == "loan":
            owners = np.empty(0, np.int64) if known_loans is None else known_loans
            rows = _of_owners(table.offsets, owners)
        else:
            rows = _of_owners(table.offsets, every_id if name in _READ_AS_ONE else codes)
        found[name] = _visible(table, rows, as_of)
    return found


def rows_of_others(
    portfolio: Portfolio, person: int, as_of: int, tables: Iterable[str]
) -> tuple[RowNumbers, list[int]]:
    """Find what was known of those around one person: both ends of ties, and members of the same groups.

    Parameters are those of `known_rows`.

    Returns
    -------
    rows : dict of str to int64 array
        Numbers of rows by table. Of another person, only consents are among them, and ties and memberships
        that lead to this one or to a group of this one.
    people : list of int
        Codes of those around, in rising order; of a person of several ids the one that stands for them.
    """
    first = representatives(portfolio, person, as_of)
    wanted = {name for name in tables if name in portfolio.tables}
    found: RowNumbers = {}
    people: set[int] = set()
    if "ties" in wanted:
        found["ties"], tied = _ties_to(portfolio, person, as_of, first)
        people |= tied
    if "memberships" in wanted:
        table = portfolio.tables["memberships"]
        own = known_rows(portfolio, [person], as_of, ["memberships"])["memberships"]
        codes = table.column("group_id")
        shared = np.flatnonzero(np.isin(codes, np.unique(codes[own])))
        found["memberships"] = np.setdiff1d(_visible(table, shared, as_of), own)
        people |= set(under(first, _owners(table, found["memberships"])).tolist())
    around = sorted(people - {person})
    return found | known_rows(portfolio, around, as_of, wanted & {CONSENTS}), around


def stored_tables(
    portfolio: Portfolio,
    rows: Mapping[str, Int64],
    as_of: int,
    *,
    first_id: int = 1,
    extras: Extras = None,
    first: Int64 | None = None,
) -> dict[str, StoredTable]:
    """Take rows out of a portfolio, as they are stored; tables without a row are left out.

    Parameters
    ----------
    portfolio : Portfolio
    rows : mapping of str to ndarray of int64, shape (n_rows,)
        Numbers of rows by table.
    as_of : int
        The moment, in microseconds: facts that were not yet known are left out.
    first_id : int
        What the first row of each table is numbered; the numbers follow the stored order.
    extras : container of str, optional
        Columns to keep that no contract declares; all where left out.
    first : ndarray of int64, shape (n_ids,), optional
        From `representatives`: the id under which the rows of each id are stored; by default itself.
    """
    return {
        name: _stored(portfolio, portfolio.tables[name], numbers, as_of, first_id, first).keeping(extras)
        for name, numbers in rows.items()
        if len(numbers)
    }


def columns_of(portfolio: Portfolio, tables: Iterable[str], *, extras: Extras = None) -> Columns:
    """Name the columns that tables have, also where all values of one person are missing."""
    shown: Columns = {}
    for name, table in ((name, portfolio.tables[name]) for name in tables):
        declared = CONTRACTS[name].declared
        shown[name] = {
            "times": [column for column in table.time_columns if column in declared],
            "numbers": [c for c in table.value_columns if is_kept(name, c, extras)],
            "labels": [
                "loan_id" if c == "loan" else c for c in table.code_columns if is_kept(name, c, extras)
            ],
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
    tables: Mapping[str, Rows],
    columns: Mapping[str, Any],
    calendar: Calendar = USUAL,
    privacy: Mapping[str, Any] | None = None,
) -> Portfolio:
    """Build the portfolio that records and columns describe.

    Parameters
    ----------
    tables : mapping of str to sequence of dict or Draft
        What was written, read again, or what `table.typed` makes of the same rows.
    columns : mapping
        From `columns_of`; its tables are those of the portfolio.
    calendar : Calendar
        From `calendar_of_rows`; UTC where left out.
    privacy : mapping, optional
        From `bits.privacy_of`, where the standings are bits.

    Raises
    ------
    ContractError
        If the records break a contract.
    """
    raw = {name: _raw(name, tables.get(name, ()), columns[name]) for name in CONTRACTS if name in columns}
    stored = None if privacy is None else StandingPrivacy.without_secret(privacy)
    fold = None if privacy is None else privacy[FOLD]
    reading = Reading(stored=True)
    parts = build(raw, on_bad_rows="raise", reading=reading, privacy=stored, fold=fold, threads=1)
    whole = {name: completed(table, columns[name]) for name, table in parts.tables.items()}
    return Portfolio.of_parts(parts._replace(tables=MappingProxyType(whole), calendar=calendar))


def iso(instant: int) -> str:
    """Write microseconds as ISO 8601 text in UTC."""
    return (EPOCH + timedelta(microseconds=instant)).isoformat()


def _of_owners(offsets: Int64, owners: Int64) -> Int64:
    inside = owners[owners + 1 < len(offsets)]
    spans = [np.arange(offsets[owner], offsets[owner + 1], dtype=np.int64) for owner in inside.tolist()]
    return np.concatenate(spans) if spans else np.empty(0, np.int64)


def _visible(table: EventTable, rows: Int64, as_of: int) -> Int64:
    """Rows that were known, and not superseded by then unless they say from when on something lasted."""
    rule = learned if table.name in LASTING else visible
    known: Int64 = rows[rule(table.times[:, rows], as_of)]
    return known


def _owners(table: EventTable, rows: Int64) -> Int64:
    return np.searchsorted(table.offsets, rows, side="right") - 1


def _ties_to(portfolio: Portfolio, person: int, as_of: int, stands: Int64 | None) -> tuple[Int64, set[int]]:
    """Rows of others that are ties to a person, and everyone at the other end of a known tie of theirs."""
    table, network = portfolio.tables["ties"], portfolio.network
    if network is None:
        return np.empty(0, np.int64), set()
    pairs, node = network.ties, network.identities.node(person, as_of)
    first, last = pairs.offsets[node], pairs.offsets[node + 1]
    rows = np.unique(pairs.rows[pairs.entries[first] : pairs.entries[last]]).astype(np.int64)
    rows = _visible(table, rows, as_of)
    owners, others = _owners(table, rows), table.column("other_id")[rows]
    ends = under(stands, np.unique(np.append(owners, others[others >= 0])))
    return rows[under(stands, owners) != person], set(ends.tolist())


def _stored(
    portfolio: Portfolio, table: EventTable, rows: Int64, as_of: int, first_id: int, stands: Int64 | None
) -> StoredTable:
    times, hidden = _times(table, rows, as_of)
    numbers = {
        name: np.where(hidden[name], np.nan, table.values[row][rows]) if name in hidden else values[rows]
        for row, (name, values) in enumerate(zip(table.value_columns, table.values, strict=True))
    }
    labels = _label_columns(portfolio, table, rows, hidden, stands)
    return StoredTable(
        name=table.name,
        n_rows=len(rows),
        first_id=first_id,
        times={name: instants for name, instants in times.items() if (instants != NEVER).any()},
        numbers={name: values for name, values in numbers.items() if not np.isnan(values).all()},
        labels={name: column for name, column in labels.items() if (column.codes >= 0).any()},
    )


def _label_columns(
    portfolio: Portfolio, table: EventTable, rows: Int64, hidden: Mapping[str, Flags], stands: Int64 | None
) -> dict[str, Labelled]:
    """Columns of labels, and whose the rows are; of an open vocabulary only the labels that rows name."""
    contract = CONTRACTS[table.name]
    columns: dict[str, Labelled] = {}
    owners = _owners(table, rows)
    if table.owners == "loan":
        columns["loan_id"] = labelled(owners, portfolio.loan_ids)
        owners = portfolio.loan_owner[owners]
    columns[contract.owner] = labelled(under(stands, owners), portfolio.applicant_ids)
    for name, codes in zip(table.code_columns, table.codes, strict=True):
        if name == "loan":
            columns["loan_id"] = labelled(codes[rows], portfolio.loan_ids)
        elif name in contract.declared and contract.declared[name].vocabulary is not None:
            shown = np.where(hidden[name], -1, codes[rows]) if name in hidden else codes[rows]
            columns[name] = Labelled(shown, table.vocabularies[name])
        elif name == OTHER_END and table.name == "activities":
            met = met_by(portfolio, codes[rows], stands)
            columns[name] = labelled(met, table.vocabularies[name])
        elif name == OTHER_END and table.name in OF_TWO:
            columns[name] = labelled(under(stands, codes[rows]), table.vocabularies[name])
        else:
            columns[name] = labelled(codes[rows], table.vocabularies[name])
    return columns


def _times(table: EventTable, rows: Int64, as_of: int) -> tuple[dict[str, Int64], dict[str, Flags]]:
    """Times that were known, and for each column that belongs to a fact, where that fact was not."""
    contract = CONTRACTS[table.name]
    at, known = table.times[HAPPENED][rows], table.times[KNOWN][rows]
    times = {contract.row_time: at}
    if contract.known_default == "loan" or not np.array_equal(at, known):
        times["known_time"] = known
    hidden: dict[str, Flags] = {}
    for fact in contract.facts:
        row = table.row(fact)
        if row < 0:
            continue
        unknown = ~facts_learned(table.times[:, rows], row, as_of)
        times[fact] = np.where(unknown, NEVER, table.times[row][rows])
        known_from = np.where(unknown, NEVER, table.times[row + 1][rows])
        if not np.array_equal(times[fact], known_from):
            times[known_name(fact)] = known_from
        hidden |= {column.name: unknown for column in contract.columns if column.known_with == fact}
    # what lasted is stored as having ended when a correction came
    if table.name in LASTING:
        _end_when_superseded(table, rows, as_of, times)
    return times, hidden


def _end_when_superseded(table: EventTable, rows: Int64, as_of: int, times: dict[str, Int64]) -> None:
    """Let rows that were corrected end when they were, if not before."""
    gone = superseded(table.times[:, rows], as_of)
    if not gone.any():
        return
    corrected = np.where(gone, table.times[SUPERSEDED][rows], NEVER)
    end = times.get("end_time", np.full(len(rows), NEVER))
    known = times.get(known_name("end_time"), end)
    is_later = np.maximum(end, known) > corrected
    times["end_time"] = np.where(is_later, corrected, end)
    times[known_name("end_time")] = np.where(is_later, corrected, known)


def _raw(name: str, rows: Rows, columns: Mapping[str, Sequence[str]]) -> RawTable | Draft:
    if isinstance(rows, Draft):
        return rows
    given = dict(read_records(name, rows).columns) if rows else {}
    declared = CONTRACTS[name].declared
    required = [column.name for column in declared.values() if column.required and not rows]
    for column in (*required, *(column for names in columns.values() for column in names)):
        if column in declared:
            given.setdefault(column, RawColumn("empty", None))
    return RawTable(len(rows), given)


def completed(table: EventTable, columns: Mapping[str, Sequence[str]]) -> EventTable:
    """Give a table the extra columns in which it holds nothing: the door leaves such columns out.

    Parameters
    ----------
    table : EventTable
    columns : mapping of str to sequence of str
        Names of its ``numbers`` and ``labels``, as `columns_of` gives them.
    """
    numbers = tuple(name for name in columns["numbers"] if name not in table.value_columns)
    labels = tuple(name for name in columns["labels"] if name not in (*table.code_columns, "loan_id"))
    if not numbers and not labels:
        return table
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
