"""Alternatives by chance: as many LightGBM models with drawn parameters."""

from __future__ import annotations

import lightgbm
import numpy as np
from _peer import done, measure
from _search import People, auc, models, ratio_of, unbeaten


def drawn(number: int) -> lightgbm.LGBMClassifier:
    """A model whose parameters are drawn."""
    random = np.random.default_rng([11, number])
    return lightgbm.LGBMClassifier(
        num_leaves=int(random.integers(4, 64)), learning_rate=float(10 ** random.uniform(-2, -0.7)),
        n_estimators=int(random.integers(50, 300)), min_child_samples=int(random.integers(5, 200)),
        colsample_bytree=float(random.uniform(0.2, 1.0)), reg_lambda=float(10 ** random.uniform(-1, 2)),
        random_state=number, n_jobs=1, verbosity=-1,
    )  # fmt: skip


def main() -> None:
    """Time as many models as our search fitted, each in three parts and whole."""
    people = People()

    def run() -> np.ndarray:
        points, said = [], []
        for number in range(models()):
            z = np.zeros(len(people.bad))
            for fit, judge in people.parts():
                model = drawn(number).fit(people.X[fit], people.bad[fit])
                z[judge] = model.predict(people.X[judge], raw_score=True)
            points.append((auc(people.bad, z), ratio_of(z, people.groups)))
            whole = drawn(number).fit(people.X, people.bad)
            said.append(whole.predict(people.others, raw_score=True))
        return np.array([said[k] for k in unbeaten(points)])

    measure("front", run, times=1, note="keeps no sign")
    done("random LightGBM", "lightgbm")


if __name__ == "__main__":
    main()
