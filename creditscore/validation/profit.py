"""What a score is worth in money when nobody knows beforehand how much of a bad loan will be lost."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.validation import _checks
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric

Floats = NDArray[np.float64]

NOTHING_LOST: Final = 0.55
ALL_LOST: Final = 0.10
RETURN_ON_LOAN: Final = 0.2644


@dataclass(frozen=True, slots=True)
class LossShares:
    """How the share of a bad loan that is lost is spread: all or nothing for some, even between for the rest.

    Parameters
    ----------
    nothing : float
        Share of bad loans of which nothing is lost, within 0 and 1.
    everything : float
        Share of bad loans of which everything is lost; both together are at most 1.
    return_on_loan : float
        What a good loan earns, as a share of its amount, above 0.

    References
    ----------
    Verbraken, Bravo, Weber and Baesens (2014), EJOR 238, whose defaults these are.

    Examples
    --------
    >>> LossShares().mean
    0.275
    """

    nothing: float = NOTHING_LOST
    everything: float = ALL_LOST
    return_on_loan: float = RETURN_ON_LOAN

    def __post_init__(self) -> None:
        for name in ("nothing", "everything"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ParameterError.must_be(name, "within 0 and 1", getattr(self, name))
        if self.nothing + self.everything > 1.0:
            raise ParameterError.must_be("nothing + everything", "at most 1", self.nothing + self.everything)
        if not 0.0 < self.return_on_loan < np.inf:
            raise ParameterError.must_be("return_on_loan", "finite and above 0", self.return_on_loan)

    @property
    def mean(self) -> float:
        """Mean share of a bad loan that is lost."""
        return self.everything + (1.0 - self.nothing - self.everything) / 2.0


@dataclass(frozen=True, slots=True)
class MaximumProfit:
    """Expected maximum profit, and which share of the applicants it declines.

    Attributes
    ----------
    profit : float
        Gain over approving everyone, as a share of the mean amount asked for; 0 or more.
    declined : float
        Expected share of the applicants that are declined, within 0 and 1.
    shares : LossShares
        What losses were taken for.
    """

    profit: float
    declined: float
    shares: LossShares

    def __str__(self) -> str:
        return (
            f"Expected maximum profit {self.profit:.6f} of the amount, with {self.declined:.2%} of the "
            "applicants declined"
        )

    def _repr_html_(self) -> str:
        return f"<p dir='auto'>{escape(str(self))}</p>"


def maximum_profit(
    bad: ArrayLike,
    risk: ArrayLike,
    *,
    shares: LossShares | None = None,
    sample_weight: ArrayLike | None = None,
) -> MaximumProfit:
    """Expected maximum profit (EMP) of a score, in closed form on the hull of its ROC curve.

    For each share lost the best cut-off is taken; the profits are then averaged over the shares. Where two
    cut-offs earn the same, fewer are declined.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    risk : array-like of shape (n_applications,)
        Any finite number that grows with risk.
    shares : LossShares, optional
        How losses are spread, and what a good loan earns.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.

    Returns
    -------
    MaximumProfit

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    References
    ----------
    Verbraken, Bravo, Weber and Baesens (2014), Development and application of consumer credit scoring models
    using profit-based classification measures, EJOR 238.

    Examples
    --------
    >>> certain = LossShares(nothing=0.0, everything=1.0, return_on_loan=0.2)
    >>> found = maximum_profit([0, 0, 0, 1], [0.1, 0.2, 0.3, 0.9], shares=certain)
    >>> found.profit, found.declined
    (0.25, 0.25)
    """
    outcome = _checks.outcomes(bad)
    weight = _checks.weights(sample_weight, outcome)
    _, codes = np.unique(_checks.finite("risk", risk, outcome.size), return_inverse=True)
    taken = LossShares() if shares is None else shares
    return MaximumProfit(*_expected(*_hull(outcome, codes, weight), taken), taken)


def maximum_profit_interval(
    bad: ArrayLike,
    risk: ArrayLike,
    resampling: Resampling,
    *,
    shares: LossShares | None = None,
    sample_weight: ArrayLike | None = None,
) -> tuple[Metric, Metric]:
    """Expected maximum profit and the share declined, each with its interval.

    Parameters
    ----------
    bad, risk, sample_weight : array-like of shape (n_applications,)
        As for `maximum_profit`.
    resampling : Resampling
        How intervals are made.
    shares : LossShares, optional
        As for `maximum_profit`.

    Returns
    -------
    tuple of Metric
        ``"emp"`` and ``"emp_declined"``.

    Raises
    ------
    ParameterError
        As for `maximum_profit`.

    Examples
    --------
    >>> from creditscore.validation import Resampling
    >>> profit, declined = maximum_profit_interval([0, 0, 1, 1], [1, 3, 2, 4], Resampling(resamples=20))
    >>> profit.low <= profit.value <= profit.high
    True
    """
    outcome = _checks.outcomes(bad)
    weight = _checks.weights(sample_weight, outcome)
    _, codes = np.unique(_checks.finite("risk", risk, outcome.size), return_inverse=True)
    taken = LossShares() if shares is None else shares
    first, second = resampling.metrics(
        ("emp", "emp_declined"),
        lambda counts: _expected(*_hull(outcome, codes, counts * weight), taken),
        outcome.size,
        lambda counts: both_classes(outcome, counts * weight),
    )
    return first, second


def both_classes(outcome: Floats, weight: Floats) -> bool:
    """Tell whether goods and bads both have weight; arrays of shape (n_rows,)."""
    return 0.0 < float(outcome @ weight) < float(weight.sum())


def _hull(outcome: Floats, codes: NDArray[np.intp], weight: Floats) -> tuple[Floats, Floats]:
    """Bads and goods of the blocks of the convex hull, as shares of all rows, riskiest first."""
    from scipy.optimize import isotonic_regression

    bads = np.bincount(codes, weight * outcome)[::-1]
    every = np.bincount(codes, weight)[::-1]
    there = every > 0
    bads, every = bads[there], every[there]
    starts = isotonic_regression(bads / every, weights=every, increasing=False).blocks[:-1]
    total = every.sum()
    bads, every = np.add.reduceat(bads, starts), np.add.reduceat(every, starts)
    return bads / total, (every - bads) / total


def _expected(bads: Floats, goods: Floats, shares: LossShares) -> tuple[float, float]:
    """Profit and share declined: block k is declined from the loss share on at which it stops to pay."""
    with np.errstate(divide="ignore"):
        from_share = np.minimum(shares.return_on_loan * goods / bads, 1.0)
    between = 1.0 - shares.nothing - shares.everything
    # The integral of a block's own gain over the loss shares at which it is declined.
    even = bads * (1.0 - from_share**2) / 2.0 - shares.return_on_loan * goods * (1.0 - from_share)
    sure = np.maximum(bads - shares.return_on_loan * goods, 0.0)
    profit = float((between * even + shares.everything * sure).sum())
    declined = (bads + goods) * (between * (1.0 - from_share) + shares.everything * (sure > 0.0))
    return max(profit, 0.0), float(declined.sum())
