"""What counts in a social feature, by hand: votes, ages, folds, bits, consents, and who can move what."""

from __future__ import annotations

import itertools
import math
import random
from datetime import datetime

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.applications import Applications
from creditscore.data.tables.vocabularies import UNSOCIAL_LAYERS
from creditscore.errors import ParameterError
from creditscore.features.compute import FeatureComputer
from tests.data import seen_oracle
from tests.features.social_people import (
    AS_OF,
    SECRET,
    Record,
    World,
    ago,
    both,
    compute,
    crowd,
    member,
    moved_by,
    standing,
    tie,
    value,
)
from tests.features.social_worlds import social_world

MOMENT = int(np.datetime64(AS_OF.replace(tzinfo=None), "us").astype(np.int64))
# What a tie that is too young moves.
CHURN = {"ties_new_count_30d", "ties_new_count_90d", "ties_churn_share_90d"}


def test_a_tie_that_ended_counts_on_for_half_a_year_after_the_end_is_known() -> None:
    for known, lost in ((ago(1), 1.0), (AS_OF, 0.0), (ago(-5), 0.0)):
        world = {"ties": [tie("ego", "a", end_time=ago(250), end_known_time=known), tie("ego", "b")]}
        assert value(world, "ties_count") == 2.0
        assert value(world, "ties_lost_count_90d") == lost
    for days, counted in ((179.0, 1.0), (180.0, 0.0)):
        assert value({"ties": [tie("ego", "a", end_time=ago(days))]}, "ties_count") == counted


def test_what_is_agreed_at_the_moment_itself_is_not_known_before_it() -> None:
    for days, counted in ((0.0, 0.0), (1e-9, 1.0), (-1.0, 0.0)):
        world = {"ties": [tie("ego", "a"), tie("ego", "b", days)]}
        assert value(world, "ties_count", min_tie_age="0d") == 1.0 + counted


@pytest.mark.parametrize("layer", UNSOCIAL_LAYERS)
def test_what_ties_nobody_is_in_no_feature(layer: str) -> None:
    more = [tie("ego", f"x{k}", layer=layer) for k in range(8)]
    world = {"ties": [tie("ego", "c")], "standings": [standing(f"x{k}", "defaulted") for k in range(8)]}
    assert compute(world).values.tobytes() == compute(world | {"ties": world["ties"] + more}).values.tobytes()
    with pytest.raises(ParameterError, match="layers that tie people"):
        cs.social_features(layers=(layer,))


def test_the_share_of_old_ties_by_hand() -> None:
    assert value(crowd(10, 4), "neighbours_defaulted_share") == (4 + 0.5) / (10 + 5)
    assert value(crowd(10, 4), "neighbours_defaulted_count") == 4.0
    assert math.isnan(value(crowd(4, 4), "neighbours_defaulted_share"))


@pytest.mark.parametrize("friends", [5, 8, 20])
@pytest.mark.parametrize("accepted", [1, 10, 200])
@pytest.mark.parametrize("days", [95.0, 300.0, 400.0, 900.0])
def test_whoever_accepts_defaulters_loses_what_others_gave_and_no_more(
    friends: int, accepted: int, days: float
) -> None:
    """The share that a model is given ends at the usual one, however many defaulters and however old."""
    before = value(crowd(friends, 0), "neighbours_defaulted_share_bounded")
    assert before == pytest.approx(0.5 / (friends + 5))
    world = both(crowd(friends, 0), crowd(accepted, accepted, days=days, stem="y"))
    after, whole = (value(world, f"neighbours_defaulted_share{end}") for end in ("_bounded", ""))
    assert before < after == min(whole, 0.1)
    worst = both(crowd(friends, friends), crowd(accepted, accepted, days=days, stem="y"))
    assert value(worst, "neighbours_defaulted_share_bounded") == 0.1
    assert math.isnan(value(crowd(3, 3), "neighbours_defaulted_share_bounded"))


def test_of_direct_neighbours_a_model_is_given_the_bounded_share_alone() -> None:
    given = cs.social_features(layers=("friend",)).for_model.names
    shares = {name for name in given if name.startswith("neighbours_")}
    assert shares == {"neighbours_defaulted_share_bounded", "neighbours_friend_defaulted_share_bounded"}


@pytest.mark.parametrize("epsilon", [1.0, 2.0, 3.0])
def test_the_share_of_noisy_bits_by_hand(epsilon: float) -> None:
    noisy = cs.StandingPrivacy(secret=SECRET, secret_name="trial", epsilon=epsilon)
    portfolio = cs.Portfolio.from_records(crowd(10, 4), privacy=noisy)
    marked = int(portfolio.network.seen.at(MOMENT).marked.sum())  # type: ignore[union-attr]
    q = 1 / (1 + math.exp(epsilon))
    weight, r = 5 / (1 - 2 * q) ** 2, q + (1 - 2 * q) * 0.1
    expected = ((marked + weight * r) / (10 + weight) - q) / (1 - 2 * q)
    found = value(crowd(10, 4), "neighbours_defaulted_share", privacy=noisy)
    assert found == pytest.approx(min(1, max(0, expected)))


def test_young_ties_share_half_as_many_votes_as_old_ones_have() -> None:
    old, young = crowd(10, 0), crowd(20, 20, days=200.0, stem="y")
    shared = value(both(old, young), "neighbours_defaulted_share")
    assert shared == pytest.approx((5 + 0.5) / (15 + 5))
    few = crowd(2, 2, days=200.0, stem="y")
    assert value(both(old, few), "neighbours_defaulted_share") == pytest.approx((2 + 0.5) / (12 + 5))
    assert math.isnan(value(young, "neighbours_defaulted_share"))


def test_recent_and_old_are_told_apart_by_when_a_standing_was_first_seen() -> None:
    """At 600 days everyone has been seen for 180 days; at 100 nobody has, and not everyone is seen."""
    matrix = compute(both(crowd(6, 6), crowd(60, 0, known=100.0, stem="n")))
    assert matrix["neighbours_defaulted_share_old"][0] == (6 + 0.5) / (6 + 5)
    recent = matrix["neighbours_defaulted_share_recent"][0]
    assert 0.5 / 65 < recent < 0.5 / 10
    assert matrix["neighbours_defaulted_share_recent_less_old"][0] == recent - 6.5 / 11


@pytest.mark.parametrize(
    ("rows", "bad"),
    [
        ([standing("a", "good", 450), standing("a", "defaulted", 500)], 0.0),
        ([standing("a", "good", 450), standing("a", "defaulted", 450)], 1.0),
        ([standing("a", "defaulted", 450), standing("a", "good", 450)], 1.0),
        ([standing("a", "good", 500), standing("a", "defaulted", 450, known_time=AS_OF)], 0.0),
        ([standing("a", "good", 500), standing("a", "defaulted", 450, known_time=ago(400))], 1.0),
        ([standing("a", "good", 500, event_id="x"),
          standing("a", "defaulted", 500, event_id="x", known_time=ago(403))], 1.0),
        ([standing("a", "defaulted", 0.0)], math.nan),
    ],
)  # fmt: skip
def test_the_latest_known_standing_decides_and_defaulted_wins_a_tie(rows: list[Record], bad: float) -> None:
    friends = [f"a{k}" for k in range(5)]
    told = [
        row | {"person_id": who} | ({"event_id": f"{row['event_id']}{who}"} if "event_id" in row else {})
        for row in rows
        for who in friends
    ]
    world = {"ties": [tie("ego", who) for who in friends], "standings": told}
    assert value(world, "neighbours_defaulted_count") == pytest.approx(5 * bad, nan_ok=True)


def test_groups_leave_the_applicants_fold_out_and_need_10_of_known_standing() -> None:
    others = [f"m{k}" for k in range(14)]
    world = {
        "memberships": [member(who) for who in ("ego", *others)],
        "standings": [standing(who, "defaulted" if k < 5 else "good") for k, who in enumerate(others)],
    }
    first = {who: seen_oracle.fold(SECRET, who) < 0.5 for who in ("ego", *others)}
    counted = [k < 5 for k, who in enumerate(others) if first[who] != first["ego"]]
    assert len(counted) >= 5
    expected = (sum(counted) + 0.5) / (len(counted) + 5)
    for own in ([], [standing("ego", "defaulted")], [standing("ego", "good")]):
        matrix = compute(world | {"standings": [*world["standings"], *own]})
        for name in ("groups_default_share_mean", "groups_default_share_max"):
            assert matrix[name][0] == pytest.approx(expected)
        assert matrix["groups_size_max"][0] == 14.0
    fewer = world | {"standings": world["standings"][5:]}
    assert math.isnan(value(fewer, "groups_default_share_mean"))
    young = world | {"memberships": [member("ego", days=20.0), *world["memberships"][1:]]}
    assert math.isnan(value(young, "groups_default_share_max"))
    new = world | {"memberships": [world["memberships"][0], *(member(who, days=60.0) for who in others)]}
    assert math.isnan(value(new, "groups_default_share_max"))


@pytest.mark.parametrize("key", range(40))
def test_no_value_of_a_group_orders_members_by_how_they_stand_themselves(key: int) -> None:
    """Members of one fold read the same value, whoever of them defaulted: it is made of the other folds."""
    secret = bytes([key, *range(31)])
    privacy = cs.StandingPrivacy(secret=secret, secret_name="trial")
    members = [f"m{k:02}" for k in range(40)]
    world = {
        "memberships": [member(who) for who in members],
        "standings": [standing(who, "good" if k % 6 else "defaulted") for k, who in enumerate(members)],
    }
    asked = [{"application_id": who, "applicant_id": who, "as_of": AS_OF} for who in members]
    computer = FeatureComputer(cs.social_features().select(["groups_default_share_mean"]))
    portfolio = cs.Portfolio.from_records(world, privacy=privacy)
    found = computer.compute(Applications.from_records(asked), portfolio).values[:, 0]
    assert np.isfinite(found).all()
    by_fold: dict[int, set[float]] = {}
    for who, share in zip(members, found.tolist(), strict=True):
        by_fold.setdefault(int(seen_oracle.fold(secret, who) * 8), set()).add(share)
    assert all(len(values) == 1 for values in by_fold.values())


@pytest.mark.parametrize("key", range(40))
def test_four_good_accounts_and_a_tie_read_nothing_of_a_stranger(key: int) -> None:
    """Whatever the coins: with ties of a hundred days, and old ones that the stranger never answered."""
    privacy = cs.StandingPrivacy(secret=bytes([key, *range(31)]), secret_name="trial")
    for days, directed in ((100.0, None), (500.0, True)):
        own = crowd(4, 0, days=days)
        named = tie("ego", "stranger", days, directed=directed)
        seen = set()
        for state in ("good", "defaulted"):
            known = [*own["standings"], standing("stranger", state)]
            world = {"ties": [*own["ties"], named], "standings": known}
            seen.add(compute(world, privacy=privacy).values.tobytes())
        assert len(seen) == 1


def test_with_too_few_known_no_feature_moves() -> None:
    """Every assignment of standings to fewer than five neighbours gives the same bits in every feature."""
    friends = [f"f{k}" for k in range(6)]
    ties = [tie("ego", who, 200.0 + 99 * k, weight=1.0 + k) for k, who in enumerate(friends)]
    groups = [member(who) for who in ("ego", *friends)]
    seen = set()
    for assigned in itertools.product(("defaulted", "good"), repeat=4):
        known = [standing(who, what) for who, what in zip(friends, assigned, strict=False)]
        seen.add(compute({"ties": ties, "memberships": groups, "standings": known}).values.tobytes())
    assert len(seen) == 1


def test_strangers_on_one_side_move_only_the_number_of_incoming_ties() -> None:
    ends = crowd(8, 2)
    back = [row | {"person_id": row["other_id"], "other_id": "ego"} for row in ends["ties"]]
    world = ends | {"ties": [row | {"directed": True, "weight": 1.0} for row in (*ends["ties"], *back)]}
    strangers = {
        "ties": [tie(f"x{k}", "ego", 500.0, directed=True, weight=9.0) for k in range(10)],
        "standings": [standing(f"x{k}", "defaulted") for k in range(10)],
    }
    assert value(world, "neighbours_defaulted_count") == 2.0
    assert moved_by(world, strangers) == {"ties_incoming_count"}


def one_sided(rng: random.Random, towards: list[str]) -> World:
    """Ten strangers, friends of each other, of whom each names everyone in some way and nobody answers."""
    strangers = [f"stranger {k}" for k in range(10)]
    named = []
    for one, who in itertools.product(strangers, towards):
        age = rng.choice([0.5, 40.0, 95.0, 500.0, 900.0])
        end = ago(rng.choice([0.1, min(20.0, age)])) if rng.random() < 0.3 else None
        weight = rng.choice([None, 0.0, 1.0, 9.0, -2.0])
        layer = rng.choice([None, "friend", "interaction"])
        named.append(tie(one, who, age, directed=True, weight=weight, layer=layer, end_time=end))
    among = [tie(one, other, 700.0) for one, other in itertools.combinations(strangers, 2)]
    known = [standing(one, rng.choice(["defaulted", "good"])) for one in strangers]
    return {"ties": named + among, "standings": known}


@pytest.mark.parametrize("connected", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_ten_strangers_whom_nobody_answers_move_no_bit_of_a_model(seed: int, connected: bool) -> None:
    rng = random.Random(seed)
    people = [f"p{k}" for k in range(26)]
    alone = ["with no tie", "with one-sided ties", "with a distrusted one", "with a shared device"]
    world = social_world(rng, people)
    world["ties"] += [
        tie(alone[1], "p1", directed=True), tie("p2", alone[1], directed=True),
        tie(alone[2], "p3", weight=-1.0), tie(alone[3], "p4", layer="device"),
    ]  # fmt: skip
    if connected:
        world["connections"] = [
            {"applicant_id": who, "source": "ties", "connected_time": ago(500.0)} for who in ("p0", alone[0])
        ]
    who = people[:12] + alone
    asked = Applications.from_records(
        [{"application_id": k, "applicant_id": one, "as_of": AS_OF} for k, one in enumerate(who)]
    )
    computer = FeatureComputer(cs.social_features(min_known=2, layers=("friend",)).for_model)
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial")
    more = one_sided(rng, who)
    before, after = (
        computer.compute(asked, cs.Portfolio.from_records(rows, privacy=privacy))
        for rows in (world, {name: rows + more.get(name, []) for name, rows in world.items()})
    )
    assert connected or np.isfinite(before["neighbours_defaulted_share_bounded"]).any()
    assert np.isfinite(before["ties_age_max_days"]).any()
    assert before.values.tobytes() == after.values.tobytes()
    assert before.any_rows.tolist() == after.any_rows.tolist()


@pytest.mark.parametrize("days", [100.0, 364.0])
def test_a_fresh_account_reads_nothing_of_friends_who_accept(days: float) -> None:
    """Young ties alone have no vote, so nothing is there, not even for the eye, until old ties are enough."""
    of_standings = [
        feature.name for feature in cs.social_features()
        if feature.name.startswith("neighbours_") and feature.name != "neighbours_known_share"
    ]  # fmt: skip
    young = compute(crowd(10, 3, days=days))
    assert all(math.isnan(young[name][0]) for name in of_standings)
    few = compute(both(crowd(3, 1, stem="old"), crowd(10, 3, days=days)))  # 3 + 3 / 2 votes
    assert all(math.isnan(few[name][0]) for name in of_standings)
    enough = compute(both(crowd(4, 1, stem="old"), crowd(10, 3, days=days)))  # 4 + 4 / 2 votes
    shown = ("count", "share", "share_strongest_5", "strength_share")
    assert not any(math.isnan(enough[f"neighbours_defaulted_{name}"][0]) for name in shown)


def test_what_ten_accepted_friends_can_move_at_will_is_given_to_no_model() -> None:
    given = cs.social_features().for_model.names
    made = crowd(10, 10, days=100.0, stem="new")
    moved = {name for name in moved_by(crowd(12, 2), made) if name in given}
    of_ties = {name for name in moved if not name.startswith("neighbours_")}
    assert of_ties <= {"ties_recency_days"}
    assert "ties_age_median_days" not in given
    assert "ties_incoming_count" not in given


@pytest.mark.parametrize("standing_of_all", ["defaulted", "good"])
def test_ten_friends_of_twenty_days_move_nothing_that_a_model_is_given(standing_of_all: str) -> None:
    given = cs.social_features().for_model.names
    bad = 10 if standing_of_all == "defaulted" else 0
    moved = moved_by(crowd(12, 2), crowd(10, bad, days=20.0, stem="new"))
    assert set(moved) >= CHURN
    assert not set(moved) & set(given)


@pytest.mark.parametrize("known", [1.0, 89.0])
def test_backdated_and_rekindled_ties_move_nothing_but_change(known: float) -> None:
    made = crowd(10, 0, stem="new")
    made["ties"] = [row | {"event_time": ago(3_000), "known_time": ago(known)} for row in made["ties"]]
    assert moved_by(crowd(8, 2), made) <= CHURN
    over = crowd(8, 2)
    over["ties"] = [row | {"end_time": ago(300)} for row in over["ties"]]
    again = {"ties": [row | {"event_time": ago(known)} for row in crowd(8, 2)["ties"]], "standings": []}
    matrix = compute(both(over, again))
    assert matrix["ties_count"][0] == 0.0
    assert math.isnan(matrix["neighbours_defaulted_share"][0])


def test_friends_made_to_order_gain_nothing_but_churn() -> None:
    old = [tie("ego", f"o{k}", 400.0 + k, weight=1.0 + k % 3) for k in range(7)]
    known = [standing(f"o{k}", "defaulted" if k < 4 else "good", 600.0 + 30.0 * k) for k in range(6)]
    made = [tie("ego", f"new{k}", 89.9 - 8 * k, weight=50.0) for k in range(10)]
    good = [standing(f"new{k}", "good") for k in range(10)]
    before = {"ties": old, "standings": known}
    assert moved_by(before, {"ties": made, "standings": good}) == CHURN
    settled = {"ties": [row | {"event_time": ago(90)} for row in made], "standings": good}
    share, gained = (value(w, "neighbours_defaulted_share") for w in (before, both(before, settled)))
    assert (share, gained) == (pytest.approx(4.5 / 11), pytest.approx(4.5 / 14))


def test_values_are_functions_of_the_bits_alone() -> None:
    """Worlds of other standings and the same bits give the same features, to the last bit."""
    rng = random.Random(5)
    privacy = cs.StandingPrivacy(secret=SECRET, secret_name="trial", epsilon=0.5)
    friends = [f"f{k}" for k in range(40)]
    common = {
        "ties": [tie("ego", who, rng.choice([150.0, 420.0, 800.0])) for who in friends],
        "memberships": [member(who) for who in ("ego", *friends)],
    }

    def opened(rows: list[Record]) -> cs.Portfolio:
        return cs.Portfolio.from_records(common | {"standings": rows}, privacy=privacy)

    bits = {}
    for what in ("good", "defaulted"):
        portfolio = opened([standing(who, what, 1_500.0) for who in friends])
        found = portfolio.network.seen.at(MOMENT).marked  # type: ignore[union-attr]
        bits[what] = {who: bool(found[portfolio.code(who)]) for who in friends}
    free = [who for who in friends if bits["good"][who] == bits["defaulted"][who]]
    assert len(free) >= 15
    asked = Applications.from_records({"application_id": 1, "applicant_id": "ego", "as_of": AS_OF})
    computer, seen = FeatureComputer(cs.social_features()), set()
    for draw in range(6):
        flips = random.Random(draw)
        rows = [
            standing(who, flips.choice(["good", "defaulted"]) if who in free else "good", 1_500.0)
            for who in friends
        ]
        seen.add(computer.compute(asked, opened(rows)).values.tobytes())
    assert len(seen) == 1


def test_the_odds_that_any_value_gives_about_one_friend_are_bounded() -> None:
    """Over many secrets, every value comes up with one friend good and defaulted, at odds of e^epsilon."""
    epsilon, n = 1.0, 400
    counts: dict[str, dict[float, int]] = {"good": {}, "defaulted": {}}
    name = "neighbours_defaulted_share"
    computer = FeatureComputer(cs.social_features().select([name]))
    asked = Applications.from_records({"application_id": 1, "applicant_id": "ego", "as_of": AS_OF})
    for what, found in counts.items():
        world = crowd(5, 0)
        world["standings"][0] = standing("f0", what)
        for k in range(n):
            privacy = cs.StandingPrivacy(
                secret=(k + 1).to_bytes(32, "big"), secret_name="trial", epsilon=epsilon
            )
            portfolio = cs.Portfolio.from_records(world, privacy=privacy)
            share = round(float(computer.compute(asked, portfolio)[name][0]), 9)
            found[share] = found.get(share, 0) + 1
    bound = math.exp(epsilon)
    for share in {*counts["good"], *counts["defaulted"]}:
        one, other = (counts[what].get(share, 0) for what in counts)
        spread = 4 * math.sqrt(one * bound**2 + other + bound**2)
        assert other <= bound * one + spread
        assert one <= bound * other + spread


def test_who_withdrew_counts_for_nobody_from_then_on() -> None:
    def consent(who: str, source: str, until: datetime | None, since: float = 900.0) -> Record:
        return {"applicant_id": who, "source": source, "granted_time": ago(since), "withdrawn_time": until}

    world, count = crowd(6, 6), "neighbours_defaulted_count"
    for source in ("ties", "standings", "loans"):
        gone = world | {"consents": [consent("f0", source, ago(10))]}
        assert value(gone, count) == 5.0
        assert math.isnan(value(gone | {"ties": world["ties"][:5]}, count))
        assert value(world | {"consents": [consent("f0", source, AS_OF)]}, count) == 6.0
        again = [consent("f0", source, ago(500)), consent("f0", source, None, 480.0)]
        assert value(world | {"consents": again}, count) == 6.0
    own = compute(world | {"consents": [consent("ego", "ties", ago(10))]})
    of_ties = [f.name for f in cs.social_features() if f.source == "ties" and f.unit != "0/1"]
    assert all(math.isnan(own[name][0]) for name in of_ties)
    assert own["ties_covered"][0] == 0.0
