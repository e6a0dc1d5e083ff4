"""How well declining screens: what became of the few who were lent to although they were declined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.validation.rejects._checks import partial_outcomes
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric

Floats = NDArray[np.float64]
Screening: TypeAlias = Literal["not_seen", "not_sure", "screens", "does_not_screen"]
Change: TypeAlias = Literal["better", "worse", "illusion", "not_sure"]
_FEWEST: Final = 10
_LEAST_RATIO: Final = 1.25
_Z: Final = 1.959964


@dataclass(frozen=True, slots=True)
class RejectionQuality:
    """How well declining screens, made by `rejection_quality`.

    Attributes
    ----------
    applications, approved, explored : int
        All; those that are approved; those that are declined and have an outcome all the same.
    bad_rate_approved : Metric
        Share of bads among the approved: all that a figure of accepted applications can see.
    bad_rate_declined, ratio, caught : Metric
        Share of bads among the declined; by that of the approved; and the share of all bads that is declined
        (recall of bads). NaN where nobody was explored.
    verdict : {"not_seen", "not_sure", "screens", "does_not_screen"}
        ``not_seen``: fewer than ten explored outcomes: no figure says whether declining screens. ``screens``:
        the declined go bad more often than the approved, by the interval of the ratio. ``does_not_screen``:
        the whole interval lies at or below 1.25.
    """

    applications: int
    approved: int
    explored: int
    bad_rate_approved: Metric
    bad_rate_declined: Metric
    ratio: Metric
    caught: Metric
    verdict: Screening

    def __str__(self) -> str:
        names = ("bad_rate_approved", "bad_rate_declined", "ratio", "caught")
        figures = ", ".join(str(getattr(self, name)).replace("_", " ") for name in names)
        return (
            f"{self.approved:,} of {self.applications:,} approved, {self.explored:,} of the others explored: "
            f"{figures}: {self.verdict.replace('_', ' ')}"
        )

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class RejectionChange:
    """Two cycles side by side, made by `compare_rejection`.

    Attributes
    ----------
    bad_rate_approved, caught : Metric
        Change from the first to the second, with its interval.
    verdict : {"better", "worse", "illusion", "not_sure"}
        Of the share of bads that is declined. ``illusion``: it fell while the bad rate of the approved fell
        or stayed, so that what is seen of the approved alone looks better.
    """

    bad_rate_approved: Metric
    caught: Metric
    verdict: Change

    def __str__(self) -> str:
        figures = f"{self.bad_rate_approved}, {self.caught}".replace("_", " ")
        return f"change: {figures}: {self.verdict.replace('_', ' ')}"

    __repr__ = __str__


def rejection_quality(
    bad: ArrayLike,
    approved: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    applicants: ArrayLike | None = None,
    resamples: int = 300,
    level: float = 0.95,
    seed: int = 0,
) -> RejectionQuality:
    """Measure how well declining screens, by those who were declined and lent to at random.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 bad, 0 good, NaN without an outcome. Of the declined only those of an exploration may have one.
    approved : array-like of bool, shape (n_applications,)
        Whether the rule that is judged approves.
    weight : array-like of shape (n_applications,), optional
        Of the declined with an outcome: one by the share that was explored, as the record of a decision has
        it. Above 0. By default all alike; the weight of others is not read.
    applicants : array-like of shape (n_applications,), optional
        Who each row is about.
    resamples, level, seed
        As for `performance`.

    Returns
    -------
    RejectionQuality

    Raises
    ------
    ParameterError
        If arrays do not fit, or no approved application has an outcome.

    References
    ----------
    Scarone and Baeza-Yates (2026), The Illusion of Improvement: Reject Inference Strategies in Credit
    Scoring, arXiv 2606.18479.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> approved = rng.random(5000) < 0.7
    >>> bad = (rng.random(5000) < np.where(approved, 0.05, 0.20)).astype(float)
    >>> bad[~approved & (rng.random(5000) > 0.05)] = np.nan
    >>> found = rejection_quality(bad, approved)
    >>> found.verdict, found.caught.low < 0.63 < found.caught.high
    ('screens', True)
    """
    rows = _Rows.of(bad, approved, weight)
    drawing = Resampling(applicants, resamples, level, seed, threads=1)
    names = ("bad_rate_approved", "bad_rate_declined", "ratio", "caught")
    lent, refused, ratio, caught = drawing.metrics(names, rows.figures, rows.bad.size, rows.usable)
    explored = int(rows.explored.sum())
    verdict: Screening = "not_sure"
    if explored < _FEWEST:
        verdict = "not_seen"
    elif ratio.low > 1.0:
        verdict = "screens"
    elif ratio.high <= _LEAST_RATIO:
        verdict = "does_not_screen"
    approved_rows = int(rows.approved.sum())
    return RejectionQuality(
        rows.bad.size, approved_rows, explored, lent, refused, ratio, caught, verdict
    )  # fmt: skip


def compare_rejection(before: RejectionQuality, after: RejectionQuality) -> RejectionChange:
    """Compare how well declining screened in two cycles whose applications are not the same.

    Parameters
    ----------
    before, after : RejectionQuality
        Of two rules, each on applications of its own time.

    Returns
    -------
    RejectionChange

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> cycles = []
    >>> for rates in ((0.06, 0.30), (0.05, 0.05)):
    ...     approved = rng.random(8000) < 0.7
    ...     bad = (rng.random(8000) < np.where(approved, *rates)).astype(float)
    ...     bad[~approved & (rng.random(8000) > 0.05)] = np.nan
    ...     cycles.append(rejection_quality(bad, approved))
    >>> compare_rejection(*cycles).verdict
    'illusion'
    """
    seen = _less("bad_rate_approved", after.bad_rate_approved, before.bad_rate_approved)
    caught = _less("caught", after.caught, before.caught)
    verdict: Change = "not_sure"
    if caught.low > 0.0:
        verdict = "better"
    elif caught.high < 0.0:
        verdict = "illusion" if seen.low <= 0.0 else "worse"
    return RejectionChange(seen, caught, verdict)


def _less(name: str, one: Metric, other: Metric) -> Metric:
    """Difference of two independent figures: ends by their distances added in squares (Newcombe 1998)."""
    change = one.value - other.value
    down = np.hypot(one.value - one.low, other.high - other.value)
    up = np.hypot(one.high - one.value, other.value - other.low)
    return Metric(name, change, float(change - down), float(change + up))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Arrays of shape (n_rows,)."""

    bad: Floats
    approved: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    explored: NDArray[np.bool_]
    weight: Floats

    @classmethod
    def of(cls, bad: Any, approved: Any, weight: Any) -> _Rows:
        outcomes, flags = partial_outcomes(bad), np.asarray(approved)
        if flags.shape != outcomes.shape or flags.dtype.kind != "b":
            raise ParameterError.must_be("approved", f"true or false for {outcomes.size} rows", approved)
        known = ~np.isnan(outcomes)
        explored = known & ~flags
        counts = np.ones(outcomes.size) if weight is None else np.asarray(weight, np.float64)
        if counts.shape != outcomes.shape:
            raise ParameterError.must_be("weight", f"one for each of {outcomes.size} rows", counts.shape)
        if not ((counts[explored] > 0) & np.isfinite(counts[explored])).all():
            raise ParameterError.must_be("weight", "above 0 where a declined one has an outcome", weight)
        if not (known & flags).any():
            raise ParameterError.must_be("bad", "known for some who are approved", "none")
        return cls(outcomes, flags, known & flags, explored, counts)

    def usable(self, counts: Floats) -> bool:
        """Whether the approved and, if there are any, the explored are in a draw."""
        return bool(counts[self.seen].any() and (counts[self.explored].any() or not self.explored.any()))

    def figures(self, counts: Floats) -> list[float]:
        """Both bad rates, the second by the first, and the share of bads that is declined."""
        approved = _mean(self.bad[self.seen], counts[self.seen])
        weight = counts[self.explored] * self.weight[self.explored]
        declined = _mean(self.bad[self.explored], weight)
        lent, refused = counts[self.approved].sum(), counts[~self.approved].sum()
        bads = declined * refused + approved * lent
        ratio = declined / approved if approved > 0 else (np.inf if declined > 0 else np.nan)
        return [approved, declined, ratio, declined * refused / bads if bads > 0 else np.nan]


def _mean(values: Floats, weight: Floats) -> float:
    whole = float(weight.sum())
    return float(values @ weight) / whole if whole > 0 else float("nan")
