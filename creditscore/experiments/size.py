"""How many applications a test needs, by the exact chances of two binomials.

References
----------
Fisher (1935), The Design of Experiments: the exact test of two shares. Its power is summed over all outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final, Self

import numpy as np
from scipy import stats

from creditscore._ground.numbers import finite_number
from creditscore.errors import ArtefactError, ParameterError

LEVEL: Final = 0.05
POWER: Final = 0.8
_MOST: Final = 200_000
# no plan asks for more than so many times what the normal distribution says, and so many more
_FAR: Final = 4.0
_FEW: Final = 100
# What is left out of the sums over outcomes.
_TAIL: Final = 1e-9
SCHEMA: Final = "creditscore.test-plan/1"


@dataclass(frozen=True, slots=True)
class TestPlan:
    """A test of two arms on a share: bad rates, or approvals.

    Attributes
    ----------
    base, other : float
        The share in the first arm, and the one in the second that shall be found; within (0, 1).
    level : float
        Chance of a false alarm, both directions together.
    power : float
        Chance to find the difference in the fixed design.
    per_arm : int
        Applications with a known outcome that each arm needs where the test is read once, at its end.
    """

    __test__ = False  # no test of pytest's

    base: float
    other: float
    level: float
    power: float
    per_arm: int

    def days(self, per_day: float, *, share: float = 0.5, window_days: float = 0.0) -> float:
        """Say how long the fixed design takes.

        Parameters
        ----------
        per_day : float
            Applications a day, of both arms together.
        share : float, default 0.5
            Of them, how many go to the smaller arm; above 0 and at most 0.5.
        window_days : float, default 0
            Days from an application until its outcome is known.
        """
        per_day, share = finite_number("per_day", per_day), finite_number("share", share)
        window_days = finite_number("window_days", window_days)
        if per_day <= 0.0:
            raise ParameterError.must_be("per_day", "above 0", per_day)
        if not 0.0 < share <= 0.5:
            raise ParameterError.must_be("share", "above 0 and at most 0.5", share)
        if window_days < 0.0:
            raise ParameterError.must_be("window_days", "0 or more", window_days)
        return self.per_arm / (per_day * share) + window_days

    def to_dict(self) -> dict[str, Any]:
        """Write the plan as plain data."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ArtefactError
            If it is none, or its size is not the one that its figures ask for.
        """
        try:
            given = {name: float(stored[name]) for name in ("base", "other", "level", "power")}
            per_arm, schema = int(stored["per_arm"]), stored["schema"]
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ArtefactError(f"The plan of a test cannot be read: {error!r}.") from error
        if schema != SCHEMA or not _may_be(per_arm, **given) or plan_test(**given).per_arm != per_arm:
            raise ArtefactError("The plan of a test was changed, or is of another version. Make it anew.")
        return cls(**given, per_arm=per_arm)

    def __str__(self) -> str:
        return (
            f"{self.base:.2%} against {self.other:.2%}: {self.per_arm:,} known outcomes an arm, read once "
            f"(level {self.level:.0%}, power {self.power:.0%})"
        )

    __repr__ = __str__


def plan_test(base: float, other: float, *, level: float = LEVEL, power: float = POWER) -> TestPlan:
    """Find the smallest arms with which Fisher's exact test finds a difference.

    Parameters
    ----------
    base, other : float
        Shares of the two arms, within (0, 1) and not the same.
    level : float, default 0.05
        Both directions together; within (0, 0.5).
    power : float, default 0.8
        Within (0, 1), above the level.

    Returns
    -------
    TestPlan
        From its size on, up to a quarter more, the power never falls below the one asked for.

    Raises
    ------
    ParameterError
        If a parameter is out of its range, or more than 200,000 an arm were needed.

    Examples
    --------
    >>> print(plan_test(0.10, 0.06))
    10.00% against 6.00%: 763 known outcomes an arm, read once (level 5%, power 80%)
    """
    _check(base, other, level, power)
    return TestPlan(base, other, level, power, _smallest(base, other, level, power))


def _check(base: float, other: float, level: float, power: float) -> None:
    for name, value in (("base", base), ("other", other), ("power", power)):
        if not 0.0 < finite_number(name, value) < 1.0:
            raise ParameterError.must_be(name, "within 0 and 1, and neither", value)
    if not 0.0 < finite_number("level", level) < 0.5:
        raise ParameterError.must_be("level", "above 0 and below 0.5", level)
    if base == other or power <= level:
        raise ParameterError("A test needs two shares that differ, and more power than its level.")


def _may_be(per_arm: int, base: float, other: float, level: float, power: float) -> bool:
    """Tell at little cost whether a size may be the smallest: it is enough, and one less is not."""
    _check(base, other, level, power)
    if not 0 < per_arm <= _FAR * _guess(base, other, level, power) + _FEW:
        return False
    if exact_power(per_arm, base, other, level) < power:
        return False
    return per_arm <= 2 or exact_power(per_arm - 1, base, other, level) < power


def _guess(base: float, other: float, level: float, power: float) -> float:
    """Return about how many outcomes an arm are needed."""
    mean = (base + other) / 2.0
    reach = stats.norm.ppf(1.0 - level / 2.0) + stats.norm.ppf(power)
    guess = float(2.0 * mean * (1.0 - mean) * (reach / (base - other)) ** 2)
    if guess > _MOST:
        raise ParameterError(
            f"So small a difference needs about {guess:,.0f} outcomes an arm. Look for a larger one."
        )
    return guess


def _smallest(base: float, other: float, level: float, power: float) -> int:
    guess = _guess(base, other, level, power)
    low, high = 1, max(4, int(1.5 * guess) + 20)
    while exact_power(high, base, other, level) < power:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if exact_power(middle, base, other, level) >= power else (middle, high)
    return _steady(high, base, other, level, power)


def _steady(size: int, base: float, other: float, level: float, power: float) -> int:
    """Go on to where power stays: as outcomes are whole numbers, it rises in saw teeth."""
    step = max(1, size // 50)
    while True:
        short = [
            n for n in range(size, size + size // 4 + 2, step) if exact_power(n, base, other, level) < power
        ]
        if not short:
            return size
        size = short[-1] + 1
        while exact_power(size, base, other, level) < power:
            size += 1


@lru_cache(maxsize=4_096)
def exact_power(per_arm: int, base: float, other: float, level: float = LEVEL) -> float:
    """Chance that Fisher's exact test finds the difference, summed over all outcomes.

    Parameters
    ----------
    per_arm : int
    base, other, level : float
        As for `plan_test`.
    """
    first, second = (_likely(per_arm, share) for share in (base, other))
    x = np.arange(first[0], first[1] + 1)
    chance_x = stats.binom.pmf(x, per_arm, base)
    found = 0.0
    totals = np.arange(first[0] + second[0], first[1] + second[1] + 1)
    lower = np.asarray(stats.hypergeom.ppf(level / 2.0, 2 * per_arm, totals, per_arm))
    lower = lower - (stats.hypergeom.cdf(lower, 2 * per_arm, totals, per_arm) > level / 2.0)
    y = np.arange(second[0], second[1] + 1)
    chance_y = np.asarray(stats.binom.pmf(y, per_arm, other))
    # With t bads in all, x in the first arm is as unlikely as t - x: both tails have the same bound.
    for value, chance in zip(x.tolist(), chance_x.tolist(), strict=True):
        bound = lower[value + y - totals[0]]
        outside = (value <= bound) | (y <= bound)
        found += chance * float(chance_y[outside].sum())
    return found


def _likely(size: int, share: float) -> tuple[int, int]:
    low, high = (int(stats.binom.ppf(tail, size, share)) for tail in (_TAIL, 1.0 - _TAIL))
    return low, high
