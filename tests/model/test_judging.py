"""Later blocks of time drop a recipe that they tell to be worse, and only then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from creditscore.model.boosting import BoostingData, BoostingSettings
from creditscore.model.crossfit import CrossFitted, GrowthSettings, Sample
from creditscore.model.deployed import _chosen
from creditscore.model.judging import Block, behind_in_time, judged_in_time
from creditscore.model.recipes import RECIPES
from creditscore.model.scorer import CreditScorer

DAY = 86_400_000_000
SETTINGS = GrowthSettings(
    recipes=tuple(RECIPES.values()),
    n_estimators=10,
    patience=10,
    bag=True,
    calibrate=True,
    flatten=True,
    threads=1,
)


def seen(noise: tuple[float, ...], seed: int = 0) -> tuple[Sample, tuple[Block, ...]]:
    """4,000 rows, of which two blocks are judged: each recipe says the truth and some noise."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(-1.0, 1.5, 4_000)
    bad = (rng.random(4_000) < expit(truth)).astype(float)
    said = np.array([truth + sigma * rng.normal(size=4_000) for sigma in noise])
    settings = BoostingSettings(min_child_samples=20, max_bin=15, seed=0)
    data = BoostingData(
        truth[:, None], bad, np.ones(4_000), signed=np.zeros(1, np.bool_), unknown={}, settings=settings
    )
    blocks = []
    for first in (2_000, 3_000):
        aside, judged = np.arange(first - 500, first), np.arange(first, first + 1_000)
        blocks.append(Block(aside, judged, said[:, np.r_[aside, judged]]))
    return Sample(data, bad, np.ones(4_000), np.arange(4_000)), tuple(blocks)


def test_figures_are_those_of_a_logistic_calibration() -> None:
    sample, blocks = seen((0.0, 2.0))
    losses = []
    for recipe in (0, 1):
        total = 0.0
        for block in blocks:
            raw, rows = block.raw[recipe], block.aside
            # Platt's targets are no labels: enough rows make them nearly the same.
            line = LogisticRegression(C=np.inf).fit(raw[:500, None], sample.bad[rows])
            probability = line.predict_proba(raw[500:, None])[:, 1]
            total += log_loss(sample.bad[block.judged], probability, normalize=False)
        losses.append(total / 2_000)
    found = behind_in_time(sample, blocks, 2, SETTINGS)
    assert found[0] == (0.0, 0.0)
    assert found[1][0] == pytest.approx(losses[1] - losses[0], abs=2e-4)


def told(loss: np.ndarray) -> CrossFitted:
    return CrossFitted(RECIPES["pairs"], 5, (), loss, loss)


def test_what_is_worse_by_far_is_dropped_and_what_is_alike_is_kept() -> None:
    sample, blocks = seen((0.0, 0.05, 3.0))
    alike = np.zeros(4_000)
    tried = [told(alike)] * 3
    assert _chosen(sample, blocks, tried, SETTINGS) == [0, 1]
    assert _chosen(sample, (), tried, SETTINGS) == [0, 1, 2]
    lean = replace(SETTINGS, bag=False)
    assert _chosen(sample, blocks, tried, lean) == [0]
    worst_first = tuple(replace(block, raw=block.raw[::-1]) for block in blocks)
    assert _chosen(sample, worst_first, tried, lean) == [1]
    assert _chosen(sample, worst_first, tried, SETTINGS) == [1, 2]


def test_where_time_drops_the_best_the_next_is_the_measure() -> None:
    sample, blocks = seen((3.0, 0.0, 0.05))
    rng = np.random.default_rng(1)
    loss = rng.gamma(2.0, size=4_000)
    # By parts the second is behind the first by far, the third is the second's equal or far behind it.
    near = [told(loss), *[told(loss + 0.1 + 0.01 * rng.normal(size=4_000))] * 2]
    assert _chosen(sample, blocks, near, SETTINGS) == [1, 2]
    far = [*near[:2], told(loss + 0.2 + 0.01 * rng.normal(size=4_000))]
    assert _chosen(sample, blocks, far, SETTINGS) == [1]
    assert _chosen(sample, (), far, SETTINGS) == [0]


def test_a_needless_drop_is_rare() -> None:
    """Two recipes that are equally noisy: time drops one of them in few draws."""
    drops = 0
    for seed in range(40):
        sample, blocks = seen((1.0, 1.0), seed)
        found = behind_in_time(sample, blocks, 2, SETTINGS)
        drops += any(behind > 2.0 * error for behind, error in found)
    assert drops <= 6


def test_the_report_is_of_the_recipes_that_are_left() -> None:
    sample, blocks = seen((0.5, 3.0))
    alone = judged_in_time(sample, blocks, [0], SETTINGS)
    assert np.array_equal(alone.index, np.arange(2_000, 4_000))
    both = judged_in_time(sample, blocks, [0, 1], SETTINGS)
    loss = [float(np.mean(np.logaddexp(0, one.log_odds) - one.bad * one.log_odds)) for one in (alone, both)]
    assert loss[0] < loss[1]


def test_candidates_say_who_was_kept() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2_500, 6))
    y = (X[:, 0] - X[:, 1] + rng.normal(size=2_500) > 1.0).astype(int)
    scorer = CreditScorer(n_estimators=60, threads=1).fit(X, y, time=np.arange(2_500) * DAY)
    kept = [one for one in scorer.candidates_ if one.kept]
    assert kept
    assert scorer.model_.n_trees == 5 * sum(one.trees for one in kept)
    for one in kept:
        assert one.recipe in scorer.choice_
