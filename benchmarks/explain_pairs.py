"""Interactions against brute force on random boosters; processor time of pairs and of deep trees."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import lightgbm as lgb
import numpy as np
import shap
from _timing import table
from explain import rows_and_model

from creditscore.explain.deep import ShapleyQuadrature
from creditscore.explain.pairs import PairTables
from creditscore.model.trees import Trees

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from tests.explain import models  # noqa: E402

FEW = 20
GROUPS = np.array([0, 1, 0, 2, 1], dtype=np.int32)


def random_boosters(count: int) -> Iterator[tuple[lgb.Booster, np.ndarray]]:
    """Boosters of depth 1 to 10 on gappy columns and a category, and rows with values they never saw."""
    rng = np.random.default_rng(20)
    for seed in range(count):
        parameters: dict[str, Any] = {
            "max_depth": int(rng.integers(1, 11)),
            "num_leaves": int(rng.integers(2, 33)),
            "zero_as_missing": bool(rng.random() < 0.3),
            "use_missing": bool(rng.random() < 0.9),
            "num_iterations": int(rng.integers(1, 9)),
            "learning_rate": 0.3,
        }
        yield models.booster_and_rows(seed, **parameters)


def grouped(worth: Callable[[frozenset[int]], float]) -> Callable[[frozenset[int]], float]:
    """The game whose players are groups of features."""
    return lambda known: worth(frozenset(np.flatnonzero(np.isin(GROUPS, sorted(known))).tolist()))


def brute(count: int) -> list[tuple[str, ...]]:
    """Largest differences from the sum over all subsets, and of sums of pairs from contributions."""
    names = ("path-dependent", "path-dependent, groups", "background", "background, groups", "quadrature")
    off, missed, splits = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), [0, 0]
    for booster, X in random_boosters(count):
        trees = Trees.from_lightgbm_text(booster.model_to_string())
        splits[0] += len(trees.nodes)
        splits[1] += int((trees.nodes[:, 1] & 1).sum())
        background, weights = X[-10:], np.arange(1.0, 11.0)
        against = {"rows": background, "weights": weights}
        ours = (
            PairTables.of(trees), PairTables.of(trees, players=GROUPS), PairTables.of(trees, **against),
            PairTables.of(trees, players=GROUPS, **against), ShapleyQuadrature.build(trees),
        )  # fmt: skip
        for row in (0, 5):  # all missing, and one as it comes
            by_path = cache(models.path_worth(booster, X[row]))
            mixed = models.interventional_worth(booster, X[row], background, weights)
            games = ((by_path, 5), (grouped(by_path), 3), (mixed, 5), (grouped(mixed), 3), (by_path, 5))
            for name, method, (worth, players) in zip(names, ours, games, strict=True):
                found = method.interactions(X[row : row + 1])[0]
                whole = method.contributions(X[row : row + 1])[0, :-1]
                expected = models.interaction_values(worth, players)
                off[name] = max(off[name], float(np.abs(found - expected).max()))
                missed[name] = max(missed[name], float(np.abs(found.sum(axis=1) - whole).max()))
    print(f"{count:,} boosters, {splits[0]:,} splits, {splits[1]:,} of them by category; two rows each.\n")
    return [(name, f"{off[name]:.0e}", f"{missed[name]:.0e}") for name in names]


def seconds_of(run: Callable[[], object]) -> float:
    """Processor seconds of one call, over all threads: those of a busy machine are not counted."""
    started = process_time()
    run()
    return process_time() - started


def one_by_one(run: Callable[[np.ndarray], object], X: np.ndarray, calls: int) -> float:
    """Median processor seconds of a row alone, each another."""
    run(X[:1])
    return statistics.median(seconds_of(lambda k=k: run(X[k : k + 1])) for k in range(calls))


def lines_of_pairs(booster: lgb.Booster, X: np.ndarray, python: str) -> list[tuple[str, ...]]:
    """Matrices of pairs of one row and of all rows, ours and those of the peers."""
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    background = X[-10_000:]
    lines = []
    for name, fill in {
        "creditscore, path-dependent": lambda: PairTables.of(trees),
        "creditscore, against 10,000 rows": lambda: PairTables.of(trees, rows=background),
    }.items():
        fill()
        filling, tables = seconds_of(fill), fill()
        one = one_by_one(lambda row, tables=tables: tables.interactions(row, threads=1), X, 500)
        every = min(seconds_of(lambda tables=tables: tables.interactions(X, threads=2)) for _ in range(3))
        lines.append((name, f"{one * 1e3:.2f} ms", f"{every:.2f} s", "", f"tables filled in {filling:.2f} s"))
    exact = ShapleyQuadrature.build(trees)
    one = one_by_one(lambda row: exact.interactions(row, threads=1), X, 100)
    every = seconds_of(lambda: exact.interactions(X[:2_000], threads=2)) * len(X) / 2_000
    told = f"{one * 1e3:.2f} ms", f"{every:.1f} s"
    lines.append(("creditscore, path-dependent by quadrature", *told, "", "2,000 rows, scaled"))
    ours = {
        "path": PairTables.of(trees).interactions(X[:FEW]),
        "background": PairTables.of(trees, rows=background).interactions(X[:FEW]),
    }
    explainer = shap.TreeExplainer(booster)
    explainer.shap_interaction_values(X[:1])
    kept: list[np.ndarray] = []
    taken = seconds_of(lambda: kept.append(np.asarray(explainer.shap_interaction_values(X[:FEW]))))
    off = f"{np.abs(kept[0] - ours['path']).max():.0e}"
    every = f"{taken / FEW * len(X):,.0f} s"
    lines.append(("shap, path-dependent", f"{taken / FEW * 1e3:.0f} ms", every, off, f"{FEW} rows, scaled"))
    return [*lines, *(woodelf(python, booster, X, ours) if python else ())]


def woodelf(
    python: str, booster: lgb.Booster, X: np.ndarray, ours: dict[str, np.ndarray]
) -> Iterator[tuple[str, ...]]:
    """Run woodelf-explainer in its own environment; it is not asked for the diagonal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        booster.save_model(folder / "model.txt")
        np.save(folder / "rows.npy", X)
        script = str(HERE / "_explain_pairs_woodelf.py")
        done = subprocess.run([python, script, name], check=True, capture_output=True, text=True)
        seconds = json.loads(done.stdout.splitlines()[-1])
        apart = ~np.eye(X.shape[1], dtype=bool)
        for game, told in {"path": "path-dependent", "background": "against 10,000 rows"}.items():
            off = np.abs(np.load(folder / f"{game}.npy") - ours[game])[:, apart].max()
            one, every = (seconds[f"{game}_{what}"] for what in ("one", "every"))
            how = "a process of its own"
            yield f"woodelf-explainer, {told}", f"{one * 1e3:,.0f} ms", f"{every:.1f} s", f"{off:.0e}", how


def lines_of_deep(booster: lgb.Booster, X: np.ndarray) -> list[tuple[str, ...]]:
    """One row and a batch of a model too deep for tables."""
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    exact, part = ShapleyQuadrature.build(trees), X[:500]
    runs: dict[str, tuple[Callable[[np.ndarray, int], np.ndarray], int]] = {
        "creditscore": (lambda rows, threads: exact.contributions(rows, threads=threads), 500),
        "LightGBM pred_contrib": (
            lambda rows, threads: booster.predict(rows, pred_contrib=True, num_threads=threads), 100,
        ),
        "creditscore, pairs": (lambda rows, threads: exact.interactions(rows, threads=threads), 100),
    }  # fmt: skip
    expected = exact.contributions(part[:20])
    lines = []
    for name, (run, rows) in runs.items():
        one = one_by_one(lambda row, run=run: run(row, 1), X, 20)
        every = seconds_of(lambda run=run, rows=rows: run(part[:rows], 2)) / rows
        values = run(part[:20], 1)
        whole = values if values.ndim == 2 else values.sum(axis=2)
        off = np.abs(whole - expected[:, : whole.shape[1]]).max()
        lines.append((name, f"{one * 1e3:.1f} ms", f"{every * 1e3:.2f} ms", f"{off:.0e}"))
    return lines


def deep_model(X: np.ndarray, y: np.ndarray, n_trees: int) -> lgb.Booster:
    """Trees of depth 12 and 255 leaves."""
    parameters = {
        "objective": "binary", "num_leaves": 255, "max_depth": 12, "min_data_in_leaf": 5, "verbose": -1,
        "learning_rate": 0.05, "seed": 1,
    }  # fmt: skip
    return lgb.train(parameters, lgb.Dataset(X, y), n_trees)


def main() -> None:
    """Judge against brute force, then time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boosters", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--trees", type=int, default=300)
    parser.add_argument("--deep-trees", type=int, default=1_000)
    parser.add_argument("--woodelf-python", default="", help="Python that has woodelf-explainer")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    if given.boosters:
        print(table(("game", "largest difference", "rows miss contributions by"), brute(given.boosters)))
    X, booster = rows_and_model(given.rows, given.trees)
    print(f"\n{given.trees} trees of depth 6 and 31 leaves, 120 features, a tenth missing.\n")
    header = ("processor time", "one row", f"{given.rows:,} rows", "largest difference", "")
    print(table(header, lines_of_pairs(booster, X, given.woodelf_python)))
    y = (booster.predict(X) > np.random.default_rng(1).random(len(X))).astype(float)
    deep = deep_model(X, y, given.deep_trees)
    print(f"\n{given.deep_trees:,} trees of depth 12 and 255 leaves.\n")
    header = ("processor time", "one row", "a row of a batch", "largest difference")
    print(table(header, lines_of_deep(deep, X)))


if __name__ == "__main__":
    main()
