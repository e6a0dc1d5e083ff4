"""Plans of credit lines, and what is drawn for them at random."""

from __future__ import annotations

from hypothesis import strategies as st

import creditscore as cs

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

STEADY = cs.LineConduct(6, 6, 0.6, 0, 6)
WELL_OFF = cs.Means(2_000.0, 0.0, 300.0)
FREE = cs.LineExposure(0.0, 0.0, 0.0)
