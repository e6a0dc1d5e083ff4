"""Whether an amount may grow without a new assessment of the borrower."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from creditscore.errors import ParameterError
from creditscore.law.jurisdiction import Jurisdiction
from creditscore.law.rule import LawRule

_DUTY: Final = "new_assessment_before_increase"
_PERCENT: Final = "significant_increase_percent"


@dataclass(frozen=True, slots=True)
class IncreaseCheck:
    """Whether an increase asks for a new assessment.

    Attributes
    ----------
    needed : bool
    share : float or None
        From which share of the amount before on an increase is significant; None where no law asks.
    increase : float
        Share of the amount before, 0 where it does not grow; infinite from nothing.
    rules : tuple of LawRule
        That ask.
    """

    needed: bool
    share: float | None
    increase: float
    rules: tuple[LawRule, ...]

    def __bool__(self) -> bool:
        return self.needed

    def __str__(self) -> str:
        said = "a new assessment is needed" if self.needed else "no new assessment is needed"
        asked = "; ".join(map(str, self.rules)) or "no rule asks for one"
        return f"{said}: the amount grows by {self.increase:.1%} ({asked})"

    __repr__ = __str__


def assessment_before_increase(
    law: Jurisdiction, before: float, after: float, *, share: float | None = None
) -> IncreaseCheck:
    """Say whether a higher amount needs a new assessment first.

    Parameters
    ----------
    law : Jurisdiction
    before, after : float
        Total amounts of the credit, 0 or more, in one currency.
    share : float, optional
        From which share of the amount before on an increase is significant, above 0: what the lender decided
        with counsel. A rule that names a number (``significant_increase_percent``) counts if it is stricter.

    Returns
    -------
    IncreaseCheck
        True where one is needed.

    Raises
    ------
    ParameterError
        If amounts or share cannot be, or the law asks for an assessment before a *significant* increase and
        nobody says from when on it is one: the directive names no number.

    References
    ----------
    Directive (EU) 2023/2225, Art. 18(10).

    Examples
    --------
    >>> law = Jurisdiction.load("EU", as_of="2026-11-29")
    >>> print(assessment_before_increase(law, 1_000, 1_300, share=0.2))
    a new assessment is needed: the amount grows by 30.0% (EU ccd2-18-10 (Directive (EU) 2023/2225 \
(consumer credit), Art. 18(10)))
    """
    if not isinstance(law, Jurisdiction):
        raise ParameterError.must_be("law", "a Jurisdiction", law)
    for name, value in (("before", before), ("after", after)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise ParameterError.must_be(name, "an amount, 0 or more", value)
    if share is not None and (isinstance(share, bool) or not 0 < share < math.inf):
        raise ParameterError.must_be("share", "above 0", share)
    grown = max(after - before, 0.0)
    increase = grown / before if before else (math.inf if grown else 0.0)
    rules = law.asks.get(_DUTY, ())
    if not rules:
        return IncreaseCheck(False, None, increase, ())
    percent = law.numbers("caps").get(_PERCENT)
    known = [one for one in (share, None if percent is None else percent / 100) if one is not None]
    if not known:
        raise ParameterError.must_be(
            "share", f"given: {rules[0]} asks for an assessment before a significant increase", share
        )
    return IncreaseCheck(grown > 0 and increase >= min(known), min(known), increase, rules)
