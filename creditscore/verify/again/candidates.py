"""What each candidate for a reason cost: a family, a source without a word, or what may never be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from creditscore.data.protected import protected_by
from creditscore.verify.again.given import Given
from creditscore.verify.reasons import FORBIDDEN_TAGS
from creditscore.words.audit import SUPPRESSED
from creditscore.words.families import family_of
from creditscore.words.speech import OF_OTHER_PEOPLE

NEVER: Final = ("", "coverage")
FEWEST_PEOPLE: Final = 5
FAMILY, SOURCE, FORBIDDEN = "family", "source", "forbidden"


class Candidate(NamedTuple):
    """Something that may be named.

    Attributes
    ----------
    kind : {"family", "source", "forbidden"}
    name : str
        Of the family, the source or the group.
    members : list of int
        The columns that belong to it.
    lost : float
        Points that they cost together.
    """

    kind: str
    name: str
    members: list[int]
    lost: float

    @property
    def key(self) -> str:
        """What it is called in a record."""
        return f"insufficient_{self.name}" if self.kind == SOURCE else self.name


class Candidates(NamedTuple):
    """All candidates of a record, most harmful first, and what they rest on.

    Attributes
    ----------
    ranked : list of Candidate
    harms : list of float
        What each feature adds to the log-odds, as the record states it.
    total : float
        Points that all of them cost.
    """

    ranked: list[Candidate]
    harms: list[float]
    total: float


def candidates_of(given: Given) -> Candidates:
    """Gather what cost points, from the contributions that the record states."""
    harms = [float(line["contribution"]) for line in given.record["features"]]
    features, silent = given.model.features, _silent_sources(given)
    members: dict[tuple[str, str], list[int]] = {}
    for number, feature in enumerate(features):
        group, source = feature["reason_group"], feature["source"]
        if forbidden_because(feature):
            home = (FORBIDDEN, group)
        elif source in silent and group not in NEVER:
            home = (SOURCE, source)
        else:
            home = (FAMILY, ranked_as(given.record, group))
        members.setdefault(home, []).append(number)
    order = (FAMILY, SOURCE, FORBIDDEN)
    found = [
        Candidate(kind, name, columns, given.factor * sum(harms[column] for column in columns))
        for (kind, name), columns in members.items()
    ]
    kept = [one for one in found if one.lost > 0.0 and one.key not in NEVER]
    kept.sort(key=lambda one: (-one.lost, one.key, order.index(one.kind)))
    return Candidates(kept, harms, sum(one.lost for one in kept))


def ranked_as(record: Mapping[str, Any], group: str) -> str:
    """The family of a group; itself in a record that was written before there were families."""
    return family_of(group) if "families" in record else group


def harmful(candidate: Candidate, harms: Sequence[float]) -> list[int]:
    """The columns of a candidate that cost points, most harmful first."""
    return sorted((c for c in candidate.members if harms[c] > 0.0), key=lambda c: -harms[c])


def _silent_sources(given: Given) -> set[str]:
    """Sources of which no feature that may be named has a value."""
    spoke = {
        feature["source"]
        for feature, value in zip(given.model.features, given.values, strict=True)
        if value == value and feature["reason_group"] not in NEVER
    }
    return {feature["source"] for feature in given.model.features} - spoke


def forbidden_because(feature: Mapping[str, Any]) -> str:
    """Say why a feature may never be named; empty if it may."""
    name, group = feature["name"], feature["reason_group"]
    if FORBIDDEN_TAGS.intersection(feature["legal_tags"]):
        return SUPPRESSED["tag"].format(feature=name)
    if feature["source"] == "application" and protected_by(name) is not None:
        return SUPPRESSED["protected"].format(feature=name)
    if group in OF_OTHER_PEOPLE and _fewest(feature["formula"]) < FEWEST_PEOPLE:
        return SUPPRESSED["people"].format(fewest=FEWEST_PEOPLE, feature=name)
    return ""


def _fewest(formula: Mapping[str, Any]) -> float:
    """How many known people a formula asks for at least before it gives a value."""
    match formula["kind"]:
        case "at_least":
            return max(float(formula["minimum"]), _fewest(formula["value"]))
        case "share":
            return max(float(formula.get("minimum", 0.0)), _fewest(formula["part"]))
        case "difference":
            return min(_fewest(formula["minuend"]), _fewest(formula["subtrahend"]))
        case "ratio":
            return min(_fewest(formula["numerator"]), _fewest(formula["denominator"]))
        case "term":
            asked = [
                float(value)
                for column, comparison, value in formula.get("where", ())
                if column == "known_members" and comparison == "ge" and isinstance(value, int | float)
            ]
            return max(asked, default=0.0)
    return 0.0
