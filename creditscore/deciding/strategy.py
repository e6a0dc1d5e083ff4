"""The strategy of a policy at work: what it looks at, what it decides, and the section of the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from creditscore.data.door.clock import moment
from creditscore.deciding.described import sources_of
from creditscore.deciding.evidence import Evidence
from creditscore.deciding.means import as_number, means_of, need_of
from creditscore.deciding.speaking import Spoken, by_interval, missing, reached, set_aside, unsaid
from creditscore.deciding.together import ALONE, Together, worst_grade
from creditscore.policy.ability.assess import Ability, Means
from creditscore.policy.lines.parts import StepRules
from creditscore.policy.lines.review import LineReview
from creditscore.policy.rules import Policy, PolicyDecision
from creditscore.policy.strategy.parts import STANDARD
from creditscore.policy.strategy.reasons import reasons_of, sets_aside
from creditscore.policy.strategy.resolve import Asked, Resolved, Resolving, Standing, bar_of
from creditscore.policy.strategy.reviewed import reviewed
from creditscore.policy.strategy.strategy import COUNTED, Strategy
from creditscore.reasons.reason import Reasons
from creditscore.scoring.interval import ScoreInterval

PURPOSE: Final = "purpose"
_MOST_PEOPLE: Final = 100
# What a person is told of the rules by which a credit line rises.
_RULES_SHOWN: Final = ("least_payments", "months", "months_between", "raise_on_time", "raise_use")


@dataclass(frozen=True, slots=True)
class Planned:
    """What a strategy decided, with its reasons, and the section of the record."""

    spoken: Spoken
    cutoff: float
    section: dict[str, Any]


def planned(
    policy: Policy,
    strategy: Strategy,
    evidence: Evidence,
    outcome: Mapping[str, Any],
    fired: PolicyDecision,
    judged: Reasons,
    subject: str,
    together: Together,
    interval: ScoreInterval | None = None,
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
    together : Together
        Who else applies.
    interval : ScoreInterval, optional
        Of the score.
    """
    asked = _asked(policy, strategy, evidence, outcome, subject, together)
    resolving = Resolving(strategy, asked)
    because = unsaid(judged, missing(outcome["score"], resolving.bar.cutoff))
    straddling = policy.straddles(interval, resolving.bar.cutoff)
    look = resolving.resolve if asked.review is None else partial(reviewed, resolving, asked.review)
    found = look(
        fired=bool(fired.reasons), doubtful=bool(outcome["code"]), unsaid=because is not None,
        straddling=straddling,
    )  # fmt: skip
    own = reasons_of(found, strategy, str(evidence.plain.get("currency", "")), asked.others)
    # What a rule forbids is a loan or a raise; where a line falls or stays by conduct, it decided nothing.
    rules = fired.reasons if asked.review is None or found.stage == "rules" else ()
    first = (*rules, *own)
    by_score = asked.review is None and not reached(outcome["score"], found.bar.cutoff)
    if not by_score and (rules or sets_aside(own)):
        reasons = set_aside(first, judged, "rules" if rules else "aside")
    else:
        reasons = Reasons((*first, *judged.given), judged.suppressed)
    if straddling and (because is None or found.stage != "cutoff"):
        because = by_interval(judged)
    referred = found.decision == "refer" and (
        found.stage == "cutoff" or (straddling and found.stage == "band")
    )
    spoken = Spoken(found.decision, reasons, because if referred else None)
    purpose = evidence.plain["application"].get(PURPOSE)
    amount = asked.amount if asked.review is None else None
    need = need_of(together.joint or evidence, asked.means, amount, purpose)
    section = _section(strategy, asked, found, evidence.ability)
    return Planned(spoken, found.bar.cutoff, section | {"need": need.to_dict()})


def standing(
    policy: Policy,
    strategy: Strategy,
    evidence: Evidence,
    outcome: Mapping[str, Any],
    fired: PolicyDecision,
    judged: Reasons,
    first: str,
    interval: ScoreInterval | None = None,
) -> Standing:
    """Say how somebody stands by rules and score alone, whose loan it is with others.

    Parameters are those of `planned`; ``first`` is the pseudonym by which arms are drawn for all.
    """
    if fired.reasons:
        return "rules"
    if outcome["score"] is None:
        return "unscored"
    bar = bar_of(strategy, _asked(policy, strategy, evidence, outcome, first, ALONE))
    straddling = policy.straddles(interval, bar.cutoff)
    if outcome["score"] < bar.cutoff:
        because = unsaid(judged, missing(outcome["score"], bar.cutoff))
        return "below" if because is None and not straddling else "unsaid"
    in_band = bar.refer_below is not None and outcome["score"] < bar.refer_below
    return "band" if outcome["code"] or in_band or straddling else "clear"


def _asked(
    policy: Policy,
    strategy: Strategy,
    evidence: Evidence,
    outcome: Mapping[str, Any],
    subject: str,
    together: Together,
) -> Asked:
    given = evidence.plain["application"]
    features = dict(zip(evidence.matrix.names, evidence.matrix.values[0].tolist(), strict=True))
    columns = {
        name: features[name] if name in features else given.get(name)
        for one in strategy.cutoffs
        for name in one.segment.columns
    }
    at = moment(int(evidence.application.as_of[0]))
    grades = (outcome["grade"], *(one.grade for one in together.others))
    return Asked(
        together.first or subject, as_number(given.get(strategy.amount)),
        as_number(given.get(strategy.term_days)), _means(strategy, evidence, together), columns,
        outcome["score"], outcome["grade"], evidence.portfolio.calendar.local(at).date(), policy.cutoff,
        policy.refer_below, tuple(one.standing for one in together.others),
        worst_grade(grades, strategy) if together.others else None,
        () if strategy.guarantors == COUNTED else tuple(means_of(one, 1) for one in together.guarantors),
        None if strategy.lines is None else LineReview.of(given),
    )  # fmt: skip


def _means(strategy: Strategy, evidence: Evidence, together: Together) -> Means:
    """What the household of all who apply lives on; it is known where it is known of each of them."""
    given = evidence.plain["application"]
    counted = together.guarantors if strategy.guarantors == COUNTED else ()
    people = _people(strategy, given, together.applicants + len(counted))
    if together.joint is None:
        return means_of(evidence, people)
    own = [means_of(one, 1) for one in (evidence, *counted)]
    known = all(one.commitments is not None and one.essentials is not None for one in own)
    found = means_of(together.joint, people)
    if known and all(one.means_known for one in together.others):
        return found
    return replace(found, commitments=None, essentials=None, ending=())


def _people(strategy: Strategy, given: Mapping[str, Any], joint: int) -> int | None:
    """How many people live on the income, as the application says, and no fewer than apply together."""
    if not strategy.household:
        return joint
    stated = as_number(given.get(strategy.household))
    if stated is None or not 1 <= stated <= _MOST_PEOPLE or stated != int(stated):
        return None
    return max(int(stated), joint)


def _section(
    strategy: Strategy, asked: Asked, found: Resolved, apart: Evidence | None
) -> dict[str, Any]:
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
        "means": means.to_dict(),
        "wanted": None if found.asked is None else found.asked.to_dict(),
        "limits": [{"by": name, "most": most} for name, most in found.limits],
        "ability": None if found.ability is None else _ability(found.ability),
        "price": {"status": found.status, "cap": found.cap},
        "counter_offers": [one.to_dict() for one in found.counter_offers],
        "offer": None if found.offer is None else found.offer.to_dict(),
        **({"applicants": 1 + len(asked.others)} if asked.others else {}),
        **_guarantors(asked, found),
        **({} if apart is None else {"sources": sources_of(apart)}),
        **({} if strategy.lines is None else {"line": _line(found, strategy.lines.rules)}),
    }  # fmt: skip


def _line(found: Resolved, rules: StepRules) -> dict[str, Any]:
    """The first line by the plan, what the first review would make of the one that is lent, and the rules."""
    steps = {"first": found.line, "next": found.next_line}
    said = {name: None if step is None else step.to_dict() for name, step in steps.items()}
    said |= {} if found.step is None else {"step": found.step.to_dict()}
    return said | {"rules": {name: getattr(rules, name) for name in _RULES_SHOWN}}


def _guarantors(asked: Asked, found: Resolved) -> dict[str, Any]:
    """What was checked of who stands surety; nothing where nobody does."""
    if not asked.guarantors:
        return {}
    checked = found.guarantors or (None,) * len(asked.guarantors)
    return {
        "guarantors": [
            {"means": means.to_dict(), "ability": None if one is None else _ability(one)}
            for means, one in zip(asked.guarantors, checked, strict=True)
        ]
    }


def _ability(found: Ability) -> dict[str, Any]:
    numbers = {
        name: as_number(getattr(found, name))
        for name in ("instalment", "most_instalment", "left", "left_in_stress", "last_payment", "most_at_end")
    }
    shares = {name: as_number(share) for name, share in found.shares.items()}
    return {"status": found.status, "shortfalls": list(found.shortfalls), "shares": shares, **numbers}
