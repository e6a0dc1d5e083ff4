"""What was known at a moment: the one rule that every view, index and check of rows follows.

A row happened, became known, and may later be superseded by a corrected version; a fact in it (``paid_time``,
``end_time``, ...) happened and became known by itself. All moments are exclusive: what happens or becomes
known at the moment itself is not yet known. Kernels read one row at a time, callers with arrays take the
plural functions; both read the block of times of an `EventTable`, whose rows are named here.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.instants import NEVER

# rows of the block of times of a table; the known time of a fact stands in the row after the fact
HAPPENED: Final = 0
KNOWN: Final = 1
SUPERSEDED: Final = 2


@inner
def is_visible(times: NDArray[np.int64], row: int, moment: int) -> bool:
    """Whether a row was known before the moment and no later version of it was.

    Parameters
    ----------
    times : ndarray of int64, shape (n_times, n_rows)
        Microseconds: when rows happened, became known and were superseded, then facts.
    row : int
    moment : int
        Microseconds; exclusive.
    """
    return times[KNOWN, row] < moment and not times[SUPERSEDED, row] < moment


@inner
def has_happened(times: NDArray[np.int64], row: int, moment: int) -> bool:
    """Whether the time of a row, of times of shape (n_times, n_rows), lies before the moment."""
    return bool(times[HAPPENED, row] < moment)


@inner
def was_known(times: NDArray[np.int64], row: int, moment: int) -> bool:
    """Whether a row was known before the moment, corrected since or not; times of shape (n_times, n_rows)."""
    return bool(times[KNOWN, row] < moment)


@inner
def known_from(times: NDArray[np.int64], row: int) -> int:
    """From when on a row, of times of shape (n_times, n_rows), counts: once it happened and was known."""
    return int(max(times[HAPPENED, row], times[KNOWN, row]))


@inner
def counts_after(times: NDArray[np.int64], row: int, moment: int) -> bool:
    """Whether a row, of times of shape (n_times, n_rows), counts just after a moment of such a change."""
    return bool(known_from(times, row) <= moment and times[SUPERSEDED, row] > moment)


@inner
def fact_known(times: NDArray[np.int64], column: int, row: int, moment: int) -> bool:
    """Whether a fact of a row happened before the moment and was known before it.

    Parameters
    ----------
    times : ndarray of int64, shape (n_times, n_rows)
        Microseconds.
    column : int
        Where the fact stands among the times; below 0: the table has no such fact.
    row : int
    moment : int
        Microseconds; exclusive.
    """
    return bool(column >= 0 and times[column, row] < moment and times[column + 1, row] < moment)


@inner
def fact_time(times: NDArray[np.int64], column: int, row: int, moment: int) -> int:
    """When a fact, of times of shape (n_times, n_rows), happened, or ``NEVER`` if it was not known."""
    return int(times[column, row]) if fact_known(times, column, row, moment) else NEVER


@inner
def fact_known_from(times: NDArray[np.int64], column: int, row: int) -> int:
    """From when on a fact, of times of shape (n_times, n_rows), counts, or ``NEVER`` if never."""
    return int(max(times[column, row], times[column + 1, row])) if column >= 0 else NEVER


def visible(times: NDArray[np.int64], moment: int) -> NDArray[np.bool_]:
    """Tell for each row whether it was known before the moment and no later version of it was.

    Parameters
    ----------
    times : ndarray of int64, shape (n_times, ...)
        Microseconds: when rows happened, became known and were superseded, then facts.
    moment : int
        Microseconds; exclusive.

    Returns
    -------
    ndarray of bool, shape (...)

    Examples
    --------
    >>> visible(np.array([[1, 1, 1], [2, 2, 9], [9, 3, 9]]), 5)
    array([ True, False, False])
    """
    return np.asarray((times[KNOWN] < moment) & ~(times[SUPERSEDED] < moment), np.bool_)


def learned(times: NDArray[np.int64], moment: int) -> NDArray[np.bool_]:
    """Tell for each row, of times of shape (n_times, ...), whether it was known before, corrected or not.

    Examples
    --------
    >>> learned(np.array([[1, 1], [2, 9], [3, 9]]), 5)
    array([ True, False])
    """
    return np.asarray(times[KNOWN] < moment, np.bool_)


def superseded(times: NDArray[np.int64], moment: int) -> NDArray[np.bool_]:
    """Tell for each row, of times of shape (n_times, ...), whether a later version was known before a moment.

    Examples
    --------
    >>> superseded(np.array([[1, 1], [2, 2], [3, 9]]), 5)
    array([ True, False])
    """
    return np.asarray(times[SUPERSEDED] < moment, np.bool_)


def happened(times: NDArray[np.int64], moment: int) -> NDArray[np.bool_]:
    """Tell for each row, of times of shape (n_times, ...), whether its time lies before the moment.

    Examples
    --------
    >>> happened(np.array([[1, 5, 9], [1, 5, 9], [99, 99, 99]]), 5)
    array([ True, False, False])
    """
    return np.asarray(times[HAPPENED] < moment, np.bool_)


def facts_learned(times: NDArray[np.int64], column: int, moment: int) -> NDArray[np.bool_]:
    """Tell for each row whether a fact of it was known before the moment, also one that was to happen later.

    Parameters
    ----------
    times : ndarray of int64, shape (n_times, ...)
        Microseconds.
    column : int
        Where the fact stands among the times.
    moment : int
        Microseconds; exclusive.

    Returns
    -------
    ndarray of bool, shape (...)

    Examples
    --------
    >>> facts_learned(np.array([[1, 1], [1, 1], [99, 99], [3, 8], [4, 4]]), 3, 5)
    array([ True,  True])
    """
    return np.asarray(times[column + 1] < moment, np.bool_)


def facts_known(times: NDArray[np.int64], column: int, moment: int) -> NDArray[np.bool_]:
    """Tell for each row whether a fact of it happened and was known before the moment.

    Takes what `facts_learned` takes, times of shape (n_times, ...); a column below 0 is a fact that the table
    does not have.

    Examples
    --------
    >>> facts_known(np.array([[1, 1], [1, 1], [99, 99], [3, 8], [4, 4]]), 3, 5)
    array([ True, False])
    """
    if column < 0:
        return np.zeros(times.shape[1:], np.bool_)
    return np.asarray(times[column] < moment, np.bool_) & facts_learned(times, column, moment)


def all_known_from(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return from when on each row counts, in microseconds, shape (...), of times of shape (n_times, ...).

    Examples
    --------
    >>> all_known_from(np.array([[1, 5], [3, 5], [99, 99]]))
    array([3, 5])
    """
    return np.asarray(np.maximum(times[HAPPENED], times[KNOWN]), np.int64)
