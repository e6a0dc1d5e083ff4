"""Alternatives by chance: as many LightGBM models with drawn parameters."""

from __future__ import annotations

import lightgbm
import numpy as np
from _peer import done, measure
from _search import People, by_chance, models, ratio_of, unbeaten
from judging import auc


def main() -> None:
    """Time as many models as our search fitted, each in three parts and whole."""
    people = People()

    def run() -> np.ndarray:
        points, said = [], []
        for number in range(models()):
            z = np.zeros(len(people.bad))
            for fit, judge in people.parts():
                model = lightgbm.LGBMClassifier(**by_chance(number)).fit(people.X[fit], people.bad[fit])
                z[judge] = model.predict(people.X[judge], raw_score=True)
            points.append((auc(people.bad, z), ratio_of(z, people.groups)))
            whole = lightgbm.LGBMClassifier(**by_chance(number)).fit(people.X, people.bad)
            said.append(whole.predict(people.others, raw_score=True))
        return np.array([said[k] for k in unbeaten(points)])

    measure("front", run, times=1, note="keeps no sign")
    done("random LightGBM", "lightgbm")


if __name__ == "__main__":
    main()
