"""Pairs of features by this library's tables."""

from __future__ import annotations

import numpy as np
from _peer import FOLDER, array, done, keep, measure, settings

from creditscore.explain.pairs import PairTables
from creditscore.model.trees import Trees


def main() -> None:
    """Time every row and a few, tables included; the first matrices are kept."""
    few, X = settings()["few"], array("rows")
    trees = Trees.from_lightgbm_text((FOLDER / "model.txt").read_text(encoding="utf-8"))
    PairTables.of(trees).interactions(X[:2], threads=1)

    def pairs(rows: np.ndarray) -> np.ndarray:
        return PairTables.of(trees).interactions(rows, threads=1)

    for row, rows in {"every row": X, "few rows": X[:few]}.items():
        keep(row, measure(row, lambda rows=rows: pairs(rows), times=1, values=False)[:10])
    done("creditscore", "creditscore")


if __name__ == "__main__":
    main()
