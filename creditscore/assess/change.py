"""What changes if one model takes the place of another: whose score moves, why, which reasons, who flips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Float64
from creditscore.assess.change_reasons import reasons_changed, shifts_by_group
from creditscore.assess.change_values import (
    Flips,
    GradeMove,
    ModelChange,
    ModelNamed,
    PointsMoved,
    SegmentMoved,
)
from creditscore.assess.figures import Figure
from creditscore.assess.quality import explained_rows
from creditscore.assess.study import Study, study_of
from creditscore.assess.values import frozen_mapping
from creditscore.data.aligned import by_application
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.pipeline.facade import CreditPipeline
from creditscore.scoring.mismatch import OnMismatch
from creditscore.validation.bootstrap import performance_difference
from creditscore.validation.resampling import Resampling
from creditscore.validation.swaps import SwapSet, swap_set

FEWEST: Final = 5
# Figures of a swap set that tell of outcomes, and the one in money, which is not asked for.
_OUTCOMES: Final = ("bad_rate", "profit")
_MONEY: Final = "profit_change"
# Bases on which a score of the model in use is one of its training rows.
_SEEN: Final = frozenset({"held_out", "training"})
_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


def compare_models(
    before: CreditPipeline,
    after: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | None = None,
    *,
    cutoff: float | None = None,
    cutoff_before: float | None = None,
    segments: Mapping[str, Sequence[Any]] | None = None,
    most: int = 2_000,
    resamples: int = 200,
    seed: int = 0,
    threads: int | None = None,
    on_mismatch: OnMismatch = "refuse",
) -> ModelChange:
    """Say what changes for whom if one fitted pipeline takes the place of another.

    Parameters
    ----------
    before, after : CreditPipeline
        Fitted or loaded.
    applications : Applications
        Best such that neither was fitted on; `basis` of each says what they are for it.
    portfolio : Portfolio
    bad : array-like of shape (n_applications,), or mapping by application id, optional
        1 bad, 0 good, NaN not known.
    cutoff : float, optional
        The lowest score that the new model approves.
    cutoff_before : float, optional
        That of the model before; default: `cutoff`.
    segments : mapping of str to sequence of length n_applications, or to mapping by application id, optional
        Labels by which the change is parted.
    most : int, default=2000
        Applications at most whose contributions and reasons are compared.
    resamples : int, default=200
        Of the bootstrap by applicant, for each interval.
    seed : int
    threads : int, optional
    on_mismatch : {"refuse", "count"}
        As for `CreditPipeline.score_many`.

    Returns
    -------
    ModelChange

    Raises
    ------
    ParameterError
        If no application is scored by both, or `cutoff_before` stands alone.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> features = [cs.application_features(german.columns)]
    >>> one, two = (
    ...     cs.CreditPipeline(features, scorer=cs.CreditScorer(n_estimators=trees)).fit(
    ...         german.applications, cs.Portfolio(), german.bad
    ...     )
    ...     for trees in (20, 40)
    ... )
    >>> change = compare_models(one, two, german.applications, cs.Portfolio(), cutoff=550, resamples=20)
    >>> change.points.applications, round(sum(s.mean for s in change.shifts) - change.points.mean, 9)
    (1000, 0.0)
    """
    if cutoff is None and cutoff_before is not None:
        raise ParameterError("cutoff_before is given without cutoff. Give both, or cutoff alone.")
    settings: dict[str, Any] = {"seed": seed, "threads": threads, "on_mismatch": on_mismatch}
    old, new = (study_of(one, applications, portfolio, bad, **settings) for one in (before, after))
    both = old.scored & new.scored
    if not both.any():
        raise ParameterError("No application is scored by both models. Give some that are.")
    scale = new.model.scale
    moved = scale.factor * (old.log_odds - new.log_odds) + 0.0
    chosen = np.flatnonzero(both)
    if chosen.size > most:
        chosen = np.sort(np.random.default_rng([seed, 31]).choice(chosen, most, replace=False))
    pair = explained_rows(old, chosen), explained_rows(new, chosen)
    swaps = _swapped(
        old, new, cutoff, cutoff_before, Resampling(applications.applicant_ids, resamples, seed=seed)
    )
    differences, judged = _differences(old, new, resamples)
    names = [frozenset(one.model.computer.names) for one in (old, new)]
    return ModelChange(
        before=_named(old),
        after=_named(new),
        features_added=tuple(sorted(names[1] - names[0])),
        features_dropped=tuple(sorted(names[0] - names[1])),
        points=_points(old, new, moved[both]),
        grades=_grades(old, new),
        shifts=shifts_by_group(*pair, scale.factor),
        reasons=reasons_changed(*pair),
        segments=_segments(segments or {}, applications, both, moved, _sides(old, new, swaps)),
        flips=None if swaps is None else _flips(swaps),
        differences=differences,
        judged=judged,
        seed=seed,
        resamples=resamples,
    )


def _named(study: Study) -> ModelNamed:
    model = study.model
    law = study.pipeline.jurisdiction
    name = "" if law is None else str(law.name)
    basis = study.basis if study.has_both else None
    return ModelNamed(model.model_id, len(model.computer.names), name, basis)


def _points(old: Study, new: Study, moved: Float64) -> PointsMoved:
    both = old.scored & new.scored
    return PointsMoved(
        applications=int(both.sum()),
        before_alone=int((old.scored & ~new.scored).sum()),
        after_alone=int((new.scored & ~old.scored).sum()),
        mean=float(moved.mean()),
        quantiles=frozen_mapping({f"{at:g}": float(np.quantile(moved, at)) for at in _QUANTILES}),
        largest_fall=float(max(0.0, -moved.min())),
        largest_rise=float(max(0.0, moved.max())),
        raised=float((moved >= 1.0).mean()),
        lowered=float((moved <= -1.0).mean()),
        same_order=_rank_correlation(old.log_odds[both], new.log_odds[both]),
    )


def _rank_correlation(one: Float64, other: Float64) -> float:
    from scipy.stats import rankdata

    ranks = [rankdata(values) - (values.size + 1) / 2.0 for values in (one, other)]
    size = float(np.sqrt((ranks[0] @ ranks[0]) * (ranks[1] @ ranks[1])))
    return float(ranks[0] @ ranks[1]) / size if size > 0.0 else float("nan")


def _grades(old: Study, new: Study) -> tuple[GradeMove, ...]:
    pairs = list(zip(_graded(old), _graded(new), strict=True))
    listed = sorted(set(pairs), key=lambda pair: [(one == "", len(one), one) for one in pair])
    return tuple(GradeMove(*pair, pairs.count(pair)) for pair in listed)


def _graded(study: Study) -> list[str]:
    model = study.model
    found = np.full(study.scored.size, "", dtype=object)
    probability = model.scale.probability(study.log_odds[study.scored])
    found[study.scored] = model.master_scale.grade(probability)
    return [str(one) for one in found.tolist()]


def _scores(study: Study) -> Float64:
    """Whole points, shape (n_applications,); NaN where not scored."""
    found = np.full(study.scored.size, np.nan)
    found[study.scored] = study.model.scale.score(study.log_odds[study.scored])
    return found


def _swapped(
    old: Study, new: Study, cutoff: float | None, cutoff_before: float | None, how: Resampling
) -> SwapSet | None:
    if cutoff is None:
        return None
    known = ~np.isnan(new.labels)
    bad = np.where(known, new.labels, 0.0)
    at = {"cutoff": cutoff, "cutoff_before": cutoff if cutoff_before is None else cutoff_before}
    found = swap_set(_scores(new), _scores(old), bad, **at, resampling=how)
    if known.all() and not _SEEN & {old.basis, new.basis}:
        return found
    unknown = tuple(
        replace(one, value=np.nan, low=np.nan, high=np.nan) if one.name.startswith(_OUTCOMES) else one
        for one in found.metrics
    )
    return replace(found, metrics=unknown)


def _flips(swaps: SwapSet) -> Flips:
    figures = {one.name: Figure(one.value, one.low, one.high) for one in swaps.metrics if one.name != _MONEY}
    return Flips(swaps.cutoff_before, swaps.cutoff, frozen_mapping(figures))


def _sides(
    old: Study, new: Study, swaps: SwapSet | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Return who is approved now and was not, and the other way, shapes (n_applications,)."""
    if swaps is None:
        return None
    was, now = _scores(old) >= swaps.cutoff_before, _scores(new) >= swaps.cutoff
    return now & ~was, was & ~now


def _segments(
    given: Mapping[str, Sequence[Any]],
    applications: Applications,
    both: NDArray[np.bool_],
    moved: Float64,
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None,
) -> tuple[SegmentMoved, ...]:
    found = []
    for name, values in given.items():
        labels = np.array([str(one) for one in by_application(values, applications.application_ids, name)])
        for label in np.unique(labels).tolist():
            inside = labels == label
            count = int((inside & both).sum())
            enough = count >= FEWEST
            mean = float(moved[inside & both].mean()) if enough else None
            said = sides if enough else None
            into, out = (None, None) if said is None else (float(side[inside].mean()) for side in said)
            found.append(SegmentMoved(name, label, count, mean, into, out))
    return tuple(found)


def _differences(old: Study, new: Study, resamples: int) -> tuple[Mapping[str, Figure], int]:
    """Compare on the rows on which both are judged: shape of nothing where they hold one class alone."""
    rows, at_old, at_new = np.intersect1d(old.rows, new.rows, assume_unique=True, return_indices=True)
    bad = new.labels[rows]
    if not rows.size or not 0.0 < float(bad.mean()) < 1.0:
        return frozen_mapping({}), 0
    found = performance_difference(
        bad, new.judged[at_new], old.judged[at_old], resamples=resamples, seed=new.seed, threads=new.threads
    )
    return frozen_mapping(
        {one.name: Figure(one.value, one.low, one.high) for one in found.metrics}
    ), rows.size
