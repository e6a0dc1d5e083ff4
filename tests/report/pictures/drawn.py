"""Draw the pages of one fixed decision, small and in few greys, and keep them beside this file.

``python -m tests.report.pictures.drawn`` from the root of the repository makes them anew. Do so only when a
page is meant to look otherwise, and look at the pictures in the diff: they are for a person to read.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import creditscore as cs
from creditscore.words.languages import LANGUAGES
from tests.report.browser import draw, find_browser

HERE = Path(__file__).parent
RECORD = HERE / "record.json.gz"
MADE_WITH = HERE / "made_with.json"
# By name: width and height in CSS pixels of what is drawn; A4 at 96 dots per inch is 794 wide.
WIDTHS = {"phone": (360, 2600), "print": (794, 1600)}
# What a window has below is at times not painted, so that it is drawn and left out.
BELOW = 160
SMALLER = 2
GREYS = 16
SHARED: dict[str, Any] = {
    "creditor": "Example Bank, 1 High Street",
    "objection": "Write to objections@bank.example and name the report number.",
    "objection_days": 30,
    "issued_at": datetime(2026, 11, 29, 8, 30, tzinfo=UTC),
}


def record() -> dict[str, Any]:
    """The decision: stored once, whatever models decide now."""
    content: dict[str, Any] = json.loads(gzip.decompress(RECORD.read_bytes()))
    return content


def page(language: str, content: dict[str, Any]) -> str:
    calendar = "jalali" if language == "fa" else "gregorian"
    return cs.decision_report(content, language=language, calendar=calendar, **SHARED).to_html()  # type: ignore[arg-type]


def pixels(html: str, width: str, folder: Path) -> np.ndarray:
    """Draw a page and make it small: shape (height, width) of grey, 0 to GREYS - 1."""
    target = folder / "page.png"
    across, down = WIDTHS[width]
    draw(html, across, down + BELOW, target)
    grey = np.asarray(Image.open(target).convert("L"), float)[:down]
    rows, columns = (size // SMALLER * SMALLER for size in grey.shape)
    blocks = grey[:rows, :columns].reshape(rows // SMALLER, SMALLER, columns // SMALLER, SMALLER)
    return np.round(blocks.mean(axis=(1, 3)) * (GREYS - 1) / 255.0).astype(np.uint8)


def file_of(language: str, width: str) -> Path:
    return HERE / f"{language}_{width}.png"


def stored(language: str, width: str) -> np.ndarray:
    picture = Image.open(file_of(language, width)).convert("L")
    return np.round(np.asarray(picture, float) * (GREYS - 1) / 255.0).astype(np.uint8)


def keep(picture: np.ndarray, target: Path) -> None:
    levels = np.round(np.arange(GREYS) * 255.0 / (GREYS - 1)).astype(np.uint8)
    image = Image.fromarray(picture, mode="P")
    image.putpalette(np.repeat(levels, 3).tobytes())
    image.save(target, optimize=True, bits=4)


def made_with() -> dict[str, str]:
    """What decides where a line breaks: the browser's version, and the fonts that it falls back on."""
    told = subprocess.run([find_browser(), "--version"], capture_output=True, text=True, check=True).stdout
    found = {"browser": told.strip().partition(".")[0]}
    for language in LANGUAGES:
        asked = ["fc-match", f"sans-serif:lang={language}"]
        fonts = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        found[f"fonts {language}"] = fonts.strip()
    return found


def main() -> None:
    content = record()
    with tempfile.TemporaryDirectory() as folder:
        for language in LANGUAGES:
            for width in WIDTHS:
                keep(pixels(page(language, content), width, Path(folder)), file_of(language, width))
    MADE_WITH.write_text(json.dumps(made_with(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(LANGUAGES) * len(WIDTHS)} pictures\n")


if __name__ == "__main__":
    main()
