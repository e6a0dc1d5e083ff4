"""Random worlds as messages of a feed, and what becomes of them on the way: doubled, late, out of order."""

from __future__ import annotations

import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import creditscore as cs
from creditscore.data.tables.contracts import CONTRACTS
from tests.features.worlds import PRIVACY, World, filled, random_world

NEW_LINE = b"\n"


def keyed(seed: int, people: int) -> World:
    """A world in which every row can be told from a copy of it."""
    found: World = {}
    for name, rows in filled(random_world(seed, people)).items():
        by_event = CONTRACTS[name].key[0] == ("event_id",)
        found[name] = [
            row | ({"event_id": f"{name}{k}"} if by_event and not row.get("event_id") else {})
            for k, row in enumerate(rows)
        ]
    return found


def message(table: str, row: dict[str, Any]) -> bytes:
    plain = {name: one.isoformat() if isinstance(one, datetime) else one for name, one in row.items()}
    return json.dumps({"table": table, "row": plain}, ensure_ascii=False).encode()


def messages(world: World) -> list[bytes]:
    return [message(name, row) for name, rows in world.items() for row in rows]


def on_the_way(given: list[bytes], seed: int, *, within: int | None) -> list[bytes]:
    """A third of the messages twice, and all of them out of order: by at most so many places, or by any."""
    rng = random.Random(seed)
    given = [*given, *rng.sample(given, len(given) // 3)] if within is None else doubled(given, rng)
    if within is None:
        rng.shuffle(given)
        return given
    return [one for _, one in sorted(enumerate(given), key=lambda at: at[0] + rng.randint(0, within))]


def doubled(given: list[bytes], rng: random.Random) -> list[bytes]:
    """Some messages again, soon or long after."""
    found = list(given)
    for one in rng.sample(given, len(given) // 3):
        found.insert(rng.randrange(len(found)), one)
    return found


def empty(path: Path) -> Path:
    cs.Portfolio(privacy=PRIVACY).write(path)
    return path


def batch_of(world: World) -> cs.Portfolio:
    """What all rows together make."""
    return cs.Portfolio.from_records(world, privacy=PRIVACY, midnight="instant")
