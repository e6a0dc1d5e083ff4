"""Compiled kernels of persons of several ids: what belongs to a node of the network, and when it lives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from creditscore._ground.arrays import Int8, Int32, Int64
from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import NEVER
from creditscore.data.network.pairs import stable_order
from creditscore.data.network.standing_events import UNKNOWN, Steps, step_at


class Lives(NamedTuple):
    """When each node stands for somebody: at moments t with ``since < t <= until``.

    Attributes
    ----------
    since, until : int64 array of shape (n_nodes,)
        Microseconds; ``-NEVER`` and ``NEVER`` where there is no such end.
    """

    since: Int64
    until: Int64


class Chains(NamedTuple):
    """The nodes of every id.

    Attributes
    ----------
    offsets : int64 array of shape (n_ids + 1,)
        Nodes of id i are ``nodes[offsets[i]:offsets[i + 1]]``, oldest first.
    nodes : int32 array of shape (n_all,)
    """

    offsets: Int64
    nodes: Int32


@inner
def is_alive(lives: Lives, node: int, moment: int) -> bool:
    """Whether a node stands for somebody at a moment."""
    return bool(lives.since[node] < moment <= lives.until[node])


@nested
def meet(lives: Lives, one: int, other: int) -> bool:
    """Whether two nodes live at the same time, ever."""
    return bool(max(lives.since[one], lives.since[other]) < min(lives.until[one], lives.until[other]))


@compiled
def listed_by_nodes(
    owners: Int32, targets: Int32, rows: Int32, headings: Int8, chains: Chains, lives: Lives, of_people: bool
) -> tuple[Int32, Int32, Int32, Int8]:
    """List rows by nodes instead of ids: once for each two nodes of its ends that ever live together.

    Parameters
    ----------
    owners, targets, rows : ndarray of int32, shape (n_rows,)
        From `pairs.both_ends` or `pairs.one_end`.
    headings : ndarray of int8, shape (n_rows,)
    chains : Chains
    lives : Lives
    of_people : bool
        Whether targets are ids too; a person's own other ids are dropped.

    Returns
    -------
    owners, targets, rows : ndarray of int32, shape (n_listed,)
    headings : ndarray of int8, shape (n_listed,)
    """
    kept = np.zeros(2, np.int64)
    made_owners, made_targets, made_rows = np.empty((3, 0), np.int32)
    made_headings = np.empty(0, np.int8)
    for writes in range(2):
        n = 0
        for k in range(owners.size):
            for here in range(chains.offsets[owners[k]], chains.offsets[owners[k] + 1]):
                owner = chains.nodes[here]
                first = chains.offsets[targets[k]] if of_people else 0
                last = chains.offsets[targets[k] + 1] if of_people else 1
                for there in range(first, last):
                    target = chains.nodes[there] if of_people else targets[k]
                    if of_people and (owner == target or not meet(lives, owner, target)):
                        continue
                    if writes:
                        made_owners[n] = owner
                        made_targets[n] = target
                        made_rows[n] = rows[k]
                        made_headings[n] = headings[k]
                    n += 1
        kept[writes] = n
        if not writes:
            made_owners, made_targets, made_rows = np.empty((3, n), np.int32)
            made_headings = np.empty(n, np.int8)
    return made_owners, made_targets, made_rows, made_headings


@compiled
def steps_by_nodes(steps: Steps, offsets: Int64, members: Int32) -> tuple[Int64, Int64, Int8, Int64]:
    """Return the parts of `Steps` of nodes, arrays of shape (n_steps,): a default of one id is the person's.

    Arrays: ``offsets`` shape (n_nodes + 1,); ``members`` shape (n_members,).
    """
    begins = np.zeros(offsets.size, np.int64)
    most = 0
    for k in range(members.size):
        most += steps.offsets[members[k] + 1] - steps.offsets[members[k]]
    since, known = np.empty((2, most), np.int64)
    states = np.empty(most, np.int8)
    position = 0
    for node in range(offsets.size - 1):
        first = position
        for k in range(offsets[node], offsets[node + 1]):
            for step in range(steps.offsets[members[k]], steps.offsets[members[k] + 1]):
                since[position] = steps.since[step]
                position += 1
        moments = since[first:position]
        moments = moments[stable_order(moments)]
        position = first
        for m in range(moments.size):
            if m and moments[m] == moments[m - 1]:
                continue
            worst = UNKNOWN
            at = NEVER
            for k in range(offsets[node], offsets[node + 1]):
                step = step_at(steps, members[k], moments[m] + 1)
                if step >= 0 and steps.states[step] > worst:
                    worst = steps.states[step]
                    at = steps.known[step]
                elif step >= 0 and steps.states[step] == worst:
                    at = min(at, steps.known[step])
            since[position] = moments[m]
            states[position] = worst
            known[position] = at
            position += 1
        begins[node + 1] = position
    return begins, since[:position].copy(), states[:position].copy(), known[:position].copy()
