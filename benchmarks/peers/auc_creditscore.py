"""The default model of this library."""

from __future__ import annotations

import numpy as np
from _auc import Contest, every_set
from _peer import done

import creditscore as cs


def fitted(contest: Contest, fit: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """`CreditScorer()` as a pipeline calls it: signs, categories, applicants, moments, and nothing else."""
    scorer = cs.CreditScorer(
        signs=contest.signs, categorical_features=contest.categories, seed=0, threads=1,
        embargo=contest.embargo,
    )  # fmt: skip
    time = None if contest.time is None else contest.time[fit]
    scorer.fit(contest.X[fit], contest.bad[fit], time=time, groups=contest.who[fit])
    return scorer.decision_function(contest.X[judged])


if __name__ == "__main__":
    every_set(fitted, note="judges itself, chooses among recipes and calibrates within these seconds")
    done("creditscore", "creditscore", "lightgbm")
