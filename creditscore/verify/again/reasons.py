"""Reasons chosen again: what cost most, may be named, and whose undoing would have helped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from creditscore.data.sources import supplier_of
from creditscore.verify.again.absence import absence_of
from creditscore.verify.again.candidates import (
    FAMILY,
    FORBIDDEN,
    SOURCE,
    Candidate,
    Candidates,
    candidates_of,
    forbidden_because,
    harmful,
    ranked_as,
)
from creditscore.verify.again.cell import unread_in
from creditscore.verify.again.given import Given, local
from creditscore.verify.again.speech import sentences
from creditscore.words.audit import SUPPRESSED
from creditscore.words.labels import Label, from_plain, to_plain
from creditscore.words.languages import texts_in
from creditscore.words.old_labels import modern
from creditscore.words.speech import AS_A_WHOLE
from creditscore.words.wording import MONEY

MOST: Final = 4
ONE_MORE: Final = "inquiries"
# A column of the application that is a reason by itself has the code of this group.
_COLUMNS: Final = "applicant_attributes"
_SMALLEST_SHARE: Final = 0.02
_FEWEST_POINTS: Final = 1.0
_MOST_TRIED: Final = 6
_NO_EFFECT: Final = 1e-9


def judged(given: Given) -> dict[str, list[dict[str, Any]]]:
    """Choose reasons, and say of every other candidate which guard suppressed it back.

    Returns
    -------
    dict
        ``given`` and ``dropped``, as records hold them but for ranks.
    """
    if not given.is_scored:
        return {"given": [], "dropped": []}
    found = candidates_of(given)
    risk = given.log_odds(given.values)
    suppressed: dict[int, tuple[str, str]] = {}
    leads: dict[int, int] = {}
    for number, one in enumerate(found.ranked):
        guard = _guard(given, found, one)
        if guard is None:
            lead = _lead(given, found, one, risk)
            if lead is not None:
                leads[number] = lead
            guard = _untrue(given, one, lead, risk)
        if guard is not None:
            suppressed[number] = guard
    passed = [number for number in range(len(found.ranked)) if number not in suppressed]
    chosen = passed[:MOST] + [n for n in passed[MOST:] if found.ranked[n].key == ONE_MORE]
    why = SUPPRESSED["limit"].format(given=len(chosen))
    suppressed |= {number: ("limit", why) for number in passed if number not in chosen}
    return {
        "given": [_reason(given, found, found.ranked[number], leads[number]) for number in chosen],
        "dropped": [_dropped(given, found, found.ranked[n], *suppressed[n]) for n in sorted(suppressed)],
    }


def _guard(given: Given, found: Candidates, one: Candidate) -> tuple[str, str] | None:
    """What may not be named, or weighs too little."""
    if one.kind == FORBIDDEN:
        names = [given.model.features[column] for column in harmful(one, found.harms)]
        return "forbidden", "; ".join(dict.fromkeys(map(forbidden_because, names)))
    if one.kind == SOURCE and one.name in (unread_in(given) or ()):
        return "unread", SUPPRESSED["unread"]
    if one.lost < max(_FEWEST_POINTS, _SMALLEST_SHARE * found.total):
        why = SUPPRESSED["minimum_share"].format(
            points=one.lost, share=one.lost / found.total, fewest=_FEWEST_POINTS, minimum=_SMALLEST_SHARE
        )
        return "minimum_share", why
    if one.kind == FAMILY:
        groups = {str(feature["reason_group"]) for feature in given.model.features}
        inside = [group for group in groups if ranked_as(given.record, group) == one.name]
        if sum(_printed(given, found, group) for group in inside) < _FEWEST_POINTS:
            return "earned", SUPPRESSED["earned"]
    return None


def _printed(given: Given, found: Candidates, group: str) -> float:
    """Points that a group cost as pages print it, with what may not be named of it."""
    lines = zip(found.harms, given.model.features, strict=True)
    return given.factor * sum(harm for harm, feature in lines if feature["reason_group"] == group)


def _untrue(given: Given, one: Candidate, lead: int | None, risk: float) -> tuple[str, str] | None:
    """What would not have helped: no fact of it at its usual value, or all of it."""
    if given.reference["rows"] and risk - given.log_odds(_moved(given, one.members)) <= _NO_EFFECT:
        return "actionability", SUPPRESSED["actionability"]
    return None if lead is not None else ("comparison", SUPPRESSED["comparison"])


def _lead(given: Given, found: Candidates, one: Candidate, risk: float) -> int | None:
    """The first fact that, put to usual with all that is told with it, would have improved the score."""
    costly = [column for column in one.members if found.harms[column] > 0.0]
    if one.kind == FAMILY and "families" in given.record:
        groups = {given.model.features[column]["reason_group"] for column in costly}
        weighty = {name for name in groups if _printed(given, found, name) >= _FEWEST_POINTS}
        costly = [c for c in costly if given.model.features[c]["reason_group"] in weighty]
    unknown = [column for column in costly if math.isnan(given.values[column])]
    known = [column for column in costly if column not in unknown]
    heavier = sum(found.harms[c] for c in unknown) > sum(found.harms[c] for c in known)
    ordered = [
        column
        for part in ((unknown, known) if heavier else (known, unknown))
        for column in sorted(part, key=lambda column: -found.harms[column])
    ]
    if not given.reference["rows"]:
        return ordered[0] if ordered else None
    usual = given.reference["typical"]
    tried = [c for c in ordered if usual[c] is not None and given.values[c] != usual[c]][:_MOST_TRIED]
    for column in tried:
        whole = given.model.features[column]["reason_group"] in AS_A_WHOLE
        if risk - given.log_odds(_moved(given, one.members if whole else [column])) > _NO_EFFECT:
            return column
    return None


def _moved(given: Given, columns: list[int]) -> list[float]:
    values = list(given.values)
    for column in columns:
        usual = given.reference["typical"][column]
        values[column] = values[column] if usual is None else float(usual)
    return values


def _dropped(given: Given, found: Candidates, one: Candidate, guard: str, why: str) -> dict[str, Any]:
    family = _family(given, found, one)
    return {
        "group": family["inside"][0]["group"] if family else one.key, "guard": guard, "why": why,
        "points_lost": one.lost, "share": one.lost / found.total, "features": _names(given, found, one),
        **{name: part for name, part in family.items() if name == "family"},
    }  # fmt: skip


def _family(given: Given, found: Candidates, one: Candidate) -> dict[str, Any]:
    """The family that is told, and what each of its groups cost, most first."""
    if one.kind != FAMILY or "families" not in given.record:
        return {}
    sums: dict[str, float] = {}
    for column in one.members:
        group = given.model.features[column]["reason_group"]
        sums[group] = sums.get(group, 0.0) + found.harms[column]
    inside = sorted(((-harm, group) for group, harm in sums.items() if harm != 0.0))
    return {
        "family": one.name,
        "inside": [{"group": group, "points_lost": -given.factor * harm} for harm, group in inside],
    }


def _names(given: Given, found: Candidates, one: Candidate) -> list[str]:
    return [given.model.features[column]["name"] for column in harmful(one, found.harms)]


def _basis(given: Given, one: Candidate, lead: int) -> str:
    if one.kind != FAMILY:
        return "source"
    if all(math.isnan(given.values[column]) for column in one.members):
        return "group"
    return "missing" if math.isnan(given.values[lead]) else "fact"


def _reason(given: Given, found: Candidates, one: Candidate, lead: int) -> dict[str, Any]:
    texts, feature = texts_in("en"), given.model.features[lead]
    group = one.key if one.kind == SOURCE else feature["reason_group"]
    whole = _COLUMNS if group.startswith(f"{_COLUMNS}.") else group
    code = texts.groups.get(whole, texts.generic).code
    if one.kind == SOURCE:
        code = texts.insufficient.get(one.name, texts.unknown_source)[0]
    basis = _basis(given, one, lead)
    fact = _fact(given, feature, lead, basis)
    reason: dict[str, Any] = {
        "kind": "model", "code": code, "group": group, "points_lost": one.lost,
        "share": one.lost / found.total, "features": _names(given, found, one), "told": basis,
        "source": supplier_of(feature["source"]), "fact": fact, **_family(given, found, one),
    }  # fmt: skip
    fact |= absence_of(given, reason, lead)
    return reason | sentences(reason)


def _fact(given: Given, feature: Mapping[str, Any], lead: int, basis: str) -> dict[str, Any]:
    kept, inputs, unit = given.reference, given.record["inputs"], feature["unit"]
    value = None if math.isnan(given.values[lead]) else given.values[lead]
    usual = kept["typical"][lead] if kept["rows"] else None
    label = modern(from_plain(feature["label"]), feature["reason_group"])
    span = label.span if isinstance(label, Label) else None
    fact = {
        "feature": feature["name"], "label": to_plain(label), "value": value, "unit": unit,
        "sign": feature["sign"], "window": str(span or ""), "as_of": local(given.record["as_of"], inputs),
        "reference_value": usual, "direction": _direction(value, usual, unit) if kept["rows"] else None,
        "population": kept["name"] if kept["rows"] else "",
        "scarce": bool(kept["rows"]) and feature["name"] in kept.get("scarce", ()),
        "currency": inputs.get("currency", "") if unit in MONEY else "",
    }  # fmt: skip
    return fact | _category(given, feature, value, usual) | _counts(given, feature, label, basis)


def _direction(value: float | None, usual: float | None, unit: str) -> str | None:
    if value is None:
        return "absent"
    if usual is None or value == usual:
        return None
    if unit == "category":
        return "other"
    return "higher" if value > usual else "lower"


def _category(
    given: Given, feature: Mapping[str, Any], value: float | None, usual: float | None
) -> dict[str, str]:
    """The words of a category: as the application has it, and of the commonest."""
    formula = feature["formula"]
    if formula["kind"] != "attribute" or not formula.get("category", False):
        return {"value_label": "", "reference_label": ""}
    asked = given.record["inputs"]["application"].get(formula["column"])
    is_text = isinstance(asked, str) and formula["column"] not in given.record["inputs"].get("moments", ())
    common = "" if is_text or usual is None else f"{usual:g}"
    number = "" if value is None else f"{value:g}"
    return {
        "value_label": asked if is_text else number,
        "reference_label": given.reference.get("labels", {}).get(feature["name"], common),
    }


def _counts(given: Given, feature: Mapping[str, Any], label: Any, basis: str) -> dict[str, Any]:
    """Of what a share was taken, and what it was before it was drawn towards a prior."""
    nothing = {"own_value": None, "of": None}
    if given.seen is None:
        stated = [one["fact"] for one in given.record["reasons"] if one["kind"] == "model" and one["fact"]]
        same = [one for one in stated if one["feature"] == feature["name"]]
        return {name: same[0][name] for name in nothing} if same else nothing
    share = given.seen.shares.get(feature["name"])
    if basis != "fact" or share is None or not share[1] > 0.0 or share[0] != share[0]:
        return nothing
    part, whole = share
    key = label.key if isinstance(label, Label) else ""
    counted = key in texts_in("en").phrases.counted
    return {
        "own_value": None if part is None else part / whole,
        "of": int(whole) if counted and feature["unit"] == "share" and whole == int(whole) else None,
    }
