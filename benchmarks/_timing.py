"""Paired timing: every contestant runs in every round, so that a busy machine slows all alike."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence


def seconds_of(run: Callable[[], object]) -> float:
    """Seconds of one call."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def paired_seconds(
    runs: Mapping[str, Callable[[], object]], rounds: int, *, calls: int = 1
) -> dict[str, list[float]]:
    """Seconds of a call of every run in every round, after one round that is not counted.

    Parameters
    ----------
    runs : mapping of str to callable
    rounds : int
        The contestants take turns so many times.
    calls : int
        Calls in a row at each turn, of which the median counts: more than one for short runs.
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for counted in range(-1, rounds):
        for name, run in runs.items():
            gc.collect()
            taken = statistics.median(seconds_of(run) for _ in range(calls))
            if counted >= 0:
                seconds[name].append(taken)
    return seconds


def ratio_to(seconds: Mapping[str, Sequence[float]], ours: str) -> dict[str, float]:
    """How many times slower than ours: the median over rounds of the ratio within a round."""
    return {
        name: statistics.median(theirs / own for theirs, own in zip(taken, seconds[ours], strict=True))
        for name, taken in seconds.items()
    }


def percentile(seconds: Sequence[float], level: float) -> float:
    """The smallest of the values that a share `level` of them does not exceed."""
    return sorted(seconds)[max(0, math.ceil(level * len(seconds)) - 1)]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
