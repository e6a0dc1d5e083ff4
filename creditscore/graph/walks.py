"""Random walks on the whole graph: PageRank and personalised PageRank to any precision."""

from __future__ import annotations

from functools import partial

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32
from creditscore._ground.compiled import compiled
from creditscore.graph.csr import Graph, by_stretches, strengths
from creditscore.graph.structure import components

_MOST_STEPS = 1_000


def pagerank(graph: Graph, *, damping: float = 0.85, tolerance: float = 1e-10, threads: int = 1) -> Float64:
    """PageRank with a uniform restart (Page, Brin, Motwani and Winograd 1999), times the number of nodes.

    Where every node has a tie, what a node has depends on its own connected part alone, to the bit.

    Returns
    -------
    float64 array of shape (n_nodes,)
        1 on average.
    """
    mass = _solved(graph, np.ones(graph.n_nodes), damping, tolerance, threads)
    if graph.degrees.all():
        return mass
    return np.asarray(mass * (graph.n_nodes / mass.sum()), np.float64)


def personalised_pagerank(
    graph: Graph, seeds: Float64, *, damping: float = 0.85, tolerance: float = 1e-10, threads: int = 1
) -> Float64:
    """How often a walk that now and then returns to the seeds is at each node.

    The solution r of r = damping P r + (1 - damping) s, where a node passes to its neighbours in proportion
    to the weights of its ties. Because ties go both ways, the system is symmetric once scaled by the square
    roots of the strengths, and conjugate gradients (Hestenes and Stiefel 1952) need a fifth of the steps of
    the power iteration.

    Parameters
    ----------
    graph : Graph
    seeds : float64 array of shape (n_nodes,)
        0 or more, with a positive sum; their scale does not matter.
    damping : float
        Chance to walk on rather than to return, between 0 and 1.
    tolerance : float
        The sum of the absolute errors is at most this.
    threads : int

    Returns
    -------
    float64 array of shape (n_nodes,)
        Sums to 1. What nodes without a tie receive returns to the seeds.
    """
    start = np.asarray(seeds, np.float64) / np.sum(seeds)
    mass = _solved(graph, start, damping, tolerance, threads)
    return np.asarray(mass / mass.sum(), np.float64)


def _solved(graph: Graph, seeds: Float64, damping: float, tolerance: float, threads: int) -> Float64:
    """Solve r = damping P r + (1 - damping) seeds, each connected part by steps and a goal of its own.

    So the bits of a part depend on nothing outside it.

    Arrays: ``seeds`` shape (n_nodes,). Returns shape (n_nodes,).
    """
    root, part = np.sqrt(strengths(graph)), components(graph)
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=root > 0.0)
    scale = np.where(root > 0.0, root, 1.0)
    least_mass = 1.0 - damping if (root == 0.0).any() else 1.0
    goal = tolerance * (1.0 - damping) * least_mass / 2.0 * np.bincount(part, seeds)
    y, residual = np.zeros(len(root)), (1.0 - damping) * seeds / scale
    direction = residual.copy()
    scaled, product = direction * inverse, np.empty(len(root))
    squared, size = _sizes(residual, scale, part, len(goal))
    for _ in range(_MOST_STEPS):
        going = size > goal
        if not going.any():
            break
        step = partial(_apply, graph, inverse, direction, scaled, damping, product)
        by_stretches(step, graph.offsets, threads)
        squared, size = _advance(
            part, going, y, residual, direction, scaled, product, scale, inverse, squared
        )
    return y * scale


@compiled
def _sizes(residual: Float64, scale: Float64, part: Int32, n_parts: int) -> tuple[Float64, Float64]:
    squared, size = np.zeros(n_parts), np.zeros(n_parts)
    for node in range(residual.size):
        squared[part[node]] += residual[node] * residual[node]
        size[part[node]] += abs(residual[node] * scale[node])
    return squared, size


@compiled
def _apply(
    graph: Graph,
    inverse: Float64,
    direction: Float64,
    scaled: Float64,
    damping: float,
    product: Float64,
    start: int,
    stop: int,
) -> None:
    """(I - damping D^-1/2 W D^-1/2) direction, for a stretch of nodes."""
    for node in range(start, stop):
        total = 0.0
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            total += graph.weights[position] * scaled[graph.neighbours[position]]
        product[node] = direction[node] - damping * inverse[node] * total


@compiled
def _advance(
    part: Int32,
    going: Flags,
    y: Float64,
    residual: Float64,
    direction: Float64,
    scaled: Float64,
    product: Float64,
    scale: Float64,
    inverse: Float64,
    squared: Float64,
) -> tuple[Float64, Float64]:
    """One step of conjugate gradients in every part that has not reached its goal.

    The sums are taken in order of the nodes, whatever the threads.
    """
    along, now, size = np.zeros(squared.size), np.zeros(squared.size), np.zeros(squared.size)
    for node in range(y.size):
        along[part[node]] += direction[node] * product[node]
    for node in range(y.size):
        own = part[node]
        if not going[own]:
            continue
        length = squared[own] / along[own]
        y[node] += length * direction[node]
        residual[node] -= length * product[node]
        now[own] += residual[node] * residual[node]
        size[own] += abs(residual[node] * scale[node])
    for node in range(y.size):
        own = part[node]
        if going[own]:
            direction[node] = residual[node] + now[own] / squared[own] * direction[node]
            scaled[node] = direction[node] * inverse[node]
    return now, size
