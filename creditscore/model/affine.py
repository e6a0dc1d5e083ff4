"""The line from raw to calibrated log-odds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import ArtefactError, ParameterError


@dataclass(frozen=True, slots=True)
class AffineCalibration:
    """The line ``z = slope * m + intercept`` from raw to calibrated log-odds of the bad outcome.

    A line keeps additivity: contributions to the raw log-odds, times the slope, are contributions to the
    calibrated ones.

    Attributes
    ----------
    slope : float
        Above 0, so that calibration never turns the order of applicants round.
    intercept : float
        Log-odds added after the slope.
    flattened : bool
        True when the data put the slope at or below 0 (the raw score ranked no better than chance on rows
        it had not seen) and a nearly flat line was taken in its place: every probability is then close to
        the share of bads.

    Examples
    --------
    >>> AffineCalibration(slope=2.0, intercept=-1.0).log_odds(np.array([0.0, 0.5]))
    array([-1.,  0.])
    """

    slope: float = 1.0
    intercept: float = 0.0
    flattened: bool = False

    def __post_init__(self) -> None:
        if not (np.isfinite(self.slope) and self.slope > 0):
            raise ParameterError.must_be("slope", "a finite number above 0", self.slope)
        if not np.isfinite(self.intercept):
            raise ParameterError.must_be("intercept", "a finite number", self.intercept)

    def log_odds(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrate raw log-odds of bad.

        Parameters
        ----------
        raw : ndarray of float64, shape (...)
            Raw log-odds of bad.

        Returns
        -------
        ndarray of float64, shape (...)
            Calibrated log-odds of bad, in the same order as the raw ones.
        """
        return self.slope * raw + self.intercept

    def shifted(self, shift: float) -> Self:
        """Return the line moved by so many log-odds."""
        return replace(self, intercept=self.intercept + shift)

    def to_dict(self) -> dict[str, float | bool]:
        """Return plain values, exact in JSON."""
        return {"slope": self.slope, "intercept": self.intercept, "flattened": self.flattened}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Self:
        """Build from what `to_dict` returned."""
        slope, intercept, flattened = (stored.get(name) for name in ("slope", "intercept", "flattened"))
        if not (isinstance(slope, float | int) and isinstance(intercept, float | int)):
            raise ArtefactError(f"A calibration needs a numeric slope and intercept. Got {dict(stored)!r}.")
        return cls(float(slope), float(intercept), flattened is True)
