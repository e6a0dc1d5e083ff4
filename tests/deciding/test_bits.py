"""Decisions by what is seen of others: records hold bits and no standing, and repeat every value."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

import creditscore as cs
from creditscore.deciding.evidence import gather, opened
from creditscore.errors import ParameterError
from creditscore.features.compute import FeatureComputer
from tests.features.social_people import AS_OF, SECRET, ago, both, crowd, member, standing
from tests.features.social_worlds import START, social_world

PRIVACY = cs.StandingPrivacy(secret=SECRET, secret_name="bank 2026")
COMPUTER = FeatureComputer(cs.social_features(min_known=2, min_known_group=4))


def asked(who: str, when=AS_OF) -> cs.Applications:
    return cs.Applications.from_records({"application_id": 1, "applicant_id": who, "as_of": when})


def stored(portfolio: cs.Portfolio, who: str, when=AS_OF) -> tuple[dict, np.ndarray]:
    """What is written down of one application, and its features computed from that."""
    inputs = json.loads(gather(COMPUTER, asked(who, when), portfolio).inputs_text())
    return inputs, COMPUTER.compute(*opened(inputs)).values


@pytest.mark.parametrize("seed", range(12))
def test_rows_of_bits_repeat_every_value(seed):
    rng = random.Random(seed)
    people = [f"p{k}" for k in range(8)]
    world = social_world(rng, people)
    world["consents"] = [
        {"applicant_id": who, "source": rng.choice(["ties", "standings", "loans"]), "granted_time": START,
         "withdrawn_time": START + (AS_OF - START) * rng.random()}
        for who in people[::3]
    ]  # fmt: skip
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY)
    for who in people:
        when = START + (AS_OF - START) * rng.uniform(0.5, 1.0)
        live = COMPUTER.compute(asked(who, when), portfolio).values
        inputs, again = stored(portfolio, who, when)
        assert again.tobytes() == live.tobytes()
        for row in inputs["others"].get("standings", ()):
            assert set(row) == {"event_id", "person_id", "event_time", "standing", "fold"}


@pytest.mark.as_given
def test_a_record_holds_the_bit_and_not_the_standing():
    world = crowd(60, 30) | {"memberships": [member(f"f{k}") for k in range(60)] + [member("ego")]}
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY)
    inputs, _ = stored(portfolio, "ego")
    said = [row["standing"] == "defaulted" for row in inputs["others"]["standings"]]
    at = int(np.datetime64(AS_OF.replace(tzinfo=None), "us").astype(np.int64))
    bits = portfolio.network.seen.at(at)
    friends = sorted(f"f{k}" for k in range(60))
    assert said == [bool(bits.marked[portfolio.code(who)]) for who in friends]
    truth = [int(who[1:]) < 30 for who in friends]
    assert said != truth
    assert len({row["fold"] for row in inputs["others"]["standings"]}) <= 8  # 60 known make 8 folds
    text = json.dumps(inputs)
    assert SECRET.hex() not in text
    assert '"f1"' not in text
    assert inputs["privacy"]["secret_name"] == "bank 2026"
    assert inputs["privacy"]["key_check"] == PRIVACY.key_check
    assert inputs["privacy"]["epsilon"] == 2.0


def test_own_standing_is_in_no_record():
    world = crowd(6, 3) | {"memberships": [member(who) for who in ("ego", "f0", "f1", "f2")]}
    records = [
        stored(
            cs.Portfolio.from_records(
                world | {"standings": [*world["standings"], standing("ego", what)]}, privacy=PRIVACY
            ),
            "ego",
        )[0]
        for what in ("good", "defaulted")
    ]
    assert records[0] == records[1]


def test_a_replay_without_the_secret_is_the_same_and_with_another_one_is_not(case):
    record = case.pipeline.decide(case.applications.take([4]), case.portfolio)
    assert cs.replay_decision(record, case.pipeline.model) is None
    assert cs.replay_decision(record, case.pipeline.model, privacy=case.portfolio.privacy) is None
    other = cs.StandingPrivacy(secret=b"a secret of somebody else", secret_name="other")
    difference = cs.replay_decision(record, case.pipeline.model, privacy=other)
    assert difference.field == "inputs.privacy"
    assert difference.stored == case.portfolio.privacy.key_check


def test_no_decision_by_standings_without_a_secret(case):
    portfolio = cs.Portfolio.from_records(case.world)
    with (
        pytest.warns(cs.StandingsUnprotectedWarning),
        pytest.raises(ParameterError, match=r"no secret that protects them.*generate.*from_file"),
    ):
        case.pipeline.decide(case.applications.take([4]), portfolio)


def test_a_privacy_that_lost_its_secret_opens_no_portfolio():
    import pickle

    moved = pickle.loads(pickle.dumps(PRIVACY))
    with pytest.raises(ParameterError, match="came with its secret"):
        cs.Portfolio.from_records(both(crowd(2, 1)), privacy=moved)


def test_ties_that_were_corrected_are_stored_with_their_age():
    world = crowd(6, 6)
    for k, row in enumerate(world["ties"]):
        row |= {"event_id": f"t{k}", "weight": 1.0}
    later = [row | {"known_time": ago(20), "weight": 2.0} for row in world["ties"]]
    portfolio = cs.Portfolio.from_records(world | {"ties": [*world["ties"], *later]}, privacy=PRIVACY)
    live = COMPUTER.compute(asked("ego"), portfolio)
    _, again = stored(portfolio, "ego")
    assert live["ties_age_max_days"][0] == 400.0
    assert live["ties_count"][0] == 6.0
    assert again.tobytes() == live.values.tobytes()
