"""How a person stands in the graph around them: triangles, cores, components, structural holes."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.compiled import compiled, inner
from creditscore.graph.csr import Graph, by_stretches, per_node, strengths

_SEARCH_PAYS: Final = (
    16  # times longer than ours: then looking our own neighbours up in a row beats reading it
)


def triangles(graph: Graph, *, threads: int = 1) -> Int64:
    """Number of triangles through each node, shape (n_nodes,).

    Every triangle is found once, from its node of smallest degree (Schank and Wagner 2005), so that a hub
    costs no more than its neighbours.
    """
    offsets, later = _oriented(graph)
    counts = by_stretches(partial(_count_triangles, offsets, later), offsets, threads)
    return np.asarray(np.sum(counts, axis=0), np.int64)


def clustering(graph: Graph, triangles_of: Int64) -> Float64:
    """Share of the pairs of a node's neighbours that are tied (Watts and Strogatz 1998), shape (n_nodes,).

    Between 0 and 1; NaN for a node with fewer than two neighbours.
    """
    degree = graph.degrees.astype(np.float64)
    pairs = degree * (degree - 1.0) / 2.0
    return np.divide(triangles_of, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0.0)


def effective_size(graph: Graph, triangles_of: Int64) -> Float64:
    """Number of neighbours less their mean number of ties to one another (Borgatti 1997).

    Arrays: ``triangles_of`` shape (n_nodes,). Returns shape (n_nodes,).
    """
    degree = graph.degrees.astype(np.float64)
    redundant = np.divide(2.0 * triangles_of, degree, out=np.full(len(degree), np.nan), where=degree > 0.0)
    return degree - redundant


def constraint(graph: Graph, *, threads: int = 1) -> Float64:
    """How far a node's contacts are tied to one another (Burt 1992), shape (n_nodes,).

    The sum over its neighbours j of (p_ij + sum over q of p_iq p_qj) squared, where p_ij is the share of tie
    ij in the strength of i and q runs over the common neighbours. NaN for a node without a tie.
    """
    return per_node(partial(_constraint, graph, strengths(graph)), graph, threads)


@compiled
def _oriented(graph: Graph) -> tuple[Int64, Int32]:
    """Each tie once, from the end of smaller degree (then smaller number) to the other."""
    n = graph.offsets.size - 1
    offsets, later = np.zeros(n + 1, np.int64), np.empty(graph.neighbours.size // 2, np.int32)
    kept = 0
    for node in range(n):
        degree = graph.offsets[node + 1] - graph.offsets[node]
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            other = graph.neighbours[position]
            others = graph.offsets[other + 1] - graph.offsets[other]
            if degree < others or (degree == others and node < other):
                later[kept] = other
                kept += 1
        offsets[node + 1] = kept
    return offsets, later


@compiled
def _count_triangles(offsets: Int64, later: Int32, start: int, stop: int) -> Int64:
    """Triangles whose first node is in a stretch, counted at all three."""
    n = offsets.size - 1
    count, mark = np.zeros(n, np.int64), np.full(n, -1, np.int32)
    for node in range(start, stop):
        for a in range(offsets[node], offsets[node + 1]):
            mark[later[a]] = node
        for a in range(offsets[node], offsets[node + 1]):
            second, found = later[a], 0
            for b in range(offsets[second], offsets[second + 1]):
                if mark[later[b]] == node:
                    count[later[b]] += 1
                    found += 1
            count[second] += found
            count[node] += found
    return count


@inner
def position_of(graph: Graph, node: int, neighbour: int) -> int:
    """Where a neighbour stands in the row of a node, or -1."""
    low, high = graph.offsets[node], graph.offsets[node + 1]
    while low < high:
        middle = (low + high) // 2
        if graph.neighbours[middle] < neighbour:
            low = middle + 1
        else:
            high = middle
    if low < graph.offsets[node + 1] and graph.neighbours[low] == neighbour:
        return low
    return -1


@inner
def _round_about(graph: Graph, strength: Float64, share: Float64, node: int, other: int) -> float:
    """Sum over common neighbours q of node and other of p(node, q) p(q, other), in rising order of q."""
    total = 0.0
    ours = graph.offsets[node + 1] - graph.offsets[node]
    theirs = graph.offsets[other + 1] - graph.offsets[other]
    if theirs <= _SEARCH_PAYS * ours:
        for position in range(graph.offsets[other], graph.offsets[other + 1]):
            common = graph.neighbours[position]
            if share[common] > 0.0:
                total += share[common] * (graph.weights[position] / strength[common])
        return total
    for position in range(graph.offsets[node], graph.offsets[node + 1]):
        common = graph.neighbours[position]
        found = position_of(graph, common, other)
        if found >= 0:
            total += share[common] * (graph.weights[found] / strength[common])
    return total


@compiled
def _constraint(graph: Graph, strength: Float64, out: Float64, start: int, stop: int) -> None:
    share = np.zeros(strength.size)
    for node in range(start, stop):
        first, last = graph.offsets[node], graph.offsets[node + 1]
        if strength[node] == 0.0:
            continue
        for position in range(first, last):
            share[graph.neighbours[position]] = graph.weights[position] / strength[node]
        total = 0.0
        for position in range(first, last):
            other = graph.neighbours[position]
            direct = share[other] + _round_about(graph, strength, share, node, other)
            total += direct * direct
        out[node] = total
        for position in range(first, last):
            share[graph.neighbours[position]] = 0.0


@compiled
def core_numbers(graph: Graph) -> Int64:
    """Largest k such that a node belongs to a set in which all have k neighbours, shape (n_nodes,).

    The peeling of Batagelj and Zaversnik (2003), linear in the number of ties.
    """
    n = graph.offsets.size - 1
    core, most = np.empty(n, np.int64), 0
    for node in range(n):
        core[node] = graph.offsets[node + 1] - graph.offsets[node]
        most = max(most, core[node])
    start = np.zeros(most + 2, np.int64)
    for node in range(n):
        start[core[node] + 1] += 1
    for degree in range(most + 1):
        start[degree + 1] += start[degree]
    order, position, end = np.empty(n, np.int64), np.empty(n, np.int64), start[:-1].copy()
    for node in range(n):
        position[node] = end[core[node]]
        order[position[node]] = node
        end[core[node]] += 1
    for k in range(n):
        node = order[k]
        for row in range(graph.offsets[node], graph.offsets[node + 1]):
            other = graph.neighbours[row]
            if core[other] > core[node]:
                front = max(start[core[other]], k + 1)
                swapped = order[front]
                order[position[other]], position[swapped] = swapped, position[other]
                order[front], position[other] = other, front
                start[core[other]] = front + 1
                core[other] -= 1
    return core


@compiled
def components(graph: Graph) -> Int32:
    """Component of each node, numbered by their first nodes, shape (n_nodes,)."""
    n = graph.offsets.size - 1
    component, queue = np.full(n, -1, np.int32), np.empty(n, np.int32)
    found = 0
    for root in range(n):
        if component[root] >= 0:
            continue
        component[root], queue[0], head, tail = found, root, 0, 1
        while head < tail:
            node = queue[head]
            head += 1
            for position in range(graph.offsets[node], graph.offsets[node + 1]):
                other = graph.neighbours[position]
                if component[other] < 0:
                    component[other] = found
                    queue[tail] = other
                    tail += 1
        found += 1
    return component
