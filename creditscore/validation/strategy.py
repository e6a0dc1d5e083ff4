"""What each cut-off would do to a portfolio: approvals, bad rate, loss, profit, capital, inclusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.validation import _checks

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]
FIGURES: Final = ("approval", "bad_rate", "loss", "profit", "capital")
_SHOWN: Final = 11


@dataclass(frozen=True, slots=True)
class StrategyPoint:
    """What one cut-off does.

    Attributes
    ----------
    cutoff : float
        The lowest score that is approved; inf approves nobody.
    approval : float
        Share of the applicants that is approved.
    bad_rate : float
        Share of bads among the approved; NaN where nobody is.
    loss, profit : float
        Money lost on bads, and money earned on goods less that loss, in all.
    capital : float
        Capital that the approved need, in money.
    group_approval : mapping of str to float
        Share of each group that is approved; NaN for a group without weight.
    """

    cutoff: float
    approval: float
    bad_rate: float
    loss: float
    profit: float
    capital: float
    group_approval: Mapping[str, float]

    @property
    def impact_ratio(self) -> float:
        """Lowest approval of a group by the highest; NaN without groups, or where nobody is approved."""
        shares = np.array(list(self.group_approval.values()))
        shares = shares[~np.isnan(shares)]
        return float(shares.min() / shares.max()) if shares.size > 1 and shares.max() > 0 else float("nan")

    def __str__(self) -> str:
        return (
            f"Approve from {self.cutoff:g}: {self.approval:.2%} approved, {self.bad_rate:.2%} of them bad, "
            f"loss {self.loss:,.2f}, profit {self.profit:,.2f}"
        )

    def _repr_html_(self) -> str:
        return f"<p dir='auto'>{escape(str(self))}</p>"


@dataclass(frozen=True, slots=True, eq=False)
class StrategyCurve:
    """What every cut-off that differs from the others would do, strictest first.

    Attributes
    ----------
    cutoffs : ndarray of float64, shape (n_cutoffs,)
        The lowest scores that are approved, falling; the first is inf, which approves nobody.
    approval, bad_rate : ndarray of float64, shape (n_cutoffs,)
        Share of the applicants that is approved, and share of bads among them (NaN where nobody is).
    loss, profit, capital : ndarray of float64, shape (n_cutoffs,)
        Money in all, as `StrategyPoint` says.
    groups : tuple of str
        Names of the groups.
    group_approval : ndarray of float64, shape (n_cutoffs, n_groups)
        Share of each group that is approved.
    applicants : float
        Applicants, or their weight; those without a score are among them and never approved.
    """

    cutoffs: Floats
    approval: Floats
    bad_rate: Floats
    loss: Floats
    profit: Floats
    capital: Floats
    groups: tuple[str, ...]
    group_approval: Floats
    applicants: float

    def __len__(self) -> int:
        return len(self.cutoffs)

    def point(self, position: int) -> StrategyPoint:
        """One cut-off by its position, 0 being the strictest."""
        figures = {name: float(getattr(self, name)[position]) for name in FIGURES}
        shares = dict(zip(self.groups, self.group_approval[position].tolist(), strict=True))
        return StrategyPoint(cutoff=float(self.cutoffs[position]), group_approval=shares, **figures)

    def at(self, cutoff: float) -> StrategyPoint:
        """Return what a cut-off does: that of the lowest score which reaches it."""
        if np.isnan(cutoff):
            raise ParameterError.must_be("cutoff", "a number", cutoff)
        return self.point(int(np.searchsorted(-self.cutoffs, -cutoff, side="right")) - 1)

    @property
    def impact_ratio(self) -> Floats:
        """Lowest approval of a group by the highest, shape (n_cutoffs,); NaN where nobody is approved."""
        shares = self.group_approval[:, ~np.isnan(self.group_approval).any(axis=0)]
        if shares.shape[1] < 2:
            return np.full(len(self), np.nan)
        highest = shares.max(axis=1)
        with np.errstate(invalid="ignore"):
            return np.where(highest > 0, shares.min(axis=1) / highest, np.nan)

    def approval_of(self, group: str) -> Floats:
        """Share of one group that each cut-off approves, shape (n_cutoffs,)."""
        if group not in self.groups:
            raise NameUnknownError.among("group", group, self.groups)
        return self.group_approval[:, self.groups.index(group)]

    def to_frame(self) -> pandas.DataFrame:
        """One row for each cut-off, strictest first."""
        import pandas

        columns = {"cutoff": self.cutoffs, **{name: getattr(self, name) for name in FIGURES}}
        shares = {f"approval of {name}": self.approval_of(name) for name in self.groups}
        return pandas.DataFrame(columns | shares)

    def __str__(self) -> str:
        best = int(np.argmax(self.profit))
        return (
            f"{len(self) - 1:,} cut-offs of {self.applicants:,g} applicants. Most profit: {self.point(best)}"
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = np.unique(np.linspace(0, len(self) - 1, min(_SHOWN, len(self))).round().astype(int))
        table = self.to_frame().iloc[rows].to_html(index=False, float_format="{:,.4g}".format)
        return f"<p dir='auto'>{escape(str(self))}</p>{table}"


def strategy_curve(
    scores: ArrayLike,
    bad: ArrayLike,
    *,
    profit_if_good: ArrayLike = 1.0,
    loss_if_bad: ArrayLike = 1.0,
    capital: ArrayLike = 0.0,
    groups: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
) -> StrategyCurve:
    """Trace what every cut-off would do, one point for each distinct score.

    Parameters
    ----------
    scores : array-like of shape (n_applicants,)
        Higher is safer, such as points or minus log-odds; NaN for applicants without a score, whom no cut-off
        approves.
    bad : array-like of shape (n_applicants,)
        1 for bad, 0 for good; where the outcome is not known, as for those declined before, the probability
        of default. Within 0 and 1, and known in every row that has a score.
    profit_if_good, loss_if_bad : float or array-like of shape (n_applicants,)
        Money earned on a loan that turns out good, and lost on one that turns out bad, 0 or more.
    capital : float or array-like of shape (n_applicants,)
        Capital that each loan needs, in money, 0 or more: see `creditscore.policy.capital.retail_capital`.
    groups : array-like of str, shape (n_applicants,), optional
        Group of each applicant, of whose approvals the impact ratio is taken; empty for none.
    sample_weight : array-like of shape (n_applicants,), optional
        Weights, 0 or more, not all 0.

    Returns
    -------
    StrategyCurve

    Raises
    ------
    ParameterError
        If the rows do not match, or a value is not what it can be.

    Examples
    --------
    >>> curve = strategy_curve([700, 650, 600, 500], [0, 0, 1, 1], profit_if_good=10, loss_if_bad=50)
    >>> curve.profit.tolist()
    [0.0, 10.0, 20.0, -30.0, -80.0]
    >>> print(curve.at(640))
    Approve from 650: 50.00% approved, 0.00% of them bad, loss 0.00, profit 20.00
    """
    points = _scores(scores)
    n = points.size
    weight = _weights(sample_weight, n)
    scored = ~np.isnan(points)
    outcome = _outcome(bad, scored)
    money = [
        np.where(scored, _money(name, values, n), 0.0)
        for name, values in (
            ("profit_if_good", profit_if_good),
            ("loss_if_bad", loss_if_bad),
            ("capital", capital),
        )
    ]
    order = np.argsort(-points[scored], kind="stable")
    rows = np.flatnonzero(scored)[order]
    ends = np.flatnonzero(np.diff(points[rows], append=np.nan) != 0)

    def summed(values: Floats) -> Floats:
        return np.concatenate([[0.0], np.cumsum((weight * values)[rows])[ends]])

    gained, lost = summed(money[0] * (1.0 - outcome)), summed(money[1] * outcome)
    approved, bads = summed(np.ones(n)), summed(outcome)
    names, group_approval = _group_approval(groups, weight, summed)
    with np.errstate(invalid="ignore", divide="ignore"):
        bad_rate = np.where(approved > 0, bads / approved, np.nan)
    return StrategyCurve(
        cutoffs=np.concatenate([[np.inf], points[rows][ends]]),
        approval=approved / weight.sum(),
        bad_rate=bad_rate,
        loss=lost,
        profit=gained - lost,
        capital=summed(money[2]),
        groups=names,
        group_approval=group_approval,
        applicants=float(weight.sum()),
    )


def _scores(scores: ArrayLike) -> Floats:
    try:
        points = np.asarray(scores, np.float64)
    except (TypeError, ValueError):
        raise ParameterError.must_be("scores", "made of numbers", type(scores)) from None
    if points.ndim != 1 or points.size == 0:
        raise ParameterError.must_be("scores", "1-D with at least one row", f"shape {points.shape}")
    if np.isinf(points).any():
        raise ParameterError.must_be("scores", "finite, or NaN for none", "inf in some row")
    return points


def _outcome(bad: ArrayLike, scored: NDArray[np.bool_]) -> Floats:
    try:
        outcome = np.asarray(bad, np.float64)
    except (TypeError, ValueError):
        raise ParameterError.must_be("bad", "made of numbers", type(bad)) from None
    if outcome.shape != scored.shape:
        raise ParameterError.must_be("bad", f"1-D with {scored.size} rows", f"shape {outcome.shape}")
    outcome = np.where(scored, outcome, 0.0)
    if not ((outcome >= 0) & (outcome <= 1)).all():
        raise ParameterError.must_be(
            "bad", "within 0 and 1 wherever there is a score; the probability of default where unknown",
            "another value in some row",
        )  # fmt: skip
    return outcome


def _weights(sample_weight: ArrayLike | None, n: int) -> Floats:
    weight = np.ones(n) if sample_weight is None else _checks.finite("sample_weight", sample_weight, n)
    if (weight < 0).any() or not weight.sum() > 0:
        raise ParameterError.must_be("sample_weight", "0 or more, and above 0 in some row", "another")
    return weight


def _money(name: str, values: ArrayLike, n: int) -> Floats:
    given = np.asarray(values)
    numbers = _checks.finite(name, np.broadcast_to(given, (n,)) if given.ndim == 0 else given, n)
    if (numbers < 0).any():
        raise ParameterError.must_be(name, "0 or more in every row", float(numbers.min()))
    return numbers


def _group_approval(groups: ArrayLike | None, weight: Floats, summed: Callable[[Floats], Floats]) -> tuple[
    tuple[str, ...], Floats
]:  # fmt: skip
    if groups is None:
        return (), np.empty((len(summed(weight)), 0))
    labels = np.array(["" if one is None or one != one else str(one) for one in np.asarray(groups, object)])
    if labels.shape != weight.shape:
        raise ParameterError.must_be("groups", f"1-D with {weight.size} rows", f"shape {labels.shape}")
    names = tuple(name for name in np.unique(labels).tolist() if name)
    shares = np.empty((len(summed(weight)), len(names)))
    for column, name in enumerate(names):
        inside = (labels == name).astype(np.float64)
        total = float(weight @ inside)
        shares[:, column] = summed(inside) / total if total > 0 else np.nan
    return names, shares
