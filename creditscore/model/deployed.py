"""From the recipes that were chosen to the model that is deployed, its calibration, and what judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore.model.affine import AffineCalibration
from creditscore.model.boosting import averaged
from creditscore.model.choosing import ERRORS_TO_KEEP, Candidate, choose, within
from creditscore.model.crossfit import CrossFitted, GrowthSettings, HeldOut, Sample
from creditscore.model.folds import Folds
from creditscore.model.judging import (
    ERRORS_IN_TIME,
    Block,
    behind_in_time,
    calibrated,
    in_time,
    judged_by_parts,
    judged_in_time,
)
from creditscore.model.level import Level
from creditscore.model.origins import Origins

# Recipes that parts of applicants put this far behind are shown to the blocks of time, which may prefer them.
ERRORS_TO_BE_SEEN: Final = 2.0
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
    raw : ndarray of float64, shape (n_rows,)
        Raw log-odds of all rows, each by models that were not grown on it.
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
    parts : tuple of tuple of str
        Of each kept recipe the models that calibrate: one for each part of applicants, grown on the others.
    """

    text: str
    calibration: AffineCalibration
    raw: NDArray[np.float64]
    report: HeldOut
    candidates: tuple[Candidate, ...]
    level: Level | None
    models: int
    refit: bool
    dropped: tuple[int, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()

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
    tried, candidates = choose(sample, parts, settings)
    near = [tried[number] for number in within(sample, tried, ERRORS_TO_BE_SEEN)] if origins else tried
    blocks = () if origins is None else in_time(sample, folds, origins, near, settings)
    chosen = _chosen(sample, blocks, near, settings)
    kept = tuple(near[number] for number in chosen)
    names = {one.recipe.name for one in kept}
    candidates = tuple(replace(one, kept=one.recipe in names) for one in candidates)
    rows = folds.rows(*range(folds.n_parts))
    raw = np.mean([one.raw for one in kept], axis=0)
    refit = not settings.bag or len(rows) >= ROWS_FOR_A_REFIT
    columns = _read([columns for _, _, columns in parts], by_most=refit)
    if refit:
        texts = _refitted(sample, kept, rows, settings, columns)
    else:
        texts = [text for one in kept for text in one.texts]
    line, level = calibrated(sample, raw, rows, settings)
    if blocks:
        report = judged_in_time(sample, blocks, chosen, settings)
    else:
        report = judged_by_parts(sample, folds, raw, settings)
    dropped = () if columns is None else tuple(np.flatnonzero(~columns).tolist())
    models = tuple(one.texts for one in kept)
    counts = len(texts), refit
    return Growth(averaged(texts), line, raw, report, candidates, level, *counts, dropped, models)


def _chosen(
    sample: Sample, blocks: Sequence[Block], tried: Sequence[CrossFitted], settings: GrowthSettings
) -> list[int]:
    """Number the recipes to keep: of those that time does not tell to be worse, all that are like the best.

    The best is that of the least log loss out of fold; it comes first, and without a bag it is kept alone.
    """
    left = list(range(len(tried)))
    if blocks and len(tried) > 1:
        behind = behind_in_time(sample, blocks, len(tried), settings)
        left = [number for number in left if behind[number][0] <= ERRORS_IN_TIME * behind[number][1]]
    best = min(left, key=lambda number: tried[number].total())
    left = [best, *(number for number in left if number != best)]
    alike = within(sample, [tried[number] for number in left], ERRORS_TO_KEEP)
    return [left[number] for number in alike] if settings.bag else left[:1]


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
