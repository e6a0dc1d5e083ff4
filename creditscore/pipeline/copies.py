"""Rows as they would be with some of their sources taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64

# About so many rows are computed to calibrate each combination of sources.
ROWS_OF_A_CELL: Final = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """Rows as they would be with some sources taken away.

    Attributes
    ----------
    rows : ndarray of int64, shape (n_copies,)
        Which row each is a copy of.
    values : ndarray of float64, shape (n_copies, n_features)
        Its features.
    weight : ndarray of float64, shape (n_copies,)
        What it counts beside a row of weight 1 when trees are grown; 0 for one that only calibrates.
    order : ndarray of int64, shape (n_copies,)
        The how manieth combination of sources that was drawn for the row it is, from 0.
    choices : int
        How many combinations there are to draw from.
    """

    rows: Int64
    values: Float64
    weight: Float64
    order: Int64
    choices: int = 0

    def grown_on(self) -> Copies:
        """Return those on which trees are grown."""
        kept = self.weight > 0
        parts = self.rows[kept], self.values[kept], self.weight[kept], self.order[kept]
        return Copies(*parts, self.choices)

    def of(self, rows: Int64) -> Copies:
        """Return the copies of some rows, numbered by their positions in the choice.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_rows,)
            Each once. Where they are many, fewer copies of each only calibrate.
        """
        if not self.rows.size:
            return self
        most = calibrating(rows.size, self.choices)
        position = np.full(max(int(rows.max(initial=-1)), int(self.rows.max())) + 1, -1, np.int64)
        position[rows] = np.arange(rows.size)
        kept = (position[self.rows] >= 0) & ((self.order < most) | (self.weight > 0))
        parts = position[self.rows[kept]], self.values[kept], self.weight[kept], self.order[kept]
        return Copies(*parts, self.choices)


def no_copies(n_features: int) -> Copies:
    """Return no copies at all."""
    return Copies(np.empty(0, np.int64), np.empty((0, n_features)), np.empty(0), np.empty(0, np.int64))


def calibrating(rows: int, choices: int) -> int:
    """How many copies of each row calibrate, so that there are some thousands for each combination."""
    return min(choices, -(-choices * ROWS_OF_A_CELL // max(rows, 1)))
