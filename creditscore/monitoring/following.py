"""How loans do before they are mature: defaults by month on book beside those that were expected by then.

A probability of default within a window says nothing yet of a loan that is three months old. Spread over the
months by the course that earlier loans took, it does: in each month, those still at risk have a hazard, and
the defaults that came can be held against the defaults that were to come.

References
----------
Gerds and Schumacher (2006), Biometrical J. 48(6): outcomes that are not yet known are no missing rows.
Shafer (2021), "Testing by betting", J. of the Royal Statistical Society A 184(2): evidence that may be looked
at every month. Shin, Ramdas and Rinaldo (2024), "E-detectors", New England J. of Statistics in Data Science
2(2): a change that may begin in any month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.monitoring.course import LARGEST, DefaultCourse, Float64, Loans

Verdict: TypeAlias = Literal["as_expected", "worse", "better"]

LEVEL: Final = 0.05
TOLERATED: Final = 1.05
# Ratios of hazards that evidence is looked for at, beyond what is tolerated on either side.
_RATIOS: Final = np.array([1.1, 1.2, 1.5, 2.0])
_SHOWN: Final = 0.90


@dataclass(frozen=True, slots=True)
class MonthOfDefaults:
    """One calendar month: loans at risk, defaults that came, and those that were expected."""

    month: int
    at_risk: int
    defaults: int
    expected: float
    evidence: float


@dataclass(frozen=True, slots=True)
class MaturingReport:
    """Defaults beside what was expected, month by month.

    Attributes
    ----------
    months : tuple of MonthOfDefaults
        In order. Their evidence is the e-value of all months up to it: where hazards are at most the
        tolerated ratio away from those that were expected, it ever exceeds ``1 / level`` with a chance of at
        most ``level``, however often one looks.
    ratio, low, high : float
        Defaults to expected defaults over all months, with a 90 % interval.
    verdict : {"as_expected", "worse", "better"}
    since : int or None
        The month whose look first said so.
    level, tolerated : float
    """

    months: tuple[MonthOfDefaults, ...]
    ratio: float
    low: float
    high: float
    verdict: Verdict
    since: int | None
    level: float
    tolerated: float

    def to_dict(self) -> dict[str, Any]:
        """Write the report as plain data."""
        months = [{name: getattr(one, name) for name in one.__slots__} for one in self.months]
        plain = {name: getattr(self, name) for name in self.__slots__ if name != "months"}
        return {"months": months, **plain}

    def __str__(self) -> str:
        lines = ["month  at risk  defaults  expected  evidence"]
        lines += [
            f"{one.month:>5}  {one.at_risk:>7,}  {one.defaults:>8,}  {one.expected:>8.1f}  "
            f"{one.evidence:>8.3g}"
            for one in self.months
        ]
        since = "" if self.since is None else f" since month {self.since}"
        lines.append(
            f"defaults to expected {self.ratio:.2f} ({self.low:.2f} to {self.high:.2f}): "
            f"{self.verdict.replace('_', ' ')}{since}"
        )
        return "\n".join(lines)


def follow_defaults(
    course: DefaultCourse,
    probability: ArrayLike,
    entered: ArrayLike,
    defaulted: ArrayLike,
    now: int,
    *,
    level: float = LEVEL,
    tolerated: float = TOLERATED,
    last: int | None = None,
) -> MaturingReport:
    """Hold the defaults of all loans, mature or not, against those that were expected by now.

    Parameters
    ----------
    course : DefaultCourse
        Of earlier loans.
    probability : array-like of shape (n,)
        Of default within the window, as it was at the decision.
    entered : array-like of int, shape (n,)
        Calendar month in which each loan began, as a number that counts months.
    defaulted : array-like of shape (n,)
        Calendar month in which it defaulted; NaN where it has not.
    now : int
        The last month that is over. What happened later does not count.
    level : float, default 0.05
        Chance of a false alarm over all months together, both directions.
    tolerated : float, default 1.05
        Up to which ratio, or its inverse, hazards may differ without an alarm: no calibration is exact.
    last : int, optional
        Only so many months up to now.

    Returns
    -------
    MaturingReport

    Raises
    ------
    ParameterError
        If arrays do not fit each other, or a default lies before the month of its loan.

    Examples
    --------
    >>> course = DefaultCourse.learned(np.repeat(np.arange(1, 13), 10))
    >>> rng = np.random.default_rng(2)
    >>> entered = np.repeat(np.arange(24), 300)
    >>> month = np.ceil(rng.random(7200) * 12)
    >>> bad = rng.random(7200) < 0.12
    >>> defaulted = np.where(bad, entered + month, np.nan)
    >>> print(follow_defaults(course, np.full(7200, 0.08), entered, defaulted, now=8))
    month  at risk  defaults  expected  evidence
        1      300         3       2.0         1
        2      597         8       4.0      1.34
        3      889         5       6.0      1.34
        4    1,184        16       8.0      2.46
        5    1,468        17       9.9      9.65
        6    1,751        21      11.9      80.3
        7    2,030        20      13.8       164
        8    2,310        39      15.8  5.63e+05
    defaults to expected 1.81 (1.56 to 2.09): worse since month 6
    """
    _check_level(level, tolerated)
    loans = Loans.of(course, probability, entered, defaulted, now)
    first = int(loans.entered.min()) + 1 if last is None else now - last + 1
    grown = _Grown(level, tolerated)
    months = []
    for month in range(first, now + 1):
        at_risk, bad, hazard = loans.in_month(month)
        grown.see(bad, hazard)
        months.append(
            MonthOfDefaults(month, int(at_risk.size), int(bad.sum()), float(hazard.sum()), grown.largest)
        )
    defaults, expected = sum(one.defaults for one in months), sum(one.expected for one in months)
    low, high = _ratio_interval(defaults, expected)
    passed = next((one.month for one in months if one.evidence >= 1.0 / level), None)
    verdict: Verdict = "as_expected" if passed is None else ("worse" if grown.is_worse else "better")
    ratio = defaults / expected if expected else float("nan")
    return MaturingReport(tuple(months), ratio, low, high, verdict, passed, level, tolerated)


class _Grown:
    """Evidence against hazards within what is tolerated, from both sides, for a change in any month.

    Had evidence been gathered from the first month on alone, years without change would outweigh a change
    for as many years. So each month begins a sum of its own, the k-th with a weight of ``1 / (k (k + 1))``;
    weights add up to 1 at most, and so the whole stays an e-value.
    """

    def __init__(self, level: float, tolerated: float) -> None:
        self.level = level
        self.tolerated = tolerated
        self.seen = 0
        self.worse = np.full(len(_RATIOS), -np.inf)
        self.better = np.full(len(_RATIOS), -np.inf)
        self.largest = 1.0
        self.is_worse = False

    def see(self, bad: NDArray[np.bool_], hazard: Float64) -> None:
        self.seen += 1
        begun = -np.log(self.seen * (self.seen + 1.0))
        for part, ratios, null in (
            (self.worse, _RATIOS, self.tolerated),
            (self.better, 1.0 / _RATIOS, 1.0 / self.tolerated),
        ):
            for position, ratio in enumerate(ratios):
                gained = _log_odds_of(bad, hazard, ratio * null, null)
                part[position] = np.logaddexp(part[position], begun) + gained
        sides = [float(np.exp(np.minimum(part, 700.0)).mean()) for part in (self.worse, self.better)]
        now = sum(sides) / 2.0 + 1.0 / (self.seen + 1.0)
        if self.largest < 1.0 / self.level <= now:
            self.is_worse = sides[0] >= sides[1]
        self.largest = max(self.largest, now)


def _log_odds_of(bad: NDArray[np.bool_], hazard: Float64, other: float, null: float) -> float:
    """How much likelier the month is under one ratio than under another."""
    first, second = (np.clip(hazard * ratio, 1e-12, LARGEST) for ratio in (other, null))
    return float(np.where(bad, np.log(first / second), np.log1p(-first) - np.log1p(-second)).sum())


def _check_level(level: float, tolerated: float) -> None:
    if not 0.0 < level < 1.0:
        raise ParameterError.must_be("level", "within 0 and 1", level)
    if not 1.0 <= tolerated < _RATIOS[-1]:
        raise ParameterError.must_be("tolerated", f"from 1 to below {_RATIOS[-1]:g}", tolerated)


def _ratio_interval(defaults: int, expected: float) -> tuple[float, float]:
    from scipy.stats import gamma

    if not expected:
        return float("nan"), float("nan")
    tail = (1.0 - _SHOWN) / 2.0
    low = float(gamma.ppf(tail, defaults)) / expected if defaults else 0.0
    return low, float(gamma.ppf(1.0 - tail, defaults + 1)) / expected
