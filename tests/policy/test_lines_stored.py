"""Credit lines in words and as stored data, and what is refused of a plan."""

from __future__ import annotations

import dataclasses
import json
import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import creditscore as cs
from creditscore.errors import CreditScoreError, ParameterError
from creditscore.policy.lines.found import CODES, LineReason, LineStep
from creditscore.words.lines import LINES
from tests.policy.lines_world import (
    FREE,
    PLANS,
    STEADY,
    WELL_OFF,
    conducts,
    exposures,
    grades,
    lines,
    means,
    plan_of,
    plans,
)

# What a decision says of the first review.
AHEAD = {"ahead", "agreed", "stays"}


def test_steps_of_another_plan_are_refused_by_totals():
    step = plan_of().first("A", WELL_OFF, FREE)
    with pytest.raises(ParameterError, match="another plan"):
        cs.within_totals(plan_of(rate=0.1), [step])


def test_every_reason_and_change_is_said_alike_in_three_languages():
    changes = {"open", "raise", "offer", "keep", "lower", "close", "refuse", "refer", "frozen"}
    for said in LINES.values():
        assert set(said) == changes | AHEAD | set(CODES)
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
