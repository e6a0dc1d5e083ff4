"""Make a line that was learned from single models fit their mean, which is steadier and is what is deployed.

What a model says of a row is part signal and part chance of the rows that it was grown on. In the mean of
several models there is less chance; so its log-odds lie closer together than those of one model, by which the
line was learned, and by that line they would lie too close together. How much closer can be told without new
outcomes: from how far the models differ on the same rows.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.model.scale import probability_of_default

# Of its spread, what the mean of models keeps at least, whatever they differ.
LEAST_KEPT: Final = 0.25
_FEWEST_MODELS: Final = 3
_STEPS: Final = 60
_FAR: Final = 8.0


def disagreement(raw: Float64, part: Int64) -> Float64:
    """Variance, on each row, among the models that were grown on its applicant.

    Parameters
    ----------
    raw : ndarray of float64, shape (n_parts, n_rows)
        Log-odds of each row by the model of each part, which was grown on the other parts.
    part : ndarray of int64, shape (n_rows,)
        The part of each row.

    Returns
    -------
    ndarray of float64, shape (n_rows,)
        0 where fewer than two models were grown on a row.

    Examples
    --------
    >>> raw = np.array([[9.0, 1.0], [1.0, 9.0], [3.0, 3.0]])
    >>> disagreement(raw, np.array([0, 1])).tolist()
    [2.0, 2.0]
    """
    parts, rows = raw.shape
    if parts < _FEWEST_MODELS:
        return np.zeros(rows)
    kept = part[np.newaxis] != np.arange(parts)[:, np.newaxis]
    mean = np.where(kept, raw, 0.0).sum(axis=0) / (parts - 1)
    squared = np.where(kept, (raw - mean) ** 2, 0.0).sum(axis=0)
    return np.asarray(squared / (parts - 2), np.float64)


def kept_by_mean(z: Float64, weight: Float64, differing: Float64, models: int) -> float:
    """Estimate the share of the variance of one model's log-odds that the mean of several keeps.

    Parameters
    ----------
    z : ndarray of float64, shape (n_rows,)
        By one model each, that was not grown on the row.
    weight, differing : ndarray of float64, shape (n_rows,)
        Weights, above 0, and the variance among models.
    models : int
        How many the mean is of.

    Returns
    -------
    float
        From 0.25 to 1.

    References
    ----------
    Breiman (1996), Bagging predictors, section 4: what the mean of predictors takes off is their variance.
    """
    centre = np.average(z, weights=weight)
    whole = float(np.average((z - centre) ** 2, weights=weight))
    chance = float(np.average(differing, weights=weight)) * (1.0 - 1.0 / models)
    return 1.0 if whole <= 0.0 else max(1.0 - chance / whole, LEAST_KEPT)


def steadied(line: tuple[float, float], z: Float64, weight: Float64, kept: float) -> tuple[float, float]:
    """Turn a line of log-odds of single models into one of those of their mean.

    The signal of both is the same, so the slope grows as the variance falls. The mean probability stays.

    Parameters
    ----------
    line : (float, float)
        Slope and intercept, learned from `z`.
    z : ndarray of float64, shape (n_rows,)
    weight : ndarray of float64, shape (n_rows,)
        Above 0.
    kept : float
        From `kept_by_mean`.

    Returns
    -------
    (float, float)
        Slope and intercept.

    References
    ----------
    Fuller (1987), Measurement error models, chapter 1: the slope on what is measured with an error is that on
    the truth times the share of the variance that is no error.

    Examples
    --------
    >>> z = np.array([-3.0, -2.0, -1.0])
    >>> slope, intercept = steadied((1.0, 0.0), z, np.ones(3), 0.8)
    >>> slope, -0.3 < intercept + slope * -2.0 + 2.0 < 0.3
    (1.25, True)
    """
    slope, intercept = line
    centre = float(np.average(z, weights=weight))
    away = (z - centre) * np.sqrt(kept)
    aim = float(np.average(probability_of_default(intercept + slope * z), weights=weight))
    low, high = (intercept + slope * centre + far for far in (-_FAR, _FAR))
    for _ in range(_STEPS):
        level = (low + high) / 2.0
        mean = np.average(probability_of_default(level + slope / kept * away), weights=weight)
        low, high = (low, level) if mean > aim else (level, high)
    return slope / kept, (low + high) / 2.0 - slope / kept * centre
