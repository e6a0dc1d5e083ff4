"""Who is compared: the default model, what it was before, LightGBM as it comes and tuned, and a scorecard."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "peers"))
sys.path.insert(0, str(Path(__file__).parent))

from _accuracy_sets import Contest, Floats, Rows
from _accuracy_years import slope

import creditscore as cs

TRIALS: Final = 60
TREES: Final = 1000
PATIENCE: Final = 40
ONE_HOLD_OUT_FROM: Final = 5_000
OLDEST: Final = 0.6


@dataclass(frozen=True, slots=True)
class Said:
    """What a contestant said of the judged rows, and what it chose."""

    log_odds: Floats
    notes: dict[str, Any] = field(default_factory=dict)


Shared = dict[str, Any]
Fit = Callable[[Contest, Rows, Rows, int, Shared], Said]


def default_model(contest: Contest, fit: Rows, judged: Rows, seed: int, _: Shared, **settings: Any) -> Said:
    """`CreditScorer()` as a pipeline calls it: signs, categories, applicants, moments, and nothing else."""
    scorer = cs.CreditScorer(
        signs=list(contest.signs), categorical_features=list(contest.categories), seed=seed, threads=1,
        embargo=contest.embargo, **settings,
    )  # fmt: skip
    time = None if contest.time is None else contest.time[fit]
    scorer.fit(contest.X[fit], contest.bad[fit], time=time, groups=contest.who[fit])
    kept = {one.recipe: one.trees for one in scorer.candidates_ if one.kept}
    level = None if scorer.level_ is None else round(scorer.level_.shift, 4)
    notes = {"kept": kept, "trees": scorer.model_.n_trees, "level": level, "blocks": _slopes(scorer)}
    return Said(scorer.decision_function(contest.X[judged]), notes)


def _slopes(scorer: cs.CreditScorer) -> list[float]:
    """Calibration slope of each block of time by which the model judged itself; none without times."""
    if scorer.judged_.kind != "time":
        return []
    report = scorer.report_
    blocks = [np.isin(report.index, judged) for _, judged in scorer.judged_.pairs()]
    return [round(slope(report.log_odds[rows], report.bad[rows]), 3) for rows in blocks]


def as_before(contest: Contest, fit: Rows, judged: Rows, seed: int, _: Shared) -> Said:
    """The one recipe that there was; in time grown on the oldest 60 % of the rows, as it then was."""
    if contest.time is not None:
        time = contest.time[fit]
        fit = fit[time < np.sort(time)[int(OLDEST * len(time))]]
    scorer = cs.CreditScorer(
        signs=list(contest.signs), categorical_features=list(contest.categories), seed=seed, threads=1,
        recipe="default", bag=False, folds="hash",
    )  # fmt: skip
    scorer.fit(contest.X[fit], contest.bad[fit], groups=contest.who[fit])
    return Said(scorer.decision_function(contest.X[judged]), {"trees": scorer.model_.n_trees})


def coded(contest: Contest) -> Floats:
    """Labels as small whole numbers, which LightGBM asks for."""
    X = contest.X.copy()
    for column in contest.categories:
        known = ~np.isnan(X[:, column])
        X[known, column] = np.unique(X[known, column], return_inverse=True)[1]
    return X


def light_gbm(
    contest: Contest, fit: Rows, judged: Rows, seed: int, _: Shared, *, by_hand: bool = False
) -> Said:
    """LightGBM with its defaults, on the same columns or on those by hand."""
    X, labels = _columns(contest, by_hand)
    return Said(_grown({}, 100, X, contest.bad, labels, fit, judged, seed))


def tuned(
    contest: Contest, fit: Rows, judged: Rows, seed: int, shared: Shared, *, by_hand: bool = False
) -> Said:
    """LightGBM tuned by Optuna on the training part of the first split, for all splits of the set."""
    X, labels = _columns(contest, by_hand)
    key = "tuned by hand" if by_hand else "tuned"
    if key not in shared:
        first = contest.splits[0][0][0]
        shared[key] = _tune(X[first], contest.bad[first], contest.who[first], labels)
    found = dict(shared[key])
    trees = int(found.pop("trees"))
    return Said(_grown(found, trees, X, contest.bad, labels, fit, judged, seed))


def _columns(contest: Contest, by_hand: bool) -> tuple[Floats, list[int]]:
    if by_hand:
        assert contest.by_hand is not None
        return contest.by_hand, []
    return coded(contest), list(contest.categories)


def _grown(
    settings: dict[str, Any], trees: int, X: Floats, bad: Rows, labels: list[int], fit: Rows, judged: Rows,
    seed: int,
) -> Floats:  # fmt: skip
    import lightgbm

    parameters = {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": seed, **settings}
    data = lightgbm.Dataset(X[fit], bad[fit], categorical_feature=labels, params={"verbosity": -1})
    booster = lightgbm.train(parameters, data, trees)
    said: Floats = booster.predict(X[judged], raw_score=True, num_threads=1)
    return said


def _tune(X: Floats, bad: Rows, who: Any, labels: list[int]) -> dict[str, Any]:
    """Search by AUC on parts of the training rows: three parts of few rows, one fifth of many."""
    import lightgbm
    import optuna
    from sklearn.model_selection import StratifiedGroupKFold

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    parts = 3 if len(bad) < ONE_HOLD_OUT_FROM else 5
    pairs = list(StratifiedGroupKFold(parts, shuffle=True, random_state=0).split(X, bad, who))
    pairs = pairs if parts == 3 else pairs[:1]
    whole = lightgbm.Dataset(
        X, bad, categorical_feature=labels, free_raw_data=False,
        params={"verbosity": -1, "feature_pre_filter": False},
    ).construct()  # fmt: skip

    def objective(trial: Any) -> float:
        settings = {
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.2, log=True),
            "num_leaves": trial.suggest_int("num_leaves", 2, 127, log=True),
            "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 3, 200, log=True),
            "feature_fraction": trial.suggest_float("feature_fraction", 0.1, 1.0),
            "bagging_fraction": trial.suggest_float("bagging_fraction", 0.4, 1.0),
            "bagging_freq": 1,
            "lambda_l1": trial.suggest_float("lambda_l1", 1e-4, 10.0, log=True),
            "lambda_l2": trial.suggest_float("lambda_l2", 1e-4, 100.0, log=True),
        }
        fixed = {"objective": "binary", "metric": "auc", "verbosity": -1, "num_threads": 1, "seed": 0}
        scores, trees = [], []
        for fit, held in pairs:
            booster = lightgbm.train(
                fixed | settings | {"feature_pre_filter": False}, whole.subset(np.sort(fit).tolist()), TREES,
                valid_sets=[whole.subset(np.sort(held).tolist())],
                callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
            )  # fmt: skip
            scores.append(booster.best_score["valid_0"]["auc"])
            trees.append(booster.best_iteration)
        trial.set_user_attr("trees", round(float(np.mean(trees))))
        return float(np.mean(scores))

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=TRIALS)
    return {**study.best_params, "bagging_freq": 1, "trees": study.best_trial.user_attrs["trees"]}


def scorecard(contest: Contest, fit: Rows, judged: Rows, _seed: int, _: Shared) -> Said:
    """optbinning: optimal bins, weights of evidence, logistic regression."""
    from auc_optbinning import fitted

    return Said(fitted(contest, fit, judged))


CONTESTANTS: Final[dict[str, Fit]] = {
    "creditscore": default_model,
    "screened": partial(default_model, screen=True),
    "shallow": partial(default_model, recipe="shallow", folds="hash", bag=False),
    "before": as_before,
    "LightGBM": light_gbm,
    "LightGBM, Optuna": tuned,
    "optbinning": scorecard,
    "by hand, LightGBM": partial(light_gbm, by_hand=True),
    "by hand, Optuna": partial(tuned, by_hand=True),
}
BY_HAND: Final = ("by hand, LightGBM", "by hand, Optuna")
REFERENCES: Final = ("LightGBM", "LightGBM, Optuna", *BY_HAND)
