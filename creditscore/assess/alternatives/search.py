"""Search for alternatives: planned and drawn candidates, chosen on some applicants, certified on others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.numbers import finite_number
from creditscore._ground.progress import progress
from creditscore.assess.alternatives.alternative import Alternative
from creditscore.assess.alternatives.certifying import Said, certified
from creditscore.assess.alternatives.fits import Fit, Fits, Parts
from creditscore.assess.alternatives.judging import AUC, PROFIT, RATIO, Applied, Ranked
from creditscore.assess.alternatives.result import AlternativeSearch, Candidate
from creditscore.assess.alternatives.space import AlternativeSpace
from creditscore.assess.alternatives.widening import widening_of
from creditscore.assess.groups import groups_of
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.features.definition import FeatureSet
from creditscore.pipeline.crossing import prepared
from creditscore.pipeline.facade import CreditPipeline
from creditscore.validation import _checks
from creditscore.validation.fairness.remaining import SearchBound, search_bound
from creditscore.validation.resampling import Resampling

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Objective: TypeAlias = Literal["auc", "profit"]
_COLUMN: Final = {"auc": AUC, "profit": PROFIT}


def search_alternatives(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    groups: Any,
    *,
    approve: float | Sequence[float] = 0.7,
    objective: Objective = "auc",
    worth: float = 0.002,
    draws: int = 30,
    enough: float | None = None,
    space: AlternativeSpace | None = None,
    intersections: Sequence[Sequence[str]] = (),
    profit_if_good: float = 1.0,
    loss_if_bad: float = 5.0,
    certify: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 200,
    fewest: int = 50,
    extracted_at: datetime | str | None = None,
    sample_weight: ArrayLike | None = None,
    positive_label: str | float | None = None,
    seed: int = 0,
) -> AlternativeSearch:
    """Search for models that approve groups more alike and are worth as much.

    Groups are read to compare candidates that are fitted already, never by a fit: no term of fairness stands
    in any booster, and no adversary is trained. Features are computed once, and every candidate is fitted
    once, on one part of the applicants. It is judged there by what it says out of fold; the one that is
    chosen is certified on the other part, which nothing was fitted on or chosen by.

    Candidates are the pipeline as given; planned ones, that leave out what widens the gap most; and draws by
    chance from a distribution that is fixed before the first of them, for which a bound says what more draws
    could still gain.

    Parameters
    ----------
    pipeline : CreditPipeline
        It is not changed.
    applications, portfolio, bad, extracted_at, sample_weight, positive_label
        As for ``CreditPipeline.fit``; arrays of shape (n_applications,).
    groups : str, sequence of str, array-like of shape (n_applications,), data frame, or mapping
        Names of columns of the applications; or labels and guesses as `creditscore.fairness` takes them, by
        position or by application id.
    approve : float or sequence of float
        Shares of the scored applications that may be approved, each above 0 and at most 1. The first is that
        of today. With the objective ``"auc"`` it alone counts.
    objective : {"auc", "profit"}
        What an alternative is worth.
    worth : float, default 0.002
        What may be lost of the objective, 0 or more: in area, or in money for each application with a known
        outcome.
    draws : int, default 30
        Candidates to draw at most, 0 or more.
    enough : float, optional
        Stop drawing when the bound on the expected gain of one more draw is no more than this.
    space : AlternativeSpace, optional
    intersections : sequence of sequence of str
        Attributes to cross.
    profit_if_good, loss_if_bad : float
        Money earned on a loan that turns out good, and lost on one that turns out bad, 0 or more.
    certify : float, default 0.5
        Share of the applicants that certify.
    confidence : float, default 0.95
        Of the bound and of the intervals.
    resamples : int, default 200
        Of the bootstrap by applicant on the part that certifies, at least 2.
    fewest : int, default 50
        Groups of fewer people in a part have no say there.
    seed : int, default 0
        Of the draws, the parts and the bootstrap.

    Returns
    -------
    AlternativeSearch

    Raises
    ------
    ParameterError
        If an argument has a value that it cannot take, or the pipeline reads a column that names a group.
    FittingError
        If a part lacks goods, bads or a second group.

    References
    ----------
    Gillis, Meursault and Ustun (2024), Operationalizing the search for less discriminatory alternatives in
    fair lending, FAccT. Laufer, Raghavan and Barocas (2024), arXiv 2412.18138 (choose and certify on
    different people, and say who loses).

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> scorer = cs.CreditScorer(recipe="pairs", n_estimators=20, n_folds=2)
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)], scorer=scorer)
    >>> made_up = ["a", "b"] * 500
    >>> found = cs.search_alternatives(
    ...     pipeline, german.applications, cs.Portfolio(), german.bad, made_up, draws=2, resamples=20
    ... )
    >>> found.chosen.impact_ratio >= found.given.impact_ratio, found.bound.draws
    (True, 2)
    """
    shares = _shares(approve)
    _check(objective, worth, draws, enough)
    _checks.level(confidence)
    _checks.at_least("fewest", fewest, 1)
    rows = prepared(
        pipeline, applications, portfolio, bad,
        extracted_at=extracted_at, sample_weight=sample_weight, positive_label=positive_label,
    )  # fmt: skip
    read = groups_of(groups, applications, intersections, rows.features)
    fits = Fits(rows, pipeline.scorer, pipeline.threads)
    parts, first = fits.split(certify, seed)

    profit, loss = finite_number("profit_if_good", profit_if_good), finite_number("loss_if_bad", loss_if_bad)
    if min(profit, loss) < 0:
        raise ParameterError.must_be("profit_if_good and loss_if_bad", "0 or more", (profit, loss))

    def applied(part: Int64) -> Applied:
        memberships = [one.within(part) for one in read]
        known = rows.bad[part], rows.weight[part], rows.who[part]
        made = Applied(*known, memberships, fewest=fewest, profit=profit, loss=loss)
        if not any(len(shown) > 1 for shown in made.shown):
            raise FittingError(
                f"No attribute has two groups of at least {fewest} people in both parts. Give more rows, or "
                "a smaller 'fewest'."
            )
        return made

    choosing, certifying = applied(parts.choosing), applied(parts.certifying)
    tries = _Tries(fits, parts, choosing, shares, objective, worth)
    tries.take(Alternative(), first, drawn=False)
    options = space or AlternativeSpace()
    widening = widening_of(fits, first, parts.choosing, choosing, shares[0], seed)
    planned = _differing(options.planned(rows.features, widening), rows.features)
    for one in progress(planned, what="planned alternatives", total=len(planned)):
        tries.take(one, fits.fit(one, parts), drawn=False)
    drawn = islice(options.drawn(rows.features, widening, seed), draws)
    for one in progress(drawn, what="drawn alternatives", total=draws):
        tries.take(one, fits.fit(one, parts), drawn=True)
        if enough is not None and tries.bound(confidence).gain <= enough:
            break
    candidates = tries.ranked()
    chosen = tries.chosen()
    resampling = Resampling(certifying.who, resamples, confidence, seed, pipeline.threads)
    certificate = certified(
        fits, parts.certifying, certifying, resampling,
        tries.said(0), tries.said(chosen),
        [tries.said(position) for position, one in enumerate(candidates) if one.front],
    )  # fmt: skip
    return AlternativeSearch(
        candidates=candidates,
        position=chosen,
        objective=objective,
        worth=worth,
        bound=tries.bound(confidence),
        certificate=certificate,
        choosing=len(parts.choosing),
        certifying=len(parts.certifying),
        pipeline=pipeline,
        features=rows.features,
        fitting=tuple(applications.application_ids[row] for row in parts.fitting.tolist()),
    )


class _Tries:
    """What was fitted, and what each share of each is worth where candidates are compared."""

    def __init__(
        self,
        fits: Fits,
        parts: Parts,
        applied: Applied,
        shares: tuple[float, ...],
        objective: Objective,
        worth: float,
    ) -> None:
        self.fits, self.parts, self.applied = fits, parts, applied
        self.shares = shares if objective == "profit" else shares[:1]
        self.column, self.worth = _COLUMN[objective], worth
        self.candidates: list[Candidate] = []
        self.figures: list[Float64] = []
        self.fitted: list[Fit] = []
        self.owner: list[int] = []

    def take(self, alternative: Alternative, fit: Fit, *, drawn: bool) -> None:
        """Judge a fitted candidate at every share."""
        ranked = Ranked(self.applied, fit.choosing)
        even = np.ones(fit.choosing.size)
        for share in self.shares:
            figures = ranked.figures(share, even)
            number = len(self.candidates)
            self.candidates.append(
                Candidate(number, alternative, drawn, len(fit.features), share, *figures.tolist())
            )
            self.figures.append(figures)
            self.owner.append(len(self.fitted))
        self.fitted.append(fit)

    def said(self, position: int) -> Said:
        """What a candidate says of the applicants that certify."""
        fit = self.fitted[self.owner[position]]
        return Said(position, fit, self.candidates[position].share)

    def _good_enough(self, position: int) -> bool:
        return bool(self.figures[position][self.column] >= self.figures[0][self.column] - self.worth)

    def chosen(self) -> int:
        """Position of the highest ratio among those that are worth as much; ties go to the worthier."""
        able = [position for position in range(len(self.figures)) if self._good_enough(position)]
        ratios = [np.nan_to_num(self.figures[position][RATIO], nan=-1.0) for position in able]
        keys = [(ratio, self.figures[p][self.column], -p) for ratio, p in zip(ratios, able, strict=True)]
        return able[max(range(len(able)), key=keys.__getitem__)] if able else 0

    def ranked(self) -> tuple[Candidate, ...]:
        """Mark those that no other one beats in both, or equals in one and beats in the other."""
        points = np.array([[one[self.column], one[RATIO]] for one in self.figures])
        known = ~np.isnan(points).any(axis=1)
        marked = []
        for position, one in enumerate(self.candidates):
            mine = points[position]
            beats = (points >= mine).all(axis=1) & (points > mine).any(axis=1) & known
            marked.append(replace(one, front=bool(known[position] and not beats.any())))
        return tuple(marked)

    def bound(self, confidence: float) -> SearchBound:
        """Bound what more draws could gain in the impact ratio, where they are worth as much."""
        best: dict[int, float] = {}
        start = 0.0
        for position, one in enumerate(self.candidates):
            ratio = float(np.nan_to_num(self.figures[position][RATIO]))
            value = ratio if self._good_enough(position) else 0.0
            if one.drawn:
                owner = self.owner[position]
                best[owner] = max(best.get(owner, 0.0), value)
            else:
                start = max(start, value)
        return search_bound(list(best.values()), start=start, confidence=confidence)


def _differing(planned: Iterable[Alternative], features: FeatureSet) -> list[Alternative]:
    """Leave out what has no feature, and what is another one in other words."""
    found: dict[tuple[tuple[str, ...], str], Alternative] = {}
    for one in planned:
        names = one.features_of(features)
        if names:
            found.setdefault((names, one.family), one)
    return list(found.values())


def _shares(approve: float | Sequence[float]) -> tuple[float, ...]:
    given = np.atleast_1d(np.asarray(approve))
    if given.ndim != 1 or not given.size or given.dtype.kind not in "iuf":
        raise ParameterError.must_be("approve", "a share, or several", approve)
    if not ((given > 0) & (given <= 1)).all():
        raise ParameterError.must_be("approve", "above 0 and at most 1", approve)
    return tuple(given.astype(np.float64).tolist())


def _check(objective: str, worth: float, draws: int, enough: float | None) -> None:
    if objective not in _COLUMN:
        raise NameUnknownError.among("objective", objective, tuple(_COLUMN))
    if finite_number("worth", worth) < 0:
        raise ParameterError.must_be("worth", "0 or more", worth)
    _checks.at_least("draws", draws, 0)
    if enough is not None and not finite_number("enough", enough) >= 0:
        raise ParameterError.must_be("enough", "0 or more", enough)
