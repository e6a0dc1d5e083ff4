"""What a record says of why a person decides, checked from its own reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from creditscore.verify.findings import FIRST_SCHEMA

Record = Mapping[str, Any]


def straddling_faults(record: Record) -> Iterator[str]:
    """Yield where a person does not decide, though the interval lies on both sides of the cut-off."""
    outcome = record["outcome"]
    because = outcome.get("referred_because")
    if outcome["decision"] != "refer":
        yield f"the interval asks for a person, the record says {outcome['decision']}"
    low = outcome["score"] < record["policy"]["cutoff"]
    expected = (unsaid(record) if low else None) or {"why": "interval", **_points_said(record)}
    if because != expected:
        yield "it does not say truly that the interval asks for a person"


def unsaid(record: Record) -> dict[str, Any] | None:
    """Say from the reasons, given and dropped, why a decline by the score could not stand."""
    if record["schema"] == FIRST_SCHEMA:
        return None
    said = _points_said(record)
    if not record["reasons"]:
        return {"why": "no_reason", **said}
    score, cutoff = record["outcome"]["score"], record["outcome"]["cutoff"]
    unread = sum(one["points_lost"] for one in record["dropped_reasons"] if one["guard"] == "unread")
    if score is not None and cutoff is not None and 0.0 < cutoff - score <= unread:
        return {"why": "unread", **said}
    if said["withheld"] <= said["given"] and said["withheld"] <= said["lost"] / 2:
        return None
    return {"why": "held_back", **said}


def _points_said(record: Record) -> dict[str, float]:
    dropped = record["dropped_reasons"]
    unsaid = [one for one in dropped if one["guard"] not in ("minimum_share", "limit")]
    given = sum(one["points_lost"] for one in record["reasons"])
    withheld = sum(one["points_lost"] for one in unsaid)
    lost = given + sum(one["points_lost"] for one in dropped)
    return {"withheld": withheld, "given": given, "lost": lost}
