"""From log-odds to score points and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.exponential import exponential
from creditscore.errors import ArtefactError, ParameterError

Value = TypeVar("Value", float, NDArray[np.float64])

_SETTINGS: Final = (
    "reference_score",
    "reference_good_bad_odds",
    "points_to_double_odds",
    "minimum",
    "maximum",
)


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
            if not (math.isfinite(value) and value > 0):
                raise ParameterError.must_be(name, "a finite number above 0", value)
        if not math.isfinite(self.reference_score):
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
        """Unrounded, unclamped points of log-odds of bad: a float, or an ndarray of any shape."""
        return self.offset - self.factor * log_odds_bad

    @overload
    def score(self, log_odds_bad: float) -> int: ...
    @overload
    def score(self, log_odds_bad: NDArray[np.float64]) -> NDArray[np.int64]: ...
    def score(self, log_odds_bad: float | NDArray[np.float64]) -> int | NDArray[np.int64]:
        """Points rounded half to even, kept within `minimum` and `maximum`.

        Parameters
        ----------
        log_odds_bad : float or ndarray of float64, any shape
            Calibrated log-odds of bad; infinite ones take the nearer end of the scale.

        Returns
        -------
        int or ndarray of int64, shape as ``log_odds_bad``
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
        """Probability of default, within 0 and 1, of log-odds of bad: a float, or an ndarray of any shape."""
        return probability_of_default(log_odds_bad)

    def log_odds(self, points: Value) -> Value:
        """Log-odds of bad at unrounded points, a float or an ndarray of any shape; undoes `points`."""
        return (self.offset - points) / self.factor

    def good_bad_odds(self, points: Value) -> Value:
        """Goods for each bad, above 0, at unrounded points: a float, or an ndarray of any shape."""
        return exponential((points - self.offset) / self.factor)

    def to_dict(self) -> dict[str, float | int]:
        """Return the five settings."""
        return {name: getattr(self, name) for name in _SETTINGS}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        if set(stored) != set(_SETTINGS):
            raise ArtefactError(f"A score scale has the settings {sorted(_SETTINGS)}. Got {sorted(stored)}.")
        return cls(**stored)


def probability_of_default(log_odds_bad: Value) -> Value:
    """Probability of the bad outcome, within 0 and 1, without overflow at either end.

    Parameters
    ----------
    log_odds_bad : float or ndarray of float64, any shape
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
