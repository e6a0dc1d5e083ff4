"""Grow a model for each part of the rows on the others, all of them to the same number of trees."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.model.affine import AffineCalibration
from creditscore.model.boosting import BoostingData
from creditscore.model.calibration import fit_affine
from creditscore.model.growing import STEP, Growing
from creditscore.model.recipes import TreeRecipe
from creditscore.model.screening import telling
from creditscore.model.trees import Trees

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
    time : ndarray of int64, shape (n_rows,), or None
        Moments in microseconds since 1970-01-01 UTC.
    """

    data: BoostingData
    bad: NDArray[np.float64]
    weight: NDArray[np.float64]
    groups: NDArray[np.generic]
    time: NDArray[np.int64] | None = None

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

    def telling(self, rows: NDArray[np.int64], settings: GrowthSettings) -> NDArray[np.bool_] | None:
        """Which features tell more than chance on some rows, shape (n_features,); None without screening.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_grown,)
            Rows to grow on, rising.
        settings : GrowthSettings
        """
        return telling(self.data, rows, seed=self.data.settings.seed) if settings.screen else None

    def loss(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weighted log loss of raw log-odds of all rows, shape (n_rows,)."""
        seen = ~np.isnan(raw)
        loss = np.full(len(raw), np.nan)
        loss[seen] = self.weight[seen] * (np.logaddexp(0.0, raw[seen]) - self.bad[seen] * raw[seen])
        return loss

    def behind(self, loss: NDArray[np.float64], best: NDArray[np.float64]) -> tuple[float, float]:
        """Mean difference of two log losses on rows that both know, and its standard error over applicants.

        Parameters
        ----------
        loss, best : ndarray of float64, shape (n_rows,)
            Weighted log losses from `loss`; NaN where a row is not known.
        """
        seen = ~(np.isnan(loss) | np.isnan(best))
        _, who = np.unique(self.groups[seen], return_inverse=True)
        weight = self.weight[seen]
        mean = float((loss - best)[seen].sum() / weight.sum())
        apart = np.bincount(who.ravel(), weights=(loss - best)[seen] - mean * weight)
        return mean, float(np.sqrt((apart**2).sum()) / weight.sum())

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
    """How many trees at most, when to stop, what to deploy, and what to do if there is no signal."""

    recipes: tuple[TreeRecipe, ...]
    n_estimators: int
    patience: int
    bag: bool
    calibrate: bool
    flatten: bool
    threads: int
    screen: bool = False

    def threads_for(self, n_rows: int) -> int:
        """Threads that gain when they share the trees of a model: few rows are slower with more of them."""
        return min(self.threads, 1 + n_rows // ROWS_FOR_A_THREAD)


@dataclass(frozen=True, slots=True, eq=False)
class CrossFitted:
    """What one recipe says of each part of the rows, grown on the other parts.

    Attributes
    ----------
    recipe : TreeRecipe
    n_trees : int
        Trees with which the log loss of all parts together was least.
    texts : tuple of str
        The model of each part, canonical.
    raw : ndarray of float64, shape (n_rows,)
        Raw log-odds of bad, each row by a model that was not grown on it; NaN where it is in no part.
    loss : ndarray of float64, shape (n_rows,)
        Weighted log loss of these log-odds.
    """

    recipe: TreeRecipe
    n_trees: int
    texts: tuple[str, ...]
    raw: NDArray[np.float64]
    loss: NDArray[np.float64]

    def total(self) -> float:
        """Sum of the log losses of all rows."""
        return float(np.nansum(self.loss))


def least_loss(growing: Sequence[Growing], settings: GrowthSettings, pool: ThreadPoolExecutor) -> int:
    """Grow boosters in step until their log loss together no longer falls; return how many trees served best.

    Parameters
    ----------
    growing : sequence of Growing
        One for each part.
    settings : GrowthSettings
    pool : ThreadPoolExecutor
        Parts grow side by side, each on one thread: threads that share one tree would wait for each other.
    """
    best, found, step = np.inf, 1, 0
    while STEP * step < settings.n_estimators and STEP * (step - found) < settings.patience:
        step += 1
        list(pool.map(partial(Growing.extend, steps=step, most=settings.n_estimators), growing))
        loss = sum(one.losses[step - 1] for one in growing)
        if loss < best:
            best, found = loss, step
    return min(STEP * found, settings.n_estimators)


def cross_fitted(
    sample: Sample, recipe: TreeRecipe, growing: Sequence[Growing], n_trees: int, pool: ThreadPoolExecutor
) -> CrossFitted:
    """Seal the model of each part, and let it speak about its part.

    Parameters
    ----------
    sample : Sample
    recipe : TreeRecipe
    growing : sequence of Growing
        One for each part, grown far enough.
    n_trees : int
        Trees to keep of each.
    pool : ThreadPoolExecutor
    """
    texts = tuple(pool.map(lambda one: sample.data.seal(one.text(n_trees), one.rows), growing))
    raw = np.full(len(sample.bad), np.nan)
    for one, text in zip(growing, texts, strict=True):
        raw[one.held_out] = sample.raw(text, one.held_out, threads=1)
    return CrossFitted(recipe, n_trees, texts, raw, sample.loss(raw))
