"""The commands that make reports, on a folder of Parquet files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import creditscore as cs
from creditscore import cli

Run = Callable[..., str]


class Folders(NamedTuple):
    model: str
    data: str
    cards: cs.datasets.taiwan.TaiwanCards


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Folders:
    """A small model of the Taiwan cards and the tables of 1,500 of them."""
    folder = tmp_path_factory.mktemp("cards")
    cards = cs.datasets.load_taiwan_cards()
    first = np.arange(1_500)
    applications, portfolio = cards.to_applications().take(first), cards.to_portfolio()
    names = [f.name for f in cs.repayment_features(every=True) if f.name.startswith("statements_")][:60]
    features = cs.repayment_features(every=True).select(names)
    pipeline = cs.CreditPipeline([features], scorer=cs.CreditScorer(n_estimators=20, learning_rate=0.2))
    pipeline.fit(applications, portfolio, cards.bad[first]).save(folder / "model")
    data = folder / "data"
    data.mkdir()
    outcomes = pa.array([None, *cards.bad[1:1_500].tolist()], pa.int64())
    pq.write_table(
        cards.applications.slice(0, 1_500).append_column("bad", outcomes), data / "applications.parquet"
    )
    for name in ("loans", "statements", "repayments"):
        pq.write_table(getattr(cards, name), data / f"{name}.parquet")
    return Folders(str(folder / "model"), str(data), cards)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.argv", ["creditscore", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == code
        told = capsys.readouterr()
        return told.out + told.err if code else told.out

    return call


def test_explain_prints_the_report_as_json(run: Run, folders: Folders) -> None:
    report = json.loads(run("explain", folders.model, "--portfolio", folders.data, "--application", "7"))
    assert report["schema"] == "creditscore.decision-report/1"
    assert report["record"]["application_id"] == 7
    one = folders.cards.to_applications().take([6])
    expected = cs.load(folders.model).score(one, folders.cards.to_portfolio())
    assert report["record"]["outcome"]["score"] == expected.score


def test_explain_writes_a_persian_page(run: Run, folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    told = run(
        "explain", folders.model, "--portfolio", folders.data, "--application", "7",
        "--language", "fa", "--calendar", "jalali", "--audience", "auditor", "--out", str(out),
    )  # fmt: skip
    assert str(out) in told
    assert '<html lang="fa" dir="rtl">' in out.read_text(encoding="utf-8")


def test_an_auditors_report_verifies_from_the_model_alone(run: Run, folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    asked = ("--portfolio", folders.data, "--application", "7", "--audience", "auditor", "--out", str(out))
    run("explain", folders.model, *asked)
    assert "FAILED" not in run("verify", str(out), "--model", folders.model)
    out.write_text(out.read_text(encoding="utf-8").replace('"rank":1', '"rank":2', 1), encoding="utf-8")
    shown = run("verify", str(out), "--model", folders.model, code=1)
    assert "NOT verified" in shown


def test_explain_decides_by_a_policy_file(run: Run, folders: Folders, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(cs.Policy("cards", "1", cutoff=850.0).to_json(), encoding="utf-8")
    told = run(
        "explain", folders.model, "--portfolio", folders.data, "--application", "7", "--policy", str(policy)
    )
    assert json.loads(told)["record"]["outcome"]["decision"] == "decline"


def test_compare_finds_no_change_in_the_same_model(run: Run, folders: Folders, tmp_path: Path) -> None:
    out, same = tmp_path / "change.html", (folders.model, folders.model, "--portfolio", folders.data)
    run("compare", *same, "--cutoff", "600", "--out", str(out))
    assert "One model in place of another" in out.read_text(encoding="utf-8")
    found = json.loads(run("compare", *same, "--cutoff", "600", "--cutoff-before", "610"))
    assert (found["points"]["raised"], found["points"]["lowered"]) == (0.0, 0.0)
    assert found["flips"]["figures"]["swapped_out"]["value"] == 0.0
    assert (
        found["flips"]["figures"]["approval"]["value"]
        >= found["flips"]["figures"]["approval_before"]["value"]
    )
    assert "cutoff_before" in run("compare", *same, "--cutoff-before", "610", code=2)


def test_report_measures_a_saved_model(run: Run, folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    run("report", folders.model, "--portfolio", folders.data, "--out", str(out), "--refits", "0")
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["performance"]["basis"] == "held_out"
    assert report["performance"]["overall"]["applications"] == 1_499  # of one the outcome is not given
    assert report["data"]["fit"]["used"] == 1_500
    why = {item["section"]: item["reason"] for item in report["not_included"]}
    assert (why["stability"], why["time"], why["segments"]) == ("not_asked", "one_moment", "not_given")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("explain", "--application", "no-such"), "There is no application 'no-such'"),
        (("explain", "--application", "7", "--out", "report.docx"), "ends with .html, .pdf or .json"),
        (("report", "--segment", "branch"), "There is no column of applications 'branch'"),
    ],
)
def test_mistakes_are_one_line(run: Run, folders: Folders, arguments, told) -> None:
    command, *options = arguments
    shown = run(command, folders.model, "--portfolio", folders.data, *options, code=2)
    assert told in " ".join(shown.split())


def test_a_folder_without_applications_is_named(run: Run, folders: Folders, tmp_path: Path) -> None:
    shown = run("report", folders.model, "--portfolio", str(tmp_path), code=2)
    assert "a folder with applications.parquet" in " ".join(shown.split())
