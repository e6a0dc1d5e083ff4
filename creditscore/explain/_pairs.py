"""The compiled sum behind interaction values: every pair of features on the way to every leaf."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.explain._tables import share_of_child
from creditscore.explain._walks import take_splits
from creditscore.model.walking import FEATURE, LEFT, RIGHT


@compiled
def add_pairs(
    row: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    node_counts: NDArray[np.int64],
    leaf_counts: NDArray[np.int64],
    leaf_values: NDArray[np.float64],
    lengths: NDArray[np.int32],
    path_features: NDArray[np.int32],
    path_shares: NDArray[np.float64],
    bits: NDArray[np.int32],
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    pairs: NDArray[np.float64],
) -> None:
    """Add half of each interaction of one row to ``pairs[i, j]``, for i above j on the way to a leaf."""
    most = 0
    for tree in range(len(first_splits) - 1):
        most = max(most, first_splits[tree + 1] - first_splits[tree])
    masks = np.zeros(most + 1, dtype=np.uint32)
    outcomes = np.zeros(most + 1, dtype=np.uint32)
    met, shares = np.zeros(path_features.shape[1]), np.zeros(path_features.shape[1])
    for tree in range(len(first_splits) - 1):
        first, stop = first_splits[tree], first_splits[tree + 1]
        take_splits(row, splits[first:stop], thresholds[first:stop], bounds, words, masks, outcomes)
        for node in range(first, stop):
            for side in (LEFT, RIGHT):
                leaf = splits[node, side]
                if leaf < 0:
                    bit = bits[node]
                    length = max(lengths[node], bit + 1)
                    for column in range(length):
                        met[column] = (masks[node - first] >> np.uint32(column)) & np.uint32(1)
                        shares[column] = path_shares[node, column]
                    met[bit] *= outcomes[node - first] == (side == LEFT)
                    shares[bit] *= share_of_child(node, leaf, node_counts, leaf_counts)
                    _add_leaf(leaf_values[~leaf], met[:length], shares[:length], path_features[node],
                              splits[node, FEATURE], bit, points, weights, pairs)  # fmt: skip


@nested
def _add_leaf(
    value: float,
    met: NDArray[np.float64],
    shares: NDArray[np.float64],
    features: NDArray[np.int32],
    last_feature: int,
    last_bit: int,
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    pairs: NDArray[np.float64],
) -> None:
    """Add one leaf.

    If every other player joins with chance t, players i and j together add value * (met_i - share_i) *
    (met_j - share_j) * product over the others of (t * met_k + (1 - t) * share_k); the Shapley interaction
    index is the integral over t from 0 to 1.
    """
    for one in range(1, len(met)):
        for two in range(one):
            total = 0.0
            for point in range(len(points)):
                chance = weights[point]
                for other in range(len(met)):
                    if other not in (one, two):
                        chance *= points[point] * met[other] + (1.0 - points[point]) * shares[other]
                total += chance
            joint = 0.5 * value * (met[one] - shares[one]) * (met[two] - shares[two]) * total
            left = last_feature if one == last_bit else features[one]
            right = last_feature if two == last_bit else features[two]
            pairs[max(left, right), min(left, right)] += joint
