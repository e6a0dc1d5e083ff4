"""A policy held against what it will decide on: every name, type, label and cut-off, before any decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from creditscore.errors import NameUnknownError, ParameterError
from creditscore.policy.rules import DeclineRule, Policy
from creditscore.policy.strategy.strategy import Strategy

RESULTS: Final = ("result.score", "result.probability_of_default", "result.grade")
_TEXT_RESULTS: Final = ("result.grade",)


def check_explored(policy: Policy, strategy: Strategy, lowest: Mapping[str, float]) -> None:
    """Refuse an exploration that reaches nobody: no grade of it lies below a cut-off.

    Parameters
    ----------
    policy, strategy : Policy and Strategy
    lowest : mapping of str to float
        The fewest points of each grade.

    Raises
    ------
    ParameterError
    """
    cutoffs = (policy.cutoff, *(one.cutoff for one in strategy.cutoffs))
    highest = max(cutoffs) + max([0.0, *(arm.cutoff_shift for arm in strategy.arms)])
    explored = strategy.explored_grades
    if explored and all(lowest.get(grade, 0.0) >= highest for grade in explored):
        raise ParameterError(
            f"Nobody would be explored: below the cut-off of {highest:g} points lies none of the grades in "
            f"which the loan has a price and is lent ({', '.join(explored)}). Choose a larger amount, "
            "another term, or other caps, or leave out the exploration."
        )


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the rules of a policy may name: a closed set, with the type of each.

    Attributes
    ----------
    features : frozenset of str
        Features of the model, all numbers.
    numbers, texts : frozenset of str
        Attributes of the application.
    labels : mapping of str to set of str
        For attributes that the model takes as categories, those of the labels asked about that it has seen.
    lowest, highest : float
        Ends of the scale of points.
    """

    features: frozenset[str]
    numbers: frozenset[str]
    texts: frozenset[str]
    lowest: float
    highest: float
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def check(self, policy: Policy) -> None:
        """Refuse a policy that cannot decide what it says.

        Raises
        ------
        NameUnknownError
            If a rule names what is neither a feature, an attribute nor a result.
        ParameterError
            If a rule compares a number with a text, a name means two things, a label was never seen, or a
            limit lies outside the scale of points.

        Examples
        --------
        >>> rule = DeclineRule("too_much", "P01", "amuont", ">", 400, {"en": "The amount is above our limit"})
        >>> known = Subjects(frozenset(), frozenset({"amount"}), frozenset(), 300, 850)
        >>> known.check(Policy("consumer", "1", 580, (rule,)))
        Traceback (most recent call last):
        ...
        creditscore.errors.NameUnknownError: There is no subject of rule P01 'amuont'. Did you mean \
'amount'? Known: 'amount', 'result.score', 'result.probability_of_default', 'result.grade'.
        """
        self._check_points(policy.cutoff, policy.refer_below, policy.strategy)
        for rule in policy.rules:
            self._check(rule)

    def check_strategy(self, strategy: Strategy, grades: tuple[str, ...]) -> None:
        """Refuse a strategy that asks for what is not there, or cannot price every grade of a model.

        Raises
        ------
        NameUnknownError
            If an attribute is not in the application, a segment reads what is unknown, or the price list
            lacks a grade.
        ParameterError
            If a cut-off of a segment lies outside the scale of points, or an arm moves it there.
        """
        for one in strategy.cutoffs:
            self._check_points(one.cutoff, one.refer_below, strategy)
        numbers = tuple(sorted(self.numbers))
        for name in filter(None, (strategy.amount, strategy.term_days, strategy.household)):
            if name not in self.numbers:
                there = ", ".join(map(repr, numbers)) or "none"
                raise NameUnknownError(
                    f"The strategy reads the number {name!r} of the application, which has none of that "
                    f"name. Give it, or name another one in the strategy. Numbers there: {there}."
                )
        known = (*numbers, *sorted(self.texts), *sorted(self.features))
        for name in (column for one in strategy.cutoffs for column in one.segment.columns):
            if name not in known:
                raise NameUnknownError.among("column of a segment", name, known)
        for grade in grades:
            if grade not in strategy.prices.grades:
                raise NameUnknownError.among(
                    "grade in the price list of the strategy", grade, tuple(strategy.prices.grades)
                )

    def _check_points(self, cutoff: float, refer_below: float | None, strategy: Strategy | None) -> None:
        """Refuse limits off the scale, also where an arm moves them: such an arm would decide all alike."""
        shifts = {"": 0.0} | {arm.name: arm.cutoff_shift for arm in (strategy.arms if strategy else ())}
        for arm, shift in shifts.items():
            for name, limit in (("cutoff", cutoff), ("refer_below", refer_below)):
                if limit is not None and not self.lowest <= limit + shift <= self.highest:
                    raise ParameterError.must_be(
                        name,
                        f"on the scale, from {self.lowest:g} to {self.highest:g} points"
                        + (f", also in arm {arm!r}" if arm else ""),
                        limit + shift,
                    )

    def _check(self, rule: DeclineRule) -> None:
        kinds = [names for names in (self.features, self.numbers, self.texts) if rule.subject in names]
        if not kinds and rule.subject not in RESULTS:
            known = (*sorted(self.numbers | self.texts), *RESULTS, *sorted(self.features))
            raise NameUnknownError.among(f"subject of rule {rule.code}", rule.subject, known)
        if len(kinds) > 1:
            raise ParameterError(
                f"Rule {rule.code}: {rule.subject!r} is both a feature and an attribute. Rename the "
                "attribute."
            )
        is_text = rule.subject in self.texts or rule.subject in _TEXT_RESULTS
        if (rule.labels if is_text else rule.numbers) is None:
            kind = "a text" if is_text else "a number"
            raise ParameterError(
                f"Rule {rule.code} compares {rule.subject!r}, {kind}, with {rule.value!r}. Compare it with "
                f"{kind}, or with a tuple of such."
            )
        self._check_labels(rule)

    def _check_labels(self, rule: DeclineRule) -> None:
        if rule.subject not in self.labels or rule.labels is None:
            return
        never = sorted(set(rule.labels) - self.labels[rule.subject])
        if never:
            raise ParameterError(
                f"Rule {rule.code} names {never[0]!r} as a value of {rule.subject!r}, which the model never "
                "saw. Correct the label, or leave it out."
            )
