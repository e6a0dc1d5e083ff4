"""Exact Shapley and interaction values of trees too deep for tables, by quadrature.

References
----------
Wettenstein, Mitchell and Yu (2026), "Quadrature-TreeSHAP", arXiv 2605.04497 (the sum over coalitions as an
integral over the chance to join, at a few points).
Lundberg, Erion, Chen et al. (2020), Nature Machine Intelligence 2, 56-67 (path-dependent values).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError
from creditscore.explain._deep import explain_deep, pairs_of_deep
from creditscore.explain._expected import expected_score
from creditscore.explain._pairs import finish_pairs
from creditscore.explain._ways import RULES, Ways, ways_of
from creditscore.model.trees import Trees, over_chunks

# So many rows share what is worked out once for each tree, and what they add to stays close.
_BLOCK: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class ShapleyQuadrature:
    """Path-dependent values of any trees with at most 64 features on a path; make it with :meth:`build`.

    It keeps some numbers for each split and fills no tables, so that it costs nothing to begin with, and as
    much for a split far down as for one at the top. It is read-only and may be shared by threads.
    """

    trees: Trees
    base: float
    ways: Ways
    n_players: int

    method: Literal["quadrature"] = "quadrature"

    @classmethod
    def build(cls, trees: Trees, players: NDArray[np.int32] | None = None) -> ShapleyQuadrature:
        """Gather what is read for every row.

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
            If there are more than 64 features or groups on a path.

        Examples
        --------
        >>> import lightgbm
        >>> X = np.random.default_rng(0).normal(size=(500, 3))
        >>> data = lightgbm.Dataset(X, X[:, 0] * X[:, 1] > 0)
        >>> booster = lightgbm.train({"objective": "binary", "verbose": -1}, data, 5)
        >>> trees = Trees.from_lightgbm_text(booster.model_to_string())
        >>> exact = ShapleyQuadrature.build(trees)
        >>> values = exact.contributions(X)
        >>> bool(np.allclose(values.sum(axis=1), trees.raw_scores(X)))
        True
        >>> bool(np.allclose(exact.interactions(X).sum(axis=2), values[:, :-1]))
        True
        """
        ways = ways_of(trees, players)
        if ways is None:
            raise ExplanationError(
                f"A path of the model has more than {2 * RULES[-1]} features. Fit with max_depth=6."
            )
        n_players = trees.n_features if players is None else int(players.max(initial=-1)) + 1
        return cls(trees, expected_score(trees), ways, n_players)

    def __post_init__(self) -> None:
        for array in self.ways:
            array.setflags(write=False)

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
        ndarray of float64, shape (n_rows, n_players + 1)
            What each feature, or group of them, adds to the raw score (log-odds of the class coded 1) and,
            last, the base. A row sums to its raw score within rounding, and has the same bits alone as in a
            batch.

        Raises
        ------
        ParameterError
            If ``X`` is not a matrix with one column for each feature.
        """
        rows = self.trees.checked(X)
        result = np.zeros((len(rows), self.n_players + 1))
        result[:, -1] = self.base

        def add(block: slice) -> None:
            explain_deep(rows[block], result[block, :-1], *self.ways.of_edges())

        _by_blocks(add, len(rows), threads)
        return result

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
            adds alone. Rows sum to the contributions within rounding.

        Raises
        ------
        ParameterError
            If ``X`` is not a matrix with one column for each feature.
        """
        rows = self.trees.checked(X)
        result = np.zeros((len(rows), self.n_players, self.n_players))

        def add(block: slice) -> None:
            pairs_of_deep(rows[block], *self.ways, result[block])
            finish_pairs(self.contributions(rows[block], threads=1), result[block])

        _by_blocks(add, len(rows), threads)
        return result


def _by_blocks(add: Callable[[slice], None], n_rows: int, threads: int | None) -> None:
    """Call ``add`` for blocks of rows, shared among threads."""

    def work(start: int, stop: int) -> None:
        for first in range(start, stop, _BLOCK):
            add(slice(first, min(first + _BLOCK, stop)))

    over_chunks(work, n_rows, threads)
