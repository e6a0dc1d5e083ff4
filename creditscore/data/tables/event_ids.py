"""Ids of events, row by row: by them a correction that comes later finds what it corrects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from creditscore._ground.arrays import Int32, Int64, distinct
from creditscore.data.door.raw import Labels
from creditscore.data.tables.ids import positions


class EventIds(Protocol):
    """The ids of the events of a table, one a row; a row may have none."""

    def __len__(self) -> int:
        """Number of rows."""
        ...

    @property
    def as_text(self) -> bool:
        """Whether they are text, and not whole numbers."""
        ...

    def of(self, rows: Int64) -> tuple[Int32, Labels]:
        """Number the ids of some rows afresh.

        Parameters
        ----------
        rows : ndarray of int64, shape (n,)

        Returns
        -------
        codes : ndarray of int32, shape (n,)
            -1 where a row has no id.
        labels : ndarray of int64, shape (n_labels,), or tuple of str
            In rising order.
        """
        ...

    def rows_with(self, labels: Labels) -> Int64:
        """Return the rows that have one of some ids, rising, shape (n,)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class CodedEventIds:
    """Ids of events as codes of sorted labels.

    Parameters
    ----------
    codes : ndarray of int32, shape (n_rows,)
        -1 where a row has no id.
    labels : ndarray of int64, shape (n_labels,), or tuple of str
        In rising order.

    Examples
    --------
    >>> ids = CodedEventIds(np.array([1, -1, 0], np.int32), ("a", "b"))
    >>> ids.of(np.array([0, 1])), ids.rows_with(("a", "z"))
    ((array([ 0, -1], dtype=int32), ('b',)), array([2]))
    """

    codes: Int32
    labels: Labels

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def as_text(self) -> bool:
        """Whether they are text, and not whole numbers."""
        return isinstance(self.labels, tuple)

    def of(self, rows: Int64) -> tuple[Int32, Labels]:
        """Number the ids of some rows afresh; see `EventIds.of`.

        Parameters
        ----------
        rows : ndarray of int64, shape (n,)
        """
        return renumbered(self.codes[rows], self.labels)

    def rows_with(self, labels: Labels) -> Int64:
        """Return the rows that have one of some ids, rising, shape (n,)."""
        found = positions(labels, self.labels)
        return np.flatnonzero(np.isin(self.codes, found[found >= 0])).astype(np.int64)


def renumbered(codes: Int32, labels: Labels) -> tuple[Int32, Labels]:
    """Keep of sorted labels those alone that codes name.

    Parameters
    ----------
    codes : ndarray of int32, shape (n,)
        -1 for none.
    labels : ndarray of int64, shape (n_labels,), or tuple of str

    Returns
    -------
    codes : ndarray of int32, shape (n,)
    labels : ndarray of int64, shape (n_used,), or tuple of str
    """
    used = distinct(codes[codes >= 0])
    kept: Labels = (
        tuple([labels[code] for code in used.tolist()]) if isinstance(labels, tuple) else labels[used]
    )
    return np.where(codes < 0, -1, np.searchsorted(used, codes)).astype(np.int32), kept
