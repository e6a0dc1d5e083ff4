"""How values show themselves in a notebook, in its light or dark colours: tables, falling bars, histograms.

Everything is drawn in ``currentColor`` or in one blue that stands out on white and on black, and begins at
the side where its language begins. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray

ACCENT: Final = "#3b82c4"
_LINE: Final = "border-bottom:1px solid color-mix(in srgb,currentColor 25%,transparent)"
_PADDING: Final = "padding:2px 6px"
_BINS: Final = 24
_WIDTH, _HEIGHT = 480, 90


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()) -> str:
    """Write a table; cells are escaped, and so is whatever they hold.

    Parameters
    ----------
    heads : sequence of str
    rows : iterable of sequences
        A cell for each head.
    numbers : sequence of int, optional
        Which columns are numbers or days, which stand at the right in one line.

    Examples
    --------
    >>> ">3</td>" in table(["name", "rows"], [("a", 3)], numbers=[1])
    True
    """
    sides = [
        f"text-align:{'right;white-space:nowrap' if column in numbers else 'start'};{_PADDING}"
        for column in range(len(heads))
    ]
    head = "".join(
        f"<th style='{side};{_LINE}'>{escape(one)}</th>" for side, one in zip(sides, heads, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td style='{one}'>{escape(str(cell))}</td>" for one, cell in zip(sides, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<table dir='auto'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def cells_as_text(lines: Sequence[Sequence[str]], *, left: int = 1) -> list[str]:
    """Set cells under each other, the first ``left`` of a line from the left and the others to the right.

    Examples
    --------
    >>> cells_as_text([["group", "n"], ["all", "250"]])
    ['group    n', 'all    250']
    """
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if position < left else cell.rjust(width)
            for position, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def cells_as_table(lines: Iterable[Sequence[str]], *, caption: str = "") -> str:
    """Write cells as a table without a style, the first line as its head; all are escaped.

    Examples
    --------
    >>> cells_as_table([["n"], ["<5"]])
    "<table dir='auto'><thead><tr><th>n</th></tr></thead><tbody><tr><td>&lt;5</td></tr></tbody></table>"
    """
    head, *body = lines
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in body)
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table dir='auto'>{above}<thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table>"


def searched(placeholder: str, found: str) -> str:
    """Put a field above a table whose words let only the rows stand that hold all of them.

    Where a notebook runs no scripts (one that is not trusted) the field does nothing and every row stands.
    """
    look = (
        "const w=this.value.toLowerCase().split(/\\s+/);"
        "for(const r of this.parentNode.querySelectorAll('tbody tr'))"
        "r.hidden=!w.every(x=>r.textContent.toLowerCase().includes(x))"
    )
    said = escape(placeholder)
    field = (
        f'<input type="search" dir="auto" placeholder="{said}" aria-label="{said}" '
        f'oninput="{escape(look)}" style="width:24em;max-width:100%;margin:4px 0">'
    )
    return f"<div>{field}<div style='max-height:24em;overflow:auto'>{found}</div></div>"


def falling(lost: Sequence[float]) -> list[str]:
    """Draw a bar for each loss, each from where the one before it ends.

    Parameters
    ----------
    lost : sequence of float
        Points, 0 or more.

    Examples
    --------
    >>> [bar.split("'")[1].split(";")[:2] for bar in falling([30.0, 10.0])]
    [['margin-inline-start:25.0%', 'width:75.0%'], ['margin-inline-start:0.0%', 'width:25.0%']]
    """
    left = total = sum(lost)
    drawn = []
    for one in lost:
        left = max(left - one, 0.0)
        start, wide = (100 * left / total, 100 * one / total) if total else (0.0, 0.0)
        drawn_at = f"margin-inline-start:{start:.1f}%;width:{wide:.1f}%"
        drawn.append(f"<div style='{drawn_at};background:{ACCENT};height:.8em'></div>")
    return drawn


def histogram(values: NDArray[np.float64], said: str) -> str:
    """Draw how values are spread, with the least, the middle and the greatest beneath; empty for no values.

    Parameters
    ----------
    values : ndarray of float64, shape (n_values,)
        NaN is left out.
    said : str
        What a screen reader says of the picture.
    """
    known = values[np.isfinite(values)]
    if not known.size:
        return ""
    low, middle, high = (float(one) for one in (known.min(), np.median(known), known.max()))
    whole = bool((known == np.rint(known)).all()) and high - low < _BINS
    bins, ends = (int(high - low) + 1, (low - 0.5, high + 0.5)) if whole else (_BINS, (low, high))
    counts = np.histogram(known, bins=bins, range=ends)[0]
    wide = _WIDTH / bins
    drawn = "".join(
        f"<rect x='{k * wide:.1f}' y='{_HEIGHT - _HEIGHT * count / counts.max():.1f}' width='{wide - 1:.1f}' "
        f"height='{_HEIGHT * count / counts.max():.1f}' fill='{ACCENT}'/>"
        for k, count in enumerate(counts)
        if count
    )
    at = 0.5 if high == low else (middle - ends[0]) / (ends[1] - ends[0])
    texts = "".join(
        f"<text x='{x:.0f}' y='{_HEIGHT + 16}' text-anchor='{side}' fill='currentColor'>{value:,.6g}</text>"
        for x, side, value in ((0, "start", low), (_WIDTH, "end", high))
    )
    line = f"<path d='M{at * _WIDTH:.1f} 0V{_HEIGHT}' stroke='currentColor' stroke-dasharray='3 3'/>"
    tall = _HEIGHT + 22
    return (
        f"<svg dir='ltr' role='img' aria-label='{escape(said, quote=True)}' width='{_WIDTH}' height='{tall}' "
        f"viewBox='0 0 {_WIDTH} {tall}' style='max-width:100%;font:12px sans-serif'>"
        f"{drawn}{line}{texts}<path d='M0 {_HEIGHT}H{_WIDTH}' stroke='currentColor'/></svg>"
    )


def steps(boxes: Sequence[tuple[str, str]]) -> str:
    """Draw steps that follow each other, each with a name and what it is made of."""
    box = "border:1px solid currentColor;border-radius:6px;padding:4px 10px;max-width:16em"
    drawn = "<div aria-hidden='true' style='align-self:center'>&rarr;</div>".join(
        f"<div style='{box}'><b>{escape(name)}</b><br>{'<br>'.join(map(escape, text.splitlines()))}</div>"
        for name, text in boxes
    )
    return f"<div dir='ltr' style='display:flex;flex-wrap:wrap;gap:6px;margin:4px 0'>{drawn}</div>"
