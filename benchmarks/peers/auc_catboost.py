"""CatBoost with its defaults."""

from __future__ import annotations

import catboost
import numpy as np
import pandas as pd
from _auc import Contest, every_set
from _peer import done


def fitted(contest: Contest, fit: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """A thousand trees of depth 6; labels are its categories, with a label of its own for missing."""
    frame = pd.DataFrame(contest.coded())
    for column in contest.categories:
        frame[column] = frame[column].fillna(-1).astype(int)
    model = catboost.CatBoostClassifier(
        thread_count=1, random_seed=0, verbose=False, allow_writing_files=False,
        cat_features=contest.categories,
    )  # fmt: skip
    model.fit(frame.iloc[fit], contest.bad[fit])
    return model.predict(frame.iloc[judged], prediction_type="RawFormulaVal")


if __name__ == "__main__":
    every_set(fitted)
    done("CatBoost", "catboost")
