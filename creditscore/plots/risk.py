"""How well a score ranks, and how well its probabilities hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.plots.drawn import BLUE, INK, PALETTE, RED, Display, diagonal, shares
from creditscore.validation.curves import (
    CalibrationTable,
    KsCurve,
    RocCurve,
    calibration_table,
    ks_curve,
    roc_curve,
)
from creditscore.validation.ranks import GainsTable, gains_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(slots=True, eq=False)
class RocDisplay(Display):
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

    _title = "How well the score ranks"

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

    def _draw(self, ax: Axes) -> None:
        x, y = self.curve.false_positive_rate, self.curve.true_positive_rate
        earlier = sum(line.get_gid() == "roc" for line in ax.lines)
        if not earlier:
            diagonal(ax, 1.0, 0.55, "by chance")
        colour = PALETTE[earlier % len(PALETTE)]
        ax.plot(x, y, linewidth=2, color=colour, gid="roc")
        label = f"{self.name}: AUC {self.curve.auc:.3f}"
        ax.text(0.97, 0.26 - 0.06 * earlier, label, color=colour, fontsize=10, fontweight="bold", ha="right")
        shares(ax, "goods flagged at the threshold (%)", "bads caught at the threshold (%)")
        ax.set_aspect("equal")


@dataclass(slots=True, eq=False)
class KsDisplay(Display):
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

    _title = "How far goods and bads lie apart"

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

    def _draw(self, ax: Axes) -> None:
        curve, at = self.curve, self.curve.widest
        right = max(float(curve.risk[-1]), 1e-9)
        for heights, colour, word in (
            (curve.share_of_goods, BLUE, "goods"),
            (curve.share_of_bads, RED, "bads"),
        ):
            risk = np.concatenate([[0.0], curve.risk, [right]])
            ax.step(risk, np.concatenate([[0.0], heights, [1.0]]), where="post", color=colour, linewidth=2)
            _beside(ax, curve.risk, heights, word, colour)
        risk, low, high = curve.risk[at], *sorted((curve.share_of_goods[at], curve.share_of_bads[at]))
        ax.plot([risk, risk], [low, high], color=INK, linewidth=1.2, marker="_", markersize=9)
        label = f" KS {curve.ks:.3f}\n at PD {100 * risk:.1f} %"
        ax.text(risk, (low + 2 * high) / 3, label, color=INK, fontsize=10, fontweight="bold", va="center")
        shares(ax, "probability of default (%)", "applications at or below (%)")
        ax.set_xlim(0, right)


@dataclass(slots=True, eq=False)
class CalibrationDisplay(Display):
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

    _title = "How well the probabilities hold"

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

    def _draw(self, ax: Axes) -> None:
        table = self.table
        top = min(1.0, 1.06 * max(float(table.high.max()), float(table.predicted.max())))
        diagonal(ax, top, 0.78, "as predicted")
        errors = np.abs(np.stack([table.low, table.high]) - table.observed)
        ax.errorbar(table.predicted, table.observed, yerr=errors, fmt="none", color=BLUE, elinewidth=1.6)
        ax.plot(table.predicted, table.observed, "o", color=BLUE, markersize=6, markeredgecolor="white")
        note = f"{table.predicted.size} groups of rising risk,\nbars: {100 * table.level:g} % intervals"
        box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
        ax.text(0.03, 0.97, note, color=BLUE, fontsize=9, va="top", transform=ax.transAxes, bbox=box)
        shares(ax, "mean predicted probability of default (%)", "observed bad rate (%)")
        ax.set(xlim=(0, top), ylim=(0, top), aspect="equal")


@dataclass(slots=True, eq=False)
class GainsDisplay(Display):
    """Bads among the riskiest shares of the applicants: the CAP curve, and what a perfect score would catch.

    Attributes
    ----------
    table : GainsTable
        With a row for each distinct risk.
    bad_rate : float
        Share of bads among all, within 0 and 1.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> display = GainsDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> display.table.caught.tolist(), display.bad_rate
    ([0.5, 0.5, 1.0, 1.0], 0.5)
    """

    _title = "What the riskiest shares hold"

    table: GainsTable
    bad_rate: float

    @classmethod
    def from_predictions(cls, y: ArrayLike, probability_of_default: ArrayLike) -> Self:
        """Compute the curve.

        Parameters
        ----------
        y : array-like of shape (n_applications,)
            1 for bad, 0 for good; both must occur.
        probability_of_default : array-like of shape (n_applications,)
            Or anything finite that grows with risk.

        Raises
        ------
        ParameterError
            If the rows do not match, a value is not finite, or one of the classes is absent.
        """
        table = gains_table(y, probability_of_default, groups=None)
        return cls(table, float(np.asarray(y, np.float64).mean()))

    def _draw(self, ax: Axes) -> None:
        diagonal(ax, 1.0, 0.55, "by chance")
        ax.plot([0, self.bad_rate, 1], [0, 1, 1], color=INK, linewidth=1, linestyle=(0, (4, 3)))
        x, y = (np.concatenate([[0.0], part]) for part in (self.table.share, self.table.caught))
        ax.plot(x, y, linewidth=2, color=BLUE, gid="gains")
        area = float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum())
        ratio = (area - 0.5) / ((1.0 - self.bad_rate) / 2.0)
        label = f"accuracy ratio {ratio:.3f}"
        ax.text(0.97, 0.2, label, color=BLUE, fontsize=10, fontweight="bold", ha="right")
        shares(ax, "riskiest applicants (%)", "bads among them (%)")


def _beside(
    ax: Axes, risk: NDArray[np.float64], heights: NDArray[np.float64], word: str, colour: str
) -> None:
    """Write a word beside a curve, below and to the right of where it has nearly risen."""
    at = int(np.searchsorted(heights, 0.93))
    ax.annotate(
        word,
        (risk[at], heights[at]),
        xytext=(8, -12),
        textcoords="offset points",
        color=colour,
        fontsize=10,
        fontweight="bold",
    )
