"""Communities by modularity, and what belonging to one says about a person."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.compiled import compiled
from creditscore.data.door.raw import Labels
from creditscore.graph.csr import Graph, frozen_graph, strengths
from creditscore.graph.structure import components

_MOST_LEVELS = 20
_MOST_ROUNDS = 30
_SETTLED = 1_000  # a part ends a level once no more than one node in so many moves


def communities(graph: Graph, *, seed: int = 0, resolution: float = 1.0, names: Int64 | None = None) -> Int32:
    """Communities by the method of Louvain (Blondel, Guillaume, Lambiotte and Lefebvre 2008).

    Nodes move, in an order drawn from the seed, to the neighbouring community that raises modularity most
    (of equal ones, the one with the lowest number); then communities become nodes, until nothing moves. The
    result depends on the graph, the names and the seed alone. Each connected part is weighed by its own ties
    and its nodes take turns by their names, so that ties elsewhere leave it as it is.

    Parameters
    ----------
    graph : Graph
    seed : int
    resolution : float
        Above 0; higher gives smaller communities.
    names : int64 array of shape (n_nodes,), optional
        Numbers that stay with the nodes when others come and go; by default their positions.

    Returns
    -------
    int32 array of shape (n_nodes,)
        Numbered by their first nodes. The numbers mean nothing and are never a feature.
    """
    member, level = np.arange(graph.n_nodes, dtype=np.int32), graph
    turn = _turns(np.arange(graph.n_nodes) if names is None else names, seed)
    part = components(graph)
    whole = np.maximum(np.bincount(part, strengths(graph)), 1e-300)
    for _ in range(_MOST_LEVELS):
        order = np.argsort(turn, kind="stable").astype(np.int32)
        own, moved = _move(level, strengths(level), part, whole, order, resolution)
        if not moved:
            break
        own = _numbered(own)
        member = own[member]
        level = _joined(level, own)
        turn, part = _inherited(own, turn, part)
    return _numbered(member)


def names_of(labels: Labels, people: Int32) -> Int64:
    """A number for each person that goes with the id and not with who else there is, shape (len(people),)."""
    if isinstance(labels, tuple):
        return np.array([crc32(labels[person].encode()) for person in people.tolist()], np.int64)
    return labels[people]


def _turns(names: Int64, seed: int) -> NDArray[np.uint64]:
    """Numbers by which nodes take turns: a hash of name and seed (SplitMix64)."""
    salt = np.uint64(seed * 0x632BE59BD9B4E019 % 2**64)
    z = (names.astype(np.uint64) + salt) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(z ^ (z >> np.uint64(31)), np.uint64)


def _inherited(own: Int32, turn: NDArray[np.uint64], part: Int32) -> tuple[NDArray[np.uint64], Int32]:
    """The turn of a community is the earliest of its members; its part is theirs."""
    count = int(own.max()) + 1
    earliest = np.full(count, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(earliest, own, turn)
    parts = np.empty(count, np.int32)
    parts[own] = part
    return earliest, parts


def sizes(community: Int32) -> Int64:
    """Number of members of each node's community, shape (n_nodes,)."""
    return np.asarray(np.bincount(community)[community], np.int64)


def densities(graph: Graph, community: Int32) -> Float64:
    """Ties within each node's community per pair of its members, between 0 and 1; NaN for a single member.

    Arrays: ``community`` shape (n_nodes,). Returns shape (n_nodes,).
    """
    size = np.bincount(community).astype(np.float64)
    pairs = size * (size - 1.0)
    within = _halves_within(graph, community, len(size))
    share = np.divide(within, pairs, out=np.full(len(size), np.nan), where=pairs > 0.0)
    return np.asarray(share[community], np.float64)


@compiled
def participation(graph: Graph, community: Int32) -> Float64:
    """1 less the sum over communities of the squared share of ties that lead there, shape (n_nodes,).

    0 for a node whose ties stay in one community, near 1 if they spread evenly over many (Guimera and Amaral
    2005); NaN for a node without a tie.
    """
    n = community.size
    out, count = np.full(n, np.nan), np.zeros(n, np.int64)
    for node in range(n):
        first, last = graph.offsets[node], graph.offsets[node + 1]
        if last == first:
            continue
        squared = 0.0
        for position in range(first, last):
            count[community[graph.neighbours[position]]] += 1
        for position in range(first, last):
            home = community[graph.neighbours[position]]
            squared += float(count[home]) * float(count[home])
            count[home] = 0
        out[node] = 1.0 - squared / (float(last - first) * float(last - first))
    return out


@compiled
def _move(
    graph: Graph, strength: Float64, part: Int32, whole: Float64, order: Int32, resolution: float
) -> tuple[Int32, int]:
    """One level: the community that each node settles in, and how many moves it took.

    Arrays: ``part`` shape (n_nodes,); ``whole`` shape (n_parts,), the strength of each.
    """
    n = strength.size
    own, sums = np.arange(n).astype(np.int32), strength.copy()
    to, touched = np.zeros(n), np.empty(n, np.int32)
    moves, size, going = 0, np.zeros(whole.size, np.int64), np.ones(whole.size, np.bool_)
    for node in range(n):
        size[part[node]] += 1
    for _ in range(_MOST_ROUNDS):
        moved = np.zeros(whole.size, np.int64)
        for node in order:
            if not going[part[node]]:
                continue
            home, met = own[node], 0
            for position in range(graph.offsets[node], graph.offsets[node + 1]):
                other = graph.neighbours[position]
                if other == node:
                    continue
                if to[own[other]] == 0.0:
                    touched[met] = own[other]
                    met += 1
                to[own[other]] += graph.weights[position]
            sums[home] -= strength[node]
            pull = resolution * strength[node] / whole[part[node]]
            best, gain = home, to[home] - pull * sums[home]
            for k in range(met):
                there = to[touched[k]] - pull * sums[touched[k]]
                if there > gain or (there == gain and best != home and touched[k] < best):
                    best, gain = touched[k], there
            for k in range(met):
                to[touched[k]] = 0.0
            sums[best] += strength[node]
            own[node] = best
            moved[part[node]] += best != home
        moves += moved.sum()
        going &= moved * _SETTLED > size
        if not going.any():
            break
    return own, moves


@compiled
def _numbered(community: Int32) -> Int32:
    """The same communities, numbered 0, 1, 2 ... by their first nodes."""
    number, found = np.full(community.size, -1, np.int32), 0
    out = np.empty(community.size, np.int32)
    for node in range(community.size):
        if number[community[node]] < 0:
            number[community[node]] = found
            found += 1
        out[node] = number[community[node]]
    return out


def _joined(graph: Graph, community: Int32) -> Graph:
    """The graph of communities: ties added up, those within one as a tie to itself."""
    from scipy import sparse

    n, n_joined = graph.n_nodes, int(community.max()) + 1
    ties = sparse.csr_array((graph.weights, graph.neighbours, graph.offsets), shape=(n, n))
    into = sparse.csr_array((np.ones(n), community, np.arange(n + 1)), shape=(n, n_joined))
    joined = (into.T.tocsr() @ ties @ into).tocsr()
    joined.sort_indices()
    offsets = joined.indptr.astype(np.int64)
    return frozen_graph(offsets, joined.indices.astype(np.int32), joined.data.astype(np.float64))


@compiled
def _halves_within(graph: Graph, community: Int32, n_communities: int) -> Float64:
    within = np.zeros(n_communities)
    for node in range(community.size):
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            if community[graph.neighbours[position]] == community[node]:
                within[community[node]] += 1.0
    return within
