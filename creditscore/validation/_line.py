"""The logistic regression of outcomes on one score, fitted again and again under other weights.

Rows whose scores lie close together are lumped: within a lump the likelihood is its Taylor series about the
mean score, of third order, whose coefficients are sums over the rows. So a resample costs one pass over its
rows and no exponential for each of them. What the series leaves out is below what rounding leaves out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore.validation import _kernels

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

_STEPS = 60
# Newton's error is squared by each step, so a step this small leaves none that float64 can show.
_LAST_STEP = 1e-7
_ROUNDING = 1e-12
_SINGULAR = 1e-14
# Lumps in one standard deviation of the score; where there are no more rows than this, each is its own.
_LUMPS: Final = 512
_FEW: Final = 4_096
# Up to which standardised slope a lump is narrow: half of its width times the slope stays below .02.
_STEEPEST: Final = 0.02 * 2 * _LUMPS

# what `likelihood` sums up: deviance/2, its gradient, and its Hessian
LOSS, BY_INTERCEPT, BY_SLOPE, CURVED, CURVED_BOTH, CURVED_SLOPE = range(6)
SUMS = 6
_MOMENTS = 4


@nested
def lumped(
    x: Floats, bad: Floats, weight: Floats, lump: Numbers, centre: Floats
) -> tuple[Floats, float, float, float]:
    """Moments of weights about the centre of each lump, weight of bads and their sum of x, and a limit.

    The limit is the slope that maximum likelihood runs off to: inf, -inf, NaN for a constant x, 0 where it
    is finite.
    """
    moments = np.zeros((centre.size, _MOMENTS))
    lowest, highest = np.array([np.inf, np.inf]), np.array([-np.inf, -np.inf])
    bads = 0.0
    sum_of_bads = 0.0
    for row in range(x.size):
        w = weight[row]
        if w == 0.0:
            continue
        here = lump[row]
        away = x[row] - centre[here]
        moments[here, 0] += w
        moments[here, 1] += w * away
        moments[here, 2] += w * away * away
        moments[here, 3] += w * away * away * away
        bads += w * bad[row]
        sum_of_bads += w * bad[row] * x[row]
        outcome = int(bad[row])
        lowest[outcome] = min(lowest[outcome], x[row])
        highest[outcome] = max(highest[outcome], x[row])
    limit = 0.0
    if min(lowest[0], lowest[1]) == max(highest[0], highest[1]):
        limit = np.nan
    elif highest[0] <= lowest[1]:
        limit = np.inf
    elif highest[1] <= lowest[0]:
        limit = -np.inf
    return moments, bads, sum_of_bads, limit


@nested
def likelihood(centre: Floats, moments: Floats, intercept: float, slope: float) -> Floats:
    """Deviance/2, its gradient (2) and its Hessian (3) for P(bad) = expit(intercept + slope * x), no bads."""
    sums = np.zeros(SUMS)
    for lump in range(centre.size):
        w, first, second, third = moments[lump]
        x = centre[lump]
        logit = intercept + slope * x
        small = math.exp(-abs(logit))
        p = 1.0 / (1.0 + small) if logit >= 0.0 else small / (1.0 + small)
        p1 = small / ((1.0 + small) * (1.0 + small))
        p2 = p1 * (1.0 - 2.0 * p)
        p3 = p1 * (1.0 - 6.0 * p1)
        first_s, second_s, third_s = slope * first, slope * slope * second, slope * slope * slope * third
        softplus = math.log1p(small) + max(logit, 0.0)
        error = w * p + first_s * p1 + second_s * p2 / 2.0 + third_s * p3 / 6.0
        curved = w * p1 + first_s * p2 + second_s * p3 / 2.0
        leaning = first * p1 + slope * second * p2 + slope * slope * third * p3 / 2.0
        sums[LOSS] += w * softplus + first_s * p + second_s * p1 / 2.0 + third_s * p2 / 6.0
        sums[BY_INTERCEPT] += error
        sums[BY_SLOPE] += x * error + first * p + slope * second * p1 + slope * slope * third * p2 / 2.0
        sums[CURVED] += curved
        sums[CURVED_BOTH] += x * curved + leaning
        sums[CURVED_SLOPE] += x * (x * curved + 2.0 * leaning) + second * p1 + slope * third * p2
    return sums


@nested
def at(
    centre: Floats, moments: Floats, bads: float, sum_of_bads: float, intercept: float, slope: float
) -> Floats:
    """Add what bads say to the likelihood."""
    sums = likelihood(centre, moments, intercept, slope)
    sums[LOSS] -= intercept * bads + slope * sum_of_bads
    sums[BY_INTERCEPT] -= bads
    sums[BY_SLOPE] -= sum_of_bads
    return sums


@compiled
def calibration_line(
    x: Floats, bad: Floats, weight: Floats, lump: Numbers, centre: Floats, intercept: float, slope: float
) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcome on x, by damped Newton steps.

    The deviance is convex, so a step that does not lower it is halved until it does. Where the
    likelihood has no maximum the slope is infinite (or NaN for a constant x) and the intercept NaN.
    x should come centred and scaled, where the steps are best conditioned.
    """
    moments, bads, sum_of_bads, limit = lumped(x, bad, weight, lump, centre)
    if limit != 0.0:
        return limit, np.nan
    now = at(centre, moments, bads, sum_of_bads, intercept, slope)
    for _ in range(_STEPS):
        determinant = now[CURVED] * now[CURVED_SLOPE] - now[CURVED_BOTH] * now[CURVED_BOTH]
        if determinant <= _SINGULAR * now[CURVED] * now[CURVED_SLOPE]:
            return np.nan, np.nan
        step_intercept = (
            now[CURVED_SLOPE] * now[BY_INTERCEPT] - now[CURVED_BOTH] * now[BY_SLOPE]
        ) / determinant
        step_slope = (now[CURVED] * now[BY_SLOPE] - now[CURVED_BOTH] * now[BY_INTERCEPT]) / determinant
        while abs(step_intercept) + abs(step_slope) > _LAST_STEP * (1.0 + abs(slope)):
            tried = at(centre, moments, bads, sum_of_bads, intercept - step_intercept, slope - step_slope)
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


@dataclass(frozen=True, slots=True, eq=False)
class LineFit:
    """Log-odds centred and scaled, how they are lumped, and where the search for a line starts."""

    bad: Floats
    standardised: Floats
    lump: Numbers
    middle: Floats
    centre: float
    scale: float
    start: tuple[float, float]

    @classmethod
    def of(cls, bad: Floats, log_odds: Floats, weight: Floats) -> LineFit:
        """Start from the line that knows the bad rate alone, from which every step is tame."""
        centre, scale = float(log_odds.mean()), float(log_odds.std()) or 1.0
        bad_rate = _kernels.weighted_mean(bad, weight)
        base = float(np.log(bad_rate / (1.0 - bad_rate)))
        x = (log_odds - centre) / scale
        return cls(bad, x, *_lumps(x), centre, scale, (base, 0.0))

    def resumed(self, weight: Floats) -> LineFit:
        """The same, starting from the line under these weights, near which resamples end up."""
        slope, intercept = self._scaled(weight)
        return replace(self, start=(intercept, slope)) if np.isfinite(slope) else self

    def line(self, weight: Floats) -> tuple[float, float]:
        """Slope and intercept under weights."""
        scaled, intercept = self._scaled(weight)
        slope = scaled / self.scale
        return slope, intercept - slope * self.centre

    def _scaled(self, weight: Floats) -> tuple[float, float]:
        found = calibration_line(
            self.standardised, self.bad, weight, self.lump, self.middle, *self.start
        )
        if self.middle.size < self.standardised.size and not abs(found[0]) < _STEEPEST:
            alone = np.arange(self.standardised.size)
            found = calibration_line(
                self.standardised, self.bad, weight, alone, self.standardised, *self.start
            )
        return float(found[0]), float(found[1])


def _lumps(x: Floats) -> tuple[Numbers, Floats]:
    """Number the lump of each row, and take the mean of each lump."""
    if x.size <= _FEW:
        return np.arange(x.size), x
    # No row is further from the mean than the root of their number, so that this is no large range.
    number = np.floor((x - x.min()) * _LUMPS).astype(np.int64)
    rows = np.bincount(number)
    there = np.flatnonzero(rows)
    lump = (np.cumsum(rows > 0) - 1)[number]
    return lump, np.bincount(lump, x) / rows[there]
