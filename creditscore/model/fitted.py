"""The fitted model as one frozen value: all that scoring needs, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ArtefactError, ParameterError
from creditscore.model._coding import Labels, code_labels
from creditscore.model.affine import AffineCalibration
from creditscore.model.cells import Cells
from creditscore.model.scale import probability_of_default
from creditscore.model.trees import Trees

_PARTS = frozenset({"model_text", "signs", "categories", "calibration", "feature_names"})
_CELLS = "cells"


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """Turns risk to rise with every signed feature, and gives every category its code.

    Attributes
    ----------
    signs : tuple of int
        For each feature: +1 risk rises with it, -1 risk falls with it, 0 no sign is imposed.
    categories : mapping of int to tuple of float
        Column of each categorical feature, and its labels, rising.

    Examples
    --------
    >>> encoding = Encoding(signs=(-1, 0), categories={1: (3.0, 8.0)})
    >>> encoding.encode(np.array([[2.0, 8.0], [np.nan, 5.0]]))
    array([[-2.,  1.],
           [nan,  2.]])
    """

    signs: tuple[int, ...]
    categories: Mapping[int, tuple[float, ...]]
    _factors: NDArray[np.float64] = field(init=False, repr=False)
    _labels: Labels = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "categories", dict(self.categories))
        object.__setattr__(self, "_factors", np.where(np.array(self.signs) < 0, -1.0, 1.0))
        object.__setattr__(self, "_labels", Labels.of(self.categories))

    @classmethod
    def learned(cls, X: NDArray[np.float64], signs: Sequence[int], categorical: Iterable[int]) -> Encoding:
        """Read the labels of the categorical columns from training rows.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Features as computed; NaN is missing.
        signs : sequence of int, length n_features
            +1, -1 or 0 for each feature.
        categorical : iterable of int
            Columns that hold labels.
        """
        return cls(tuple(signs), {column: distinct_labels(X[:, column]) for column in categorical})

    def encode(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Orient the signed features and code the categorical ones.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Features as computed; NaN is missing.

        Returns
        -------
        ndarray of float64, shape (n_rows, n_features)
            A new matrix; column ``j`` still stands for feature ``j``. NaN stays NaN in a quantity; a label
            that is missing, or that fitting did not see, has the code after those of all labels.
        """
        encoded: NDArray[np.float64] = np.multiply(X, self._factors, order="C", dtype=np.float64)
        if self._labels.columns.size:
            code_labels(encoded, self._factors, *self._labels)
        return encoded

    @property
    def unknown(self) -> dict[int, int]:
        """Of each categorical column, the code of a label that is missing or new."""
        return {column: len(labels) for column, labels in self.categories.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """Rows as the trees read them, and what the model says of each.

    Attributes
    ----------
    encoded : ndarray of float64, shape (n_rows, n_features)
        Oriented features and codes of categories.
    raw : ndarray of float64, shape (n_rows,)
        Log-odds of bad before calibration.
    log_odds : ndarray of float64, shape (n_rows,)
        Calibrated log-odds of bad; higher is riskier.
    slope, intercept : ndarray of float64, shape (n_rows,)
        The line from the one to the other.
    """

    encoded: NDArray[np.float64]
    raw: NDArray[np.float64]
    log_odds: NDArray[np.float64]
    slope: NDArray[np.float64]
    intercept: NDArray[np.float64]


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
    cells : Cells or None
        Lines of calibration by which groups of columns a row shows, in the stead of the one for all.
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
    cells: Cells | None = None
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
        if self.cells is not None and self.cells.groups.most >= n_features:
            raise ArtefactError(f"Columns of the cells must be within 0 and {n_features - 1}.")
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
        if X.ndim != 2 or X.shape[1] != len(self.feature_names):
            raise ParameterError.must_be("X", f"a matrix with {self.n_features} columns", X.shape)
        return self.encoding.encode(X)

    def evaluate(self, X: NDArray[np.float64], *, threads: int | None = None) -> Evaluated:
        """Encode rows, add the trees and calibrate; ``X`` has shape (n_rows, n_features)."""
        encoded = self.encode(X)
        raw = self.trees.raw_scores(encoded, threads=threads)
        slope, intercept = self.lines(X)
        return Evaluated(encoded, raw, slope * raw + intercept, slope, intercept)

    def lines(self, X: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return slope and intercept for each row, shape (n_rows,) each; ``X`` is as in `log_odds`."""
        if self.cells is not None:
            return self.cells.of(X)
        return np.full(len(X), self.calibration.slope), np.full(len(X), self.calibration.intercept)

    def line_of(self, row: NDArray[np.float64]) -> AffineCalibration:
        """Return the line of one row of features, shape (n_features,)."""
        return self.calibration if self.cells is None else self.cells.line_of(row)

    def shifted(self, shift: float) -> FittedModel:
        """Return the model with every probability moved by so many log-odds."""
        cells = None if self.cells is None else self.cells.shifted(shift)
        return replace(self, calibration=self.calibration.shifted(shift), cells=cells)

    def raw_log_odds(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Sum of the trees, before calibration, shape (n_rows,); ``X`` is as in `log_odds`."""
        return self.evaluate(X, threads=threads).raw

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
        return self.evaluate(X, threads=threads).log_odds

    def least_log_odds(self, X: NDArray[np.float64]) -> float:
        """Return what no row is less risky than whose features all lie between those of some rows.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            At least one row, as in `log_odds`. Rows between show the same groups of columns as one of these.

        Returns
        -------
        float
            Calibrated log-odds of bad, at most the least of these rows; no row need come to it.
        """
        raw = self.trees.least_raw_score(self.encode(X))
        slope, intercept = self.lines(X)
        return float((slope * raw + intercept).min())

    def probability(self, X: NDArray[np.float64], *, threads: int | None = None) -> NDArray[np.float64]:
        """Probability of default, within 0 and 1, shape (n_rows,); ``X`` is as in `log_odds`."""
        return probability_of_default(self.log_odds(X, threads=threads))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, exact in JSON."""
        cells = {} if self.cells is None else {_CELLS: self.cells.to_dict()}
        return cells | {
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
        if set(stored) - {_CELLS} != _PARTS:
            raise ArtefactError(f"A fitted model has the parts {sorted(_PARTS)}. Got {sorted(stored)}.")
        try:
            categories = {
                int(column): tuple(float(label) for label in labels)
                for column, labels in stored["categories"].items()
            }
            line = AffineCalibration.from_dict(stored["calibration"])
            return cls(
                model_text=str(stored["model_text"]),
                signs=tuple(int(sign) for sign in stored["signs"]),
                categories=categories,
                calibration=line,
                feature_names=tuple(str(name) for name in stored["feature_names"]),
                cells=Cells.from_dict(stored[_CELLS], line) if _CELLS in stored else None,
            )
        except (AttributeError, OverflowError, TypeError, ValueError) as error:
            if isinstance(error, ArtefactError):
                raise
            raise ArtefactError(f"A part of the fitted model is of the wrong kind: {error}") from error


def distinct_labels(column: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the labels that occur, rising; missing is none of them.

    Parameters
    ----------
    column : ndarray of float64, shape (n_rows,)
        Labels as exact numbers; NaN is missing.

    Examples
    --------
    >>> distinct_labels(np.array([7.0, np.nan, 2.0, 7.0]))
    (2.0, 7.0)
    """
    return tuple(np.unique(column[~np.isnan(column)]).tolist())


def category_codes(column: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the position of each value among the labels.

    Parameters
    ----------
    column : ndarray of float64, shape (n_rows,)
        Labels as exact numbers; NaN is missing.
    labels : ndarray of float64, shape (n_labels,)
        Labels known from fitting, rising.

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        0 to ``n_labels - 1``; NaN for a missing value and for a label that fitting did not see.

    Examples
    --------
    >>> category_codes(np.array([7.0, np.nan, 3.0]), np.array([2.0, 7.0]))
    array([ 1., nan, nan])
    """
    if len(labels) == 0:
        return np.full(len(column), np.nan)
    positions = np.minimum(np.searchsorted(labels, column), len(labels) - 1)
    return np.where(labels[positions] == column, positions.astype(np.float64), np.nan)
