"""Walk rows down trees, four trees side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int32
from creditscore._ground.compiled import compiled, inner, nested
from creditscore.model._lightgbm_text import CATEGORICAL, MISSING_LEFT, ZERO_BOUND, ZERO_MISSING

FEATURE, DECISION, LEFT, RIGHT = range(4)
SPECIAL = CATEGORICAL | ZERO_MISSING
UInt32 = NDArray[np.uint32]


@nested
def goes_left_specially(value: float, decision: int, threshold: float, bounds: Int32, words: UInt32) -> bool:
    """Side taken at a categorical split, or at a numeric one that treats zero as missing.

    A missing, negative or never seen category is in no set and goes right. Arrays: ``bounds`` shape
    (n_sets + 1,), where the words of each set of categories begin; ``words`` shape (n_words,), their bits.
    """
    if decision & CATEGORICAL:
        # NaN fails this test too; turning it, or a value beyond int32, into an integer is undefined.
        if not (value > -1.0 and value < 2147483648.0):
            return False
        category = np.uint64(value)
        number = np.uint64(threshold)
        word = np.uint64(bounds[number]) + (category >> np.uint64(5))
        if word >= np.uint64(bounds[number + np.uint64(1)]):
            return False
        return bool((words[word] >> np.uint32(category & np.uint64(31))) & np.uint32(1))
    if np.isnan(value) or -ZERO_BOUND <= value <= ZERO_BOUND:
        return (decision & MISSING_LEFT) != 0
    return value <= threshold


@inner
def _below(child: int, row: Float64, nodes: Int32, thresholds: Float64, bounds: Int32, words: UInt32) -> int:
    """Go one split down, or stay where a leaf is reached.

    Indices are unsigned and the usual split is written without a branch on its outcome: the compiler then
    leaves out its test for negative indices and the processor has nothing to guess.
    """
    node = np.uint64(max(child, 0))
    value = row[np.uint64(nodes[node, FEATURE])]
    decision = nodes[node, DECISION]
    if decision & SPECIAL:
        left = goes_left_specially(value, decision, thresholds[node], bounds, words)
    else:
        left = (value <= thresholds[node]) | (np.isnan(value) & ((decision & MISSING_LEFT) != 0))
    following = nodes[node, np.uint64(RIGHT) - np.uint64(left)]
    return following if child >= 0 else child


@compiled
def walk_down(
    rows: Float64, roots: Int32, nodes: Int32, thresholds: Float64, leaf_values: Float64, bounds: Int32,
    words: UInt32, scores: Float64,
) -> None:  # fmt: skip
    """Add for every row the leaves that it falls into, tree after tree.

    Where a path ends cannot be foreseen; of four walks side by side only the longest keeps the processor
    waiting.

    Arrays: ``rows`` shape (n_rows, n_features); ``roots`` shape (n_trees,), ``nodes`` shape (n_nodes, 4),
    ``thresholds`` shape (n_nodes,), ``leaf_values`` shape (n_leaves,), ``bounds`` shape (n_sets + 1,),
    ``words`` shape (n_words,), as those of `Trees`; ``scores`` shape (n_rows,), added to.
    """
    n_trees = len(roots)
    fours = n_trees - n_trees % 4
    for r in range(len(rows)):
        row, score = rows[r], scores[r]
        for tree in range(0, fours, 4):
            a, b, c, d = roots[tree], roots[tree + 1], roots[tree + 2], roots[tree + 3]
            while (a & b & c & d) >= 0:
                a = _below(a, row, nodes, thresholds, bounds, words)
                b = _below(b, row, nodes, thresholds, bounds, words)
                c = _below(c, row, nodes, thresholds, bounds, words)
                d = _below(d, row, nodes, thresholds, bounds, words)
            score += leaf_values[np.uint64(~a)]
            score += leaf_values[np.uint64(~b)]
            score += leaf_values[np.uint64(~c)]
            score += leaf_values[np.uint64(~d)]
        for tree in range(fours, n_trees):
            a = roots[tree]
            while a >= 0:
                a = _below(a, row, nodes, thresholds, bounds, words)
            score += leaf_values[np.uint64(~a)]
        scores[r] = score


@compiled
def least_sum(
    low: Float64, high: Float64, moves: NDArray[np.int8], roots: Int32, nodes: Int32, thresholds: Float64,
    leaf_values: Float64, bounds: Int32, words: UInt32,
) -> float:  # fmt: skip
    """Add up the least leaf of each tree that a row within bounds could fall into.

    Arrays: ``low`` and ``high`` shape (n_features,), NaN is missing; ``moves`` shape (n_features,): 0 where
    both are the value itself, 1 where it lies between them, 2 where it may be missing too; the others as
    those of `Trees`.
    """
    waiting = np.empty(len(nodes) + 1, np.int64)
    total = 0.0
    for root in roots:
        least = np.inf
        waiting[0], count = root, 1
        while count > 0:
            count -= 1
            child = waiting[count]
            while child >= 0:
                column, decision = nodes[child, FEATURE], nodes[child, DECISION]
                left, right = True, True
                if moves[column] == 0:
                    if decision & SPECIAL:
                        left = goes_left_specially(low[column], decision, thresholds[child], bounds, words)
                    else:
                        missing = np.isnan(low[column]) and (decision & MISSING_LEFT) != 0
                        left = low[column] <= thresholds[child] or missing
                    right = not left
                elif moves[column] == 1 and not decision & SPECIAL:
                    left, right = low[column] <= thresholds[child], high[column] > thresholds[child]
                if left and right:
                    waiting[count] = nodes[child, RIGHT]
                    count += 1
                child = nodes[child, LEFT] if left else nodes[child, RIGHT]
            least = min(least, leaf_values[~child])
        total += least
    return total
