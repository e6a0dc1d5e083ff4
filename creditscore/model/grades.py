"""A master scale: grades with fixed bounds on the probability of default."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.exponential import exponential
from creditscore.errors import ArtefactError, ParameterError

RETAIL_FLOOR: Final = 0.0005
_SETTINGS: Final = ("lowest", "highest", "grades", "floor")


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
        if isinstance(self.grades, bool) or not isinstance(self.grades, int) or self.grades < 2:
            raise ParameterError.must_be("grades", "a whole number of at least 2", self.grades)
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
        return {name: getattr(self, name) for name in _SETTINGS}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` returned."""
        if set(stored) != set(_SETTINGS):
            raise ArtefactError(f"A master scale has the settings {sorted(_SETTINGS)}. Got {sorted(stored)}.")
        return cls(**stored)
