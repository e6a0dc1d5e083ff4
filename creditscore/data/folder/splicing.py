"""Rows of some persons put in the place of what was there of them, without reading what anybody else has."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Int32, Int64, read_only
from creditscore._ground.instants import NEVER
from creditscore.data.door.build import Parts
from creditscore.data.door.linking import OF_TWO, OTHER_END, Links
from creditscore.data.door.raw import Labels
from creditscore.data.folder.buffers import Texts, drop
from creditscore.data.folder.redrafting import as_labels, rows_of_owners
from creditscore.data.folder.stored_ids import StoredEventIds, joined, stored_ids
from creditscore.data.folder.writing import INDEXED
from creditscore.data.network.index import Network, build_network
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.data.tables.event_ids import EventIds
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ids import Ids, positions, union

# What is larger goes to a file without a name, of which the system keeps in memory what it can.
_MOST_IN_MEMORY: Final = 1 << 28
_CHUNK: Final = 1 << 20
_Kind: TypeAlias = Literal["times", "values", "codes"]
_COLUMNS: Final = {"times": "time_columns", "values": "value_columns", "codes": "code_columns"}
_MISSING: Final = {"times": NEVER, "values": np.nan, "codes": -1}


class _Owners(NamedTuple):
    """Whose rows come from where: one entry for each owner of the new table.

    Attributes
    ----------
    offsets : ndarray of int64, shape (n_owners + 1,)
    is_new : ndarray of bool, shape (n_owners,)
        Whether the rows are those of the persons concerned.
    starts : ndarray of int64, shape (n_owners,)
        The first row in the table that they come from.
    """

    offsets: Int64
    is_new: Flags
    starts: Int64


class _Run(NamedTuple):
    """Rows that are copied in one go: from whom, to where, from where, how many."""

    is_new: bool
    at: int
    start: int
    length: int


class _Numbering(NamedTuple):
    """Owners of one sort before and after.

    Attributes
    ----------
    n : int
        How many there are now.
    before, concerned : ndarray of int64
        The new code of each owner of the portfolio, and of each among the persons concerned.
    gone : ndarray of bool
        Which owners of the portfolio are among those concerned.
    """

    n: int
    before: Int64
    concerned: Int64
    gone: Flags


def spliced(
    base: Parts, people: Flags, links: Links, tables: Mapping[str, EventTable], currency: str
) -> Parts:
    """Put the rows of the persons concerned in the place of what was there of them.

    Parameters
    ----------
    base : Parts
    people : ndarray of bool, shape (n_applicants,)
        Which persons of the portfolio are concerned.
    links : Links
        Ids of the persons concerned and of their loans.
    tables : mapping of str to EventTable
        All of their rows.
    currency : str
    """
    labels = union([base.people.labels, links.people])
    loans = union([base.loan_ids, links.loans])
    persons = _numbering(base.people.labels, links.people, labels, people)
    of_loans = _numbering(base.loan_ids, links.loans, loans, people[base.loan_owner])
    owner = np.empty(of_loans.n, np.int64)
    owner[of_loans.before] = persons.before[base.loan_owner]
    owner[of_loans.concerned] = persons.concerned[links.loan_owner]
    made = {
        name: _table(base.tables.get(name), tables[name], persons, of_loans, labels)
        for name in CONTRACTS
        if name in tables
    }
    lent = made.get("loans")
    codes = np.empty(0, np.int32) if lent is None else lent.codes[lent.row("loan")]
    return base._replace(
        tables=MappingProxyType(made),
        loan_ids=loans,
        loan_owner=read_only(owner),
        loan_codes=read_only(codes),
        people=Ids(labels, base.people.what),
        network=_network(base, made, labels),
        currency=currency,
    )


def _numbering(before: Labels, concerned: Labels, after: Labels, gone: Flags) -> _Numbering:
    there, here = (positions(some, after).astype(np.int64) for some in (before, concerned))
    return _Numbering(len(after), there, here, gone)


def _network(base: Parts, tables: Mapping[str, EventTable], labels: Labels) -> Network | None:
    same = all(tables.get(name) is base.tables.get(name) for name in INDEXED)
    if same and len(labels) == len(base.people):
        return base.network
    return build_network(tables, labels, base.privacy)


def _table(
    before: EventTable | None,
    new: EventTable,
    persons: _Numbering,
    loans: _Numbering,
    people: Labels,
) -> EventTable:
    """One table: as it was where nothing of it changed, else copied run by run."""
    owners = loans if new.owners == "loan" else persons
    merged = _vocabularies(before, new, people)
    of_new = _Moves.into(new, merged, loans.concerned)
    if before is None:
        laid = _laid_out(np.zeros(owners.gone.size + 1, np.int64), new, owners)
        return _copied(None, new, laid, merged, of_new, of_new)
    of_base = _Moves.into(before, merged, loans.before)
    laid = _laid_out(before.offsets, new, owners)
    if of_base.change_nothing and _has_same_rows(before, new, owners, of_base, of_new):
        if merged == before.vocabularies and np.array_equal(laid.offsets, before.offsets):
            return before
        return replace(before, offsets=laid.offsets, vocabularies=MappingProxyType(merged))
    return _copied(before, new, laid, merged, of_base, of_new)


@dataclass(frozen=True, slots=True)
class _Moves:
    """By column of labels, the new code of each old one, the last entry for none."""

    codes: Mapping[str, Int32]

    @classmethod
    def into(cls, table: EventTable, merged: Mapping[str, tuple[Any, ...]], loans: Int64) -> Self:
        moves = {
            name: loans if name == "loan" else _positions_in(table.vocabularies[name], merged[name])
            for name in table.code_columns
        }
        return cls({name: np.append(move, -1).astype(np.int32) for name, move in moves.items()})

    @property
    def change_nothing(self) -> bool:
        """Whether every code stays what it is."""
        return all(np.array_equal(move[:-1], np.arange(move.size - 1)) for move in self.codes.values())


def _positions_in(before: tuple[Any, ...], after: tuple[Any, ...]) -> NDArray[Any]:
    if before == after:
        return np.arange(len(before))
    if set(before) <= set(after) and list(after) != sorted(after):
        return np.array([after.index(label) for label in before], np.int64)
    return positions(as_labels(before), as_labels(after))


def _vocabularies(before: EventTable | None, new: EventTable, people: Labels) -> dict[str, tuple[Any, ...]]:
    """Labels of both in order; those of a closed vocabulary as the contract has them."""
    found: dict[str, tuple[Any, ...]] = {}
    for name, labels in new.vocabularies.items():
        declared = CONTRACTS[new.name].declared.get(name)
        if name == OTHER_END and new.name in OF_TWO:
            found[name] = people if isinstance(people, tuple) else tuple(people.tolist())
        elif declared is not None and declared.vocabulary is not None:
            found[name] = declared.vocabulary
        else:
            old = () if before is None else before.vocabularies.get(name, ())
            found[name] = old if set(labels) <= set(old) else tuple(sorted({*old, *labels}))
    return found


def _has_same_rows(
    before: EventTable, new: EventTable, owners: _Numbering, of_base: _Moves, of_new: _Moves
) -> bool:
    """Whether those concerned have the rows that they had."""
    rows = rows_of_owners(before, np.flatnonzero(owners.gone).astype(np.int64))
    if before.columns != new.columns or rows.size != new.n_rows:
        return False
    same = np.array_equal(before.times[:, rows], new.times)
    same = same and before.values[:, rows].tobytes() == new.values.tobytes()
    same = same and all(
        np.array_equal(of_base.codes[name][before.codes[row][rows]], of_new.codes[name][new.codes[row]])
        for row, name in enumerate(new.code_columns)
    )
    return bool(same) and _same_event_ids(before.event_ids, new.event_ids, rows)


def _same_event_ids(before: EventIds | None, new: EventIds | None, rows: Int64) -> bool:
    if before is None or new is None:
        return before is new
    (codes, labels), (own, own_labels) = before.of(rows), new.of(np.arange(rows.size))
    return np.array_equal(codes, own) and list(labels) == list(own_labels)


def _laid_out(offsets: Int64, new: EventTable, owners: _Numbering) -> _Owners:
    """Say whose rows come from where.

    Arrays: ``offsets`` shape (n_owners_before + 1,).
    """
    counts, starts = np.zeros((2, owners.n), np.int64)
    is_new = np.zeros(owners.n, np.bool_)
    stays = ~owners.gone
    counts[owners.before[stays]] = np.diff(offsets)[stays]
    starts[owners.before[stays]] = offsets[:-1][stays]
    own = np.diff(new.offsets)
    there = np.flatnonzero(own)
    at = owners.concerned[there]
    counts[at], starts[at], is_new[at] = own[there], new.offsets[there], True
    ends = np.zeros(owners.n + 1, np.int64)
    np.cumsum(counts, out=ends[1:])
    return _Owners(read_only(ends), is_new, starts)


def _runs(laid: _Owners) -> list[_Run]:
    """Stretches of rows that stand together in the table that they come from and in the new one."""
    counts = np.diff(laid.offsets)
    there = np.flatnonzero(counts)
    if not there.size:
        return []
    starts, is_new, counts = laid.starts[there], laid.is_new[there], counts[there]
    begins = np.ones(there.size, np.bool_)
    begins[1:] = (is_new[1:] != is_new[:-1]) | (starts[1:] != starts[:-1] + counts[:-1])
    first = np.flatnonzero(begins)
    lengths = np.add.reduceat(counts, first)
    targets = laid.offsets[there[first]]
    columns = (is_new[first], targets, starts[first], lengths)
    return [_Run(*one) for one in zip(*(column.tolist() for column in columns), strict=True)]


def _copied(
    before: EventTable | None, new: EventTable, laid: _Owners,
    merged: Mapping[str, tuple[Any, ...]], of_base: _Moves, of_new: _Moves,
) -> EventTable:  # fmt: skip
    runs, n_rows = _runs(laid), int(laid.offsets[-1])
    times = _block(before, new, "times", np.int64, runs, n_rows)
    values = _block(before, new, "values", np.float64, runs, n_rows)
    codes = _block(before, new, "codes", np.int32, runs, n_rows, (of_base, of_new))
    plain = new.plain and (before is None or before.plain)
    return EventTable(
        new.name, new.owners, laid.offsets, times, values, codes, new.time_columns, new.value_columns,
        new.code_columns, MappingProxyType(dict(merged)), plain, _event_ids(before, new, runs, n_rows),
    )  # fmt: skip


def _block(
    before: EventTable | None, new: EventTable, kind: _Kind, dtype: type, runs: list[_Run], n_rows: int,
    moves: tuple[_Moves, _Moves] | None = None,
) -> NDArray[Any]:  # fmt: skip
    names: tuple[str, ...] = getattr(new, _COLUMNS[kind])
    block = _allocated((len(names), n_rows), np.dtype(dtype))
    for target, name in zip(block, names, strict=True):
        for table, is_new in ((before, False), (new, True)):
            source = _column(table, kind, name)
            move = None if moves is None or source is None else moves[is_new].codes[name]
            _copy(target, source, move, [run for run in runs if run.is_new == is_new], _MISSING[kind])
            drop(source)
        drop(target)
    return read_only(block)


def _column(table: EventTable | None, kind: _Kind, name: str) -> NDArray[Any] | None:
    names: tuple[str, ...] = () if table is None else getattr(table, _COLUMNS[kind])
    return getattr(table, kind)[names.index(name)] if name in names else None


def _copy(
    target: NDArray[Any], source: NDArray[Any] | None, move: Int32 | None, runs: list[_Run], missing: float
) -> None:
    for _, at, start, length in runs:
        for first in range(0, length, _CHUNK):
            part = slice(at + first, at + min(first + _CHUNK, length))
            if source is None:
                target[part] = missing
            else:
                found = source[start + first : start + min(first + _CHUNK, length)]
                target[part] = found if move is None else move[found]


def _allocated(shape: tuple[int, int], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Room for a block: in memory, or in a file without a name that the system may write out."""
    n_bytes = shape[0] * shape[1] * dtype.itemsize
    if n_bytes <= _MOST_IN_MEMORY:
        return np.empty(shape, dtype)
    with tempfile.TemporaryFile() as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, n_bytes)
        else:
            file.truncate(n_bytes)
        return np.frombuffer(mmap.mmap(file.fileno(), n_bytes), dtype).reshape(shape)


def _event_ids(
    before: EventTable | None, new: EventTable, runs: list[_Run], n_rows: int
) -> StoredEventIds | None:
    old_ids = None if before is None else before.event_ids
    if old_ids is None and new.event_ids is None:
        return None
    old, fresh = (None if ids is None else stored_ids(ids) for ids in (old_ids, new.event_ids))
    as_text = any(ids is not None and ids.as_text for ids in (old, fresh))
    missing = np.ones(n_rows, np.int8)
    pieces: list[Texts] = []
    values = np.zeros(0 if as_text else n_rows, np.int64)
    for is_new, at, start, length in runs:
        ids = fresh if is_new else old
        if ids is not None:
            missing[at : at + length] = ids.missing[start : start + length]
        if as_text:
            pieces.append(_texts(ids, start, length))
        elif ids is not None:
            values[at : at + length] = np.asarray(ids.values)[start : start + length]
    return StoredEventIds(joined(pieces) if as_text else read_only(values), read_only(missing))


def _texts(ids: StoredEventIds | None, start: int, length: int) -> Texts:
    if ids is None or not isinstance(ids.values, Texts):
        return Texts(np.zeros(length + 1, np.int64), np.empty(0, np.uint8))
    ends = ids.values.offsets[start : start + length + 1]
    return Texts(ends - ends[0], ids.values.data[ends[0] : ends[-1]])
