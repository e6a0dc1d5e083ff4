"""Follow the level of risk: newer outcomes move every probability by one shift of the log-odds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore.data.aligned import outcomes_of, weights_of
from creditscore.data.applications import Applications
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.errors import FittingError, ParameterError
from creditscore.model.level import FEWEST_OF_A_CLASS, Level, level_of, newest_months
from creditscore.scoring.references import renewed
from creditscore.validation.bootstrap import performance
from creditscore.validation.results import Metric

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from creditscore.pipeline.artefact import Saved

ERRORS_TO_FOLLOW: Final = 2.0
RESAMPLES: Final = 200


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What newer outcomes said of the level of risk, and whether the model follows them.

    Attributes
    ----------
    level : Level
        The shift that makes the mean probability of the newest months equal to their share of bads.
    slope : Metric
        Calibration slope on the same rows, with its interval: 1 if the model spreads risks as far as they lie
        apart. It is told and never applied, for a slope of one period says little of the next.
    first_month : str
        The oldest month that counted, such as ``"2026-03"``.
    followed : bool
        Whether the calibration was moved: the shift is more than two standard errors, or as was asked.
    """

    level: Level
    slope: Metric
    first_month: str
    followed: bool

    def __str__(self) -> str:
        level = self.level
        what = "moved" if self.followed else "not moved, for it cannot be told from chance"
        return (
            f"level {what}: {level.shift:+.3f} log-odds (standard error {level.error:.3f}) by {level.rows:,} "
            f"rows from {self.first_month}, {level.bads:,} bad; {self.slope}"
        )

    __repr__ = __str__


class Recalibrating:
    """What a fitted pipeline does with outcomes that became known after it was fitted."""

    _saved: Saved | None
    _files: dict[str, str] | None
    threads: int | None

    def recalibrate(
        self,
        applications: Applications,
        portfolio: Portfolio,
        bad: ArrayLike | OutcomeRule,
        *,
        extracted_at: datetime | str | None = None,
        sample_weight: ArrayLike | None = None,
        positive_label: str | float | None = None,
        errors: float = ERRORS_TO_FOLLOW,
    ) -> Recalibration:
        """Move the level of risk to that of the newest outcomes; trees, order and slope stay as they are.

        The rule: of the applications with a known outcome, the newest calendar months (of the portfolio's
        zone) are taken until they hold 100 bads and 100 goods. The shift of the log-odds is found with which
        the mean probability of these rows equals their share of bads. It is applied if it is more than two
        standard errors from none. Contributions and points stay additive: every score moves by the same
        points. References other than the mean of the training are made anew of the rows that were given.
        Do it again each month; what is shifted once is not shifted twice.

        Parameters
        ----------
        applications : Applications
            With outcomes that are known by now: matured ones, or they look safer than they are.
        portfolio : Portfolio
            What is known.
        bad : array-like of shape (n_applications,), mapping by application id, or OutcomeRule
            1 bad, 0 good, NaN not known (left out), as in `fit`.
        extracted_at : datetime or ISO text, optional
            When the portfolio was extracted; an ``OutcomeRule`` needs it.
        sample_weight : array-like of shape (n_applications,), or mapping by application id, optional
            Weights, 0 or more.
        positive_label : str or number, optional
            The label of the bads, where outcomes are other labels.
        errors : float, default 2
            The shift is applied if it is more than so many standard errors; 0 always applies it.

        Returns
        -------
        Recalibration
            ``report.recalibrated`` keeps it too.

        Raises
        ------
        FittingError
            If fewer than 100 bads or 100 goods are known. The model is then as it was.
        MismatchError
            If these are not tables such as the model was fitted on.

        References
        ----------
        Elkan (2001), The foundations of cost-sensitive learning.
        Steyerberg (2009), Clinical Prediction Models, chapter 20: updating the intercept alone.

        Examples
        --------
        >>> import creditscore as cs
        >>> german = cs.datasets.load_german()
        >>> features = [cs.application_features(german.columns)]
        >>> pipeline = cs.CreditPipeline(features, scorer=cs.CreditScorer(recipe="pairs"))
        >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
        >>> found = pipeline.recalibrate(german.applications, cs.Portfolio(), german.bad)
        >>> found.followed, found.level.bads
        (False, 300)
        """
        if not errors >= 0:
            raise ParameterError.must_be("errors", "a number of at least 0", errors)
        if self._saved is None:
            raise FittingError.not_yet()
        model, saved = self._saved.model, self._saved
        labels = known_labels(applications, portfolio, bad, extracted_at, positive_label)
        weights = weights_of(sample_weight, applications.application_ids)
        admitted, matrix, _ = model.computed(
            applications, portfolio, threads=self.threads, on_mismatch="refuse"
        )
        known = np.flatnonzero(~np.isnan(labels) & model.scorable(matrix))
        known = known if weights is None else known[weights[known] > 0]
        log_odds = model.fitted.log_odds(matrix.values[known], threads=self.threads)
        weight = np.ones(known.size) if weights is None else weights[known]
        months = _months(applications.as_of[known], portfolio)
        found = _judged(log_odds, labels[known], weight, months, errors)
        if found.followed:
            spread = None if model.spread is None else model.spread.shifted(found.level.shift)
            model = replace(model, fitted=model.fitted.shifted(found.level.shift), spread=spread)
            model = renewed(model, matrix.values[known], admitted.take(known), threads=self.threads)
        report = saved.report
        if report is not None:
            report = replace(report, recalibrated=(*report.recalibrated, str(found)))
        self._saved, self._files = replace(saved, model=model, report=report), None
        return found


def _judged(
    log_odds: NDArray[np.float64],
    bad: NDArray[np.float64],
    weight: NDArray[np.float64],
    months: NDArray[Any],
    errors: float,
) -> Recalibration:
    newest = newest_months(months.astype(np.int64), bad)
    if newest is None:
        raise _too_few(bad)
    level = level_of(log_odds[newest], bad[newest], weight[newest])
    figures = performance(
        bad[newest], log_odds[newest], sample_weight=weight[newest], resamples=RESAMPLES, threads=1
    )
    first = str(months[newest].min())
    return Recalibration(level, figures["calibration_slope"], first, abs(level.shift) > errors * level.error)


def known_labels(
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | OutcomeRule,
    extracted_at: datetime | str | None,
    positive_label: Any,
) -> NDArray[np.float64]:
    """Outcomes as they are known, shape (n_applications,): 1 bad, 0 good, NaN not known."""
    if not isinstance(bad, OutcomeRule):
        return outcomes_of(bad, applications.application_ids, positive_label)
    if extracted_at is None:
        raise ParameterError.must_be("extracted_at", "given with an OutcomeRule, to tell who is mature", None)
    return bad.label(applications, portfolio, extracted_at).labels


def _months(instants: NDArray[np.int64], portfolio: Portfolio) -> NDArray[Any]:
    days: NDArray[Any] = portfolio.calendar.local_days(instants).astype("datetime64[D]")
    return days.astype("datetime64[M]")


def _too_few(bad: NDArray[np.float64]) -> FittingError:
    bads = int(bad.sum())
    return FittingError(
        f"A level needs {FEWEST_OF_A_CLASS} bads and {FEWEST_OF_A_CLASS} goods with a known outcome. "
        f"Got {bads} bads and {bad.size - bads} goods. The model is as it was: give more months, or wait."
    )
