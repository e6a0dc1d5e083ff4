"""Random uses of digital channels as plain records: late knowledge, corrections, gaps, absent people."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from creditscore.data.tables import vocabularies as words

Record = dict[str, Any]
World = dict[str, list[Record]]

START = datetime(2021, 1, 1, tzinfo=UTC)
FUNCTIONS = ("cards", "loans", "transfers", "savings", None)
REGIONS = ("north", "south", "east", None)


def _late(rng: random.Random, when: datetime, share: float = 0.2) -> datetime:
    return when + timedelta(days=rng.randint(1, 60)) if rng.random() < share else when


def _at(rng: random.Random, low: float, high: float) -> datetime:
    return START + timedelta(seconds=rng.randint(int(low * 86_400), int(high * 86_400)))


def _or_none(rng: random.Random, labels: tuple[str, ...], missing: float = 0.15) -> str | None:
    return None if rng.random() < missing else rng.choice(labels)


def session(rng: random.Random, person: str, i: int, first: float) -> Record:
    when = _at(rng, first, 760)
    action = rng.choice([*words.SESSION_ACTIONS, "login", "login", None])
    answered = when + timedelta(hours=rng.randint(1, 400)) if action == "reminder" else None
    due = when + timedelta(days=rng.randint(1, 20)) if action == "reminder" and rng.random() < 0.9 else None
    known = _late(rng, answered) if answered and rng.random() < 0.8 else None
    return {
        "applicant_id": person, "event_time": when, "known_time": _late(rng, when),
        "event_id": f"{person}-s{i}", "channel": rng.choice(words.SESSION_CHANNELS), "action": action,
        "function": rng.choice(FUNCTIONS), "duration_s": rng.choice([None, 5.0, 61.0, 300.0]),
        "outcome": _or_none(rng, words.SESSION_OUTCOMES), "device": rng.choice([None, "d1", "d2"]),
        "device_class": _or_none(rng, words.DEVICE_CLASSES),
        "device_age_days": rng.choice([None, 20.0, 400.0]), "os_family": _or_none(rng, words.OS_FAMILIES),
        "os_release": rng.choice([None, "1", "2"]), "os_age_days": rng.choice([None, 9.0, 90.0]),
        "region": rng.choice(REGIONS),
        "balance_view": rng.choice([None, True, False]),
        "answered_time": answered if known else None, "answered_known_time": known, "due_time": due,
    }  # fmt: skip


def sessions(rng: random.Random, person: str) -> list[Record]:
    first = rng.choice([0, 500, 690])
    rows = [session(rng, person, i, first) for i in range(rng.choice([1, 8, 80, 400]))]
    corrected = [
        row | {"known_time": row["known_time"] + timedelta(days=rng.randint(1, 30)), "channel": "branch"}
        for row in rows
        if rng.random() < 0.1
    ]
    return rows + corrected


def form(rng: random.Random, person: str, n: int) -> list[Record]:
    begun, rows = _at(rng, 600, 725), []
    for i in range(rng.choice([1, 4, 25])):
        begun += timedelta(seconds=rng.randint(1, 40))
        rows.append(
            {
                "applicant_id": person, "event_time": begun, "known_time": _late(rng, begun, 0.05),
                "application_id": f"{person}-f{n}",
                "action": "start" if i == 0 else rng.choice(words.FORM_ACTIONS),
                "field": _or_none(rng, words.FORM_FIELDS), "value": rng.choice([None, 900.0, 1_500.0]),
                "duration_s": rng.choice([None, 2.0, 700.0]),
            }
        )  # fmt: skip
    return rows


def registration(rng: random.Random, person: str) -> Record:
    when = _at(rng, 0, 760)
    flags = ("email_digits", "email_has_name", "email_error", "lowercase", "do_not_track")
    return {
        "applicant_id": person, "event_time": when, "known_time": _late(rng, when),
        "first_touch": _or_none(rng, words.FIRST_TOUCHES),
        "device_class": _or_none(rng, words.DEVICE_CLASSES),
        "os_family": _or_none(rng, words.OS_FAMILIES), "email_host": _or_none(rng, words.EMAIL_HOSTS),
    } | {flag: rng.choice([None, True, False]) for flag in flags}  # fmt: skip


def switch(rng: random.Random, person: str) -> Record:
    when = _at(rng, 0, 760)
    return {
        "applicant_id": person, "event_time": when, "known_time": _late(rng, when),
        "setting": rng.choice(words.SETTINGS), "enabled": rng.choice([True, False]),
    }  # fmt: skip


def right(rng: random.Random, person: str) -> Record:
    when = _at(rng, 300, 760)
    return {
        "applicant_id": person, "event_time": when, "known_time": _late(rng, when),
        "kind": rng.choice(words.RIGHTS),
    }  # fmt: skip


def digital_world(rng: random.Random, people: list[str]) -> World:
    """Every digital table for some people and not for others."""
    world: World = {"sessions": [], "form_events": [], "registrations": [], "settings": [], "complaints": []}
    for person in people:
        if rng.random() < 0.8:
            world["sessions"] += sessions(rng, person)
        if rng.random() < 0.7:
            for n in range(rng.choice([1, 2, 5])):
                world["form_events"] += form(rng, person, n)
        world["registrations"] += [registration(rng, person) for _ in range(rng.choice([0, 1, 3]))]
        world["settings"] += [switch(rng, person) for _ in range(rng.choice([0, 2, 9]))]
        world["complaints"] += [right(rng, person) for _ in range(rng.choice([0, 0, 4]))]
    return world
