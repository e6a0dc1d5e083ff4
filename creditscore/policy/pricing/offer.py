"""An offer: a rate from the price list, the borrower's cash flows, what they cost, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any, Final, Literal, TypeAlias

from creditscore._ground import looks
from creditscore.errors import ParameterError
from creditscore.policy.pricing.caps import LoanCost
from creditscore.policy.pricing.table import PriceInputs, PriceTable
from creditscore.policy.pricing.yearly import CashFlow, checked

OfferStatus: TypeAlias = Literal["OFFERED", "UNPRICEABLE_AT_CAP", "BELOW_COST"]
Lever: TypeAlias = Literal["amount", "term", "security"]
LEVERS: Final[tuple[Lever, ...]] = ("amount", "term", "security")


@dataclass(frozen=True, slots=True)
class Offer:
    """A loan at a rate, or why there is none and what could be offered instead.

    Attributes
    ----------
    status : {"OFFERED", "UNPRICEABLE_AT_CAP", "BELOW_COST"}
        ``UNPRICEABLE_AT_CAP``: the rate that earns the costs costs more than the law allows; the loan is
        not made at the cap instead. ``BELOW_COST``: no rate earns the costs, or a rate that is given does
        not.
    inputs : PriceInputs
        All that the price was set by.
    rate : float or None
        Nominal yearly rate, a share.
    fee : float
        Kept from the amount, in money.
    flows : tuple of CashFlow
        What the borrower receives and pays, rounded to cents; empty without an offer.
    cost : LoanCost or None
        What it costs, by the law of the place.
    cap : str
        The law whose cap forbids it; empty otherwise.
    instead : tuple of Instead
        Where there is no offer: what could be offered, at most one by each lever.
    table : str
        Digest of the price table.
    """

    status: OfferStatus
    inputs: PriceInputs
    rate: float | None
    fee: float
    flows: tuple[CashFlow, ...]
    cost: LoanCost | None
    cap: str
    instead: tuple[Instead, ...]
    table: str

    @property
    def instalment(self) -> float | None:
        """The first payment, in money; None without an offer."""
        return -self.flows[1].amount if self.flows else None

    def __str__(self) -> str:
        if self.rate is None or self.cost is None:
            found = "; ".join(str(one) for one in self.instead) or "nothing else"
            return f"{self.status} ({self.cap}): {found}" if self.cap else f"{self.status}: {found}"
        terms = self.inputs.terms
        rates = ", ".join(f"{rate:.2%} {measure}" for measure, rate in self.cost.yearly_rates.items())
        return (
            f"{terms.amount:,.2f} in {terms.payments} payments at {self.rate:.2%} ({rates}): "
            f"{self.cost.paid:,.2f} to pay"
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = f"<p dir='auto'>{escape(str(self))}</p>"
        if not self.flows:
            return head
        paid = ((flow.day.isoformat(), f"{flow.amount:,.2f}") for flow in self.flows)
        flows = looks.table(("day", "received or paid"), paid, numbers=(1,))
        return f"{head}<details><summary>{len(self.flows)} cash flows</summary>{flows}</details>"

    def to_dict(self) -> dict[str, Any]:
        """Write the offer as plain data."""
        inputs = self.inputs
        return {
            "status": self.status,
            "grade": inputs.grade, "loss_class": inputs.loss_class, "arm": inputs.arm,
            "terms": inputs.terms.to_dict(),
            "rate": self.rate, "fee": self.fee,
            "flows": [[flow.day.isoformat(), flow.amount] for flow in self.flows],
            "cost": None if self.cost is None else self.cost.to_dict(),
            "cap": self.cap,
            "instead": [one.to_dict() for one in self.instead],
            "table": self.table,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instead:
    """What could be offered instead, by changing one thing.

    Attributes
    ----------
    lever : {"amount", "term", "security"}
        What is changed.
    inputs : PriceInputs
        The loan that could be offered.
    rate : float
        Its rate.
    """

    lever: Lever
    inputs: PriceInputs
    rate: float

    def __str__(self) -> str:
        terms = self.inputs.terms
        return (
            f"{terms.amount:,.2f} in {terms.payments} payments, {self.inputs.loss_class}, at {self.rate:.2%}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        terms = self.inputs.terms
        return {
            "lever": self.lever, "amount": terms.amount, "payments": terms.payments,
            "loss_class": self.inputs.loss_class, "rate": self.rate,
        }  # fmt: skip


def make_offer(
    table: PriceTable, inputs: PriceInputs, start: date, *, law: str = "EU", step: float = 0.0
) -> Offer:
    """Make an offer, or say why there is none and find what could be offered instead.

    Parameters
    ----------
    table : PriceTable
        The price list.
    inputs : PriceInputs
        What is asked for, the grade, and what secures it.
    start : date
        The day on which the amount would be paid out.
    law : {"EU", "US", "CN", "IR"}, default "EU"
        Whose yearly rate is stated.
    step : float, default 0
        Smaller amounts are tried in steps of so much, in money; 0 tries the lower bounds of the ranges.

    Returns
    -------
    Offer

    Raises
    ------
    NameUnknownError, ParameterError
        If something is not in the table.

    Examples
    --------
    >>> from creditscore.policy.pricing.costs import LoanCosts
    >>> from creditscore.policy.pricing.repayment import LoanTerms
    >>> table = PriceTable(
    ...     LoanCosts(cost_of_funds=0.06, running_cost=0.02, opening_cost=0.01),
    ...     {"A": 0.01, "C": 0.15}, {"unsecured": 0.6}, (12, 24), (100.0, 10_000.0),
    ... )
    >>> print(make_offer(table, PriceInputs("A", "unsecured", LoanTerms(1000.0, 12)), date(2026, 12, 1)))
    1,000.00 in 12 payments at 11.01% (11.59% effective): 1,060.68 to pay
    """
    if step < 0:
        raise ParameterError.must_be("step", "at least 0", step)
    status, rate, cap = priced_at(table, inputs, start)
    fee = round(table.fee_share * inputs.terms.amount, 2)
    if rate is not None:
        flows = inputs.terms.flows(rate, start, fee)
        cost = LoanCost.of(flows, inputs.terms.amount, law)
        return Offer(status, inputs, rate, fee, flows, cost, "", (), table.digest)
    instead = tuple(
        found
        for lever in LEVERS
        if (found := _first(table, lever, _tries(table, inputs, lever, step), start))
    )
    return Offer(status, inputs, None, fee, (), None, cap, instead, table.digest)


def priced_at(
    table: PriceTable, inputs: PriceInputs, start: date
) -> tuple[OfferStatus, float | None, str]:
    """Price a loan: status, rate where it is offered, and the law whose cap forbids it."""
    rate = table.rate(inputs)
    if rate is None:
        return "BELOW_COST", None, ""
    terms = inputs.terms
    caps = [cap for cap in table.caps if cap.holds_for(terms.amount)]
    if caps:
        days, amounts = checked(*terms.course(rate, start, round(table.fee_share * terms.amount, 2)))
        for cap in caps:
            if not cap.permits(days, amounts):
                return "UNPRICEABLE_AT_CAP", None, cap.source
    return "OFFERED", rate, ""


def _first(table: PriceTable, lever: Lever, tries: Iterator[PriceInputs], start: date) -> Instead | None:
    for inputs in tries:
        status, rate, _ = priced_at(table, inputs, start)
        if status == "OFFERED" and rate is not None:
            return Instead(lever, inputs, rate)
    return None


def _tries(table: PriceTable, inputs: PriceInputs, lever: Lever, step: float) -> Iterator[PriceInputs]:
    """Try the nearest change first: the largest smaller amount, the longest shorter term, more security."""
    terms = inputs.terms
    if lever == "amount":
        for amount in _smaller(table, terms.amount, step):
            yield replace(inputs, terms=replace(terms, amount=amount))
    elif lever == "term":
        for number in sorted((one for one in table.payments if one < terms.payments), reverse=True):
            yield replace(inputs, terms=replace(terms, payments=number))
    else:
        lost = table.loss_classes[inputs.loss_class]
        for name in sorted(table.loss_classes, key=lambda one: -table.loss_classes[one]):
            if table.loss_classes[name] < lost:
                yield replace(inputs, loss_class=name)


def _smaller(table: PriceTable, amount: float, step: float) -> Iterator[float]:
    if step == 0:
        yield from sorted((bound for bound in table.amounts if bound < amount), reverse=True)
        return
    number = 1
    while amount - number * step >= table.amounts[0]:
        yield amount - number * step
        number += 1
