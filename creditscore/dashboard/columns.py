"""Columns of a dashboard from a model: scores, and what is shown beside them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.dashboard.beside import POINTS, REASON, USES
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.vocabularies import SESSION_CHANNELS
from creditscore.errors import ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import FeatureSet
from creditscore.features.digital.declared.terms import digital, used
from creditscore.features.formula import Condition
from creditscore.scoring.mismatch import OnMismatch
from creditscore.scoring.model import Scoring
from creditscore.words.labels import Label, within

_YEAR: Final = "365d"
_RANKS: Final = (1, 2, 3, 4)

Column = NDArray[Any]


def dashboard_columns(
    scoring: Scoring,
    applications: Applications,
    portfolio: Portfolio,
    *,
    reasons: bool = True,
    on_mismatch: OnMismatch = "refuse",
) -> dict[str, Column]:
    """Score applications and write all that a dashboard shows of them, a column each.

    Parameters
    ----------
    scoring : CreditPipeline or what `load_scoring_model` gives
    applications : Applications
    portfolio : Portfolio
    reasons : bool, default True
        Whether each is scored once more with its reasons, which takes some milliseconds each.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for ``score_many``.

    Returns
    -------
    dict of str to ndarray, each of shape (n_applications,)
        application_id, applicant_id, as_of (UTC), score and probability_of_default (NaN without a score),
        grade (None without), and ``sources``: the groups of which something was known, such as ``"payments +
        digital"``, or ``"application"`` where that alone tells. For each source that features read
        ``points_of_SOURCE``: the points of the score that they add, below 0 where they raise the risk, NaN
        without a score. Where sessions may be read ``uses_of_CHANNEL``: uses in 365 days (reminders are
        none), NaN where sessions were not there. And ``reason_1`` to ``reason_4``: codes, most harmful first,
        None where there is none. Give them to `make_dashboard` with columns of your own beside them.

    Raises
    ------
    ParameterError
        If these are not a model, applications and a portfolio.
    MismatchError
        As ``score_many`` does.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> pipeline = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=60))
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> columns = cs.dashboard_columns(pipeline, german.applications, cs.Portfolio(), reasons=False)
    >>> sorted(columns)[-4:]
    ['points_of_application', 'probability_of_default', 'score', 'sources']
    >>> cs.make_dashboard(columns | {"bad": german.bad}, by=["grade"], bad="bad").applications
    1000
    """
    check_given(applications=applications, portfolio=portfolio)
    if not isinstance(scoring, Scoring):
        raise ParameterError.must_be("scoring", "a pipeline or a model that scores", type(scoring).__name__)
    scores = scoring.score_many(applications, portfolio, on_mismatch=on_mismatch)
    there = [mask.replace("+", " + ") or "application" for mask in scores.source_mask]
    found = {
        "application_id": _texts(applications.application_ids),
        "applicant_id": _texts(applications.applicant_ids),
        "as_of": applications.as_of.astype("datetime64[us]"),
        "score": scores.score,
        "probability_of_default": scores.probability_of_default,
        "grade": np.array([grade or None for grade in scores.grade], dtype=object),
        "sources": np.array(there, dtype=object),
    }
    found |= _points(scoring, applications, portfolio, scores.scored, on_mismatch)
    found |= _uses(scoring, applications, portfolio)
    return found | (_reasons(scoring, applications, portfolio) if reasons else {})


def _texts(ids: Any) -> Column:
    """Ids as they are given: numbers, or texts."""
    return np.array(list(ids), dtype=object)


def _points(
    scoring: Scoring,
    applications: Applications,
    portfolio: Portfolio,
    scored: NDArray[np.bool_],
    on_mismatch: OnMismatch,
) -> dict[str, Column]:
    """Points by the source that a feature is declared of, added up."""
    explained = scoring.explain(applications, portfolio, on_mismatch=on_mismatch)
    points = explained.points(scoring.model.scale)
    sources = np.array([feature.source for feature in scoring.model.computer.features])
    return {
        f"{POINTS}{source}": np.where(scored, points[:, sources == source].sum(axis=1), np.nan)
        for source in dict.fromkeys(sources.tolist())
    }


def uses_of_channels(applications: Applications, portfolio: Portfolio) -> dict[str, Column]:
    """Count the uses of each channel in the year before each application, as features count them.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
        Of which a law has left what may be read.

    Returns
    -------
    dict of str to ndarray of float64, each of shape (n_applications,)
        ``uses_of_CHANNEL``, NaN where sessions were not there; none without a table of sessions.
    """
    if "sessions" not in portfolio.tables:
        return {}
    matrix = FeatureComputer(_CHANNELS).compute(applications, portfolio)
    return {name: matrix.values[:, at] for at, name in enumerate(matrix.names)}


def _uses(scoring: Scoring, applications: Applications, portfolio: Portfolio) -> dict[str, Column]:
    return uses_of_channels(*scoring.model.lawful(applications, portfolio))


def _reasons(scoring: Scoring, applications: Applications, portfolio: Portfolio) -> dict[str, Column]:
    """Codes of the reasons of each, most harmful first."""
    rows = progress(range(len(applications)), what="reasons", total=len(applications))
    given = [scoring.score(applications.take([row]), portfolio).reasons for row in rows]
    return {
        f"{REASON}{rank}": np.array(
            [one[rank - 1].code if len(one) >= rank else None for one in given], dtype=object
        )
        for rank in _RANKS
    }


_CHANNELS: Final = FeatureSet(
    tuple(
        digital(
            name=f"{USES}{channel}",
            formula=used("count", None, Condition("channel", "in", (channel,)), window=_YEAR),
            label=Label("digital_uses_count", span=within(_YEAR)),
            definition=f"{USES}{channel}_{_YEAR}",
            unit="count",
            sign=0,
        )
        for channel in SESSION_CHANNELS
    )
)
