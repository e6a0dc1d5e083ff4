"""Pairs of features by woodelf-explainer, which is not asked for those of a feature with itself."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
from _peer import FOLDER, array, done, keep, measure, settings
from woodelf import WoodelfExplainer

Pairs = dict[tuple[str, str], pd.Series]


def main() -> None:
    """Time every row and a few; the first matrices are kept."""
    booster = lightgbm.Booster(model_file=FOLDER / "model.txt")
    names = booster.feature_name()
    X = pd.DataFrame(array("rows"), columns=names)
    explainer = WoodelfExplainer(booster)

    def pairs(rows: pd.DataFrame) -> Pairs:
        return explainer.shap_interaction_values(
            rows, include_interaction_with_itself=False, as_df=True, verbose=False
        )

    pairs(X[:10])
    for row, rows in {"every row": X, "few rows": X[: settings()["few"]]}.items():
        found = measure(
            row, lambda rows=rows: pairs(rows), times=1, values=False, note="without the diagonal"
        )
        keep(row, matrices(found, names))
        del found
    done("woodelf-explainer", "woodelf-explainer", "lightgbm")


def matrices(found: Pairs, names: list[str]) -> np.ndarray:
    """The first ten, NaN on the diagonal."""
    first = np.full((10, len(names), len(names)), np.nan)
    for one, name in enumerate(names):
        for two, other in enumerate(names):
            if one != two:
                first[:, one, two] = found[(name, other)].to_numpy()[:10]
    return first


if __name__ == "__main__":
    main()
