"""From log-odds to what is printed: probability, points and back, limits of the scale, and grade."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.numbers import is_finite_number, whole_number
from creditscore.errors import ArtefactError, ParameterError
from creditscore.model.exponential import exponential

Value = TypeVar("Value", float, NDArray[np.float64])

RETAIL_FLOOR: Final = 0.0005
_OF_SCORES: Final = (
    "reference_score", "reference_good_bad_odds", "points_to_double_odds", "minimum", "maximum",
)  # fmt: skip
_OF_GRADES: Final = ("lowest", "highest", "grades", "floor")


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """Score points that fall in a straight line as the log-odds of bad rise.

    ``points = offset - factor * log_odds_bad`` with ``factor = points_to_double_odds / ln 2`` and
    ``offset = reference_score - factor * ln(reference_good_bad_odds)``. More points mean less risk.

    Attributes
    ----------
    reference_score : float
        The score, in points, at the reference odds.
    reference_good_bad_odds : float
        Goods for each bad at the reference score, above 0: 50 means 50 goods to 1 bad, a probability of
        default of 1/51.
    points_to_double_odds : float
        Points that double the odds of good to bad, above 0.
    minimum, maximum : int
        The score is kept within them; unrounded points are not.
    factor : float
        Points by which the score falls when the log-odds of bad rise by 1.
    offset : float
        Points at even odds (log-odds 0).

    Examples
    --------
    >>> scale = ScoreScale()
    >>> round(float(scale.factor), 4), round(float(scale.offset), 4)
    (28.8539, 487.1229)

    At 50 goods to 1 bad the score is 600, and 20 points more double the odds:

    >>> from math import log
    >>> scale.score(-log(50)), scale.score(-log(100))
    (600, 620)
    >>> round(float(1 / scale.probability(scale.log_odds(600.0))), 9)
    51.0
    >>> round(float(scale.good_bad_odds(620.0) / scale.good_bad_odds(600.0)), 9)
    2.0
    """

    reference_score: float = 600
    reference_good_bad_odds: float = 50
    points_to_double_odds: float = 20
    minimum: int = 300
    maximum: int = 850

    factor: float = field(init=False, repr=False, compare=False)
    offset: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("reference_good_bad_odds", "points_to_double_odds"):
            value = getattr(self, name)
            if not (is_finite_number(value) and value > 0):
                raise ParameterError.must_be(name, "a finite number above 0", value)
        if not is_finite_number(self.reference_score):
            raise ParameterError.must_be("reference_score", "a finite number", self.reference_score)
        for name in ("minimum", "maximum"):
            if isinstance(getattr(self, name), bool) or not isinstance(getattr(self, name), int):
                raise ParameterError.must_be(name, "a whole number of points", getattr(self, name))
        if self.minimum >= self.maximum:
            raise ParameterError.must_be("minimum", f"below maximum ({self.maximum})", self.minimum)
        factor = self.points_to_double_odds / math.log(2.0)
        object.__setattr__(self, "factor", factor)
        offset = self.reference_score - factor * math.log(self.reference_good_bad_odds)
        object.__setattr__(self, "offset", offset)

    def points(self, log_odds_bad: Value) -> Value:
        """Unrounded points of log-odds of bad, a float or an array of any shape (n, ...); more is safer."""
        return self.offset - self.factor * log_odds_bad

    @overload
    def score(self, log_odds_bad: float) -> int: ...
    @overload
    def score(self, log_odds_bad: NDArray[np.float64]) -> NDArray[np.int64]: ...
    def score(self, log_odds_bad: float | NDArray[np.float64]) -> int | NDArray[np.int64]:
        """Points rounded half to even, kept within `minimum` and `maximum`.

        Parameters
        ----------
        log_odds_bad : float or ndarray of float64, shape (n,) or any other
            Calibrated log-odds of bad; infinite ones take the nearer end of the scale.

        Returns
        -------
        int or ndarray of int64, shape (n,) or that of ``log_odds_bad``
            Score points, within `minimum` and `maximum`.

        Raises
        ------
        ParameterError
            If a value is NaN: who cannot be scored gets no number.
        """
        alone = isinstance(log_odds_bad, float)
        unscored = int(log_odds_bad != log_odds_bad) if alone else np.count_nonzero(np.isnan(log_odds_bad))
        if unscored:
            raise ParameterError(
                f"{unscored} log-odds are NaN and have no score. Leave out applicants who cannot be scored."
            )
        if isinstance(log_odds_bad, float):
            return round(min(max(self.points(log_odds_bad), self.minimum), self.maximum))
        rounded = np.clip(
            np.rint(self.points(np.asarray(log_odds_bad, dtype=np.float64))), self.minimum, self.maximum
        )
        return rounded.astype(np.int64) if rounded.ndim else int(rounded)

    def probability(self, log_odds_bad: Value) -> Value:
        """Probability of default in [0, 1] of log-odds of bad, a float or an array of any shape (n, ...)."""
        return probability_of_default(log_odds_bad)

    def log_odds(self, points: Value) -> Value:
        """Log-odds of bad at unrounded points, a float or an array of any shape (n, ...)."""
        return (self.offset - points) / self.factor

    def good_bad_odds(self, points: Value) -> Value:
        """Goods for each bad, above 0, at unrounded points, a float or an array of any shape (n, ...)."""
        return exponential((points - self.offset) / self.factor)

    def to_dict(self) -> dict[str, float | int]:
        """Return the five settings."""
        return {name: getattr(self, name) for name in _OF_SCORES}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        if set(stored) != set(_OF_SCORES):
            raise ArtefactError(f"A score scale has the settings {sorted(_OF_SCORES)}. Got {sorted(stored)}.")
        return cls(**stored)


def probability_of_default(log_odds_bad: Value) -> Value:
    """Probability of the bad outcome, within 0 and 1, without overflow at either end.

    Parameters
    ----------
    log_odds_bad : float or ndarray of float64, shape (n,) or any other
        Log-odds of bad.

    Returns
    -------
    float or ndarray of float64, shape as ``log_odds_bad``
        ``1 / (1 + exp(-log_odds_bad))``, the same bits on every processor.

    Examples
    --------
    >>> probability_of_default(0.0)
    0.5
    >>> probability_of_default(np.array([-1000.0, 1000.0]))
    array([0., 1.])
    """
    # One rule for both signs: exp of a number above 0 is never taken, so nothing overflows.
    small = exponential(-abs(log_odds_bad))
    if isinstance(small, np.ndarray):
        return np.where(np.asarray(log_odds_bad) >= 0, 1.0, small) / (1.0 + small)
    return (1.0 if log_odds_bad >= 0 else small) / (1.0 + small)


@dataclass(frozen=True, slots=True)
class MasterScale:
    """Grades "1" (least risk) to "15", whose middle probabilities rise by one constant ratio.

    The bound between two grades is the geometric mean of their middles; a probability on a bound belongs
    to the riskier grade. The scale is fixed, not fitted, so that a grade means the same in every model and
    every year.

    Attributes
    ----------
    lowest, highest : float
        Middle probability of default of the first and of the last grade, within 0 and 1.
    grades : int
        Number of grades, at least 2.
    floor : float
        Smallest probability of default to use in place of a lower one where rules ask for a floor
        (0.05 % for retail exposures under Basel III); see `floored`. It changes no grade.
    labels : tuple of str
        Names of the grades, least risk first.
    middles, bounds : tuple of float
        Middle probability of default of each grade, and the probabilities that part neighbours, rising.

    Examples
    --------
    >>> scale = MasterScale()
    >>> scale.grade(np.array([0.0001, 0.02, 0.9])).tolist()
    ['1', '8', '15']
    >>> [round(middle, 4) for middle in scale.middles[:3]]
    [0.001, 0.0015, 0.0023]
    """

    lowest: float = 0.001
    highest: float = 0.30
    grades: int = 15
    floor: float = RETAIL_FLOOR
    labels: tuple[str, ...] = field(init=False, repr=False, compare=False)
    middles: tuple[float, ...] = field(init=False, repr=False, compare=False)
    bounds: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.lowest < 1:
            raise ParameterError.must_be("lowest", "a probability above 0 and below 1", self.lowest)
        if not self.lowest < self.highest < 1:
            raise ParameterError.must_be("highest", f"above lowest ({self.lowest}) and below 1", self.highest)
        object.__setattr__(self, "grades", whole_number("grades", self.grades, 2))
        if not 0 <= self.floor < 1:
            raise ParameterError.must_be("floor", "at least 0 and below 1", self.floor)
        step = math.log(self.highest / self.lowest) / (self.grades - 1)
        middles = tuple(self.lowest * exponential(step * number) for number in range(self.grades))
        bounds = tuple(math.sqrt(low * high) for low, high in itertools.pairwise(middles))
        object.__setattr__(self, "labels", tuple(str(number) for number in range(1, self.grades + 1)))
        object.__setattr__(self, "middles", middles)
        object.__setattr__(self, "bounds", bounds)

    def number(self, probability: NDArray[np.float64]) -> NDArray[np.int64]:
        """Number of the grade of each probability of default.

        Parameters
        ----------
        probability : ndarray of float64, shape (...)
            Probability of default, within 0 and 1.

        Returns
        -------
        ndarray of int64, shape (...)
            1 (least risk) to `grades`.

        Raises
        ------
        ParameterError
            If a value is NaN or lies outside 0 to 1.
        """
        values = np.asarray(probability, dtype=np.float64)
        outside = np.count_nonzero(~((values >= 0) & (values <= 1)))
        if outside:
            raise ParameterError(
                f"{outside} probabilities are NaN or outside 0 to 1 and have no grade. "
                "Leave out the applicants who cannot be scored."
            )
        return np.searchsorted(np.array(self.bounds), values, side="right").astype(np.int64) + 1

    def grade_of(self, probability: float) -> str:
        """Label of the grade of one probability of default, within 0 and 1."""
        if not 0 <= probability <= 1:
            raise ParameterError.must_be("probability", "within 0 and 1", probability)
        return self.labels[bisect_right(self.bounds, probability)]

    def grade(self, probability: NDArray[np.float64]) -> NDArray[np.str_]:
        """Label of the grade of each probability of default.

        Parameters
        ----------
        probability : ndarray of float64, shape (...)
            Probability of default, within 0 and 1.

        Returns
        -------
        ndarray of str, shape (...)
            Out of `labels`.

        Raises
        ------
        ParameterError
            If a value is NaN or lies outside 0 to 1.
        """
        return np.array(self.labels)[self.number(probability) - 1]

    def floored(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities, none below the floor: for capital and provisions, not for ranking.

        Parameters
        ----------
        probability : ndarray of float64, shape (...)
            Probability of default, within 0 and 1.

        Returns
        -------
        ndarray of float64, shape (...)
            Within `floor` and 1.
        """
        return np.maximum(probability, self.floor)

    def to_dict(self) -> dict[str, float | int]:
        """Return the settings."""
        return {name: getattr(self, name) for name in _OF_GRADES}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        if set(stored) != set(_OF_GRADES):
            raise ArtefactError(
                f"A master scale has the settings {sorted(_OF_GRADES)}. Got {sorted(stored)}."
            )
        return cls(**stored)


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


def outcomes_of(
    log_odds: NDArray[np.float64], scale: ScoreScale, master_scale: MasterScale
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[str, ...]]:
    """Return what follows from the log-odds of many applicants, to the bits of `outcome_of`.

    Parameters
    ----------
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated log-odds of bad; NaN for who is not scored.
    scale : ScoreScale
    master_scale : MasterScale

    Returns
    -------
    probability_of_default, score : ndarray of float64, shape (n_applications,)
        As in `Outcome`; NaN for who is not scored.
    grade : tuple of str
        One for each, empty for who is not scored.
    """
    scored = ~np.isnan(log_odds)
    probability = probability_of_default(log_odds)
    score = np.full(log_odds.shape, np.nan)
    score[scored] = scale.score(log_odds[scored])
    grades = np.full(log_odds.shape, "", dtype=object)
    grades[scored] = master_scale.grade(probability[scored])
    return probability, score, tuple(map(str, grades))
