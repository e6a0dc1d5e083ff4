"""A graph of persons as compressed sparse rows: what every algorithm here reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int32, Int64, read_only
from creditscore._ground.compiled import compiled
from creditscore.data.tables.sorting import run_all

_CHUNKS = 16
_SMALL = 1 << 15


class Graph(NamedTuple):
    """An undirected graph without self-loops; each tie stands in the rows of both its ends.

    Attributes
    ----------
    offsets : int64 array of shape (n_nodes + 1,)
        The neighbours of node k stand at ``offsets[k]:offsets[k + 1]``.
    neighbours : int32 array of shape (2 * n_ties,)
        In rising order within a row, each once.
    weights : float64 array of shape (2 * n_ties,)
        0 or more; the same in both directions.
    """

    offsets: Int64
    neighbours: Int32
    weights: Float64

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.offsets) - 1

    @property
    def n_ties(self) -> int:
        """Number of ties, each counted once."""
        return len(self.neighbours) // 2

    @property
    def degrees(self) -> Int64:
        """Number of neighbours of each node, shape (n_nodes,)."""
        return np.diff(self.offsets)


def frozen_graph(offsets: Int64, neighbours: Int32, weights: Float64) -> Graph:
    """A graph of arrays that are made read-only, so that every kernel is compiled for one type.

    Arrays: ``offsets`` shape (n_nodes + 1,); ``neighbours``, ``weights`` shape (n_halves,).
    """
    for array in (offsets, neighbours, weights):
        read_only(array)
    return Graph(offsets, neighbours, weights)


@compiled
def strengths(graph: Graph) -> Float64:
    """Sum of the weights of each node's ties, shape (n_nodes,)."""
    total = np.zeros(graph.offsets.size - 1)
    for node in range(total.size):
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            total[node] += graph.weights[position]
    return total


def by_stretches(task: Callable[..., Any], offsets: Int64, threads: int) -> list[Any]:
    """Results of ``task(start, stop)`` for stretches of nodes with about as many ties each, in their order.

    Each node is worked on alone, within one stretch, so that the bits depend on neither cut nor threads.

    Arrays: ``offsets`` shape (n_nodes + 1,).
    """
    n_nodes = len(offsets) - 1
    if threads == 1 or offsets[-1] < _SMALL:
        return [task(0, n_nodes)]
    work = np.linspace(0, offsets[-1], _CHUNKS + 1)[1:-1]
    cuts = np.unique([0, *np.searchsorted(offsets, work).tolist(), n_nodes])
    return run_all([partial(task, start, stop) for start, stop in pairwise(cuts.tolist())], threads)


def per_node(task: Callable[..., Any], graph: Graph, threads: int) -> Float64:
    """A value for each node: ``task(out, start, stop)`` fills one stretch of it.

    Returns shape (n_nodes,).
    """
    out = np.full(graph.n_nodes, np.nan)
    by_stretches(partial(task, out), graph.offsets, threads)
    return out
