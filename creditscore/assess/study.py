"""What all measurements look at: features, scores and outcomes of the same applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from creditscore._ground.arrays import Float64
from creditscore._ground.asked import check_made
from creditscore.data.aligned import outcomes_of
from creditscore.data.applications import Applications
from creditscore.data.given import check_given
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError
from creditscore.features.matrix import FeatureMatrix
from creditscore.pipeline.facade import CreditPipeline
from creditscore.pipeline.held_out import HeldOut
from creditscore.scoring.mismatch import Mismatches, OnMismatch
from creditscore.scoring.model import ScoringModel

Basis: TypeAlias = Literal["held_out", "given", "other", "training"]


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
    bad, judged, weight : ndarray of float64, shape (n_judged,)
        Their outcomes, the log-odds that are judged, and the weights of the fit (1 where there are none).
    basis : {"held_out", "given", "other", "training"}
        Neither trees nor calibration had seen them; they may be training rows, which is not known; they are
        none; they are, or some are.
    seed, threads
        As given.
    mismatches : tuple of Mismatch
        Where these applications and tables part from those of the fit.
    left_out : tuple of int
        Of the rows that the fit held out, the positions of those whose outcome is not given.
    same_outcomes : bool
        Whether the outcomes that are given are those that were kept.
    positions : tuple of int
        Of each judged row, its place among the rows that the fit held out; empty where it held out others.
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
    weight: Float64
    basis: Basis
    seed: int
    threads: int | None
    mismatches: Mismatches = ()
    left_out: tuple[int, ...] = ()
    same_outcomes: bool = True
    positions: tuple[int, ...] = ()

    @property
    def judged_as_of(self) -> NDArray[np.int64]:
        """Moments of the judged rows, shape (n_judged,)."""
        return self.applications.as_of[self.rows]

    @property
    def model(self) -> ScoringModel:
        """The fitted model."""
        return self.pipeline.model

    @property
    def sample_weight(self) -> Float64 | None:
        """Weights of the judged rows, shape (n_judged,); None where all count alike."""
        return None if (self.weight == 1.0).all() else self.weight

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
    on_mismatch: OnMismatch = "refuse",
) -> Study:
    """Compute features and scores once, and choose the rows to judge by.

    Rows that fitting held out are used where these are the applications that the pipeline was fitted on, in
    any order; otherwise all whose outcome is given, and the basis says whether they were training rows as far
    as that can be known. Without outcomes there is nothing to judge by.

    Parameters
    ----------
    pipeline : CreditPipeline
        Fitted or loaded.
    applications : Applications
    portfolio : Portfolio
    bad : array-like of shape (n_applications,), or mapping by application id, optional
        1 bad, 0 good, NaN not known; true and false, or 1 and 2, will do.
    seed : int
        Of everything that is drawn, 0 or more.
    threads : int or None
        None is one a processor; no figure depends on it.
    on_mismatch : {"refuse", "count"}, default "refuse"
        As for `CreditPipeline.score_many`.

    Raises
    ------
    ParameterError
        If there are no applications, or `bad` has another shape or another value.
    MismatchError
    """
    check_given(applications=applications, portfolio=portfolio, some=True)
    check_made("pipeline", pipeline, CreditPipeline, "a fitted CreditPipeline")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ParameterError.must_be("seed", "a whole number, 0 or more", seed)
    model = pipeline.model
    applications, matrix, found = model.computed(
        applications, portfolio, threads=threads, on_mismatch=on_mismatch
    )
    scored = model.scorable(matrix)
    log_odds = np.where(scored, model.fitted.log_odds(matrix.values, threads=threads), np.nan)
    ids = applications.application_ids
    labels = np.full(len(ids), np.nan) if bad is None else outcomes_of(bad, ids)
    held_out = _unseen(pipeline, applications, labels)
    if held_out is None or not held_out.rows.size:
        rows = np.flatnonzero(~np.isnan(labels) & scored)
        held_out = _UnseenRows(rows, log_odds[rows], np.ones(rows.size), (), True, ())
        basis = basis_of(pipeline, applications.take(rows))
    else:
        basis = "held_out"
    rows = held_out.rows
    return Study(
        pipeline, applications, portfolio, matrix, scored, log_odds, labels, rows, labels[rows],
        held_out.log_odds, held_out.weight, basis, seed, threads, found, held_out.left_out, held_out.same,
        held_out.positions,
    )  # fmt: skip


class Judged(Protocol):
    """What figures of a model are made of: applications with known outcomes, and what was said of them."""

    @property
    def model(self) -> ScoringModel:
        """The fitted model."""

    @property
    def pipeline(self) -> CreditPipeline:
        """It with what is kept of its fit."""

    @property
    def bad(self) -> Float64:
        """Outcomes, shape (n_judged,)."""

    @property
    def judged(self) -> Float64:
        """Log-odds, shape (n_judged,)."""

    @property
    def weight(self) -> Float64:
        """Weights, shape (n_judged,)."""

    @property
    def judged_as_of(self) -> NDArray[np.int64]:
        """Moments, shape (n_judged,)."""

    @property
    def basis(self) -> Basis:
        """What the figures rest on."""

    @property
    def seed(self) -> int:
        """Of the bootstrap."""

    @property
    def threads(self) -> int | None:
        """None is one a processor."""

    @property
    def left_out(self) -> tuple[int, ...]:
        """Of the rows that the fit held out, the positions of those that are not judged."""

    @property
    def same_outcomes(self) -> bool:
        """Whether outcomes are those that the fit kept."""


class _UnseenRows(NamedTuple):
    """Rows that are judged, rising; which of the kept ones were left out, and which these are."""

    rows: NDArray[np.int64]
    log_odds: Float64
    weight: Float64
    left_out: tuple[int, ...]
    same: bool
    positions: tuple[int, ...]


def _unseen(pipeline: CreditPipeline, applications: Applications, labels: Float64) -> _UnseenRows | None:
    """Find the rows that fitting held out and whose outcome is given; None if these are no such rows."""
    held_out = pipeline.held_out
    if held_out is None:
        return None
    rows = held_out.rows_in(applications)
    if rows is None:
        if held_out.applications_sha256 or not _fits(held_out, pipeline, labels):
            return None
        rows = held_out.index
    order = np.argsort(rows)
    rows, judged, weight = rows[order], held_out.log_odds[order], held_out.weight[order]
    known = ~np.isnan(judged) & ~np.isnan(labels[rows])
    left_out = order[~known & ~np.isnan(judged)]
    same = bool((labels[rows[known]] == held_out.bad[order][known]).all())
    left, positions = tuple(sorted(left_out.tolist())), tuple(order[known].tolist())
    return _UnseenRows(rows[known], judged[known], weight[known], left, same, positions)


def basis_of(pipeline: CreditPipeline, applications: Applications) -> Basis:
    """Say what figures of rows that fitting did not hold out rest on."""
    held_out = pipeline.held_out
    fitted = None if held_out is None else held_out.share_fitted(applications)
    return "given" if fitted is None else "training" if fitted else "other"


def _fits(held_out: HeldOut, pipeline: CreditPipeline, labels: Float64) -> bool:
    """Tell whether these are the applications of a fit that kept no identity: as many, with its outcomes."""
    if pipeline.report is None or pipeline.report.applications != labels.size:
        return False
    return bool((labels[held_out.index] == held_out.bad).all())


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
