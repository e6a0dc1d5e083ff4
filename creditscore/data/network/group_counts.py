"""Compiled kernels that count the members of groups: how many, and what is seen of them by keyed folds."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int32, Int64
from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.network.bonds import Bonds
from creditscore.data.network.lives import Lives, is_alive
from creditscore.data.network.pairs import Pairs, latest_before, stable_order
from creditscore.data.network.seen_steps import MARKED, UNSEEN

# Members of fewer days count for nothing that others see.
MEMBER_AGE: Final = 90 * DAY
# So many known members make up a fold, and there are at least two.
FOLD_SIZE: Final = 5
FEWEST_FOLDS: Final = 2


class GroupSizes(NamedTuple):
    """How many members each group had after every change.

    Attributes
    ----------
    offsets : int64 array of shape (n_groups + 1,)
        Changes of group g are ``offsets[g]:offsets[g + 1]``, oldest first.
    times : int64 array of shape (n_changes,)
        A change counts at moments after it.
    members : int32 array of shape (n_changes,)
        After the change.
    """

    offsets: Int64
    times: Int64
    members: Int32


class FoldCounts(NamedTuple):
    """What is seen of the members of each group in a month, by keyed folds.

    Attributes
    ----------
    known, marked : int32 array of shape (n_groups,)
        Members of whom a standing is seen, and those of them whose bit is 1.
    offsets : int64 array of shape (n_groups + 1,)
        Folds of group g are ``offsets[g]:offsets[g + 1]``; their number is a power of two.
    fold_known, fold_marked : int32 array of shape (n_folds,)
        The same, by fold.
    """

    known: Int32
    marked: Int32
    offsets: Int64
    fold_known: Int32
    fold_marked: Int32


@nested
def members_before(sizes: GroupSizes, group: int, as_of: int) -> int:
    """Return how many members a group had before a moment."""
    change = latest_before(sizes.times, sizes.offsets[group], sizes.offsets[group + 1], as_of)
    return 0 if change < 0 else sizes.members[change]


@nested
def while_alive(stays: Bonds, k: int, lives: Lives, person: int) -> tuple[int, int]:
    """Return from when to when a stretch of membership counts for a node."""
    return max(stays.begins[k], lives.since[person]), min(stays.ends[k], lives.until[person])


@compiled
def count_members(n_groups: int, pairs: Pairs, stays: Bonds, lives: Lives) -> tuple[Int64, Int64, Int32]:
    """Return the parts of `GroupSizes`, changes as arrays of shape (n_changes,).

    Parameters
    ----------
    n_groups : int
    pairs : Pairs
        Of persons and groups.
    stays : Bonds
        When each person was a member.
    lives : Lives
        Of the persons: nobody is counted as two.
    """
    offsets = np.zeros(n_groups + 1, np.int64)
    for person in range(pairs.offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            for k in range(stays.offsets[pair], stays.offsets[pair + 1]):
                begin, end = while_alive(stays, k, lives, person)
                offsets[pairs.targets[pair] + 1] += (begin < end) * (1 + (end != NEVER))
    for group in range(n_groups):
        offsets[group + 1] += offsets[group]
    free = offsets[:-1].copy()
    times = np.empty(offsets[-1], np.int64)
    members = np.empty(offsets[-1], np.int32)
    for person in range(pairs.offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            group = pairs.targets[pair]
            for k in range(stays.offsets[pair], stays.offsets[pair + 1]):
                begin, end = while_alive(stays, k, lives, person)
                for moment, step in ((begin, 1), (end, -1)):
                    if begin < end and moment != NEVER:
                        times[free[group]] = moment
                        members[free[group]] = step
                        free[group] += 1
    for group in range(n_groups):
        lo = offsets[group]
        hi = offsets[group + 1]
        order = stable_order(times[lo:hi])
        times[lo:hi] = times[lo:hi][order]
        members[lo:hi] = members[lo:hi][order]
        for change in range(lo + 1, hi):
            members[change] += members[change - 1]
    return offsets, times, members


@nested
def is_member(stays: Bonds, pair: int, moment: int) -> bool:
    """Whether a person was a member at a moment, and had been for 90 days."""
    last = latest_before(stays.begins, stays.offsets[pair], stays.offsets[pair + 1], moment)
    return last >= 0 and stays.ends[last] >= moment and moment - stays.begins[last] >= MEMBER_AGE


@inner
def folds_for(known: int) -> int:
    """Return how many folds known members make: the largest power of two with five in each, at least 2."""
    folds = FEWEST_FOLDS
    while 2 * folds * FOLD_SIZE <= known:
        folds *= 2
    return folds


@compiled
def count_folds(
    n_groups: int,
    pairs: Pairs,
    stays: Bonds,
    lives: Lives,
    states: Int8,
    folds: Float64,
    month: int,
    moment: int,
) -> tuple[Int32, Int32, Int64, Int32, Int32]:
    """Return the parts of `FoldCounts`.

    Parameters
    ----------
    n_groups : int
    pairs : Pairs
        Of persons and groups.
    stays : Bonds
        When each person was a member.
    lives : Lives
        Of the persons.
    states : ndarray of int8, shape (n_people,)
        What is seen of everyone.
    folds : ndarray of float64, shape (n_people,)
        From 0 up to 1, for everyone of whom something is seen.
    month : int
        First instant of the month, in microseconds.
    moment : int
        When persons are as known, in microseconds.
    """
    known = np.zeros(n_groups, np.int32)
    marked = np.zeros(n_groups, np.int32)
    counts = np.zeros(pairs.targets.size, np.bool_)
    for person in range(pairs.offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            there = states[person] != UNSEEN and is_alive(lives, person, moment)
            if there and is_member(stays, pair, month):
                counts[pair] = True
                known[pairs.targets[pair]] += 1
                marked[pairs.targets[pair]] += states[person] == MARKED
    offsets = np.zeros(n_groups + 1, np.int64)
    for group in range(n_groups):
        offsets[group + 1] = offsets[group] + folds_for(known[group])
    fold_known = np.zeros(offsets[-1], np.int32)
    fold_marked = np.zeros(offsets[-1], np.int32)
    for person in range(pairs.offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            if counts[pair]:
                group = pairs.targets[pair]
                fold = offsets[group] + int(folds[person] * (offsets[group + 1] - offsets[group]))
                fold_known[fold] += 1
                fold_marked[fold] += states[person] == MARKED
    return known, marked, offsets, fold_known, fold_marked
