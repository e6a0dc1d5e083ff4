"""Shapley values beside LightGBM, shap and, in an environment of its own, woodelf-explainer."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import lightgbm as lgb
import numpy as np
import shap
from _timing import paired_seconds, seconds_of, table

from creditscore.explain.shapley import ShapleyTables
from creditscore.model.trees import Trees

N_FEATURES = 120
SHARE_MISSING = 0.1
HERE = Path(__file__).resolve().parent


def rows_and_model(n_rows: int, n_trees: int) -> tuple[np.ndarray, lgb.Booster]:
    """Gappy numeric rows and a booster of depth 6 with 31 leaves over them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, N_FEATURES))
    X[rng.random(X.shape) < SHARE_MISSING] = np.nan
    known = np.nan_to_num(X)
    risk = 0.3 * known[:, :40] @ rng.normal(size=40) + known[:, 0] * known[:, 1] + np.sin(2 * known[:, 2])
    y = (rng.random(n_rows) < 1 / (1 + np.exp(1 - risk))).astype(float)
    parameters = {"objective": "binary", "num_leaves": 31, "max_depth": 6, "verbose": -1, "seed": 1}
    return X, lgb.train(parameters, lgb.Dataset(X, y), n_trees)


class Line(NamedTuple):
    """One contestant at one task: seconds, largest difference from our values, and how it was timed."""

    name: str
    seconds: float
    off: float
    how: str = ""


def off(ours: np.ndarray, theirs: np.ndarray, within: float) -> float:
    """Largest difference of two sets of values; too large a one ends the benchmark."""
    largest = float(np.abs(ours - theirs).max())
    if not largest < within:
        raise SystemExit(f"The values differ by {largest:.3g}, which is more than {within:.0e}.")
    return largest


def timed_values(run: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """Seconds of one call, and what it returned."""
    kept: list[np.ndarray] = []
    return seconds_of(lambda: kept.append(run())), kept[0]


def batch(booster: lgb.Booster, tables: ShapleyTables, X: np.ndarray, rounds: int) -> list[Line]:
    """Every row, on two threads; shap on a tenth of them."""
    part = X[: len(X) // 10]
    ours = tables.contributions(X, threads=2)
    seconds = paired_seconds(
        {
            "creditscore": lambda: tables.contributions(X, threads=2),
            "LightGBM pred_contrib": lambda: booster.predict(X, pred_contrib=True, num_threads=2),
        },
        rounds,
    )
    theirs = off(ours, booster.predict(X, pred_contrib=True, num_threads=2), 1e-9)
    shaps, values = timed_values(lambda: shap.TreeExplainer(booster).shap_values(part))
    return [
        Line("creditscore", min(seconds["creditscore"]), 0.0),
        Line("LightGBM pred_contrib", min(seconds["LightGBM pred_contrib"]), theirs),
        Line("shap", shaps * len(X) / len(part), off(ours[: len(part), :-1], values, 1e-9),
             f"timed on {len(part):,} rows and scaled; shap hands a LightGBM model to pred_contrib"),
    ]  # fmt: skip


def one_row(booster: lgb.Booster, tables: ShapleyTables, X: np.ndarray, calls: int) -> list[Line]:
    """Rows one by one, on one thread: the median."""
    explainer = shap.TreeExplainer(booster)
    runs: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "creditscore": lambda row: tables.contributions(row, threads=1)[:, :-1],
        "LightGBM pred_contrib": lambda row: booster.predict(row, pred_contrib=True, num_threads=1)[:, :-1],
        "shap": explainer.shap_values,
    }
    lines = []
    for name, run in runs.items():
        times = calls if name == "creditscore" else calls // 10
        taken = [timed_values(lambda k=k, run=run: run(X[k : k + 1])) for k in range(times)]
        expected = runs["creditscore"](X[:times])
        values = np.concatenate([one for _, one in taken])
        lines.append(Line(name, statistics.median(one for one, _ in taken), off(expected, values, 1e-9)))
    return lines


def against_background(
    booster: lgb.Booster, trees: Trees, X: np.ndarray, background: np.ndarray, rounds: int
) -> list[Line]:
    """Rows against a background, tables included; shap on a few rows."""
    runs = {"creditscore": lambda: ShapleyTables.against(trees, background).contributions(X, threads=2)}
    seconds = paired_seconds(runs, rounds)["creditscore"]
    ours = runs["creditscore"]()[:, :-1]
    filled = ShapleyTables.against(trees, background)
    part = X[:4]
    masker = shap.maskers.Independent(background, max_samples=len(background))
    explainer = shap.TreeExplainer(booster, masker, feature_perturbation="interventional")
    shaps, values = timed_values(lambda: explainer.shap_values(part, check_additivity=False))
    again = min(paired_seconds({"": lambda: filled.contributions(X, threads=2)}, rounds)[""])
    return [
        Line("creditscore", min(seconds), 0.0, f"tables included; {again:.4f} s once they are there"),
        Line("shap", shaps * len(X) / len(part), off(ours[: len(part)], values, 1e-6),
             f"timed on {len(part)} rows and scaled"),
    ]  # fmt: skip


def woodelf(
    python: str, booster: lgb.Booster, X: np.ndarray, few: np.ndarray, background: np.ndarray
) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    """Run woodelf in its own environment: seconds of each task, values of the batch and of the background."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        booster.save_model(folder / "model.txt")
        for key, array in {"rows": X, "few": few, "background": background}.items():
            np.save(folder / f"{key}.npy", array)
        done = subprocess.run(
            [python, str(HERE / "_explain_woodelf.py"), name], check=True, capture_output=True, text=True
        )
        values = [np.load(folder / f"woodelf_{key}.npy") for key in ("batch", "background")]
    return json.loads(done.stdout.splitlines()[-1]), values[0], values[1]


def shown(title: str, lines: list[Line]) -> str:
    """A task as a Markdown table."""
    ours = lines[0].seconds
    rows = [
        (line.name, f"{line.seconds:.3g} s", f"{line.seconds / ours:.1f}", f"{line.off:.0e}", line.how)
        for line in lines
    ]
    header = ("", "time", "times ours", "largest difference", "")
    return f"{title}\n\n{table(header, rows)}\n"


def main() -> None:
    """Fit one model, time everyone, check that all agree, and print a table for each task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--trees", type=int, default=300)
    parser.add_argument("--few", type=int, default=1_000, help="rows that meet the background")
    parser.add_argument("--background", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--woodelf-python", default="", help="Python that has woodelf-explainer")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    X, booster = rows_and_model(given.rows, given.trees)
    few, background = X[: given.few], X[-given.background :]
    trees = Trees.from_lightgbm_text(booster.model_to_string())
    tables = ShapleyTables.build(trees)
    tasks = {
        f"{given.rows:,} rows, path-dependent, two threads": batch(booster, tables, X, given.rounds),
        "One row, path-dependent, one thread": one_row(booster, tables, X, 1_000),
        f"{given.few:,} rows against {given.background:,} background rows, two threads": against_background(
            booster, trees, few, background, given.rounds
        ),
    }
    if given.woodelf_python:
        seconds, values, differences = woodelf(given.woodelf_python, booster, X, few, background)
        ours = tables.contributions(X)[:, :-1], ShapleyTables.against(trees, background).contributions(few)
        found = (off(ours[0], values, 1e-5), off(ours[0][:1], values[:1], 1e-5),
                 off(ours[1][:, :-1], differences, 1e-5))  # fmt: skip
        for lines, taken, largest in zip(tasks.values(), seconds.values(), found, strict=True):
            lines.append(
                Line("woodelf-explainer", taken, largest, "in a process of its own, threads as it likes")
            )
    print(
        f"{given.trees} trees of depth 6 and 31 leaves, {N_FEATURES} features, a tenth missing; tables take "
        f"{tables.n_bytes / 2**20:.0f} MiB and {seconds_of(lambda: ShapleyTables.build(trees)):.2f} s.\n"
    )
    print("\n".join(shown(title, lines) for title, lines in tasks.items()))


if __name__ == "__main__":
    main()
