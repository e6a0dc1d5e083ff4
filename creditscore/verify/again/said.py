"""Reasons of ability to pay, limits and prices, put together again from the tables of words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from creditscore.verify.again.speech import amount_said, number_said, pair_said, value_said
from creditscore.words.ability import SHORTFALLS
from creditscore.words.languages import LANGUAGES, Language, texts_in
from creditscore.words.parties import PARTIES
from creditscore.words.strategy import OFFERS

_CODES: Final = {
    "income_unknown": "A01", "commitments_unknown": "A02", "essentials_unknown": "A03",
    "share_of_income": "A11", "share_of_left": "A12", "stress": "A13", "last_payment": "A14",
    "request": "O01", "terms": "O11", "list": "O12", "grade": "O13", "incomes": "O14",
    "line": "O15",
    "UNPRICEABLE_AT_CAP": "O21", "BELOW_COST": "O22", "others_declined": "J01", "others_referred": "J02",
    "guarantor_unable": "J11", "guarantor_unknown": "J12",
}  # fmt: skip
OF_GRADE: Final = ("O13", "O15", "O21", "O22", "C48", "C54")


def reasons_of(section: Mapping[str, Any], rule: Mapping[str, Any], currency: str) -> list[dict[str, Any]]:
    """Say why not what was asked for, each sentence once."""
    found = list(_reasons(section, rule, currency))
    return [one for number, one in enumerate(found) if one["text"] not in [o["text"] for o in found[:number]]]


def _reasons(section: Mapping[str, Any], rule: Mapping[str, Any], currency: str) -> Iterator[dict[str, Any]]:
    if section["stage"] == "request":
        yield _reason("offer", "request", {one: OFFERS[one]["request"] for one in LANGUAGES})
    for limit in section["limits"]:
        said = {
            one: OFFERS[one][limit["by"] if limit["most"] else f"{limit['by']}_none"].format(
                most=number_said(limit["most"], texts_in(one))
                if limit["by"] == "terms"
                else amount_said(limit["most"], texts_in(one), currency)
            )
            for one in LANGUAGES
        }
        yield _reason("offer", limit["by"], said)
    status = section["price"]["status"]
    if status not in ("", "OFFERED"):
        yield _reason("offer", status, {one: OFFERS[one][status] for one in LANGUAGES})
    ability = section["ability"]
    for key in () if ability is None else ability["shortfalls"]:
        yield _reason("ability", key, {one: _short(key, ability, rule, one, currency) for one in LANGUAGES})


def people_reasons(
    decision: str, others: Sequence[str], sureties: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Say what people beside decide: who applies too, and who stands surety."""
    keys = []
    if decision == "decline" and ("rules" in others or "below" in others):
        keys.append("others_declined")
    if decision == "refer" and any(one != "clear" for one in others):
        keys.append("others_referred")
    status = [one["ability"]["status"] for one in sureties if one["ability"] is not None]
    keys += [f"guarantor_{name}" for name in ("unable", "unknown") if name in status]
    return [_reason("parties", key, {one: PARTIES[one][key] for one in LANGUAGES}) for key in keys]


def _short(
    key: str, ability: Mapping[str, Any], rule: Mapping[str, Any], language: str, currency: str
) -> str:
    words, texts = SHORTFALLS[language], texts_in(language)
    if key in ("share_of_income", "share_of_left"):
        share = ability["shares"][key]
        if share is None:
            return words["nothing_left"]
        most = rule["most_of_income" if key == "share_of_income" else "most_of_left"]
        found, limit = pair_said(share, most, "share", texts)
        return words[key].format(found=found, most=limit)
    if key == "last_payment":
        found, limit = pair_said(ability["last_payment"], ability["most_at_end"], "money", texts, currency)
        return words[key].format(found=found, most=limit)
    if key != "stress":
        return words[key]
    return words[key].format(
        fall=value_said(rule["income_stress"], "share", texts),
        rise=number_said(100.0 * rule["rate_stress"], texts),
        missing=value_said(-ability["left_in_stress"], "money", texts, currency),
    )


def _reason(kind: str, key: str, said: Mapping[Language, str]) -> dict[str, Any]:
    return {
        "kind": kind, "code": _CODES[key], "group": key, "text": said["en"], "points_lost": 0.0,
        "share": 0.0, "features": [], "fact": None, "told": "rule", "source": "own", "texts": dict(said),
    }  # fmt: skip
