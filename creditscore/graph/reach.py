"""Known persons whom short walks over ties reach: two ties away, and further in the community.

A walk goes from a person to one of their neighbours, by votes, and on. Where walks of two and three steps
end is added up to a weight for every known person; the one where a walk began and the direct neighbours are
left out. So the own standing never enters the own value, and nobody's standing weighs much in the values of
their friends: a value that read friends, set beside theirs, would tell what it leaves out. Nothing beyond
three ties takes part: a tie that ends moves nobody three or more ties away from both its ends.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32
from creditscore._ground.compiled import compiled, inner
from creditscore.graph.csr import Graph, by_stretches, strengths
from creditscore.graph.labels import Bits
from creditscore.graph.shares import Weighed

SHORTEST: Final = 2
LONGEST: Final = 3
# walks of so many steps, among the weights of walks
TWO, THREE = range(2)
# rows of what is found around each node
MARKED, KNOWN, SQUARED, LARGEST, PEOPLE = range(5)
_FOUND: Final = 5


def weighed_by_walks(votes: Graph, bits: Bits, steps: Float64, *, hub_ties: int, threads: int = 1) -> Weighed:
    """The known persons whom walks of two and three steps reach, by the chance to end there.

    Parameters
    ----------
    votes : Graph
        Its weights are votes: a walk goes on to a neighbour in proportion to theirs in the row of where it
        is. They need not be the same in both directions.
    bits : Bits
        Of the nodes.
    steps : float64 array of shape (2,)
        Weights of walks of two and of three steps, 0 or more.
    hub_ties : int
        No walk begins at or leads through a person with more neighbours.
    threads : int

    Returns
    -------
    Weighed
        Of shape (n_nodes,) each.
    """
    found = np.zeros((_FOUND, votes.n_nodes))
    known = known_neighbours(votes, bits.known)
    strength = np.where(votes.degrees <= hub_ties, strengths(votes), 0.0)
    task = partial(_reach, votes, known, strength, bits.known, bits.marked, steps, found)
    by_stretches(task, votes.offsets, threads)
    return Weighed(*found)


@compiled
def known_neighbours(graph: Graph, known: Flags) -> Graph:
    """The rows of a graph with only those neighbours in them who are known.

    Arrays: ``known`` shape (n_people,).
    """
    offsets, kept = np.zeros_like(graph.offsets), 0
    for position in range(graph.neighbours.size):
        kept += known[graph.neighbours[position]]
    neighbours, weights = np.empty(kept, np.int32), np.empty(kept)
    kept = 0
    for node in range(offsets.size - 1):
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            if known[graph.neighbours[position]]:
                neighbours[kept], weights[kept] = graph.neighbours[position], graph.weights[position]
                kept += 1
        offsets[node + 1] = kept
    return Graph(offsets, neighbours, weights)


@inner
def _add(at: Float64, met: Int32, n_met: int, node: int, chance: float) -> int:
    """Add a chance to a node, and list it where it is new."""
    if chance <= 0.0:
        return n_met
    if at[node] == 0.0:
        met[n_met] = node
        n_met += 1
    at[node] += chance
    return n_met


@inner
def _two_steps(votes: Graph, strength: Float64, node: int, walk: Float64, met: Int32) -> int:
    """Where walks of two steps are."""
    n_met = 0
    for position in range(votes.offsets[node], votes.offsets[node + 1]):
        middle = votes.neighbours[position]
        step = votes.weights[position] / strength[node]
        if strength[middle] == 0.0 or step == 0.0:
            continue
        for far in range(votes.offsets[middle], votes.offsets[middle + 1]):
            chance = step * (votes.weights[far] / strength[middle])
            n_met = _add(walk, met, n_met, votes.neighbours[far], chance)
    return n_met


@inner
def _last_step(
    rows: Graph, strength: Float64, middle: int, weight: float, ends: Float64, found: Int32, n: int
) -> int:
    """Go on from one node to its known neighbours."""
    if strength[middle] == 0.0 or weight == 0.0:
        return n
    for position in range(rows.offsets[middle], rows.offsets[middle + 1]):
        chance = weight * (rows.weights[position] / strength[middle])
        n = _add(ends, found, n, rows.neighbours[position], chance)
    return n


@compiled
def _reach(
    votes: Graph,
    rows: Graph,
    strength: Float64,
    known: Flags,
    marked: Flags,
    steps: Float64,
    out: Float64,
    start: int,
    stop: int,
) -> None:
    n = strength.size
    walk, met, near = np.zeros(n), np.empty(n, np.int32), np.full(n, -1, np.int32)
    ends, found = np.zeros(n), np.empty(n, np.int32)
    for node in range(start, stop):
        if strength[node] == 0.0:
            continue
        for position in range(votes.offsets[node], votes.offsets[node + 1]):
            near[votes.neighbours[position]] = node
        near[node] = node
        n_found, n_met = 0, _two_steps(votes, strength, node, walk, met)
        for k in range(n_met):
            middle = met[k]
            if known[middle]:
                n_found = _add(ends, found, n_found, middle, steps[TWO] * walk[middle])
            weight = steps[THREE] * walk[middle]
            n_found = _last_step(rows, strength, middle, weight, ends, found, n_found)
            walk[middle] = 0.0
        for k in range(n_found):
            end = found[k]
            if near[end] != node:
                out[MARKED, node] += ends[end] * marked[end]
                out[KNOWN, node] += ends[end]
                out[SQUARED, node] += ends[end] * ends[end]
                out[LARGEST, node] = max(out[LARGEST, node], ends[end])
                out[PEOPLE, node] += 1.0
            ends[end] = 0.0
