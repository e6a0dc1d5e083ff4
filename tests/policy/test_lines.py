"""Credit lines against a slow twin, and what must hold of every line whatever the numbers are."""

from __future__ import annotations

import dataclasses
import json
import math
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import CreditScoreError, ParameterError
from creditscore.policy.ability.assess import assess_ability
from creditscore.policy.lines.found import CODES, LineReason, LineStep
from creditscore.policy.pricing.repayment import LoanTerms
from creditscore.words.lines import LINES

GRADES = ("A", "B", "C")


def plan_of(**changes) -> cs.LinePlan:
    parts = {
        "table": cs.LineTable(
            (0, 500, 900, 1500), {"A": (100, 200, 400, 800), "B": (50, 100, 200, 400), "C": (0, 50, 70, 120)}
        ),
        "caps": cs.LineCaps(most=2_000, share_of_income=0.8, by_grade={"B": 900, "C": 300}, person=5_000),
        "ability": cs.AbilityRule({1: 300.0, 2: 450.0}, buffer=25.0),
        "rate": 0.24,
    }
    return cs.LinePlan(**{**parts, **changes})


PLANS = (
    plan_of(),
    plan_of(months=6, rate=0.0, step_size=25.0, least=75.0, consent="by_law"),
    plan_of(
        rules=cs.StepRules(
            0.9, 0.5, 0.5, 0.0, gap=0.3, least_payments=2, raise_by=2.0, lower_by=0.25, months_between=1,
            months_after_arrears=3, lower_days=10, close_days=60,
        ),
        caps=cs.LineCaps(1_200, 2.0, grade_totals={"A": 10_000}, portfolio=20_000),
    ),
)  # fmt: skip
money = st.one_of(st.integers(0, 4_000).map(float), st.floats(0, 4_000))
maybe = st.one_of(st.none(), money)
means = st.builds(cs.Means, income=maybe, commitments=maybe, essentials=maybe, household=st.integers(1, 3))
known_means = st.builds(cs.Means, income=money, commitments=money, essentials=money)
exposures = st.builds(cs.LineExposure, person=maybe, grade=maybe, portfolio=maybe)


@st.composite
def conducts(draw) -> cs.LineConduct:
    due = draw(st.integers(0, 8))
    return cs.LineConduct(
        due, draw(st.integers(0, due)), draw(st.one_of(st.none(), st.floats(0, 1.2))),
        draw(st.sampled_from([0, 0, 0, 1, 9, 10, 29, 30, 59, 60, 89, 90, 400])), draw(st.integers(0, 8)),
        draw(st.one_of(st.none(), st.integers(0, 9))), draw(st.floats(0, 900)),
    )  # fmt: skip


plans, grades = st.sampled_from(PLANS), st.sampled_from(GRADES)
lines = st.one_of(st.integers(1, 200).map(lambda tens: 10.0 * tens), st.floats(1, 2_500))


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


STEADY = cs.LineConduct(6, 6, 0.6, 0, 6)
WELL_OFF = cs.Means(2_000.0, 0.0, 300.0)
FREE = cs.LineExposure(0.0, 0.0, 0.0)


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
        assert plan.first("A", WELL_OFF, dataclasses.replace(lent, person=None)).change == "refer"
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


def test_steps_of_another_plan_are_refused_by_totals():
    step = plan_of().first("A", WELL_OFF, FREE)
    with pytest.raises(ParameterError, match="another plan"):
        cs.within_totals(plan_of(rate=0.1), [step])


def test_every_reason_and_change_is_said_alike_in_three_languages():
    changes = {"open", "raise", "offer", "keep", "lower", "close", "refuse", "refer", "frozen"}
    for said in LINES.values():
        assert set(said) == changes | set(CODES)
    for key in LINES["en"]:
        fields = {
            language: {name for _, name, _, _ in string.Formatter().parse(said[key]) if name}
            for language, said in LINES.items()
        }
        assert len({frozenset(one) for one in fields.values()}) == 1, key
    assert len(set(CODES.values())) == len(CODES)


@given(plans, lines, grades, means, conducts(), exposures, st.booleans(), st.sampled_from(["en", "fa", "zh"]))
def test_every_step_is_said_and_stored(plan, line, grade, known, conduct, lent, agreed, language):
    for found in (
        plan.first(grade, known, lent), plan.step(line, grade, known, conduct, lent, agreed=agreed)
    ):  # fmt: skip
        assert found.reasons
        assert found.code == CODES[found.keys[0]]
        said = found.explain(language, "EUR")
        assert len(said) >= 2
        assert not any("{" in one or "None" in one for one in said)
        assert LineStep.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_two_numbers_that_differ_are_written_differently():
    step = LineStep("keep", "A", 1.0, 1.0, 1.0, False, (LineReason("some_late", 0.9499, 0.95),), None, 6, "")
    assert "94.99%" in step.explain()[1]
    assert "95%" in step.explain()[1]


def test_plans_are_stored_hashed_and_cannot_be_changed():
    for plan in PLANS:
        again = cs.LinePlan.from_dict(json.loads(json.dumps(plan.to_dict())))
        assert again == plan
        assert cs.LinePlan.from_json(plan.to_json()) == plan
        assert again.digest == plan.digest
        assert hash(again) == hash(plan)
        with pytest.raises(dataclasses.FrozenInstanceError):
            plan.rate = 0.0
        with pytest.raises(TypeError):
            plan.table.lines["A"] = (9e9,) * 4
    assert len({plan.digest for plan in PLANS}) == len(PLANS)
    assert plan_of(rate=0.240001) != plan_of()


@pytest.mark.parametrize(
    "broken",
    [
        lambda: cs.LineTable((1, 2), {"A": (1, 2)}),
        lambda: cs.LineTable((0, 0), {"A": (1, 2)}),
        lambda: cs.LineTable((), {"A": ()}),
        lambda: cs.LineTable((0, 5), {"A": (2, 1)}),
        lambda: cs.LineTable((0, 5), {"A": (1, 2), "B": (1, 3)}),
        lambda: cs.LineTable((0, 5), {"A": (1,)}),
        lambda: cs.LineTable((0,), {"A": (math.nan,)}),
        lambda: cs.LineTable((0,), {"A": (math.inf,)}),
        lambda: cs.LineTable((0,), {"A": (True,)}),
        lambda: cs.LineTable((0,), {1: (5,)}),
        lambda: cs.LineTable((0,), {}),
        lambda: cs.LineTable("0", {"A": "5"}),
        lambda: cs.LineCaps(0, 1),
        lambda: cs.LineCaps(100, math.nan),
        lambda: cs.LineCaps(100, 1, by_grade={"A": -1}),
        lambda: cs.LineCaps(100, 1, by_grade=[1]),
        lambda: cs.LineCaps(100, 1, person=math.inf),
        lambda: cs.StepRules(raise_on_time=0.8, lower_on_time=0.75),
        lambda: cs.StepRules(raise_use=0.05, lower_use=0.05),
        lambda: cs.StepRules(gap=0),
        lambda: cs.StepRules(raise_on_time=1.5),
        lambda: cs.StepRules(raise_by=1.0),
        lambda: cs.StepRules(lower_by=1.0),
        lambda: cs.StepRules(lower_days=90),
        lambda: cs.StepRules(months_between=0),
        lambda: cs.StepRules(months_between=1.5),
        lambda: cs.StepRules(least_payments=True),
        lambda: cs.LineConduct(3, 4, 0.5, 0, 0),
        lambda: cs.LineConduct(3, 3, -0.1, 0, 0),
        lambda: cs.LineConduct(3, 3, math.nan, 0, 0),
        lambda: cs.LineConduct(3, 3, 0.5, -1, 0),
        lambda: cs.LineConduct(3, 3, 0.5, 0, 0, -1),
        lambda: cs.LineConduct(3, 3, 0.5, 0, 0, owed=-1),
        lambda: cs.LineConduct("3", 3, 0.5, 0, 0),
        lambda: cs.LineExposure(-1),
        lambda: cs.LineExposure(person="none"),
        lambda: plan_of(rate=-0.1),
        lambda: plan_of(rate=math.nan),
        lambda: plan_of(months=0),
        lambda: plan_of(least=55.0),
        lambda: plan_of(least=0.0),
        lambda: plan_of(least=3_000.0),
        lambda: plan_of(step_size=0.0),
        lambda: plan_of(consent="never"),
        lambda: plan_of(ability=None),
        lambda: plan_of(rules={}),
        lambda: plan_of(caps=cs.LineCaps(100, 1, by_grade={"Z": 5})),
        lambda: plan_of(caps=cs.LineCaps(100, 1, grade_totals={"Z": 5})),
        lambda: plan_of().first("Z", WELL_OFF, FREE),
        lambda: plan_of().step(0.0, "A", WELL_OFF, STEADY),
        lambda: plan_of().step(math.nan, "A", WELL_OFF, STEADY),
        lambda: plan_of().step(100.0, "Z", WELL_OFF, STEADY),
        lambda: plan_of().step(100.0, "A", WELL_OFF, STEADY, agreed="no"),
        lambda: plan_of().first(["A"], WELL_OFF),
        lambda: plan_of().first("A", {"income": 1.0}),
        lambda: plan_of().first("A", WELL_OFF, 5.0),
        lambda: plan_of().step(100.0, "A", WELL_OFF, None),
        lambda: plan_of().step(100.0, "A", WELL_OFF, STEADY, law="EU"),
        lambda: cs.LinePlan.from_json("{}"),
        lambda: cs.LinePlan.from_json("[]"),
        lambda: cs.LinePlan.from_json("no plan"),
        lambda: cs.LinePlan.from_json(plan_of().to_json().replace('"rate"', '"rates"')),
        lambda: plan_of(ability=cs.AbilityRule({1: math.nan})),
        lambda: cs.AbilityRule({1: "300"}),
        lambda: cs.AbilityRule({1: True}),
        lambda: cs.AbilityRule([300.0]),
        lambda: cs.AbilityRule({1.5: 300.0}),
        lambda: cs.AbilityRule({1: 300.0}, most_of_left=True),
        lambda: cs.Means("300", 0.0, 0.0),
        lambda: cs.Means(True, 0.0, 0.0),
        lambda: cs.Means(math.nan, 0.0, 0.0),
        lambda: cs.within_totals(plan_of(), [1]),
        lambda: cs.within_totals(plan_of(), [], grades="A"),
        lambda: cs.within_totals(plan_of(), [], grades={"Z": 1.0}),
        lambda: cs.within_totals(plan_of(), [], grades={"A": math.nan}),
        lambda: cs.say_line(plan_of().first("A", WELL_OFF), "xx"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(broken):
    with pytest.raises(CreditScoreError):
        broken()
