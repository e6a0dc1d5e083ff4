"""Models of fairlearn's grid within some seconds of processor; run by fairness.py with fairlearn's Python."""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "peers"))

import lightgbm
import numpy as np
from search_fairlearn import grown, log_odds

HOW = {"num_leaves": 8, "learning_rate": 0.05, "n_estimators": 150}


def main() -> None:
    """Read people, folds and seconds from a folder; write there what each model says of everybody."""
    folder = Path(sys.argv[1])
    with np.load(folder / "given.npz") as given:
        X, others, bad, folds, group = (given[name] for name in ("X", "others", "bad", "folds", "group"))
        seconds = float(given["seconds"])
    started = time.process_time()
    lightgbm.LGBMClassifier(n_jobs=1, random_state=0, verbosity=-1, **HOW).fit(X, bad)
    # Three folds of two thirds and the whole are three plain fits, and some work lies around them.
    size = max(3, int(seconds / (time.process_time() - started) / 3.2))
    z = np.zeros((size, len(X)))
    for fold in range(3):
        fit, judge = folds != fold, folds == fold
        for number, model in enumerate(grown(X[fit], bad[fit], group[fit], size, **HOW)):
            z[number, judge] = log_odds(model, X[judge])
    said = [log_odds(model, others) for model in grown(X, bad, group, size, **HOW)]
    np.savez(folder / "told.npz", z=z, said=said, seconds=time.process_time() - started)


if __name__ == "__main__":
    main()
