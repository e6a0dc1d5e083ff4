"""Run every benchmark, print what they print, and write it to results.md."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import creditscore

HERE = Path(__file__).resolve().parent
BENCHMARKS = {
    "windows": "Window statistics of a whole portfolio",
    "one_applicant": "Window statistics of one applicant",
    "score_latency": "One score with reasons",
    "social": "Social features as of the moment",
    "predict": "Raw scores",
    "explain": "Shapley values",
    "startup": "A fresh process",
    "graph": "Measures of the graph of all persons",
    "report": "Reports",
    "ledger": "The ledger",
    "simulate": "A simulated portfolio",
}
LIBRARIES = ("numpy", "numba", "lightgbm", "shap", "polars", "pandas", "duckdb")


def machine() -> str:
    """Processor, cores, memory and what runs on them."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f} at the start"
    return f"{model or platform.machine()}, {cores}, {platform.system()}, Python {platform.python_version()}"


def measure(name: str) -> str:
    """Run one benchmark in a process of its own, showing what it prints, and return that."""
    print(f"\n## {BENCHMARKS[name]}\n", flush=True)
    with subprocess.Popen(
        [sys.executable, str(HERE / f"{name}.py")], stdout=subprocess.PIPE, text=True, cwd=HERE
    ) as process:
        printed = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            printed.append(line)
    if process.returncode:
        raise SystemExit(f"{name}.py failed; results.md is left as it was.")
    return "".join(printed)


def main() -> None:
    """Run what was asked for (default: everything), and rewrite results.md if that is everything."""
    names = sys.argv[1:] or list(BENCHMARKS)
    found = [f"creditscore {creditscore.__version__}", *(f"{name} {version(name)}" for name in LIBRARIES)]
    head = [
        "# Speed",
        "",
        f"Measured {datetime.now(UTC):%Y-%m-%d} with `make bench` (`python benchmarks/run.py`).",
        "Contestants take turns in one process on one machine; compare ratios, not seconds.",
        "",
        f"- machine: {machine()}",
        f"- versions: {', '.join(found)}",
    ]
    print("\n".join(head))
    parts = [f"\n## {BENCHMARKS[name]}\n\n`python benchmarks/{name}.py`: {measure(name)}" for name in names]
    if names == list(BENCHMARKS):
        (HERE / "results.md").write_text("\n".join([*head, *parts]), encoding="utf-8")


if __name__ == "__main__":
    main()
