"""Feeds and watch lists from the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pandas as pd
import pytest

import creditscore as cs
from creditscore import cli
from tests.house.source import ROOT

PAID = {"applicant_id": "a", "event_id": "1", "event_time": "2024-05-31T12:00Z", "amount": -12.5}


def call(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["creditscore", "stream", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def line(**more) -> str:
    return json.dumps({"table": "payments", "row": PAID | more}) + "\n"


def test_begun_taken_and_told(tmp_path, monkeypatch, capsys):
    home, aside, feed = tmp_path / "p", tmp_path / "s", tmp_path / "feed.jsonl"
    assert call(monkeypatch, "begin", home, "--timezone", "Africa/Lagos") == 0
    assert call(monkeypatch, "begin", home) == 2
    feed.write_text(line() + line(event_id="2"))
    capsys.readouterr()
    assert call(monkeypatch, "state", home, aside, "--files", feed, "--json") == 0
    assert json.loads(capsys.readouterr().out)["lag"] == {"files": feed.stat().st_size}
    assert call(monkeypatch, "take", home, aside, "--files", feed) == 0
    assert "2 messages read: 2 taken" in capsys.readouterr().out
    with feed.open("a") as file:
        file.write(line() + "no message\n")
    assert call(monkeypatch, "take", home, aside, "--files", feed, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["now"] == {"read": 2, "taken": 0, "repeated": 1, "refused": 1, "waiting": 0}
    assert (found["read"], found["lag"]) == (4, {"files": 0})
    assert cs.Portfolio.open(home).timezone == "Africa/Lagos"
    assert call(monkeypatch, "take", home, aside, "--topic", "x") == 2
    assert "'servers' parameter must be given together" in capsys.readouterr().err
    assert call(monkeypatch, "run", home, aside, "--model", tmp_path) == 2
    assert call(monkeypatch, "run", home, aside, "--pause", "inf") == 2
    for after in ("", "1h"):
        assert call(monkeypatch, "run", home, aside, "--everybody", after) == 2
        assert "'everybody' parameter must be" in capsys.readouterr().err
    assert call(monkeypatch, "take", tmp_path / "none", aside) == 3


def test_a_watch_list_is_looked_at(tmp_path, monkeypatch, capsys):
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(
        [cs.application_features(("amount",)), cs.payment_features()], scorer=cs.CreditScorer(n_estimators=5)
    )
    ids = german.applications.applicant_ids
    paid = [PAID | {"applicant_id": str(one), "event_id": str(one)} for one in ids[::2]]
    asked = [
        {"application_id": k, "applicant_id": str(one), "as_of": "2024-06-01T00:00Z", "amount": 900.0 + k % 7}
        for k, one in enumerate(ids)
    ]
    portfolio = cs.Portfolio(payments=paid)
    pipeline.fit(cs.Applications.from_records(asked), portfolio, german.bad).save(tmp_path / "model")
    portfolio.write(tmp_path / "p")
    pd.DataFrame({"applicant_id": ["1", "2"], "amount": [900.0, 905.0]}).to_parquet(tmp_path / "who.parquet")
    pd.DataFrame({"id": ["1"]}).to_parquet(tmp_path / "other.parquet")
    given = (tmp_path / "p", tmp_path / "s", "--model", tmp_path / "model", "--as-of", "2024-06-01T00:00Z")
    assert call(monkeypatch, "watch", *given, "--watched", tmp_path / "who.parquet") == 0
    assert "nobody moved" in capsys.readouterr().out
    assert call(monkeypatch, "watch", *given, "--watched", tmp_path / "other.parquet") == 2
    assert "applicant_id" in capsys.readouterr().err
    assert call(monkeypatch, "watch", *given, "--watched", tmp_path / "who.parquet", "--points", 0) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_run_that_is_stopped_ends_what_it_began(tmp_path):
    cs.Portfolio().write(tmp_path / "p")
    (tmp_path / "feed.jsonl").write_text(line())
    run = subprocess.Popen(
        [sys.executable, "-c", "from creditscore.cli import main; main()", "stream", "run", tmp_path / "p",
         tmp_path / "s", "--files", tmp_path / "feed.jsonl", "--pause", "0.05"],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    folder = cs.PortfolioFolder(tmp_path / "p")
    while folder.notes().get("counts", {}).get("taken", 0) < 1:
        assert run.poll() is None
    run.send_signal(signal.SIGTERM)
    out, _ = run.communicate(timeout=60)
    assert run.returncode == 0
    assert "1 messages read: 1 taken" in out
