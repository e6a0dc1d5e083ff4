"""Attack the social values with trained attackers, and write what they reach as JSON or as a page.

    python benchmarks/privacy_attacks.py run --out before.json [--cells A C] [--seeds 1 2] [--most 1000]
    python benchmarks/privacy_attacks.py page before.json after.json

Worlds are simulated once into the folder of --worlds and read from there, so that two states of the library
can be attacked in the same world.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from _attacks_accounts import lookalikes, new_accounts, patient_accounts  # noqa: E402
from _attacks_learn import Cell  # noqa: E402
from _attacks_library import Design, designs  # noqa: E402
from _attacks_news import news  # noqa: E402
from _attacks_page import page  # noqa: E402
from _attacks_points import MOVES, Scorer, alone, at_application, gain, moved, scorer  # noqa: E402
from _attacks_ties import in_time, restarted, same_month  # noqa: E402
from _attacks_together import all_others, lowest_level  # noqa: E402
from _attacks_world import LIKENESS, MIXED, World, world  # noqa: E402

GAIN_PEOPLE = 8_000
GAIN_SEEDS = {"mixed": (1, 2, 3), "homophily only": (1, 2)}


class Attacked:
    """One world under one design, with the scorer that its scores come from."""

    def __init__(self, lender: World, design: Design, most: int) -> None:
        self.world = lender
        self.design = design
        self.most = most

    @cached_property
    def scorer(self) -> Scorer:
        """A scorer of payments and the social group."""
        return scorer(self.world, self.design, at_application(self.world, self.design))


CELLS: dict[str, Callable[[Attacked], dict[str, Cell]]] = {
    "A": lambda a: same_month(a.world, a.design, a.scorer, a.most),
    "B": lambda a: in_time(a.world, a.design, a.scorer, a.most),
    "C": lambda a: new_accounts(a.world, a.design, a.most),
    "P": lambda a: patient_accounts(a.world, a.design, a.most),
    "D": lambda a: lowest_level(a.world, a.design),
    "E": lambda a: all_others(a.world, a.design),
    "F": lambda a: news(a.world, a.design, a.scorer, a.most * 13 // 10),
    "L": lambda a: lookalikes(a.world, a.design, a.most),
    "R": lambda a: restarted(a.world, a.design, a.most),
    **{f"M{i}": lambda a, n=name: moved(a.world, a.scorer, n, a.most) for i, name in enumerate(MOVES)},
}


def run(given: argparse.Namespace) -> None:
    """Run the chosen cells and add them to a file of results."""
    path = Path(given.out)
    found = {"commit": given.commit or commit(), "cells": {}}
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
    for seed in [] if given.gain else given.seeds:
        lender = world(given.worlds, MIXED, seed)
        for design in chosen(seed, given.designs):
            attacked = Attacked(lender, design, given.most)
            for name in given.cells or CELLS:
                began = time.perf_counter()
                for cell, value in CELLS[name](attacked).items():
                    noted(found, design, cell, seed, value)
                print(f"{'':22} {name}: {time.perf_counter() - began:.0f} s", flush=True)
                path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if given.gain:
        run_gain(given, found)
        path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def run_gain(given: argparse.Namespace, found: dict) -> None:
    """What the social group adds to payments, in two kinds of world."""
    for kind, seeds in GAIN_SEEDS.items():
        dials = replace(MIXED if kind == "mixed" else LIKENESS, people=GAIN_PEOPLE)
        for seed in seeds:
            lender = world(given.worlds, dials, seed)
            base = alone(lender)
            for design in chosen(seed, given.designs):
                value = gain(lender, design, at_application(lender, design), base)
                noted(found, design, f"gain: {kind}", seed, value)


def write_page(given: argparse.Namespace) -> None:
    """Write the page of two runs."""
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (given.before, given.after))
    (ROOT / "benchmarks" / "results_privacy.md").write_text(page(before, after), encoding="utf-8")


def noted(found: dict, design: Design, cell: str, seed: int, value: Cell) -> None:
    """Add one number to the results, and show it."""
    found["cells"].setdefault(design.name, {}).setdefault(cell, {})[str(seed)] = asdict(value)
    print(f"{design.name:22} {seed} {cell:50} {value.value:7.3f} {value.targets:5} {value.note}", flush=True)


def chosen(seed: int, names: list[str]) -> list[Design]:
    """The designs of this state that have one of some names; all of them without any."""
    return [design for design in designs(seed) if not names or design.name in names]


def commit() -> str:
    """The commit of the library that is attacked."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Read what is asked."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parts = parser.add_subparsers(required=True)
    runs = parts.add_parser("run")
    runs.add_argument("--out", required=True)
    runs.add_argument("--worlds", type=Path, default=ROOT / "build" / "attacked")
    runs.add_argument("--cells", nargs="*", choices=list(CELLS))
    runs.add_argument("--designs", nargs="*", default=[])
    runs.add_argument("--seeds", nargs="*", type=int, default=[1, 2])
    runs.add_argument("--most", type=int, default=1_000)
    runs.add_argument("--gain", action="store_true", help="what the group adds, and nothing else")
    runs.add_argument("--commit", help="what to write down where the tree is no git repository")
    runs.set_defaults(call=run)
    pages = parts.add_parser("page")
    pages.add_argument("before", type=Path)
    pages.add_argument("after", type=Path)
    pages.set_defaults(call=write_page)
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    given.call(given)


if __name__ == "__main__":
    main()
