"""From the recipes that were chosen to the model that is deployed, its calibration, and what judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.model.boosting import averaged
from creditscore.model.choosing import Candidate, choose
from creditscore.model.crossfit import CrossFitted, GrowthSettings, HeldOut, Sample
from creditscore.model.fitted import AffineCalibration
from creditscore.model.folds import Folds
from creditscore.model.level import Level, level_of, newest_tenth
from creditscore.model.origins import Origins

ROWS_FOR_A_REFIT: Final = 20_000
TREES_OF_A_REFIT: Final = 1.1


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """All that comes of growing.

    Attributes
    ----------
    text : str
        Canonical text of the model to deploy.
    calibration : AffineCalibration
        From its raw log-odds to calibrated ones.
    report : HeldOut
        Calibrated log-odds of rows by models that were grown, and calibrated, on others.
    candidates : tuple of Candidate
        How each recipe did.
    level : Level or None
        None without times, or with fewer than 100 bads among the newest rows.
    models : int
        How many grown models the deployed one is the mean of.
    refit : bool
        Whether they were grown on all rows, or each on all parts but one.
    dropped : tuple of int
        Columns that no tree was given, for they tell no more than chance.
    """

    text: str
    calibration: AffineCalibration
    report: HeldOut
    candidates: tuple[Candidate, ...]
    level: Level | None
    models: int
    refit: bool
    dropped: tuple[int, ...] = ()

    def sentence(self, origins: Origins | str) -> str:
        """Say in a sentence what was judged and what is deployed; a text tells why not in time."""
        if isinstance(origins, str):
            judged = f"parts of applicants, each by models grown on the others (not in time: {origins})"
        else:
            judged = str(origins)
        kept = ", ".join(f"{one.recipe} ({one.trees} trees)" for one in self.candidates if one.kept)
        known = "all rows" if self.refit else "all parts but one"
        what = "one model" if self.models == 1 else f"the mean of {self.models} models"
        return f"judged on {judged}; deployed: {what} grown on {known}; kept: {kept}"


def grow(sample: Sample, folds: Folds, origins: Origins | None, settings: GrowthSettings) -> Growth:
    """Choose recipes over parts of applicants, deploy what knows all rows, judge it in time if that can be.

    Parameters
    ----------
    sample : Sample
    folds : Folds
        Parts of the applicants.
    origins : Origins or None
        Blocks of time that judge; without them the parts do.
    settings : GrowthSettings

    References
    ----------
    Breiman (1996), Bagging predictors: the mean of models grown on parts of the rows.
    """
    parts = [(*pair, sample.telling(pair[0], settings)) for pair in folds.pairs()]
    kept, candidates = choose(sample, parts, settings)
    if not settings.bag:
        kept = kept[:1]
        candidates = tuple(replace(one, kept=one.recipe == kept[0].recipe.name) for one in candidates)
    rows = folds.rows(*range(folds.n_parts))
    raw = np.mean([one.raw for one in kept], axis=0)
    refit = not settings.bag or len(rows) >= ROWS_FOR_A_REFIT
    columns = _read([columns for _, _, columns in parts], by_most=refit)
    if refit:
        texts = _refitted(sample, kept, rows, settings, columns)
    else:
        texts = [text for one in kept for text in one.texts]
    line, level = _calibrated(sample, raw, rows, settings)
    if origins is None:
        report = _judged_by_parts(sample, folds, raw, settings)
    else:
        report = _judged_in_time(sample, folds, origins, kept, settings)
    dropped = () if columns is None else tuple(np.flatnonzero(~columns).tolist())
    return Growth(averaged(texts), line, report, candidates, level, len(texts), refit, dropped)


def _read(telling: Sequence[NDArray[np.bool_] | None], *, by_most: bool) -> NDArray[np.bool_] | None:
    """Which features the deployed trees may read: those that tell in most parts, or in any; None is all."""
    masks = [one for one in telling if one is not None]
    if not masks:
        return None
    votes = np.sum(masks, axis=0)
    found: NDArray[np.bool_] = votes > len(masks) / 2 if by_most else votes > 0
    return found if found.any() else np.ones_like(found)


def _refitted(
    sample: Sample,
    kept: Sequence[CrossFitted],
    rows: NDArray[np.int64],
    settings: GrowthSettings,
    columns: NDArray[np.bool_] | None,
) -> list[str]:
    """Grow each kept recipe once more, on all rows: more of them bear a few more trees."""
    threads = settings.threads_for(len(rows))
    return [
        sample.data.grow(
            one.recipe, rows, round(TREES_OF_A_REFIT * one.n_trees), threads=threads, columns=columns
        )
        for one in kept
    ]


def _calibrated(
    sample: Sample, raw: NDArray[np.float64], rows: NDArray[np.int64], settings: GrowthSettings
) -> tuple[AffineCalibration, Level | None]:
    """Slope by all given rows, level by the newest of them; ``raw`` is of all rows of the sample."""
    if not settings.calibrate:
        return AffineCalibration(), None
    line = sample.calibration(raw[rows], rows, flatten=settings.flatten)
    of_newest = None if sample.time is None else newest_tenth(sample.time[rows], sample.bad[rows])
    if of_newest is None:
        return line, None
    newest = rows[of_newest]
    level = level_of(line.log_odds(raw[newest]), sample.bad[newest], sample.weight[newest])
    return replace(line, intercept=line.intercept + level.shift), level


def _judged_by_parts(
    sample: Sample, folds: Folds, raw: NDArray[np.float64], settings: GrowthSettings
) -> HeldOut:
    """Report each part as the models of the others see it, calibrated on the others."""
    reported = raw.copy()
    for fit_rows, report_rows in folds.pairs():
        line, _ = _calibrated(sample, raw, fit_rows, settings)
        reported[report_rows] = line.log_odds(raw[report_rows])
    rows = folds.rows(*range(folds.n_parts))
    return sample.held_out(rows, reported[rows])


def _judged_in_time(
    sample: Sample,
    folds: Folds,
    origins: Origins,
    kept: Sequence[CrossFitted],
    settings: GrowthSettings,
) -> HeldOut:
    """Report each block by models of rows before it: grown on all parts but one, calibrated on that one."""
    reported = np.full(len(sample.bad), np.nan)
    pairs = list(origins.pairs())
    for block, (before, judged) in enumerate(progress(pairs, what="judging in time", total=len(pairs))):
        aside = folds.number[before] == block % folds.n_parts
        said = np.full(len(sample.bad), np.nan)
        both = np.concatenate([before[aside], judged])
        threads = settings.threads_for(len(before))
        columns = sample.telling(before[~aside], settings)
        texts = [
            sample.data.grow(one.recipe, before[~aside], one.n_trees, threads=threads, columns=columns)
            for one in kept
        ]
        said[both] = np.mean([sample.raw(text, both, settings.threads) for text in texts], axis=0)
        line, _ = _calibrated(sample, said, before[aside], settings)
        reported[judged] = line.log_odds(said[judged])
    rows = np.flatnonzero(~np.isnan(reported)).astype(np.int64)
    return sample.held_out(rows, reported[rows])
