"""The law of a model and of a decision, checked again: what is forbidden, and that it is nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.verify.findings import canonical_rfc8785, sha256
from creditscore.verify.rows import every_inputs
from creditscore.verify.trees import Tree

LAW_FILE: Final = "law.json"
# Duties to assess what somebody can pay.
ASSESSING: Final = frozenset({
    "affordability_of_all", "creditworthiness_assessment", "income_and_expenses", "income_stress",
    "joint_capacity",
})  # fmt: skip
_CITED: Final = ("jurisdiction", "name", "law", "article", "since", "mark", "counsel")
# Of each table, the tags that every row of it carries.
TAGS_OF_TABLES: Final = {
    "payments": {"payment_data"},
    "bills": {"bill_data"},
    "loans": {"repayment_history"},
    "instalments": {"repayment_history"},
    "repayments": {"repayment_history"},
    "statements": {"repayment_history"},
    "inquiries": {"bureau"},
    "ties": {"social_network", "third_party_data"},
    "memberships": {"social_network", "third_party_data"},
    "activities": {"social_network"},
    "measures": {"social_network", "third_party_data"},
    "standings": {"social_network", "third_party_data"},
    "sessions": {"digital_footprint"},
    "form_events": {"digital_footprint", "biometric"},
    "registrations": {"digital_footprint"},
    "settings": {"digital_footprint"},
    "complaints": {"exercise_of_right"},
}


def law_faults(
    law: Mapping[str, Any], features: Sequence[Mapping[str, Any]], trees: Sequence[Tree]
) -> Iterator[str]:
    """Yield what is wrong with the law that a model keeps, and which forbidden feature a split reads.

    Parameters
    ----------
    law : mapping
        The part of the model.
    features : sequence of mapping
        Declarations.
    trees : sequence of Tree
    """
    stated = law["jurisdiction"]
    body = {name: part for name, part in stated.items() if name != "sha256"}
    if sha256(canonical_rfc8785(body)) != stated["sha256"]:
        yield "the hash of the law is another"
    forbidden = _forbidden(stated)
    if sorted(forbidden) != law["forbidden"] or sorted(forbidden) != law["absence"]["forbidden"]:
        yield "other kinds of data are named as forbidden than its rules say"
    read = {column for tree in trees for column in tree.features}
    for column, feature in enumerate(features):
        found = sorted(forbidden & _tags(feature))
        if found:
            where = "a split reads" if column in read else "the model declares"
            yield f"{where} {feature['name']}, which carries {', '.join(found)}"


def record_faults(
    record: Mapping[str, Any], law: Mapping[str, Any] | None, features: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield what a decision holds that the law which it names forbids, and where that is not the model's.

    Parameters
    ----------
    record : mapping
        Which names a law.
    law : mapping or None
        That of the model.
    features : sequence of mapping
        Declarations.
    """
    stated = record["law"]
    forbidden = frozenset(stated["forbidden"])
    if law is not None and law["jurisdiction"]["sha256"] == stated["sha256"]:
        own = law["jurisdiction"]
        named = own["name"], own["as_of"], law["forbidden"]
        if named != (stated["jurisdiction"], stated["as_of"], stated["forbidden"]):
            yield "what it says of the law is not what the model keeps of it"
        today, before = _said_of(law, exact=False), _said_of(law, exact=True)
        for name, part in today.items():
            if name in stated and stated[name] not in (part, before[name]):
                yield f"what it says the law {name} is not what the model keeps of it"
    for feature in features:
        found = sorted(forbidden & _tags(feature))
        if found:
            yield f"{feature['name']} carries {', '.join(found)}"
    yield from _rows_faults(record["inputs"], forbidden, "")
    yield from _ability_faults(record, forbidden)


def _rows_faults(inputs: Mapping[str, Any], forbidden: frozenset[str], whose: str) -> Iterator[str]:
    for name in sorted({*inputs["columns"], *inputs["tables"], *inputs["others"]}):
        found = sorted(forbidden & TAGS_OF_TABLES.get(name, set()))
        if found:
            yield f"rows of {name}{whose} carry {', '.join(found)}"


def _ability_faults(record: Mapping[str, Any], forbidden: frozenset[str]) -> Iterator[str]:
    """Yield what was read for the ability to pay and may not be, by what is barred of it or of the score."""
    inputs, stated = record["inputs"], record["law"].get("ability")
    if (stated is None) != ("ability" not in inputs):
        yield "rows of the ability to pay, or what the law says of them, are there without the other"
    barred = forbidden if stated is None else frozenset(stated["forbidden"])
    for part in every_inputs(inputs):
        if part is not inputs:
            yield from _rows_faults(part, barred, " that the ability to pay is judged by")


def _in_force(jurisdiction: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    day = jurisdiction["as_of"]  # days in ISO form are in the order of their texts
    return [
        rule
        for rule in jurisdiction["rules"]
        if (rule["since"] is None or rule["since"] <= day) and (rule["until"] is None or day < rule["until"])
    ]


def _forbidden(jurisdiction: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(tag for rule in _in_force(jurisdiction) for tag in rule["removes"].get("score", ()))


def _said_of(law: Mapping[str, Any], *, exact: bool) -> dict[str, Any]:
    """What a record tells of a law: what it removes by which rules, what it asks, what was proven.

    Older records name a first day also where only the month or the year is known.
    """
    rules = _in_force(law["jurisdiction"])
    removes = [
        {
            "tag": tag,
            "rules": [
                _cite(rule, exact=exact)
                for rule in rules
                if tag in rule["removes"].get("score", ())
            ],
        }
        for tag in sorted(_forbidden(law["jurisdiction"]))
    ]
    asks = sorted({one for rule in rules for one in rule["asks"]})
    assessing = {rule["name"]: rule for rule in rules if ASSESSING.intersection(rule["asks"])}
    ability = {
        "forbidden": sorted({tag for rule in rules for tag in rule["removes"].get("ability", ())}),
        "asked_by": [_cite(assessing[name], exact=exact) for name in sorted(assessing)],
    }
    return {"removes": removes, "asks": asks, "absence": law["absence"], "ability": ability}


def _cite(rule: Mapping[str, Any], *, exact: bool) -> dict[str, Any]:
    """Where a rule stands, and since when, no more exactly than it is known."""
    cited = {name: rule[name] for name in _CITED}
    if rule["since"] is not None and not exact:
        cited["since"] = rule["since"][: {"year": 4, "month": 7}.get(rule["precision"], 10)]
    return cited


def _tags(feature: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(feature["legal_tags"])
