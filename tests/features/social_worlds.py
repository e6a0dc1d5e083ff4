"""Random ties, groups, activities, standings and measures as plain records, with all that can go wrong."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]

START = datetime(2021, 1, 1, tzinfo=UTC)
SOCIAL = ("ties", "memberships", "activities", "standings", "measures")
CROWD = 26
MEASURES = (
    "clustering", "triangles", "core_number", "component_size", "community_size", "community_density",
    "community_default_share", "participation", "constraint", "effective_size", "pagerank",
    "default_share_two_hops", "neighbour_days_past_due", "neighbour_utilisation", "default_influence",
    "good_influence", "influence_log_ratio", "lookalike_default_share", "lookalike_known",
)
# Drawn apart, so that worlds of the same seed hold the same people as before there were these.
LATER = ("bipartite_default_share", "multilayer_default_share")  # fmt: skip


def _at(rng: random.Random, high: int = 900) -> datetime:
    """Often on a round day, so that times meet."""
    days = rng.randint(0, high)
    return START + timedelta(days=days, seconds=0 if rng.random() < 0.4 else rng.randint(1, 86_000))


def _late(rng: random.Random, when: datetime, share: float = 0.2) -> datetime:
    return when + timedelta(days=rng.randint(1, 90)) if rng.random() < share else when


def _ended(rng: random.Random, when: datetime, share: float) -> Record:
    if rng.random() > share:
        return {"end_time": None, "end_known_time": None}
    end = when + timedelta(days=rng.randint(0, 400))
    return {"end_time": end, "end_known_time": _late(rng, end)}


def _versions(rng: random.Random, row: Record, key: str, change: Record) -> list[Record]:
    """A row, and now and then a later version of it."""
    if rng.random() > 0.15:
        return [row | {"event_id": None}]
    first = row | {"event_id": key}
    return [first, first | change | {"known_time": first["known_time"] + timedelta(days=rng.randint(1, 60))}]


def ties(rng: random.Random, people: list[str], n: int) -> list[Record]:
    rows: list[Record] = []
    pairs = [(rng.choice(people), rng.choice(people)) for _ in range(max(1, n * 2 // 3))]
    for i in range(n):
        person, other = rng.choice(pairs)
        if rng.random() < 0.3:
            person, other = other, person
        when = _at(rng)
        row = {
            "person_id": person, "other_id": other, "event_time": when, "known_time": _late(rng, when),
            "layer": rng.choice(["friend", "interaction", "shared", None]),
            "weight": rng.choice([None, 1.0, 0.5, 2.25, 3.1, -1.0, 0.0]),
            "directed": rng.choice([True, False, None]),
        }  # fmt: skip
        rows += _versions(rng, row | _ended(rng, when, 0.25), f"tie-{i}", {"weight": rng.choice([4.5, -2.0])})
    return rows


def memberships(rng: random.Random, people: list[str], n: int) -> list[Record]:
    rows: list[Record] = []
    for i in range(n):
        when = _at(rng)
        row = {
            "person_id": rng.choice(people), "group_id": rng.choice(["guild", "club", "choir", "pair"]),
            "event_time": when, "known_time": _late(rng, when), "role": rng.choice(["admin", "member", None]),
        }  # fmt: skip
        rows += _versions(rng, row | _ended(rng, when, 0.3), f"seat-{i}", {"role": "owner"})
    return rows


def standings(rng: random.Random, people: list[str], n: int) -> list[Record]:
    rows: list[Record] = []
    for i in range(n):
        when = _at(rng)
        row = {
            "person_id": rng.choice(people), "event_time": when, "known_time": _late(rng, when),
            "standing": rng.choice(["defaulted", "good"]),
        }  # fmt: skip
        rows += _versions(rng, row, f"standing-{i}", {"standing": rng.choice(["defaulted", "good"])})
    return rows


def activities(rng: random.Random, people: list[str], n: int) -> list[Record]:
    rows = []
    for person in people:
        for _ in range(rng.choice([0, 1, n])):
            when = _at(rng)
            rows.append(
                {
                    "person_id": person, "event_time": when, "known_time": _late(rng, when, 0.1),
                    "kind": rng.choice(["post", "comment", "call"]), "other_id": rng.choice([*people, None]),
                    "group_id": rng.choice(["guild", None]),
                }
            )  # fmt: skip
    return rows


def measures(
    rng: random.Random, people: list[str], names: tuple[str, ...] = MEASURES
) -> list[Record]:
    rows = []
    for person in people:
        for month in range(0, 30, 3):
            when = START + timedelta(days=30 * month)
            rows += [
                {
                    "subject_id": person, "event_time": when, "known_time": _late(rng, when, 0.1),
                    "measure": name, "value": round(rng.random() * 9, 3),
                }
                for name in names
                if rng.random() < 0.6
            ]  # fmt: skip
    return rows


def social_world(rng: random.Random, people: list[str]) -> dict[str, list[Record]]:
    """Every social table; some people are in none, and a crowd that never applies befriends the first two."""
    crowd = [f"crowd-{k:02d}" for k in range(CROWD)]
    tied = people[: -2 or None]
    rows = {
        "ties": ties(rng, [*tied, *crowd[:6]], 5 * len(people)),
        "memberships": memberships(rng, [*people[:-1], *crowd[:3]], 3 * len(people)),
        "activities": activities(rng, tied, 40),
        "standings": standings(rng, [*people, *crowd], 2 * len(people)),
        "measures": [*measures(rng, people[:-1]), *measures(random.Random(9), people[:-1], LATER)],
    }
    for number, member in enumerate(crowd * 2):
        met = START + timedelta(days=number)
        rows["ties"].append(
            {
                "person_id": people[number // CROWD], "other_id": member,
                "event_time": met, "known_time": met, "layer": None, "weight": None,
                "directed": None, "end_time": None, "end_known_time": None,
                "event_id": None,
            }
        )  # fmt: skip
    for member in crowd:
        joined = START + timedelta(days=rng.randint(0, 300))
        rows["memberships"].append(
            {
                "person_id": member, "group_id": "guild", "event_time": joined, "known_time": joined,
                "role": None, "end_time": None, "end_known_time": None, "event_id": None,
            }
        )  # fmt: skip
        known = joined + timedelta(days=rng.randint(0, 300))
        rows["standings"].append(
            {
                "person_id": member, "event_time": known, "known_time": known, "event_id": None,
                "standing": rng.choice(["defaulted", "good"]),
            }
        )  # fmt: skip
    return rows
