"""Draw docs/architecture.svg: the floors, their packages, and who imports whom. Run by `make reference`.

A package is a row and a column, the edges at the top and the ground at the bottom. A dot in a row says that
the package imports the package of that column, deferred imports and those for types included. Since imports
lead down, every dot lies to the right of the diagonal.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.house.floors import FLOORS, package_of  # noqa: E402 - found only now
from tests.house.source import modules, own_imports  # noqa: E402

PICTURE = "architecture.svg"
ROW, STEP, HEAD = 26, 26, 96
NAMES, SENTENCES = 24, 130
LETTERS = 104
FONT = 'font-family="sans-serif" font-size="12"'


def imported() -> dict[str, set[str]]:
    """Which packages each package imports, deferred imports and those for types included."""
    graph: dict[str, set[str]] = {name: set() for floor in FLOORS for name in floor}
    for module in modules():
        source = package_of(module.name)
        for found in own_imports(module):
            target = package_of(found.target)
            if source and target and target != source:
                graph[source].add(target)
    return graph


def sentence_of(package: str) -> str:
    """The first sentence of a package or of a file at the top."""
    folder = ROOT / "creditscore" / package
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(said.split("\n\n")[0].split())
    return first if len(first) <= LETTERS else first[: LETTERS - 1].rstrip(" ,;:") + "\u2026"


def drawn() -> str:
    """The picture as SVG text; the same code gives the same bytes."""
    order = [package for floor in reversed(FLOORS) for package in floor]
    matrix = SENTENCES + int(LETTERS * 5.5)
    width, height = matrix + STEP * len(order) + 30, HEAD + ROW * len(order) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {FONT} role="img">',
        "<title>Floors and packages of creditscore, and who imports whom</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *bands(width),
        *(row for place, package in enumerate(order) for row in names(place, package, matrix)),
        *dots(order, matrix),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def bands(width: int) -> Iterator[str]:
    """A stripe behind every other floor."""
    top = HEAD
    for number, floor in enumerate(reversed(FLOORS)):
        if number % 2 == 0:
            yield f'<rect y="{top}" width="{width}" height="{ROW * len(floor)}" fill="#f1f5f9"/>'
        top += ROW * len(floor)


def names(place: int, package: str, matrix: int) -> Iterator[str]:
    """The name and sentence of a row, the name of its column, and the diagonal."""
    y, x = HEAD + ROW * place + 17, matrix + STEP * place + STEP // 2
    name = escape(package)
    yield f'<text x="{NAMES}" y="{y}" font-weight="bold" fill="#0f172a">{name}</text>'
    yield f'<text x="{SENTENCES}" y="{y}" font-size="11" fill="#475569">{escape(sentence_of(package))}</text>'
    yield f'<text transform="translate({x + 4} {HEAD - 8}) rotate(-60)" fill="#0f172a">{name}</text>'
    yield f'<rect x="{x - 9}" y="{y - 13}" width="18" height="18" rx="3" fill="#cbd5e1"/>'


def dots(order: list[str], matrix: int) -> Iterator[str]:
    """A dot for every import, red where one climbs."""
    graph = imported()
    for row, source in enumerate(order):
        for column, target in enumerate(order):
            if target in graph[source]:
                x, y = matrix + STEP * column + STEP // 2, HEAD + ROW * row + 13
                colour = "#1d4ed8" if column > row else "#dc2626"
                yield f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'


if __name__ == "__main__":
    Path(__file__).with_name(PICTURE).write_text(drawn(), encoding="utf-8")
