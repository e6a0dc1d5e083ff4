"""What reports say of the law: what left, what was proven, what it asks to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import numpy as np

from creditscore.assess.performance import jeffreys
from creditscore.errors import ParameterError
from creditscore.model.scale import probability_of_default
from creditscore.report.naming import feature_label, group_title
from creditscore.report.writing import Writer
from creditscore.words.labels import from_plain

if TYPE_CHECKING:
    from creditscore.pipeline.facade import CreditPipeline

WEIGHTS, MEANING = "category_weights", "score_meaningfulness"
ADVICE, DATABASES = "debt_advice", "name_database"
CRITERIA: Final = 5
_FEWEST, _NEAREST, _SHARE = 50, 200, 0.2


class Refusal(NamedTuple):
    """What a refusal says: where advice on debt is given, and which databases it rests on."""

    debt_advice: str | None
    databases: Sequence[str]

    @classmethod
    def of(cls, debt_advice: Any, databases: Any) -> Self:
        """Take what was given.

        Raises
        ------
        ParameterError
            If advice is no text, or databases are no texts.
        """
        if debt_advice is not None and not _is_text(debt_advice):
            raise ParameterError.must_be("debt_advice", "a text, or left out", debt_advice)
        if isinstance(databases, str) or not isinstance(databases, Iterable):
            raise ParameterError.must_be("databases", "a list of names", databases)
        names = tuple(databases)
        if not all(map(_is_text, names)):
            raise ParameterError.must_be("databases", "a list of names", databases)
        return cls(debt_advice, names)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data; nothing where nothing was given."""
        if self.debt_advice is None and not self.databases:
            return {}
        return {"refusal": {"debt_advice": self.debt_advice, "databases": list(self.databases)}}

    def missing(self, record: Mapping[str, Any], final: str) -> list[str]:
        """Name the parts that the law of a decision asks on a refusal, and that were not given."""
        if final != "decline":
            return []
        asked = record.get("law", {}).get("asks", ())
        lacking = [("debt_advice", ADVICE in asked and self.debt_advice is None)]
        lacking.append(
            ("databases", DATABASES in asked and rests_on_a_database(record) and not self.databases)
        )
        return [name for name, is_missing in lacking if is_missing]

    def check(self, record: Mapping[str, Any], final: str) -> None:
        """Refuse a notice that lacks what the law of the decision asks.

        Raises
        ------
        ParameterError
        """
        for name in self.missing(record, final):
            law = record["law"]["jurisdiction"]
            raise ParameterError.must_be(name, f"given: the law of {law} asks it of a refusal", None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def rests_on_a_database(record: Mapping[str, Any]) -> bool:
    """Tell whether a decision read rows that others supplied: of a bureau or a third party."""
    suppliers = {reason["source"] for reason in record["reasons"]}
    return "bureau" in suppliers or bool(record["sources"].get("inquiries", {}).get("rows"))


def law_part(record: Mapping[str, Any], writer: Writer) -> dict[str, Any]:
    """Say which law a decision was taken under, what left, what was proven, and what weighed.

    Parameters
    ----------
    record : mapping
        The whole record; one that names no law gives nothing.
    writer : Writer
    """
    law = record.get("law")
    if law is None:
        return {}
    said = {
        "jurisdiction": law["jurisdiction"],
        "as_of": law["as_of"],
        "sha256": law["sha256"],
        "removes": removed(law.get("removes", ()), writer),
        "asks": list(law.get("asks", ())),
        "retention": dict(record["inputs"].get("retention", {})),
        **({"absence": law["absence"]} if "absence" in law else {}),
        **({"ability": law["ability"]["asked_by"]} if "ability" in law else {}),
    }
    if WEIGHTS in said["asks"] and record["outcome"]["status"] == "scored":
        said["weights"] = weights(record, writer)
    return {"law": said}


def removed(removes: Sequence[Mapping[str, Any]], writer: Writer) -> list[dict[str, Any]]:
    """Say of each kind of data what it is called; kinds that leave by the same rules stand together."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in removes:
        key = tuple(f"{rule['jurisdiction']} {rule['name']}" for rule in one["rules"])
        part = found.setdefault(key, {"tags": [], "titles": [], "rules": [dict(r) for r in one["rules"]]})
        part["tags"].append(one["tag"])
        part["titles"].append(writer.words_for("tag", one["tag"]))
    return list(found.values())


def weights(record: Mapping[str, Any], writer: Writer) -> dict[str, Any]:
    """Share out all points that were moved: by groups of facts, and to the facts that moved most.

    Groups of other people's repayment are among the groups, and no fact of theirs among the facts.
    """
    lines = record["features"]
    by_group: dict[str, float] = {}
    for line in lines:
        by_group[line["group"]] = by_group.get(line["group"], 0.0) + float(line["points"])
    total = sum(map(abs, by_group.values())) or 1.0
    groups = sorted(by_group, key=lambda group: (-abs(by_group[group]), group))
    moved = sum(abs(float(line["points"])) for line in lines) or 1.0
    most = sorted(lines, key=lambda line: (-abs(float(line["points"])), line["name"]))[:CRITERIA]
    return {
        "groups": [
            {"group": group, "title": group_title(group, writer), "share": abs(by_group[group]) / total}
            for group in groups
            if by_group[group]
        ],
        "criteria": [
            {
                "feature": line["name"],
                "title": feature_label(line["name"], from_plain(line["label"]), line["group"], writer),
                "share": abs(float(line["points"])) / moved,
            }
            for line in most
            if line["points"]
        ],
    }


def meaning_part(record: Mapping[str, Any], model: CreditPipeline | None) -> dict[str, Any]:
    """Say how far a score like this one came true, among held-out rows with the nearest scores.

    Of those the nearest fifth, 50 at least and 200 at most. Nothing where the law does not ask, there is no
    score, or no model with such rows is given.
    """
    asked = MEANING in record.get("law", {}).get("asks", ()) and record["outcome"]["status"] == "scored"
    kept = None if model is None or not asked else model.held_out
    if kept is None:
        return {}
    there = np.flatnonzero(~np.isnan(kept.log_odds) & (kept.weight > 0.0))
    number = min(max(_FEWEST, min(_NEAREST, round(_SHARE * there.size))), there.size)
    if number < _FEWEST:
        return {}
    gaps = np.abs(kept.log_odds[there] - record["outcome"]["log_odds"])
    near = there[np.argsort(gaps, kind="stable")[:number]]
    bads, odds = float(kept.bad[near].sum()), kept.log_odds[near]
    low, high = jeffreys(bads, float(number))
    predicted = probability_of_default(odds)
    return {
        "meaning": {
            "rows": number,
            "bads": int(bads),
            "predicted": float(predicted.mean()),
            "observed": bads / number,
            "low": low,
            "high": high,
            "from": float(predicted.min()),
            "to": float(predicted.max()),
        }
    }
