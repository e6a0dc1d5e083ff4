"""Blocks of time, each of them judged by what was grown on rows before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from creditscore.model.folds import SMALLEST_CLASS, SMALLEST_IN_TIME

BEFORE: Final = 0.4
BLOCKS: Final = 4
_DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Origins:
    """A rolling origin: rows before each block, and the rows of the block.

    Attributes
    ----------
    blocks : tuple of (ndarray of int64, shape (n_before,), ndarray of int64, shape (n_judged,))
        For each block the numbers of the rows to grow on, whose outcome was known when the block begins and
        whose applicants are not in it, and of the rows to judge; both rising.
    starts : tuple of int
        First moment of each block, microseconds since 1970-01-01 UTC.
    embargo : int
        Microseconds for which an outcome must have been known before a block begins.
    """

    blocks: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    starts: tuple[int, ...]
    embargo: int = 0
    kind: Literal["time"] = "time"

    def pairs(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield rows to fit on and rows to judge, for any other model on the same terms.

        Yields
        ------
        tuple of ndarray of int64, shape (n_before,), and ndarray of int64, shape (n_judged,)
        """
        yield from self.blocks

    def spread(self, kept: NDArray[np.int64]) -> Origins:
        """Return the same blocks by the numbers of all rows, of which only some were divided.

        Parameters
        ----------
        kept : ndarray of int64, shape (n_divided,)
            Row numbers, among all rows, of those that were divided.
        """
        return replace(self, blocks=tuple((kept[before], kept[judged]) for before, judged in self.blocks))

    def __str__(self) -> str:
        sizes = ", ".join(f"{len(judged)} by {len(before)}" for before, judged in self.blocks)
        return f"{len(self.blocks)} later blocks, each by rows before it: {sizes}"


def rolling_origins(
    time: NDArray[np.int64], bad: NDArray[np.float64], groups: NDArray[np.generic], *, embargo: int = 0
) -> Origins | str:
    """Divide the rows after the first 40 % of moments into four blocks that follow each other.

    Rows of one moment are never parted, so that shares are approximate.

    Parameters
    ----------
    time : ndarray of int64, shape (n_rows,)
        Moments, microseconds since 1970-01-01 UTC.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    groups : ndarray, shape (n_rows,)
        Who each row is about.
    embargo : int
        Length of the outcome window, microseconds.

    Returns
    -------
    Origins or str
        The reason in words if these rows cannot be judged in time.

    Examples
    --------
    >>> rolling_origins(np.zeros(3000, dtype=np.int64), np.zeros(3000), np.arange(3000))
    'there is a single moment'
    """
    if len(time) < SMALLEST_IN_TIME:
        return f"{len(time)} rows, fewer than {SMALLEST_IN_TIME}"
    if time.min() == time.max():
        return "there is a single moment"
    ordered = np.sort(time)
    shares = BEFORE + (1.0 - BEFORE) * np.arange(BLOCKS) / BLOCKS
    starts = np.array([ordered[int(share * len(time))] for share in shares])
    number = np.searchsorted(starts, time, side="right") - 1
    blocks = []
    for block, start in enumerate(starts):
        judged = number == block
        before = (time < start) & (time <= start - embargo) & ~np.isin(groups, groups[judged])
        for rows, what in ((before, "before"), (judged, "in")):
            bads = int(bad[rows].sum())
            goods = int(rows.sum()) - bads
            if min(bads, goods) < SMALLEST_CLASS:
                after = f" after an embargo of {embargo / _DAY:g} days" if embargo else ""
                return f"there would be {bads} bads and {goods} goods {what} block {block + 1}{after}"
        blocks.append((np.flatnonzero(before).astype(np.int64), np.flatnonzero(judged).astype(np.int64)))
    return Origins(tuple(blocks), tuple(starts.tolist()), embargo)
