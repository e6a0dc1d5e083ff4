"""What groups, features and sources are called in each language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from creditscore.explain.texts import en as english
from creditscore.explain.wording import spoken_label
from creditscore.report.writing import Writer

_TEXTS: Final[Mapping[str, Any]] = MappingProxyType({"en": english.TEXTS})


def group_title(group: str, writer: Writer) -> str:
    """Name a reason group; what has none is called other facts."""
    texts = _TEXTS.get(writer.language, english.TEXTS)
    if group in texts.groups:
        return str(texts.groups[group].title)
    if group.startswith("insufficient_"):
        return writer.words_for("source", group.removeprefix("insufficient_"))
    return group.replace("_", " ") or writer.word("points.no_group")


def feature_label(label: str, writer: Writer) -> str:
    """Say what a feature is, as its declaration labels it."""
    return spoken_label(label, _TEXTS.get(writer.language, english.TEXTS))


def names_in(record: Mapping[str, Any], writer: Writer) -> dict[str, dict[str, str]]:
    """Name all groups and features that a record speaks of."""
    features = record.get("features", ())
    groups = {feature["group"] for feature in features} | {reason["group"] for reason in record["reasons"]}
    return {
        "groups": {group: group_title(group, writer) for group in sorted(groups)},
        "features": {f["name"]: feature_label(f["label"], writer) for f in features},
    }
