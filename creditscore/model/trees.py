"""Boosted trees as flat read-only arrays, and their sum.

A row or two walk down the trees, more are scored by the leaves that each split rules out. Both find the same
leaves and add them in the order of the trees, as LightGBM does, so raw scores equal those of the booster to
the bit. LightGBM itself is not imported.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.model import _lightgbm_text
from creditscore.model._leaf_masks import LeafMasks, add_leaves, leaf_masks
from creditscore.model._lightgbm_text import CATEGORICAL
from creditscore.model.walking import least_sum, walk_down

SMALLEST_CHUNK = 512
# Fewer rows are walked down one by one.
MANY_ROWS: Final = 5

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """A sum of decision trees over numeric and categorical features.

    Attributes
    ----------
    feature_names : tuple of str
        Names in column order.
    nodes : ndarray of int32, shape (n_nodes, 4)
        For each split: the feature's column, the decision bits, the left and the right child. Bits: 1 =
        categorical, 2 = NaN goes left, 4 = zero counts as missing, 8 = NaN was seen as missing in training;
        with neither 4 nor 8 the model takes NaN for zero, and bit 2 says where zero goes. A child below zero
        is a leaf: ``~child`` is its row in ``leaf_values``. Nodes and leaves are numbered through all trees,
        a child always above its parent.
    thresholds : ndarray of float64, shape (n_nodes,)
        Values at most the threshold go left. For a categorical split: the number of its bit set.
    roots : ndarray of int32, shape (n_trees,)
        The first node of each tree, or ``~leaf`` for a tree of a single leaf.
    leaf_values : ndarray of float64, shape (n_leaves,)
        What each leaf adds to the raw score (log-odds of the class coded 1).
    leaf_counts : ndarray of int64, shape (n_leaves,)
        Training rows in each leaf.
    node_counts : ndarray of int64, shape (n_nodes,)
        Training rows that reached each split: the sum over the leaves below it.
    category_bounds : ndarray of int32, shape (n_sets + 1,)
        The words of bit set ``k`` are ``category_words[bounds[k]:bounds[k + 1]]``.
    category_words : ndarray of uint32
        Bit ``c % 32`` of word ``c // 32`` says that category ``c`` goes left.
    """

    feature_names: tuple[str, ...]
    nodes: NDArray[np.int32]
    thresholds: NDArray[np.float64]
    roots: NDArray[np.int32]
    leaf_values: NDArray[np.float64]
    leaf_counts: NDArray[np.int64]
    node_counts: NDArray[np.int64]
    category_bounds: NDArray[np.int32]
    category_words: NDArray[np.uint32]
    _masks: list[LeafMasks | None] = field(init=False, default_factory=list, repr=False)

    @staticmethod
    def from_lightgbm_text(text: str) -> Trees:
        """Read the text that ``booster.model_to_string()`` returns.

        Raises
        ------
        ArtefactError
            If the text is damaged or describes a model other than a sum of plain trees under the binary
            objective with ``sigmoid=1`` (linear trees, several classes, averaged trees).

        Examples
        --------
        >>> import lightgbm
        >>> X = np.arange(100.0).reshape(-1, 1)
        >>> data = lightgbm.Dataset(X, X[:, 0] > 60)
        >>> booster = lightgbm.train({"objective": "binary", "verbose": -1}, data, 3)
        >>> trees = Trees.from_lightgbm_text(booster.model_to_string())
        >>> bool((trees.raw_scores(X) == booster.predict(X, raw_score=True)).all())
        True
        """
        return _joined(*_lightgbm_text.parse(text))

    @property
    def n_features(self) -> int:
        """Number of columns that a row must have."""
        return len(self.feature_names)

    @property
    def n_trees(self) -> int:
        """Number of trees."""
        return len(self.roots)

    @property
    def n_leaves(self) -> int:
        """Number of leaves over all trees."""
        return len(self.leaf_values)

    def checked(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``X``, shape (n_rows, n_features), C-contiguous in float64, or say why it is none."""
        rows = np.ascontiguousarray(X, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.feature_names):
            raise ParameterError.must_be("X", f"a matrix with {self.n_features} columns", rows.shape)
        return rows

    def raw_scores(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Add the leaves that each row falls into.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Feature values; NaN is missing, a categorical feature holds its code.
        threads : int, optional
            Threads at most; by default one for each processor. The result does not depend on it.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
            Raw scores (uncalibrated log-odds of the class coded 1), the same bits as
            ``booster.predict(X, raw_score=True)``.

        Raises
        ------
        ParameterError
            If ``X`` is not a matrix with one column for each feature.
        """
        rows = self.checked(X)
        scores = np.zeros(len(rows))
        masks = self.masks() if len(rows) >= MANY_ROWS else None

        def work(start: int, stop: int) -> None:
            if masks is None:
                walk_down(
                    rows[start:stop], self.roots, self.nodes, self.thresholds, self.leaf_values,
                    self.category_bounds, self.category_words, scores[start:stop],
                )  # fmt: skip
            else:
                add_leaves(
                    rows[start:stop], self.nodes, self.thresholds, self.category_bounds, self.category_words,
                    masks, scores[start:stop],
                )  # fmt: skip

        over_chunks(work, len(rows), threads)
        return scores

    def least_raw_score(self, X: NDArray[np.float64]) -> float:
        """Return what no row scores below whose values all lie between those of some rows.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            At least one row, as in `raw_scores`. A column that is missing in some of them may be missing.

        Returns
        -------
        float
            The sum of the least leaf of each tree that could be reached, at most the lowest raw score; trees
            are taken one by one, so that no row need come to it.
        """
        rows = self.checked(X)
        low, high = np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0)
        missing = np.isnan(rows)
        moves = (low < high).astype(np.int8)
        moves[missing.any(axis=0) & ~missing.all(axis=0)] = 2
        return least_sum(
            low, high, moves, self.roots, self.nodes, self.thresholds, self.leaf_values,
            self.category_bounds, self.category_words,
        )  # fmt: skip

    def masks(self) -> LeafMasks | None:
        """Return what many rows are scored by, laid out at the first call; None for trees too large."""
        if not self._masks:
            self._masks.append(leaf_masks(self.nodes, self.roots, self.leaf_values))
        return self._masks[0]


def over_chunks(work: Callable[[int, int], None], n_rows: int, threads: int | None) -> None:
    """Share the rows of a batch among threads: call ``work(start, stop)`` over consecutive chunks.

    Parameters
    ----------
    work : callable
        Must write only to its own rows and must free the interpreter lock to gain from threads.
    n_rows : int
        Rows in the batch.
    threads : int or None
        How many threads at most; None means one for each processor. Small batches never use more
        threads than they have chunks of 512 rows.
    """
    if threads is not None and threads < 1:
        raise ParameterError.must_be("threads", "None or an integer of at least 1", threads)
    wanted = min(threads or os.cpu_count() or 1, n_rows // SMALLEST_CHUNK)
    if wanted <= 1:
        work(0, n_rows)
        return
    bounds = [n_rows * part // wanted for part in range(wanted + 1)]
    with ThreadPoolExecutor(wanted) as pool:
        for done in [pool.submit(work, *pair) for pair in itertools.pairwise(bounds)]:
            done.result()


def _joined(names: tuple[str, ...], trees: Sequence[_lightgbm_text.TreeText]) -> Trees:
    """Chain the trees into one set of arrays, counting nodes, leaves and bit sets through all of them."""
    nodes, thresholds, roots, bounds = [], [], [], [np.zeros(1, dtype=np.int64)]
    first_node = first_leaf = first_set = first_word = 0
    for tree in trees:
        left, right = (
            np.where(child >= 0, child + first_node, child - first_leaf) for child in (tree.left, tree.right)
        )
        nodes.append(np.column_stack([tree.split_features, tree.decisions, left, right]))
        thresholds.append(tree.thresholds + first_set * ((tree.decisions & CATEGORICAL) != 0))
        roots.append(first_node if len(tree.left) else ~first_leaf)
        bounds.append(tree.category_bounds[1:].astype(np.int64) + first_word)
        first_node += len(tree.left)
        first_leaf += len(tree.leaf_values)
        first_set += len(tree.category_bounds) - 1
        first_word += len(tree.category_words)
    return Trees(
        feature_names=names,
        nodes=_frozen([np.zeros((0, 4)), *nodes], np.int32),
        thresholds=_frozen(thresholds, np.float64),
        roots=_frozen([roots], np.int32),
        leaf_values=_frozen([tree.leaf_values for tree in trees], np.float64),
        leaf_counts=_frozen([tree.leaf_counts for tree in trees], np.int64),
        node_counts=_frozen([_counts_below(tree) for tree in trees], np.int64),
        category_bounds=_frozen(bounds, np.int32),
        category_words=_frozen([tree.category_words for tree in trees], np.uint32),
    )


def _frozen(parts: Sequence[ArrayLike], dtype: type[Scalar]) -> NDArray[Scalar]:
    array = np.concatenate([np.asarray(part) for part in parts]) if parts else np.zeros(0)
    joined = np.ascontiguousarray(array, dtype=dtype)
    joined.setflags(write=False)
    return joined


def _counts_below(tree: _lightgbm_text.TreeText) -> NDArray[np.int64]:
    """Sum leaf counts upwards, so that a node always weighs as much as its two children."""
    counts = np.zeros(len(tree.left), dtype=np.int64)
    for node in range(len(counts) - 1, -1, -1):
        for child in (tree.left[node], tree.right[node]):
            counts[node] += counts[child] if child >= 0 else tree.leaf_counts[~child]
    return counts
