"""Ability to pay against plain arithmetic, and counter-offers against brute force on the whole grid."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import CreditScoreError
from creditscore.policy.ability.assess import AbilityRule, Means, assess_ability
from creditscore.policy.ability.counter import counter_offers
from creditscore.policy.pricing.costs import LoanCosts
from creditscore.policy.pricing.repayment import LoanTerms
from creditscore.policy.pricing.table import PriceInputs, PriceTable
from creditscore.words.ability import SHORTFALLS, say_shortfalls

RULE = AbilityRule({1: 600.0, 2: 900.0, 4: 1300.0}, buffer=50.0)


@cache
def table() -> PriceTable:
    costs = LoanCosts(0.06, 0.02, 0.01, opening_cost_fixed=8.0)
    return PriceTable(
        costs,
        {"A": 0.01, "B": 0.05, "C": 0.2},
        {"unsecured": 0.6},
        (6, 12, 24, 36, 60),
        (100, 700, 2500, 12_000),
    )


def price_of(grade: str):
    return lambda terms: table().rate(PriceInputs(grade, "unsecured", terms))


@st.composite
def households(draw):
    ending = draw(
        st.lists(st.tuples(st.dates(date(2027, 1, 1), date(2029, 1, 1)), st.floats(0, 300)), max_size=3)
    )
    commitments = sum(part for _, part in ending) + draw(st.floats(0, 900))
    return Means(
        draw(st.floats(0, 6000)),
        commitments,
        draw(st.floats(0, 3000)),
        draw(st.integers(1, 6)),
        tuple(ending),
    )


def passes(means: Means, terms: LoanTerms, rate: float) -> bool:
    """The rule once more, in plain arithmetic on the payments of an annuity."""

    def instalment(yearly: float) -> float:
        month = yearly / 12
        return terms.amount / sum((1 + month) ** -k for k in range(1, terms.payments + 1))

    budget = {1: 600.0, 2: 900.0, 3: 900.0}.get(means.household, 1300.0)
    needs = max(budget, means.essentials) + 50.0
    spare = means.income - means.commitments - needs
    return (
        means.commitments + instalment(rate) <= 0.4 * means.income
        and instalment(rate) <= 0.6 * spare
        and 0.9 * means.income - means.commitments - needs - instalment(rate + 0.02) >= 0
    )


def far_from_an_edge(means: Means, terms: LoanTerms, rate: float) -> bool:
    nudged = [replace(means, income=means.income * (1 + way * 1e-9)) for way in (-1, 1)]
    return len({passes(one, terms, rate) for one in nudged}) == 1


@given(means=households(), amount=st.integers(1, 119), payments=st.sampled_from((6, 12, 24, 36, 60)))
@settings(max_examples=300)
def test_the_gate_is_the_rule(means, amount, payments):
    terms = LoanTerms(100.0 * amount, payments)
    rate = table().rate(PriceInputs("B", "unsecured", terms))
    if not far_from_an_edge(means, terms, rate):
        return
    found = assess_ability(means, terms, rate, RULE)
    assert (found.status == "able") is passes(means, terms, rate)
    assert bool(found.shortfalls) is (found.status != "able")
    if found.most_instalment > 0:
        scaled = LoanTerms(terms.amount * found.most_instalment / found.instalment * 0.999999, payments)
        assert assess_ability(means, scaled, rate, RULE).status == "able"


def brute_force(means: Means, asked: LoanTerms, grade: str, step: float) -> dict[str, tuple[float, int]]:
    """Try every amount of the grid over every term."""
    price, options = price_of(grade), (6, 12, 24, 36, 60)

    def able(amount: float, payments: int, who: Means = means) -> bool:
        terms = LoanTerms(amount, payments)
        return assess_ability(who, terms, price(terms), RULE).status == "able"

    grid = [100.0 + k * step for k in range(1000) if 100.0 + k * step < asked.amount]
    found: dict[str, tuple[float, int]] = {}
    amounts = [amount for amount in grid if able(amount, asked.payments)]
    if amounts:
        found["amount"] = (max(amounts), asked.payments)
    longer = [one for one in options if one > asked.payments and able(asked.amount, one)]
    shorter = [one for one in options if one < asked.payments and able(asked.amount, one)]
    if longer or shorter:
        found["term"] = (asked.amount, min(longer) if longer else max(shorter))
    if not found:
        both = [(amount, -one) for one in options for amount in grid if able(amount, one)]
        if both:
            amount, one = max(both)
            found["both"] = (amount, -one)
    return found


@given(
    means=households(),
    amount=st.integers(3, 119),
    payments=st.sampled_from((6, 12, 24, 36, 60)),
    grade=st.sampled_from("ABC"),
    step=st.sampled_from((50.0, 75.0, 100.0, 333.0)),
)
@settings(max_examples=250, deadline=None)
def test_counter_offers_are_those_of_brute_force_and_pass(means, amount, payments, grade, step):
    asked, price = LoanTerms(100.0 * amount, payments), price_of(grade)
    found = counter_offers(
        means,
        asked,
        price,
        RULE,
        payments=table().payments,
        least_amount=100.0,
        step=step,
        bounds=table().amounts,
    )
    changes = {one.change: (one.terms.amount, one.terms.payments) for one in found if one.change != "date"}
    assert changes == brute_force(means, asked, grade, step)
    for one in found:
        assert one.terms.amount <= asked.amount
        assert one.rate == price(one.terms)
        left = sum(part for day, part in means.ending if one.start is not None and day <= one.start)
        later = replace(means, commitments=max(0.0, means.commitments - left), ending=())
        assert assess_ability(later, one.terms, one.rate, RULE).status == "able"


def test_a_later_day_is_the_first_on_which_it_passes():
    means = Means(2500.0, 900.0, 500.0, 1, ((date(2027, 3, 1), 100.0), (date(2027, 9, 1), 400.0)))
    asked = LoanTerms(3000.0, 12)
    (late,) = counter_offers(
        means, asked, price_of("B"), RULE, payments=(12,), least_amount=3000.0, step=100.0
    )
    assert (late.change, late.start) == ("date", date(2027, 9, 1))


@pytest.mark.parametrize("unknown", ["income", "commitments", "essentials"])
def test_without_data_a_person_decides(unknown):
    means = replace(Means(9000.0, 0.0, 500.0), **{unknown: None})
    found = assess_ability(means, LoanTerms(100.0, 12), 0.1, RULE)
    assert (found.status, found.shortfalls) == ("unknown", (f"{unknown}_unknown",))
    assert math.isnan(found.most_instalment)
    assert not counter_offers(
        means, LoanTerms(100.0, 12), price_of("A"), RULE, payments=(12,), least_amount=100.0, step=1.0
    )


def test_what_falls_due_at_once_is_not_paid_from_the_month():
    found = assess_ability(Means(3000.0, 0.0, 500.0), LoanTerms(6000.0, 12, "interest_only"), 0.12, RULE)
    assert found.instalment == pytest.approx(60.0)
    assert found.last_payment == pytest.approx(6060.0)
    assert (found.status, found.shortfalls) == ("unable", ("last_payment",))
    for language, words in (("en", "6,060"), ("fa", "۶٬۰۶۰"), ("zh", "6,060")):
        (said,) = say_shortfalls(found, RULE, language)
        assert words in said


@given(
    means=households(),
    amount=st.integers(1, 119),
    way=st.sampled_from((("balloon", 0.3), ("balloon", 0.9), ("interest_only", 0.0), ("revolving", 0.0))),
    payments=st.sampled_from((2, 12, 36)),
)
@settings(max_examples=300)
def test_nobody_is_able_whose_largest_payment_is_above_the_limits(means, amount, way, payments):
    needs = RULE.essentials(means) + 50.0
    spare = means.income - means.commitments - needs

    def able(amount: float) -> bool:
        terms = LoanTerms(amount, payments, way[0], last_share=way[1])
        most, harder = float(terms.paid(0.14).max()), float(terms.paid(0.16).max())
        return (
            means.commitments + most <= 0.4 * means.income
            and most <= 0.6 * spare
            and 0.9 * means.income - means.commitments - needs - harder >= 0
        )

    asked = LoanTerms(100.0 * amount, payments, way[0], last_share=way[1])
    found = assess_ability(means, asked, 0.14, RULE)
    if able(99.9 * amount) == able(100.1 * amount):
        assert (found.status == "able") is able(100.0 * amount)
    if found.most_of_asked > 1e-3:
        most = replace(asked, amount=0.9999 * found.most_of_asked * asked.amount)
        assert assess_ability(means, most, 0.14, RULE).status == "able"


@given(income=st.floats(500, 9000), over=st.floats(1e-8, 1e-3), language=st.sampled_from(("en", "fa", "zh")))
@settings(max_examples=300)
def test_two_shares_that_differ_are_written_apart(income, over, language):
    """An instalment that takes a hair more than may be taken is not said to take just that."""
    rule = AbilityRule({1: 0.0}, most_of_left=1.0, income_stress=0.0, rate_stress=0.0)
    terms = LoanTerms(1000.0, 12, "interest_free")
    means = Means(income, max(0.0, (0.4 + over) * income - 1000 / 12), 0.0)
    found = assess_ability(means, terms, 0.0, rule)
    if "share_of_income" not in found.shortfalls:
        return
    said = say_shortfalls(found, rule, language)[0]
    digits = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬", "0123456789.,")
    taken, most = re.findall(r"[\d.,]+(?=[%٪])", said.translate(digits))
    assert float(taken.replace(",", "")) > float(most.replace(",", "")) == 40.0


def test_weekly_payments_count_by_the_month():
    found = assess_ability(Means(3000.0, 0.0, 500.0), LoanTerms(520.0, 52, "interest_free", 52), 0.0, RULE)
    assert found.instalment == pytest.approx(10.0 * 52 / 12)


@given(means=households(), amount=st.integers(1, 119), language=st.sampled_from(("en", "fa", "zh")))
@settings(max_examples=150)
def test_what_is_said_is_true(means, amount, language):
    terms = LoanTerms(100.0 * amount, 24)
    found = assess_ability(means, terms, 0.14, RULE)
    said = say_shortfalls(found, RULE, language, "EUR")
    assert bool(said) is (found.status == "unable")
    assert all(len(one) > 5 and "{" not in one and "inf" not in one and "nan" not in one for one in said)
    if language == "en" and "stress" in found.shortfalls:
        assert any("income fell by 10%" in one and "2 points" in one for one in said)
    assert {language: set(words) for language, words in SHORTFALLS.items()}[language] == set(SHORTFALLS["en"])


def test_a_rule_is_what_it_is_made_of():
    assert AbilityRule.from_dict(RULE.to_dict()) == RULE
    assert np.isclose(RULE.essentials(Means(1.0, 0.0, 10.0, 3)), 900.0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Means(-1.0, 0.0, 0.0),
        lambda: Means(math.nan, 0.0, 0.0),
        lambda: Means(1.0, 0.0, 0.0, 0),
        lambda: Means(1.0, 10.0, 0.0, 1, ((date(2027, 1, 1), 20.0),)),
        lambda: AbilityRule({}),
        lambda: AbilityRule({2: 10.0}),
        lambda: AbilityRule({1: 20.0, 2: 10.0}),
        lambda: AbilityRule({1: 20.0}, most_of_income=1.1),
        lambda: AbilityRule({1: 20.0}, buffer=-1.0),
        lambda: counter_offers(
            Means(1.0, 0.0, 0.0),
            LoanTerms(10.0, 2),
            price_of("A"),
            RULE,
            payments=(2,),
            least_amount=0,
            step=1,
        ),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(CreditScoreError):
        wrong()
