"""The few reasons that cost an applicant most points, each a specific fact beside what is usual.

Contributions are summed by family of reason groups, because families are steadier than groups and groups
than single features; a fact leads a reason whose move to the usual value would have improved the score. What
was not there is never told as behaviour.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ParameterError
from creditscore.features.declaration import Declaration
from creditscore.model.scale import ScoreScale
from creditscore.reasons.applicant import Applicant, Population, effective_leads
from creditscore.reasons.columns import NEVER_REASONS, ReasonColumns
from creditscore.reasons.facts import Fact, direction_of
from creditscore.reasons.guards import Guard, Suppressed
from creditscore.reasons.reason import Reason, Reasons
from creditscore.words.audit import SUPPRESSED

MOST_REASONS: Final = 4
SMALLEST_SHARE: Final = 0.02
FEWEST_POINTS: Final = 1.0
ONE_MORE: Final = "inquiries"


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
        by_family: bool = True,
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
            A reason with less than this part of all points lost is left out, within 0 and 1; so is one of
            less than a whole point.
        by_family : bool, default True
            Rank families of reason groups; False ranks groups, as records did that name no families.
        """
        if limit < 0:
            raise ParameterError.must_be("limit", "an integer of at least 0", limit)
        if not 0 <= minimum_share <= 1:
            raise ParameterError.must_be("minimum_share", "a number within 0 and 1", minimum_share)
        columns = ReasonColumns.of(features, by_family=by_family)
        return cls(columns, float(scale.factor), limit, minimum_share)

    def of_one(
        self,
        contributions: NDArray[np.float64],
        values: NDArray[np.float64],
        *,
        against: Population | None = None,
        risk: float | None = None,
        as_of: datetime | None = None,
        unread: Container[str] = (),
    ) -> tuple[Reason, ...]:
        """Name the reasons of one applicant, and keep no record of the others.

        Parameters are those of :meth:`judge`, arrays of shape (n_features,); the reasons are those that it
        gives.
        """
        applicant = self._applicant(contributions, values, against, as_of, unread)
        ranked = _Ranked.of(self, applicant)
        waiting = [one for one in ranked.order if self._cheap_guard(ranked, one) is None]
        given: list[Reason] = []
        while waiting:
            missing = self.limit - len(given)
            more = [one for one in waiting if given and self.columns.keys[one] == ONE_MORE]
            tried = waiting[:missing] if missing > 0 else more
            if not tried:
                break
            waiting = [one for one in waiting if one not in tried]
            leads, idle = effective_leads(applicant, tried, risk=risk)
            given += [
                self._reason(ranked, one, leads[one]) for one in tried if one in leads and one not in idle
            ]
        return tuple(given)

    def judge(
        self,
        contributions: NDArray[np.float64],
        values: NDArray[np.float64],
        *,
        against: Population | None = None,
        risk: float | None = None,
        as_of: datetime | None = None,
        unread: Container[str] = (),
    ) -> Reasons:
        """Name the reasons of one applicant, and say what was suppressed and why.

        Parameters
        ----------
        contributions : ndarray of float64, shape (n_features,)
            What each feature adds to the calibrated log-odds of bad; above 0 is harmful.
        values : ndarray of float64, shape (n_features,)
            The feature values; NaN is missing.
        against : Population, optional
            Whom the contributions are stated against. A fact leads a reason only if its move to the usual
            value would have improved the score, and a group is given only if its move as a whole would.
        risk : float, optional
            Calibrated log-odds of bad of the applicant, where they are known already.
        as_of : datetime, optional
            The moment of the facts.
        unread : container of str, default ()
            Sources that were not read because they are forbidden, out of reach, refused or withdrawn. What
            they cost is kept, and never given as a reason: it is nobody's conduct.

        Returns
        -------
        Reasons
            None if nothing cost points.
        """
        applicant = self._applicant(contributions, values, against, as_of, unread)
        ranked = _Ranked.of(self, applicant)
        guards = {one: found for one in ranked.order if (found := self._cheap_guard(ranked, one))}
        suppressed = {one: (guard, self._why(ranked, one, guard)) for one, guard in guards.items()}
        tried = [one for one in ranked.order if one not in suppressed]
        leads, idle = effective_leads(applicant, tried, risk=risk)
        suppressed |= {one: _without("comparison") for one in tried if one not in leads}
        suppressed |= {one: _without("actionability") for one in idle}
        passed = [one for one in tried if one not in suppressed]
        chosen = self._limited(passed)
        why = SUPPRESSED["limit"].format(given=len(chosen))
        suppressed |= {one: ("limit", why) for one in passed if one not in chosen}
        rest = tuple(
            self._suppressed(ranked, one, *suppressed[one]) for one in ranked.order if one in suppressed
        )
        return Reasons(tuple(self._reason(ranked, one, leads[one]) for one in chosen), rest)

    def _applicant(
        self,
        contributions: NDArray[np.float64],
        values: NDArray[np.float64],
        against: Population | None,
        as_of: datetime | None,
        unread: Container[str],
    ) -> Applicant:
        least = FEWEST_POINTS / self.points_for_log_odds if self.columns.by_family else 0.0
        return Applicant(self.columns, contributions, values, against, as_of, least, unread)

    def _cheap_guard(self, ranked: _Ranked, candidate: int) -> Guard | None:
        """Say which guard suppresses a candidate before anything is tried out; None if none does."""
        applicant = ranked.applicant
        if applicant.is_forbidden(candidate):
            return "forbidden"
        if applicant.is_unread(candidate):
            return "unread"
        if ranked.lost[candidate] < max(FEWEST_POINTS, self.minimum_share * ranked.total):
            return "minimum_share"
        if applicant.is_family(candidate) and ranked.whole[candidate] < FEWEST_POINTS:
            return "earned"
        return None

    def _why(self, ranked: _Ranked, candidate: int, guard: Guard) -> str:
        """Say in a sentence why a cheap guard suppresses a candidate."""
        if guard == "forbidden":
            return ranked.applicant.forbidden_because(candidate)
        if guard != "minimum_share":
            return SUPPRESSED[guard]
        lost, share = ranked.cost(candidate)
        return SUPPRESSED[guard].format(
            points=lost, share=share, fewest=FEWEST_POINTS, minimum=self.minimum_share
        )

    def _reason(self, ranked: _Ranked, candidate: int, lead: int) -> Reason:
        applicant, columns = ranked.applicant, self.columns
        lost, share = ranked.cost(candidate)
        source, is_family = columns.source_of[lead], applicant.is_family(candidate)
        named = columns.group_of[lead]
        return Reason(
            code=columns.group_codes[named] if is_family else columns.source_codes[source],
            group=columns.groups[named] if is_family else columns.keys[candidate],
            points_lost=lost,
            share=share,
            features=applicant.names(candidate),
            fact=_fact(applicant, lead),
            basis=applicant.basis(candidate, lead),
            source=columns.suppliers[source],
            family=columns.keys[candidate] if is_family and columns.by_family else "",
            inside=self._inside(applicant, candidate),
        )

    def _inside(self, applicant: Applicant, candidate: int) -> tuple[tuple[str, float], ...]:
        """Points that each group of a family cost, most first; nothing where groups are ranked."""
        if not (self.columns.by_family and applicant.is_family(candidate)):
            return ()
        factor = self.points_for_log_odds
        return tuple([(group, factor * added) for group, added in applicant.inside(candidate)])

    def _suppressed(self, ranked: _Ranked, candidate: int, guard: Guard, why: str) -> Suppressed:
        applicant, key = ranked.applicant, self.columns.keys[candidate]
        family = key if self.columns.by_family and applicant.is_family(candidate) else ""
        group = applicant.inside(candidate)[0][0] if family else key
        return Suppressed(group, guard, why, *ranked.cost(candidate), applicant.names(candidate), family)

    def _limited(self, passed: list[int]) -> list[int]:
        extra = [one for one in passed[self.limit :] if self.columns.keys[one] == ONE_MORE]
        return passed[: self.limit] + extra if self.limit else []


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """The candidates that cost an applicant points, most harmful first, and what each cost."""

    applicant: Applicant
    order: list[int]
    lost: list[float]
    whole: list[float]
    total: float

    @classmethod
    def of(cls, catalogue: ReasonCatalogue, applicant: Applicant) -> _Ranked:
        factor, keys = catalogue.points_for_log_odds, catalogue.columns.keys
        lost = (factor * applicant.summed()).tolist()
        harmful = [
            (-points, keys[candidate], candidate)
            for candidate, points in enumerate(lost)
            if points > 0.0 and keys[candidate] not in NEVER_REASONS
        ]
        order = [candidate for _, _, candidate in sorted(harmful)]
        whole = (factor * applicant.whole_families()).tolist()
        return cls(applicant, order, lost, whole, float(sum([lost[one] for one in order])))

    def cost(self, candidate: int) -> tuple[float, float]:
        """Points that a candidate cost, and their part of all points lost."""
        return self.lost[candidate], self.lost[candidate] / self.total


def _without(guard: Guard) -> tuple[Guard, str]:
    return guard, SUPPRESSED[guard]


def _fact(applicant: Applicant, column: int) -> Fact:
    columns, against = applicant.columns, applicant.against
    feature, value = columns.features[column], float(applicant.values[column])
    usual = math.nan if against is None else float(against.typical[column])
    return Fact(
        feature.name,
        columns.labels[column],
        None if math.isnan(value) else value,
        feature.unit,
        int(feature.sign),
        applicant.as_of,
        reference_value=None if math.isnan(usual) else usual,
        direction=None if against is None else direction_of(value, usual, feature.unit),
        population="" if against is None else against.name,
        scarce=against is not None and feature.name in against.scarce,
    )


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
    'Worst days past due in 12 months: 34 days'
    >>> round(reason.points_lost, 2), reason.share
    (11.54, 1.0)
    """
    catalogue = ReasonCatalogue.of(features, scale, limit=limit, minimum_share=minimum_share)
    return catalogue.of_one(contributions, values)
