"""Exact Shapley values of boosted trees, for one applicant in a fraction of a millisecond.

Path-dependent values are those of LightGBM's ``pred_contrib`` and of TreeSHAP without a background: a feature
that is not known is averaged over the training rows that reached each split. They need no background, so an
old decision can be explained again to the bit. Interventional values replace what is not known by the rows of
a background population, one after another, and are read from tables of the same form.

References
----------
Lundberg, Erion, Chen et al. (2020), "From local explanations to global understanding with explainable AI for
trees", Nature Machine Intelligence 2, 56-67.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError, ParameterError
from creditscore.explain import _tables
from creditscore.explain._backgrounds import fill_against
from creditscore.explain._expected import expected_score
from creditscore.explain._walks import FEW_ROWS, Walk, count_patterns, explain_few, explain_many
from creditscore.explain.deep import ShapleyQuadrature
from creditscore.model._lightgbm_writing import rewritten
from creditscore.model.trees import Trees, over_chunks
from creditscore.model.walking import LEFT, RIGHT

Method: TypeAlias = Literal["leaf_tables", "quadrature", "pred_contrib", "interventional_tables"]


class ShapleyMethod(Protocol):
    """Whatever turns rows of features into contributions that add up to the raw score."""

    @property
    def method(self) -> Method:
        """How the values are computed; the first three give the same within rounding."""

    @property
    def base(self) -> float:
        """Expected raw score where nothing is known: over the training rows, or over the background."""

    def contributions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Contributions to the raw score, shape (n_rows, n_features + 1); the base value stands last."""


@dataclass(frozen=True, slots=True, eq=False)
class ShapleyTables:
    """Tables from which exact Shapley values are read.

    Build them once for a model with :meth:`build`; they are read-only and may be shared by threads.
    """

    trees: Trees
    base: float
    walk: Walk

    method: Method = "leaf_tables"
    players: NDArray[np.int32] | None = None

    def __post_init__(self) -> None:
        for array in self.walk:
            array.setflags(write=False)

    @classmethod
    def build(cls, trees: Trees, players: NDArray[np.int32] | None = None) -> ShapleyTables:
        """Fill the tables of a model for path-dependent values.

        Parameters
        ----------
        trees : Trees
            The model.
        players : ndarray of int32, shape (n_features,), optional
            Number of the group that each feature belongs to, from 0 on. The features of a group are known
            together or not at all. By default each feature is a player of its own.

        Raises
        ------
        ExplanationError
            If the trees are too deep for tables: more than 10 splits on a path, or more than 512 MiB.

        Examples
        --------
        >>> import lightgbm
        >>> X = np.arange(100.0).reshape(-1, 1)
        >>> data = lightgbm.Dataset(X, X[:, 0] > 60)
        >>> booster = lightgbm.train({"objective": "binary", "verbose": -1}, data, 3)
        >>> trees = Trees.from_lightgbm_text(booster.model_to_string())
        >>> tables = ShapleyTables.build(trees)
        >>> bool(np.allclose(tables.contributions(X).sum(axis=1), trees.raw_scores(X)))
        True
        """
        grouped = _tables.played_by(trees, players)
        paths, layout = _tables.lay_out(grouped)
        walk = walk_of(trees, paths, layout, _tables.fill(grouped, paths, layout))
        return cls(trees, expected_score(trees), walk, "leaf_tables", players)

    @classmethod
    def against(
        cls,
        trees: Trees,
        rows: NDArray[np.float64],
        weights: NDArray[np.float64] | None = None,
        players: NDArray[np.int32] | None = None,
    ) -> ShapleyTables:
        """Fill the tables of a model for interventional values against a background population.

        Parameters
        ----------
        trees : Trees
            The model.
        rows : ndarray of float64, shape (n_background, n_features)
            The population, as the model takes it. It is walked once; explaining does not come back to it.
        weights : ndarray of float64, shape (n_background,), optional
            At least 0, by default all 1.
        players : ndarray of int32, shape (n_features,), optional
            As `build` takes them.

        Raises
        ------
        ExplanationError
            If the trees are too deep for tables.

        Examples
        --------
        >>> import lightgbm
        >>> X = np.arange(200.0).reshape(-1, 2)
        >>> data = lightgbm.Dataset(X, X[:, 0] > 120)
        >>> booster = lightgbm.train({"objective": "binary", "verbose": -1}, data, 3)
        >>> trees = Trees.from_lightgbm_text(booster.model_to_string())
        >>> tables = ShapleyTables.against(trees, X[:30])
        >>> bool(np.isclose(tables.base, trees.raw_scores(X[:30]).mean()))
        True
        """
        population = trees.checked(rows)
        weighed = np.ones(len(population)) if weights is None else weights
        total = float(weighed.sum())
        grouped = _tables.played_by(trees, players)
        paths, layout = _tables.lay_out(grouped)
        table = np.zeros(layout.starts[-1])
        walk = walk_of(trees, paths, layout, table)
        count_patterns(population, weighed, table, *walk.to_find_positions())
        fill_against(grouped, paths, layout, total, table)
        base = float((trees.raw_scores(population) * weighed).sum()) / total
        return cls(trees, base, walk, "interventional_tables", players)

    @property
    def n_players(self) -> int:
        """Number of features, or of groups of them."""
        return self.trees.n_features if self.players is None else int(self.players.max(initial=-1)) + 1

    @property
    def n_bytes(self) -> int:
        """Memory that the tables take, in bytes."""
        return self.walk.table.nbytes

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
            What each feature, or group of them, adds to the raw score (log-odds of the class coded 1) and,
            last, the base: the expected raw score over the training rows, or over the background. A row sums
            to its raw score within rounding, and has the same bits alone as in a batch.
        """
        rows = _checked(X, len(self.trees.feature_names))
        result = np.zeros((len(rows), self.n_players + 1))
        result[:, -1] = self.base
        if len(rows) < FEW_ROWS:
            explain_few(rows, *self.walk, result[:, :-1])
            return result

        def work(start: int, stop: int) -> None:
            explain_many(rows[start:stop], *self.walk, result[start:stop, :-1])

        over_chunks(work, len(rows), threads)
        return result


@dataclass(frozen=True, slots=True, eq=False)
class PredContrib:
    """The same values from LightGBM itself, an order of magnitude slower, for paths of over 64 features."""

    booster: Any
    n_features: int
    base: float

    method: Method = "pred_contrib"

    @classmethod
    def from_lightgbm_text(cls, text: str) -> PredContrib:
        """Load the booster from its text."""
        import lightgbm

        trees = Trees.from_lightgbm_text(text)
        booster = lightgbm.Booster(model_str=rewritten(text))
        return cls(booster, trees.n_features, expected_score(trees))

    def contributions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Explain rows; see :meth:`ShapleyTables.contributions`.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Feature values as the model takes them.
        threads : int, optional
            Default: as many as LightGBM takes.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_features + 1)
            What each feature adds to the raw score and, last, the base. A row sums to its raw score within
            rounding.

        Raises
        ------
        ParameterError
            If ``X`` is not a matrix with one column for each feature.
        """
        rows = _checked(X, self.n_features)
        if not len(rows):
            return np.zeros((0, self.n_features + 1))
        values = self.booster.predict(rows, pred_contrib=True, num_threads=threads or 0)
        return np.asarray(values, dtype=np.float64)


def shapley_method(trees: Trees, text: str) -> ShapleyMethod:
    """Choose how to explain a model: by tables where they fit, then by quadrature, last by the booster.

    Where they fit, tables are the fastest for many rows and for one (`benchmarks/explain_deep.py`).

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
        pass
    try:
        return ShapleyQuadrature.build(trees)
    except ExplanationError:
        return PredContrib.from_lightgbm_text(text)


def _checked(X: NDArray[np.float64], n_features: int) -> NDArray[np.float64]:
    rows = np.ascontiguousarray(X, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != n_features:
        raise ParameterError.must_be("X", f"a matrix with {n_features} columns", rows.shape)
    return rows


def walk_of(trees: Trees, paths: _tables.Paths, layout: _tables.Layout, table: NDArray[np.float64]) -> Walk:
    """Gather what a walk reads, in the order in which it reads; ``table`` has shape (n_numbers,)."""
    first_splits = _tables.first_nodes(trees)
    spare = int(np.diff(first_splits).max(initial=0))
    local = _within_tree(first_splits)
    children = trees.nodes[:, [LEFT, RIGHT]]
    slots = np.where(children >= 0, local[np.maximum(children, 0)], spare)
    outcomes = np.where(layout.members >= 0, local[layout.members], spare)
    walk = Walk(
        first_splits=first_splits,
        splits=_narrow([trees.nodes, paths.bits[:, None], slots]),
        thresholds=trees.thresholds,
        bounds=trees.category_bounds,
        words=trees.category_words,
        first_groups=layout.first_of_tree,
        groups=_narrow(
            [local[layout.tops, None], paths.lengths[layout.tops, None], outcomes, layout.widths[:, None]]
        ),
        columns=layout.features,
        starts=layout.starts,
        table=table,
    )
    for array in walk.to_find_positions():
        array.setflags(write=False)
    return walk


def _within_tree(first_splits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of each split within its tree."""
    sizes = np.diff(first_splits)
    return np.arange(sizes.sum()) - np.repeat(first_splits[:-1], sizes)


def _narrow(parts: Sequence[NDArray[Any]]) -> NDArray[np.int32]:
    """Lay blocks of columns side by side as int32."""
    return np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.int32)
