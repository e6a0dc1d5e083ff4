"""What predicts the group of a person from the features of a model, and through which of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int64
from creditscore.assess.values import Measurement
from creditscore.errors import FittingError
from creditscore.explain.explainer import Explainer
from creditscore.features.definition import FeatureSet
from creditscore.features.formula import Attribute
from creditscore.validation import _kernels
from creditscore.validation.fairness.membership import Membership
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric

if TYPE_CHECKING:
    from creditscore.model.scorer import CreditScorer

MOST_ROWS: Final = 10_000
_LISTED: Final = 10
_EXPLAINED: Final = 2_000
_TREES: Final = 80
_RATE: Final = 0.1


@dataclass(frozen=True, slots=True)
class ProxyFeature(Measurement):
    """One feature that stands in for a group.

    Attributes
    ----------
    feature, reason_group : str
    share : float
        Of the mean size of Shapley values of the model that predicts the group, within 0 and 1.
    auc : float
        How well the feature alone ranks the group, by its values where known, within 0.5 and 1; NaN for
        labels.
    """

    feature: str
    reason_group: str
    share: float
    auc: float


@dataclass(frozen=True, slots=True)
class ProxyScreen(Measurement):
    """How well the features of a model predict one group against all others.

    Attributes
    ----------
    attribute, group : str
    rows : int
        Applications that it was tried on, a sample where there are many.
    auc, low, high : float
        Area under the curve out of fold, none of whose people the prediction was fitted on, with its interval
        by applicant; 0.5 is chance.
    features : tuple of ProxyFeature
        The ten through which most of it goes.
    """

    attribute: str
    group: str
    rows: int
    auc: float
    low: float
    high: float
    features: tuple[ProxyFeature, ...]


def screened(
    X: Float64,
    features: FeatureSet,
    memberships: tuple[Membership, ...],
    who: Any,
    *,
    resampling: Resampling,
    fewest: int,
    threads: int | None,
) -> tuple[ProxyScreen, ...]:
    """Try to predict each group of enough people; of an attribute of two groups the first stands for both.

    Parameters
    ----------
    X : ndarray of float64, shape (n_rows, n_features)
    features : FeatureSet
    memberships : tuple of Membership
        Of these rows.
    who : ndarray, shape (n_rows,)
        Applicants.
    resampling : Resampling
        Its seed draws the sample too; its applicants are those of `who`.
    fewest : int
        Groups of fewer people are left out.
    threads : int, optional
    """
    found = []
    for one in memberships:
        people = one.people(who)
        shown = [position for position in range(len(one.names)) if people[position] >= fewest]
        if len(shown) == len(one.names) == 2:
            shown = shown[:1]
        for position in shown if len(one.names) > 1 else ():
            screen = _screen(X, features, one, position, who, resampling, threads)
            if screen is not None:
                found.append(screen)
    return tuple(found)


def _screen(
    X: Float64,
    features: FeatureSet,
    membership: Membership,
    position: int,
    who: Any,
    how: Resampling,
    threads: int | None,
) -> ProxyScreen | None:
    """Fit on the group against the others; a row that is guessed counts on both sides, as the guess says."""
    known = np.unique(membership.row)
    if known.size > MOST_ROWS:
        random = np.random.default_rng([how.seed, 31])
        known = np.sort(random.choice(known, MOST_ROWS, replace=False))
    inside = np.zeros(membership.n_rows)
    every = np.zeros(membership.n_rows)
    row, weight = membership.of_group(position)
    inside[row] = weight
    np.add.at(every, membership.row, membership.weight)
    both = np.concatenate([known[inside[known] > 0], known[every[known] > inside[known]]]).astype(np.int64)
    y = np.repeat(
        [1, 0], [np.count_nonzero(inside[known] > 0), np.count_nonzero(every[known] > inside[known])]
    )
    part = np.where(y == 1, inside[both], every[both] - inside[both])
    try:
        fitted = _predictor(features, how.seed, threads).fit(X[both], y, groups=who[both], sample_weight=part)
    except FittingError:
        return None
    area = _area(fitted, both, membership.n_rows, how)
    listed = _through(fitted, X, features, known, inside, every)
    group = membership.names[position]
    return ProxyScreen(membership.attribute, group, int(known.size), area.value, area.low, area.high, listed)


def _area(fitted: CreditScorer, both: Int64, n_rows: int, how: Resampling) -> Metric:
    """Area under the curve out of fold, with its interval by applicant."""
    report: Any = fitted.report_
    order = np.argsort(report.log_odds, kind="stable")
    rows, bad = both[report.index][order], report.bad[order]
    risk, w = report.log_odds[order], report.weight[order]

    def statistic(counts: Float64) -> list[float]:
        return [float(_kernels.ranking(risk, bad, counts[rows] * w)[0])]

    def usable(counts: Float64) -> bool:
        drawn = counts[rows] * w
        return bool(drawn @ bad > 0 and drawn @ (1.0 - bad) > 0)

    return how.metrics(["auc"], statistic, n_rows, usable)[0]


def _predictor(features: FeatureSet, seed: int, threads: int | None) -> CreditScorer:
    from creditscore.model.scorer import CreditScorer

    return CreditScorer(
        recipe="shallow", learning_rate=_RATE, n_estimators=_TREES, n_folds=3, folds="hash", bag=False,
        calibrate=False, seed=seed, threads=threads,
        categorical_features=[j for j, one in enumerate(features) if _is_labels(one.formula)],
    )  # fmt: skip


def _through(
    fitted: CreditScorer, X: Float64, features: FeatureSet, known: Int64, inside: Float64, every: Float64
) -> tuple[ProxyFeature, ...]:
    some = known[:: max(1, known.size // _EXPLAINED)]
    values = Explainer(fitted.model_).contributions(X[some], features, some.tolist(), threads=fitted.threads)
    size = np.abs(values.values).mean(axis=0)
    total = float(size.sum()) or 1.0
    order = [int(j) for j in np.argsort(-size, kind="stable")[:_LISTED] if size[j] > 0]
    declared = list(features)
    return tuple(
        ProxyFeature(
            declared[j].name,
            declared[j].reason_group,
            float(size[j]) / total,
            float("nan")
            if _is_labels(declared[j].formula)
            else _alone(X[known, j], inside[known], every[known]),
        )
        for j in order
    )


def _alone(values: Float64, inside: Float64, every: Float64) -> float:
    """Area of one feature by itself, whichever way it points; 0.5 where it is never known."""
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    share, weight = inside[order], every[order]
    if not (share.sum() > 0 and (weight - share).sum() > 0):
        return 0.5
    # a row that is guessed is both, so that goods and bads are parts of its weight
    part = np.divide(share, weight, out=np.zeros_like(share), where=weight > 0)
    area = float(_kernels.ranking(values[order], part, weight)[0])
    return max(area, 1.0 - area)


def _is_labels(formula: Any) -> bool:
    return isinstance(formula, Attribute) and formula.category
