"""The few colours of the charts: a class for pages that know dark mode, an attribute for all others."""

from __future__ import annotations

from typing import Final

# Told apart by people with any colour vision; each has a contrast of at least 3 to 1 on white.
PALETTE: Final = {
    "ink": "#1f2328",
    "pale": "#7a828c",
    "grid": "#dde1e6",
    "main": "#0b62a8",
    "harm": "#b5470f",
    "help": "#0b62a8",
}


def fill(ink: str) -> dict[str, str]:
    """Attributes of a filled shape."""
    return {"fill": PALETTE[ink], "class_": f"f-{ink}"}


def stroke(ink: str, width: float = 1.0, *, dashed: bool = False) -> dict[str, str | float | None]:
    """Attributes of a line."""
    return {
        "fill": "none",
        "stroke": PALETTE[ink],
        "stroke_width": width,
        "stroke_dasharray": "4 3" if dashed else None,
        "class_": f"s-{ink}",
    }
