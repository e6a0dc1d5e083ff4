"""Compiled kernels that gather the rows of a table by pair: person and neighbour, person and group."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int32, Int64
from creditscore._ground.compiled import compiled, inner, nested

SHORT = 64
BOTH_WAYS, OUTWARD, INWARD = range(3)


class Pairs(NamedTuple):
    """The rows of a table by pair of an owner and a target.

    Attributes
    ----------
    offsets : int64 array of shape (n_people + 1,)
        Pairs of person p are ``offsets[p]:offsets[p + 1]``, ordered by the time of their first row, then by
        target.
    targets : int32 array of shape (n_pairs,)
        Code of the neighbour, or of the group.
    entries : int64 array of shape (n_pairs + 1,)
        Entries of pair k are ``entries[k]:entries[k + 1]``, oldest first.
    rows : int32 array of shape (n_entries,)
        The row of the table.
    headings : int8 array of shape (n_entries,)
        ``BOTH_WAYS``, ``OUTWARD`` (from the owner to the target) or ``INWARD``.
    """

    offsets: Int64
    targets: Int32
    entries: Int64
    rows: Int32
    headings: Int8


@inner
def latest_before(times: Int64, first: int, stop: int, moment: int) -> int:
    """Return the last of some rows before a moment; -1 if there is none.

    Parameters
    ----------
    times : ndarray of int64, shape (n_rows,)
        Microseconds; from `first` up to `stop` oldest first.
    first, stop : int
        The rows that are looked at.
    moment : int
        Microseconds.
    """
    low = first
    high = stop
    while low < high:
        half = (low + high) // 2
        if times[half] < moment:
            low = half + 1
        else:
            high = half
    return low - 1 if low > first else -1


@compiled
def both_ends(offsets: Int64, others: Int32, directed: Float64) -> tuple[Int32, Int32, Int32, Int8]:
    """List every row once for each end; a person tied to itself is dropped.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_people + 1,)
    others : ndarray of int32, shape (n_rows,)
        The other end; -1 is nobody.
    directed : ndarray of float64, shape (n_rows,) or (0,)
        Above 0 where a row points from its owner; empty: no row does.

    Returns
    -------
    owners, targets, rows : ndarray of int32, shape (2 n_kept,)
    headings : ndarray of int8, shape (2 n_kept,)
        ``BOTH_WAYS``, ``OUTWARD`` or ``INWARD``.
    """
    kept = 0
    for owner in range(offsets.size - 1):
        for row in range(offsets[owner], offsets[owner + 1]):
            kept += others[row] >= 0 and others[row] != owner
    owners = np.empty(2 * kept, np.int32)
    targets = np.empty(2 * kept, np.int32)
    rows = np.empty(2 * kept, np.int32)
    headings = np.zeros(2 * kept, np.int8)
    position = 0
    for owner in range(offsets.size - 1):
        for row in range(offsets[owner], offsets[owner + 1]):
            if others[row] < 0 or others[row] == owner:
                continue
            owners[position] = owner
            targets[position] = others[row]
            owners[position + 1] = others[row]
            targets[position + 1] = owner
            rows[position : position + 2] = row
            if directed.size and directed[row] > 0.0:
                headings[position] = OUTWARD
                headings[position + 1] = INWARD
            position += 2
    return owners, targets, rows, headings


@compiled
def one_end(offsets: Int64, others: Int32) -> tuple[Int32, Int32, Int32, Int8]:
    """List every row that names a target.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_people + 1,)
    others : ndarray of int32, shape (n_rows,)
        The target; -1 is none.

    Returns
    -------
    owners, targets, rows : ndarray of int32, shape (n_kept,)
    headings : ndarray of int8, shape (n_kept,)
        ``BOTH_WAYS``.
    """
    n = offsets[-1]
    owners = np.empty(n, np.int32)
    targets = np.empty(n, np.int32)
    rows = np.empty(n, np.int32)
    kept = 0
    for owner in range(offsets.size - 1):
        for row in range(offsets[owner], offsets[owner + 1]):
            if others[row] >= 0:
                owners[kept] = owner
                targets[kept] = others[row]
                rows[kept] = row
                kept += 1
    return owners[:kept], targets[:kept], rows[:kept], np.zeros(kept, np.int8)


@nested
def stable_order(keys: Int64) -> Int64:
    """Return the order that sorts keys, smallest first, leaving equal ones as they stand.

    Parameters
    ----------
    keys : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    if keys.size > SHORT:
        return np.argsort(keys, kind="mergesort")
    order = np.arange(keys.size)
    for i in range(1, keys.size):
        moved = order[i]
        position = i
        while position > 0 and keys[order[position - 1]] > keys[moved]:
            order[position] = order[position - 1]
            position -= 1
        order[position] = moved
    return order


@nested
def order_within(targets: Int32, rows: Int32, times: Int64, weights: Int64) -> Int64:
    """Order the entries of one owner by target, time, known time and weight.

    Nothing that may become known later takes part, so sums over entries keep their bits.

    Parameters
    ----------
    targets, rows : ndarray of int32, shape (n_entries,)
    times : ndarray of int64, shape (n_times, n_rows)
        Microseconds.
    weights : ndarray of int64, shape (n_rows,) or (0,)
        The bits of the weights as whole numbers; empty where there are none.

    Returns
    -------
    ndarray of int64, shape (n_entries,)
    """
    at = np.empty(rows.size, np.int64)
    known = np.empty(rows.size, np.int64)
    for e in range(rows.size):
        at[e] = times[0, rows[e]]
        known[e] = times[1, rows[e]]
    order = np.arange(rows.size)
    if weights.size:
        heavy = np.empty(rows.size, np.int64)
        for e in range(rows.size):
            heavy[e] = weights[rows[e]]
        order = stable_order(heavy)
    order = order[stable_order(known[order])]
    order = order[stable_order(at[order])]
    return order[stable_order(targets[order].astype(np.int64))]


@compiled
def gather_pairs(
    offsets: Int64, targets: Int32, rows: Int32, headings: Int8, times: Int64, weights: Int64
) -> tuple[Int64, Int32, Int64]:
    """Put entries, owner by owner, into pairs by first time.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_people + 1,)
    targets, rows : ndarray of int32, shape (n_entries,)
        `rows` is sorted in place.
    headings : ndarray of int8, shape (n_entries,)
        Sorted in place.
    times : ndarray of int64, shape (n_times, n_rows)
        Microseconds.
    weights : ndarray of int64, shape (n_rows,) or (0,)
        As for `order_within`.

    Returns
    -------
    tuple
        The offsets, targets and entries of `Pairs`.
    """
    pair_offsets = np.zeros(offsets.size, np.int64)
    pair_targets = np.empty(targets.size, np.int32)
    entries = np.zeros(targets.size + 1, np.int64)
    n_pairs = 0
    for owner in range(offsets.size - 1):
        lo = offsets[owner]
        hi = offsets[owner + 1]
        if lo < hi:
            order = order_within(targets[lo:hi], rows[lo:hi], times, weights)
            mine = targets[lo:hi][order]
            sorted_rows = rows[lo:hi][order]
            sorted_headings = headings[lo:hi][order]
            begins = np.empty(hi - lo + 1, np.int64)
            pairs = 0
            for e in range(hi - lo):
                if e == 0 or mine[e] != mine[e - 1]:
                    begins[pairs] = e
                    pairs += 1
            begins[pairs] = hi - lo
            first = np.empty(pairs, np.int64)
            for k in range(pairs):
                first[k] = times[0, sorted_rows[begins[k]]]
            position = lo
            for k in stable_order(first):
                pair_targets[n_pairs] = mine[begins[k]]
                for e in range(begins[k], begins[k + 1]):
                    rows[position] = sorted_rows[e]
                    headings[position] = sorted_headings[e]
                    position += 1
                n_pairs += 1
                entries[n_pairs] = position
        pair_offsets[owner + 1] = n_pairs
    return pair_offsets, pair_targets[:n_pairs].copy(), entries[: n_pairs + 1].copy()
