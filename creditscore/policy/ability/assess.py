"""Ability to pay: what is left of an income each month, also if things get worse."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

from creditscore._ground.numbers import finite_number, whole_number
from creditscore.errors import ParameterError
from creditscore.policy.pricing.intervals import MONTHS_A_YEAR
from creditscore.policy.pricing.repayment import LoanTerms

AbilityStatus: TypeAlias = Literal["able", "unable", "unknown"]
Shortfall: TypeAlias = Literal[
    "income_unknown",
    "essentials_unknown",
    "commitments_unknown",
    "share_of_income",
    "share_of_left",
    "stress",
    "last_payment",
]
_LIMITED: Final[tuple[Shortfall, ...]] = ("share_of_income", "share_of_left")
_SHARES: Final = ("most_of_income", "most_of_left", "income_stress")
# A cent: what rounding of payments may add.
_CENT: Final = 0.005
# Shares that differ by less are the same: no sentence could tell them apart.
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Means:
    """What is known of an applicant's monthly income and spending, in money.

    Parameters
    ----------
    income : float or None
        The 25th percentile of monthly incomes, jointly of all who apply together; None where not known.
    commitments : float or None
        Instalments that go on, each loan once; 0 for none, None where not known.
    essentials : float or None
        Observed spending that cannot be put off; None where not known.
    household : int, default 1
        People who live on it.
    ending : tuple of (date, float), default ()
        From which day on which part of the commitments is no more, if all is paid as was agreed.
    """

    income: float | None
    commitments: float | None
    essentials: float | None
    household: int = 1
    ending: tuple[tuple[date, float], ...] = ()

    def __post_init__(self) -> None:
        for name in ("income", "commitments", "essentials"):
            value = getattr(self, name)
            if value is None:
                continue
            object.__setattr__(self, name, finite_number(name, value))
            if value < 0:
                raise ParameterError.must_be(name, "at least 0, or None where it is not known", value)
        object.__setattr__(self, "household", whole_number("household", self.household, 1))
        object.__setattr__(self, "ending", tuple(sorted((day, float(part)) for day, part in self.ending)))
        if any(part < 0 for _, part in self.ending) or (
            self.commitments is not None and sum(part for _, part in self.ending) > self.commitments + _CENT
        ):
            raise ParameterError.must_be("ending", "parts of the commitments, of at least 0", self.ending)

    def on(self, day: date) -> Self:
        """Return the same household on a later day, without the commitments that have ended by then.

        Examples
        --------
        >>> means = Means(2000.0, 300.0, 500.0, ending=((date(2027, 3, 12), 100.0),))
        >>> means.on(date(2027, 3, 11)).commitments, means.on(date(2027, 3, 12)).commitments
        (300.0, 200.0)
        """
        if self.commitments is None:
            return self
        ended = math.fsum(part for end, part in self.ending if end <= day)
        left = tuple(one for one in self.ending if one[0] > day)
        return replace(self, commitments=max(0.0, self.commitments - ended), ending=left)

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data; what ends only where something does."""
        ending = [[day.isoformat(), part] for day, part in self.ending]
        return {
            "income": self.income, "commitments": self.commitments, "essentials": self.essentials,
            "household": self.household, **({"ending": ending} if ending else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class AbilityRule:
    """How much of an income may go into instalments, and what it has to withstand.

    Parameters
    ----------
    reference_budget : mapping of int to float
        What a household of so many people needs in a month at least, in money, by a published reference; a
        larger household than the largest needs at least as much as that. The higher one of it and of what
        is observed counts.
    most_of_income : float, default 0.40
        Share of the income that all instalments may take.
    most_of_left : float, default 0.60
        Share that the new instalment may take of what is left after commitments and essentials.
    buffer : float, default 0
        Money a month that has to stay.
    income_stress : float, default 0.10
        Share by which the income falls in the test.
    rate_stress : float, default 0.02
        By which the yearly rate rises in the test, for a loan that bears interest.

    Examples
    --------
    >>> rule = AbilityRule({1: 600.0, 2: 900.0})
    >>> able = assess_ability(Means(2000.0, 300.0, 500.0), LoanTerms(5000.0, 24), 0.12, rule)
    >>> able.status, round(able.instalment, 2), round(able.most_instalment, 2)
    ('able', 235.37, 500.0)
    """

    reference_budget: Mapping[int, float]
    most_of_income: float = 0.40
    most_of_left: float = 0.60
    buffer: float = 0.0
    income_stress: float = 0.10
    rate_stress: float = 0.02

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= finite_number(name, getattr(self, name)) <= 1:
                raise ParameterError.must_be(name, "a share within 0 and 1", getattr(self, name))
        for name in ("buffer", "rate_stress"):
            if finite_number(name, getattr(self, name)) < 0:
                raise ParameterError.must_be(name, "at least 0", getattr(self, name))
        if not isinstance(self.reference_budget, Mapping):
            raise ParameterError.must_be(
                "reference_budget", "a mapping of people to money", self.reference_budget
            )
        for people, need in self.reference_budget.items():
            if isinstance(people, bool) or not isinstance(people, int):
                raise ParameterError.must_be("reference_budget", "by whole numbers of people", people)
            finite_number("reference_budget", need)
        budget = dict(sorted(self.reference_budget.items()))
        if 1 not in budget or list(budget.values()) != sorted(budget.values()) or min(budget.values()) < 0:
            raise ParameterError.must_be(
                "reference_budget", "money by people, from 1 on, never falling", self.reference_budget
            )
        object.__setattr__(self, "reference_budget", MappingProxyType(budget))

    def essentials(self, means: Means) -> float:
        """What a household spends on what cannot be put off: the higher of observed and reference."""
        known = [need for people, need in self.reference_budget.items() if people <= means.household]
        return max(known[-1], means.essentials or 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Write the rule as plain data."""
        return {
            "reference_budget": {str(people): need for people, need in self.reference_budget.items()},
            "most_of_income": self.most_of_income, "most_of_left": self.most_of_left,
            "buffer": self.buffer, "income_stress": self.income_stress, "rate_stress": self.rate_stress,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        budget = {int(people): need for people, need in stored["reference_budget"].items()}
        return cls(**{**stored, "reference_budget": budget})


@dataclass(frozen=True, slots=True)
class Ability:
    """Whether a loan can be paid back out of the income, all in money a month.

    Attributes
    ----------
    status : {"able", "unable", "unknown"}
        ``unknown`` where the income, the commitments or the essentials are not known: a person decides.
    instalment : float
        The highest regular payment, by the month.
    most_instalment : float
        The highest that passes, also at once with the last payment; NaN where unknown, 0 or more else.
    left, left_in_stress : float
        What is left after it, as things are and in the test; NaN where unknown.
    shortfalls : tuple of str
        What is not known or not met; see `creditscore.words.ability`.
    last_payment : float
        Where it is larger than the others (a balloon, interest only, a credit line): what falls due at the
        end; 0 otherwise. It has to be within the same limits as an instalment of that month.
    shares : mapping of str to float
        What the instalments take of the income, and of what is left; infinite where nothing is left.
    most_at_end : float
        The highest last payment that passes; NaN where unknown, 0 where there is no larger one.
    most_of_asked : float
        Which multiple of the amount could be paid back in the same way; NaN where unknown.
    """

    status: AbilityStatus
    instalment: float
    most_instalment: float
    left: float
    left_in_stress: float
    shortfalls: tuple[Shortfall, ...] = ()
    last_payment: float = 0.0
    shares: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    most_at_end: float = math.nan
    most_of_asked: float = math.nan


def assess_ability(means: Means, terms: LoanTerms, rate: float, rule: AbilityRule) -> Ability:
    """Say whether a loan can be paid back out of the income, as things are and if they get worse.

    The instalment may take at most a share of the income with all other instalments, and a share of what is
    left after commitments and essentials; and if the income falls and the rate rises, nothing may be missing
    (Directive (EU) 2023/2225, Art. 18; EBA/GL/2020/06, section 5).

    Parameters
    ----------
    means : Means
        What is known of the household.
    terms : LoanTerms
        What is asked for.
    rate : float
        Its nominal yearly rate, a share.
    rule : AbilityRule
        What has to hold.

    Returns
    -------
    Ability
    """
    instalment, last = monthly(terms, rate)
    unknown: list[Shortfall] = []
    if means.income is None:
        unknown.append("income_unknown")
    if means.commitments is None:
        unknown.append("commitments_unknown")
    if means.essentials is None:
        unknown.append("essentials_unknown")
    if means.income is None or means.commitments is None or means.essentials is None:
        nan = math.nan
        return Ability("unknown", instalment, nan, nan, nan, tuple(unknown), last)
    needs = means.commitments + rule.essentials(means) + rule.buffer
    spare = means.income - needs
    harder, last_harder = monthly(terms, rate + rule.rate_stress if terms.bears_interest else rate)
    stressed = (1.0 - rule.income_stress) * means.income - needs
    bounds = rule.most_of_income * means.income - means.commitments, rule.most_of_left * spare
    if not harder:
        raise ParameterError.must_be("terms", "of payments that a double tells from nothing", terms)
    most = max(0.0, min(*bounds, stressed * instalment / harder))
    at_end = max(0.0, min(*bounds, stressed * last / last_harder)) if last else 0.0
    shares = {
        "share_of_income": _share(means.commitments + instalment, means.income),
        "share_of_left": _share(instalment, spare),
    }
    limits = {"share_of_income": rule.most_of_income, "share_of_left": rule.most_of_left}
    missed: list[Shortfall] = [name for name in _LIMITED if shares[name] > limits[name] + _SAME]
    if stressed - harder < -_CENT:
        missed.append("stress")
    if last > at_end + _CENT:
        missed.append("last_payment")
    return Ability(
        "unable" if missed else "able", instalment, most, spare - instalment, stressed - harder,
        tuple(missed), last, MappingProxyType(shares), at_end,
        min(most / instalment, at_end / last if last else math.inf),
    )  # fmt: skip


def monthly(terms: LoanTerms, rate: float) -> tuple[float, float]:
    """Find the highest regular payment by the month, and the last one where it is larger (else 0)."""
    paid = terms.paid(rate)
    at_once = terms.repayment in ("balloon", "interest_only", "revolving") and paid.size > 1
    regular = float((paid[:-1] if at_once else paid).max())
    last = float(paid[-1]) if at_once and paid[-1] > regular else 0.0
    return regular * terms.a_year / MONTHS_A_YEAR, last


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.inf
