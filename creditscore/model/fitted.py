"""The fitted model as one frozen value: all that scoring needs, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ArtefactError, ParameterError
from creditscore.model.calibration import AffineCalibration
from creditscore.model.categories import Encoding
from creditscore.model.scale import probability_of_default
from creditscore.model.trees import Trees

_PARTS = ("model_text", "signs", "categories", "calibration", "feature_names")


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """Boosted trees over oriented features, and the calibration of their sum.

    Scoring neither imports LightGBM nor reads anything but this value, so that a model gives the same bits
    before it is saved and after it is loaded.

    Attributes
    ----------
    model_text : str
        The trees in LightGBM's text format, over *oriented* features: a feature with which risk falls is
        negated, a category is replaced by its code. `encode` makes such rows.
    signs : tuple of int
        For each feature: +1 risk rises with it, -1 risk falls with it, 0 no sign is imposed.
    categories : mapping of int to tuple of float
        Column of each categorical feature, and its labels, rising.
    calibration : AffineCalibration
        From raw to calibrated log-odds of bad.
    feature_names : tuple of str
        In column order.
    trees : Trees
        What `model_text` says, as arrays.
    encoding : Encoding
        What `signs` and `categories` say, ready to use.
    """

    model_text: str
    signs: tuple[int, ...]
    categories: Mapping[int, tuple[float, ...]]
    calibration: AffineCalibration
    feature_names: tuple[str, ...]
    trees: Trees = field(init=False, repr=False)
    encoding: Encoding = field(init=False, repr=False)

    def __post_init__(self) -> None:
        trees = Trees.from_lightgbm_text(self.model_text)
        n_features = len(self.feature_names)
        if not trees.n_features == n_features == len(self.signs):
            raise ArtefactError(
                f"The trees have {trees.n_features} features, but there are {n_features} names and "
                f"{len(self.signs)} signs. Save the model again."
            )
        if not set(self.signs) <= {-1, 0, 1}:
            raise ArtefactError(f"Signs must be -1, 0 or 1. Got {sorted(set(self.signs))}.")
        if not all(0 <= column < n_features for column in self.categories):
            raise ArtefactError(f"Categorical columns must be within 0 and {n_features - 1}.")
        object.__setattr__(self, "trees", trees)
        object.__setattr__(self, "encoding", Encoding(self.signs, self.categories))

    @property
    def n_features(self) -> int:
        """Number of columns that a row must have."""
        return len(self.feature_names)

    @property
    def n_trees(self) -> int:
        """Number of trees."""
        return self.trees.n_trees

    def encode(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Orient the features and code the categories: the matrix that `trees` reads.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Features as computed; NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_features)
            A new matrix. Column ``j`` still stands for feature ``j``, so contributions need no mapping back.

        Raises
        ------
        ParameterError
            If ``X`` has another number of columns.
        """
        if X.ndim != 2 or X.shape[1] != self.n_features:
            raise ParameterError.must_be("X", f"a matrix with {self.n_features} columns", X.shape)
        return self.encoding.encode(X)

    def raw_log_odds(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Sum of the trees, before calibration; shapes as in `log_odds`."""
        return self.trees.raw_scores(self.encode(X), threads=threads)

    def log_odds(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Calibrated log-odds of bad.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Features as computed; NaN is missing.
        threads : int, optional
            Threads at most; by default one for each processor. The result does not depend on it.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
            Higher is riskier.
        """
        return self.calibration.log_odds(self.raw_log_odds(X, threads=threads))

    def probability(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Probability of default, within 0 and 1; shapes as in `log_odds`."""
        return probability_of_default(self.log_odds(X, threads=threads))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, exact in JSON."""
        return {
            "model_text": self.model_text,
            "signs": list(self.signs),
            "categories": {str(column): list(labels) for column, labels in self.categories.items()},
            "calibration": self.calibration.to_dict(),
            "feature_names": list(self.feature_names),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned; nothing in it is ever executed.

        Raises
        ------
        ArtefactError
            If a part is missing, unexpected, of the wrong kind, or contradicts another.
        """
        if set(stored) != set(_PARTS):
            raise ArtefactError(f"A fitted model has the parts {sorted(_PARTS)}. Got {sorted(stored)}.")
        try:
            categories = {
                int(column): tuple(float(label) for label in labels)
                for column, labels in stored["categories"].items()
            }
            return cls(
                model_text=str(stored["model_text"]),
                signs=tuple(int(sign) for sign in stored["signs"]),
                categories=categories,
                calibration=AffineCalibration.from_dict(stored["calibration"]),
                feature_names=tuple(str(name) for name in stored["feature_names"]),
            )
        except (AttributeError, TypeError, ValueError) as error:
            if isinstance(error, ArtefactError):
                raise
            raise ArtefactError(f"A part of the fitted model is of the wrong kind: {error}") from error
