"""Gains are those of scores made one by one from hand-written events; they add up, repeat, and are judged."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.assess.gaming import Bounds
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.gaming.manipulations import MANIPULATIONS
from tests.features.worlds import AS_OF, PRIVACY, applications, filled, random_world
from tests.pipeline.conftest import PEOPLE, SMALL, late_people

CUTOFF = 560.0
OF_PAYMENTS = tuple(name for name, one in MANIPULATIONS.items() if one.needs == ("payments",))


@pytest.fixture(scope="module")
def world() -> dict[str, Any]:
    return filled(random_world(3, PEOPLE))


@pytest.fixture(scope="module")
def asked() -> cs.Applications:
    return cs.Applications.from_records(applications(PEOPLE, AS_OF))


@pytest.fixture(scope="module")
def given(world) -> cs.Portfolio:
    return cs.Portfolio.from_records(world, privacy=PRIVACY)


@pytest.fixture(scope="module")
def pipeline(world, asked, given) -> cs.CreditPipeline:
    features = [cs.application_features(), cs.payment_features(), cs.repayment_features()]
    fresh = cs.CreditPipeline(features, scorer=cs.CreditScorer(**SMALL), threads=1)
    return fresh.fit(asked, given, late_people(world, PEOPLE))


@pytest.fixture(scope="module")
def found(pipeline, asked, given) -> cs.GamingAssessment:
    return cs.assess_gaming(pipeline, asked, given, cutoff=CUTOFF, people=40, seed=1, threads=1)


def of_all_income(feature: cs.Feature) -> cs.Feature:
    """The same of every credit that counts as income: what is not borne out turns nothing of the built-in."""
    value = replace(feature.formula.value, column="inflow")
    return replace(feature, formula=replace(feature.formula, value=value))


def test_gains_are_those_of_events_written_by_hand():
    """A deposit the day before, added to plain records: each person scored alone."""
    from tests.gaming.accounts import AS_OF as MOMENT
    from tests.gaming.accounts import applications as of
    from tests.gaming.accounts import day, payment, wages

    rng = np.random.default_rng(5)
    people = [f"p{number}" for number in range(120)]
    pay = {who: float(rng.integers(300, 3_000)) for who in people}
    rows = [row for who in people for row in wages(who, pay[who])]
    rows += [payment(who, 3, -1.0, -1.0) for who in people]
    everyone, asked = cs.Portfolio.from_records({"payments": rows}), of(*people)
    bad = np.array([rng.random() < 600.0 / (pay[who] + 600.0) for who in people], float)
    names = ["payments_inflow_sum_30d", "payments_inflow_count_30d", "payments_inflow_sum_90d"]
    chosen = cs.FeatureSet(tuple(map(of_all_income, cs.payment_features().select(names))))
    pipeline = cs.CreditPipeline([chosen], scorer=cs.CreditScorer(folds="hash", **SMALL), threads=1)
    pipeline.fit(asked, everyone, bad)
    found = cs.assess_gaming(
        pipeline, asked, everyone, cutoff=500, manipulations=["one_deposit"], threads=1
    ).effects[0]

    gains = []
    for who in people:
        mine = [*wages(who, pay[who]), payment(who, 3, -1.0, -1.0)]
        cash = payment(who, 1, pay[who], pay[who] - 1.0, kind="cash", method="cash", counterparty_id=None,
                       counterparty_kind=None, event_time=day(1, hour=10))  # fmt: skip
        one = {"application_id": 1, "applicant_id": who, "as_of": MOMENT}
        before, after = (
            pipeline.score(one, cs.Portfolio.from_records({"payments": each})).score_unrounded
            for each in (mine, [*mine, cash])
        )
        gains.append(after - before)
    assert found.people == 120
    assert np.ptp(gains) > 0.5
    assert found.median == pytest.approx(np.median(gains), abs=1e-9)
    assert found.mean == pytest.approx(np.mean(gains), abs=1e-9)
    assert found.highest == pytest.approx(np.percentile(gains, 95), abs=1e-9)
    assert found.lowest_tenth == pytest.approx(np.mean(sorted(gains)[:12]), abs=1e-9)
    assert found.highest_tenth == pytest.approx(np.mean(sorted(gains)[-12:]), abs=1e-9)


def test_groups_and_quarters_add_up(found):
    for effect in found.effects:
        assert sum(share.points for share in effect.groups) == pytest.approx(effect.mean, abs=1e-7)
        assert sum(part.people for part in effect.quarters) == effect.people
        assert effect.lowest_tenth <= effect.median <= effect.highest <= effect.highest_tenth + 1e-9
        points = [share.points for share in effect.features]
        assert points == sorted(points, reverse=True)


def test_what_moves_the_score_is_named(found):
    assert {effect.manipulation for effect in found.effects} >= {*OF_PAYMENTS, "tiny_loans"}
    assert any(effect.features for effect in found.effects)


def test_those_who_cross_were_declined(pipeline, asked, given, found):
    effect = found.effect("one_deposit")
    assert 0 <= effect.declined <= effect.people
    everyone = cs.assess_gaming(
        pipeline, asked, given, cutoff=10_000, people=40, seed=1, manipulations=["one_deposit"], threads=1
    ).effects[0]
    assert (everyone.declined, everyone.crossed) == (everyone.people, 0.0)
    nobody = cs.assess_gaming(
        pipeline, asked, given, cutoff=-10_000, people=40, seed=1, manipulations=["one_deposit"], threads=1
    ).effects[0]
    assert nobody.declined == 0
    assert np.isnan(nobody.crossed)
    assert nobody.to_dict()["crossed"] is None


def test_the_same_seed_gives_the_same_figures_on_any_number_of_threads(pipeline, asked, given, found):
    again = cs.assess_gaming(pipeline, asked, given, cutoff=CUTOFF, people=40, seed=1, threads=2)
    assert again == found
    other = cs.assess_gaming(
        pipeline, asked, given, cutoff=CUTOFF, people=40, seed=2, manipulations=["tiny_loans"], threads=1
    )
    assert other.effects[0] != found.effect("tiny_loans")


def test_nothing_given_is_changed(world, pipeline, asked):
    given = cs.Portfolio.from_records(copy.deepcopy(world), privacy=PRIVACY)
    before = {name: given.to_frame(name) for name in given.tables}
    cs.assess_gaming(pipeline, asked, given, cutoff=CUTOFF, people=10, threads=1)
    for name, frame in before.items():
        assert given.to_frame(name).equals(frame)


def test_each_person_is_drawn_once(pipeline, given):
    twice = [dict(row, application_id=f"{row['applicant_id']}{n}") for row in applications(PEOPLE, AS_OF)
             for n in range(2)]  # fmt: skip
    asked = cs.Applications.from_records(twice)
    found = cs.assess_gaming(pipeline, asked, given, cutoff=CUTOFF, manipulations=["one_deposit"], threads=1)
    assert found.people <= PEOPLE


def test_what_cannot_be_tried_is_listed():
    from tests.gaming.accounts import applications as of
    from tests.gaming.accounts import portfolio, wages

    people = [f"p{number}" for number in range(60)]
    rows = [row for number, who in enumerate(people) for row in wages(who, 500.0 + 20 * number)]
    everyone = cs.Portfolio.from_records({"payments": rows})
    bad = np.arange(60) % 3 == 0
    pipeline = cs.CreditPipeline(
        [cs.payment_features().select(["payments_inflow_sum_90d"])],
        scorer=cs.CreditScorer(folds="hash", **SMALL), threads=1,
    ).fit(of(*people), everyone, bad.astype(float))  # fmt: skip
    found = cs.assess_gaming(pipeline, of(*people), everyone, cutoff=500, threads=1)
    assert {"tiny_loans", "friends_new", "bills_delayed"} <= set(found.absent)
    assert {effect.manipulation for effect in found.effects} | set(found.absent) == set(MANIPULATIONS)
    assert portfolio().n_applicants == 2


def test_the_value_shows_itself(found):
    frame = found.to_frame()
    assert frame["manipulation"].tolist() == [effect.manipulation for effect in found.effects]
    shown = repr(found)
    assert "40 people, cut-off 560 points" in shown
    assert shown.count("\n") == len(found.effects)
    assert found._repr_html_().count("<tr") == len(found.effects) + 1
    assert found.passed == all(effect.passed for effect in found.effects)


@pytest.mark.parametrize(
    ("gained", "holds"),
    [
        ({}, True),
        ({"median": 3.0, "highest": 10.0, "crossed": 0.02}, True),
        ({"median": 3.1}, False),
        ({"highest": 10.1}, False),
        ({"crossed": 0.021}, False),
        ({"crossed": float("nan")}, True),
        ({"lowest_tenth": -50.0}, True),
    ],
)
def test_bounds_hold_or_do_not(gained, holds):
    quiet = {"median": 0.0, "highest": 0.0, "crossed": 0.0, "lowest_tenth": 0.0}
    assert Bounds().hold(**quiet | gained) is holds


def test_what_others_do_may_cost_nothing():
    quiet = {"median": 0.0, "highest": 0.0, "crossed": 0.0}
    assert Bounds(lost=0.0).hold(**quiet, lowest_tenth=0.0)
    assert not Bounds(lost=0.0).hold(**quiet, lowest_tenth=-0.1)
    assert Bounds(lost=2.0).hold(**quiet, lowest_tenth=-2.0)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"cutoff": float("nan")}, ParameterError, "'cutoff' parameter must be a finite number"),
        ({"people": 0}, ParameterError, "'people' parameter must be from 1 to 500"),
        ({"people": 501}, ParameterError, "'people' parameter must be from 1 to 500"),
        ({"seed": -1}, ParameterError, "'seed' parameter must be 0 or more"),
        ({"manipulations": "one_deposit"}, ParameterError, "a sequence of names"),
        ({"manipulations": ["one_deposits"]}, NameUnknownError, "Did you mean 'one_deposit'"),
    ],
)
def test_wrong_parameters_are_refused(pipeline, asked, given, wrong, error, message):
    with pytest.raises(error, match=message):
        cs.assess_gaming(pipeline, asked, given, **{"cutoff": CUTOFF} | wrong)


def test_nobody_to_score_is_an_error(pipeline):
    stranger = cs.Applications.from_records({"application_id": 1, "applicant_id": "nobody", "as_of": AS_OF})
    with pytest.raises(ParameterError, match="None of the applications can be scored"):
        cs.assess_gaming(pipeline, stranger, cs.Portfolio(), cutoff=CUTOFF)


def test_an_effect_that_was_not_tried_is_unknown(found):
    with pytest.raises(NameUnknownError, match="manipulation 'friends'"):
        found.effect("friends")
