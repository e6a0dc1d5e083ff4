"""How far explanations can be relied on: sums, identity, noise, and which reasons are given how often."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.assess.study import Floats, Study
from creditscore.explain.contributions import Contributions

_NOISE: Final = 0.01
_AGAIN: Final = 500


def explained(study: Study) -> Contributions:
    """Explain every scored application."""
    rows = np.flatnonzero(study.scored)
    ids = [study.matrix.application_ids[row] for row in rows.tolist()]
    return study.model.explainer.contributions(
        study.matrix.values[rows], study.model.computer.features, ids, threads=study.threads
    )


def quality_of(study: Study, contributions: Contributions) -> dict[str, Any]:
    """Sums, identity on a second run, and change under noise of one in a hundred."""
    gap = np.abs(contributions.values.sum(axis=1) + contributions.base - contributions.log_odds)
    return {
        "rows": len(contributions),
        "method": contributions.method,
        "additivity": float(gap.max()),
        "identical": _same_again(study, contributions),
        "noise": _NOISE,
        **_under_noise(study, contributions),
    }


def _same_again(study: Study, contributions: Contributions) -> bool:
    """Explain some again, backwards and in one thread, and compare bits."""
    chosen = np.linspace(0, len(contributions) - 1, min(_AGAIN, len(contributions))).astype(np.int64)[::-1]
    again = study.model.explainer.contributions(
        contributions.data[chosen], study.model.computer.features, chosen.tolist(), threads=1
    )
    first = contributions.values[chosen]
    return bool((again.values.view(np.int64) == np.ascontiguousarray(first).view(np.int64)).all())


def _under_noise(study: Study, contributions: Contributions) -> dict[str, float]:
    """Move every quantity by up to one in a hundred; categories and flags stay."""
    features = study.model.computer.features
    chosen = np.linspace(0, len(contributions) - 1, min(_AGAIN, len(contributions))).astype(np.int64)
    X = contributions.data[chosen]
    moving = np.array([feature.unit not in ("category", "0/1", "count") for feature in features])
    noise = np.random.default_rng([study.seed, 5]).uniform(-_NOISE, _NOISE, X.shape)
    moved = np.where(moving, X * (1.0 + noise), X)
    again = study.model.explainer.contributions(moved, features, chosen.tolist(), threads=study.threads)
    points = study.model.scale.factor * np.abs(again.log_odds - contributions.log_odds[chosen])
    first = _worst_group(contributions.values[chosen], contributions.reason_groups)
    second = _worst_group(again.values, contributions.reason_groups)
    return {"noise_points": float(points.mean()), "noise_top": float((first == second).mean())}


def _worst_group(values: Floats, groups: tuple[str, ...]) -> NDArray[np.int64]:
    names = sorted(set(groups))
    member = np.array([[group == name for name in names] for group in groups], dtype=np.float64)
    worst: NDArray[np.int64] = np.argmax(values @ member, axis=1)
    return worst


def reasons_given(study: Study, contributions: Contributions, most: int) -> dict[str, Any]:
    """Count how often each reason is named, and how many points each source costs."""
    rows = np.arange(len(contributions))
    if rows.size > most:
        rows = np.sort(np.random.default_rng([study.seed, 6]).choice(rows, most, replace=False))
    named: Counter[tuple[str, str]] = Counter()
    first: Counter[tuple[str, str]] = Counter()
    lost: dict[str, float] = {}
    source_of = {feature.name: feature.source for feature in study.model.computer.features}
    for row in progress(rows.tolist(), what="reasons", total=rows.size):
        reasons = study.model.reasons.of_one(contributions.values[row], contributions.data[row])
        for rank, reason in enumerate(reasons):
            key = (reason.code, reason.group)
            named[key] += 1
            first[key] += rank == 0
            source = source_of[reason.features[0]]
            lost[source] = lost.get(source, 0.0) + reason.points_lost
    total = sum(lost.values()) or 1.0
    ordered = sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "rows": int(rows.size),
        "reasons": [
            {
                "code": code,
                "group": group,
                "share": count / rows.size,
                "first": first[code, group] / rows.size,
            }
            for (code, group), count in ordered
        ],
        "sources": [
            {"source": source, "share": points / total}
            for source, points in sorted(lost.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
    }
