"""Groups of people on the command line: figures, alternatives, and the model that was chosen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore import cli
from tests.assess.worlds import lender

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert stopped.value.code == code, said
        return said.out + said.err if code else said.out

    return call


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fairness")
    world = lender(800, seed=2, planted=0.25)
    frame = pd.DataFrame(
        {"application_id": np.arange(800), "applicant_id": np.arange(800), "bad": world.bad}
        | {"as_of": pd.Timestamp("2025-06-01", tz="UTC")}
        | {name: world.applications.numeric[name] for name in ("x0", "x1", "x2", "x3", "device")}
    )
    frame.to_parquet(path / "applications.parquet")
    groups = pd.DataFrame({"application_id": np.arange(800)[::-1], "sex": world.group[::-1]})
    groups.iloc[:700].to_parquet(path / "groups.parquet")
    paid = pd.DataFrame(
        {"applicant_id": np.arange(800), "amount": 5.0, "event_time": frame["as_of"] - pd.Timedelta("9D")}
    )
    paid.to_parquet(path / "payments.parquet")
    world.pipeline.fit(world.applications, cs.Portfolio(payments=paid), world.bad).save(path / "model")
    return path


def test_figures_stand_apart_from_the_applications(run: Run, folder: Path) -> None:
    given = str(folder / "model"), "--portfolio", str(folder), "--groups", str(folder / "groups.parquet")
    out = folder / "found.json"
    said = run(
        "fairness", *given, "--cutoff", "520", "--law", "US-MA", "--as-of", "2026-11-29", "--out", str(out)
    )
    assert "sex, beside" in said
    found = json.loads(out.read_text())
    assert found["figures"]["attributes"][0]["unknown"] == pytest.approx(100 / 800)
    assert {duty for law in found["laws"] for *_, duty in law["rules"]} >= {"effects_test"}
    assert json.loads(run("fairness", *given, "--cutoff", "520", "--json"))["cutoff"] == 520
    assert "as-of" in run("fairness", *given, "--cutoff", "520", "--law", "US-MA", code=2)
    assert "attribute" in run("fairness", *given, "--cutoff", "520", "--cross", "sex,age", code=2)


@pytest.mark.long
def test_alternatives_are_searched_and_the_chosen_model_saved(run: Run, folder: Path) -> None:
    given = str(folder / "model"), "--portfolio", str(folder), "--groups", str(folder / "groups.parquet")
    said = run(
        "alternatives", *given, "--draws", "1", "--worth", "0.1", "--approve", "0.6", "--resamples", "20",
        "--save", str(folder / "chosen"), "--json",
    )  # fmt: skip
    found = json.loads(said)
    assert found["bound"]["draws"] == 1
    chosen = cs.load(folder / "chosen").model.computer.features.names
    alternative = found["candidates"][found["chosen"]]
    assert len(chosen) == alternative["features"]


def test_files_that_hold_no_groups_are_refused(run: Run, folder: Path) -> None:
    given = str(folder / "model"), "--portfolio", str(folder), "--cutoff", "520"
    wrong = folder / "wrong.parquet"
    pd.DataFrame({"sex": ["f"]}).to_parquet(wrong)
    assert "application_id" in run("fairness", *given, "--groups", str(wrong), code=2)
    pd.DataFrame({"application_id": [1, 1], "sex": ["f", "m"]}).to_parquet(wrong)
    assert "repeated" in run("fairness", *given, "--groups", str(wrong), code=2)
