"""A design matrix as it comes: columns of numbers, and columns of labels that are matched by label.

Estimators compute on float64. Whatever a data frame library calls a category, a text, a boolean or a
nullable number is read here by value: the number that stands for a label follows from the labels that
fitting saw, and never from the codes by which a library happens to store them.
"""

from __future__ import annotations

import inspect
import unicodedata
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.data.door.frames import declared_labels, is_frame, is_plain, names_in, read_frame
from creditscore.data.door.labels import is_blank
from creditscore.data.door.raw import RawColumn
from creditscore.data.door.records import column_of, number_column
from creditscore.errors import ParameterError, UnseenLabelsWarning
from creditscore.model._columns import names_of

Label: TypeAlias = str | float
Kind: TypeAlias = Literal["number", "text", ""]
FROM_DTYPE: Final = "from_dtype"
_OURS: Final = "creditscore."
_TELLS_ROWS_APART: Final = 50


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What an estimator was given, column by column.

    Attributes
    ----------
    names : tuple, or None
        As they were given; None where columns have none.
    n_rows : int
    columns : tuple of RawColumn
    declared : mapping of int to tuple, or None
        Columns whose type says that they hold labels, and the order of the labels where it is declared.
    """

    names: tuple[Any, ...] | None
    n_rows: int
    columns: tuple[RawColumn, ...]
    declared: Mapping[int, tuple[Any, ...] | None]

    def name(self, column: int) -> str:
        """What messages call a column."""
        return f"x{column}" if self.names is None else str(self.names[column])

    @classmethod
    def of_numbers(cls, matrix: NDArray[np.float64], names: tuple[str, ...]) -> Table:
        """A matrix of numbers, shape (n_rows, n_features), as a table."""
        columns = tuple(number_column(matrix[:, column].copy()) for column in range(matrix.shape[1]))
        return cls(names, len(matrix), columns, {})

    @property
    def known_names(self) -> tuple[str, ...]:
        """Names by which columns are known: scikit-learn knows columns by texts only."""
        texts = self.names if self.names and all(isinstance(name, str) for name in self.names) else None
        return names_of(texts, len(self.columns))

    def to_frame(self, matrix: NDArray[np.float64]) -> Any:
        """Give numbers the names of the columns; ``matrix`` has shape (n_rows, n_features), or no rows."""
        if not self.names:
            return matrix
        import pandas as pd

        return pd.DataFrame(matrix, columns=pd.Index(self.names, dtype=object), copy=False)


def table_of(X: Any) -> Table | None:
    """Read a data frame, or an array of objects, column by column; None for a matrix of numbers.

    Parameters
    ----------
    X : array-like, sparse matrix or data frame, shape (n_rows, n_features)
    """
    if not is_frame(X):
        return _of_objects(X)
    if is_plain(X):
        return None
    raw, names = read_frame("X", X), names_in(X)
    at = {name: column for column, name in enumerate(raw.columns)}
    declared = {at[name]: labels for name, labels in declared_labels(X).items()}
    return Table(tuple(names), raw.n_rows, tuple(raw.columns.values()), declared)


def _of_objects(X: Any) -> Table | None:
    """Take an array of objects apart if it does not read as numbers."""
    if isinstance(X, list | tuple) and any(isinstance(value, str) for row in X for value in _values(row)):
        X = np.array(X, dtype=object)
    if not isinstance(X, np.ndarray) or X.ndim != 2 or X.dtype.kind not in "OUT":
        return None
    try:
        X.astype(np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        columns = tuple(column_of(X[:, column].tolist()) for column in range(X.shape[1]))
        # scikit-learn has a sentence of its own for values that are neither text nor number
        is_known = isinstance(error, ValueError) or all(column.kind != "object" for column in columns)
        return Table(None, len(X), columns, {}) if is_known else None
    return None


def _values(row: Any) -> Any:
    return row if isinstance(row, list | tuple) else ()


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """How each column is read, as fitting learned it.

    Attributes
    ----------
    kinds : tuple of {"number", "text", ""}
        What each column held; empty if it held nothing.
    labels : mapping of int to tuple of label
        Of the columns of texts, and of those whose labels have a declared order: the labels that fitting saw.
        The number of a label is its position.
    ordered : frozenset of int
        Columns whose labels have a declared order: they are quantities, and may have a sign.
    """

    kinds: tuple[Kind, ...]
    labels: Mapping[int, tuple[Label, ...]]
    ordered: frozenset[int]

    @classmethod
    def of_numbers(cls, n_features: int) -> Reader:
        """How columns are read after a fit on a matrix of numbers."""
        kinds: list[Kind] = ["number"] * n_features
        return cls(tuple(kinds), {}, frozenset())

    @classmethod
    def learned(cls, table: Table, kept: NDArray[np.int64], named: frozenset[int] | None) -> Reader:
        """Learn the labels of the columns that hold some.

        Parameters
        ----------
        table : Table
        kept : ndarray of int64, shape (n_kept,)
            Rows that have a weight.
        named : frozenset of int, or None
            Columns that were named as labels; None: the types say which are.

        Raises
        ------
        ParameterError
            If a column of texts was not named, tells rows apart, or a column holds times or a mixture.
        """
        kinds: list[Kind] = []
        labels: dict[int, tuple[Label, ...]] = {}
        ordered = set()
        for column, raw in enumerate(table.columns):
            kinds.append(_kind(raw, table.name(column)))
            order = table.declared.get(column) if named is None else None
            if order is None and kinds[-1] != "text":
                continue
            if named is not None and column not in named:
                raise ParameterError(
                    f"Column {table.name(column)!r} of X holds text. Name it in categorical_features, or "
                    f"leave them at {FROM_DTYPE!r}."
                )
            values = _labels(raw, table.n_rows)
            seen = {values[row] for row in kept.tolist()} - {None}
            labels[column] = _arranged(seen, order)
            if order is None:
                _check_labels(table.name(column), len(seen), len(kept), declared=column in table.declared)
            else:
                ordered.add(column)
        return cls(tuple(kinds), labels, frozenset(ordered))

    def categorical(self, table: Table) -> tuple[int, ...]:
        """Columns whose types say that they hold unordered labels, rising."""
        return tuple(
            column
            for column, kind in enumerate(self.kinds)
            if column not in self.ordered and (kind == "text" or column in table.declared)
        )

    def read(self, table: Table) -> tuple[NDArray[np.float64], dict[str, Counter[Label]]]:
        """Return the numbers of a table, and how often each label occurs that fitting did not see.

        Such a label is NaN, as a missing one is. The numbers have shape (n_rows, n_features).

        Raises
        ------
        ParameterError
            If a column holds texts that held numbers, or numbers that held texts.
        """
        matrix = np.empty((table.n_rows, len(table.columns)))
        unseen: dict[str, Counter[Label]] = {}
        for column, raw in enumerate(table.columns):
            name = table.name(column)
            kind = _kind(raw, name)
            if {kind, self.kinds[column]} == {"number", "text"}:
                was, now = ("numbers", "text") if kind == "text" else ("text", "numbers")
                raise ParameterError(
                    f"Column {name!r} of X held {was} when the model was fitted and holds {now} now. Give it "
                    "as it was."
                )
            if column not in self.labels and kind != "text":
                matrix[:, column] = _numbers(raw, table.n_rows)
                continue
            position: dict[Any, int] = {label: at for at, label in enumerate(self.labels.get(column, ()))}
            values = _labels(raw, table.n_rows)
            matrix[:, column] = [position.get(value, np.nan) for value in values]
            new = Counter(value for value in values if value is not None and value not in position)
            if new:
                unseen[name] = new
        return matrix, unseen


def labels_in(y: Any) -> Any:
    """Outcomes of any library as an array of numbers, truths or texts; others as they are.

    Raises
    ------
    ParameterError
        If one is missing.
    """
    if y is None or (isinstance(y, list | tuple) and not any(one is None for one in y)):
        return y
    values = y if isinstance(y, np.ndarray) else np.asarray(y)
    if values.dtype != object or values.ndim != 1:
        return values if values.dtype != object else y
    raw = column_of(values.tolist())
    gaps = raw.missing is not None or (raw.kind == "text" and None in raw.data)
    if gaps or raw.kind == "empty":
        raise ParameterError("y holds missing values. Leave out rows whose outcome is not known.")
    match raw.kind:
        case "flag":
            return raw.data.astype(bool)
        case "integer" | "number":
            return raw.data
    return values


def tell_unseen(counts: Mapping[str, Mapping[Label, int]]) -> None:
    """Warn whoever called the library of labels that fitting did not see."""
    if counts:
        frame, level = inspect.currentframe(), 1
        while frame is not None and frame.f_globals.get("__name__", "").startswith(_OURS):
            frame, level = frame.f_back, level + 1
        warnings.warn(UnseenLabelsWarning.of(counts), stacklevel=level)


def _kind(raw: RawColumn, name: str) -> Kind:
    match raw.kind:
        case "flag" | "integer" | "number":
            return "number"
        case "text":
            return "text"
        case "empty":
            return ""
        case "time":
            raise ParameterError(
                f"Column {name!r} of X holds times. Give how long before the moment they lie, such as days."
            )
    raise ParameterError(
        f"Column {name!r} of X holds values of several types, or of one that is neither number nor text. "
        "Bring it to one type."
    )


def _numbers(raw: RawColumn, n_rows: int) -> NDArray[np.float64]:
    if raw.kind == "empty":
        return np.full(n_rows, np.nan)
    values = np.asarray(raw.data).astype(np.float64)
    if raw.missing is not None:
        values[raw.missing] = np.nan
    return values


def _labels(raw: RawColumn, n_rows: int) -> list[Any]:
    """The label of each row: texts in Unicode normal form, blanks and what is missing as None."""
    if raw.kind == "empty":
        return [None] * n_rows
    if raw.kind == "text":
        normal = {text: _normal(text) for text in set(raw.texts())}
        return [normal[text] for text in raw.texts()]
    return [None if value != value else value for value in _numbers(raw, n_rows).tolist()]


def _normal(text: str | None) -> str | None:
    return None if text is None or is_blank(text) else unicodedata.normalize("NFC", text)


def _arranged(seen: set[Any], order: tuple[Any, ...] | None) -> tuple[Label, ...]:
    """Bring labels into their declared order, or let texts rise."""
    if order is None:
        return tuple(sorted(seen))
    plain = [_normal(label) if isinstance(label, str) else float(label) for label in order]
    return tuple(label for label in plain if label in seen and label is not None)


def _check_labels(name: str, n_labels: int, n_rows: int, *, declared: bool) -> None:
    if not declared and n_labels > max(_TELLS_ROWS_APART, n_rows // 2):
        raise ParameterError(
            f"Column {name!r} of X holds {n_labels:,} texts in {n_rows:,} rows, which tell rows apart rather "
            "than describe them. Leave it out, give numbers as numbers, or make it a category."
        )
