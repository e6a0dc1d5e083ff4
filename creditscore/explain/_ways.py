"""What the walks of quadrature read of a model: its edges, and which player took which before."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.explain import _tables
from creditscore.explain._quadrature import points_and_weights
from creditscore.explain._tables import share_of_child
from creditscore.model.trees import Trees
from creditscore.model.walking import FEATURE, LEFT, RIGHT

# Half as many points as there are players on a path integrate its products exactly. Four are taken at a time.
RULES = (4, 8, 12, 16, 24, 32)


class Ways(NamedTuple):
    """All arrays that a walk reads. Edge ``2 * split + side`` leads to a child; both count within a tree.

    ``before`` is the nearest edge above by the same player (-1 where there is none), ``shares`` the share of
    the training rows that went along all edges of the player so far; ``parents`` is the edge to a split (for
    the first one that after all others). ``latest`` has shape (n_nodes, depth)
    and holds the last edge of each of the ``lengths[node]`` players above a split.
    """

    first_splits: NDArray[np.int64]
    nodes: NDArray[np.int32]
    thresholds: NDArray[np.float64]
    bounds: NDArray[np.int32]
    words: NDArray[np.uint32]
    leaf_values: NDArray[np.float64]
    players: NDArray[np.int32]
    before: NDArray[np.int32]
    shares: NDArray[np.float64]
    parents: NDArray[np.int32]
    lengths: NDArray[np.int32]
    latest: NDArray[np.int32]
    points: NDArray[np.float64]
    weights: NDArray[np.float64]

    def of_edges(self) -> tuple[NDArray[Any], ...]:
        """All but what tells which players stand above a split."""
        return (*self[:10], *self[12:])


def ways_of(trees: Trees, players: NDArray[np.int32] | None) -> Ways | None:
    """Gather what a walk reads; None if more players are on a path than the rules integrate exactly."""
    deepest = int(_tables.depths(trees).max(initial=-1)) + 1
    of_splits = trees.nodes[:, FEATURE] if players is None else players[trees.nodes[:, FEATURE]]
    n_nodes = len(trees.nodes)
    first_splits = _tables.first_nodes(trees)
    before = np.full(2 * n_nodes, -1, dtype=np.int32)
    shares = np.ones(2 * n_nodes)
    parents, lengths = np.zeros(n_nodes, dtype=np.int32), np.zeros(n_nodes, dtype=np.int32)
    latest = np.full((n_nodes, max(1, deepest)), -1, dtype=np.int32)
    most = _note_edges(
        first_splits, trees.nodes, of_splits, trees.node_counts, trees.leaf_counts, before, shares, parents,
        lengths, latest,
    )  # fmt: skip
    fitting = [rule for rule in RULES if 2 * rule >= most]
    if not fitting:
        return None
    return Ways(
        first_splits, trees.nodes, trees.thresholds, trees.category_bounds, trees.category_words,
        trees.leaf_values, np.ascontiguousarray(of_splits, dtype=np.int32), before, shares, parents, lengths,
        latest,
        *points_and_weights(fitting[0]),
    )  # fmt: skip


@compiled
def _note_edges(
    first_splits: NDArray[np.int64],
    nodes: NDArray[np.int32],
    players: NDArray[np.int32],
    node_counts: NDArray[np.int64],
    leaf_counts: NDArray[np.int64],
    before: NDArray[np.int32],
    shares: NDArray[np.float64],
    parents: NDArray[np.int32],
    lengths: NDArray[np.int32],
    latest: NDArray[np.int32],
) -> int:
    """Fill the arrays of edges and return the most players of any path."""
    most = 0
    for tree in range(len(first_splits) - 1):
        first = first_splits[tree]
        if first < first_splits[tree + 1]:
            parents[first] = 2 * (first_splits[tree + 1] - first)
        for node in range(first, first_splits[tree + 1]):
            entry = 0
            while entry < lengths[node] and players[first + latest[node, entry] // 2] != players[node]:
                entry += 1
            known = lengths[node] if entry < lengths[node] else entry + 1
            most = max(most, known)
            for side in (LEFT, RIGHT):
                child, edge = nodes[node, side], 2 * node + side - LEFT
                shares[edge] = share_of_child(node, child, node_counts, leaf_counts)
                if entry < lengths[node]:
                    before[edge] = latest[node, entry]
                    shares[edge] *= shares[2 * first + before[edge]]
                if child >= 0:
                    parents[child] = edge - 2 * first
                    lengths[child] = known
                    latest[child] = latest[node]
                    latest[child, entry] = edge - 2 * first
    return most
