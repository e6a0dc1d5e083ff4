"""The scripts of the page without the page, and conditions drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from creditscore.dashboard.dimensions import Dimension
from tests.dashboard.chromium import Chromium
from tests.house.source import PACKAGE

PARTS = ("cube", "condition", "chances", "plan", "words", "figures", "beside")
SHOWN = (
    "cubeOf, truths, tallied, whereText, jeffreys, exactPower, perArm, planFile, planDays, curveOf, "
    "swapsOf, figuresOf, calibrationOf, impactOf, wholeBeside, meansBeside, approvalBy, extremesOf"
)


def load_scripts(browser: Chromium) -> None:
    """Put the scripts that reckon into an empty page, as T."""
    folder = PACKAGE / "dashboard" / "script"
    code = "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in PARTS)
    use = "use: (data, more) => { DATA = data; Object.assign(state, more); }"
    browser.ask("Page.navigate", url="about:blank")
    browser.until("document.readyState === 'complete'")
    browser.run(f"globalThis.T = (() => {{ {code}\nreturn {{ {SHOWN}, {use} }}; }})(); 0")


def conditions(columns: list[dict[str, Any]], cases: int, seed: int) -> list[Any]:
    """Groups of conditions on the columns of a page: any values, turned round or not, up to three groups."""
    draw = np.random.default_rng(seed)

    def one() -> dict[str, Any]:
        position = int(draw.integers(len(columns)))
        column = columns[position]
        size = Dimension(column["name"], column["kind"], tuple(column["values"]), column["others"], None).size
        codes = draw.choice(size, int(draw.integers(1, size + 1)), replace=False).tolist()
        return {"column": position, "codes": codes, "not": bool(draw.random() < 0.3)}

    return [
        [[one() for _ in range(draw.integers(1, 4))] for _ in range(draw.integers(1, 4))]
        for _ in range(cases)
    ]
