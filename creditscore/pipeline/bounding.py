"""Intervals of scores: learned at every fit from rows that each model had not seen, or anew from others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore.data.aligned import weights_of
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.data.presence import COMBINATIONS, groups_in, with_groups_alone
from creditscore.errors import FittingError
from creditscore.model.column_groups import ColumnGroups
from creditscore.model.spread import Spread
from creditscore.model.spreading import ASSUMED, FEWEST, LEVEL, Judged, learn_spread
from creditscore.pipeline.copies import Copies
from creditscore.pipeline.recalibrating import known_labels
from creditscore.scoring.minimum import MinimumData
from creditscore.scoring.model import Scoring, ScoringModel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from creditscore.model.scorer import CreditScorer
    from creditscore.pipeline.artefact import Saved

_MOST_FITTED: Final = 0.5


def spread_of(fitted: CreditScorer, X: Float64, copies: Copies, sources: ColumnGroups) -> Spread | None:
    """Learn intervals from the rows of a fit, each as models saw it that were not grown on it.

    Parameters
    ----------
    fitted : CreditScorer
    X : ndarray of float64, shape (n_rows, n_features)
        The rows.
    copies : Copies
        What was fitted on besides, numbered by these rows.
    sources : ColumnGroups
        Which columns are of which group of sources.
    """
    seen = fitted.out_of_fold_
    # Where each combination of sources has its own line, copies that only calibrate are spoken of too.
    spoken = copies.grown_on() if fitted.model_.cells is None else copies
    values = np.concatenate([X, spoken.values])[seen.index]
    return learn_spread(Judged(seen.log_odds, seen.bad, seen.weight), values, sources)


class Bounding(Scoring):
    """What learns the intervals of a fitted pipeline anew."""

    _saved: Saved | None
    _files: dict[str, str] | None

    def learn_intervals(
        self,
        applications: Applications,
        portfolio: Portfolio,
        bad: ArrayLike | OutcomeRule,
        *,
        level: float = LEVEL,
        assumed: float = ASSUMED,
        extracted_at: datetime | str | None = None,
        sample_weight: ArrayLike | None = None,
        positive_label: str | float | None = None,
    ) -> Spread:
        """Learn intervals from applications that the model was not fitted on.

        A fit has learned them for the combinations of sources that its own rows have. Here each application
        counts once more for each combination of fewer sources: the tables of the others are taken away and
        its features computed again. Trees, calibration and scores stay as they are; the model gets another
        id.

        Parameters
        ----------
        applications : Applications
            With outcomes that are known by now, and not those of the fit: of these, scores know too much, and
            intervals would be too narrow.
        portfolio : Portfolio
            What is known.
        bad : array-like of shape (n_applications,), mapping by application id, or OutcomeRule
            1 bad, 0 good, NaN not known (left out), as in `fit`.
        level : float, default 0.9
            Share of true chances that intervals shall hold, above 0 and below 1.
        assumed : float, default 1.14
            Standard deviation over all applicants of the log of the true rate of default, which is
            ``-log(1 - p)`` where the chance is ``p``: no outcome tells it, so it is assumed. A greater one
            makes every interval wider.
        extracted_at : datetime or ISO text, optional
            When the portfolio was extracted; an ``OutcomeRule`` needs it.
        sample_weight : array-like of shape (n_applications,), or mapping by application id, optional
            Weights, 0 or more.
        positive_label : str or number, optional
            The label of the bads, where outcomes are other labels.

        Returns
        -------
        Spread
            What makes the intervals, kept with the model and saved with it.

        Raises
        ------
        FittingError
            If fewer than 20 bads or 20 goods are known, or most of the applications were fitted on. The model
            is then as it was.
        MismatchError
            If these are not tables such as the model was fitted on.

        References
        ----------
        Barber (2020), Is distribution-free inference possible for binary regression?

        Examples
        --------
        >>> import creditscore as cs
        >>> german = cs.datasets.load_german()
        >>> features = [cs.application_features(german.columns)]
        >>> pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(recipe="pairs"))
        >>> first, others = german.applications.take(range(600)), german.applications.take(range(600, 1000))
        >>> pipeline = pipeline.fit(first, cs.Portfolio(), german.bad[:600])
        >>> spread = pipeline.learn_intervals(others, cs.Portfolio(), german.bad[600:], level=0.8)
        >>> spread.level, pipeline.score(others.take([0]), cs.Portfolio()).interval.level
        (0.8, 0.8)
        """
        if self._saved is None:
            raise FittingError.not_yet()
        saved, model = self._saved, self.model
        labels = known_labels(applications, portfolio, bad, extracted_at, positive_label)
        weights = weights_of(sample_weight, applications.application_ids)
        known = ~np.isnan(labels) if weights is None else ~np.isnan(labels) & (weights > 0)
        rows = np.flatnonzero(known)
        _refuse_fitted(saved, applications.take(rows))
        admitted, _, _ = model.computed(
            applications.take(rows), portfolio, threads=self._threads, on_mismatch="refuse"
        )
        _, portfolio = model.lawful(admitted, portfolio)
        bads = int(labels[rows].sum())
        if min(bads, rows.size - bads) < FEWEST:
            raise FittingError(
                f"Intervals need {FEWEST} bads and {FEWEST} goods with a known outcome. Got {bads} bads of "
                f"{rows.size}. The model is as it was: give more."
            )
        judged, values = _with_sources_away(
            model, admitted, portfolio, labels[rows], None if weights is None else weights[rows],
            threads=self._threads,
        )  # fmt: skip
        spread = learn_spread(judged, values, model.groups, level=level, assumed=assumed)
        if spread is None:
            raise FittingError(
                f"Of the applications with a known outcome, fewer than {FEWEST} bads or goods have a score. "
                "The model is as it was: give more."
            )
        self._saved, self._files = replace(saved, model=replace(model, spread=spread)), None
        return spread

    def set_minimum(self, known_share: float | None) -> MinimumData | None:
        """Ask for more data before there is a score; who has less is ``unscorable`` and referred.

        Parameters
        ----------
        known_share : float or None
            Of the features that the trees read, those of the application itself left out, the share that must
            have a value; above 0 and at most 1. None asks for anything at all, as a fit does.

        Returns
        -------
        MinimumData or None
            Kept with the model, which gets another id, and saved with it.

        Examples
        --------
        >>> import creditscore as cs
        >>> german = cs.datasets.load_german()
        >>> scorer = cs.CreditScorer(recipe="pairs", n_estimators=20)
        >>> pipeline = cs.CreditPipeline([cs.application_features(german.columns)], scorer=scorer)
        >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
        >>> pipeline.set_minimum(0.2)
        MinimumData(known_share=0.2)
        """
        if self._saved is None:
            raise FittingError.not_yet()
        minimum = None if known_share is None else MinimumData(known_share)
        self._saved = replace(self._saved, model=replace(self.model, minimum=minimum))
        self._files = None
        return minimum


def _refuse_fitted(saved: Saved, applications: Applications) -> None:
    share = None if saved.held_out is None else saved.held_out.share_fitted(applications)
    if share is not None and share > _MOST_FITTED:
        raise FittingError(
            f"{share:.0%} of these applications were fitted on: of them, scores know too much and intervals "
            "would be too narrow. Give others; a fit has learned intervals from its own rows already."
        )


def _with_sources_away(
    model: ScoringModel,
    applications: Applications,
    portfolio: Portfolio,
    labels: Float64,
    weights: Float64 | None,
    *,
    threads: int | None,
) -> tuple[Judged, Float64]:
    """Score applications with every source, and with those of each combination alone.

    Arrays: ``labels`` and ``weights`` shape (n_applications,); the features that come back shape
    (n_scored, n_features).
    """
    weight = np.ones(len(labels)) if weights is None else weights
    present = groups_in(portfolio)
    whole = model.computer.compute(applications, portfolio, threads=threads)
    found = [(np.flatnonzero(model.scorable(whole)), whole.values)]
    seen = {(row, whole.values[row].tobytes()) for row in range(len(labels))}
    for groups in (one for one in COMBINATIONS if set(one) < set(present)):
        some = model.computer.compute(applications, with_groups_alone(portfolio, groups), threads=threads)
        keys = [(row, some.values[row].tobytes()) for row in range(len(labels))]
        new = np.array([key not in seen for key in keys], np.bool_)
        seen.update(keys)
        found.append((np.flatnonzero(model.scorable(some) & new), some.values))
    which = np.concatenate([rows for rows, _ in found])
    values = np.concatenate([matrix[rows] for rows, matrix in found])
    log_odds = model.fitted.log_odds(values, threads=threads)
    return Judged(log_odds, labels[which], weight[which]), values
