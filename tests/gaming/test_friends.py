"""Friends are chosen, bought and made up as people could; strangers stay strangers."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.gaming import friends as bending
from creditscore.gaming.manipulations import MANIPULATIONS
from creditscore.gaming.sample import gaming_sample
from tests.gaming.accounts import AS_OF, day, portfolio, sample_of


def standing(person: str, ago: float = 400, how: str = "good", **more) -> dict:
    return {"person_id": person, "event_time": day(ago), "standing": how} | more


def tie(one: str, other: str, **more) -> dict:
    return {"person_id": one, "other_id": other, "event_time": day(500), "layer": "friend", "weight": 1.0,
            "directed": False} | more  # fmt: skip


GOOD = [f"good{number}" for number in range(12)]
LATE = [f"late{number}" for number in range(10)]
STANDINGS = [
    *(standing(who) for who in GOOD),
    standing("later", ago=100),
    standing("fallen"),
    standing("fallen", ago=50, how="defaulted"),
    *(standing(who, how="defaulted") for who in LATE),
]
TIES = [tie("anna", "good0"), tie("good1", "good2"), tie("good1", "good3", weight=3.0),
        tie("anna", "good4", layer="device")]  # fmt: skip


@pytest.fixture
def sample():
    return sample_of(portfolio(ties=TIES, standings=STANDINGS))


def new_ties(bent):
    return bent.tables["ties"].iloc[len(TIES) :].reset_index(drop=True)


def test_chosen_friends_stand_well_for_long_and_are_no_neighbours_yet(sample):
    for name in ("friends_new", "friends_aged", "friends_backdated", "friends_bought"):
        ties = new_ties(MANIPULATIONS[name].bend(sample))
        of_anna = set(ties.loc[ties["person_id"] == "anna", "other_id"])
        assert len(of_anna) == 10
        assert of_anna <= set(GOOD) - {"good0", "good4"}
        assert set(ties["layer"]) == {"friend"}
        assert set(ties["directed"]) == {0.0}
        assert ties["weight"].unique() == pytest.approx([2.6])


def test_bought_friends_have_most_ties(sample):
    chosen = new_ties(bending.friends_bought(sample))
    assert {"good1", "good2", "good3"} <= set(chosen.loc[chosen["person_id"] == "ben", "other_id"])


@pytest.mark.parametrize(
    ("name", "began", "known"),
    [
        ("friends_new", 20, 20),
        ("friends_aged", 200, 200),
        ("friends_backdated", 1_000, 20),
        ("strangers_named", 200, 200),
        ("friends_defaulted", 200, 200),
    ],
)
def test_ties_begin_and_become_known_when_they_are_said_to(sample, name, began, known):
    ties = new_ties(MANIPULATIONS[name].bend(sample))
    assert set(ties["event_time"]) == {day(began, hour=10)}
    assert set(ties["known_time"]) == {day(known, hour=10)}


def test_whom_nobody_accepts_is_named_from_one_side(sample):
    named = new_ties(bending.strangers_named(sample))
    assert set(named["person_id"]) == {"anna", "ben"}
    assert set(named["directed"]) == {1.0}
    strangers = new_ties(bending.strangers_defaulted(sample))
    assert set(strangers["person_id"]) == set(LATE)
    assert set(strangers["other_id"]) == {"anna", "ben"}
    assert set(strangers["directed"]) == {1.0}


def test_a_table_without_directions_gets_them_for_one_sided_ties():
    ties = [{name: row[name] for name in ("person_id", "other_id", "event_time")} for row in TIES]
    sample = sample_of(portfolio(ties=ties, standings=STANDINGS))
    table = bending.strangers_named(sample).tables["ties"]
    assert table["directed"].tolist() == [0.0] * 4 + [1.0] * 20


def test_made_up_friends_are_new_stand_well_and_know_each_other(sample):
    bent = bending.friends_made(sample)
    made = bent.tables["standings"].iloc[len(STANDINGS) :]
    assert len(set(made["person_id"])) == 20
    assert not set(made["person_id"]) & {row["person_id"] for row in STANDINGS}
    assert set(made["standing"]) == {"good"}
    assert (made["known_time"] < AS_OF - timedelta(days=199)).all()
    ties = new_ties(bent)
    assert len(ties) == 2 * (10 + 45)
    assert len(set(map(frozenset, zip(ties["person_id"], ties["other_id"], strict=True)))) == len(ties)


def test_with_too_few_to_choose_from_nobody_tries():
    few = sample_of(portfolio(ties=TIES, standings=STANDINGS[:10]), "anna", "ben")
    bent = bending.friends_new(few)
    assert bent.tried.tolist() == [False, True]
    assert not bending.friends_defaulted(few).tried.any()


def test_bent_ties_pass_the_door(sample):
    for name, one in MANIPULATIONS.items():
        if "ties" in one.needs:
            bent = one.bend(sample)
            given = sample.portfolio_of(bent.tables)
            assert given.network is not None, name
            assert given.tables["payments"].n_rows == 26
    assert isinstance(given, cs.Portfolio)


def test_strangers_who_name_a_person_move_nothing_that_a_model_is_given() -> None:
    dials = cs.simulate.SimulationConfig(people=700, purchases=0.0, sessions=0.0, activities=0.0, rings=0)
    made = cs.simulate.simulate_portfolio(dials, seed=1)
    everyone, asked = made.portfolio(), made.to_applications()
    first = np.unique(np.array(asked.applicant_ids), return_index=True)[1]
    sample = gaming_sample(asked, everyone, np.sort(first)[:60], seed=0)
    computer = FeatureComputer(cs.social_features().for_model)
    bent = MANIPULATIONS["strangers_defaulted"].bend(sample)
    before, after = (
        computer.compute(sample.applications, sample.portfolio_of(tables)).values
        for tables in ({}, bent.tables)
    )
    assert bent.tried.sum() > 30
    assert before.tobytes() == after.tobytes()
