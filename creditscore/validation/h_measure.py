"""The H-measure: how much of the loss through misclassification a score saves, over a spread of costs."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.validation import _checks

Floats = NDArray[np.float64]
# Keeps its draws apart from those of other figures with the same seed.
_PURPOSE: Final = 9


def h_measure(
    bad: ArrayLike,
    risk: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    severity_ratio: float | None = None,
) -> float:
    """Share of the expected loss through misclassification that a score saves.

    A good that is declined costs ``c``, a bad that is approved ``1 - c``; ``c`` is spread as a Beta
    distribution with its mode at ``severity_ratio / (1 + severity_ratio)``, the same for every score that is
    judged on the same applications. At each ``c`` the best cut-off is taken.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.
    severity_ratio : float, optional
        How much worse it is to decline a good than to approve a bad, above 0; default: bads by goods.

    Returns
    -------
    float
        Within 0 and 1; 0 saves nothing, 1 is perfect.

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, one of the classes is absent, or the ratio is not
        above 0.

    References
    ----------
    Hand (2009), Measuring classifier performance, Machine Learning 77. Anagnostopoulos, Hand and Adams
    (2012), Measuring classification performance: the hmeasure package, whose defaults these are.

    Examples
    --------
    >>> h_measure([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4])
    1.0
    >>> h_measure([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.5
    """
    outcome = _checks.outcomes(bad)
    weight = _checks.weights(sample_weight, outcome)
    numbers = _checks.finite("risk", risk, outcome.size)
    if severity_ratio is not None and not (np.isfinite(severity_ratio) and severity_ratio > 0):
        raise ParameterError.must_be("severity_ratio", "a finite number above 0", severity_ratio)
    return _saved(*grouped(outcome, numbers, weight), severity_ratio)


def h_measure_interval(
    bad: ArrayLike,
    risk: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    resamples: int = 500,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float, float]:
    """Return the H-measure and the ends of its percentile bootstrap interval.

    Parameters
    ----------
    bad, risk, sample_weight : array-like of shape (n_applications,)
        As for `h_measure`.
    resamples : int, default=500
        How many, at least 2; one without both classes is drawn again.
    level : float, default=0.95
        Confidence, between 0 and 1.
    seed : int, default=0
        0 or more.

    Returns
    -------
    tuple of float
        Value, lower and upper end, within 0 and 1.

    Raises
    ------
    ParameterError
        As for `h_measure`.

    Examples
    --------
    >>> h_measure_interval([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], resamples=20)
    (1.0, 1.0, 1.0)
    """
    value = h_measure(bad, risk, sample_weight=sample_weight)
    outcome = _checks.outcomes(bad)
    weight = _checks.weights(sample_weight, outcome)
    numbers = _checks.finite("risk", risk, outcome.size)
    random, found = np.random.default_rng([seed, _PURPOSE]), list[float]()
    while len(found) < resamples:
        counts = weight * np.bincount(
            random.integers(outcome.size, size=outcome.size), minlength=outcome.size
        )
        if 0.0 < float(counts @ outcome) < float(counts.sum()):
            found.append(_saved(*grouped(outcome, numbers, counts), None))
    low, high = np.quantile(found, ((1.0 - level) / 2.0, (1.0 + level) / 2.0))
    return value, float(low), float(high)


def grouped(outcome: Floats, risk: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Sum weights of bads and of all by rising risk, ties together.

    Arrays: all of shape (n_applications,); the results have the shape (n_distinct_risks,).
    """
    _, tie = np.unique(risk, return_inverse=True)
    sums = (np.bincount(tie, values).astype(np.float64) for values in (weight * outcome, weight))
    return next(sums), next(sums)


def _saved(bads: Floats, weight: Floats, severity_ratio: float | None) -> float:
    """Integrate the least loss over costs: where the cut-off may be anywhere, it lies on the convex hull.

    Arrays: ``bads`` and ``weight`` of shape (n_distinct_risks,).
    """
    from scipy.optimize import isotonic_regression
    from scipy.special import betainc

    there = weight > 0
    bads, weight = bads[there], weight[there]
    share = float(bads.sum() / weight.sum())
    ratio = share / (1.0 - share) if severity_ratio is None else severity_ratio
    shape = 1.0 + 1.0 / ratio
    # Along the hull, the share of bads rises: those above a cost are declined at it.
    hull = np.clip(isotonic_regression(bads / weight, weights=weight).x, 0.0, 1.0)
    of_goods, of_bads = 2.0 / (2.0 + shape), shape / (2.0 + shape)

    def loss(good: Floats, ill: Floats, at: Floats) -> float:
        declined = of_goods * betainc(3.0, shape, at)
        approved = of_bads * (1.0 - betainc(2.0, 1.0 + shape, at))
        return float((good * declined + ill * approved).sum())

    worst = loss(*(np.array([part]) for part in (1.0 - share, share, share)))
    least = loss(weight - bads, bads, hull) / float(weight.sum())
    return min(max(1.0 - least / worst, 0.0), 1.0)
