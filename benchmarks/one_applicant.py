"""96 window statistics for one applicant with 500 payments: the numbers alone, and from a frame."""

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

OURS = "creditscore, from an indexed portfolio"
FROM_FRAME = "creditscore, from a frame"
ONE = pl.Series([0])
CALLS = 21


def contestants(events: pl.DataFrame, others: int) -> dict[str, Callable[[], object]]:
    """What each does. The rivals hold the one applicant's payments only; our portfolio holds others too."""
    computer = window_computer()
    rest = make_events(500 * others, others, seed=1).with_columns(applicant_id=pl.col("applicant_id") + 1)
    portfolio = cs.Portfolio(payments=pl.concat([events, rest]), threads=THREADS)
    application = one_moment_each(ONE)
    in_pandas = events.to_pandas()
    in_duckdb = duckdb_with(events, THREADS)

    def from_frame() -> object:
        return computer.compute(one_moment_each(ONE), cs.Portfolio(payments=events), threads=1).values

    return {
        OURS: lambda: computer.compute(application, portfolio, threads=1).values,
        FROM_FRAME: from_frame,
        "polars, one group-by": lambda: polars_one_group_by(events),
        "polars, a group-by a window": lambda: polars_by_window(events),
        "pandas": lambda: pandas_by_window(in_pandas),
        "DuckDB": lambda: duckdb_by_window(in_duckdb),
    }


def main() -> None:
    """Run all contestants in turn, check that they agree, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    given = parser.parse_args()
    events = make_events(500, 1)
    runs = contestants(events, others=2_000)
    ours = np.asarray(runs[OURS]())
    for name, run in runs.items():
        off = 0.0 if name in {OURS, FROM_FRAME} else worst_difference(run(), ours)
        if not off <= 1e-9:
            raise SystemExit(f"{name} differs from {OURS} by {off}")
    seconds = paired_seconds(runs, given.rounds, calls=CALLS)
    ratios = ratio_to(seconds, OURS)
    rows = [
        (name, f"{statistics.median(taken) * 1e3:.3f} ms", f"{ratios[name]:.0f}")
        for name, taken in seconds.items()
    ]
    print(
        f"96 statistics of 500 payments, median of {given.rounds} rounds of {CALLS} calls; "
        "the rivals hold this applicant alone\n"
    )
    print(table(("", "median", "times ours"), rows))


if __name__ == "__main__":
    main()
