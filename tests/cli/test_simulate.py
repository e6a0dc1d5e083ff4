"""`creditscore simulate`: whole folders, truth apart, errors in one line."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from creditscore import cli
from creditscore.simulate import SimulationConfig, simulate_portfolio


@pytest.fixture
def run(capsys, monkeypatch):
    def call(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["creditscore", "simulate", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        return int(stopped.value.code or 0), printed.out + printed.err

    return call


def test_it_writes_what_the_library_makes(run, tmp_path):
    out, truth = tmp_path / "lender", tmp_path / "secret" / "truth.parquet"
    code, printed = run(
        "--people", "300", "--seed", "5", "--out", str(out), "--dial", "homophily=0.9", "--truth", str(truth)
    )
    assert code == 0
    made = simulate_portfolio(SimulationConfig(people=300, homophily=0.9), seed=5)
    assert f"{len(made.applications)} applications" in printed
    assert {path.stem for path in out.iterdir()} == {*made.tables, "applications", "shared"}
    payments = pd.read_parquet(out / "payments.parquet")
    pd.testing.assert_series_equal(payments["amount"], made.tables["payments"]["amount"])
    people = pd.read_parquet(truth)
    assert len(people) == 300
    assert people["probability_of_default"].between(0.0, 1.0).all()
    classes = pd.read_parquet(truth.with_name("truth_payments.parquet"))
    assert set(payments["event_id"]) <= set(classes["event_id"])
    asked = pd.read_parquet(truth.with_name("truth_applications.parquet"))
    assert asked["application_id"].tolist() == made.applications["application_id"].tolist()
    import pyarrow.parquet as pq

    told = json.loads(pq.read_schema(truth).metadata[b"creditscore.truth"])
    assert told["config"]["homophily"] == 0.9
    assert told["seed"] == 5


def test_the_folder_can_be_read_back_by_another_command(run, tmp_path):
    from creditscore.cli._folder import read_portfolio

    assert run("--people", "100", "--out", str(tmp_path / "lender"))[0] == 0
    assert read_portfolio(tmp_path / "lender").n_applicants >= 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dial", "homophily"), "'dial' parameter must be NAME=VALUE"),
        (("--dial", "luck=1"), "There is no dial 'luck'"),
        (("--dial", "homophily=2"), "'homophily' parameter must be a number within 0 and 1"),
        (("--seed", "-1"), "'seed' parameter"),
    ],
)
def test_mistakes_are_named_and_nothing_is_written(run, tmp_path, arguments, message):
    out = tmp_path / "lender"
    code, printed = run("--people", "100", "--out", str(out), *arguments)
    assert code == 2
    assert message in " ".join(printed.split())
    assert not list(tmp_path.iterdir())


def test_the_truth_stays_out_of_the_folder(run, tmp_path):
    out = tmp_path / "lender"
    code, printed = run("--people", "100", "--out", str(out), "--truth", str(out / "deep" / "truth.parquet"))
    assert code == 2
    assert "a file outside" in " ".join(printed.split())
    assert not out.exists()


def test_a_folder_that_holds_something_is_left_alone(run, tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    code, printed = run("--people", "100", "--out", str(tmp_path))
    assert code == 2
    assert "a new or empty folder" in " ".join(printed.split())
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_failure_half_way_leaves_nothing(tmp_path, monkeypatch):
    from creditscore.simulate import folder

    made = simulate_portfolio(SimulationConfig(people=100), seed=0)
    written = pd.DataFrame.to_parquet

    def fails(self, path, **options):
        if "ties" in str(path):
            raise OSError("disk full")
        return written(self, path, **options)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fails)
    with pytest.raises(OSError, match="disk full"):
        folder.save_tables(made, tmp_path / "lender")
    assert not list(tmp_path.iterdir())
