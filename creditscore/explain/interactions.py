"""How much of a contribution two features make only together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ExplanationError
from creditscore.explain import _tables
from creditscore.explain._pairs import add_pairs
from creditscore.explain._quadrature import points_and_weights
from creditscore.explain.contributions import TOLERANCE
from creditscore.explain.shapley import ShapleyTables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """Contributions of pairs of features to each applicant's log-odds of default.

    ``values[i]`` is symmetric. Off the diagonal stands half of what two features add together beyond what
    they add apart (the Shapley interaction index); on it what a feature adds by itself. Each row of it sums
    to the feature's contribution within 1e-9, or the object cannot be made.

    Parameters
    ----------
    values : ndarray of float64, shape (n_applications, n_features, n_features)
        Calibrated log-odds of bad; above 0 raises the risk.
    contributions : ndarray of float64, shape (n_applications, n_features)
        What each feature adds in all.
    feature_names : tuple of str
        One for each column.
    application_ids : sequence
        One for each applicant.

    References
    ----------
    Grabisch and Roubens (1999), "An axiomatic approach to the concept of interaction among players in
    cooperative games", International Journal of Game Theory 28, 547-565.
    Lundberg, Erion, Chen et al. (2020), Nature Machine Intelligence 2, 56-67 (halves and main effects).
    """

    values: NDArray[np.float64]
    contributions: NDArray[np.float64]
    feature_names: tuple[str, ...]
    application_ids: Sequence[str | int]

    def __post_init__(self) -> None:
        rows, columns = self.contributions.shape
        fits = self.values.shape == (rows, columns, columns)
        if not fits or (len(self.feature_names), len(self.application_ids)) != (columns, rows):
            raise ExplanationError(
                f"Interactions of shape {self.values.shape} do not fit {rows} rows of {columns} features."
            )
        off = np.abs(self.values.sum(axis=2) - self.contributions).max(initial=0.0)
        if not off <= TOLERANCE:
            raise ExplanationError(f"The interactions miss the contributions, by {off:.3g}.")

    def __len__(self) -> int:
        return len(self.values)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas frame: a row for each pair that is not 0, the largest of an applicant first.

        ``interaction`` is what the pair adds together: both halves, or the main effect where ``feature``
        and ``with`` are the same.
        """
        import pandas as pd

        whole = np.tril(self.values) + np.tril(self.values, -1)
        who, one, two = np.nonzero(whole)
        sizes = whole[who, one, two]
        order = np.lexsort((two, one, -np.abs(sizes), who))
        names = np.array(self.feature_names, dtype=object)
        ids = np.array(list(self.application_ids), dtype=object)
        return pd.DataFrame(
            {
                "application_id": ids[who[order]],
                "feature": names[two[order]],
                "with": names[one[order]],
                "interaction": sizes[order],
            }
        )

    def __repr__(self) -> str:
        rows, columns = self.contributions.shape
        return f"Interactions({rows} applications x {columns} features)"


def interaction_values(tables: ShapleyTables, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute path-dependent interaction values, a few milliseconds a row.

    Parameters
    ----------
    tables : ShapleyTables
        Of the model, without a background.
    X : ndarray of float64, shape (n_rows, n_features)
        Feature values as the model takes them.

    Returns
    -------
    ndarray of float64, shape (n_rows, n_features, n_features)
        Raw log-odds; symmetric, and rows sum to the contributions.

    Raises
    ------
    ExplanationError
        If the tables were filled against a background.
    """
    if tables.method != "leaf_tables":
        raise ExplanationError("Interactions are path-dependent. Leave out the background.")
    trees, walk = tables.trees, tables.walk
    paths, _ = _tables.lay_out(trees)
    rows = trees.checked(X)
    pairs = np.zeros((len(rows), trees.n_features, trees.n_features))
    # A product of d - 2 linear factors is integrated exactly by half as many points.
    points, weights = points_and_weights(paths.features.shape[1] // 2 + 1)
    for row, values in zip(rows, pairs, strict=True):
        add_pairs(
            row, walk.first_splits, walk.splits, walk.thresholds, walk.bounds, walk.words,
            trees.node_counts, trees.leaf_counts, trees.leaf_values, *paths,
            points, weights, values,
        )  # fmt: skip
    both = pairs + pairs.transpose(0, 2, 1)
    main = tables.contributions(rows)[:, :-1] - both.sum(axis=2)
    diagonal = np.arange(trees.n_features)
    both[:, diagonal, diagonal] = main
    return both
