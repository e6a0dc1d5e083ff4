"""Social features beside plain Python, over random worlds with all that ties and standings can suffer."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import creditscore as cs
from creditscore.data.applications import Applications
from creditscore.features.compute import FeatureComputer
from tests.features.social_oracle import SECRET, social
from tests.features.social_worlds import START, Record, social_world

AS_OF = START + timedelta(days=700, hours=9)
PEOPLE = [f"p{k}" for k in range(8)]
PRIVACY = cs.StandingPrivacy(secret=SECRET, secret_name="trial")
MOMENTS = (AS_OF, AS_OF - timedelta(days=211), START + timedelta(days=300), START)


def asked(people: list[str], moment: datetime) -> list[Record]:
    return [{"application_id": k, "applicant_id": who, "as_of": moment} for k, who in enumerate(people)]


def expect_oracle(
    world: dict[str, list[Record]],
    moment: datetime,
    given: Any,
    oracle: Any,
    privacy: cs.StandingPrivacy = PRIVACY,
) -> None:
    features = cs.social_features(**given).where(lambda feature: feature.source != "measures")
    people = [*PEOPLE, "crowd-00", "nobody"]
    portfolio = cs.Portfolio.from_records(world, privacy=privacy)
    matrix = FeatureComputer(features).compute(Applications.from_records(asked(people, moment)), portfolio)
    for row, who in enumerate(people):
        expected = social(world, who, moment, epsilon=privacy.epsilon, **oracle)
        assert set(expected) == set(features.names)
        for column, name in enumerate(features.names):
            seen = matrix.values[row, column]
            assert seen == pytest.approx(expected[name], rel=1e-12, abs=1e-12, nan_ok=True), (name, who)


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from(MOMENTS))
def test_every_feature_as_of_the_moment_equals_plain_python(seed: int, moment: datetime) -> None:
    world = social_world(random.Random(seed), PEOPLE)
    expect_oracle(world, moment, {}, {})


@settings(max_examples=40)
@given(st.integers(0, 10_000))
@example(2256)  # a tie without a direction that is listed twice
def test_every_setting_means_what_it_says(seed: int) -> None:
    world = social_world(random.Random(seed), PEOPLE)
    given = {"min_known": 2, "min_tie_age": "10d", "edge_half_life": "90d", "min_known_group": 6}
    oracle = given | {"min_tie_age": 10.0, "edge_half_life": 90.0}
    for privacy in (PRIVACY, cs.StandingPrivacy.unprotected(secret=SECRET, secret_name="trial")):
        expect_oracle(world, AS_OF, given, oracle, privacy)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_a_layer_alone_equals_plain_python_over_its_ties(seed: int) -> None:
    world = social_world(random.Random(seed), PEOPLE)
    features = cs.social_features(layers=("friend", "interaction"))
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY)
    matrix = FeatureComputer(features).compute(Applications.from_records(asked(PEOPLE, AS_OF)), portfolio)
    for layer in ("friend", "interaction"):
        for row, who in enumerate(PEOPLE):
            expected = social(world, who, AS_OF, layers=(layer,))
            for name, twin in (
                (f"ties_{layer}_count", "ties_count"),
                (f"ties_{layer}_strength", "ties_strength"),
                (f"neighbours_{layer}_defaulted_share", "neighbours_defaulted_share"),
            ):
                assert matrix[name][row] == pytest.approx(expected[twin], rel=1e-12, nan_ok=True)


def test_group_sizes_hold_at_every_moment() -> None:
    """Sizes after each change equal a count of all members, just before and just after it."""
    world = social_world(random.Random(3), PEOPLE)
    portfolio = cs.Portfolio.from_records(world, privacy=PRIVACY)
    sizes = portfolio.network.sizes  # type: ignore[union-attr]
    tick = timedelta(microseconds=1)
    names = sorted({row["group_id"] for row in world["memberships"]})
    computer = FeatureComputer(cs.social_features().select(["groups_size_max", "groups_tenure_max_days"]))
    for group in range(len(names)):
        for moment in np.unique(sizes.times[sizes.offsets[group] : sizes.offsets[group + 1]])[::3]:
            at = START + timedelta(microseconds=int(moment - START.timestamp() * 1e6))
            for when in (at, at + tick):
                expected = social(world, "p1", when)
                seen = computer.compute(Applications.from_records(asked(["p1"], when)), portfolio)
                for name in seen.names:
                    assert seen[name][0] == pytest.approx(expected[name], rel=1e-12, nan_ok=True)
