"""A fresh process: import, load a model, score once; the compiled kernels are on disk already."""

from __future__ import annotations

import argparse
import json
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


def main() -> None:
    """Save a model, then start processes that load it; the first fills the cache and is not counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        model, given = Path(folder) / "model", Path(folder) / "given.json"
        fitted_pipeline(400).save(model)
        tables = {name: [as_text(row) for row in rows] for name, rows in customer(0).items()}
        given.write_text(json.dumps({"tables": tables, "application": as_text(application(0))}))
        runs = [fresh_process(model, given) for _ in range(rounds + 1)][1:]
    names = (*STAGES, "whole process")
    medians = [f"{statistics.median(run[place] for run in runs):.2f} s" for place in range(len(names))]
    print(f"Median of {rounds} fresh processes, kernels cached on disk\n")
    print(table(names, [medians]))


if __name__ == "__main__":
    main()
