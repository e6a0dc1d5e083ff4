"""Reasons derived again from contributions: sums, order, shares, and what may never be named."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from creditscore.verify.findings import FIRST_SCHEMA, near
from creditscore.verify.model import ModelParts
from creditscore.words.families import family_of

# Never a reason: what a law protects, by the tags of the declaration.
FORBIDDEN_TAGS: Final = frozenset(
    {"protected", "special_category", "special_category_risk", "exercise_of_right", "identity", "age", "sex"}
)
_FEWEST_POINTS: Final = 1.0
_ORDER: Final = ("policy", "offer", "ability", "parties", "model")
_SMALLEST_SHARE: Final = 0.02
_NOT_NAMED: Final = frozenset({"", "coverage"})
_ABSENT: Final = "insufficient_"


def reason_faults(record: Mapping[str, Any], model: ModelParts, factor: float) -> Iterator[str]:
    """Yield what is wrong with the reasons of a scored record.

    Parameters
    ----------
    record : mapping
    model : ModelParts
        Holds the reference populations and the declarations.
    factor : float
        Points for one unit of log-odds.
    """
    kept = reference_of(record, model)
    if kept is None:
        yield f"the model keeps no reference with the hash of {record['reference']['name']!r}"
        return
    lines, compares = record["features"], record["schema"] != FIRST_SCHEMA
    means = [0.0] * len(lines) if compares else kept["means"]
    relative = {line["name"]: line["contribution"] - mean for line, mean in zip(lines, means, strict=True)}
    given = [reason for reason in record["reasons"] if reason["kind"] == "model"]
    dropped = record["dropped_reasons"]
    yield from _order(record["reasons"])
    if "families" in record:
        yield from _named(given, lines)
        lines = [{**line, "group": family_of(line["group"])} for line in lines]
        given, dropped = ([{**one, "group": _ranked_as(one)} for one in part] for part in (given, dropped))
    yield from _unnamed([*given, *dropped], lines, relative)
    yield from _sums(given, dropped, lines, relative, factor)
    yield from _forbidden(given, model)
    if compares:
        yield from _small(given, dropped, lines)
        if kept["rows"]:
            yield from _comparisons(given, lines, kept, model)


def reference_of(record: Mapping[str, Any], model: ModelParts) -> Mapping[str, Any] | None:
    """Find the reference population whose mean contributions the record states, by group."""
    stated = record["reference"]
    for kept in model.references:
        if (kept["name"], kept["cutoff"], kept["rows"]) == (stated["name"], stated["cutoff"], stated["rows"]):
            groups: dict[str, list[float]] = {}
            for line, mean in zip(record["features"], kept["means"], strict=True):
                groups.setdefault(line["group"], []).append(mean)
            sums = {group: math.fsum(values) for group, values in groups.items()}
            same = sums.keys() == stated["values"].keys()
            if same and all(near(sums[group], stated["values"][group]) for group in sums):
                return kept
    return None


def _ranked_as(reason: Mapping[str, Any]) -> str:
    """By what a reason of a record with families is told."""
    group = str(reason["group"])
    return str(reason.get("family", "")) or (group if group.startswith(_ABSENT) else family_of(group))


def _named(given: list[dict[str, Any]], lines: list[dict[str, Any]]) -> Iterator[str]:
    """Yield groups that a reason names although they cost nothing, or although they are of another family."""
    for reason in given:
        group, printed = reason["group"], [x["points"] for x in lines if x["group"] == reason["group"]]
        if printed and math.fsum(printed) > 1e-9 - _FEWEST_POINTS:
            yield f"{group}: it is named, and cost no point"
        if not group.startswith(_ABSENT) and reason.get("family") != family_of(group):
            yield f"{group}: it is told as {reason.get('family')!r}"
        inside = math.fsum(one["points_lost"] for one in reason.get("inside", ()))
        if "family" in reason and not near(inside, reason["points_lost"], 1e-6):
            yield f"{group}: its groups do not add up"


def _small(
    given: list[dict[str, Any]], dropped: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> Iterator[str]:
    """Yield reasons that weigh too little, and groups that cost nothing as pages print them."""
    total = math.fsum(reason["points_lost"] for reason in (*given, *dropped))
    for reason in given:
        if reason["points_lost"] < max(_FEWEST_POINTS, _SMALLEST_SHARE * total) - 1e-9:
            yield f"{reason['group']}: it cost too little to be a reason"
        printed = [line["points"] for line in lines if line["group"] == reason["group"]]
        if printed and math.fsum(printed) > 1e-9 - _FEWEST_POINTS:
            yield f"{reason['group']}: it is named, and cost no point"


def _comparisons(
    given: list[dict[str, Any]], lines: list[dict[str, Any]], kept: Mapping[str, Any], model: ModelParts
) -> Iterator[str]:
    """Yield facts that are not those of the record, or whose move to what is usual would not have helped."""
    position = {line["name"]: number for number, line in enumerate(lines)}
    values = [math.nan if line["value"] is None else float(line["value"]) for line in lines]
    risk = model.log_odds(values)
    for reason in given:
        fact, group = reason["fact"], reason["group"]
        if fact is None or fact["feature"] not in reason["features"]:
            yield f"{group}: its fact is none of its features"
            continue
        line, usual = lines[position[fact["feature"]]], kept["typical"][position[fact["feature"]]]
        if (fact["value"], fact["reference_value"]) != (line["value"], usual):
            yield f"{group}: its fact states another value, or another usual one"
        if fact["scarce"] != (fact["feature"] in kept.get("scarce", ())):
            yield f"{group}: it says falsely of how many its fact is known"
        if fact["population"] != kept["name"] or fact["direction"] != _direction(line, usual):
            yield f"{group}: it says {fact['direction']!r}, not {_direction(line, usual)!r}"
        moved = list(values)
        moved[position[fact["feature"]]] = math.nan if usual is None else float(usual)
        if usual is None or not model.log_odds(moved) < risk:
            yield f"{group}: its fact at the usual value would not have helped"


def _direction(line: Mapping[str, Any], usual: float | None) -> str | None:
    if line["value"] is None:
        return "absent"
    if usual is None or line["value"] == usual:
        return None
    if line["unit"] == "category":
        return "other"
    return "higher" if line["value"] > usual else "lower"


def _order(reasons: list[dict[str, Any]]) -> Iterator[str]:
    if [reason["rank"] for reason in reasons] != list(range(1, len(reasons) + 1)):
        yield "ranks are not 1, 2, 3"
    kinds = [reason["kind"] for reason in reasons]
    if kinds != sorted(kinds, key=_ORDER.index):
        yield "rules of the policy do not come first"
    lost = [reason["points_lost"] for reason in reasons if reason["kind"] == "model"]
    if lost != sorted(lost, reverse=True):
        yield "the most harmful reason does not come first"


def _sums(
    given: list[dict[str, Any]],
    dropped: list[dict[str, Any]],
    lines: list[dict[str, Any]],
    relative: Mapping[str, float],
    factor: float,
) -> Iterator[str]:
    total = math.fsum(reason["points_lost"] for reason in (*given, *dropped))
    split = {reason["group"] for reason in dropped if reason["guard"] == "forbidden"}
    for reason in (*given, *dropped):
        harms = [relative[name] for name in reason["features"]]
        if not harms or min(harms) <= 0.0 or harms != sorted(harms, reverse=True):
            yield f"{reason['group']}: its features are not the harmful ones, most harmful first"
        if not near(reason["share"] * total, reason["points_lost"], 1e-6):
            yield f"{reason['group']}: its share"
        members = _members(reason["group"], lines)
        relieving = math.fsum(relative[name] for name in members if relative[name] < 0.0)
        most = factor * math.fsum(harms)
        least = factor * (math.fsum(harms) + relieving)
        exact = reason["group"] not in split and reason["group"] in _whole_groups(lines)
        wanted = (least, least) if exact else (least, most)
        if not wanted[0] - 1e-9 <= reason["points_lost"] <= wanted[1] + 1e-9:
            yield f"{reason['group']}: {reason['points_lost']!r} points lost, not {least!r}"


def _members(group: str, lines: list[dict[str, Any]]) -> list[str]:
    if group.startswith(_ABSENT):
        source = group.removeprefix(_ABSENT)
        return [line["name"] for line in lines if line["source"] == source]
    return [line["name"] for line in lines if line["group"] == group]


def _absent_sources(lines: list[dict[str, Any]]) -> set[str]:
    """Sources of which no feature that could be named had a value."""
    named = {line["source"] for line in lines if not line["missing"] and line["group"] not in _NOT_NAMED}
    return {line["source"] for line in lines} - named


def _whole_groups(lines: list[dict[str, Any]]) -> set[str]:
    """Groups none of whose features is of a source that told nothing."""
    absent = _absent_sources(lines)
    broken = {line["group"] for line in lines if line["source"] in absent}
    return {line["group"] for line in lines} - broken - _NOT_NAMED


def _unnamed(
    named: list[dict[str, Any]], lines: list[dict[str, Any]], relative: Mapping[str, float]
) -> Iterator[str]:
    """Yield groups that cost points but are neither given nor dropped."""
    groups = {reason["group"] for reason in named}
    for group in _whole_groups(lines) - groups:
        if math.fsum(relative[name] for name in _members(group, lines)) > 1e-9:
            yield f"{group} cost points and is neither given nor dropped"


def _forbidden(given: list[dict[str, Any]], model: ModelParts) -> Iterator[str]:
    tags = {feature["name"]: set(feature["legal_tags"]) for feature in model.features}
    for reason in given:
        for name in reason["features"]:
            if tags[name] & FORBIDDEN_TAGS:
                yield f"{reason['group']} names {name}, which may never be a reason"
