"""A decision on somebody of several ids, or with friends of several: what is stored repeats every value."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest

import creditscore as cs
from creditscore.deciding.evidence import gather, opened
from creditscore.features.compute import FeatureComputer
from tests.features.social_people import AS_OF, SECRET
from tests.features.social_worlds import START, social_world
from tests.features.test_persons import CROWD, links

PRIVACY = cs.StandingPrivacy(secret=SECRET, secret_name="bank 2026")
COMPUTER = FeatureComputer(cs.social_features(min_known=2, min_known_group=4))
PEOPLE = [f"p{k}" for k in range(8)]


@pytest.mark.parametrize("seed", range(30))
def test_stored_rows_of_joined_ids_repeat_every_value(seed: int) -> None:
    rng = random.Random(seed)
    world = social_world(rng, PEOPLE) | {"persons": links(rng)}
    world["consents"] = [
        {"applicant_id": who, "source": rng.choice(["ties", "standings", "loans"]), "granted_time": START,
         "withdrawn_time": START + (AS_OF - START) * rng.random()}
        for who in [*PEOPLE[::3], *CROWD[::4]]
    ]  # fmt: skip
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY)
    for who in [*PEOPLE, *CROWD[:3]]:
        when = START + (AS_OF - START) * rng.uniform(0.5, 1.0)
        one = cs.Applications.from_records({"application_id": 1, "applicant_id": who, "as_of": when})
        live = COMPUTER.compute(one, portfolio).values
        inputs = json.loads(gather(COMPUTER, one, portfolio).inputs_text())
        assert "persons" not in inputs["columns"]
        assert COMPUTER.compute(*opened(inputs)).values.tobytes() == live.tobytes()


def test_nothing_stored_says_that_a_friend_had_two_ids() -> None:
    begun, found = AS_OF - timedelta(days=600), AS_OF - timedelta(days=40)
    ties = [{"person_id": "ego", "other_id": f"f{k}", "event_time": begun} for k in range(8)]
    standings = [{"person_id": f"f{k}", "event_time": begun, "standing": "good"} for k in range(8)]
    persons = [{"person_id": "f0", "other_id": f"f{k}", "event_time": found} for k in (3, 5)]
    portfolio = cs.Portfolio.from_records(
        {"ties": ties, "standings": standings, "persons": persons}, privacy=PRIVACY
    )
    one = cs.Applications.from_records({"application_id": 1, "applicant_id": "ego", "as_of": AS_OF})
    inputs = json.loads(gather(COMPUTER, one, portfolio).inputs_text())
    named = [row["other_id"] for row in inputs["tables"]["ties"]]
    assert len(named) == 8
    assert len(set(named)) == 6
    assert len(inputs["others"]["standings"]) == 6
