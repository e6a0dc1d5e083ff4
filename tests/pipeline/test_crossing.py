"""A pipeline is cloned, cross-validated and searched: each fold is what the pipeline would have fitted."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.base import clone

import creditscore as cs
from creditscore.errors import FittingError, MissingExtraError, NameUnknownError, ParameterError
from tests.pipeline.conftest import PEOPLE, SMALL


@pytest.fixture
def fresh():
    return cs.CreditPipeline(scorer=cs.CreditScorer(**SMALL, n_folds=3, threads=1), threads=1)


def test_parameters_are_read_and_set_by_name(fresh):
    found = fresh.get_params()
    assert found["scorer__n_estimators"] == SMALL["n_estimators"]
    assert set(fresh.get_params(deep=False)) == {
        "features", "scorer", "scale", "master_scale", "embargo", "segments", "source_dropout", "threads",
        "jurisdiction",
    }  # fmt: skip
    shared = fresh.scorer
    fresh.set_params(embargo="30d", segments=["product"], scorer__n_estimators=7)
    assert (fresh.embargo, fresh.segments, fresh.scorer.n_estimators) == ("30d", ("product",), 7)
    assert shared.n_estimators == SMALL["n_estimators"]
    fresh.set_params(scorer=None, scorer__recipe="deep")
    assert fresh.scorer.get_params() == cs.CreditScorer(recipe="deep").get_params()


@pytest.mark.parametrize(
    ("given", "says"),
    [({"embarg": "1d"}, "Did you mean 'embargo'"), ({"scorer__recip": "deep"}, "Did you mean 'recipe'")],
)
def test_an_unknown_parameter_is_refused_with_the_closest(fresh, given, says):
    with pytest.raises(NameUnknownError, match=says):
        fresh.set_params(**given)
    with pytest.raises(ParameterError, match="segments"):
        fresh.set_params(segments="product")


def test_a_clone_has_the_parameters_and_nothing_that_was_fitted(case):
    again = clone(case.pipeline)
    assert again.report is None
    assert again.scorer is not case.pipeline.scorer
    assert again.scorer.get_params() == case.pipeline.scorer.get_params()
    assert again.get_params(deep=False).keys() == case.pipeline.get_params(deep=False).keys()
    fitted = again.fit(case.applications, case.portfolio, case.bad)
    assert fitted.model.model_id == case.pipeline.model.model_id


def test_each_fold_says_what_the_pipeline_fitted_on_the_others_says(case, fresh):
    found = fresh.cross_validate(case.applications, case.portfolio, case.bad, folds=3)
    assert sorted(set(found.fold.tolist()) - {-1}) == [0, 1, 2]
    for number in range(3):
        judged = np.flatnonzero(found.fold == number)
        fitted_on = np.setdiff1d(np.arange(PEOPLE), judged)
        alone = clone(fresh).fit(case.applications.take(fitted_on), case.portfolio, case.bad[fitted_on])
        scores = alone.score_many(case.applications.take(judged), case.portfolio, on_mismatch="count")
        assert np.array_equal(scores.log_odds, found.log_odds[judged])
    assert found.performance.applications == int((found.fold >= 0).sum())
    assert found.skipped["unlabelled"] == found.skipped["in_no_fold"] == 0
    assert "3 folds, AUC of each" in str(found)


def test_folds_may_be_given_and_weights_and_labels_count(case, fresh):
    texts = np.where(case.bad == 1, "charged off", "paid").astype(object)
    texts[:3] = None
    mask = np.arange(PEOPLE) % 2 == 0
    pairs = [(np.flatnonzero(mask), np.flatnonzero(~mask)), (~mask, mask)]
    found = cs.cross_validate(
        fresh,
        case.applications,
        case.portfolio,
        texts,
        folds=pairs,
        positive_label="charged off",
        sample_weight=np.where(np.arange(PEOPLE) < 20, 0.0, 2.0),
    )
    assert found.skipped["unlabelled"] == 3
    assert found.performance.applications == PEOPLE - 20 - found.skipped["unscorable"]
    assert np.isnan(found.log_odds[:3]).all()


@pytest.mark.parametrize(
    ("folds", "says"),
    [
        (1, "2 or more"),
        (True, "a number, 'time' or pairs"),
        ("date", "a number, 'time' or pairs"),
        ([1, 2], "a number, 'time' or pairs"),
        ([([0, 1], [1, 2])], "the same rows"),
        ([(range(50), [99, 100]), (range(50), [100])], "no row twice"),
        ([(range(50), [10_000])], "row numbers from 0 to 159"),
        ([(range(50), [0.5])], "row numbers or of masks"),
        ([], "must judge something"),
    ],
)
def test_folds_that_are_none_are_refused(case, fresh, folds, says):
    with pytest.raises(ParameterError, match=says):
        fresh.cross_validate(case.applications, case.portfolio, case.bad, folds=folds)


def test_time_is_refused_where_there_is_a_single_moment(case, fresh):
    with pytest.raises(FittingError, match=r"cannot be judged in time: .* Give a number of folds"):
        fresh.cross_validate(case.applications, case.portfolio, case.bad, folds="time")


def test_a_search_returns_the_best_of_what_it_tried_and_repeats_itself(case, fresh):
    pytest.importorskip("optuna", reason="the extra 'search' is not installed")

    def space(trial):
        return {"scorer__n_estimators": trial.suggest_int("n_estimators", 1, 30)}

    given = case.applications, case.portfolio, case.bad
    found = cs.search(fresh, *given, trials=3, space=space, folds=2)
    assert [one.parameters for one in found.tried[:1]] == [{}]
    assert len(found.tried) == 4
    assert found.best.value == min(one.value for one in found.tried)
    judged = found.pipeline.cross_validate(*given, folds=2)
    assert judged.performance["log_loss"].value == found.best.value
    assert fresh.scorer.n_estimators == SMALL["n_estimators"]
    again = cs.search(fresh, *given, trials=3, space=space, folds=2)
    assert again.tried == found.tried
    auc = cs.search(fresh, *given, trials=1, metric="auc", folds=2)
    assert auc.best.value == max(one.value for one in auc.tried)
    assert set(auc.tried[1].parameters) == {
        "scorer__max_depth", "scorer__num_leaves", "scorer__learning_rate", "scorer__feature_fraction",
        "scorer__reg_lambda",
    }  # fmt: skip


def test_without_optuna_the_extra_is_named(case, fresh, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingExtraError, match=r"creditscore\[search\]"):
        cs.search(fresh, case.applications, case.portfolio, case.bad, folds=2)


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"trials": 0}, ParameterError, "trials"),
        ({"metric": "accuracy"}, NameUnknownError, "metric 'accuracy'"),
        ({"space": lambda trial: {"embargo": "1d"}}, ParameterError, "parameters of the scorer"),
        ({"space": lambda trial: {"scorer__depth": 3}}, NameUnknownError, "Did you mean 'max_depth'"),
    ],
)
def test_a_search_that_is_none_is_refused(case, fresh, more, error, says):
    if "space" in more:
        pytest.importorskip("optuna", reason="the extra 'search' is not installed")
    with pytest.raises(error, match=says):
        cs.search(fresh, case.applications, case.portfolio, case.bad, folds=2, **{"trials": 1} | more)
