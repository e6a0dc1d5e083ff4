"""Whether probabilities hold: by grade, over all, and which part of the Brier score is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.validation import _checks
from creditscore.validation.curves import calibration_table

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]


class Significance(NamedTuple):
    """A statistic and how often chance alone reaches it.

    Attributes
    ----------
    statistic : float
        As the test defines it.
    p_value : float
        Within 0 and 1; small speaks against the probabilities.
    """

    statistic: float
    p_value: float


class BrierParts(NamedTuple):
    """The Brier score of grouped forecasts: ``reliability - resolution + uncertainty``.

    Attributes
    ----------
    reliability : float
        How far forecasts lie from what came, 0 or more; lower is better.
    resolution : float
        How far outcomes of the groups lie apart, 0 or more; higher is better.
    uncertainty : float
        The variance of outcomes, which no score changes.
    """

    reliability: float
    resolution: float
    uncertainty: float


@dataclass(frozen=True, slots=True, eq=False)
class GradeTests:
    """Predicted against observed, grade by grade.

    Attributes
    ----------
    grades : tuple of str
        Names, in the order of their mean probability.
    applications, bads : ndarray of int64, shape (n_grades,)
        Rows, and how many of them are bad.
    predicted, observed : ndarray of float64, shape (n_grades,)
        Mean probability of default, and share of bads.
    jeffreys, binomial : ndarray of float64, shape (n_grades,)
        One-sided p-values: small if more turned out bad than predicted.
    """

    grades: tuple[str, ...]
    applications: NDArray[np.int64]
    bads: NDArray[np.int64]
    predicted: Floats
    observed: Floats
    jeffreys: Floats
    binomial: Floats

    def to_frame(self) -> pandas.DataFrame:
        """One row for each grade, safest first."""
        import pandas

        names = ("applications", "bads", "predicted", "observed", "jeffreys", "binomial")
        return pandas.DataFrame({"grade": self.grades, **{name: getattr(self, name) for name in names}})

    def __str__(self) -> str:
        return self.to_frame().to_string(index=False, float_format="{:.4f}".format)

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False, float_format="{:.4f}".format))


def grade_tests(bad: ArrayLike, probability_of_default: ArrayLike, grades: ArrayLike) -> GradeTests:
    """Test the probability of each grade against what came, by Jeffreys' prior and by the exact binomial.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    probability_of_default : array-like of shape (n_applications,)
        Within 0 and 1; the mean of a grade is what is tested.
    grades : array-like of str or int, shape (n_applications,)
        Grade of each row.

    Returns
    -------
    GradeTests

    Raises
    ------
    ParameterError
        If the rows do not match, or a probability lies outside 0 and 1.

    References
    ----------
    European Central Bank (2019), Instructions for reporting the validation results of internal models,
    2.5.3.1 (Jeffreys test: the distribution Beta(D + 1/2, N - D + 1/2) at the probability).

    Examples
    --------
    >>> tests = grade_tests([0, 0, 0, 1, 0, 1, 1, 1], [0.2] * 4 + [0.3] * 4, ["A"] * 4 + ["B"] * 4)
    >>> tests.bads.tolist(), bool(tests.jeffreys[1] < 0.05)
    ([1, 3], True)
    """
    from scipy.special import bdtrc, betainc

    outcome = _checks.outcomes(bad)
    predicted = _checks.probabilities(probability_of_default, outcome.size)
    labels = np.asarray(grades).astype(str)
    if labels.shape != outcome.shape:
        raise ParameterError.must_be("grades", f"1-D with {outcome.size} rows", f"shape {labels.shape}")
    names, codes = np.unique(labels, return_inverse=True)
    rows = np.bincount(codes)
    bads = np.bincount(codes, outcome).astype(np.int64)
    means = np.bincount(codes, predicted) / rows
    order = np.argsort(means, kind="stable")
    rows, bads, means = rows[order], bads[order], means[order]
    return GradeTests(
        grades=tuple(names[order].tolist()),
        applications=rows.astype(np.int64),
        bads=bads,
        predicted=means,
        observed=bads / rows,
        jeffreys=np.asarray(betainc(bads + 0.5, rows - bads + 0.5, means), np.float64),
        binomial=np.where(bads > 0, bdtrc(np.maximum(bads - 1, 0), rows, means), 1.0),
    )


def spiegelhalter(bad: ArrayLike, probability_of_default: ArrayLike) -> Significance:
    """Test whether the Brier score is what the probabilities themselves promise.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    probability_of_default : array-like of shape (n_applications,)
        Within 0 and 1.

    Returns
    -------
    Significance
        Standard normal if the probabilities hold, with its two-sided p-value; above 0 the Brier score is
        worse than promised. NaN where every probability is 0, 1/2 or 1, of which nothing is promised.

    Raises
    ------
    ParameterError
        If the rows do not match, or a probability lies outside 0 and 1.

    References
    ----------
    Spiegelhalter (1986), Probabilistic prediction in patient management and clinical trials, Statistics in
    Medicine 5.

    Examples
    --------
    >>> round(spiegelhalter([0, 0, 0, 1], [0.25] * 4).statistic, 6)
    0.0
    """
    from scipy.special import ndtr

    outcome = _checks.outcomes(bad)
    predicted = _checks.probabilities(probability_of_default, outcome.size)
    tilt = 1.0 - 2.0 * predicted
    spread = float((tilt**2 * predicted * (1.0 - predicted)).sum())
    if spread == 0.0:
        return Significance(float("nan"), float("nan"))
    z = float(((outcome - predicted) * tilt).sum()) / spread**0.5
    return Significance(z, float(2.0 * ndtr(-abs(z))))


def hosmer_lemeshow(
    bad: ArrayLike, probability_of_default: ArrayLike, *, groups: int = 10, fitted: bool = False
) -> Significance:
    """Compare observed and predicted numbers of bads in groups of rising risk by chi-squared.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    probability_of_default : array-like of shape (n_applications,)
        Within 0 and 1. Equal ones are never split, so groups can be fewer.
    groups : int, default=10
        Groups of equal size at most, at least 3.
    fitted : bool, default=False
        Whether the probabilities were fitted on these rows, which costs two degrees of freedom.

    Returns
    -------
    Significance
        Infinite where a group had an outcome that was called impossible.

    Raises
    ------
    ParameterError
        If the rows do not match, or too few groups are left.

    References
    ----------
    Hosmer and Lemeshow (1980), Goodness of fit tests for the multiple logistic regression model.

    Examples
    --------
    >>> result = hosmer_lemeshow([0, 0, 1, 0, 1, 1], [0.2, 0.2, 0.5, 0.5, 0.9, 0.9], groups=3)
    >>> round(result.statistic, 4)
    0.7222
    """
    from scipy.special import chdtrc

    table = calibration_table(bad, probability_of_default, groups=_checks.at_least("groups", groups, 3))
    freedom = len(table.bads) - (2 if fitted else 0)
    if freedom < 1:
        raise ParameterError.must_be("groups", "enough to leave a degree of freedom", len(table.bads))
    rate = table.predicted
    missed = table.bads - table.applications * rate
    variance = table.applications * rate * (1.0 - rate)
    exact = np.abs(missed) <= 1e-12 * table.applications
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(exact, 0.0, missed**2 / variance)
    statistic = float(parts.sum())
    return Significance(statistic, float(chdtrc(freedom, statistic)))


def brier_parts(
    bad: ArrayLike,
    probability_of_default: ArrayLike,
    *,
    groups: int = 10,
    sample_weight: ArrayLike | None = None,
) -> BrierParts:
    """Take the Brier score apart over groups of rising risk.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    probability_of_default : array-like of shape (n_applications,)
        Within 0 and 1. The parts are those of forecasts that are the means of their groups.
    groups : int, default=10
        Groups of equal size at most, at least 1.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    BrierParts

    Raises
    ------
    ParameterError
        If the rows do not match, or a probability lies outside 0 and 1.

    References
    ----------
    Murphy (1973), A new vector partition of the probability score, Journal of Applied Meteorology 12.

    Examples
    --------
    >>> parts = brier_parts([0, 0, 0, 1, 0, 1, 1, 1], [0.25] * 4 + [0.75] * 4, groups=2)
    >>> parts.reliability, parts.resolution, parts.uncertainty
    (0.0, 0.0625, 0.25)
    """
    predicted, observed, share = _grouped(bad, probability_of_default, groups, sample_weight)
    mean = float(share @ observed)
    return BrierParts(
        float(share @ (predicted - observed) ** 2), float(share @ (observed - mean) ** 2), mean * (1.0 - mean)
    )


def expected_calibration_error(
    bad: ArrayLike,
    probability_of_default: ArrayLike,
    *,
    groups: int = 10,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Mean distance of the observed bad rate from the predicted one, over groups of equal size.

    Parameters
    ----------
    bad, probability_of_default, groups, sample_weight
        As for `brier_parts`; arrays of shape (n_applications,).

    Returns
    -------
    float
        Within 0 and 1; lower is better. It falls with fewer groups and rises with few rows: compare like with
        like.

    Raises
    ------
    ParameterError
        As for `brier_parts`.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian
    binning, AAAI.

    Examples
    --------
    >>> expected_calibration_error([0, 0, 0, 1, 0, 1, 1, 1], [0.5] * 4 + [0.75] * 4, groups=2)
    0.125
    """
    predicted, observed, share = _grouped(bad, probability_of_default, groups, sample_weight)
    return float(share @ np.abs(predicted - observed))


def _grouped(
    bad: ArrayLike, probability_of_default: ArrayLike, groups: int, sample_weight: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    outcome = _checks.outcomes(bad)
    predicted = _checks.probabilities(probability_of_default, outcome.size)
    weight = _checks.weights(sample_weight, outcome)
    kept = weight > 0.0
    table = calibration_table(outcome, predicted, sample_weight=sample_weight, groups=groups)
    ordered = weight[kept][np.argsort(predicted[kept], kind="stable")]
    starts = np.append(0, np.cumsum(table.applications)[:-1])
    share = np.add.reduceat(ordered, starts) / ordered.sum()
    return table.predicted, table.observed, share
