"""What a loan costs: the yearly rate that its schedule implies, and what it takes a month to pay it back."""

from __future__ import annotations

from typing import Final

import numpy as np

from creditscore._ground.compiled import inner
from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import INSTALMENTS, Path

MONTH_DAYS: Final = 365.0 / 12.0
_STEPS: Final = 100
_HIGHEST: Final = 1000.0
_CLOSE: Final = 1e-13


@inner
def _worth(path: Path, opened: int, rate: float) -> tuple[float, float]:
    """What the instalments are worth at opening at a monthly rate, and how that changes with the rate."""
    worth, change, whole, factor = 0.0, 0.0, 0, 1.0
    for k in range(path.facts[INSTALMENTS]):
        months = max(0.0, (path.due[k] - opened) / DAY / MONTH_DAYS)
        while whole + 1 <= months:
            whole += 1
            factor *= 1.0 + rate
        part = months - whole
        now = path.amount[k] / (factor * (1.0 + part * rate))
        worth += now
        change -= now * (part / (1.0 + part * rate) + whole / (1.0 + rate))
    return worth, change


@inner
def annual_rate(path: Path, opened: int, amount: float) -> float:
    """Twelve times the monthly rate at which the instalments are worth the amount at opening.

    The actuarial method of 12 CFR 1026, appendix J: a month is 365/12 days, whole months compound, a part of
    a month counts by simple interest. NaN without a schedule, where it does not cover the amount, and beyond
    100,000 % a month. The worth is convex and falls with the rate, so that Newton steps from 0 rise to it.
    """
    rate = 0.0
    if not amount > 0.0 or path.facts[INSTALMENTS] == 0:
        return np.nan
    for _ in range(_STEPS):
        worth, change = _worth(path, opened, rate)
        if worth < amount and rate == 0.0:
            return np.nan
        if worth <= amount or change >= 0.0:
            break
        step = (amount - worth) / change
        rate += step
        if rate > _HIGHEST:
            return np.nan
        if step <= _CLOSE * (1.0 + rate):
            break
    return 12.0 * rate


@inner
def monthly_amount(path: Path, moment: int) -> float:
    """What a loan takes a month: its mean instalment over the mean time between due days.

    A loan of one instalment (or of one due time) takes what is due over the whole months from the moment to
    its due time, at least one.
    """
    n = path.facts[INSTALMENTS]
    if n == 0:
        return np.nan
    total, span = path.owed[n - 1], (path.due[n - 1] - path.due[0]) / DAY / MONTH_DAYS
    if span > 0.0:
        return float(total / n / (span / (n - 1)))
    return float(total / max(1.0, (path.due[n - 1] - moment) / DAY // MONTH_DAYS))
