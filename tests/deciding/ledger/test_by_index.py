"""What a service does all day asks a ledger by its indices: no table that grows is read whole."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

import creditscore as cs
from creditscore.deciding.ledger.sqlite import SqliteSession
from tests.deciding.records import record

KEY = bytes(range(32))
# A step of SQLite's plan of a query that goes through all rows of a table; VALUES, and one row, do not grow.
READ_WHOLE = re.compile(r"SCAN (chain|keys|names|tree|commitments)\b")


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What SQLite says that it does for each query from now on, but for the newest row alone."""
    steps: list[str] = []
    asked = SqliteSession.rows

    def rows(session, query, values=()):
        if not query.endswith("ORDER BY sequence DESC LIMIT 1"):
            steps.extend(step[3] for step in asked(session, f"EXPLAIN QUERY PLAN {query}", values))
        return asked(session, query, values)

    monkeypatch.setattr(SqliteSession, "rows", rows)
    return steps


def test_appends_and_reads_go_by_an_index(tmp_path, plans):
    with cs.Ledger.open(tmp_path / "ledger.db", key=KEY) as ledger:
        ledger.append_many(record(k, f"subject-{k % 3}", application_id=f"a-{k}") for k in range(600))
        ledger.append(record(600, "subject-1"))
        assert ledger.read("d-7").content["application_id"] == "a-7"
        assert len(list(ledger.find(application_id="a-9"))) == 1
        assert ledger.tree.inclusion(7).size == 601
    assert any("SEARCH names" in step for step in plans)
    assert not [step for step in plans if READ_WHOLE.match(step)]


def test_a_query_that_reads_a_table_whole_is_seen(tmp_path, plans):
    with cs.Ledger.open(tmp_path / "ledger.db", key=KEY) as ledger:
        ledger.append(record(1))
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        plans.clear()
        query = "SELECT 1 FROM names WHERE (name, sequence) IN (VALUES (?, 1), (?, 2))"
        SqliteSession(connection).rows(query, (b"", b""))
    assert [step for step in plans if READ_WHOLE.match(step)]
