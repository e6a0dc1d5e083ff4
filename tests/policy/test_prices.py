"""Prices against the published table of the design, an enumeration of all endings, and properties."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.errors import CreditScoreError, NameUnknownError, ParameterError
from creditscore.model.scale import MasterScale
from creditscore.policy.pricing.caps import MEASURES, RateCap
from creditscore.policy.pricing.costs import LoanCosts, one_period_rate
from creditscore.policy.pricing.offer import make_offer
from creditscore.policy.pricing.rate import LoanValue
from creditscore.policy.pricing.repayment import REPAYMENTS, LoanTerms
from creditscore.policy.pricing.table import PriceInputs, PriceTable

COSTS = LoanCosts(cost_of_funds=0.06, running_cost=0.02, opening_cost=0.01)
DAY = date(2026, 12, 1)
SCALE = MasterScale()


def terms_of(repayment: str, amount: float = 1000.0, payments: int = 24, a_year: int = 12) -> LoanTerms:
    last = 0.4 if repayment == "balloon" else 0.0
    return LoanTerms(amount, payments, repayment, a_year, last_share=last)


@pytest.mark.parametrize(
    ("probability", "by_flows", "by_formula"),
    [(0.01, 10.1, 10.4), (0.03, 11.4, 11.9), (0.08, 14.6, 15.8), (0.15, 19.5, 22.0)],
)
def test_the_table_of_the_design(probability, by_flows, by_formula):
    value = LoanValue(LoanTerms(1000.0, 24), COSTS, probability, 0.6)
    rate = value.fair_rate()
    assert round(100 * rate, 1) == by_flows
    assert round(100 * one_period_rate(COSTS, probability, 0.6), 1) == by_formula
    assert abs(value.at(rate)) < 1e-9


@pytest.mark.parametrize("repayment", REPAYMENTS)
@given(rate=st.floats(0, 1), payments=st.integers(1, 60), a_year=st.sampled_from((12, 24, 26, 52)))
@settings(max_examples=40)
def test_payments_settle_the_loan(repayment, rate, payments, a_year):
    terms = terms_of(repayment, 1000.0, payments, a_year)
    paid, owed = terms.paid(rate), terms.owed(rate)
    period = Fraction(rate) / a_year if terms.bears_interest else Fraction(0)
    left = Fraction(1000)
    for number, payment in enumerate(paid):
        left += left * period if number + terms.first else 0
        left -= Fraction(float(payment))
        assert float(left) == pytest.approx(owed[number], abs=1e-6)
    assert owed[-1] == pytest.approx(0.0, abs=1e-8)
    if not terms.bears_interest:
        assert paid.sum() == pytest.approx(1000.0)


def test_payments_of_published_examples():
    assert round(LoanTerms(200_000.0, 240).paid(0.06)[0], 2) == 1432.86
    share = 142097.69 / 200_000
    balloon = LoanTerms(200_000.0, 180, "balloon", last_share=share).paid(0.06)
    assert round(balloon[0], 2) == 1199.10
    assert round(balloon[-1], 2) == 143296.79
    interest = LoanTerms(200_000.0, 240, "interest_only").paid(0.07)
    assert round(interest[0], 2) == 1166.67
    assert round(LoanTerms(200_000.0, 240, "equal_principal").paid(0.06)[-1], 2) == 837.50


def by_endings(terms: LoanTerms, costs: LoanCosts, probability: float, loss: float, rate: float) -> float:
    """Enumerate how the loan can end (default, early, at term), each with its cash flows and probability."""
    paid, owed = terms.paid(rate), terms.owed(rate)
    before = [terms.amount, *owed[:-1]]
    base = (1 + costs.discount_rate) ** (1 / terms.a_year)
    default = 1 - (1 - probability) ** (1 / terms.a_year)
    early = 1 - (1 - costs.early_repayment) ** (1 / terms.a_year)
    total, alive, earned = 0.0, 1.0, -terms.amount * (1 + costs.opening_cost) - costs.opening_cost_fixed
    for number in range(terms.payments):
        factor = base ** -(number + 1)
        kept = earned - costs.running_cost / terms.a_year * before[number] * factor
        total += alive * default * (kept + (1 - loss) * before[number] * factor)
        alive *= 1 - default
        total += alive * early * (kept + (paid[number] + owed[number]) * factor)
        alive *= 1 - early
        earned = kept + paid[number] * factor
    return total + alive * earned


@given(
    repayment=st.sampled_from(["instalments", "balloon", "interest_only", "equal_principal", "revolving"]),
    payments=st.integers(1, 60),
    probability=st.floats(0, 0.6),
    loss=st.floats(0, 1),
    early=st.floats(0, 0.5),
    rate=st.floats(0, 1),
)
@settings(max_examples=60)
def test_the_value_is_the_sum_over_all_endings(repayment, payments, probability, loss, early, rate):
    costs = LoanCosts(0.05, 0.015, 0.02, 7.5, early_repayment=early)
    terms = terms_of(repayment, 1000.0, payments)
    value = LoanValue(terms, costs, probability, loss).at(rate)
    assert value == pytest.approx(by_endings(terms, costs, probability, loss, rate), abs=1e-7)


@given(
    levels=st.lists(st.floats(0.01, 10), max_size=30),
    probability=st.floats(0, 0.9),
    a_year=st.sampled_from((12, 26, 52)),
)
def test_hazards_make_up_the_probability_of_the_year(levels, probability, a_year):
    costs = LoanCosts(0.05, 0.015, 0.02, seasoning=tuple(levels))
    hazards = costs.hazards(probability, a_year, a_year)
    assert 1 - np.prod(1 - hazards) == pytest.approx(probability, abs=1e-12)


@pytest.fixture(scope="module")
def table() -> PriceTable:
    return PriceTable(
        LoanCosts(0.06, 0.02, 0.01, opening_cost_fixed=5.0),
        dict(zip(SCALE.labels, SCALE.middles, strict=True)),
        {"unsecured": 0.6, "guaranteed": 0.4, "secured": 0.2},
        (3, 6, 12, 24, 36),
        (100.0, 500.0, 2_000.0, 10_000.0),
        caps=(RateCap(0.30, "effective", "a cap"), RateCap(0.45, "nominal", "a small-loan cap", 0, 499)),
        arms={"cheaper": -0.01},
    )


def test_rates_never_fall_with_risk_and_earn_their_costs(table):
    assert not np.isnan(table.rates).any()
    assert (np.diff(table.rates, axis=1) >= 0).all()
    for i, loss in enumerate(table.loss_classes.values()):
        for j, probability in enumerate(table.grades.values()):
            terms = LoanTerms(500.0, 12)
            assert LoanValue(terms, table.costs, probability, loss).at(table.rates[i, j, 2, 1]) >= 0


def test_equal_inputs_bear_equal_rates_in_a_million_pairs(table):
    drawn = np.random.default_rng(3)
    n = 1_000_000
    grades = drawn.choice(SCALE.labels, n)
    classes = drawn.choice(list(table.loss_classes), n)
    payments = drawn.choice(table.payments, n)
    amounts = drawn.choice([100.0, 350.0, 500.0, 1999.99, 2000.0, 10_000.0], n)
    rates = table.rates_of(grades, classes, payments, amounts)
    keys = np.char.add(np.char.add(grades, "|"), classes)
    _, first, which = np.unique(
        np.char.add(keys, [f"|{p}|{a}" for p, a in zip(payments, amounts, strict=True)]),
        return_index=True,
        return_inverse=True,
    )
    assert (rates == rates[first][which]).all()
    for row in first[::37]:
        inputs = PriceInputs(grades[row], classes[row], LoanTerms(amounts[row], int(payments[row])))
        assert table.rate(inputs) == rates[row]


@given(
    grade=st.sampled_from(SCALE.labels),
    loss=st.sampled_from(["unsecured", "guaranteed", "secured"]),
    payments=st.sampled_from((3, 6, 12, 24, 36)),
    amount=st.floats(100, 10_000),
    start=st.dates(date(2026, 1, 1), date(2031, 1, 1)),
    arm=st.sampled_from(["standard", "cheaper"]),
)
@settings(max_examples=200)
def test_no_offer_lies_above_a_cap_and_what_is_offered_instead_can_be_had(
    table, grade, loss, payments, amount, start, arm
):
    inputs = PriceInputs(grade, loss, LoanTerms(amount, payments), arm)
    offer = make_offer(table, inputs, start)
    if offer.status == "OFFERED":
        assert offer.rate == pytest.approx(table.rate(inputs))
        for cap in table.caps:
            assert not cap.holds_for(amount) or MEASURES[cap.measure](offer.flows) <= cap.highest
        return
    assert offer.status == "UNPRICEABLE_AT_CAP"
    assert offer.rate is None
    assert not offer.flows
    for other in offer.instead:
        found = make_offer(table, other.inputs, start)
        assert (found.status, found.rate) == ("OFFERED", other.rate)
    security = [one for one in table.loss_classes if table.loss_classes[one] < table.loss_classes[loss]]
    can = [
        one
        for one in security
        if make_offer(table, PriceInputs(grade, one, inputs.terms, arm), start).status == "OFFERED"
    ]
    offered = [one.inputs.loss_class for one in offer.instead if one.lever == "security"]
    assert offered == can[:1]


def test_a_market_with_a_given_rate_offers_it_or_nothing():
    table = PriceTable(
        COSTS,
        {"A": 0.01, "B": 0.2},
        {"unsecured": 0.6, "secured": 0.0},
        (24,),
        (100.0, 1000.0),
        given_rate=0.15,
    )
    assert make_offer(table, PriceInputs("A", "unsecured", LoanTerms(500.0, 24)), DAY).rate == 0.15
    refused = make_offer(table, PriceInputs("B", "unsecured", LoanTerms(500.0, 24)), DAY)
    assert refused.status == "BELOW_COST"
    assert [one.lever for one in refused.instead] == ["security"]
    assert LoanValue(LoanTerms(500.0, 24), COSTS, 0.2, 0.6).at(0.15) < 0


def test_a_loan_without_interest_lives_on_its_fee():
    for repayment in ("interest_free", "pay_later"):
        value = LoanValue(terms_of(repayment), COSTS, 0.05, 0.6)
        fee = value.fair_fee()
        assert fee > 0
        assert value.at(0.0, fee) == pytest.approx(0.0, abs=1e-9)
        with pytest.raises(ParameterError, match="fair_fee"):
            value.fair_rate()


def test_a_mark_up_says_the_same_payments():
    terms = LoanTerms(1200.0, 12)
    assert terms.paid(0.2)[0] * 12 == pytest.approx(1200.0 * (1 + terms.mark_up(0.2)))


def test_a_table_is_what_it_is_made_of(table):
    again = PriceTable.from_dict(table.to_dict())
    assert again.digest == table.digest
    assert (again.rates == table.rates).all()
    changed = table.to_dict() | {"fee_share": 0.001}
    assert PriceTable.from_dict(changed).digest != table.digest


def test_only_five_things_and_the_arm_set_a_price():
    assert set(PriceInputs.__slots__) == {"grade", "loss_class", "terms", "arm"}
    assert set(LoanTerms.__slots__) == {
        "amount", "payments", "repayment", "a_year", "last_share", "monthly_share"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (("16", "unsecured", LoanTerms(500.0, 12)), "grade"),
        (("1", "gold", LoanTerms(500.0, 12)), "loss_class"),
        (("1", "unsecured", LoanTerms(500.0, 13)), "payments"),
        (("1", "unsecured", LoanTerms(99.0, 12)), "amount"),
        (("1", "unsecured", LoanTerms(500.0, 12, a_year=26)), "another way"),
        (("1", "unsecured", LoanTerms(500.0, 12), "dearer"), "arm"),
    ],
)
def test_what_the_table_does_not_have_is_refused(table, inputs, words):
    with pytest.raises((ParameterError, NameUnknownError), match=words):
        table.rate(PriceInputs(*inputs))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: LoanTerms(0.0, 12),
        lambda: LoanTerms(math.inf, 12),
        lambda: LoanTerms(10.0, 0),
        lambda: LoanTerms(10.0, True),
        lambda: LoanTerms(10.0, 12, "never"),
        lambda: LoanTerms(10.0, 12, "balloon"),
        lambda: LoanTerms(10.0, 12, last_share=0.5),
        lambda: LoanTerms(10.0, 12, a_year=7),
        lambda: LoanTerms(10.0, 12).paid(-0.1),
        lambda: LoanTerms(10.0, 12).paid(math.nan),
        lambda: LoanCosts(-0.1, 0.0, 0.0),
        lambda: LoanCosts(0.1, 0.0, 0.0, seasoning=(0.0,)),
        lambda: LoanCosts(0.1, 0.0, 0.0).hazards(1.0, 12, 12),
        lambda: LoanValue(LoanTerms(10.0, 12), COSTS, 0.1, 1.1),
        lambda: RateCap(0.0, "nominal", "law"),
        lambda: RateCap(0.2, "yearly", "law"),
        lambda: PriceTable(COSTS, {"A": 0.2, "B": 0.1}, {"x": 0.5}, (12,), (1.0, 2.0)),
        lambda: PriceTable(COSTS, {"A": 0.2}, {"x": 0.5}, (12,), (1.0,)),
        lambda: PriceTable(COSTS, {"A": 0.2}, {"x": 0.5}, (12,), (1.0, 2.0), LoanTerms(1.0, 4, "pay_later")),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(CreditScoreError):
        wrong()


@pytest.mark.parametrize("odd", [None, "1", b"1", [], 10**400, math.nan, math.inf, True, 1j, np.array([0.1])])
@pytest.mark.parametrize(
    "made",
    [
        lambda odd: LoanTerms(odd, 12),
        lambda odd: LoanTerms(10.0, odd),
        lambda odd: LoanTerms(10.0, 12).paid(odd),
        lambda odd: LoanCosts(odd, 0.0, 0.0),
        lambda odd: LoanCosts(0.1, 0.0, 0.0, opening_cost_fixed=odd),
        lambda odd: LoanCosts(0.1, 0.0, 0.0, seasoning=(odd,)),
        lambda odd: LoanValue(LoanTerms(10.0, 12), COSTS, odd, 0.5),
        lambda odd: LoanValue(LoanTerms(10.0, 12), COSTS, 0.1, odd),
        lambda odd: RateCap(odd, "nominal", "law"),
        lambda odd: RateCap(0.2, odd, "law"),
        lambda odd: RateCap(0.2, "nominal", "law", least_amount=odd),
        lambda odd: PriceTable(COSTS, {"A": odd}, {"x": 0.5}, (12,), (1.0, 2.0)),
        lambda odd: PriceTable(COSTS, {"A": 0.1}, {"x": odd}, (12,), (1.0, 2.0)),
        lambda odd: PriceTable(COSTS, {"A": 0.1}, {"x": 0.5}, (odd,), (1.0, 2.0)),
        lambda odd: PriceTable(COSTS, {"A": 0.1}, {"x": 0.5}, (12,), (1.0, odd)),
        lambda odd: PriceTable(COSTS, {"A": 0.1}, {"x": 0.5}, (12,), (1.0, 2.0), fee_share=odd),
    ],
)
def test_what_is_no_finite_number_is_refused_by_name(made, odd):
    with pytest.raises((ParameterError, NameUnknownError)):
        made(odd)


@pytest.mark.parametrize("added", [-0.5, -0.2, math.nan, -math.inf, math.inf])
def test_an_arm_never_makes_a_rate_negative(added):
    with pytest.raises(ParameterError, match="arms"):
        PriceTable(COSTS, {"A": 0.01}, {"unsecured": 0.6}, (12,), (100.0, 1000.0), arms={"gift": added})


@pytest.mark.parametrize("given_rate", [0.0, 0.05, 0.3])
def test_the_lowest_rate_bounds_what_an_arm_may_take_off(given_rate):
    parts = (COSTS, {"A": 0.0, "B": 0.2}, {"unsecured": 0.1}, (6, 24), (100.0, 1000.0))
    plain = PriceTable(*parts, given_rate=given_rate)
    known = plain.rates[~np.isnan(plain.rates)]
    lowest = float(known.min()) if known.size else 0.0
    made = PriceTable(*parts, given_rate=given_rate, arms={"less": -lowest})
    assert not (made.rates - lowest < 0).any()
    with pytest.raises(ParameterError):
        PriceTable(*parts, given_rate=given_rate, arms={"less": -lowest - 1e-6})
