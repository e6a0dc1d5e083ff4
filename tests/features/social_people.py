"""A person by hand: friends, standings and memberships, and their features without noise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

import creditscore as cs
from creditscore.data.applications import Applications
from creditscore.features.compute import FeatureComputer
from creditscore.features.matrix import FeatureMatrix

AS_OF = datetime(2024, 1, 1, tzinfo=UTC)
SECRET = bytes(range(32))
PLAIN = cs.StandingPrivacy.unprotected(secret=SECRET, secret_name="trial")
Record = dict[str, Any]
World = dict[str, list[Record]]


def ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def tie(person: str, other: str, days: float = 400.0, **more: Any) -> Record:
    return {"person_id": person, "other_id": other, "event_time": ago(days)} | more


def standing(person: str, what: str, days: float = 600.0, **more: Any) -> Record:
    return {"person_id": person, "event_time": ago(days), "standing": what} | more


def member(person: str, group: str = "guild", days: float = 400.0, **more: Any) -> Record:
    return {"person_id": person, "group_id": group, "event_time": ago(days)} | more


def crowd(n: int, bad: int, *, days: float = 400.0, known: float = 600.0, stem: str = "f") -> World:
    """So many friends of ego, of whom some defaulted."""
    return {
        "ties": [tie("ego", f"{stem}{k}", days) for k in range(n)],
        "standings": [
            standing(f"{stem}{k}", "defaulted" if k < bad else "good", known) for k in range(n)
        ],
    }  # fmt: skip


def both(*worlds: World) -> World:
    return {name: [row for world in worlds for row in world.get(name, [])] for name in ("ties", "standings")}


def compute(
    world: World, who: str = "ego", *, privacy: cs.StandingPrivacy = PLAIN, **settings: Any
) -> FeatureMatrix:
    asked = Applications.from_records({"application_id": 1, "applicant_id": who, "as_of": AS_OF})
    portfolio = cs.Portfolio.from_records(world, privacy=privacy)
    return FeatureComputer(cs.social_features(**settings)).compute(asked, portfolio)


def value(world: World, name: str, who: str = "ego", **settings: Any) -> float:
    return float(compute(world, who, **settings)[name][0])


def moved_by(world: World, more: World) -> set[str]:
    """Features that some further rows move."""
    before, after = compute(world), compute(both(world, more))
    same = (before.values == after.values) | (np.isnan(before.values) & np.isnan(after.values))
    return {name for name, kept in zip(before.names, same[0], strict=True) if not kept}
