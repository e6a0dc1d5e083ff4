"""Blocks of Python without prompts, which doctest passes over: each is run here, as it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, create_autospec

import numpy as np
import pandas as pd
import pytest

import creditscore as cs

ROOT = Path(__file__).resolve().parents[2]
# Signatures, which are drawn from the code; and pages that show what the README runs (test_site.py).
ELSEWHERE = {"docs/reference.md", "docs/fa/index.md", "docs/zh/index.md"}
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", "benchmarks/README.md")


def blocks() -> Iterator[tuple[str, str]]:
    """Page and text of each block of Python that has no prompt."""
    for path in (*(ROOT / page for page in PAGES), *sorted((ROOT / "docs").rglob("*.md"))):
        page = str(path.relative_to(ROOT))
        found = re.findall(r"^```python\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if page not in ELSEWHERE:
            yield from ((page, text) for text in found if not text.lstrip().startswith(">>>"))


def block(page: str, number: int = 0) -> str:
    return [text for name, text in blocks() if name == page][number]


def run(text: str, **given: Any) -> dict[str, Any]:
    """Run a block with what the page around it has."""
    space: dict[str, Any] = {"cs": cs, **given}
    exec(text, space)
    return space


def lender(people: int = 240) -> tuple[pd.DataFrame, cs.Portfolio]:
    """Who asked, with what became of it; and payments of theirs."""
    random = np.random.default_rng(5)
    bad = random.random(people) < 0.3
    asked = pd.DataFrame(
        {
            "application_id": np.arange(people),
            "applicant_id": np.arange(people),
            "as_of": pd.Timestamp("2024-06-01", tz="UTC") + pd.to_timedelta(np.arange(people), unit="h"),
            "amount": 1_000.0 + 500.0 * bad,
            "bad": bad.astype(int),
        }
    )
    rows = np.repeat(np.arange(people), 12)
    days = random.integers(0, 150, rows.size)
    payments = pd.DataFrame(
        {
            "applicant_id": rows,
            "event_time": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(days, unit="D"),
            "amount": random.normal(20.0 - 30.0 * bad[rows], 60.0).round(2),
            "kind": "transfer",
        }
    )
    return asked, cs.Portfolio(payments=payments, timezone="Africa/Lagos")


@pytest.mark.long
def test_from_own_tables_to_a_report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked, portfolio = lender()
    run(block("docs/guides/map_a_bank.md"), asked=asked, portfolio=portfolio)
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert cs.load(tmp_path / "model").score_many(cs.Applications(asked.drop(columns="bad")), portfolio)


def test_a_backup_that_is_made_while_the_service_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lender(20)[1].write(tmp_path / "portfolio")
    (tmp_path / "backup").mkdir()
    key = cs.Ledger.new_key()
    with cs.Ledger.open(tmp_path / "decisions.db", key=key):
        run(block("docs/operations.md"), key=key)
    assert cs.Portfolio.open(tmp_path / "backup" / "portfolio").to_frame("payments").shape[0] == 20 * 12
    with cs.Ledger.open(tmp_path / "backup" / "decisions.db", key=key, create=False) as copy:
        assert copy.verify().decisions == 0


def test_a_watch_list(monkeypatch):
    """The loop ends with the first who moved."""
    moved = SimpleNamespace(applicant_id="a", score_from=600, score_to=570, reason="income")
    stream = create_autospec(cs.Stream)
    stream.return_value.watch.return_value = [moved]
    monkeypatch.setattr(cs, "Stream", stream)
    monkeypatch.setattr(cs, "load", create_autospec(cs.load))
    notify = MagicMock(side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        run(block("docs/streaming.md"), feeds={}, ids=["a"], notify=notify)
    notify.assert_called_once_with("a", 600, 570, "income")


def test_the_client_of_the_service(monkeypatch):
    from creditscore.service import client

    monkeypatch.setattr(client, "ServiceClient", create_autospec(client.ServiceClient))
    given = {"key": "secret", "application": {}, "tables": {}}
    assert {"decision", "record"} <= {*run(block("docs/service.md"), **given)}


@pytest.mark.parametrize("number", [0, 1])
def test_what_is_handed_to_spark(number, monkeypatch):
    pytest.importorskip("pyspark", reason="Spark is an extra")
    for name in ("score_many", "measures"):
        monkeypatch.setattr(cs.spark, name, create_autospec(getattr(cs.spark, name)))
    made = run(block("docs/spark.md", number), spark=MagicMock(), tables={})
    assert {"scores", "rows"} & {*made}


RUN = {
    "docs/guides/map_a_bank.md": 1,
    "docs/operations.md": 1,
    "docs/service.md": 1,
    "docs/spark.md": 2,
    "docs/streaming.md": 1,
}  # fmt: skip


def test_no_block_is_left_out():
    found: dict[str, int] = {}
    for page, _ in blocks():
        found[page] = found.get(page, 0) + 1
    assert found == RUN, "give a block prompts, or run it here"
