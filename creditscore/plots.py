"""Pictures of a score: each display holds its numbers and draws them on axes that you may give.

Nothing here shows a window or writes a file; that is for the caller, who has ``display.figure_``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.extras import needs
from creditscore.errors import NameUnknownError
from creditscore.validation.curves import (
    CalibrationTable,
    KsCurve,
    RocCurve,
    calibration_table,
    ks_curve,
    roc_curve,
)
from creditscore.validation.strategy import StrategyCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

__all__ = ["CalibrationDisplay", "KsDisplay", "RocDisplay", "StrategyDisplay"]

# From the palette of Okabe and Ito, which people with any colour vision can tell apart.
_BLUE: Final = "#0072B2"
_RED: Final = "#D55E00"
_INK: Final = "#333333"
_PALETTE: Final = (_BLUE, _RED, "#009E73", "#CC79A7")
_PALE: Final = "#8A8A8A"
_GRID: Final = "#E6E6E6"


@dataclass(slots=True, eq=False)
class _Drawn:
    """What plotting leaves behind: the axes drawn on and their figure."""

    ax_: Axes | None = field(default=None, init=False, repr=False)
    figure_: Figure | SubFigure | None = field(default=None, init=False, repr=False)

    def _begin(self, ax: Axes | None, title: str) -> Axes:
        if ax is None:
            with needs(f"{type(self).__name__}.plot", package="matplotlib", extra="plots"):
                from matplotlib import pyplot as plt
            _, ax = plt.subplots(figsize=(5.6, 5.2), dpi=120, layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        ax.set_title(title, loc="left", fontsize=12, fontweight="bold", color=_INK, pad=12)
        ax.grid(color=_GRID, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.tick_params(colors=_INK, length=0, labelsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        ax.spines[["left", "bottom"]].set_color(_PALE)
        return ax


@dataclass(slots=True, eq=False)
class RocDisplay(_Drawn):
    """Bads caught against goods flagged, over every threshold.

    Attributes
    ----------
    curve : RocCurve
        The points, all shares from 0 to 1.
    name : str
        What the curve is called in the picture.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> display = RocDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> display.curve.auc
    0.75
    """

    curve: RocCurve
    name: str = "score"

    @classmethod
    def from_predictions(
        cls, y: ArrayLike, probability_of_default: ArrayLike, *, name: str = "score"
    ) -> Self:
        """Compute the curve.

        Parameters
        ----------
        y : array-like of shape (n_applications,)
            1 for bad, 0 for good; both must occur.
        probability_of_default : array-like of shape (n_applications,)
            Or anything finite that grows with risk.
        name : str, default="score"
            What the curve is called in the picture.

        Raises
        ------
        ParameterError
            If the rows do not match, a value is not finite, or one of the classes is absent.
        """
        return cls(roc_curve(y, probability_of_default), name)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on the given axes, or on new ones; returns itself.

        Raises
        ------
        MissingExtraError
            If no axes are given and matplotlib is not installed.
        """
        ax = self._begin(ax, "How well the score ranks")
        x, y = self.curve.false_positive_rate, self.curve.true_positive_rate
        earlier = sum(line.get_gid() == "roc" for line in ax.lines)
        if not earlier:
            _diagonal(ax, 1.0, 0.55, "by chance")
        colour = _PALETTE[earlier % len(_PALETTE)]
        ax.plot(x, y, linewidth=2, color=colour, gid="roc")
        label = f"{self.name}: AUC {self.curve.auc:.3f}"
        ax.text(0.97, 0.26 - 0.06 * earlier, label, color=colour, fontsize=10, fontweight="bold", ha="right")
        _shares(ax, "goods flagged at the threshold (%)", "bads caught at the threshold (%)")
        ax.set_aspect("equal")
        return self


@dataclass(slots=True, eq=False)
class KsDisplay(_Drawn):
    """Risk distributions of goods and bads, and the largest gap between them.

    Attributes
    ----------
    curve : KsCurve
        The distributions, over the probability of default.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> KsDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).curve.ks
    0.5
    """

    curve: KsCurve

    @classmethod
    def from_predictions(cls, y: ArrayLike, probability_of_default: ArrayLike) -> Self:
        """Compute the distributions.

        Parameters
        ----------
        y : array-like of shape (n_applications,)
            1 for bad, 0 for good; both must occur.
        probability_of_default : array-like of shape (n_applications,)
            Within 0 and 1.

        Raises
        ------
        ParameterError
            If the rows do not match, a value is not finite, or one of the classes is absent.
        """
        return cls(ks_curve(y, probability_of_default))

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on the given axes, or on new ones; returns itself.

        Raises
        ------
        MissingExtraError
            If no axes are given and matplotlib is not installed.
        """
        ax = self._begin(ax, "How far goods and bads lie apart")
        curve, at = self.curve, self.curve.widest
        right = max(float(curve.risk[-1]), 1e-9)
        for shares, colour, word in (
            (curve.share_of_goods, _BLUE, "goods"),
            (curve.share_of_bads, _RED, "bads"),
        ):
            risk = np.concatenate([[0.0], curve.risk, [right]])
            ax.step(risk, np.concatenate([[0.0], shares, [1.0]]), where="post", color=colour, linewidth=2)
            _beside(ax, curve.risk, shares, word, colour)
        risk, low, high = curve.risk[at], *sorted((curve.share_of_goods[at], curve.share_of_bads[at]))
        ax.plot([risk, risk], [low, high], color=_INK, linewidth=1.2, marker="_", markersize=9)
        label = f" KS {curve.ks:.3f}\n at PD {100 * risk:.1f} %"
        ax.text(risk, (low + 2 * high) / 3, label, color=_INK, fontsize=10, fontweight="bold", va="center")
        _shares(ax, "probability of default (%)", "applications at or below (%)")
        ax.set_xlim(0, right)
        return self


@dataclass(slots=True, eq=False)
class CalibrationDisplay(_Drawn):
    """Observed bad rate against predicted, in groups of rising risk.

    Attributes
    ----------
    table : CalibrationTable
        Predicted and observed rates with their intervals.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> display = CalibrationDisplay.from_predictions([0, 0, 0, 1], [0.25] * 4)
    >>> display.table.observed
    array([0.25])
    """

    table: CalibrationTable

    @classmethod
    def from_predictions(
        cls, y: ArrayLike, probability_of_default: ArrayLike, *, groups: int = 10, level: float = 0.95
    ) -> Self:
        """Compute the table.

        Parameters
        ----------
        y : array-like of shape (n_applications,)
            1 for bad, 0 for good; both must occur.
        probability_of_default : array-like of shape (n_applications,)
            Within 0 and 1.
        groups : int, default=10
            How many groups at most.
        level : float, default=0.95
            Confidence of the intervals, between 0 and 1.

        Raises
        ------
        ParameterError
            If the rows do not match, a probability lies outside 0 and 1, or one of the classes is absent.
        """
        return cls(calibration_table(y, probability_of_default, groups=groups, level=level))

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on the given axes, or on new ones; returns itself.

        Raises
        ------
        MissingExtraError
            If no axes are given and matplotlib is not installed.
        """
        ax = self._begin(ax, "How well the probabilities hold")
        table = self.table
        top = min(1.0, 1.06 * max(float(table.high.max()), float(table.predicted.max())))
        _diagonal(ax, top, 0.78, "as predicted")
        errors = np.abs(np.stack([table.low, table.high]) - table.observed)
        ax.errorbar(table.predicted, table.observed, yerr=errors, fmt="none", color=_BLUE, elinewidth=1.6)
        ax.plot(table.predicted, table.observed, "o", color=_BLUE, markersize=6, markeredgecolor="white")
        note = f"{table.predicted.size} groups of rising risk,\nbars: {100 * table.level:g} % intervals"
        box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
        ax.text(0.03, 0.97, note, color=_BLUE, fontsize=9, va="top", transform=ax.transAxes, bbox=box)
        _shares(ax, "mean predicted probability of default (%)", "observed bad rate (%)")
        ax.set(xlim=(0, top), ylim=(0, top), aspect="equal")
        return self


def _diagonal(ax: Axes, top: float, at: float, word: str) -> None:
    """Draw the diagonal and write what it means below it, from a share of its length on."""
    ax.plot([0, top], [0, top], color=_PALE, linewidth=1, linestyle=(0, (4, 3)))
    x, y = at * top, (at - 0.04) * top
    ax.text(x, y, word, color=_PALE, fontsize=9, rotation=45, rotation_mode="anchor")


def _shares(ax: Axes, x_label: str, y_label: str) -> None:
    """Label axes that hold shares in percent."""
    with needs("plot", package="matplotlib", extra="plots"):
        from matplotlib.ticker import PercentFormatter

    for axis, label in ((ax.xaxis, x_label), (ax.yaxis, y_label)):
        axis.set_major_formatter(PercentFormatter(1.0, symbol=""))
        axis.set_label_text(label, color=_INK, fontsize=10)
    ax.set(xlim=(0, 1), ylim=(0, 1.005))


def _beside(ax: Axes, risk: NDArray[np.float64], shares: NDArray[np.float64], word: str, colour: str) -> None:
    """Write a word beside a curve, below and to the right of where it has nearly risen."""
    at = int(np.searchsorted(shares, 0.93))
    ax.annotate(
        word,
        (risk[at], shares[at]),
        xytext=(8, -12),
        textcoords="offset points",
        color=colour,
        fontsize=10,
        fontweight="bold",
    )


@dataclass(slots=True, eq=False)
class StrategyDisplay(_Drawn):
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
        ax.plot(100.0 * curve.approval, values, linewidth=2, color=_BLUE)
        if cutoff is not None:
            point = curve.at(cutoff)
            at = int(np.flatnonzero(curve.cutoffs == point.cutoff)[0])
            ax.plot(100.0 * point.approval, values[at], "o", color=_RED)
            ax.annotate(f" {point.cutoff:g}", (100.0 * point.approval, values[at]), color=_RED, fontsize=10)
        ax.set_xlabel("applicants approved (%)", color=_INK, fontsize=10)
        ax.set_ylabel(label, color=_INK, fontsize=10)
        ax.set_xlim(0, 100)
        return self


_STRATEGY: Final = {
    "bad_rate": ("bad among the approved (%)", 100.0),
    "loss": ("loss (money)", 1.0),
    "profit": ("profit (money)", 1.0),
    "capital": ("capital (money)", 1.0),
}
