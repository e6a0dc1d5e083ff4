"""What all measurements look at: features, scores and outcomes of the same applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Float64
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.features.matrix import FeatureMatrix
from creditscore.pipeline.facade import CreditPipeline
from creditscore.scoring.model import ScoringModel

if TYPE_CHECKING:
    from creditscore.pipeline.held_out import HeldOut

Basis: TypeAlias = Literal["held_out", "given"]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Applications with everything computed from them once.

    Attributes
    ----------
    pipeline, applications, portfolio
        As given.
    matrix : FeatureMatrix
        Features of all applications.
    scored : ndarray of bool, shape (n_applications,)
        Who has the minimum data.
    log_odds : ndarray of float64, shape (n_applications,)
        Calibrated log-odds of bad by the model; NaN where not scored.
    labels : ndarray of float64, shape (n_applications,)
        Outcomes as given; NaN where not known.
    rows : ndarray of int64, shape (n_judged,)
        Applications whose outcome is known and on which the model is judged.
    bad, judged : ndarray of float64, shape (n_judged,)
        Their outcomes, and the log-odds that are judged.
    basis : {"held_out", "given"}
        Whether neither trees nor calibration had seen them, or nothing is known about that.
    seed, threads
        As given.
    """

    pipeline: CreditPipeline
    applications: Applications
    portfolio: Portfolio
    matrix: FeatureMatrix
    scored: NDArray[np.bool_]
    log_odds: Float64
    labels: Float64
    rows: NDArray[np.int64]
    bad: Float64
    judged: Float64
    basis: Basis
    seed: int
    threads: int | None

    @property
    def model(self) -> ScoringModel:
        """The fitted model."""
        return self.pipeline.model

    @property
    def has_both(self) -> bool:
        """Whether there are bads and goods to judge by."""
        return bool(self.bad.size) and 0.0 < float(self.bad.mean()) < 1.0

    def sample(self, most: int, purpose: int) -> NDArray[np.int64]:
        """Draw scored applications without replacement.

        Parameters
        ----------
        most : int
            How many at most.
        purpose : int
            Keeps draws for different ends apart.

        Returns
        -------
        ndarray of int64, shape (n_drawn,)
            Row numbers, rising; all scored rows where there are no more than `most`.
        """
        known = np.flatnonzero(self.scored)
        if known.size <= most:
            return known
        drawn = np.random.default_rng([self.seed, purpose]).choice(known, most, replace=False)
        return np.sort(drawn)


def study_of(
    pipeline: CreditPipeline,
    applications: Applications,
    portfolio: Portfolio,
    bad: ArrayLike | None,
    *,
    seed: int,
    threads: int | None,
) -> Study:
    """Compute features and scores once, and choose the rows to judge by.

    Rows that fitting held out are used where the pipeline still has them and these are the applications that
    it was fitted on; otherwise all whose outcome is given.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted or loaded.
    applications : Applications
    portfolio : Portfolio
    bad : array-like of float64, shape (n_applications,), optional
        1 bad, 0 good, NaN not known.
    seed : int
        Of everything that is drawn, 0 or more.
    threads : int or None
        None is one a processor; no figure depends on it.

    Raises
    ------
    ParameterError
        If there are no applications, or `bad` has another shape or another value.
    """
    check_given(applications=applications, portfolio=portfolio, some=True)
    model = pipeline.model
    matrix = model.computer.compute(applications, portfolio, threads=threads)
    scored = model.scorable(matrix)
    log_odds = np.where(scored, model.fitted.log_odds(matrix.values, threads=threads), np.nan)
    labels = _labels(bad, len(applications))
    basis: Basis = "given"
    held_out = pipeline.held_out
    if held_out is not None and _fits(held_out, pipeline, labels):
        known = ~np.isnan(held_out.log_odds)
        rows, truth, judged = held_out.index[known], held_out.bad[known], held_out.log_odds[known]
        basis = "held_out"
    else:
        rows = np.flatnonzero(~np.isnan(labels) & scored)
        truth, judged = labels[rows], log_odds[rows]
    return Study(
        pipeline, applications, portfolio, matrix, scored, log_odds, labels, rows, truth, judged, basis,
        seed, threads,
    )  # fmt: skip


def _labels(bad: ArrayLike | None, rows: int) -> Float64:
    if bad is None:
        return np.full(rows, np.nan)
    labels = np.asarray(bad, np.float64)
    if labels.shape != (rows,):
        raise ParameterError.must_be("bad", f"one value for each of {rows} applications", labels.shape)
    wrong = ~(np.isnan(labels) | (labels == 0.0) | (labels == 1.0))
    if wrong.any():
        raise ParameterError.must_be("bad", "1 for bad, 0 for good, NaN for not known", labels[wrong][0])
    return labels


def _fits(held_out: HeldOut, pipeline: CreditPipeline, labels: Float64) -> bool:
    """Tell whether these are the applications of the fit: as many, and the same outcomes where known."""
    if pipeline.report is None or pipeline.report.applications != labels.size:
        return False
    given = labels[held_out.index]
    return bool((np.isnan(given) | (given == held_out.bad)).all())


def quarters(as_of: NDArray[np.int64]) -> Mapping[str, NDArray[np.bool_]]:
    """Part applications by calendar quarter of their moment, in UTC.

    Parameters
    ----------
    as_of : ndarray of int64, shape (n_rows,)
        Moments in microseconds since 1970, UTC; at least one.

    Returns
    -------
    mapping of str to ndarray of bool, shape (n_rows,)
        Which rows each quarter holds, by its name, in time order; empty if all have one moment.

    Examples
    --------
    >>> quarters(np.array(["2025-03-31", "2025-04-01"], "M8[us]").astype(np.int64))
    {'2025-Q1': array([ True, False]), '2025-Q2': array([False,  True])}
    """
    if as_of.min() == as_of.max():
        return {}
    months = as_of.astype("M8[us]").astype("M8[M]").astype(np.int64)
    numbers = months // 3
    return {
        f"{1970 + number // 4}-Q{number % 4 + 1}": numbers == number for number in np.unique(numbers).tolist()
    }
