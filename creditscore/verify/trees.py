"""A second reader of LightGBM's model text and a second walker of its trees, in plain Python.

The format is that of ``booster.model_to_string()``; decisions follow ``Tree::NumericalDecision`` and
``Tree::CategoricalDecision`` of LightGBM (include/LightGBM/tree.h).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from creditscore.errors import ArtefactError

CATEGORICAL: Final = 1
DEFAULT_LEFT: Final = 2
MISSING_IS_ZERO: Final = 1
MISSING_IS_NAN: Final = 2
ZERO: Final[float] = struct.unpack("f", struct.pack("f", 1e-35))[0]


class Tree(NamedTuple):
    """One tree; a child below zero is a leaf, ``-1 - child`` its number."""

    features: list[int]
    thresholds: list[float]
    decisions: list[int]
    lefts: list[int]
    rights: list[int]
    leaves: list[float]
    counts: list[int]
    bounds: list[int]
    words: list[int]


def read_trees(text: str) -> tuple[list[str], list[Tree]]:
    """Return the feature names and the trees of a model text.

    Raises
    ------
    ArtefactError
        If it cannot be read, or is no sum of plain trees for two classes.
    """
    body, end, _ = text.partition("\nend of trees")
    head, *blocks = body.split("\nTree=")
    settings = _fields(head)
    if not end or settings.get("objective", "").split() != ["binary", "sigmoid:1"]:
        raise ArtefactError("The model text is cut short, or its objective is not binary with sigmoid 1.")
    if settings.get("num_tree_per_iteration") != "1" or "average_output" in settings:
        raise ArtefactError("The model text is no sum of trees for two classes.")
    try:
        return settings["feature_names"].split(), [_tree(_fields(block)) for block in blocks]
    except (KeyError, ValueError, IndexError) as error:
        raise ArtefactError(f"The model text cannot be read: {error!r}.") from error


def _fields(block: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in block.split("\n"))
    return {key.strip(): value for key, sign, value in pairs if sign}


def _tree(fields: dict[str, str]) -> Tree:
    if fields.get("is_linear", "0") != "0":
        raise ValueError("a tree has linear leaves")
    leaves = [float(value) for value in fields["leaf_value"].split()]
    single = len(leaves) == 1

    def whole(key: str) -> list[int]:
        return [] if single else [int(value) for value in fields[key].split()]

    categorical = int(fields["num_cat"]) > 0
    return Tree(
        features=whole("split_feature"),
        thresholds=[] if single else [float(value) for value in fields["threshold"].split()],
        decisions=whole("decision_type"),
        lefts=whole("left_child"),
        rights=whole("right_child"),
        leaves=leaves,
        counts=[1] if single else whole("leaf_count"),
        bounds=whole("cat_boundaries") if categorical else [0],
        words=whole("cat_threshold") if categorical else [],
    )


def goes_left(tree: Tree, node: int, value: float) -> bool:
    """Say to which side a value goes at a split."""
    decision, threshold = tree.decisions[node], tree.thresholds[node]
    if decision & CATEGORICAL:
        if math.isnan(value) or not -1.0 < value < 2147483648.0:
            return False
        category, number = int(value), int(threshold)
        word = tree.bounds[number] + category // 32
        return word < tree.bounds[number + 1] and tree.words[word] >> (category % 32) & 1 == 1
    missing = decision >> 2 & 3
    if math.isnan(value) and missing != MISSING_IS_NAN:
        value = 0.0
    if abs(value) <= ZERO:
        value = 0.0
    absent = math.isnan(value) or (missing == MISSING_IS_ZERO and value == 0.0)
    return bool(decision & DEFAULT_LEFT) if absent else value <= threshold


def raw_score(trees: Sequence[Tree], row: Sequence[float]) -> float:
    """Add the leaves that a row falls into, tree after tree."""
    total = 0.0
    for tree in trees:
        child = 0 if tree.features else -1
        while child >= 0:
            left = goes_left(tree, child, row[tree.features[child]])
            child = tree.lefts[child] if left else tree.rights[child]
        total += tree.leaves[-1 - child]
    return total


def shapley(trees: Sequence[Tree], row: Sequence[float]) -> tuple[float, list[float]]:
    """Return the mean raw score of the training rows, and what each feature adds to it.

    Exact path-dependent Shapley values: a feature outside the coalition lets a row go both ways, in the
    proportions of the training rows (Lundberg et al., 2020, Nature Machine Intelligence 2, algorithm 1).
    """
    added = [0.0] * len(row)
    base = 0.0
    for tree in trees:
        counts = _counts(tree)
        for leaf, path in _paths(tree):
            factors: dict[int, tuple[float, bool]] = {}
            for node, left in path:
                child = tree.lefts[node] if left else tree.rights[node]
                share, met = factors.get(tree.features[node], (1.0, True))
                below = counts[child] if child >= 0 else tree.counts[-1 - child]
                part = below / counts[node] if counts[node] else 0.0
                agrees = goes_left(tree, node, row[tree.features[node]]) == left
                factors[tree.features[node]] = (share * part, met and agrees)
            value = tree.leaves[leaf]
            base += value * math.prod(share for share, _ in factors.values())
            for feature, weight in _weights(factors):
                added[feature] += value * weight
    return base, added


def _counts(tree: Tree) -> list[int]:
    counts = [0] * len(tree.features)
    for node in range(len(counts) - 1, -1, -1):
        for child in (tree.lefts[node], tree.rights[node]):
            counts[node] += counts[child] if child >= 0 else tree.counts[-1 - child]
    return counts


def _paths(tree: Tree) -> list[tuple[int, list[tuple[int, bool]]]]:
    """Every leaf with the splits that lead to it, and the side taken at each."""
    found = []
    open_ends: list[tuple[int, list[tuple[int, bool]]]] = [(0 if tree.features else -1, [])]
    while open_ends:
        child, path = open_ends.pop()
        if child < 0:
            found.append((-1 - child, path))
        else:
            open_ends.append((tree.lefts[child], [*path, (child, True)]))
            open_ends.append((tree.rights[child], [*path, (child, False)]))
    return found


def _weights(factors: dict[int, tuple[float, bool]]) -> list[tuple[int, float]]:
    """What a leaf of value 1 adds to each feature of its path: sums over coalitions, by their size."""
    found = []
    size = len(factors)
    for feature, (share, met) in factors.items():
        by_size = [1.0]
        for other, (part, agrees) in factors.items():
            if other == feature:
                continue
            grown = [0.0] * (len(by_size) + 1)
            for taken, weight in enumerate(by_size):
                grown[taken] += weight * part
                grown[taken + 1] += weight * agrees
            by_size = grown
        total = sum(
            weight * math.factorial(taken) * math.factorial(size - 1 - taken) / math.factorial(size)
            for taken, weight in enumerate(by_size)
        )
        found.append((feature, (met - share) * total))
    return found
