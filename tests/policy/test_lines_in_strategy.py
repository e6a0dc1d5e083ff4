"""A strategy with a plan of lines: what it lends, what its record says of the next step, how it verifies."""

from __future__ import annotations

import json

import pytest

import creditscore as cs
from creditscore.errors import NameUnknownError, ParameterError
from tests.parties.world import AS_OF, a_town, groceries, loan, policy, put_together, salary, verifying

ASKED = {"application_id": "J", "applicant_id": "x", "as_of": AS_OF, "amount": 2000.0, "term_days": 365.0}


@pytest.fixture(scope="module")
def town():
    return a_town()


@pytest.fixture(scope="module")
def checked(town, tmp_path_factory):
    return verifying(town.pipeline, tmp_path_factory.mktemp("lines") / "model")


def plan(town, *, first=(300.0, 500.0, 800.0), **more) -> cs.LinePlan:
    grades = town.pipeline.model.master_scale.labels
    table = cs.LineTable((0, 800, 1600), dict.fromkeys(grades, first))
    caps = cs.LineCaps(most=2_000.0, share_of_income=1.0)
    return cs.LinePlan(table, caps, cs.AbilityRule({1: 400.0}), **({"rate": 0.24} | more))


def decide(town, lines, income: float, cutoff: float = 300.0, asked=None, **more):
    rows = put_together(
        town.tables, {"payments": [*salary("x", income), *groceries("x", 300.0)]}, loan("x", "X1", 50.0, 8)
    )
    portfolio = cs.Portfolio.from_records(rows)
    return town.pipeline.decide(
        ASKED | (asked or {}), portfolio, policy=policy(town, cutoff, lines=lines, **more)
    )


@pytest.mark.parametrize(
    ("income", "line", "then"), [(2000.0, 800.0, 1200.0), (1200.0, 500.0, 750.0), (790.0, 300.0, 450.0)]
)
def test_the_first_line_is_the_most_that_is_lent_and_the_next_step_is_told(town, checked, income, line, then):
    record = decide(town, plan(town), income)
    found = record.content["strategy"]
    assert record.decision == "counter_offer"
    assert {"by": "line", "most": line} in found["limits"]
    assert found["offer"]["terms"]["amount"] == line
    assert (found["line"]["first"]["change"], found["line"]["first"]["line"]) == ("open", line)
    step = found["line"]["next"]
    assert (step["change"], step["before"], step["offered"]) == ("offer", line, then)
    assert "O15" in {one["code"] for one in record.content["reasons"]}
    assert cs.replay_decision(record, town.pipeline.model) is None
    assert checked(record).passed, checked(record)


def test_less_than_the_line_is_approved_as_asked_and_grows_from_there(town, checked):
    record = decide(town, plan(town), 2000.0, asked={"amount": 400.0})
    first, step = (record.content["strategy"]["line"][name] for name in ("first", "next"))
    assert record.decision == "approve"
    assert (first["line"], step["before"], step["offered"]) == (800.0, 400.0, 600.0)
    assert checked(record).passed


def test_what_cannot_be_paid_back_caps_the_next_step_too(town, checked):
    record = decide(town, plan(town, rules=cs.StepRules(raise_by=20.0)), 790.0)
    step = record.content["strategy"]["line"]["next"]
    assert [one["key"] for one in step["reasons"]][-1] in ("income_share", "payable")
    assert step["offered"] == 790.0  # the income, once over
    assert checked(record).passed


def test_a_grade_without_a_line_is_declined_and_told_so(town, checked):
    record = decide(town, plan(town, first=(0.0, 0.0, 0.0)), 2000.0)
    found = record.content["strategy"]
    assert (record.decision, found["stage"]) == ("decline", "offer")
    assert (found["line"]["first"]["change"], found["line"]["next"]) == ("refuse", None)
    texts = {one["code"]: dict(one["texts"]) for one in record.content["reasons"]}
    assert texts["O15"]["en"] == "At this grade and income, no credit line is given"
    assert checked(record).passed


def test_unknown_means_refer_and_rules_come_first(town, checked):
    portfolio = cs.Portfolio.from_records(put_together(town.tables, loan("x", "X1", 50.0, 8)))
    record = town.pipeline.decide(ASKED, portfolio, policy=policy(town, 300.0, lines=plan(town)))
    assert record.decision == "refer"
    assert record.content["strategy"]["line"]["first"] is None
    assert checked(record).passed


def test_a_record_that_promises_more_does_not_verify(town, checked):
    record = decide(town, plan(town), 2000.0)
    for path in (("next", "offered"), ("first", "line"), ("first", "payable"), ("rules", "raise_use")):
        body = json.loads(record.text)
        del body["sha256"]
        body["strategy"]["line"][path[0]][path[1]] = 900.0
        assert not checked(cs.DecisionRecord.from_dict(body)).passed, path


@pytest.mark.parametrize("language", ["en", "fa", "zh"])
def test_the_page_tells_when_and_how_a_line_rises(town, language):
    page = cs.decision_report(decide(town, plan(town), 2000.0), language=language).to_html()
    said = {
        "en": "After 3 months at the earliest, the line can rise from 800 to 1,200",
        "fa": "۱٬۲۰۰",
        "zh": "1,200",
    }
    assert said[language] in page


def test_a_plan_that_no_single_decision_can_keep_is_refused(town):
    table = plan(town).table
    for caps in ({"person": 100.0}, {"portfolio": 100.0}, {"grade_totals": {next(iter(table.lines)): 1.0}}):
        lines = cs.LinePlan(table, cs.LineCaps(2000.0, 1.0, **caps), cs.AbilityRule({1: 400.0}), 0.24)
        with pytest.raises(ParameterError, match="within_totals"):
            policy(town, 300.0, lines=lines)
    short = cs.LinePlan(
        cs.LineTable((0,), {"other": (100.0,)}), cs.LineCaps(2000.0, 1.0), cs.AbilityRule({1: 400.0}), 0.24
    )
    with pytest.raises(NameUnknownError, match="plan of lines"):
        policy(town, 300.0, lines=short)


def test_the_policy_is_the_same_after_a_round_trip_and_without_a_plan_as_before(town):
    with_plan, without = policy(town, 300.0, lines=plan(town)), policy(town, 300.0)
    assert cs.Policy.from_dict(with_plan.to_dict()).policy_id == with_plan.policy_id != without.policy_id
    assert "lines" not in without.to_dict()["strategy"]
