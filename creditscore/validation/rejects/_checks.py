"""Applications of which some have an outcome, and what is fitted on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.numbers import numbers_of
from creditscore.errors import FittingError, ParameterError

Floats = NDArray[np.float64]


class Sample(NamedTuple):
    """Values of shape (n_rows, n_columns), outcomes of shape (n_rows,), and who was accepted."""

    X: Floats
    bad: Floats
    accepted: NDArray[np.bool_]

    @classmethod
    def of(cls, X: ArrayLike, bad: ArrayLike) -> Sample:
        """Check that both outcomes occur among the accepted."""
        values, outcomes = numbers_of("X", X), partial_outcomes(bad)
        if values.ndim != 2 or len(values) != outcomes.size or not values.shape[1]:
            raise ParameterError.must_be("X", f"of shape ({outcomes.size}, n_columns)", values.shape)
        if np.isinf(values).any():
            raise ParameterError.must_be("X", "finite, or NaN where it is missing", np.inf)
        accepted = ~np.isnan(outcomes)
        check_both(outcomes[accepted])
        return cls(values, outcomes, accepted)


def partial_outcomes(bad: ArrayLike) -> Floats:
    """Outcomes 1 and 0, NaN where there is none, shape (n_rows,)."""
    outcomes = numbers_of("bad", bad)
    if outcomes.ndim != 1 or not np.isin(outcomes[~np.isnan(outcomes)], (0.0, 1.0)).all():
        raise ParameterError.must_be("bad", "1-D, of 1 (bad), 0 (good) and NaN (not known)", bad)
    return outcomes


def check_both(bad: Floats) -> None:
    """Refuse outcomes, shape (n_rows,), that are all one."""
    if not bad.size or bad.min() == bad.max():
        raise FittingError("Among those with an outcome there must be goods and bads.")


def checked_columns(columns: Sequence[int] | None, n_columns: int) -> tuple[int, ...]:
    """Numbers of columns, each once."""
    if columns is None:
        return tuple(range(n_columns))
    chosen = tuple(int(one) for one in columns)
    if not chosen or len(set(chosen)) < len(chosen) or not all(0 <= one < n_columns for one in chosen):
        raise ParameterError.must_be("outcome_columns", f"numbers from 0 to {n_columns - 1}", columns)
    return chosen


def chances(estimator: Any, X: Floats) -> Floats:
    """Chance of the outcome 1 by a fitted estimator, shape (n_rows,)."""
    if hasattr(estimator, "probability_of_bad"):
        return np.asarray(estimator.probability_of_bad(X), np.float64)
    return np.asarray(estimator.predict_proba(X), np.float64)[:, -1]


def fitted_copy(estimator: Any, X: Floats, y: Floats, weight: Floats | None = None) -> Any:
    """Fit a copy of an estimator of scikit-learn's kind; arrays have shape (n_rows, ...)."""
    from sklearn.base import clone

    copy, more = clone(estimator), {} if weight is None else {"sample_weight": weight}
    return copy.fit(X, y.astype(np.int64), **more)


def crossed_chances(estimator: Any, X: Floats, y: Floats, parts: int, seed: int) -> Floats:
    """Chance of each row by copies that were fitted on other rows, shape (n_rows,)."""
    out, order = np.empty(len(y)), np.random.default_rng(seed).permutation(len(y))
    # each class is dealt by turns, so that every part has both
    dealt = np.empty(len(y), np.int64)
    for value in (0.0, 1.0):
        rows = order[y[order] == value]
        dealt[rows] = np.arange(rows.size) % parts
    for part in range(parts):
        judged = dealt == part
        if judged.any():
            out[judged] = chances(fitted_copy(estimator, X[~judged], y[~judged]), X[judged])
    return out
