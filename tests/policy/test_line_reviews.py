"""A credit line that is looked at again: what is decided, what the record says, and that it verifies."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError, PortfolioError
from tests.parties.world import a_town, groceries, loan, named, policy, put_together, salary, verifying
from tests.policy.test_lines_in_strategy import ASKED, plan

SCHEMA = Draft202012Validator(cs.DecisionRecord.schema())


@pytest.fixture(scope="module")
def town():
    return a_town()


@pytest.fixture(scope="module")
def checked(town, tmp_path_factory):
    return verifying(town.pipeline, tmp_path_factory.mktemp("reviews") / "model")


def conduct(**more) -> cs.LineConduct:
    steady = {
        "payments_due": 6, "paid_on_time": 6, "use": 0.6, "days_past_due": 0, "months_since_change": 6
    }  # fmt: skip
    return cs.LineConduct(**(steady | more))


def look(town, review, *, cutoff=300.0, income=2000.0, rules=(), parties=(), ledger=None, **strategy):
    rows = put_together(
        town.tables, {"payments": [*salary("x", income), *groceries("x", 300.0)]}, loan("x", "X1", 50.0, 8)
    )
    if parties:
        rows["parties"] = named("J", *parties)
    made = policy(town, cutoff, lines=strategy.pop("lines", None) or plan(town), **strategy)
    given = cs.Policy(made.name, made.version, cutoff, tuple(rules), strategy=made.strategy)
    asked = ASKED | {"amount": review.line} | review.to_attributes()
    return town.pipeline.decide(asked, cs.Portfolio.from_records(rows), policy=given, ledger=ledger)


def step_of(record):
    return record.content["strategy"]["line"]["step"]


CASES = {
    # what is looked at, cut-off: decision, stage, line, offered, codes of the reasons that decided
    "a raise waits for consent": (300.0, {}, False, 300.0, "offer", "line", 300.0, 450.0, []),
    "a raise that is agreed to": (300.0, {}, True, 300.0, "raise", "line", 450.0, 450.0, []),
    "some payments were late": (
        300.0, {"paid_on_time": 5}, True, 300.0, "keep", "line", 300.0, 300.0, ["C45"],
    ),
    "a payment is late now": (
        600.0, {"days_past_due": 40, "owed": 100.0}, True, 300.0, "lower", "line", 300.0, 300.0, ["C51"],
    ),
    "no lower than what is drawn": (
        600.0, {"days_past_due": 40, "owed": 455.0}, True, 300.0, "lower", "line", 460.0, 460.0,
        ["C51", "C55"],
    ),
    "default": (600.0, {"days_past_due": 95}, True, 300.0, "close", "line", 0.0, 0.0, ["C61"]),
    "above what grade and income allow": (5000.0, {}, True, 300.0, "lower", "line", 2000.0, 2000.0, ["C54"]),
    "below the cut-off nothing rises": (300.0, {}, True, 840.0, "keep", "cutoff", 300.0, 300.0, ["C48"]),
    "below the cut-off conduct alone lowers": (
        600.0, {"days_past_due": 40}, True, 840.0, "lower", "line", 300.0, 300.0, ["C51"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_step_is_a_decision_that_replays_and_verifies(town, checked, name):
    line, more, agreed, cutoff, decision, stage, after, offered, codes = CASES[name]
    record = look(town, cs.LineReview(line, conduct(**more), agreed), cutoff=cutoff)
    step = step_of(record)
    assert (record.decision, record.content["strategy"]["stage"]) == (decision, stage)
    assert (step["before"], step["line"], step["offered"]) == (line, after, offered)
    own = [one["code"] for one in record.content["reasons"] if one["code"].startswith("C")]
    assert own == codes
    assert record.content["strategy"]["offer"] is None
    assert cs.replay_decision(record, town.pipeline.model) is None
    assert not list(SCHEMA.iter_errors(json.loads(record.text)))
    found = checked(record)
    assert found.passed, str(found)


def test_the_step_is_that_of_the_plan_and_the_score_is_a_reason_only_where_the_grade_is(town):
    review = cs.LineReview(600.0, conduct(days_past_due=40))
    record = look(town, review, cutoff=840.0)
    kinds = {one["kind"] for one in record.content["reasons"]}
    assert kinds == {"offer"}
    assert any(one["guard"] == "rules" for one in record.content["dropped_reasons"])
    above = look(town, cs.LineReview(5000.0, conduct()), cutoff=840.0)
    assert {one["kind"] for one in above.content["reasons"]} == {"offer", "model"}
    means = record.content["strategy"]["means"]
    alone = plan(town).step(
        600.0, record.content["outcome"]["grade"],
        cs.Means(means["income"], means["commitments"], means["essentials"]), review.conduct,
    )  # fmt: skip
    assert json.loads(json.dumps(alone.to_dict())) == step_of(record)


def test_a_rule_holds_a_raise_and_stops_no_step_down(town, checked):
    rule = cs.DeclineRule("stop", "P07", "amount", ">", 0.0, {"en": "We lend nothing now"})
    held = look(town, cs.LineReview(300.0, conduct(), True), rules=[rule])
    assert (held.decision, held.content["strategy"]["stage"]) == ("keep", "rules")
    assert [one["code"] for one in held.content["reasons"]] == ["P07"]
    assert [one["key"] for one in step_of(held)["reasons"]] == ["held_by_rule"]
    down = look(town, cs.LineReview(600.0, conduct(days_past_due=40)), rules=[rule])
    assert (down.decision, [one["code"] for one in down.content["reasons"]]) == ("lower", ["C51"])
    for record in (held, down):
        assert checked(record).passed, str(checked(record))
        assert cs.replay_decision(record, town.pipeline.model) is None


def test_where_a_person_would_look_at_a_loan_one_looks_at_a_raise(town, checked):
    made = policy(town, 300.0, lines=plan(town))
    given = cs.Policy("loans", "1", 300, refer_below=850, strategy=made.strategy)
    rows = put_together(town.tables, {"payments": [*salary("x", 2000.0), *groceries("x", 300.0)]})
    review = cs.LineReview(300.0, conduct(), True)
    asked = ASKED | {"amount": 300.0} | review.to_attributes()
    record = town.pipeline.decide(asked, cs.Portfolio.from_records(rows), policy=given)
    assert (record.decision, record.content["strategy"]["stage"]) == ("refer", "band")
    assert not [one for one in record.content["reasons"] if one["code"].startswith("C")]
    assert checked(record).passed, str(checked(record))
    assert "450" not in cs.decision_report(record).to_html().split('id="offer"')[1].split("</section>")[0]


def test_nothing_rises_out_of_means_that_are_not_known(town, checked):
    portfolio = cs.Portfolio.from_records(put_together(town.tables, loan("x", "X1", 50.0, 8)))
    review = cs.LineReview(300.0, conduct(), True)
    asked = ASKED | {"amount": 300.0} | review.to_attributes()
    record = town.pipeline.decide(asked, portfolio, policy=policy(town, 300.0, lines=plan(town)))
    assert record.decision in ("keep", "refer")
    if record.decision == "keep":
        assert "not_assessed" in [one["key"] for one in step_of(record)["reasons"]]
    assert checked(record).passed, str(checked(record))


def test_of_two_who_hold_a_line_the_worse_decides_and_both_are_told_the_same(town, checked):
    review = cs.LineReview(300.0, conduct(), True)
    record = look(town, review, parties=(("x", "applicant"), ("p001", "co_applicant")))
    assert record.decision in ("raise", "keep", "refer")
    assert record.content["strategy"]["applicants"] == 2
    assert checked(record).passed, str(checked(record))


def test_a_record_that_says_another_step_does_not_verify(town, checked):
    record = look(town, cs.LineReview(300.0, conduct(), False))
    changes = {
        "offered": 460.0, "line": 450.0, "change": "raise", "payable": 1.0, "frozen": True, "months": 5
    }  # fmt: skip
    for name, value in changes.items():
        body = json.loads(record.text)
        del body["sha256"]
        body["strategy"]["line"]["step"][name] = value
        assert not checked(cs.DecisionRecord.from_dict(body)).passed, name
    for name, value in (("decision", "raise"), ("decision", "approve")):
        body = json.loads(record.text)
        del body["sha256"]
        body["outcome"][name] = value
        assert not checked(cs.DecisionRecord.from_dict(body)).passed, value
    body = json.loads(record.text)
    del body["sha256"]
    body["inputs"]["application"]["line_days_past_due"] = 40.0  # other conduct, the step as it was
    assert not checked(cs.DecisionRecord.from_dict(body)).passed


@pytest.mark.as_given
def test_it_stands_in_the_ledger_under_the_pseudonym_of_the_person(town, tmp_path):
    with cs.Ledger.open(tmp_path / "ledger", key=bytes(range(32))) as ledger:
        record = look(town, cs.LineReview(300.0, conduct()), ledger=ledger)
        assert ledger.read(record.decision_id).decision == "offer"
        assert record.subject == ledger.pseudonym("x")


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_pages_and_notices_say_what_happens_to_the_line(town, language):
    raised = look(town, cs.LineReview(300.0, conduct(), False))
    page = cs.decision_report(raised, language=language).to_html()
    numbers = {"en": ("300", "450"), "fa": ("۳۰۰", "۴۵۰"), "zh": ("300", "450")}[language]
    assert all(number in page for number in numbers)
    lowered = look(town, cs.LineReview(600.0, conduct(days_past_due=40)))
    notice = cs.decision_report(lowered, kind="adverse_action", language=language).to_html()
    assert {"en": "late by 40 days", "fa": "۴۰", "zh": "40"}[language] in notice
    with pytest.raises(ParameterError, match="approved"):
        cs.decision_report(raised, kind="adverse_action", language=language)


def overruled(record, decision, kind="decision", **more):
    ruling = cs.review_decision(record, reviewer="R. Amini", decision=decision, reason="Papers were missing.")
    return cs.decision_report(record, kind=kind, reviews=[ruling], **more).to_html()


@pytest.mark.parametrize(
    ("language", "none"),
    [("en", "Nothing is offered"), ("fa", "چیزی پیشنهاد نمی"), ("zh", "不附带任何报价")],
)
def test_what_a_person_declined_is_offered_by_no_page(town, language, none):
    raised = look(town, cs.LineReview(310.0, conduct(), True))
    known = cs.Portfolio.from_records(
        put_together(town.tables, {"payments": [*salary("x", 2000.0), *groceries("x", 300.0)]})
    )
    records = [
        town.pipeline.decide(ASKED | {"amount": amount}, known, policy=policy(town, 300.0))
        for amount in (300.0, 9000.0)
    ]
    assert [one.decision for one in (raised, *records)] == ["raise", "approve", "counter_offer"]
    for record in (raised, *records):
        stands = overruled(record, "approve", language=language)
        offered = stands.split('id="offer"')[1].split("<p>")[1].split("</p>")[0]
        assert none not in stands
        for kind in ("decision", "adverse_action"):
            page = overruled(record, "decline", kind, language=language)
            assert offered not in page
            assert (none in page) is (kind == "decision")
    assert raised.content["reasons"]
    assert 'class="reasons"' in cs.decision_report(raised, language=language).to_html()
    assert 'class="reasons"' not in overruled(raised, "decline", "adverse_action", language=language)


def test_of_what_a_person_approved_no_page_says_what_the_policy_would_have_done(town):
    lowered = look(town, cs.LineReview(600.0, conduct(days_past_due=40)))
    assert "falls from 600" in cs.decision_report(lowered).to_html()
    page = overruled(lowered, "approve")
    assert "falls from 600" not in page
    assert "Nothing is offered" not in page


def test_attributes_are_read_back_and_halves_of_them_refused():
    for due, arrears, use in product((0, 3, 6), (None, 0, 4), (None, 0.0, 0.31)):
        review = cs.LineReview(
            310.0, conduct(payments_due=due, paid_on_time=due, use=use, months_since_arrears=arrears), True
        )
        assert cs.LineReview.of(review.to_attributes()) == review
    assert cs.LineReview.of({"amount": 3.0}) is None
    given = cs.LineReview(300.0, conduct()).to_attributes()
    for name in given:
        if name != "line_use":
            with pytest.raises(ParameterError, match=name):
                cs.LineReview.of(given | {name: None})
    wrong = {
        "line_now": (0.0, -1.0, float("inf")), "line_payments_due": (1.5, -1.0), "line_paid_on_time": (7.0,),
        "line_agreed": (0.5, 2.0), "line_owed": (-1.0, float("inf")), "line_use": (-0.1,),
        "line_months_since_arrears": (-2.0, 0.5), "line_days_past_due": (float("inf"),),
    }  # fmt: skip
    for name, values in wrong.items():
        for value in values:
            with pytest.raises(ParameterError):
                cs.LineReview.of(given | {name: value})


def test_a_line_on_conduct_that_is_missing_is_refused_and_not_decided(town):
    asked = ASKED | cs.LineReview(300.0, conduct()).to_attributes() | {"line_owed": None}
    portfolio = cs.Portfolio.from_records(town.tables)
    with pytest.raises(ParameterError, match="line_owed"):
        town.pipeline.decide(asked, portfolio, policy=policy(town, 300.0, lines=plan(town)))


def statements(rows):
    names = ("event_time", "balance", "limit", "minimum_due", "payment", "days_past_due")
    return [
        {"applicant_id": "x", "loan_id": "L", **dict(zip(names, row, strict=True))} for row in rows
    ]  # fmt: skip


def day(month, number=5):
    return datetime(2026, month, number, tzinfo=UTC)


HAND = [
    # limit raised in April; late in March; the payment of June is short
    (day(1), 100.0, 300.0, 10.0, 0.0, 0.0),
    (day(2), 120.0, 300.0, 12.0, 10.0, 0.0),
    (day(3), 150.0, 300.0, 15.0, 5.0, 20.0),
    (day(4), 200.0, 400.0, 20.0, 15.0, 0.0),
    (day(5), 100.0, 400.0, 10.0, 20.0, 0.0),
    (day(6), 300.0, 400.0, 30.0, 9.0, 0.0),
    (day(7), 200.0, 400.0, 20.0, 30.0, 0.0),
]


@pytest.mark.as_given
def test_conduct_from_statements_as_one_counts_it_by_hand():
    known = cs.Portfolio.from_records({"statements": statements(HAND)})
    found = cs.line_review(known, "L", day(7, 20))
    # Six payments fell due within six months: February short (March also late), June short.
    assert found.conduct == cs.LineConduct(
        payments_due=6, paid_on_time=4,
        use=np.mean([120 / 300, 150 / 300, 200 / 400, 100 / 400, 300 / 400, 200 / 400]),
        days_past_due=0, months_since_change=3, months_since_arrears=3, owed=200.0,
    )  # fmt: skip
    assert (found.line, found.agreed) == (400.0, False)
    early = cs.line_review(known, "L", day(3, 6))
    assert (early.line, early.conduct.days_past_due, early.conduct.months_since_arrears) == (300.0, 20, 0)
    assert early.conduct.paid_on_time == 1


@pytest.mark.as_given
def test_what_is_not_known_yet_or_not_reported_does_not_help():
    late = [row | {"known_time": day(7, 25)} for row in statements(HAND[-1:])]
    known = cs.Portfolio.from_records({"statements": [*statements(HAND[:-1]), *late]})
    assert cs.line_review(known, "L", day(7, 20)).conduct.owed == 300.0
    silent = [(*row[:4], None, None) for row in HAND]
    found = cs.line_review(cs.Portfolio.from_records({"statements": statements(silent)}), "L", day(7, 20))
    assert (found.conduct.paid_on_time, found.conduct.months_since_arrears) == (0, 0)
    assert found.conduct.payments_due == 0
    with pytest.raises(NameUnknownError, match="other"):
        cs.line_review(known, "other", day(7, 20))
    with pytest.raises(PortfolioError, match="later"):
        cs.line_review(known, "L", datetime(2025, 1, 1, tzinfo=UTC))
    with pytest.raises(ParameterError, match="zone"):
        cs.line_review(known, "L", datetime(2026, 7, 1))  # noqa: DTZ001
    with pytest.raises(PortfolioError, match="limit"):
        cs.line_review(
            cs.Portfolio.from_records({"statements": statements([(*HAND[0][:2], None, *HAND[0][3:])])}),
            "L", HAND[0][0] + timedelta(days=9),
        )  # fmt: skip


STEADY = [(day(month), 150.0, 300.0, 15.0, 15.0, 0.0) for month in range(1, 8)]


@pytest.mark.as_given
@pytest.mark.parametrize("hidden", [(None, 0.0), (15.0, None), (None, None)])
def test_payments_that_no_statement_tells_of_lower_no_line_and_let_none_rise(town, hidden):
    """Half of those of somebody who paid all: of the 6 that fell due, 3 are known, and all were on time."""
    rows = [(*row[:4], *hidden) if n in (2, 4, 6) else row for n, row in enumerate(STEADY)]
    review = cs.line_review(cs.Portfolio.from_records({"statements": statements(rows)}), "L", day(7, 20))
    assert (review.conduct.payments_due, review.conduct.paid_on_time) == (3, 3)
    step = plan(town).step(300.0, "1", cs.Means(2000.0, 0.0, 300.0), review.conduct, agreed=True)
    assert (step.change, [one.key for one in step.reasons]) == ("keep", ["arrears_lately"])
    said = {language: cs.say_line(step, language)[1] for language in ("en", "fa", "zh")}
    assert said["en"] == "Months known to have passed without a late payment: 0; a raise needs 6"
    whole = cs.line_review(cs.Portfolio.from_records({"statements": statements(STEADY)}), "L", day(7, 20))
    risen = plan(town).step(300.0, "1", cs.Means(2000.0, 0.0, 300.0), whole.conduct, agreed=True)
    assert risen.change == "raise"


@pytest.mark.as_given
def test_a_payment_that_was_short_or_past_due_counts_whatever_else_is_left_out():
    late = [*STEADY[:5], (*STEADY[5][:4], None, 9.0), (*STEADY[6][:4], 5.0, None)]
    found = cs.line_review(cs.Portfolio.from_records({"statements": statements(late)}), "L", day(7, 20))
    assert (found.conduct.payments_due, found.conduct.paid_on_time) == (6, 4)


def test_a_line_is_not_decided_on_as_a_loan_where_the_policy_has_no_plan_of_lines(town):
    rows = put_together(town.tables, {"payments": [*salary("x", 2000.0), *groceries("x", 300.0)]})
    asked = ASKED | {"amount": 300.0} | cs.LineReview(300.0, conduct()).to_attributes()
    known = cs.Portfolio.from_records(rows)
    for given in (policy(town, 300.0), cs.Policy("loans", "1", 300.0)):
        with pytest.raises(ParameterError, match="decided on as a new loan"):
            town.pipeline.decide(asked, known, policy=given)
    loans = cs.Policy("loans", "1", 300.0)
    own = {name: value for name, value in asked.items() if name != "line_agreed"}
    plain = ASKED | {"amount": 300.0}
    decided = [town.pipeline.decide(one, known, policy=loans) for one in (own, plain)]
    assert decided[0].decision == decided[1].decision


@pytest.mark.as_given
@pytest.mark.parametrize(("day", "stale"), [(5, False), (6, True)])
def test_a_line_whose_statements_ended_is_not_known(day, stale):
    months = [
        {"applicant_id": "x", "loan_id": "L", "event_time": f"2026-{month:02d}-05T00:00:00Z",
         "balance": 150.0, "limit": 300.0, "minimum_due": 15.0, "payment": 15.0, "days_past_due": 0.0}
        for month in range(1, 8)
    ]  # fmt: skip
    known, moment = cs.Portfolio.from_records({"statements": months}), datetime(2026, 9, day, tzinfo=UTC)
    if stale:
        with pytest.raises(PortfolioError, match="63 days old"):
            cs.line_review(known, "L", moment)
    else:
        assert cs.line_review(known, "L", moment).line == 300.0
