"""Alternatives by fairlearn's grid search over weights of groups, with LightGBM beneath."""

from __future__ import annotations

import warnings

import lightgbm
import numpy as np
from _peer import done, measure
from _search import People, models, ratio_of, unbeaten
from fairlearn.reductions import DemographicParity, GridSearch
from judging import auc


def grown(
    X: np.ndarray, bad: np.ndarray, groups: np.ndarray, count: int, **how: float
) -> list[lightgbm.LGBMClassifier]:
    """Grow the models of one grid: LightGBM, with its defaults but for these, in fairlearn's weights."""
    beneath = lightgbm.LGBMClassifier(n_jobs=1, random_state=0, verbosity=-1, **how)
    search = GridSearch(beneath, constraints=DemographicParity(), grid_size=count)
    search.fit(X, bad.astype(int), sensitive_features=groups)
    return list(search.predictors_)


def main() -> None:
    """Time a grid for each attribute, as many models in all as our search fitted."""
    warnings.simplefilter("ignore")
    people = People()
    attributes = people.groups.shape[1]
    count = max(3, models() // attributes)

    def run() -> np.ndarray:
        points, said = [], []
        for groups in people.groups.T:
            z = np.zeros((count, len(people.bad)))
            for fit, judge in people.parts():
                for k, one in enumerate(grown(people.X[fit], people.bad[fit], groups[fit], count)):
                    z[k, judge] = log_odds(one, people.X[judge])
            whole = grown(people.X, people.bad, groups, count)
            points += [(auc(people.bad, one), ratio_of(one, people.groups)) for one in z]
            said += [log_odds(one, people.others) for one in whole]
        return np.array([said[k] for k in unbeaten(points)])

    measure("front", run, times=1, note="keeps no sign")
    done("fairlearn grid search", "fairlearn", "lightgbm")


def log_odds(model: lightgbm.LGBMClassifier, X: np.ndarray) -> np.ndarray:
    """Log-odds of bad; a grid may hold a model that says the same of everybody."""
    return np.asarray(model.predict(X, raw_score=True)) if hasattr(model, "booster_") else np.zeros(len(X))


if __name__ == "__main__":
    main()
