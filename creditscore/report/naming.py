"""What groups, features and sources are called in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from creditscore.features.definition import Feature
from creditscore.reasons.reason import Reason
from creditscore.report.writing import Writer
from creditscore.words.labels import AnyLabel, OwnLabel, from_plain
from creditscore.words.old_labels import modern
from creditscore.words.speech import redated, speak, undivided
from creditscore.words.wording import said_measure


def group_title(group: str, writer: Writer) -> str:
    """Name a reason group; what has none is called other facts."""
    if group in writer.groups:
        return writer.groups[group]
    family = undivided(group)
    if family in writer.said.groups:
        return writer.said.groups[family].title
    if group.startswith("insufficient_"):
        return writer.words_for("source", group.removeprefix("insufficient_"))
    return writer.said.generic.title if group else writer.word("points.no_group")


def family_title(reason: Mapping[str, Any], writer: Writer) -> str:
    """Name what a reason is told as: its family, or where it has none of the library, its group."""
    title = writer.said.families.get(str(reason.get("family", "")))
    return group_title(reason["group"], writer) if title is None else title


def knowing_groups(writer: Writer, labels: Iterable[tuple[str, AnyLabel]]) -> Writer:
    """Tell a writer what reason groups of one's own are called, by group and label of each feature."""
    own = {
        group: dict(label.group)[writer.language]
        for group, label in labels
        if isinstance(label, OwnLabel) and label.group
    }
    return replace(writer, groups=own) if own else writer


def knowing_features(writer: Writer, features: Iterable[Feature]) -> Writer:
    """Tell a writer what the reason groups of features are called."""
    return knowing_groups(writer, ((one.reason_group, one.label) for one in features))


def knowing_record(writer: Writer, record: Mapping[str, Any]) -> Writer:
    """Tell a writer what the reason groups of a record are called."""
    lines = record.get("features", ())
    return knowing_groups(writer, ((line["group"], from_plain(line["label"])) for line in lines))


def feature_label(name: str, label: AnyLabel, group: str, writer: Writer) -> str:
    """Say what a feature is; where the language has no words for it, by the lender's name for it."""
    return said_measure(modern(label, group), name, writer.said)


def said_reasons(record: Mapping[str, Any], writer: Writer) -> list[dict[str, Any]]:
    """Say the reasons of a record in the language and with the calendar of the page."""
    grounds = {
        rule["code"]: rule.get("legal_basis", "") for rule in (record.get("policy") or {}).get("rules", ())
    }
    return [
        {"rank": reason["rank"], "title": _reason_title(reason, writer), "text": _said(reason, writer)}
        | _ground(reason, grounds, writer)
        for reason in record["reasons"]
    ]


def _ground(reason: Mapping[str, Any], grounds: Mapping[str, str], writer: Writer) -> dict[str, str]:
    """Say on which ground the law allows a rule on a protected characteristic."""
    ground = grounds.get(reason["code"], "") if reason["kind"] == "policy" else ""
    said = writer.words_for("basis", ground.replace(" ", "_"))
    return {"legal_basis": writer.word("reasons.basis", basis=said)} if ground else {}


def _reason_title(reason: Mapping[str, Any], writer: Writer) -> str:
    own = reason["kind"] != "model"
    return writer.word(f"reasons.{reason['kind']}") if own else family_title(reason, writer)


def _said(reason: Mapping[str, Any], writer: Writer) -> str:
    """Take the words on record, dated in the calendar of the page; what no record holds is said anew."""
    on_record, whole = reason["texts"].get(writer.language), Reason.from_dict(reason)
    if on_record is None:
        return speak(whole, writer.language, writer.calendar)
    when = whole.fact.as_of if whole.fact is not None and whole.kind == "model" else None
    return str(on_record) if when is None else redated(on_record, when, writer.language, writer.calendar)


def names_in(record: Mapping[str, Any], writer: Writer) -> dict[str, dict[str, str]]:
    """Name all groups and features that a record speaks of."""
    features = record.get("features", ())
    groups = {feature["group"] for feature in features} | {
        reason["group"] for reason in record["reasons"] if reason["kind"] in ("model", "policy")
    }
    return {
        "groups": {group: group_title(group, writer) for group in sorted(groups)},
        "features": {
            one["name"]: feature_label(one["name"], from_plain(one["label"]), one["group"], writer)
            for one in features
        },
    }
