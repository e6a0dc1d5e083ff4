"""Search for alternatives: planned and drawn candidates, chosen on some applicants, certified on others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creditscore.assess.alternatives.alternative import Alternative
from creditscore.assess.alternatives.fits import Fits
from creditscore.assess.alternatives.result import AlternativeSearch
from creditscore.assess.alternatives.space import AlternativeSpace
from creditscore.assess.alternatives.tries import Asked, Objective, Tries
from creditscore.assess.groups import groups_of
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.pipeline.crossing import prepared
from creditscore.pipeline.facade import CreditPipeline
from creditscore.validation.resampling import Resampling

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    asked = Asked(approve, objective, worth, draws, enough, confidence, fewest, profit_if_good, loss_if_bad)
    rows = prepared(
        pipeline, applications, portfolio, bad,
        extracted_at=extracted_at, sample_weight=sample_weight, positive_label=positive_label,
    )  # fmt: skip
    read = groups_of(groups, applications, intersections, rows.features)
    fits = Fits(rows, pipeline.scorer, pipeline.threads)
    parts, first = fits.split(certify, seed)
    choosing, certifying = (asked.applied(rows, part, read) for part in (parts.choosing, parts.certifying))
    tries = Tries(fits, parts, choosing, asked)
    tries.take(Alternative(), first, drawn=False)
    tries.run(space or AlternativeSpace(), seed)
    candidates = tries.ranked()
    chosen = tries.chosen()
    resampling = Resampling(certifying.who, resamples, confidence, seed, pipeline.threads)
    return AlternativeSearch(
        candidates=candidates,
        position=chosen,
        objective=objective,
        worth=worth,
        bound=tries.bound(),
        certificate=tries.certified(certifying, chosen, resampling),
        choosing=len(parts.choosing),
        certifying=len(parts.certifying),
        pipeline=pipeline,
        features=rows.features,
        fitting=tuple(applications.application_ids[row] for row in parts.fitting.tolist()),
    )
