"""What cut-offs would do, to all and to groups of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.plots.drawn import BLUE, INK, PALE, PALETTE, RED, Display, Drawn, at_its_end, in_percent
from creditscore.validation.fairness.curve import ImpactCurve, impact_curves
from creditscore.validation.strategy import StrategyCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of the impact ratio: 29 CFR 1607.4 D.
_FOUR_FIFTHS: Final = 0.8


@dataclass(slots=True, eq=False)
class StrategyDisplay(Drawn):
    """What cut-offs would do: one figure against the share approved.

    Attributes
    ----------
    curve : StrategyCurve
        The cut-offs.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> from creditscore.validation import strategy_curve
    >>> StrategyDisplay(strategy_curve([700, 600], [0, 1])).curve.approval.tolist()
    [0.0, 0.5, 1.0]
    """

    curve: StrategyCurve

    def plot(self, ax: Axes | None = None, *, figure: str = "bad_rate", cutoff: float | None = None) -> Self:
        """Draw on the given axes, or on new ones; returns itself.

        Parameters
        ----------
        ax : matplotlib axes, optional
            Where to draw.
        figure : str, default="bad_rate"
            ``"bad_rate"``, ``"loss"``, ``"profit"``, ``"capital"``, or the name of a group, whose share
            approved is drawn.
        cutoff : float, optional
            A cut-off to mark.

        Raises
        ------
        NameUnknownError
            If there is no such figure.
        MissingExtraError
            If no axes are given and matplotlib is not installed.
        """
        curve = self.curve
        if figure not in _STRATEGY and figure not in curve.groups:
            raise NameUnknownError.among("figure", figure, (*_STRATEGY, *curve.groups))
        label, factor = _STRATEGY.get(figure, (f"{figure} approved (%)", 100.0))
        values = factor * (getattr(curve, figure) if figure in _STRATEGY else curve.approval_of(figure))
        ax = self._begin(ax, "What cut-offs would do")
        ax.plot(100.0 * curve.approval, values, linewidth=2, color=BLUE)
        if cutoff is not None:
            point = curve.at(cutoff)
            at = int(np.flatnonzero(curve.cutoffs == point.cutoff)[0])
            ax.plot(100.0 * point.approval, values[at], "o", color=RED)
            ax.annotate(f" {point.cutoff:g}", (100.0 * point.approval, values[at]), color=RED, fontsize=10)
        ax.set_xlabel("applicants approved (%)", color=INK, fontsize=10)
        ax.set_ylabel(label, color=INK, fontsize=10)
        ax.set_xlim(0, 100)
        return self


_STRATEGY: Final = {
    "bad_rate": ("bad among the approved (%)", 100.0),
    "loss": ("loss (money)", 1.0),
    "profit": ("profit (money)", 1.0),
    "capital": ("capital (money)", 1.0),
}


@dataclass(slots=True, eq=False)
class FairnessDisplay(Display):
    """Approvals of each group by those of the group that is approved most, over all cut-offs.

    The dashed line of the plot is at four fifths.

    Attributes
    ----------
    curve : ImpactCurve
        Of one attribute.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(0)
    >>> sex = np.repeat(["f", "m"], 200)
    >>> display = FairnessDisplay.from_scores(random.normal(size=400) + 0.5 * (sex == "f"), sex)
    >>> display.curve.groups
    ('f', 'm')
    """

    curve: ImpactCurve

    @classmethod
    def from_scores(cls, log_odds: ArrayLike, groups: Any, *, fewest: int = 50) -> Self:
        """Compute the curve of one attribute.

        Parameters
        ----------
        log_odds : array-like of shape (n_applications,)
            Of bad; NaN where there is no score.
        groups : array-like of str, shape (n_applications,), data frame, or mapping of one name to these
            As `fairness` takes them.
        fewest : int, default=50
            Groups of fewer people are withheld.

        Raises
        ------
        ParameterError
            If rows do not match, or there is more than one attribute.
        """
        curves = impact_curves(log_odds, groups, fewest=fewest)
        if len(curves) != 1:
            raise ParameterError.must_be("groups", "of one attribute", len(curves))
        return cls(curves[0])

    @property
    def _title(self) -> str:
        return f"Approvals by {self.curve.attribute}"

    def _draw(self, ax: Axes) -> None:
        curve = self.curve
        known = curve.group_approval.max(axis=1) > 0 if curve.groups else np.zeros(0, np.bool_)
        along, approval = curve.approval[known], curve.group_approval[known]
        ax.plot([0, 1], [_FOUR_FIFTHS] * 2, color=PALE, linewidth=1, linestyle=(0, (4, 3)))
        for position, name in enumerate(curve.groups):
            colour = PALETTE[position % len(PALETTE)]
            ratio = approval[:, position] / approval.max(axis=1)
            ax.plot(along, ratio, linewidth=2, color=colour, gid=f"group-{position}")
            at = int(np.searchsorted(along, 0.3 + 0.5 * position / max(len(curve.groups), 1)))
            at_its_end(ax, float(along[at]), float(ratio[at]), name, colour)
        self._label("applicants approved (%)", "approved, by the group approved most")
        in_percent(ax.xaxis)
        ax.set(xlim=(0, 1), ylim=(0, 1.05))
