"""Under a law that asks for more than credit history: of whom nothing else is known, a person decides."""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from tests.parties.world import loan, put_together, verifying


@pytest.fixture(scope="module")
def european(town):
    law = cs.Jurisdiction.load("EU", as_of="2026-11-29")
    repaid = cs.repayment_features()
    features = [cs.ability_features(), repaid.select(repaid.names[:8]), cs.application_features(["amount"])]
    scorer = cs.CreditScorer(n_estimators=20, min_child_samples=8)
    pipeline = cs.CreditPipeline(features, scorer=scorer, jurisdiction=law)
    return pipeline.fit(cs.Applications.from_records(town.asked), town.portfolio(), town.bad)


def decided(town, pipeline, cutoff: float, *, also=(), **said):
    tables = put_together(town.tables, loan("h", "H", 100.0, 5), *also)
    asked = town.asked[0] | {"application_id": "H", "applicant_id": "h", **said}
    return pipeline.decide(asked, cs.Portfolio.from_records(tables), policy=cs.Policy("p", "1", cutoff))


@pytest.mark.parametrize("cutoff", [300.0, 850.0])
def test_neither_approved_nor_declined_on_loans_alone_and_it_verifies(town, european, tmp_path, cutoff):
    record = decided(town, european, cutoff)
    outcome = record.content["outcome"]
    assert (outcome["decision"], outcome["code"]) == ("refer", "credit_history_alone")
    assert cs.replay_decision(record, european.model) is None
    checked = verifying(european, tmp_path / "model")
    found = checked(record)
    assert found.passed, found
    body = json.loads(record.text)
    del body["sha256"], body["inputs"]["mismatches"]
    hidden = cs.DecisionRecord.from_dict(body)
    assert not checked(hidden).passed


@pytest.mark.as_given
def test_with_income_known_or_without_such_a_law_the_score_decides(town, european):
    salary = {"applicant_id": "h", "event_time": town.tables["payments"][0]["event_time"], "amount": 900.0}
    row = salary | {"kind": "salary", "category": None, "account_id": "h-a", "counterparty_id": "firm"}
    assert decided(town, european, 300.0, also=({"payments": [row]},)).decision == "approve"
    # Below the bar nothing cost this person a point that can be said, so a person looks; not for the law.
    below = decided(town, european, 850.0, also=({"payments": [row]},)).content["outcome"]
    assert (below["decision"], below["code"], below["referred_because"]["why"]) == ("refer", "", "no_reason")
    assert decided(town, town.pipeline, 300.0).content["outcome"]["code"] != "credit_history_alone"
