"""What people could do: true when fed back, found wherever trying everything finds it, and theirs to do."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.afterwards import opened_after, that_hold
from creditscore.deciding.evidence import gather
from creditscore.errors import ParameterError
from creditscore.recourse.conduct import Conduct, until_when
from creditscore.recourse.months import local_text
from creditscore.recourse.own_rows import OwnRows
from creditscore.report.pages.changes import local_day
from creditscore.report.writing import Writer
from tests.pipeline.conftest import case  # noqa: F401
from tests.recourse.lender import AS_OF, brute_force, carried_out, lender, months_on, portfolio

CUTOFF = 520.0
OWN = ("application", "payments", "bills", "loans", "inquiries")


def declined(case, short: float, people: int = 60):  # noqa: F811
    """Everybody with a score, and a cut-off that they miss by so many points."""
    for one in case.asked[:people]:
        score = case.pipeline.score(one, case.portfolio).score
        if score is not None:
            yield one, score + short


@pytest.mark.parametrize("short", [1.0, 6.0, 15.0])
def test_each_alternative_is_scored_as_it_says_once_it_is_carried_out(case, short):  # noqa: F811
    tried = 0
    for one, cutoff in declined(case, short, 40):
        for found in case.pipeline.counterfactuals(one, case.portfolio, cutoff):
            result = case.pipeline.score(*case.pipeline.after(one, case.portfolio, found))
            assert (result.score, result.probability_of_default) == (
                found.score,
                found.probability_of_default,
            )
            assert found.score >= cutoff
            tried += 1
    assert tried


def test_what_a_record_proposes_can_be_carried_out_from_the_record_alone(case):  # noqa: F811
    tried = 0
    for one, cutoff in declined(case, 3.0, 30):
        record = case.pipeline.decide(one, case.portfolio, policy=cs.Policy("p", "1", cutoff=cutoff))
        content = json.loads(record.to_json())
        for found in content["counterfactuals"]:
            steps = found["steps"]
            result = case.pipeline.score(*opened_after(case.pipeline.model, content["inputs"], steps))
            assert result.score == found["score"] >= cutoff
            tried += 1
    assert tried


def test_only_what_follows_from_own_conduct_changes(case):  # noqa: F811
    features = case.pipeline.model.computer.features
    source = {feature.name: feature.source for feature in features}
    assert {"ties", "memberships"} & set(source.values())
    changed = {
        source[change.feature]
        for one, cutoff in declined(case, 2.0)
        for found in case.pipeline.counterfactuals(one, case.portfolio, cutoff)
        for change in found.changes
    }
    assert changed
    assert changed <= set(OWN)


def test_longer_windows_never_count_less_after_it(case):  # noqa: F811
    model = case.pipeline.model
    names = model.computer.names
    nested = [
        (f"{stem}_{short}", f"{stem}_{long}")
        for stem in {name.rpartition("_")[0] for name in names if "count" in name}
        for short, long in (("30d", "90d"), ("90d", "180d"), ("180d", "365d"), ("90d", "365d"))
        if f"{stem}_{short}" in names and f"{stem}_{long}" in names
    ]
    assert nested
    compared = 0
    for one, cutoff in declined(case, 4.0, 30):
        for found in case.pipeline.counterfactuals(one, case.portfolio, cutoff):
            after = model.computer.compute(*case.pipeline.after(one, case.portfolio, found))
            for short, long in nested:
                if not math.isnan(after[short][0] + after[long][0]):  # too short a history is not known
                    assert after[short][0] <= after[long][0]
                    compared += 1
    assert compared


def test_where_trying_everything_finds_a_way_so_does_the_search():
    found, agreed = lender(), {True: 0, False: 0}
    for number in range(60):
        whole = portfolio([found.people[number]])
        score = found.pipeline.score(found.asked[number], whole).score
        cutoff = score + (5.0 if number % 3 else 60.0)
        ours = found.pipeline.counterfactuals(found.asked[number], whole, cutoff)
        theirs = brute_force(found, number, cutoff)
        assert bool(ours) == theirs, number
        agreed[theirs] += 1
    assert min(agreed.values()) > 3


def test_paying_on_time_for_some_months_is_what_plain_records_say():
    found, tried = lender(), 0
    for number in range(80):
        whole = portfolio([found.people[number]])
        score = found.pipeline.score(found.asked[number], whole).score
        for one in found.pipeline.counterfactuals(found.asked[number], whole, score + 4.0):
            kinds = [step.kind for step in one.steps]
            if set(kinds) <= {"pay_overdue", "on_time", "wait"}:
                months = one.plan.conduct.months
                rows = carried_out(found.people[number], months or "pay")
                asked = found.asked[number] | {"as_of": months_on(months) if months else AS_OF}
                assert found.pipeline.score(asked, portfolio([rows])).score == one.score
                until = {step.until for step in one.steps if step.until}
                assert until == ({months_on(months).isoformat()} if months else set())
                tried += 1
    assert tried > 5


def test_what_is_overdue_is_said_in_money_and_how_many_payments_are_to_come():
    found = lender()
    for number in range(80):
        rows = found.people[number]["instalments"]
        owed = sum(row["due_amount"] for row in rows if "paid_time" not in row and row["due_time"] < AS_OF)
        whole = portfolio([found.people[number]])
        score = found.pipeline.score(found.asked[number], whole).score
        for one in found.pipeline.counterfactuals(found.asked[number], whole, score + 4.0):
            for step in one.steps:
                if step.kind == "pay_overdue":
                    assert (step.before, step.after, step.unit) == (owed, 0.0, "money")
                if step.kind == "on_time":
                    until = months_on(one.plan.conduct.months)
                    assert step.times == sum(AS_OF <= row["due_time"] < until for row in rows)


def test_what_became_known_later_and_the_order_of_rows_do_not_matter():
    found = lender()
    for number in (1, 5, 8):
        one, later = found.people[number], AS_OF + timedelta(days=20)
        asked = found.asked[number]
        score = found.pipeline.score(asked, portfolio([one])).score
        expected = found.pipeline.counterfactuals(asked, portfolio([one]), score + 4.0)
        rows = [
            row if "paid_time" in row else row | {"paid_time": later, "paid_amount": 110.0}
            for row in one["instalments"][::-1]
        ]
        again = portfolio([one | {"instalments": rows}])
        assert found.pipeline.counterfactuals(asked, again, score + 4.0) == expected


def test_fewest_kinds_first_and_no_alternative_holds_all_of_another():
    found, seen = lender(), 0
    for number in range(60):
        whole = portfolio([found.people[number]])
        score = found.pipeline.score(found.asked[number], whole).score
        alternatives = found.pipeline.counterfactuals(found.asked[number], whole, score + 8.0)
        kinds = [one.plan.kinds for one in alternatives]
        assert [len(one) for one in kinds] == sorted(len(one) for one in kinds) or not kinds
        assert not any(a < b for a in kinds for b in kinds)
        assert len(kinds) == len(set(kinds)) <= 3
        keys = [(len(one.plan.kinds), one.effort) for one in alternatives]
        assert keys == sorted(keys)
        seen += len(alternatives)
    assert seen > 30


def test_nothing_above_the_cut_off_nothing_out_of_reach_and_nothing_without_one():
    found = lender()
    whole, asked = portfolio([found.people[0]]), found.asked[0]
    score = found.pipeline.score(asked, whole).score
    assert found.pipeline.counterfactuals(asked, whole, score) == ()
    assert found.pipeline.counterfactuals(asked, whole, 849.0) == ()
    with pytest.raises(ParameterError, match="need a 'cutoff'"):
        found.pipeline.counterfactuals(asked, whole, None)
    with pytest.raises(ParameterError, match="need a 'cutoff'"):
        found.pipeline.counterfactuals(asked, whole, math.nan)


def test_the_amount_is_as_large_as_reaches_among_those_between():
    found, eased = lender(), 0
    for number in range(80):
        whole, asked = portfolio([found.people[number]]), found.asked[number]
        score = found.pipeline.score(asked, whole).score
        for one in found.pipeline.counterfactuals(asked, whole, score + 4.0):
            amounts = [step for step in one.steps if step.kind == "amount"]
            if amounts and len(one.steps) == 1:
                (step,) = amounts
                assert step.before == asked["amount"] > step.after > 0.0
                larger = np.floor(
                    asked["amount"] * np.array(sorted((1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)))
                )
                nearest = larger[larger > step.after].min()
                if nearest < asked["amount"]:
                    assert found.pipeline.score(asked | {"amount": nearest}, whole).score < score + 4.0
                eased += 1
    assert eased


def test_the_day_to_apply_again_is_that_of_the_local_clock():
    rows = [
        {"applicant_id": 1, "event_time": "2023-05-01T00:00+03:30", "amount": 100.0 + k, "event_id": k}
        for k in range(9)
    ]
    whole = cs.Portfolio.from_records({"payments": rows}, timezone="Asia/Tehran")
    asked = cs.Applications.from_records(
        {"application_id": 1, "applicant_id": 1, "as_of": "2024-02-29T00:30+03:30"}
    )
    own = OwnRows.of(asked, whole)
    until = until_when(own, Conduct(months=12))
    assert local_text(until, own.calendar) == "2025-02-28T00:30:00+03:30"
    assert local_day("2025-02-28T00:30:00+03:30", Writer("en", "gregorian")) == "28 February 2025"
    assert local_day("2025-02-28T00:30:00+03:30", Writer("fa", "jalali")) == "۱۰ اسفند ۱۴۰۳"


def test_what_does_not_come_true_once_it_is_carried_out_is_not_told(case):  # noqa: F811
    """Sessions move along by days, which is not by calendar months: a trend of theirs need not stay."""
    model, waited = case.pipeline.model, 0
    for one, cutoff in declined(case, 1.0, 40):
        applications = cs.Applications.from_records([one])
        evidence = gather(model.computer, applications, case.portfolio)
        found = case.pipeline.counterfactuals(one, case.portfolio, cutoff)
        assert that_hold(model, evidence, found) == found
        waiting = [each for each in found if each.plan.conduct.months]
        false = [replace(each, probability_of_default=each.probability_of_default + 1e-9) for each in waiting]
        assert that_hold(model, evidence, [*false, *found]) == found
        waited += len(waiting)
    assert waited
