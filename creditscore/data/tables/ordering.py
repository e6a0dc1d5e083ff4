"""Compiled kernels that number ids and put rows in order, all in linear time and without the interpreter."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.compiled import compiled, nested

_DENSE = 4
_SMALL = 1_024


def factorise(values: Int64) -> tuple[Int32, Int64]:
    """Number the distinct values of an integer column, smallest first.

    Parameters
    ----------
    values : int64 array of shape (n,)

    Returns
    -------
    codes : int32 array of shape (n,)
        Position of each value among the distinct ones.
    distinct : int64 array of shape (n_distinct,)
        In rising order.
    """
    if values.size == 0:
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
    low, high = smallest_and_largest(values)
    if high - low < max(_SMALL, _DENSE * values.size) and high - low >= 0:
        return number_dense(values, low, high - low + 1)
    codes, distinct = number_hashed(values)
    order = np.argsort(distinct)
    if not np.array_equal(order, np.arange(len(order))):
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        codes, distinct = rank[codes], distinct[order]
    return codes, distinct


@compiled
def smallest_and_largest(values: Int64) -> tuple[int, int]:
    """Find both ends of a column, an int64 array of shape (n,) with n above 0, in one pass."""
    low = values[0]
    high = values[0]
    for value in values:
        low = min(low, value)
        high = max(high, value)
    return low, high


@compiled
def number_dense(values: Int64, low: int, span: int) -> tuple[Int32, Int64]:
    """Number values that lie close together through a table of their whole span.

    Parameters
    ----------
    values : ndarray of int64, shape (n,)
    low, span : int
        The smallest value, and how far they reach from it, the last one included.

    Returns
    -------
    codes : ndarray of int32, shape (n,)
    distinct : ndarray of int64, shape (n_distinct,)
        In rising order.
    """
    code = np.full(span, -1, dtype=np.int32)
    for value in values:
        code[value - low] = 0
    n_distinct = 0
    for position in range(span):
        if code[position] == 0:
            code[position] = n_distinct
            n_distinct += 1
    distinct = np.empty(n_distinct, dtype=np.int64)
    for position in range(span):
        if code[position] >= 0:
            distinct[code[position]] = position + low
    codes = np.empty(values.size, dtype=np.int32)
    for row in range(values.size):
        codes[row] = code[values[row] - low]
    return codes, distinct


@compiled
def number_hashed(values: Int64) -> tuple[Int32, Int64]:
    """Number values in the order in which they first appear, with an open-addressing hash table.

    Parameters
    ----------
    values : ndarray of int64, shape (n,)

    Returns
    -------
    codes : ndarray of int32, shape (n,)
    distinct : ndarray of int64, shape (n_distinct,)
    """
    size = 1_024
    table = np.full(size, -1, dtype=np.int32)
    distinct = np.empty(size // 2, dtype=np.int64)
    codes = np.empty(values.size, dtype=np.int32)
    n_distinct = 0
    for row in range(values.size):
        value = values[row]
        position = _slot(value, size)
        while table[position] >= 0 and distinct[table[position]] != value:
            position = (position + 1) & (size - 1)
        if table[position] < 0:
            table[position] = n_distinct
            distinct[n_distinct] = value
            n_distinct += 1
        codes[row] = table[position]
        if n_distinct == distinct.size:
            size *= 4
            table, distinct = _grow(distinct, size)
    return codes, distinct[:n_distinct].copy()


@nested
def _slot(value: int, size: int) -> int:
    mixed = value * -7_046_029_254_386_353_131
    return (mixed ^ (mixed >> 32)) & (size - 1)


@nested
def _grow(distinct: Int64, size: int) -> tuple[Int32, Int64]:
    table = np.full(size, -1, dtype=np.int32)
    grown = np.empty(size // 2, dtype=np.int64)
    for code in range(distinct.size):
        grown[code] = distinct[code]
        position = _slot(distinct[code], size)
        while table[position] >= 0:
            position = (position + 1) & (size - 1)
        table[position] = code
    return table, grown


@compiled
def count_rows(owners: Int32, n_owners: int) -> tuple[Int64, bool]:
    """Count each owner's rows, and tell whether the rows already stand owner by owner.

    Parameters
    ----------
    owners : ndarray of int32, shape (n_rows,)
        Rows with owner -1 are left out (and then the rows do not stand as they should).
    n_owners : int

    Returns
    -------
    offsets : ndarray of int64, shape (n_owners + 1,)
    grouped : bool
    """
    offsets = np.zeros(n_owners + 1, dtype=np.int64)
    grouped = True
    last = 0
    for owner in owners:
        if owner < last:
            grouped = False
        last = owner
        if owner >= 0:
            offsets[owner + 1] += 1
    for owner in range(n_owners):
        offsets[owner + 1] += offsets[owner]
    return offsets, grouped


@compiled
def rows_by_owner(owners: Int32, offsets: Int64) -> Int32:
    """Number the rows owner by owner, in their given order within each: the second pass of a counting sort.

    Parameters
    ----------
    owners : ndarray of int32, shape (n_rows,)
        -1 is left out.
    offsets : ndarray of int64, shape (n_owners + 1,)

    Returns
    -------
    ndarray of int32, shape (n_placed,)
    """
    free = offsets[:-1].astype(np.int32)
    order = np.empty(offsets[-1], dtype=np.int32)
    for row in range(owners.size):
        owner = owners[row]
        if owner >= 0:
            order[free[owner]] = row
            free[owner] += 1
    return order


@compiled
def inspect_times(times: Int64, offsets: Int64, first: int, last: int) -> tuple[int, int]:
    """Count how many neighbours of one owner stand in the wrong order, and how many have one time.

    Parameters
    ----------
    times : ndarray of int64, shape (n_rows,)
        Microseconds, owner by owner.
    offsets : ndarray of int64, shape (n_owners + 1,)
    first, last : int
        The owners that are looked at, the last one left out.
    """
    wrong = 0
    tied = 0
    for owner in range(first, last):
        for row in range(offsets[owner] + 1, offsets[owner + 1]):
            wrong += times[row] < times[row - 1]
            tied += times[row] == times[row - 1]
    return wrong, tied


@compiled
def sort_within(times: Int64, order: Int32, offsets: Int64, first: int, last: int) -> None:
    """Put the rows of each owner of a range oldest first, in place, leaving ties in their given order.

    Parameters
    ----------
    times : ndarray of int64, shape (n_rows,)
        Microseconds, owner by owner; sorted.
    order : ndarray of int32, shape (n_rows,)
        Numbers of rows; sorted along.
    offsets : ndarray of int64, shape (n_owners + 1,)
    first, last : int
        The owners that are sorted, the last one left out.
    """
    for owner in range(first, last):
        start = offsets[owner]
        stop = offsets[owner + 1]
        if stop - start > 64:
            _sort_long(times[start:stop], order[start:stop])
            continue
        for row in range(start + 1, stop):
            time = times[row]
            number = order[row]
            position = row
            while position > start and times[position - 1] > time:
                times[position] = times[position - 1]
                order[position] = order[position - 1]
                position -= 1
            times[position] = time
            order[position] = number


@nested
def _sort_long(times: Int64, order: Int32) -> None:
    for row in range(1, times.size):
        if times[row] < times[row - 1]:
            by_time = np.argsort(times, kind="mergesort")
            times[:] = times[by_time]
            order[:] = order[by_time]
            return


@compiled
def gather(target: NDArray[Any], source: NDArray[Any], order: Int32) -> None:
    """Copy the rows of a column that are asked for, in that order, into another.

    Parameters
    ----------
    target : ndarray of shape (n,)
    source : ndarray of shape (n_rows,)
    order : ndarray of int32, shape (n,)
    """
    for position in range(order.size):
        target[position] = source[order[position]]


@compiled
def scan_numbers(values: Float64) -> tuple[int, int, int]:
    """Count the missing (NaN), infinite and minus-zero values of a float64 array of shape (n,)."""
    missing = 0
    infinite = 0
    minus_zero = 0
    for value in values:
        if value - value != 0.0:
            if value != value:
                missing += 1
            else:
                infinite += 1
        elif value == 0.0:
            minus_zero += np.signbit(value)
    return missing, infinite, minus_zero
