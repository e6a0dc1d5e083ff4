"""What a law lets a loan cost, and what it has to say of its cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.asked import check_known
from creditscore._ground.numbers import finite_number
from creditscore.errors import ParameterError
from creditscore.policy.pricing.yearly import (
    CashFlow,
    actuarial_annual_rate,
    actuarial_of,
    effective_annual_rate,
    effective_from,
    effective_of,
    flows_of,
    nominal_annual_rate,
    nominal_of,
    shows_more,
)

Measure: TypeAlias = Literal["effective", "actuarial", "nominal"]
MEASURES: Final[Mapping[str, Callable[[Sequence[CashFlow]], float]]] = MappingProxyType(
    {
        "effective": effective_annual_rate,
        "actuarial": actuarial_annual_rate,
        "nominal": nominal_annual_rate,
    }
)
# Which yearly rate a law asks a lender to state. Of China and Iran no official worked example was found.
STATED: Final[Mapping[str, tuple[Measure, ...]]] = MappingProxyType(
    {"EU": ("effective",), "US": ("actuarial",), "CN": ("nominal", "effective"), "IR": ("nominal",)}
)


@dataclass(frozen=True, slots=True)
class RateCap:
    """The highest yearly rate that a law allows, fees included.

    Parameters
    ----------
    highest : float
        A share a year, above 0: 0.24 for 24 %.
    measure : {"effective", "actuarial", "nominal"}
        Which yearly rate is meant: see `effective_annual_rate`, `actuarial_annual_rate` and
        `nominal_annual_rate`.
    source : str
        The law.
    least_amount, most_amount : float
        For which amounts it holds; for all by default.

    Examples
    --------
    >>> RateCap(0.24, "nominal", "an internal rule").holds_for(500.0)
    True
    """

    highest: float
    measure: Measure
    source: str
    least_amount: float = 0.0
    most_amount: float = math.inf

    def __post_init__(self) -> None:
        for name in ("highest", "least_amount"):
            object.__setattr__(self, name, finite_number(name, getattr(self, name)))
        if self.most_amount != math.inf:
            object.__setattr__(self, "most_amount", finite_number("most_amount", self.most_amount))
        if self.highest <= 0:
            raise ParameterError.must_be("highest", "a share a year above 0", self.highest)
        check_known("measure of a yearly rate", self.measure, MEASURES)
        if not isinstance(self.source, str) or not self.source:
            raise ParameterError.must_be("source", "the law that sets the cap", self.source)
        if not 0 <= self.least_amount <= self.most_amount:
            raise ParameterError.must_be("least_amount", "from 0 to most_amount", self.least_amount)

    def holds_for(self, amount: float) -> bool:
        """Say whether an amount falls under the cap."""
        return self.least_amount <= amount <= self.most_amount

    def allows(self, flows: Sequence[CashFlow]) -> bool:
        """Say whether a loan costs no more than is allowed."""
        return self.permits(*flows_of(flows))

    def permits(self, days: tuple[date, ...], amounts: NDArray[np.float64]) -> bool:
        """The same of days in their order, and amounts of shape (n,): received above 0, paid below."""
        if self.measure == "actuarial":
            return actuarial_of(days, amounts) <= self.highest
        nominal = self.measure == "nominal"
        highest = effective_from(self.highest) if nominal else self.highest
        more = shows_more(days, amounts, highest)
        if more is not None:
            return not more
        found = effective_of(days, amounts)
        return (nominal_of(found) if nominal else found) <= self.highest

    def to_dict(self) -> dict[str, Any]:
        """Write the cap as plain data; no upper amount stands as None."""
        most = None if math.isinf(self.most_amount) else self.most_amount
        return asdict(self) | {"most_amount": most}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        most = math.inf if stored["most_amount"] is None else stored["most_amount"]
        return cls(**{**stored, "most_amount": most})


@dataclass(frozen=True, slots=True)
class LoanCost:
    """What a borrower is to know of the cost of a loan before signing.

    Attributes
    ----------
    received : float
        What is paid out.
    paid : float
        Sum of all payments.
    fee : float
        Kept from the amount.
    interest : float
        Sum of all payments less the amount.
    yearly_rates : mapping of str to float
        By measure, those that the law asks for: a share a year.
    law : str
        Whose way of reckoning.
    """

    received: float
    paid: float
    fee: float
    interest: float
    yearly_rates: Mapping[str, float]
    law: str

    @classmethod
    def of(cls, flows: Sequence[CashFlow], amount: float, law: str) -> Self:
        """Reckon the cost of a loan from the borrower's cash flows.

        Parameters
        ----------
        flows : sequence of CashFlow
            What is received and paid, rounded as it will be.
        amount : float
            What is lent, fee included.
        law : {"EU", "US", "CN", "IR"}
            Which yearly rates are stated.

        Returns
        -------
        LoanCost

        Examples
        --------
        >>> from datetime import date
        >>> from creditscore.policy.pricing.repayment import LoanTerms
        >>> flows = LoanTerms(1000.0, 12).flows(0.12, date(2026, 12, 1), fee=10.0)
        >>> cost = LoanCost.of(flows, 1000.0, "EU")
        >>> round(cost.paid, 2), round(cost.yearly_rates["effective"], 4)
        (1066.2, 0.1484)
        """
        check_known("law", law, STATED)
        received = sum(flow.amount for flow in flows if flow.amount > 0)
        paid = -sum(flow.amount for flow in flows if flow.amount < 0)
        rates: dict[str, float] = {measure: MEASURES[measure](flows) for measure in STATED[law]}
        return cls(received, paid, amount - received, paid - amount, MappingProxyType(rates), law)

    def to_dict(self) -> dict[str, Any]:
        """Write the cost as plain data."""
        return {
            "received": self.received, "paid": self.paid, "fee": self.fee, "interest": self.interest,
            "yearly_rates": dict(self.yearly_rates), "law": self.law,
        }  # fmt: skip
