"""Leaks of the social features: the checks that must find one, and leaky variants that they do find.

A variant computes the same features over a world that leaks on purpose: everything known as soon as it
happened, or the applicant's own standing among those of the people around.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.applications import Applications
from creditscore.features.compute import FeatureComputer
from tests.features.social_worlds import START, Record, social_world

World = dict[str, list[Record]]
Values = np.ndarray[Any, Any]
Compute = Callable[[World], Values]

AS_OF = START + timedelta(days=700, hours=9)
PEOPLE = [f"p{k}" for k in range(10)]
FEATURES = cs.social_features(min_known=2, min_known_group=6)
PRIVACY = cs.StandingPrivacy.unprotected(secret=bytes(range(32)), secret_name="trial")
COMPUTER = FeatureComputer(FEATURES)
ASKED = Applications.from_records(
    [{"application_id": k, "applicant_id": who, "as_of": AS_OF} for k, who in enumerate(PEOPLE)]
)
SEEDS = st.integers(0, 10_000)
FLIPPED = {"defaulted": "good", "good": "defaulted"}


def as_built(world: World) -> Values:
    return COMPUTER.compute(ASKED, cs.Portfolio.from_records(world, privacy=PRIVACY), threads=1).values


def known_when_it_happened(world: World) -> Values:
    """Leaky: rows and ends count from when they happened."""
    leaky = {}
    for name, rows in world.items():
        leaky[name] = [
            row
            | {"known_time": row["event_time"]}
            | ({"end_known_time": row["end_time"]} if "end_time" in row else {})
            for row in rows
            if row.get("event_id") is None
        ]
    return as_built(leaky)


def own_label_counted(world: World) -> Values:
    """Leaky: everyone has a double among their neighbours and in their groups, who stands as they do."""
    doubles = [row | {"person_id": f"{row['person_id']}*", "event_id": None} for row in world["standings"]]
    ties = [
        {"person_id": who, "other_id": f"{who}*", "event_time": START, "known_time": START} for who in PEOPLE
    ]
    seats = [row | {"person_id": f"{row['person_id']}*", "event_id": None} for row in world["memberships"]]
    return as_built(
        world | {"standings": world["standings"] + doubles, "ties": world["ties"] + ties,
                 "memberships": world["memberships"] + seats}
    )  # fmt: skip


def moved(one: Values, other: Values) -> set[str]:
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return {name for name, kept in zip(FEATURES.names, same.all(axis=0), strict=True) if not kept}


def late_news(world: World, rng: random.Random) -> World:
    """What happened before the moment and became known at it or after: new rows, changed ones, ends."""

    def when() -> Any:
        return AS_OF + timedelta(days=rng.choice([0, 0, 3, 40]))

    out = {name: [dict(row) for row in rows] for name, rows in world.items()}
    for name in ("ties", "memberships", "standings", "activities", "measures"):
        for row in rng.sample(out[name], len(out[name]) // 3):
            late = row | {"known_time": when(), "event_id": None}
            out[name].append(late | ({"standing": FLIPPED[row["standing"]]} if name == "standings" else {}))
    for row in (*out["ties"], *out["memberships"]):
        if row["end_time"] is None and rng.random() < 0.5:
            row |= {"end_time": max(row["event_time"], AS_OF - timedelta(days=20)), "end_known_time": when()}
    return out


def found_by_late_news(compute: Compute, seed: int) -> set[str]:
    """L4: late arrivals of rows, standings and ends have no effect."""
    world = social_world(random.Random(seed), PEOPLE)
    return moved(compute(world), compute(late_news(world, random.Random(seed + 1))))


def found_by_own_label(compute: Compute, seed: int) -> set[str]:
    """L3: each applicant's own standing is turned round, taken away, or made up; alone, as in `score()`."""
    world = social_world(random.Random(seed), PEOPLE)
    whole, found = compute(world), set()
    for row, who in enumerate(PEOPLE):
        own = [r for r in world["standings"] if r["person_id"] == who]
        others = [r for r in world["standings"] if r["person_id"] != who]
        turned = [r | {"standing": FLIPPED[r["standing"]]} for r in own]
        made_up = {"person_id": who, "event_time": START, "known_time": START, "standing": "defaulted"}
        for changed in (turned, [], [*own, made_up | {"event_id": None}]):
            values = compute(world | {"standings": others + changed})
            found |= moved(whole[row : row + 1], values[row : row + 1]) - also_known(changed != turned)
    return found


def also_known(is_new: bool) -> set[str]:
    """Features of groups count members that are known, whoever asks; how the applicant stands is in none."""
    return {name for name in FEATURES.names if name.startswith("groups_")} if is_new else set()


@settings(max_examples=25)
@given(SEEDS)
def test_late_arrivals_have_no_effect(seed: int) -> None:
    assert found_by_late_news(as_built, seed) == set()


@settings(max_examples=10)
@given(SEEDS)
def test_the_applicants_own_standing_has_no_effect(seed: int) -> None:
    assert found_by_own_label(as_built, seed) == set()


def test_the_check_of_late_arrivals_finds_happened_time_taken_for_known_time() -> None:
    found = found_by_late_news(known_when_it_happened, 6)
    assert {
        "ties_count",
        "neighbours_defaulted_share",
        "groups_default_share_mean",
        "activities_count_365d",
    } <= found


def test_the_check_of_the_own_label_finds_it_among_neighbours_and_in_groups() -> None:
    found = found_by_own_label(own_label_counted, 4)
    assert {
        "neighbours_defaulted_share",
        "neighbours_good_strength_share",
        "groups_default_share_max",
    } <= found


def auc(score: Values, bad: Values) -> float:
    known = ~np.isnan(score)
    score, bad = score[known], bad[known]
    order = np.argsort(np.argsort(score, kind="mergesort"))
    ranks = np.array([order[score == s].mean() for s in score])
    n = bad.sum()
    return float((ranks[bad].sum() - n * (n - 1) / 2) / (n * (bad.size - n)))


@pytest.mark.parametrize("name", ["neighbours_defaulted_share", "neighbours_good_strength_share"])
def test_standings_dealt_at_random_tell_nothing_and_a_leak_stands_out(name: str) -> None:
    """L6: permuted over the nodes, standings give an AUC of one half; with the own label in, they do not."""
    rng = np.random.default_rng(11)
    people, bad = [f"q{k}" for k in range(900)], rng.random(900) < 0.3
    ends = rng.integers(0, 900, (2_700, 2))
    old = {"event_time": START, "known_time": START}
    world = {
        "ties": [old | {"person_id": people[a], "other_id": people[b]} for a, b in ends if a != b],
        "standings": [
            old | {"person_id": who, "standing": "defaulted" if is_bad else "good"}
            for who, is_bad in zip(people, bad, strict=True)
        ],
    }
    doubles = world | {
        "ties": world["ties"] + [old | {"person_id": who, "other_id": f"{who}*"} for who in people],
        "standings": world["standings"]
        + [r | {"person_id": f"{r['person_id']}*"} for r in world["standings"]],
    }
    asked = Applications.from_records(
        [{"application_id": k, "applicant_id": who, "as_of": AS_OF} for k, who in enumerate(people)]
    )
    honest, leaky = (
        auc(COMPUTER.compute(asked, cs.Portfolio.from_records(rows, privacy=PRIVACY))[name], bad)
        for rows in (world, doubles)
    )
    three_errors = 3 * np.sqrt(901 / (12 * bad.sum() * (900 - bad.sum())))
    assert abs(honest - 0.5) < three_errors
    assert abs(leaky - 0.5) > 3 * three_errors
