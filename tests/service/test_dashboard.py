"""All decisions of a service as a page: with a key for it, of five people or more, no row of a person."""

from __future__ import annotations

import base64
import json
import os
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

import creditscore as cs
from creditscore.cli.app import app
from creditscore.dashboard.counted import SUMS
from creditscore.service.looking import rows_of
from tests.dashboard.chromium import Chromium
from tests.service.lender import Running

PAGE = "/v1/dashboard"


@pytest.fixture(scope="module")
def decided(tmp_path_factory, lender):
    at = tmp_path_factory.mktemp("looking") / "decisions.db"
    with Running(lender.edge(at)) as running:
        for number in range(len(lender.portfolio.applicant_ids)):
            got = running.ask(
                "POST", "/v1/decisions", {"application": lender.asked(number)}, key=lender.secrets["decide"],
                Idempotency_Key=f"looking-{number}",
            )  # fmt: skip
            assert got.status == 201, got.content
        yield running, at


def wait_for(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1])


def test_the_page_counts_the_decisions_of_the_ledger_and_names_nobody(decided, lender) -> None:
    running, at = decided
    got = running.ask("GET", f"{PAGE}?language=fa", key=lender.secrets["look"])
    assert got.status == 200
    assert got.headers["content-type"].startswith("text/html")
    page = got.content.decode()
    data = data_of(page)
    with cs.Ledger.open(at, key=lender.key(), create=False) as ledger:
        rows = rows_of(ledger)
        pseudonyms = [ledger.pseudonym(lender.asked(k)["applicant_id"]) for k in range(3)]
    assert data["applications"] == len(rows["subject"]) == len(lender.portfolio.applicant_ids)
    assert data["fewest_people"] == 5
    assert data["policy"]["cutoff"] == cs.Policy.from_file(lender.folder / "policy.json").cutoff
    assert not [one for one in pseudonyms if one in page]
    cells = zlib.decompress(base64.b64decode(data["cells"]["packed"]))
    count, columns = data["cells"]["count"], len(data["cells"]["columns"])
    codes, wide = -(-count * columns // 8) * 8, 8 * count * len(SUMS)
    sums = np.frombuffer(cells[codes : codes + wide], "<f8").reshape(-1, count)
    assert sums.sum() > 0
    beside = np.frombuffer(cells[codes + wide :], "<i4").reshape(-1, count)
    sources = data["beside"]["sources"]
    assert set(sources) == {feature.source for feature in lender.pipeline.model.computer.features}
    for place, source in enumerate(sources):
        turned = beside[2 + 2 * place].sum() / data["beside"]["unit"]
        assert turned == pytest.approx(sum(rows[f"points_of_{source}"]), abs=count / 2)
    assert data["beside"]["reasons"]


def test_a_source_is_counted_where_it_was_there_and_a_line_that_is_looked_at_again_is_no_loan() -> None:
    class Read:
        """What a ledger gives, of records that say no more than is read."""

        def __init__(self, *contents: dict) -> None:
            self.contents = contents

        def records(self):
            return (SimpleNamespace(content=one) for one in self.contents)

    def record(number: int, decision: str, model: str = "a", **more: object) -> dict:
        outcome = {"score": 600, "probability_of_default": 0.1, "grade": "B", "decision": decision}
        return {
            "subject": f"s{number}", "application_id": number, "as_of": "2026-03-01T00:00:00+00:00",
            "outcome": outcome, "reasons": [], "model": {"model_id": model * 64},
            "inputs": {"columns": {}},
            "features": [{"source": "payments" if model == "b" else "loans", "points": 1.5 * number}] * 2,
            "sources": {"loans": {"covered": True}, "payments": {"covered": number == 1}}, **more,
        }  # fmt: skip

    step = {"strategy": {"line": {"first": None, "next": None, "step": {"change": "keep"}}}}
    first = {"strategy": {"line": {"first": {"change": "open"}, "next": None}}}
    rows = rows_of(
        Read(
            record(1, "approve", **first), record(2, "none", "b"), record(3, "keep", **step),
            record(4, "refer", **step), record(5, "decline"),
        )
    )  # fmt: skip
    assert rows["subject"] == ["s1", "s2", "s5"]
    assert rows["sources"] == ["loans + payments", "loans", "loans"]
    assert rows["decision"] == ["approve", None, "decline"]
    assert rows["model"] == ["a" * 12, "b" * 12, "a" * 12]
    assert rows["points_of_loans"] == [3.0, 0.0, 15.0]
    assert rows["points_of_payments"] == [0.0, 6.0, 0.0]


def test_the_command_line_fetches_the_same_page(decided, lender, tmp_path) -> None:
    running, _ = decided
    (tmp_path / "key").write_text(lender.secrets["look"] + "\n")
    address = f"http://127.0.0.1:{running.server.port}"
    given = ["dashboard", address, "--key-file", str(tmp_path / "key"), "--out", str(tmp_path / "page.html")]
    found = CliRunner().invoke(app, given, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    served = running.ask("GET", PAGE, key=lender.secrets["look"]).content
    assert (tmp_path / "page.html").read_bytes() == served
    with pytest.raises(cs.errors.ParameterError, match="key_file"):
        CliRunner().invoke(app, [*given[:2], "--out", "x.html"], catch_exceptions=False)


def test_fewer_than_five_people_are_not_shown(tmp_path, lender) -> None:
    with Running(lender.edge(tmp_path / "few.db")) as running:
        for number in range(4):
            body = {"application": lender.asked(number)}
            key = {"key": lender.secrets["decide"], "Idempotency_Key": f"few-{number}"}
            assert running.ask("POST", "/v1/decisions", body, **key).status == 201
        got = running.ask("GET", PAGE, key=lender.secrets["look"])
    assert got.status == 404
    assert "Fewer than 5 people" in got.json["detail"]


def test_the_entrance_holds_nothing_and_its_policy_lets_only_its_own_scripts_run(decided) -> None:
    running, _ = decided
    got = running.ask("GET", "/dashboard")
    assert got.status == 200
    policy = got.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src 'self'" in policy
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    assert b"cs_" not in got.content


@pytest.mark.skipif("CREDITSCORE_BROWSER" not in os.environ, reason="CREDITSCORE_BROWSER names no browser")
def test_a_key_opens_the_page_and_one_decision_in_a_browser(decided, lender, tmp_path: Path) -> None:
    running, at = decided
    with cs.Ledger.open(at, key=lender.key(), create=False) as ledger:
        decision_id = next(ledger.records()).content["decision_id"]
    frame = "document.getElementById('frame')"
    with Chromium(tmp_path) as browser:
        browser.visit(f"http://127.0.0.1:{running.server.port}/dashboard", "document.title")
        browser.run(f"document.getElementById('key').value = {json.dumps(lender.secrets['look'])}")
        browser.click("#all button")
        browser.until(f"!{frame}.hidden && {frame}.srcdoc.includes('application/json')")
        wait_for(lambda: browser.within("document.querySelectorAll('h1, #figures').length") == 2)
        browser.run(f"document.getElementById('decision').value = {json.dumps(decision_id)}")
        browser.click("#one button")
        browser.until("document.getElementById('status').textContent.includes('does not open')")
        assert browser.run(f"{frame}.hidden && {frame}.srcdoc === ''")
        browser.run(f"document.getElementById('key').value = {json.dumps(lender.secrets['audit'])}")
        browser.click("#one button")
        browser.until(f"!{frame}.hidden && {frame}.srcdoc.includes({json.dumps(decision_id)})")
        wait_for(lambda: browser.within(f"document.body.innerText.includes({json.dumps(decision_id)})"))
        browser.choose("#language", "fa")
        assert browser.run("document.documentElement.dir") == "rtl"
        assert not [one for one in browser.errors if "403" not in one]
        own = (f"http://127.0.0.1:{running.server.port}", "about:", "data:")
        assert all(one.startswith(own) for one in browser.requests)
