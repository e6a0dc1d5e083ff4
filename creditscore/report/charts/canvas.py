"""One drawing: shapes in the units of a view box, and words laid over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from creditscore.report.charts.ink import fill, stroke
from creditscore.report.markup import Html, tag

Anchor: TypeAlias = Literal["left", "middle", "right"]
Point: TypeAlias = tuple[float, float]


@dataclass(slots=True)
class Canvas:
    """A drawing of fixed proportions that takes the width it is given.

    Words are not SVG text: they are HTML above the picture, so that they neither shrink with it nor lose the
    shaping of their script. They are hidden from screen readers, which get the title and the description.

    Parameters
    ----------
    width, height : float
        Of the view box.
    """

    width: float
    height: float
    shapes: list[Html] = field(default_factory=list)
    words: list[Html] = field(default_factory=list)

    def rect(self, left: float, top: float, width: float, height: float, ink: str) -> None:
        """Fill a rectangle."""
        self.shapes.append(
            tag(
                "rect", x=_short(left), y=_short(top), width=_short(width), height=_short(height), **fill(ink)
            )
        )

    def line(self, points: Iterable[Point], ink: str, width: float = 1.0, *, dashed: bool = False) -> None:
        """Draw a line through points."""
        path = "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)
        self.shapes.append(tag("path", d=path, stroke_linejoin="round", **stroke(ink, width, dashed=dashed)))

    def dot(self, x: float, y: float, radius: float, ink: str) -> None:
        """Fill a circle."""
        self.shapes.append(tag("circle", cx=_short(x), cy=_short(y), r=_short(radius), **fill(ink)))

    def text(self, words: str, x: float, y: float, anchor: Anchor = "middle", kind: str = "") -> None:
        """Write words whose middle line lies at a height, anchored at their left, middle or right."""
        style = f"left:{_short(100 * x / self.width)}%;top:{_short(100 * y / self.height)}%"
        self.words.append(tag("span", words, class_=f"t t-{anchor} {kind}".strip(), style=style))

    def figure(self, title: str, description: str, *, kind: str = "") -> Html:
        """Return the picture with its title, its description and its words."""
        box = f"0 0 {_short(self.width)} {_short(self.height)}"
        picture = tag(
            "svg", tag("title", title), tag("desc", description), self.shapes,
            viewBox=box, width="100%", role="img", aria_label=f"{title}. {description}",
        )  # fmt: skip
        layer = tag("div", self.words, class_="words", aria_hidden="true")
        drawing = tag("div", picture, layer, class_="drawing")
        return tag("figure", tag("figcaption", title), drawing, class_=f"chart {kind}".strip())


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
