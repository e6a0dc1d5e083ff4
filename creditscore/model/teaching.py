"""A stronger model teaches the trees: soft labels that no row had a say in for itself.

A teacher may be any classifier, such as a foundation model for tables: slow, without signs, without exact
reasons. What is deployed are trees that were grown on its probabilities. They stay monotone, exact and fast.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import FittingError, ParameterError
from creditscore.model.recipes import TreeRecipe

TAUGHT: Final = "taught "
LEAST_PARTS: Final = 3


class Teacher(Protocol):
    """Any classifier with scikit-learn's `fit` and `predict_proba` that takes NaN."""

    def fit(self, X: NDArray[np.float64], y: NDArray[np.int64]) -> Any:
        """Fit on numbers, shape (n_rows, n_features), and outcomes, 1 for bad, shape (n_rows,)."""

    def predict_proba(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of good and of bad, shape (n_rows, 2)."""


def checked_teacher(teacher: object) -> None:
    """Refuse what cannot teach.

    Raises
    ------
    ParameterError
    """
    if isinstance(teacher, type) or not all(hasattr(teacher, name) for name in ("fit", "predict_proba")):
        raise ParameterError.must_be("teacher", "a classifier with fit and predict_proba, or None", teacher)


def with_taught(recipes: Sequence[TreeRecipe]) -> tuple[TreeRecipe, ...]:
    """Return the recipes, and each once more on the labels of the teacher."""
    taught = (replace(one, name=TAUGHT + one.name, is_taught=True) for one in recipes)
    return (*recipes, *taught)


class Teaching:
    """Soft labels of a teacher.

    Whatever rows trees grow on, each of them gets the probability of a teacher that was fitted on the other
    parts of the applicants among these rows alone. So no row teaches itself, and no row that judges the trees
    has taught them: the choice between labels and soft labels is as honest as that between recipes.

    Parameters
    ----------
    teacher : Teacher
        Cloned for every fit.
    encoded : ndarray of float64, shape (n_labelled + n_unlabelled, n_features)
        What trees read: oriented features and codes of categories; rows without outcome come last.
    bad, weight : ndarray of float64, shape (n_labelled,)
    part : ndarray of int64, shape (n_labelled,)
        The part of the applicant of each row.
    """

    def __init__(
        self,
        teacher: Teacher,
        encoded: NDArray[np.float64],
        bad: NDArray[np.float64],
        weight: NDArray[np.float64],
        part: NDArray[np.int64],
    ) -> None:
        if len(np.unique(part)) < LEAST_PARTS:
            raise FittingError(
                f"A teacher needs at least {LEAST_PARTS} parts of applicants. Got {len(np.unique(part))}: "
                "give more rows, a greater n_folds, or no teacher."
            )
        self._teacher, self._encoded, self._bad, self._weight, self._part = (
            teacher, encoded, bad, weight, part,
        )  # fmt: skip
        self.unlabelled: NDArray[np.int64] = np.arange(len(bad), len(encoded), dtype=np.int64)
        self._fitted: dict[bytes, Any] = {}
        self._said: dict[bytes, NDArray[np.float64]] = {}

    def labels(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of bad of rows to grow on, and then of all rows without outcome.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_grown,)
            Labelled rows, rising.

        Returns
        -------
        ndarray of float64, shape (n_grown + n_unlabelled,)
            Within 0 and 1.
        """
        key = _key(rows)
        if key not in self._said:
            self._said[key] = self._spoken(rows)
        return self._said[key]

    def _spoken(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        own, others = np.full(len(rows), np.nan), []
        for part in np.unique(self._part[rows]).tolist():
            is_in = self._part[rows] == part
            teacher = self._fitted_on(rows[~is_in])
            own[is_in] = _probability(teacher, self._encoded[rows[is_in]])
            if self.unlabelled.size:
                others.append(_probability(teacher, self._encoded[self.unlabelled]))
        return np.concatenate([own, np.mean(others, axis=0)]) if others else own

    def _fitted_on(self, rows: NDArray[np.int64]) -> Any:
        """A teacher of some rows; parts taken out one after the other meet in either order."""
        from sklearn.base import clone
        from sklearn.utils.validation import has_fit_parameter

        key = _key(rows)
        if key not in self._fitted:
            teacher, y, weight = clone(self._teacher), self._bad[rows].astype(np.int64), self._weight[rows]
            if (weight == weight[0]).all():
                self._fitted[key] = teacher.fit(self._encoded[rows], y)
            elif has_fit_parameter(teacher, "sample_weight"):
                self._fitted[key] = teacher.fit(self._encoded[rows], y, sample_weight=weight)
            else:
                raise ParameterError(
                    f"The teacher {type(teacher).__name__} takes no weights of rows, and these differ. "
                    "Give a teacher whose fit takes sample_weight, or no weights."
                )
        return self._fitted[key]


def _probability(teacher: Any, X: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.asarray(teacher.predict_proba(X), np.float64)
    if found.shape != (len(X), 2) or not ((found >= 0.0) & (found <= 1.0)).all():
        raise FittingError(
            f"The teacher {type(teacher).__name__} gave no probabilities of two outcomes for each of "
            f"{len(X)} rows: shape {found.shape}."
        )
    return found[:, 1]


def _key(rows: NDArray[np.int64]) -> bytes:
    return hashlib.blake2b(rows.tobytes(), digest_size=16).digest()
