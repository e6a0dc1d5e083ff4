"""Exact path-dependent Shapley values of boosted trees, for one applicant in a fraction of a millisecond.

The values are those of LightGBM's ``pred_contrib`` and of TreeSHAP without a background: a feature that is
not known is averaged over the training rows that reached each split. They need no background sample, so an
old decision can be explained again to the bit.

References
----------
Lundberg, Erion, Chen et al. (2020), "From local explanations to global understanding with explainable AI for
trees", Nature Machine Intelligence 2, 56-67.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from creditscore._compiled import compiled
from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain import _tables
from creditscore.explain._tables import SPLITS_PER_TABLE
from creditscore.model._chunks import over_chunks
from creditscore.model._lightgbm_text import MISSING_LEFT
from creditscore.model.trees import (
    DECISION,
    FEATURE,
    LEFT,
    RIGHT,
    SPECIAL,
    Trees,
    goes_left_specially,
)

_BLOCK = 64
BIT, LEFT_SLOT, RIGHT_SLOT = 4, 5, 6
TOP, ABOVE, MEMBERS, WIDTH = 0, 1, 2, 2 + SPLITS_PER_TABLE


class ShapleyMethod(Protocol):
    """Whatever turns rows of features into contributions that add up to the raw score."""

    @property
    def method(self) -> Literal["leaf_tables", "pred_contrib"]:
        """How the values are computed; both ways give the same values within rounding."""

    def contributions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Contributions to the raw score, shape (n_rows, n_features + 1); the base value stands last."""


@dataclass(frozen=True, slots=True, eq=False)
class ShapleyTables:
    """Tables from which exact Shapley values are read.

    Build them once for a model with :meth:`build`; they are read-only and may be shared by threads.
    """

    trees: Trees
    base: float
    splits: NDArray[np.int32]
    first_splits: NDArray[np.int64]
    groups: NDArray[np.int32]
    first_groups: NDArray[np.int32]
    columns: NDArray[np.int32]
    starts: NDArray[np.int64]
    table: NDArray[np.float64]

    method: Literal["leaf_tables"] = "leaf_tables"

    @classmethod
    def build(cls, trees: Trees) -> ShapleyTables:
        """Fill the tables of a model.

        Raises
        ------
        ExplanationError
            If the trees are too deep for tables: more than 10 splits on a path, or more than 512 MiB.
        """
        paths, layout = _tables.lay_out(trees)
        first_splits = _tables.first_nodes(trees)
        local = _within_tree(first_splits)
        members = layout.members
        groups: list[NDArray[Any]] = [
            local[layout.tops][:, None],
            paths.lengths[layout.tops][:, None],
            np.where(members >= 0, local[members], _most_splits(first_splits)),
            layout.widths[:, None],
        ]
        return cls(
            trees=trees,
            base=expected_score(trees),
            splits=_narrow([trees.nodes, paths.bits[:, None], _slots(trees, local, first_splits)]),
            first_splits=first_splits,
            groups=_narrow(groups),
            first_groups=layout.first_of_tree,
            columns=layout.features,
            starts=layout.starts,
            table=_tables.fill(trees, paths, layout),
        )

    @property
    def n_bytes(self) -> int:
        """Memory that the tables take, in bytes."""
        return self.table.nbytes

    def contributions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Explain rows.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Feature values as the model takes them.
        threads : int, optional
            Threads at most; by default one for each processor. The result does not depend on it.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_features + 1)
            What each feature adds to the raw score (log-odds of the class coded 1) and, last, the expected
            raw score over the training rows. A row sums to its raw score within rounding, and has the same
            bits alone as in a batch.
        """
        trees = self.trees
        rows = trees.checked(X)
        result = np.zeros((len(rows), trees.n_features + 1))
        result[:, -1] = self.base

        def work(start: int, stop: int) -> None:
            _add_contributions(
                rows[start:stop], self.first_splits, self.splits, trees.thresholds, trees.category_bounds,
                trees.category_words, self.first_groups, self.groups, self.columns, self.starts, self.table,
                result[start:stop],
            )  # fmt: skip

        over_chunks(work, len(rows), threads)
        return result


@dataclass(frozen=True, slots=True, eq=False)
class PredContrib:
    """The same values from LightGBM itself, an order of magnitude slower, for models too deep for tables."""

    booster: Any
    n_features: int

    method: Literal["pred_contrib"] = "pred_contrib"

    @classmethod
    def from_lightgbm_text(cls, text: str) -> PredContrib:
        """Load the booster from its text."""
        import lightgbm

        booster = lightgbm.Booster(model_str=text)
        return cls(booster, booster.num_feature())

    def contributions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Explain rows; see :meth:`ShapleyTables.contributions`."""
        rows = np.ascontiguousarray(X, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self.n_features:
            raise ParameterError.must_be("X", f"a matrix with {self.n_features} columns", rows.shape)
        if not len(rows):
            return np.zeros((0, self.n_features + 1))
        values = self.booster.predict(rows, pred_contrib=True, num_threads=threads or 0)
        return np.asarray(values, dtype=np.float64)


def shapley_method(trees: Trees, text: str) -> ShapleyMethod:
    """Choose how to explain a model: by tables where they fit, by the booster otherwise.

    Parameters
    ----------
    trees : Trees
        The parsed model.
    text : str
        The LightGBM text that it was parsed from.
    """
    try:
        return ShapleyTables.build(trees)
    except ExplanationError:
        return PredContrib.from_lightgbm_text(text)


def _within_tree(first_splits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each split within its tree."""
    sizes = np.diff(first_splits)
    return np.arange(sizes.sum()) - np.repeat(first_splits[:-1], sizes)


def _narrow(parts: Sequence[NDArray[Any]]) -> NDArray[np.int32]:
    """Lay blocks of columns side by side as int32."""
    return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.int32)


def _most_splits(first_splits: NDArray[np.int64]) -> int:
    return int(np.diff(first_splits).max(initial=0))


def _slots(trees: Trees, local: NDArray[np.int64], first_splits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the walk keeps the mask of each child: its position in the tree, or a spare place for a leaf."""
    children = trees.nodes[:, [LEFT, RIGHT]]
    return np.where(children >= 0, local[np.maximum(children, 0)], _most_splits(first_splits))


def expected_score(trees: Trees) -> float:
    """Sum over the trees of the mean leaf value of the training rows."""
    total = 0.0
    stop = 0
    for splits in np.diff(_tables.first_nodes(trees)):
        leaves = slice(stop, stop + int(splits) + 1)
        stop = leaves.stop
        counts = trees.leaf_counts[leaves]
        total += float(np.sum(counts / counts.sum() * trees.leaf_values[leaves]))
    return total


@compiled
def _add_contributions(
    rows: NDArray[np.float64],
    first_splits: NDArray[np.int64],
    splits: NDArray[np.int32],
    thresholds: NDArray[np.float64],
    bounds: NDArray[np.int32],
    words: NDArray[np.uint32],
    first_groups: NDArray[np.int32],
    groups: NDArray[np.int32],
    columns: NDArray[np.int32],
    starts: NDArray[np.int64],
    table: NDArray[np.float64],
    result: NDArray[np.float64],
) -> None:
    """Evaluate each split once, carry the conditions met so far down the tree, then look up and add.

    Every row adds trees, then tables, then columns in their order, so its bits do not depend on the batch.
    """
    most = 0
    for tree in range(len(first_splits) - 1):
        most = max(most, first_splits[tree + 1] - first_splits[tree])
    masks = np.zeros(most + 1, dtype=np.uint32)
    outcomes = np.zeros(most + 1, dtype=np.uint32)
    one = np.uint32(1)
    for block in range(0, len(rows), _BLOCK):
        for tree in range(len(first_splits) - 1):
            first = first_splits[tree]
            n_splits = first_splits[tree + 1] - first
            for row in range(block, min(block + _BLOCK, len(rows))):
                masks[0] = np.uint32(0xFFFFFFFF)
                for local in range(np.uint64(n_splits)):
                    split = np.uint64(first) + local
                    value = rows[row, np.uint64(splits[split, FEATURE])]
                    decision = splits[split, DECISION]
                    if decision & SPECIAL:
                        left = goes_left_specially(value, decision, thresholds[split], bounds, words)
                    else:
                        left = (value <= thresholds[split]) | (
                            np.isnan(value) & ((decision & MISSING_LEFT) != 0)
                        )
                    outcome = np.uint32(left)
                    outcomes[local] = outcome
                    bit = np.uint32(splits[split, BIT])
                    masks[np.uint64(splits[split, LEFT_SLOT])] = masks[local] & ~((one - outcome) << bit)
                    masks[np.uint64(splits[split, RIGHT_SLOT])] = masks[local] & ~(outcome << bit)
                outcomes[most] = 0
                for group in range(np.uint64(first_groups[tree]), np.uint64(first_groups[tree + 1])):
                    above = np.uint32(groups[group, ABOVE])
                    key = masks[np.uint64(groups[group, TOP])] & ((one << above) - one)
                    for place in range(np.uint64(SPLITS_PER_TABLE)):
                        key |= outcomes[np.uint64(groups[group, np.uint64(MEMBERS) + place])] << (
                            above + np.uint32(place)
                        )
                    width = np.uint64(groups[group, WIDTH])
                    start = np.uint64(starts[group]) + np.uint64(key) * width
                    for column in range(width):
                        result[row, np.uint64(columns[group, column])] += table[start + column]
