"""One applicant as reasons see them: what each candidate for a reason cost, and what may lead it."""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.reasons.columns import ReasonColumns
from creditscore.reasons.guards import LogOdds
from creditscore.words.speech import AS_A_WHOLE

Basis: TypeAlias = Literal["fact", "missing", "group", "source"]

# How many facts of a candidate are tried as its lead: beyond them it would rest on what hardly counted.
MOST_TRIED: Final = 6
# What is nearer than this, in log-odds, is the same.
SMALLEST_EFFECT: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Whom an applicant is compared with, and how their score is computed anew.

    Attributes
    ----------
    name : str
        Of the reference.
    typical : ndarray of float64, shape (n_features,)
        Its usual values; NaN where it knows none.
    scarce : frozenset of str
        Features that are known of less than half of it.
    log_odds : callable
        Scores rows of features: calibrated log-odds of bad, shape (n_rows,), of shape (n_rows, n_features).
    """

    name: str
    typical: NDArray[np.float64]
    log_odds: LogOdds
    scarce: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Applicant:
    """One applicant: what each candidate for a reason cost, and the fact that it rests on.

    A *candidate* is a family of reason groups, then a source that told nothing at all, then what may never be
    named, by group: numbers 0 to F-1, F to F+S-1, and from F+S on.

    Parameters
    ----------
    columns : ReasonColumns
    contributions : ndarray of float64, shape (n_features,)
        What each feature adds to the calibrated log-odds of bad; above 0 is harmful.
    values : ndarray of float64, shape (n_features,)
        The feature values; NaN is missing.
    against : Population, optional
        Whom the contributions are stated against.
    as_of : datetime, optional
        The moment of the facts.
    least : float, default 0.0
        In log-odds: a fact leads a family only if its group, as pages print it, cost this much.
    unread : container of str, default ()
        Sources that were not read, by nobody's conduct.
    """

    columns: ReasonColumns
    contributions: NDArray[np.float64]
    values: NDArray[np.float64]
    against: Population | None
    as_of: datetime | None
    least: float = 0.0
    unread: Container[str] = ()
    may_lead: NDArray[np.bool_] = field(init=False)
    candidate_of: NDArray[np.int64] = field(init=False)
    known_of: NDArray[np.bool_] = field(init=False)
    _harmful: dict[int, list[int]] = field(init=False)
    _of_groups: list[float] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Give each feature its family, its source where that told nothing, or what it is kept from."""
        columns = self.columns
        n_families, n_sources = len(columns.families), len(columns.sources)
        known = ~np.isnan(self.values) & columns.nameable
        absent = np.bincount(columns.source_of, known, n_sources) == 0.0
        candidate_of = columns.family_of
        if columns.forbidden.any():
            apart = n_families + n_sources + columns.group_of
            candidate_of = np.where(columns.forbidden, apart, candidate_of)
        if absent.any():
            candidate_of = np.where(
                absent[columns.source_of] & columns.nameable & ~columns.forbidden,
                n_families + columns.source_of,
                candidate_of,
            )
        self.candidate_of = candidate_of
        self.known_of = np.bincount(candidate_of, known, len(columns.keys)) > 0.0
        self._harmful = self._by_candidate()
        of_groups = np.bincount(columns.group_of, self.contributions, len(columns.groups))
        self.may_lead = of_groups >= self.least

    def _by_candidate(self) -> dict[int, list[int]]:
        """Columns that cost points, most harmful first, by candidate."""
        costly = (self.contributions > 0.0).nonzero()[0]
        ordered = costly[(-self.contributions[costly]).argsort(kind="stable")]
        found: dict[int, list[int]] = {}
        for column, candidate in zip(ordered.tolist(), self.candidate_of[ordered].tolist(), strict=True):
            found.setdefault(candidate, []).append(column)
        return found

    def summed(self) -> NDArray[np.float64]:
        """Sum the contributions of each candidate, shape (n_families + n_sources + n_groups,)."""
        size = len(self.columns.keys)
        return np.bincount(self.candidate_of, self.contributions, size).astype(np.float64, copy=False)

    def whole_families(self) -> NDArray[np.float64]:
        """Sum the contributions of each family, of what may not be named too, shape (n_families,)."""
        size = len(self.columns.families)
        return np.bincount(self.columns.family_of, self.contributions, size).astype(np.float64, copy=False)

    def inside(self, family: int) -> list[tuple[str, float]]:
        """List what the groups of a family add to it, in log-odds: most harmful first, ties by name."""
        columns = self.columns
        if self._of_groups is None:
            sayable = np.where(self.candidate_of < len(columns.families), self.contributions, 0.0)
            self._of_groups = np.bincount(columns.group_of, sayable, len(columns.groups)).tolist()
        pairs = [(columns.groups[group], self._of_groups[group]) for group in columns.groups_in[family]]
        return sorted([pair for pair in pairs if pair[1] != 0.0], key=lambda pair: (-pair[1], pair[0]))

    def is_family(self, candidate: int) -> bool:
        """Tell whether a candidate is a family of reason groups."""
        return candidate < len(self.columns.families)

    def is_unread(self, candidate: int) -> bool:
        """Tell whether a candidate is a source that was not read."""
        number = candidate - len(self.columns.families)
        return 0 <= number < len(self.columns.sources) and self.columns.sources[number] in self.unread

    def is_forbidden(self, candidate: int) -> bool:
        """Tell whether a candidate gathers what may never be named."""
        return candidate >= len(self.columns.families) + len(self.columns.sources)

    def members(self, candidate: int) -> NDArray[np.int64]:
        """Return the columns of a candidate, shape (n_members,), rising."""
        return np.flatnonzero(self.candidate_of == candidate)

    def names(self, candidate: int) -> tuple[str, ...]:
        """Return the features of a candidate that cost points, most harmful first."""
        return tuple(self.columns.features[column].name for column in self.harmful(candidate))

    def harmful(self, candidate: int) -> list[int]:
        """Return the columns of a candidate that cost points, most harmful first."""
        return self._harmful.get(candidate, [])

    def forbidden_because(self, candidate: int) -> str:
        """Say why a candidate may not be named."""
        return "; ".join(dict.fromkeys(self.columns.forbidden_because[c] for c in self.harmful(candidate)))

    def basis(self, candidate: int, column: int) -> Basis:
        """Say what a reason with this lead rests on."""
        if not self.is_family(candidate):
            return "source"
        if not self.known_of[candidate]:
            return "group"
        return "missing" if math.isnan(self.values[column]) else "fact"

    def leads(self, candidate: int) -> list[int]:
        """Return the facts that may lead a candidate, best first: those that differ from what is usual.

        Known ones come first, most harmful first, unless what is missing costs more than all that is known.
        """
        columns = self.harmful(candidate)
        if self.is_family(candidate):
            may_lead = self.may_lead[self.columns.group_of[columns]].tolist()
            columns = [column for column, may in zip(columns, may_lead, strict=True) if may]
        values = self.values[columns].tolist()
        known = [column for column, value in zip(columns, values, strict=True) if value == value]
        unknown = [column for column, value in zip(columns, values, strict=True) if value != value]
        ordered = known + unknown
        if known and unknown and not self._lost(unknown) <= self._lost(known):
            ordered = unknown + known
        if self.against is not None:
            usual, own = self.against.typical[ordered].tolist(), self.values[ordered].tolist()
            pairs = zip(ordered, usual, own, strict=True)
            ordered = [column for column, one, value in pairs if one == one and value != one]
        return ordered[:MOST_TRIED]

    def undone_with(self, column: int, candidate: int) -> NDArray[np.int64]:
        """Return what is put to its usual value to try a lead: a fact alone, or all that is told as a whole.

        Returns shape (n_moved,), rising.
        """
        if self.columns.features[column].reason_group in AS_A_WHOLE:
            return self.members(candidate)
        return np.array([column])

    def _lost(self, columns: list[int]) -> float:
        return float(self.contributions[sorted(columns)].sum())


def effective_leads(
    applicant: Applicant, candidates: list[int], *, risk: float | None = None
) -> tuple[dict[int, int], set[int]]:
    """Find for each candidate the first fact whose move to its usual value would have improved the score.

    Parameters
    ----------
    applicant : Applicant
    candidates : list of int
    risk : float, optional
        Calibrated log-odds of the applicant, where they are known already.

    Returns
    -------
    leads : dict of int to int
        Column of the fact, by candidate.
    idle : set of int
        Candidates whose move as a whole would not have improved it.
    """
    against = applicant.against
    open_leads = {candidate: applicant.leads(candidate) for candidate in candidates}
    if against is None:
        return {candidate: columns[0] for candidate, columns in open_leads.items() if columns}, set()
    leads: dict[int, int] = {}
    idle: set[int] = set()
    moves = [(candidate, applicant.members(candidate)) for candidate in candidates]
    tried: list[tuple[int, int]] = []
    while True:
        tried = [(c, columns.pop(0)) for c, columns in open_leads.items() if c not in leads and columns]
        if not tried and not moves:
            return leads, idle
        singles = [applicant.undone_with(column, candidate) for candidate, column in tried]
        rows = moved_rows(applicant.values, against.typical, [*(m for _, m in moves), *singles])
        if risk is None:
            risk = float(against.log_odds(applicant.values[None, :])[0])
        better = (risk - against.log_odds(rows) > SMALLEST_EFFECT).tolist()
        idle.update(c for (c, _), good in zip(moves, better, strict=False) if not good)
        leads |= {c: column for (c, column), good in zip(tried, better[len(moves) :], strict=True) if good}
        moves = []


def moved_rows(
    values: NDArray[np.float64], typical: NDArray[np.float64], moves: list[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """Put some of an applicant's features to their usual values, in a row for each move.

    Parameters
    ----------
    values : ndarray of float64, shape (n_features,)
        The applicant's features.
    typical : ndarray of float64, shape (n_features,)
        Usual values; where NaN, the applicant's own stays.
    moves : list of ndarray of int64, shape (n_moved,)
        The columns that each row moves.

    Returns
    -------
    ndarray of float64, shape (n_moves, n_features)

    Examples
    --------
    >>> moved_rows(np.array([3.0, 4.0]), np.array([np.nan, 1.0]), [np.array([0, 1])])
    array([[3., 1.]])
    """
    usual = np.where(np.isnan(typical), values, typical)
    rows = np.repeat(values[None, :], len(moves), axis=0)
    for row, columns in zip(rows, moves, strict=True):
        row[columns] = usual[columns]
    return rows
