"""How a score ranks where it matters: part of the curve, the riskiest few, a cut-off, two scores compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.validation import _checks
from creditscore.validation.curves import roc_curve

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]


def partial_auc(
    bad: ArrayLike,
    risk: ArrayLike,
    *,
    most_false_positives: float,
    standardised: bool = True,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Area under the part of the ROC curve in which few goods are flagged.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk.
    most_false_positives : float
        Share of goods flagged up to which the area reaches, above 0 and at most 1.
    standardised : bool, default=True
        Map it so that 0.5 is chance and 1 perfect (McClish 1989); otherwise the area itself.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    Examples
    --------
    >>> partial_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], most_false_positives=0.5, standardised=False)
    0.25
    """
    most = most_false_positives
    if not 0.0 < most <= 1.0:
        raise ParameterError.must_be("most_false_positives", "above 0 and at most 1", most)
    curve = roc_curve(bad, risk, sample_weight=sample_weight)
    x, y = curve.false_positive_rate, curve.true_positive_rate
    inside = int(np.searchsorted(x, most, side="right"))
    end = float(np.interp(most, x[inside - 1 : inside + 1], y[inside - 1 : inside + 1]))
    heights, widths = np.append(y[:inside], end), np.diff(np.append(x[:inside], most))
    area = float((widths * (heights[1:] + heights[:-1]) / 2.0).sum())
    least = most**2 / 2.0
    return 0.5 * (1.0 + (area - least) / (most - least)) if standardised else area


@dataclass(frozen=True, slots=True, eq=False)
class GainsTable:
    """What the riskiest shares of the applicants hold, riskiest group first.

    Attributes
    ----------
    share : ndarray of float64, shape (n_groups,)
        Share of the applicants up to each group: the horizontal axis of a CAP curve.
    caught : ndarray of float64, shape (n_groups,)
        Share of the bads among them: the gain, and the vertical axis of the CAP curve.
    lift : ndarray of float64, shape (n_groups,)
        Bad rate of each group by that of all; above 1 it is riskier.
    bad_rate : ndarray of float64, shape (n_groups,)
        Share of bads in each group.
    """

    share: Floats
    caught: Floats
    lift: Floats
    bad_rate: Floats

    def to_frame(self) -> pandas.DataFrame:
        """One row for each group, riskiest first."""
        import pandas

        names = ("share", "caught", "lift", "bad_rate")
        return pandas.DataFrame({name: getattr(self, name) for name in names})

    def __str__(self) -> str:
        return self.to_frame().to_string(index=False, float_format="{:.4f}".format)

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False, float_format="{:.4f}".format))


def gains_table(
    bad: ArrayLike, risk: ArrayLike, *, groups: int | None = 10, sample_weight: ArrayLike | None = None
) -> GainsTable:
    """Trace gains and lift, riskiest first: the CAP curve, whose accuracy ratio is the Gini coefficient.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk. Equal risks are never split.
    groups : int or None, default=10
        Groups of about equal weight at most, at least 1; None: one for each distinct risk.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    GainsTable

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    Examples
    --------
    >>> gains_table([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], groups=2).lift.tolist()
    [1.0, 1.0]
    """
    outcome = _checks.outcomes(bad)
    weight = _checks.weights(sample_weight, outcome)
    _, codes = np.unique(-_checks.finite("risk", risk, outcome.size), return_inverse=True)
    every, bads = np.cumsum(np.bincount(codes, weight)), np.cumsum(np.bincount(codes, weight * outcome))
    ends = np.arange(every.size)
    if groups is not None:
        wanted = np.arange(1, _checks.at_least("groups", groups, 1) + 1) / groups * every[-1]
        ends = np.unique(np.searchsorted(every, wanted * (1.0 - 1e-12)))
    every, bads = every[ends], bads[ends]
    kept = np.append(True, np.diff(every) > 0)
    every, bads = every[kept], bads[kept]
    rate = np.diff(bads, prepend=0.0) / np.diff(every, prepend=0.0)
    return GainsTable(every / every[-1], bads / bads[-1], rate * every[-1] / bads[-1], rate)


@dataclass(frozen=True, slots=True)
class CutoffErrors:
    """What a threshold on risk does with goods and bads.

    Attributes
    ----------
    precision : float
        Share of bads among those declined; NaN if nobody is.
    recall : float
        Share of the bads that is declined.
    false_positive_rate : float
        Share of the goods that is declined.
    declined : float
        Share of all that is declined.
    """

    precision: float
    recall: float
    false_positive_rate: float
    declined: float


def errors_at(
    bad: ArrayLike, risk: ArrayLike, threshold: float, *, sample_weight: ArrayLike | None = None
) -> CutoffErrors:
    """Precision and recall of bads where everyone at or above a risk is declined.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk.
    threshold : float
        The lowest risk that is declined.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    CutoffErrors

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    Examples
    --------
    >>> errors_at([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.4).precision
    0.5
    """
    outcome = _checks.outcomes(bad)
    weight = _checks.weights(sample_weight, outcome)
    declined = _checks.finite("risk", risk, outcome.size) >= threshold
    out, bads = float(weight[declined].sum()), float(weight[declined] @ outcome[declined])
    all_bads = float(weight @ outcome)
    total = float(weight.sum())
    return CutoffErrors(
        bads / out if out > 0 else float("nan"),
        bads / all_bads,
        (out - bads) / (total - all_bads),
        out / total,
    )


@dataclass(frozen=True, slots=True)
class AucComparison:
    """Two areas under the ROC curve of the same rows.

    Attributes
    ----------
    auc, reference_auc : float
        Of the score, and of what it is compared with.
    difference, standard_error : float
        Score minus reference, and its standard error.
    z, p_value : float
        Difference by standard error, and its two-sided p-value; NaN where there is no spread.
    """

    auc: float
    reference_auc: float
    difference: float
    standard_error: float
    z: float
    p_value: float

    def __str__(self) -> str:
        return (
            f"AUC {self.auc:.4f} against {self.reference_auc:.4f}: {self.difference:+.4f} "
            f"(standard error {self.standard_error:.4f}, p {self.p_value:.4g})"
        )


def compare_auc(bad: ArrayLike, risk: ArrayLike, reference_risk: ArrayLike) -> AucComparison:
    """Compare two correlated areas by DeLong's test, in the time that sorting takes.

    It takes rows for independent: where applicants come several times, use `performance_difference` or a
    `Resampling` by applicant.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; at least two of each.
    risk, reference_risk : array-like of shape (n_applications,)
        Any finite numbers that grow with risk.

    Returns
    -------
    AucComparison

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or there are fewer than two of a class.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44. Sun and Xu (2014), Fast implementation of
    DeLong's algorithm, IEEE Signal Processing Letters 21.

    Examples
    --------
    >>> compare_auc([0, 0, 1, 1], [1, 2, 3, 4], [1, 3, 2, 4]).difference
    0.25
    """
    from scipy.special import ndtr
    from scipy.stats import rankdata

    outcome = _checks.outcomes(bad)
    is_bad = outcome == 1
    n_bad, n_good = int(is_bad.sum()), int((~is_bad).sum())
    if min(n_bad, n_good) < 2:
        raise ParameterError.must_be("bad", "at least two goods and two bads", f"{n_good} and {n_bad}")
    areas, of_bads, of_goods = [], [], []
    for name, values in (("risk", risk), ("reference_risk", reference_risk)):
        numbers = _checks.finite(name, values, outcome.size)
        ranks = rankdata(numbers)
        won = (ranks[is_bad] - rankdata(numbers[is_bad])) / n_good
        lost = 1.0 - (ranks[~is_bad] - rankdata(numbers[~is_bad])) / n_bad
        areas.append(float(won.mean()))
        of_bads.append(won)
        of_goods.append(lost)
    spread = np.var(of_bads[0] - of_bads[1], ddof=1) / n_bad
    spread += np.var(of_goods[0] - of_goods[1], ddof=1) / n_good
    error, difference = float(spread) ** 0.5, areas[0] - areas[1]
    z = difference / error if error > 0 else float("nan")
    return AucComparison(areas[0], areas[1], difference, error, z, float(2.0 * ndtr(-abs(z))))
