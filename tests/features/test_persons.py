"""Ids that are one person read as one: beside a world in which they were given one id from the start."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import numpy as np
import pytest

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from tests.data.seen_oracle import truth
from tests.features.social_oracle import SECRET
from tests.features.social_worlds import START, Record, social_world
from tests.people import here

AS_OF = START + timedelta(days=700, hours=9)
MICRO = timedelta(microseconds=1)
PEOPLE = [f"p{k}" for k in range(8)]
CROWD = [f"crowd-{k:02d}" for k in range(12)]
PRIVACY = cs.StandingPrivacy(secret=SECRET, secret_name="trial")
FEATURES = cs.social_features(min_known=2, min_known_group=4).where(lambda f: f.source != "measures")
COMPUTER = FeatureComputer(FEATURES)


def links(rng: random.Random) -> list[Record]:
    """Chains and circles among applicants and their friends, some of them found late."""
    rows = []
    for _ in range(rng.randint(1, 9)):
        one, other = rng.choices([*PEOPLE[:5], *CROWD], k=2)
        found = START + timedelta(days=rng.randint(0, 800))
        known = found + timedelta(days=rng.choice([0, 0, 0, 90]))
        rows.append({"person_id": one, "other_id": other, "event_time": found, "known_time": known})
    return rows


def persons(rows: list[Record], moment: datetime) -> dict[str, str]:
    """The first id of the person of each id that was known to have another one."""
    stands: dict[str, str] = {}
    for row in (row for row in rows if max(row["event_time"], row["known_time"]) < moment):
        ends = [stands.get(row[end], row[end]) for end in ("person_id", "other_id")]
        for one in [*stands, row["person_id"], row["other_id"]]:
            if stands.get(one, one) in ends:
                stands[one] = min(ends, key=here)
    return stands


def settled(world: dict[str, list[Record]], stands: dict[str, str]) -> dict[str, list[Record]]:
    """The same world in which every person had one id; a default under one id is a default of the person."""

    def one(who: str | None) -> str | None:
        return None if who is None else stands.get(who, who)

    made = {name: [dict(row) for row in rows] for name, rows in world.items() if name != "persons"}
    for name in ("ties", "memberships", "activities"):
        for row in made[name]:
            row |= {end: one(row[end]) for end in ("person_id", "other_id") if end in row}
    made["standings"] = [row for row in made["standings"] if row["person_id"] not in stands]
    for person in sorted(set(stands.values())):
        ids = [who for who, first in stands.items() if first == person]
        rows = [row for row in world["standings"] if row["person_id"] in ids]
        for moment in sorted({max(row["event_time"], row["known_time"]) for row in rows}):
            states = {truth(rows, who, moment + MICRO) for who in ids} - {None}
            made["standings"].append(
                {"person_id": person, "event_time": moment, "known_time": moment, "event_id": None,
                 "standing": "defaulted" if "defaulted" in states else "good"}
            )  # fmt: skip
    return made


def values(world: dict[str, list[Record]], who: str, moment: datetime) -> np.ndarray:
    one = cs.Applications.from_records({"application_id": 1, "applicant_id": who, "as_of": moment})
    return COMPUTER.compute(one, cs.Portfolio.from_records(world, privacy=PRIVACY)).values[0]


@pytest.mark.parametrize("seed", range(40))
def test_every_feature_is_that_of_a_world_with_one_id_each(seed: int) -> None:
    rng = random.Random(seed)
    world = social_world(rng, PEOPLE) | {"persons": links(rng)}
    for _ in range(3):
        moment = START + timedelta(days=rng.randint(200, 900), hours=9)
        stands = persons(world["persons"], moment)
        alone = settled(world, stands)
        for who in sorted({*PEOPLE[:5], *stands}):
            found = values(world, who, moment)
            expected = values(alone, stands.get(who, who), moment)
            different = [
                name for name, a, b in zip(FEATURES.names, found, expected, strict=True)
                if not (a == b or (np.isnan(a) and np.isnan(b)))
            ]  # fmt: skip
            assert not different, (who, moment, different)


def crowd_with(second: list[Record], persons_rows: list[Record]) -> dict[str, list[Record]]:
    begun = AS_OF - timedelta(days=600)
    ties = [{"person_id": "ego", "other_id": f"f{k}", "event_time": begun} for k in range(12)] + second
    known = [{"person_id": f"f{k}", "event_time": begun, "standing": "good"} for k in range(12)]
    return {"ties": ties, "standings": known, "persons": persons_rows}


def feature(world: dict[str, list[Record]], name: str, moment: datetime = AS_OF) -> float:
    plain = cs.StandingPrivacy.unprotected(secret=SECRET, secret_name="trial")
    one = cs.Applications.from_records({"application_id": 1, "applicant_id": "ego", "as_of": moment})
    portfolio = cs.Portfolio.from_records(world, privacy=plain)
    return float(cs.CreditPipeline(cs.social_features()).compute_features(one, portfolio)[name][0])


def test_ten_accounts_of_one_friend_are_one_friend_with_one_bit() -> None:
    begun = AS_OF - timedelta(days=600)
    more = [{"person_id": "ego", "other_id": f"x{k}", "event_time": begun} for k in range(10)]
    found = AS_OF - timedelta(days=30)
    joined = [{"person_id": "f0", "other_id": f"x{k}", "event_time": found} for k in range(10)]
    world = crowd_with(more, joined)
    world["standings"] += [{"person_id": f"x{k}", "event_time": begun, "standing": "good"} for k in range(9)]
    world["standings"].append({"person_id": "x9", "event_time": begun, "standing": "defaulted"})
    assert feature(world, "ties_count", found) == 22
    assert feature(world, "ties_count") == 12
    assert feature(world, "neighbours_defaulted_count") == 1
    assert feature(world, "neighbours_defaulted_share") == (1 + 0.5) / (12 + 5)


def test_a_hub_knows_its_friends_by_either_id() -> None:
    """Of 1,400 friends, each known to be good or bad, every seventh has two ids that the hub is tied to."""
    begun, found = AS_OF - timedelta(days=600), AS_OF - timedelta(days=30)
    friends, doubled = range(1_400), range(0, 1_400, 7)
    ties = [{"person_id": "ego", "other_id": f"f{k}", "event_time": begun} for k in friends]
    ties += [{"person_id": "ego", "other_id": f"a{k}", "event_time": begun} for k in doubled]
    known = [
        {"person_id": f"f{k}", "event_time": begun, "standing": "good" if k % 4 else "defaulted"}
        for k in friends
    ]
    joined = [{"person_id": f"f{k}", "other_id": f"a{k}", "event_time": found} for k in doubled]
    world = {"ties": ties, "standings": known, "persons": joined}
    assert (feature(world, "ties_count", found), feature(world, "ties_count")) == (1_600, 1_400)
    assert feature(world, "neighbours_defaulted_count") == 350
    assert feature(world, "neighbours_defaulted_share") == (350 + 0.5) / (1_400 + 5)
    alone = {"ties": ties[:1_400], "standings": known}
    assert feature(alone, "ties_age_max_days") == feature(world, "ties_age_max_days")


def test_the_own_second_account_is_no_neighbour_and_brings_its_friends_along() -> None:
    begun = AS_OF - timedelta(days=600)
    second = [{"person_id": "ego", "other_id": "me", "event_time": begun},
              {"person_id": "me", "other_id": "f3", "event_time": begun},
              {"person_id": "me", "other_id": "g", "event_time": begun}]  # fmt: skip
    found = AS_OF - timedelta(days=30)
    world = crowd_with(second, [{"person_id": "me", "other_id": "ego", "event_time": found}])
    assert (feature(world, "ties_count", found), feature(world, "ties_count")) == (13, 13)
    lone = crowd_with(second[:1], world["persons"])
    assert (feature(lone, "ties_count", found), feature(lone, "ties_count")) == (13, 12)


def test_what_each_side_said_to_one_id_of_the_other_is_agreed_once_they_are_one() -> None:
    begun = AS_OF - timedelta(days=600)
    halves = [{"person_id": "ego", "other_id": "a1", "event_time": begun, "directed": True},
              {"person_id": "a2", "other_id": "ego", "event_time": begun, "directed": True}]  # fmt: skip
    found = AS_OF - timedelta(days=1)
    world = crowd_with(halves, [{"person_id": "a1", "other_id": "a2", "event_time": found}])
    assert (feature(world, "ties_count", found), feature(world, "ties_count")) == (12, 13)


@pytest.mark.as_given
def test_measures_are_those_of_a_world_with_one_id_each_and_given_to_every_id() -> None:
    rng = random.Random(3)
    world = {name: rows for name, rows in social_world(rng, PEOPLE).items() if name != "measures"}
    bought = [
        {"applicant_id": who, "event_time": AS_OF - timedelta(days=rng.randint(1, 200)), "amount": -1.0,
         "counterparty_id": f"shop-{rng.randint(0, 9)}", "kind": "purchase"}
        for who in [*PEOPLE, *CROWD] for _ in range(20)
    ]  # fmt: skip
    early = {"event_time": START + timedelta(days=10), "known_time": START + timedelta(days=10)}
    world |= {"persons": [row | early for row in links(rng)], "payments": bought}
    stands = persons(world["persons"], AS_OF)
    alone = settled(world, stands)
    alone["payments"] = [
        row | {"applicant_id": stands.get(row["applicant_id"], row["applicant_id"])} for row in bought
    ]
    settings = cs.GraphSettings(min_known=1, min_tie_age="10d")
    found, expected = (
        cs.compute_measures(cs.Portfolio.from_records(rows, privacy=PRIVACY), [AS_OF], settings=settings)
        .to_frame().pivot(index="subject_id", columns="measure", values="value")
        for rows in (world, alone)
    )  # fmt: skip
    assert stands
    assert len(found) > 10
    sized = [name for name in found if name not in ("community_size", "community_density", "participation")]
    for who in found.index:
        one = found.loc[who, sized].to_numpy(float)
        assert one == pytest.approx(expected.loc[stands.get(who, who), sized].to_numpy(float), nan_ok=True), (
            who
        )
