"""Affine calibration on the log-odds scale."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.errors import FittingError
from creditscore.model.affine import AffineCalibration
from creditscore.model.scale import probability_of_default

NEWTON_STEPS: Final = 50
HALVINGS: Final = 30
FLAT_SLOPE: Final = 0.01


def fit_affine(
    raw: NDArray[np.float64],
    bad: NDArray[np.float64],
    sample_weight: NDArray[np.float64] | None = None,
    *,
    flatten: bool = False,
) -> AffineCalibration:
    """Fit the line by logistic regression on raw log-odds of rows that the model has not seen.

    Targets are those of Lin, Lin and Weng: ``(bads + 1) / (bads + 2)`` for a bad and ``1 / (goods + 2)``
    for a good, which keeps the optimum finite however well the classes part. The Newton steps are of a
    fixed number, so that the same rows give the same bits.

    Parameters
    ----------
    raw : ndarray of float64, shape (n_rows,)
        Raw log-odds of bad.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    sample_weight : ndarray of float64, shape (n_rows,), optional
        Weights, 0 or more; by default 1 each.
    flatten : bool
        What to do when the slope is not above 0: take a nearly flat line through the log-odds of the
        share of bads (True), or raise (False).

    Returns
    -------
    AffineCalibration

    Raises
    ------
    FittingError
        If the slope is not above 0 and ``flatten`` is False, or if there is no row.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines.
    Lin, Lin and Weng (2007), A note on Platt's probabilistic outputs for support vector machines.

    Examples
    --------
    >>> fit_affine(np.array([-1.0, -1.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0, 1.0]), flatten=True).flattened
    True
    """
    weight = np.ones(len(raw)) if sample_weight is None else sample_weight
    target = _targets(bad, weight)
    centre = float(np.average(raw, weights=weight))
    spread = float(np.sqrt(np.average((raw - centre) ** 2, weights=weight)))
    if spread <= 1e-12 * max(1.0, abs(centre)):
        return AffineCalibration(1.0, _logit(float(np.average(target, weights=weight))) - centre)
    slope, intercept = _newton((raw - centre) / spread, target, weight)
    slope /= spread
    if slope > 0:
        return AffineCalibration(slope, intercept - slope * centre)
    if flatten:
        level = _logit(float(np.average(target, weights=weight)))
        return AffineCalibration(FLAT_SLOPE, level - FLAT_SLOPE * centre, flattened=True)
    raise FittingError(
        f"The calibration slope is {slope:.4g}, not above 0: on {len(raw)} rows that it had not seen the "
        "model ranks no better than chance. Check the labels and the features, or give more rows."
    )


def _targets(bad: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(bad) == 0 or weight.sum() <= 0:
        raise FittingError("There are no rows to calibrate on. Give rows with a weight above 0.")
    bads = float(weight @ bad)
    goods = float(weight.sum()) - bads
    return np.where(bad > 0, (bads + 1.0) / (bads + 2.0), 1.0 / (goods + 2.0))


def _logit(probability: float) -> float:
    return float(np.log(probability) - np.log1p(-probability))


def _loss(z: NDArray[np.float64], target: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    return float(weight @ (np.logaddexp(0.0, z) - target * z))


def _newton(
    x: NDArray[np.float64], target: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float]:
    """Minimise the log loss of ``slope * x + intercept``; x is standardised."""
    design = np.column_stack([x, np.ones_like(x)])
    line = np.array([0.0, _logit(float(np.average(target, weights=weight)))])
    loss = _loss(design @ line, target, weight)
    for _ in range(NEWTON_STEPS):
        probability = probability_of_default(design @ line)
        gradient = design.T @ (weight * (probability - target))
        hessian = (design * (weight * probability * (1.0 - probability))[:, None]).T @ design
        step = np.linalg.solve(hessian + 1e-12 * np.trace(hessian) * np.eye(2), gradient)
        for _ in range(HALVINGS):
            tried = _loss(design @ (line - step), target, weight)
            if tried <= loss:
                line, loss = line - step, tried
                break
            step = step / 2.0
        else:
            break
    return float(line[0]), float(line[1])
