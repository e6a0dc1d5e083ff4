"""Score many rows by the leaves that each split rules out, without walking down any tree.

The leaves of a tree are the bits of one word, from left to right. A row that goes right at a split can reach
none of the leaves to the left below it: each split that it goes right at takes those bits out of its word, in
any order, and the lowest bit that is left is its leaf. So a block of rows takes every split in turn without a
branch and without waiting for the split before.

References
----------
Lucchese, Nardini, Orlando, Perego, Tonellotto and Venturini (2015), QuickScorer: a fast algorithm to rank
documents with additive ensembles of regression trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int32, Int64, read_only
from creditscore._ground.compiled import compiled, inner
from creditscore.model._lightgbm_text import MISSING_LEFT
from creditscore.model.walking import DECISION, FEATURE, LEFT, RIGHT, SPECIAL, UInt32, goes_left_specially

MOST_LEAVES: Final = 64
BLOCK: Final = 256
# Rows are filled up to a multiple of as many as a vector instruction takes: a rest of three takes three times
# as long as four.
AT_ONCE: Final = 4

UInt64 = NDArray[np.uint64]

_EVERY_LEAF: Final = (1 << MOST_LEAVES) - 1
# A word of which every six neighbouring bits are another number: a power of two times it, shifted, tells the
# power.
_DE_BRUIJN: Final = 0x03F79D71B4CB0A89
_SHIFT: Final = 58


class LeafMasks(NamedTuple):
    """What `add_leaves` reads beside the splits themselves.

    Attributes
    ----------
    kept : ndarray of uint64, shape (n_nodes,)
        Leaves of its tree that a row which goes right at the split can still reach, as bits from left to
        right.
    exits : ndarray of float64, shape (n_leaves,)
        What each leaf adds, tree by tree from left to right.
    first_leaves : ndarray of int64, shape (n_trees + 1,)
        Where the leaves of each tree begin.
    first_nodes : ndarray of int64, shape (n_trees + 1,)
        Where the splits of each tree begin.
    positions : ndarray of int64, shape (64,)
        Which power of two a product with the word `_DE_BRUIJN` stands for.
    """

    kept: UInt64
    exits: Float64
    first_leaves: Int64
    first_nodes: Int64
    positions: Int64


def leaf_masks(nodes: Int32, roots: Int32, leaf_values: Float64) -> LeafMasks | None:
    """Number the leaves of every tree from left to right, and note what each split rules out.

    Arrays: ``nodes`` shape (n_nodes, 4), ``roots`` shape (n_trees,), ``leaf_values`` shape (n_leaves,), as
    those of `Trees`. None where a tree has more than 64 leaves.
    """
    left, right = nodes[:, LEFT].tolist(), nodes[:, RIGHT].tolist()
    below = _leaves_below(left, right)
    of_trees = [below[root] if root >= 0 else 1 for root in roots.tolist()]
    if max(of_trees, default=0) > MOST_LEAVES:
        return None
    first_leaves = np.concatenate([[0], np.cumsum(of_trees)]).astype(np.int64)
    splits = np.array(of_trees, np.int64) - 1
    kept, leaves = _from_left_to_right(left, right, below, roots.tolist(), first_leaves.tolist())
    return LeafMasks(
        kept=read_only(np.array(kept, np.uint64)),
        exits=read_only(leaf_values[np.array(leaves, np.int64)]),
        first_leaves=read_only(first_leaves),
        first_nodes=read_only(np.concatenate([[0], np.cumsum(splits)]).astype(np.int64)),
        positions=read_only(_positions()),
    )


def _leaves_below(left: Sequence[int], right: Sequence[int]) -> list[int]:
    below = [0] * len(left)
    for node in range(len(left) - 1, -1, -1):
        below[node] = sum(below[child] if child >= 0 else 1 for child in (left[node], right[node]))
    return below


def _from_left_to_right(
    left: Sequence[int],
    right: Sequence[int],
    below: Sequence[int],
    roots: Sequence[int],
    firsts: Sequence[int],
) -> tuple[list[int], list[int]]:
    """Return the leaves that each split leaves to who goes right, and which leaf stands at each position."""
    kept, leaves = [0] * len(left), [0] * firsts[-1]
    begins, tree_begins = [0] * len(left), [0] * len(left)
    for root, first in zip(roots, firsts, strict=False):
        if root < 0:
            leaves[first] = ~root
        else:
            begins[root] = tree_begins[root] = first
    for node, (on_left, on_right) in enumerate(zip(left, right, strict=True)):
        begin, first = begins[node], tree_begins[node]
        middle = begin + (below[on_left] if on_left >= 0 else 1)
        kept[node] = _EVERY_LEAF ^ (((1 << (middle - begin)) - 1) << (begin - first))
        for child, at in ((on_left, begin), (on_right, middle)):
            if child < 0:
                leaves[at] = ~child
            else:
                begins[child], tree_begins[child] = at, first
    return kept, leaves


def _positions() -> Int64:
    positions = np.empty(MOST_LEAVES, np.int64)
    for power in range(MOST_LEAVES):
        positions[((_DE_BRUIJN << power) & _EVERY_LEAF) >> _SHIFT] = power
    return positions


@inner
def _rule_out(
    values: Float64, decision: int, threshold: float, bounds: Int32, words: UInt32, kept: int, reach: UInt64
) -> None:
    """Take from every row of a block the leaves that it cannot reach when it goes right at a split.

    Each loop is over rows and writes to one array, so that the compiler makes vector instructions of it.
    """
    if decision & SPECIAL:
        for row in range(np.uint64(len(reach))):
            if not goes_left_specially(values[row], decision, threshold, bounds, words):
                reach[row] &= kept
    elif decision & MISSING_LEFT:
        for row in range(np.uint64(len(reach))):
            reach[row] = reach[row] & kept if values[row] > threshold else reach[row]
    else:
        for row in range(np.uint64(len(reach))):
            reach[row] = reach[row] if values[row] <= threshold else reach[row] & kept


@inner
def _add_lowest(reach: UInt64, positions: Int64, exits: Float64, sums: Float64) -> None:
    """Add to every row of a block the lowest leaf that it can reach."""
    for row in range(np.uint64(len(reach))):
        lowest = reach[row] & (~reach[row] + np.uint64(1))
        sums[row] += exits[np.uint64(positions[(lowest * np.uint64(_DE_BRUIJN)) >> np.uint64(_SHIFT)])]


@compiled
def add_leaves(
    rows: Float64, nodes: Int32, thresholds: Float64, bounds: Int32, words: UInt32, masks: LeafMasks,
    scores: Float64,
) -> None:  # fmt: skip
    """Add for every row the leaves that it falls into, tree after tree.

    Arrays: ``rows`` shape (n_rows, n_features); ``nodes`` shape (n_nodes, 4), ``thresholds`` shape
    (n_nodes,), ``bounds`` shape (n_sets + 1,), ``words`` shape (n_words,), as those of `Trees`; ``scores``
    shape (n_rows,), added to.
    """
    for start in range(0, len(rows), BLOCK):
        size = min(BLOCK, len(rows) - start)
        padded = size + -size % AT_ONCE
        values, sums = np.zeros((rows.shape[1], padded)), np.zeros(padded)
        values[:, :size] = rows[start : start + size].T
        sums[:size] = scores[start : start + size]
        reach = np.empty(padded, np.uint64)
        for tree in range(len(masks.first_nodes) - 1):
            reach[:] = np.uint64(_EVERY_LEAF)
            for node in range(masks.first_nodes[tree], masks.first_nodes[tree + 1]):
                _rule_out(
                    values[nodes[node, FEATURE]], nodes[node, DECISION], thresholds[node], bounds, words,
                    masks.kept[node], reach,
                )  # fmt: skip
            _add_lowest(reach, masks.positions, masks.exits[masks.first_leaves[tree] :], sums)
        scores[start : start + size] = sums[:size]
