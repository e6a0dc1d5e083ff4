"""Splitters for cross-validation in time and between communities, as scikit-learn's tools take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.groups import checked_groups
from creditscore._ground.instants import DAY, parse_duration
from creditscore._ground.numbers import is_finite_number
from creditscore.errors import FittingError, ParameterError
from creditscore.validation import _checks as asked

Rows = NDArray[np.int64]
_MOST_OF_ONE: Final = 0.5


class _Splitter:
    """What scikit-learn asks of a splitter beside its rows."""

    n_splits: int

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ARG002
        """Return how many blocks or parts there are."""
        return self.n_splits


class TimeSplit(_Splitter):
    """Later applications judged by models of earlier ones whose outcomes were known by then.

    Parameters
    ----------
    time : array-like of shape (n_applications,), or Applications
        Moments, or what has them as its `as_of`: NumPy datetimes in UTC, or whole microseconds since 1970.
    n_splits : int, default 4
        Blocks of about as many rows that follow each other and are judged in turn; 1 is one out-of-time
        sample.
    embargo : str, default "0d"
        How long before a block begins a row must lie to be fitted on: as long as outcomes take, else models
        learn from what was not known yet.
    before : float, default 0.4
        Share of the rows that lies before the first block, above 0 and below 1.
    rolling : str, optional
        Duration: rows that lie longer before the block than this and the embargo are not fitted on. By
        default all.

    Raises
    ------
    ParameterError
        If a parameter has a value that it cannot take.

    References
    ----------
    Lopez de Prado (2018), Advances in Financial Machine Learning, ch. 7: purging and embargo.

    Examples
    --------
    >>> days = np.arange("2024-01-01", "2024-04-10", dtype="M8[D]")
    >>> for train, test in TimeSplit(days, n_splits=2, embargo="30d").split(days):
    ...     print(days[train][-1], days[test][0], days[test][-1])
    2024-01-11 2024-02-10 2024-03-10
    2024-02-10 2024-03-11 2024-04-09
    """

    def __init__(
        self,
        time: Any,
        *,
        n_splits: int = 4,
        embargo: str = "0d",
        before: float = 0.4,
        rolling: str | None = None,
    ) -> None:
        self.time: Rows = _moments(getattr(time, "as_of", time))
        self.n_splits: int = asked.at_least("n_splits", n_splits, 1)
        if not is_finite_number(before) or not 0.0 < before < 1.0:
            raise ParameterError.must_be("before", "above 0 and below 1", before)
        self.before = before
        self.embargo = embargo
        self.rolling = rolling
        self._gap = parse_duration(embargo, parameter="embargo")
        self._reach = None if rolling is None else parse_duration(rolling, parameter="rolling")

    def split(
        self,
        X: Any,
        y: Any = None,  # noqa: ARG002
        groups: ArrayLike | None = None,
    ) -> Iterator[tuple[Rows, Rows]]:
        """Yield rows to fit on and rows to judge.

        Parameters
        ----------
        X : array-like of shape (n_applications, ...)
            Only its length is read.
        y
            Not read.
        groups : array-like of shape (n_applications,), optional
            Who each row is about: whoever is judged in a block is not fitted on for it.

        Yields
        ------
        tuple of ndarray of int64, shape (n_fit,), and ndarray of int64, shape (n_judged,)
            Row numbers, rising.

        Raises
        ------
        FittingError
            If nothing lies before a block, or in it.
        ParameterError
            If rows and moments are not as many.
        """
        n = _length(X)
        if n != self.time.size:
            raise ParameterError.must_be("X", f"of the {self.time.size} rows that moments were given for", n)
        who = None if groups is None else checked_groups(groups, n)
        ordered = np.sort(self.time)
        shares = self.before + (1.0 - self.before) * np.arange(self.n_splits) / self.n_splits
        starts = np.array([ordered[min(int(share * n), n - 1)] for share in shares])
        number = np.searchsorted(starts, self.time, side="right") - 1
        for block, start in enumerate(starts.tolist()):
            judged = number == block
            fit = (self.time < start) & (self.time <= start - self._gap)
            if self._reach is not None:
                fit &= self.time >= start - self._gap - self._reach
            if who is not None:
                fit &= ~np.isin(who, who[judged])
            if not fit.any() or not judged.any():
                days = self._gap / DAY
                raise FittingError(
                    f"Block {block + 1} of {self.n_splits} would have {int(judged.sum()):,} rows and "
                    f"{int(fit.sum()):,} before it, after an embargo of {days:g} days. Give fewer blocks, "
                    "or rows of a longer time."
                )
            yield np.flatnonzero(fit), np.flatnonzero(judged)


class CommunitySplit(_Splitter):
    """Groups of people who are tied to each other, each judged by models of the others.

    Ties make neighbours alike: a model that saw a person's friends is judged too well on the person.

    Parameters
    ----------
    n_splits : int, default 5
        Parts of about as many rows, at least 2.
    seed : int, default 0
        Another one gives other parts.

    Examples
    --------
    >>> groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    >>> parts = [test.tolist() for _, test in CommunitySplit(n_splits=2).split(groups, groups=groups)]
    >>> sorted(map(len, parts)), all(groups[part[0]] in groups[part[1:]] for part in parts)
    ([4, 4], True)
    """

    def __init__(self, *, n_splits: int = 5, seed: int = 0) -> None:
        self.n_splits: int = asked.at_least("n_splits", n_splits, 2)
        self.seed: int = asked.at_least("seed", seed, 0)

    def split(
        self,
        X: Any,
        y: Any = None,  # noqa: ARG002
        groups: ArrayLike | None = None,
    ) -> Iterator[tuple[Rows, Rows]]:
        """Yield rows to fit on and rows to judge.

        Parameters
        ----------
        X : array-like of shape (n_applications, ...)
            Only its length is read.
        y
            Not read.
        groups : array-like of shape (n_applications,)
            From `community_groups`, or other labels; none is ever in two parts.

        Yields
        ------
        tuple of ndarray of int64, shape (n_fit,), and ndarray of int64, shape (n_judged,)
            Row numbers, rising.

        Raises
        ------
        FittingError
            If there are fewer groups than parts, or one holds more than half of the rows.
        ParameterError
            If groups are not given.
        """
        if groups is None:
            raise ParameterError.must_be("groups", "given: labels by community_groups", None)
        labels = checked_groups(groups, _length(X))
        names, codes = np.unique(labels, return_inverse=True)
        sizes = np.bincount(codes.ravel())
        if names.size < self.n_splits or sizes.max() > _MOST_OF_ONE * codes.size:
            raise FittingError(
                f"{names.size:,} groups, the largest with {int(sizes.max()):,} of {codes.size:,} rows, make "
                f"no {self.n_splits} parts. Give fewer parts, or groups by 'communities'."
            )
        part = self._dealt(sizes)[codes.ravel()]
        for number in range(self.n_splits):
            yield np.flatnonzero(part != number), np.flatnonzero(part == number)

    def _dealt(self, sizes: Rows) -> Rows:
        """Put the largest group first, each to the part that has fewest rows."""
        drawn = np.random.default_rng(self.seed).permutation(sizes.size)
        part, rows = np.empty(sizes.size, np.int64), np.zeros(self.n_splits, np.int64)
        for group in drawn[np.argsort(-sizes[drawn], kind="stable")].tolist():
            part[group] = int(np.argmin(rows))
            rows[part[group]] += sizes[group]
        return part


def _moments(time: Any) -> Rows:
    moments = np.asarray(time)
    if moments.ndim != 1 or not moments.size or moments.dtype.kind not in "Miu":
        raise ParameterError.must_be("time", "1-D, of NumPy datetimes in UTC or whole microseconds", time)
    if moments.dtype.kind == "M":
        if np.isnat(moments).any():
            raise ParameterError.must_be("time", "known for every row", "NaT")
        moments = moments.astype("datetime64[us]")
    return moments.astype(np.int64)


def _length(X: Any) -> int:
    shape = getattr(X, "shape", None)
    return int(shape[0]) if shape else len(X)
