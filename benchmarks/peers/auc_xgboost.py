"""XGBoost with its defaults."""

from __future__ import annotations

import numpy as np
import xgboost
from _auc import Contest, every_set
from _peer import done


def fitted(contest: Contest, fit: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """A hundred trees of depth 6; labels are its categories."""
    X = contest.coded()
    kinds = ["c" if column in contest.categories else "q" for column in range(X.shape[1])]
    model = xgboost.XGBClassifier(n_jobs=1, random_state=0, feature_types=kinds, enable_categorical=True)
    model.fit(X[fit], contest.bad[fit])
    return model.predict(X[judged], output_margin=True)


if __name__ == "__main__":
    every_set(fitted)
    done("XGBoost", "xgboost")
