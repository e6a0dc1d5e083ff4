"""The interval of a score: how low and how high the true chance of default of the applicant may lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from creditscore._ground.arrays import Float64
from creditscore.model.scale import ScoreScale, probability_of_default
from creditscore.model.spread import Spread


@dataclass(frozen=True, slots=True)
class ScoreInterval:
    """How low and how high the true chance of default of one applicant may lie.

    Attributes
    ----------
    level : float
        Share of true chances that such intervals are made to hold, such as 0.9.
    low, high : float
        Probability of default, within 0 and 1; that of the score lies within.
    score_low, score_high : int
        The same in points: `score_low` goes with `high`.

    Examples
    --------
    >>> interval = ScoreInterval(0.9, 0.006, 0.14, 539, 634)
    >>> interval.straddles(600), interval.straddles(650), interval.straddles(539)
    (True, False, False)
    """

    level: float
    low: float
    high: float
    score_low: int
    score_high: int

    def straddles(self, cutoff: float) -> bool:
        """Tell whether some of it lies below a cut-off and some does not.

        Parameters
        ----------
        cutoff : float
            The lowest score that is approved, in points.
        """
        return self.score_low < cutoff <= self.score_high

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(**stored)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreIntervals:
    """The intervals of many scores, one element each, NaN for who is not scored.

    Attributes
    ----------
    level : float
    low, high : ndarray of float64, shape (n_applications,)
        Probability of default.
    score_low, score_high : ndarray of float64, shape (n_applications,)
        Whole points.
    """

    level: float
    low: Float64
    high: Float64
    score_low: Float64
    score_high: Float64


def intervals_of(
    spread: Spread | None, scale: ScoreScale, log_odds: Float64, values: Float64
) -> ScoreIntervals | None:
    """Make the intervals of many scores; None for a model without intervals.

    Parameters
    ----------
    spread : Spread or None
    scale : ScoreScale
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated; NaN for who is not scored.
    values : ndarray of float64, shape (n_applications, n_features)
    """
    if spread is None:
        return None
    low, high = spread.bounds(log_odds, values)
    scored = ~np.isnan(log_odds)
    points = np.full((2, len(log_odds)), np.nan)
    points[0, scored], points[1, scored] = scale.score(high[scored]), scale.score(low[scored])
    return ScoreIntervals(spread.level, probability_of_default(low), probability_of_default(high), *points)


def interval_of(
    spread: Spread | None, scale: ScoreScale, log_odds: float, values: Float64
) -> ScoreInterval | None:
    """Make the interval of one score, to the bits of `intervals_of`; ``values`` has shape (1, n_features)."""
    if spread is None:
        return None
    low, high = spread.bounds_of(log_odds, values[0])
    return ScoreInterval(
        spread.level, probability_of_default(low), probability_of_default(high), scale.score(high),
        scale.score(low),
    )  # fmt: skip
