"""What an applicant could pay instead: a smaller amount, another term, or a later day."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from creditscore._ground.numbers import is_finite_number
from creditscore.errors import ParameterError
from creditscore.policy.ability.assess import AbilityRule, Means, assess_ability
from creditscore.policy.pricing.repayment import LoanTerms

Change: TypeAlias = Literal["amount", "term", "both", "date"]
Rate: TypeAlias = Callable[[LoanTerms], float | None]
RateOn: TypeAlias = Callable[[LoanTerms, date], float | None]
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class CounterOffer:
    """A loan that passes where the one asked for does not.

    Attributes
    ----------
    change : {"amount", "term", "both", "date"}
        What differs.
    terms : LoanTerms
        What could be paid.
    rate : float
        Its nominal yearly rate.
    start : date or None
        For a change of date: from which day on, as commitments end.
    """

    change: Change
    terms: LoanTerms
    rate: float
    start: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data; the day only where it is one."""
        start = {} if self.start is None else {"start": self.start.isoformat()}
        return {"change": self.change, "terms": self.terms.to_dict(), "rate": self.rate, **start}


def counter_offers(
    means: Means,
    asked: LoanTerms,
    rate: Rate,
    rule: AbilityRule,
    *,
    payments: Sequence[int],
    least_amount: float,
    step: float,
    bounds: Sequence[float] = (),
    rate_on: RateOn | None = None,
) -> tuple[CounterOffer, ...]:
    """Find what could be offered instead, each checked by the same rule.

    In this order, where they exist: the largest smaller amount of the same term; the same amount over the
    nearest longer term, or else the nearest shorter one; where neither exists, the largest amount over any
    term (of equal ones the shortest term); and the first day on which the loan asked for can be paid, as
    commitments end. Never more than was asked for.

    Parameters
    ----------
    means : Means
        What is known of the household.
    asked : LoanTerms
        What was asked for.
    rate : callable from LoanTerms to float or None
        The price list; None where nothing is offered.
    rule : AbilityRule
        What has to hold.
    payments : sequence of int
        Numbers of payments that are offered.
    least_amount, step : float
        The smallest amount, and the grid that amounts stand on, counted from it.
    bounds : sequence of float, default ()
        Amounts from which on the rate may be another, as of a `PriceTable` its ``amounts``; between them it
        must not depend on the amount.
    rate_on : callable from LoanTerms and date to float or None, optional
        The price list of a later day, where it is another; by default `rate`.

    Returns
    -------
    tuple of CounterOffer
        Empty if the income is not known, or nothing passes.

    Examples
    --------
    >>> rule = AbilityRule({1: 600.0})
    >>> asked = LoanTerms(5000.0, 12)
    >>> means = Means(1500.0, 200.0, 500.0)
    >>> for one in counter_offers(
    ...     means, asked, lambda terms: 0.12, rule, payments=(12, 24, 36), least_amount=100.0, step=100.0
    ... ):
    ...     print(one.change, one.terms.amount, one.terms.payments)
    amount 4500.0 12
    term 5000.0 24
    """
    if not all(is_finite_number(one) and one > 0 for one in (least_amount, step)):
        raise ParameterError.must_be("least_amount and step", "above 0", (least_amount, step))
    if asked.amount / step >= 2.0**53:
        raise ParameterError.must_be("step", "of a size with the amount, whose grid can be counted", step)
    if means.income is None or means.commitments is None or means.essentials is None:
        return ()
    search = _Search(
        means, asked, rate, rule, tuple(sorted(set(payments))), least_amount, step, tuple(sorted(bounds)),
        rate_on or (lambda terms, _: rate(terms)),
    )  # fmt: skip
    smaller = search.largest(asked.payments, below=asked.amount)
    found = [] if smaller is None else [CounterOffer("amount", *smaller)]
    other = search.other_term()
    if other is not None:
        found.append(CounterOffer("term", *other))
    if not found:
        both = search.both()
        found = [] if both is None else [CounterOffer("both", *both)]
    later = search.later()
    return (*found, later) if later is not None else tuple(found)


@dataclass(frozen=True, slots=True)
class _Search:
    means: Means
    asked: LoanTerms
    rate: Rate
    rule: AbilityRule
    payments: tuple[int, ...]
    least: float
    step: float
    bounds: tuple[float, ...]
    rate_on: RateOn

    def passes(self, terms: LoanTerms) -> float | None:
        """Return the rate of a loan that can be priced and paid; None otherwise."""
        return self._able(terms, self.means, self.rate(terms))

    def _able(self, terms: LoanTerms, means: Means, rate: float | None) -> float | None:
        if rate is None or assess_ability(means, terms, rate, self.rule).status != "able":
            return None
        return rate

    def largest(self, payments: int, below: float, above: int = -1) -> tuple[LoanTerms, float] | None:
        """Find the largest amount of the grid below a limit that passes over so many payments.

        Amounts of the grid up to the number `above` are not tried.

        Between two bounds the rate stays, and payments grow with the amount in proportion.
        """
        highest = math.ceil((below - self.least) / self.step - _TINY) - 1
        if highest <= above:
            return None
        # Without interest more could be paid than at any rate: no larger amount is tried.
        highest = min(highest, self._most_at(self._terms(payments, highest), 0.0) + 1)
        for bound in (*reversed([self._from(bound) for bound in self.bounds]), 0):
            lowest = max(bound, above + 1)
            if lowest <= highest:
                found = self._largest_of(payments, lowest, highest)
                if found is not None:
                    return found
                highest = lowest - 1
        return None

    def _from(self, bound: float) -> int:
        """Number of the first amount of the grid that is not below a bound."""
        return max(0, math.ceil((bound - self.least) / self.step - _TINY))

    def _largest_of(self, payments: int, lowest: int, highest: int) -> tuple[LoanTerms, float] | None:
        terms = self._terms(payments, highest)
        rate = self.rate(terms)
        if rate is None:
            return None
        number = self._most_at(terms, rate)
        # One more, for what passes by less than a cent; one less, for what rounding takes.
        for tried in (number + 1, number, number - 1):
            smaller = self._terms(payments, max(min(tried, highest), lowest))
            if tried >= lowest and self.passes(smaller) is not None:
                return smaller, rate
        return None

    def _most_at(self, terms: LoanTerms, rate: float) -> int:
        """Number of the largest amount of the grid that could be paid back at a rate; negative for none."""
        amount = terms.amount * assess_ability(self.means, terms, rate, self.rule).most_of_asked
        return math.floor((min(amount, self.asked.amount) - self.least) / self.step + _TINY)

    def _terms(self, payments: int, number: int) -> LoanTerms:
        return replace(self.asked, amount=self.least + number * self.step, payments=payments)

    def other_term(self) -> tuple[LoanTerms, float] | None:
        """Find the nearest longer term that passes, or else the nearest shorter one."""
        longer = [number for number in self.payments if number > self.asked.payments]
        shorter = [number for number in reversed(self.payments) if number < self.asked.payments]
        for number in (*longer, *shorter):
            terms = replace(self.asked, payments=number)
            rate = self.passes(terms)
            if rate is not None:
                return terms, rate
        return None

    def both(self) -> tuple[LoanTerms, float] | None:
        """Find the largest amount over any term, of equal ones the shortest term."""
        best, above = None, -1
        for number in self.payments:
            found = self.largest(number, self.asked.amount, above)
            if found is not None:
                best, above = found, self._number(found[0].amount)
        return best

    def _number(self, amount: float) -> int:
        """Number of an amount of the grid."""
        return round((amount - self.least) / self.step)

    def later(self) -> CounterOffer | None:
        """Find the first day on which enough commitments have ended, for a loan that has a price."""
        if self.rate(self.asked) is None:
            return None
        for day in sorted({day for day, _ in self.means.ending}):
            means = self.means.on(day)
            if self._able(self.asked, means, 0.0) is None:  # no price makes it lighter
                continue
            rate = self._able(self.asked, means, self.rate_on(self.asked, day))
            if rate is not None:
                return CounterOffer("date", self.asked, rate, day)
        return None
