"""What scripts of searches share: people, groups, halves, and which models nobody beats."""

from __future__ import annotations

from typing import Any

import numpy as np
from _peer import FOLDER, array

APPROVED = 0.7
FEWEST = 50


class People:
    """Features, outcomes and groups of the half to fit on, and features of the half that certifies."""

    def __init__(self) -> None:
        fitted = array("fitted").astype(bool)
        X, bad, groups = array("X"), array("bad"), array("groups")
        self.X, self.bad, self.groups, self.others = X[fitted], bad[fitted], groups[fitted], X[~fitted]

    def parts(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Three pairs of rows to fit on and rows to judge."""
        part = np.random.default_rng(0).permutation(len(self.bad)) % 3
        return [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(3)]


def models() -> int:
    """How many models our search fitted: everybody may fit as many."""
    return int((FOLDER / "models.txt").read_text(encoding="utf-8"))


def ratio_of(z: np.ndarray, groups: np.ndarray) -> float:
    """Lowest approval of a group by the highest, over attributes, where the safest share is approved."""
    approved = z <= np.sort(z)[int(np.ceil(APPROVED * len(z))) - 1]
    found = []
    for column in groups.T:
        shares = [
            approved[column == one].mean()
            for one in np.unique(column[column >= 0])
            if (column == one).sum() >= FEWEST
        ]
        found.append(min(shares) / max(shares))
    return float(min(found))


def by_chance(number: int) -> dict[str, Any]:
    """Parameters of LightGBM that are drawn."""
    random = np.random.default_rng([11, number])
    return {
        "num_leaves": int(random.integers(4, 64)), "learning_rate": float(10 ** random.uniform(-2, -0.7)),
        "n_estimators": int(random.integers(50, 300)), "min_child_samples": int(random.integers(5, 200)),
        "colsample_bytree": float(random.uniform(0.2, 1.0)),
        "reg_lambda": float(10 ** random.uniform(-1, 2)),
        "random_state": number, "n_jobs": 1, "verbosity": -1,
    }  # fmt: skip


def unbeaten(points: list[tuple[float, float]]) -> list[int]:
    """Positions of the points that no other one beats in both."""
    return [
        k
        for k, one in enumerate(points)
        if not any(other != one and other[0] >= one[0] and other[1] >= one[1] for other in points)
    ]


def area(points: list[tuple[float, float]], corner: tuple[float, float]) -> float:
    """Area that a front covers above a corner, in AUC times impact ratio."""
    best, found, right = corner[1], 0.0, sorted(points, reverse=True)
    for auc, ratio in right:
        if auc > corner[0] and ratio > best:
            found += (auc - corner[0]) * (ratio - best)
            best = ratio
    return found
