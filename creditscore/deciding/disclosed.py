"""What the person concerned is told of a decision: the part of a record that their own version holds.

A ledger commits to it beside the record as a whole and what everybody is shown, so that values and points of
single features, the currency and the zone on their page can be held against what was entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from creditscore._ground.canonical import canonical_v1, sha256
from creditscore.data.protected import PROTECTED_FEATURES, protected_by
from creditscore.data.sources import tells_of_others
from creditscore.deciding.record import DecisionRecord
from creditscore.deciding.shown import shown_of
from creditscore.words.speech import AS_A_WHOLE, OF_OTHER_PEOPLE

# Entries commit to the whole of this part: where it becomes another, so must the version of the commitment.
# Raw scores, contributions, hashes and rows of others stay out.
_KEPT: Final = (
    "schema", "decision_id", "application_id", "subject", "as_of", "decided_at", "reasons", "counterfactuals",
    "strategy",
)  # fmt: skip
_OUTCOME: Final = (
    "status", "code", "decision", "probability_of_default", "score", "clamped", "grade", "cutoff",
)  # fmt: skip
_FEATURE: Final = ("name", "label", "value", "missing", "unit", "group", "source", "integer_points")
WITHOUT_VALUES: Final = OF_OTHER_PEOPLE | AS_A_WHOLE


def disclosed_of(part: Mapping[str, Any], currency: str, timezone: str) -> str:
    """Hash what the person concerned is told of a decision.

    Parameters
    ----------
    part : mapping
        What `for_person` left of the record, or the same as it stands in a report.
    currency, timezone : str
        In which its amounts and its days are said.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    return sha256(canonical_v1({**part, "currency": currency, "timezone": timezone}))


def disclosed_of_whole(record: Mapping[str, Any]) -> str:
    """Hash what the person concerned is told of a decision, from the whole record."""
    return _disclosed_of(for_person(record), record)


def _disclosed_of(part: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    return disclosed_of(part, _part(record, "inputs").get("currency", ""), timezone_of(record))


def versions_of(record: DecisionRecord) -> list[str]:
    """Hash what an entry commits to beside a record: what everybody is shown of it, and what one is told."""
    return [shown_of(record.content), disclosed_of_whole(record.content)]


def versions_to_enter(record: DecisionRecord) -> list[str]:
    """Hash what a new entry commits to; not what one is told by older models, whose pages leave lines out."""
    content = record.enough
    part, shown = for_person(content), shown_of(content)
    if any(map(is_protected, part["features"])):
        return [shown]
    return [shown, _disclosed_of(part, content)]


def is_protected(feature: Mapping[str, Any]) -> bool:
    """Tell whether a law protects what a line tells: by the tags of its declaration, or by its name.

    New models are given no such feature; records of older ones may hold some. Names tell of the application
    alone: the age of an operating system is nobody's age.
    """
    named = feature.get("source") in (None, "application") and protected_by(feature["name"]) is not None
    return named or feature["name"] in PROTECTED_FEATURES


def timezone_of(record: Mapping[str, Any]) -> str:
    """Return the zone of the portfolio that was decided on."""
    return str(_part(_part(record, "inputs"), "calendar").get("timezone", "UTC"))


def for_person(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a record what belongs to the model or to other people, counts and averages of them too."""
    kept = {name: record[name] for name in _KEPT if name in record}
    outcome = _part(record, "outcome")
    kept["outcome"] = {name: outcome[name] for name in _OUTCOME if name in outcome}
    kept["base"] = {"integer_points": _part(record, "base").get("integer_points")}
    named = named_features(record)
    kept["features"] = [
        _without_value({name: feature.get(name) for name in _FEATURE} | _label_given(feature, record))
        for feature in _lines(record, "features")
        if feature["name"] in named or is_shown(feature)
    ]
    kept["reasons"] = [_without_others(reason) for reason in _lines(record, "reasons")]
    kept["scale"] = {name: _part(record, "scale").get(name) for name in ("minimum", "maximum")}
    if "referred_because" in outcome:
        because = outcome["referred_because"]
        kept["outcome"]["referred_because"] = None if because is None else because["why"]
    kept["reference"] = {"name": _part(record, "reference").get("name")}
    kept["sources"] = _own_sources(_part(record, "sources"))
    if "cell" in record:
        states = _part(_part(record, "cell"), "states").items()
        kept["cell"] = {"states": {name: state for name, state in states if not tells_of_others(name)}}
    kept["model"] = {"model_id": _part(record, "model").get("model_id")}
    if kept.get("strategy") is not None:  # what somebody else could pay is told to them alone
        kept["strategy"] = {name: part for name, part in kept["strategy"].items() if name != "guarantors"}
        if "sources" in kept["strategy"]:
            kept["strategy"]["sources"] = _own_sources(kept["strategy"]["sources"])
    return kept


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return record.get(name) or {}


def _lines(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The lines of a table of a record; what is none stands in the record and is told to nobody."""
    return [line for line in record.get(name) or () if isinstance(line, Mapping)]


def _own_sources(sources: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What was read of one's own sources, without hashes and without what tells of others."""
    return {
        name: {key: source.get(key) for key in ("covered", "rows", "first", "last", "last_known")}
        for name, source in sources.items()
        if not tells_of_others(name)
    }


def named_features(record: Mapping[str, Any]) -> set[str]:
    """Return every feature that a reason of the model or a change names."""
    given = [reason for reason in _lines(record, "reasons") if reason.get("kind") == "model"]
    # Records of the first schema say changes by their features, later ones by steps.
    found = [one for one in _lines(record, "counterfactuals") if "steps" not in one]
    return {
        *(name for reason in given for name in reason["features"]),
        *(change["feature"] for one in found for change in one["changes"]),
    }


def is_shown(feature: Mapping[str, Any]) -> bool:
    """Whether a line of the table moved a whole point, and no other people stand in it."""
    return bool(feature.get("integer_points")) and not tells_of_others(feature.get("source", ""))


def _label_given(feature: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, str]:
    """Return a category in the words of the application."""
    asked = _part(_part(record, "inputs"), "application")
    given = asked.get(feature["name"].removeprefix("application_"))
    return {"value_label": str(given)} if feature.get("unit") == "category" and given is not None else {}


def _without_value(feature: dict[str, Any]) -> dict[str, Any]:
    """Leave out the value of a feature that tells how other people repay, or is told as a whole alone."""
    return feature | {"value": None} if feature.get("group") in WITHOUT_VALUES else feature


def _without_others(reason: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the value out of a reason that tells how other people repay."""
    fact = reason.get("fact")
    if fact is None or reason.get("group") not in WITHOUT_VALUES:
        return dict(reason)
    hidden = dict.fromkeys(("value", "reference_value", "known_count"))
    return {**reason, "fact": {**fact, **{name: None for name in hidden if name in fact}}}
