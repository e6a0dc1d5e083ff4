"""A second reader of LightGBM's model text and a second walker of its trees, in plain Python.

The format is that of ``booster.model_to_string()``; decisions follow ``Tree::NumericalDecision`` and
``Tree::CategoricalDecision`` of LightGBM (include/LightGBM/tree.h).
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from creditscore.errors import ArtefactError

CATEGORICAL: Final = 1
DEFAULT_LEFT: Final = 2
MISSING_IS_ZERO: Final = 1
MISSING_IS_NAN: Final = 2
VERSIONS: Final = ("v3", "v4")
DEEPEST: Final = 512
MOST_CHARACTERS: Final = 1 << 28
MOST_TREES: Final = 100_000
MOST_FEATURES: Final = 100_000
CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")
WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
REAL: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+|inf)", re.ASCII)
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
    if len(text) > MOST_CHARACTERS or not text.startswith("tree\n") or CONTROL.search(text):
        raise ArtefactError(
            "The model text does not begin with 'tree', is too long or holds control characters."
        )
    body, end, _ = text.partition("\nend of trees")
    head, *blocks = body.split("\nTree=")
    try:
        names = _names(_fields(head), whole=bool(end), n_trees=len(blocks))
        trees = [_tree(block, number, len(names)) for number, block in enumerate(blocks)]
    except (KeyError, ValueError, IndexError, OverflowError) as error:
        raise ArtefactError(f"The model text cannot be read: {error}.") from error
    return names, trees


def _names(settings: dict[str, str], *, whole: bool, n_trees: int) -> list[str]:
    """Read the features that a header names, once it describes a sum of plain trees for two classes."""
    if not whole or settings.get("objective", "").split() != ["binary", "sigmoid:1"]:
        raise ValueError("it is cut short, or its objective is not binary with sigmoid 1")
    if (settings.get("num_class"), settings.get("num_tree_per_iteration")) != ("1", "1"):
        raise ValueError("it has several classes")
    if settings.get("version") not in VERSIONS or "average_output" in settings:
        raise ValueError("it is no sum of trees of a known version")
    names = settings["feature_names"].split()
    if settings["max_feature_idx"] != str(len(names) - 1) or len(names) > MOST_FEATURES:
        raise ValueError("it has another number of features than it says")
    if len(settings["tree_sizes"].split()) != n_trees or n_trees > MOST_TREES:
        raise ValueError("it has another number of trees than it says")
    return names


def _fields(block: str) -> dict[str, str]:
    """Read the lines of a block: each key once, and no blanks around it or its value."""
    found: dict[str, str] = {}
    for line in block.split("\n"):
        key, _, value = line.partition("=")
        if key != key.strip() or key in found:
            raise ValueError(f"the line {line[:40]!r} is written twice or with blanks")
        if key:
            found[key] = value
    return found


def _tree(block: str, number: int, n_features: int) -> Tree:
    first, _, rest = block.partition("\n")
    if first != str(number):
        raise ValueError(f"tree {first[:20]!r} stands where tree {number} should")
    fields = _fields(rest)
    if fields["is_linear"] != "0":
        raise ValueError("a tree has linear leaves")
    n_leaves = _whole(fields["num_leaves"], 1, 1 << 24)
    n_nodes, n_sets = n_leaves - 1, _whole(fields["num_cat"], 0, 1 << 24)

    def numbers(key: str, length: int, low: int, high: int) -> list[int]:
        items = fields[key].split()
        if len(items) != length:
            raise ValueError(f"{key} has {len(items)} values, not {length}")
        return [_whole(item, low, high) for item in items]

    words = [_whole(item, 0, 2**32 - 1) for item in fields["cat_threshold"].split()] if n_sets else []
    tree = Tree(
        features=numbers("split_feature", n_nodes, 0, n_features - 1),
        thresholds=_reals(fields["threshold"], n_nodes, finite=False),
        decisions=numbers("decision_type", n_nodes, 0, 11),
        lefts=numbers("left_child", n_nodes, -n_leaves, n_nodes - 1),
        rights=numbers("right_child", n_nodes, -n_leaves, n_nodes - 1),
        leaves=_reals(fields["leaf_value"], n_leaves, finite=True),
        counts=[1] if not n_nodes else numbers("leaf_count", n_leaves, 0, 2**40),
        bounds=numbers("cat_boundaries", n_sets + 1, 0, len(words)) if n_sets else [0],
        words=words,
    )
    _check(tree, n_sets)
    return tree


def _whole(item: str, low: int, high: int) -> int:
    if not WHOLE.fullmatch(item) or not low <= int(item) <= high:
        raise ValueError(f"{item[:20]!r} is no whole number from {low} to {high}")
    return int(item)


def _reals(text: str, length: int, *, finite: bool) -> list[float]:
    items = text.split()
    if len(items) != length or not all(map(REAL.fullmatch, items)):
        raise ValueError(f"there are not {length} numbers")
    values = [float(item) for item in items]
    if finite and not all(map(math.isfinite, values)):
        raise ValueError("a leaf is not finite")
    return values


def _check(tree: Tree, n_sets: int) -> None:
    """Every leaf and every split but the first is below exactly one split above it, and not too deep."""
    n_nodes = len(tree.features)
    depth = [1] * n_nodes
    seen: set[int] = set()
    for node in range(n_nodes):
        for child in (tree.lefts[node], tree.rights[node]):
            if child in seen or 0 <= child <= node:
                raise ValueError("a split or leaf stands below two, or above itself")
            seen.add(child)
            if child >= 0:
                depth[child] = depth[node] + 1
        if depth[node] > DEEPEST:
            raise ValueError(f"a path has more than {DEEPEST} splits")
        if tree.decisions[node] & CATEGORICAL and tree.thresholds[node] not in range(n_sets):
            raise ValueError("a split names a set of categories that is not there")
    if len(seen) != 2 * n_nodes or (n_nodes and not sum(tree.counts)):
        raise ValueError("its splits and leaves make no tree, or no row reached it")
    bounds = tree.bounds
    if bounds[0] != 0 or bounds[-1] != len(tree.words) or any(a > b for a, b in pairwise(bounds)):
        raise ValueError("sets of categories do not divide their words")


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
