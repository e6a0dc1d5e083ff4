"""The bivariate normal distribution, its slopes, and columns made ready for a probit."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_TINY: Final = 1e-300


def phi(x: Floats) -> Floats:
    """Density of the normal distribution."""
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi))


def phi_2(h: Floats, k: Floats, rho: Floats | float) -> Floats:
    """Density of two normal variables of correlation rho."""
    rest = 1.0 - np.square(rho)
    return np.asarray(
        np.exp(-(h * h - 2.0 * rho * h * k + k * k) / (2.0 * rest)) / (2.0 * np.pi * np.sqrt(rest))
    )


def cdf_2(h: Floats, k: Floats, rho: Floats | float) -> Floats:
    """Chance that two normal variables of correlation rho lie below h and k.

    By Plackett (1954) its slope in rho is the density; with rho = sin(angle) that is smooth to integrate.
    """
    from scipy.special import ndtr

    angle = np.arcsin(np.broadcast_to(rho, h.shape))[:, None]
    theta = 0.5 * angle * (_NODES[None, :] + 1.0)
    sine, cosine = np.sin(theta), np.cos(theta)
    h1, k1 = h[:, None], k[:, None]
    inside = np.exp(-(h1 * h1 + k1 * k1 - 2.0 * h1 * k1 * sine) / (2.0 * cosine * cosine))
    area = (inside @ _WEIGHTS) * 0.5 * angle[:, 0] / (2.0 * np.pi)
    return np.asarray(np.clip(ndtr(h) * ndtr(k) + area, _TINY, 1.0))


class Scaling(NamedTuple):
    """How columns are made ready: centred, scaled, 0 where missing, and a flag for those with gaps."""

    centre: Floats
    scale: Floats
    gaps: NDArray[np.intp]

    @classmethod
    def of(cls, X: Floats) -> Scaling:
        """Learn from values of shape (n_rows, n_columns); NaN is missing."""
        missing = np.isnan(X)
        count = np.maximum((~missing).sum(axis=0), 1)
        centre = np.where(missing, 0.0, X).sum(axis=0) / count
        spread = np.sqrt((np.where(missing, 0.0, X - centre) ** 2).sum(axis=0) / count)
        share = missing.mean(axis=0)
        return cls(centre, np.where(spread > 0, spread, 1.0), np.flatnonzero((share > 0) & (share < 1)))

    def ready(self, X: Floats) -> Floats:
        """Return a column of ones, the scaled columns, and the flags; shape (n_rows, 1 + n + n_gaps)."""
        missing = np.isnan(X)
        scaled = np.where(missing, 0.0, (X - self.centre) / self.scale)
        return np.column_stack([np.ones(len(X)), scaled, missing[:, self.gaps].astype(np.float64)])
