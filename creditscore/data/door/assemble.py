"""Checked columns become an event table: rows in order, columns gathered into blocks, everything frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Int32, Int64, read_only
from creditscore._ground.instants import NEVER
from creditscore.data.door.draft import Draft
from creditscore.data.door.raw import Labels
from creditscore.data.tables.contracts import known_name
from creditscore.data.tables.event_ids import CodedEventIds
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.ordering import gather
from creditscore.data.tables.sorting import group_rows, run_all, settle_times

_EVENT_ID = "event_id"
_NOT_STORED = frozenset({_EVENT_ID, "currency"})
_CHUNK = 1 << 20
_Source = NDArray[Any] | int


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """Where the columns of the three blocks come from, by name: arrays, or one value for all rows."""

    times: Mapping[str, _Source]
    values: Mapping[str, _Source]
    codes: Mapping[str, _Source]
    vocabularies: Mapping[str, tuple[Any, ...]]


def assemble(draft: Draft, owners: Int32, n_owners: int, bad: Flags | None, threads: int) -> EventTable:
    """Order the rows of a checked table and gather its columns.

    Parameters
    ----------
    draft : Draft
        Linked, so that `known`, `superseded` and `loan` are filled in.
    owners : int32 array of shape (n_rows,)
        Code of the person or loan that rows are stored by.
    n_owners : int
    bad : bool array of shape (n_rows,), optional
        Rows to leave out.
    threads : int
        How many threads share the work, 1 or more.

    Returns
    -------
    EventTable
    """
    contract = draft.contract
    event = draft.times[contract.row_time].at
    offsets, order = group_rows(owners if bad is None else np.where(bad, np.int32(-1), owners), n_owners)
    n_rows = int(offsets[-1])
    threads = threads if n_rows > _CHUNK else 1
    blocks = _blocks(draft)
    times = np.empty((len(blocks.times), n_rows), dtype=np.int64)
    values = np.empty((len(blocks.values), n_rows), dtype=np.float64)
    codes = np.empty((len(blocks.codes), n_rows), dtype=np.int32)
    run_all(_fillers(times[:1], [event], order), threads)
    order = settle_times(draft, times[0], order, offsets, threads)
    at_once = draft.known is event
    rest = _fillers(times[2:], list(blocks.times.values())[2:], order)
    known = _fillers(times[1:2], [times[0] if at_once else draft.known], None if at_once else order)
    rest += _fillers(values, blocks.values.values(), order) + _fillers(codes, blocks.codes.values(), order)
    run_all(known + rest, threads)
    for array in (offsets, times, values, codes):
        read_only(array)
    return EventTable(
        name=contract.name,
        owners="loan" if contract.grouped_by_loan else "applicant",
        offsets=offsets,
        times=times,
        values=values,
        codes=codes,
        time_columns=tuple(blocks.times),
        value_columns=tuple(blocks.values),
        code_columns=tuple(blocks.codes),
        vocabularies=MappingProxyType(blocks.vocabularies),
        plain=draft.superseded is None and (at_once or np.array_equal(times[0], times[1])),
        event_ids=_event_ids(draft, order, n_rows),
    )


def _event_ids(draft: Draft, order: Int32 | None, n_rows: int) -> CodedEventIds | None:
    if _EVENT_ID not in draft.coded or not n_rows:
        return None
    coded = draft.coded[_EVENT_ID]
    return CodedEventIds(read_only(coded.codes.copy() if order is None else coded.codes[order]), coded.labels)


def _blocks(draft: Draft) -> _Blocks:
    names = draft.column_names()
    codes: dict[str, _Source] = {}
    vocabularies: dict[str, tuple[Any, ...]] = {}
    for name in names:
        if name not in draft.coded or name in _NOT_STORED or name == draft.contract.owner:
            continue
        if name == draft.contract.loan_column:
            if not draft.contract.grouped_by_loan:
                codes["loan"] = draft.loan
        else:
            codes[name] = draft.coded[name].codes
            vocabularies[name] = _as_tuple(draft.coded[name].labels)
    values: dict[str, _Source] = {name: draft.numbers[name] for name in names if name in draft.numbers}
    return _Blocks(_time_sources(draft, names), values, codes, vocabularies)


def _time_sources(draft: Draft, names: tuple[str, ...]) -> dict[str, _Source]:
    contract = draft.contract
    sources: dict[str, _Source] = {
        contract.row_time: draft.times[contract.row_time].at,
        "known_time": draft.known,
        "superseded_time": NEVER if draft.superseded is None else draft.superseded,
    }
    for fact in contract.facts:
        if fact in draft.times:
            sources[fact] = draft.times[fact].at
            sources[known_name(fact)] = fact_known(draft, fact)
    extras = (name for name in names if name in draft.times and name not in contract.declared)
    return sources | {name: draft.times[name].at for name in extras}


def fact_known(draft: Draft, fact: str) -> Int64:
    """Return when a fact of each row became known, in microseconds, shape (n_rows,)."""
    own = draft.times[fact]
    given = draft.times.get(known_name(fact))
    if given is None:
        return own.known
    known = np.where(given.known == NEVER, own.known, given.known)
    known[own.at == NEVER] = NEVER
    return known


def _as_tuple(labels: Labels) -> tuple[Any, ...]:
    return labels if isinstance(labels, tuple) else tuple(labels.tolist())


def _fillers(
    block: NDArray[Any], sources: Iterable[_Source], order: Int32 | None
) -> list[Callable[[], object]]:
    """Tasks that fill the rows of a block, each a stretch of one."""
    return [
        partial(_fill, row[start : start + _CHUNK], source, order, start)
        for row, source in zip(block, sources, strict=True)
        for start in range(0, len(row), _CHUNK)
    ]


def _fill(target: NDArray[Any], source: _Source, order: Int32 | None, start: int) -> None:
    stop = start + len(target)
    if isinstance(source, int):
        target[:] = source
    elif order is None:
        target[:] = source[start:stop]
    else:
        gather(target, source, order[start:stop])
