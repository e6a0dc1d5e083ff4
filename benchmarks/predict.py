"""Raw scores of many rows and of single ones, beside LightGBM, on one thread: the same bits, in turns."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import lightgbm as lgb
import numpy as np
from _timing import table
from numpy.typing import NDArray

from creditscore.model.trees import Trees

OURS, THEIRS = "creditscore", "LightGBM"
SINGLE_ROWS = 2_000


def made_up(rows: int, columns: int) -> NDArray[np.float64]:
    """Normal numbers, a tenth of them missing."""
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, columns))
    X[random.random(X.shape) < 0.1] = np.nan
    return X


def fitted(X: NDArray[np.float64], trees: int, leaves: int) -> lgb.Booster:
    """A model of ten of the columns, and of noise."""
    noise = np.random.default_rng(1).normal(size=len(X))
    bad = np.nansum(X[:, :10], axis=1) + noise > 0.0
    settings = {"objective": "binary", "num_leaves": leaves, "verbose": -1, "num_threads": 1}
    return lgb.train(settings, lgb.Dataset(X, bad), trees)


def seconds_in_turns(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Processor seconds of every run in every round, after one round that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for counted in range(-1, rounds):
        for name, run in runs.items():
            started = time.thread_time()
            run()
            if counted >= 0:
                taken[name].append(time.thread_time() - started)
    return taken


def lines(
    name: str, runs: dict[str, Callable[[], object]], rounds: int, *, scale: float, unit: str
) -> list[list[str]]:
    """Of each contestant the fastest round, and its part of LightGBM's, the median over rounds."""
    taken = seconds_in_turns(runs, rounds)
    parts = {
        who: statistics.median(own / other for own, other in zip(own_times, taken[THEIRS], strict=True))
        for who, own_times in taken.items()
    }
    return [
        [name, who, f"{min(times) * scale:.3g} {unit}", f"{parts[who]:.3f}"] for who, times in taken.items()
    ]


def main() -> None:
    """Check that the bits are LightGBM's, and print both tables as one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--trees", type=int, default=300)
    parser.add_argument("--leaves", type=int, default=31)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    X = made_up(given.rows, given.columns)
    booster = fitted(X, given.trees, given.leaves)
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    singles = [X[row : row + 1] for row in range(min(SINGLE_ROWS, len(X)))]
    theirs = booster.predict(X, raw_score=True, num_threads=1)
    alone = [trees.raw_scores(row, threads=1)[0] for row in singles]
    if not (np.array_equal(trees.raw_scores(X), theirs) and np.array_equal(alone, theirs[: len(alone)])):
        raise SystemExit("The raw scores are not LightGBM's.")
    many = {
        OURS: lambda: trees.raw_scores(X, threads=1),
        THEIRS: lambda: booster.predict(X, raw_score=True, num_threads=1),
    }
    each = {
        OURS: lambda: [trees.raw_scores(row, threads=1) for row in singles],
        THEIRS: lambda: [booster.predict(row, raw_score=True, num_threads=1) for row in singles],
    }
    print(f"{trees.n_trees} trees, {trees.n_leaves} leaves, {given.columns} columns, one thread\n")
    rows = lines(f"{given.rows:,} rows at once", many, given.rounds, scale=1.0, unit="s")
    rows += lines("one row, each another", each, given.rounds, scale=1e6 / len(singles), unit="us")
    print(table(["", "", "fastest", "times LightGBM's"], rows))


if __name__ == "__main__":
    main()
