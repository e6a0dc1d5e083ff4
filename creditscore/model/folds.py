"""Parts of applicants: each is spoken of by models that were grown on the others."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import FittingError, ParameterError

LEFT_OUT: Final = -1
SMALLEST_IN_TIME: Final = 2_000
SMALLEST_CLASS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """Parts of applicants, drawn by a hash of who they are.

    Attributes
    ----------
    number : ndarray of int64, shape (n_rows,)
        The part of each row, from 0; -1: left out, for its weight is 0.
    """

    number: NDArray[np.int64]
    kind: Literal["hash"] = "hash"

    @property
    def n_left_out(self) -> int:
        """Rows in no part: their weight is 0."""
        return int(np.count_nonzero(self.number == LEFT_OUT))

    @property
    def n_parts(self) -> int:
        """Number of folds."""
        return int(self.number.max(initial=-1)) + 1

    @property
    def sizes(self) -> Mapping[str, int]:
        """Rows in each part by name, and in none (``left_out``)."""
        names = tuple(f"part {part + 1}" for part in range(self.n_parts))
        counts = Counter(self.number.tolist())
        return {name: counts[part] for part, name in enumerate(names)} | {"left_out": counts[LEFT_OUT]}

    def rows(self, *parts: int) -> NDArray[np.int64]:
        """Row numbers in the given folds.

        Returns
        -------
        ndarray of int64, shape (n_chosen,)
            Rising.
        """
        return np.flatnonzero(np.isin(self.number, parts)).astype(np.int64)

    def pairs(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield rows to fit on and rows to report on, for any other model on the same terms.

        Yields
        ------
        tuple of ndarray of int64, shape (n_fit,), and ndarray of int64, shape (n_report,)
            Row numbers, rising, none in both; one pair for each part.
        """
        for part in range(self.n_parts):
            others = [other for other in range(self.n_parts) if other != part]
            yield self.rows(*others), self.rows(part)

    def spread(self, kept: NDArray[np.int64], n_rows: int) -> Folds:
        """Return the same folds over all rows, of which only some were divided.

        Parameters
        ----------
        kept : ndarray of int64, shape (n_divided,)
            Row numbers, among all rows, of those that were divided.
        n_rows : int
            Number of all rows; those that were not divided are left out.
        """
        number = np.full(n_rows, LEFT_OUT, dtype=np.int64)
        number[kept] = self.number
        return replace(self, number=number)

    def __str__(self) -> str:
        shown = ", ".join(f"{name} {size}" for name, size in self.sizes.items())
        return f"parts of applicants: {shown}"


def hash_folds(groups: ArrayLike, bad: NDArray[np.float64], *, n_parts: int, seed: int) -> Folds:
    """Deal applicants into parts in the order of a hash, so that none is ever in two.

    Those with a bad outcome are dealt apart from the others, so that parts have nearly equal shares of bads.
    The hash (BLAKE2b of the id as text and the seed) is the same in every process and on every machine, and
    the parts do not depend on the order of rows.

    Parameters
    ----------
    groups : array-like of str or int, shape (n_rows,)
        Who each row is about.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    n_parts : int
        Parts at most; fewer when there are fewer bads or goods.
    seed : int
        Another seed gives other parts.

    Raises
    ------
    FittingError
        If there are not two applicants with a bad and two with a good outcome.
    """
    part_of = deal(groups, bad, n_parts=n_parts, salt=f"part {seed}")
    parts = int(part_of.max(initial=0)) + 1
    usable = parts >= 2 and all(np.unique(bad[part_of != part]).size == 2 for part in range(parts))
    if not usable:
        raise FittingError(
            "To grow and calibrate on different applicants takes at least 2 applicants with a bad and 2 with "
            f"a good outcome. Got {len(bad)} rows of {len(set(_ids(groups)))} applicants, {int(bad.sum())} "
            "bad. Give more rows."
        )
    return Folds(part_of)


def deal(groups: ArrayLike, bad: NDArray[np.float64], *, n_parts: int, salt: str) -> NDArray[np.int64]:
    """Return a part for each row, the same for all rows of a group; see `hash_folds`.

    Parameters
    ----------
    groups : array-like of str or int, shape (n_rows,)
        Who each row is about.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    n_parts : int
        Parts at most; fewer when there are fewer groups with a bad or with a good.
    salt : str
        Another one gives other parts.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Number of the part, from 0.
    """
    names, group = np.unique(_ids(groups), return_inverse=True)
    has_bad = np.bincount(group, weights=bad, minlength=len(names)) > 0
    has_good = np.bincount(group, weights=1.0 - bad, minlength=len(names)) > 0
    parts = max(1, min(n_parts, int(has_bad.sum()), int(has_good.sum())))
    hashes = np.array([_hash(name, salt) for name in names.tolist()], dtype=np.uint64)
    order = np.lexsort((hashes, has_bad))
    part = np.empty(len(names), dtype=np.int64)
    part[order] = np.arange(len(names)) % parts
    dealt: NDArray[np.int64] = part[group.ravel()]
    return dealt


def checked_time(time: ArrayLike, n_rows: int) -> NDArray[np.int64]:
    """Return moments as microseconds since 1970-01-01 UTC.

    Parameters
    ----------
    time : array-like, shape (n_rows,)
        Whole microseconds, or NumPy datetimes in UTC.
    n_rows : int
        Rows there must be.

    Returns
    -------
    ndarray of int64, shape (n_rows,)

    Raises
    ------
    ParameterError
        If the shape is wrong, a moment is missing, or the values are no moments.
    """
    moments = np.asarray(time)
    if moments.shape != (n_rows,):
        raise ParameterError.must_be("time", f"of shape ({n_rows},), one moment a row", moments.shape)
    if moments.dtype.kind == "M":
        if np.isnat(moments).any():
            raise ParameterError(
                f"{np.isnat(moments).sum()} rows of 'time' are missing. Leave those rows out."
            )
        return moments.astype("datetime64[us]").astype(np.int64)
    if moments.dtype.kind not in "iu":
        raise ParameterError.must_be("time", "whole microseconds or NumPy datetimes in UTC", moments.dtype)
    return moments.astype(np.int64)


def _ids(groups: ArrayLike) -> NDArray[np.str_]:
    return np.asarray([str(each) for each in np.asarray(groups).tolist()], dtype=np.str_)


def _hash(name: str, salt: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{salt}\n{name}".encode(), digest_size=8).digest(), "little")
