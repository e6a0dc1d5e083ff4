"""The command that checks a folder: its exit status, its page and its bounds."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import creditscore as cs
from creditscore import cli


@pytest.fixture
def folder(tmp_path):
    days = pd.date_range("2024-01-01", periods=60, tz="UTC")
    frame = pd.DataFrame({"applicant_id": [n % 3 for n in range(60)], "event_time": days, "amount": -5.0})
    frame.to_parquet(tmp_path / "payments.parquet")
    return tmp_path


def call(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["creditscore", "check", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def test_a_folder_that_is_well(folder, monkeypatch, capsys):
    page = folder / "page.html"
    assert call(monkeypatch, folder, "--out", page) == 0
    assert "all bounds are kept" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_broken_bound_is_status_1(folder, monkeypatch, capsys):
    (folder / "bounds.toml").write_text("[freshness]\npayments = 2\n", encoding="utf-8")
    assert (
        call(
            monkeypatch, folder, "--bounds", folder / "bounds.toml", "--as-of", "2024-06-01T00:00Z", "--json"
        )
        == 1
    )
    said = json.loads(capsys.readouterr().out)
    assert [one["check"] for one in said["findings"]] == ["freshness"]


def test_rows_that_break_a_rule_are_counted_not_refused(folder, monkeypatch, capsys):
    frame = pd.read_parquet(folder / "payments.parquet")
    frame.loc[3, "amount"] = float("inf")
    frame.to_parquet(folder / "payments.parquet")
    assert call(monkeypatch, folder) == 1
    assert "set aside" in capsys.readouterr().out


def test_bounds_that_are_none_are_a_wrong_call(folder, monkeypatch, capsys):
    (folder / "bounds.json").write_text('{"drift": 1}', encoding="utf-8")
    assert call(monkeypatch, folder, "--bounds", folder / "bounds.json") == 2
    assert "drift_psi" in capsys.readouterr().err


def test_ids_can_be_replaced_as_they_are_read(folder, monkeypatch, capsys):
    """Applications name texts of which the tables, without the key, know nobody."""
    key = cs.Pseudonyms.generate(folder / "key")
    asked = pd.DataFrame(
        {
            "application_id": ["a", "b"],
            "applicant_id": [0, 1],
            "as_of": pd.to_datetime(["2024-03-05", "2024-03-06"], utc=True),
        }
    )
    asked.to_parquet(folder / "applications.parquet")
    assert call(monkeypatch, folder, "--pseudonyms-key", folder / "key", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["table"]: one["owners"] for one in told["tables"]}["payments"] == 3
    asked["applicant_id"] = [key.of(0), key.of(1)]
    asked.to_parquet(folder / "applications.parquet")
    assert call(monkeypatch, folder, "--json") != 0
