"""What a score is worth on all applicants, where the declined have a prior and no outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import FittingError, ParameterError
from creditscore.validation import _checks as asked
from creditscore.validation._sample import Sample
from creditscore.validation.bootstrap import NAMES
from creditscore.validation.rejects._checks import check_both, partial_outcomes
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric, Performance

Floats = NDArray[np.float64]
_PURPOSE: Final = 31


def performance_with_rejects(
    bad: ArrayLike,
    log_odds: ArrayLike,
    prior: ArrayLike,
    *,
    prior_spread: float = 0.0,
    sample_weight: ArrayLike | None = None,
    applicants: ArrayLike | None = None,
    resamples: int = 300,
    level: float = 0.95,
    seed: int = 0,
    threads: int | None = None,
) -> Performance:
    """Measure a score on all applications: outcomes of the declined are drawn from a prior, many times over.

    The figures are as good as the prior: one that is made by the very score that is judged flatters it.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 bad, 0 good, NaN for those without an outcome.
    log_odds : array-like of shape (n_applications,)
        Of bad, by the score that is judged; finite.
    prior : array-like of shape (n_applications,)
        Chance to go bad of those without an outcome, within 0 and 1, by another score or by what an
        exploration showed; what stands beside an outcome is not read.
    prior_spread : float, default 0
        Standard deviation, in log-odds, by which all priors may be off together; 0 or more.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more.
    applicants : array-like of shape (n_applications,), optional
        Who each row is about; they are drawn with all their rows.
    resamples, level, seed, threads
        As for `performance`; each resample draws applicants and outcomes.

    Returns
    -------
    Performance
        Its `bads` are those seen and the expected ones, rounded. A figure is its mean over draws of outcomes.

    Raises
    ------
    FittingError
        If a class is missing among those with an outcome.
    ParameterError
        If arrays do not fit.

    References
    ----------
    Kozodoi, Lessmann, Alamgir, Moreira-Matias and Papakonstantinou (2024), Fighting sampling bias: a
    framework for training and evaluating credit scoring models, arXiv 2407.13009: Bayesian evaluation.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> log_odds = rng.normal(-1, 1.5, 4000)
    >>> chance = 1 / (1 + np.exp(-log_odds))
    >>> bad = (rng.random(4000) < chance).astype(float)
    >>> whole = bad.copy()
    >>> bad[log_odds > -0.5] = np.nan
    >>> from creditscore.validation import auc, performance
    >>> found = performance_with_rejects(bad, log_odds, chance, resamples=50)
    >>> abs(found["auc"].value - auc(whole, log_odds)) < 0.01
    True
    """
    outcomes = partial_outcomes(bad)
    open_ = np.isnan(outcomes)
    check_both(outcomes[~open_])
    if not open_.any():
        raise FittingError("Every application has an outcome. Use creditscore.validation.performance.")
    score = asked.finite("log_odds", log_odds, outcomes.size)
    chance = _prior(prior, open_)
    if not 0.0 <= prior_spread < np.inf:
        raise ParameterError.must_be("prior_spread", "0 or more", prior_spread)
    drawing = Resampling(applicants, resamples, level, seed, threads)
    plain = Resampling(None, resamples, level, seed, threads)
    weight = np.ones(outcomes.size) if sample_weight is None else np.asarray(sample_weight, np.float64)
    known = np.where(open_, 0.0, outcomes)
    asked.weights(weight, known if np.unique(known).size > 1 else outcomes)

    def figures(counts: Floats) -> Floats:
        # what is drawn of the outcomes hangs on the draw of the rows alone, whatever the threads
        random = np.random.default_rng([seed, _PURPOSE, int(counts @ np.arange(1, counts.size + 1))])
        drawn = _outcomes(random, outcomes, open_, chance, prior_spread)
        return np.asarray(Sample.calibrated(drawn, score, weight).figures(counts)[0])

    low, high = drawing.ends(drawing.drawn(figures, outcomes.size, _usable(outcomes)))
    means = _means(plain, outcomes, open_, chance, score, weight, prior_spread)
    ends = zip(NAMES, means.tolist(), low.tolist(), high.tolist(), strict=True)
    bads = round(float(np.nansum(outcomes) + chance[open_].sum()))
    metrics = tuple(Metric(*one) for one in ends)
    return Performance(metrics, outcomes.size, bads, level, resamples, seed, stratified=False)


def _prior(prior: ArrayLike, open_: NDArray[np.bool_]) -> Floats:
    chance = np.array(prior, np.float64)
    if chance.shape != open_.shape:
        raise ParameterError.must_be("prior", f"1-D with the {open_.size} rows of 'bad'", chance.shape)
    inside = (chance[open_] >= 0.0) & (chance[open_] <= 1.0)
    if not inside.all():
        wrong = chance[open_][~inside][0]
        raise ParameterError.must_be("prior", "within 0 and 1 wherever there is no outcome", wrong)
    return np.where(open_, chance, 0.0)


def _outcomes(
    random: np.random.Generator, outcomes: Floats, open_: NDArray[np.bool_], chance: Floats, spread: float
) -> Floats:
    shift = np.exp(random.normal(0.0, spread)) if spread else 1.0
    odds = shift * chance / np.maximum(1.0 - chance, 1e-12)
    return np.where(open_, (random.random(outcomes.size) < odds / (1.0 + odds)), outcomes)


def _means(
    plain: Resampling,
    outcomes: Floats,
    open_: NDArray[np.bool_],
    chance: Floats,
    score: Floats,
    weight: Floats,
    spread: float,
) -> Floats:
    """Figures of all rows, averaged over draws of outcomes."""
    sums, ones = np.zeros(len(NAMES)), np.ones(outcomes.size)
    draws = min(plain.resamples, 100)
    for number in range(draws):
        random = np.random.default_rng([plain.seed, _PURPOSE, 1, number])
        drawn = _outcomes(random, outcomes, open_, chance, spread)
        sums += np.asarray(Sample.calibrated(drawn, score, weight).figures(ones)[0])
    return sums / draws


def _usable(outcomes: Floats) -> Callable[[Floats], bool]:
    """Whether a draw of rows, shape (n_rows,), has seen goods and seen bads."""
    return lambda counts: bool(counts[outcomes == 1.0].any() and counts[outcomes == 0.0].any())
