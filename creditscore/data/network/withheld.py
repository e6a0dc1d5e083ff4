"""Compiled kernels of consents that were withdrawn: from then on what was consented to counts for nobody."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from creditscore._ground.arrays import Int8, Int32, Int64
from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import NEVER
from creditscore.data.network.bonds import Bonds, join_stretches
from creditscore.data.network.pairs import Pairs, latest_before, stable_order
from creditscore.data.network.seen_steps import UNSEEN, Seen
from creditscore.data.visible import SUPERSEDED, fact_known_from, known_from


class Withheld(NamedTuple):
    """When a consent of each person was withdrawn and not given again: stretches ``(begins, ends]``.

    Attributes
    ----------
    offsets : int64 array of shape (n_people + 1,)
        Stretches of person p are ``offsets[p]:offsets[p + 1]``, oldest first.
    begins, ends : int64 array of shape (n_stretches,)
        Microseconds; ``NEVER`` while it lasts.
    """

    offsets: Int64
    begins: Int64
    ends: Int64


@nested
def withdrawn(
    rows: Int64,
    source: int,
    sources: Int32,
    times: Int64,
    ended: int,
    begins: Int64,
    ends: Int64,
    n: int,
) -> int:
    """Write from the n-th on when one person had withdrawn one source; return how many there are then.

    Parameters
    ----------
    rows : ndarray of int64, shape (n_of_person,)
        Rows of the person.
    source : int
        The code of the source.
    sources : ndarray of int32, shape (n_rows,)
    times : ndarray of int64, shape (n_times, n_rows)
        Of the consents, in microseconds.
    ended : int
        Row of ``withdrawn_time`` among them, -1 without one.
    begins, ends : ndarray of int64, shape (n_most,)
        Written to.
    n : int
    """
    turns = np.empty(2 * rows.size, np.int64)
    steps = np.empty(2 * rows.size, np.int64)
    found = 0
    for row in rows:
        begin = known_from(times, row)
        over = min(times[SUPERSEDED, row], fact_known_from(times, ended, row))
        if sources[row] == source and over > begin:
            for turn, step in ((begin, 1), (over, -1)):
                turns[found] = turn
                steps[found] = step
                found += 1
    given = 0
    for k in stable_order(turns[:found]):
        given += steps[k]
        if given == 0 and steps[k] < 0 and turns[k] != NEVER:
            begins[n] = turns[k]
            ends[n] = NEVER
            n += 1
        if given == 1 and steps[k] > 0 and n and ends[n - 1] == NEVER:
            ends[n - 1] = turns[k]
    return n


@nested
def rows_of_ids(offsets: Int64, ids: Int32) -> Int64:
    """Return the rows of some ids, shape (n_rows,), of ``offsets`` shape (n_ids + 1,)."""
    n = 0
    for one in ids:
        n += offsets[one + 1] - offsets[one]
    rows = np.empty(n, np.int64)
    n = 0
    for one in ids:
        for row in range(offsets[one], offsets[one + 1]):
            rows[n] = row
            n += 1
    return rows


@compiled
def make_withheld(
    offsets: Int64, sources: Int32, times: Int64, ended: int, wanted: Int32, groups: Int64, members: Int32
) -> tuple[Int64, Int64, Int64]:
    """Return the parts of `Withheld` for any of some sources.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_people + 1,)
    sources : ndarray of int32, shape (n_rows,)
    times : ndarray of int64, shape (n_times, n_rows)
        Of the consents, in microseconds.
    ended : int
        Row of ``withdrawn_time`` among them, -1 without one.
    wanted : ndarray of int32, shape (n_wanted,)
        Codes of sources.
    groups : ndarray of int64, shape (n_nodes + 1,)
        Ids of person k are ``members[groups[k]:groups[k + 1]]``.
    members : ndarray of int32, shape (n_members,)
    """
    found = np.zeros_like(groups)
    most = 0
    for k in range(members.size):
        most += offsets[members[k] + 1] - offsets[members[k]]
    begins, ends = np.empty((2, most), np.int64)
    position = 0
    for person in range(groups.size - 1):
        rows = rows_of_ids(offsets, members[groups[person] : groups[person + 1]])
        some_begins, some_ends = np.empty((2, rows.size), np.int64)
        n = 0
        for source in wanted:
            one_begins, one_ends = np.empty((2, rows.size), np.int64)
            more = withdrawn(rows, source, sources, times, ended, one_begins, one_ends, 0)
            some_begins[n : n + more] = one_begins[:more]
            some_ends[n : n + more] = one_ends[:more]
            n += more
        n = join_stretches(n, some_begins, some_ends)
        begins[position : position + n] = some_begins[:n]
        ends[position : position + n] = some_ends[:n]
        position += n
        found[person + 1] = position
    return found, begins[:position].copy(), ends[:position].copy()


@inner
def is_withheld(withheld: Withheld, person: int, moment: int) -> bool:
    """Whether a person had withdrawn before a moment and not consented again."""
    last = latest_before(withheld.begins, withheld.offsets[person], withheld.offsets[person + 1], moment)
    return bool(last >= 0 and withheld.ends[last] >= moment)


@nested
def of_both(withheld: Withheld, one: int, other: int, begins: Int64, ends: Int64) -> int:
    """Write when either of two persons had withdrawn; return how many stretches there are.

    Arrays: ``begins`` and ``ends`` shape (n_most,), written to.
    """
    n = 0
    for side in range(2):
        person = one if side == 0 else other
        for k in range(withheld.offsets[person], withheld.offsets[person + 1]):
            begins[n] = withheld.begins[k]
            ends[n] = withheld.ends[k]
            n += 1
    return join_stretches(n, begins, ends)


@compiled
def cut_bonds(pairs: Pairs, bonds: Bonds, withheld: Withheld) -> tuple[Int64, Int64, Int64, Int64]:
    """Return the parts of `Bonds`, arrays of shape (n_stretches,), barred once either end had withdrawn.

    Parameters
    ----------
    pairs : Pairs
        Of persons and neighbours.
    bonds : Bonds
    withheld : Withheld
    """
    most = bonds.begins.size
    longest = 1
    for person in range(pairs.offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            other = pairs.targets[pair]
            n = withheld.offsets[person + 1] - withheld.offsets[person]
            n += withheld.offsets[other + 1] - withheld.offsets[other]
            most += n
            longest = max(longest, n)
    without, until = np.empty((2, longest), np.int64)
    offsets = np.zeros_like(bonds.offsets)
    begins, ends, barred = np.empty((3, most), np.int64)
    position = 0
    for person in range(pairs.offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            n = of_both(withheld, person, pairs.targets[pair], without, until)
            for k in range(bonds.offsets[pair], bonds.offsets[pair + 1]):
                begin = bonds.begins[k]
                for w in range(n):
                    if without[w] > begin:
                        begins[position] = begin
                        ends[position] = min(bonds.ends[k], without[w])
                        barred[position] = without[w]
                        position += 1
                    begin = max(begin, until[w])
                    if begin >= bonds.ends[k]:
                        break
                if begin < bonds.ends[k]:
                    begins[position] = begin
                    ends[position] = bonds.ends[k]
                    barred[position] = NEVER
                    position += 1
            offsets[pair + 1] = position
    return offsets, begins[:position].copy(), ends[:position].copy(), barred[:position].copy()


@compiled
def cut_seen(seen: Seen, withheld: Withheld) -> tuple[Int64, Int64, Int8, Int64]:
    """Return the parts of `Seen`, arrays of shape (n_steps,), with nothing of those who had withdrawn.

    Parameters
    ----------
    seen : Seen
    withheld : Withheld
    """
    offsets = np.zeros_like(seen.offsets)
    most = seen.since.size + 2 * withheld.begins.size
    since = np.empty(most, np.int64)
    states = np.empty(most, np.int8)
    begun = np.empty(most, np.int64)
    position = 0
    for person in range(offsets.size - 1):
        first = position
        for k in range(seen.offsets[person], seen.offsets[person + 1]):
            since[position] = seen.since[k]
            states[position] = UNSEEN if is_withheld(withheld, person, seen.since[k]) else seen.states[k]
            begun[position] = seen.begun[k]
            position += 1
        for k in range(withheld.offsets[person], withheld.offsets[person + 1]):
            for gone in (True, False):
                edge = withheld.begins[k] if gone else withheld.ends[k]
                if edge == NEVER:
                    continue
                step = latest_before(seen.since, seen.offsets[person], seen.offsets[person + 1], edge + 2)
                since[position] = edge + 1
                states[position] = UNSEEN if gone or step < 0 else seen.states[step]
                begun[position] = 0 if step < 0 else seen.begun[step]
                position += 1
        order = stable_order(since[first:position])
        since[first:position] = since[first:position][order]
        states[first:position] = states[first:position][order]
        begun[first:position] = begun[first:position][order]
        offsets[person + 1] = position
    return offsets, since[:position].copy(), states[:position].copy(), begun[:position].copy()
