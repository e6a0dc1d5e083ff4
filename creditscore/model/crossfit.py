"""Growing, stopping, calibrating and reporting on different rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.model.boosting import BoostingData
from creditscore.model.calibration import fit_affine
from creditscore.model.fitted import AffineCalibration
from creditscore.model.folds import CALIBRATE, REPORT, STOP, TRAIN, Folds, with_stop
from creditscore.model.trees import Trees

UNSTOPPED_TREES: Final = 100
ROWS_FOR_A_THREAD: Final = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Calibrated predictions for rows on which neither the trees nor the calibration were fitted.

    Attributes
    ----------
    index : ndarray of int64, shape (n_held_out,)
        Row numbers in what `fit` was given, rising.
    log_odds : ndarray of float64, shape (n_held_out,)
        Calibrated log-odds of bad.
    bad : ndarray of float64, shape (n_held_out,)
        1 for bad, 0 for good.
    weight : ndarray of float64, shape (n_held_out,)
        Sample weights.
    """

    index: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    bad: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Rows to fit on.

    Attributes
    ----------
    data : BoostingData
        Binned features.
    bad : ndarray of float64, shape (n_rows,)
        1 for bad, 0 for good.
    weight : ndarray of float64, shape (n_rows,)
        Above 0.
    groups : ndarray, shape (n_rows,)
        Who each row is about.
    """

    data: BoostingData
    bad: NDArray[np.float64]
    weight: NDArray[np.float64]
    groups: NDArray[np.generic]

    def raw(self, text: str, rows: NDArray[np.int64], threads: int) -> NDArray[np.float64]:
        """Score some rows with a model.

        Parameters
        ----------
        text : str
            Canonical LightGBM text.
        rows : ndarray of int64, shape (n_scored,)
            Row numbers.
        threads : int
            Threads at most; the result does not depend on it.

        Returns
        -------
        ndarray of float64, shape (n_scored,)
            Raw log-odds of bad.
        """
        return Trees.from_lightgbm_text(text).raw_scores(self.data.encoded[rows], threads=threads)

    def held_out(self, rows: NDArray[np.int64], log_odds: NDArray[np.float64]) -> HeldOut:
        """Put predictions together with what came of the rows.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_held_out,)
            Row numbers, rising.
        log_odds : ndarray of float64, shape (n_held_out,)
            Calibrated log-odds of bad.
        """
        return HeldOut(rows, log_odds, self.bad[rows], self.weight[rows])

    def calibration(
        self, raw: NDArray[np.float64], rows: NDArray[np.int64], *, flatten: bool
    ) -> AffineCalibration:
        """Calibrate raw log-odds of some rows.

        Parameters
        ----------
        raw : ndarray of float64, shape (n_chosen,)
            Raw log-odds of bad.
        rows : ndarray of int64, shape (n_chosen,)
            Their row numbers.
        flatten : bool
            See `fit_affine`.
        """
        return fit_affine(raw, self.bad[rows], self.weight[rows], flatten=flatten)


@dataclass(frozen=True, slots=True)
class GrowthSettings:
    """How many trees at most, whether to calibrate, and what to do if there is no signal."""

    n_estimators: int
    calibrate: bool
    flatten: bool
    seed: int
    threads: int

    def threads_for(self, n_rows: int) -> int:
        """Threads that gain when they share the trees of a model: few rows are slower with more of them."""
        return min(self.threads, 1 + n_rows // ROWS_FOR_A_THREAD)


def grow_in_time(
    sample: Sample, folds: Folds, settings: GrowthSettings
) -> tuple[str, AffineCalibration, HeldOut]:
    """Stop, calibrate and report each on rows later than the last.

    How many trees are grown is decided on the stop fold; then as many are grown on the train and the stop
    fold together. What is reported is the very model that is returned.
    """
    train, stop, calibrate, report = (folds.rows(part) for part in (TRAIN, STOP, CALIBRATE, REPORT))
    threads = settings.threads_for(len(train))
    n_trees = sample.data.best_number(train, stop, settings.n_estimators, threads=threads)
    text = sample.data.fit(folds.rows(TRAIN, STOP), n_trees, threads=threads)
    line = AffineCalibration()
    if settings.calibrate:
        raw = sample.raw(text, calibrate, settings.threads)
        line = sample.calibration(raw, calibrate, flatten=settings.flatten)
    reported = line.log_odds(sample.raw(text, report, settings.threads))
    return text, line, sample.held_out(report, reported)


def grow_by_parts(
    sample: Sample, folds: Folds, settings: GrowthSettings
) -> tuple[str, AffineCalibration, HeldOut]:
    """Cross-fit over parts of applicants, then grow the model on all rows.

    Each part gets raw log-odds from trees grown on the other parts, their number decided on a seventh of the
    applicants in these others. The model is grown on all rows with the median number. It is calibrated on the
    cross-fitted log-odds; what is reported for a part is calibrated on the others.
    """
    rows = folds.rows(*range(folds.n_parts))
    pairs = list(folds.pairs())
    with ThreadPoolExecutor(min(settings.threads, len(pairs))) as pool:
        parts = pool.map(lambda pair: _cross_fitted(sample, pair[0], pair[1], settings), pairs)
        grown = list(progress(parts, what="cross-fitting", total=len(pairs)))
    raw = np.full(len(folds.number), np.nan)
    for (_, report_rows), (_, scores) in zip(pairs, grown, strict=True):
        raw[report_rows] = scores
    n_trees = int(np.median([number for number, _ in grown]))
    text = sample.data.fit(rows, n_trees, threads=settings.threads_for(len(rows)))
    if not settings.calibrate:
        return text, AffineCalibration(), sample.held_out(rows, raw[rows])
    reported = raw.copy()
    for fit_rows, report_rows in pairs:
        line = sample.calibration(raw[fit_rows], fit_rows, flatten=settings.flatten)
        reported[report_rows] = line.log_odds(raw[report_rows])
    line = sample.calibration(raw[rows], rows, flatten=settings.flatten)
    return text, line, sample.held_out(rows, reported[rows])


def _cross_fitted(
    sample: Sample, rows: NDArray[np.int64], report_rows: NDArray[np.int64], settings: GrowthSettings
) -> tuple[int, NDArray[np.float64]]:
    """Return how many trees were grown on some rows, and the raw log-odds they give to others.

    Parts are grown side by side, each on one thread: threads that share one tree would wait for each other.
    """
    grow, stop = with_stop(rows, sample.groups, sample.bad, seed=settings.seed)
    n_trees = min(settings.n_estimators, UNSTOPPED_TREES)
    if len(stop):
        n_trees = sample.data.best_number(grow, stop, settings.n_estimators, threads=1)
    return n_trees, sample.raw(sample.data.fit(rows, n_trees, threads=1), report_rows, threads=1)
