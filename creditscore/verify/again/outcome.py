"""Score, points and lines of features, worked out again from values and trees."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from creditscore.verify.again.given import Given, hash_of
from creditscore.verify.findings import FIRST_SCHEMA
from creditscore.words.families import family_of


def outcome_of(given: Given, decision: Mapping[str, Any]) -> dict[str, Any]:
    """Work out the outcome; what the policy decides is given."""
    found: dict[str, Any] = {
        "status": "scored" if given.is_scored else "unscorable",
        "code": given.code,
        "probability_of_default": None,
        "log_odds": None,
        "score_unrounded": None,
        "score": None,
        "clamped": False,
        "grade": None,
        **decision,
    }
    if not given.is_scored:
        return found
    log_odds = given.log_odds(given.values)
    small = math.exp(-abs(log_odds))
    probability = (1.0 if log_odds >= 0 else small) / (1.0 + small)
    exact = given.offset - given.factor * log_odds
    score = within_scale(round(exact), given.model.scale)
    return found | {
        "probability_of_default": probability,
        "log_odds": log_odds,
        "score_unrounded": exact,
        "score": score,
        "clamped": score != round(exact),
        "grade": given.model.grade(probability),
    }


def within_scale(points: int, scale: Mapping[str, Any]) -> int:
    """Keep points within the scale."""
    return int(min(max(points, scale["minimum"]), scale["maximum"]))


def lines_of(given: Given) -> tuple[list[dict[str, Any]], dict[str, Any], list[dict[str, Any]]]:
    """Work out the lines of the features, the base, and the sums of the groups."""
    values = [None if value != value else value for value in given.values]
    lines = [
        {
            "name": feature["name"], "group": feature["reason_group"], "source": feature["source"],
            "label": feature["label"], "unit": feature["unit"], "sign": feature["sign"], "value": value,
            "missing": value is None, "contribution": None, "points": None, "integer_points": None,
        }
        for feature, value in zip(given.model.features, values, strict=True)
    ]  # fmt: skip
    base: dict[str, Any] = {"log_odds": None, "points": None, "integer_points": None}
    if not given.is_scored:
        return lines, base, []
    means = [0.0] * len(lines)
    if given.record["schema"] != FIRST_SCHEMA:
        means = given.reference["means"]
    start, added = given.model.shapley(given.values)
    slope, intercept = given.model.line_of(given.values)
    for line, raw, mean in zip(lines, added, means, strict=True):
        line["contribution"] = slope * raw - mean
        line["points"] = -given.factor * line["contribution"]
    base["log_odds"] = slope * start + intercept + math.fsum(means)
    base["points"] = given.offset - given.factor * base["log_odds"]
    _round(lines, base, given)
    return lines, base, groups_of(lines)


def groups_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sum the lines of each group, by name."""
    found = []
    for name in sorted({line["group"] for line in lines}):
        members = [line for line in lines if line["group"] == name]
        sums = {part: math.fsum(line[part] for line in members) for part in ("contribution", "points")}
        found.append({"group": name, **sums})
    return found


def families_of(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sum the groups of each family, by name."""
    found = []
    for name in sorted({family_of(one["group"]) for one in groups}):
        members = [one for one in groups if family_of(one["group"]) == name]
        sums = {part: math.fsum(one[part] for one in members) for part in ("contribution", "points")}
        found.append({"family": name, "groups": [one["group"] for one in members], **sums})
    return found


def _round(lines: list[dict[str, Any]], base: dict[str, Any], given: Given) -> None:
    """Give every line whole points: rounded down, and those of the largest fraction one more.

    The stated points are rounded, which differ from those worked out in the last places only.
    """
    stated = [line["points"] for line in given.record["features"]]
    points = [*stated, given.record["base"]["points"]]
    total = round(given.offset - given.factor * given.log_odds(given.values))
    lower = [math.floor(value) for value in points]
    order = sorted(range(len(points)), key=lambda line: lower[line] - points[line])
    for line in order[: total - sum(lower)]:
        lower[line] += 1
    for one, whole in zip([*lines, base], lower, strict=True):
        one["integer_points"] = whole


def reference_of(given: Given) -> dict[str, Any]:
    """Work out what a record says of the population that it compares with."""
    kept = given.reference
    groups: dict[str, float] = {}
    for feature, mean in zip(given.model.features, kept["means"], strict=True):
        group = feature["reason_group"]
        groups[group] = groups.get(group, 0.0) + mean
    return {
        "name": kept["name"], "cutoff": kept["cutoff"], "band": kept["band"], "rows": kept["rows"],
        "sha256": hash_of(kept), "values": groups,
    }  # fmt: skip
