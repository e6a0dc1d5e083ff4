"""Attackers that learn: boosted trees, cross-fitted on examples of the same attack."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import lightgbm
import numpy as np

from creditscore.validation.metrics import auc

FOLDS = 5
BAGS = 3
TREES = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 8, "min_child_samples": 20,
    "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0, "verbose": -1,
    "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
ROUNDS = 150


@dataclass(frozen=True)
class Cell:
    """One number of the table: what was measured on how many.

    Attributes
    ----------
    value : float
    targets : int
    note : str
        What else is worth knowing, such as a second number.
    """

    value: float
    targets: int
    note: str = ""


def guessed(
    rows: np.ndarray, secret: np.ndarray, seed: int = 0, groups: np.ndarray | None = None
) -> np.ndarray:
    """What attackers say of rows that they have not seen.

    Parameters
    ----------
    rows : ndarray of float64, shape (n_targets, n_values)
        What the attacker sees; NaN where there is no value.
    secret : ndarray of float64, shape (n_targets,)
        1 or 0: what the attacker wants to know.
    seed : int
    groups : ndarray of int64, shape (n_targets,), optional
        Targets of one group fall into one fold: what is seen of them is nearly the same.

    Returns
    -------
    ndarray of float64, shape (n_targets,)
        Log-odds, cross-fitted in 5 folds, the mean of 3 models each.
    """
    varies = np.array([np.unique(column[np.isfinite(column)]).size for column in rows.T])
    seen = np.isfinite(rows)
    kept = (varies > 1) | (seen.any(axis=0) & ~seen.all(axis=0))
    rows = rows[:, kept]
    if rows.shape[1] == 0:
        return np.zeros(len(secret))
    group = np.arange(len(secret)) if groups is None else groups
    fold = np.random.default_rng(seed).permutation(int(group.max()) + 1)[group] % FOLDS
    out = np.zeros(len(secret))
    for k in range(FOLDS):
        data = lightgbm.Dataset(rows[fold != k], secret[fold != k], free_raw_data=False)
        for bag in range(BAGS):
            grown = lightgbm.train({**TREES, "seed": 10 * seed + bag}, data, num_boost_round=ROUNDS)
            out[fold == k] += np.asarray(grown.predict(rows[fold == k], raw_score=True)) / BAGS
    return out


def learned(rows: np.ndarray, secret: np.ndarray, seed: int = 0, note: str = "") -> Cell:
    """AUC of trained attackers; 0.5 says that they learn nothing."""
    if len(secret) == 0 or secret.min() == secret.max():
        return Cell(float("nan"), len(secret), "no targets")
    return Cell(float(auc(secret, guessed(rows, secret, seed))), len(secret), note)


def compared(*values: np.ndarray) -> np.ndarray:
    """Values of several dates or worlds beside each other, with the changes between them.

    Parameters
    ----------
    *values : ndarray of float64, shape (n_targets, n_columns)

    Returns
    -------
    ndarray of float64, shape (n_targets, n_seen)
    """
    steps = [b - a for a, b in pairwise(values)]
    whole = [values[-1] - values[0]] if len(values) > 2 else []
    # Whether a value is there is seen too.
    there = [np.isfinite(v).sum(axis=1, keepdims=True).astype(float) for v in values]
    return np.concatenate([*values, *steps, *whole, *there], axis=1)
