"""The same work by this library and by its peers, each in an environment of its own; writes ../peers.md.

    make bench-peers
    python benchmarks/peers/run.py --only explain --rows 2000

What a run found is kept under build/peers, so that one task can be measured again by itself; the page shows
the newest of each. Everyone has one thread, and a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from environments import BUILD, asked, error_of, python_of
from page import write
from tasks import TASKS, Task

HERE = Path(__file__).resolve().parent
ALONE = ("OMP", "OPENBLAS", "MKL", "NUMBA", "POLARS_MAX", "RAYON", "NUMEXPR")
SETS = ("german", "berka", "superlender_in_time", "prosper", "lending_club", "taiwan")
QUIET = {"PYTHONWARNINGS": "ignore", "NML_DISABLE_USAGE_LOGGING": "1", "DO_NOT_TRACK": "1"}


def one_thread() -> dict[str, str]:
    """The environment of a contestant's process."""
    threads = {f"{name}_THREADS" if "MAX" in name else f"{name}_NUM_THREADS": "1" for name in ALONE}
    path = {"PYTHONPATH": f"{HERE.parents[1]}{os.pathsep}{HERE.parent}"}
    return os.environ | threads | QUIET | path


def ran(script: str, environment: str | None, folder: Path, limit: float) -> dict[str, Any]:
    """Run a script and read its line; what went wrong is told in its place."""
    python = sys.executable if environment is None else python_of(environment)
    if python is None:
        return {"error": f"not installed: {error_of(str(environment))}"}
    variables = one_thread()
    if environment is not None:
        del variables["PYTHONPATH"]
    command = [str(python), str(HERE / f"{script}.py"), str(folder)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=limit, env=variables
        )
    except subprocess.TimeoutExpired:
        return {"error": f"not done after {limit:,.0f} s"}
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        return {"error": f"failed: {told[-1]}"}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measured(name: str, task: Task, given: argparse.Namespace) -> None:
    """Run everyone of a task, or those who are named, and keep what they said."""
    folder, record = BUILD / "work" / name, BUILD / f"{name}.json"
    found = json.loads(record.read_text(encoding="utf-8")) if given.scripts else begun(folder, task, given)
    for script in given.scripts or task.scripts:
        told = ran(script, task.scripts[script], folder, given.limit)
        for row, facts in told.get("rows", {}).items():
            facts.update(task.judged(folder, script, row, task.reference))
        found["told"][script] = told
        print(f"{name}, {script}: {told.get('error') or told['rows']}", flush=True)
        record.write_text(json.dumps(found), encoding="utf-8")


def begun(folder: Path, task: Task, given: argparse.Namespace) -> dict[str, Any]:
    """Make the inputs of a task anew; nobody has said anything yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    settings = task.make(folder, given)
    (folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    asked_for = " ".join(sys.argv[1:]) or "everything"
    return {
        "settings": settings,
        "asked": asked_for,
        "day": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "told": {},
    }


def machine() -> str:
    """Processor, cores, memory, and what runs on them."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = f"{os.cpu_count()} cores, {memory:.0f} GiB"
    return f"{model or platform.machine()}, {cores}, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    """Measure what was asked for, and write the page from all that was ever measured here."""
    plainly = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plainly)
    parser.add_argument("--only", nargs="*", default=list(TASKS), choices=list(TASKS), help="tasks")
    again = "scripts of the one task to measure again, on the inputs that stand"
    parser.add_argument("--scripts", nargs="*", default=[], help=again)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rows", type=int, default=20_000, help="rows to explain")
    parser.add_argument("--trees", type=int, default=300)
    parser.add_argument("--sets", nargs="*", default=SETS, help="sets of benchmarks/accuracy.py")
    parser.add_argument("--people", type=int, default=4_000, help="cards of the search for alternatives")
    parser.add_argument("--nodes", type=int, default=200_000, help="people of the graph")
    parser.add_argument("--limit", type=float, default=1_800.0, help="seconds that a contestant may take")
    parser.add_argument("--page", type=Path, default=HERE.parent / "peers.md")
    given = parser.parse_args()
    if given.only == list(TASKS):
        for name in asked():
            python_of(name)
    for name in given.only:
        measured(name, TASKS[name], given)
    write(given.page)


if __name__ == "__main__":
    main()
