"""The figures of a decision report, worked out again from the record that it holds."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from creditscore.data.protected import protected_by
from creditscore.data.sources import tells_of_others
from creditscore.verify.again.few import of_few
from creditscore.verify.differing import differences

_NAMES: Final = uuid.UUID("6f0d0c4e-5a0e-5d1e-9a53-6c1e0f9b7d10")
_LITTLE: Final = 0.02
_MOST_STEPS: Final = 10
_REST: Final = "(rest)"
_NEAR: Final = 1e-9
_BY_ITSELF: Final = ("approve", "decline", "counter_offer", "raise", "offer", "keep", "lower", "close")


def report_faults(report: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[str]:
    """Yield figures of a report that do not follow from its record.

    Parameters
    ----------
    report : mapping
        That of an auditor or an authority, which holds the whole record.
    record : mapping
    """
    expected = _always(report, record)
    if record["outcome"]["status"] == "scored":
        expected |= {
            "waterfall": _waterfall(record),
            "little": _little(record),
            "influence": _influence(record),
        }
    for name, part in expected.items():
        stated = report.get(name)
        yield from map(str, differences(_without_words(stated), part, name, near=_NEAR))
    for number, check in enumerate(report.get("checks", ())):
        off = check["difference"]
        if check["passed"] is not True or (off is not None and not 0.0 <= off <= _NEAR):
            yield f"checks[{number}] is {check['check']} and did not pass"


def _always(report: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    inputs, reviews = record["inputs"], report.get("reviews", [])
    decision = record["outcome"]["decision"]
    named = (report["audience"], report["language"], report["kind"], report["issued_at"])
    looked = "done" if reviews else "required" if decision == "refer" else "none"
    return {
        "report_id": str(uuid.uuid5(_NAMES, "/".join([str(record["decision_id"]), *named]))),
        "timezone": inputs.get("calendar", {}).get("timezone", "UTC"),
        "currency": inputs.get("currency", ""),
        "decided": reviews[-1]["decision"] if reviews else decision,
        "flags": {
            "automated": decision in _BY_ITSELF and not reviews,
            "human_review": looked,
            "personalised_price": (record.get("strategy") or {}).get("offer") is not None,
        },
        "full_version": {"record_sha256": record["sha256"]},
        "rights": report["rights"] | {"object_by": _last_day(report)},
        "withheld": of_few(record) if report["audience"] == "auditor" else None,
    }


def _last_day(report: Mapping[str, Any]) -> str | None:
    """The last day on which one may object, so many days after the issue by the days of the zone."""
    days = report["rights"]["object_days"]
    if days is None:
        return None
    issued = datetime.fromisoformat(report["issued_at"]).astimezone(ZoneInfo(report["timezone"]))
    return (issued.date() + timedelta(days=days)).isoformat()


def _without_words(part: Any) -> Any:
    """Leave out titles, which are words and no figures."""
    if isinstance(part, Mapping):
        return {name: _without_words(value) for name, value in part.items() if name != "title"}
    return [_without_words(one) for one in part] if isinstance(part, list) else part


def _by_group(record: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in record["features"]:
        found[line["group"]] = found.get(line["group"], 0.0) + line["points"]
    return dict(sorted(found.items()))


def _waterfall(record: Mapping[str, Any]) -> dict[str, Any]:
    """Whole points of the groups, those that moved most first; the smallest share one step of ten."""
    exact, score = _by_group(record), record["outcome"]["score"]
    lines = [*exact.values(), record["base"]["points"]]
    lower = [math.floor(value) for value in lines]
    order = sorted(range(len(lines)), key=lambda number: lower[number] - lines[number])
    for number in order[: round(record["outcome"]["score_unrounded"]) - sum(lower)]:
        lower[number] += 1
    *points, base = lower
    moved = [(group, whole) for group, whole in zip(exact, points, strict=True) if whole]
    moved.sort(key=lambda step: (-abs(step[1]), step[0]))
    shown = moved if len(moved) <= _MOST_STEPS else moved[: _MOST_STEPS - 1]
    steps = [{"group": group, "points": whole} for group, whole in shown]
    if len(shown) < len(moved):
        steps.append({"group": _REST, "points": sum(whole for _, whole in moved[len(shown) :])})
    return {"base": base, "steps": steps, "held": score - base - sum(points), "score": score}


def _little(record: Mapping[str, Any]) -> dict[str, Any]:
    moved = {group: points for group, points in _by_group(record).items() if group}
    total = sum(map(abs, moved.values()))
    small = [group for group, points in moved.items() if abs(points) < _LITTLE * total]
    return {"share": _LITTLE, "groups": [{"group": group} for group in small]}


def _influence(record: Mapping[str, Any]) -> dict[str, int]:
    lines, outcome = record["features"], record["outcome"]
    named = {name for one in record["reasons"] if one["kind"] == "model" for name in one["features"]}
    at_first = [one for one in record["counterfactuals"] if "steps" not in one]
    named |= {change["feature"] for one in at_first for change in one["changes"]}
    unnamed = [line for line in lines if line["name"] not in named]
    return {
        "features": len(lines),
        "without_points": sum(line["integer_points"] == 0 for line in unnamed),
        "without_contribution": sum(line["contribution"] == 0.0 for line in lines),
        "points_of_others": sum(
            line["integer_points"]
            for line in lines
            if (line["source"] == "application" and protected_by(line["name"]) is not None)
            or (line["name"] not in named and tells_of_others(line["source"]))
        ),
        "clamping": outcome["score"] - round(outcome["score_unrounded"]),
    }
