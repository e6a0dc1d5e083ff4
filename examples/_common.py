"""What the examples share: where the data are, fixed folds, and predictions for rows not seen."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

import creditscore as cs
from creditscore.validation import Performance, auc, performance

Array = NDArray[Any]
Predict = Callable[[Array], Array]
Fit = Callable[[Array, Array], Predict]

# For a few thousand rows or fewer: shallow trees of few features each, added slowly.
SMALL: dict[str, Any] = {
    "max_depth": 3,
    "num_leaves": 8,
    "learning_rate": 0.02,
    "feature_fraction": 0.2,
    "reg_lambda": 1.0,
}

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def data_folder(name: str, argv: list[str] | None = None) -> Path:
    """Read the folder of one data set from the command line; by default it lies beside the project."""
    parser = argparse.ArgumentParser(description=f"Run the {name} example.")
    parser.add_argument("--data", type=Path, default=DATA / name, help="folder of the Parquet tables")
    folder: Path = parser.parse_args(argv).data
    if not folder.is_dir():
        parser.error(f"{folder} is not there. Name it with --data: its terms forbid shipping it here.")
    return folder


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidated:
    """Log-odds of every row, each from a model that has not seen it.

    Attributes
    ----------
    bad, log_odds : ndarray of shape (n_rows,)
    fold : ndarray of int64, shape (n_rows,)
    """

    bad: Array
    log_odds: Array
    fold: Array

    @property
    def auc(self) -> float:
        """Mean of the AUC within each fold."""
        return float(np.mean([self.auc_of(fold) for fold in np.unique(self.fold)]))

    def auc_of(self, fold: int, weight: Array | None = None) -> float:
        """AUC within one fold; rows may be weighted."""
        rows = self.fold == fold
        weights = None if weight is None else weight[rows]
        return auc(self.bad[rows], self.log_odds[rows], sample_weight=weights)

    def performance(self) -> Performance:
        """Figures over all rows, with bootstrap intervals."""
        return performance(self.bad, self.log_odds)


def cross_validate(X: Array, bad: Array, fit: Fit, *, seed: int = 0, n_folds: int = 5) -> CrossValidated:
    """Fit on all folds but one and predict that one, for each; whatever is tuned is tuned within ``fit``.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        Features as of each row's moment; they hold no fitted state, so they are computed once.
    bad : ndarray of shape (n_rows,)
    fit : callable
        ``fit(X, bad)`` returns a function from features to log-odds.
    seed : int
        Of the folds: ``StratifiedKFold(n_folds, shuffle=True, random_state=seed)``.
    """
    log_odds, number = np.full(len(bad), np.nan), np.zeros(len(bad), np.int64)
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    for fold, (train, test) in enumerate(folds.split(X, bad)):
        log_odds[test] = fit(X[train], bad[train])(X[test])
        number[test] = fold
    return CrossValidated(bad, log_odds, number)


def credit_scorer(features: cs.FeatureSet, *choices: Mapping[str, Any], threads: int | None = None) -> Fit:
    """Return a fit of ``CreditScorer`` with the signs and categories that the features declare.

    Of several choices of settings the one is taken that ranks best on cross-fitted rows of the training part
    alone, so that no row that is reported on has a say.
    """
    categories = [i for i, each in enumerate(features) if getattr(each.formula, "category", False)]

    def fit(X: Array, bad: Array) -> Predict:
        fitted = [
            cs.CreditScorer(
                signs=list(features.signs),
                categorical_features=categories,
                folds="hash",
                threads=threads,
                **settings,
            ).fit(X, bad)
            for settings in (choices or ({},))
        ]
        best = max(fitted, key=lambda scorer: auc(scorer.report_.bad, scorer.report_.log_odds))
        predict: Predict = best.decision_function
        return predict

    return fit


def light_gbm(**settings: Any) -> Fit:
    """Return a fit of plain LightGBM, the usual reference."""
    import lightgbm

    def fit(X: Array, bad: Array) -> Predict:
        model = lightgbm.LGBMClassifier(verbose=-1, random_state=0, **settings).fit(X, bad)

        def predict(rows: Array) -> Array:
            log_odds: Array = model.booster_.predict(rows, raw_score=True)
            return log_odds

        return predict

    return fit


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """AUC of a model less that of a reference, on the same folds of the same repeats.

    Attributes
    ----------
    model, reference, difference : float
        Means over repeats of the mean AUC within folds.
    low, high : float
        95 % interval of the difference: goods and bads are resampled as wholes, with their predictions.
    """

    model: float
    reference: float
    difference: float
    low: float
    high: float

    def __str__(self) -> str:
        return (
            f"AUC {self.model:.4f}, reference {self.reference:.4f}, "
            f"difference {self.difference:+.4f} ({self.low:+.4f} to {self.high:+.4f})"
        )


def paired_difference(
    model: Sequence[CrossValidated],
    reference: Sequence[CrossValidated],
    *,
    resamples: int = 300,
    seed: int = 0,
) -> PairedDifference:
    """Compare two models that were cross-validated on the same folds, repeat by repeat."""
    random = np.random.default_rng(seed)
    bad = model[0].bad
    drawn = []
    while len(drawn) < resamples:
        weight = np.zeros(len(bad))
        for rows in (np.flatnonzero(bad == 0), np.flatnonzero(bad == 1)):
            weight[rows] = np.bincount(random.integers(0, len(rows), len(rows)), minlength=len(rows))
        drawn.append(_mean_auc(model, weight) - _mean_auc(reference, weight))
    ours, theirs = _mean_auc(model, None), _mean_auc(reference, None)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return PairedDifference(ours, theirs, ours - theirs, float(low), float(high))


def _mean_auc(runs: Sequence[CrossValidated], weight: Array | None) -> float:
    """Mean over folds and repeats; a fold that a resample left without goods or bads is passed over."""
    values = []
    for run in runs:
        for fold in np.unique(run.fold):
            rows = run.fold == fold
            both = weight is None or len({*run.bad[rows & (weight > 0)].tolist()}) == 2
            if both:
                values.append(run.auc_of(fold, weight))
    return float(np.mean(values))
