"""Where a law bars accounts from the score and asks for income all the same, ability reads them."""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from tests.parties.world import AS_OF, at, groceries, loan, named, policy, put_together, salary, verifying

ASKED = {"application_id": "J", "applicant_id": "x", "as_of": AS_OF, "amount": 2000.0, "term_days": 365.0}


@pytest.fixture(scope="module")
def german(town):
    law = cs.Jurisdiction.load("DE", as_of="2026-11-29")
    repaid = cs.repayment_features()
    features = [cs.ability_features(), repaid.select(repaid.names[:8]), cs.application_features(["amount"])]
    scorer = cs.CreditScorer(n_estimators=20, min_child_samples=8)
    pipeline = cs.CreditPipeline(features, scorer=scorer, jurisdiction=law)
    return pipeline.fit(cs.Applications.from_records(town.asked), town.portfolio(), town.bad)


@pytest.fixture(scope="module")
def checked(german, tmp_path_factory):
    return verifying(german, tmp_path_factory.mktemp("german") / "model")


def household(who: str, income: float, spent: float) -> dict:
    return {"payments": [*salary(who, income), *groceries(who, spent)]}


def tables_of(town, *parts):
    return put_together(town.tables, loan("x", "X1", 150.0, 8), *parts)


def test_income_is_read_for_the_ability_and_never_for_the_score(town, german, checked):
    plain = policy(town, cutoff=300.0)
    seen = []
    for income in (2000.0, 500.0):
        portfolio = cs.Portfolio.from_records(tables_of(town, household("x", income, 300.0)))
        record = german.decide(ASKED, portfolio, policy=plain)
        content = record.content
        assert content["strategy"]["means"]["income"] == income
        assert content["strategy"]["means"]["commitments"] == pytest.approx(150.0)
        assert "payments" not in content["inputs"]["columns"]
        assert content["strategy"]["sources"]["payments"]["rows"] > 0
        assert content["outcome"]["code"] != "credit_history_alone"
        found = checked(record)
        assert found.passed, found
        assert cs.replay_decision(record, german.model) is None
        seen.append((content["outcome"]["log_odds"], content["strategy"]["ability"]["status"]))
    assert seen[0][0] == seen[1][0]  # to the bit
    assert (seen[0][1], seen[1][1]) == ("able", "unable")


def test_the_record_says_by_which_rules_and_what_stays_barred(town, german):
    portfolio = cs.Portfolio.from_records(tables_of(town, household("x", 2000.0, 300.0)))
    law = german.decide(ASKED, portfolio, policy=policy(town, cutoff=300.0)).content["law"]
    named_rules = {rule["name"] for rule in law["ability"]["asked_by"]}
    assert {"ccd2-18-3-income", "kwg-18a", "bgb-505a-b"} <= named_rules
    assert "payment_data" in law["forbidden"]
    assert "payment_data" not in law["ability"]["forbidden"]
    assert "social_network" in law["ability"]["forbidden"]
    without = german.decide(ASKED, portfolio, policy=cs.Policy("p", "1", 300.0)).content
    assert "ability" not in without["law"]
    assert "ability" not in without["inputs"]


def test_a_record_that_smuggles_rows_or_rules_does_not_verify(town, german, checked):
    portfolio = cs.Portfolio.from_records(tables_of(town, household("x", 2000.0, 300.0)))
    record = german.decide(ASKED, portfolio, policy=policy(town, cutoff=300.0))

    def changed(change):
        body = json.loads(record.text)
        del body["sha256"]
        change(body)
        return checked(cs.DecisionRecord.from_dict(body))

    def barred(body):
        body["law"]["ability"]["forbidden"] = ["payment_data"]

    def hidden(body):
        del body["law"]["ability"]

    def other_rule(body):
        body["law"]["ability"]["asked_by"].pop()

    def richer(body):
        for row in body["inputs"]["ability"]["tables"]["payments"]:
            row["amount"] = 2.0 * row["amount"]

    def moved(body):
        body["inputs"]["tables"]["payments"] = body["inputs"]["ability"]["tables"]["payments"]

    for change in (barred, hidden, other_rule, richer, moved):
        assert not changed(change).passed, change.__name__


def test_people_who_apply_together_and_sureties_are_judged_by_their_accounts_too(town, german, checked):
    parts = household("x", 2000.0, 300.0), household("y", 1000.0, 450.0), household("z", 1500.0, 300.0)
    people = named("J", ("x", "applicant"), ("y", "co_applicant"), ("z", "guarantor"))
    portfolio = cs.Portfolio.from_records(tables_of(town, *parts) | {"parties": people})
    records = german.decide_together(ASKED, portfolio, policy=policy(town, cutoff=300.0))
    for record in records:
        assert record.content["strategy"]["means"]["income"] == 3000.0
        assert record.content["strategy"]["guarantors"][0]["means"]["income"] == 1500.0
        found = checked(record)
        assert found.passed, found


def test_a_consent_to_one_purpose_opens_no_other(town):
    """Without any law: accounts may be read for the ability alone; the score does as if there were none."""
    given = {"applicant_id": "x", "granted_time": at(13, 1), "source": "payments", "purpose": "ability"}
    rows = tables_of(town, household("x", 2000.0, 300.0))
    others = [given | {"applicant_id": one["applicant_id"], "purpose": None} for one in town.asked]
    consents = [given, *others]
    portfolio = cs.Portfolio.from_records(rows | {"consents": consents})
    portfolio = portfolio.with_sources(consent_needed=["payments"])
    content = town.pipeline.decide(ASKED, portfolio, policy=policy(town, cutoff=300.0)).content
    assert content["strategy"]["means"]["income"] == 2000.0
    assert content["sources"]["payments"]["covered"] is False
    assert content["strategy"]["sources"]["payments"]["covered"] is True
    none = rows | {"consents": consents[1:]}
    portfolio = cs.Portfolio.from_records(none).with_sources(consent_needed=["payments"])
    content = town.pipeline.decide(ASKED, portfolio, policy=policy(town, cutoff=300.0)).content
    assert content["strategy"]["means"]["income"] is None


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
@pytest.mark.parametrize("audience", ["subject", "auditor"])
def test_pages_name_the_accounts_that_were_read_and_the_rules_that_ask_for_it(
    town, german, language, audience
):
    portfolio = cs.Portfolio.from_records(tables_of(town, household("x", 2000.0, 300.0)))
    record = german.decide(ASKED, portfolio, policy=policy(town, cutoff=300.0))
    page = cs.decision_report(record, audience=audience, language=language).to_html()
    said = {
        "en": "Sources that the ability to pay",
        "fa": "منبع‌هایی که توان پرداخت",
        "zh": "评估还款能力所依据的来源",
    }
    assert said[language] in page
    assert "KWG § 18a" in page
    sha = record.content["strategy"]["sources"]["payments"]["sha256"]
    assert audience != "subject" or sha not in page
