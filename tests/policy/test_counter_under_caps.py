"""Counter-offers under a capped rate: as brute force has them; a cap is the rate that is solved for."""

from __future__ import annotations

import math
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from creditscore.policy.ability.assess import Means, assess_ability
from creditscore.policy.pricing.caps import MEASURES, RateCap
from creditscore.policy.pricing.repayment import REPAYMENTS, LoanTerms
from creditscore.policy.strategy.resolve import Resolving
from tests.policy.strategy_world import RULE, plan, prices, somebody

START = date(2026, 12, 1)
STRATEGY = plan(step=250.0)
# Solved for with fees and cents, as the table of the strategy is not: a cap forbids grade D, and some of C.
GRID = [50.0 + 250.0 * k for k in range(48)]


@given(
    repayment=st.sampled_from(REPAYMENTS),
    amount=st.floats(20.0, 50_000.0),
    payments=st.integers(2, 60),
    a_year=st.sampled_from((12, 24, 26, 52)),
    rate=st.floats(0.0, 0.9),
    fee=st.floats(0.0, 0.2),
    start=st.dates(date(2023, 1, 1), date(2028, 12, 31)),
    measure=st.sampled_from(tuple(MEASURES)),
    away=st.sampled_from((-0.1, -1e-6, -1e-12, 0.0, 1e-12, 1e-6, 0.1)),
)
@settings(max_examples=400)
def test_a_cap_allows_what_the_solved_rate_allows(
    repayment, amount, payments, a_year, rate, fee, start, measure, away
):
    terms = LoanTerms(amount, payments, repayment, a_year, last_share=0.4 if repayment == "balloon" else 0.0)
    flows = terms.flows(rate, start, fee * amount)
    solved = MEASURES[measure](flows)
    highest = solved + away
    assume(highest > 0)
    for one in (highest, math.nextafter(highest, 0.0), math.nextafter(highest, 9.0)):
        cap = RateCap(one, measure, "a cap")
        assert cap.allows(flows) == (solved <= one)
        assert cap.permits(*terms.course(rate, start, fee * amount)) == cap.allows(flows)


def priced(terms: LoanTerms, asked, day: date) -> float | None:
    """The rate of a loan by the table, where the cap allows the rate that is solved for."""
    table = prices(True)
    rate = table.rate(Resolving(STRATEGY, asked)._inputs(terms))
    if rate is None:
        return None
    flows = terms.flows(rate, day, round(table.fee_share * terms.amount, 2))
    return rate if MEASURES["effective"](flows) <= 0.24 else None


def able(terms: LoanTerms, asked, means: Means, day: date = START) -> bool:
    rate = priced(terms, asked, day)
    return rate is not None and assess_ability(means, terms, rate, RULE).status == "able"


@given(
    income=st.floats(700.0, 4000.0),
    essentials=st.floats(200.0, 900.0),
    share=st.floats(0.0, 0.5),
    ending=st.lists(st.integers(1, 900), max_size=5),
    amount=st.integers(4, 110),
    days=st.sampled_from((91.0, 183.0, 365.0, 730.0, 1096.0)),
    grade=st.sampled_from("ABCD"),
)
@settings(max_examples=60)
def test_counter_offers_under_a_cap_are_those_of_brute_force(
    income, essentials, share, ending, amount, days, grade
):
    part = share * income / max(len(ending), 1)
    ends = tuple(sorted((START + timedelta(days=one), part) for one in ending))
    means = Means(income, share * income, essentials, 1, ends)
    asked = somebody(amount=100.0 * amount, days=days, means=means, grade=grade, start=START)
    number = STRATEGY.payments_asked(days)
    terms = LoanTerms(100.0 * amount, number)
    options, grid = prices(True).payments, [one for one in GRID if one < terms.amount]
    wanted = {}
    if same := [one for one in grid if able(LoanTerms(one, number), asked, means)]:
        wanted["amount"] = (max(same), number)
    whole = [one for one in options if one != number and able(LoanTerms(terms.amount, one), asked, means)]
    if whole:
        longer = [one for one in whole if one > number]
        wanted["term"] = (terms.amount, min(longer) if longer else max(whole))
    if not wanted:
        both = [(o, -k) for k in options for o in grid if able(LoanTerms(o, k), asked, means)]
        if both:
            wanted["both"] = (max(both)[0], -max(both)[1])
    found = Resolving(STRATEGY, asked)._counters(terms)
    assert {one.change: (one.terms.amount, one.terms.payments) for one in found if not one.start} == wanted
    later = [one.start for one in found if one.change == "date"]
    priceable = priced(terms, asked, START) is not None
    passing = [day for day, _ in ends if priceable and able(terms, asked, means.on(day), day)]
    assert later == passing[:1]
