"""A strategy: what a policy asks for besides its rules and its cut-off, as plain, hashed data."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType, NoneType
from typing import Any, Final, Literal, Self, TypeAlias, get_args

from creditscore._ground.asked import check_known
from creditscore._ground.numbers import finite_number
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.policy.ability.assess import AbilityRule
from creditscore.policy.lines.plan import LinePlan
from creditscore.policy.lines.review import REVIEWED
from creditscore.policy.pricing.caps import STATED
from creditscore.policy.pricing.offer import priced_at
from creditscore.policy.pricing.table import PriceInputs, PriceTable
from creditscore.policy.strategy.lined import check_lines
from creditscore.policy.strategy.parts import STANDARD, Arm, Exploration, LoanCaps, SegmentCutoff

Guarantors: TypeAlias = Literal["checked", "counted"]
COUNTED: Final = "counted"
_BITS: Final = 53
_YEAR: Final = 365.25
# Whether there is a price does not hang on the day.
_ANY_DAY: Final = date(2026, 1, 1)
_KINDS: Final[Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        "prices": (PriceTable,),
        "ability": (AbilityRule,),
        "cutoffs": (Sequence,),
        "caps": (LoanCaps,),
        "arms": (Sequence,),
        "exploration": (Exploration, NoneType),
        "lines": (LinePlan, NoneType),
        **dict.fromkeys(
            ("loss_class", "seed", "law", "amount", "term_days", "household", "guarantors"), (str,)
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Strategy:
    """From a score to a loan: ability to pay, cut-offs by segment, arms, price and offer.

    Part of a `Policy`: its rules come first, then the ability to pay, then the cut-off, then the offer. The
    first of them that does not hold decides.

    Parameters
    ----------
    prices : PriceTable
        The price list; it must know every grade of the model.
    ability : AbilityRule
        What the income has to bear. Income, commitments and essentials are `ability_features`, as of the
        moment; where one is missing, a person decides.
    loss_class : str
        What secures the loans, a class of the price list.
    cutoffs : sequence of SegmentCutoff, optional
        The first segment that an applicant belongs to counts; all others have the cut-off of the policy.
        Where a missing value leaves open whether someone belongs, the highest that may be theirs counts.
    caps : LoanCaps, optional
        The most that is lent.
    arms : sequence of Arm, optional
        Challengers. Who gets which follows from the pseudonym in the ledger and the seed.
    exploration : Exploration, optional
        Small loans to a share of those whom the cut-off alone declines. In grades that are not among
        `explored_grades` there are none: the loan is above a cap of rates there, or above what is lent. A
        decision is refused where none of these grades lies below the cut-off of the policy.
    seed : str, default ""
        Needed with arms or exploration.
    step : float, default 10
        The grid of amounts that are offered, counted from the smallest of the price list.
    law : {"EU", "US", "CN", "IR"}, default "EU"
        Whose yearly rate is stated.
    amount, term_days, household : str
        Attributes of the application: what is asked for, for how many days, and how many people live on the
        income. Without `household` (an empty name) it is as many as apply.
    guarantors : {"checked", "counted"}, default "checked"
        Whether the income of who stands surety counts towards what may be lent, with their commitments and
        needs; else it is only checked that they could pay out of it where the applicants do not.
    lines : LinePlan, optional
        What is lent is a credit line that begins small: its first line is the most that is lent, and the
        record says what the first review would make of it. The price list says how a line is repaid. An
        application with the attributes of a `LineReview` is decided on as a step of that line.

    Attributes
    ----------
    explored_grades : tuple of str
        Grades in which the loan of the exploration has a price, and as much is lent at all.

    Examples
    --------
    >>> from creditscore.policy.pricing.costs import LoanCosts
    >>> prices = PriceTable(
    ...     LoanCosts(0.06, 0.02, 0.01), {"A": 0.01, "B": 0.05}, {"unsecured": 0.6}, (6, 12, 24),
    ...     (100.0, 5000.0),
    ... )
    >>> strategy = Strategy(prices, AbilityRule({1: 600.0}), "unsecured", arms=[Arm("lower", 0.2, -10.0)],
    ...     seed="2026-12")
    >>> strategy.arm_of("person-1"), Strategy.from_dict(strategy.to_dict()) == strategy
    (None, True)
    """

    prices: PriceTable
    ability: AbilityRule
    loss_class: str
    cutoffs: Sequence[SegmentCutoff] = ()
    caps: LoanCaps = LoanCaps()  # noqa: RUF009 (frozen)
    arms: Sequence[Arm] = ()
    exploration: Exploration | None = None
    seed: str = ""
    step: float = 10.0
    law: str = "EU"
    amount: str = "amount"
    term_days: str = "term_days"
    household: str = ""
    guarantors: Guarantors = "checked"
    lines: LinePlan | None = None
    explored_grades: tuple[str, ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        self._check_kinds()
        for name in ("cutoffs", "arms"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "step", finite_number("step", self.step))
        table = self.prices
        check_known("loss_class", self.loss_class, table.loss_classes)
        check_known("law", self.law, STATED)
        check_known("guarantors", self.guarantors, get_args(Guarantors))
        if self.step <= 0:
            raise ParameterError.must_be("step", "above 0", self.step)
        self._check_parts()
        self._check_arms()
        small = self.exploration
        if small is not None and not (
            small.payments in table.payments and table.amounts[0] <= small.amount <= table.amounts[-1]
        ):
            raise ParameterError.must_be("exploration", "an amount and payments of the price list", small)
        object.__setattr__(self, "explored_grades", self._explored())
        if small is not None and not self.explored_grades:
            raise ParameterError(
                f"Nobody would be explored: no grade that may be lent {small.amount:g} has a price for it "
                f"over {small.payments} payments. Choose a larger amount, another term, or other caps."
            )

    def _check_kinds(self) -> None:
        for name, kinds in _KINDS.items():
            if not isinstance(getattr(self, name), kinds):
                said = " or ".join(kind.__name__ for kind in kinds)
                raise ParameterError.must_be(name, f"of type {said}", getattr(self, name))
        for name in ("amount", "term_days"):
            if not getattr(self, name):
                raise ParameterError.must_be(name, "the name of a number of the application", "")
        for name, of in (("cutoffs", SegmentCutoff), ("arms", Arm)):
            if not all(isinstance(one, of) for one in getattr(self, name)):
                raise ParameterError.must_be(name, f"a sequence of {of.__name__}", getattr(self, name))

    def _check_parts(self) -> None:
        """Refuse what would never count: a cap of a grade that no price knows, a second cut-off of a name."""
        for grade in self.caps.by_grade:
            if grade not in self.prices.grades:
                raise NameUnknownError.among("grade", str(grade), tuple(self.prices.grades))
        if self.lines is not None:
            check_lines(self.lines, self.prices)
        names = [one.segment.name for one in self.cutoffs]
        if len(set(names)) < len(names):
            raise ParameterError.must_be("cutoffs", "of segments with different names", names)

    def _check_arms(self) -> None:
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names) or sum(arm.share for arm in self.arms) >= 1:
            raise ParameterError.must_be(
                "arms", "of different names, with shares that leave some to the standard", names
            )
        for arm in self.arms:
            if arm.price_arm not in (STANDARD, *self.prices.arms):
                raise NameUnknownError.among(
                    "arm of the price test", arm.price_arm, (STANDARD, *self.prices.arms)
                )
        if self.draws and not self.seed:
            raise ParameterError.must_be("seed", "given with arms or exploration", self.seed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Strategy) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(self.prices.digest)

    @property
    def draws(self) -> bool:
        """Whether anything is drawn, so that a pseudonym that stays is needed."""
        return bool(self.arms) or self.exploration is not None

    def drawn(self, what: str, subject: str) -> float:
        """Draw a number for a pseudonym: the same for ever, at least 0 and below 1.

        The first 53 bits of HMAC-SHA256 (RFC 2104), the seed as key.
        """
        found = hmac.new(self.seed.encode(), f"{what}\n{subject}".encode(), hashlib.sha256).digest()
        return int.from_bytes(found[:7], "big") // 8 / 2.0**_BITS

    def arm_of(self, subject: str) -> Arm | None:
        """Return the arm of a pseudonym; None for the standard way."""
        left = self.drawn("arm", subject) if self.arms else 1.0
        for arm in self.arms:
            if left < arm.share:
                return arm
            left -= arm.share
        return None

    def _explored(self) -> tuple[str, ...]:
        """Find the grades in which the loan of the exploration has a price, and as much is lent at all."""
        small = self.exploration
        if small is None:
            return ()
        terms = replace(self.prices.shape, amount=small.amount, payments=small.payments)
        priced = (
            grade
            for grade in self.prices.grades
            if priced_at(self.prices, PriceInputs(grade, self.loss_class, terms), _ANY_DAY)[1] is not None
        )
        return tuple(one for one in priced if self._most_of(one) >= small.amount)

    def _most_of(self, grade: str) -> float:
        """What is lent in a grade at most, whatever the income."""
        first = () if self.lines is None else self.lines.table.lines[grade]
        return min(self.caps.by_grade.get(grade, math.inf), max(first, default=math.inf))

    @property
    def standard_share(self) -> float:
        """Share of the applicants who have no arm."""
        return 1.0 - math.fsum(one.share for one in self.arms)

    def payments_asked(self, days: float) -> int:
        """Number of payments, as near as can be to a term in days."""
        return max(1, math.floor(days * self.prices.shape.a_year / _YEAR + 0.5))

    def payments_near(self, asked: int) -> int:
        """Return the nearest offered number of payments that is not above what was asked, else the least."""
        return max((one for one in self.prices.payments if one <= asked), default=self.prices.payments[0])

    @property
    def of_the_loan(self) -> tuple[str, ...]:
        """Attributes of the application that tell of the loan and the household, and of no one person."""
        line = () if self.lines is None else REVIEWED
        return (self.amount, self.term_days, *filter(None, [self.household]), *line)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes of the application that it reads."""
        columns = {name for one in self.cutoffs for name in one.segment.columns}
        return tuple(sorted({*self.of_the_loan, *columns}))

    def to_dict(self) -> dict[str, Any]:
        """Write the strategy as plain data; rates follow from it."""
        more: dict[str, Any] = {"guarantors": self.guarantors} if self.guarantors == COUNTED else {}
        if self.lines is not None:
            more["lines"] = self.lines.to_dict()
        return {
            "prices": self.prices.to_dict(), "ability": self.ability.to_dict(),
            "loss_class": self.loss_class, "cutoffs": [one.to_dict() for one in self.cutoffs],
            "caps": self.caps.to_dict(), "arms": [one.to_dict() for one in self.arms],
            "exploration": None if self.exploration is None else self.exploration.to_dict(),
            "seed": self.seed, "step": self.step, "law": self.law, "amount": self.amount,
            "term_days": self.term_days, "household": self.household, **more,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Build from what `to_dict` wrote."""
        small = stored["exploration"]
        made = {
            "prices": PriceTable.from_dict(stored["prices"]),
            "ability": AbilityRule.from_dict(stored["ability"]),
            "cutoffs": [SegmentCutoff.from_dict(one) for one in stored["cutoffs"]],
            "caps": LoanCaps(**stored["caps"]),
            "arms": [Arm(**one) for one in stored["arms"]],
            "exploration": None if small is None else Exploration(**small),
            "lines": None if stored.get("lines") is None else LinePlan.from_dict(stored["lines"]),
        }
        return cls(**{**stored, **made})
