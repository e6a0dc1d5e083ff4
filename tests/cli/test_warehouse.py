"""The commands that write SQL: columns from the files of a folder, a query on the screen or in a file."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from creditscore.cli.app import app
from creditscore.errors import ParameterError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    asked = pd.DataFrame({"application_id": ["1"], "applicant_id": ["a"]})
    asked["as_of"] = pd.Timestamp("2024-05-20", tz="UTC")
    asked.to_parquet(tmp_path / "applications.parquet")
    inquiries = pd.DataFrame({"applicant_id": ["a", "a"], "lender": ["north", "south"]})
    inquiries["event_time"] = pd.to_datetime(["2024-05-01", "2024-05-21"], utc=True)
    inquiries.to_parquet(tmp_path / "inquiries.parquet")
    return tmp_path


def test_the_query_reads_what_the_folder_holds(folder: Path) -> None:
    out = folder / "features.sql"
    arguments = ["sql", "features", str(folder), "--only", "inquiries_lenders_180d", "--out", str(out)]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 0, answer.output
    connection = duckdb.connect()
    for table in ("applications", "inquiries"):
        connection.execute(f"CREATE VIEW {table} AS FROM '{folder / table}.parquet'")
    assert connection.execute(out.read_text()).fetchall() == [("1", 1.0)]
    assert json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output) == {"file": str(out)}
    shown = json.loads(CliRunner().invoke(app, [*arguments[:-2], "--json"]).output)
    assert connection.execute(shown["sql"]).fetchall() == [("1", 1.0)]


def test_coverage_lists_what_is_not_written_and_why() -> None:
    answer = CliRunner().invoke(app, ["sql", "coverage", "--json"])
    said = json.loads(answer.output)
    assert "repayment_worst_dpd_12m" in said["written"]
    assert "found by trying" in said["left_out"]["repayment_annual_rate_max"]


def test_a_folder_without_applications_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"no applications\.parquet"):
        CliRunner().invoke(app, ["sql", "features", str(tmp_path)], catch_exceptions=False)
