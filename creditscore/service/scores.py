"""Scores and explanations: from a request to an answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.explain.contributions import Contributions
from creditscore.scoring.model import ScoringModel
from creditscore.scoring.results import Scores
from creditscore.service.messages import (
    Asked,
    AskedMany,
    AskedWhy,
    Explanation,
    PointsOf,
    Record,
    ScoreOfMany,
    ScoresOfMany,
)
from creditscore.service.store import Known


def applications_of(records: list[Record], known: Known) -> Applications:
    """Read applications as the service reads times; the contract names what is wrong."""
    reading = known.reading
    return Applications.from_records(records, timezone=reading.timezone, pseudonyms=reading.pseudonyms)


def inputs_of(asked: Asked | AskedWhy, known: Known) -> tuple[Applications, Portfolio]:
    """Read the application, and what is known of the applicant."""
    return applications_of([asked.application], known), known.portfolio(asked.tables)


def score_batch(model: ScoringModel, known: Known, asked: AskedMany) -> ScoresOfMany:
    """Score several applications in one pass, without reasons; differences from fitting are counted.

    Parameters
    ----------
    model : ScoringModel
    known : Known
    asked : AskedMany
    """
    several = applications_of(asked.applications, known)
    found = model.score_many(several, known.portfolio(asked.tables), on_mismatch="count")
    lines = [_line(found, row) for row in range(len(found))]
    return ScoresOfMany(found.model_id, lines, [one.to_dict() for one in found.mismatches])


def _line(found: Scores, row: int) -> ScoreOfMany:
    scored = bool(found.scored[row])
    return ScoreOfMany(
        application_id=found.application_ids[row],
        status="scored" if scored else "unscorable",
        probability_of_default=float(found.probability_of_default[row]) if scored else None,
        score=int(found.score[row]) if scored else None,
        grade=found.grade[row] if scored else None,
        source_mask=found.source_mask[row],
    )


def explain(model: ScoringModel, known: Known, asked: AskedWhy) -> Explanation:
    """Say what a score is made of, in points, and every reason in every language.

    Parameters
    ----------
    model : ScoringModel
    known : Known
    asked : AskedWhy

    Returns
    -------
    Explanation
        Without points and reasons for who cannot be scored.

    Raises
    ------
    MismatchError
        If the data are not what the model was fitted on.
    """
    one, portfolio = inputs_of(asked, known)
    result = model.score(one, portfolio)
    found: dict[str, Any] = {
        "application_id": result.application_id,
        "as_of": result.as_of.isoformat(),
        "status": result.status,
        "code": result.code,
        "model_id": result.model_id,
        "reference": asked.reference,
        "score_unrounded": result.score_unrounded,
    }
    if result.status != "scored":
        return Explanation(**found, base_points=None, features=[], groups=[], reasons=[], dropped_reasons=[])
    return Explanation(**found, **_points(model, one, portfolio, asked))


def _points(model: ScoringModel, one: Applications, portfolio: Portfolio, asked: AskedWhy) -> dict[str, Any]:
    against: dict[str, Any] = {"reference": asked.reference, "cutoff": asked.cutoff}
    explained = model.explain(one, portfolio, **against)
    reasons = model.reasons(one, portfolio, **against).to_dict()
    base = np.asarray(explained.base_points(model.scale), np.float64).reshape(-1)[0]
    groups = explained.by_group()
    return {
        "base_points": float(base),
        "features": _lines(explained, explained.points(model.scale)[0]),
        "groups": _lines(groups, groups.points(model.scale)[0]),
        **reasons,
    }


def _lines(explained: Contributions, points: NDArray[np.float64]) -> list[PointsOf]:
    """Those that moved the score, most first."""
    order = sorted(np.flatnonzero(points).tolist(), key=lambda column: -abs(points[column]))
    values = explained.data[0]
    return [
        PointsOf(
            name=explained.feature_names[column],
            group=explained.reason_groups[column],
            value=None if math.isnan(values[column]) else float(values[column]),
            points=float(points[column]),
        )
        for column in order
    ]
