"""Some applications at once: what views build rows for, and what several views work out together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from creditscore.data.loans.allocation import LoanTables
from creditscore.data.loans.laid_out import loan_tables
from creditscore.data.portfolio import Portfolio

Worked = TypeVar("Worked")


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Applications whose features are computed in one go, by one thread.

    Parameters
    ----------
    portfolio : Portfolio
        What is known.
    owners : ndarray of int64, shape (n_applications,)
        Codes of the applicants; -1 is unknown.
    as_of : ndarray of int64, shape (n_applications,)
        Moments in microseconds; exclusive.
    views : frozenset of str, optional
        Names of the views that will be asked for, so that what builds several at once leaves out the others;
        by default all.

    Examples
    --------
    >>> import creditscore as cs
    >>> chunk = Chunk(cs.Portfolio.from_records({}), np.array([-1]), np.array([0]))
    >>> chunk.once(lambda given: given.owners.size)
    1
    """

    portfolio: Portfolio
    owners: NDArray[np.int64]
    as_of: NDArray[np.int64]
    views: frozenset[str] | None = None
    _worked: dict[object, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, work: Callable[[Chunk], Worked]) -> Worked:
        """Return what some work gives for this chunk, done at the first call and kept for the others."""
        if work not in self._worked:
            self._worked[work] = work(self)
        return cast(Worked, self._worked[work])


def first_and_last(chunk: Chunk) -> tuple[int, int]:
    """Return the first and the last of the moments of a chunk that has one, in microseconds."""
    moments = chunk.as_of.tolist()
    return min(moments), max(moments)


def loans_of(chunk: Chunk) -> LoanTables:
    """Return the loans of a chunk's portfolio as kernels take them; ask by ``chunk.once(loans_of)``."""
    return loan_tables(chunk.portfolio)
