"""One applicant's contributions gathered into the candidates for reasons, and the fact of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.reasons.columns import ReasonColumns
from creditscore.reasons.guards import Guard
from creditscore.words.audit import SUPPRESSED

Basis: TypeAlias = Literal["fact", "missing", "group", "source"]


@dataclass(frozen=True, slots=True)
class NoFact:
    """No fact of a candidate may be told; the guard, and why."""

    guard: Guard
    why: str


@dataclass(slots=True, eq=False)
class Applicant:
    """One applicant: what each candidate for a reason cost, and the fact that it rests on.

    A *candidate* is a reason group, then a source that told nothing at all, then what may never be named, by
    group: numbers 0 to G-1, G to G+S-1, and from G+S on.

    Parameters
    ----------
    columns : ReasonColumns
    contributions : ndarray of float64, shape (n_features,)
        What each feature adds to the calibrated log-odds of bad; above 0 is harmful.
    values : ndarray of float64, shape (n_features,)
        The feature values; NaN is missing.
    typical : ndarray of float64, shape (n_features,), optional
        Values of the reference population.
    as_of : datetime, optional
        The moment of the facts.
    """

    columns: ReasonColumns
    contributions: NDArray[np.float64]
    values: NDArray[np.float64]
    typical: NDArray[np.float64] | None
    as_of: datetime | None
    candidate_of: NDArray[np.int64] = field(init=False)
    known_of: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        """Give each feature its group, its source where that told nothing at all, or what it is kept from."""
        columns = self.columns
        n_groups, n_sources = len(columns.groups), len(columns.sources)
        known = ~np.isnan(self.values) & columns.nameable
        absent = np.bincount(columns.source_of, known, n_sources) == 0.0
        candidate_of = columns.group_of
        if columns.forbidden.any():
            candidate_of = np.where(columns.forbidden, n_groups + n_sources + columns.group_of, candidate_of)
        if absent.any():
            candidate_of = np.where(
                absent[columns.source_of] & columns.nameable, n_groups + columns.source_of, candidate_of
            )
        self.candidate_of = candidate_of
        self.known_of = np.bincount(candidate_of, known, len(columns.keys)) > 0.0

    def summed(self) -> NDArray[np.float64]:
        """Sum the contributions of each candidate, shape (2 n_groups + n_sources,)."""
        size = len(self.columns.keys)
        return np.bincount(self.candidate_of, self.contributions, size).astype(np.float64, copy=False)

    def is_forbidden(self, candidate: int) -> bool:
        """Tell whether a candidate gathers what may never be named."""
        return candidate >= len(self.columns.groups) + len(self.columns.sources)

    def members(self, candidate: int) -> NDArray[np.int64]:
        """Return the columns of a candidate, shape (n_members,), rising."""
        return np.flatnonzero(self.candidate_of == candidate)

    def names(self, candidate: int) -> tuple[str, ...]:
        """Return the features of a candidate that cost points, most harmful first."""
        return tuple(self.columns.features[column].name for column in self.harmful(candidate))

    def harmful(self, candidate: int) -> list[int]:
        """Return the columns of a candidate that cost points, most harmful first."""
        columns = ((self.candidate_of == candidate) & (self.contributions > 0.0)).nonzero()[0]
        harmful: list[int] = columns[(-self.contributions[columns]).argsort(kind="stable")].tolist()
        return harmful

    def forbidden_because(self, candidate: int) -> str:
        """Say why a candidate may not be named."""
        return "; ".join(dict.fromkeys(self.columns.forbidden_because[c] for c in self.harmful(candidate)))

    def lead(self, candidate: int, harmful: list[int]) -> tuple[int, Basis] | NoFact:
        """Choose the fact: the most harmful known one, unless what is missing costs more than all known."""
        if candidate >= len(self.columns.groups):
            return harmful[0], "source"
        if not self.known_of[candidate]:
            return harmful[0], "group"
        parts = zip(harmful, self.contributions[harmful].tolist(), self.values[harmful].tolist(), strict=True)
        known: list[tuple[int, float]] = []
        missing: list[int] = []
        balance = 0.0
        for column, harm, value in parts:
            if math.isnan(value):
                missing.append(column)
                balance += harm
            else:
                known.append((column, value))
                balance -= harm
        if not known or balance > 0.0:
            return missing[0], "missing"
        signs, typical = self.columns.signs, self.typical
        for column, value in known:
            # A value on the safe side of its reference value is never told as harmful.
            if typical is None or not signs[column] * (value - typical[column]) < 0.0:
                return column, "fact"
        name = self.columns.features[known[0][0]].name
        return NoFact("sign", SUPPRESSED["sign"].format(feature=name))
