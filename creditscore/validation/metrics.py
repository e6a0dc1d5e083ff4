"""Discrimination and calibration of a score as single numbers.

In every function 1 is bad and a higher risk is riskier, so a useful score has an AUC above one half.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.validation import _checks, _kernels
from creditscore.validation._line import LineFit


def auc(bad: ArrayLike, risk: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Probability that a random bad is ranked riskier than a random good, ties counting one half.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk: a probability of default, log-odds of bad, minus a score.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    float
        Within 0 and 1; 0.5 is no discrimination, 1 is perfect, below 0.5 ranks backwards.

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    References
    ----------
    Hanley and McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143.

    Examples
    --------
    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    return float(_ranking(bad, risk, sample_weight)[0])


def gini(bad: ArrayLike, risk: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Gini coefficient of a score (accuracy ratio, Somers' D): ``2 * auc - 1``.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    float
        Within -1 and 1; 0 is no discrimination, 1 is perfect, negative ranks backwards.

    Raises
    ------
    ParameterError
        As for :func:`auc`.

    Examples
    --------
    >>> gini([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.5
    """
    return 2.0 * auc(bad, risk, sample_weight=sample_weight) - 1.0


def ks(bad: ArrayLike, risk: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Kolmogorov-Smirnov distance: the largest gap between the risk distributions of goods and bads.

    Two-sided, so it does not tell a score that ranks backwards from one that ranks well; the AUC does.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    float
        Within 0 and 1; 0 is no discrimination, 1 is perfect separation.

    Raises
    ------
    ParameterError
        As for :func:`auc`.

    Examples
    --------
    >>> ks([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.5
    """
    return float(_ranking(bad, risk, sample_weight)[1])


def brier(
    bad: ArrayLike, probability_of_default: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Mean squared distance of the probability of default from the outcome.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    probability_of_default : array-like of shape (n_applications,)
        Within 0 and 1.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    float
        Within 0 and 1; lower is better.

    Raises
    ------
    ParameterError
        If the rows do not match, a probability lies outside 0 and 1, or one of the classes is absent.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78.

    Examples
    --------
    >>> brier([0, 1], [0.5, 0.5])
    0.25
    """
    outcome, weight = _outcomes(bad, sample_weight)
    predicted = _checks.probabilities(probability_of_default, outcome.size)
    return float(_kernels.weighted_mean((predicted - outcome) ** 2, weight))


def log_loss(
    bad: ArrayLike, probability_of_default: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Mean negative log-likelihood of the outcomes, in nats.

    Probabilities are not clipped: a default that was called impossible costs infinity.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    probability_of_default : array-like of shape (n_applications,)
        Within 0 and 1.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    float
        0 or more; lower is better; ``log(2)`` for a coin.

    Raises
    ------
    ParameterError
        As for :func:`brier`.

    Examples
    --------
    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    outcome, weight = _outcomes(bad, sample_weight)
    predicted = _checks.probabilities(probability_of_default, outcome.size)
    given = np.where(outcome == 1, predicted, 1.0 - predicted)
    impossible = (given == 0) & (weight > 0)
    if impossible.any():
        return float("inf")
    losses = -np.log(np.where(given == 0, 1.0, given))
    return float(_kernels.weighted_mean(losses, weight))


class CalibrationLine(NamedTuple):
    """Logistic regression of the outcome on predicted log-odds.

    Attributes
    ----------
    slope : float
        1 is ideal; below 1 the predictions are too extreme, above 1 too timid.
    intercept : float
        0 is ideal at slope 1, in log-odds of bad; above 0 there were more bads than predicted.
    """

    slope: float
    intercept: float


def calibration_slope_intercept(
    bad: ArrayLike, log_odds: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> CalibrationLine:
    """Fit ``log-odds of bad = intercept + slope * predicted log-odds`` by maximum likelihood.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    log_odds : array-like of shape (n_applications,)
        Predicted log-odds of bad, ``log(PD / (1 - PD))``, finite.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    CalibrationLine
        Slope and intercept. Where goods and bads do not overlap the slope is infinite, where all
        predictions are equal it is NaN; the intercept is then NaN, as neither has a maximum.

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45.

    Examples
    --------
    >>> import numpy as np
    >>> log_odds = np.log([1 / 3, 1 / 3, 1 / 3, 1 / 3, 3, 3, 3, 3])
    >>> line = calibration_slope_intercept([1, 0, 0, 0, 1, 1, 1, 0], log_odds)
    >>> round(line.slope, 6), abs(round(line.intercept, 6))
    (1.0, 0.0)
    """
    outcome, weight = _outcomes(bad, sample_weight)
    predicted = _checks.finite("log_odds", log_odds, outcome.size)
    return CalibrationLine(*LineFit.of(outcome, predicted, weight).line(weight))


def _ranking(bad: ArrayLike, risk: ArrayLike, sample_weight: ArrayLike | None) -> tuple[float, float]:
    outcome, weight = _outcomes(bad, sample_weight)
    numbers = _checks.finite("risk", risk, outcome.size)
    order = np.argsort(numbers, kind="stable")
    return _kernels.ranking(numbers[order], outcome[order], weight[order])


def _outcomes(
    bad: ArrayLike, sample_weight: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    outcome = _checks.outcomes(bad)
    return outcome, _checks.weights(sample_weight, outcome)
