"""How the tables behind exact Shapley values are laid out and filled.

The prediction of one tree is a sum over its leaves, and each leaf is a product of yes/no conditions, one for
each distinct feature on its path. For such a product game the Shapley values depend only on which of the
conditions a row satisfies, so they can be listed beforehand. Up to three neighbouring splits share one table:
its rows are indexed by one bit for each distinct feature above the topmost split (all conditions met so far)
and one bit for the outcome of each split, so that up to four leaves cost a single look-up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.errors import ExplanationError
from creditscore.explain._quadrature import points_and_weights
from creditscore.model.trees import Trees
from creditscore.model.walking import FEATURE, LEFT, RIGHT

SPLITS_PER_TABLE = 3
LARGEST_DEPTH = 10
LARGEST_BYTES = 512 * 2**20

_NO_TABLE = 127


class Paths(NamedTuple):
    """What lies above each split: its distinct features in order of appearance, and how many rows followed.

    ``features`` and ``shares`` have shape (n_nodes, depth + 1) and hold ``lengths[node]`` entries;
    ``bits[node]`` is the position that the split's own feature has, or will have, in this list.
    ``shares`` are products of (rows of the child taken) / (rows of the parent) over the splits by a feature.
    """

    lengths: NDArray[np.int32]
    features: NDArray[np.int32]
    shares: NDArray[np.float64]
    bits: NDArray[np.int32]


class Layout(NamedTuple):
    """Which splits share a table and where it lies.

    Table ``g`` has ``2 ** (lengths[tops[g]] + splits)`` rows of ``widths[g]`` numbers from ``starts[g]`` on;
    its columns are ``features[g, :widths[g]]`` and its splits ``members[g]`` (-1 where there is none).
    """

    tops: NDArray[np.int32]
    members: NDArray[np.int32]
    widths: NDArray[np.int32]
    features: NDArray[np.int32]
    starts: NDArray[np.int64]
    first_of_tree: NDArray[np.int32]


def depths(trees: Trees) -> NDArray[np.int32]:
    """Count the splits above each split."""
    return _depths(trees.nodes)


def played_by(trees: Trees, players: NDArray[np.int32] | None) -> Trees:
    """Return the trees with the player of each feature in its place: for layouts, not for walking down."""
    if players is None:
        return trees
    nodes = trees.nodes.copy()
    nodes[:, FEATURE] = players[nodes[:, FEATURE]]
    return replace(trees, nodes=nodes)


def lay_out(trees: Trees) -> tuple[Paths, Layout]:
    """Choose the tables of a model.

    Raises
    ------
    ExplanationError
        If the trees are too deep or their tables would take too much memory.
    """
    deepest = int(depths(trees).max(initial=-1)) + 1
    if deepest > LARGEST_DEPTH:
        raise _too_deep(f"its trees have {deepest} splits on a path (at most {LARGEST_DEPTH})")
    shape = (len(trees.nodes), deepest + 1)
    paths = Paths(
        lengths=np.zeros(shape[0], dtype=np.int32),
        features=np.zeros(shape, dtype=np.int32),
        shares=np.ones(shape),
        bits=np.zeros(shape[0], dtype=np.int32),
    )
    _walk_down(trees.nodes, trees.node_counts, trees.leaf_counts, *paths)
    layout = _group(trees, paths)
    check_size(int(layout.starts[-1]))
    return paths, layout


def check_size(numbers: int) -> None:
    """Refuse tables of too many numbers."""
    if numbers * 8 > LARGEST_BYTES:
        raise _too_deep(f"its tables would take {numbers * 8 / 2**20:.0f} MiB")


def _too_deep(why: str) -> ExplanationError:
    return ExplanationError(
        f"Shapley tables do not fit this model: {why}. Explain without a background, or fit "
        "with max_depth=6."
    )


def _group(trees: Trees, paths: Paths) -> Layout:
    top_of = _join_splits(trees.nodes)
    tops = np.flatnonzero(top_of == np.arange(len(top_of))).astype(np.int32)
    members = np.full((len(tops), SPLITS_PER_TABLE), -1, dtype=np.int32)
    features = np.zeros((len(tops), paths.features.shape[1] + SPLITS_PER_TABLE), dtype=np.int32)
    widths = np.zeros(len(tops), dtype=np.int32)
    sizes = np.zeros(len(tops), dtype=np.int64)
    _describe(trees.nodes, paths.lengths, paths.features, top_of, tops, members, widths, features, sizes)
    owners = np.searchsorted(first_nodes(trees)[1:], tops, side="right")
    return Layout(
        tops=tops,
        members=members,
        widths=widths,
        features=features,
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
        first_of_tree=np.searchsorted(owners, np.arange(trees.n_trees + 1)).astype(np.int32),
    )


def first_nodes(trees: Trees) -> NDArray[np.int64]:
    """First split of each tree and, last, the number of splits."""
    following = np.append(trees.roots.astype(np.int64), len(trees.nodes))
    following[following < 0] = len(trees.nodes)
    return np.minimum.accumulate(following[::-1])[::-1].copy()


def fill(trees: Trees, paths: Paths, layout: Layout) -> NDArray[np.float64]:
    """Compute every table; see :func:`_fill`."""
    table = np.zeros(layout.starts[-1])
    # A product of d - 1 linear factors is integrated exactly by half as many points.
    points, weights = points_and_weights(layout.features.shape[1] // 2 + 1)
    _fill(
        trees.nodes, trees.node_counts, trees.leaf_counts, trees.leaf_values,
        paths.lengths, paths.features, paths.shares,
        layout.tops, layout.members, layout.widths, layout.features, layout.starts,
        points, weights, table,
    )  # fmt: skip
    return table


@compiled
def _depths(nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    above = np.zeros(len(nodes), dtype=np.int32)
    for node in range(len(nodes)):
        for side in (LEFT, RIGHT):
            child = nodes[node, side]
            if child >= 0:
                above[child] = above[node] + 1
    return above


@nested
def _rows(child: int, node_counts: NDArray[np.int64], leaf_counts: NDArray[np.int64]) -> int:
    return int(node_counts[child] if child >= 0 else leaf_counts[~child])


@nested
def share_of_child(
    node: int, child: int, node_counts: NDArray[np.int64], leaf_counts: NDArray[np.int64]
) -> float:
    """Share of a split's training rows that went to a child; even where no row came at all."""
    if node_counts[node] == 0:
        return 0.5
    return float(_rows(child, node_counts, leaf_counts) / node_counts[node])


@compiled
def _walk_down(
    nodes: NDArray[np.int32],
    node_counts: NDArray[np.int64],
    leaf_counts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    features: NDArray[np.int32],
    shares: NDArray[np.float64],
    bits: NDArray[np.int32],
) -> None:
    for node in range(len(nodes)):
        bit = 0
        while bit < lengths[node] and features[node, bit] != nodes[node, FEATURE]:
            bit += 1
        bits[node] = bit
        for side in (LEFT, RIGHT):
            child = nodes[node, side]
            if child >= 0:
                lengths[child] = max(lengths[node], bit + 1)
                features[child] = features[node]
                shares[child] = shares[node]
                features[child, bit] = nodes[node, FEATURE]
                shares[child, bit] *= share_of_child(node, child, node_counts, leaf_counts)


@compiled
def _join_splits(nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    """Find the topmost split of each split's table; -1 where no leaf would hang on its table."""
    n_nodes = len(nodes)
    size = np.zeros(n_nodes, dtype=np.int32)
    joined = np.zeros((n_nodes, 2), dtype=np.bool_)
    for node in range(n_nodes - 1, -1, -1):
        left, right = nodes[node, LEFT], nodes[node, RIGHT]
        below = 1 + (size[left] if left >= 0 else 0) + (size[right] if right >= 0 else 0)
        if below <= SPLITS_PER_TABLE:
            size[node] = below
            joined[node] = True
        else:
            size[node] = _NO_TABLE if left >= 0 and right >= 0 else 1
    top_of = np.full(n_nodes, -1, dtype=np.int32)
    for node in range(n_nodes):
        if top_of[node] < 0 and size[node] != _NO_TABLE:
            top_of[node] = node
        for side in (LEFT, RIGHT):
            child = nodes[node, side]
            if child >= 0 and joined[node, side - LEFT]:
                top_of[child] = top_of[node]
    return top_of


@compiled
def _describe(
    nodes: NDArray[np.int32],
    lengths: NDArray[np.int32],
    path_features: NDArray[np.int32],
    top_of: NDArray[np.int32],
    tops: NDArray[np.int32],
    members: NDArray[np.int32],
    widths: NDArray[np.int32],
    features: NDArray[np.int32],
    sizes: NDArray[np.int64],
) -> None:
    number = np.zeros(len(nodes), dtype=np.int32)
    for table in range(len(tops)):
        top = tops[table]
        number[top] = table
        widths[table] = lengths[top]
        features[table, : lengths[top]] = path_features[top, : lengths[top]]
    for node in range(len(nodes)):
        if top_of[node] >= 0:
            table = number[top_of[node]]
            position = 0
            while members[table, position] >= 0:
                position += 1
            members[table, position] = node
            column = 0
            while column < widths[table] and features[table, column] != nodes[node, FEATURE]:
                column += 1
            features[table, column] = nodes[node, FEATURE]
            widths[table] = max(widths[table], column + 1)
    for table in range(len(tops)):
        splits = 0
        for position in range(SPLITS_PER_TABLE):
            splits += members[table, position] >= 0
        sizes[table] = np.int64(widths[table]) << (lengths[tops[table]] + splits)


@compiled
def _fill(
    nodes: NDArray[np.int32],
    node_counts: NDArray[np.int64],
    leaf_counts: NDArray[np.int64],
    leaf_values: NDArray[np.float64],
    lengths: NDArray[np.int32],
    path_features: NDArray[np.int32],
    path_shares: NDArray[np.float64],
    tops: NDArray[np.int32],
    members: NDArray[np.int32],
    widths: NDArray[np.int32],
    features: NDArray[np.int32],
    starts: NDArray[np.int64],
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    table: NDArray[np.float64],
) -> None:
    """Add the Shapley values of every leaf to every row of its table."""
    shares = np.ones(features.shape[1])
    wanted = np.zeros(SPLITS_PER_TABLE, dtype=np.int64)
    for number in range(len(tops)):
        columns, above = features[number, : widths[number]], lengths[tops[number]]
        rows = table[starts[number] : starts[number + 1]].reshape(-1, len(columns))
        for position in range(SPLITS_PER_TABLE):
            node = members[number, position]
            for side in (LEFT, RIGHT):
                if node >= 0 and nodes[node, side] < 0:
                    leaf = nodes[node, side]
                    shares_of_leaf(node, leaf, nodes, node_counts, leaf_counts, lengths, path_features,
                                    path_shares, columns, shares)  # fmt: skip
                    wanted_outcomes(node, side, nodes, members[number], wanted)
                    _add_leaf(leaf_values[~leaf], shares, wanted, members[number], nodes, columns, above,
                              points, weights, rows)  # fmt: skip


@nested
def shares_of_leaf(
    node: int,
    leaf: int,
    nodes: NDArray[np.int32],
    node_counts: NDArray[np.int64],
    leaf_counts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    path_features: NDArray[np.int32],
    path_shares: NDArray[np.float64],
    columns: NDArray[np.int32],
    shares: NDArray[np.float64],
) -> None:
    """Chance of each column's conditions on the way to a leaf; 1 where the way asks nothing of it."""
    shares[:] = 1.0
    for column in range(len(columns)):
        for bit in range(lengths[node]):
            if path_features[node, bit] == columns[column]:
                shares[column] = path_shares[node, bit]
        if columns[column] == nodes[node, FEATURE]:
            shares[column] *= share_of_child(node, leaf, node_counts, leaf_counts)


@nested
def wanted_outcomes(
    node: int, side: int, nodes: NDArray[np.int32], members: NDArray[np.int32], wanted: NDArray[np.int64]
) -> None:
    """Outcome (1 left, 0 right) that each split of a table must have for a leaf; -1 if it does not matter."""
    wanted[:] = -1
    for position in range(SPLITS_PER_TABLE - 1, -1, -1):
        if members[position] < 0:
            continue
        if members[position] == node:
            wanted[position] = side == LEFT
            continue
        for other in range(position + 1, SPLITS_PER_TABLE):
            if members[other] >= 0 and wanted[other] >= 0:
                if nodes[members[position], LEFT] == members[other]:
                    wanted[position] = 1
                elif nodes[members[position], RIGHT] == members[other]:
                    wanted[position] = 0


@nested
def _add_leaf(
    value: float,
    shares: NDArray[np.float64],
    wanted: NDArray[np.int64],
    members: NDArray[np.int32],
    nodes: NDArray[np.int32],
    columns: NDArray[np.int32],
    above: int,
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    rows: NDArray[np.float64],
) -> None:
    """Add one leaf to its table.

    If every other player joins with chance t, player i adds value * (met_i - share_i) * product over the
    others of (t * met_j + (1 - t) * share_j); the Shapley value is the integral over t from 0 to 1.
    """
    width = len(columns)
    met = np.ones(width)
    factors = np.ones(width)
    for key in range(len(rows)):
        for column in range(width):
            met[column] = (key >> column) & 1 if column < above else 1
        for position in range(SPLITS_PER_TABLE):
            if wanted[position] >= 0 and ((key >> (above + position)) & 1) != wanted[position]:
                for column in range(width):
                    if columns[column] == nodes[members[position], FEATURE]:
                        met[column] = 0.0
        for point in range(len(points)):
            before = 1.0
            for column in range(width):
                factors[column] = before
                before *= points[point] * met[column] + (1.0 - points[point]) * shares[column]
            after = value * weights[point]
            for column in range(width - 1, -1, -1):
                rows[key, column] += (met[column] - shares[column]) * factors[column] * after
                after *= points[point] * met[column] + (1.0 - points[point]) * shares[column]
