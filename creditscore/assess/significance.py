"""Whether each datum of a score is significant: likelihood-ratio tests on rows that were held out in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Float64
from creditscore._ground.numbers import finite_number
from creditscore._ground.progress import progress
from creditscore.assess.beside import Beside
from creditscore.assess.stability import refitted
from creditscore.assess.study import Study, study_of
from creditscore.assess.values import Measurement
from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.errors import FittingError, ParameterError
from creditscore.explain.explainer import Explainer
from creditscore.features.formula import attributes
from creditscore.pipeline.facade import CreditPipeline

_MOST_FOLDS: Final = 1_000
FOLDS: Final = 3
LEVEL: Final = 0.05
_STEPS: Final = 60
_ENOUGH: Final = 1e-10
_FLAT: Final = 1e-12


@dataclass(frozen=True, slots=True)
class DatumTest(Measurement):
    """The test of one datum, or of all of a group.

    Attributes
    ----------
    name : str
        Of the feature; of a group, the group's.
    group : str
    statistic : float
        Twice the log-likelihood that it adds beside all others, 0 or more.
    p : float
        One-sided, within 0 and 1: 1 where it points the other way.
    holm : float
        The same, corrected for the number of tests by Holm's method.
    significant : bool
        Whether that is no more than the level.
    """

    name: str
    group: str
    statistic: float
    p: float
    holm: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Significance(Measurement):
    """Whether each datum of a score is significant.

    Attributes
    ----------
    model_id : str
    method : str
        Always ``"likelihood_ratio"``.
    rows, folds : int
        Applications that were held out in turn, and in how many parts.
    level : float
        Of the tests, within 0 and 1.
    seed : int
        Of the parts.
    groups, features : tuple of DatumTest
        By group, and of each feature that a tree reads; smallest p-value first.
    """

    model_id: str
    method: str
    rows: int
    folds: int
    level: float
    seed: int
    groups: tuple[DatumTest, ...]
    features: tuple[DatumTest, ...]

    @property
    def not_significant(self) -> tuple[str, ...]:
        """Features that a tree reads and that are not significant."""
        return tuple(one.name for one in self.features if not one.significant)

    def __str__(self) -> str:
        few, all_of_them = ", ".join(self.not_significant[:8]) or "none", len(self.features)
        return (
            f"{all_of_them - len(self.not_significant)} of {all_of_them} features are significant at "
            f"{self.level:g} on {self.rows:,} held-out rows; not: {few}"
        )

    __repr__ = __str__


def assess_significance(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike,
    *,
    folds: int = FOLDS,
    level: float = LEVEL,
    seed: int = 0,
    threads: int | None = None,
) -> Significance:
    """Test whether each datum of a model says something beside all the others, on rows it was not fitted to.

    The model is fitted anew as often as there are folds, each time without one part of the applicants, and
    explained on that part. The log-odds are split into what the datum contributed and the rest; a logistic
    regression of the outcomes on both is compared, by likelihood ratio, with one on the rest alone. Up to
    five data that it goes along with most (rank correlation of 0.15 or more, chosen without the outcomes)
    stand in both regressions by themselves, by value and contribution: what trees leave of a strong column
    is not credited to one that only follows it. What is made of the same column does not stand there. Signs
    count: what points the other way on held-out rows is not significant. Holm's method holds the chance of
    any false finding at the level, for the groups and for the features.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted.
    applications, portfolio
        What it was fitted on, or others like them.
    bad : array-like of shape (n_applications,), or mapping by application id
        1 bad, 0 good, NaN not known.
    folds : int, default 3
    level : float, default 0.05
    seed : int, default 0
    threads : int, optional
        Default: one a processor. No figure depends on it.

    Returns
    -------
    Significance

    Raises
    ------
    ParameterError
        If folds or level cannot be.
    FittingError
        If there are too few goods or bads to leave a part out.

    References
    ----------
    Wilks (1938), The large-sample distribution of the likelihood ratio, Annals of Mathematical Statistics 9.
    Holm (1979), A simple sequentially rejective multiple test procedure, Scand. Journal of Statistics 6.

    Examples
    --------
    >>> import creditscore as cs
    >>> german = cs.datasets.load_german()
    >>> scorer = cs.CreditScorer(n_estimators=20)
    >>> pipeline = cs.CreditPipeline([cs.application_features(("amount", "term_days"))], scorer=scorer)
    >>> pipeline = pipeline.fit(german.applications, cs.Portfolio(), german.bad)
    >>> found = assess_significance(pipeline, german.applications, cs.Portfolio(), german.bad)
    >>> {one.name: one.significant for one in found.features}["application_term_days"]
    True
    """
    study = study_of(pipeline, applications, portfolio, bad, seed=seed, threads=threads)
    return significance_of(study, folds=folds, level=level)


def significance_of(study: Study, *, folds: int = FOLDS, level: float = LEVEL) -> Significance:
    """Test every datum of a study; see `assess_significance`."""
    if isinstance(folds, bool) or not isinstance(folds, int) or not 2 <= folds <= _MOST_FOLDS:
        raise ParameterError.must_be("folds", f"a whole number from 2 to {_MOST_FOLDS:,}", folds)
    if not 0.0 < finite_number("level", level) < 1.0:
        raise ParameterError.must_be("level", "between 0 and 1", level)
    phi, odds, rows = _in_turn(study, folds)
    bad, weight = study.bad[rows], study.weight[rows]
    weight = weight / weight.mean()
    features = study.model.computer.features
    used = np.flatnonzero(phi.any(axis=0))
    phi, values = phi[:, used], study.matrix.values[study.rows[rows]][:, used]
    of_used = [features[name] for name in np.array(features.names, object)[used]]
    columns = [frozenset(one.column for one in attributes(feature.formula)) for feature in of_used]
    groups = np.array([feature.reason_group for feature in of_used], object)
    members = {name: np.flatnonzero(groups == name) for name in sorted(set(groups.tolist()))}
    by_group = [Datum(name, name, own) for name, own in members.items()]
    by_feature = [Datum(one.name, one.reason_group, np.array([k])) for k, one in enumerate(of_used)]
    unseen = UnseenRows(phi, odds, bad, weight, Beside.of(values, phi, bad, columns))
    return Significance(
        model_id=study.model.model_id,
        method="likelihood_ratio",
        rows=int(rows.size),
        folds=folds,
        level=level,
        seed=study.seed,
        groups=data_tests(by_group, unseen, level),
        features=data_tests(by_feature, unseen, level),
    )


def _in_turn(study: Study, folds: int) -> tuple[Float64, Float64, NDArray[np.int64]]:
    """Contributions, shape (n_rows, n_features), log-odds and positions of rows held out in turn."""
    who = np.array([str(study.applications.applicant_ids[row]) for row in study.rows.tolist()])
    people, member = np.unique(who, return_inverse=True)
    part = np.random.default_rng([study.seed, 11]).permutation(people.size)[member] % folds
    features = study.model.computer.features
    phi = np.full((study.rows.size, len(features)), np.nan)
    odds = np.full(study.rows.size, np.nan)
    for number in progress(list(range(folds)), what="significance", total=folds):
        others, own = np.flatnonzero(part != number), np.flatnonzero(part == number)
        if np.unique(study.bad[others]).size < 2 or own.size == 0:
            raise FittingError("Too few goods or bads to leave a part out. Give more applications.")
        explainer = Explainer(refitted(study, others))
        found = explainer.contributions(
            study.matrix.values[study.rows[own]], features, own.tolist(), threads=study.threads
        )
        phi[own], odds[own] = found.values, found.log_odds
    there = np.flatnonzero(~np.isnan(odds) & (study.weight > 0.0))
    return phi[there], odds[there], there


class Datum(NamedTuple):
    """A feature or a group, and where it stands among what was held out: ``own`` has shape (n_own,)."""

    name: str
    group: str
    own: NDArray[np.int64]


class UnseenRows(NamedTuple):
    """What is known of held-out rows: ``phi`` has shape (n_rows, n_used), the others (n_rows,)."""

    phi: Float64
    odds: Float64
    bad: Float64
    weight: Float64
    beside: Beside


def data_tests(data: list[Datum], unseen: UnseenRows, level: float) -> tuple[DatumTest, ...]:
    """Test data on rows that were held out: smallest p-value first, each corrected for their number."""
    from scipy.stats import chi2

    found: list[tuple[str, str, float, float]] = []
    for name, group, own in data:
        part = unseen.phi[:, own].sum(axis=1)
        others = np.column_stack([unseen.odds - part, unseen.beside.chosen(part, own)])
        gain, slope = _gain(others, part, unseen.bad, unseen.weight)
        p = 0.5 * float(chi2.sf(gain, 1)) if slope > 0.0 else 1.0
        found.append((name, group, gain, p))
    found.sort(key=lambda one: (one[3], -one[2], one[0]))
    corrected = holm([one[3] for one in found])
    return tuple(
        DatumTest(name, group, gain, p, adjusted, adjusted <= level)
        for (name, group, gain, p), adjusted in zip(found, corrected, strict=True)
    )


def holm(p: list[float]) -> list[float]:
    """Correct p-values in rising order for their number (Holm 1979).

    Examples
    --------
    >>> holm([0.01, 0.02, 0.9])
    [0.03, 0.04, 0.9]
    """
    adjusted: list[float] = []
    for k, value in enumerate(p):
        adjusted.append(max(min(1.0, value * (len(p) - k)), adjusted[-1] if adjusted else 0.0))
    return adjusted


def _gain(others: Float64, part: Float64, bad: Float64, weight: Float64) -> tuple[float, float]:
    """Twice the log-likelihood that a column adds to others, and its slope.

    Arrays: ``others`` shape (n_rows, n_others); ``part``, ``bad``, ``weight`` shape (n_rows,).
    """
    spread = float(part.std())
    if spread <= _FLAT:
        return 0.0, 0.0
    columns = np.column_stack([np.ones_like(part), others, (part - part.mean()) / spread])
    without, _ = _fitted(columns[:, :-1], bad, weight)
    with_it, slopes = _fitted(columns, bad, weight)
    return max(2.0 * (with_it - without), 0.0), float(slopes[-1])


def _fitted(columns: Float64, bad: Float64, weight: Float64) -> tuple[float, Float64]:
    """Log-likelihood and slopes of a logistic regression, by Newton's method; columns (n_rows, n_columns)."""
    slopes = np.zeros(columns.shape[1])
    best = _likelihood(columns @ slopes, bad, weight)
    for _ in range(_STEPS):
        odds = columns @ slopes
        p = 0.5 * (1.0 + np.tanh(0.5 * odds))
        gradient = columns.T @ (weight * (bad - p))
        curvature = (columns * (weight * p * (1.0 - p))[:, None]).T @ columns
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        size, found = 1.0, _likelihood(columns @ (slopes + step), bad, weight)
        while found < best and size > _ENOUGH:
            size /= 2.0
            found = _likelihood(columns @ (slopes + size * step), bad, weight)
        if found - best <= _ENOUGH * (1.0 + abs(best)):
            break
        slopes, best = slopes + size * step, found
    return best, slopes


def _likelihood(odds: Float64, bad: Float64, weight: Float64) -> float:
    return float(-(weight * np.logaddexp(0.0, np.where(bad == 1.0, -odds, odds))).sum())
