"""Stability on frozen bins: against sums by hand, and against what chance does without drift."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

import creditscore as cs
from creditscore.errors import ArtefactError, NameUnknownError, ParameterError


def test_the_index_is_the_sum_over_bins() -> None:
    before = np.repeat([1.0, 2.0, 3.0, np.nan], [40, 30, 20, 10])
    now = np.repeat([1.0, 2.0, 3.0, np.nan], [100, 200, 100, 100])
    frozen = cs.FrozenBins.learned({"x": before}, bins=3)
    drift = frozen.compare({"x": now})["x"]
    first = (np.array([40, 30, 20, 10]) + 0.5) / 102
    second = (np.array([100, 200, 100, 100]) + 0.5) / 502
    expected = sum((b - a) * math.log(b / a) for a, b in zip(first, second, strict=True))
    assert drift.psi == pytest.approx(expected, rel=1e-12)
    assert drift.p_value == pytest.approx(stats.chi2.sf(expected / (1 / 100 + 1 / 500), 3), rel=1e-9)
    assert (drift.missing_before, drift.missing_now) == (0.1, 0.2)


def test_bins_are_those_of_the_reference() -> None:
    """A sample far away lies in one bin of the reference, where bins of its own would find nothing."""
    rng = np.random.default_rng(0)
    frozen = cs.FrozenBins.learned({"x": rng.normal(0, 1, 1000)})
    assert frozen.compare({"x": rng.normal(10, 1, 1000)})["x"].psi > 3.0


def test_false_alarms_are_as_rare_as_promised() -> None:
    rng = np.random.default_rng(1)
    columns = {f"c{number}": rng.normal(0, 1, 3000) for number in range(10)}
    frozen = cs.FrozenBins.learned(columns)
    certain = 0
    for _ in range(300):
        table = frozen.compare({name: rng.normal(0, 1, 400) for name in columns}, level=0.05)
        certain += min(one.p_value for one in table.columns) < 0.05 / 10
        assert not table.alerts or max(one.psi for one in table.columns) >= 0.10
    # 300 looks of level .05: more than 27 would have a chance of about one in a thousand.
    assert certain <= 27


def test_small_batches_cry_no_wolf_and_large_shifts_are_seen() -> None:
    rng = np.random.default_rng(2)
    frozen = cs.FrozenBins.learned({"x": rng.normal(0, 1, 5000)})
    cried = sum(frozen.compare({"x": rng.normal(0, 1, 60)})["x"].verdict != "steady" for _ in range(100))
    assert cried <= 5
    assert frozen.compare({"x": rng.normal(0, 1, 20)})["x"].verdict == "few"
    assert frozen.compare({"x": rng.normal(0.35, 1, 3000)})["x"].verdict == "moved"
    assert frozen.compare({"x": rng.normal(0.8, 1, 3000)})["x"].verdict == "shifted"


def test_labels_that_were_never_seen_are_counted() -> None:
    frozen = cs.FrozenBins.learned({"reason": ["a"] * 50 + ["b"] * 50 + [None] * 10})
    drift = frozen.compare({"reason": ["a"] * 40 + ["new"] * 60})["reason"]
    assert drift.unseen == 0.6
    assert drift.verdict == "shifted"
    many = [f"label {number}" for number in range(200)] * 2
    assert cs.FrozenBins.learned({"x": many}).compare({"x": many})["x"].unseen == 0.75


def test_bins_come_back_and_a_change_is_known() -> None:
    rng = np.random.default_rng(3)
    frozen = cs.FrozenBins.learned({"x": rng.normal(0, 1, 100), "t": ["a", "b"] * 50, "none": [np.nan] * 100})
    stored = json.loads(json.dumps(frozen.to_dict()))
    again = cs.FrozenBins.from_dict(stored)
    batch = {"x": rng.normal(0, 1, 80), "t": ["a"] * 80, "none": [np.nan] * 80}
    assert again.compare(batch) == frozen.compare(batch)
    stored["columns"]["x"]["counts"][0] += 1
    for wrong in (stored, {}, {**frozen.to_dict(), "schema": "x"}, {"order": ["x"]}):
        with pytest.raises(ArtefactError):
            cs.FrozenBins.from_dict(wrong)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "one length"),
        ({"x": [1.0] * 10}, "50 rows"),
        ({"x": [1.0] * 60, "y": [1.0] * 61}, "one length"),
        ({"x": [math.inf] * 60}, "finite"),
        ({"x": [object()] * 60}, "numbers"),
        ({"x": ["a", 1] * 30}, "texts"),
        (None, "a mapping"),
        ([1.0] * 60, "a mapping"),
    ],
)
def test_what_cannot_be_binned_is_refused(columns: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        cs.FrozenBins.learned(columns)


def test_every_column_of_the_reference_is_asked_for() -> None:
    frozen = cs.FrozenBins.learned({"x": np.arange(60.0), "y": np.arange(60.0)})
    with pytest.raises(ParameterError, match="'y'"):
        frozen.compare({"x": [1.0]})
    with pytest.raises(NameUnknownError):
        frozen.compare({"x": [1.0], "y": [1.0], "z": [1.0]})
    assert frozen.compare({"x": [], "y": []})["x"].verdict == "few"


def test_a_night_on_the_command_line(tmp_path, capsys, monkeypatch) -> None:
    from creditscore import cli

    def run(code: int, *arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", "monitor", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert stopped.value.code == code, said
        return said.out

    rng = np.random.default_rng(4)

    def batch(name: str, mean: float) -> str:
        columns = {
            "application_id": np.arange(500), "score": rng.normal(mean, 40, 500).round(),
            "grade": rng.choice(["1", "2"], 500), "seen": rng.random(500) < 0.5,
            "at": np.full(500, np.datetime64("2026-01-01")),
        }  # fmt: skip
        pq.write_table(pa.table(columns), tmp_path / name)
        return str(tmp_path / name)

    bins = str(tmp_path / "bins.json")
    assert "not watched: at" in run(0, "learn", batch("before.parquet", 600), "--out", bins)
    assert "steady" in run(0, "check", bins, batch("calm.parquet", 600))
    found = json.loads(run(1, "check", bins, batch("moved.parquet", 540), "--json"))
    assert found["columns"][0]["name"] == "score"
