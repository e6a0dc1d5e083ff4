"""Rows in their one order: by owner, by time, by event_id, then by every other column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Flags, Int32, Int64
from creditscore.data.door.draft import Draft
from creditscore.data.tables.ordering import count_rows, inspect_times, rows_by_owner, sort_within

Result = TypeVar("Result")
_SMALL = 1 << 16


def group_rows(owners: Int32, n_owners: int) -> tuple[Int64, Int32 | None]:
    """Group rows by owner with a counting sort.

    Parameters
    ----------
    owners : int32 array of shape (n_rows,)
        Code of each row's owner; rows with -1 are left out.
    n_owners : int

    Returns
    -------
    offsets : int64 array of shape (n_owners + 1,)
    order : int32 array of shape (n_kept,), or None
        Row numbers owner by owner; None where the rows stand so as they came.
    """
    offsets, grouped = count_rows(owners, n_owners)
    return offsets, None if grouped else rows_by_owner(owners, offsets)


def settle_times(
    draft: Draft, times: Int64, order: Int32 | None, offsets: Int64, threads: int
) -> Int32 | None:
    """Put the rows of each owner oldest first; compares rows only where they do not stand so already.

    Parameters
    ----------
    draft : Draft
        Gives the columns that break ties.
    times : int64 array of shape (n_kept,)
        Time of each row, owner by owner; sorted in place.
    order : int32 array of shape (n_kept,), or None
        Row numbers as from `group_rows`; sorted in place.
    offsets : int64 array of shape (n_owners + 1,)
    threads : int

    Returns
    -------
    int32 array of shape (n_kept,), or None
        Row numbers in order; None where the rows stand in order as they came.
    """
    bounds = list(pairwise(_even_bounds(offsets, threads if len(times) > _SMALL else 1)))
    wrong, tied = _inspect(times, offsets, bounds)
    if not wrong and not tied:
        return order
    if order is None:
        order = np.arange(len(times), dtype=np.int32)
    if wrong:
        run_all([partial(sort_within, times, order, offsets, *ends) for ends in bounds], threads)
        tied = _inspect(times, offsets, bounds)[1]
    if tied:
        _break_ties(draft, order, times, offsets)
    return order


def _inspect(times: Int64, offsets: Int64, bounds: list[tuple[int, int]]) -> tuple[int, int]:
    found = run_all([partial(inspect_times, times, offsets, *ends) for ends in bounds], len(bounds))
    return sum(wrong for wrong, _ in found), sum(tied for _, tied in found)


def _even_bounds(offsets: Int64, parts: int) -> list[int]:
    """Owners at which to cut so that each part has about as many rows."""
    if parts == 1:
        return [0, len(offsets) - 1]
    cuts = np.searchsorted(offsets, np.linspace(0, offsets[-1], parts + 1)[1:-1])
    return [0, *cuts.tolist(), len(offsets) - 1]


def _break_ties(draft: Draft, order: Int32, times: Int64, offsets: Int64) -> None:
    """Order rows of one owner and one time by one key after the other, in place, while ties remain."""
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = times[1:] != times[:-1]
    first[offsets[:-1][offsets[:-1] < len(order)]] = True
    for key in _tie_keys(draft):
        tied = np.flatnonzero(_in_a_tie(first))
        if not tied.size:
            return
        run = np.cumsum(first[tied])
        order[tied] = order[tied][np.lexsort((key[order[tied]], run))]
        value = _as_integers(key[order[tied]])
        first[tied[1:]] |= value[1:] != value[:-1]


def _in_a_tie(first: Flags) -> Flags:
    """Rows that are not alone in their run, from where runs begin."""
    tied = ~first
    tied[:-1] |= ~first[1:]
    return tied


def _as_integers(values: NDArray[Any]) -> NDArray[Any]:
    """Values as integers, so that missing equals missing."""
    return values.view(np.int64) if values.dtype == np.float64 else values


def _tie_keys(draft: Draft) -> Iterable[NDArray[Any]]:
    if "event_id" in draft.coded:
        yield draft.coded["event_id"].codes
    yield draft.known
    for name in draft.column_names():
        if name in draft.times:
            yield draft.times[name].at
        elif name in draft.numbers:
            yield draft.numbers[name]
        else:
            yield draft.coded[name].codes


def run_all(tasks: Sequence[Callable[[], Result]], threads: int) -> list[Result]:
    """Results of tasks, several of which run at a time where there is more than one thread."""
    if threads == 1 or len(tasks) < 2:
        return [task() for task in tasks]
    with ThreadPoolExecutor(threads) as pool:
        return [done.result() for done in [pool.submit(task) for task in tasks]]
