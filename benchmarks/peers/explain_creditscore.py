"""Shapley values by this library's tables."""

from __future__ import annotations

import numpy as np
from _peer import FOLDER, array, done, measure, one_by_one, settings

from creditscore.explain.shapley import ShapleyTables
from creditscore.model.trees import Trees


def main() -> None:
    """Time all rows of the task; filling tables is part of the batch and of the background."""
    asked = settings()
    X, background = array("rows"), array("background")
    trees = Trees.from_lightgbm_text((FOLDER / "model.txt").read_text(encoding="utf-8"))
    tables = ShapleyTables.build(trees)
    few = X[: asked["few"]]
    tables.contributions(X[:2], threads=1)
    ShapleyTables.against(trees, X[:100]).contributions(X[:2], threads=1)
    measure("batch", lambda: ShapleyTables.build(trees).contributions(X, threads=1)[:, :-1])
    one_by_one("one row", lambda k: tables.contributions(X[k : k + 1], threads=1)[:, :-1], min(1_000, len(X)))

    def against() -> np.ndarray:
        return ShapleyTables.against(trees, background).contributions(few, threads=1)[:, :-1]

    measure("background", against)
    done("creditscore", "creditscore")


if __name__ == "__main__":
    main()
