"""Keep what many are given at once within the totals of a plan, the same share for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.policy.lines.found import LineReason, LineStep
from creditscore.policy.lines.parts import amount_of
from creditscore.policy.lines.plan import LinePlan
from creditscore.policy.lines.stepping import floored

# Shares are tried in so many parts: the same share for all, so that two alike get the same line.
_PARTS: Final = 1024
_ADDING: Final = frozenset({"open", "raise", "offer"})


def within_totals(
    plan: LinePlan,
    steps: Sequence[LineStep],
    *,
    grades: Mapping[str, float] | None = None,
    portfolio: float = 0.0,
) -> tuple[LineStep, ...]:
    """Cut what is added at once so that the totals of grades and portfolio are kept.

    Where all that is added would pass a total, each addition keeps the same share of itself, down to the
    grid: order does not count, and two people alike get the same line. A raise that is only offered counts
    as if it were agreed to. First lines that fall below the smallest line are refused, raises that come to
    nothing are not made.

    Parameters
    ----------
    plan : LinePlan
        By which the steps were found.
    steps : sequence of LineStep
        Of `LinePlan.first` and `LinePlan.step`, of people decided at once.
    grades : mapping of str to float, optional
        What all lines of each grade come to before, those of the steps included, in money; 0 where a grade is
        not there.
    portfolio : float, default 0
        What all lines come to before.

    Returns
    -------
    tuple of LineStep
        In the same order; those that were cut name ``grade_total`` or ``portfolio``.

    Raises
    ------
    ParameterError
        If a step was found by another plan.

    Examples
    --------
    >>> from creditscore.policy.ability.assess import AbilityRule, Means
    >>> from creditscore.policy.lines.parts import LineCaps, LineExposure, LineTable
    >>> plan = LinePlan(
    ...     LineTable((0,), {"A": (300,)}), LineCaps(2_000, 1.0, portfolio=1_000),
    ...     AbilityRule({1: 400.0}), rate=0.24,
    ... )
    >>> alone = plan.first("A", Means(900.0, 50.0, 300.0), LineExposure(portfolio=0.0))
    >>> alone.line, [step.line for step in within_totals(plan, [alone] * 4)]
    (300.0, [250.0, 250.0, 250.0, 250.0])
    """
    if not all(isinstance(step, LineStep) for step in steps):
        raise ParameterError.must_be("steps", "a sequence of LineStep", steps)
    if grades is not None and not isinstance(grades, Mapping):
        raise ParameterError.must_be("grades", "a mapping of grades to amounts", grades)
    if any(step.plan != plan.digest for step in steps):
        raise ParameterError("A step was found by another plan. Find all of them by the plan that is given.")
    before = {grade: amount_of("grades", lent) for grade, lent in (grades or {}).items()}
    for grade in before:
        if grade not in plan.table.lines:
            raise NameUnknownError.among("grade of grades", grade, tuple(plan.table.lines))
    caps, found = plan.caps, list(steps)
    members: dict[str, list[int]] = defaultdict(list)
    for position, step in enumerate(found):
        members[step.grade].append(position)
    for grade, total in caps.grade_totals.items():
        lent = before.get(grade, 0.0)
        _cut(plan, found, members[grade], total - lent, "grade_total", lent)
    if caps.portfolio is not None:
        lent = amount_of("portfolio", portfolio)
        _cut(plan, found, range(len(found)), caps.portfolio - lent, "portfolio", lent)
    return tuple(found)


def _cut(
    plan: LinePlan, found: list[LineStep], rows: Sequence[int], left: float, key: str, lent: float
) -> None:
    """Cut the additions of some steps, in `found` itself, to what is left of a total."""
    adding = [row for row in rows if found[row].change in _ADDING]
    freed = sum(found[row].before - found[row].line for row in rows if found[row].line < found[row].before)
    left = max(0.0, left + freed)

    def added(parts: int) -> float:
        return sum(_after(plan, found[row], parts) - found[row].before for row in adding)

    if added(_PARTS) <= left:
        return
    parts = _largest(added, left)
    for row in adding:
        found[row] = _made(found[row], _after(plan, found[row], parts), LineReason(key, lent, left))


def _largest(added: Callable[[int], float], left: float) -> int:
    """Find the largest share that keeps the total; what is added never falls as the share rises."""
    low, high = 0, _PARTS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if added(middle) <= left else (low, middle)
    return low


def _after(plan: LinePlan, step: LineStep, parts: int) -> float:
    """Return the line if only so many parts of the addition are made."""
    target = step.before + (step.offered - step.before) * parts / _PARTS
    line = floored(target, plan.step_size)
    if step.change == "open":
        return line if line >= plan.least else 0.0
    return max(step.before, line)


def _made(step: LineStep, line: float, reason: LineReason) -> LineStep:
    if line == step.offered:
        return step
    reasons = (*step.reasons, reason)
    if line > step.before:
        if step.change == "offer":
            asked = LineReason("consent", None, line)
            reasons = tuple(asked if one.key == "consent" else one for one in reasons)
            return replace(step, offered=line, reasons=reasons)
        if step.change == "open":
            reasons = (LineReason("first", step.reasons[0].found, line), *reasons[1:])
        return replace(step, line=line, offered=line, reasons=reasons)
    if step.change == "open":
        return replace(step, change="refuse", line=0.0, offered=0.0, reasons=(reason,))
    return replace(step, change="keep", line=step.before, offered=step.before, reasons=(reason,))
