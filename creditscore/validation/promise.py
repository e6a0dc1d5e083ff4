"""A cut-off that keeps the share of bads among the approved below a bound, at a stated confidence."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import FittingError, ParameterError

STARTS: Final = 5
STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class PromisedCutoff:
    """A cut-off and what is promised of those who reach it.

    Attributes
    ----------
    cutoff : float
        The lowest score that is approved, on the scale of the scores that were given.
    bad_rate : float
        The share of bads among the approved that is not exceeded, within 0 and 1.
    confidence : float
        Probability, over the draw of the rows, that the promise holds.
    approved : float
        Share of the rows that reach the cut-off.
    found : float
        Share of bads among them.
    rows : int
        Rows that the promise rests on.
    """

    cutoff: float
    bad_rate: float
    confidence: float
    approved: float
    found: float
    rows: int

    def __str__(self) -> str:
        return (
            f"Approve from {self.cutoff:g}: at most {self.bad_rate:.1%} of the approved are bad, with "
            f"{self.confidence:.0%} confidence ({self.approved:.1%} of {self.rows:,} rows reach it, "
            f"{self.found:.1%} of these were bad)"
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p dir='auto'>{escape(str(self))}</p>"


def cutoff_for(
    scores: ArrayLike, bad: ArrayLike, *, bad_rate: float, confidence: float = 0.95
) -> PromisedCutoff:
    """Find the lowest cut-off of which a bad rate can be promised.

    The rows must be a sample, drawn one by one, of the applicants to come, and the model must not have seen
    them: take held-out rows. The promise is void where the population moves on. Cut-offs are tested from the
    strictest to laxer ones, each by the exact binomial bound, and the first that fails ends the walk, so that
    trying many of them costs nothing; the walk begins at five shares of the rows, each with a fifth of the
    allowed error.

    Parameters
    ----------
    scores : array-like of float, shape (n_rows,)
        Higher is safer, such as points or minus log-odds; NaN for rows without a score, which are left out.
    bad : array-like of {0, 1}, shape (n_rows,)
        1 for bad, 0 for good, NaN for not known, which are left out.
    bad_rate : float
        The share of bads among the approved that shall not be exceeded, above 0 and below 1.
    confidence : float
        Above 0 and below 1.

    Returns
    -------
    PromisedCutoff

    Raises
    ------
    ParameterError
        If an argument has a value that it cannot take.
    FittingError
        If no cut-off can be promised: too few rows, or too many bads even among the best.

    References
    ----------
    Angelopoulos, Bates, Candes, Jordan and Lei (2021), Learn then test: calibrating predictive algorithms to
    achieve risk control. Clopper and Pearson (1934), The use of confidence or fiducial limits.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> points = rng.normal(600, 40, 5000)
    >>> bad = rng.random(5000) < 1 / (1 + np.exp((points - 500) / 25))
    >>> promise = cutoff_for(points, bad, bad_rate=0.04)
    >>> bool(promise.found < 0.04 < bad.mean())
    True
    """
    for name, value in (("bad_rate", bad_rate), ("confidence", confidence)):
        if not 0.0 < value < 1.0:
            raise ParameterError.must_be(name, "above 0 and below 1", value)
    points, outcome = _known(scores, bad)
    order = np.argsort(-points, kind="stable")
    cutoffs, approved = _grid(points[order])
    bads = np.cumsum(outcome[order])[approved - 1]
    passes = _upper_bound(bads, approved, (1.0 - confidence) / STARTS) <= bad_rate
    best = -1
    for start in np.linspace(0, len(cutoffs), STARTS, endpoint=False).astype(int):
        end = start
        while end < len(cutoffs) and passes[end]:
            end += 1
        best = max(best, end - 1 if end > start else -1)
    if best < 0:
        raise FittingError(
            f"No cut-off can promise a bad rate of {bad_rate:.2%} with {confidence:.0%} confidence: of the "
            f"{len(points):,} rows, {outcome.mean():.2%} are bad. Give more rows, a higher 'bad_rate' or a "
            "lower 'confidence'."
        )
    n = int(approved[best])
    return PromisedCutoff(
        float(cutoffs[best]), float(bad_rate), float(confidence), n / len(points), float(bads[best]) / n,
        len(points),
    )  # fmt: skip


def _known(scores: ArrayLike, bad: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points, outcome = np.asarray(scores, np.float64), np.asarray(bad, np.float64)
    if points.ndim != 1 or points.shape != outcome.shape:
        raise ParameterError.must_be("bad", f"of the shape of 'scores', {points.shape}", outcome.shape)
    known = ~(np.isnan(points) | np.isnan(outcome))
    points, outcome = points[known], outcome[known]
    if not np.isin(outcome, (0.0, 1.0)).all():
        raise ParameterError.must_be("bad", "1 for bad, 0 for good, NaN for not known", outcome)
    if len(points) == 0:
        raise FittingError("No row has both a score and an outcome. Give held-out rows.")
    return points, outcome


def _grid(falling: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cut-offs at even shares of the rows, strictest first, and how many reach each; never by outcomes."""
    share = np.arange(1, STEPS + 1) / STEPS
    cutoffs = np.unique(falling[np.maximum((share * len(falling)).astype(int) - 1, 0)])[::-1]
    approved = np.searchsorted(-falling, -cutoffs, side="right")
    return cutoffs, approved.astype(np.int64)


def _upper_bound(bads: NDArray[np.float64], n: NDArray[np.int64], error: float) -> NDArray[np.float64]:
    """The one-sided Clopper-Pearson bound of a share."""
    from scipy.stats import beta

    bound = np.asarray(beta.ppf(1.0 - error, bads + 1.0, np.maximum(n - bads, 1e-9)))
    return np.where(bads >= n, 1.0, bound)
