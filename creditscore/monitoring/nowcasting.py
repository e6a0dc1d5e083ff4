"""What the bad rate of loans will be once they are mature, from what they did so far.

References
----------
Gelman et al. (2013), Bayesian Data Analysis, ch. 2.6: counts with a gamma prior on their rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.monitoring.course import DefaultCourse, Float64, Loans

# Defaults, come and expected, that the prior of the ratio weighs.
_PRIOR: Final = 20.0
_DRAWS: Final = 2_000
_GROUPS: Final = 256
_LEVEL: Final = 0.90


@dataclass(frozen=True, slots=True)
class Nowcast:
    """What the bad rate of a group of loans will be once they are mature.

    Attributes
    ----------
    loans, defaults : int
        In it, and of them those that defaulted already.
    rate, low, high : float
        Expected share of defaults at the end of the window, with a 90 % interval.
    expected : float
        The share that was expected at the decisions.
    """

    loans: int
    defaults: int
    rate: float
    low: float
    high: float
    expected: float

    def __str__(self) -> str:
        return (
            f"{self.loans:,} loans, {self.defaults:,} defaults so far: {self.rate:.2%} "
            f"({self.low:.2%} to {self.high:.2%}) by the end of the window, {self.expected:.2%} were expected"
        )

    __repr__ = __str__


def nowcast(
    course: DefaultCourse,
    probability: ArrayLike,
    entered: ArrayLike,
    defaulted: ArrayLike,
    now: int,
    *,
    cohort: Sequence[int] | None = None,
    recent: int = 6,
    seed: int = 0,
) -> Nowcast:
    """Say what the bad rate of loans will be, from what they did so far and what hazards are like of late.

    Parameters
    ----------
    course, probability, entered, defaulted, now
        As for `follow_defaults`; arrays of shape (n,). All loans tell what hazards are like of late.
    cohort : sequence of int, optional
        Calendar months; only loans that began in them are counted. By default all.
    recent : int, default 6
        How many months, up to now, say how hazards stand to those that were expected.
    seed : int, default 0
        Of the draws.

    Returns
    -------
    Nowcast
    """
    loans = Loans.of(course, probability, entered, defaulted, now)
    seen = [loans.in_month(month)[1:] for month in range(now - recent + 1, now + 1)]
    came, expected = sum(bad.sum() for bad, _ in seen), sum(hazard.sum() for _, hazard in seen)
    rng = np.random.default_rng(seed)
    ratios = rng.gamma(_PRIOR + came, 1.0 / (_PRIOR + expected), _DRAWS)
    chosen = loans.began_in(cohort)
    gone = chosen & loans.is_bad
    alive = np.flatnonzero(chosen & ~loans.is_bad)
    exposure, many = _exposures(loans, alive)
    chance = -np.expm1(-ratios[:, None] * exposure[None, :])
    spread = np.sqrt((many * chance * (1.0 - chance)).sum(axis=1))
    drawn = gone.sum() + rng.normal((many * chance).sum(axis=1), spread)
    count = int(chosen.sum())
    tail = (1.0 - _LEVEL) / 2.0
    low, high = np.clip(np.quantile(drawn, [tail, 1.0 - tail]) / count, gone.sum() / count, 1.0)
    return Nowcast(
        loans=count,
        defaults=int(gone.sum()),
        rate=float(drawn.mean() / count),
        low=float(low),
        high=float(high),
        expected=float(loans.probability[chosen].mean()),
    )


def _exposures(loans: Loans, alive: NDArray[np.int64]) -> tuple[Float64, Float64]:
    """Sums of hazards that are left, of groups of loans alike in them, and how many loans are in each."""
    ages = np.clip(loans.now - loans.entered[alive], 0, loans.hazards.shape[1])
    later = np.arange(loans.hazards.shape[1])[None, :] >= ages[:, None]
    left = np.sort(-np.log1p(-np.where(later, loans.hazards[alive], 0.0)).sum(axis=1))
    parts = [part for part in np.array_split(left, min(_GROUPS, max(1, left.size))) if part.size]
    return np.array([part.mean() for part in parts]), np.array([float(part.size) for part in parts])
