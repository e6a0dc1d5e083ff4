"""What comes in from look to look, and how the loans of each period do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from creditscore.data.loans.aging import DEFAULTED
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.monitoring.vintages import VintageTable
from creditscore.monitoring.watch import Watch
from creditscore.plots.drawn import PALE, PALETTE, Display, Drawn, at_its_end, in_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST: Final = len(PALETTE)


@dataclass(slots=True, eq=False)
class DriftDisplay(Display):
    """The population stability index of columns from look to look, with both limits.

    Attributes
    ----------
    watch : Watch
        After one look or more.
    columns : tuple of str
        Those that are drawn.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> from creditscore.monitoring.drift import FrozenBins
    >>> values = {"score": np.arange(200.0)}
    >>> watch = Watch.begun(FrozenBins.learned(values)).look(values, at="2026-11-29T00:00:00Z")
    >>> DriftDisplay.from_watch(watch).columns
    ('score',)
    """

    _title = "What comes in beside the reference"

    watch: Watch
    columns: tuple[str, ...]

    @classmethod
    def from_watch(cls, watch: Watch, columns: tuple[str, ...] | None = None) -> Self:
        """Choose columns.

        Parameters
        ----------
        watch : Watch
        columns : tuple of str, optional
            Default: the four that lie furthest off at the last look.

        Raises
        ------
        NameUnknownError
            If there is no such column.
        ParameterError
            If the watch has not looked yet.
        """
        if watch.table is None:
            raise ParameterError.must_be("watch", "a watch that has looked", repr(watch))
        known = tuple(one.name for one in watch.table.columns)
        for name in columns or ():
            if name not in known:
                raise NameUnknownError.among("column", name, known)
        return cls(watch, tuple(columns) if columns is not None else known[:_MOST])

    def _draw(self, ax: Axes) -> None:
        settings, looks = self.watch.settings, self.watch.looks
        number = np.arange(1, len(looks) + 1)
        for limit in (settings.moved, settings.shifted):
            ax.axhline(limit, color=PALE, linewidth=1, linestyle=(0, (4, 3)))
        for position, name in enumerate(self.columns):
            psi, colour = [one.psi[name] for one in looks], PALETTE[position % len(PALETTE)]
            ax.plot(number, psi, linewidth=2, color=colour, marker="o", markersize=3, gid=name)
            at_its_end(ax, float(number[-1]), psi[-1], name, colour)
        self._label("look", "population stability index")
        ax.set_xlim(0.5, number[-1] + 0.25 * max(4, number[-1]))
        ax.set_ylim(bottom=0)


@dataclass(slots=True, eq=False)
class VintageDisplay(Drawn):
    """Share of the loans of each period that had come to be so, by months on book.

    Attributes
    ----------
    table : VintageTable
    measure : str
        One of those of the table.
    ax_, figure_
        Axes and figure of the last plot, None before.

    Examples
    --------
    >>> import creditscore as cs
    >>> loan = {"loan_id": 1, "applicant_id": "a", "event_time": "2024-01-10T09:00:00Z", "amount": 90.0}
    >>> due = {"loan_id": 1, "applicant_id": "a", "due_time": "2024-02-10T00:00:00Z", "due_amount": 99.0}
    >>> portfolio = cs.Portfolio.from_records({"loans": [loan], "instalments": [due]})
    >>> VintageDisplay.from_table(cs.vintages(portfolio, "2024-07-15T00:00:00Z")).measure
    'defaulted'
    """

    table: VintageTable
    measure: str = DEFAULTED

    @classmethod
    def from_table(cls, table: VintageTable, measure: str = DEFAULTED) -> Self:
        """Choose a measure.

        Parameters
        ----------
        table : VintageTable
        measure : str, default="defaulted"

        Raises
        ------
        NameUnknownError
            If the table has no such measure.
        """
        if measure not in table.measures:
            raise NameUnknownError.among("measure", measure, table.measures)
        return cls(table, measure)

    def plot(self, ax: Axes | None = None, *, newest: int = 8) -> Self:
        """Draw on the given axes, or on new ones; returns itself.

        Parameters
        ----------
        ax : matplotlib axes, optional
            Where to draw.
        newest : int, default=8
            So many vintages at most that have a month behind them, the four newest in colours.

        Raises
        ------
        MissingExtraError
            If no axes are given and matplotlib is not installed.
        """
        ax = self._begin(ax, "Vintages by months on book")
        shown = [one for one in self.table.vintages if not np.isnan(one.shares[self.measure]).all()][-newest:]
        for position, one in enumerate(reversed(shown)):
            share = one.shares[self.measure]
            month = np.flatnonzero(~np.isnan(share))
            colour, width = (PALETTE[position], 2) if position < _MOST else (PALE, 1)
            ax.plot(month + 1, share[month], linewidth=width, color=colour, gid=one.name)
            at_its_end(ax, float(month[-1] + 1), float(share[month[-1]]), one.name, colour)
        self._label("months on book", f"{self.measure} by then (% of loans)")
        in_percent(ax.yaxis)
        ax.set_xlim(1, self.table.months * 1.15 + 1)
        ax.set_ylim(bottom=0)
        return self
