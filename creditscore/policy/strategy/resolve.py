"""One decision by a strategy: rules, then ability to pay, then the cut-off, then the offer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias, get_args

from creditscore.policy.ability.assess import Ability, Means, assess_ability
from creditscore.policy.ability.counter import CounterOffer, counter_offers
from creditscore.policy.lines.found import LineStep
from creditscore.policy.lines.review import LineReview
from creditscore.policy.pricing.offer import Offer, make_offer, priced_at
from creditscore.policy.pricing.repayment import LoanTerms
from creditscore.policy.pricing.table import PriceInputs
from creditscore.policy.strategy.lined import first_line, next_line
from creditscore.policy.strategy.parts import STANDARD, Arm
from creditscore.policy.strategy.strategy import Strategy
from creditscore.segments.language import Compared, Condition, Not
from creditscore.segments.segment import Segment

Stage: TypeAlias = Literal[
    "rules", "parties", "score", "request", "ability", "price", "cutoff", "band", "guarantor", "offer", "line"
]
# How one of several applicants stands by rules and score, the worst last: clear; a person is to look; below
# the cut-off for reasons that may not be said; no score; below the cut-off; declined by a rule.
Standing: TypeAlias = Literal["clear", "band", "unsaid", "unscored", "below", "rules"]
STANDINGS: Final[tuple[Standing, ...]] = get_args(Standing)
DECLINED: Final = frozenset({"below", "rules"})
Limit: TypeAlias = Literal["terms", "list", "grade", "incomes", "line"]
CHANGES: Final = ("term", "amount", "both", "date")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what, as far as a strategy looks at it.

    Attributes
    ----------
    subject : str
        The pseudonym.
    amount, days : float or None
        What is asked for, and for how long.
    means : Means
        What is known of the household.
    columns : mapping of str to float, str or None
        What segments read.
    score : int or None
    grade : str or None
    start : date
        The day on which the amount would be paid out.
    cutoff, refer_below : float, and float or None
        Those of the policy.
    others : tuple of str
        How everybody else stands who applies too, of `STANDINGS`.
    priced_as : str or None
        The grade that sets price and caps where several apply: the worst of them; by default one's own.
    guarantors : tuple of Means
        Of those who stand surety and are checked.
    review : LineReview or None
        The credit line that is looked at again; None where a loan is asked for.
    """

    subject: str
    amount: float | None
    days: float | None
    means: Means
    columns: Mapping[str, Any]
    score: int | None
    grade: str | None
    start: date
    cutoff: float
    refer_below: float | None
    others: tuple[Standing, ...] = ()
    priced_as: str | None = None
    guarantors: tuple[Means, ...] = ()
    review: LineReview | None = None

    @property
    def price_grade(self) -> str:
        """The grade that sets price and caps; empty where nobody has one."""
        return self.priced_as or self.grade or ""


@dataclass(frozen=True, slots=True)
class Bar:
    """Which cut-off holds for somebody: segment, arm, and the points."""

    segment: str
    arm: Arm | None
    cutoff: float
    refer_below: float | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a strategy decides.

    Attributes
    ----------
    decision : str
    stage : str
        What decided.
    bar : Bar
    asked : LoanTerms or None
        What is asked for, as near as the price list has it and as much as is lent at most; None where that is
        not known.
    limits : tuple of (str, float)
        What was cut, and to how much: ``terms``, ``list``, ``grade``, ``incomes``, ``line``.
    ability : Ability or None
        Of what is asked for.
    status : str
        Of the price of what is asked for; empty where none was looked for.
    cap : str
        The law whose cap forbids it.
    counter_offers : tuple of CounterOffer
    offer : Offer or None
    explored : bool
    weight : float or None
        One over the probability with which such an applicant is lent to; None where nothing is lent.
    guarantors : tuple of Ability
        Of each who stands surety, for what would be offered; empty where it did not come to that.
    line, next_line : LineStep or None
        The first line by the plan, and what the first review would make of the one that is offered; None
        without a plan, where means are not known, and where nothing is offered.
    step : LineStep or None
        Of the line that is looked at again; None where a loan is asked for.
    """

    decision: str
    stage: Stage
    bar: Bar
    asked: LoanTerms | None = None
    limits: tuple[tuple[Limit, float], ...] = ()
    ability: Ability | None = None
    status: str = ""
    cap: str = ""
    counter_offers: tuple[CounterOffer, ...] = ()
    offer: Offer | None = None
    explored: bool = False
    weight: float | None = None
    guarantors: tuple[Ability, ...] = ()
    line: LineStep | None = None
    next_line: LineStep | None = None
    step: LineStep | None = None


def bar_of(strategy: Strategy, asked: Asked) -> Bar:
    """Find the cut-off that holds: of the segment, moved by the arm."""
    arm = strategy.arm_of(asked.subject)
    shift = 0.0 if arm is None else arm.cutoff_shift
    may_be: list[tuple[str, float, float | None]] = []
    for one in strategy.cutoffs:
        found = one.segment.of(_row(one.segment, asked.columns))
        if found.inside[0] or found.unknown[0]:
            may_be.append((one.segment.name, one.cutoff, one.refer_below))
        if found.inside[0]:
            break
    else:
        may_be.append(("", asked.cutoff, asked.refer_below))
    name, cutoff, below = max(may_be, key=lambda one: (one[1], one[2] or -math.inf))
    return Bar(name, arm, cutoff + shift, None if below is None else below + shift)


def _row(segment: Segment, columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write one row as a segment reads it; what is missing is of the kind that it is compared with."""
    texts = set(_as_texts(segment.condition))
    return {
        name: [math.nan if value is None and name not in texts else value] for name, value in columns.items()
    }


def _as_texts(condition: Condition) -> Iterator[str]:
    """Name the columns that are compared with texts."""
    if isinstance(condition, Compared):
        if any(isinstance(value, str) for value in condition.values):
            yield condition.column
        return
    for part in (condition.part,) if isinstance(condition, Not) else condition.parts:
        yield from _as_texts(part)


@dataclass(frozen=True, slots=True)
class Resolving:
    """One applicant before one strategy."""

    strategy: Strategy
    asked: Asked
    bar: Bar = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bar", bar_of(self.strategy, self.asked))

    def resolve(self, *, fired: bool, doubtful: bool, unsaid: bool, straddling: bool = False) -> Resolved:
        """Decide.

        Parameters
        ----------
        fired : bool
            Whether a rule declines.
        doubtful : bool
            Whether what is known is not what the model was fitted on: then a person looks at who passes.
        unsaid : bool
            Whether too little may be said of a decline by the score.
        straddling : bool, default False
            Whether a person has to look because the interval of the score lies on both sides of the cut-off.
        """
        others = self.asked.others
        if fired or "rules" in others:
            return Resolved("decline", "rules" if fired else "parties", self.bar)
        if self.asked.score is None or self.asked.grade is None:
            return Resolved("refer", "score", self.bar)
        if "unscored" in others:
            return Resolved("refer", "parties", self.bar)
        terms, limits = self._wanted()
        if terms is None:
            known = ("decline", "offer") if limits else ("refer", "request")
            line = self._line()
            return Resolved(known[0], known[1], self.bar, limits=limits, line=line)  # type: ignore[arg-type]
        found = self._promising(self._looked_at(terms, limits), doubtful=doubtful)
        if found.stage in ("ability", "price"):
            return found
        return self._by_score(found, doubtful=doubtful, unsaid=unsaid, straddling=straddling)

    def _promising(self, found: Resolved, *, doubtful: bool) -> Resolved:
        """Name a later day only to whom nothing but the ability to pay stands in the way."""
        score, bar, rule = self.asked.score or 0, self.bar, self.strategy.ability
        stands = not doubtful and score >= max(bar.cutoff, bar.refer_below or -math.inf)
        stands = stands and all(one == "clear" for one in self.asked.others)
        kept = tuple(
            one
            for one in found.counter_offers
            if one.change != "date"
            or (
                stands
                and all(
                    assess_ability(surety, one.terms, one.rate, rule).status == "able"
                    for surety in self.asked.guarantors
                )
            )
        )
        return replace(found, counter_offers=kept)

    def _wanted(self) -> tuple[LoanTerms | None, tuple[tuple[Limit, float], ...]]:
        """What is asked for, cut to what is lent at most; nothing where it is not known or not lent."""
        asked, strategy, table = self.asked, self.strategy, self.strategy.prices
        if asked.amount is None or asked.days is None or asked.days <= 0:
            return None, ()
        if asked.amount < table.amounts[0]:
            return None, ()
        limits: list[tuple[Limit, float]] = []
        number = strategy.payments_asked(asked.days)
        near = strategy.payments_near(number)
        if near != number:
            limits.append(("terms", float(near)))
        amount = asked.amount
        for name, most in self._most():
            if amount > most:
                limits.append((name, most))
        for _, most in (one for one in limits if one[0] != "terms"):
            amount = min(amount, most)
        if amount < asked.amount:
            steps = math.floor((amount - table.amounts[0]) / strategy.step + 1e-9)
            amount = table.amounts[0] + steps * strategy.step
        if amount < table.amounts[0]:
            return None, tuple(limits)
        return replace(table.shape, amount=amount, payments=near), tuple(limits)

    def _most(self) -> list[tuple[Limit, float]]:
        caps, income, grade = self.strategy.caps, self.asked.means.income, self.asked.price_grade
        found: list[tuple[Limit, float]] = [("list", float(self.strategy.prices.amounts[-1]))]
        if grade in caps.by_grade:
            found.append(("grade", float(caps.by_grade[grade])))
        if caps.incomes is not None and income is not None:
            found.append(("incomes", caps.incomes * income))
        line = self._line()
        if line is not None:
            found.append(("line", line.line))
        return found

    def _line(self) -> LineStep | None:
        plan = self.strategy.lines
        return None if plan is None else first_line(plan, self.asked.price_grade, self.asked.means)

    def _inputs(self, terms: LoanTerms) -> PriceInputs:
        arm = STANDARD if self.bar.arm is None else self.bar.arm.price_arm
        return PriceInputs(self.asked.price_grade, self.strategy.loss_class, terms, arm)

    def rate(self, terms: LoanTerms) -> float | None:
        """Rate of a loan that may be made; None otherwise."""
        return self._rate_on(terms, self.asked.start)

    def _looked_at(self, terms: LoanTerms, limits: tuple[tuple[Limit, float], ...]) -> Resolved:
        """Price and ability of what is asked for, and what could be had instead."""
        strategy, means = self.strategy, self.asked.means
        status, rate, cap = priced_at(strategy.prices, self._inputs(terms), self.asked.start)
        ability = assess_ability(means, terms, rate or 0.0, strategy.ability)
        found = Resolved("", "offer", self.bar, terms, limits, ability, status, cap, line=self._line())
        if ability.status == "unknown":
            return replace(found, decision="refer", stage="ability")
        if rate is None:
            found = replace(found, ability=None)
        elif ability.status == "able":
            return found
        found = replace(found, counter_offers=self._counters(terms))
        if any(one.change != "date" for one in found.counter_offers):
            return found
        return replace(found, decision="decline", stage="price" if rate is None else "ability")

    def _counters(self, terms: LoanTerms) -> tuple[CounterOffer, ...]:
        strategy, table = self.strategy, self.strategy.prices
        bounds = [
            *table.amounts,
            *(edge for cap in table.caps for edge in (cap.least_amount, cap.most_amount)),
        ]
        found = counter_offers(
            self.asked.means, terms, self.rate, strategy.ability, payments=table.payments,
            least_amount=table.amounts[0], step=strategy.step,
            bounds=[one for one in bounds if one < math.inf], rate_on=self._rate_on,
        )  # fmt: skip
        return tuple(sorted(found, key=_preferred))

    def _rate_on(self, terms: LoanTerms, day: date) -> float | None:
        return priced_at(self.strategy.prices, self._inputs(terms), day)[1]

    def _by_score(self, found: Resolved, *, doubtful: bool, unsaid: bool, straddling: bool) -> Resolved:
        score, bar, others = self.asked.score or 0, self.bar, self.asked.others
        below = score < bar.cutoff
        if below and not others and not (doubtful or straddling):
            small = self._explored(found)
            if small is not None:
                return small
        if below or not {"below", "unsaid"}.isdisjoint(others):
            said = not straddling and ((below and not unsaid) or reasons_stand(found))
            said = said or "below" in others
            stage: Stage = "cutoff" if below else "parties"
            return replace(found, decision="decline" if said else "refer", stage=stage, counter_offers=())
        own = doubtful or straddling or (bar.refer_below is not None and score < bar.refer_below)
        if own or "band" in others:
            return replace(found, decision="refer", stage="band" if own else "parties")
        terms = found.counter_offers[0].terms if found.counter_offers else found.asked
        return found if terms is None else self._vouched_for(found, terms)

    def _vouched_for(self, found: Resolved, terms: LoanTerms) -> Resolved:
        """Offer a loan where everybody who stands surety could pay it too; else a person looks at it."""
        rate, rule = self.rate(terms) or 0.0, self.strategy.ability
        checked = tuple(assess_ability(one, terms, rate, rule) for one in self.asked.guarantors)
        found = replace(found, guarantors=checked)
        if any(one.status != "able" for one in checked):
            return replace(found, decision="refer", stage="guarantor")
        return self._offered(found, terms)

    def _offered(self, found: Resolved, terms: LoanTerms, **more: Any) -> Resolved:
        offer = make_offer(self.strategy.prices, self._inputs(terms), self.asked.start, law=self.strategy.law)
        number = self.strategy.payments_asked(self.asked.days or 0.0)
        same = terms.amount == self.asked.amount and terms.payments == number
        plan = self.strategy.lines
        if plan is not None:
            more["next_line"] = next_line(plan, terms.amount, self.asked.price_grade, self.asked.means)
        made = {"decision": "approve" if same else "counter_offer", "offer": offer, "weight": 1.0, **more}
        return replace(found, **made)

    def _explored(self, found: Resolved) -> Resolved | None:
        """Lend a little to who is drawn, where a little can be priced and paid."""
        small, terms = self.strategy.exploration, found.asked
        if (
            small is None
            or terms is None
            or not self.strategy.drawn("exploration", self.asked.subject) < small.share
        ):
            return None
        amount = min(small.amount, self.asked.amount or 0.0)
        if terms.amount < amount:  # less is lent here than the loan that is tried
            return None
        terms = replace(terms, amount=amount, payments=small.payments)
        rate = self.rate(terms)
        if rate is None:
            return None
        if assess_ability(self.asked.means, terms, rate, self.strategy.ability).status != "able":
            return None
        return self._offered(
            found, terms, stage="cutoff", explored=True, weight=1.0 / small.share, counter_offers=()
        )


def reasons_stand(found: Resolved) -> bool:
    """Whether ability or price alone are reasons to be told."""
    return bool(found.status) and (
        found.status != "OFFERED" or (found.ability is not None and found.ability.status == "unable")
    )


def _preferred(one: CounterOffer) -> tuple[int]:
    """The whole amount over another term first, then less over the same, and last a later day."""
    return (CHANGES.index(one.change),)
