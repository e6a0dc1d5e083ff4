"""Charts of rows: the waterfall of points, the scale with one score on it, and plain bars of shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from creditscore.report.charts.canvas import Anchor
from creditscore.report.charts.ink import fill, stroke
from creditscore.report.markup import Html, tag
from creditscore.report.writing import Writer

_ROW: Final = 46
_BAR: Final = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, a written number, and where its bar begins and ends within 0 and 1."""

    name: str
    number: str
    start: float
    stop: float
    ink: str = "main"


def waterfall(
    steps: Sequence[tuple[str, int]], total: tuple[str, int], writer: Writer, title: str, description: str
) -> Html:
    """Draw how points lead from the first step to the total."""
    reached, levels = 0, []
    for _, points in steps:
        levels.append((reached, reached + points))
        reached += points
    ends = [end for pair in levels[1:] for end in pair] + [levels[0][1], total[1]]
    low, high = min(ends), max(ends)
    margin = max(1.0, 0.35 * (high - low))
    floor, span = max(0.0, low - margin), (high - low) + min(margin, low) + 0.04 * (high - low) + 1
    bars = [
        _step(name, points, reach, floor, span, writer, first=number == 0)
        for number, ((name, points), reach) in enumerate(zip(steps, levels, strict=True))
    ]
    bars.append(Bar(total[0], writer.number(total[1]), 0.0, (total[1] - floor) / span, "ink"))
    return rows(bars, writer, title, description)


def _step(
    name: str, points: int, ends: tuple[int, int], floor: float, span: float, writer: Writer, *, first: bool
) -> Bar:
    if first:
        return Bar(name, writer.number(points), 0.0, (points - floor) / span, "pale")
    start, stop = ((end - floor) / span for end in sorted(ends))
    return Bar(name, writer.number(points, signed=True), start, stop, "harm" if points < 0 else "help")


def rows(bars: Sequence[Bar], writer: Writer, title: str, description: str) -> Html:
    """Draw one bar below the other, under its name and its number; mirrored where text runs leftwards."""
    shapes = []
    words = []
    for number, bar in enumerate(bars):
        top = number * _ROW
        if bar.stop > bar.start:
            shapes.append(_bar(bar, top, mirrored=writer.direction == "rtl"))
        words.append(
            tag(
                "div", tag("span", bar.name, class_="name"), tag("span", bar.number, class_="number"),
                class_="row", style=f"top:{top}px",
            )
        )  # fmt: skip
    return _fluid(shapes, words, len(bars) * _ROW, title, description, "rows")


def _bar(bar: Bar, top: int, *, mirrored: bool) -> Html:
    width = max(bar.stop - bar.start, 0.003)
    left = 1.0 - bar.start - width if mirrored else bar.start
    return tag(
        "rect",
        x=f"{100 * left:.2f}%",
        y=top + 22,
        width=f"{100 * width:.2f}%",
        height=_BAR,
        rx=1,
        **fill(bar.ink),
    )


def gauge(
    score: float, low: float, high: float, cutoff: float | None, writer: Writer, description: str
) -> Html:
    """Draw where a score lies on its scale, and where the cut-off is."""
    mirrored = writer.direction == "rtl"

    def x_of(value: float) -> float:
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return 100.0 * (1.0 - share if mirrored else share)

    shapes = [tag("rect", x="0%", y=30, width="100%", height=8, rx=4, **fill("grid"))]
    at = x_of(score)
    start = min(at, x_of(low))
    shapes.append(
        tag("rect", x=f"{start:.2f}%", y=30, width=f"{abs(at - x_of(low)):.2f}%", height=8, **fill("main"))
    )
    shapes.append(tag("circle", cx=f"{at:.2f}%", cy=34, r=9, **fill("main")))
    ends: tuple[Anchor, Anchor] = ("right", "left") if mirrored else ("left", "right")
    words = [
        _above(writer.plain(f"{low:.0f}"), x_of(low), 58, ends[0]),
        _above(writer.plain(f"{high:.0f}"), x_of(high), 58, ends[1]),
    ]
    if cutoff is not None:
        mark = x_of(cutoff)
        shapes.append(tag("line", x1=f"{mark:.2f}%", x2=f"{mark:.2f}%", y1=20, y2=48, **stroke("ink", 2.0)))
        text = f"{writer.plain(f'{cutoff:.0f}')} {writer.word('gauge.cutoff')}"
        words.append(
            _above(text, mark, 10, "middle" if 15 < mark < 85 else "left" if mark <= 15 else "right")
        )
    return _fluid(shapes, words, 68, writer.word("gauge.title"), description, "gauge")


def _above(words: str, left: float, top: int, anchor: Anchor) -> Html:
    return tag("span", words, class_=f"t t-{anchor} tick", style=f"left:{left:.2f}%;top:{top}px")


def _fluid(
    shapes: list[Html], words: list[Html], height: int, title: str, description: str, kind: str
) -> Html:
    """Put shapes that are placed in percent of the width under words that are placed likewise."""
    picture = tag(
        "svg", tag("title", title), tag("desc", description), shapes,
        width="100%", height=height, role="img", aria_label=f"{title}. {description}",
    )  # fmt: skip
    layer = tag("div", words, class_="words", aria_hidden="true")
    drawing = tag("div", picture, layer, class_="drawing", style=f"height:{height}px")
    return tag("figure", tag("figcaption", title), drawing, class_=f"chart {kind}")
