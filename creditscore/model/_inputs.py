"""What estimators are given: parameters, rows, outcomes and weights, checked before anything is fitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import validate_data

from creditscore._ground.outcome_words import sounds_reversed
from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.model._columns import columns_of, names_of
from creditscore.model._tables import FROM_DTYPE, Label, Reader, Table, labels_in, table_of, tell_unseen

Constraint = tuple[str, Callable[[Any], bool]]
_SHOWN: Final = 5
SPARSE: Final = ("csr", "csc", "coo")


def whole(low: int, *, optional: bool = False) -> Constraint:
    """A whole number of at least ``low``; None too, if optional."""
    text = f"a whole number of at least {low}" + (" or None" if optional else "")

    def holds(value: Any) -> bool:
        if value is None:
            return optional
        return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= low)

    return text, holds


def number(low: float, high: float = np.inf, *, above: bool = False, optional: bool = False) -> Constraint:
    """A number from ``low`` (or above it) to ``high``, finite; None too, if optional."""
    text = f"a number {'above' if above else 'of at least'} {low:g}"
    text += f" and at most {high:g}" if np.isfinite(high) else ""
    text += " or None" if optional else ""

    def holds(value: Any) -> bool:
        if value is None:
            return optional
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            return False
        return bool(np.isfinite(value) and (value > low if above else value >= low) and value <= high)

    return text, holds


def one_of(*options: object) -> Constraint:
    """One of the options."""
    text = "one of " + ", ".join(repr(option) for option in options)
    return text, lambda value: any(value is option or value == option for option in options)


def check_parameters(estimator: BaseEstimator, constraints: Mapping[str, Constraint]) -> None:
    """Raise a ParameterError for the first parameter that breaks its constraint."""
    for name, (text, holds) in constraints.items():
        if not holds(getattr(estimator, name)):
            raise ParameterError.must_be(name, text, getattr(estimator, name))


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRows:
    """Rows with a weight above 0, ready to fit on.

    Attributes
    ----------
    X : ndarray of float64, shape (n_kept, n_features)
    bad, weight : ndarray of float64, shape (n_kept,)
    kept : ndarray of int64, shape (n_kept,)
        Their row numbers in what was given.
    n_rows : int
        Rows that were given.
    classes : ndarray, shape (2,)
        Both labels, rising.
    bad_label : label
        The bad one of them.
    reader : Reader or None
        How the columns of a data frame are read; None for a matrix of numbers.
    categorical : tuple of int
        Columns that hold unordered labels, rising.
    unlabelled : ndarray of float64, shape (n_unlabelled, n_features), or None
        Rows without outcome.
    """

    X: NDArray[np.float64]
    bad: NDArray[np.float64]
    weight: NDArray[np.float64]
    kept: NDArray[np.int64]
    n_rows: int
    classes: NDArray[Any]
    bad_label: Any
    reader: Reader | None
    categorical: tuple[int, ...]
    unlabelled: NDArray[np.float64] | None = None

    def every(self) -> NDArray[np.float64]:
        """Rows with an outcome, then those without, shape (n_kept + n_unlabelled, n_features)."""
        return self.X if self.unlabelled is None else np.concatenate([self.X, self.unlabelled])


def training_rows(
    estimator: Any,
    X: Any,
    y: ArrayLike,
    sample_weight: ArrayLike | None,
    positive_label: Any = None,
) -> TrainingRows:
    """Check what ``fit`` was given, and leave out rows without weight.

    The bad one of two labels is `positive_label`, or without it the greater one. Columns of labels are those
    that ``categorical_features`` of the estimator names, or whose types say so.

    Raises
    ------
    ParameterError
        If a value is infinite, a weight is negative, or a column cannot be read.
    FittingError
        If the labels are not of two classes.
    ValueError
        From scikit-learn, if shapes or types are wrong.
    """
    table, reader = table_of(X), None
    categorical: tuple[int, ...] = ()
    if table is not None:
        kept = np.flatnonzero(_checked_weight(sample_weight, table.n_rows) > 0)
        named = _columns_named(estimator.categorical_features, table.known_names)
        reader = Reader.learned(table, kept, None if named is None else frozenset(named))
        categorical = reader.categorical(table) if named is None else named
        X = table.to_frame(reader.read(table)[0])
    matrix, labels = validate_data(
        estimator, X, labels_in(y), dtype=np.float64, accept_sparse=SPARSE,
        ensure_all_finite=False, ensure_min_samples=2,
    )  # fmt: skip
    matrix = _dense(matrix)
    check_finite(estimator, matrix)
    if table is None:
        names = names_of(getattr(estimator, "feature_names_in_", None), matrix.shape[1])
        categorical = _columns_named(estimator.categorical_features, names) or ()
    weight = _checked_weight(sample_weight, len(matrix))
    n_rows, kept = len(weight), np.flatnonzero(weight > 0).astype(np.int64)
    if len(kept) < n_rows:
        matrix, labels, weight = matrix[kept], labels[kept], weight[kept]
    classes = _two_classes(labels)
    bad_label = _bad_one(classes, positive_label)
    bad = (labels == bad_label).astype(np.float64)
    return TrainingRows(matrix, bad, weight, kept, n_rows, classes, bad_label, reader, categorical)


def _columns_named(named: Sequence[str | int] | str | None, names: Sequence[str]) -> tuple[int, ...] | None:
    """Columns of labels that were named, rising; None where the types of columns say which."""
    if isinstance(named, str):
        if named != FROM_DTYPE:
            wanted = f"{FROM_DTYPE!r}, a sequence of columns or None"
            raise ParameterError.must_be("categorical_features", wanted, named)
        return None
    return columns_of(named or (), tuple(names))


def scoring_rows(
    estimator: BaseEstimator, X: Any, reader: Reader | None, categories: Mapping[int, tuple[float, ...]]
) -> NDArray[np.float64]:
    """Check rows to score against the columns of the fit, and warn of labels that it did not see.

    Returns
    -------
    ndarray of float64, shape (n_rows, n_features)
    """
    matrix, unseen = read_rows(estimator, X, reader, categories)
    tell_unseen(unseen)
    return matrix


def read_rows(
    estimator: BaseEstimator, X: Any, reader: Reader | None, categories: Mapping[int, tuple[float, ...]]
) -> tuple[NDArray[np.float64], dict[str, dict[Label, int]]]:
    """Check rows to score, shape (n_rows, n_features), and count labels that fitting did not see."""
    unseen: dict[str, Counter[Label]] = {}
    table = table_of(X)
    if table is not None:
        validate_data(
            estimator, table.to_frame(np.empty((0, len(table.columns)))), reset=False, skip_check_array=True
        )
        known = reader or Reader.of_numbers(len(table.columns))
        matrix, unseen = known.read(table)
        X = table.to_frame(matrix)
    matrix = _dense(
        validate_data(
            estimator, X, dtype=np.float64, accept_sparse=SPARSE, ensure_all_finite=False, reset=False
        )
    )
    check_finite(estimator, matrix)
    names = names_of(getattr(estimator, "feature_names_in_", None), matrix.shape[1])
    if table is None and reader is not None and reader.labels:
        matrix, unseen = reader.read(Table.of_numbers(matrix, names))
    for column, labels in categories.items():
        if reader is None or column not in reader.labels:
            new = _unseen(matrix[:, column], labels)
            unseen |= {names[column]: new} if new else {}
    return matrix, {column: dict(counts) for column, counts in unseen.items()}


def _unseen(column: NDArray[np.float64], labels: tuple[float, ...]) -> Counter[Label]:
    new, counts = np.unique(column[~(np.isnan(column) | np.isin(column, labels))], return_counts=True)
    return Counter(dict(zip(new.tolist(), counts.tolist(), strict=True)))


def _dense(matrix: Any) -> NDArray[np.float64]:
    """A sparse matrix in full: what it does not store is 0."""
    is_sparse = bool(issparse(matrix))
    dense: NDArray[np.float64] = matrix.toarray() if is_sparse else matrix
    return dense


def check_finite(estimator: BaseEstimator, X: NDArray[np.float64]) -> None:
    """Raise a ParameterError that names the columns with infinite values."""
    infinite = np.isinf(X).any(axis=0)
    if infinite.any():
        names = names_of(getattr(estimator, "feature_names_in_", None), X.shape[1])
        offenders = [names[column] for column in np.flatnonzero(infinite)]
        more = f" and {len(offenders) - _SHOWN} more" if len(offenders) > _SHOWN else ""
        rows = int(np.isinf(X).any(axis=1).sum())
        raise ParameterError(
            f"{rows} rows of X hold infinite values (inf), in {', '.join(offenders[:_SHOWN])}{more}. "
            "Replace them with NaN where the value is not known."
        )


def _checked_weight(sample_weight: ArrayLike | None, n_rows: int) -> NDArray[np.float64]:
    if sample_weight is None:
        return np.ones(n_rows)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n_rows,):
        raise ParameterError.must_be("sample_weight", f"of shape ({n_rows},), one weight a row", weight.shape)
    wrong = np.count_nonzero(~(np.isfinite(weight) & (weight >= 0)))
    if wrong:
        raise ParameterError(
            f"{wrong} values of 'sample_weight' are below 0 or not finite. Give weights of 0 or more."
        )
    return weight


def _bad_one(classes: NDArray[Any], positive_label: Any) -> Any:
    """Return the bad one of two labels."""
    lesser, greater = classes.tolist()
    if positive_label is not None:
        if positive_label not in (lesser, greater):
            raise NameUnknownError.among("label of y", positive_label, (lesser, greater))
        return greater if positive_label == greater else lesser
    if isinstance(lesser, str) and isinstance(greater, str) and sounds_reversed(lesser, greater):
        raise ParameterError(
            f"By their order {greater!r} would be the bad one of the labels {lesser!r} and {greater!r}, "
            f"which is not what they say. Name the bad one: positive_label={lesser!r}."
        )
    return greater


def _two_classes(labels: NDArray[Any]) -> NDArray[Any]:
    if len(labels) == 0:
        raise FittingError(
            "Every 'sample_weight' is zero, so there is no row to fit on. Give weights above 0."
        )
    classes = np.unique(labels)
    kind = type_of_target(labels, input_name="y", raise_unknown=True)
    if kind != "binary":
        raise FittingError(
            f"Only binary classification is supported. The type of the target is {kind}. "
            "Give y with two labels, such as 0 for good and 1 for bad."
        )
    if len(classes) < 2:
        raise FittingError(
            f"y holds one class only, {classes.tolist()[0]!r}, in {len(labels)} rows with a weight above 0. "
            "Give rows of both outcomes, good and bad."
        )
    return classes
