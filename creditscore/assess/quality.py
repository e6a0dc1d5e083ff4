"""How far explanations can be relied on: sums, identity, noise, and which reasons are given how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64
from creditscore._ground.progress import progress
from creditscore.assess.sources import SourceShare
from creditscore.assess.study import Study
from creditscore.assess.values import Measurement
from creditscore.explain.contributions import Contributions
from creditscore.features.statuses import unread_sources
from creditscore.words.families import family_of

_NOISE: Final = 0.01
_AGAIN: Final = 500


@dataclass(frozen=True, slots=True)
class ExplanationQuality(Measurement):
    """How far contributions can be relied on.

    Attributes
    ----------
    rows : int
        Applications that were explained.
    method : str
        How the Shapley values were computed.
    additivity : float
        Largest distance of the contributions and the base from the log-odds, in log-odds.
    identical : bool
        Whether up to 500 applications, explained again backwards and in one thread, have the same bits.
    noise : float
        Largest relative change of a quantity in the trial below; 0.01 is one in a hundred.
    noise_points : float
        Mean change of the score under it, in points.
    noise_top : float
        Share of applications whose most harmful family of reason groups stays the same, within 0 and 1.
    """

    rows: int
    method: str
    additivity: float
    identical: bool
    noise: float
    noise_points: float
    noise_top: float


@dataclass(frozen=True, slots=True)
class ReasonShare(Measurement):
    """How often one reason is given.

    Attributes
    ----------
    code, group : str
        Of the reason.
    share, first : float
        Shares of the applications that are given it at all, and as the first; within 0 and 1.
    """

    code: str
    group: str
    share: float
    first: float


@dataclass(frozen=True, slots=True)
class ReasonsGiven(Measurement):
    """Which reasons applications are given.

    Attributes
    ----------
    rows : int
        Applications whose reasons were counted.
    reasons : tuple of ReasonShare
        Most frequent first.
    sources : tuple of SourceShare
        Shares of the points that reasons cost, by the source of their first feature; largest first.
    """

    rows: int
    reasons: tuple[ReasonShare, ...]
    sources: tuple[SourceShare, ...]


def explained(study: Study) -> Contributions:
    """Explain every scored application."""
    return explained_rows(study, np.flatnonzero(study.scored))


def explained_rows(study: Study, rows: NDArray[np.int64]) -> Contributions:
    """Explain some scored applications; `rows`, shape (n_rows,), are their positions."""
    ids = [study.matrix.application_ids[row] for row in rows.tolist()]
    return study.model.explainer.contributions(
        study.matrix.values[rows], study.model.computer.features, ids, threads=study.threads
    )


def quality_of(study: Study, contributions: Contributions) -> ExplanationQuality:
    """Measure sums, identity on a second run, and change under noise of one in a hundred."""
    gap = np.abs(contributions.values.sum(axis=1) + contributions.base - contributions.log_odds)
    points, top = _under_noise(study, contributions)
    return ExplanationQuality(
        rows=len(contributions),
        method=contributions.method,
        additivity=float(gap.max()),
        identical=_same_again(study, contributions),
        noise=_NOISE,
        noise_points=points,
        noise_top=top,
    )


def _same_again(study: Study, contributions: Contributions) -> bool:
    """Explain some again, backwards and in one thread, and compare bits."""
    chosen = np.linspace(0, len(contributions) - 1, min(_AGAIN, len(contributions))).astype(np.int64)[::-1]
    again = study.model.explainer.contributions(
        contributions.data[chosen], study.model.computer.features, chosen.tolist(), threads=1
    )
    first = contributions.values[chosen]
    return bool((again.values.view(np.int64) == np.ascontiguousarray(first).view(np.int64)).all())


def _under_noise(study: Study, contributions: Contributions) -> tuple[float, float]:
    """Move every quantity by up to one in a hundred; categories and flags stay."""
    features = study.model.computer.features
    chosen = np.linspace(0, len(contributions) - 1, min(_AGAIN, len(contributions))).astype(np.int64)
    X = contributions.data[chosen]
    moving = np.array([feature.unit not in ("category", "0/1", "count") for feature in features])
    noise = np.random.default_rng([study.seed, 5]).uniform(-_NOISE, _NOISE, X.shape)
    moved = np.where(moving, X * (1.0 + noise), X)
    again = study.model.explainer.contributions(moved, features, chosen.tolist(), threads=study.threads)
    points = study.model.scale.factor * np.abs(again.log_odds - contributions.log_odds[chosen])
    first = _worst_family(contributions.values[chosen], contributions.reason_groups)
    second = _worst_family(again.values, contributions.reason_groups)
    return float(points.mean()), float((first == second).mean())


def _worst_family(values: Float64, groups: tuple[str, ...]) -> NDArray[np.int64]:
    families = [family_of(group) for group in groups]
    names = sorted(set(families))
    member = np.array([[family == name for name in names] for family in families], dtype=np.float64)
    worst: NDArray[np.int64] = np.argmax(values @ member, axis=1)
    return worst


def reasons_given(study: Study, contributions: Contributions, most: int) -> ReasonsGiven:
    """Count how often each reason is named, and how many points each source costs."""
    rows = np.arange(len(contributions))
    if rows.size > most:
        rows = np.sort(np.random.default_rng([study.seed, 6]).choice(rows, most, replace=False))
    named: Counter[tuple[str, str]] = Counter()
    first: Counter[tuple[str, str]] = Counter()
    lost: dict[str, float] = {}
    source_of = {feature.name: feature.source for feature in study.model.computer.features}
    reasoner = study.model.reasoner
    against = reasoner.population(contributions.reference or study.model.references[0])
    who = study.applications.take(np.flatnonzero(study.scored)[rows])
    unread = unread_sources(who, study.portfolio, study.matrix.covered)
    for row, apart in progress(
        zip(rows.tolist(), unread, strict=True), what="reasons", total=rows.size
    ):
        reasons = reasoner.catalogue.of_one(
            contributions.values[row], contributions.data[row], against=against, unread=apart
        )
        for rank, reason in enumerate(reasons):
            key = (reason.code, reason.group)
            named[key] += 1
            first[key] += rank == 0
            source = source_of[reason.features[0]]
            lost[source] = lost.get(source, 0.0) + reason.points_lost
    total = sum(lost.values()) or 1.0
    ordered = sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))
    return ReasonsGiven(
        rows=int(rows.size),
        reasons=tuple(
            ReasonShare(code, group, count / rows.size, first[code, group] / rows.size)
            for (code, group), count in ordered
        ),
        sources=tuple(
            SourceShare(source, points / total)
            for source, points in sorted(lost.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
    )
