"""The strategy of a policy at work: what it looks at, what it decides, and the section of the record."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from creditscore.data.door.clock import moment
from creditscore.deciding.evidence import Evidence
from creditscore.deciding.speaking import Spoken, reached, set_aside, unsaid
from creditscore.features.compute import FeatureComputer
from creditscore.features.payments.declared.means import DEBTS, ESSENTIALS, INCOME_LOW, ability_features
from creditscore.policy.ability.assess import Ability, Means
from creditscore.policy.rules import Policy, PolicyDecision
from creditscore.policy.strategy.parts import STANDARD
from creditscore.policy.strategy.reasons import reasons_of, sets_aside
from creditscore.policy.strategy.resolve import Asked, Resolved, Resolving
from creditscore.policy.strategy.strategy import Strategy
from creditscore.reasons.reason import Reasons

_MOST_PEOPLE: Final = 100


@dataclass(frozen=True, slots=True)
class Planned:
    """What a strategy decided, with its reasons, and the section of the record."""

    spoken: Spoken
    cutoff: float
    section: dict[str, Any]


@cache
def means_computer() -> FeatureComputer:
    """Return what computes the income, essentials and debts of a household."""
    return FeatureComputer(ability_features())


def planned(
    policy: Policy,
    strategy: Strategy,
    evidence: Evidence,
    outcome: Mapping[str, Any],
    fired: PolicyDecision,
    judged: Reasons,
    subject: str,
) -> Planned:
    """Let a strategy decide.

    Parameters
    ----------
    policy, strategy : Policy and Strategy
    evidence : Evidence
    outcome : mapping
        Score and grade.
    fired : PolicyDecision
        With the rules that fired, as reasons.
    judged : Reasons
        Of the model.
    subject : str
        The pseudonym, by which arms are drawn.
    """
    asked = _asked(policy, strategy, evidence, outcome, subject)
    resolving = Resolving(strategy, asked)
    because = unsaid(judged)
    found = resolving.resolve(
        fired=bool(fired.reasons), doubtful=bool(outcome["code"]), unsaid=because is not None
    )
    own = reasons_of(found, strategy, str(evidence.plain.get("currency", "")))
    first = (*fired.reasons, *own)
    if reached(outcome["score"], found.bar.cutoff) and (fired.reasons or sets_aside(own)):
        reasons = set_aside(first, judged, "rules" if fired.reasons else "aside")
    else:
        reasons = Reasons((*first, *judged.given), judged.suppressed)
    referred = found.decision == "refer" and found.stage == "cutoff"
    spoken = Spoken(found.decision, reasons, because if referred else None)
    return Planned(spoken, found.bar.cutoff, _section(strategy, asked, found))


def _asked(
    policy: Policy, strategy: Strategy, evidence: Evidence, outcome: Mapping[str, Any], subject: str
) -> Asked:
    given = evidence.plain["application"]
    features = dict(zip(evidence.matrix.names, evidence.matrix.values[0].tolist(), strict=True))
    columns = {
        name: features[name] if name in features else given.get(name)
        for one in strategy.cutoffs
        for name in one.segment.columns
    }
    at = moment(int(evidence.application.as_of[0]))
    return Asked(
        subject, _number(given.get(strategy.amount)), _number(given.get(strategy.term_days)),
        means_of(strategy, evidence), columns, outcome["score"], outcome["grade"],
        evidence.portfolio.calendar.local(at).date(), policy.cutoff, policy.refer_below,
    )  # fmt: skip


def means_of(strategy: Strategy, evidence: Evidence) -> Means:
    """What is known of a household, as of the moment; who lives on it, as the application says.

    A household of unknown size has unknown essentials.
    """
    matrix = means_computer().compute(evidence.application, evidence.portfolio, threads=1)
    known = {
        name: _number(value) for name, value in zip(matrix.names, matrix.values[0].tolist(), strict=True)
    }
    people: int | None = 1
    if strategy.household:
        stated = _number(evidence.plain["application"].get(strategy.household))
        whole = stated is not None and 1 <= stated <= _MOST_PEOPLE and stated == int(stated)
        people = int(stated) if whole and stated is not None else None
    if people is None:
        known[ESSENTIALS] = None
    income, debts, essentials = (
        None if known[name] is None else max(0.0, known[name] or 0.0)
        for name in (INCOME_LOW, DEBTS, ESSENTIALS)
    )
    return Means(income, debts, essentials, people or 1)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _section(strategy: Strategy, asked: Asked, found: Resolved) -> dict[str, Any]:
    means, arm, small = asked.means, found.bar.arm, strategy.exploration
    number = None if asked.days is None or asked.days <= 0 else strategy.payments_asked(asked.days)
    return {
        "stage": found.stage,
        "asked": {"amount": asked.amount, "payments": number},
        "segment": found.bar.segment,
        "refer_below": found.bar.refer_below,
        "assignment": {
            "arm": STANDARD if arm is None else arm.name,
            "arm_share": strategy.standard_share if arm is None else arm.share,
            "explored": found.explored,
            "explored_share": None if small is None else small.share,
            "weight": found.weight,
        },
        "means": {
            "income": means.income, "commitments": means.commitments, "essentials": means.essentials,
            "household": means.household,
        },
        "wanted": None if found.asked is None else found.asked.to_dict(),
        "limits": [{"by": name, "most": most} for name, most in found.limits],
        "ability": None if found.ability is None else _ability(found.ability),
        "price": {"status": found.status, "cap": found.cap},
        "counter_offers": [
            {"change": one.change, "terms": one.terms.to_dict(), "rate": one.rate}
            for one in found.counter_offers
        ],
        "offer": None if found.offer is None else found.offer.to_dict(),
    }  # fmt: skip


def _ability(found: Ability) -> dict[str, Any]:
    numbers = {
        name: _number(getattr(found, name))
        for name in ("instalment", "most_instalment", "left", "left_in_stress", "last_payment", "most_at_end")
    }
    shares = {name: _number(share) for name, share in found.shares.items()}
    return {"status": found.status, "shortfalls": list(found.shortfalls), "shares": shares, **numbers}
