"""Ties, groups and standings by hand: what the door does with them, and what counts when."""

from __future__ import annotations

import math
import random
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

import creditscore as cs
from creditscore.data.applications import Applications
from creditscore.data.network.index import Network
from creditscore.errors import ContractError, ParameterError
from creditscore.features.compute import FeatureComputer
from creditscore.features.registry import find_view
from creditscore.features.social.declared.measures import MEASURES
from creditscore.graph.settings import MEASURES as COMPUTED
from tests.features.social_people import AS_OF, PLAIN, ago, compute, member, standing, tie, value
from tests.features.social_worlds import social_world


def test_ties_hold_at_both_ends_and_repeated_ones_add_strength_not_people() -> None:
    world = {"ties": [tie("ego", "a"), tie("ego", "a", 200.0), tie("b", "ego", 300.0)]}
    no_fading = {"edge_half_life": None}
    for who, people, strength in (("ego", 2.0, 3.0), ("a", 1.0, 2.0), ("b", 1.0, 1.0)):
        assert value(world, "ties_count", who, **no_fading) == people
        assert value(world, "ties_strength", who, **no_fading) == strength
    assert value(world, "ties_strength", "b", edge_half_life="300d") == 0.5


def test_a_tie_with_oneself_is_dropped_and_leaves_an_isolated_person() -> None:
    world = {"ties": [tie("ego", "ego"), tie("x", "y")], "standings": [standing("ego", "defaulted")]}
    assert compute(world)["ties_covered"][0] == 0.0
    assert math.isnan(value(world, "ties_count"))
    since = {"applicant_id": "ego", "source": "ties", "connected_time": ago(30.0)}
    matrix = compute(world | {"connections": [since]})
    assert matrix["ties_covered"][0] == 1.0
    assert matrix["ties_count"][0] == matrix["neighbours_known_share"][0] == 0.0
    assert math.isnan(matrix["neighbours_defaulted_count"][0])
    assert math.isnan(matrix["neighbours_defaulted_share"][0])
    assert math.isnan(matrix["ties_age_max_days"][0])


def test_nobody_known_and_source_absent_are_told_apart() -> None:
    world = {"ties": [tie("ego", "a")], "standings": [standing("stranger", "good")]}
    assert value(world, "neighbours_known_share") == 0.0
    assert math.isnan(value(world, "neighbours_defaulted_share"))
    for who in ("stranger", "never heard of"):
        matrix = compute(world, who)
        of_ties = [f.name for f in cs.social_features() if f.source == "ties" and f.unit != "0/1"]
        assert all(math.isnan(matrix[name][0]) for name in of_ties)
        assert matrix["ties_covered"][0] == 0.0
    assert math.isnan(value({"ties": world["ties"]}, "neighbours_known_share"))


def test_what_is_known_of_a_person_is_not_their_own_standing() -> None:
    world = {"ties": [tie("ego", "a")], "standings": [standing("b", "good")]}
    assert compute(world, "a").any_rows.tolist() == [True]
    assert compute(world, "b").any_rows.tolist() == [False]


def test_distrust_is_counted_and_enters_nothing_else() -> None:
    plain = {"ties": [tie("ego", "a", weight=2.0)], "standings": [standing("b", "defaulted")]}
    more = plain | {
        "ties": [*plain["ties"], tie("ego", "b", weight=-3.0), tie("ego", "a", 20.0, weight=-1.0)]
    }
    before, after = compute(plain), compute(more)
    moved = [n for n in before.names if before[n][0] != after[n][0] and not np.isnan(after[n][0])]
    assert moved == ["ties_negative_count"]
    assert after["ties_negative_count"][0] == 2.0


def test_direction_is_kept() -> None:
    world = {"ties": [tie("ego", "a", directed=True), tie("a", "ego", directed=True),
                      tie("ego", "b", directed=True), tie("c", "ego", directed=False),
                      tie("d", "ego", directed=True)]}  # fmt: skip
    matrix = compute(world)
    assert [matrix[f"ties_{name}"][0] for name in ("incoming_count", "outgoing_count")] == [2.0, 2.0]
    assert matrix["ties_reciprocal_share"][0] == (1 + 2.5) / (2 + 5)
    assert matrix["ties_count"][0] == 2.0
    assert value(world, "ties_incoming_count", "a") == 1.0
    assert math.isnan(value(world, "ties_incoming_count", "b"))  # who agreed to no tie is not covered by ties


def test_who_left_and_came_back_is_counted_once_and_only_while_there() -> None:
    stays = [
        member("a", days=300, end_time=ago(200)),
        member("a", days=250, end_time=ago(100)),
        member("a", days=50),
    ]
    world = {"memberships": [member("ego"), *stays]}
    asked = [
        {"application_id": k, "applicant_id": "ego", "as_of": ago(d)}
        for k, d in enumerate((280, 220, 99, 10))
    ]
    computer = FeatureComputer(cs.social_features().select(["groups_size_max"]))
    matrix = computer.compute(Applications.from_records(asked), cs.Portfolio.from_records(world))
    assert matrix["groups_size_max"].tolist() == [1.0, 1.0, 0.0, 1.0]


def test_settings_are_in_the_digest_and_survive_json() -> None:
    plain = cs.social_features()
    changes = ({"min_known": 6}, {"min_tie_age": "30d"}, {"edge_half_life": "30d"}, {"edge_half_life": None},
               {"min_known_group": 20}, {"layers": ("friend",)})  # fmt: skip
    digests = {cs.social_features(**change).digest for change in changes} | {plain.digest}
    assert len(digests) == len(changes) + 1
    for change in changes:
        features = cs.social_features(**change)
        assert cs.FeatureSet.from_json(features.to_json()) == features


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"min_known": 0}, "min_known.*at least 1"),
        ({"min_known": True}, "min_known.*at least 1"),
        ({"min_known_group": 0}, "min_known_group"),
        ({"min_tie_age": "long"}, "min_tie_age.*duration"),
        ({"edge_half_life": "0d"}, "edge_half_life.*longer than 0"),
        ({"edge_half_life": "soon"}, "edge_half_life.*duration"),
        ({"layers": "friend"}, "layers.*sequence"),
        ({"layers": ("a", "a")}, "layers.*once"),
        ({"layers": ("a b",)}, "layers.*letters"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        cs.social_features(**settings)


@pytest.mark.as_given
def test_every_measure_that_is_computed_has_its_feature_and_reaches_it() -> None:
    assert [measure.name for measure in MEASURES] == list(COMPUTED)
    world = social_world(random.Random(4), [f"p{k}" for k in range(12)])
    del world["measures"]
    measured = cs.compute_measures(
        cs.Portfolio.from_records(world, privacy=PLAIN),
        [AS_OF - timedelta(days=400)],
        settings=cs.GraphSettings(min_known=1, measures=tuple(COMPUTED)),
    )
    rows = world | {"measures": measured.to_frame().to_dict("records")}
    portfolio = cs.Portfolio.from_records(rows, privacy=PLAIN)
    asked = [{"application_id": k, "applicant_id": f"p{k}", "as_of": AS_OF} for k in range(12)]
    matrix = FeatureComputer(cs.social_features(min_known=1)).compute(
        Applications.from_records(asked), portfolio
    )
    frame = measured.to_frame()
    there = set(frame.loc[frame["subject_id"].str.startswith("p"), "measure"])
    assert {"triangles", "core_number", "community_size", "constraint"} <= there
    for name in there:
        assert not np.isnan(matrix[f"network_{name}"]).all()


def test_a_view_of_neighbours_that_is_misspelt_is_unknown() -> None:
    portfolio = cs.Portfolio.from_records({"ties": []})
    assert find_view("neighbours", portfolio).source == "ties"
    with pytest.raises(LookupError, match="neighbours"):
        find_view("neighbours(min_tie_age=90d)", portfolio)


@pytest.mark.as_given
def test_both_ends_of_a_tie_are_of_one_type_of_id() -> None:
    rows = [{"person_id": 1, "other_id": 2, "event_time": ago(1)}]
    portfolio = cs.Portfolio.from_records({"ties": rows})
    assert portfolio.people.labels.tolist() == [1, 2]  # type: ignore[union-attr]
    assert portfolio.to_frame("ties")["other_id"].tolist() == [2]
    with pytest.raises(ContractError, match=r"ties.other_id.*ids are text here but whole numbers"):
        cs.Portfolio(ties=pd.DataFrame({"person_id": [1], "other_id": ["2"], "event_time": [ago(1)]}))


def test_indexes_are_read_only_and_there_only_with_their_tables() -> None:
    assert cs.Portfolio.from_records({"payments": []}).network is None
    network = cs.Portfolio.from_records({"ties": [tie("a", "b")], "memberships": [member("a")]}).network
    assert isinstance(network, Network)
    assert repr(network) == "Network(1 tied pairs, 1 groups, 0 standings)"
    for index in (network.ties, network.memberships, network.standings, network.sizes):
        assert not any(array.flags.writeable for array in index)


def test_a_hub_with_a_million_ties() -> None:
    """The hub is at the other end of every row, so that both the index and its own view must bear it."""
    n = 1_000_000
    when = np.datetime64("2020-01-01T00:00", "us") + np.arange(n) % 1_000 * np.timedelta64(1, "D")
    times = pd.Series(when).dt.tz_localize("UTC")
    ties = pd.DataFrame({"person_id": np.arange(1, n + 1), "other_id": 0, "event_time": times})
    known = np.arange(1, 40_001)
    standings = pd.DataFrame(
        {"person_id": known, "event_time": times[: known.size],
         "standing": np.where(known % 4 == 0, "defaulted", "good")}
    )  # fmt: skip
    portfolio = cs.Portfolio(ties=ties, standings=standings, privacy=PLAIN)
    asked = Applications.from_records(
        [{"application_id": k, "applicant_id": who, "as_of": AS_OF} for k, who in enumerate((0, 5, n))]
    )
    matrix = FeatureComputer(cs.social_features()).compute(asked, portfolio)
    assert matrix["ties_count"].tolist() == [n, 1, 1]
    assert matrix["neighbours_known_share"].tolist() == [1.0, 0.0, 0.0]
    assert matrix["neighbours_defaulted_count"][0] == 10_000
    assert matrix["neighbours_defaulted_share"][0] == pytest.approx((10_000 + 0.5) / (40_000 + 5))
