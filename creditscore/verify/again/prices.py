"""Rates, payments and ability to pay, worked out again in plain arithmetic."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from creditscore.verify.findings import canonical

_HIGHEST: Final = 20.0
_CENT: Final = 0.005
_SAME: Final = 1e-9
_AT_ONCE: Final = ("balloon", "interest_only", "revolving")
# Yearly rates are looked at here without days; so near a cap, what the record says is not doubted.
_UNSURE: Final = 0.005

Terms = Mapping[str, Any]


def paid_of(terms: Terms, rate: float) -> list[float]:
    """Payments of a loan at a nominal yearly rate, unrounded."""
    amount, n, kind = float(terms["amount"]), int(terms["payments"]), terms["repayment"]
    step = rate / terms["a_year"]
    if kind in ("instalments", "balloon", "interest_only"):
        share = 1.0 if kind == "interest_only" else float(terms["last_share"])
        left = share * amount
        factor = (1.0 + step) ** -n
        level = (amount - left * factor) / ((1.0 - factor) / step if step else n)
        return [level] * (n - 1) + [level + left]
    found, owed = [], amount
    for number in range(n):
        interest = step * owed
        back = amount / n if kind == "equal_principal" else terms["monthly_share"] * owed
        back = owed if number == n - 1 else back
        found.append(interest + back)
        owed -= back
    return found


def _value(prices: Mapping[str, Any], terms: Terms, probability: float, lost: float, rate: float) -> float:
    """What a loan is worth to its lender: expected and discounted payments less what they cost."""
    costs, amount, a_year = prices["costs"], terms["amount"], terms["a_year"]
    n = int(terms["payments"])
    funds, equity = costs["cost_of_funds"], costs["capital_share"]
    yearly = funds * (1.0 - equity) + costs["return_on_equity"] * equity
    levels = list(costs["seasoning"]) or [1.0]
    levels = [levels[min(k, len(levels) - 1)] for k in range(max(n, a_year))]
    first_year = math.fsum(levels[:a_year])
    early = 1.0 - (1.0 - costs["early_repayment"]) ** (1.0 / a_year)
    worth = (
        prices["fee_share"] * amount - amount * (1.0 + costs["opening_cost"]) - costs["opening_cost_fixed"]
    )
    alive, owed = 1.0, float(amount)
    for k, payment in enumerate(paid_of(terms, rate)):
        bad = 1.0 - (1.0 - probability) ** (levels[k] / first_year)
        after = owed * (1.0 + rate / a_year) - payment
        flow = (1.0 - bad) * (payment + early * after) + bad * (1.0 - lost) * owed
        flow -= costs["running_cost"] / a_year * owed
        worth += alive * flow * (1.0 + yearly) ** (-(k + 1) / a_year)
        alive *= (1.0 - bad) * (1.0 - early)
        owed = after
    return float(worth)


@lru_cache(maxsize=4096)
def _listed(text: str, lost: float, grade: str, payments: int, range_number: int) -> float | None:
    """The rate of the list: fair, rounded up, and never below that of a grade of less risk."""
    prices = json.loads(text)
    lowest = prices["amounts"][range_number]
    terms = prices["shape"] | {"amount": lowest, "payments": payments}
    highest = 0.0
    limit = prices["grades"][grade]
    for probability in sorted(one for one in prices["grades"].values() if one <= limit):
        found = _one(prices, terms, probability, lost)
        if found is None:
            return None
        highest = max(highest, found)
    return highest


def _one(prices: Mapping[str, Any], terms: Terms, probability: float, lost: float) -> float | None:
    given = prices["given_rate"]
    if given is not None:
        return float(given) if _value(prices, terms, probability, lost, given) >= 0.0 else None
    low, high = 0.0, _HIGHEST
    if _value(prices, terms, probability, lost, low) >= 0.0:
        return 0.0
    if _value(prices, terms, probability, lost, high) < 0.0:
        return None
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = _value(prices, terms, probability, lost, middle) >= 0.0
        low, high = (low, middle) if above else (middle, high)
    return round(math.ceil(high * 1e4 - 1e-7) / 1e4, 4)


class Prices:
    """The price list of a policy, for one applicant.

    Parameters
    ----------
    strategy : mapping
        ``record["policy"]["strategy"]``.
    grade : str
        Of the applicant.
    price_arm : str
        Of a price test.
    """

    def __init__(self, strategy: Mapping[str, Any], grade: str, price_arm: str) -> None:
        self.prices: Mapping[str, Any] = strategy["prices"]
        self.text: str = canonical(self.prices)
        self.grade = grade
        self.lost: float = float(self.prices["loss_classes"][strategy["loss_class"]])
        self.added: float = 0.0 if price_arm == "standard" else float(self.prices["arms"][price_arm])

    def listed(self, terms: Terms) -> float | None:
        """Rate of the list with what the arm adds, before any cap."""
        edges = self.prices["amounts"]
        inside = max(k for k, edge in enumerate(edges[:-1]) if edge <= terms["amount"])
        found = _listed(self.text, self.lost, self.grade, int(terms["payments"]), inside)
        return None if found is None else found + self.added

    def status(self, terms: Terms, stated: Mapping[str, Any] | None = None) -> tuple[str, str]:
        """Status of a price, and the law whose cap forbids it."""
        rate = self.listed(terms)
        if rate is None:
            return "BELOW_COST", ""
        for cap in self.prices["caps"]:
            most = math.inf if cap["most_amount"] is None else cap["most_amount"]
            if not cap["least_amount"] <= terms["amount"] <= most:
                continue
            over = self._yearly(terms, rate, cap["measure"]) - cap["highest"]
            unsure = abs(over) < _UNSURE and stated is not None
            if stated["cap"] == cap["source"] if unsure and stated is not None else over > 0.0:
                return "UNPRICEABLE_AT_CAP", cap["source"]
        return "OFFERED", ""

    def rate(self, terms: Terms, *, known: bool = False) -> float | None:
        """Rate of a loan that may be made; of one that is stated, a cap that is near is not doubted."""
        stated = {"cap": ""} if known else None
        return self.listed(terms) if self.status(terms, stated)[0] == "OFFERED" else None

    def _yearly(self, terms: Terms, rate: float, measure: str) -> float:
        """Yearly rate of the borrower's flows, by periods and not by days."""
        received = terms["amount"] - round(self.prices["fee_share"] * terms["amount"], 2)
        paid = [round(one, 2) for one in paid_of(terms, rate)]
        low, high = 0.0, 2.0
        for _ in range(60):
            step = 0.5 * (low + high)
            left = received - math.fsum(one * (1.0 + step) ** -(k + 1) for k, one in enumerate(paid))
            low, high = (low, step) if left > 0.0 else (step, high)
        a_year = terms["a_year"]
        return float((1.0 + low) ** a_year - 1.0 if measure == "effective" else low * a_year)


def ability_of(
    means: Mapping[str, Any], terms: Terms, rate: float, rule: Mapping[str, Any]
) -> dict[str, Any]:
    """Whether a loan can be paid out of the income, as a record says it."""
    instalment, last = _highest(terms, rate)
    unknown = [f"{name}_unknown" for name in ("income", "commitments", "essentials") if means[name] is None]
    nothing = dict.fromkeys(("most_instalment", "left", "left_in_stress", "most_at_end"))
    if unknown:
        return {
            "status": "unknown", "shortfalls": unknown, "shares": {}, "instalment": instalment,
            "last_payment": last, **nothing,
        }  # fmt: skip
    income, other = means["income"], means["commitments"]
    budget = rule["reference_budget"]
    people = max(int(one) for one in budget if int(one) <= means["household"])
    needs = other + max(budget[str(people)], means["essentials"]) + rule["buffer"]
    spare, stressed = income - needs, (1.0 - rule["income_stress"]) * income - needs
    harder, last_harder = _highest(terms, rate + rule["rate_stress"])
    edges = (rule["most_of_income"] * income - other, rule["most_of_left"] * spare)
    at_end = max(0.0, min(*edges, stressed * last / last_harder)) if last else 0.0
    shares = {
        "share_of_income": (other + instalment) / income if income > 0 else None,
        "share_of_left": instalment / spare if spare > 0 else None,
    }
    short = [
        name
        for name, most in (("share_of_income", "most_of_income"), ("share_of_left", "most_of_left"))
        if shares[name] is None or shares[name] > rule[most] + _SAME
    ]
    short += ["stress"] if stressed - harder < -_CENT else []
    short += ["last_payment"] if last > at_end + _CENT else []
    return {
        "status": "unable" if short else "able", "shortfalls": short, "shares": shares,
        "instalment": instalment, "most_instalment": max(0.0, min(*edges, stressed * instalment / harder)),
        "left": spare - instalment, "left_in_stress": stressed - harder, "last_payment": last,
        "most_at_end": at_end,
    }  # fmt: skip


def _highest(terms: Terms, rate: float) -> tuple[float, float]:
    paid = paid_of(terms, rate)
    regular: Sequence[float] = paid[:-1] if terms["repayment"] in _AT_ONCE and len(paid) > 1 else paid
    most = max(regular)
    last = paid[-1] if len(regular) < len(paid) and paid[-1] > most + 1e-9 else 0.0
    return most * terms["a_year"] / 12.0, last


def flattened(section: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says of a strategy, its offer as it is worked out again."""
    offer = section["offer"]
    if offer is None:
        return dict(section)
    cost, flows = offer["cost"], offer["flows"]
    names = ("status", "grade", "loss_class", "arm", "terms", "rate", "fee", "cap", "instead")
    shown = {name: offer[name] for name in names}
    shown |= {
        "paid": [-amount for _, amount in flows[1:]], "received": flows[0][1], "total": cost["paid"],
        "interest": cost["interest"], "law": cost["law"],
    }  # fmt: skip
    if abs(cost["received"] - flows[0][1]) > 1e-9 or abs(cost["fee"] - offer["fee"]) > 0.005:
        shown["received"] = cost["received"]
    return {**section, "offer": shown}
