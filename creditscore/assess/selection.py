"""What earlier decisions left out of the sample: overlap, exploration, and what filling it in changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Float64
from creditscore._ground.numbers import numbers_of
from creditscore.assess.fairness import judged_rows
from creditscore.assess.selection_values import InferenceEffect, SelectionAssessment
from creditscore.assess.study import Study, study_of
from creditscore.assess.values import frozen_mapping
from creditscore.data.aligned import by_application
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.model.baseline import LogisticBaseline
from creditscore.model.folds import deal
from creditscore.pipeline.facade import CreditPipeline
from creditscore.scoring.mismatch import OnMismatch
from creditscore.validation.bootstrap import performance
from creditscore.validation.metrics import auc, calibration_slope_intercept
from creditscore.validation.rejects.evaluation import performance_with_rejects
from creditscore.validation.rejects.inference import infer_rejects
from creditscore.validation.rejects.quality import rejection_quality
from creditscore.validation.results import Metric

if TYPE_CHECKING:
    from creditscore.validation.rejects.inference import Method

Flags: TypeAlias = NDArray[np.bool_]

BANDS: Final = 20
FEWEST: Final = 10
_SAFE: Final = 0.99
_HALVES: Final = 2
_METHODS: Final[tuple[Method, ...]] = ("none", "parcelling", "fuzzy", "reweighting")
_FIGURES: Final = ("auc", "brier", "calibration_slope", "calibration_intercept")
_OF_OWN: Final = 0.5


def assess_selection(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike,
    approved: ArrayLike | Mapping[str, bool],
    *,
    weight: ArrayLike | None = None,
    prior: ArrayLike | None = None,
    resamples: int = 200,
    level: float = 0.95,
    seed: int = 0,
    threads: int | None = None,
    on_mismatch: OnMismatch = "refuse",
) -> SelectionAssessment:
    """Measure what earlier decisions left out of the sample that a model is judged on.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted or loaded.
    applications : Applications
        All that were decided on, the declined among them.
    portfolio : Portfolio
    bad : array-like of shape (n_applications,), or mapping by application id
        1 bad, 0 good, NaN without an outcome. Of the declined only those of an exploration have one.
    approved : array-like of bool, shape (n_applications,), or mapping by application id
        Whom the earlier decisions approved.
    weight : array-like of float, shape (n_applications,), optional
        Of the explored: one by the share that was explored; see `rejection_quality`.
    prior : array-like of float, shape (n_applications,), optional
        Chance of the declined to go bad, within 0 and 1, by another score. By default what the explored show,
        where at least ten of them are good and ten bad; else by the model itself, which flatters it.
    resamples : int, default 200
        Of each interval, at least 2.
    level : float, default 0.95
        Confidence of the intervals.
    seed : int, default 0
        Of the bootstrap and of what is drawn.
    threads : int, optional
        Default: one a processor. No figure depends on it.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for `CreditPipeline.score_many`.

    Returns
    -------
    SelectionAssessment

    Raises
    ------
    ParameterError
        If arrays do not fit, nobody who is scored was approved, or no outcome of both kinds is known of the
        approved.

    References
    ----------
    Kozodoi, Lessmann, Alamgir, Moreira-Matias and Papakonstantinou (2024), arXiv 2407.13009 (evaluation on
    all). Hand and Henley (1993), Can reject inference ever work?, IMA J. of Management Mathematics 5.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> approved = np.arange(1000) % 4 > 0
    >>> seen = np.where(approved | (np.arange(1000) % 3 == 0), german.bad, np.nan)
    >>> scorer = cs.CreditScorer(recipe="pairs", n_estimators=20)
    >>> pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)], scorer=scorer)
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), seen)
    >>> found = cs.assess_selection(
    ...     pipeline, german.applications, cs.Portfolio(), seen, approved, resamples=20
    ... )
    >>> found.accepted_share, found.quality.explored, found.prior
    (0.75, 84, 'explored')
    """
    flags = _flags(approved, applications)
    study = study_of(
        pipeline, applications, portfolio, bad, seed=seed, threads=threads, on_mismatch=on_mismatch
    )
    counts = _weights(weight, len(flags))
    every, log_odds, outcome = judged_rows(study)
    inside = ~np.isnan(log_odds)
    rows, said, known = every[inside], log_odds[inside], outcome[inside]
    who = np.array([str(one) for one in applications.applicant_ids])[rows]
    chosen = flags[rows]
    _check(known, chosen)
    lent = chosen & ~np.isnan(known)
    quality = rejection_quality(
        known, chosen, weight=counts[rows], applicants=who, resamples=resamples, level=level, seed=seed
    )
    kind, chance = _prior(prior, rows, said, known, chosen, counts[rows])
    how: dict[str, Any] = {"resamples": resamples, "level": level, "seed": seed, "threads": threads}
    alone = performance(known[lent], said[lent], applicants=who[lent], **how)
    everybody = alone
    if np.isnan(known).any():
        spread = _OF_OWN if kind == "model" else 0.0
        everybody = performance_with_rejects(known, said, chance, prior_spread=spread, applicants=who, **how)
    return SelectionAssessment(
        model_id=pipeline.model.model_id,
        basis=study.basis,
        applications=int(rows.size),
        unscored=int((~inside).sum()),
        accepted_share=float(chosen.mean()),
        overlap=_overlap(said, chosen),
        beyond=_beyond(said, chosen, lent),
        quality=quality,
        prior=kind,
        accepted=_named(alone),
        everybody=_named(everybody),
        inference=_inference(study, rows, known, chosen, counts[rows], seed),
        level=level,
        resamples=resamples,
        seed=seed,
    )


def _flags(approved: ArrayLike | Mapping[str, bool], applications: Applications) -> Flags:
    given = by_application(approved, applications.application_ids, "approved")
    flags = np.asarray(given)
    if flags.dtype.kind != "b":
        raise ParameterError.must_be("approved", "true or false for each application", flags.dtype)
    return flags


def _weights(weight: ArrayLike | None, n_rows: int) -> Float64:
    counts = np.ones(n_rows) if weight is None else numbers_of("weight", weight)
    if counts.shape != (n_rows,):
        raise ParameterError.must_be("weight", f"one for each of {n_rows} applications", counts.shape)
    return counts


def _check(known: Float64, chosen: Flags) -> None:
    seen = known[chosen & ~np.isnan(known)]
    if not seen.size or seen.min() == seen.max():
        raise ParameterError.must_be(
            "bad", "1 for some and 0 for others who were approved and are scored", "only one of them, or none"
        )


def _prior(
    prior: ArrayLike | None,
    rows: NDArray[np.int64],
    said: Float64,
    known: Float64,
    chosen: Flags,
    counts: Float64,
) -> tuple[Literal["given", "explored", "model"], Float64]:
    """Chances of those without an outcome, shape (n_judged,), and where they come from."""
    if prior is not None:
        given = numbers_of("prior", prior)
        if given.ndim != 1 or given.size <= rows.max():
            raise ParameterError.must_be("prior", "one chance for each application", given.shape)
        return "given", given[rows]
    explored = ~chosen & ~np.isnan(known)
    bads = int(known[explored].sum())
    if min(bads, int(explored.sum()) - bads) < FEWEST:
        return "model", 1.0 / (1.0 + np.exp(-said))
    line = calibration_slope_intercept(known[explored], said[explored], sample_weight=counts[explored])
    shown = line.intercept + line.slope * said
    if not np.isfinite(shown).all():
        return "explored", np.full(said.size, np.average(known[explored], weights=counts[explored]))
    return "explored", 1.0 / (1.0 + np.exp(-shown))


def _overlap(said: Float64, chosen: Flags) -> float:
    """How much of the scores of both lies in the same twentieths, 0 to 1; NaN without declined."""
    if chosen.all():
        return float("nan")
    edges = np.unique(np.quantile(said, np.arange(1, BANDS) / BANDS))
    band = np.searchsorted(edges, said, side="right")
    parts = [np.bincount(band[one], minlength=edges.size + 1) / one.sum() for one in (chosen, ~chosen)]
    return float(np.minimum(*parts).sum())


def _beyond(said: Float64, chosen: Flags, lent: Flags) -> float:
    """Share of the declined that are riskier than 99 of 100 with an outcome; NaN without declined."""
    if chosen.all():
        return float("nan")
    return float((said[~chosen] > np.quantile(said[lent], _SAFE)).mean())


def _named(found: Any) -> Mapping[str, Metric]:
    return frozen_mapping({name: found[name] for name in _FIGURES})


def _inference(
    study: Study, rows: NDArray[np.int64], known: Float64, chosen: Flags, counts: Float64, seed: int
) -> tuple[InferenceEffect, ...]:
    """What a logistic regression says of the other half, by how the declined are filled in."""
    X = study.matrix.values[rows]
    bad = np.where(chosen, known, np.nan)
    lent = ~np.isnan(bad)
    if lent.all():
        return ()
    who = np.array([str(one) for one in study.applications.applicant_ids])[rows]
    half = deal(who, np.nan_to_num(bad), n_parts=_HALVES, salt=f"selection {seed}")
    if any(np.unique(bad[(half == one) & lent]).size < _HALVES for one in range(_HALVES)):
        return ()
    seen = ~np.isnan(known)
    weight = np.where(chosen, 1.0, counts)
    found = []
    for method in _METHODS:
        chance = np.full(rows.size, np.nan)
        for one in range(_HALVES):
            fitting, judging = half != one, half == one
            made = infer_rejects(X[fitting], bad[fitting], LogisticBaseline(), method=method, seed=seed)
            model = LogisticBaseline().fit(X[fitting][made.rows], made.bad.astype(int), made.weight)
            chance[judging] = model.predict_proba(X[judging])[:, 1]
        found.append(
            InferenceEffect(
                method,
                float(auc(known[lent], chance[lent])),
                float(auc(known[seen], chance[seen], sample_weight=weight[seen])) if (seen & ~chosen).any()
                else float("nan"),
                float(chance[~chosen].mean()),
            )
        )  # fmt: skip
    return tuple(found)
