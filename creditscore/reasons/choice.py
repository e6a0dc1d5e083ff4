"""The few reasons that cost an applicant most points, each a specific fact.

Contributions are summed by reason group, because groups are steadier than single features; the leading
feature of a group supplies the fact. What was not there is never told as behaviour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from creditscore.data.sources import supplier_of
from creditscore.errors import ParameterError
from creditscore.model.scale import ScoreScale
from creditscore.reasons.applicant import Case, NoFact
from creditscore.reasons.facts import Fact
from creditscore.reasons.guards import Dropped, Guard, LogOdds, forbidden_because, improves
from creditscore.reasons.reason import Reason, Reasons
from creditscore.words.reasons import texts_in
from creditscore.words.wording import Declaration

__all__ = [
    "MOST_REASONS",
    "NEVER_REASONS",
    "SMALLEST_SHARE",
    "Reason",
    "ReasonBook",
    "Reasons",
    "reasons_for",
]

MOST_REASONS = 4
SMALLEST_SHARE = 0.02
NEVER_REASONS = frozenset({"", "coverage"})
ONE_MORE = "inquiries"


@dataclass(frozen=True, slots=True, eq=False)
class ReasonBook:
    """What is needed to name reasons quickly, prepared once for a feature set.

    Build it with :meth:`of`. Its arrays are read-only, so threads may share it.
    """

    features: tuple[Declaration, ...]
    groups: tuple[str, ...]
    sources: tuple[str, ...]
    group_of: NDArray[np.int64]
    source_of: NDArray[np.int64]
    signs: NDArray[np.float64]
    nameable: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]
    forbidden_because: tuple[str, ...]
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
    ) -> ReasonBook:
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
        declared = tuple(features)
        groups, group_of = _numbered([feature.reason_group for feature in declared])
        sources, source_of = _numbered([feature.source for feature in declared])
        forbidden = tuple(
            forbidden_because(
                feature.name,
                feature.source,
                feature.reason_group,
                getattr(feature, "legal_tags", ()),
                getattr(feature, "formula", None),
            )
            for feature in declared
        )
        return cls(
            features=declared,
            groups=groups,
            sources=sources,
            group_of=group_of,
            source_of=source_of,
            signs=np.array([feature.sign for feature in declared], dtype=np.float64),
            nameable=np.array([feature.reason_group not in NEVER_REASONS for feature in declared], bool),
            forbidden=np.array([bool(why) for why in forbidden], dtype=bool),
            forbidden_because=forbidden,
            points_for_log_odds=float(scale.factor),
            limit=limit,
            minimum_share=minimum_share,
        )

    def of_one(
        self,
        contributions: NDArray[np.float64],
        values: NDArray[np.float64],
        *,
        typical: NDArray[np.float64] | None = None,
        as_of: datetime | None = None,
    ) -> tuple[Reason, ...]:
        """Name the reasons of one applicant, and keep no record of the others.

        Parameters are those of :meth:`judge`; the reasons are those that it gives without `log_odds`.
        """
        case = Case(self, contributions, values, typical, as_of)
        order, lost, total = self._harmful(case)
        given: list[Reason] = []
        for bucket in order:
            if lost[bucket] < self.minimum_share * total:
                break
            if len(given) < self.limit or (given and case.key(bucket) == ONE_MORE):
                held = self._held_back(case, bucket, lost[bucket], total)
                given += [held] if isinstance(held, Reason) else []
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
        """Name the reasons of one applicant, and say what was held back and why.

        Parameters
        ----------
        contributions : ndarray of float64, shape (n_features,)
            What each feature adds to the calibrated log-odds of bad; above 0 is harmful.
        values : ndarray of float64, shape (n_features,)
            The feature values; NaN is missing.
        typical : ndarray of float64, shape (n_features,), optional
            Values of the reference population. A fact on their safe side is never told as harmful.
        log_odds : callable, optional
            Scores rows of features. With `typical` given too, a reason is dropped unless the score improves
            when the features of its group take their typical values.
        as_of : datetime, optional
            The moment of the facts.

        Returns
        -------
        Reasons
            None if nothing cost points.
        """
        case = Case(self, contributions, values, typical, as_of)
        order, lost, total = self._harmful(case)
        dropped: dict[int, tuple[Guard, str]] = {}
        passed: list[tuple[int, Reason]] = []
        for bucket in order:
            held = self._held_back(case, bucket, lost[bucket], total)
            if isinstance(held, Reason):
                passed.append((bucket, held))
            else:
                dropped[bucket] = held
        if log_odds is not None and typical is not None and passed:
            passed, without_effect = _with_effect(case, passed, log_odds)
            dropped |= without_effect
        given = self._limited(passed)
        dropped |= {
            bucket: ("limit", f"{len(given)} reasons that cost more are given")
            for bucket, reason in passed
            if reason not in given
        }
        held_back = tuple(
            Dropped(case.key(b), *dropped[b], lost[b], lost[b] / total, case.names(b))
            for b in order
            if b in dropped
        )
        return Reasons(given, held_back)

    def _harmful(self, case: Case) -> tuple[list[int], list[float], float]:
        """Return the buckets that cost points, most harmful first; what each cost; and their total."""
        lost = (self.points_for_log_odds * case.summed()).tolist()
        harmful = [bucket for bucket, points in enumerate(lost) if points > 0.0 and case.may_be_told(bucket)]
        harmful.sort(key=lambda bucket: (-lost[bucket], case.key(bucket), bucket))
        return harmful, lost, float(sum(lost[bucket] for bucket in harmful))

    def _held_back(self, case: Case, bucket: int, lost: float, total: float) -> Reason | tuple[Guard, str]:
        """Make the reason of a bucket, or say which cheap guard holds it back."""
        if case.is_forbidden(bucket):
            return "forbidden", case.forbidden_because(bucket)
        if lost < self.minimum_share * total:
            return "minimum_share", f"{lost / total:.2%} of all points lost is below {self.minimum_share:.0%}"
        found = case.lead(bucket)
        if isinstance(found, NoFact):
            return found.guard, found.why
        lead, told = found
        feature = self.features[lead]
        value = float(case.values[lead])
        stated = None if value != value else value
        fact = Fact(feature.name, feature.label, stated, feature.unit, int(feature.sign), case.as_of)
        key = case.key(bucket)
        code = _code(key, feature.source, told)
        supplier = supplier_of(feature.source)
        return Reason(code, key, lost, lost / total, case.names(bucket), fact, told, "model", supplier)

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
    """Name the reasons of one applicant; for many, keep a :class:`ReasonBook`.

    Parameters and result are those of :meth:`ReasonBook.of` and :meth:`ReasonBook.of_one`.

    Examples
    --------
    >>> from creditscore.features.definition import Feature
    >>> from creditscore.features.formula import Term
    >>> late = Feature(
    ...     "loans_worst_dpd_12m", Term("loan_states", "count"), "worst days past due, 12m",
    ...     "largest days past due of any loan in 12m", "days", 1, "past_arrears", source="loans",
    ... )
    >>> (reason,) = reasons_for(np.array([0.4]), np.array([34.0]), [late], ScoreScale())
    >>> reason.text
    'Payments were overdue in the past (worst days past due in the last 12 months: 34 days)'
    >>> round(reason.points_lost, 2), reason.share
    (11.54, 1.0)
    """
    book = ReasonBook.of(features, scale, limit=limit, minimum_share=minimum_share)
    return book.of_one(contributions, values)


def _with_effect(
    case: Case, passed: list[tuple[int, Reason]], log_odds: LogOdds
) -> tuple[list[tuple[int, Reason]], dict[int, tuple[Guard, str]]]:
    """Keep the reasons whose group, put to its reference values, would have improved the score."""
    typical = case.typical if case.typical is not None else case.values
    better = improves(log_odds, case.values, typical, [case.members(bucket) for bucket, _ in passed])
    why = "with the group at its reference values the score would be no better"
    idle: dict[int, tuple[Guard, str]] = {
        bucket: ("actionability", why) for (bucket, _), good in zip(passed, better, strict=True) if not good
    }
    return [pair for pair in passed if pair[0] not in idle], idle


def _code(key: str, source: str, told: str) -> str:
    texts = texts_in("en")
    if told == "source":
        return texts.insufficient.get(source, texts.unknown_source)[0]
    return texts.groups.get(key, texts.generic).code


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the distinct names, sorted, and the number of each name in that list."""
    distinct = tuple(sorted(set(names)))
    numbers = {name: number for number, name in enumerate(distinct)}
    return distinct, np.array([numbers[name] for name in names], dtype=np.int64)
