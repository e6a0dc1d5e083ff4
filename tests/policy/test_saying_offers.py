"""Sentences of offers and limits, read back as numbers and held against the cash flows they speak of."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from creditscore.policy.pricing.caps import STATED
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.offer import make_offer
from creditscore.policy.pricing.repayment import LoanTerms
from creditscore.policy.pricing.table import PriceInputs, PriceTable
from creditscore.words.strategy import say_instead, say_limit, say_offer

LANGUAGES = ("en", "fa", "zh")
SHAPES = (
    LoanTerms(1.0, 1),
    LoanTerms(1.0, 1, "equal_principal"),
    LoanTerms(1.0, 1, "interest_only"),
    LoanTerms(1.0, 1, "balloon", last_share=0.4),
    LoanTerms(1.0, 1, "revolving", monthly_share=0.1),
)
_PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٪", "0123456789.%", "٬")


def numbers(sentence: str) -> list[float]:
    """Read the numbers of a sentence in any of the three scripts; rates as percents."""
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", sentence.translate(_PERSIAN).replace(",", ""))]


def tables(shape: LoanTerms):
    for fee in (0.0, 0.013):
        yield PriceTable(
            LoanCosts(0.06, 0.02, 0.01, opening_cost_fixed=5.0), {"A": 0.01, "C": 0.12}, {"unsecured": 0.6},
            (3, 12, 24), (50.0, 12_000.0), shape=shape, fee_share=fee,
        )  # fmt: skip


def offered(shape: LoanTerms, count: int = 60, seed: int = 7):
    """Make offers of amounts that are odd to the cent, and to round hundreds."""
    rng = np.random.default_rng(seed)
    for table in tables(shape):
        for number in range(count):
            amount = round(float(rng.uniform(60.0, 9000.0)), 2) if number % 2 else 100.0 * (1 + number % 90)
            terms = LoanTerms(
                amount, int(rng.choice([3, 12, 24])), shape.repayment, last_share=shape.last_share,
                monthly_share=shape.monthly_share,
            )  # fmt: skip
            inputs = PriceInputs(str(rng.choice(["A", "C"])), "unsecured", terms)
            offer = make_offer(table, inputs, date(2026, 12, 1), law=str(rng.choice(list(STATED))))
            if offer.status == "OFFERED":
                yield offer.to_dict()


def decided(offer, **asked):
    """Write the part of a record that sentences read."""
    terms = offer["terms"]
    return {
        "offer": offer, "asked": {"amount": terms["amount"], "payments": terms["payments"]} | asked,
        "assignment": {"explored": False},
    }  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.repayment)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_said_are_those_of_the_cash_flows(shape, language):
    assert checked(offered(shape), language) > 60


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.repayment)
def test_that_holds_of_thousands(shape):
    """Offers, and the same said as what could be had instead, in three languages."""
    offers = [*offered(shape, 350, seed=11)]
    assert len(offers) > 400
    for language in LANGUAGES:
        assert checked(offers, language) == len(offers)
        for offer in offers:
            terms, said = offer["terms"], numbers(say_instead(offer, language))
            expected = [terms["amount"], terms["payments"], 100 * offer["rate"]]
            assert said == pytest.approx(expected, abs=0.005)


def checked(offers, language) -> int:
    """Hold what is said of each offer against its cash flows, and count them."""
    seen = 0
    for offer in offers:
        received, *paid = [amount for _, amount in offer["flows"]]
        first, *others = say_offer(decided(offer), language)
        said, count, cents = numbers(first), offer["terms"]["payments"], {round(-one, 2) for one in paid}
        assert said[:3] == pytest.approx([offer["terms"]["amount"], count, -paid[0]], abs=0.005)
        assert said[-2:] == pytest.approx([100 * offer["rate"], -sum(paid)], abs=0.005)
        if len(cents) == 1:
            assert len(said) == 5
            assert count * said[2] == pytest.approx(said[-1])
        else:
            assert said[3] == pytest.approx(-paid[-1], abs=0.005)
        if len(others) == 2:
            kept = numbers(others[0])
            assert kept == pytest.approx([offer["terms"]["amount"] - received, received], abs=0.005)
        else:
            assert received == offer["terms"]["amount"]
        (dearest,) = numbers(others[-1])
        assert dearest > said[-2] - 0.1
        seen += 1
    return seen


def test_what_is_said_to_cost_with_the_fee_is_what_makes_the_payments_worth_what_is_received():
    """Discounted by the yearly rate said, payments are worth what was paid out: to a hundredth of a point."""
    for offer in offered(LoanTerms(1.0, 1)):
        (start, received), *flows = [(date.fromisoformat(day), amount) for day, amount in offer["flows"]]
        if offer["cost"]["law"] != "EU":
            continue
        (said,) = numbers(say_offer(decided(offer))[-1])

        def worth(percent: float, flows=flows, start=start) -> float:
            months = [12 * (day.year - start.year) + day.month - start.month for day, _ in flows]
            return sum(
                -one * (1 + percent / 100) ** (-m / 12) for m, (_, one) in zip(months, flows, strict=True)
            )

        assert worth(said + 0.006) < received < worth(said - 0.006)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_differs_from_what_was_asked_for_is_said_and_nothing_else(language):
    offer = next(offered(SHAPES[0]))
    amount, count = offer["terms"]["amount"], offer["terms"]["payments"]
    alone = say_offer(decided(offer), language)
    more = say_offer(decided(offer, amount=amount + 50.5), language)
    assert more[: len(alone)] == alone
    assert [numbers(one) for one in more[len(alone) :]] == [[amount, amount + 50.5]]
    longer = say_offer(decided(offer, payments=count + 1), language)
    assert [numbers(one) for one in longer[len(alone) :]] == [[count, count + 1]]
    instead = numbers(say_instead(offer, language))
    assert instead == pytest.approx([amount, count, 100 * offer["rate"]], abs=0.005)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["grade", "incomes"])
def test_a_limit_is_said_to_the_cent_and_none_at_all_as_nothing(key, language):
    assert numbers(say_limit(key, 1776.51, language, "EUR")) == [1776.51]
    none = say_limit(key, 0.0, language, "EUR")
    assert not numbers(none)
    assert "EUR" not in none
