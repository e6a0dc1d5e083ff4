"""The rows choose among recipes, and the model is the mean of what they chose."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import log_loss, roc_auc_score

from creditscore.errors import ParameterError
from creditscore.model.boosting import averaged
from creditscore.model.missing import missing_wins
from creditscore.model.recipes import RECIPES
from creditscore.model.scorer import CreditScorer
from creditscore.model.trees import Trees

DAY = 86_400_000_000


def rows(n: int, seed: int, noise: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Risk rises with column 0, falls with 1, and depends on a checkerboard of 2 and 3."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 8))
    X[rng.random(X.shape) < 0.05] = np.nan
    board = np.sign(np.nan_to_num(X[:, 2]) * np.nan_to_num(X[:, 3]))
    risk = np.nan_to_num(X[:, 0]) - np.nan_to_num(X[:, 1]) + 1.5 * board
    return X, (risk + noise * rng.normal(size=n) > 1.0).astype(np.int64)


def additive(n: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Noise, and a risk that is a sum."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 8))
    return X, (X[:, 0] - X[:, 1] + 3 * rng.normal(size=n) > 2).astype(np.int64)


@pytest.fixture(scope="module")
def sharp() -> CreditScorer:
    X, y = rows(1500, 0, 0.3)
    return CreditScorer(signs=[1, -1, *[0] * 6], n_estimators=200, threads=2).fit(X, y)


def test_low_noise_asks_for_deep_trees_and_noise_for_few_leaves(sharp: CreditScorer) -> None:
    deep = {one.recipe for one in sharp.candidates_ if one.kept}
    assert deep & {"deep", "default"}
    assert "pairs" not in deep
    X, y = additive(1500, 0)
    flat = CreditScorer(n_estimators=200, threads=2).fit(X, y)
    assert "pairs" in {one.recipe for one in flat.candidates_ if one.kept}


def test_each_is_tried_in_full_or_given_up_after_two_parts(sharp: CreditScorer) -> None:
    assert [one.recipe for one in sharp.candidates_] == list(RECIPES)
    best = min(sharp.candidates_, key=lambda one: one.behind)
    assert best.kept
    assert best.behind == 0
    for one in sharp.candidates_:
        assert one.parts in (2, 5)
        assert one.kept <= (one.parts == 5)
        assert one.kept == (one.parts == 5 and one.behind <= one.error)
        assert one.parts == 5 or one.behind > 2 * one.error


def test_the_choice_can_be_told_apart_by_nobody_else(sharp: CreditScorer) -> None:
    X, y = rows(1500, 0, 0.3)
    alone = CreditScorer(
        signs=[1, -1, *[0] * 6], n_estimators=200, threads=1, recipe="deep", calibrate=False
    ).fit(X, y)
    (one,) = alone.candidates_
    assert one.log_loss == pytest.approx(log_loss(y, 1 / (1 + np.exp(-alone.report_.log_odds))), rel=1e-9)
    assert one.log_loss == next(each.log_loss for each in sharp.candidates_ if each.recipe == "deep")


def test_the_bag_is_the_mean_of_its_models_and_keeps_the_rule(sharp: CreditScorer) -> None:
    X, y = rows(1500, 0, 0.3)
    texts = [
        CreditScorer(signs=[1, -1, *[0] * 6], n_estimators=20, bag=False, recipe=name, threads=1)
        .fit(X, y)
        .model_.model_text
        for name in ("pairs", "deep")
    ]
    mean = Trees.from_lightgbm_text(averaged(texts)).raw_scores(X)
    each = [Trees.from_lightgbm_text(text).raw_scores(X) for text in texts]
    assert mean == pytest.approx((each[0] + each[1]) / 2, abs=1e-12)
    signed = np.array([True, True, *[False] * 6])
    assert not missing_wins(sharp.model_.trees, signed)
    kept = [one for one in sharp.candidates_ if one.kept]
    assert sharp.model_.n_trees == 5 * sum(one.trees for one in kept)


def test_the_leanest_is_one_model_of_the_best(sharp: CreditScorer) -> None:
    X, y = rows(1500, 0, 0.3)
    lean = CreditScorer(signs=[1, -1, *[0] * 6], n_estimators=200, threads=2, bag=False).fit(X, y)
    (kept,) = (one for one in lean.candidates_ if one.kept)
    assert kept.behind == 0
    assert lean.model_.n_trees == round(1.1 * kept.trees)
    assert lean.choice_.endswith(
        f"deployed: one model grown on all rows; kept: {kept.recipe} ({kept.trees} trees)"
    )


def test_every_row_serves_the_model_and_later_blocks_judge_it() -> None:
    X, y = rows(3000, 1, 1.0)
    time = np.arange(3000) * DAY
    scorer = CreditScorer(recipe="pairs", n_estimators=60, threads=2).fit(X, y, time=time)
    assert scorer.judged_.kind == "time"
    assert np.array_equal(scorer.report_.index, np.arange(1200, 3000))
    assert roc_auc_score(scorer.report_.bad, scorer.report_.log_odds) > 0.7


def test_nothing_later_serves_the_judging() -> None:
    """A column that gives the outcome away in the last block alone serves the model, and not its judge."""
    X, y = rows(3000, 1, 1.0)
    last = np.arange(3000) >= 2550
    X[last, 7] = 5.0 * y[last]
    scorer = CreditScorer(recipe="pairs", n_estimators=60, threads=2).fit(X, y, time=np.arange(3000) * DAY)
    assert roc_auc_score(y[last], scorer.decision_function(X[last])) > 0.97
    judged = scorer.report_.index >= 2550
    assert roc_auc_score(scorer.report_.bad[judged], scorer.report_.log_odds[judged]) < 0.9


def test_the_level_follows_the_newest_rows() -> None:
    X, _ = additive(6000, 3)
    rng = np.random.default_rng(3)
    time = np.arange(6000) * DAY
    base = np.where(np.arange(6000) < 5000, -2.0, -0.5)
    y = (rng.random(6000) < 1 / (1 + np.exp(-(base + X[:, 0])))).astype(np.int64)
    scorer = CreditScorer(recipe="pairs", n_estimators=80, threads=2).fit(X, y, time=time)
    level = scorer.level_
    assert level is not None
    assert level.rows == 600
    assert level.bads == y[-600:].sum()
    assert level.shift > 5 * level.error
    # Out of sample of the level's own rows: fresh rows of the newer regime.
    fresh, _ = additive(4000, 4)
    bad = rng.random(4000) < 1 / (1 + np.exp(-(-0.5 + fresh[:, 0])))
    assert scorer.predict_proba(fresh)[:, 1].mean() == pytest.approx(bad.mean(), abs=0.04)
    assert CreditScorer(recipe="pairs", n_estimators=20, threads=1).fit(X, y).level_ is None


def test_own_settings_are_a_recipe_of_their_own() -> None:
    X, y = rows(600, 0, 1.0)
    scorer = CreditScorer(num_leaves=3, n_estimators=20, threads=1).fit(X, y)
    assert [one.recipe for one in scorer.candidates_] == ["own"]
    assert (scorer.model_.trees.leaf_counts >= 1).all()
    with pytest.raises(ParameterError, match="'recipe' parameter must be one of 'auto', 'pairs'"):
        CreditScorer(recipe="best").fit(X, y)
