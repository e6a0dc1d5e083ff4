"""Columns that can tell nothing are dropped by the rows that a model grows on, and by no other."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import creditscore as cs
from creditscore.model.boosting import BoostingData, BoostingSettings
from creditscore.model.scorer import CreditScorer
from creditscore.model.screening import telling
from creditscore.model.walking import FEATURE

SETTINGS = BoostingSettings(min_child_samples=20, max_bin=63, seed=0)


def rows(n: int, noise: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Six columns of which each tells, then columns of noise."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 6 + noise))
    return X, (X[:, :6].sum(axis=1) + 2.0 * rng.normal(size=n) > 2.0).astype(np.float64)


def data(X: NDArray[np.float64], bad: NDArray[np.float64]) -> BoostingData:
    signed = np.zeros(X.shape[1], np.bool_)
    return BoostingData(X, bad, np.ones(len(X)), signed=signed, unknown={}, settings=SETTINGS)


def test_what_tells_is_kept_and_four_fifths_of_the_noise_is_dropped() -> None:
    X, bad = rows(1_500, 60)
    found = telling(data(X, bad), np.arange(1_500), seed=0)
    assert found[:6].all()
    assert found[6:].mean() < 0.35


def test_rows_that_are_held_out_have_no_say() -> None:
    X, bad = rows(1_500, 60)
    grown = np.arange(1_000)
    leaked = X.copy()
    leaked[1_000:, 40] = bad[1_000:]  # gives the outcome away on rows held out
    before = telling(data(X, bad), grown, seed=0)
    shuffled = np.r_[bad[:1_000], 1.0 - bad[1_000:]]
    assert np.array_equal(before, telling(data(X, shuffled), grown, seed=0))
    assert telling(data(leaked, bad), grown, seed=0)[40] == before[40]


def test_where_nothing_tells_nothing_is_dropped() -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 8))
    found = telling(data(X, (np.arange(60) % 2).astype(float)), np.arange(60), seed=0)
    assert found.all() or found.sum() >= 6


@pytest.mark.parametrize("bag", [True, False])
def test_no_tree_reads_what_was_dropped(bag: bool) -> None:
    X, bad = rows(800, 60)
    scorer = CreditScorer(screen=True, bag=bag, n_estimators=60, threads=1).fit(X, bad)
    read = {f"x{j}" for j in np.unique(scorer.model_.trees.nodes[:, FEATURE])}
    assert len(scorer.dropped_) > 20
    assert not read & set(scorer.dropped_)
    assert {f"x{j}" for j in range(6)} <= read
    assert CreditScorer(n_estimators=20, threads=1).fit(X, bad).dropped_ == ()


def test_categories_and_signs_are_screened_too() -> None:
    X, bad = rows(800, 60)
    X[:, 10] = np.floor(X[:, 0])  # labels that tell
    signs = [1] * 6 + [0] * 60
    scorer = CreditScorer(
        signs=signs, categorical_features=[10], screen=True, n_estimators=60, threads=1
    ).fit(X, bad)
    assert "x10" not in scorer.dropped_
    assert "x0" not in scorer.dropped_


def test_the_report_lists_them_and_explanations_give_them_nothing(tmp_path) -> None:
    rng = np.random.default_rng(0)
    n = 600
    X, bad = rows(n, 24)
    names = [f"column_{j}" for j in range(X.shape[1])]
    records = [
        {"application_id": k, "applicant_id": k, "as_of": "2024-01-01T00:00+00:00"}
        | dict(zip(names, X[k].tolist(), strict=True))
        for k in range(n)
    ]
    applications = cs.Applications.from_records(records)
    scorer = CreditScorer(screen=True, recipe="pairs", n_estimators=60, threads=1)
    pipeline = cs.CreditPipeline([cs.application_features(tuple(names))], scorer=scorer, threads=1)
    pipeline.fit(applications, cs.Portfolio(), bad)
    dropped = pipeline.report.screened
    assert dropped
    assert f"{len(dropped)} features told no more than chance" in str(pipeline.report)
    explained = pipeline.explain(applications, cs.Portfolio())
    for name in dropped:
        assert (explained.values[:, explained.feature_names.index(name)] == 0.0).all()
    pipeline.save(tmp_path / "model")
    assert cs.load(tmp_path / "model").report.screened == dropped
    record = pipeline.decide(records[int(rng.integers(n))], cs.Portfolio())
    points = {one["name"]: one["contribution"] for one in record.content["features"]}
    assert {points[name] for name in dropped} == {0.0}
