"""A teacher that knows more than the rows is followed, one that knows nothing is not, and none sees much."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.metrics import roc_auc_score

import creditscore as cs
from creditscore.errors import FittingError, MissingExtraError, ParameterError
from creditscore.model.boosting import BoostingData, BoostingSettings
from creditscore.model.folds import hash_folds
from creditscore.model.foundation import foundation_teacher
from creditscore.model.missing import missing_wins
from creditscore.model.recipes import RECIPES, TreeRecipe
from creditscore.model.scorer import CreditScorer
from creditscore.model.teaching import Teaching
from creditscore.model.trees import Trees

SIGNS = [1, -1, 0, 0]
QUICK = {"n_estimators": 120, "threads": 2, "recipe": "deep"}


def true_log_odds(X: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.nan_to_num(X)
    return known[:, 0] - known[:, 1] - 1.5


def world(n: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    X[rng.random(X.shape) < 0.12] = np.nan
    return X, (rng.random(n) < 1 / (1 + np.exp(-true_log_odds(X)))).astype(np.int64)


class Says(ClassifierMixin, BaseEstimator):
    """A teacher that says what a function says, whatever it was fitted on."""

    def __init__(self, what="truth"):
        self.what = what

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        oriented = np.nan_to_num(X) * [1, -1, 1, 1]  # trees, and so teachers, read oriented features
        p = 1 / (1 + np.exp(-true_log_odds(oriented)))
        p = {"truth": p, "nothing": np.full(len(X), 0.3), "wrong": p + 2, "one": p}[self.what]
        return p[:, None] if self.what == "one" else np.column_stack([1 - p, p])


SEEN: list[tuple[set[float], set[float]]] = []


class Remembers(Says):
    """Says nothing, and notes by their first column which rows it was fitted on, and is asked about."""

    def fit(self, X, y):
        self.rows_ = set(X[:, 0].tolist())
        return super().fit(X, y)

    def predict_proba(self, X):
        SEEN.append((self.rows_, set(X[:, 0].tolist())))
        return np.column_stack([np.full(len(X), 0.7), np.full(len(X), 0.3)])


def test_a_teacher_who_knows_the_truth_is_followed_and_the_trees_come_nearer_to_it() -> None:
    X, y = world(900, 1)
    alone = CreditScorer(signs=SIGNS, **QUICK).fit(X, y)
    taught = CreditScorer(signs=SIGNS, teacher=Says(), **QUICK).fit(X, y)
    assert [one.recipe for one in taught.candidates_] == ["deep", "taught deep"]
    assert taught.candidates_[1].kept
    assert taught.candidates_[1].behind == 0.0
    new, _ = world(20_000, 2)
    bad = np.random.default_rng(3).random(20_000) < 1 / (1 + np.exp(-true_log_odds(new)))
    aucs = [roc_auc_score(bad, scorer.log_odds(new)) for scorer in (alone, taught)]
    assert aucs[1] > aucs[0]
    off = [np.abs(scorer.log_odds(new) - true_log_odds(new)).mean() for scorer in (alone, taught)]
    assert off[1] < 0.8 * off[0]


def test_signs_and_the_rule_for_missing_values_hold_for_what_was_taught() -> None:
    X, y = world(900, 1)
    taught = CreditScorer(signs=SIGNS, teacher=Says(), **QUICK).fit(X, y)
    assert not missing_wins(Trees.from_lightgbm_text(taught.model_.model_text), np.array(SIGNS) != 0)
    rng = np.random.default_rng(0)
    low = rng.normal(size=(2_000, 4))
    high = low + np.array([0.5, 0.0, 0.0, 0.0])
    assert (taught.log_odds(high) >= taught.log_odds(low)).all()


def test_a_teacher_who_knows_nothing_changes_no_bit() -> None:
    X, y = world(900, 1)
    alone = CreditScorer(signs=SIGNS, **QUICK).fit(X, y)
    taught = CreditScorer(signs=SIGNS, teacher=Says("nothing"), **QUICK).fit(X, y)
    assert [one.kept for one in taught.candidates_] == [True, False]
    assert taught.model_.model_text == alone.model_.model_text
    assert taught.model_.calibration == alone.model_.calibration


def test_nobody_is_taught_or_judged_by_a_teacher_who_saw_their_outcome() -> None:
    rng = np.random.default_rng(4)
    X, who = rng.normal(size=(400, 2)), np.arange(400) // 2
    bad = (rng.random(400) < 0.4).astype(np.float64)
    folds = hash_folds(who, bad, n_parts=5, seed=0)
    teaching = Teaching(Remembers(), X, bad, np.ones(400), folds.number)
    person = dict(zip(X[:, 0].tolist(), who.tolist(), strict=True))
    for grown, judged in folds.pairs():
        SEEN.clear()
        teaching.labels(grown)
        away = {person[value] for value in X[judged, 0].tolist()}
        for fitted, asked in SEEN:
            seen = {person[value] for value in fitted}
            assert seen.isdisjoint({person[value] for value in asked})
            assert seen.isdisjoint(away)
        assert set().union(*(asked for _, asked in SEEN)) == set(X[grown, 0].tolist())


def test_ten_teachers_serve_all_five_parts() -> None:
    X, y = world(400, 5)
    folds = hash_folds(np.arange(400), y.astype(float), n_parts=5, seed=0)
    teaching = Teaching(Says(), X, y.astype(float), np.ones(400), folds.number)
    for grown, _ in folds.pairs():
        teaching.labels(grown)
    assert len(teaching._fitted) == 10


def test_memory_of_outcomes_is_worth_nothing() -> None:
    class Parrot(Says):
        def fit(self, X, y):
            self.known_ = dict(zip(X[:, 0].tolist(), y.tolist(), strict=True))
            return super().fit(X, y)

        def predict_proba(self, X):
            p = np.array([self.known_.get(value, 0.5) for value in X[:, 0].tolist()])
            return np.column_stack([1 - p, p])

    rng = np.random.default_rng(6)
    X, y = rng.normal(size=(600, 3)), (rng.random(600) < 0.3).astype(np.int64)
    taught = CreditScorer(teacher=Parrot(), **QUICK).fit(X, y)
    assert roc_auc_score(y[taught.report_.index], taught.report_.log_odds) < 0.58


def test_with_outcomes_for_labels_both_objectives_grow_the_same_trees() -> None:
    X, y = world(600, 7)
    bad, rows = y.astype(np.float64), np.arange(600)

    class Outcomes:
        unlabelled = np.empty(0, np.int64)

        def labels(self, which):
            return bad[which]

    data = BoostingData(
        X, bad, np.ones(600), signed=np.array([True, False, False, False]), unknown={},
        settings=BoostingSettings(10, 63, 0), teaching=Outcomes(),
    )  # fmt: skip
    plain = TreeRecipe("plain", 0.1, 4, 8, 1.0, 1.0)
    soft = TreeRecipe("soft", 0.1, 4, 8, 1.0, 1.0, is_taught=True)
    trees = [
        Trees.from_lightgbm_text(data.grow(one, rows, 15, threads=1)).raw_scores(X) for one in (plain, soft)
    ]
    np.testing.assert_allclose(trees[1], trees[0], rtol=0, atol=1e-12)


def test_rows_without_outcome_teach_what_the_others_do_not_show() -> None:
    X, y = world(900, 8)
    here, there = X[:, 0] < 0.3, world(4_000, 9)[0]
    alone = CreditScorer(signs=SIGNS, teacher=Says(), **QUICK).fit(X[here], y[here])
    more = CreditScorer(signs=SIGNS, teacher=Says(), **QUICK).fit(X[here], y[here], unlabelled=there)
    new = world(20_000, 10)[0]
    new = new[new[:, 0] > 0.5]
    off = [np.abs(scorer.log_odds(new) - true_log_odds(new)).mean() for scorer in (alone, more)]
    assert off[1] < 0.7 * off[0]
    assert more.report_.index.max() < here.sum()


def test_time_still_judges() -> None:
    X, y = world(2_400, 11)
    when = np.sort(np.random.default_rng(0).integers(0, 10**15, 2_400))
    taught = CreditScorer(signs=SIGNS, teacher=Says(), **QUICK).fit(X, y, time=when, unlabelled=X[:50])
    assert "later" in taught.choice_ or "blocks" in taught.choice_
    assert roc_auc_score(taught.report_.bad, taught.report_.log_odds) > 0.7


@pytest.mark.parametrize("teacher", [Says, "TabICL", 3])
def test_what_cannot_teach_is_refused(teacher: object) -> None:
    X, y = world(200, 12)
    with pytest.raises(ParameterError, match="'teacher' parameter must be a classifier"):
        CreditScorer(teacher=teacher, **QUICK).fit(X, y)


def test_wrong_answers_weights_and_too_few_parts_are_refused() -> None:
    X, y = world(300, 13)
    for what in ("wrong", "one"):
        with pytest.raises(FittingError, match="gave no probabilities"):
            CreditScorer(teacher=Says(what), **QUICK).fit(X, y)
    with pytest.raises(ParameterError, match="takes no weights"):
        CreditScorer(teacher=Says(), **QUICK).fit(X, y, sample_weight=1.0 + np.arange(300) % 2)
    with pytest.raises(FittingError, match="at least 3 parts"):
        CreditScorer(teacher=Says(), n_folds=2, **QUICK).fit(X, y)
    with pytest.raises(ParameterError, match="with a teacher alone"):
        CreditScorer(**QUICK).fit(X, y, unlabelled=X)
    with pytest.raises(ParameterError, match="with a teacher alone"):
        cs.Scorecard().fit(X, y, unlabelled=X)
    data = BoostingData(
        X, y.astype(float), np.ones(300), signed=np.zeros(4, bool), unknown={},
        settings=BoostingSettings(5, 63, 0),
    )  # fmt: skip
    with pytest.raises(ParameterError, match="there is no teacher"):
        data.grow(TreeRecipe("taught", 0.1, 3, 8, 1.0, 1.0, is_taught=True), np.arange(300), 3, threads=1)


def test_a_scorer_with_a_teacher_is_cloned_and_tells_its_parameters() -> None:
    scorer = CreditScorer(teacher=Says("nothing"))
    assert clone(scorer).teacher.what == "nothing"
    assert scorer.get_params()["teacher__what"] == "nothing"
    assert set(RECIPES) == {"pairs", "shallow", "default", "deep"}


def test_a_pipeline_teaches_with_those_whose_outcome_is_not_known(tmp_path) -> None:
    german = cs.datasets.load_german()
    bad = german.bad.astype(float)
    bad[::4] = np.nan
    SEEN.clear()
    scorer = cs.CreditScorer(teacher=Remembers(), n_estimators=20, recipe="pairs", folds="hash", threads=2)
    features = [cs.application_features(german.columns)]
    pipeline = cs.CreditPipeline(features, scorer=scorer).fit(german.applications, cs.Portfolio(), bad)
    assert max(len(asked) for _, asked in SEEN) > 0
    assert pipeline.report is not None
    assert pipeline.report.used == 750
    pipeline.save(tmp_path / "model")
    loaded = cs.load(tmp_path / "model")
    first = german.applications.take([0])
    assert loaded.score(first, cs.Portfolio()).score == pipeline.score(first, cs.Portfolio()).score
    with pytest.raises(FittingError, match="without the parameters of its scorer"):
        loaded.fit(german.applications, cs.Portfolio(), bad)


def test_weights_that_are_not_there_are_not_looked_for_elsewhere(tmp_path, monkeypatch) -> None:
    """The weights themselves are not to be had here: what stands in for the package notes what it is told."""
    with pytest.raises(ParameterError, match="must be a file of weights that you have"):
        foundation_teacher(tmp_path / "none.ckpt")
    path = tmp_path / "some.ckpt"
    path.write_bytes(b"weights")
    monkeypatch.setitem(sys.modules, "tabicl", None)
    with pytest.raises(MissingExtraError, match="foundation"):
        foundation_teacher(path)
    stand_in, asked = ModuleType("tabicl"), {}
    made = lambda **how: asked.update(how) or Says()  # noqa: E731
    monkeypatch.setattr(stand_in, "TabICLClassifier", made, raising=False)
    monkeypatch.setitem(sys.modules, "tabicl", stand_in)
    assert isinstance(foundation_teacher(path, seed=3), Says)
    assert asked == {
        "n_estimators": 8, "model_path": str(path), "allow_auto_download": False, "device": "cpu",
        "random_state": 3, "n_jobs": None,
    }  # fmt: skip
