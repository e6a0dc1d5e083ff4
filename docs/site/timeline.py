"""A timeline of one person: what was known, what a feature counts of it, and what comes out, drawn as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from docs.site.examples import Counted

WIDTH, LEFT, RIGHT = 640, 8, 600
LANE, TITLE, STEP, AXIS = 58, 16, 17, 20
MOST_LANES, MOST_LINES = 3, 8
# Days: the shortest and the longest stretch that is drawn where a feature has no window of its own.
SHORTEST, LONGEST = 30.0, 1100.0


@dataclass(frozen=True)
class Line:
    """One feature below the lanes: its window in days (None: all rows), its name and its value."""

    days: float | None
    said: str
    value: float


def picture(title: str, lanes: Sequence[tuple[str, Counted]], lines: Sequence[Line]) -> str:
    """A figure of rows as sticks, strong where they are counted, with windows and values below.

    The moment is at the right; time runs towards it. The same rows give the same bytes.
    """
    lanes, lines = lanes[:MOST_LANES], lines[:MOST_LINES]
    span = _span(lanes, lines)
    height = (LANE + TITLE) * len(lanes) + AXIS + STEP * len(lines) + 6
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
    ]
    for at, (name, counted) in enumerate(lanes):
        parts += _lane(at * (LANE + TITLE), name, counted, span)
    base = (LANE + TITLE) * len(lanes)
    parts += _axis(base, span)
    for at, line in enumerate(lines):
        parts += _line(base + AXIS + STEP * at, line, span)
    x = _x(0.0, span)
    parts.append(f'<path class="moment" d="M{x} 0V{base + 4}"/></svg>')
    return '<figure class="drawn">' + "".join(parts) + "</figure>"


def _span(lanes: Sequence[tuple[str, Counted]], lines: Sequence[Line]) -> float:
    """How many days are drawn: the longest window and a little before it, or as far back as rows go."""
    windows = [line.days for line in lines]
    if windows and None not in windows:
        return max(max(days for days in windows if days is not None) * 1.25, SHORTEST / 3)
    oldest = [float(counted.days.max()) for _, counted in lanes if counted.days.size]
    return float(np.clip(max(oldest, default=SHORTEST) * 1.05, SHORTEST, LONGEST))


def _x(days: float, span: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * (1 - days / span), 1)


def _lane(top: int, name: str, counted: Counted, span: float) -> list[str]:
    shown = (counted.days >= 0) & (counted.days <= span)
    values = np.where(np.isnan(counted.values), 0.0, counted.values)
    # Infinite values are drawn as tall as the tallest.
    most = max(float(np.abs(values[shown & np.isfinite(values)]).max(initial=0.0)), 1e-12)
    lowest = float(values[shown & np.isfinite(values)].min(initial=0.0))
    ground = top + TITLE + (LANE - 8 if lowest >= 0 else LANE // 2)
    reach = LANE - 12 if lowest >= 0 else LANE // 2 - 6
    sticks = [f'<text class="name" x="{LEFT}" y="{top + 12}">{escape(name)}</text>']
    sticks.append(f'<path class="ground" d="M{LEFT} {ground}H{RIGHT}"/>')
    for kind, rows in (("out", shown & ~counted.inside), ("in", shown & counted.inside)):
        drawn = _sticks(counted.days[rows], np.clip(values[rows] / most, -1, 1), ground, reach, span)
        if drawn:
            sticks.append(f'<path class="{kind}" d="{drawn}"/>')
    return sticks


def _sticks(
    days: NDArray[np.float64], heights: NDArray[np.float64], ground: float, reach: float, span: float
) -> str:
    """A path of sticks; a value of zero is still seen."""
    return "".join(
        f"M{_x(float(day), span)} {ground + 2}V{round(ground - (reach * float(height) or 2), 1)}"
        for day, height in zip(days, heights, strict=True)
    )


def _axis(top: int, span: float) -> list[str]:
    said = [f'<text class="axis" x="{WIDTH}" y="{top + 12}" text-anchor="end">the moment</text>']
    for days in _marks(span):
        x = _x(days, span)
        said.append(f'<path class="ground" d="M{x} {top - 4}v5"/>')
        said.append(f'<text class="axis" x="{x}" y="{top + 12}" text-anchor="middle">−{days:g} days</text>')
    return said


def _marks(span: float) -> list[float]:
    step = next(step for step in (10, 30, 90, 180, 365, 730) if span / step <= 4.5 or step == 730)
    return list(np.arange(step, span * 0.95, step).tolist())


def _line(top: int, line: Line, span: float) -> list[str]:
    start = LEFT if line.days is None else _x(min(line.days, span), span)
    y = top + 13
    room = RIGHT - start > 330
    said = f"{escape(line.said)} = {number(line.value)}"
    x, anchor = (start + 6, "start") if room else (start - 6, "end")
    return [
        f'<path class="window" d="M{start} {y + 3}v-4M{start} {y + 3}H{RIGHT}v-4"/>',
        f'<text class="said" x="{x}" y="{y if room else y + 3}" text-anchor="{anchor}">{said}</text>',
    ]


def number(value: float) -> str:
    """A value as the figure says it."""
    return "NaN" if np.isnan(value) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
