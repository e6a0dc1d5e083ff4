"""Credit lines against a slow twin, and what must hold of every line whatever the numbers are."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore.policy.ability.assess import assess_ability
from creditscore.policy.pricing.repayment import LoanTerms
from tests.policy.lines_world import (
    FREE,
    STEADY,
    WELL_OFF,
    conducts,
    exposures,
    grades,
    known_means,
    lines,
    means,
    money,
    plan_of,
    plans,
)


# The slow twin: every line of the grid is tried, each bound by a rule of its own.
def monthly(line: float, rate: float, months: int) -> float:
    return line / months if rate == 0 else line * rate / 12 / (1 - (1 + rate / 12) ** -months)


def bears(plan, known, line) -> bool:
    rule = plan.ability
    budget = max(need for people, need in rule.reference_budget.items() if people <= known.household)
    needs = known.commitments + max(budget, known.essentials) + rule.buffer
    now = monthly(line, plan.rate, plan.months)
    later = monthly(line, plan.rate + rule.rate_stress, plan.months)
    return (
        known.commitments + now <= rule.most_of_income * known.income + 1e-7
        and now <= rule.most_of_left * (known.income - needs) + 1e-7
        and later <= (1 - rule.income_stress) * known.income - needs + 1e-7
    )


def allowed(plan, grade, known, lent, line) -> bool:
    caps = plan.caps
    return (
        line <= caps.most
        and line <= caps.share_of_income * known.income + 1e-7
        and line <= caps.by_grade.get(grade, math.inf)
        and (caps.person is None or line == 0 or line + lent.person <= caps.person + 1e-7)
        and (
            grade not in caps.grade_totals
            or line == 0
            or line + lent.grade <= caps.grade_totals[grade] + 1e-7
        )
        and (caps.portfolio is None or line == 0 or line + lent.portfolio <= caps.portfolio + 1e-7)
        and (line == 0 or bears(plan, known, line))
    )


def best(plan, grade, known, lent, wanted) -> float:
    tried = [number * plan.step_size for number in range(int(wanted / plan.step_size + 1e-9) + 1)]
    return max(line for line in tried if allowed(plan, grade, known, lent, line))


def needed(plan, grade, lent) -> bool:
    caps = plan.caps
    return not (
        (caps.person is not None and lent.person is None)
        or (grade in caps.grade_totals and lent.grade is None)
        or (caps.portfolio is not None and lent.portfolio is None)
    )


def slow_first(plan, grade, known, lent) -> tuple[str, float]:
    if None in (known.income, known.commitments, known.essentials) or not needed(plan, grade, lent):
        return "refer", 0.0
    row = plan.table.lines[grade]
    wanted = [line for bound, line in zip(plan.table.incomes, row, strict=True) if known.income >= bound][-1]
    line = best(plan, grade, known, lent, wanted)
    return ("open", line) if line >= plan.least else ("refuse", 0.0)


def slow_step(plan, line, grade, known, conduct, lent, agreed) -> tuple[str, float, float]:
    rules, size = plan.rules, plan.step_size
    if conduct.days_past_due >= rules.close_days:
        return "close", 0.0, 0.0
    if conduct.months_since_change < rules.months_between:
        return "keep", line, line
    enough = conduct.payments_due >= rules.least_payments
    share = conduct.paid_on_time / conduct.payments_due if conduct.payments_due else None
    tops = [plan.caps.most, plan.caps.by_grade.get(grade, math.inf)]
    tops += [] if known.income is None else [plan.caps.share_of_income * known.income]
    bad = (
        conduct.days_past_due >= rules.lower_days
        or (enough and share <= rules.lower_on_time)
        or (conduct.use is not None and conduct.use <= rules.lower_use)
    )
    high = line > (1 + rules.gap) * min(tops)
    if bad or high:
        target = min(*tops, line * rules.lower_by) if bad else min(tops)
        target = int(target / size + 1e-9) * size
        if target < plan.least:
            target = plan.least if min(tops) >= plan.least else 0.0
        above_owed = [n * size for n in range(10_000) if n * size >= conduct.owed - 1e-7]
        down = min(max(target, above_owed[0]), line)
        return ("keep" if down == line else "lower" if down else "close"), down, down
    good = (
        conduct.days_past_due == 0
        and (math.inf if conduct.months_since_arrears is None else conduct.months_since_arrears)
        >= rules.months_after_arrears
        and enough and share >= rules.raise_on_time
        and conduct.use is not None and conduct.use >= rules.raise_use
        and None not in (known.income, known.commitments, known.essentials)
        and needed(plan, grade, lent)
    )  # fmt: skip
    if not good:
        return "keep", line, line
    wanted = max(line * rules.raise_by, (int(line / size + 1e-9) + 1) * size, plan.least)
    up = best(plan, grade, known, lent, wanted)
    if up <= line:
        return "keep", line, line
    return ("raise", up, up) if agreed else ("offer", line, up)


@given(plans, grades, means, exposures)
def test_first_lines_are_those_of_the_slow_twin(plan, grade, known, lent):
    found = plan.first(grade, known, lent)
    assert (found.change, found.line) == slow_first(plan, grade, known, lent)


@given(plans, lines, grades, means, conducts(), exposures, st.booleans())
def test_steps_are_those_of_the_slow_twin(plan, line, grade, known, conduct, lent, agreed):
    found = plan.step(line, grade, known, conduct, lent, agreed=agreed)
    assert (found.change, found.line, found.offered) == pytest.approx(
        slow_step(plan, line, grade, known, conduct, lent, agreed)
    )




@given(known_means, st.floats(0, 5_000), grades, plans)
def test_two_people_alike_get_the_same_line_and_a_higher_income_never_a_lower_one(known, more, grade, plan):
    once = plan.first(grade, known, FREE)
    again = cs.LinePlan.from_dict(plan.to_dict()).first(grade, replace(known), FREE)
    assert once == again
    richer = plan.first(grade, replace(known, income=known.income + more), FREE)
    assert richer.line >= once.line
    safer = plan.first("A", known, FREE)
    assert safer.line >= once.line


@given(plans, lines, grades, known_means, conducts())
def test_better_conduct_never_means_a_lower_line(plan, line, grade, known, conduct):
    found = plan.step(line, grade, known, conduct, FREE, agreed=True)
    better = [
        replace(conduct, paid_on_time=conduct.payments_due), replace(conduct, days_past_due=0),
        replace(conduct, months_since_arrears=None),
    ]  # fmt: skip
    assert all(plan.step(line, grade, known, one, FREE, agreed=True).line >= found.line for one in better)


@given(plans, lines, grades, means, conducts(), exposures)
def test_nothing_rises_without_consent_or_without_an_assessed_ability(
    plan, line, grade, known, conduct, lent
):
    kept = plan.step(line, grade, known, conduct, lent)
    assert kept.line <= line
    assert kept.change != "raise"
    agreed = plan.step(line, grade, known, conduct, lent, agreed=True)
    for found in (kept, agreed, plan.first(grade, known, lent)):
        if found.offered > found.before:
            able = assess_ability(known, LoanTerms(found.offered, plan.months), plan.rate, plan.ability)
            assert able.status == "able"
    if None in (known.income, known.commitments, known.essentials):
        assert agreed.line <= line


@given(plans, lines, grades, known_means, conducts())
def test_between_changes_lie_months_and_arrears_bar_a_raise(plan, line, grade, known, conduct):
    found = plan.step(line, grade, known, conduct, FREE, agreed=True)
    rules = plan.rules
    if conduct.months_since_change < rules.months_between:
        assert found.change in ("keep", "close")
    if conduct.days_past_due or (conduct.months_since_arrears or 99) < rules.months_after_arrears:
        assert found.line <= line
    assert found.frozen == (conduct.days_past_due >= rules.lower_days or found.line == 0)


def test_a_share_that_swings_within_the_gap_moves_nothing():
    plan, line, changes = plan_of(), 300.0, 0
    for month in range(60):
        on_time = (19, 16)[month % 2]  # of 20: 95 % and 80 %, where 75 % lowers
        found = plan.step(
            line,
            "A",
            WELL_OFF,
            cs.LineConduct(20, on_time, 0.2 if month % 2 else 0.1, 0, 12),
            FREE,
            agreed=True,
        )
        changes += found.line != line
        line = found.line
    assert changes == 0


def test_a_line_climbs_by_the_rules_worked_out_by_hand():
    """At 24 % and twelve payments a line costs 9.456 % of itself a month, at 26 % 9.551 %.

    Income 1,000, essentials 300 and buffer 25: left 675, of which 60 % are 405; 40 % of the income are 400,
    in stress 900 - 325 = 575. So the line may be 400 / 0.09456 = 4,230; the share of income caps it at 800.
    """
    plan, known = plan_of(), cs.Means(1_000.0, 0.0, 300.0)
    assert plan.payable(known) == pytest.approx(400 / 0.0945596, rel=1e-5)
    assert plan.first("A", known, FREE).line == 400.0
    climbed = [400.0]
    while (step := plan.step(climbed[-1], "A", known, STEADY, FREE, agreed=True)).change == "raise":
        climbed.append(step.line)
    assert climbed == [400.0, 600.0, 800.0]
    assert step.keys == ("income_share",)
    assert step.reasons[0].bound == 800.0
    down = plan.step(800.0, "A", known, cs.LineConduct(6, 4, 0.6, 0, 6), FREE)
    assert (down.change, down.line, down.keys) == ("lower", 400.0, ("missed",))
    assert plan.step(800.0, "A", known, cs.LineConduct(6, 4, 0.6, 0, 6, owed=512.0), FREE).line == 520.0


def test_caps_of_the_person_the_grade_and_the_portfolio_cut_a_line():
    plan = plan_of(caps=cs.LineCaps(2_000, 0.8, person=1_000, grade_totals={"A": 700}, portfolio=650))
    for lent, line, key in (
        (cs.LineExposure(900.0, 0.0, 0.0), 100.0, "person"),
        (cs.LineExposure(0.0, 500.0, 0.0), 200.0, "grade_total"),
        (cs.LineExposure(0.0, 0.0, 345.0), 300.0, "portfolio"),
    ):
        found = plan.first("A", WELL_OFF, lent)
        assert (found.change, found.line) == ("open", line)
        assert key in found.keys
        assert plan.first("A", WELL_OFF, replace(lent, person=None)).change == "refer"
    assert plan.first("A", WELL_OFF).keys == ("first_exposure_unknown",)


def test_a_law_that_asks_for_consent_is_followed():
    plan = plan_of(consent="by_law")
    with_law = {
        name: plan.step(
            300.0, "A", WELL_OFF, STEADY, FREE, law=cs.Jurisdiction.load(name, as_of="2026-11-29")
        )
        for name in ("EU", "DE", "permissive")
    }
    assert {name: step.change for name, step in with_law.items()} == {
        "EU": "offer", "DE": "offer", "permissive": "raise"
    }  # fmt: skip
    assert plan.step(300.0, "A", WELL_OFF, STEADY, FREE).change == "offer"
    always = plan_of().step(
        300.0, "A", WELL_OFF, STEADY, FREE, law=cs.Jurisdiction.load("permissive", as_of="2026-11-29")
    )
    assert always.change == "offer"


@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), money, st.booleans()), max_size=12), st.data())
def test_totals_are_kept_whatever_the_order_and_two_alike_get_the_same(asked, data):
    plan = plan_of(caps=cs.LineCaps(2_000, 1.0, grade_totals={"A": 1_500}, portfolio=2_000))
    steps = []
    for grade, income, new in asked:
        known = cs.Means(income, 0.0, 300.0)
        steps.append(
            plan.first(grade, known, FREE) if new
            else plan.step(150.0, grade, known, STEADY, FREE, agreed=True)
        )  # fmt: skip
    before = {grade: sum(s.before for s in steps if s.grade == grade) for grade in ("A", "B")}
    cut = cs.within_totals(plan, steps, grades=before, portfolio=sum(before.values()))
    total = {grade: sum(s.offered for s in cut if s.grade == grade) for grade in ("A", "B")}
    assert total["A"] <= max(1_500, before["A"]) + 1e-6
    assert sum(total.values()) <= max(2_000, sum(before.values())) + 1e-6
    assert all(after.offered <= step.offered for after, step in zip(cut, steps, strict=True))
    assert all(after.line == 0 or after.line >= plan.least for after in cut)
    order = data.draw(st.permutations(range(len(steps))))
    moved = cs.within_totals(plan, [steps[i] for i in order], grades=before, portfolio=sum(before.values()))
    assert [moved[order.index(i)] for i in range(len(steps))] == list(cut)
    for one, other in zip(steps, cut, strict=True):
        assert all(after == other for step, after in zip(steps, cut, strict=True) if step == one)
