"""The command that computes measures: from a folder of tables to a table that a portfolio takes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import creditscore as cs
from creditscore import cli
from tests.graph.test_grid import world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ends = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]
    ties = pd.DataFrame(ends, columns=["person_id", "other_id"])
    ties["event_time"] = pd.Timestamp("2024-01-10", tz="UTC")
    ties.to_parquet(tmp_path / "ties.parquet")
    return tmp_path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["creditscore", "measures", *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def test_measures_of_a_folder(folder, monkeypatch, capsys):
    assert call(monkeypatch, str(folder), "--start", "2024-06-01", "--stop", "2024-08-01") == 0
    said = capsys.readouterr().out
    assert "3 dates, 2024-06-01 to 2024-08-01" in said
    assert not any(f" {person} " in said for person in "abcd")
    ties = pd.read_parquet(folder / "ties.parquet")
    rows = pd.read_parquet(folder / "measures.parquet")
    # The structure is that of the quarter; ties are younger than 90 days on the first of April, and last on.
    assert sorted(set(rows["event_time"].dt.strftime("%m"))) == ["07"]
    grid = cs.calendar_grid("2024-06-01", "2024-08-01")
    expected = cs.compute_measures(cs.Portfolio(ties=ties), grid).to_frame()
    assert rows.astype({"measure": str}).equals(expected.astype({"measure": str}))
    assert cs.Portfolio(measures=rows).tables["measures"].n_rows == len(rows)
    assert sorted(path.name for path in folder.iterdir()) == ["measures.parquet", "ties.parquet"]


def test_measures_under_a_limit_of_days_end_by_themselves(tmp_path, monkeypatch, capsys):
    tables = world(0)
    for name, frame in tables.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "key").write_bytes(bytes(range(32)))
    options = ("--start", "2023-10-01", "--stop", "2024-01-01", "--min-known", "2", "--retention-days", "400")
    assert call(monkeypatch, str(tmp_path), "--standings-key", str(tmp_path / "key"), *options) == 0
    rows = pd.read_parquet(tmp_path / "measures.parquet")
    privacy = cs.StandingPrivacy.from_file(tmp_path / "key")
    expected = cs.compute_measures(
        cs.Portfolio(**tables, privacy=privacy), cs.calendar_grid("2023-10-01", "2024-01-01"),
        settings=cs.GraphSettings(min_known=2), retention_days=400,
    ).to_frame()  # fmt: skip
    assert rows.astype({"measure": str}).equals(expected.astype({"measure": str}))
    assert rows["voided_time"].notna().sum() > 20
    capsys.readouterr()
    assert call(monkeypatch, str(tmp_path), "--retention-days", "30") == 2
    assert "Choose a finer grid" in capsys.readouterr().err


@pytest.mark.parametrize("limit", [(), ("--retention-days", "400")])
def test_embeddings_of_purchases_come_below_the_measures(folder, monkeypatch, capsys, limit):
    rows = [(who, shop, "leisure", day) for who in "abcdefgh" for shop in ("mill", "inn") for day in (3, 9)]
    payments = pd.DataFrame(rows, columns=["applicant_id", "counterparty_id", "category", "day"])
    later = pd.to_timedelta(payments.pop("day"), unit="D")
    payments["event_time"] = pd.Timestamp("2024-05-01", tz="UTC") + later
    payments["amount"] = -5.0
    payments.to_parquet(folder / "payments.parquet")
    options = (str(folder), "--start", "2024-06-01", "--stop", "2024-08-01", *limit)
    assert call(monkeypatch, *options, "--embeddings") == 0
    both = pd.read_parquet(folder / "measures.parquet").astype({"measure": str})
    assert call(monkeypatch, *options) == 0
    alone = pd.read_parquet(folder / "measures.parquet").astype({"measure": str})
    grid = cs.calendar_grid("2024-06-01", "2024-08-01")
    expected = cs.compute_embeddings(cs.Portfolio(payments=payments), grid).to_frame()
    pd.testing.assert_frame_equal(both[: len(alone)], alone)
    rest = both[len(alone) :].reset_index(drop=True)[list(expected.columns)]
    pd.testing.assert_frame_equal(rest, expected.astype({"measure": str}), check_dtype=False)
    assert {*rest["subject_id"]} == {*"abcdefgh"}
    capsys.readouterr()
    (folder / "payments.parquet").unlink()
    assert call(monkeypatch, *options, "--embeddings") == 2
    assert "'counterparty_id' and 'category'" in capsys.readouterr().err


def test_a_folder_without_tables_is_refused(tmp_path, monkeypatch, capsys):
    assert call(monkeypatch, str(tmp_path)) == 2
    assert "'folder' parameter must be a folder with some of" in capsys.readouterr().err


def test_a_grid_without_dates_is_refused(folder, monkeypatch, capsys):
    assert call(monkeypatch, str(folder), "--start", "2024-04-02", "--stop", "2024-04-03") == 2
    assert "'stop' parameter must be such that a monthly date lies after 'start'" in capsys.readouterr().err


def test_dates_without_a_measure_are_refused(folder, monkeypatch, capsys):
    assert call(monkeypatch, str(folder), "--start", "2024-02-01", "--stop", "2024-03-01") == 2
    assert "No measure is defined on these dates" in capsys.readouterr().err
    assert not (folder / "measures.parquet").exists()


def test_a_file_that_is_no_parquet_is_named(folder, monkeypatch, capsys):
    (folder / "payments.parquet").write_text("amount\n1\n", encoding="utf-8")
    assert call(monkeypatch, str(folder)) == 3
    shown = capsys.readouterr()
    # a terminal breaks long paths anywhere
    assert "payments.parquetcannotberead" in "".join((shown.out + shown.err).split())
