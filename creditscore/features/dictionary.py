"""The data dictionary: every feature with its definition, unit, sign, meaning of missing, and note."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from creditscore.features.definition import Feature, FeatureSet
from creditscore.words.languages import texts_in
from creditscore.words.wording import said_label

COLUMNS: Final = (
    "name", "label", "definition", "unit", "range", "sign", "missing", "source", "reason_group", "refresh",
    "legal_tags", "proxy_risk", "reference", "note", "version",
)  # fmt: skip
SIGNS: Final = {1: "risk rises", -1: "risk falls", 0: "not constrained"}


def dictionary(features: FeatureSet) -> list[dict[str, Any]]:
    """Return one record a feature, in order, in words.

    Examples
    --------
    >>> import creditscore as cs
    >>> dictionary(cs.application_features())[0]["name"]
    'application_amount'
    """
    return [_record(feature) for feature in features]


def to_json(features: FeatureSet) -> str:
    """Write the dictionary as JSON, with the exact formula of each feature."""
    records = [_record(feature) | {"formula": feature.to_dict()["formula"]} for feature in features]
    return json.dumps(records, indent=2, ensure_ascii=False)


def to_markdown(features: FeatureSet, *, adds: Mapping[str, str] | None = None) -> str:
    """Write the dictionary as Markdown, a section for each source.

    Parameters
    ----------
    features : FeatureSet
    adds : mapping of str to str, optional
        What each reason group adds to a model, in words; a column of its own says it.

    Returns
    -------
    str
    """
    lines: list[str] = []
    for source in dict.fromkeys(feature.source for feature in features):
        chosen = [feature for feature in features if feature.source == source]
        lines += [f"## {source} ({len(chosen)})", "", *_table(chosen, adds), ""]
    return "\n".join(lines)


def _table(features: Sequence[Feature], adds: Mapping[str, str] | None) -> list[str]:
    columns: tuple[str, ...] = (
        "name",
        "definition",
        "unit",
        "range",
        "sign",
        "missing",
        "reason_group",
        "proxy_risk",
        "refresh",
        "note",
    )
    rows = [[str(_record(feature)[column]).replace("|", "\\|") for column in columns] for feature in features]
    if adds is not None:
        columns = (*columns, "its group adds")
        for feature, row in zip(features, rows, strict=True):
            row.append(adds.get(feature.reason_group, "") if feature.in_model else "not in models")
    head = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return head + ["| " + " | ".join([f"`{row[0]}`", *row[1:]]) + " |" for row in rows]


def _record(feature: Feature) -> dict[str, Any]:
    record = {column: getattr(feature, column) for column in COLUMNS}
    label = said_label(feature.label, texts_in("en"))
    low, high = ("" if limit is None else f"{limit:g}" for limit in feature.range)
    return record | {
        "label": label,
        "range": f"{low} to {high}".strip() if low or high else "any",
        "sign": SIGNS[feature.sign],
        "legal_tags": ", ".join(feature.legal_tags),
    }
