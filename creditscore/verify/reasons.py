"""Reasons derived again from contributions: sums, order, shares, and what may never be named."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from creditscore.verify.findings import near
from creditscore.verify.model import ModelParts

# Never a reason: what a law protects, by the tags of the declaration.
FORBIDDEN_TAGS: Final = frozenset(
    {"protected", "special_category", "special_category_risk", "exercise_of_right", "identity"}
)
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
    means = _means(record, model)
    if means is None:
        yield f"the model keeps no reference with the hash of {record['reference']['name']!r}"
        return
    lines = record["features"]
    relative = {line["name"]: line["contribution"] - mean for line, mean in zip(lines, means, strict=True)}
    given = [reason for reason in record["reasons"] if reason["kind"] == "model"]
    dropped = record["dropped_reasons"]
    yield from _order(record["reasons"])
    yield from _unnamed([*given, *dropped], lines, relative)
    yield from _sums(given, dropped, lines, relative, factor)
    yield from _forbidden(given, model)


def _means(record: Mapping[str, Any], model: ModelParts) -> list[float] | None:
    """The mean contributions of the reference population: those whose sums by group the record states."""
    stated = record["reference"]
    for kept in model.references:
        if (kept["name"], kept["cutoff"], kept["rows"]) == (stated["name"], stated["cutoff"], stated["rows"]):
            groups: dict[str, list[float]] = {}
            for line, mean in zip(record["features"], kept["means"], strict=True):
                groups.setdefault(line["group"], []).append(mean)
            sums = {group: math.fsum(values) for group, values in groups.items()}
            same = sums.keys() == stated["values"].keys()
            if same and all(near(sums[group], stated["values"][group]) for group in sums):
                means: list[float] = kept["means"]
                return means
    return None


def _order(reasons: list[dict[str, Any]]) -> Iterator[str]:
    if [reason["rank"] for reason in reasons] != list(range(1, len(reasons) + 1)):
        yield "ranks are not 1, 2, 3"
    kinds = [reason["kind"] for reason in reasons]
    if kinds != sorted(kinds, key=lambda kind: kind != "policy"):
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
