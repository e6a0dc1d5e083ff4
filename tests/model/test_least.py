"""No row between some rows is less risky than the least that is told of them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from creditscore.model.affine import AffineCalibration
from creditscore.model.fitted import FittedModel
from creditscore.model.trees import Trees
from tests.model.test_trees import random_booster

NUMERIC = (0, 1, 2, 3)


def between(rng: np.random.Generator, ends: np.ndarray, count: int) -> np.ndarray:
    """Rows whose values all lie between those of two rows, missing where one of the two is."""
    share = rng.random((count, ends.shape[1]))
    share[rng.random(share.shape) < 0.3] = 0.0
    share[rng.random(share.shape) < 0.3] = 1.0
    with np.errstate(invalid="ignore"):
        rows = np.clip(ends[0] + share * (ends[1] - ends[0]), ends.min(axis=0), ends.max(axis=0))
    chosen = np.where(rng.random(rows.shape) < 0.5, ends[0], ends[1])
    return np.where(np.isfinite(rows), rows, chosen)


@pytest.mark.parametrize("seed", range(12))
def test_no_row_between_two_scores_less(seed: int) -> None:
    booster, fresh = random_booster(seed, trees=30, parameters={"zero_as_missing": seed % 4 == 3})
    trees, rng, lower = Trees.from_lightgbm_text(booster.model_to_string()), np.random.default_rng(seed), 0
    for _ in range(20):
        ends = fresh[rng.integers(0, len(fresh), 2)]
        ends[1, 4] = ends[0, 4]
        still = rng.random(4) < 0.4
        ends[1, :4][still] = ends[0, :4][still]
        scores = trees.raw_scores(np.concatenate([ends, between(rng, ends, 200)]), threads=1)
        least = trees.least_raw_score(ends)
        assert least <= scores.min() + 1e-12
        lower += bool(scores[2:].min() < scores[:2].min() - 1e-9)
    assert lower > 3


@pytest.mark.parametrize("seed", range(6))
def test_of_one_row_it_is_the_score_and_of_one_tree_it_is_reached(seed: int) -> None:
    booster, fresh = random_booster(seed, trees=1)
    tree, rng = Trees.from_lightgbm_text(booster.model_to_string()), np.random.default_rng(seed)
    fresh = fresh[np.isfinite(fresh).all(axis=1)]
    for row in fresh[:40]:
        assert tree.least_raw_score(row[None]) == tree.raw_scores(row[None])[0]
        moved = rng.choice(NUMERIC, 2, replace=False)
        ends = np.repeat(row[None], 2, axis=0)
        ends[1, moved] = rng.normal(size=2)
        low, high = ends.min(axis=0), ends.max(axis=0)
        # A split sends its own value left and what is next to it right: these are all sides there are.
        sides = [
            [low[one], high[one], *(t for s in tree.thresholds for t in (s, np.nextafter(s, np.inf)))]
            for one in moved
        ]
        inside = [[v for v in of if low[one] <= v <= high[one]] for one, of in zip(moved, sides, strict=True)]
        rows = np.repeat(row[None], len(inside[0]) * len(inside[1]), axis=0)
        rows[:, moved] = list(product(*inside))
        assert tree.least_raw_score(ends) == tree.raw_scores(rows, threads=1).min()


def test_signs_and_the_line_are_those_of_the_model() -> None:
    booster, fresh = random_booster(5, trees=20)
    fresh, rng = fresh[np.isfinite(fresh).all(axis=1)], np.random.default_rng(0)
    names = tuple(f"f{number}" for number in range(5))
    labels = {4: tuple(float(one) for one in range(45))}
    model = FittedModel(
        booster.model_to_string(), (-1, 1, 0, -1, 0), labels, AffineCalibration(0.7, -0.3), names
    )
    for _ in range(40):
        ends = fresh[rng.integers(0, len(fresh), 2)]
        ends[:, 4] = 7.0
        least = model.least_log_odds(ends)
        assert least <= model.log_odds(between(rng, ends, 200), threads=1).min() + 1e-12
    row = fresh[:1]
    assert model.least_log_odds(row) == model.log_odds(row, threads=1)[0]
