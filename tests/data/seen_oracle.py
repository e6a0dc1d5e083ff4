"""What others see of standings, worked out once more in plain Python, from the rules alone."""

from __future__ import annotations

import hashlib
import hmac
import math
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.people import here

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HALF_YEAR = timedelta(days=182)
LAG = timedelta(days=30)


def written(value: str | int) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return b"s" + struct.pack(">I", len(text)) + text
    return b"i" + struct.pack(">q", value)


def draw(secret: bytes, which: int, *parts: str | int) -> float:
    message = b"creditscore.standings/1" + b"".join(map(written, parts))
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return (int.from_bytes(digest[8 * which : 8 * which + 8], "big") >> 11) / 2.0**53


def own_date(secret: bytes, person: str | int, k: int) -> datetime:
    """Date number k of a person: 182 k days after the epoch, less their keyed part of 182 days."""
    shift = math.floor(draw(secret, 0, "person", here(person)) * (HALF_YEAR / timedelta(microseconds=1)))
    return EPOCH + k * HALF_YEAR - timedelta(microseconds=shift)


def fold(secret: bytes, person: str | int) -> float:
    return draw(secret, 1, "person", here(person))


def newest_date(secret: bytes, person: str | int, month: datetime) -> int:
    k = (month - EPOCH) // HALF_YEAR - 3
    while own_date(secret, person, k + 1) <= month - LAG:
        k += 1
    return k


def month_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def following(month: datetime) -> datetime:
    return month_of(month + timedelta(days=32))


def truth(rows: list[dict[str, Any]], person: str | int, moment: datetime) -> str | None:
    """How a person was known to stand before a moment: the latest standing, a default before good."""
    versions: dict[Any, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows):
        if row["person_id"] == person and row["known_time"] < moment:
            key = row.get("event_id") or ("row", number)
            versions.setdefault(key, []).append(row)
    newest = [max(same, key=lambda row: row["known_time"]) for same in versions.values()]
    past = [row for row in newest if row["event_time"] < moment]
    if not past:
        return None
    last = max(row["event_time"] for row in past)
    found = {row["standing"] for row in past if row["event_time"] == last}
    return "defaulted" if "defaulted" in found else "good"


def seen(
    secret: bytes, epsilon: float | None, rows: list[dict[str, Any]], person: str | int, moment: datetime
) -> tuple[int | None, datetime | None]:
    """The bit of a person at a moment, None if nothing is seen, and since which month it was seen."""
    month = month_of(moment)
    k = newest_date(secret, person, month)
    state = truth(rows, person, own_date(secret, person, k))
    if state is None:
        return None, None
    flip = 0.0 if epsilon is None else 1.0 / (1.0 + math.exp(epsilon))
    coin = draw(secret, k % 4, "coin", here(person), k // 4)
    begun = k
    while truth(rows, person, own_date(secret, person, begun - 1)) is not None:
        begun -= 1
    start = month_of(own_date(secret, person, begun) + LAG - timedelta(microseconds=1))
    return int(coin < (1.0 - flip if state == "defaulted" else flip)), following(start)
