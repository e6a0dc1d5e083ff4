"""Scores made ready for resampling: what stays the same from resample to resample is computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.validation import _checks, _kernels
from creditscore.validation._line import LineFit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RankedScore:
    """One score by rising risk, with the loss of each row."""

    order: NDArray[np.intp]
    log_odds: Floats
    bad: Floats
    squared_error: Floats
    loss: Floats

    @classmethod
    def of(cls, bad: Floats, log_odds: Floats) -> RankedScore:
        """Sort once and compute each row's losses."""
        order = np.argsort(log_odds, kind="stable")
        logit, outcome = log_odds[order], bad[order]
        small = np.exp(-np.abs(logit))
        probability = np.where(logit >= 0, 1.0, small) / (1.0 + small)
        loss = np.log1p(small) + np.maximum(logit, 0.0) - outcome * logit
        return cls(order, logit, outcome, (probability - outcome) ** 2, loss)

    def figures(self, weight: Floats) -> list[float]:
        """AUC, Gini, KS, Brier score and log loss under weights that come in the order of the rows."""
        ordered = weight[self.order]
        area, gap = _kernels.ranking(self.log_odds, self.bad, ordered)
        squared = _kernels.weighted_mean(self.squared_error, ordered)
        return [area, 2.0 * area - 1.0, gap, squared, _kernels.weighted_mean(self.loss, ordered)]


@dataclass(frozen=True, slots=True, eq=False)
class CalibratedScore:
    """One score whose calibration line is wanted too."""

    ranked: RankedScore
    fit: LineFit

    def figures(self, weight: Floats) -> list[float]:
        """Figures of the ranked score, then calibration slope and intercept."""
        return [*self.ranked.figures(weight), *self.fit.line(weight)]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Outcomes and one or more scores of the same applications."""

    bad: Floats
    weight: Floats
    scores: tuple[RankedScore, ...] | tuple[CalibratedScore]

    @classmethod
    def calibrated(cls, bad: ArrayLike, log_odds: ArrayLike, sample_weight: ArrayLike | None) -> Sample:
        """One score, with its calibration."""
        outcome = _checks.outcomes(bad)
        weight = _checks.weights(sample_weight, outcome)
        checked = _checks.finite("log_odds", log_odds, outcome.size)
        fit = LineFit.of(outcome, checked, weight).resumed(weight)
        return cls(outcome, weight, (CalibratedScore(RankedScore.of(outcome, checked), fit),))

    @classmethod
    def ranked(
        cls, bad: ArrayLike, scores: Mapping[str, ArrayLike], sample_weight: ArrayLike | None
    ) -> Sample:
        """Several scores to compare, without their calibration."""
        outcome = _checks.outcomes(bad)
        weight = _checks.weights(sample_weight, outcome)
        checked = [_checks.finite(name, values, outcome.size) for name, values in scores.items()]
        return cls(outcome, weight, tuple(RankedScore.of(outcome, values) for values in checked))

    def figures(self, counts: Floats) -> Floats:
        """Figures of each score, of shape (scores, figures), with rows counted so many times."""
        weight = counts * self.weight
        return np.array([score.figures(weight) for score in self.scores])

    def has_both(self, counts: Floats) -> bool:
        """Whether a resample gives weight to some good and some bad."""
        return 0.0 < _kernels.weighted_mean(self.bad, counts * self.weight) < 1.0
