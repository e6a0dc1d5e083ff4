"""What each payment is, in the record of a decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

import creditscore as cs
from creditscore.deciding.record import DecisionRecord
from tests.features.worlds import AS_OF


@pytest.fixture(scope="module")
def record(case):
    """A decision about somebody of whom many payments are known."""
    counts = [len(case.portfolio.classified(one["applicant_id"], AS_OF)) for one in case.asked]
    row = counts.index(max(counts))
    return case.pipeline.decide(case.applications.take([row]), case.portfolio), case.asked[row]


def resealed(content):
    return DecisionRecord.from_dict({name: part for name, part in content.items() if name != "sha256"})


def test_every_stored_payment_has_the_class_that_the_portfolio_gives(case, record):
    made, one = record
    rows, found = made.content["inputs"]["tables"]["payments"], made.content["payments"]
    assert {len(column) for column in found.values()} == {len(rows)}
    live = case.portfolio.classified(one["applicant_id"], one["as_of"])
    happened = [number for number, name in enumerate(found["class"]) if name is not None]
    assert [found["class"][number] for number in happened] == list(live.classes)
    assert [found["evidence"][number] for number in happened] == list(live.evidence)
    assert [rows[number]["amount"] for number in happened] == live.amounts.tolist()
    pairs = [None if k < 0 else happened[k] for k in live.paired_with.tolist()]
    assert [found["paired_with"][number] for number in happened] == pairs


def test_a_replay_finds_the_same_classes_and_a_changed_one(case, record):
    made, _ = record
    assert cs.replay_decision(made, case.pipeline.model) is None
    forged = made.to_dict()
    number = forged["payments"]["class"].index("purchase")
    forged["payments"]["class"][number] = "wages"
    difference = cs.replay_decision(resealed(forged), case.pipeline.model)
    assert difference.field == f"payments.class[{number}]"
    assert (difference.stored, difference.replayed) == ("wages", "purchase")


def test_a_record_from_before_payments_had_classes_is_replayed(case, record):
    older, model = record[0].to_dict(), case.pipeline.model
    del older["payments"]
    before = replace(model, contract=replace(model.contract, stated=()))
    assert cs.replay_decision(resealed(older), before) is None
    assert cs.replay_decision(resealed(older), model).field == "payments"


def test_without_payments_there_are_no_classes(case):
    counts = [len(case.portfolio.classified(one["applicant_id"], AS_OF)) for one in case.asked]
    row = counts.index(0)
    assert case.pipeline.decide(case.applications.take([row]), case.portfolio).content["payments"] is None
