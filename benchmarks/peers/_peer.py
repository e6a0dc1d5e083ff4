"""What every script of a peer shares: timing, and one line of JSON. NumPy and the standard library only."""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
_ROWS: dict[str, dict[str, Any]] = {}
_TIMES = 3


def settings() -> dict[str, Any]:
    """Sizes and seeds of the task."""
    found: dict[str, Any] = json.loads((FOLDER / "settings.json").read_text(encoding="utf-8"))
    return found


def array(name: str) -> np.ndarray:
    """Give one of the arrays of the task."""
    return np.load(FOLDER / f"{name}.npy")


def measure(
    row: str, run: Callable[[], Any], *, share: float = 1.0, times: int = _TIMES, values: bool = True,
    note: str = "",
) -> Any:  # fmt: skip
    """Time some work, keep what it returned for the comparison, and give that back.

    Parameters
    ----------
    row : str
        The row of the page's table.
    run : callable
    share : float
        The part of the work that was done: seconds are divided by it, and the page says so.
    times : int
        The least of so many calls counts, of processor seconds and of clock apart.
    values : bool
        Whether what is returned is an array to compare.
    """
    spent, clock, result = [], [], None
    for _ in range(times):
        gc.collect()
        began = time.process_time(), time.perf_counter()
        result = run()
        spent.append(time.process_time() - began[0])
        clock.append(time.perf_counter() - began[1])
    told(row, cpu=min(spent) / share, clock=min(clock) / share, share=share, note=note)
    if values:
        keep(row, result)
    return result


def one_by_one(row: str, run: Callable[[int], Any], calls: int, *, note: str = "") -> None:
    """Time calls for one row each, by its number: medians, after one call that is not counted.

    What the calls return is kept, row below row.
    """
    run(0)
    spent, clock, results = [], [], []
    for k in range(calls):
        began = time.process_time(), time.perf_counter()
        results.append(np.asarray(run(k)).reshape(-1))
        spent.append(time.process_time() - began[0])
        clock.append(time.perf_counter() - began[1])
    told(row, cpu=statistics.median(spent), clock=statistics.median(clock), note=note)
    keep(row, np.vstack(results))


def told(row: str, **facts: Any) -> None:
    """Add facts to a row; those that are empty are left out."""
    _ROWS.setdefault(row, {}).update({name: fact for name, fact in facts.items() if fact not in {"", None}})


def keep(row: str, values: Any) -> None:
    """Write values where the driver compares them."""
    name = Path(sys.argv[0]).stem
    np.save(FOLDER / f"{name}.{row.replace(' ', '_')}.npy", np.asarray(values, np.float64))


def done(name: str, *packages: str) -> None:
    """Print the one line."""
    versions = {package: version(package) for package in packages}
    line = {"name": name, "versions": versions, "load": os.getloadavg()[0], "rows": _ROWS}
    print("\n" + json.dumps(line))
