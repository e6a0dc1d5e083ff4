"""The credit line of a decision: the first one that a plan gives, and what good conduct would make of it."""

from __future__ import annotations

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.policy.ability.assess import Means
from creditscore.policy.lines.found import LineStep
from creditscore.policy.lines.parts import LineConduct
from creditscore.policy.lines.plan import LinePlan
from creditscore.policy.pricing.table import PriceTable


def first_line(plan: LinePlan, grade: str, means: Means) -> LineStep | None:
    """Find the first line that somebody may have at most; None where what they can pay is not known."""
    found = plan.first(grade, means)
    return None if found.change == "refer" else found


def next_line(plan: LinePlan, line: float, grade: str, means: Means) -> LineStep:
    """Find what becomes of a line at the first review, if all is paid and just enough of it is used.

    Parameters
    ----------
    plan : LinePlan
    line : float
        The line that is given, in money.
    grade : str
    means : Means
        As of the decision; at the review they are assessed anew.
    """
    rules = plan.rules
    conduct = LineConduct(
        payments_due=rules.least_payments, paid_on_time=rules.least_payments, use=rules.raise_use,
        days_past_due=0, months_since_change=rules.months_between,
    )  # fmt: skip
    return plan.step(line, grade, means, conduct)


def check_lines(plan: LinePlan, prices: PriceTable) -> None:
    """Refuse a plan that no decision on one person can keep, or that lacks a grade of the price list.

    Raises
    ------
    ParameterError
        If a cap names what all lines come to, or what else a person owes.
    NameUnknownError
        If a grade has a price and no row in the table of first lines.
    """
    caps = plan.caps
    if caps.person is not None or caps.portfolio is not None or caps.grade_totals:
        raise ParameterError(
            "A decision on one application does not know what else is lent, so a strategy's plan of lines "
            "has no cap 'person', 'grade_totals' or 'portfolio'. Keep totals with within_totals() afterwards."
        )
    for grade in prices.grades:
        if grade not in plan.table.lines:
            raise NameUnknownError.among("grade in the plan of lines", grade, tuple(plan.table.lines))
