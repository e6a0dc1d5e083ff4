"""What all displays share: colours, axes with a title, and numbers in percent."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from creditscore._ground.extras import needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure, SubFigure

# From the palette of Okabe and Ito, which people with any colour vision can tell apart.
BLUE: Final = "#0072B2"
RED: Final = "#D55E00"
INK: Final = "#333333"
PALETTE: Final = (BLUE, RED, "#009E73", "#CC79A7")
PALE: Final = "#8A8A8A"
GRID: Final = "#E6E6E6"


@dataclass(slots=True, eq=False)
class Drawn:
    """What plotting leaves behind: the axes drawn on and their figure."""

    ax_: Axes | None = field(default=None, init=False, repr=False)
    figure_: Figure | SubFigure | None = field(default=None, init=False, repr=False)

    def _begin(self, ax: Axes | None, title: str) -> Axes:
        if ax is None:
            with needs(f"{type(self).__name__}.plot", package="matplotlib", extra="plots"):
                from matplotlib import pyplot as plt
            _, ax = plt.subplots(figsize=(5.6, 5.2), dpi=120, layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        ax.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK, pad=12)
        ax.grid(color=GRID, linewidth=0.8)
        ax.set_axisbelow(True)
        ax.tick_params(colors=INK, length=0, labelsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        ax.spines[["left", "bottom"]].set_color(PALE)
        return ax

    def _label(self, x_label: str, y_label: str) -> None:
        """Say what both axes are of."""
        if self.ax_ is not None:
            self.ax_.set_xlabel(x_label, color=INK, fontsize=10)
            self.ax_.set_ylabel(y_label, color=INK, fontsize=10)


@dataclass(slots=True, eq=False)
class Display(Drawn, ABC):
    """A display that is drawn from what it holds, with nothing to choose but the axes."""

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on the given axes, or on new ones; returns itself.

        Raises
        ------
        MissingExtraError
            If no axes are given and matplotlib is not installed.
        """
        self._draw(self._begin(ax, self._title))
        return self

    @property
    @abstractmethod
    def _title(self) -> str:
        """What stands above it."""

    @abstractmethod
    def _draw(self, ax: Axes) -> None:
        """Draw on axes that have been begun."""


def diagonal(ax: Axes, top: float, at: float, word: str) -> None:
    """Draw the diagonal and write what it means below it, from a share of its length on."""
    ax.plot([0, top], [0, top], color=PALE, linewidth=1, linestyle=(0, (4, 3)))
    x, y = at * top, (at - 0.04) * top
    ax.text(x, y, word, color=PALE, fontsize=9, rotation=45, rotation_mode="anchor")


def shares(ax: Axes, x_label: str, y_label: str) -> None:
    """Label axes that hold shares in percent."""
    for axis, label in ((ax.xaxis, x_label), (ax.yaxis, y_label)):
        in_percent(axis)
        axis.set_label_text(label, color=INK, fontsize=10)
    ax.set(xlim=(0, 1), ylim=(0, 1.005))


def in_percent(axis: Axis) -> None:
    """Write the shares of an axis in percent."""
    with needs("plot", package="matplotlib", extra="plots"):
        from matplotlib.ticker import PercentFormatter
    axis.set_major_formatter(PercentFormatter(1.0, symbol=""))


def at_its_end(ax: Axes, x: float, y: float, word: str, colour: str) -> None:
    """Write a word beside the last point of a line."""
    ax.annotate(
        word, (x, y), xytext=(4, 0), textcoords="offset points", color=colour, fontsize=9,
        fontweight="bold", va="center",
    )  # fmt: skip
