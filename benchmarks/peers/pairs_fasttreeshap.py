"""Pairs of features by fasttreeshap-fixed."""

from __future__ import annotations

import lightgbm
import numpy as np
from _peer import FOLDER, array, done, keep, measure, settings
from fasttreeshap_fixed import TreeExplainer


def main() -> None:
    """Time ten rows: it takes rows one after another, so the rest is scaled."""
    few, X = settings()["few"], array("rows")
    explainer = TreeExplainer(lightgbm.Booster(model_file=FOLDER / "model.txt"), algorithm="v1", n_jobs=1)
    ten = X[:10]
    for row, count in {"every row": len(X), "few rows": few}.items():
        found = measure(
            row, lambda: explainer.shap_interaction_values(ten), share=len(ten) / count, times=1, values=False
        )
        keep(row, np.asarray(found[-1] if isinstance(found, list) else found))
    done("fasttreeshap-fixed", "fasttreeshap-fixed", "lightgbm")


if __name__ == "__main__":
    main()
