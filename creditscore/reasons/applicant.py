"""One applicant's contributions gathered into the groups that may be named, and the fact of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.reasons.guards import Guard

if TYPE_CHECKING:
    from creditscore.reasons.choice import ReasonBook

Told: TypeAlias = Literal["fact", "missing", "group", "source"]


@dataclass(frozen=True, slots=True)
class NoFact:
    """No fact of a group may be told; the guard, and why."""

    guard: Guard
    why: str


@dataclass(slots=True, eq=False)
class Case:
    """One applicant before the book.

    A *bucket* is a reason group, then a source that told nothing at all, then what may never be named, by
    group: numbers 0 to G-1, G to G+S-1, and from G+S on.
    """

    book: ReasonBook
    contributions: NDArray[np.float64]
    values: NDArray[np.float64]
    typical: NDArray[np.float64] | None
    as_of: datetime | None
    bucket_of: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Give each feature its group, its source where that told nothing at all, or what it is kept from."""
        book = self.book
        n_groups, n_sources = len(book.groups), len(book.sources)
        known = ~np.isnan(self.values) & book.nameable
        absent = np.bincount(book.source_of, known, n_sources) == 0.0
        bucket_of = book.group_of
        if book.forbidden.any():
            bucket_of = np.where(book.forbidden, n_groups + n_sources + book.group_of, bucket_of)
        if absent.any():
            bucket_of = np.where(absent[book.source_of] & book.nameable, n_groups + book.source_of, bucket_of)
        self.bucket_of = bucket_of

    def summed(self) -> NDArray[np.float64]:
        """Sum the contributions of each bucket."""
        size = 2 * len(self.book.groups) + len(self.book.sources)
        return np.bincount(self.bucket_of, self.contributions, size).astype(np.float64, copy=False)

    def key(self, bucket: int) -> str:
        """Name a bucket."""
        n_groups, n_sources = len(self.book.groups), len(self.book.sources)
        if n_groups <= bucket < n_groups + n_sources:
            return f"insufficient_{self.book.sources[bucket - n_groups]}"
        return self.book.groups[bucket if bucket < n_groups else bucket - n_groups - n_sources]

    def may_be_told(self, bucket: int) -> bool:
        """Tell whether a bucket can be a reason at all: coverage and groups without a name cannot."""
        return self.key(bucket) not in ("", "coverage")

    def is_forbidden(self, bucket: int) -> bool:
        """Tell whether a bucket gathers what may never be named."""
        return bucket >= len(self.book.groups) + len(self.book.sources)

    def members(self, bucket: int) -> NDArray[np.int64]:
        """Return the columns of a bucket."""
        return np.flatnonzero(self.bucket_of == bucket)

    def names(self, bucket: int) -> tuple[str, ...]:
        """Return the features of a bucket that cost points, most harmful first."""
        return tuple(self.book.features[column].name for column in self._harmful(bucket))

    def _harmful(self, bucket: int) -> list[int]:
        columns = self.members(bucket)
        parts = zip(self.contributions[columns].tolist(), columns.tolist(), strict=True)
        return [column for _, column in sorted((-harm, c) for harm, c in parts if harm > 0.0)]

    def forbidden_because(self, bucket: int) -> str:
        """Say why a bucket may not be named."""
        return "; ".join(dict.fromkeys(self.book.forbidden_because[c] for c in self._harmful(bucket)))

    def lead(self, bucket: int) -> tuple[int, Told] | NoFact:
        """Choose the fact: the most harmful known one, unless what is missing costs more than all known."""
        harmful = self._harmful(bucket)
        if bucket >= len(self.book.groups):
            return harmful[0], "source"
        if np.isnan(self.values[self.members(bucket)]).all():
            return harmful[0], "group"
        parts = zip(harmful, self.contributions[harmful].tolist(), self.values[harmful].tolist(), strict=True)
        known: list[int] = []
        missing: list[int] = []
        balance = 0.0
        for column, harm, value in parts:
            unknown = math.isnan(value)
            (missing if unknown else known).append(column)
            balance += harm if unknown else -harm
        if not known or balance > 0.0:
            return missing[0], "missing"
        agreeing = [column for column in known if not self._on_the_safe_side(column)]
        if agreeing:
            return agreeing[0], "fact"
        name = self.book.features[known[0]].name
        return NoFact("sign", f"{name} is on the safe side of its reference value")

    def _on_the_safe_side(self, column: int) -> bool:
        if self.typical is None:
            return False
        return bool(self.book.signs[column] * (self.values[column] - self.typical[column]) < 0.0)
