"""What is known of the people around a person: their neighbours' state, and the standing of those beyond."""

from __future__ import annotations

from functools import partial

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32
from creditscore._ground.compiled import compiled
from creditscore.graph.csr import Graph, per_node, strengths
from creditscore.graph.labels import Labels


def neighbour_means(graph: Graph, values: Float64, *, min_known: int, threads: int = 1) -> Float64:
    """Mean of a value over a node's neighbours, weighted by their ties, shape (n_nodes,).

    Neighbours whose value is NaN are left out; NaN where fewer than `min_known` (or none) remain.
    """
    return per_node(partial(_neighbour_means, graph, values, max(min_known, 1)), graph, threads)


def two_hop_default_shares(
    graph: Graph, labels: Labels, *, min_known: int, hub_ties: int, threads: int = 1
) -> Float64:
    """Decayed share of defaults among the neighbours of neighbours with a known standing, shape (n_nodes,).

    Each is weighted by the chance that a walk of two steps ends there. The person and direct neighbours are
    left out, and no walk leads through one with more than `hub_ties` neighbours. NaN where fewer than
    `min_known` (or none) are known.
    """
    known = known_neighbours(graph, labels.known)
    task = partial(_two_hop_shares, graph, known, strengths(graph), labels.bad, max(min_known, 1), hub_ties)
    return per_node(task, graph, threads)


@compiled
def known_neighbours(graph: Graph, known: Flags) -> Graph:
    """The rows of a graph with only those neighbours in them whose standing is known.

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


@compiled
def _neighbour_means(
    graph: Graph, values: Float64, min_known: int, out: Float64, start: int, stop: int
) -> None:
    for node in range(start, stop):
        count, total, weight = 0, 0.0, 0.0
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            value = values[graph.neighbours[position]]
            if not np.isnan(value):
                count += 1
                total += graph.weights[position] * value
                weight += graph.weights[position]
        if count >= min_known and weight > 0.0:
            out[node] = total / weight


@compiled
def _two_hop_shares(
    graph: Graph,
    known: Graph,
    strength: Float64,
    bad: Float64,
    min_known: int,
    hub_ties: int,
    out: Float64,
    start: int,
    stop: int,
) -> None:
    near, counted = np.full(bad.size, -1, np.int32), np.full(bad.size, -1, np.int32)
    for node in range(start, stop):
        first, last = graph.offsets[node], graph.offsets[node + 1]
        near[node] = node
        for position in range(first, last):
            near[graph.neighbours[position]] = node
        count, total, weight = 0, 0.0, 0.0
        for position in range(first, last):
            middle = graph.neighbours[position]
            if graph.offsets[middle + 1] - graph.offsets[middle] > hub_ties or strength[middle] == 0.0:
                continue
            step = graph.weights[position] / strength[middle]
            for far in range(known.offsets[middle], known.offsets[middle + 1]):
                other = known.neighbours[far]
                if near[other] == node:
                    continue
                chance = step * known.weights[far]
                total += chance * bad[other]
                weight += chance
                if counted[other] != node:
                    counted[other] = node
                    count += 1
        if count >= min_known and weight > 0.0:
            out[node] = total / weight


@compiled
def known_counts(graph: Graph, known: Flags, hub_ties: int) -> Int32:
    """Number of neighbours with a known standing who are no hubs, shape (n_nodes,)."""
    count = np.zeros(known.size, np.int32)
    for node in range(known.size):
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            other = graph.neighbours[position]
            degree = graph.offsets[other + 1] - graph.offsets[other]
            count[node] += known[other] and degree <= hub_ties
    return count
