"""What may not be said may not decide: which decision stands, and which reasons it is given with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from creditscore.policy.rules import Policy, PolicyDecision
from creditscore.reasons.guards import Suppressed
from creditscore.reasons.reason import Reason, Reasons
from creditscore.scoring.interval import ScoreInterval
from creditscore.words.audit import SUPPRESSED

# Guards that leave out what weighs little or comes late; all others hold back what may not be said.
SMALL_GUARDS: Final = frozenset({"minimum_share", "limit"})
MOST_UNSAID_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Spoken:
    """A decision with the reasons that it is given with.

    Attributes
    ----------
    decision : str
        ``approve``, ``refer``, ``decline``, ``counter_offer`` or ``none``.
    reasons : Reasons
    referred_because : mapping or None
        Where a decline became a referral, or an interval asked for one: ``why``, and the points that were
        kept back, given and lost.
    """

    decision: str
    reasons: Reasons
    referred_because: dict[str, Any] | None


def spoken_at_first(policy: Policy | None, decided: PolicyDecision, judged: Reasons) -> Spoken:
    """Join decision and reasons as records of the first schema did: nothing that is unsaid refers anybody."""
    reasons = Reasons((*decided.reasons, *judged.given), judged.suppressed)
    return Spoken(decided.decision if policy else "none", reasons, None)


def spoken_for(
    policy: Policy | None,
    decided: PolicyDecision,
    judged: Reasons,
    score: int | None,
    interval: ScoreInterval | None = None,
) -> Spoken:
    """Join the decision of a policy with the reasons of the model.

    A decline by rules alone has the rules as its only reasons. A decline by the score whose reasons may not
    be said, for the most part or at all, is referred to a person.

    Parameters
    ----------
    policy : Policy, optional
    decided : PolicyDecision
        What the policy says.
    judged : Reasons
        Of the model.
    score : int or None
    interval : ScoreInterval, optional
        Of the score.
    """
    if policy is None:
        return Spoken("none", judged, None)
    if decided.reasons and reached(score, policy.cutoff):
        return Spoken(decided.decision, set_aside(decided.reasons, judged, "rules"), None)
    reasons = Reasons((*decided.reasons, *judged.given), judged.suppressed)
    short = missing(score, policy.cutoff)
    if not decided.reasons and policy.straddles(interval, policy.cutoff):
        because = unsaid(judged, short) if short > 0.0 else None
        return Spoken("refer", reasons, because or by_interval(judged))
    if decided.decision != "decline" or decided.reasons:
        return Spoken(decided.decision, reasons, None)
    because = unsaid(judged, short)
    return Spoken("decline" if because is None else "refer", reasons, because)


def reached(score: int | None, cutoff: float) -> bool:
    """Whether nothing was lost by the score: it reaches the cut-off, or there is none."""
    return score is None or score >= cutoff


def missing(score: int | None, cutoff: float) -> float:
    """Points that a score lacks to a cut-off; 0 or less where it reaches it, or there is none."""
    return 0.0 if score is None else cutoff - score


def set_aside(reasons: tuple[Reason, ...], judged: Reasons, why: str) -> Reasons:
    """Give these reasons alone, and say that those of the model decided nothing."""
    aside = tuple(
        Suppressed(one.group, "rules", SUPPRESSED[why], one.points_lost, one.share, one.features, one.family)
        for one in judged.given
    )
    rest = sorted((*aside, *judged.suppressed), key=lambda one: (-one.points_lost, one.group))
    return Reasons(reasons, tuple(rest))


def unsaid(judged: Reasons, short: float) -> dict[str, Any] | None:
    """Say why a decline may not stand; None where it may.

    It may not where nothing can be said, where the score would have reached the cut-off without what was lost
    by sources that were not read, or where too much is kept back.

    Parameters
    ----------
    judged : Reasons
    short : float
        Points that the score lacks to the cut-off; 0 or less where it reaches it.
    """
    points = _points(judged)
    unread = sum(one.points_lost for one in judged.suppressed if one.guard == "unread")
    why = ""
    if not judged.given:
        why = "no_reason"
    elif 0.0 < short <= unread:
        why = "unread"
    elif points["withheld"] > points["given"] or points["withheld"] > MOST_UNSAID_SHARE * points["lost"]:
        why = "held_back"
    return {"why": why, **points} if why else None


def by_interval(judged: Reasons) -> dict[str, Any]:
    """Say that a person has to look because the interval of the score lies on both sides of the cut-off."""
    return {"why": "interval", **_points(judged)}


def _points(judged: Reasons) -> dict[str, float]:
    given = sum(one.points_lost for one in judged.given)
    lost = given + sum(one.points_lost for one in judged.suppressed)
    withheld = sum(one.points_lost for one in judged.suppressed if one.guard not in SMALL_GUARDS)
    return {"withheld": withheld, "given": given, "lost": lost}
