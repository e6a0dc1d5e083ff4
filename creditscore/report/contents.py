"""What a decision report holds beside its record: waterfall, checks, small influences, deadlines."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from creditscore.deciding.disclosed import (
    WITHOUT_VALUES,
    for_person,
    is_protected,
    is_shown,
    named_features,
)
from creditscore.errors import ParameterError
from creditscore.explain.points import integer_points
from creditscore.model.scale import probability_of_default
from creditscore.report.naming import group_title
from creditscore.report.writing import Writer

LITTLE: Final = 0.02
TOLERANCE: Final = 1e-9
# How people are named in the rows of a record.
_PSEUDONYM: Final = re.compile(r"(?:(?:other-)*(?:person|counterparty))+-\d+ *", re.IGNORECASE)


def for_subject(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a record what belongs to the model or to other people, and what a law protects."""
    kept = for_person(record)
    return kept | {"features": [line for line in kept["features"] if not is_protected(line)]}


def waterfall(record: Mapping[str, Any], writer: Writer, most: int = 10) -> dict[str, Any]:
    """Round the points of each group so that they sum to the score; the smallest share one step of ten."""
    exact: dict[str, float] = {}
    for feature in record["features"]:
        exact[feature["group"]] = exact.get(feature["group"], 0.0) + float(feature["points"])
    groups, outcome = sorted(exact), record["outcome"]
    lines = np.array([*(exact[group] for group in groups), record["base"]["points"]])
    *points, base = _whole(lines, round(float(outcome["score_unrounded"])))
    pairs = ((group, p) for group, p in zip(groups, points, strict=True) if p)
    moved = sorted(pairs, key=lambda pair: (-abs(pair[1]), pair[0]))
    shown, rest = (moved, []) if len(moved) <= most else (moved[: most - 1], moved[most - 1 :])
    steps = [{"group": g, "title": group_title(g, writer), "points": p} for g, p in shown]
    if rest:
        title = writer.word("points.rest")
        steps.append({"group": "(rest)", "title": title, "points": sum(p for _, p in rest)})
    score = int(outcome["score"])
    return {"base": base, "steps": steps, "held": score - base - sum(points), "score": score}


def _whole(lines: NDArray[np.float64], total: int) -> list[int]:
    """Round lines to their total, or each by itself where they do not add up: the checks say so."""
    try:
        whole: list[int] = integer_points(lines, total).tolist()
    except ParameterError:
        whole = np.rint(lines).astype(np.int64).tolist()
    return whole


def little(record: Mapping[str, Any], writer: Writer) -> dict[str, Any]:
    """Name the groups that moved less than two in a hundred of all points that were moved."""
    moved: dict[str, float] = {}
    for feature in record["features"]:
        if feature["group"]:
            moved[feature["group"]] = moved.get(feature["group"], 0.0) + float(feature["points"])
    total = sum(map(abs, moved.values()))
    named = sorted(group for group, points in moved.items() if abs(points) < LITTLE * total)
    return {"share": LITTLE, "groups": [{"group": g, "title": group_title(g, writer)} for g in named]}


def influence(record: Mapping[str, Any]) -> dict[str, int]:
    """Count the features that moved no whole point and stand in no reason, and those that moved nothing.

    ``points_of_others`` are the whole points of the features that a table for the subject leaves out because
    other people stand in them; with them and ``clamping`` the table adds up to the score.
    """
    features, named = record["features"], named_features(record)
    unnamed = [feature for feature in features if feature["name"] not in named]
    outcome = record["outcome"]
    return {
        "features": len(features),
        "without_points": sum(not feature["integer_points"] for feature in unnamed),
        "without_contribution": sum(not feature["contribution"] for feature in features),
        "points_of_others": sum(
            int(f["integer_points"])
            for f in features
            if is_protected(f) or (f["name"] not in named and not is_shown(f))
        ),
        "clamping": int(outcome["score"]) - round(float(outcome["score_unrounded"])),
    }


def checks(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Recompute the sums of a record; each check says by how much it is off at most.

    Of who could not be scored, there is only what was known and by when.
    """
    found: list[dict[str, Any]] = []
    if record["outcome"]["status"] == "scored":
        found = [
            {"check": name, "passed": off <= TOLERANCE, "difference": float(off)}
            for name, off in _sums(record).items()
        ]
    for name, passed in (
        ("known_before", known_before(record)),
        ("decision", decided_by_its_cutoff(record)),
        ("others", says_nothing_of_others(for_subject(record), record)),
    ):
        found.append({"check": name, "passed": passed, "difference": None})
    return found


def _sums(record: Mapping[str, Any]) -> dict[str, float]:
    """By how much each sum is off; what is no number is off by no end."""
    outcome, base, features = record["outcome"], record["base"], record["features"]
    line, scale, log_odds = record["calibration"], record["scale"], float(outcome["log_odds"])
    added = math.fsum([base["log_odds"], *(float(f["contribution"]) for f in features)])
    points = math.fsum([base["points"], *(float(f["points"]) for f in features)])
    whole = int(base["integer_points"]) + sum(int(f["integer_points"]) for f in features)
    rounded = round(float(outcome["score_unrounded"]))
    within = min(max(rounded, scale["minimum"]), scale["maximum"])
    factor = scale["points_to_double_odds"] / math.log(2.0)
    exact = scale["reference_score"] - factor * (math.log(scale["reference_good_bad_odds"]) + log_odds)
    return {
        "additivity": abs(added - log_odds),
        "calibration": abs(line["slope"] * record["raw_score"] + line["intercept"] - log_odds),
        "probability": abs(probability_of_default(log_odds) - outcome["probability_of_default"]),
        "points": abs(points - outcome["score_unrounded"]),
        "integer_points": abs(whole - rounded),
        "scale": max(abs(exact - outcome["score_unrounded"]), abs(within - outcome["score"])),
    }


def decided_by_its_cutoff(record: Mapping[str, Any]) -> bool:
    """Tell whether cut-off and rules allow the decision: a rule that fired, or too few points, decline.

    A decline by points alone may have become a referral, and an approval of doubtful data too.
    """
    outcome, policy = record["outcome"], record["policy"]
    if policy is None:
        return bool(outcome["decision"] == "none" and outcome["cutoff"] is None)
    if "strategy" in policy:
        lent = outcome["decision"] in ("approve", "counter_offer")
        return lent is (record["strategy"]["offer"] is not None)
    by_rule = any(reason["kind"] == "policy" for reason in record["reasons"])
    score, cutoff = outcome["score"], policy["cutoff"]
    low = score is not None and score < cutoff
    allowed = {"decline"} if by_rule else {"decline", "refer"} if low else {"approve", "refer"}
    return outcome["decision"] in allowed and outcome["cutoff"] == cutoff


def says_nothing_of_others(shown: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Scan a subject's version: no id of another person, and no figure of how fewer than five people repay.

    A figure of how others repay is in it for no number of people, so that of five or more is not either.

    Parameters
    ----------
    shown : mapping
        What `for_subject` left of the record.
    record : mapping
        The whole record.
    """
    ids = _ids_of_others(record["inputs"])
    figures = [line.get("value") for line in shown["features"] if line["group"] in WITHOUT_VALUES] + [
        (reason.get("fact") or {}).get(name)
        for reason in shown["reasons"]
        if reason.get("group") in WITHOUT_VALUES
        for name in ("value", "reference_value", "known_count")
    ]
    return all(figure is None for figure in figures) and not ids.intersection(_texts(shown))


def _ids_of_others(inputs: Mapping[str, Any]) -> set[str]:
    """Pseudonyms of everyone in the stored rows but the applicant."""
    own = inputs["application"]["applicant_id"]
    texts = {one for part in ("tables", "others") for one in _texts(inputs[part])}
    return {one for one in texts if one != own and _PSEUDONYM.fullmatch(one)}


def _texts(data: Any) -> Iterator[str]:
    match data:
        case str():
            yield data
        case Mapping():
            for part in data.values():
                yield from _texts(part)
        case [*parts]:
            for part in parts:
                yield from _texts(part)


def known_before(record: Mapping[str, Any]) -> bool:
    """Tell whether everything that was used was known before the moment of the application."""
    moment = datetime.fromisoformat(record["as_of"])
    known = [source.get("last_known") for source in record["sources"].values()]
    return all(datetime.fromisoformat(last) < moment for last in known if last is not None)


def deadline(issued_at: datetime, days: int | None, timezone: str) -> str | None:
    """Return the last day on which one may object, by the days of a zone."""
    if days is None:
        return None
    return (issued_at.astimezone(ZoneInfo(timezone)).date() + timedelta(days=days)).isoformat()


def months_after(issued_at: datetime, months: int, timezone: str) -> str:
    """Return the same day so many calendar months later, by the days of a zone; at most its month's last."""
    day = issued_at.astimezone(ZoneInfo(timezone)).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year, month + 1, min(day.day, monthrange(year, month + 1)[1])).isoformat()


def not_included(missing: Sequence[tuple[str, str]], writer: Writer) -> list[dict[str, str]]:
    """Say of each section that is not there why it is not."""
    return [
        {
            "section": section,
            "reason": why,
            "title": writer.word(f"absent.{section}"),
            "text": writer.word(f"why.{why}"),
        }
        for section, why in missing
    ]
