"""The few reasons that cost an applicant most points, each a specific fact.

Contributions are summed by reason group, because groups are steadier than single features; the leading
feature of a group supplies the fact. What was not there is never told as behaviour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError
from creditscore.features.declaration import Declaration
from creditscore.model.scale import ScoreScale
from creditscore.reasons.columns import NEVER_REASONS, ReasonColumns
from creditscore.reasons.facts import Fact
from creditscore.reasons.guards import Guard, LogOdds, Suppressed, improves
from creditscore.reasons.reason import Reason, Reasons
from creditscore.words.audit import SUPPRESSED

MOST_REASONS: Final = 4
SMALLEST_SHARE: Final = 0.02
ONE_MORE: Final = "inquiries"

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


@dataclass(frozen=True, slots=True, eq=False)
class ReasonCatalogue:
    """What is needed to name reasons quickly, prepared once for a feature set.

    Build it with :meth:`of`. Its arrays are read-only, so threads may share it.
    """

    columns: ReasonColumns
    points_for_log_odds: float
    limit: int
    minimum_share: float

    @classmethod
    def of(
        cls,
        features: Iterable[Declaration],
        scale: ScoreScale,
        *,
        limit: int = MOST_REASONS,
        minimum_share: float = SMALLEST_SHARE,
    ) -> ReasonCatalogue:
        """Prepare reasons.

        Parameters
        ----------
        features : iterable of Feature
            Declarations in column order.
        scale : ScoreScale
            Turns log-odds into points.
        limit : int, default 4
            Reasons at most; searches for credit may come on top as one more, if they are not among them.
        minimum_share : float, default 0.02
            A reason with less than this part of all points lost is left out, within 0 and 1.
        """
        if limit < 0:
            raise ParameterError.must_be("limit", "an integer of at least 0", limit)
        if not 0 <= minimum_share <= 1:
            raise ParameterError.must_be("minimum_share", "a number within 0 and 1", minimum_share)
        return cls(ReasonColumns.of(features), float(scale.factor), limit, minimum_share)

    def of_one(
        self,
        contributions: NDArray[np.float64],
        values: NDArray[np.float64],
        *,
        typical: NDArray[np.float64] | None = None,
        as_of: datetime | None = None,
    ) -> tuple[Reason, ...]:
        """Name the reasons of one applicant, and keep no record of the others.

        Parameters are those of :meth:`judge`, arrays of shape (n_features,); the reasons are those that it
        gives without `log_odds`.
        """
        applicant = Applicant(self.columns, contributions, values, typical, as_of)
        order, lost, total = self._harmful(applicant)
        given: list[Reason] = []
        for candidate in order:
            if lost[candidate] < self.minimum_share * total:
                break
            if len(given) < self.limit or (given and self.columns.keys[candidate] == ONE_MORE):
                judged = self._reason(applicant, candidate, lost[candidate], total)
                if isinstance(judged, Reason):
                    given.append(judged)
        return tuple(given)

    def judge(
        self,
        contributions: NDArray[np.float64],
        values: NDArray[np.float64],
        *,
        typical: NDArray[np.float64] | None = None,
        log_odds: LogOdds | None = None,
        as_of: datetime | None = None,
    ) -> Reasons:
        """Name the reasons of one applicant, and say what was suppressed and why.

        Parameters
        ----------
        contributions : ndarray of float64, shape (n_features,)
            What each feature adds to the calibrated log-odds of bad; above 0 is harmful.
        values : ndarray of float64, shape (n_features,)
            The feature values; NaN is missing.
        typical : ndarray of float64, shape (n_features,), optional
            Values of the reference population. A fact on their safe side is never told as harmful.
        log_odds : callable, optional
            Scores rows of features. With `typical` given too, a reason is suppressed unless the score
            improves when the features of its group take their typical values.
        as_of : datetime, optional
            The moment of the facts.

        Returns
        -------
        Reasons
            None if nothing cost points.
        """
        applicant = Applicant(self.columns, contributions, values, typical, as_of)
        order, lost, total = self._harmful(applicant)
        suppressed: dict[int, tuple[Guard, str]] = {}
        passed: list[tuple[int, Reason]] = []
        for candidate in order:
            judged = self._reason(applicant, candidate, lost[candidate], total)
            if isinstance(judged, Reason):
                passed.append((candidate, judged))
            else:
                suppressed[candidate] = judged
        if log_odds is not None and typical is not None and passed:
            passed, without_effect = _with_effect(applicant, passed, log_odds)
            suppressed |= without_effect
        given = self._limited(passed)
        why = SUPPRESSED["limit"].format(given=len(given))
        suppressed |= {candidate: ("limit", why) for candidate, reason in passed if reason not in given}
        names, keys = applicant.names, self.columns.keys
        rest = tuple(
            Suppressed(keys[one], *suppressed[one], lost[one], lost[one] / total, names(one))
            for one in order
            if one in suppressed
        )
        return Reasons(given, rest)

    def _harmful(self, applicant: Applicant) -> tuple[list[int], list[float], float]:
        """Return the candidates that cost points, most harmful first; what each cost; and their total."""
        lost = (self.points_for_log_odds * applicant.summed()).tolist()
        keys = self.columns.keys
        harmful = [
            (-points, keys[candidate], candidate)
            for candidate, points in enumerate(lost)
            if points > 0.0 and keys[candidate] not in NEVER_REASONS
        ]
        harmful.sort()
        order = [candidate for _, _, candidate in harmful]
        return order, lost, float(sum([lost[candidate] for candidate in order]))

    def _reason(
        self, applicant: Applicant, candidate: int, lost: float, total: float
    ) -> Reason | tuple[Guard, str]:
        """Make the reason of a candidate, or say which cheap guard suppresses it."""
        if applicant.is_forbidden(candidate):
            return "forbidden", applicant.forbidden_because(candidate)
        if lost < self.minimum_share * total:
            why = SUPPRESSED["minimum_share"].format(share=lost / total, minimum=self.minimum_share)
            return "minimum_share", why
        harmful = applicant.harmful(candidate)
        found = applicant.lead(candidate, harmful)
        if isinstance(found, NoFact):
            return found.guard, found.why
        lead, basis = found
        columns = self.columns
        feature, source = columns.features[lead], columns.source_of[lead]
        value = float(applicant.values[lead])
        return Reason(
            code=columns.codes[candidate],
            group=columns.keys[candidate],
            points_lost=lost,
            share=lost / total,
            features=tuple([columns.features[column].name for column in harmful]),
            fact=Fact(
                feature.name,
                columns.labels[lead],
                None if value != value else value,
                feature.unit,
                int(feature.sign),
                applicant.as_of,
            ),
            basis=basis,
            source=columns.suppliers[source],
        )

    def _limited(self, passed: list[tuple[int, Reason]]) -> tuple[Reason, ...]:
        first = [reason for _, reason in passed[: self.limit]]
        extra = [reason for _, reason in passed[self.limit :] if reason.group == ONE_MORE]
        return tuple(first + extra if first else first)


def reasons_for(
    contributions: NDArray[np.float64],
    values: NDArray[np.float64],
    features: Iterable[Declaration],
    scale: ScoreScale,
    *,
    limit: int = MOST_REASONS,
    minimum_share: float = SMALLEST_SHARE,
) -> tuple[Reason, ...]:
    """Name the reasons of one applicant; for many, keep a :class:`ReasonCatalogue`.

    Parameters and result are those of :meth:`ReasonCatalogue.of` and :meth:`ReasonCatalogue.of_one`; the
    arrays have shape (n_features,).

    Examples
    --------
    >>> from creditscore.features.definition import Feature
    >>> from creditscore.features.formula import Term
    >>> late = Feature(
    ...     "loans_worst_dpd_12m", Term("loan_states", "count"), "worst days past due in 12 months",
    ...     "largest days past due of any loan in 12m", "days", 1, "past_arrears", source="loans",
    ... )
    >>> (reason,) = reasons_for(np.array([0.4]), np.array([34.0]), [late], ScoreScale())
    >>> reason.text
    'Payments were overdue in the past (worst days past due in 12 months: 34 days)'
    >>> round(reason.points_lost, 2), reason.share
    (11.54, 1.0)
    """
    catalogue = ReasonCatalogue.of(features, scale, limit=limit, minimum_share=minimum_share)
    return catalogue.of_one(contributions, values)


def _with_effect(
    applicant: Applicant, passed: list[tuple[int, Reason]], log_odds: LogOdds
) -> tuple[list[tuple[int, Reason]], dict[int, tuple[Guard, str]]]:
    """Keep the reasons whose group, put to its reference values, would have improved the score."""
    typical = applicant.typical if applicant.typical is not None else applicant.values
    better = improves(
        log_odds, applicant.values, typical, [applicant.members(candidate) for candidate, _ in passed]
    )
    idle: dict[int, tuple[Guard, str]] = {
        candidate: ("actionability", SUPPRESSED["actionability"])
        for (candidate, _), good in zip(passed, better, strict=True)
        if not good
    }
    return [pair for pair in passed if pair[0] not in idle], idle
