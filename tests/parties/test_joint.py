"""People who apply together, against sums that are made by hand from what the town's people earn and owe."""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from creditscore.errors import DecisionUnknownError, ParameterError
from tests.parties.world import (
    AS_OF,
    Town,
    at,
    days,
    groceries,
    loan,
    name,
    named,
    policy,
    put_together,
    salary,
    verifying,
)

ASKED = {"application_id": "J", "as_of": AS_OF, "amount": 2000.0, "term_days": 365.0}


def joint(town: Town, one: dict, two: dict, extra: tuple = (), who=("x", "y"), **more):
    tables = put_together(town.tables, one, two)
    people = named("J", (who[0], "applicant"), (who[1], "co_applicant"), *extra)
    portfolio = cs.Portfolio.from_records(tables | {"parties": people})
    asked = ASKED | {"applicant_id": who[0]}
    return town.pipeline.decide_together(asked, portfolio, policy=policy(town, **more))


def household(who: str, income: float, spent: float) -> dict:
    return {"payments": [*salary(who, income), *groceries(who, spent)]}


def means(record) -> dict:
    return record.content["strategy"]["means"]


def test_incomes_and_needs_are_added_month_by_month_and_commitments_once(town):
    one = put_together(household("x", 2000.0, 300.0), loan("x", "X1", 150.0, 8))
    two = put_together(household("y", 1000.0, 450.0), loan("y", "Y1", 80.0, 3))
    for record in joint(town, one, two):
        found = means(record)
        assert found["income"] == 3000.0
        assert found["essentials"] == pytest.approx(750.0)
        assert found["household"] == 2
        assert found["commitments"] == pytest.approx(230.0)
        assert [part for _, part in found["ending"]] == pytest.approx([80.0, 150.0])


def test_a_low_month_of_one_may_be_a_high_month_of_the_other(town):
    """The quartile of the sums, and not the sum of the quartiles: these two earn in turns."""

    def in_turns(who: str, odd: int) -> dict:
        rows = [row for k, row in enumerate(salary(who, 2000.0)) if k % 2 == odd]
        return {
            "payments": [*rows, *salary(who, 500.0, counterparty_id=f"side {who}"), *groceries(who, 300.0)]
        }

    (record, _) = joint(town, in_turns("x", 0), in_turns("y", 1))
    assert means(record)["income"] == 3000.0


def test_a_loan_that_both_hold_counts_once_where_it_says_so_and_twice_where_not(town):
    for shared, expected in (("one loan", 200.0), (None, 400.0)):
        one = put_together(household("x", 2000.0, 300.0), loan("x", "X1", 200.0, 8, shared_id=shared))
        two = put_together(household("y", 2000.0, 300.0), loan("y", "Y1", 200.0, 8, shared_id=shared))
        assert means(joint(town, one, two)[0])["commitments"] == pytest.approx(expected)


def test_money_from_one_to_the_other_is_no_income_and_a_shared_row_counts_once(town):
    one, two = household("x", 2000.0, 300.0), household("y", 1000.0, 300.0)
    for k in range(14):
        sent = {"event_time": at(k, 3), "kind": "transfer", "category": None}
        one["payments"].append(sent | {"applicant_id": "x", "amount": -400.0, "account_id": "x-a"})
        two["payments"].append(sent | {"applicant_id": "y", "amount": 400.0, "account_id": "y-a"})
    assert means(joint(town, one, two)[0])["income"] == 3000.0
    for who, rows in (("x", one), ("y", two)):
        rent = {"kind": "salary", "category": None, "account_id": "ours", "counterparty_id": "tenant"}
        rows["payments"] += [
            rent | {"applicant_id": who, "event_time": at(k, 10), "amount": 700.0, "balance": 9000.0 - k}
            for k in range(14)
        ]
    assert means(joint(town, one, two)[0])["income"] == 3700.0


def test_of_whom_nothing_is_known_makes_what_all_of_them_need_unknown(town):
    records = joint(town, household("x", 2000.0, 300.0), {"inquiries": []}, who=("x", "nobody"))
    for record in records:
        assert (record.decision, record.content["strategy"]["stage"]) == ("refer", "ability")
        assert means(record) == {"income": 2000.0, "commitments": None, "essentials": None, "household": 2}
        assert {"A02", "A03"} <= {reason["code"] for reason in record.content["reasons"]}
    assert not records[0].content["parties"]["others"][0]["means_known"]


def test_each_record_has_its_own_reasons_and_one_decision_which_the_worst_makes(town):
    alone = [town.pipeline.decide(one, town.portfolio()) for one in town.asked[:12]]
    scores = {k: record.content["outcome"]["score"] for k, record in enumerate(alone)}
    best, worst = max(scores, key=scores.get), min(scores, key=scores.get)
    between = (scores[best] + scores[worst]) / 2.0
    for first, second in ((best, worst), (worst, best)):
        rows = named(f"A{first}", (name(first), "applicant"), (name(second), "co_applicant"))
        asked, portfolio = town.asked[first], town.portfolio(parties=rows)
        records = town.pipeline.decide_together(asked, portfolio, policy=policy(town, between))
        by_score = {record.content["outcome"]["score"]: record for record in records}
        assert set(by_score) == {scores[best], scores[worst]}
        good, poor = by_score[scores[best]].content, by_score[scores[worst]].content
        assert good["outcome"]["decision"] == poor["outcome"]["decision"] == "decline"
        assert (good["strategy"]["stage"], poor["strategy"]["stage"]) == ("parties", "cutoff")
        assert [one["code"] for one in good["reasons"]] == ["J01"]
        assert "J01" not in [one["code"] for one in poor["reasons"]]
        assert good["parties"]["others"][0]["standing"] == "below"
        assert not set(poor["features"][0]) & set(good["parties"]["others"][0])


def test_price_and_caps_are_those_of_the_worst_grade(town):
    rows = named("A0", (name(0), "applicant"), (name(1), "co_applicant"))
    records = town.pipeline.decide_together(town.asked[0], town.portfolio(parties=rows), policy=policy(town))
    grades = {record.content["outcome"]["grade"] for record in records}
    listed = records[0].content["policy"]["strategy"]["prices"]["grades"]
    offers = [record.content["strategy"]["offer"] for record in records]
    assert offers[0] == offers[1]
    assert offers[0]["grade"] == max(grades, key=lambda one: listed[one])


def test_records_verify_on_their_own_path_and_replay_and_a_changed_standing_is_found(town, tmp_path):
    checked = verifying(town.pipeline, tmp_path / "model")
    one = put_together(household("x", 2000.0, 300.0), loan("x", "X1", 450.0, 4))
    two = household("y", 900.0, 450.0)
    three = household("z", 500.0, 300.0)
    rows = put_together(two, three)
    for cutoff, extra in ((400.0, ()), (505.0, (("z", "guarantor"),)), (540.0, ())):
        for record in joint(town, one, rows, extra, cutoff=cutoff):
            found = checked(record)
            assert found.passed, found
            assert cs.replay_decision(record, town.pipeline.model) is None
    body = json.loads(record.text)
    body["parties"]["others"][0]["standing"] = "rules"
    del body["sha256"]
    changed = cs.DecisionRecord.from_dict(body)
    assert not checked(changed).passed


def test_who_stands_surety_is_checked_and_raises_nothing_unless_the_policy_says_so(town):
    one, two = household("x", 1500.0, 500.0), household("z", 3000.0, 300.0)
    poor = household("z", 300.0, 200.0)
    asked = ASKED | {"applicant_id": "x"}
    people = named("J", ("x", "applicant"), ("z", "guarantor"))

    def decided(more: dict, **plan):
        tables = put_together(town.tables, one, more) | {"parties": people}
        return town.pipeline.decide(asked, cs.Portfolio.from_records(tables), policy=policy(town, **plan))

    checked = decided(two)
    assert (checked.decision, means(checked)["income"]) == ("approve", 1500.0)
    assert checked.content["strategy"]["guarantors"][0]["ability"]["status"] == "able"
    counted = decided(two, guarantors="counted")
    assert means(counted)["income"] == 4500.0
    assert "guarantors" not in counted.content["strategy"]
    refused = decided(poor)
    assert (refused.decision, refused.content["strategy"]["stage"]) == ("refer", "guarantor")
    assert [one["code"] for one in refused.content["reasons"]] == ["J11"]
    unknown = decided({"inquiries": []})
    assert [one["code"] for one in unknown.content["reasons"]] == ["J12"]


def test_columns_of_a_party_say_what_they_are_and_change_nothing_of_the_loan(town):
    rows = [row | {"amount": 1.0, "age": 30.0} for row in named("A0", (name(1), "co_applicant"))]
    records = town.pipeline.decide_together(town.asked[0], town.portfolio(parties=rows), policy=policy(town))
    assert [one.content["strategy"]["asked"]["amount"] for one in records] == [2000.0, 2000.0]
    assert len({one.decision for one in records}) == 1


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (named("A0", ("p001", "applicant")), "role"),
        (named("A0", ("p000", "co_applicant"), ("p001", "applicant")), "role"),
        (named("A0", *[(name(k), "guarantor") for k in range(1, 12)]), "the most"),
        ([named("A0", ("p001", "co_applicant"))[0] | {"event_time": AS_OF}], "not known before"),
        ([named("A0", ("p001", "co_applicant"))[0] | {"application_id": 7}], "type"),
    ],
)
def test_parties_that_contradict_the_application_are_refused_by_name(town, rows, says):
    with pytest.raises(ParameterError, match=says):
        town.pipeline.decide(town.asked[0], town.portfolio(parties=rows), policy=policy(town))


def test_a_policy_that_cannot_judge_people_together_is_refused_and_other_applications_are_not(town):
    rows = named("A0", ("p000", "applicant"), ("p001", "co_applicant"))
    portfolio, plain = town.portfolio(parties=rows), cs.Policy("score alone", "1", 500.0)
    with pytest.raises(ParameterError, match="together"):
        town.pipeline.decide(town.asked[0], portfolio, policy=plain)
    alone = town.pipeline.decide(town.asked[1], portfolio, policy=policy(town))
    assert "parties" not in alone.content
    before = town.pipeline.decide(town.asked[1], town.portfolio(), policy=policy(town))
    apart = ("decision_id", "subject", "decided_at", "sha256")
    assert {k: v for k, v in alone.content.items() if k not in apart} == {
        k: v for k, v in before.content.items() if k not in apart
    }


@pytest.mark.as_given
def test_a_ledger_holds_all_records_and_forgets_with_one_person_what_tells_of_them(town, tmp_path):
    rows = [
        *named("A0", ("p000", "applicant"), ("p001", "co_applicant")),
    ]
    portfolio, plan = town.portfolio(parties=rows), policy(town)
    with cs.Ledger.open(tmp_path / "ledger.db", key=cs.Ledger.new_key()) as ledger:
        alone = town.pipeline.decide(
            town.asked[0] | {"application_id": "alone"}, portfolio, policy=plan, ledger=ledger
        )
        records = town.pipeline.decide_together(
            town.asked[0], portfolio, policy=plan, ledger=ledger, idempotency_key="once"
        )
        again = town.pipeline.decide_together(
            town.asked[0], portfolio, policy=plan, ledger=ledger, idempotency_key="once"
        )
        assert [one.text for one in again] == [one.text for one in records]
        assert len(ledger) == 3
        assert [one.decision_id for one in ledger.find(subject="p001")] == [records[1].decision_id]
        assert len(ledger.find(subject="p000")) == 2
        ledger.verify()
        ledger.erase("p001")
        for one in records:
            with pytest.raises(DecisionUnknownError):
                ledger.read(one.decision_id)
        assert ledger.read(alone.decision_id).text == alone.text
        assert ledger.verify().unreadable == 2


def test_a_page_says_nothing_of_what_another_person_could_pay(town):
    one = household("x", 1500.0, 500.0)
    records = joint(town, one, household("z", 3123.0, 300.0), (), ("x", "z"))
    for record in records:
        data = cs.decision_report(record).data
        assert "guarantors" not in data["record"]["strategy"]
        assert "parties" not in data["record"]
        assert "inputs" not in data["record"]


def test_a_day_of_a_counter_offer_is_after_what_ends(town):
    one = put_together(household("x", 1000.0, 300.0), loan("x", "X1", 350.0, 2))
    tables = put_together(town.tables, one)
    asked = ASKED | {"applicant_id": "x", "amount": 1500.0}
    record = town.pipeline.decide(asked, cs.Portfolio.from_records(tables), policy=policy(town))
    found = record.content["strategy"]
    ends = (AS_OF + days(36)).date().isoformat()
    assert found["means"]["ending"] == [[ends, 350.0]]
    assert [(one["change"], one.get("start")) for one in found["counter_offers"]][-1] == ("date", ends)
    for language, said in (
        ("en", "From 21 July 2026 on"),
        ("fa", "از ۲۱ ژوئیه ۲۰۲۶"),
        ("zh", "自2026年7月21日起"),
    ):
        assert said in cs.decision_report(record, language=language).to_html()
    looked_at = policy(town, 850.0 - 1.0)
    declined = town.pipeline.decide(asked, cs.Portfolio.from_records(tables), policy=looked_at)
    assert not declined.content["strategy"]["counter_offers"]


def test_the_schema_knows_every_part(town):
    jsonschema = pytest.importorskip("jsonschema")
    two = put_together(household("y", 900.0, 450.0), household("z", 500.0, 300.0), loan("y", "Y", 200.0, 3))
    for record in joint(town, household("x", 2000.0, 300.0), two, (("z", "guarantor"),)):
        jsonschema.validate(json.loads(record.text), cs.DecisionRecord.schema())
