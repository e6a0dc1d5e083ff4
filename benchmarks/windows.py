"""96 window statistics over ten million payments of 200,000 applicants, from a frame to the numbers."""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable

THREADS = 2
os.environ["POLARS_MAX_THREADS"] = str(THREADS)

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402
from _ours import one_moment_each, window_computer  # noqa: E402
from _rivals import (  # noqa: E402
    duckdb_by_window,
    duckdb_with,
    pandas_by_window,
    polars_by_window,
    polars_one_group_by,
)
from _timing import paired_seconds, ratio_to, table  # noqa: E402
from _window_events import make_events, worst_difference  # noqa: E402

import creditscore as cs  # noqa: E402

OURS = "creditscore"


def contestants(events: pl.DataFrame) -> tuple[dict[str, Callable[[], object]], dict[str, object]]:
    """What each does, and where the last result of each is left to be compared."""
    computer = window_computer()
    in_pandas = events.to_pandas()
    in_duckdb = duckdb_with(events, THREADS)
    results: dict[str, object] = {}

    def ours() -> object:
        portfolio = cs.Portfolio(payments=events, threads=THREADS)
        applications = one_moment_each(pl.Series(portfolio.applicant_ids))
        return computer.compute(applications, portfolio, threads=THREADS).values

    def keep(name: str, run: Callable[[], object]) -> Callable[[], object]:
        def kept() -> None:
            results[name] = run()

        return kept

    runs: dict[str, Callable[[], object]] = {
        OURS: ours,
        "polars, a group-by a window": lambda: polars_by_window(events),
        "polars, one group-by": lambda: polars_one_group_by(events),
        "DuckDB": lambda: duckdb_by_window(in_duckdb),
        "pandas": lambda: pandas_by_window(in_pandas),
    }
    return {name: keep(name, run) for name, run in runs.items()}, results


def main() -> None:
    """Run all contestants in turn, check that they agree, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--applicants", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    runs, results = contestants(make_events(given.events, given.applicants))
    seconds = paired_seconds(runs, given.rounds)
    ratios = ratio_to(seconds, OURS)
    rows = []
    for name, taken in seconds.items():
        off = 0.0 if name == OURS else worst_difference(results[name], np.asarray(results[OURS]))
        median = statistics.median(taken)
        speed = given.events / median / 1e6
        rows.append((name, f"{median:.2f} s", f"{speed:.1f}", f"{ratios[name]:.1f}", f"{off:.0e}"))
        if not off <= 1e-9:
            raise SystemExit(f"{name} differs from {OURS} by {off}")
    print(f"{given.events:,} payments, {given.applicants:,} applicants, {THREADS} threads for everyone\n")
    print(table(("", "median", "million payments a second", "times ours", "largest difference"), rows))


if __name__ == "__main__":
    main()
