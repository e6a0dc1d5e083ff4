"""Charts with two numeric axes: ROC, KS, calibration, and the distribution of scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from creditscore.report.charts.canvas import Canvas
from creditscore.report.markup import Html
from creditscore.report.writing import Writer

_WIDTH: Final = 340.0
_HEIGHT: Final = 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 328.0, 34.0, 250.0
_STEPS: Final = (
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.25,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    20.0,
    25.0,
    50.0,
    100.0,
    200.0,
    500.0,
)


class _Axes:
    """A plot area with its two scales; draws grid, ticks and the names of the axes."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.canvas = Canvas(_WIDTH, _HEIGHT)
        self.x_range, self.y_range = x, y

    def x(self, value: float) -> float:
        low, high = self.x_range
        return _LEFT + (_RIGHT - _LEFT) * (value - low) / (high - low)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)

    def curve(self, xs: Sequence[float], ys: Sequence[float], ink: str, *, dashed: bool = False) -> None:
        points = [(self.x(x), self.y(y)) for x, y in zip(xs, ys, strict=True)]
        self.canvas.line(points, ink, 1.2 if dashed else 2.2, dashed=dashed)

    def frame(
        self, names: tuple[str, str], write_x: Callable[[float], str], write_y: Callable[[float], str]
    ) -> None:
        for tick in _ticks(*self.y_range):
            self.canvas.line([(_LEFT, self.y(tick)), (_RIGHT, self.y(tick))], "grid")
            self.canvas.text(write_y(tick), _LEFT - 6, self.y(tick), "right", "tick")
        for tick in _ticks(*self.x_range):
            self.canvas.line([(self.x(tick), _BOTTOM), (self.x(tick), _BOTTOM + 4)], "pale")
            self.canvas.text(write_x(tick), self.x(tick), _BOTTOM + 16, "middle", "tick")
        self.canvas.line([(_LEFT, _BOTTOM), (_RIGHT, _BOTTOM)], "pale")
        self.canvas.text(names[1], 0, 12, "left", "axis")
        self.canvas.text(names[0], _RIGHT, _BOTTOM + 38, "right", "axis")


@dataclass(frozen=True, slots=True)
class Course:
    """One line of a chart of courses: its name, its ink, its points, and whether it is dashed."""

    name: str
    ink: str
    xs: Sequence[float]
    ys: Sequence[float]
    dashed: bool = False


def course_chart(
    courses: Sequence[Course],
    names: tuple[str, str],
    titles: tuple[str, str],
    writers: tuple[Callable[[float], str], Callable[[float], str]],
) -> Html:
    """Draw how figures went, each line with its name at its end; no two names lie upon each other.

    Parameters
    ----------
    courses : sequence of Course
        At least one, with a point each.
    names : tuple of str and str
        Of the axis that runs along and of the one that rises from 0.
    titles : tuple of str and str
        Of the chart, and its description.
    writers : tuple of two callables
        What writes the numbers of the axes.
    """
    along = [x for one in courses for x in one.xs]
    top = 1.15 * max(1e-9, *(y for one in courses for y in one.ys))
    axes = _Axes((min(along), max(min(along) + 1.0, *along)), (0.0, top))
    axes.frame(names, *writers)
    reached = -1e9
    for one in sorted(courses, key=lambda one: -one.ys[-1]):
        axes.curve(one.xs, one.ys, one.ink, dashed=one.dashed)
        for x, y in [*zip(one.xs, one.ys, strict=True)] * (len(one.xs) == 1):
            axes.canvas.dot(axes.x(x), axes.y(y), 3.0, one.ink)
        reached = max(axes.y(one.ys[-1]) - 9, reached + 13)
        axes.canvas.text(one.name, axes.x(one.xs[-1]), reached, "right", f"plate c-{one.ink}")
    return axes.canvas.figure(*titles)


def roc_chart(curve: Mapping[str, Any], writer: Writer) -> Html:
    """Draw bads caught against goods flagged."""
    axes = _Axes((0.0, 1.0), (0.0, 1.0))
    axes.frame((writer.word("roc.x"), writer.word("roc.y")), _percent(writer), _percent(writer))
    axes.curve([0.0, 1.0], [0.0, 1.0], "pale", dashed=True)
    axes.curve(curve["goods_flagged"], curve["bads_caught"], "main")
    auc = writer.number(curve["auc"], 3)
    axes.canvas.text(f"AUC {auc}", axes.x(0.97), axes.y(0.16), "right", "strong")
    axes.canvas.text(writer.word("roc.chance"), axes.x(0.97), axes.y(0.07), "right", "soft")
    return axes.canvas.figure(writer.word("roc.title"), writer.word("roc.desc", auc=auc))


def ks_chart(curve: Mapping[str, Any], writer: Writer) -> Html:
    """Draw the risk distributions of goods and bads and the largest gap between them."""
    right = max(float(curve["risk"][-1]), 1e-9)
    axes = _Axes((0.0, right), (0.0, 1.0))
    axes.frame((writer.word("ks.x"), writer.word("ks.y")), _percent(writer, right), _percent(writer))
    for key, ink, word in (("share_of_goods", "main", "ks.goods"), ("share_of_bads", "harm", "ks.bads")):
        axes.curve(curve["risk"], curve[key], ink)
        at = next((k for k, share in enumerate(curve[key]) if share >= 0.8), -1)
        x, y = min(axes.x(curve["risk"][at]) + 10, _RIGHT - 60), axes.y(curve[key][at]) + 12
        axes.canvas.text(writer.word(word), x, y, "left", f"strong c-{ink}")
    at_risk, low, high = curve["at_risk"], curve["at_low"], curve["at_high"]
    axes.canvas.line([(axes.x(at_risk), axes.y(low)), (axes.x(at_risk), axes.y(high))], "ink", 1.6)
    ks = writer.number(curve["ks"], 3)
    axes.canvas.text(f"KS {ks}", axes.x(at_risk) + 6, axes.y((low + high) / 2), "left", "strong plate")
    found = writer.word("ks.desc", ks=ks, risk=writer.percent(at_risk))
    return axes.canvas.figure(writer.word("ks.title"), found)


def calibration_chart(found: Mapping[str, Any], writer: Writer) -> Html:
    """Draw observed bad rates against predicted ones, with their intervals."""
    table = [row for row in found["deciles"] if row["observed"] is not None]
    top = min(1.0, 1.06 * max((max(row["high"], row["predicted"]) for row in table), default=1.0))
    axes = _Axes((0.0, top), (0.0, top))
    axes.frame((writer.word("calibration.x"), writer.word("calibration.y")), *(_percent(writer, top),) * 2)
    axes.curve([0.0, top], [0.0, top], "pale", dashed=True)
    for row in table:
        x = axes.x(row["predicted"])
        axes.canvas.line([(x, axes.y(row["low"])), (x, axes.y(row["high"]))], "main", 1.6)
        axes.canvas.dot(x, axes.y(row["observed"]), 3.6, "main")
    axes.canvas.text(
        writer.word("calibration.diagonal"), axes.x(0.97 * top), axes.y(0.55 * top), "right", "soft"
    )
    described = writer.word("calibration.desc", groups=writer.number(found["groups"]))
    return axes.canvas.figure(writer.word("calibration.title"), described)


def distribution_chart(bins: Sequence[Mapping[str, Any]], writer: Writer) -> Html:
    """Draw how many applications have which score."""
    top = 1.08 * max(row["share"] for row in bins)
    axes = _Axes((bins[0]["low"], bins[-1]["high"]), (0.0, top))
    axes.frame(
        (writer.word("distribution.x"), writer.word("distribution.y")),
        lambda value: writer.plain(f"{value:.0f}"), _percent(writer, top),
    )  # fmt: skip
    for row in bins:
        left, right = axes.x(row["low"]) + 0.6, axes.x(row["high"]) - 0.6
        axes.canvas.rect(left, axes.y(row["share"]), right - left, _BOTTOM - axes.y(row["share"]), "main")
    low, high = (writer.plain(f"{bins[end_bin][end]:.0f}") for end_bin, end in ((0, "low"), (-1, "high")))
    found = writer.word("distribution.desc", low=low, high=high)
    return axes.canvas.figure(writer.word("distribution.title"), found)


def _percent(writer: Writer, top: float = 1.0) -> Callable[[float], str]:
    return lambda value: writer.percent(value, 0 if top > 0.04 else 1)


def _ticks(low: float, high: float) -> list[float]:
    """Four to six round numbers within a range."""
    step = next((step for step in _STEPS if (high - low) / step <= 5.5), high - low)
    first = -(-low // step)
    count = int((high - first * step) / step + 1e-9) + 1
    return [(first + k) * step for k in range(count)]
