"""From log-odds to what is printed: probability, points, rounding, limits of the scale, and grade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from creditscore.model.grades import MasterScale
from creditscore.model.scale import ScoreScale, probability_of_default


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from the log-odds of one applicant.

    Attributes
    ----------
    log_odds : float
        Calibrated log-odds of bad.
    probability_of_default : float
        Within 0 and 1.
    score_unrounded : float
        Points before rounding and before the limits of the scale.
    score : int
        Points, rounded half to even and kept within the scale; more is safer.
    grade : str
        On the master scale.
    """

    log_odds: float
    probability_of_default: float
    score_unrounded: float
    score: int
    grade: str

    @property
    def clamped(self) -> bool:
        """Whether a limit of the scale moved the score."""
        return self.score != round(self.score_unrounded)


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What follows from the log-odds of many applicants; NaN and an empty grade for who is not scored.

    Attributes
    ----------
    log_odds, probability_of_default, score : ndarray of float64, shape (n_applications,)
        As in `Outcome`.
    grade : tuple of str
        One for each.
    """

    log_odds: NDArray[np.float64]
    probability_of_default: NDArray[np.float64]
    score: NDArray[np.float64]
    grade: tuple[str, ...]


def outcome_of(log_odds: float, scale: ScoreScale, master_scale: MasterScale) -> Outcome:
    """Return what follows from the log-odds of one applicant.

    Examples
    --------
    >>> outcome_of(-4.0, ScoreScale(), MasterScale())  # doctest: +ELLIPSIS
    Outcome(log_odds=-4.0, probability_of_default=0.0179..., score_unrounded=602.5..., score=603, grade='8')
    """
    probability = probability_of_default(log_odds)
    points = scale.points(log_odds)
    return Outcome(log_odds, probability, points, scale.score(log_odds), master_scale.grade_of(probability))


def outcomes_of(log_odds: NDArray[np.float64], scale: ScoreScale, master_scale: MasterScale) -> Outcomes:
    """Return what follows from the log-odds of many applicants, to the bits of `outcome_of`.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated log-odds of bad; NaN for who is not scored.
    scale : ScoreScale
    master_scale : MasterScale
    """
    scored = ~np.isnan(log_odds)
    probability = probability_of_default(log_odds)
    points = np.full(log_odds.shape, np.nan)
    points[scored] = scale.score(log_odds[scored])
    grades = np.full(log_odds.shape, "", dtype=object)
    grades[scored] = master_scale.grade(probability[scored])
    return Outcomes(log_odds, probability, points, tuple(map(str, grades)))
