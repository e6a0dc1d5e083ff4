"""Sums over the rows of each group from which its figures are taken; a resample is other weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.validation import _kernels
from creditscore.validation._line import LineFit
from creditscore.validation.fairness.membership import Membership

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# whether scored, whether approved, outcome (good, bad, not known), whether new
CELLS: Final = (2, 2, 3, 2)
_SIZE: Final = int(np.prod(CELLS))
_UNKNOWN: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Applications as they were decided on.

    Attributes
    ----------
    log_odds, outcome, weight : ndarray of float64, shape (n_applications,)
        NaN where there is no score, or no known outcome.
    approved : ndarray of bool, shape (n_applications,)
    newcomers : ndarray of bool, shape (n_applications,), or None
    terms : mapping of str to ndarray of float64, shape (n_applications,), or None
        Price and limit.
    """

    log_odds: Floats
    outcome: Floats
    approved: Flags
    newcomers: Flags | None
    weight: Floats
    terms: Mapping[str, Floats | None]

    @property
    def n(self) -> int:
        """Applications."""
        return int(self.log_odds.size)

    @property
    def scored(self) -> Flags:
        """Who has a score, shape (n_applications,)."""
        return ~np.isnan(self.log_odds)

    @property
    def has_outcomes(self) -> bool:
        """Whether any outcome is known."""
        return bool((~np.isnan(self.outcome)).any())

    def cells(self) -> NDArray[np.int64]:
        """Position of each row among the cells, shape (n_applications,)."""
        outcome = np.where(np.isnan(self.outcome), _UNKNOWN, self.outcome).astype(np.int64)
        new = np.zeros(self.n, np.int64) if self.newcomers is None else self.newcomers.astype(np.int64)
        parts = self.scored.astype(np.int64), self.approved.astype(np.int64), outcome, new
        return np.ravel_multi_index(parts, CELLS).astype(np.int64)

    def ordered(self, order: NDArray[np.int64]) -> Rows:
        """Return the same rows in another order.

        Parameters
        ----------
        order : ndarray of int64, shape (n_applications,)
        """
        return Rows(
            self.log_odds[order],
            self.outcome[order],
            self.approved[order],
            None if self.newcomers is None else self.newcomers[order],
            self.weight[order],
            {name: None if values is None else values[order] for name, values in self.terms.items()},
        )


class Spread:
    """Standard deviation of the scores of all."""

    def __init__(self, rows: Rows) -> None:
        scored = rows.scored
        self.row: NDArray[np.intp] | None = None if scored.all() else np.flatnonzero(scored)
        z = rows.log_odds[scored]
        self.z: Floats = z - z.mean() if z.size else z
        self.squared: NDArray[np.float64] = self.z * self.z

    def deviation(self, weight: Floats) -> float:
        """Take it under weights of the rows, shape (n_applications,); NaN without weight."""
        w = weight if self.row is None else weight[self.row]
        total = float(w.sum())
        if not total > 0:
            return float("nan")
        mean = float(w @ self.z) / total
        return float(np.sqrt(max(float(w @ self.squared) / total - mean * mean, 0.0)))


class GroupCounts:
    """Rows of the groups of one attribute, by cell."""

    def __init__(self, membership: Membership, rows: Rows) -> None:
        self.membership: Membership = membership
        self.groups: int = len(membership.names)
        self.code: NDArray[np.int64] = membership.group * _SIZE + rows.cells()[membership.row]
        z = rows.log_odds[membership.row]
        small = np.exp(-np.abs(z))
        probability = np.where(z >= 0, 1.0, small) / (1.0 + small)
        # who has no score adds nothing to the sums of scores
        self.values: NDArray[np.float64] = np.nan_to_num(np.stack([-z, probability], axis=1), nan=0.0)

    def table(self, weight: Floats) -> GroupTable:
        """Sum up under weights of the rows, shape (n_applications,)."""
        return GroupTable(*self._summed(weight, self.values))

    def outcomes(self) -> tuple[Floats, Floats]:
        """Goods and bads of each group among the scored, each of shape (n_groups,), whatever they weigh."""
        counted = self._summed(np.ones(self.membership.n_rows), np.empty((self.code.size, 0)))
        found = counted[0][:, 1].sum(axis=(1, 3))
        return found[:, 0], found[:, 1]

    def _summed(self, weight: Floats, values: Floats) -> Floats:
        member = self.membership
        found: Floats = _kernels.summed_by_cell(
            weight, member.row, member.weight, self.code, values, self.groups * _SIZE
        )
        return found.reshape(len(found), self.groups, *CELLS)


@dataclass(frozen=True, slots=True, eq=False)
class GroupTable:
    """Sums of weights, of scores and of probabilities of default by group and cell.

    Attributes
    ----------
    weight, score, probability : ndarray of float64, shape (n_groups, 2, 2, 3, 2)
        By whether scored, whether approved, outcome, and whether new.
    """

    weight: Floats
    score: Floats
    probability: Floats

    def approval(self) -> Floats:
        """Share of each group that is approved, shape (n_groups,); NaN without weight."""
        return _ratio(_total(self.weight[:, :, 1]), _total(self.weight))

    def figures(self, reference: int, deviation: float) -> dict[str, Floats]:
        """Figures that are ratios of sums, each of shape (n_groups,).

        Parameters
        ----------
        reference : int
            Position of the reference group.
        deviation : float
            Standard deviation of the scores of all.
        """
        w, scored = self.weight, self.weight[:, 1]
        approval = self.approval()
        score = _ratio(_total(self.score), _total(scored))
        known, bads = _total(scored[:, :, :_UNKNOWN]), _total(scored[:, :, 1])
        bad_rate = _ratio(bads, known)
        expected = _ratio(_total(self.probability[:, 1, :, :_UNKNOWN]), known)
        new = w[..., 1]
        spread = deviation if deviation > 0 else float("nan")
        return {
            "approval": approval,
            "impact_ratio": _ratio(approval, np.full_like(approval, approval[reference]))
            if approval.size
            else approval,
            "scored": _ratio(_total(scored), _total(w)),
            "score_difference": (score - score[reference]) / spread if score.size else score,
            "approval_of_goods": _ratio(_total(w[:, :, 1, 0]), _total(w[:, :, :, 0])),
            "approval_of_bads": _ratio(_total(w[:, :, 1, 1]), _total(w[:, :, :, 1])),
            "bad_rate": bad_rate,
            "mean_probability": expected,
            "calibration_gap": expected - bad_rate,
            "bad_rate_approved": _ratio(_total(w[:, :, 1, 1]), _total(w[:, :, 1, :_UNKNOWN])),
            "newcomers_scored": _ratio(_total(new[:, 1]), _total(new)),
            "newcomers_approved": _ratio(_total(new[:, :, 1]), _total(new)),
        }


@dataclass(frozen=True, slots=True, eq=False)
class GroupScores:
    """Scores of one group with known outcomes, ready for its calibration line and its AUC."""

    row: NDArray[np.int64]
    weight: Floats
    risk: Floats
    bad: Floats
    line: LineFit

    @classmethod
    def of(cls, membership: Membership, position: int, rows: Rows) -> GroupScores | None:
        """Sort once; None where goods or bads are absent."""
        row, weight = membership.of_group(position)
        known = rows.scored[row] & ~np.isnan(rows.outcome[row]) & (rows.weight[row] > 0)
        row, weight = row[known], weight[known]
        order = np.argsort(rows.log_odds[row], kind="stable")
        row, weight = row[order], weight[order]
        bad, risk = rows.outcome[row], rows.log_odds[row]
        counted = weight * rows.weight[row]
        if not (counted @ bad > 0 and counted @ (1.0 - bad) > 0):
            return None
        return cls(row, weight, risk, bad, LineFit.of(bad, risk, counted).resumed(counted))

    def figures(self, weight: Floats) -> tuple[float, float]:
        """Calibration slope and AUC under weights of all rows, shape (n_applications,)."""
        w = weight[self.row] * self.weight
        goods = float(w @ (1.0 - self.bad))
        if not (w @ self.bad > 0 and goods > 0):
            return float("nan"), float("nan")
        area, _ = _kernels.ranking(self.risk, self.bad, w)
        return self.line.line(w)[0], float(area)


def _total(values: Floats) -> Floats:
    found: Floats = values.reshape(len(values), -1).sum(axis=1)
    return found


def _ratio(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
