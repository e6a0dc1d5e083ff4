"""What is said of the values that a script kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from _asof import NAMES, ROW

Facts = dict[str, Any]


def settings_of(folder: Path) -> Facts:
    """Sizes that were used."""
    found: Facts = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    return found


def values_of(folder: Path, script: str, row: str) -> np.ndarray | None:
    """Values that a script kept, if it did."""
    path = folder / f"{script}.{row.replace(' ', '_')}.npy"
    return np.load(path) if path.exists() else None


def largest_difference(folder: Path, script: str, row: str, reference: str) -> Facts:
    """Largest difference from the reference over the rows that both have.

    It is relative above 1 and absolute below; counts and sums of nothing may be NaN. Where one has a value
    and the other has none, it is infinite.
    """
    theirs, ours = values_of(folder, script, row), values_of(folder, reference, row)
    if theirs is None or ours is None:
        return {}
    count = min(len(theirs), len(ours))
    theirs, ours = theirs[:count].reshape(count, -1), ours[:count].reshape(count, -1)
    if row.startswith(ROW):
        zero = np.array([name.endswith(("_count", "_sum")) for name in NAMES])
        theirs = np.where(zero & np.isnan(theirs), 0.0, theirs)
    told = ~np.isnan(theirs)
    if script.startswith("pairs"):
        ours = np.where(told, ours, np.nan)  # some are not asked for the diagonal
    if not np.array_equal(told, ~np.isnan(ours)):
        return {"off": float("inf")}
    off = np.abs(theirs - ours) / np.maximum(1.0, np.abs(ours))
    return {"off": float(np.nanmax(off, initial=0.0))}


def ranked(folder: Path, script: str, row: str, reference: str) -> Facts:
    """Mean AUC over the splits of a set, and less ours: mean, least and greatest over the splits."""
    theirs, ours = (values_of(folder, one, row) for one in (script, reference))
    if theirs is None or ours is None:
        return {}
    with np.load(folder / f"{row}.npz") as held:
        outcomes = [held["bad"][held[f"judged_{k}"]] for k in range(int(held["splits"]))]
    starts = np.cumsum([len(one) for one in outcomes])[:-1]
    found = [
        np.array([auc(bad, z) for bad, z in zip(outcomes, np.split(values, starts), strict=True)])
        for values in (theirs, ours)
    ]
    less = found[0] - found[1]
    spread = f" ({less.min():+.4f} to {less.max():+.4f})" if len(less) > 1 else ""
    told = "" if script == reference else f"{less.mean():+.4f}{spread}"
    return {"auc": float(found[0].mean()), "less": told}


def told_apart(folder: Path, script: str, row: str, _: str) -> Facts:
    """Chance that a column which moved is told to have moved further than one which did not."""
    values, settings = values_of(folder, script, row), settings_of(folder)
    if values is None:
        return {}
    moved = (np.arange(len(values)) < settings["moved"]).astype(int)
    return {"told apart": auc(moved, values)}


def missed(folder: Path, script: str, row: str, _: str) -> Facts:
    """Mean absolute error of AUCs that were expected."""
    values = values_of(folder, script, row)
    return {} if values is None else {"error": float(np.abs(values - np.load(folder / "true.npy")).mean())}


def area_of(folder: Path, script: str, row: str, _: str) -> Facts:
    """Area in AUC times impact ratio that a front covers on people on whom nothing was fitted."""
    from _search import area, ratio_of

    values, settings = values_of(folder, script, row), settings_of(folder)
    if values is None:
        return {}
    bad, groups, fitted = (np.load(folder / f"{name}.npy") for name in ("bad", "groups", "fitted"))
    points = [(auc(bad[~fitted], z), ratio_of(z, groups[~fitted])) for z in values]
    return {"area": area(points, (settings["auc"], settings["ratio"])), "models on the front": len(values)}


def auc(bad: np.ndarray, z: np.ndarray) -> float:
    """Chance that a bad one ranks as riskier than a good one, ties by half."""
    from scipy.stats import rankdata

    n_bad = int(bad.sum())
    above = rankdata(z)[bad == 1].sum() - n_bad * (n_bad + 1) / 2
    return float(above / (n_bad * (len(bad) - n_bad)))
