"""The bench of peers: who wins a row, what counts as a difference, and features as of each moment by hand."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import creditscore as cs

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"
MODULES = ("environments", "judging", "page", "tasks", "_search", "_asof")


@pytest.fixture(scope="module")
def bench():
    before, path = set(sys.modules), list(sys.path)
    sys.path.insert(0, str(PEERS))
    yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(PEERS)):
            del sys.modules[name]


def row_of(page, task, seconds):
    told = {
        who: {"name": who, "load": 1.0, "rows": {"batch": {"cpu": cpu, "clock": 2 * cpu}}}
        for who, cpu in seconds.items()
    }
    return page.row_table(task, {"told": told, "settings": {"rows": 5, "few": 1, "trees": 1}}, "batch")


def test_whoever_is_quickest_stands_first_and_in_bold_also_where_it_is_not_ours(bench):
    task = bench.tasks.TASKS["explain"]
    table = row_of(bench.page, task, {"explain_creditscore": 0.004, "explain_shap": 0.001})
    assert table[3:] == [
        "| **explain_shap** | 1 ms | 0.25 | 2 ms | 1.0 |  |",
        "| explain_creditscore | 4 ms | 1.00 | 8 ms | 1.0 |  |",
    ]


def test_whoever_ranks_best_wins_models_and_whoever_errs_least_wins_what_is_expected(bench):
    lines = {"a": {"cpu": 1.0, "auc": 0.7, "error": 0.2}, "b": {"cpu": 2.0, "auc": 0.8, "error": 0.1}}
    assert [bench.page.best_of(lines, best) for best in ("cpu", "auc", "error")] == ["a", "b", "b"]


def test_every_task_names_its_reference_and_scripts_and_environments_that_are_there(bench):
    known = bench.environments.asked()
    for task in bench.tasks.TASKS.values():
        assert task.reference in task.scripts
        for script, environment in task.scripts.items():
            assert (PEERS / f"{script}.py").exists()
            assert environment is None or environment in known


def test_a_value_that_one_of_two_lacks_is_no_small_difference(bench, tmp_path):
    kept = {"ours": [1.0, 200.0, 3.0], "near": [1.0, 202.0, 3.0], "gap": [1.0, np.nan, 3.0]}
    for script, values in kept.items():
        np.save(tmp_path / f"{script}.batch.npy", np.array(values)[:, None])
    off = bench.judging.largest_difference
    assert off(tmp_path, "near", "batch", "ours")["off"] == pytest.approx(0.01)
    assert off(tmp_path, "gap", "batch", "ours")["off"] == np.inf
    assert off(tmp_path, "absent", "batch", "ours") == {}


def test_ranks_and_ratios_of_the_bench_are_those_of_others(bench):
    random = np.random.default_rng(0)
    z, bad = np.round(random.normal(size=500), 1), random.integers(0, 2, 500)
    groups = np.column_stack([random.integers(0, 2, 500), random.integers(-1, 3, 500)])
    assert bench.judging.auc(bad, z) == pytest.approx(roc_auc_score(bad, z), abs=1e-12)
    labels = {
        f"g{k}": [None if one < 0 else str(one) for one in column] for k, column in enumerate(groups.T)
    }
    ratios = [curve.at(0.7) for curve in cs.impact_curves(z, labels)]
    assert bench._search.ratio_of(z, groups) == pytest.approx(min(ratios), abs=1e-12)


def test_what_pip_could_not_install_is_told_by_its_cause(bench):
    said = "error: subprocess-exited-with-error\n  error: no `rayon` in `core (/tmp/x/y)`\nhint: See above."
    assert bench.environments.complaint(said) == "error: no `rayon` in `core`"
    assert bench.environments.complaint("ERROR: No such version") == "ERROR: No such version"


def by_hand(bench, events, asked):
    """Every statistic by plain loops."""
    found = []
    for who, moment in zip(asked["applicant_id"], asked["as_of"], strict=True):
        mine = events[events["applicant_id"] == who]
        row = []
        for lane in bench._asof.LANES:
            for days in bench._asof.WINDOWS:
                within = [
                    amount
                    for when, amount in zip(mine["event_time"], mine["amount"], strict=True)
                    if moment - timedelta(days=days) <= when < moment
                    and (lane == "net" or (amount > 0) == (lane == "inflow"))
                ]
                few = len(within) < 2
                row += [len(within), sum(within), np.nan if few else np.std(within, ddof=1)]
                row += [min(within), max(within)] if within else [np.nan, np.nan]
        found.append(row)
    return np.array(found)


@pytest.mark.parametrize("script", ["features_creditscore", "features_duckdb", "features_tiles"])
def test_features_as_of_each_moment_are_those_by_hand(bench, tmp_path, script):
    random = np.random.default_rng(3)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    hours = random.integers(0, 400 * 24, 900)  # some of them at the very start of a window, and at the moment
    events = pd.DataFrame(
        {
            "applicant_id": random.integers(0, 12, 900),
            "event_time": pd.to_datetime([start + timedelta(hours=int(one)) for one in hours], utc=True),
            "amount": np.round(random.normal(size=900), 2) + 0.001,
        }
    )
    moments = [start + timedelta(days=int(one)) for one in random.integers(1, 400, 13)]
    asked = pd.DataFrame(
        {"applicant_id": range(13), "application_id": range(13), "as_of": pd.to_datetime(moments, utc=True)}
    )
    events.to_parquet(tmp_path / "events.parquet")
    asked.to_parquet(tmp_path / "applications.parquet")
    command = [sys.executable, str(PEERS / f"{script}.py"), str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "as of" in json.loads(done.stdout.splitlines()[-1])["rows"]
    found = np.load(tmp_path / f"{script}.as_of.npy")
    expected = by_hand(bench, events, asked)
    empty = np.array([name.endswith(("_count", "_sum")) for name in bench._asof.NAMES])
    found = np.where(empty & np.isnan(found), 0.0, found)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-7)
