"""Figures with their intervals, as values that read well in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import ClassVar, Final

from creditscore.errors import NameUnknownError

LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "auc": ("AUC", "higher"),
    "gini": ("Gini", "higher"),
    "ks": ("KS", "higher"),
    "h_measure": ("H-measure", "higher"),
    "brier": ("Brier score", "lower"),
    "log_loss": ("log loss", "lower"),
    "emp": ("EMP", "higher"),
    "calibration_slope": ("calibration slope", "near 1"),
    "calibration_intercept": ("calibration intercept", "near 0"),
}
_CELL: Final = "padding:2px 12px;text-align:"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure and its bootstrap interval.

    Attributes
    ----------
    name : str
        What was measured, such as ``"auc"``.
    value : float
        The figure on all rows.
    low, high : float
        Ends of the interval.

    Examples
    --------
    >>> str(Metric("auc", 0.78612, 0.77991, 0.79233))
    'AUC 0.7861 (0.7799 to 0.7923)'
    """

    name: str
    value: float
    low: float
    high: float

    @property
    def label(self) -> str:
        """Name as printed."""
        return LABELS[self.name][0] if self.name in LABELS else self.name

    def __str__(self) -> str:
        return f"{self.label} {self.value:.4f} ({self.low:.4f} to {self.high:.4f})"


@dataclass(frozen=True, slots=True)
class MetricTable:
    """Several figures of one set of applications.

    Attributes
    ----------
    metrics : tuple of Metric
        The figures.
    applications, bads : int
        Rows, and how many of them are bad.
    level : float
        Confidence of the intervals, between 0 and 1.
    resamples, seed : int
        Bootstrap resamples and the seed that repeats them to the bit.
    stratified : bool
        Whether each resample keeps the number of goods and of bads.
    """

    _title: ClassVar[str] = "Figures"
    _directions: ClassVar[Mapping[str, str]] = {}

    metrics: tuple[Metric, ...]
    applications: int
    bads: int
    level: float
    resamples: int
    seed: int
    stratified: bool

    def __getitem__(self, name: str) -> Metric:
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise NameUnknownError.among("metric", name, [metric.name for metric in self.metrics])

    def to_dict(self) -> dict[str, dict[str, float]]:
        """Figures as plain numbers: name to value, low and high."""
        return {m.name: {"value": m.value, "low": m.low, "high": m.high} for m in self.metrics}

    def __str__(self) -> str:
        rows = [self._header(), *map(self._cells, self.metrics)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(_padded(row, widths)).rstrip() for row in rows]
        return "\n".join([self._caption(), "", *lines, "", self._footnote()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = _row("th", self._header())
        body = "".join(f"<tr>{_row('td', self._cells(metric))}</tr>" for metric in self.metrics)
        return (
            '<table dir="auto" style="border-collapse:collapse;font-variant-numeric:tabular-nums">'
            f'<caption style="{_CELL}left;font-weight:600">{escape(self._caption())}</caption>'
            f'<thead><tr style="border-bottom:1px solid currentColor">{head}</tr></thead>'
            f"<tbody>{body}</tbody>"
            f'<tfoot><tr><td colspan="{len(self._header())}" style="{_CELL}left;opacity:.7">'
            f"{escape(self._footnote())}</td></tr></tfoot></table>"
        )

    def _header(self) -> list[str]:
        columns = ["", "value", f"{100 * self.level:g} % interval"]
        return [*columns, "better"] if self._directions else columns

    def _cells(self, metric: Metric) -> list[str]:
        cells = [metric.label, f"{metric.value:.4f}", f"{metric.low:.4f} to {metric.high:.4f}"]
        return [*cells, self._directions.get(metric.name, "")] if self._directions else cells

    def _caption(self) -> str:
        share = 100 * self.bads / self.applications
        return f"{self._title}: {self.applications:,} applications, {self.bads:,} bad ({share:.1f} %)"

    def _footnote(self) -> str:
        kind = "stratified " if self.stratified else ""
        return f"{self.resamples:,} {kind}bootstrap resamples, seed {self.seed}"


@dataclass(frozen=True, slots=True, repr=False)
class Performance(MetricTable):
    """How well one score ranks and how well its probabilities hold.

    Made by :func:`creditscore.validation.performance`. Indexing by name gives a :class:`Metric`.
    """

    _title: ClassVar[str] = "Performance"
    _directions: ClassVar[Mapping[str, str]] = {name: better for name, (_, better) in LABELS.items()}


@dataclass(frozen=True, slots=True, repr=False)
class PerformanceDifference(MetricTable):
    """Figures of one score minus those of another on the same applications.

    Made by :func:`creditscore.validation.performance_difference`.
    """

    _title: ClassVar[str] = "Score minus reference"


def _padded(row: list[str], widths: list[int]) -> list[str]:
    first, *rest = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(text.rjust(width) for text, width in rest)]


def _row(tag: str, cells: list[str]) -> str:
    sides = ["left"] + ["right"] * (len(cells) - 1)
    pairs = zip(cells, sides, strict=True)
    return "".join(f'<{tag} style="{_CELL}{side}">{escape(text)}</{tag}>' for text, side in pairs)
