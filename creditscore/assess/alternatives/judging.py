"""What one score is worth on some applications, and what it does to groups, at each share approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.arrays import Float64, Int64
from creditscore.validation import _kernels
from creditscore.validation.fairness.membership import Membership

Flags = NDArray[np.bool_]
FIGURES: Final = ("auc", "impact_ratio", "profit", "bad_rate_approved", "approval")
AUC, RATIO, PROFIT, BAD_RATE, APPROVAL = range(len(FIGURES))
_ROUNDING: Final = 1e-12


class Applied:
    """Applications whose outcomes, weights and groups every candidate is judged by.

    Parameters
    ----------
    outcome, weight : ndarray of float64, shape (n_rows,)
        1 bad, 0 good, NaN not known; weights.
    who : ndarray of str, shape (n_rows,)
        Applicants.
    memberships : sequence of Membership
        Of these rows.
    fewest : int
        Groups of fewer people have no say.
    profit, loss : float
        Earned on a good that is approved, lost on a bad.
    """

    def __init__(
        self,
        outcome: Float64,
        weight: Float64,
        who: Any,
        memberships: Sequence[Membership],
        *,
        fewest: int,
        profit: float,
        loss: float,
    ) -> None:
        self.outcome: Float64 = outcome
        self.weight: Float64 = weight
        self.who: Any = who
        self.memberships: tuple[Membership, ...] = tuple(memberships)
        self.fewest = fewest
        enough = (one.people(who) >= fewest for one in self.memberships)
        self.shown: list[NDArray[np.intp]] = [np.flatnonzero(one) for one in enough]
        self.known: NDArray[np.bool_] = ~np.isnan(outcome)
        self.money: NDArray[np.float64] = np.where(outcome == 1.0, -loss, profit)

    def approved(self, log_odds: Float64, share: float, weight: Float64) -> Flags:
        """Who is among the safest share of the scored, shape (n_rows,); equal scores stay together."""
        return Ranked(self, log_odds).approved(share, weight)

    def approvals(self, approved: Flags, weight: Float64) -> list[Float64]:
        """Share approved of each group that has enough people, an array of shape (n_shown,) an attribute."""
        found = []
        for one, shown in zip(self.memberships, self.shown, strict=True):
            w = weight[one.row] * one.weight
            size = len(one.names)
            whole = np.bincount(one.group, w, minlength=size)[shown]
            part = np.bincount(one.group, w * approved[one.row], minlength=size)[shown]
            with np.errstate(divide="ignore", invalid="ignore"):
                found.append(np.where(whole > 0, part / whole, np.nan))
        return found

    def impact_ratio(self, approved: Flags, weight: Float64) -> float:
        """Lowest approval of a group by the highest, of the attribute where that is least.

        Approvals and weights have shape (n_rows,).
        """
        ratios = [_ratio(shares) for shares in self.approvals(approved, weight)]
        known = [ratio for ratio in ratios if ratio == ratio]
        return min(known, default=float("nan"))


class Ranked:
    """One score on these applications, sorted once."""

    def __init__(self, applied: Applied, log_odds: Float64) -> None:
        self.applied: Applied = applied
        self.log_odds: Float64 = log_odds
        scored = np.flatnonzero(~np.isnan(log_odds))
        self.order: Int64 = scored[np.argsort(log_odds[scored], kind="stable")]
        self.sorted: NDArray[np.float64] = log_odds[self.order]
        self.judged: NDArray[np.int64] = self.order[applied.known[self.order]]
        self.risk: NDArray[np.float64] = log_odds[self.judged]
        self.bad: NDArray[np.float64] = applied.outcome[self.judged]

    def auc(self, weight: Float64) -> float:
        """Area under the curve of the scored rows whose outcome is known; weights of shape (n_rows,)."""
        w = weight[self.judged]
        if not (w @ self.bad > 0 and w @ (1.0 - self.bad) > 0):
            return float("nan")
        return float(_kernels.ranking(self.risk, self.bad, w)[0])

    def approved(self, share: float, weight: Float64) -> Flags:
        """Who is approved, shape (n_rows,)."""
        reached = np.cumsum(weight[self.order])
        if not reached.size or not reached[-1] > 0:
            return np.zeros(self.log_odds.size, np.bool_)
        position = int(np.searchsorted(reached, share * reached[-1] * (1.0 - _ROUNDING)))
        found: Flags = self.log_odds <= self.sorted[min(position, reached.size - 1)]
        return found

    def figures(self, share: float, counts: Float64) -> Float64:
        """AUC, impact ratio, profit a row, bad rate among the approved, and approval, shape (5,).

        Parameters
        ----------
        share : float
            Of the scored rows that is approved.
        counts : ndarray of float64, shape (n_rows,)
            How often each row counts.
        """
        applied = self.applied
        weight = counts * applied.weight
        approved = self.approved(share, weight)
        known = weight * applied.known
        accepted = known * approved
        taken = accepted.sum()
        money = np.where(applied.known, applied.money, 0.0)
        bads = accepted @ np.where(applied.known, applied.outcome, 0.0)
        return np.array(
            [
                self.auc(weight),
                applied.impact_ratio(approved, weight),
                float(accepted @ money) / known.sum() if known.sum() > 0 else np.nan,
                float(bads) / taken if taken > 0 else np.nan,
                float(weight @ approved) / weight.sum() if weight.sum() > 0 else np.nan,
            ]
        )


def _ratio(shares: Float64) -> float:
    known = shares[~np.isnan(shares)]
    return float(known.min() / known.max()) if known.size > 1 and known.max() > 0 else float("nan")
