"""Let the rows choose among recipes: what they cannot tell from the best is kept."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.progress import progress
from creditscore.model.boosting import alone
from creditscore.model.crossfit import CrossFitted, GrowthSettings, Sample, cross_fitted, least_loss
from creditscore.model.growing import Growing
from creditscore.model.recipes import TreeRecipe

Part: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_] | None]
PARTS_BEFORE_GIVING_UP: Final = 2
ERRORS_BEFORE_GIVING_UP: Final = 2.0
ERRORS_TO_KEEP: Final = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One recipe, and how it did.

    Attributes
    ----------
    recipe : str
        Its name.
    kept : bool
        Whether it is part of the model: within a standard error of the best of those that blocks of time,
        where they judge, do not tell to be worse by two.
    trees : int
        Trees of each of its models.
    log_loss : float
        Mean weighted log loss of rows that its models were not grown on.
    behind : float
        How much greater that is than that of the best recipe on the same rows, 0 for the best.
    error : float
        Standard error of ``behind``, over applicants.
    parts : int
        Parts of the rows on which it was tried: all, or two if it was given up after them.
    """

    recipe: str
    kept: bool
    trees: int
    log_loss: float
    behind: float
    error: float
    parts: int


def choose(
    sample: Sample, parts: Sequence[Part], settings: GrowthSettings
) -> tuple[tuple[CrossFitted, ...], tuple[Candidate, ...]]:
    """Cross-fit the recipes, and give up early on those far behind.

    Parameters
    ----------
    sample : Sample
    parts : sequence of (ndarray of int64, shape (n_grown,), ndarray of int64, shape (n_held_out,), columns)
        Rows to grow on, rows to watch, and which features the trees may read, see `BoostingData.start`.
    settings : GrowthSettings

    Returns
    -------
    tuple of CrossFitted
        Those that were tried on all parts, the best first.
    tuple of Candidate
        All of them, in the order in which they were tried; kept are those that the best does not beat.
    """
    fitted: list[CrossFitted] = []
    given_up: dict[str, Candidate] = {}
    with ThreadPoolExecutor(min(settings.threads, len(parts)), initializer=alone) as pool:
        for recipe in progress(settings.recipes, what="cross-fitting", total=len(settings.recipes)):
            found = _tried(sample, recipe, parts, settings, fitted, pool)
            if isinstance(found, Candidate):
                given_up[recipe.name] = found
            else:
                fitted.append(found)
    best = min(fitted, key=CrossFitted.total)
    judged = {one.recipe.name: _compared(sample, one, best, len(parts)) for one in fitted}
    every = judged | given_up
    others = [one for one in fitted if one is not best]
    return (best, *others), tuple(every[recipe.name] for recipe in settings.recipes)


def within(sample: Sample, fitted: Sequence[CrossFitted], errors: float) -> list[int]:
    """Number those whose log loss is at most so many standard errors above that of the first, the best."""
    apart = [sample.behind(one.loss, fitted[0].loss) for one in fitted]
    return [number for number, (behind, error) in enumerate(apart) if behind <= errors * error]


def _tried(
    sample: Sample,
    recipe: TreeRecipe,
    parts: Sequence[Part],
    settings: GrowthSettings,
    before: Sequence[CrossFitted],
    pool: ThreadPoolExecutor,
) -> CrossFitted | Candidate:
    growing = [sample.data.start(recipe, *part) for part in parts[:PARTS_BEFORE_GIVING_UP]]
    if before and len(parts) > len(growing):
        behind = _far_behind(sample, recipe, growing, settings, before, pool)
        if behind is not None:
            return behind
    growing += [sample.data.start(recipe, *part) for part in parts[len(growing) :]]
    return cross_fitted(sample, recipe, growing, least_loss(growing, settings, pool), pool)


def _far_behind(
    sample: Sample,
    recipe: TreeRecipe,
    growing: Sequence[Growing],
    settings: GrowthSettings,
    before: Sequence[CrossFitted],
    pool: ThreadPoolExecutor,
) -> Candidate | None:
    """Say that a recipe is given up, if the best before it is better by far on the first parts."""
    n_trees = least_loss(growing, settings, pool)
    raw = np.full(len(sample.bad), np.nan)
    for one in growing:
        raw[one.held_out] = one.raw(sample.data.encoded, n_trees)
    loss = sample.loss(raw)
    seen = ~np.isnan(raw)
    best = min(before, key=lambda one: float(one.loss[seen].sum()))
    behind, error = sample.behind(loss, best.loss)
    if behind <= ERRORS_BEFORE_GIVING_UP * error:
        return None
    return Candidate(
        recipe.name, False, n_trees, _mean(sample, loss), behind, error, parts=len(growing)
    )  # fmt: skip


def _compared(sample: Sample, one: CrossFitted, best: CrossFitted, parts: int) -> Candidate:
    behind, error = sample.behind(one.loss, best.loss)
    return Candidate(
        one.recipe.name, behind <= ERRORS_TO_KEEP * error, one.n_trees, _mean(sample, one.loss), behind,
        error, parts,
    )  # fmt: skip


def _mean(sample: Sample, loss: NDArray[np.float64]) -> float:
    seen = ~np.isnan(loss)
    return float(loss[seen].sum() / sample.weight[seen].sum())
