"""Discrimination and calibration as curves and tables: the numbers behind the plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.validation import _checks

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RocCurve:
    """Bads caught against goods flagged, from the strictest threshold to the loosest.

    Attributes
    ----------
    false_positive_rate : ndarray of shape (n_thresholds + 1,)
        Share of goods at or above each threshold, from 0 to 1.
    true_positive_rate : ndarray of shape (n_thresholds + 1,)
        Share of bads at or above each threshold, from 0 to 1.
    thresholds : ndarray of shape (n_thresholds + 1,)
        Distinct risks, falling; the first is inf, where nobody is flagged.
    """

    false_positive_rate: Floats
    true_positive_rate: Floats
    thresholds: Floats

    @property
    def auc(self) -> float:
        """Area under the curve."""
        widths = np.diff(self.false_positive_rate)
        heights = (self.true_positive_rate[1:] + self.true_positive_rate[:-1]) / 2
        return float((widths * heights).sum())


@dataclass(frozen=True, slots=True, eq=False)
class KsCurve:
    """Cumulative distributions of risk among goods and among bads.

    Attributes
    ----------
    risk : ndarray of shape (n_distinct,)
        Distinct risks, rising.
    share_of_goods, share_of_bads : ndarray of shape (n_distinct,)
        Share of the goods, and of the bads, at or below each risk.
    """

    risk: Floats
    share_of_goods: Floats
    share_of_bads: Floats

    @property
    def widest(self) -> int:
        """Position of the largest gap between the two distributions."""
        return int(np.argmax(np.abs(self.share_of_goods - self.share_of_bads)))

    @property
    def ks(self) -> float:
        """The largest gap, within 0 and 1."""
        return float(abs(self.share_of_goods[self.widest] - self.share_of_bads[self.widest]))


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationTable:
    """Predicted against observed, in groups of rising risk.

    Attributes
    ----------
    applications, bads : ndarray of int of shape (n_groups,)
        Rows of each group, and how many are bad.
    predicted : ndarray of shape (n_groups,)
        Mean probability of default.
    observed : ndarray of shape (n_groups,)
        Share of bads.
    low, high : ndarray of shape (n_groups,)
        Wilson interval of the share of bads.
    level : float
        Confidence of the interval, between 0 and 1.
    """

    applications: NDArray[np.int64]
    bads: NDArray[np.int64]
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    level: float

    def to_frame(self) -> pandas.DataFrame:
        """One row for each group, safest first."""
        import pandas

        names = ("applications", "bads", "predicted", "observed", "low", "high")
        return pandas.DataFrame({name: getattr(self, name) for name in names})


def roc_curve(bad: ArrayLike, risk: ArrayLike, *, sample_weight: ArrayLike | None = None) -> RocCurve:
    """Trace the receiver operating characteristic, one point for each distinct risk.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Finite; higher is riskier.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    RocCurve
        From (0, 0) to (1, 1).

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    Examples
    --------
    >>> roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).true_positive_rate
    array([0. , 0.5, 0.5, 1. , 1. ])
    """
    risks, goods, bads = _cumulated(bad, risk, sample_weight)
    above_goods = np.concatenate([[0.0], 1.0 - goods[-2::-1], [1.0]])
    above_bads = np.concatenate([[0.0], 1.0 - bads[-2::-1], [1.0]])
    return RocCurve(above_goods, above_bads, np.concatenate([[np.inf], risks[::-1]]))


def ks_curve(bad: ArrayLike, risk: ArrayLike, *, sample_weight: ArrayLike | None = None) -> KsCurve:
    """Trace the risk distributions of goods and bads, one point for each distinct risk.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Finite; higher is riskier.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    KsCurve
        The two distributions and where they lie furthest apart.

    Raises
    ------
    ParameterError
        As for :func:`roc_curve`.

    Examples
    --------
    >>> curve = ks_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> curve.ks, float(curve.risk[curve.widest])
    (0.5, 0.1)
    """
    return KsCurve(*_cumulated(bad, risk, sample_weight))


def calibration_table(
    bad: ArrayLike,
    probability_of_default: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    groups: int = 10,
    level: float = 0.95,
) -> CalibrationTable:
    """Compare predicted and observed bad rates in groups of equal size, ordered by risk.

    Equal probabilities are never split between groups, so groups can differ in size and be fewer.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    probability_of_default : array-like of shape (n_applications,)
        Within 0 and 1.
    sample_weight : array-like of shape (n_applications,), optional
        0 or more. Rates are weighted, groups are of as many rows, and intervals are those of the effective
        number of rows, ``sum(w) ** 2 / sum(w ** 2)``.
    groups : int, default=10
        How many groups at most, at least 1.
    level : float, default=0.95
        Confidence of the interval of each observed rate.

    Returns
    -------
    CalibrationTable
        One entry for each group, safest first.

    Raises
    ------
    ParameterError
        If the rows do not match, a probability lies outside 0 and 1, or one of the classes is absent.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
    Kish (1965), Survey sampling (for the effective number of rows).

    Examples
    --------
    >>> table = calibration_table([0, 0, 0, 1, 0, 1, 1, 1], [0.1] * 4 + [0.8] * 4, groups=2)
    >>> table.observed
    array([0.25, 0.75])
    """
    outcome = _checks.outcomes(bad)
    predicted = _checks.probabilities(probability_of_default, outcome.size)
    weight = _checks.weights(sample_weight, outcome)
    kept = weight > 0.0
    outcome, predicted, weight = outcome[kept], predicted[kept], weight[kept]
    order = np.argsort(predicted, kind="stable")
    starts = _group_starts(predicted[order], _checks.at_least("groups", groups, 1))
    applications = np.diff(np.append(starts, outcome.size)).astype(np.int64)
    bads = np.add.reduceat(outcome[order], starts).astype(np.int64)
    total = np.add.reduceat(weight[order], starts)
    effective = total**2 / np.add.reduceat(weight[order] ** 2, starts)
    observed = np.add.reduceat((weight * outcome)[order], starts) / total
    means = np.add.reduceat((weight * predicted)[order], starts) / total
    low, high = _wilson(observed, effective, _checks.level(level))
    return CalibrationTable(applications, bads, means, observed, low, high, level)


def _cumulated(
    bad: ArrayLike, risk: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Distinct risks, rising, with the shares of goods and of bads at or below each."""
    outcome = _checks.outcomes(bad)
    weight = _checks.weights(sample_weight, outcome)
    numbers = _checks.finite("risk", risk, outcome.size)
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), ordered.size - 1)
    bads = np.cumsum((weight * outcome)[order])[ends]
    goods = np.cumsum((weight * (1.0 - outcome))[order])[ends]
    return ordered[ends], goods / goods[-1], bads / bads[-1]


def _group_starts(ordered: Floats, groups: int) -> NDArray[np.intp]:
    """First rows of groups of about equal size; a run of equal values goes to the group it starts in."""
    cuts = np.arange(1, groups) * ordered.size // groups
    moved = np.searchsorted(ordered, ordered[cuts], side="left")
    return np.unique(np.append(0, moved))


def _wilson(share: Floats, applications: Floats, level: float) -> tuple[Floats, Floats]:
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2))
    centre = (share + z * z / (2 * applications)) / (1 + z * z / applications)
    spread = z * np.sqrt(share * (1 - share) / applications + (z / applications) ** 2 / 4)
    half = spread / (1 + z * z / applications)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
