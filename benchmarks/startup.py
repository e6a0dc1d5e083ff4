"""A fresh process: import, load a model, score once; the compiled kernels are on disk already.

With --cold they are not: how long the first score takes then, and what each kernel costs to compile.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _lender import application, customer, fitted_pipeline
from _timing import table

CHILD = """
import json, sys, time
begun = time.perf_counter()
import creditscore as cs
imported = time.perf_counter()
pipeline = cs.load(sys.argv[1], threads=1)
loaded = time.perf_counter()
given = json.loads(open(sys.argv[2]).read())
portfolio = cs.Portfolio.from_records(given["tables"])
result = pipeline.score(given["application"], portfolio)
scored = time.perf_counter()
print(json.dumps([imported - begun, loaded - imported, scored - loaded]))
"""
COLD = """
import json, sys, time
from creditscore._ground.compiled import compilations
with compilations(time.thread_time) as found:
    begun = time.perf_counter()
    import creditscore as cs
    pipeline = cs.load(sys.argv[1], threads=1)
    given = json.loads(open(sys.argv[2]).read())
    portfolio = cs.Portfolio.from_records(given["tables"])
    pipeline.score(given["application"], portfolio)
    taken = time.perf_counter() - begun
print(json.dumps([taken, [[one.kernel, one.seconds] for one in found]]))
"""
STAGES = ("import", "load", "first score, from records")


def as_text(record: dict[str, object]) -> dict[str, object]:
    """A record as JSON holds it: times as ISO texts."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in record.items()
    }


def fresh_process(model: Path, given: Path) -> list[float]:
    """Seconds of each stage in a new interpreter, and of the whole process seen from outside."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(model), str(given)], capture_output=True, text=True, check=True
    )
    return [*json.loads(done.stdout), time.perf_counter() - begun]


def cold_start(model: Path, given: Path, most: int) -> None:
    """Print seconds to the first score with nothing on disk, and which kernels took most of a processor."""
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, "-c", COLD, str(model), str(given)],
            env=os.environ | {"NUMBA_CACHE_DIR": cache}, capture_output=True, text=True, check=True,
        )  # fmt: skip
    taken, found = json.loads(done.stdout)
    by_kernel: dict[str, list[float]] = {}
    for kernel, seconds in found:
        by_kernel.setdefault(kernel, []).append(seconds)
    whole = sum(seconds for _, seconds in found)
    print(f"First score of a fresh process with no compiled kernel on disk: {taken:.1f} s")
    print(f"{len(found)} compilations of {len(by_kernel)} kernels: {whole:.1f} s of one processor\n")
    slowest = sorted(by_kernel.items(), key=lambda item: -sum(item[1]))[:most]
    rows = [(kernel, str(len(seconds)), f"{sum(seconds):.2f} s") for kernel, seconds in slowest]
    print(table(("kernel, without what it calls", "argument types", "processor"), rows))


def main() -> None:
    """Save a model, then start processes that load it; the first fills the cache and is not counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cold", action="store_true", help="with no compiled kernel on disk, once")
    parser.add_argument("--kernels", type=int, default=25, help="rows of the table of a cold start")
    options = parser.parse_args()
    rounds = options.rounds
    with tempfile.TemporaryDirectory() as folder:
        model, given = Path(folder) / "model", Path(folder) / "given.json"
        fitted_pipeline(400).save(model)
        tables = {name: [as_text(row) for row in rows] for name, rows in customer(0).items()}
        given.write_text(json.dumps({"tables": tables, "application": as_text(application(0))}))
        if options.cold:
            cold_start(model, given, options.kernels)
            return
        runs = [fresh_process(model, given) for _ in range(rounds + 1)][1:]
    names = (*STAGES, "whole process")
    medians = [f"{statistics.median(run[place] for run in runs):.2f} s" for place in range(len(names))]
    print(f"Median of {rounds} fresh processes, kernels cached on disk\n")
    print(table(names, [medians]))


if __name__ == "__main__":
    main()
