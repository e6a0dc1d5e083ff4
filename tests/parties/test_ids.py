"""The core of what is decided, on ids of every script and on pseudonyms: the same to the bit, and all works.

The core: fit, score, decide alone and together, ledger, replay, verification, pages, export, erasure.
"""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from creditscore.errors import DecisionUnknownError
from creditscore.verify.together import together_faults
from tests.parties.world import named, policy, verifying

IDS = ("applicant_id", "loan_id", "account_id", "counterparty_id", "application_id")
PREFIX = {
    "persian": "شخص‌ـ۷ ", "chinese": "张三·", "emoji": "👩🏽‍🚀🇮🇷", "pseudonyms": "", "odd": "'\"<b>%s{0}\\"
}  # fmt: skip
KEY = cs.Pseudonyms(secret=bytes(range(32)))


def renamed(rows, script: str):
    before = PREFIX[script]
    return [
        row | {name: f"{before}{row[name]}" for name in IDS if isinstance(row.get(name), str)} for row in rows
    ]


@pytest.fixture(scope="module")
def parties():
    return named("A0", ("p000", "applicant"), ("p001", "co_applicant"), ("p002", "guarantor"))


@pytest.fixture(scope="module", params=PREFIX)
def world(town, parties, request):
    script = request.param
    tables = {name: renamed(rows, script) for name, rows in (town.tables | {"parties": parties}).items()}
    asked = renamed(town.asked, script)
    pseudonyms = KEY if script == "pseudonyms" else None
    portfolio = cs.Portfolio.from_records(tables, pseudonyms=pseudonyms)
    records = cs.Applications.from_records(asked, pseudonyms=pseudonyms)
    return script, portfolio, records


@pytest.fixture(scope="module")
def plain(town, parties):
    return town.portfolio(parties=parties), cs.Applications.from_records(town.asked)


def test_scores_are_the_same_and_a_fit_on_such_ids_works(town, world, plain):
    _, portfolio, records = world
    before, after = (town.pipeline.score_many(*one) for one in (plain[::-1], (records, portfolio)))
    assert before.log_odds.tobytes() == after.log_odds.tobytes()
    again = cs.CreditPipeline(scorer=cs.CreditScorer(n_estimators=10, min_child_samples=8))
    assert again.fit(records, portfolio, town.bad).score_many(records, portfolio).scored.all()


def test_decisions_verify_compare_and_are_found_and_erased(town, world, plain, tmp_path):
    script, portfolio, records = world
    rules = policy(town, 400.0)
    before = town.pipeline.decide_together(plain[1].take([0]), plain[0], policy=rules)
    checked = verifying(town.pipeline, tmp_path / "model")
    with cs.Ledger.open(tmp_path / "ledger.db", key=cs.Ledger.new_key()) as ledger:
        found = town.pipeline.decide_together(records.take([0]), portfolio, policy=rules, ledger=ledger)
        for own, (one, other) in enumerate(zip(found, before, strict=True)):
            for part in ("outcome", "features", "reasons", "counterfactuals"):
                assert one.content[part] == other.content[part], part
            for part in ("means", "ability", "offer", "limits", "guarantors", "need"):
                assert one.content["strategy"][part] == other.content["strategy"][part], part
            assert cs.replay_decision(one, town.pipeline.model) is None
            assert checked(one).passed
            _pages_name_no_other(one, PREFIX[script], f"p00{own}")
        assert not [*together_faults([json.loads(one.text) for one in found])]
        who = records.applicant_ids[1]
        assert [one.decision_id for one in ledger.find(subject=who)] == [found[1].decision_id]
        told = cs.subject_export(portfolio, who, ledger=ledger)
        assert told.data["tables"]
        ledger.erase(who)
        with pytest.raises(DecisionUnknownError):
            ledger.read(found[1].decision_id)
        ledger.verify()


def _pages_name_no_other(record, prefix, own):
    """Accounts are called by who holds them here; a page may name one's own, and nobody else's."""
    for language in ("en", "fa", "zh"):
        for audience in ("subject", "auditor"):
            report = cs.decision_report(record, language=language, audience=audience)
            for who in {"p000", "p001", "p002"} - {own}:
                assert f"{prefix}{who}" not in report.to_html()
