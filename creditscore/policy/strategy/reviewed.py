"""A credit line that is looked at again: one step of it, by the plan of a strategy, as a decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from creditscore.policy.lines.found import LineReason, LineStep
from creditscore.policy.lines.review import LineReview
from creditscore.policy.strategy.resolve import DECLINED, Resolved, Resolving, Stage

_RISING: Final = frozenset({"raise", "offer"})
# What hangs on the grade, and so on the score.
_BY_GRADE: Final = frozenset({"above_most"})


def reviewed(
    resolving: Resolving,
    review: LineReview,
    *,
    fired: bool,
    doubtful: bool,
    unsaid: bool,
    straddling: bool,
) -> Resolved:
    """Decide what becomes of a line.

    The plan finds the step. Nothing rises where a rule declines, where the score is below the cut-off, or
    where somebody who applies too does not stand; where a person would have to look at a loan, one looks at a
    raise. A line falls or is closed by conduct whatever the score is; where it falls because of the grade and
    too little may be said of that, a person decides.

    Parameters
    ----------
    resolving : Resolving
        Who asks, and by which cut-off.
    review : LineReview
    fired, doubtful, unsaid, straddling : bool
        As for `Resolving.resolve`.
    """
    asked, plan = resolving.asked, resolving.strategy.lines
    if plan is None or asked.score is None or asked.grade is None or "unscored" in asked.others:
        return Resolved("refer", "score" if asked.score is None else "parties", resolving.bar)
    step = plan.step(review.line, asked.price_grade, asked.means, review.conduct, agreed=review.agreed)
    found = Resolved(step.change, "line", resolving.bar, step=step)
    if step.change in _RISING:
        return _gated(found, step, resolving, fired=fired, look=doubtful or straddling, unsaid=unsaid)
    of_grade = step.change in ("lower", "close") and any(one.key in _BY_GRADE for one in step.reasons)
    if of_grade and (doubtful or straddling or unsaid):
        return replace(found, decision="refer")
    return found


def _gated(
    found: Resolved, step: LineStep, resolving: Resolving, *, fired: bool, look: bool, unsaid: bool
) -> Resolved:
    """Let a line rise only where a loan could be made."""
    asked, bar = resolving.asked, resolving.bar
    if fired:
        return _kept(found, step, "rules", LineReason("held_by_rule"))
    if not DECLINED.isdisjoint(asked.others):
        return _kept(found, step, "parties", LineReason("held_by_others"))
    score = asked.score or 0
    if score < bar.cutoff and not (look or unsaid):
        return _kept(found, step, "cutoff", LineReason("held_by_score", float(score), bar.cutoff))
    if score < bar.cutoff:
        return replace(found, decision="refer", stage="cutoff")
    if look or (bar.refer_below is not None and score < bar.refer_below):
        return replace(found, decision="refer", stage="band")
    if any(one != "clear" for one in asked.others):
        return replace(found, decision="refer", stage="parties")
    return found


def _kept(found: Resolved, step: LineStep, stage: Stage, why: LineReason) -> Resolved:
    kept = replace(step, change="keep", line=step.before, offered=step.before, reasons=(why,))
    return replace(found, decision="keep", stage=stage, step=kept)
