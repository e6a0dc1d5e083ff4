"""Whom a new score lets in and whom it turns away, against the one in use."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.validation import _checks
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric
from creditscore.validation.strategy import strategy_curve

Floats = NDArray[np.float64]

SWAPS: Final = (
    "approval",
    "approval_before",
    "swapped_in",
    "swapped_out",
    "bad_rate",
    "bad_rate_before",
    "bad_rate_swapped_in",
    "bad_rate_swapped_out",
    "bad_rate_change",
    "profit_change",
)


@dataclass(frozen=True, slots=True)
class SwapSet:
    """What changes if a new score with its cut-off replaces the one in use.

    Attributes
    ----------
    metrics : tuple of Metric
        Shares approved (after, before), swapped in and swapped out, all of the applicants; bad rates of those
        approved (after, before) and of those swapped; change of the bad rate; change of profit, in money an
        applicant. NaN where there is nobody of whom to speak.
    cutoff, cutoff_before : float
        The lowest scores that are approved.
    applicants : int
        Rows.
    """

    metrics: tuple[Metric, ...]
    cutoff: float
    cutoff_before: float
    applicants: int

    def __getitem__(self, name: str) -> Metric:
        return self.metrics[SWAPS.index(name)]

    def __str__(self) -> str:
        head = (
            f"{self.applicants:,} applicants, approved from {self.cutoff:g} (before: {self.cutoff_before:g})"
        )
        return "\n".join([head, *map(str, self.metrics)])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def swap_set(
    scores: ArrayLike,
    scores_before: ArrayLike,
    bad: ArrayLike,
    *,
    cutoff: float,
    cutoff_before: float | None = None,
    profit_if_good: ArrayLike = 1.0,
    loss_if_bad: ArrayLike = 1.0,
    sample_weight: ArrayLike | None = None,
    resampling: Resampling | None = None,
) -> SwapSet:
    """Compare two scores and their cut-offs on the same applicants, with intervals.

    Parameters
    ----------
    scores, scores_before : array-like of shape (n_applicants,)
        Of the new score and of the one in use; higher is safer, NaN is never approved.
    bad : array-like of shape (n_applicants,)
        1 for bad, 0 for good, or the probability of default where it is not known, as of those whom the score
        in use declined. Within 0 and 1, and known wherever there is a score.
    cutoff : float
        The lowest new score that is approved.
    cutoff_before : float, optional
        The lowest score that was approved; default: that of the strictest cut-off which approves at least as
        many.
    profit_if_good, loss_if_bad : float or array-like of shape (n_applicants,)
        Money, as for `strategy_curve`.
    sample_weight : array-like of shape (n_applicants,), optional
        Weights, 0 or more.
    resampling : Resampling, optional
        How intervals are made; the cut-offs stay. Default: 200 resamples of rows.

    Returns
    -------
    SwapSet

    Raises
    ------
    ParameterError
        If the rows do not match, or a value is not what it can be.

    Examples
    --------
    >>> swaps = swap_set([700, 650, 600], [700, 600, 650], [0, 0, 1], cutoff=650, cutoff_before=650)
    >>> swaps["bad_rate"].value, swaps["bad_rate_before"].value
    (0.0, 0.5)
    """
    after, before = (
        strategy_curve(one, bad, profit_if_good=profit_if_good, loss_if_bad=loss_if_bad,
                       sample_weight=sample_weight)
        for one in (scores, scores_before)
    )  # fmt: skip
    if cutoff_before is None:
        wanted = after.at(cutoff).approval
        enough = int(np.argmax(after_rounding(before.approval) >= after_rounding(np.array([wanted]))[0]))
        cutoff_before = float(before.cutoffs[enough])
    new, old = (np.asarray(one, np.float64) for one in (scores, scores_before))
    chosen = np.nan_to_num(new, nan=-np.inf) >= cutoff, np.nan_to_num(old, nan=-np.inf) >= cutoff_before
    n = new.size
    outcome = np.nan_to_num(np.asarray(bad, np.float64))
    gain = np.broadcast_to(np.asarray(profit_if_good, np.float64), (n,)) * (1.0 - outcome)
    gain = gain - np.broadcast_to(np.asarray(loss_if_bad, np.float64), (n,)) * outcome
    weight = np.ones(n) if sample_weight is None else _checks.finite("sample_weight", sample_weight, n)
    how = Resampling() if resampling is None else resampling
    metrics = how.metrics(
        SWAPS,
        lambda counts: _figures(*chosen, outcome, gain, counts * weight),
        n,
        lambda counts: bool((counts * weight).sum() > 0),
    )
    return SwapSet(metrics, float(cutoff), float(cutoff_before), n)


def after_rounding(shares: Floats) -> Floats:
    """Shares without the last bits that sums of weights leave, shape (n_shares,)."""
    return np.round(shares, 12)


def _figures(
    now: NDArray[np.bool_], before: NDArray[np.bool_], outcome: Floats, gain: Floats, weight: Floats
) -> list[float]:
    def bad_rate(chosen: NDArray[np.bool_]) -> float:
        there = float(weight[chosen].sum())
        return float(weight[chosen] @ outcome[chosen]) / there if there > 0 else float("nan")

    total = float(weight.sum())
    into, out = now & ~before, before & ~now
    sizes = [float(weight[chosen].sum()) / total for chosen in (now, before, into, out)]
    rates = [bad_rate(chosen) for chosen in (now, before, into, out)]
    change = float((weight * gain) @ (now.astype(float) - before.astype(float))) / total
    return [*sizes, *rates, rates[0] - rates[1], change]
