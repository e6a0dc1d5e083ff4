"""The statistics of one window: the chosen rows of one applicant, newest first, without NaN.

Each number is reduced row by row in one fixed order, so its bits depend on the rows alone.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY
from creditscore._ground.zones import Clock, local_day
from creditscore.features.kernels.codes import (
    ACTIVE_DAYS,
    AGE,
    CLUSTERS,
    COUNT,
    CV,
    DISTINCT,
    EXISTS,
    GAP_CV,
    GAP_MAX,
    GAP_MEAN,
    GAP_MEDIAN,
    GAP_STD,
    MAX,
    MEAN,
    MEDIAN,
    MIN,
    NEWEST,
    OLDEST,
    QUANTILE,
    RECENCY,
    RMAD,
    SLOPE,
    STD,
    STREAK,
    SUM,
)  # fmt: skip
from creditscore.features.kernels.order import median_in_place, middle

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

LONGEST_TREND = 60
SLOPES = LONGEST_TREND * (LONGEST_TREND - 1) // 2
# columns of the figures that the terms of a window share: of its values, of its gaps, and of its keys
TOTAL, LOW, HIGH, SQUARES = range(4)
GAP_TOTAL, GAP_LOW, GAP_HIGH, GAP_SQUARES = range(4, 8)
NEW_KEYS = 8
FIGURES = 9


@inner
def squared_deviations(values: F8, mean: float) -> float:
    """Return the sum of squared deviations from the mean.

    Arrays: ``values`` shape (n,), newest first.
    """
    squares = 0.0
    for i in range(values.size):
        squares += (values[i] - mean) * (values[i] - mean)
    return squares


@inner
def share(values: F8) -> float:
    """Return the share of values that are not 0.

    Arrays: ``values`` shape (n,), newest first.
    """
    nonzero = 0
    for i in range(values.size):
        nonzero += values[i] != 0.0
    return nonzero / values.size


@inner
def basic(code: int, values: F8, figures: F8) -> float:
    """Return a statistic of the basic family of one value or more.

    Arrays: ``values`` shape (n,), newest first; ``figures`` shape (9,).
    """
    n = values.size
    if code == COUNT:
        return float(n)
    if code == SUM:
        return float(figures[TOTAL])
    if code == EXISTS:
        return 1.0
    if code == MEAN:
        return float(figures[TOTAL] / n)
    if code == STD:
        return math.sqrt(figures[SQUARES] / (n - 1)) if n > 1 else math.nan
    if code == MIN:
        return float(figures[LOW])
    if code == MAX:
        return float(figures[HIGH])
    if code == CV:
        if n < 2 or figures[TOTAL] == 0.0:
            return math.nan
        return float(math.sqrt(figures[SQUARES] / (n - 1)) / abs(figures[TOTAL] / n))
    if code == NEWEST:
        return float(values[0])
    if code == OLDEST:
        return float(values[n - 1])
    return share(values)


@inner
def quantile(ordered: F8, level: float) -> float:
    """Return a quantile of sorted values by linear interpolation.

    Arrays: ``ordered`` shape (n,), ascending.
    """
    position = level * (ordered.size - 1)
    below = math.floor(position)
    above = min(below + 1, ordered.size - 1)
    return float(ordered[below] + (position - below) * (ordered[above] - ordered[below]))


@inner
def distinct(ordered: F8) -> float:
    """Return how many different values sorted values hold.

    Arrays: ``ordered`` shape (n,), ascending.
    """
    different = 1
    for i in range(ordered.size - 1):
        different += ordered[i + 1] != ordered[i]
    return float(different)


@inner
def rmad(ordered: F8, scratch: F8) -> float:
    """Return the scaled median absolute deviation over the absolute median of sorted values.

    Arrays: ``ordered`` shape (n,), ascending; ``scratch`` shape (1_770,) or longer.
    """
    centre = middle(ordered)
    if centre == 0.0:
        return math.nan
    for i in range(ordered.size):
        scratch[i] = abs(ordered[i] - centre)
    return 1.4826 * median_in_place(scratch[: ordered.size]) / abs(centre)


@inner
def theil_sen(values: F8, scratch: F8) -> float:
    """Return the median slope per row over all pairs of the newest rows; values are newest first.

    Arrays: ``values`` shape (n,), newest first; ``scratch`` shape (1_770,) or longer.
    """
    n = min(values.size, LONGEST_TREND)
    if n < 3:
        return math.nan
    filled = 0
    for i in range(n - 1):
        for j in range(i + 1, n):
            scratch[filled] = (values[i] - values[j]) / (j - i)
            filled += 1
    return median_in_place(scratch[:filled])


@inner
def by_order(code: int, values: F8, ordered: F8, argument: float, scratch: F8) -> float:
    """Return a statistic of the order family; ``ordered`` is ``values`` sorted.

    Arrays: ``values`` shape (n,), newest first; ``ordered`` shape (n,), ascending; ``scratch`` shape (1_770,)
    or longer.
    """
    if code == MEDIAN:
        return middle(ordered)
    if code == QUANTILE:
        return quantile(ordered, argument)
    if code == DISTINCT:
        return distinct(ordered)
    if code == RMAD:
        return rmad(ordered, scratch)
    slope = theil_sen(values, scratch)
    if code == SLOPE:
        return slope
    centre = abs(middle(ordered))
    return slope / centre if centre > 0.0 else math.nan


@inner
def gap_statistic(code: int, gaps: F8, figures: F8, scratch: F8) -> float:
    """Return a statistic of the days between neighbouring rows.

    Arrays: ``gaps`` shape (n - 1,) in days; ``figures`` shape (9,); ``scratch`` shape (1_770,) or longer.
    """
    n = gaps.size
    if n < 1:
        return math.nan
    if code == GAP_MEAN:
        return float(figures[GAP_TOTAL] / n)
    if code == GAP_MEDIAN:
        for i in range(n):
            scratch[i] = gaps[i]
        return median_in_place(scratch[:n])
    if code == GAP_MAX:
        return float(figures[GAP_HIGH])
    if n < 2:
        return math.nan
    deviation = math.sqrt(figures[GAP_SQUARES] / (n - 1))
    if code == GAP_STD:
        return deviation
    if figures[GAP_TOTAL] == 0.0:
        return math.nan
    ratio = float(deviation / (figures[GAP_TOTAL] / n))
    return ratio if code == GAP_CV else burstiness(ratio, n + 1)


@inner
def burstiness(ratio: float, events: int) -> float:
    """Return the burstiness of Kim and Jo (2016) from the gaps' coefficient of variation."""
    more = math.sqrt(events + 1.0)
    less = math.sqrt(events - 1.0)
    return (more * ratio - less) / ((more - 2.0) * ratio + less)


@inner
def active_days(times: I8, clock: Clock) -> float:
    """Return how many different local days some times, newest first, lie on.

    Arrays: ``times`` shape (n,) in microseconds, newest first.
    """
    days = 1
    newer = local_day(times[0], clock)
    for i in range(1, times.size):
        day = local_day(times[i], clock)
        days += day != newer
        newer = day
    return float(days)


@inner
def clusters(times: I8, days: float) -> float:
    """Return how many clusters there are, each from its first row on for so many days.

    Arrays: ``times`` shape (n,) in microseconds, newest first.
    """
    found = 1
    begun = times[times.size - 1]
    for i in range(times.size - 2, -1, -1):
        if times[i] - begun >= days * DAY:
            found += 1
            begun = times[i]
    return float(found)


@inner
def by_time(
    code: int, times: I8, gaps: F8, figures: F8, as_of: int, clock: Clock, argument: float, scratch: F8
) -> float:
    """Return a statistic of the time family for one row or more, newest first.

    Arrays: ``times`` shape (n,) in microseconds, newest first; ``gaps`` shape (n - 1,) in days; ``figures``
    shape (9,); ``scratch`` shape (1_770,) or longer.
    """
    if code == RECENCY:
        return float((as_of - times[0]) / DAY)
    if code == AGE:
        return float((as_of - times[times.size - 1]) / DAY)
    if code == ACTIVE_DAYS:
        return active_days(times, clock)
    if code == CLUSTERS:
        return clusters(times, argument)
    return gap_statistic(code, gaps, figures, scratch)


@inner
def run(code: int, values: F8) -> float:
    """Return the newest or the longest run of values that are not 0.

    Arrays: ``values`` shape (n,), newest first.
    """
    best = 0
    current = 0
    for i in range(values.size):
        if values[i] != 0.0:
            current += 1
            best = max(best, current)
        elif code == STREAK:
            return float(current)
        else:
            current = 0
    return float(current if code == STREAK else best)
