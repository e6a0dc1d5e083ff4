"""Bootstrap intervals: a resample is a vector of counts, and every figure takes weights."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore.errors import ParameterError
from creditscore.validation import _checks
from creditscore.validation._sample import Sample
from creditscore.validation.resampling import Resampling
from creditscore.validation.results import Metric, MetricTable, Performance, PerformanceDifference

Floats = NDArray[np.float64]
_Table = TypeVar("_Table", bound=MetricTable)

NAMES: Final = ("auc", "gini", "ks", "brier", "log_loss", "calibration_slope", "calibration_intercept")


def performance(
    bad: ArrayLike,
    log_odds: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    applicants: ArrayLike | None = None,
    resamples: int = 500,
    level: float = 0.95,
    stratified: bool = False,
    seed: int = 0,
    threads: int | None = None,
) -> Performance:
    """Measure discrimination and calibration with percentile bootstrap intervals.

    Parameters
    ----------
    bad : array-like of shape (n_applications,)
        1 for bad, 0 for good; both must occur.
    log_odds : array-like of shape (n_applications,)
        Predicted log-odds of bad, finite; higher is riskier.
    sample_weight : array-like of shape (n_applications,), optional
        Weights, 0 or more; they multiply the counts of a resample.
    applicants : array-like of str or int, shape (n_applications,), optional
        Who each row is about. Applicants are then drawn with all their rows; by default rows are drawn.
    resamples : int, default=500
        How many resamples, at least 2.
    level : float, default=0.95
        Confidence, between 0 and 1.
    stratified : bool, default=False
        Draw goods and bads apart, so that each resample keeps their numbers. The intervals then leave
        out the uncertainty of the bad rate itself, which calibration figures carry.
    seed : int, default=0
        0 or more. Resample ``k`` depends on the seed and on ``k`` alone, whatever the threads.
    threads : int or None, default=None
        At most so many threads; None means one for each processor.

    Returns
    -------
    Performance
        AUC, Gini, KS, Brier score, log loss, calibration slope and intercept. Ends of an interval are
        values that some resample took. A resample without both classes is drawn again.

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(7)
    >>> log_odds = random.normal(-2.0, 1.0, 5_000)
    >>> bad = random.random(5_000) < 1 / (1 + np.exp(-log_odds))
    >>> figures = performance(bad, log_odds, resamples=100)
    >>> figures["calibration_slope"].low < 1 < figures["calibration_slope"].high
    True
    """
    sample = Sample.calibrated(bad, log_odds, sample_weight)
    plan = _Plan.of(resamples, level, stratified, seed, threads, applicants)
    values = sample.figures(np.ones(sample.bad.size))[0]
    drawn = plan.replicates(sample)[:, 0, :]
    return plan.table(Performance, values, drawn, sample)


def performance_difference(
    bad: ArrayLike,
    log_odds: ArrayLike,
    reference_log_odds: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    applicants: ArrayLike | None = None,
    resamples: int = 500,
    level: float = 0.95,
    stratified: bool = False,
    seed: int = 0,
    threads: int | None = None,
) -> PerformanceDifference:
    """Measure a score minus a reference score on the same applications, resampled as pairs.

    Pairing keeps what the two scores share out of the interval, which is then far narrower than two
    intervals side by side suggest.

    Parameters
    ----------
    bad, sample_weight, applicants, resamples, level, stratified, seed, threads
        As for :func:`performance`; arrays of shape (n_applications,).
    log_odds, reference_log_odds : array-like of shape (n_applications,)
        Predicted log-odds of bad of the score and of what it is compared with, finite.

    Returns
    -------
    PerformanceDifference
        Score minus reference: above 0 favours the score in AUC, Gini and KS, below 0 in Brier score
        and log loss.

    Raises
    ------
    ParameterError
        If the rows do not match, a value is not finite, or one of the classes is absent.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(7)
    >>> log_odds = random.normal(-2.0, 1.5, 5_000)
    >>> bad = random.random(5_000) < 1 / (1 + np.exp(-log_odds))
    >>> noisy = log_odds + random.normal(0.0, 1.5, 5_000)
    >>> performance_difference(bad, log_odds, noisy, resamples=100)["auc"].low > 0
    True
    """
    scores = {"log_odds": log_odds, "reference_log_odds": reference_log_odds}
    sample = Sample.ranked(bad, scores, sample_weight)
    plan = _Plan.of(resamples, level, stratified, seed, threads, applicants)
    first, second = sample.figures(np.ones(sample.bad.size))
    drawn = plan.replicates(sample)
    return plan.table(PerformanceDifference, first - second, drawn[:, 0, :] - drawn[:, 1, :], sample)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to resample."""

    resamples: int
    level: float
    stratified: bool
    seed: int
    threads: int
    applicants: ArrayLike | None

    @classmethod
    def of(
        cls,
        resamples: int,
        level: float,
        stratified: bool,
        seed: int,
        threads: int | None,
        applicants: ArrayLike | None,
    ) -> _Plan:
        if stratified and applicants is not None:
            raise ParameterError.must_be(
                "stratified", "false where applicants are given, who have goods and bads", stratified
            )
        wanted = (os.cpu_count() or 1) if threads is None else _checks.at_least("threads", threads, 1)
        return cls(
            _checks.at_least("resamples", resamples, 2),
            _checks.level(level),
            stratified,
            _checks.at_least("seed", seed, 0),
            wanted,
            applicants,
        )

    def table(self, kind: type[_Table], values: Floats, drawn: Floats, sample: Sample) -> _Table:
        """Join figures with their intervals and with how they were made."""
        return kind(
            metrics=_metrics(values, drawn, self.level),
            applications=sample.bad.size,
            bads=int(sample.bad.sum()),
            level=self.level,
            resamples=self.resamples,
            seed=self.seed,
            stratified=self.stratified,
        )

    def replicates(self, sample: Sample) -> Floats:
        """Figures of every resample, of shape (resamples, scores, figures)."""
        if self.applicants is not None:
            return self._by_applicant(self.applicants, sample)
        strata = self._strata(sample.bad)

        def replicate(source: np.random.SeedSequence) -> Floats:
            random = np.random.default_rng(source)
            return sample.figures(_counts(random, strata, sample.bad.size, sample.has_both))

        sources = np.random.SeedSequence(self.seed).spawn(self.resamples)
        with ThreadPoolExecutor(self.threads) as pool:
            return np.stack(list(pool.map(replicate, sources)))

    def _by_applicant(self, applicants: ArrayLike, sample: Sample) -> Floats:
        """The same, where whoever has several rows comes, or stays away, with all of them."""
        drawing = Resampling(applicants, self.resamples, self.level, self.seed, self.threads)
        shape = sample.figures(np.ones(sample.bad.size)).shape
        drawn = drawing.drawn(lambda counts: sample.figures(counts).ravel(), sample.bad.size, sample.has_both)
        return drawn.reshape(self.resamples, *shape)

    def _strata(self, bad: Floats) -> Sequence[NDArray[np.intp]]:
        if self.stratified:
            return [np.flatnonzero(bad == 0), np.flatnonzero(bad == 1)]
        return [np.arange(bad.size)]


def _counts(
    random: np.random.Generator,
    strata: Sequence[NDArray[np.intp]],
    n_rows: int,
    usable: Callable[[Floats], bool],
) -> Floats:
    counts = np.empty(n_rows)
    while True:
        for rows in strata:
            counts[rows] = np.bincount(random.integers(0, rows.size, rows.size), minlength=rows.size)
        if usable(counts):
            return counts


def _metrics(values: Floats, drawn: Floats, level: float) -> tuple[Metric, ...]:
    """Join figures with their percentile intervals, over the resamples in which they exist."""
    tail = (1.0 - level) / 2.0
    metrics = []
    for name, value, column in zip(NAMES, values, drawn.T, strict=False):
        known = column[~np.isnan(column)]
        low = float(np.quantile(known, tail, method="lower")) if known.size else float("nan")
        high = float(np.quantile(known, 1.0 - tail, method="higher")) if known.size else float("nan")
        metrics.append(Metric(name, float(value), low, high))
    return tuple(metrics)
