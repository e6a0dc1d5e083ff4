"""Compiled kernels that count the members of groups once, so that any moment can be asked for."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Int32, Int64
from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import NEVER
from creditscore.data.network.pairs import Pairs, latest_before, stable_order
from creditscore.data.network.standing_events import DEFAULTED, UNKNOWN, Steps, step_at
from creditscore.data.visible import SUPERSEDED, fact_known_from, known_from

# Columns of the counts.
MEMBERS, KNOWN, BAD = range(3)
N_COUNTS: Final = 3


class GroupCounts(NamedTuple):
    """What was known of each group, as whole numbers after every change.

    Attributes
    ----------
    offsets : int64 array of shape (n_groups + 1,)
        Changes of group g are ``offsets[g]:offsets[g + 1]``, oldest first.
    times : int64 array of shape (n_changes,)
        A change counts at moments after it.
    counts : int32 array of shape (n_changes, 3)
        After the change: members, members with a known standing, members who defaulted.
    """

    offsets: Int64
    times: Int64
    counts: Int32


@nested
def change_before(groups: GroupCounts, group: int, as_of: int) -> int:
    """Return the last change of a group before a moment, -1 if there is none."""
    return latest_before(groups.times, groups.offsets[group], groups.offsets[group + 1], as_of)


@nested
def stays(pair: int, pairs: Pairs, times: Int64, end: int, begins: Int64, ends: Int64) -> int:
    """Write when a person was known to be a member, as stretches ``(begins, ends]`` that do not overlap.

    Parameters
    ----------
    pair : int
        Of a person and a group.
    pairs : Pairs
    times : ndarray of int64, shape (n_times, n_rows)
        Of the memberships, in microseconds.
    end : int
        Row of ``end_time`` among them, -1 without one.
    begins, ends : ndarray of int64, shape (n,)
        Written to, in microseconds; n is at least the number of entries of the pair.

    Returns
    -------
    int
        How many stretches there are.
    """
    n = 0
    for e in range(pairs.entries[pair], pairs.entries[pair + 1]):
        row = pairs.rows[e]
        over = min(times[SUPERSEDED, row], fact_known_from(times, end, row))
        begin = known_from(times, row)
        if over > begin:
            begins[n] = begin
            ends[n] = over
            n += 1
    order = stable_order(begins[:n])
    sorted_begins = begins[:n][order]
    sorted_ends = ends[:n][order]
    kept = 0
    for k in range(n):
        if kept and sorted_begins[k] <= ends[kept - 1]:
            ends[kept - 1] = max(ends[kept - 1], sorted_ends[k])
            continue
        begins[kept] = sorted_begins[k]
        ends[kept] = sorted_ends[k]
        kept += 1
    return kept


@nested
def note_change(
    group: int, moment: int, members: int, before: int, after: int, free: Int64, times: Int64, counts: Int32
) -> None:
    """Note one change of a group at its next free position; where there is no space it is only counted.

    Parameters
    ----------
    group, moment, members : int
        Which group, when in microseconds, and by how many members it changes.
    before, after : int
        How the person stands before and after: ``UNKNOWN``, ``GOOD`` or ``DEFAULTED``.
    free : ndarray of int64, shape (n_groups,)
        Next free position of each group; raised by one.
    times : ndarray of int64, shape (n_changes,)
        Written to, in microseconds; empty: nothing is written.
    counts : ndarray of int32, shape (n_changes, 3)
        Written to: changes of the columns of `GroupCounts`.
    """
    if times.size:
        position = free[group]
        times[position] = moment
        counts[position, MEMBERS] = members
        counts[position, KNOWN] = (after != UNKNOWN) - (before != UNKNOWN)
        counts[position, BAD] = (after == DEFAULTED) - (before == DEFAULTED)
    free[group] += 1


@nested
def note_stay(
    person: int, group: int, begin: int, over: int, steps: Steps, free: Int64, times: Int64, counts: Int32
) -> None:
    """Note the changes that one stay of one person brings: coming, new standings, going.

    Parameters
    ----------
    person, group : int
        Codes.
    begin, over : int
        Microseconds; ``NEVER`` if it is not over.
    steps : Steps
    free : ndarray of int64, shape (n_groups,)
    times : ndarray of int64, shape (n_changes,)
    counts : ndarray of int32, shape (n_changes, 3)
        As for `note_change`.
    """
    step = step_at(steps, person, begin + 1)
    state = UNKNOWN if step < 0 else steps.states[step]
    note_change(group, begin, 1, UNKNOWN, state, free, times, counts)
    step = max(step + 1, steps.offsets[person])
    while step < steps.offsets[person + 1] and steps.since[step] < over:
        if steps.states[step] != state:
            note_change(group, steps.since[step], 0, state, steps.states[step], free, times, counts)
            state = steps.states[step]
        step += 1
    if over != NEVER:
        note_change(group, over, -1, state, UNKNOWN, free, times, counts)


@nested
def note_all(
    pairs: Pairs, steps: Steps, table: Int64, end: int, free: Int64, times: Int64, counts: Int32
) -> None:
    """Note the changes of all stays of all people.

    Parameters
    ----------
    pairs : Pairs
    steps : Steps
    table : ndarray of int64, shape (n_times, n_rows)
        Times of the memberships, in microseconds.
    end : int
        Row of ``end_time`` among them, -1 without one.
    free : ndarray of int64, shape (n_groups,)
    times : ndarray of int64, shape (n_changes,)
    counts : ndarray of int32, shape (n_changes, 3)
        As for `note_change`.
    """
    longest = 0
    for pair in range(pairs.targets.size):
        longest = max(longest, pairs.entries[pair + 1] - pairs.entries[pair])
    begins = np.empty(longest, np.int64)
    ends = np.empty(longest, np.int64)
    for person in range(pairs.offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            for k in range(stays(pair, pairs, table, end, begins, ends)):
                note_stay(person, pairs.targets[pair], begins[k], ends[k], steps, free, times, counts)


@compiled
def count_groups(
    n_groups: int, pairs: Pairs, steps: Steps, table: Int64, end: int
) -> tuple[Int64, Int64, Int32]:
    """Return the parts of `GroupCounts`.

    Parameters
    ----------
    n_groups : int
    pairs : Pairs
        Of persons and groups.
    steps : Steps
    table : ndarray of int64, shape (n_times, n_rows)
        Times of the memberships, in microseconds.
    end : int
        Row of ``end_time`` among them, -1 without one.
    """
    offsets = np.zeros(n_groups + 1, np.int64)
    nowhere = np.empty(0, np.int64)
    note_all(pairs, steps, table, end, offsets[1:], nowhere, np.empty((0, N_COUNTS), np.int32))
    for group in range(n_groups):
        offsets[group + 1] += offsets[group]
    times = np.empty(offsets[-1], np.int64)
    counts = np.empty((offsets[-1], N_COUNTS), np.int32)
    note_all(pairs, steps, table, end, offsets[:-1].copy(), times, counts)
    for group in range(n_groups):
        lo = offsets[group]
        hi = offsets[group + 1]
        order = stable_order(times[lo:hi])
        times[lo:hi] = times[lo:hi][order]
        counts[lo:hi] = counts[lo:hi][order]
        for change in range(lo + 1, hi):
            for column in range(N_COUNTS):
                counts[change, column] += counts[change - 1, column]
    return offsets, times, counts
