"""What trees gain from a teacher: the same rows and splits, with and without one.

    python benchmarks/teaching.py [SET ...]

The weights of foundation models are not to be had where these figures are made, so a stand-in teaches: the
mean of a regularised logistic regression, 300 extremely random trees and nearest neighbours, all on ranks. It
shows that the way works and what it costs, not what a foundation model would add.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from _accuracy_sets import contest
from sklearn.ensemble import ExtraTreesClassifier, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

import creditscore as cs

SETS = ("german", "berka", "superlender")
MOST_ROWS = 5_000


def stand_in():
    """Return a teacher that is unlike boosted trees."""
    ranks = lambda: QuantileTransformer(n_quantiles=100, output_distribution="normal", random_state=0)  # noqa: E731
    of = {
        "logistic": LogisticRegression(C=0.05, max_iter=2_000),
        "trees": ExtraTreesClassifier(300, min_samples_leaf=5, max_features=0.3, random_state=0, n_jobs=1),
        "neighbours": KNeighborsClassifier(50, weights="distance"),
    }
    filled = [
        (name, make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), ranks(), one))
        for name, one in of.items()
    ]
    return VotingClassifier(filled, voting="soft", weights=[1.0, 2.0, 0.5])


def measure(name: str) -> None:
    """Print the mean AUC over the splits of the first repeat, each way."""
    rows = contest(name, 1)
    if rows is None:
        print(f"{name}: its data are not here")
        return
    found, kept = {"alone": [], "taught": [], "teacher": []}, 0
    seconds = dict.fromkeys(found, 0.0)
    for all_rows, judge in rows.splits[0]:
        fit = all_rows[:MOST_ROWS]
        for way in ("alone", "taught"):
            started = time.perf_counter()
            scorer = cs.CreditScorer(
                signs=rows.signs, categorical_features=rows.categories, folds="hash", threads=1,
                teacher=stand_in() if way == "taught" else None,
            ).fit(rows.X[fit], rows.bad[fit], groups=rows.who[fit])  # fmt: skip
            seconds[way] += time.perf_counter() - started
            found[way].append(roc_auc_score(rows.bad[judge], scorer.log_odds(rows.X[judge])))
        kept += any(one.kept and one.recipe.startswith("taught") for one in scorer.candidates_)
        encoded = scorer.model_.encode(rows.X)
        teacher = stand_in().fit(encoded[fit], rows.bad[fit])
        found["teacher"].append(roc_auc_score(rows.bad[judge], teacher.predict_proba(encoded[judge])[:, 1]))
    gain = np.subtract(found["taught"], found["alone"])
    error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.nan
    shown = ", ".join(f"{way} {np.mean(values):.4f}" for way, values in found.items())
    print(
        f"{name}: {len(gain)} splits, {shown}; gain {gain.mean():+.4f} (s.e. {error:.4f}); taught trees kept "
        f"in {kept}; {seconds['alone']:.0f} s alone, {seconds['taught']:.0f} s taught",
        flush=True,
    )


if __name__ == "__main__":
    for asked in sys.argv[1:] or SETS:
        measure(asked)
