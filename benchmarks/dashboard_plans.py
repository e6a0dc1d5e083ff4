"""Whether the plans of the dashboard's script are those of the library, over many draws.

    python -m benchmarks.dashboard_plans --cases 10000 --apart 0.25

Shares lie so far apart at least, and up to 0.7; levels and powers are drawn too. The nearer they lie the
larger the arms are, and the longer the library takes. Needs Chromium.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

import creditscore as cs
from tests.dashboard.chromium import Chromium
from tests.dashboard.scripts import load_scripts


def drawn(cases: int, apart: float, seed: int) -> list[list[float]]:
    """Shares of the arms, level, power."""
    draw = np.random.default_rng(seed)
    found: list[list[float]] = []
    while len(found) < cases:
        base, other = np.round(draw.uniform(0.005, 0.7, 2), 4).tolist()
        if abs(base - other) >= apart:
            level, power = draw.choice([0.01, 0.02, 0.05, 0.1]), np.round(draw.uniform(0.5, 0.95), 3)
            found.append([base, other, float(level), float(power)])
    return found


def main() -> None:
    """Print how many plans differ, and which."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--apart", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    asked = drawn(given.cases, given.apart, given.seed)
    with Chromium(Path(tempfile.mkdtemp())) as browser:
        load_scripts(browser)
        sizes: list[int | None] = []
        for first in range(0, len(asked), 200):
            part = json.dumps(asked[first : first + 200])
            sizes += browser.run(f"{part}.map((one) => T.perArm(...one))")
    differ = []
    for done, ((base, other, level, power), size) in enumerate(zip(asked, sizes, strict=True)):
        if done and done % 1000 == 0:
            print(f"{done:,} looked at, {len(differ)} differ", flush=True)
        expected = cs.plan_test(base, other, level=level, power=power).per_arm
        if size != expected:
            differ.append((base, other, level, power, size, expected))
    print(f"{len(asked):,} plans, {len(differ)} differ; arms of {min(sizes)} to {max(sizes):,}")
    for one in differ[:20]:
        print(one)


if __name__ == "__main__":
    main()
