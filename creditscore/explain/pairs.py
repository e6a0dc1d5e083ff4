"""Exact interaction values of boosted trees, read from tables, for one applicant and for many.

Both games of :mod:`creditscore.explain.shapley` are served, with missing values and categories, and groups of
features may be players in the place of features.

References
----------
Grabisch and Roubens (1999), "An axiomatic approach to the concept of interaction among players in cooperative
games", International Journal of Game Theory 28, 547-565.
Lundberg, Erion, Chen et al. (2020), Nature Machine Intelligence 2, 56-67 (halves and main effects).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError
from creditscore.explain import _pairs, _tables
from creditscore.explain._walks import FEW_ROWS, Walk, count_patterns
from creditscore.explain.deep import ShapleyQuadrature
from creditscore.explain.shapley import ShapleyTables, walk_of
from creditscore.model.trees import Trees, over_chunks


class PairMethod(Protocol):
    """Whatever turns rows of features into matrices of interaction values."""

    def contributions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Contributions to the raw score, shape (n_rows, n_players + 1); the base value stands last."""

    def interactions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Interaction values, shape (n_rows, n_players, n_players); rows sum to the contributions."""


@dataclass(frozen=True, slots=True, eq=False)
class PairTables:
    """Tables from which exact interaction values are read; make them with :meth:`of`.

    They are read-only and may be shared by threads.
    """

    shapley: ShapleyTables
    walk: Walk

    @classmethod
    def of(
        cls,
        trees: Trees,
        *,
        rows: NDArray[np.float64] | None = None,
        weights: NDArray[np.float64] | None = None,
        players: NDArray[np.int32] | None = None,
    ) -> PairTables:
        """Fill the tables of a model.

        Parameters
        ----------
        trees : Trees
            The model.
        rows : ndarray of float64, shape (n_background, n_features), optional
            Population for interventional values; by default values are path-dependent.
        weights : ndarray of float64, shape (n_background,), optional
            Of the population, at least 0, by default all 1.
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
        >>> X = np.random.default_rng(0).normal(size=(500, 2))
        >>> data = lightgbm.Dataset(X, X[:, 0] * X[:, 1] > 0)
        >>> booster = lightgbm.train({"objective": "binary", "verbose": -1}, data, 5)
        >>> trees = Trees.from_lightgbm_text(booster.model_to_string())
        >>> tables = PairTables.of(trees)
        >>> values = tables.interactions(X)
        >>> bool(np.allclose(values.sum(axis=2), tables.contributions(X)[:, :-1]))
        True
        >>> against = PairTables.of(trees, rows=X[:30]).interactions(X)
        >>> bool(np.allclose(against.sum(axis=(1, 2)) + trees.raw_scores(X[:30]).mean(), trees.raw_scores(X)))
        True
        """
        grouped = _tables.played_by(trees, players)
        paths, layout = _tables.lay_out(grouped)
        if rows is None:
            shapley, counted = ShapleyTables.build(trees, players), np.zeros(0)
        else:
            shapley = ShapleyTables.against(trees, rows, weights, players)
            counted = _counted(trees, paths, layout, trees.checked(rows), weights)
        widths, entries = _pairs.pair_columns(layout, shapley.n_players)
        sizes = np.diff(_pairs.rows_of_tables(layout)) * widths
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
        _tables.check_size(int(starts[-1]))
        table = _pairs.fill_pairs(grouped, paths, layout, starts, counted)
        of_pairs = layout._replace(widths=widths, features=entries, starts=starts)
        return cls(shapley, walk_of(trees, paths, of_pairs, table))

    def __post_init__(self) -> None:
        for array in self.walk:
            array.setflags(write=False)

    @property
    def n_bytes(self) -> int:
        """Memory that the tables of pairs take, in bytes."""
        return self.walk.table.nbytes

    def contributions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Explain rows, shape (n_rows, n_features), by player; see :meth:`ShapleyTables.contributions`."""
        return self.shapley.contributions(X, threads=threads)

    def interactions(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Compute the interaction values of rows.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Feature values as the model takes them.
        threads : int, optional
            Threads at most; by default one for each processor. The result does not depend on it.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_players, n_players)
            Raw log-odds; symmetric. Off the diagonal half of what two players add together, on it what one
            adds alone. Rows sum to the contributions within rounding, and a row has the same bits alone as
            in a batch.

        Raises
        ------
        ParameterError
            If ``X`` is not a matrix with one column for each feature.
        """
        rows = self.shapley.trees.checked(X)
        players = self.shapley.n_players
        result = np.zeros((len(rows), players, players))
        flat = result.reshape(len(rows), players * players)

        add = _pairs.pairs_of_few if len(rows) < FEW_ROWS else _pairs.pairs_of_block

        def work(start: int, stop: int) -> None:
            for first in range(start, stop, _pairs.BLOCK):
                block = slice(first, min(first + _pairs.BLOCK, stop))
                add(rows[block], *self.walk, flat[block])
                _pairs.finish_pairs(self.shapley.contributions(rows[block], threads=1), result[block])

        over_chunks(work, len(rows), threads)
        return result


def _counted(
    trees: Trees,
    paths: _tables.Paths,
    layout: _tables.Layout,
    population: NDArray[np.float64],
    weights: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Share of a population that meets the pattern of each row of the tables."""
    weighed = np.ones(len(population)) if weights is None else weights
    single = layout._replace(widths=np.ones_like(layout.widths), starts=_pairs.rows_of_tables(layout))
    counted = np.zeros(single.starts[-1])
    walk = walk_of(trees, paths, single, counted)
    count_patterns(population, weighed, counted, *walk.to_find_positions())
    counted /= float(weighed.sum())
    return counted


def pair_method(
    trees: Trees,
    *,
    rows: NDArray[np.float64] | None = None,
    weights: NDArray[np.float64] | None = None,
    players: NDArray[np.int32] | None = None,
) -> PairMethod:
    """Choose how to compute interaction values: by tables where they fit, by quadrature otherwise.

    Parameters
    ----------
    trees : Trees
        The model.
    rows, weights : ndarray of float64, shape (n_background, n_features) and (n_background,), optional
        As `PairTables.of` takes them.
    players : ndarray of int32, shape (n_features,), optional
        As `PairTables.of` takes them.

    Raises
    ------
    ExplanationError
        If tables do not fit and there is a background, or over 64 features or groups are on a path.
    """
    try:
        return PairTables.of(trees, rows=rows, weights=weights, players=players)
    except ExplanationError:
        if rows is not None:
            raise
    return ShapleyQuadrature.build(trees, players)
