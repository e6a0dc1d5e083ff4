"""Compiled kernels that turn standings into steps: from when on a person was known to stand how."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Int8, Int32, Int64
from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import NEVER
from creditscore.data.network.pairs import latest_before, stable_order
from creditscore.data.tables.vocabularies import STANDINGS
from creditscore.data.visible import HAPPENED, KNOWN, SUPERSEDED, counts_after, known_from

# How a person stands.
UNKNOWN, GOOD, DEFAULTED = range(3)
# The code of a default in the table.
DEFAULTED_CODE: Final = STANDINGS.index("defaulted")


class Steps(NamedTuple):
    """How each person was known to stand, as steps in time.

    At a moment t the last step with ``since < t`` holds; before the first, nothing is known.

    Attributes
    ----------
    offsets : int64 array of shape (n_people + 1,)
    since : int64 array of shape (n_steps,)
        From when on; rising for each person.
    states : int8 array of shape (n_steps,)
        ``UNKNOWN``, ``GOOD`` or ``DEFAULTED``.
    known : int64 array of shape (n_steps,)
        The known time of the row that decides.
    """

    offsets: Int64
    since: Int64
    states: Int8
    known: Int64


@nested
def step_at(steps: Steps, person: int, as_of: int) -> int:
    """Return the step that holds at a moment, -1 if none does."""
    return latest_before(steps.since, steps.offsets[person], steps.offsets[person + 1], as_of)


@nested
def prevails(row: int, over: int, times: Int64, standing: Int32) -> bool:
    """Tell whether a row decides rather than another: the later one, defaulted at one time, else known first.

    Parameters
    ----------
    row, over : int
        Numbers of rows; `over` is -1 where there is no other.
    times : ndarray of int64, shape (n_times, n_rows)
        Of the standings, in microseconds.
    standing : ndarray of int32, shape (n_rows,)
        Codes in the order of ``vocabularies.STANDINGS``.
    """
    if over < 0 or times[HAPPENED, row] != times[HAPPENED, over]:
        return bool(over < 0 or times[HAPPENED, row] > times[HAPPENED, over])
    if standing[row] != standing[over]:
        return bool(standing[row] < standing[over])
    return bool(times[KNOWN, row] < times[KNOWN, over])


@nested
def precedence(lo: int, hi: int, times: Int64, standing: Int32) -> Int64:
    """Order the rows of a person so that each one prevails over those before it.

    Parameters
    ----------
    lo, hi : int
        Rows of the person, the last one left out.
    times : ndarray of int64, shape (n_times, n_rows)
        Of the standings, in microseconds.
    standing : ndarray of int32, shape (n_rows,)
        Codes in the order of ``vocabularies.STANDINGS``.

    Returns
    -------
    ndarray of int64, shape (hi - lo,)
        Numbers of rows.
    """
    rows = np.arange(hi - 1, lo - 1, -1)
    rows = rows[stable_order(-times[KNOWN][rows])]
    rows = rows[stable_order(-standing[rows].astype(np.int64))]
    return rows[stable_order(times[HAPPENED][rows])]


@nested
def decisive(lo: int, hi: int, moments: Int64, times: Int64, standing: Int32) -> Int64:
    """Return the row of a person that decides just after each of some moments, -1 where none is known.

    The row that prevails over all others takes the moments at which it counts, the next one those that are
    left, and so on: moments that are taken are leapt over, so many corrections cost little more than few.

    Parameters
    ----------
    lo, hi : int
        Rows of the person, the last one left out.
    moments : ndarray of int64, shape (n_moments,)
        Microseconds, in rising order.
    times : ndarray of int64, shape (n_times, n_rows)
        Of the standings, in microseconds.
    standing : ndarray of int32, shape (n_rows,)
        Codes in the order of ``vocabularies.STANDINGS``.

    Returns
    -------
    ndarray of int64, shape (n_moments,)
    """
    found = np.full(moments.size, -1, np.int64)
    free = np.arange(moments.size + 1)
    for row in precedence(lo, hi, times, standing)[::-1]:
        position = next_free(free, int(np.searchsorted(moments, known_from(times, row))))
        while position < moments.size and counts_after(times, row, moments[position]):
            found[position] = row
            free[position] = position + 1
            position = next_free(free, position)
    return found


@nested
def next_free(free: Int64, position: int) -> int:
    """Return the first moment, from a position on, that nobody took; ``free`` has shape (n_moments + 1,)."""
    last = position
    while free[last] != last:
        last = free[last]
    while free[position] != last:
        free[position], position = last, free[position]
    return last


@nested
def write_steps(
    lo: int, hi: int, times: Int64, standing: Int32, position: int, since: Int64, states: Int8, known: Int64
) -> int:
    """Write the steps of one person from a position on, and return the next free one.

    Parameters
    ----------
    lo, hi : int
        Rows of the person, the last one left out.
    times : ndarray of int64, shape (n_times, n_rows)
        Of the standings, in microseconds.
    standing : ndarray of int32, shape (n_rows,)
        Codes in the order of ``vocabularies.STANDINGS``.
    position : int
        Where the first step is written.
    since, known : ndarray of int64, shape (n_steps,)
    states : ndarray of int8, shape (n_steps,)
        Written to; as in `Steps`.
    """
    moments = np.empty(2 * (hi - lo), np.int64)
    n = 0
    corrected = False
    for row in range(lo, hi):
        moments[n] = known_from(times, row)
        n += 1
    for row in range(lo, hi):
        if times[SUPERSEDED, row] != NEVER:
            corrected = True
            moments[n] = times[SUPERSEDED, row]
            n += 1
    order = stable_order(moments[:n])
    moments = moments[:n][order]
    found = decisive(lo, hi, moments, times, standing) if corrected else order
    best = -1
    last = -1
    for k in range(n):
        if corrected:
            best = found[k]
        elif prevails(lo + found[k], best, times, standing):
            best = lo + found[k]
        if best == last:
            continue
        last = best
        since[position] = moments[k]
        states[position] = UNKNOWN if best < 0 else (DEFAULTED if standing[best] == DEFAULTED_CODE else GOOD)
        known[position] = NEVER if best < 0 else times[KNOWN, best]
        position += 1
    return position


@compiled
def make_steps(offsets: Int64, times: Int64, standing: Int32) -> tuple[Int64, Int64, Int8, Int64]:
    """Return the parts of `Steps` of a table of standings.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_people + 1,)
    times : ndarray of int64, shape (n_times, n_rows)
        Of the standings, in microseconds.
    standing : ndarray of int32, shape (n_rows,)
        Codes in the order of ``vocabularies.STANDINGS``.
    """
    begins = np.zeros(offsets.size, np.int64)
    since = np.empty(2 * standing.size, np.int64)
    states = np.empty(2 * standing.size, np.int8)
    known = np.empty(2 * standing.size, np.int64)
    position = 0
    for person in range(offsets.size - 1):
        if offsets[person] < offsets[person + 1]:
            position = write_steps(
                offsets[person], offsets[person + 1], times, standing, position, since, states, known
            )
        begins[person + 1] = position
    return begins, since[:position].copy(), states[:position].copy(), known[:position].copy()
