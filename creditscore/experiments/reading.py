"""A test that may be looked at every day, with outcomes that come late.

Applications of both arms are put into blocks in the order in which they came; a block counts once all its
outcomes are due, whatever they are, so that early bads weigh no more than late goods.

References
----------
Turner, Ly and Grunwald (2024), "Generic E-variables for exact sequential k-sample tests that allow for
optional stopping", J. of Statistical Planning and Inference 230: the evidence. Ville (1939): a fair capital
rarely grows twentyfold. Waudby-Smith and Ramdas (2024), "Estimating means of bounded random variables by
betting", J. of the Royal Statistical Society B 86(1), theorem 2: the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import ParameterError
from creditscore.experiments.size import TestPlan

if TYPE_CHECKING:
    Float64: TypeAlias = NDArray[np.float64]

Verdict: TypeAlias = Literal["go_on", "other_is_lower", "other_is_higher"]

ARMS: Final = ("champion", "challenger")
# How many outcomes the planned share weighs before there are any.
_PRIOR: Final = 50.0
_LEAST: Final = 1e-4
_WIDEST_BET: Final = 0.5


class ArmCount(NamedTuple):
    """One arm of a test: applications, those whose outcome is due, bads among them, and their share."""

    name: str
    applications: int
    due: int
    bads: int
    share: float


@dataclass(frozen=True, slots=True)
class TestReading:
    """A test as it stands now.

    Attributes
    ----------
    arms : tuple of ArmCount
        First the one that is tested against.
    blocks : int
        Blocks whose outcomes are all due; only they count.
    evidence : float
        The largest e-value so far: if the arms do not differ it ever exceeds ``1 / level`` with a chance of
        at most ``level``, however often one looks.
    p_value : float
        ``1 / evidence``, at most 1; valid at whatever moment one stops.
    difference, low, high : float
        Share of the second arm less that of the first in the blocks, and an interval that holds at all looks
        together with a chance of ``1 - level``.
    verdict : {"go_on", "other_is_lower", "other_is_higher"}
        Of the second arm; it stays once it is reached.
    decided_after : int
        Blocks at which it was reached, 0 before that.
    level : float
    """

    __test__ = False  # no test of pytest's

    arms: tuple[ArmCount, ArmCount]
    blocks: int
    evidence: float
    p_value: float
    difference: float
    low: float
    high: float
    verdict: Verdict
    decided_after: int
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Write the reading as plain data; what is not known yet is null."""
        plain = {
            name: getattr(self, name)
            for name in ("blocks", "evidence", "p_value", "verdict", "decided_after", "level")
        }
        for name in ("difference", "low", "high"):
            value = getattr(self, name)
            plain[name] = None if np.isnan(value) else value
        arms = [one._asdict() | {"share": None if np.isnan(one.share) else one.share} for one in self.arms]
        return {"arms": arms, **plain}

    def __str__(self) -> str:
        lines = [
            f"{one.name}: {one.applications:,} applications, {one.due:,} due, {one.bads:,} bad "
            f"({one.share:.2%})"
            for one in self.arms
        ]
        lines.append(
            f"difference {self.difference:+.2%} ({self.low:+.2%} to {self.high:+.2%}) in {self.blocks:,} "
            f"blocks; evidence {self.evidence:.3g}, p {self.p_value:.3g}: {self.verdict.replace('_', ' ')}"
        )
        return "\n".join(lines)

    __repr__ = __str__


def read_test(
    plan: TestPlan,
    arm: Sequence[str] | NDArray[Any],
    bad: ArrayLike,
    entered: ArrayLike,
    due: ArrayLike,
    now: Any,
    *,
    arms: tuple[str, str] = ARMS,
    per_block: tuple[int, int] = (1, 1),
) -> TestReading:
    """Read a test; it may be read as often as one likes.

    Parameters
    ----------
    plan : TestPlan
        Its shares say which difference is looked for; its level holds whatever the true shares are.
    arm : sequence of str, shape (n,)
        One of `arms`.
    bad : array-like of {0, 1}, shape (n,)
        1 for bad, 0 for good; NaN where it is not known yet.
    entered : array-like of numbers or datetime64, shape (n,)
        When each application came; blocks are made in this order.
    due : array-like of numbers or datetime64, shape (n,)
        When its outcome is due, whatever it is: for a window of 365 days, 365 days later.
    now : number or datetime64
        Outcomes that are due later do not count, also where they are known: early ones are the bad ones.
    arms : tuple of two str, default ("champion", "challenger")
    per_block : tuple of two int, default (1, 1)
        Applications of each arm in a block: (4, 1) where four in five go to the first. It must be chosen
        before the test begins.

    Returns
    -------
    TestReading

    Raises
    ------
    ParameterError
        If arrays do not fit each other, an arm is none of the two, or an outcome that is due is missing:
        leaving such rows out would let outcomes decide who counts.

    Examples
    --------
    >>> from creditscore.experiments.size import plan_test
    >>> rng = np.random.default_rng(1)
    >>> arm = np.where(np.arange(3000) % 2 == 0, "champion", "challenger")
    >>> bad = rng.random(3000) < np.where(arm == "champion", 0.10, 0.05)
    >>> day = np.arange(3000) // 10
    >>> print(read_test(plan_test(0.10, 0.06), arm, bad, day, day + 30, now=330))
    champion: 1,500 applications, 1,500 due, 144 bad (9.60%)
    challenger: 1,500 applications, 1,500 due, 89 bad (5.93%)
    difference -3.67% (-5.89% to +0.24%) in 1,500 blocks; evidence 854, p 0.00117: other is lower
    """
    rows = _checked(arm, bad, entered, due, now, arms)
    many = _sizes(per_block)
    order = [
        np.flatnonzero(rows.arm == name)[np.argsort(rows.entered[rows.arm == name], kind="stable")]
        for name in arms
    ]
    blocks = min(one.size // size for one, size in zip(order, many, strict=True))
    parts = [one[: blocks * size].reshape(blocks, size) for one, size in zip(order, many, strict=True)]
    ready = np.max([rows.due[part].max(axis=1) for part in parts], axis=0) if blocks else np.empty(0)
    counted = np.flatnonzero(ready <= rows.now)
    counted = counted[np.argsort(ready[counted], kind="stable")]
    bads = [rows.bad[part[counted]].sum(axis=1) for part in parts]
    grown = _evidence(bads, many, plan)
    low, high, difference = _interval([one / size for one, size in zip(bads, many, strict=True)], plan.level)
    passed = np.flatnonzero(grown.both >= 1.0 / plan.level)
    first = int(passed[0]) if passed.size else -1
    largest = float(grown.both.max(initial=1.0))
    rises = first >= 0 and grown.higher[first] >= grown.lower[first]
    return TestReading(
        arms=tuple(_counted(name, rows) for name in arms),  # type: ignore[arg-type]
        blocks=counted.size,
        evidence=largest,
        p_value=min(1.0, 1.0 / largest),
        difference=difference,
        low=low,
        high=high,
        verdict="go_on" if first < 0 else ("other_is_higher" if rises else "other_is_lower"),
        decided_after=first + 1,
        level=plan.level,
    )


class _Rows(NamedTuple):
    arm: NDArray[Any]
    bad: NDArray[np.float64]
    entered: NDArray[Any]
    due: NDArray[Any]
    now: Any


def _checked(arm: Any, bad: Any, entered: Any, due: Any, now: Any, arms: tuple[str, str]) -> _Rows:
    if len(arms) != 2 or arms[0] == arms[1]:
        raise ParameterError.must_be("arms", "two names that differ", arms)
    rows = _Rows(np.asarray(arm), numbers_of("bad", bad), np.asarray(entered), np.asarray(due), now)
    sizes = {name: getattr(rows, name).shape for name in ("arm", "bad", "entered", "due")}
    if len(set(sizes.values())) != 1 or rows.bad.ndim != 1:
        raise ParameterError(f"The arrays of a test must be of one length. Got {sizes}.")
    strange = ~np.isin(rows.arm, arms)
    if strange.any():
        raise ParameterError.must_be("arm", f"one of {arms} in every row", rows.arm[strange][0])
    for name, times in (("entered", rows.entered), ("due", rows.due), ("now", np.asarray(now))):
        if times.dtype.kind == "O" or (times != times).any():
            raise ParameterError.must_be(name, "a number or a datetime64, never missing", "another value")
    if (rows.due < rows.entered).any():
        raise ParameterError("An outcome is due before its application came. Correct 'due' or 'entered'.")
    known = rows.due <= now
    if not np.isin(rows.bad[~np.isnan(rows.bad)], (0.0, 1.0)).all():
        raise ParameterError.must_be("bad", "0, 1 or NaN in every row", "another value")
    gone = int(np.isnan(rows.bad[known]).sum())
    if gone:
        raise ParameterError(
            f"{gone:,} outcomes are due and missing in 'bad'. Find them out, or count them as bad: left out, "
            "they would decide who counts."
        )
    return rows


def _sizes(per_block: tuple[int, int]) -> tuple[int, int]:
    fits = len(per_block) == 2 and all(isinstance(n, int) and not isinstance(n, bool) for n in per_block)
    if not fits or min(per_block) < 1:
        raise ParameterError.must_be("per_block", "two whole numbers of at least 1", per_block)
    return per_block


def _counted(name: str, rows: _Rows) -> ArmCount:
    mine = rows.arm == name
    due = mine & (rows.due <= rows.now)
    bads = int(rows.bad[due].sum())
    share = bads / int(due.sum()) if due.any() else float("nan")
    return ArmCount(name, int(mine.sum()), int(due.sum()), bads, share)


class _Evidence(NamedTuple):
    higher: NDArray[np.float64]
    lower: NDArray[np.float64]
    both: NDArray[np.float64]


def _evidence(bads: list[NDArray[np.float64]], many: tuple[int, int], plan: TestPlan) -> _Evidence:
    """E-values after each block, against shares as far apart as planned around the share seen so far."""
    both = sum(many)
    seen = np.concatenate([[0.0], np.cumsum(bads[0] + bads[1])])[:-1]
    middle = (many[0] * plan.base + many[1] * plan.other) / both
    mean = (_PRIOR * middle + seen) / (_PRIOR + both * np.arange(seen.size))
    apart = abs(_logit(plan.other) - _logit(plan.base)) / 2.0
    grown = []
    for sign in (1.0, -1.0):
        first, second = (_share(_logit(mean) + side * sign * apart) for side in (-1.0, 1.0))
        null = (many[0] * first + many[1] * second) / both
        logs = _log_chance(bads[0], many[0], first) + _log_chance(bads[1], many[1], second)
        logs -= _log_chance(bads[0] + bads[1], both, null)
        grown.append(np.exp(np.minimum(np.cumsum(logs), 700.0)))
    return _Evidence(grown[0], grown[1], (grown[0] + grown[1]) / 2.0)


def _log_chance(bads: NDArray[np.float64], size: int, share: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = bads * np.log(share) + (size - bads) * np.log1p(-share)
    return chance


def _logit(share: Any) -> Any:
    return np.log(share) - np.log1p(-share)


def _share(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(1.0 / (1.0 + np.exp(-logit)), _LEAST, 1.0 - _LEAST)


def _interval(shares: list[NDArray[np.float64]], level: float) -> tuple[float, float, float]:
    """Interval of the mean difference that holds at all looks together, and the difference."""
    apart = shares[1] - shares[0]
    if not apart.size:
        nothing = float("nan")
        return nothing, nothing, nothing
    values = (apart + 1.0) / 2.0
    number = np.arange(1, values.size + 1)
    means = (0.5 + np.cumsum(values)) / (number + 1.0)
    before = np.concatenate([[0.5], means[:-1]])
    spread = (0.25 + np.cumsum((values - means) ** 2)) / (number + 1.0)
    spread_before = np.concatenate([[0.25], spread[:-1]])
    reach = np.log(2.0 / level)
    bets = np.minimum(np.sqrt(2.0 * reach / (spread_before * number * np.log1p(number))), _WIDEST_BET)
    cost = 4.0 * (values - before) ** 2 * (-np.log1p(-bets) - bets) / 4.0
    total = np.cumsum(bets)
    middle = np.cumsum(bets * values) / total
    width = (reach + np.cumsum(cost)) / total
    low = np.maximum.accumulate(middle - width)[-1]
    high = np.minimum.accumulate(middle + width)[-1]
    ends = np.clip(2.0 * np.array([low, high]) - 1.0, -1.0, 1.0)
    return float(ends[0]), float(ends[1]), float(apart.mean())
