"""By which rhythm something comes again and again: by weeks, or by the local calendar."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import inner, nested
from creditscore._ground.zones import month_first, month_of

F8 = NDArray[np.float64]

# mean length of a calendar month of 48 months
MONTH_DAYS = 30.4375

# rhythms; up to FOUR_WEEKLY by days, after it by the calendar
WEEKLY, FORTNIGHTLY, FOUR_WEEKLY, SEMI_MONTHLY, MONTHLY, BI_MONTHLY, QUARTERLY = range(7)
RHYTHMS = 7
RHYTHM_NAMES = (
    "weekly", "fortnightly", "four_weekly", "semi_monthly", "monthly", "bi_monthly", "quarterly",
)  # fmt: skip
PERIODS = (7.0, 14.0, 28.0, MONTH_DAYS / 2.0, MONTH_DAYS, 2.0 * MONTH_DAYS, 3.0 * MONTH_DAYS)
# how many days a gap may be off: weekends, holidays and the lengths of months
TOLERANCES = (1.5, 2.5, 3.0, 3.5, 5.0, 7.0, 9.0)
LEAST_HITS = (4, 3, 3, 4, 3, 3, 3)
FITTING = 0.75
SINGLE = 0.6

# rows of a track: one column for each day on which something came
DAY, POSITION, AMOUNT_OF_DAY, PAID = range(4)
TRACK_ROWS = 4


@inner
def calendar_position(day: int) -> float:
    """Return a day as days of equal months: the same day of neighbouring months is always 30.4375 apart."""
    month = month_of(day)
    return float(month * MONTH_DAYS + (day - month_first(month)))


@inner
def steps_of(gap: float, rhythm: int) -> float:
    """Return how many periods a gap is nearest to, at least 1."""
    return max(1.0, math.floor(gap / PERIODS[rhythm] + 0.5))


@inner
def is_off(gap: float, rhythm: int) -> bool:
    """Whether a gap fits no whole number of periods."""
    return abs(gap - steps_of(gap, rhythm) * PERIODS[rhythm]) > TOLERANCES[rhythm]


@inner
def row_of(rhythm: int) -> int:
    """Return which row of a track a rhythm counts by."""
    return DAY if rhythm <= FOUR_WEEKLY else POSITION


@inner
def distance(earlier: int, later: int, rhythm: int) -> float:
    """Return how far apart two days lie, as a rhythm counts."""
    if rhythm <= FOUR_WEEKLY:
        return float(later - earlier)
    return float(calendar_position(later) - calendar_position(earlier))


@inner
def misfit(track: F8, rhythm: int) -> float:
    """Return the mean number of days that gaps are off a rhythm; infinite where it is not theirs.

    Three quarters of the gaps must fit a whole number of periods, and three fifths a single one; of the
    periods that went by three fifths must have brought something.

    Arrays: ``track`` shape (4, n_days).
    """
    gaps = track.shape[1] - 1
    if gaps + 1 < LEAST_HITS[rhythm]:
        return math.inf
    row = row_of(rhythm)
    fitting = 0
    single = 0
    periods = 0.0
    total = 0.0
    for h in range(gaps):
        gap = track[row, h + 1] - track[row, h]
        steps = steps_of(gap, rhythm)
        off = abs(gap - steps * PERIODS[rhythm])
        total += min(off, 2.0 * TOLERANCES[rhythm])
        if off <= TOLERANCES[rhythm]:
            fitting += 1
            periods += steps
            single += steps == 1.0
    if fitting < FITTING * gaps or single < SINGLE * gaps or fitting < SINGLE * periods:
        return math.inf
    return float(total / gaps)


@inner
def rhythm_of(track: F8, slowest_first: bool) -> int:
    """Return the rhythm that fits best, -1 for none; of two that fit alike the one by the calendar.

    Arrays: ``track`` shape (4, n_days); ``slowest_first`` leaves out those faster than four weeks.
    """
    best = -1
    least = math.inf
    for k in range(RHYTHMS):
        rhythm = RHYTHMS - 1 - k
        if slowest_first and rhythm in (WEEKLY, FORTNIGHTLY, SEMI_MONTHLY):
            continue
        off = misfit(track, rhythm)
        if off < least:
            least = off
            best = rhythm
    return best


@nested
def gaps_off(track: F8, rhythm: int) -> F8:
    """Return for each gap how many days it is off the rhythm, shape (n_days - 1,).

    Arrays: ``track`` shape (4, n_days).
    """
    row = row_of(rhythm)
    off = np.empty(track.shape[1] - 1)
    for h in range(off.size):
        gap = track[row, h + 1] - track[row, h]
        off[h] = abs(gap - steps_of(gap, rhythm) * PERIODS[rhythm])
    return off


@inner
def next_day(last: int, rhythm: int) -> int:
    """Return the day on which the next hit is due: by the calendar the same day of its month, or its last."""
    if rhythm <= FOUR_WEEKLY:
        return int(last + PERIODS[rhythm])
    if rhythm == SEMI_MONTHLY:
        return last + 15
    month = month_of(last)
    ahead = month + (1 if rhythm == MONTHLY else (2 if rhythm == BI_MONTHLY else 3))
    return min(month_first(ahead) + last - month_first(month), month_first(ahead + 1) - 1)
