"""Ranking expected before loans are mature, by nannyml's confidence-based estimate (CBPE)."""

from __future__ import annotations

import json

import nannyml
import numpy as np
import pandas as pd
from _peer import FOLDER, done, measure


def frame(chance: np.ndarray, bad: np.ndarray | None = None) -> pd.DataFrame:
    """Probabilities, what would be decided, and outcomes where they are known."""
    columns = {"probability": chance, "decided": (chance >= 0.5).astype(int)}
    return pd.DataFrame(columns if bad is None else columns | {"bad": bad.astype(int)})


def main() -> None:
    """Estimate the AUC of every cohort from loans that are mature."""
    cases = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
    with np.load(FOLDER / "worlds.npz") as held:
        worlds = {name: held[name] for name in held.files}

    def run() -> np.ndarray:
        found = []
        for one in cases["cases"]:
            chance, entered, defaulted = (
                worlds[f"{one['world']}_{name}"] for name in ("chance", "entered", "defaulted")
            )
            mature, mine = entered < cases["mature_before"], entered == one["cohort"]
            how = nannyml.CBPE(
                metrics=["roc_auc"], y_pred="decided", y_pred_proba="probability", y_true="bad",
                problem_type="classification_binary", chunk_number=1,
            )  # fmt: skip
            how.fit(frame(chance[mature], ~np.isnan(defaulted[mature])))
            told = how.estimate(frame(chance[mine])).filter(period="analysis").to_df()
            found.append(float(told[("roc_auc", "value")].iloc[-1]))
        return np.array(found)

    measure("expected", run, times=1, note="sees scores of the cohort, and outcomes of mature loans")
    done("nannyml CBPE", "nannyml", "pandas")


if __name__ == "__main__":
    main()
