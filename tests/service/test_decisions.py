"""Decisions over a real socket: once for each key, in the ledger before they are answered."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import creditscore as cs
from creditscore.transparency.receipts import Receipt
from tests.service.lender import Lender, Running
from tests.service.test_door import problem


def decided(running: Running, lender: Lender, number: int, key: str, **attributes):
    body = {"application": lender.asked(number, **attributes), "tables": lender.records(number)}
    return running.ask("POST", "/v1/decisions", body, key=lender.secrets["decide"], Idempotency_Key=key)


def audited(running: Running, lender: Lender, path: str):
    return running.ask("GET", path, key=lender.secrets["audit"])


@pytest.fixture(scope="module")
def first(running, lender):
    return decided(running, lender, 2, "first").json


def test_an_answer_is_what_the_ledger_holds(running, lender, first):
    got = audited(running, lender, f"/v1/decisions/{first['decision_id']}")
    record = cs.DecisionRecord.from_json(got.content.decode())
    assert record.sha256 == first["record_sha256"]
    assert record.decision == first["decision"]
    assert [one["code"] for one in record.content["reasons"]] == [one["code"] for one in first["reasons"]]
    assert cs.replay_decision(record, lender.pipeline.model) is None
    score = lender.pipeline.score(lender.asked(2), cs.Portfolio.from_records(lender.records(2)))
    assert first["score"] == score.score


def test_who_asks_again_gets_the_same_decision(running, lender, first):
    before = len(running.edge.service.ledger)
    again = decided(running, lender, 2, "first")
    assert (again.status, again.json) == (200, first)
    assert again.headers["location"] == f"/v1/decisions/{first['decision_id']}"
    assert len(running.edge.service.ledger) == before


@pytest.mark.parametrize(
    "other", [{"amount": 7_777.0}, {"as_of": "2022-12-14T09:30:00+00:00"}, {"application_id": 9}]
)
def test_a_key_is_for_one_request(running, lender, first, other):
    problem(decided(running, lender, 2, "first", **other), 409)


def test_a_key_must_be_given(running, lender):
    body = {"application": lender.asked(2)}
    problem(running.ask("POST", "/v1/decisions", body, key=lender.secrets["decide"]), 400)
    for key in (" ", "x" * 256):
        got = running.ask("POST", "/v1/decisions", body, key=lender.secrets["decide"], Idempotency_Key=key)
        problem(got, 400)


def test_all_at_once_decide_once(running, lender):
    """Sixteen callers with one key: one record, one decision, and fifteen who are given the same."""
    before, barrier = len(running.edge.service.ledger), threading.Barrier(16)

    def ask(_: int):
        barrier.wait()
        return decided(running, lender, 3, "together")

    with ThreadPoolExecutor(16) as callers:
        got = list(callers.map(ask, range(16)))
    assert len({reply.content for reply in got}) == 1
    assert sorted(reply.status for reply in got) == [200] * 15 + [201]
    assert len(running.edge.service.ledger) == before + 1


def test_others_who_ask_at_the_same_time_share_a_commit_and_lose_nothing(running, lender):
    before = len(running.edge.service.ledger)
    with ThreadPoolExecutor(12) as callers:
        got = list(callers.map(lambda n: decided(running, lender, n, f"many {n}"), range(24)))
    assert {reply.status for reply in got} == {201}
    assert len({reply.json["decision_id"] for reply in got}) == 24
    ledger = running.edge.service.ledger
    assert len(ledger) == before + 24
    assert all(reply.json["decision_id"] in ledger for reply in got)
    assert ledger.verify().decisions == len(ledger)


@pytest.mark.parametrize(
    "path", ["missing", "x" * 400, "%00", "..%2f..%2fetc", "00000000-0000-0000-0000-000000000000"]
)
def test_there_is_no_such_decision(running, lender, path):
    for what in ("", "/report", "/proof"):
        assert audited(running, lender, f"/v1/decisions/{path}{what}").status == 404


def test_a_report_is_that_of_the_library(running, lender, first):
    base = f"/v1/decisions/{first['decision_id']}/report"
    at = "2026-11-29T10:00:00%2B00:00"
    got = audited(running, lender, f"{base}?language=zh&audience=auditor&issued_at={at}").json
    assert (got["audience"], got["language"]) == ("auditor", "zh")
    assert got["full_version"]["record_sha256"] == first["record_sha256"]
    page = audited(running, lender, f"{base}?language=fa&format=html")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert 'dir="rtl"' in page.content.decode()
    problem(audited(running, lender, f"{base}?issued_at=yesterday"), 422, "/issued_at")


def test_a_proof_holds_for_whoever_has_the_public_key(running, lender, first):
    got = audited(running, lender, f"/v1/decisions/{first['decision_id']}/proof")
    receipt = Receipt.from_plain(got.json)
    key = cs.SigningKey.from_file(lender.folder / "sign.key")
    trust = cs.Trust.of(key)
    assert receipt.check(first["record_sha256"], trust).is_good


def test_an_objection_has_its_clocks(running, lender, first):
    body = {"item": "record/outcome/score", "because": "I paid all of it.", "rule": "CN"}
    got = running.ask(
        "POST", f"/v1/decisions/{first['decision_id']}/objection", body, key=lender.secrets["audit"]
    )
    assert got.status in (201, 503), got.content
    if got.status == 201:
        assert got.json["stated"] == first["score"]
        assert [clock["step"] for clock in got.json["clocks"]] == ["answer"]
    wrong = running.ask(
        "POST", f"/v1/decisions/{first['decision_id']}/objection", body | {"item": "record/nothing"},
        key=lender.secrets["audit"],
    )  # fmt: skip
    problem(wrong, 422)


@pytest.mark.long
def test_a_person_is_handed_what_is_kept_and_taken_out_of_the_ledger(running, lender):
    made = decided(running, lender, 5, "to be erased").json
    who = {"applicant_id": lender.asked(5)["applicant_id"]}
    named = running.ask("POST", "/v1/subjects", who, key=lender.secrets["audit"]).json
    assert named["subject"] == made["subject"]
    base = f"/v1/subjects/{made['subject']}"
    found = audited(running, lender, base).json
    assert made["decision_id"] in json.dumps(found["decisions"])
    rows = {table["table"]: len(table["rows"]) for table in found["tables"]}
    mine = {name: len(some) for name, some in lender.records(5).items() if some}
    assert {name: rows.get(name, 0) for name in mine} == mine
    problem(running.ask("DELETE", base, key=lender.secrets["erase"]), 503)  # this portfolio cannot be changed
    problem(audited(running, lender, "/v1/subjects/subject-0000"), 404)
    problem(running.ask("DELETE", "/v1/subjects/subject-0000", key=lender.secrets["erase"]), 404)
