"""The choice of a cut-off: a goal, and what it must not cost, by looking at every cut-off there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.asked import check_known
from creditscore.errors import FittingError, ParameterError
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric
from creditscore.validation.strategy import StrategyCurve, StrategyPoint, strategy_curve

Floats = NDArray[np.float64]
Goal: TypeAlias = Literal["profit", "approval", "bad_rate", "return_on_capital"]

# Sums of weights differ in their last bits from shares that were typed in.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class CutoffLimits:
    """What a cut-off must keep to; None asks for nothing.

    Parameters
    ----------
    most_bad_rate, least_approval, least_impact_ratio : float, optional
        Shares within 0 and 1. Where nobody is approved there is no bad rate and no impact ratio, so that no
        limit of theirs is kept.
    most_loss, most_capital, least_profit : float, optional
        Money in all.

    Examples
    --------
    >>> CutoffLimits(most_bad_rate=0.05, least_impact_ratio=0.8).most_bad_rate
    0.05
    """

    most_bad_rate: float | None = None
    least_approval: float | None = None
    least_impact_ratio: float | None = None
    most_loss: float | None = None
    most_capital: float | None = None
    least_profit: float | None = None

    def __post_init__(self) -> None:
        for name in ("most_bad_rate", "least_approval", "least_impact_ratio"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= 1.0:
                raise ParameterError.must_be(name, "within 0 and 1", value)
        for name in ("most_loss", "most_capital", "least_profit"):
            value = getattr(self, name)
            if value is not None and not np.isfinite(value):
                raise ParameterError.must_be(name, "a finite number", value)

    def kept(self, curve: StrategyCurve) -> Mapping[str, NDArray[np.bool_]]:
        """By limit that is set, which cut-offs keep to it, each of shape (n_cutoffs,)."""
        found = {}
        for field in fields(self):
            limit = getattr(self, field.name)
            if limit is None:
                continue
            bound, _, figure = field.name.partition("_")
            values = getattr(curve, figure)
            slack = _ROUNDING * max(1.0, abs(limit))
            found[field.name] = values <= limit + slack if bound == "most" else values >= limit - slack
        return MappingProxyType(found)


def _by_profit(curve: StrategyCurve) -> Floats:
    return curve.profit


def _by_approval(curve: StrategyCurve) -> Floats:
    return curve.approval


def _by_bad_rate(curve: StrategyCurve) -> Floats:
    return -curve.bad_rate


def _by_return(curve: StrategyCurve) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(curve.capital > 0, curve.profit / curve.capital, np.nan)


GOALS: Final[Mapping[str, Callable[[StrategyCurve], Floats]]] = MappingProxyType(
    {
        "profit": _by_profit,
        "approval": _by_approval,
        "bad_rate": _by_bad_rate,
        "return_on_capital": _by_return,
    }
)


def best_cutoff(
    curve: StrategyCurve, goal: Goal = "profit", limits: CutoffLimits | None = None
) -> StrategyPoint:
    """Find the cut-off that serves a goal best within limits, by looking at each.

    Parameters
    ----------
    curve : StrategyCurve
        What each cut-off would do.
    goal : {"profit", "approval", "bad_rate", "return_on_capital"}
        Most profit, most approvals, the lowest bad rate, or most profit by capital. A target of approvals is
        ``goal="bad_rate"`` with ``least_approval``; a target bad rate is ``goal="approval"`` with
        ``most_bad_rate``.
    limits : CutoffLimits, optional
        What it must keep to.

    Returns
    -------
    StrategyPoint
        Among equals that which approves most.

    Raises
    ------
    NameUnknownError
        If there is no such goal.
    FittingError
        If no cut-off keeps to the limits; it names those that none keeps, or all if each is kept by some.

    Examples
    --------
    >>> from creditscore.validation import strategy_curve
    >>> curve = strategy_curve([700, 650, 600, 500], [0, 0, 1, 0], profit_if_good=10, loss_if_bad=15)
    >>> best_cutoff(curve).cutoff
    650.0
    >>> best_cutoff(curve, "approval", CutoffLimits(most_bad_rate=0.3)).cutoff
    500.0
    """
    check_known("goal", goal, GOALS)
    kept = {} if limits is None else limits.kept(curve)
    allowed = np.all([np.ones(len(curve), bool), *kept.values()], axis=0)
    if not allowed.any():
        never = [name for name, keeps in kept.items() if not keeps.any()]
        which = " and ".join(repr(name) for name in never or kept)
        raise FittingError(
            f"No cut-off keeps to {which}{'' if never else ' at once'}. Relax a limit, or change the score."
        )
    values = np.where(allowed, GOALS[goal](curve), np.nan)
    if np.isnan(values).all():
        raise FittingError(f"The goal {goal!r} is not known of any cut-off within the limits.")
    best = np.flatnonzero(values == np.nanmax(values))
    return curve.point(int(best[-1]))


def best_cutoff_interval(
    curve_of: Callable[[Floats], StrategyCurve],
    n_applicants: int,
    goal: Goal = "profit",
    limits: CutoffLimits | None = None,
    *,
    resampling: Resampling | None = None,
) -> tuple[Metric, ...]:
    """Choose the cut-off anew in every resample: how far the data pin it down.

    Parameters
    ----------
    curve_of : callable
        From weights, shape (n_applicants,), to a `StrategyCurve`:
        ``lambda weight: strategy_curve(scores, bad, sample_weight=weight)``.
    n_applicants : int
        Rows.
    goal, limits
        As for `best_cutoff`. Limits in money are those of all the applicants.
    resampling : Resampling, optional
        How intervals are made.

    Returns
    -------
    tuple of Metric
        Cut-off, approval, bad rate and profit of the choice. Resamples in which no cut-off keeps to the
        limits, or nobody is approved, are left out.

    Raises
    ------
    FittingError
        If no cut-off keeps to the limits on all rows.

    Examples
    --------
    >>> from creditscore.validation import Resampling, strategy_curve
    >>> chosen = best_cutoff_interval(
    ...     lambda weight: strategy_curve([700, 650, 600, 500], [0, 0, 1, 1], sample_weight=weight),
    ...     4,
    ...     resampling=Resampling(resamples=20),
    ... )
    >>> chosen[0].name, chosen[0].value
    ('cutoff', 650.0)
    """
    names = ("cutoff", "approval", "bad_rate", "profit")
    best_cutoff(curve_of(np.ones(n_applicants)), goal, limits)

    def chosen(counts: Floats) -> list[float]:
        try:
            point = best_cutoff(curve_of(counts), goal, limits)
        except FittingError:
            return [np.nan] * len(names)
        cutoff = point.cutoff if np.isfinite(point.cutoff) else np.nan
        return [cutoff, point.approval, point.bad_rate, point.profit]

    how = Resampling() if resampling is None else resampling
    return how.metrics(names, chosen, n_applicants, np.any)


def break_even_probability(profit_if_good: ArrayLike, loss_if_bad: ArrayLike) -> Floats:
    """Probability of default at which a loan neither earns nor loses; below it, approving pays.

    Parameters
    ----------
    profit_if_good : array-like, shape (n_loans,), or float
        Money earned if the loan turns out good, 0 or more.
    loss_if_bad : array-like, shape (n_loans,), or float
        Money lost if it turns out bad, 0 or more.

    Returns
    -------
    ndarray of float64, shape (n_loans,), or of shape () for numbers
        Within 0 and 1; NaN where both are 0.

    Raises
    ------
    ParameterError
        If a value is negative or not finite.

    References
    ----------
    Elkan (2001), The foundations of cost-sensitive learning, IJCAI.

    Examples
    --------
    >>> float(break_even_probability(10.0, 90.0))
    0.1
    """
    gain, loss = (np.asarray(values, np.float64) for values in (profit_if_good, loss_if_bad))
    for name, values in (("profit_if_good", gain), ("loss_if_bad", loss)):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise ParameterError.must_be(name, "finite and 0 or more", "another value")
    with np.errstate(invalid="ignore"):
        share: Floats = np.asarray(gain / (gain + loss))
    return share


def cutoff_declining(scores: ArrayLike, declined: float, *, sample_weight: ArrayLike | None = None) -> float:
    """Return the strictest cut-off that declines at most a share, such as `maximum_profit` finds.

    Parameters
    ----------
    scores : array-like of shape (n_applicants,)
        Higher is safer; NaN is always declined.
    declined : float
        Share of the applicants, within 0 and 1.
    sample_weight : array-like of shape (n_applicants,), optional
        Weights, 0 or more.

    Returns
    -------
    float
        The lowest score that is approved; of those that decline no more than the share, the highest. If even
        the lowest score declines more, as applicants without a score do, it is the lowest score.

    Raises
    ------
    ParameterError
        If the share is not within 0 and 1, or the scores are not what they can be.

    Examples
    --------
    >>> cutoff_declining([500, 600, 650, 700], 0.25)
    600.0
    """
    if not 0.0 <= declined <= 1.0:
        raise ParameterError.must_be("declined", "within 0 and 1", declined)
    points = np.asarray(scores, np.float64)
    curve = strategy_curve(points, np.zeros(points.shape), sample_weight=sample_weight)
    return float(
        curve.cutoffs[int(np.argmax(curve.approval >= min(1.0 - declined, curve.approval[-1]) - _ROUNDING))]
    )
