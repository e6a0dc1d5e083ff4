"""What people pay, or may borrow, at the same risk: a gap that no difference of risk explains."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.validation.fairness.membership import Membership

Floats = NDArray[np.float64]
BANDS: Final = 20
_SINGULAR: Final = 1e-12


class GapAtEqualRisk:
    """A quantity (a price, a limit) of each group, beside that of a reference group at the same log-odds.

    Rows with a score and the quantity are parted into twenty bands of as many rows by log-odds. In each band
    a straight line through the reference group's rows says what it has at the group's mean log-odds, and the
    gaps of the bands are weighted by the group. Bands in which either has no row are left out.

    Parameters
    ----------
    membership : Membership
    log_odds, values : ndarray of float64, shape (n_rows,)
        NaN where there is none.
    reference : int
        Position of the reference group.

    References
    ----------
    Rosenbaum and Rubin (1984), Reducing bias in observational studies using subclassification on the
    propensity score (bands of a score, weighted by the group).
    """

    def __init__(self, membership: Membership, log_odds: Floats, values: Floats, reference: int) -> None:
        usable = ~np.isnan(log_odds[membership.row]) & ~np.isnan(values[membership.row])
        self.row: NDArray[np.int64] = membership.row[usable]
        self.weight: NDArray[np.float64] = membership.weight[usable]
        seen = np.unique(self.row)
        edges = np.quantile(log_odds[seen], np.arange(1, BANDS) / BANDS) if seen.size else np.empty(0)
        band = np.searchsorted(edges, log_odds[self.row], side="right")
        self.groups: int = len(membership.names)
        self.reference: int = reference
        self.code: NDArray[np.int64] = membership.group[usable] * BANDS + band
        centre = float(log_odds[seen].mean()) if seen.size else 0.0
        self.z: NDArray[np.float64] = log_odds[self.row] - centre
        self.values: NDArray[np.float64] = values[self.row]

    def gaps(self, weight: Floats) -> Floats:
        """Gap of each group in the unit of the quantity, shape (n_groups,); NaN where no band has both.

        Parameters
        ----------
        weight : ndarray of float64, shape (n_rows,)
        """
        w = weight[self.row] * self.weight
        moments = [w, w * self.z, w * self.values, w * self.z * self.z, w * self.z * self.values]
        n, z, v, zz, zv = (self._summed(one) for one in moments)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean_z, mean_v = z / n, v / n
            r = self.reference
            spread = zz[r] / n[r] - mean_z[r] ** 2
            slope = (zv[r] / n[r] - mean_z[r] * mean_v[r]) / spread
        slope = np.where(spread > _SINGULAR, slope, 0.0)
        gap = mean_v - (mean_v[r] + slope * (mean_z - mean_z[r]))
        both = (n > 0) & (n[r] > 0)
        total = np.where(both, n, 0.0).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Floats = np.where(both, n * gap, 0.0).sum(axis=1) / total
        return found

    def _summed(self, values: Floats) -> Floats:
        size = self.groups * BANDS
        found: Floats = np.bincount(self.code, values, minlength=size).astype(np.float64)
        return found.reshape(self.groups, BANDS)
