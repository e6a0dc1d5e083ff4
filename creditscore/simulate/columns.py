"""Columns of a table while it is made, and the frames that they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

NEVER: Final = np.iinfo(np.int64).min
SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Text with few distinct values: codes of shape (rows,), -1 = missing, and the words."""

    codes: NDArray[np.int8]
    words: tuple[str, ...]

    def take(self, rows: NDArray[Any]) -> Labels:
        """Some of the rows.

        Parameters
        ----------
        rows : ndarray, shape (rows,) of bool or shape (n_taken,) of int
            A mask, or positions.
        """
        return Labels(self.codes[rows], self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Instants in microseconds, shape (rows,), ``NEVER`` = missing; whole seconds when written."""

    at: NDArray[np.int64]

    def take(self, rows: NDArray[Any]) -> Times:
        """Some of the rows.

        Parameters
        ----------
        rows : ndarray, shape (rows,) of bool or shape (n_taken,) of int
            A mask, or positions.
        """
        return Times(self.at[rows])


Column: TypeAlias = Labels | Times | NDArray[Any]
Columns: TypeAlias = dict[str, Column]


def take(columns: Mapping[str, Column], rows: NDArray[Any]) -> Columns:
    """Some rows of all columns.

    Parameters
    ----------
    columns : mapping of str to column
    rows : ndarray, shape (rows,) of bool or shape (n_taken,) of int
        A mask, or positions.
    """
    return {
        name: column.take(rows) if isinstance(column, Labels | Times) else column[rows]
        for name, column in columns.items()
    }


def length(columns: Mapping[str, Column]) -> int:
    """Number of rows."""
    first = next(iter(columns.values()))
    if isinstance(first, Labels):
        return first.codes.size
    return first.at.size if isinstance(first, Times) else first.size


def join(parts: Sequence[Mapping[str, Column]]) -> Columns:
    """Rows of several tables, one below the other; all have the same columns and words."""
    return {name: _join([part[name] for part in parts]) for name in parts[0]}


def _join(columns: Sequence[Column]) -> Column:
    first = columns[0]
    if isinstance(first, Labels):
        return Labels(np.concatenate([c.codes for c in columns if isinstance(c, Labels)]), first.words)
    if isinstance(first, Times):
        return Times(np.concatenate([c.at for c in columns if isinstance(c, Times)]))
    return np.concatenate([c for c in columns if not isinstance(c, Labels | Times)])


def to_frame(columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return a pandas frame: times in UTC, labels as categories, missing whole numbers as nullable ones."""
    import pandas as pd

    return pd.DataFrame({name: _to_series(column) for name, column in columns.items()}, copy=False)


def _to_series(column: Column) -> Any:
    import pandas as pd

    if isinstance(column, Labels):
        return pd.Categorical.from_codes(column.codes, categories=pd.Index(list(column.words)))
    if isinstance(column, Times):
        at = np.where(column.at == NEVER, NEVER, column.at // SECOND * SECOND)
        return pd.DatetimeIndex(at.view("M8[us]")).tz_localize("UTC")
    if column.dtype == np.int64 and (column == NEVER).any():
        return pd.arrays.IntegerArray(column.copy(), column == NEVER)
    return column


def array(columns: Mapping[str, Column], name: str) -> NDArray[Any]:
    """What stands behind a column.

    Returns
    -------
    ndarray, shape (rows,)
        Its numbers, its instants in microseconds (int64), or its codes (int8).
    """
    column = columns[name]
    if isinstance(column, Labels):
        return column.codes
    return column.at if isinstance(column, Times) else column


def cents(money: NDArray[Any]) -> NDArray[np.float64]:
    """Money to two places.

    Parameters
    ----------
    money : ndarray, shape (...)

    Returns
    -------
    ndarray of float64, shape (...)
    """
    return np.asarray(np.round(money, 2), np.float64)
