"""Fill tables of what pairs of features add together, and read them.

A table has the rows of the one that holds contributions, and a column for each pair of its columns. In the
game of a leaf, players i and j together add, where every other player joins with chance t,

    value * (met_i - share_i) * (met_j - share_j) * product over the others of (t * met_k + (1 - t) * share_k)

and the Shapley interaction index is the integral over t from 0 to 1. Against one row of a background, with a
players whose conditions only the explained row meets and b whose conditions only the other meets, two of the
a add (a - 2)! b! / (a + b - 1)! of the value, two of the b as much with a and b exchanged, and one of each
-(a - 1)! (b - 1)! / (a + b - 1)!. Half of all that is kept, as it stands in either place of a matrix.
"""

from __future__ import annotations

from math import factorial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.explain._backgrounds import columns_asked, patterns_of
from creditscore.explain._quadrature import points_and_weights
from creditscore.explain._tables import SPLITS_PER_TABLE, Layout, Paths, shares_of_leaf, wanted_outcomes
from creditscore.explain._walks import WIDTH, find_positions, find_positions_of_row, most_splits
from creditscore.model.trees import Trees
from creditscore.model.walking import LEFT, RIGHT

BLOCK: Final = 256


def pair_columns(layout: Layout, n_players: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """List where the pairs of each table stand in a matrix of players, below its diagonal.

    Returns
    -------
    widths : ndarray of int32, shape (n_tables,)
        Pairs of each table.
    entries : ndarray of int32, shape (n_tables, most pairs)
        Row of the matrix times ``n_players``, and its column.
    """
    one, two = np.tril_indices(layout.features.shape[1], -1)
    left, right = layout.features[:, one], layout.features[:, two]
    entries = np.maximum(left, right) * n_players + np.minimum(left, right)
    return layout.widths * (layout.widths - 1) // 2, np.ascontiguousarray(entries, dtype=np.int32)


def fill_pairs(
    players: Trees, paths: Paths, layout: Layout, starts: NDArray[np.int64], counted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compute every table of pairs.

    Parameters
    ----------
    players : Trees
        The model, with players for features.
    starts : ndarray of int64, shape (n_tables + 1,)
        Where the tables of pairs begin.
    counted : ndarray of float64, shape (n_table_rows,)
        Share of the background that meets the pattern of each row; empty for path-dependent values.
    """
    table = np.zeros(starts[-1])
    deepest = paths.features.shape[1] - 1
    # A product of d - 2 linear factors is integrated exactly by half as many points.
    points, weights = points_and_weights(max(1, deepest // 2))
    _fill_pairs(
        players.nodes, players.node_counts, players.leaf_counts, players.leaf_values,
        paths.lengths, paths.features, paths.shares,
        layout.tops, layout.members, layout.widths, layout.features, starts, rows_of_tables(layout),
        points, weights, _parts_of_two(deepest), counted, table,
    )  # fmt: skip
    return table


def rows_of_tables(layout: Layout) -> NDArray[np.int64]:
    """First row of each table, counted through all of them, and last their number."""
    rows = np.diff(layout.starts) // np.maximum(layout.widths, 1)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(rows)])


def _parts_of_two(most: int) -> NDArray[np.float64]:
    """What two players add: entry (0, own, other) if both are of the side of ``own``, entry 1 if one each."""
    parts = np.zeros((2, most + 1, most + 1))
    for own in range(1, most + 1):
        for other in range(most + 1 - own):
            if own > 1:
                parts[0, own, other] = factorial(own - 2) * factorial(other) / factorial(own + other - 1)
            if other:
                parts[1, own, other] = -factorial(own - 1) * factorial(other - 1) / factorial(own + other - 1)
    return parts


@compiled
def _fill_pairs(
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
    first_rows: NDArray[np.int64],
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    parts: NDArray[np.float64],
    counted: NDArray[np.float64],
    table: NDArray[np.float64],
) -> None:
    shares = np.ones(features.shape[1])
    wanted = np.zeros(SPLITS_PER_TABLE, dtype=np.int64)
    for number in range(len(tops)):
        if widths[number] < 2:
            continue
        columns, above = features[number, : widths[number]], lengths[tops[number]]
        n_rows = first_rows[number + 1] - first_rows[number]
        rows = table[starts[number] : starts[number + 1]].reshape(n_rows, -1)
        patterns = np.zeros(n_rows, dtype=np.int64)
        for position in range(SPLITS_PER_TABLE):
            node = members[number, position]
            for side in (LEFT, RIGHT):
                if node < 0 or nodes[node, side] >= 0:
                    continue
                leaf = nodes[node, side]
                wanted_outcomes(node, side, nodes, members[number], wanted)
                asked, below = columns_asked(wanted, members[number], nodes, columns, above)
                patterns_of(wanted, below, above, len(asked), patterns)
                values = np.zeros((1 << len(asked), len(asked), len(asked)))
                if len(counted):
                    weight = np.zeros(1 << len(asked))
                    for key in range(n_rows):
                        weight[patterns[key]] += counted[first_rows[number] + key]
                    _pairs_against(weight, parts, values)
                else:
                    shares_of_leaf(node, leaf, nodes, node_counts, leaf_counts, lengths, path_features,
                                   path_shares, columns, shares)  # fmt: skip
                    _pairs_by_path(shares[asked], points, weights, values)
                _add_pairs(0.5 * leaf_values[~leaf], values, asked, patterns, rows)


@nested
def _add_pairs(
    value: float,
    values: NDArray[np.float64],
    asked: NDArray[np.int64],
    patterns: NDArray[np.int64],
    rows: NDArray[np.float64],
) -> None:
    for key in range(len(rows)):
        found = values[patterns[key]]
        for one in range(1, len(asked)):
            for two in range(one):
                high, low = max(asked[one], asked[two]), min(asked[one], asked[two])
                rows[key, high * (high - 1) // 2 + low] += value * found[one, two]


@nested
def _pairs_by_path(
    shares: NDArray[np.float64],
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    values: NDArray[np.float64],
) -> None:
    """Value the pairs of every pattern of conditions met, ``values[pattern, one, two]`` for two below one."""
    width = len(shares)
    gains = np.zeros(width)
    for pattern in range(len(values)):
        for point in range(len(points)):
            chance = weights[point]
            for player in range(width):
                met = float((pattern >> player) & 1)
                factor = points[point] * met + (1.0 - points[point]) * shares[player]
                chance *= factor
                # A factor of 0 is of a player who neither meets the leaf nor can: there is nothing to add.
                gains[player] = (met - shares[player]) / factor if factor > 0.0 else 0.0
            for one in range(1, width):
                for two in range(one):
                    values[pattern, one, two] += chance * gains[one] * gains[two]


@nested
def _pairs_against(
    weight: NDArray[np.float64], parts: NDArray[np.float64], values: NDArray[np.float64]
) -> None:
    """Value the pairs of every pattern of a row against a weighted population of patterns."""
    width = values.shape[1]
    ones = np.zeros(len(weight), dtype=np.int64)
    for pattern in range(1, len(weight)):
        ones[pattern] = ones[pattern >> 1] + (pattern & 1)
    for theirs in range(len(weight)):
        if weight[theirs] == 0.0:
            continue
        only_ours = len(weight) - 1 - theirs
        both = theirs
        while both >= 0:
            only_theirs = theirs - both
            a, b = ones[only_ours], ones[only_theirs]
            ours = weight[theirs] * parts[0, a, b]
            other = weight[theirs] * parts[0, b, a]
            across = weight[theirs] * parts[1, a, b]
            for one in range(1, width):
                for two in range(one):
                    here = ((only_ours >> one) & 1) + ((only_ours >> two) & 1)
                    there = ((only_theirs >> one) & 1) + ((only_theirs >> two) & 1)
                    if here == 2:
                        values[only_ours | both, one, two] += ours
                    elif there == 2:
                        values[only_ours | both, one, two] += other
                    elif here == 1 and there == 1:
                        values[only_ours | both, one, two] += across
            both = (both - 1) & theirs if both else -1


@nested
def _add_from(
    table: NDArray[np.float64],
    position: int,
    width: int,
    entries: NDArray[np.int32],
    matrix: NDArray[np.float64],
) -> None:
    """Add the pairs of one table to the matrix of one row."""
    for column in range(np.uint64(width)):
        matrix[np.uint64(entries[column])] += table[np.uint64(position) + column]


@compiled
def pairs_of_few(
    rows: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    first_groups: NDArray[np.int32],
    groups: NDArray[np.int32],
    entries: NDArray[np.int32],
    starts: NDArray[np.int64],
    table: NDArray[np.float64],
    result: NDArray[np.float64],
) -> None:
    """Add the pairs of a few rows below the diagonals of their matrices, shape (rows, players ** 2)."""
    most = most_splits(first_splits)
    masks = np.zeros(most + 1, dtype=np.uint32)
    outcomes = np.zeros(most + 1, dtype=np.uint32)
    positions = np.zeros(len(groups), dtype=np.uint64)
    for row in range(len(rows)):
        find_positions_of_row(rows[row], first_splits, splits, thresholds, bounds, words, first_groups,
                              groups, starts, masks, outcomes, positions)  # fmt: skip
        for group in range(len(groups)):
            _add_from(table, positions[group], groups[group, WIDTH], entries[group], result[row])


@compiled
def pairs_of_block(
    rows: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    first_groups: NDArray[np.int32],
    groups: NDArray[np.int32],
    entries: NDArray[np.int32],
    starts: NDArray[np.int64],
    table: NDArray[np.float64],
    result: NDArray[np.float64],
) -> None:
    """Add the pairs of a block of rows, at most `BLOCK` for their matrices to stay close.

    Trees, then tables, are added in their order as `pairs_of_few` does, so a row has the same bits alone.
    """
    most = most_splits(first_splits)
    values = np.ascontiguousarray(rows.T)
    n_rows = len(rows)
    masks = np.zeros((most + 1, n_rows), dtype=np.uint16)
    outcomes = np.zeros((most + 1, n_rows), dtype=np.uint16)
    key = np.zeros(n_rows, dtype=np.uint16)
    positions = np.zeros((most + 1, n_rows), dtype=np.uint32)
    for tree in range(len(first_splits) - 1):
        first, last = first_splits[tree], first_splits[tree + 1]
        first_group, last_group = first_groups[tree], first_groups[tree + 1]
        find_positions(
            values, splits[first:last], thresholds[first:last], bounds, words,
            groups[first_group:last_group], starts[first_group:last_group], masks, outcomes, key, positions,
        )  # fmt: skip
        for group in range(first_group, last_group):
            width, position = groups[group, WIDTH], positions[group - first_group]
            for row in range(n_rows):
                _add_from(table, position[row], width, entries[group], result[row])


@compiled
def finish_pairs(contributions: NDArray[np.float64], result: NDArray[np.float64]) -> None:
    """Mirror matrices of shape (rows, players, players), and put on the diagonal what pairs leave over."""
    for row in range(len(result)):
        matrix = result[row]
        for one in range(len(matrix)):
            for two in range(one):
                matrix[two, one] = matrix[one, two]
        for one in range(len(matrix)):
            together = 0.0
            for two in range(len(matrix)):
                if two != one:
                    together += matrix[one, two]
            matrix[one, one] = contributions[row, one] - together
