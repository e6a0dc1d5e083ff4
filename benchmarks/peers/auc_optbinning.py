"""A scorecard by optbinning: optimal bins, weights of evidence, logistic regression."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _auc import Contest, every_set
from _peer import done
from optbinning import BinningProcess
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def fitted(contest: Contest, fit: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """All columns that vary; labels as categories."""
    names = [f"x{column}" for column in range(contest.X.shape[1])]
    labels = [names[column] for column in contest.categories]
    frame = pd.DataFrame(contest.X, columns=names)
    for name in labels:
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    some = [name for name in names if frame[name].iloc[fit].nunique() > 1]
    process = BinningProcess(some, categorical_variables=[name for name in labels if name in some])
    model = make_pipeline(process, LogisticRegression(max_iter=1_000))
    model.fit(frame.iloc[fit][some], contest.bad[fit])
    return model.decision_function(frame.iloc[judged][some])


if __name__ == "__main__":
    every_set(fitted)
    done("optbinning", "optbinning", "scikit-learn")
