"""How loans do before they are mature: defaults by month on book beside those that were expected by then.

A probability of default within a window says nothing yet of a loan that is three months old. Spread over the
months by the course that earlier loans took, it does: in each month, those still at risk have a hazard, and
the defaults that came can be held against the defaults that were to come.

References
----------
Gerds and Schumacher (2006), Biometrical J. 48(6): outcomes that are not yet known are no missing rows.
Shafer (2021), "Testing by betting", J. of the Royal Statistical Society A 184(2): evidence that may be looked
at every month. Roberts (1966), "A comparison of some control chart procedures", Technometrics 8(3), and Shin,
Ramdas and Rinaldo (2024), "E-detectors", New England J. of Statistics in Data Science 2(2): a change that may
begin in any month.
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
HORIZON: Final = 24
# Ratios of hazards that evidence is looked for at, beyond what is tolerated on either side.
_RATIOS: Final = np.array([1.1, 1.2, 1.5, 2.0])
# How much of the level is spent on hazards that rose; the rest is on those that fell.
_OF_WORSE: Final = 0.8
_LARGEST_LOG: Final = 700.0
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
        In order. Their evidence is of a change in any month up to it: where hazards are at most the tolerated
        ratio away from those that were expected, it exceeds ``1 / level`` within `horizon` months with a
        chance of at most ``level``, however often one looks, and within k times as many at most k times that.
    ratio, low, high : float
        Defaults to expected defaults over all months, with a 90 % interval.
    verdict : {"as_expected", "worse", "better"}
    since : int or None
        The month whose look first said so.
    level, tolerated : float
    horizon : int
        In months.
    """

    months: tuple[MonthOfDefaults, ...]
    ratio: float
    low: float
    high: float
    verdict: Verdict
    since: int | None
    level: float
    tolerated: float
    horizon: int

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

    __repr__ = __str__


def follow_defaults(
    course: DefaultCourse,
    probability: ArrayLike,
    entered: ArrayLike,
    defaulted: ArrayLike,
    now: int,
    *,
    level: float = LEVEL,
    tolerated: float = TOLERATED,
    horizon: int = HORIZON,
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
        Chance of a false alarm, in either direction, within the months of the horizon.
    tolerated : float, default 1.05
        Up to which ratio, or its inverse, hazards may differ without an alarm: no calibration is exact.
    horizon : int, default 24
        For how many months the level holds; over more of them the chance grows in proportion, at most.
    last : int, optional
        Only so many months up to now.

    Returns
    -------
    MaturingReport

    Raises
    ------
    ParameterError
        If arrays do not fit each other, a default lies before the month of its loan or is in no whole month,
        or a parameter has a value that it cannot take.

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
        1      300         3       2.0    0.0418
        2      597         8       4.0     0.185
        3      889         5       6.0    0.0958
        4    1,184        16       8.0     0.712
        5    1,468        17       9.9      3.07
        6    1,751        21      11.9      25.9
        7    2,030        20      13.8      48.5
        8    2,310        39      15.8  2.22e+05
    defaults to expected 1.81 (1.56 to 2.09): worse since month 6
    """
    _check_level(level, tolerated, horizon)
    if last is not None:
        _check_months("last", last)
    loans = Loans.of(course, probability, entered, defaulted, now)
    first = int(loans.entered.min()) + 1 if last is None else now - last + 1
    grown = _Grown(tolerated, horizon)
    months = []
    passed: tuple[int, Verdict] | None = None
    for month in range(first, now + 1):
        at_risk, bad, hazard = loans.in_month(month)
        evidence, is_worse = grown.see(bad, hazard)
        if passed is None and evidence >= 1.0 / level:
            passed = month, "worse" if is_worse else "better"
        months.append(
            MonthOfDefaults(month, int(at_risk.size), int(bad.sum()), float(hazard.sum()), evidence)
        )
    defaults, expected = sum(one.defaults for one in months), sum(one.expected for one in months)
    low, high = _ratio_interval(defaults, expected)
    since, verdict = passed or (None, "as_expected")
    ratio = defaults / expected if expected else float("nan")
    return MaturingReport(tuple(months), ratio, low, high, verdict, since, level, tolerated, horizon)


class _Grown:
    """Evidence against hazards within what is tolerated, from both sides, for a change in any month.

    Had evidence been gathered from the first month on alone, years without change would outweigh a change
    for as many years. So each month begins a product of its own, and all of them are added. Without change
    the sum is one a month on average, so that within so many months it exceeds a limit with a chance of at
    most their number by the limit: an e-detector of Shiryaev and Roberts.
    """

    def __init__(self, tolerated: float, horizon: int) -> None:
        self.sides: tuple[tuple[float, Float64, float], ...] = (
            (_OF_WORSE, _RATIOS, tolerated), (1.0 - _OF_WORSE, 1.0 / _RATIOS, 1.0 / tolerated),
        )  # fmt: skip
        self.horizon: int = horizon
        self.begun: Float64 = np.full((len(self.sides), len(_RATIOS)), -np.inf)

    def see(self, bad: NDArray[np.bool_], hazard: Float64) -> tuple[float, bool]:
        """Add a month; how much it is by now, over the horizon, and whether more of it says worse."""
        for side, (_, ratios, null) in zip(self.begun, self.sides, strict=True):
            gained = np.array([_log_odds_of(bad, hazard, ratio * null, null) for ratio in ratios])
            side[:] = np.logaddexp(side, 0.0) + gained
        worse, better = (
            share * float(np.exp(np.minimum(side, _LARGEST_LOG)).mean())
            for side, (share, _, _) in zip(self.begun, self.sides, strict=True)
        )
        return (worse + better) / self.horizon, worse >= better


def _log_odds_of(bad: NDArray[np.bool_], hazard: Float64, other: float, null: float) -> float:
    """How much likelier the month is under one ratio than under another."""
    first, second = (np.clip(hazard * ratio, 1e-12, LARGEST) for ratio in (other, null))
    return float(np.where(bad, np.log(first / second), np.log1p(-first) - np.log1p(-second)).sum())


def _check_level(level: float, tolerated: float, horizon: int) -> None:
    _check_months("horizon", horizon)
    if not 0.0 < level < 1.0:
        raise ParameterError.must_be("level", "within 0 and 1", level)
    if not 1.0 <= tolerated < _RATIOS[-1]:
        raise ParameterError.must_be("tolerated", f"from 1 to below {_RATIOS[-1]:g}", tolerated)


def _check_months(name: str, months: int) -> None:
    if isinstance(months, bool) or not isinstance(months, int) or months < 1:
        raise ParameterError.must_be(name, "a whole number of months, 1 or more", months)


def _ratio_interval(defaults: int, expected: float) -> tuple[float, float]:
    from scipy.stats import gamma

    if not expected:
        return float("nan"), float("nan")
    tail = (1.0 - _SHOWN) / 2.0
    low = float(gamma.ppf(tail, defaults)) / expected if defaults else 0.0
    return low, float(gamma.ppf(1.0 - tail, defaults + 1)) / expected
