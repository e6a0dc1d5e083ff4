"""Ability to pay, limits and prices as reasons, each in three languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from creditscore.policy.strategy.resolve import DECLINED, Resolved, Standing
from creditscore.policy.strategy.strategy import Strategy
from creditscore.reasons.reason import Reason
from creditscore.words.ability import say_shortfall
from creditscore.words.languages import LANGUAGES, Language
from creditscore.words.lines import say_line_reason
from creditscore.words.parties import PARTIES
from creditscore.words.strategy import say_limit

# A number belongs to one reason for ever.
CODES: Final = {
    "income_unknown": "A01", "commitments_unknown": "A02", "essentials_unknown": "A03",
    "share_of_income": "A11", "share_of_left": "A12", "stress": "A13", "last_payment": "A14",
    "request": "O01", "terms": "O11", "list": "O12", "grade": "O13", "incomes": "O14",
    "line": "O15",
    "UNPRICEABLE_AT_CAP": "O21", "BELOW_COST": "O22",
    "others_declined": "J01", "others_referred": "J02", "guarantor_unable": "J11",
    "guarantor_unknown": "J12",
}  # fmt: skip
# What follows from the grade: the reasons of the score are reasons of these too.
BY_GRADE: Final = frozenset(
    {"grade", "line", "UNPRICEABLE_AT_CAP", "BELOW_COST", "line_above_most", "line_held_by_score"}
)
# Steps of a line whose reasons are reasons why not more.
_NO_MORE: Final = frozenset({"keep", "lower", "close"})


def reasons_of(
    found: Resolved, strategy: Strategy, currency: str, others: Sequence[Standing] = ()
) -> tuple[Reason, ...]:
    """Say why not what was asked for: limits, price, ability to pay, people beside, in this order."""
    said: dict[str, Reason] = {}
    for reason in (*_reasons(found, strategy, currency), *_of_people(found, others)):
        said.setdefault(reason.text, reason)
    return tuple(said.values())


def _reasons(found: Resolved, strategy: Strategy, currency: str) -> Iterator[Reason]:
    if found.stage == "request":
        yield _reason(
            "offer", "request", {language: say_limit("request", None, language) for language in LANGUAGES}
        )
    yield from _of_step(found, currency)
    for name, most in found.limits:
        said = {language: say_limit(name, most, language, currency) for language in LANGUAGES}
        yield _reason("offer", name, said)
    if found.status not in ("", "OFFERED"):
        yield _reason("offer", found.status, {one: say_limit(found.status, None, one) for one in LANGUAGES})
    if found.ability is None:
        return
    for key in found.ability.shortfalls:
        spoken = {
            language: say_shortfall(key, found.ability, strategy.ability, language, currency)
            for language in LANGUAGES
        }
        yield _reason("ability", key, spoken)


def _of_step(found: Resolved, currency: str) -> Iterator[Reason]:
    """Why a line does not rise, falls or is closed; a rule that holds it is told by itself."""
    step = found.step
    if step is None or found.decision not in _NO_MORE:
        return
    for one in step.reasons:
        if one.key != "held_by_rule":
            said = {each: say_line_reason(one, step.months, each, currency) for each in LANGUAGES}
            yield _reason("offer", f"line_{one.key}", said, one.code)


def _of_people(found: Resolved, others: Sequence[Standing]) -> Iterator[Reason]:
    """What somebody else decides; what is known of them is told to nobody but them."""
    keys = []
    if found.decision == "decline" and not DECLINED.isdisjoint(others):
        keys.append("others_declined")
    if found.decision == "refer" and any(one != "clear" for one in others):
        keys.append("others_referred")
    status = {one.status for one in found.guarantors}
    keys += [f"guarantor_{one}" for one in ("unable", "unknown") if one in status]
    for key in keys:
        yield _reason("parties", key, {one: PARTIES[one][key] for one in LANGUAGES})


def _reason(
    kind: Literal["ability", "offer", "parties"], key: str, said: Mapping[Language, str], code: str = ""
) -> Reason:
    return Reason(
        code or CODES[key],
        key,
        0.0,
        0.0,
        (),
        None,
        "rule",
        kind,
        "own",
        tuple(sorted(said.items())),
    )


def sets_aside(reasons: tuple[Reason, ...]) -> bool:
    """Whether these are reasons by themselves, so that those of the score are none where it suffices."""
    return bool(reasons) and not any(reason.group in BY_GRADE for reason in reasons)
