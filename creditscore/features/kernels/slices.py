"""Reductions of one slice: values, times and keys of the chosen rows, newest first, without NaN.

Each number is reduced row by row in one fixed order, so its bits depend on the rows alone.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._compiled import compiled
from creditscore._time import DAY

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]

LONGEST_TREND = 60


@compiled
def moments(values: F8) -> tuple[float, float, float, float]:
    """Return sum, smallest, largest and sum of squared deviations of one value or more."""
    n = values.size
    total = 0.0
    low = values[0]
    high = values[0]
    for value in values:
        total += value
        low = min(low, value)
        high = max(high, value)
    mean = total / n
    squares = 0.0
    for value in values:
        squares += (value - mean) * (value - mean)
    return total, low, high, squares


@compiled
def basic(code: int, values: F8, total: float, low: float, high: float, squares: float) -> float:
    """Return a statistic of the basic family from the moments of one value or more."""
    n = values.size
    if code == 0:
        return float(n)
    if code == 1:
        return total
    if code == 2:
        return 1.0
    if code == 3:
        return total / n
    if code == 4:
        return math.sqrt(squares / (n - 1)) if n > 1 else math.nan
    if code == 5:
        return low
    if code == 6:
        return high
    if code == 7:
        if n < 2 or total == 0.0:
            return math.nan
        return math.sqrt(squares / (n - 1)) / abs(total / n)
    if code == 8:
        return values[0]
    if code == 9:
        return values[n - 1]
    return np.count_nonzero(values) / n


@compiled
def sort_in_place(values: F8) -> None:
    """Sort ascending; short slices, the usual ones, by insertion."""
    if values.size > 48:
        values.sort()
        return
    for i in range(1, values.size):
        held = values[i]
        j = i - 1
        while j >= 0 and values[j] > held:
            values[j + 1] = values[j]
            j -= 1
        values[j + 1] = held


@compiled
def middle(ordered: F8) -> float:
    """Return the median of sorted values, one or more."""
    n = ordered.size
    half = n // 2
    if n % 2 == 1:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2.0


@compiled
def quantile(ordered: F8, level: float) -> float:
    """Return a quantile of sorted values by linear interpolation."""
    position = level * (ordered.size - 1)
    below = int(math.floor(position))
    above = min(below + 1, ordered.size - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


@compiled
def distinct(ordered: F8) -> float:
    """Return how many different values sorted values hold."""
    different = 1
    for i in range(1, ordered.size):
        if ordered[i] != ordered[i - 1]:
            different += 1
    return float(different)


@compiled
def rmad(ordered: F8) -> float:
    """Return the scaled median absolute deviation over the absolute median of sorted values."""
    centre = middle(ordered)
    if centre == 0.0:
        return math.nan
    deviations = np.abs(ordered - centre)
    sort_in_place(deviations)
    return 1.4826 * middle(deviations) / abs(centre)


@compiled
def theil_sen(values: F8) -> float:
    """Return the median slope per row over all pairs of the newest rows; values are newest first."""
    n = min(values.size, LONGEST_TREND)
    if n < 3:
        return math.nan
    slopes = np.empty(n * (n - 1) // 2)
    filled = 0
    for i in range(n - 1):
        for j in range(i + 1, n):
            slopes[filled] = (values[i] - values[j]) / (j - i)
            filled += 1
    sort_in_place(slopes)
    return middle(slopes)


@compiled
def by_order(code: int, values: F8, ordered: F8, argument: float) -> float:
    """Return a statistic of the order family; ``ordered`` is ``values`` sorted."""
    if code == 0:
        return middle(ordered)
    if code == 1:
        return quantile(ordered, argument)
    if code == 2:
        return distinct(ordered)
    if code == 3:
        return rmad(ordered)
    slope = theil_sen(values)
    if code == 5:
        return slope
    centre = abs(middle(ordered))
    return slope / centre if centre > 0.0 else math.nan


@compiled
def gap_statistic(code: int, times: I8) -> float:
    """Return a statistic of the days between neighbouring rows; times are newest first."""
    n = times.size - 1
    if n < 1:
        return math.nan
    gaps = np.empty(n)
    for i in range(n):
        gaps[i] = (times[i] - times[i + 1]) / DAY
    if code == 3:
        sort_in_place(gaps)
        return middle(gaps)
    total, _, high, squares = moments(gaps)
    if code == 2:
        return total / n
    if code == 4:
        return high
    if n < 2:
        return math.nan
    deviation = math.sqrt(squares / (n - 1))
    if code == 5:
        return deviation
    if total == 0.0:
        return math.nan
    ratio = deviation / (total / n)
    return ratio if code == 6 else burstiness(ratio, n + 1)


@compiled
def burstiness(ratio: float, events: int) -> float:
    """Return the burstiness of Kim and Jo (2016) from the gaps' coefficient of variation."""
    more = math.sqrt(events + 1.0)
    less = math.sqrt(events - 1.0)
    return (more * ratio - less) / ((more - 2.0) * ratio + less)


@compiled
def by_time(code: int, times: I8, as_of: int) -> float:
    """Return a statistic of the time family for one row or more, newest first."""
    if code == 0:
        return (as_of - times[0]) / DAY
    if code == 1:
        return (as_of - times[times.size - 1]) / DAY
    if code < 8:
        return gap_statistic(code, times)
    days = 1
    for i in range(1, times.size):
        if times[i] // DAY != times[i - 1] // DAY:
            days += 1
    return float(days)


@compiled
def by_key(code: int, values: F8, keys: I4, all_keys: I4, argument: float) -> float:
    """Return a statistic of the keyed family; ``all_keys`` starts with ``keys`` and goes on to older rows."""
    if code == 4:
        return new_key_share(all_keys, keys.size)
    order = np.argsort(keys, kind="mergesort")
    totals = np.empty(keys.size)
    groups = 0
    for position in range(keys.size):
        row = order[position]
        if position == 0 or keys[row] != keys[order[position - 1]]:
            totals[groups] = 0.0
            groups += 1
        totals[groups - 1] += values[row]
    if code == 0:
        return float(groups)
    return concentration(code, totals[:groups], argument)


@compiled
def concentration(code: int, totals: F8, argument: float) -> float:
    """Return Herfindahl index, normalised entropy or largest share of the totals by key."""
    whole = totals.sum()
    if whole == 0.0:
        return math.nan
    squares = 0.0
    entropy = 0.0
    for part in totals:
        share = part / whole
        squares += share * share
        if share > 0.0:
            entropy -= share * math.log(share)
    if code == 1:
        return squares
    if code == 3:
        return totals.max() / whole
    classes = float(totals.size) if math.isnan(argument) else argument
    return entropy / math.log(classes) if classes > 1.0 else 0.0


@compiled
def new_key_share(all_keys: I4, recent: int) -> float:
    """Return the share of the keys among the newest rows that no older row has."""
    order = np.argsort(all_keys, kind="mergesort")
    seen = 0
    new = 0
    position = 0
    while position < order.size:
        first = position
        while position + 1 < order.size and all_keys[order[position + 1]] == all_keys[order[first]]:
            position += 1
        if order[first] < recent:
            seen += 1
            if order[position] < recent:
                new += 1
        position += 1
    return new / seen


@compiled
def run(code: int, values: F8) -> float:
    """Return the newest or the longest run of values that are not 0."""
    best = 0
    current = 0
    for i in range(values.size):
        if values[i] != 0.0:
            current += 1
            best = max(best, current)
        elif code == 0:
            return float(current)
        else:
            current = 0
    return float(current if code == 0 else best)
