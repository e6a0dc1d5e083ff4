"""What a single feature says of the outcome: alone, and by what is lost without it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_CANDIDATES: Final = 3
_PARTS: Final = 5
_BINS: Final = 20
_PRIOR: Final = 1.0
_LEAST_ALONE: Final = 0.6
_LEAST_WHOLE: Final = 0.75
_LEAST_DROP: Final = 0.10
# From this AUC on no honest feature is expected to carry so much; below it, one strong feature may.
_TOO_GOOD: Final = 0.85
_FEWEST: Final = 50
_FEWEST_OF_CLASS: Final = 30
_TREES: Final = 40
_PARAMETERS: Final = {
    "objective": "binary",
    "num_leaves": 15,
    "learning_rate": 0.15,
    "verbosity": -1,
    "num_threads": 1,
    "min_data_in_leaf": 20,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 0,
}


class Dropped(NamedTuple):
    """A column, the AUC of a small model with all columns on rows that it had not seen, and without it."""

    column: int
    whole: float
    without: float

    @property
    def drop(self) -> float:
        """How much is lost."""
        return self.whole - self.without

    @property
    def limit(self) -> float:
        """From which loss on it is suspicious: 0.10, and more where the whole model ranks below 0.85."""
        return _LEAST_DROP + max(0.0, _TOO_GOOD - self.whole)


def auc_alone(X: NDArray[np.float64], bad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank rows by each column alone, where it is known.

    Parameters
    ----------
    X : ndarray of float64, shape (n_rows, n_features)
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.

    Returns
    -------
    ndarray of float64, shape (n_features,)
        AUC, within 0 and 1: above a half where bads have the greater values; a half where fewer than fifty
        rows, or one class alone, are known.

    Examples
    --------
    >>> bad = np.arange(100.0) // 50
    >>> auc_alone(np.column_stack([bad, -bad, np.ones(100)]), bad).tolist()
    [1.0, 0.0, 0.5]
    """
    return np.array([_auc(X[:, column], bad) for column in range(X.shape[1])], np.float64)


def auc_of_levels(
    X: NDArray[np.float64], bad: NDArray[np.float64], categories: Collection[int] = ()
) -> NDArray[np.float64]:
    """Rank rows by the bad rate of their level of each column, learned on other rows.

    Levels are the labels of a category, twenty groups of rising numbers, and being missing: so a column shows
    what it says also where it is no ranking, or speaks by its gaps.

    Parameters
    ----------
    X : ndarray of float64, shape (n_rows, n_features)
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    categories : collection of int
        Columns whose numbers are codes of labels.

    Returns
    -------
    ndarray of float64, shape (n_features,)
        AUC; about a half where a column says nothing, or fewer than thirty rows of a class are there.

    Examples
    --------
    >>> bad = np.arange(400.0) // 200
    >>> gap, codes = np.where(bad == 1.0, np.nan, 1.0), np.where(bad == 1.0, 7.0, np.arange(400) % 2 * 9.0)
    >>> auc_of_levels(np.column_stack([gap, codes, np.ones(400)]), bad, [1]).tolist()
    [1.0, 1.0, 0.5]
    """
    if min(bad.sum(), bad.size - bad.sum()) < _FEWEST_OF_CLASS:
        return np.full(X.shape[1], 0.5)
    listed = ((X[:, column], column in categories) for column in range(X.shape[1]))
    return np.array([_crossed(_levels(x, labels=labels), bad) for x, labels in listed], np.float64)


def _levels(x: NDArray[np.float64], *, labels: bool) -> NDArray[np.intp]:
    missing = np.isnan(x)
    known = x[~missing]
    codes = np.full(x.size, -1)
    if labels or np.unique(known).size <= _BINS:
        codes[~missing] = np.unique(known, return_inverse=True)[1]
    else:
        edges = np.unique(np.quantile(known, np.arange(1, _BINS) / _BINS))
        codes[~missing] = np.searchsorted(edges, known, side="left")
    return np.unique(codes, return_inverse=True)[1]


def _crossed(levels: NDArray[np.intp], bad: NDArray[np.float64]) -> float:
    """Mean AUC over parts of the rows, each of them ranked by bad rates of the others."""
    part, many = np.arange(bad.size) % _PARTS, int(levels.max()) + 1
    found = []
    for number in range(_PARTS):
        seen, judged = part != number, part == number
        bads = np.bincount(levels[seen], bad[seen], many)
        rows = np.bincount(levels[seen], minlength=many)
        rate = (bads + _PRIOR * bad[seen].mean()) / (rows + _PRIOR)
        found.append(_auc(rate[levels[judged]], bad[judged]))
    return float(np.mean(found))


def auc_when_dropped(
    X: NDArray[np.float64], bad: NDArray[np.float64], alone: NDArray[np.float64]
) -> Dropped | None:
    """Find, among those that rank best alone, the column without which a small model loses most.

    Parameters
    ----------
    X : ndarray of float64, shape (n_rows, n_features)
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    alone : ndarray of float64, shape (n_features,)
        From `auc_alone`, or how well each ranks in another way.

    Returns
    -------
    Dropped or None
        None where no column ranks well alone, or the model does not rank well with all of them.
    """
    strength = np.maximum(alone, 1.0 - alone)
    first = np.argsort(-strength, kind="stable")[:_CANDIDATES].tolist()
    best = [column for column in first if strength[column] > _LEAST_ALONE]
    known = np.flatnonzero(strength > 0.5)
    if not best or known.size < 2 or min(bad.sum(), bad.size - bad.sum()) < _FEWEST_OF_CLASS:
        return None
    whole = _auc(_scored(X[:, known], bad), bad)
    if whole < _LEAST_WHOLE:
        return None
    found = (Dropped(j, whole, _auc(_scored(X[:, known[known != j]], bad), bad)) for j in best)
    return max(found, key=lambda one: one.drop)


def _scored(X: NDArray[np.float64], bad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Score each half of the rows by trees grown on the other."""
    import lightgbm

    half = np.arange(bad.size) % 2
    scores = np.empty(bad.size)
    for part in (0, 1):
        data = lightgbm.Dataset(np.ascontiguousarray(X[half != part]), bad[half != part], params=_PARAMETERS)
        booster = lightgbm.train(_PARAMETERS, data, _TREES)
        scores[half == part] = np.asarray(booster.predict(X[half == part]), np.float64)
    return scores


def _auc(values: NDArray[np.float64], bad: NDArray[np.float64]) -> float:
    from scipy.stats import rankdata

    known = ~np.isnan(values)
    truth = bad[known]
    bads = float(truth.sum())
    goods = truth.size - bads
    if truth.size < _FEWEST or not bads or not goods:
        return 0.5
    ranks = rankdata(values[known])
    return float((ranks[truth == 1.0].sum() - bads * (bads + 1.0) / 2.0) / (bads * goods))
