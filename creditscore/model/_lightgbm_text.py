"""Read the text of a LightGBM model into plain arrays, trusting nothing that it says.

A model file may come from anywhere. Whatever a walk over the trees relies on (lengths, indices in range,
no cycles, finite numbers) is checked here once, so that the compiled kernels need no checks of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ArtefactError

CATEGORICAL = 1
MISSING_LEFT = 2
ZERO_MISSING = 4
NAN_MISSING = 8

# LightGBM keeps this bound as a 32-bit float and flushes every value within it to zero before it predicts.
ZERO_BOUND = float(np.float32(1e-35))

# A tree that was fitted has tens of splits on a path; a walk of thousands is somebody's making.
DEEPEST = 512
MOST_CHARACTERS = 1 << 28
MOST_TREES = 100_000
MOST_FEATURES = 100_000
MOST_NODES = 20_000_000

_VERSIONS = ("v3", "v4")
_FIRST_LINE = "tree\n"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+|inf|nan)", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class TreeText:
    """One parsed tree; children below zero are leaves, leaf ``k`` being ``~k``.

    In ``decisions`` the bit MISSING_LEFT says where NaN goes, whatever the kind of split.
    """

    split_features: NDArray[np.int32]
    decisions: NDArray[np.int32]
    thresholds: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    leaf_values: NDArray[np.float64]
    leaf_counts: NDArray[np.int64]
    category_bounds: NDArray[np.int32]
    category_words: NDArray[np.uint32]


def parse(text: str) -> tuple[tuple[str, ...], list[TreeText]]:
    """Return the feature names and the trees of a LightGBM model text.

    Raises
    ------
    ArtefactError
        If the text is cut short, contradicts itself, or describes a model that is not a sum of
        plain trees under the binary objective.
    """
    _check_text(text)
    head, *blocks = _blocks(text)
    names = _header(head)
    promised = head.get("tree_sizes", "").split()
    if len(promised) != len(blocks):
        raise _damaged(f"it promises {len(promised)} trees and holds {len(blocks)}")
    for number, block in enumerate(blocks):
        if block["Tree"] != str(number):
            raise _damaged(f"tree {block['Tree']!r:.40} stands where tree {number} should")
    return names, [_tree(_Fields(f"tree {number}", block), len(names)) for number, block in enumerate(blocks)]


def _check_text(text: str) -> None:
    """Refuse, before anything is allocated, what is too long or is written as LightGBM never writes."""
    if not text.startswith(_FIRST_LINE):
        raise _damaged("its first line is not 'tree'")
    if len(text) > MOST_CHARACTERS or text.count("\nTree=") > MOST_TREES:
        raise _damaged(f"it is longer than {MOST_CHARACTERS:,} characters or {MOST_TREES:,} trees")
    if text.count(" ", 0, text.find("\nTree=")) > 4 * MOST_FEATURES:
        raise _damaged(f"it has more than {MOST_FEATURES:,} features")
    if _CONTROL.search(text):
        raise _damaged("it holds a control character")


def _damaged(what: str) -> ArtefactError:
    return ArtefactError(f"The LightGBM model text cannot be read: {what}. Save the model again.")


def _unsupported(what: str) -> ArtefactError:
    return ArtefactError(
        f"The LightGBM model text describes {what}, which cannot be scored exactly here. "
        "Fit with objective='binary', sigmoid=1, boosting 'gbdt' and linear_tree=False."
    )


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Yield the header and then each tree, as the ``key=value`` lines that make it up."""
    body, end, _ = text.partition("\nend of trees")
    if not end:
        raise _damaged("the line 'end of trees' is missing, so it was cut short")
    block: dict[str, str] = {}
    for line in body.split("\n"):
        key, _, value = line.partition("=")
        if key != key.strip():
            raise _damaged(f"the line {line[:40]!r} has a blank where its key should stand")
        if key == "Tree":
            yield block
            block = {}
        if key in block:
            raise _damaged(f"the key {key!r} occurs twice in one block")
        if key:
            block[key] = value
    yield block


def _header(head: Mapping[str, str]) -> tuple[str, ...]:
    if head.get("version") not in _VERSIONS:
        raise _unsupported(f"format version {head.get('version')!r} (known: {', '.join(_VERSIONS)})")
    if head.get("num_class") != "1" or head.get("num_tree_per_iteration") != "1":
        raise _unsupported("several classes (multiclass)")
    if "average_output" in head:
        raise _unsupported("an average of trees (average_output, random-forest mode)")
    objective = head.get("objective", "")
    if objective.split() != ["binary", "sigmoid:1"]:
        raise _unsupported(f"the objective {objective!r}")
    names = tuple(head.get("feature_names", "").split())
    if head.get("max_feature_idx") != str(len(names) - 1):
        raise _damaged(f"max_feature_idx={head.get('max_feature_idx')} but {len(names)} feature names")
    return names


@dataclass(frozen=True, slots=True)
class _Fields:
    """The values of one tree block, read with checks that name the tree and the key."""

    where: str
    block: Mapping[str, str]

    def damaged(self, what: str) -> ArtefactError:
        return _damaged(f"{self.where}: {what}")

    def integers(self, key: str, length: int | None, low: int, high: int) -> NDArray[np.int64]:
        items = self._items(key, length)
        whole = list(map(int, items)) if all(map(_WHOLE.fullmatch, items)) else None
        try:
            values = np.array(whole, dtype=np.int64)
        except (TypeError, OverflowError):
            raise self.damaged(f"{key} holds something that is not an integer") from None
        if whole and not (low <= min(whole) and max(whole) <= high):
            raise self.damaged(f"{key} must lie within {low} and {high}")
        return values

    def numbers(self, key: str, length: int) -> NDArray[np.float64]:
        items = self._items(key, length)
        if not all(map(_NUMBER.fullmatch, items)):
            raise self.damaged(f"{key} holds something that is not a number")
        values = np.array(list(map(float, items)), dtype=np.float64)
        if np.isnan(values).any():
            raise self.damaged(f"{key} must not be NaN")
        return values

    def one(self, key: str, low: int, high: int) -> int:
        return int(self.integers(key, 1, low, high)[0])

    def _items(self, key: str, length: int | None) -> list[str]:
        if key not in self.block:
            raise self.damaged(f"{key} is missing")
        if self.block[key].count(" ") > MOST_NODES:
            raise self.damaged(f"{key} has too many values")
        items = self.block[key].split()
        if length is not None and len(items) != length:
            raise self.damaged(f"{key} has {len(items)} values, not {length}")
        return items


def _tree(fields: _Fields, n_features: int) -> TreeText:
    if fields.one("is_linear", 0, 1):
        raise _unsupported(f"linear leaves ({fields.where}, linear_tree)")
    n_leaves = fields.one("num_leaves", 1, 2**24)
    n_nodes = n_leaves - 1
    bounds, words = _categories(fields)
    decisions = fields.integers("decision_type", n_nodes, 0, 11).astype(np.int32)
    thresholds = _thresholds(fields, decisions, len(bounds) - 1)
    left = fields.integers("left_child", n_nodes, -n_leaves, n_nodes - 1).astype(np.int32)
    right = fields.integers("right_child", n_nodes, -n_leaves, n_nodes - 1).astype(np.int32)
    _check_shape(fields, left, right)
    leaf_values = fields.numbers("leaf_value", n_leaves)
    if not np.isfinite(leaf_values).all():
        raise fields.damaged("leaf_value must be finite")
    return TreeText(
        split_features=fields.integers("split_feature", n_nodes, 0, n_features - 1).astype(np.int32),
        decisions=_nan_explicit(decisions, thresholds),
        thresholds=thresholds,
        left=left,
        right=right,
        leaf_values=leaf_values,
        leaf_counts=_leaf_counts(fields, n_leaves),
        category_bounds=bounds,
        category_words=words,
    )


def _leaf_counts(fields: _Fields, n_leaves: int) -> NDArray[np.int64]:
    """Rows that reached each leaf in training; a lone leaf needs none, for it has no split to weigh."""
    if n_leaves == 1:
        return np.ones(1, dtype=np.int64)
    counts = fields.integers("leaf_count", n_leaves, 0, 2**40)
    if not counts.sum():
        raise fields.damaged("leaf_count is zero throughout")
    return counts


def _categories(fields: _Fields) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    n_splits = fields.one("num_cat", 0, 2**24)
    if not n_splits:
        return np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.uint32)
    words = fields.integers("cat_threshold", None, 0, 2**32 - 1).astype(np.uint32)
    bounds = fields.integers("cat_boundaries", n_splits + 1, 0, len(words)).astype(np.int32)
    if bounds[0] != 0 or bounds[-1] != len(words) or (np.diff(bounds) < 0).any():
        raise fields.damaged("cat_boundaries do not divide cat_threshold")
    return bounds, words


def _check_shape(fields: _Fields, left: NDArray[np.int32], right: NDArray[np.int32]) -> None:
    """LightGBM numbers a child above its parent; with each child named once this leaves only trees."""
    n_nodes = len(left)
    children = np.concatenate([left, right]).astype(np.int64)
    parents = np.tile(np.arange(n_nodes), 2)
    expected = np.concatenate([np.arange(-n_nodes - 1, 0), np.arange(1, n_nodes)])
    if n_nodes and not np.array_equal(np.sort(children), expected):
        raise fields.damaged("left_child and right_child must name each leaf and each later node once")
    if ((children >= 0) & (children <= parents)).any():
        raise fields.damaged("a child stands before its parent, so the nodes may form a cycle")
    if _depth(left, right) > DEEPEST:
        raise fields.damaged(f"a path has more than {DEEPEST} splits")


def _depth(left: NDArray[np.int32], right: NDArray[np.int32]) -> int:
    """Splits on the longest path; counted level by level, and no further than the deepest allowed."""
    level, depth = np.zeros(min(len(left), 1), dtype=np.int32), 0
    while level.size and depth <= DEEPEST:
        below = np.concatenate([left[level], right[level]])
        level, depth = below[below >= 0], depth + 1
    return depth


def _thresholds(fields: _Fields, decisions: NDArray[np.int32], n_categorical: int) -> NDArray[np.float64]:
    """Thresholds of numeric splits (infinite where only missing goes right); for categorical ones the set."""
    thresholds = fields.numbers("threshold", len(decisions))
    categorical = (decisions & CATEGORICAL) != 0
    sets = thresholds[categorical]
    if not ((sets >= 0) & (sets < n_categorical) & (sets == np.floor(sets))).all():
        raise fields.damaged(f"a categorical threshold is not the number of one of {n_categorical} sets")
    # Comparing a value with these bounds is the same as flushing it to zero first, at no cost later.
    flushed_left = ~categorical & (thresholds >= 0) & (thresholds < ZERO_BOUND)
    flushed_right = ~categorical & (thresholds < 0) & (thresholds >= -ZERO_BOUND)
    thresholds[flushed_left] = ZERO_BOUND
    thresholds[flushed_right] = np.nextafter(-ZERO_BOUND, -np.inf)
    return thresholds


def _nan_explicit(decisions: NDArray[np.int32], thresholds: NDArray[np.float64]) -> NDArray[np.int32]:
    """Set MISSING_LEFT where NaN goes left: categories send it right, and some splits take it for zero."""
    categorical = (decisions & CATEGORICAL) != 0
    as_zero = ~categorical & ((decisions & (ZERO_MISSING | NAN_MISSING)) == 0)
    nan_left = np.where(as_zero, thresholds >= 0, (decisions & MISSING_LEFT != 0) & ~categorical)
    others: NDArray[np.int32] = decisions & ~np.int32(MISSING_LEFT | np.where(categorical, ZERO_MISSING, 0))
    return others | np.where(nan_left, MISSING_LEFT, 0).astype(np.int32)
