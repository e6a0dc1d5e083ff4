"""Small boosters on gappy columns and a category, and Shapley values by the definition."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial
from typing import Any

import lightgbm as lgb
import numpy as np

N_FEATURES = 5
CATEGORY = 4


def booster_and_rows(seed: int, **parameters: Any) -> tuple[lgb.Booster, np.ndarray]:
    """A small model on gappy columns and one category, and rows with values it never saw."""
    rng = np.random.default_rng(seed)

    def draw(n: int) -> np.ndarray:
        X = rng.normal(size=(n, N_FEATURES))
        X[:, 1] = np.where(rng.random(n) < 0.5, 0.0, X[:, 1])
        X[:, 2] = rng.integers(0, 4, n)
        X[:, CATEGORY] = rng.integers(0, 40, n)
        X[rng.random(X.shape) < 0.2] = np.nan
        return X

    X = draw(300)
    logit = X[:, :2].sum(axis=1) * np.isin(X[:, 4] % 5, [1, 4]) + np.where(
        np.isnan(X[:, 3]), 1.0, X[:, 3] ** 2
    )
    y = (rng.random(300) < 1 / (1 + np.exp(-np.nan_to_num(logit)))).astype(float)
    chosen = {
        "objective": "binary", "num_leaves": 16, "min_data_in_leaf": 2, "min_data_per_group": 3,
        "max_cat_to_onehot": 2, "cat_smooth": 1.0, "verbose": -1, "num_threads": 1, "num_iterations": 4,
    } | parameters  # fmt: skip
    booster = lgb.train(chosen, lgb.Dataset(X, y, categorical_feature=[CATEGORY], params=chosen))
    fresh = draw(40)
    fresh[0] = np.nan
    fresh[1] = 0.0
    fresh[2] = [np.inf, -np.inf, 99.0, -1.0, 1e9]
    return booster, fresh


def goes_left(node: dict[str, Any], value: float) -> bool:
    """The side that LightGBM takes at a dumped split."""
    if node["decision_type"] == "==":
        return bool(value >= 0) and str(int(value)) in node["threshold"].split("||")
    if node["missing_type"] != "NaN" and np.isnan(value):
        value = 0.0
    if np.isnan(value) or (node["missing_type"] == "Zero" and value == 0.0):
        return bool(node["default_left"])
    return bool(value <= node["threshold"])


def shapley_values(worth: Callable[[frozenset[int]], float], players: int) -> np.ndarray:
    """Shapley values of a game, summed over all subsets."""
    values = np.zeros(players)
    for player in range(players):
        others = [other for other in range(players) if other != player]
        for size in range(players):
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            for known in map(frozenset, combinations(others, size)):
                values[player] += weight * (worth(known | {player}) - worth(known))
    return values


def interaction_values(worth: Callable[[frozenset[int]], float], players: int) -> np.ndarray:
    """Shapley interaction values of a game, half of each pair in either place, main effects in between."""
    values = np.zeros((players, players))
    for one, two in combinations(range(players), 2):
        others = [other for other in range(players) if other not in (one, two)]
        for size in range(players - 1):
            weight = factorial(size) * factorial(players - size - 2) / factorial(players - 1)
            for known in map(frozenset, combinations(others, size)):
                together = worth(known | {one, two}) - worth(known | {one})
                values[one, two] += weight * (together - worth(known | {two}) + worth(known)) / 2
        values[two, one] = values[one, two]
    return values + np.diag(shapley_values(worth, players) - values.sum(axis=1))


def path_worth(booster: lgb.Booster, row: np.ndarray) -> Callable[[frozenset[int]], float]:
    """Expected score when only some features are known, by the shares of the training rows at each split."""

    def below(node: dict[str, Any], known: frozenset[int]) -> float:
        if "leaf_value" in node:
            return float(node["leaf_value"])
        children = [node["left_child"], node["right_child"]]
        if node["split_feature"] in known:
            return below(children[not goes_left(node, row[node["split_feature"]])], known)
        counts = np.array([c.get("internal_count", c.get("leaf_count")) for c in children], dtype=float)
        return float(counts @ [below(child, known) for child in children] / counts.sum())

    roots = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    return lambda known: sum(below(root, known) for root in roots)


def interventional_worth(
    booster: lgb.Booster, row: np.ndarray, background: np.ndarray, weights: np.ndarray
) -> Callable[[frozenset[int]], float]:
    """Mean score of the background with the known features of the row put into it."""
    worths: dict[frozenset[int], float] = {}

    def worth(known: frozenset[int]) -> float:
        if known not in worths:
            mixed = background.copy()
            mixed[:, sorted(known)] = row[sorted(known)]
            worths[known] = float(np.average(booster.predict(mixed, raw_score=True), weights=weights))
        return worths[known]

    return worth
