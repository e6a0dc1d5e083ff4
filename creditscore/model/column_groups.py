"""Groups of columns that come and go together, and which of them a row shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ArtefactError

JOINED: Final = "+"
MOST_GROUPS: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class ColumnGroups:
    """Groups of columns; one is there in a row if at least one of its columns is known.

    The cell of a row is the combination of the groups that are there.

    Attributes
    ----------
    columns : mapping of str to tuple of int
        Of each group its columns; no column is in two.

    Examples
    --------
    >>> groups = ColumnGroups({"payments": (0,), "social": (1, 2)})
    >>> X = np.array([[3.0, np.nan, 1.0], [np.nan, np.nan, 0.0], [np.nan, np.nan, np.nan]])
    >>> [groups.name(code) for code in groups.codes(X).tolist()]
    ['payments+social', 'social', '']
    """

    columns: Mapping[str, tuple[int, ...]]
    _order: NDArray[np.int64] = field(init=False, repr=False)
    _starts: NDArray[np.int64] = field(init=False, repr=False)
    _bits: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        every = [column for columns in self.columns.values() for column in columns]
        if len(self.columns) > MOST_GROUPS or not all(self.columns.values()):
            raise ArtefactError(f"There are at most {MOST_GROUPS} groups, each of at least one column.")
        if len(set(every)) < len(every) or min(every, default=0) < 0:
            raise ArtefactError("A column is in two groups, or is none.")
        sizes = [len(columns) for columns in self.columns.values()]
        object.__setattr__(self, "_order", np.array(every, np.int64))
        object.__setattr__(self, "_starts", np.cumsum([0, *sizes])[:-1])
        object.__setattr__(self, "_bits", 1 << np.arange(len(sizes), dtype=np.int64))

    @property
    def most(self) -> int:
        """The greatest column of a group; -1 without groups."""
        return int(self._order.max(initial=-1))

    def names(self) -> tuple[str, ...]:
        """Return the names of all cells by their codes, first that of none: an empty text."""
        return tuple(self.name(code) for code in range(1 << len(self.columns)))

    def name(self, code: int) -> str:
        """Return the name of a cell: its groups, joined by ``+``; empty where no group is there."""
        return JOINED.join(name for bit, name in enumerate(self.columns) if code >> bit & 1)

    def codes(self, X: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the cell of each row.

        Parameters
        ----------
        X : ndarray of float64, shape (n_rows, n_features)
            Features as computed; NaN is missing.

        Returns
        -------
        ndarray of int64, shape (n_rows,)
            The k-th bit is set where the k-th group is there.
        """
        if not self._order.size:
            return np.zeros(len(X), np.int64)
        known = ~np.isnan(X[:, self._order])
        codes: NDArray[np.int64] = np.logical_or.reduceat(known, self._starts, axis=1) @ self._bits
        return codes
