"""LightGBM with its defaults."""

from __future__ import annotations

import lightgbm
import numpy as np
from _auc import Contest, every_set
from _peer import done


def fitted(contest: Contest, fit: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """A hundred trees of 31 leaves; labels are its categories."""
    X = contest.coded()
    model = lightgbm.LGBMClassifier(n_jobs=1, random_state=0, verbosity=-1)
    model.fit(X[fit], contest.bad[fit], categorical_feature=contest.categories or "auto")
    return model.predict(X[judged], raw_score=True)


if __name__ == "__main__":
    every_set(fitted)
    done("LightGBM", "lightgbm")
