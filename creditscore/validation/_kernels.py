"""Compiled statistics of weighted rows; a bootstrap resample is nothing but other weights."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested

Floats = NDArray[np.float64]

_STEPS = 60
# Newton's error is squared by each step, so a step this small leaves none that float64 can show.
_LAST_STEP = 1e-7
_ROUNDING = 1e-12
_SINGULAR = 1e-14

# what `likelihood` sums up: deviance/2, its gradient, and its Hessian
LOSS, BY_INTERCEPT, BY_SLOPE, CURVED, CURVED_BOTH, CURVED_SLOPE = range(6)
SUMS = 6


@compiled
def ranking(risk: Floats, bad: Floats, weight: Floats) -> tuple[float, float]:
    """AUC with ties counted one half, and two-sided KS; rows must come by ascending risk."""
    all_bads = 0.0
    all_goods = 0.0
    for row in range(risk.size):
        all_bads += weight[row] * bad[row]
        all_goods += weight[row] * (1.0 - bad[row])
    bads = 0.0
    goods = 0.0
    wins = 0.0
    largest_gap = 0.0
    row = 0
    while row < risk.size:
        tied_bads = 0.0
        tied_goods = 0.0
        level = risk[row]
        while row < risk.size and risk[row] == level:
            tied_bads += weight[row] * bad[row]
            tied_goods += weight[row] * (1.0 - bad[row])
            row += 1
        wins += tied_bads * (goods + 0.5 * tied_goods)
        bads += tied_bads
        goods += tied_goods
        largest_gap = max(largest_gap, abs(bads / all_bads - goods / all_goods))
    return wins / (all_bads * all_goods), min(largest_gap, 1.0)


@compiled
def weighted_mean(values: Floats, weight: Floats) -> float:
    """Mean of values under weights."""
    total = 0.0
    weights = 0.0
    for row in range(values.size):
        total += weight[row] * values[row]
        weights += weight[row]
    return total / weights


@nested
def separation(x: Floats, bad: Floats, weight: Floats) -> float:
    """Slope that maximum likelihood runs off to: inf, -inf, NaN for a constant x, 0 where it is finite."""
    lowest = np.array([np.inf, np.inf])
    highest = np.array([-np.inf, -np.inf])
    for row in range(x.size):
        if weight[row] > 0.0:
            outcome = int(bad[row])
            lowest[outcome] = min(lowest[outcome], x[row])
            highest[outcome] = max(highest[outcome], x[row])
    if min(lowest[0], lowest[1]) == max(highest[0], highest[1]):
        return np.nan
    if highest[0] <= lowest[1]:
        return np.inf
    if highest[1] <= lowest[0]:
        return -np.inf
    return 0.0


@nested
def likelihood(x: Floats, bad: Floats, weight: Floats, intercept: float, slope: float) -> Floats:
    """Deviance/2, its gradient (2) and its Hessian (3) for P(bad) = expit(intercept + slope * x)."""
    sums = np.zeros(SUMS)
    for row in range(x.size):
        w = weight[row]
        if w == 0.0:
            continue
        logit = intercept + slope * x[row]
        small = math.exp(-abs(logit))
        probability = 1.0 / (1.0 + small) if logit >= 0.0 else small / (1.0 + small)
        curvature = w * small / ((1.0 + small) * (1.0 + small))
        error = w * (probability - bad[row])
        sums[LOSS] += w * (math.log1p(small) + max(logit, 0.0) - bad[row] * logit)
        sums[BY_INTERCEPT] += error
        sums[BY_SLOPE] += error * x[row]
        sums[CURVED] += curvature
        sums[CURVED_BOTH] += curvature * x[row]
        sums[CURVED_SLOPE] += curvature * x[row] * x[row]
    return sums


@compiled
def calibration_line(
    x: Floats, bad: Floats, weight: Floats, intercept: float, slope: float
) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcome on x, by damped Newton steps.

    The deviance is convex, so a step that does not lower it is halved until it does. Where the
    likelihood has no maximum the slope is infinite (or NaN for a constant x) and the intercept NaN.
    x should come centred and scaled, where the steps are best conditioned.
    """
    limit = separation(x, bad, weight)
    if limit != 0.0:
        return limit, np.nan
    now = likelihood(x, bad, weight, intercept, slope)
    for _ in range(_STEPS):
        determinant = now[CURVED] * now[CURVED_SLOPE] - now[CURVED_BOTH] * now[CURVED_BOTH]
        if determinant <= _SINGULAR * now[CURVED] * now[CURVED_SLOPE]:
            return np.nan, np.nan
        step_intercept = (
            now[CURVED_SLOPE] * now[BY_INTERCEPT] - now[CURVED_BOTH] * now[BY_SLOPE]
        ) / determinant
        step_slope = (now[CURVED] * now[BY_SLOPE] - now[CURVED_BOTH] * now[BY_INTERCEPT]) / determinant
        while abs(step_intercept) + abs(step_slope) > _LAST_STEP * (1.0 + abs(slope)):
            tried = likelihood(x, bad, weight, intercept - step_intercept, slope - step_slope)
            if tried[LOSS] <= now[LOSS] * (1.0 + _ROUNDING):
                now = tried
                break
            step_intercept *= 0.5
            step_slope *= 0.5
        else:
            return slope - step_slope, intercept - step_intercept
        intercept -= step_intercept
        slope -= step_slope
    return slope, intercept
