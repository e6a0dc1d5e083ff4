"""Fill the tables behind Shapley values against a background population.

In the game of one row against one row of the background, a leaf is reached by the coalitions that hold every
feature whose conditions only the row meets (A) and none whose conditions only the other meets (B); a feature
that neither meets closes the leaf, one that both meet plays no part. So with a = |A| and b = |B|

    a feature of A gets  (a - 1)! b! / (a + b)!  of the leaf's value,
    a feature of B gets  -a! (b - 1)! / (a + b)!,

and the mean over a population needs only the weight of each pattern of conditions met, counted once.

References
----------
Lundberg, Erion, Chen et al. (2020), Nature Machine Intelligence 2, 56-67 (the two weights).
Nadel and Wettenstein (2025), "From decision trees to Boolean logic: a fast and unified SHAP algorithm",
arXiv 2511.09376 (patterns of a population counted for each leaf).
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.explain._tables import SPLITS_PER_TABLE, Layout, Paths, wanted_outcomes
from creditscore.model.trees import Trees
from creditscore.model.walking import FEATURE, LEFT, RIGHT


def fill_against(
    trees: Trees, paths: Paths, layout: Layout, total: float, table: NDArray[np.float64]
) -> None:
    """Turn the weights that `count_patterns` left in the tables into Shapley values, in place.

    ``total`` is the weight of the whole population.
    """
    _fill_against(
        trees.nodes, trees.leaf_values / total, paths.lengths, layout.tops, layout.members, layout.widths,
        layout.features, layout.starts, part_of_one(layout.features.shape[1]), table,
    )  # fmt: skip


def part_of_one(most: int) -> NDArray[np.float64]:
    """What a feature of a side of ``own`` gets when the other side has ``other``: entry (own, other)."""
    parts = np.zeros((most + 1, most + 1))
    for own in range(1, most + 1):
        for other in range(most + 1):
            parts[own, other] = factorial(own - 1) * factorial(other) / factorial(own + other)
    return parts


@compiled
def _fill_against(
    nodes: NDArray[np.int32],
    leaf_values: NDArray[np.float64],
    lengths: NDArray[np.int32],
    tops: NDArray[np.int32],
    members: NDArray[np.int32],
    widths: NDArray[np.int32],
    features: NDArray[np.int32],
    starts: NDArray[np.int64],
    parts: NDArray[np.float64],
    table: NDArray[np.float64],
) -> None:
    wanted = np.zeros(SPLITS_PER_TABLE, dtype=np.int64)
    for number in range(len(tops)):
        columns, above = features[number, : widths[number]], lengths[tops[number]]
        rows = table[starts[number] : starts[number + 1]].reshape(-1, len(columns))
        weights = rows[:, 0].copy()
        rows[:] = 0.0
        for position in range(SPLITS_PER_TABLE):
            node = members[number, position]
            for side in (LEFT, RIGHT):
                if node >= 0 and nodes[node, side] < 0:
                    wanted_outcomes(node, side, nodes, members[number], wanted)
                    _add_leaf(leaf_values[~nodes[node, side]], wanted, members[number], nodes, columns,
                              above, parts, weights, rows)  # fmt: skip


@nested
def _add_leaf(
    value: float,
    wanted: NDArray[np.int64],
    members: NDArray[np.int32],
    nodes: NDArray[np.int32],
    columns: NDArray[np.int32],
    above: int,
    parts: NDArray[np.float64],
    weights: NDArray[np.float64],
    rows: NDArray[np.float64],
) -> None:
    """Add one leaf to its table: weigh the population's patterns, value every pattern, copy to the rows."""
    asked, below = columns_asked(wanted, members, nodes, columns, above)
    patterns = np.zeros(len(rows), dtype=np.int64)
    patterns_of(wanted, below, above, len(asked), patterns)
    weight = np.zeros(1 << len(asked))
    for key in range(len(rows)):
        weight[patterns[key]] += weights[key]
    values = np.zeros((len(weight), len(asked)))
    _value_patterns(weight, parts, values)
    for key in range(len(rows)):
        for bit in range(len(asked)):
            rows[key, asked[bit]] += value * values[patterns[key], bit]


@nested
def columns_asked(
    wanted: NDArray[np.int64],
    members: NDArray[np.int32],
    nodes: NDArray[np.int32],
    columns: NDArray[np.int32],
    above: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the columns that the way to a leaf asks of, and the position in this list of each wanted split."""
    asked = np.zeros(len(columns), dtype=np.int64)
    below = np.zeros(SPLITS_PER_TABLE, dtype=np.int64)
    asked[:above] = np.arange(above)
    count = above
    for position in range(SPLITS_PER_TABLE):
        if wanted[position] >= 0:
            bit = 0
            while bit < count and columns[asked[bit]] != nodes[members[position], FEATURE]:
                bit += 1
            if bit == count:
                column = above
                while columns[column] != nodes[members[position], FEATURE]:
                    column += 1
                asked[bit] = column
                count += 1
            below[position] = bit
    return asked[:count], below


@nested
def patterns_of(
    wanted: NDArray[np.int64], below: NDArray[np.int64], above: int, n_asked: int, patterns: NDArray[np.int64]
) -> None:
    """Note which of the conditions of a leaf each row of its table stands for, one bit for each."""
    for key in range(len(patterns)):
        pattern = (1 << n_asked) - 1
        for bit in range(above):
            pattern &= ~((1 - ((key >> bit) & 1)) << bit)
        for position in range(SPLITS_PER_TABLE):
            if wanted[position] >= 0 and ((key >> (above + position)) & 1) != wanted[position]:
                pattern &= ~(1 << below[position])
        patterns[key] = pattern


@nested
def _value_patterns(
    weight: NDArray[np.float64], parts: NDArray[np.float64], values: NDArray[np.float64]
) -> None:
    """Value every pattern of a row against a weighted population of patterns; ``values`` start at 0."""
    n_bits = values.shape[1]
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
            gain = weight[theirs] * parts[ones[only_ours], ones[only_theirs]]
            loss = weight[theirs] * parts[ones[only_theirs], ones[only_ours]]
            for bit in range(n_bits):
                if (only_ours >> bit) & 1:
                    values[only_ours | both, bit] += gain
                elif (only_theirs >> bit) & 1:
                    values[only_ours | both, bit] -= loss
            both = (both - 1) & theirs if both else -1
