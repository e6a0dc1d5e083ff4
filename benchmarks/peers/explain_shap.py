"""Shapley values by shap's TreeExplainer."""

from __future__ import annotations

import lightgbm
import shap
from _peer import FOLDER, array, done, measure, one_by_one, settings


def main() -> None:
    """Time all rows of the task, the slow ones on part of the rows."""
    asked = settings()
    X, background = array("rows"), array("background")
    booster = lightgbm.Booster(model_file=FOLDER / "model.txt")
    explainer = shap.TreeExplainer(booster)
    part = X[: len(X) // 20]
    handed = "shap hands a LightGBM model to pred_contrib"
    measure("batch", lambda: explainer.shap_values(part), share=len(part) / len(X), times=2, note=handed)
    one_by_one("one row", lambda k: explainer.shap_values(X[k : k + 1]), 100)
    few = X[:4]
    masker = shap.maskers.Independent(background, max_samples=len(background))
    against = shap.TreeExplainer(booster, masker, feature_perturbation="interventional")
    measure(
        "background", lambda: against.shap_values(few, check_additivity=False),
        share=len(few) / asked["few"], times=1,
    )  # fmt: skip
    done("shap", "shap", "lightgbm")


if __name__ == "__main__":
    main()
