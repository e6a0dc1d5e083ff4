"""Fairness of a fitted model on applications: figures, cut-offs, reasons, stand-ins, and the law of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Float64, Int64
from creditscore._ground.asked import check_made, checked_each
from creditscore._ground.numbers import finite_number, numbers_of
from creditscore.assess.fairness_values import FairnessAssessment, FairnessLaw, GroupReasons, RatioAtShare
from creditscore.assess.groups import groups_of
from creditscore.assess.proxies import screened
from creditscore.assess.study import Study, study_of
from creditscore.assess.values import frozen_mapping
from creditscore.data.aligned import weights_of
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.pipeline.facade import CreditPipeline
from creditscore.scoring.mismatch import OnMismatch
from creditscore.validation.fairness.counts import Rows
from creditscore.validation.fairness.curve import SHARES, curves_of
from creditscore.validation.fairness.figures import Fairness
from creditscore.validation.fairness.measure import flags_of, measured, rows_of
from creditscore.validation.fairness.membership import Membership
from creditscore.validation.resampling import Resampling

# What a rule may ask for that is about groups of people.
DUTIES: Final = ("effects_test", "proxy_register", "equal_price")
# Tables that only a customer has rows in.
_OWN: Final = ("loans",)


def assess_fairness(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | None,
    groups: Any,
    *,
    cutoff: float,
    reference: Mapping[str, str] | None = None,
    intersections: Sequence[Sequence[str]] = (),
    newcomers: ArrayLike | None = None,
    price: ArrayLike | None = None,
    limit: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    laws: Sequence[Jurisdiction] = (),
    resamples: int = 200,
    level: float = 0.95,
    fewest: int = 50,
    fewest_outcomes: int = 10,
    most_reasons: int = 5_000,
    proxies: bool = True,
    seed: int = 0,
    threads: int | None = None,
    on_mismatch: OnMismatch = "refuse",
) -> FairnessAssessment:
    """Measure what a fitted model and a cut-off do to groups of people.

    The model never reads the groups. Straight after fitting, rows that were held out are judged by what was
    said of them then; other applications by the model.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted or loaded.
    applications : Applications
    portfolio : Portfolio
    bad : array-like of shape (n_applications,), or mapping by application id, optional
        1 bad, 0 good, NaN not known; None tells of decisions alone.
    groups : str, sequence of str, array-like of shape (n_applications,), data frame, or mapping
        Names of columns of the applications that no feature reads; or labels and guesses as
        `creditscore.fairness` takes them, by position or by application id.
    cutoff : float
        In points: who reaches it is approved; who cannot be scored is not.
    reference, intersections, price, limit, sample_weight, fewest, fewest_outcomes
        As for `creditscore.fairness`; arrays of shape (n_applications,).
    newcomers : array-like of bool, shape (n_applications,), optional
        Who was never a customer. By default who has no loan that was known, if there is a table of loans.
    laws : sequence of Jurisdiction
        Whose rules about groups of people are stated, each on its day.
    resamples : int, default 200
        Of the bootstrap by applicant, at least 2.
    level : float, default 0.95
        Confidence of the intervals.
    most_reasons : int, default 5000
        Declined applications at most whose reasons are counted.
    proxies : bool, default True
        Whether it is tried to predict the groups from the features of the model.
    seed : int, default 0
    threads : int, optional
        Default: one a processor. No figure depends on it.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for `CreditPipeline.score_many`.

    Returns
    -------
    FairnessAssessment

    Raises
    ------
    ParameterError
        If an argument has a value that it cannot take, or a feature reads a column that names a group.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> scorer = cs.CreditScorer(recipe="pairs", n_estimators=30)
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)], scorer=scorer)
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> made_up = ["a", "b"] * 500
    >>> found = cs.assess_fairness(
    ...     pipeline, german.applications, cs.Portfolio(), german.bad, made_up, cutoff=500, resamples=20
    ... )
    >>> found.basis, found.figures["group"]["lowest_impact_ratio"].value > 0.8
    ('held_out', True)
    """
    limit_points = finite_number("cutoff", cutoff)
    _check_kinds(pipeline, applications, reference, intersections, laws)
    features = pipeline.model.computer.features
    read = groups_of(groups, applications, intersections, features)
    study = study_of(
        pipeline, applications, portfolio, bad, seed=seed, threads=threads, on_mismatch=on_mismatch
    )
    rows, log_odds, outcome = judged_rows(study)
    if not rows.size:
        raise ParameterError.must_be("applications", "of whom some can be judged", "none")
    weight = weights_of(sample_weight, applications.application_ids)
    who = np.array([str(one) for one in applications.applicant_ids])[rows]
    how = Resampling(who, resamples, level, seed, threads)
    inside = tuple(one.within(rows) for one in read)
    approved = _approved(study, log_odds, limit_points)
    terms = {
        "price_gap": _chosen("price", price, rows, study),
        "limit_gap": _chosen("limit", limit, rows, study),
    }
    judged = rows_of(
        log_odds, outcome if study.has_both else None, approved, _newcomers(study, newcomers, rows), terms,
        None if weight is None else weight[rows],
    )  # fmt: skip
    figures = measured(
        judged, inside, how, reference=reference or {}, fewest=fewest, fewest_outcomes=fewest_outcomes
    )
    single = inside[: len(inside) - len(intersections)] if proxies else ()
    return FairnessAssessment(
        model_id=pipeline.model.model_id,
        basis=study.basis,
        cutoff=limit_points,
        figures=figures,
        ratios=_ratios(judged, inside, who, fewest),
        reasons=_reasons(study, rows, approved, inside, figures, most_reasons),
        proxies=screened(
            study.matrix.values[rows], features, single, who, resampling=how, fewest=fewest, threads=threads
        ),
        laws=tuple(_law(one) for one in laws),
    )


def _check_kinds(pipeline: Any, applications: Any, reference: Any, intersections: Any, laws: Any) -> None:
    check_given(applications=applications, some=True)
    check_made("pipeline", pipeline, CreditPipeline, "a fitted CreditPipeline")
    check_made("reference", reference, (Mapping, type(None)), "a mapping of attribute to group, or None")
    crossed = (str, list, tuple)
    checked_each("intersections", intersections, crossed, "a sequence of attributes, or of tuples of them")
    checked_each("laws", laws, Jurisdiction, "a sequence of Jurisdiction.load(name, as_of=day)")


def _ratios(
    judged: Rows, inside: Sequence[Membership], who: NDArray[Any], fewest: int
) -> tuple[RatioAtShare, ...]:
    """Impact ratios by every twentieth that may be approved; none where nobody is scored."""
    if not judged.weight[judged.scored].sum() > 0:
        return ()
    curves = curves_of(judged.log_odds, inside, who, judged.weight, fewest)
    return tuple(
        RatioAtShare(curve.attribute, share, curve.at(share)) for curve in curves for share in SHARES
    )


def judged_rows(study: Study) -> tuple[Int64, Float64, Float64]:
    """Choose the applications to judge, their log-odds and their outcomes, each of shape (n_judged,).

    Where the model held out rows of these very applications, they are those; with them go, from the same
    moments on, those whose outcome is not known and those that cannot be scored, for nothing was fitted on
    either.
    """
    n = len(study.applications)
    said = study.log_odds.copy()
    if study.basis != "held_out":
        return np.arange(n), said, study.labels
    said[study.rows] = study.judged
    since = int(study.judged_as_of.min())
    unseen = (np.isnan(study.labels) | ~study.scored) & (study.applications.as_of >= since)
    unseen[study.rows] = True
    rows = np.flatnonzero(unseen).astype(np.int64)
    return rows, said[rows], study.labels[rows]


def _approved(study: Study, log_odds: Float64, cutoff: float) -> NDArray[np.bool_]:
    """Who reaches a cut-off in points, as a decision rounds them."""
    scored = np.flatnonzero(~np.isnan(log_odds))
    found = np.zeros(log_odds.size, np.bool_)
    found[scored] = study.model.scale.score(log_odds[scored]) >= cutoff
    return found


def _newcomers(study: Study, given: ArrayLike | None, rows: Int64) -> NDArray[np.bool_] | None:
    n = len(study.applications)
    if given is not None:
        return flags_of("newcomers", given, n)[rows]
    covered = [study.matrix.covered[name] for name in _OWN if name in study.matrix.covered]
    return None if not covered else ~np.logical_or.reduce(covered)[rows]


def _chosen(name: str, values: ArrayLike | None, rows: Int64, study: Study) -> Float64 | None:
    if values is None:
        return None
    n = len(study.applications)
    numbers = numbers_of(name, values)
    if numbers.shape != (n,):
        raise ParameterError.must_be(name, f"one number or NaN for each of {n} applications", numbers.shape)
    return numbers[rows]


def _reasons(
    study: Study,
    rows: Int64,
    approved: NDArray[np.bool_],
    inside: tuple[Membership, ...],
    figures: Fairness,
    most: int,
) -> tuple[GroupReasons, ...]:
    """Count the first reason group of the declined, by what adds most to their log-odds of bad."""
    declined = np.flatnonzero(~approved & study.scored[rows])
    if declined.size > most:
        random = np.random.default_rng([study.seed, 37])
        declined = np.sort(random.choice(declined, most, replace=False))
    features = study.model.computer.features
    names = sorted({feature.reason_group for feature in features})
    first = np.full(rows.size, -1, np.int64)
    if declined.size:
        explained = study.model.explainer.contributions(
            study.matrix.values[rows[declined]], features, declined.tolist(), threads=study.threads
        )
        member = np.array([[one.reason_group == name for name in names] for one in features], np.float64)
        first[declined] = np.argmax(explained.values @ member, axis=1)
    found: list[GroupReasons] = []
    for one in inside:
        reference = figures[one.attribute].reference
        counts = _counts(one, first, len(names))
        enough = counts.sum(axis=1) >= figures.fewest
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = counts / counts.sum(axis=1, keepdims=True)
        at = None if reference is None else one.names.index(reference)
        for position, group in enumerate(one.names):
            far = float("nan")
            if at is not None and enough[position] and enough[at]:
                far = float(np.abs(shares[position] - shares[at]).sum() / 2.0)
            listed = _listed(names, shares[position]) if enough[position] else {}
            declared = float(counts[position].sum()) if enough[position] else None
            found.append(GroupReasons(one.attribute, group, declared, frozen_mapping(listed), far))
    return tuple(found)


def _counts(one: Membership, first: Int64, size: int) -> Float64:
    """Declined by group and first reason, shape (n_groups, n_reasons); guessed ones in part."""
    seen = first[one.row] >= 0
    code = one.group[seen] * size + first[one.row[seen]]
    counted: Float64 = np.bincount(code, one.weight[seen], minlength=len(one.names) * size).astype(np.float64)
    return counted.reshape(len(one.names), size)


def _listed(names: Sequence[str], shares: Float64) -> dict[str, float]:
    order = np.argsort(-shares, kind="stable")
    return {names[j]: float(shares[j]) for j in order.tolist() if shares[j] > 0}


def _law(law: Jurisdiction) -> FairnessLaw:
    asked = law.asks
    rules = {(rule.name, rule.law, rule.mark, duty) for duty in DUTIES for rule in asked.get(duty, ())}
    return FairnessLaw(law.name, law.as_of.isoformat(), tuple(sorted(rules)))
