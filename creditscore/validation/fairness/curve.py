"""The impact ratio at every cut-off, and at every share that is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.validation import _checks
from creditscore.validation.fairness.membership import Membership, applicants_of, memberships
from creditscore.words.fairness import FAIRNESS

if TYPE_CHECKING:
    import pandas

Floats = NDArray[np.float64]
SHARES: Final = tuple(round(0.05 * step, 2) for step in range(1, 20))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ImpactCurve:
    """Approval of each group of one attribute at every cut-off that differs from the others.

    Attributes
    ----------
    attribute : str
    groups : tuple of str
        Those of enough people.
    withheld : tuple of str
        Those of too few.
    log_odds : ndarray of float64, shape (n_cutoffs,)
        The highest log-odds that are approved, rising.
    approval : ndarray of float64, shape (n_cutoffs,)
        Share of the scored applications that is approved.
    group_approval : ndarray of float64, shape (n_cutoffs, n_groups)
        Share of each group's scored applications that is approved.
    """

    attribute: str
    groups: tuple[str, ...]
    withheld: tuple[str, ...]
    log_odds: Floats
    approval: Floats
    group_approval: Floats

    @property
    def impact_ratio(self) -> Floats:
        """Lowest approval of a group by the highest, shape (n_cutoffs,); NaN where nobody is approved."""
        if len(self.groups) < 2:
            return np.full(len(self.approval), np.nan)
        highest = self.group_approval.max(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(highest > 0, self.group_approval.min(axis=1) / highest, np.nan)

    def ratio_of(self, group: str, reference: str) -> Floats:
        """Approval of one group by that of another at every cut-off, shape (n_cutoffs,)."""
        for name in (group, reference):
            if name not in self.groups:
                raise NameUnknownError.among("group", name, self.groups)
        one, other = (self.group_approval[:, self.groups.index(name)] for name in (group, reference))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(other > 0, one / other, np.nan)

    def position_of(self, share: float) -> int:
        """Position of the strictest cut-off that approves at least a share of the scored applications."""
        if not 0.0 < share <= 1.0:
            raise ParameterError.must_be("share", "above 0 and at most 1", share)
        return min(int(np.searchsorted(self.approval, share * (1.0 - 1e-12))), len(self.approval) - 1)

    def at(self, share: float) -> float:
        """Impact ratio where at least a share of the scored applications is approved."""
        return float(self.impact_ratio[self.position_of(share)])

    def to_frame(self, shares: Sequence[float] | None = None) -> pandas.DataFrame:
        """Return a row for each share that is approved: by twentieths, or all cut-offs for ``()``."""
        import pandas

        chosen = SHARES if shares is None else shares
        rows = [self.position_of(share) for share in chosen] if len(chosen) else slice(None)
        columns: dict[str, Any] = {
            "log_odds": self.log_odds[rows],
            "approval": self.approval[rows],
            "impact_ratio": self.impact_ratio[rows],
        }
        columns |= {name: self.group_approval[rows, column] for column, name in enumerate(self.groups)}
        return pandas.DataFrame(columns)

    def __repr__(self) -> str:
        ratios = {share: self.at(share) for share in SHARES}
        known = [share for share, ratio in ratios.items() if ratio == ratio]
        worst = min(known, key=ratios.__getitem__, default=SHARES[0])
        return FAIRNESS["curve"].format(
            attribute=self.attribute,
            groups=len(self.groups),
            cutoffs=len(self.approval),
            half=self.at(0.5),
            worst=ratios[worst],
            approval=worst,
        )

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, float_format="{:.3f}".format)
        return f"<p dir='auto'>{escape(repr(self))}</p>{table}"


def impact_curves(
    log_odds: ArrayLike,
    groups: Any,
    *,
    intersections: Sequence[Sequence[str]] = (),
    applicants: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    fewest: int = 50,
) -> tuple[ImpactCurve, ...]:
    """Trace the approval of groups over all cut-offs, one curve for each attribute.

    Parameters
    ----------
    log_odds : array-like of float, shape (n_applications,)
        Of bad; NaN for those without a score, who are left out.
    groups : array-like of str, shape (n_applications,), data frame, or mapping of str to one of these
        As `creditscore.fairness` takes them.
    intersections : sequence of sequence of str
    applicants : array-like of str or int, shape (n_applications,), optional
        Who each row is about.
    sample_weight : array-like of float, shape (n_applications,), optional
        Weights, 0 or more.
    fewest : int, default=50
        Groups of fewer people are withheld.

    Returns
    -------
    tuple of ImpactCurve

    Raises
    ------
    ParameterError
        If the rows do not match, or nobody has a score.

    Examples
    --------
    >>> curve, = impact_curves([-3.0, -2.0, -1.0, 0.0], ["a", "b", "a", "b"], fewest=1)
    >>> curve.approval.tolist(), curve.impact_ratio.tolist()
    ([0.25, 0.5, 0.75, 1.0], [0.0, 1.0, 0.5, 1.0])
    """
    _checks.at_least("fewest", fewest, 1)
    risk = numbers_of("log_odds", log_odds)
    if risk.ndim != 1 or np.isinf(risk).any() or np.isnan(risk).all():
        raise ParameterError.must_be("log_odds", "1-D and finite in some row, or NaN", risk.shape)
    weight = np.ones(risk.size) if sample_weight is None else _checks.finite(
        "sample_weight", sample_weight, risk.size
    )  # fmt: skip
    if (weight < 0).any() or not weight[~np.isnan(risk)].sum() > 0:
        raise ParameterError.must_be("sample_weight", "0 or more, and above 0 for some score", "another")
    who = applicants_of(applicants, risk.size)
    return curves_of(risk, memberships(groups, risk.size, intersections), who, weight, fewest)


def curves_of(
    risk: Floats, read: Sequence[Membership], who: NDArray[Any], weight: Floats, fewest: int
) -> tuple[ImpactCurve, ...]:
    """Trace curves of groups that were read; see `impact_curves`.

    Parameters
    ----------
    risk, weight : ndarray of float64, shape (n_applications,)
        Log-odds of bad, some of them known; weights.
    read : sequence of Membership
    who : ndarray, shape (n_applications,)
        Applicants.
    fewest : int
    """
    scored = np.flatnonzero(~np.isnan(risk) & (weight > 0)).astype(np.int64)
    order = scored[np.argsort(risk[scored], kind="stable")]
    return tuple(_curve(one.within(order), risk[order], weight[order], who[order], fewest) for one in read)


def _curve(
    membership: Membership, risk: Floats, weight: Floats, who: NDArray[Any], fewest: int
) -> ImpactCurve:
    """Sum up rows that come by rising risk."""
    ends = np.flatnonzero(np.diff(risk, append=np.inf) != 0)
    people = membership.people(who)
    shown = np.flatnonzero(people >= fewest)
    shares = np.empty((ends.size, shown.size))
    for column, position in enumerate(shown.tolist()):
        row, inside = membership.of_group(position)
        counted = np.zeros(risk.size)
        counted[row] = inside * weight[row]
        reached = np.cumsum(counted)[ends]
        shares[:, column] = reached / reached[-1] if reached[-1] > 0 else np.nan
    approved = np.cumsum(weight)[ends]
    names = membership.names
    return ImpactCurve(
        membership.attribute,
        tuple(names[position] for position in shown),
        tuple(name for position, name in enumerate(names) if people[position] < fewest),
        risk[ends],
        approved / approved[-1],
        shares,
    )
