"""What later blocks, or parts of applicants, say of a model, and which recipes time tells apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.model.affine import AffineCalibration
from creditscore.model.crossfit import CrossFitted, GrowthSettings, HeldOut, Sample
from creditscore.model.folds import Folds
from creditscore.model.level import Level, applications_in, level_of, newest_tenth
from creditscore.model.origins import Origins

ERRORS_IN_TIME: Final = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One block of time as models of the rows before it see it.

    Attributes
    ----------
    aside : ndarray of int64, shape (n_aside,)
        Rows before it that no tree was grown on: they calibrate.
    judged : ndarray of int64, shape (n_judged,)
        Its rows.
    raw : ndarray of float64, shape (n_recipes, n_aside + n_judged)
        Raw log-odds of both by each recipe.
    """

    aside: NDArray[np.int64]
    judged: NDArray[np.int64]
    raw: NDArray[np.float64]


def in_time(
    sample: Sample,
    folds: Folds,
    origins: Origins,
    kept: Sequence[CrossFitted],
    settings: GrowthSettings,
) -> tuple[Block, ...]:
    """Grow each recipe on all parts but one of the rows before each block, and let it speak of the block.

    Parameters
    ----------
    sample : Sample
    folds : Folds
        Parts of the applicants: another one is left aside for each block.
    origins : Origins
    kept : sequence of CrossFitted
        The recipes, and how many trees each gets.
    settings : GrowthSettings
    """
    blocks = []
    pairs = list(origins.pairs())
    for number, (before, judged) in enumerate(progress(pairs, what="judging in time", total=len(pairs))):
        is_aside = folds.number[before] == number % folds.n_parts
        both = np.concatenate([before[is_aside], judged])
        rows, threads = before[~is_aside], settings.threads_for(len(before))
        columns = sample.telling(rows, settings)
        texts = [
            sample.data.grow(
                one.recipe, rows, one.n_trees, threads=threads, columns=columns, unlabelled=False
            )
            for one in kept
        ]
        raw = np.array([sample.raw(text, both, settings.threads) for text in texts])
        blocks.append(Block(before[is_aside], judged, raw))
    return tuple(blocks)


def behind_in_time(
    sample: Sample, blocks: Sequence[Block], recipes: int, settings: GrowthSettings
) -> list[tuple[float, float]]:
    """Compare recipes on the blocks, each by its own calibration.

    Returns
    -------
    list of (float, float)
        For each recipe how much greater its log loss is than that of the best, and its standard error.
    """
    losses = []
    for recipe in range(recipes):
        log_odds = _reported(sample, blocks, [recipe], settings)
        losses.append(sample.loss(log_odds))
    best = min(losses, key=lambda loss: float(np.nansum(loss)))
    return [sample.behind(loss, best) for loss in losses]


def judged_in_time(
    sample: Sample, blocks: Sequence[Block], recipes: Sequence[int], settings: GrowthSettings
) -> HeldOut:
    """Report each block by the mean of some recipes, calibrated on rows before it."""
    reported = _reported(sample, blocks, recipes, settings)
    rows = np.flatnonzero(~np.isnan(reported)).astype(np.int64)
    return sample.held_out(rows, reported[rows])


def judged_by_parts(
    sample: Sample, folds: Folds, raw: NDArray[np.float64], settings: GrowthSettings
) -> HeldOut:
    """Report each part as the models of the others see it, calibrated on the others.

    Parameters
    ----------
    sample : Sample
    folds : Folds
    raw : ndarray of float64, shape (n_rows,)
        Raw log-odds of each row by a model that was not grown on it.
    settings : GrowthSettings
    """
    reported = raw.copy()
    for fit_rows, report_rows in folds.pairs():
        line, _ = calibrated(sample, raw, fit_rows, settings)
        reported[report_rows] = line.log_odds(raw[report_rows])
    rows = folds.rows(*range(folds.n_parts))
    return sample.held_out(rows, reported[rows])


def calibrated(
    sample: Sample, raw: NDArray[np.float64], rows: NDArray[np.int64], settings: GrowthSettings
) -> tuple[AffineCalibration, Level | None]:
    """Slope by all given rows, level by the newest of them.

    Parameters
    ----------
    sample : Sample
    raw : ndarray of float64, shape (n_rows,)
        Raw log-odds of all rows of the sample.
    rows : ndarray of int64, shape (n_chosen,)
        Rows to calibrate on.
    settings : GrowthSettings
    """
    if not settings.calibrate:
        return AffineCalibration(), None
    line = sample.calibration(raw[rows], rows, flatten=settings.flatten)
    if sample.time is None:
        return line, None
    which = applications_in(sample.groups[rows], sample.time[rows])
    of_newest = newest_tenth(sample.time[rows], sample.bad[rows], which)
    if of_newest is None:
        return line, None
    newest, which = rows[of_newest], None if which is None else which[of_newest]
    level = level_of(line.log_odds(raw[newest]), sample.bad[newest], sample.weight[newest], which)
    return line.shifted(level.shift), level


def _reported(
    sample: Sample, blocks: Sequence[Block], recipes: Sequence[int], settings: GrowthSettings
) -> NDArray[np.float64]:
    """Calibrated log-odds of the rows of all blocks, shape (n_rows,); NaN for the others."""
    reported = np.full(len(sample.bad), np.nan)
    for block in blocks:
        said = np.full(len(sample.bad), np.nan)
        said[np.concatenate([block.aside, block.judged])] = block.raw[list(recipes)].mean(axis=0)
        line, _ = calibrated(sample, said, block.aside, settings)
        reported[block.judged] = line.log_odds(said[block.judged])
    return reported
