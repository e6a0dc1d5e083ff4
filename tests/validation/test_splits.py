"""Splitters in time and between communities, with scikit-learn's tools and with pipelines."""

from __future__ import annotations

from itertools import pairwise

import networkx
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score

import creditscore as cs
from creditscore.errors import FittingError, NameUnknownError, ParameterError
from creditscore.graph.grouping import community_groups
from creditscore.validation.splits import CommunitySplit, TimeSplit

DAY = 86_400_000_000


def days(n=400, seed=0):
    offsets = np.random.default_rng(seed).integers(0, 700, n)
    return np.datetime64("2022-01-01") + offsets


@pytest.mark.parametrize("n_splits", [1, 3, 5])
@pytest.mark.parametrize("embargo", [0, 90])
def test_blocks_follow_each_other_and_outcomes_were_known(n_splits, embargo):
    time = days()
    who = np.random.default_rng(1).integers(0, 200, time.size)
    splitter = TimeSplit(time, n_splits=n_splits, embargo=f"{embargo}d", rolling="300d")
    blocks = list(splitter.split(time, groups=who))
    assert len(blocks) == splitter.get_n_splits() == n_splits
    judged = np.concatenate([test for _, test in blocks])
    assert len(np.unique(judged)) == judged.size == pytest.approx(0.6 * time.size, abs=8)
    for train, test in blocks:
        gap = time[test].min() - time[train]
        assert (gap >= np.timedelta64(max(embargo, 1), "D")).all()
        assert (gap <= np.timedelta64(embargo + 300, "D")).all()
        assert not set(who[train]) & set(who[test])
        assert (np.diff(train) > 0).all()
    if n_splits > 1:
        assert all(time[a[1]].max() < time[b[1]].min() for a, b in pairwise(blocks))


def test_scikit_learn_takes_them():
    random = np.random.default_rng(2)
    X = random.normal(size=(400, 2))
    y = (X[:, 0] + random.normal(size=400) > 0).astype(int)
    scores = cross_val_score(LogisticRegression(), X, y, cv=TimeSplit(days(), n_splits=3), scoring="roc_auc")
    assert scores.shape == (3,)
    groups = random.integers(0, 50, 400)
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=CommunitySplit(n_splits=4))
    assert search.fit(X, y, groups=groups).n_splits_ == 4


def test_pipelines_take_them():
    rng = np.random.default_rng(3)
    records = [
        {
            "application_id": k,
            "applicant_id": k // 2,
            "as_of": f"{time}T00:00:00Z",
            "debt": float(rng.normal()),
        }
        for k, time in enumerate(np.sort(days(600)).tolist())
    ]
    bad = (np.array([one["debt"] for one in records]) + rng.normal(size=600) > 0.5).astype(int)
    asked = cs.Applications.from_records(records)
    scorer = cs.CreditScorer(recipe="pairs", n_estimators=20, n_folds=2)
    pipeline = cs.CreditPipeline([cs.application_features(["debt"])], scorer=scorer)
    found = cs.cross_validate(
        pipeline, asked, cs.Portfolio(), bad, folds=TimeSplit(asked, n_splits=2, embargo="30d")
    )
    assert len(found.parts) == 2
    assert (found.fold[np.argsort(asked.as_of, kind="stable")[:230]] == -1).all()


def tied(pairs, alone=()):
    rows = [{"person_id": a, "other_id": b, "event_time": "2023-01-01T00:00:00Z"} for a, b in pairs]
    people = sorted({one for pair in pairs for one in pair} | set(alone))
    asked = [
        {"application_id": k, "applicant_id": who, "as_of": "2024-06-01T00:00:00Z"}
        for k, who in enumerate(people)
    ]
    return cs.Applications.from_records(asked), cs.Portfolio.from_records({"ties": rows}), people


def test_components_are_those_of_networkx():
    graph = networkx.gnp_random_graph(120, 0.012, seed=4)
    pairs = [(f"p{a:03}", f"p{b:03}") for a, b in graph.edges]
    alone = [f"p{k:03}" for k in networkx.isolates(graph)]
    asked, portfolio, people = tied(pairs, alone)
    groups = community_groups(asked, portfolio)
    expected = {frozenset(f"p{k:03}" for k in part) for part in networkx.connected_components(graph)}
    found = {frozenset(np.array(people)[groups == label].tolist()) for label in np.unique(groups)}
    assert found == expected
    with pytest.raises(FittingError, match="communities"):
        list(CommunitySplit(n_splits=3).split(groups, groups=np.zeros(groups.size)))


def test_communities_cut_one_large_component_where_few_ties_are():
    graph = networkx.connected_caveman_graph(8, 6)
    asked, portfolio, people = tied([(f"p{a:02}", f"p{b:02}") for a, b in graph.edges])
    assert len(np.unique(community_groups(asked, portfolio))) == 1
    groups = community_groups(asked, portfolio, way="communities")
    number = {who: groups[k] for k, who in enumerate(people)}
    inside = [number[f"p{a:02}"] == number[f"p{b:02}"] for a, b in graph.edges]
    assert np.mean(inside) > 0.9
    for train, test in CommunitySplit(n_splits=4).split(groups, groups=groups):
        assert not set(groups[train]) & set(groups[test])
        assert 6 <= test.size <= 18
    before = community_groups(asked, portfolio, as_of="2022-01-01T00:00:00Z")
    assert len(np.unique(before)) == len(people)


def test_what_is_refused():
    time = days()
    for wrong in ({"n_splits": 0}, {"before": 1.0}, {"embargo": "soon"}, {"rolling": "3x"}):
        with pytest.raises(ParameterError):
            TimeSplit(time, **wrong)
    with pytest.raises(ParameterError):
        TimeSplit(np.array(["2024-01-01", "NaT"], "M8[D]"))
    with pytest.raises(ParameterError):
        TimeSplit([0.5, 1.5])
    with pytest.raises(ParameterError):
        list(TimeSplit(time).split(time[:-1]))
    with pytest.raises(FittingError, match="embargo"):
        list(TimeSplit(time, embargo="3000d").split(time))
    with pytest.raises(FittingError):
        list(TimeSplit(np.zeros(50, np.int64)).split(np.zeros(50)))
    with pytest.raises(ParameterError):
        list(CommunitySplit().split(time))
    asked, portfolio, _ = tied([("a", "b")])
    with pytest.raises(NameUnknownError):
        community_groups(asked, portfolio, way="friends")
    with pytest.raises(ParameterError):
        community_groups(asked, cs.Portfolio())
