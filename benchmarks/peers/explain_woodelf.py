"""Shapley values by woodelf-explainer."""

from __future__ import annotations

import lightgbm
import numpy as np
import pandas as pd
from _peer import FOLDER, array, done, measure, one_by_one, settings
from woodelf import WoodelfExplainer


def main() -> None:
    """Time all rows of the task, the explainer included wherever it reads a background."""
    asked = settings()
    booster = lightgbm.Booster(model_file=FOLDER / "model.txt")
    names = booster.feature_name()
    rows, background = (pd.DataFrame(array(name), columns=names) for name in ("rows", "background"))
    few = rows[: asked["few"]]
    by_path = WoodelfExplainer(booster)
    by_path.shap_values(rows[:100], verbose=False)
    measure("batch", lambda: by_path.shap_values(rows, verbose=False))
    one_by_one("one row", lambda k: by_path.shap_values(rows[k : k + 1], verbose=False), 5)

    def against() -> np.ndarray:
        return WoodelfExplainer(booster, background).shap_values(few, verbose=False)

    measure("background", against, times=2)
    done("woodelf-explainer", "woodelf-explainer", "lightgbm")


if __name__ == "__main__":
    main()
