"""Figures of the accuracy benchmark against scikit-learn, and a run from rows to page on made-up rows."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

BENCHMARKS = str(Path(__file__).parents[2] / "benchmarks")


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, BENCHMARKS)
    import _accuracy_figures
    import _accuracy_maps
    import _accuracy_page
    import _accuracy_sets
    import _accuracy_years
    import _contestants
    import accuracy

    yield SimpleNamespace(
        figures=_accuracy_figures,
        maps=_accuracy_maps,
        page=_accuracy_page,
        sets=_accuracy_sets,
        years=_accuracy_years,
        contestants=_contestants,
        run=accuracy,
    )
    sys.path.remove(BENCHMARKS)


def test_auc_of_a_resample_is_that_of_the_repeated_rows(bench) -> None:
    rng = np.random.default_rng(0)
    who = rng.integers(0, 60, 400)
    bad = rng.integers(0, 2, 400)
    said = np.round(bad + rng.normal(size=400), 1)  # with ties
    number, weight = bench.figures.drawn(bad, who, 5)
    judged = bench.figures.Judged.made(said, bad, number)
    assert judged.auc(weight[0]) == pytest.approx(roc_auc_score(bad, said), abs=1e-12)
    for drawn in weight[1:]:
        rows = np.repeat(np.arange(400), drawn[number].astype(int))
        assert judged.auc(drawn) == pytest.approx(roc_auc_score(bad[rows], said[rows]), abs=1e-12)
        assert drawn.sum() == len(np.unique(who))


def test_slopes_are_those_of_a_logistic_regression(bench) -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(-2.0, 1.0, 4_000)
    bad = (rng.random(4_000) < expit(0.7 * z - 0.3)).astype(float)
    by_sklearn = LogisticRegression(C=np.inf, tol=1e-8).fit(z[:, None], bad).coef_[0, 0]
    assert bench.years.slope(z, bad) == pytest.approx(by_sklearn, abs=1e-4)
    days = np.arange(4_000) * 86_400_000_000 // 3
    found = bench.years.by_year(z, bad, days, resamples=20)
    assert list(found["years"]) == [1970, 1971, 1972, 1973]
    assert found["rows"][0] < found["slope"] < found["rows"][1]


def test_a_better_map_is_seen_and_a_needless_one_costs(bench) -> None:
    rng = np.random.default_rng(2)
    z = rng.normal(-1.0, 1.5, 6_000)
    right = (rng.random(6_000) < expit(z)).astype(float)
    bent = (rng.random(6_000) < np.where(z > 0, 0.6, 0.1)).astype(float)
    who = np.arange(6_000)
    needless = bench.maps.compared(z, right, who).values()
    assert all(one["log_loss"] > -2 * one["log_loss_error"] for one in needless)
    found = bench.maps.compared(z, bent, who)
    assert found["isotonic"]["log_loss"] < found["line"]["log_loss"] < 0


def test_blocks_and_draws_do_not_overlap(bench) -> None:
    time = np.repeat(np.arange(100), 10)
    (((fit, judged),),) = bench.sets.newest(time, 0.3, 1)
    assert time[fit].max() < time[judged].min()
    assert len(judged) == 300
    for ((fit, judged),) in bench.sets.draws(25_000, 2):
        assert (len(fit), len(judged)) == (8_000, 12_000)
        assert not set(fit) & set(judged)
    who = np.arange(1_000) // 2
    for fit, judged in bench.sets.folds(np.arange(1_000) % 2, who, 1)[0]:
        assert not set(who[fit]) & set(who[judged])


def test_from_rows_to_page_and_on_where_it_was_stopped(bench, tmp_path, monkeypatch) -> None:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(300, 5))
    bad = (X[:, 0] + rng.normal(size=300) > 0.5).astype(np.int64)
    who = np.arange(300)
    rows = bench.sets.Contest(
        "made up", X, bad, (1, 0, 0, 0, 0), (), who, None, bench.sets.folds(bad, who, 1)
    )
    monkeypatch.setattr(bench.run, "KEPT", tmp_path)
    bench.run.measure("made", rows, ["creditscore", "LightGBM", "before"], again=False)
    files = sorted(path.name for path in (tmp_path / "made").glob("*.npz"))
    assert len(files) == 15
    (tmp_path / "made" / "LightGBM, 0.3.npz").unlink()
    kept = (tmp_path / "made" / "creditscore, 0.0.npz").stat().st_mtime_ns
    bench.run.measure("made", rows, ["creditscore", "LightGBM", "before"], again=False)
    assert (tmp_path / "made" / "LightGBM, 0.3.npz").exists()
    assert (tmp_path / "made" / "creditscore, 0.0.npz").stat().st_mtime_ns == kept
    found = bench.run.summary("made", rows)
    stored = [np.load(tmp_path / "made" / f"creditscore, 0.{k}.npz") for k in range(5)]
    by_hand = np.mean([roc_auc_score(bad[one["rows"]], one["log_odds"]) for one in stored])
    assert found["auc"]["creditscore"]["value"] == pytest.approx(by_hand, abs=1e-12)
    assert found["reference"] == "LightGBM"
    text = bench.page.page({"made": found})
    assert "| made up | 300, " in text
    # A set of which no reference was tuned does not count in the mean.
    assert "the mean difference" not in text
    tuned = found | {"auc": found["auc"] | {"LightGBM, Optuna": found["auc"]["LightGBM"]}}
    assert "Over the 1 sets the mean difference" in bench.page.page({"made": tuned})


def gap(value: float, low: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": value + 0.01, "error": 0.004, "splits": 5}


def test_whom_a_run_does_not_hear_keeps_what_an_earlier_one_said(bench) -> None:
    figures = {"value": 0.7, "low": 0.6, "high": 0.8, "error": 0.05}
    before = {
        "auc": {"creditscore": figures, "optbinning": figures, "LightGBM": figures},
        "splits": {"creditscore": 2, "optbinning": 1, "LightGBM": 2},
        "seconds": {"creditscore": 3.0, "optbinning": 2.0, "LightGBM": 1.0},
        "difference": {"creditscore": {"optbinning": gap(0.02, 0.01), "LightGBM": gap(0.01, 0.0)}},
    }
    now = {
        "auc": {"creditscore": figures | {"value": 0.9}, "LightGBM": figures},
        "splits": {"creditscore": 9, "LightGBM": 9},
        "seconds": {"creditscore": 4.0, "LightGBM": 1.0},
        "difference": {"creditscore": {"LightGBM": gap(0.03, 0.02)}},
        "calibration": {},
    }
    found = bench.run.with_earlier(before, now)
    assert found["auc"]["creditscore"]["value"] == 0.9
    assert found["splits"] == {"creditscore": 9, "LightGBM": 9, "optbinning": 1}
    assert found["difference"]["creditscore"] == {"LightGBM": gap(0.03, 0.02), "optbinning": gap(0.02, 0.01)}
    assert found["earlier"] == ["optbinning"]
    assert bench.run.with_earlier({}, now)["earlier"] == []
    scorecard = {
        name: {"optbinning": figures} for name in ("auc", "splits", "seconds", "calibration", "difference")
    }
    told = before | {"trees": 300.0, "reference": "LightGBM"}
    alone = bench.run.with_earlier(told, scorecard | {"trees": 0.0, "reference": None, "difference": {}})
    assert (alone["trees"], alone["reference"]) == (300.0, "LightGBM")
    assert alone["difference"] == before["difference"]


def test_the_page_says_where_what_was_asked_is_not_reached(bench) -> None:
    def one(title: str, rows: int, found: dict[str, float]) -> dict[str, object]:
        return {"title": title, "rows": rows, "reference": "LightGBM",
                "difference": {"creditscore": {"LightGBM": found}}}  # fmt: skip

    results = {
        "a": one("large", 5_000, gap(0.02, -0.0029)), "b": one("short", 1_000, gap(0.02, -0.0041)),
        "c": one("small", 999, gap(0.001, -0.2)), "d": one("worse", 200, gap(-0.002, -0.2)),
    }  # fmt: skip
    lines = [line for line in bench.page._bounds(results).split("\n") if line.startswith("| ")]
    reached = [line.split(" | ")[-1] for line in lines[2:]]
    assert reached == ["yes |", "no, by 0.0011 |", "yes |", "no, by 0.0020 |"]
