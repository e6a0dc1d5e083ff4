"""Rows to fit on where the declined have no outcome: five ways, none of which is known to help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import read_only
from creditscore._ground.asked import check_known
from creditscore._ground.numbers import is_finite_number
from creditscore.errors import FittingError, ParameterError
from creditscore.validation import _checks as asked
from creditscore.validation.rejects._checks import Sample, chances, crossed_chances, fitted_copy
from creditscore.validation.rejects.selection import SelectionModel

Floats = NDArray[np.float64]
Method: TypeAlias = Literal["none", "parcelling", "fuzzy", "reweighting", "bivariate"]
METHODS: Final[tuple[Method, ...]] = ("none", "parcelling", "fuzzy", "reweighting", "bivariate")
_PARTS: Final = 5
_BANDS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class InferredRejects:
    """Rows to fit on.

    Attributes
    ----------
    method : str
    rows : ndarray of int64, shape (n_inferred,)
        Numbers of applications; a declined one may stand twice, once for each outcome.
    bad : ndarray of float64, shape (n_inferred,)
        Outcomes, seen or inferred: 1 bad, 0 good.
    weight : ndarray of float64, shape (n_inferred,)
        Above 0.
    inferred : ndarray of bool, shape (n_inferred,)
        Which outcomes nobody ever saw.
    selection : SelectionModel or None
        Of the method ``"bivariate"``.
    """

    method: Method
    rows: NDArray[np.int64]
    bad: Floats
    weight: Floats
    inferred: NDArray[np.bool_]
    selection: SelectionModel | None = None

    def __post_init__(self) -> None:
        for array in (self.rows, self.bad, self.weight, self.inferred):
            read_only(array)

    @property
    def bad_rate_declined(self) -> float:
        """Share of bads that is taken for that of the declined, within 0 and 1; NaN where none stand."""
        weight = self.weight[self.inferred]
        return float(weight @ self.bad[self.inferred] / weight.sum()) if weight.size else float("nan")

    def __str__(self) -> str:
        seen = int((~self.inferred).sum())
        said = "" if not self.inferred.any() else f", declined taken for {self.bad_rate_declined:.1%} bad"
        return f"{self.method}: {seen:,} rows with an outcome{said}"

    __repr__ = __str__


def infer_rejects(
    X: ArrayLike,
    bad: ArrayLike,
    estimator: Any,
    *,
    method: Method = "none",
    prudence: float = 1.0,
    outcome_columns: Sequence[int] | None = None,
    most_weight: float = 20.0,
    sample_weight: ArrayLike | None = None,
    seed: int = 0,
) -> InferredRejects:
    """Make rows to fit on from applications of which the declined have no outcome.

    No way is known to help in general: each of them assumes what cannot be seen. ``docs/rejects.md`` says
    what they did where the truth is known. Lending to a few per cent of the declined (`Exploration`) assumes
    nothing.

    Parameters
    ----------
    X : array-like of shape (n_applications, n_columns)
        NaN is missing.
    bad : array-like of shape (n_applications,)
        1 bad, 0 good, NaN for those who were declined.
    estimator : object with fit and predict_proba, or probability_of_bad
        Of scikit-learn's kind; it is cloned.
    method : {"none", "parcelling", "fuzzy", "reweighting", "bivariate"}, default "none"
        ``none``: the accepted alone. ``parcelling``: each declined gets an outcome, drawn with the bad rate
        of the accepted in its tenth of the score. ``fuzzy``: each declined stands twice, weighted by its
        chance of either outcome. ``reweighting``: the accepted count by the inverse of their chance to be
        accepted. ``bivariate``: as fuzzy, with chances by a `SelectionModel`.
    prudence : float, default 1
        Odds of bad of the declined by those of the accepted of one score; above 0. For parcelling and fuzzy.
    outcome_columns : sequence of int, optional
        For bivariate; see `SelectionModel.fitted`.
    most_weight : float, default 20
        For reweighting: no row counts for more than so many.
    sample_weight : array-like of shape (n_applications,), optional
        Weights of rows with an outcome, such as those of an exploration; 0 or more.
    seed : int, default 0
        Of what is drawn.

    Returns
    -------
    InferredRejects

    Raises
    ------
    FittingError
        If there are no declined (but for ``none``), or a class is missing among the accepted.
    NameUnknownError
        If there is no such method.
    ParameterError
        If arrays do not fit, or a parameter has a value that it cannot take.

    References
    ----------
    Hand and Henley (1993), Can reject inference ever work?, IMA J. of Management Mathematics 5. Siddiqi
    (2017), Intelligent Credit Scoring, 2nd ed., ch. 9: parcelling and fuzzy augmentation. Banasik, Crook and
    Thomas (2003), Sample selection bias in credit scoring models, J. of the Operational Research Society 54.

    Examples
    --------
    >>> from creditscore.model.baseline import LogisticBaseline
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 2))
    >>> bad = (X[:, 0] + rng.normal(size=2000) > 1).astype(float)
    >>> bad[X[:, 0] > 0.5] = np.nan
    >>> found = infer_rejects(X, bad, LogisticBaseline(), method="fuzzy")
    >>> int(found.inferred.sum()) == 2 * int(np.isnan(bad).sum())
    True
    """
    check_known("method of reject inference", method, METHODS)
    _check(prudence, most_weight, seed)
    sample = Sample.of(X, bad)
    seen = np.flatnonzero(sample.accepted)
    weight = np.ones(seen.size) if sample_weight is None else _weights(sample_weight, sample)[seen]
    if method != "none" and sample.accepted.all():
        raise FittingError("Nobody was declined: there is nothing to infer.")
    if method == "none":
        return _joined(method, sample, seen, weight)
    if method == "reweighting":
        chance = crossed_chances(estimator, sample.X, sample.accepted.astype(np.float64), _PARTS, seed)
        inverse = np.minimum(1.0 / np.maximum(chance[seen], 1e-9), most_weight)
        return _joined(method, sample, seen, weight * inverse)
    model = None
    if method == "bivariate":
        model = SelectionModel.fitted(sample.X, sample.bad, outcome_columns=outcome_columns)
        chance = model.probability_declined(sample.X[~sample.accepted])
    elif method == "fuzzy":
        fitted = fitted_copy(estimator, sample.X[seen], sample.bad[seen], weight)
        chance = _prudent(chances(fitted, sample.X[~sample.accepted]), prudence)
    else:
        chance = _parcelled(estimator, sample, seen, weight, prudence, seed)
    return _joined(method, sample, seen, weight, chance, drawn=method == "parcelling", seed=seed, model=model)


def _check(prudence: float, most_weight: float, seed: int) -> None:
    if not is_finite_number(prudence) or prudence <= 0.0:
        raise ParameterError.must_be("prudence", "above 0", prudence)
    if not is_finite_number(most_weight) or most_weight < 1.0:
        raise ParameterError.must_be("most_weight", "1 or more", most_weight)
    asked.at_least("seed", seed, 0)


def _weights(sample_weight: ArrayLike, sample: Sample) -> Floats:
    weight = asked.finite("sample_weight", sample_weight, sample.bad.size)
    if (weight < 0).any() or not (weight[sample.accepted] > 0).any():
        raise ParameterError.must_be("sample_weight", "0 or more, and above 0 somewhere", "others")
    return weight


def _prudent(chance: Floats, prudence: float) -> Floats:
    odds = prudence * chance / np.maximum(1.0 - chance, 1e-12)
    return np.asarray(odds / (1.0 + odds))


def _parcelled(
    estimator: Any, sample: Sample, seen: NDArray[np.intp], weight: Floats, prudence: float, seed: int
) -> Floats:
    """Bad rate of the accepted in the tenth of the score in which each declined stands."""
    bad = sample.bad[seen]
    own = crossed_chances(estimator, sample.X[seen], bad, _PARTS, seed)
    other = chances(fitted_copy(estimator, sample.X[seen], bad, weight), sample.X[~sample.accepted])
    edges = np.unique(np.quantile(own, np.arange(1, _BANDS) / _BANDS))
    bands = np.searchsorted(edges, own, side="right")
    whole = np.bincount(bands, weight, edges.size + 1)
    bads = np.bincount(bands, weight * bad, edges.size + 1)
    mean = weight @ bad / weight.sum()
    rate = np.where(whole > 0, bads / np.maximum(whole, 1e-300), mean)
    return _prudent(rate[np.searchsorted(edges, other, side="right")], prudence)


def _joined(
    method: Method,
    sample: Sample,
    seen: NDArray[np.intp],
    weight: Floats,
    chance: Floats | None = None,
    *,
    drawn: bool = False,
    seed: int = 0,
    model: SelectionModel | None = None,
) -> InferredRejects:
    """Put rows with an outcome before those of the declined, which stand once or twice."""
    declined = np.flatnonzero(~sample.accepted) if chance is not None else np.empty(0, np.intp)
    if chance is None:
        rows, bad, counts = declined, np.empty(0), np.empty(0)
    elif drawn:
        rows, counts = declined, np.ones(declined.size)
        bad = (np.random.default_rng([seed, 29]).random(declined.size) < chance).astype(np.float64)
    else:
        rows = np.concatenate([declined, declined])
        bad = np.repeat([1.0, 0.0], declined.size)
        counts = np.concatenate([chance, 1.0 - chance])
    kept, used = counts > 0, weight > 0
    return InferredRejects(
        method,
        np.concatenate([seen[used], rows[kept]]).astype(np.int64),
        np.concatenate([sample.bad[seen][used], bad[kept]]),
        np.concatenate([weight[used], counts[kept]]),
        np.concatenate([np.zeros(int(used.sum()), np.bool_), np.ones(int(kept.sum()), np.bool_)]),
        model,
    )
