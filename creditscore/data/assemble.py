"""Checked columns become an event table: rows in order, columns gathered into blocks, everything frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditscore._time import NEVER
from creditscore.data.contracts import known_name
from creditscore.data.draft import Draft
from creditscore.data.events import EventTable
from creditscore.data.ordering import count_rows, inspect_times, place_rows, sort_within
from creditscore.data.raw import Flags, Int32, Int64

_NOT_STORED = frozenset({"event_id", "currency"})
_CHUNK = 1 << 20
_Task = Callable[[], object]


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
    owners = owners if bad is None else np.where(bad, np.int32(-1), owners)
    event = draft.times[contract.row_time].at
    offsets, order = _order(draft, owners, event, n_owners, threads)
    n_rows = int(offsets[-1])
    times, values, codes, vocabularies = _columns(draft)
    blocks = (
        np.empty((len(times), n_rows), dtype=np.int64),
        np.empty((len(values), n_rows), dtype=np.float64),
        np.empty((len(codes), n_rows), dtype=np.int32),
    )
    tasks: list[_Task] = []
    for block, sources in zip(blocks, (times, values, codes), strict=True):
        for target, source in zip(block, sources.values(), strict=True):
            tasks += _gathering(target, source, order)
    _run(tasks, threads if n_rows >= _CHUNK else 1)
    for array in (offsets, *blocks):
        array.setflags(write=False)
    return EventTable(
        contract.name,
        "loan" if contract.grouped_by_loan else "applicant",
        offsets,
        *blocks,
        tuple(times),
        tuple(values),
        tuple(codes),
        MappingProxyType(vocabularies),
        draft.superseded is None and (draft.known is event or bool(np.array_equal(*blocks[0][:2]))),
    )


def _columns(
    draft: Draft,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, tuple[Any, ...]]]:
    """Sources of the three blocks by name: arrays of shape (n_rows,), or one value for all rows."""
    contract = draft.contract
    row_time = draft.times[contract.row_time]
    superseded = NEVER if draft.superseded is None else draft.superseded
    times: dict[str, Any] = {
        contract.row_time: row_time.at,
        "known_time": draft.known,
        "superseded_time": superseded,
    }
    for fact in contract.facts:
        if fact in draft.times:
            times[fact] = draft.times[fact].at
            times[known_name(fact)] = _fact_known(draft, fact)
    declared = [*contract.declared, *sorted((*draft.times, *draft.numbers, *draft.coded))]
    for name in declared:
        if name in draft.times and name not in contract.declared:
            times[name] = draft.times[name].at
    values = {name: draft.numbers[name] for name in dict.fromkeys(declared) if name in draft.numbers}
    skipped = _NOT_STORED | {contract.owner}
    coded = [name for name in dict.fromkeys(declared) if name in draft.coded and name not in skipped]
    codes: dict[str, Any] = {}
    vocabularies: dict[str, tuple[Any, ...]] = {}
    for name in coded:
        if contract.declared[name].kind == "loan" if name in contract.declared else False:
            if not contract.grouped_by_loan:
                codes["loan"] = draft.loan
        else:
            codes[name] = draft.coded[name].codes
            labels = draft.coded[name].labels
            vocabularies[name] = labels if isinstance(labels, tuple) else tuple(labels.tolist())
    return times, values, codes, vocabularies


def _fact_known(draft: Draft, fact: str) -> Int64:
    own = draft.times[fact]
    given = draft.times.get(known_name(fact))
    if given is None:
        return own.known
    known = np.where(given.known == NEVER, own.known, given.known)
    known[own.at == NEVER] = NEVER
    return known


def _order(
    draft: Draft, owners: Int32, event: Int64, n_owners: int, threads: int
) -> tuple[Int64, Int64 | None]:
    """Offsets by owner and row numbers in order; None for the numbers where rows stand in order as they came."""
    offsets, grouped = count_rows(owners, n_owners)
    if grouped:
        order = None
        times = event
    else:
        order = place_rows(owners, offsets)
        times = event[order]
    wrong, tied = inspect_times(times, offsets)
    if wrong:
        order = np.arange(len(owners)) if order is None else order
        times = times.copy() if grouped else times
        bounds = _even_bounds(offsets, threads)
        _run(
            [
                lambda first=first, last=last: sort_within(times, order, offsets, first, last)  # type: ignore[misc]
                for first, last in zip(bounds[:-1], bounds[1:], strict=True)
            ],
            threads,
        )
        tied = inspect_times(times, offsets)[1]
    if tied:
        order = np.arange(len(owners)) if order is None else order
        _break_ties(draft, order, times, offsets)
    return offsets, order


def _even_bounds(offsets: Int64, parts: int) -> list[int]:
    """Owners at which to cut so that each part has about as many rows."""
    cuts = np.searchsorted(offsets, np.linspace(0, offsets[-1], parts + 1)[1:-1])
    return [0, *cuts.tolist(), len(offsets) - 1]


def _break_ties(draft: Draft, order: Int64, times: Int64, offsets: Int64) -> None:
    """Order rows of one owner and one time by event_id, then by every other column, in place."""
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = times[1:] != times[:-1]
    new[offsets[:-1][offsets[:-1] < len(order)]] = True
    run = np.cumsum(new)
    for key in _tie_keys(draft):
        tied = ~new
        tied[:-1] |= ~new[1:]
        places = np.flatnonzero(tied)
        if not places.size:
            return
        rows = order[places]
        ordered = np.lexsort((key[rows], run[places]))
        order[places] = rows[ordered]
        value = key[order[places]]
        differs = (run[places][1:] != run[places][:-1]) | (_bits(value)[1:] != _bits(value)[:-1])
        new[places[1:]] |= differs
        run = np.cumsum(new)


def _bits(values: NDArray[Any]) -> NDArray[Any]:
    """Values as integers, so that missing equals missing."""
    return values.view(np.int64) if values.dtype == np.float64 else values


def _tie_keys(draft: Draft) -> Iterable[NDArray[Any]]:
    if "event_id" in draft.coded:
        yield draft.coded["event_id"].codes
    yield draft.known
    for name in (*draft.contract.declared, *sorted((*draft.times, *draft.numbers, *draft.coded))):
        if name in draft.times:
            yield draft.times[name].at
        elif name in draft.numbers:
            yield draft.numbers[name]
        elif name in draft.coded:
            yield draft.coded[name].codes


def _gathering(target: NDArray[Any], source: Any, order: Int64 | None) -> list[_Task]:
    """Tasks that fill one row of a block, each a stretch of it."""
    return [
        _stretch(target, source, order, slice(start, start + _CHUNK))
        for start in range(0, len(target), _CHUNK)
    ]


def _stretch(target: NDArray[Any], source: Any, order: Int64 | None, part: slice) -> _Task:
    def fill() -> None:
        if not isinstance(source, np.ndarray):
            target[part] = source
        elif order is None:
            target[part] = source[part]
        else:
            np.take(source, order[part], out=target[part], mode="clip")

    return fill


def _run(tasks: list[_Task], threads: int) -> None:
    if threads == 1 or len(tasks) < 2:
        for task in tasks:
            task()
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(task) for task in tasks]:
            done.result()
