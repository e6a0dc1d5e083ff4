"""How many came to be so, month by month, where not all are of the same age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from creditscore._ground.arrays import Float64, Int64, read_only
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """Share that had come to be so by the end of each month, with 95 % intervals.

    Attributes
    ----------
    at_risk, events : ndarray of int64, shape (n_months,)
        Who had seen a month whole and had not come to be so before it; who of them came to be so in it.
    share, low, high : ndarray of float64, shape (n_months,)
        One less the product of all that stayed; within 0 and 1, NaN from the first month on that nobody had
        seen.
    """

    at_risk: Int64
    events: Int64
    share: Float64
    low: Float64
    high: Float64

    def __post_init__(self) -> None:
        for array in (self.at_risk, self.events, self.share, self.low, self.high):
            read_only(array)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each month."""
        import pandas as pd

        names = ("at_risk", "events", "share", "low", "high")
        months = np.arange(1, self.share.size + 1)
        return pd.DataFrame({"month": months} | {name: getattr(self, name) for name in names})


def survival_of(month: ArrayLike, seen: ArrayLike, *, months: int) -> Survival:
    """Estimate shares by the product of monthly hazards (Kaplan and Meier).

    Parameters
    ----------
    month : array-like of int, shape (n,)
        Month, from 1 on, in which each came to be so; 0 for those that did not.
    seen : array-like of int, shape (n,)
        Whole months for which each was seen.
    months : int
        How many months.

    Returns
    -------
    Survival
        Intervals are Jeffreys', of as many rows as the variance by Greenwood speaks for.

    Raises
    ------
    ParameterError
        If arrays do not fit each other.

    References
    ----------
    Kaplan and Meier (1958), J. of the American Statistical Association 53. Greenwood (1926), The natural
    duration of cancer. Dorey and Korn (1987), Effective sample sizes for confidence intervals for survival
    probabilities, Statistics in Medicine 6.

    Examples
    --------
    >>> found = survival_of([1, 0, 2, 0], [1, 1, 3, 3], months=3)
    >>> found.at_risk.tolist(), found.share.tolist()
    ([4, 2, 1], [0.25, 0.625, 0.625])
    """
    when, until = (np.asarray(given) for given in (month, seen))
    if when.ndim != 1 or when.shape != until.shape or {when.dtype.kind, until.dtype.kind} - set("iu"):
        raise ParameterError("month and seen must be whole numbers, in arrays of one length.")
    steps = np.arange(1, months + 1)
    ends = np.where(when > 0, np.minimum(when, until), until)
    at_risk = (ends[:, None] >= steps).sum(axis=0)
    events = ((when[:, None] == steps) & (ends[:, None] >= steps)).sum(axis=0)
    known = at_risk > 0
    hazard = np.divide(events, at_risk, out=np.full(months, np.nan), where=known)
    share = 1.0 - np.cumprod(1.0 - hazard)
    return Survival(at_risk, events, share, *_interval(at_risk, events, share))


def _interval(at_risk: Int64, events: Int64, share: Float64) -> tuple[Float64, Float64]:
    from scipy.special import betaincinv

    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(at_risk > events, events / (at_risk * (at_risk - events)), 0.0)
        greenwood = (1.0 - share) ** 2 * np.cumsum(terms)
        effective = np.where(greenwood > 0.0, share * (1.0 - share) / greenwood, at_risk)
    bad = share * effective
    tail = (1.0 - _LEVEL) / 2.0
    low, high = (betaincinv(bad + 0.5, effective - bad + 0.5, end) for end in (tail, 1.0 - tail))
    low, high = np.where(share == 0.0, 0.0, low), np.where(share == 1.0, 1.0, high)
    unknown = np.isnan(share)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
