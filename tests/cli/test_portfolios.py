"""Portfolios on disk from the command line."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

import creditscore as cs
from creditscore import cli


def call(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["creditscore", "portfolio", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def tables(folder, first, last):
    days = pd.date_range("2024-01-01", periods=60, tz="UTC")[first:last]
    folder.mkdir()
    frame = pd.DataFrame(
        {
            "applicant_id": [n % 3 for n in range(first, last)],
            "event_id": list(range(first, last)),
            "event_time": days,
            "amount": -5.0,
        }
    )
    frame.to_parquet(folder / "payments.parquet")
    return folder


def test_written_appended_folded_and_checked(tmp_path, monkeypatch, capsys):
    home, first, later = tmp_path / "p", tables(tmp_path / "a", 0, 40), tables(tmp_path / "b", 40, 60)
    assert call(monkeypatch, "write", first, home) == 0
    assert "payments: 40 rows" in capsys.readouterr().out
    assert call(monkeypatch, "write", first, home) == 2
    assert "overwrite=True" in capsys.readouterr().err
    assert call(monkeypatch, "append", home, later, "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"] == {"payments": 20}
    assert call(monkeypatch, "append", home, later) == 3
    assert "must not repeat" in capsys.readouterr().err
    assert call(monkeypatch, "compact", home) == 0
    assert "generation 2, 0 entries" in capsys.readouterr().out
    assert call(monkeypatch, "check", home, "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 60
    (file,) = home.glob("generation-*/payments.arrow")
    content = file.read_bytes()
    file.write_bytes(content[:-9] + b"X" + content[-8:])
    assert call(monkeypatch, "check", home) == 1
    assert "payments.arrow: its hash does not fit" in capsys.readouterr().out
    assert call(monkeypatch, "compact", tmp_path / "nowhere") == 3
    assert call(monkeypatch, "append", home, tmp_path) == 2


def test_scored_into_parquet(tmp_path, monkeypatch, capsys):
    german = cs.datasets.load_german()
    pipeline = cs.CreditPipeline(features=[cs.application_features(german.columns)])
    pipeline.fit(german.applications, cs.Portfolio(), german.bad).save(tmp_path / "model")
    cs.Portfolio().write(tmp_path / "p")
    asked, some = german.applications, slice(0, 300)
    frame = pd.DataFrame(
        {"application_id": asked.application_ids, "applicant_id": asked.applicant_ids}
        | {"as_of": pd.to_datetime(asked.as_of, unit="us", utc=True)}
        | {name: list(values) for name, values in {**asked.numeric, **asked.text}.items()}
    )[some]
    frame.to_parquet(tmp_path / "applications.parquet")
    given = tmp_path / "p", tmp_path / "model", tmp_path / "applications.parquet", tmp_path / "out"
    assert call(monkeypatch, "score", *given, "--part", 200, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["applications"], said["parts"], said["resumed"]) == (300, 2, 0)
    whole = pipeline.score_many(asked.take(list(range(300))), cs.Portfolio())
    assert pq.read_table(tmp_path / "out").column("score").to_pylist() == whole.score.astype(int).tolist()
