"""Yearly rates against every worked example that was found published, and against plain arithmetic.

Regulation Z: 12 CFR 1026, Appendix J (c). European Commission: Examples for the calculation of the annual
percentage rate of charge, Markt/2014/107/H3/TA/LV, January 2015, whose formula is that of the directives on
consumer credit. Directive 98/7/EC, Annex III.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditscore.errors import ParameterError
from creditscore.policy.pricing.yearly import (
    CashFlow,
    actuarial_annual_rate,
    effective_annual_rate,
    nominal_annual_rate,
)


def monthly(first: date, number: int, step: int = 1) -> list[date]:
    days = []
    for k in range(number):
        month = first.year * 12 + first.month - 1 + k * step
        year, month = divmod(month, 12)
        days.append(date(year, month + 1, min(first.day, monthrange(year, month + 1)[1])))
    return days


def every(first: date, number: int, days: int) -> list[date]:
    return [first + timedelta(days=days * k) for k in range(number)]


def loan(advance: float, start: date, days: list[date], payments: list[float]) -> list[CashFlow]:
    paid = [CashFlow(day, -payment) for day, payment in zip(days, payments, strict=True)]
    return [CashFlow(start, advance), *paid]


TEN = date(1978, 1, 10)
AMERICAN = {
    "c1i": (5000, TEN, monthly(date(1978, 2, 10), 24), [230.0] * 24, 9.69),
    "c1ii": (6000, date(1978, 2, 10), monthly(date(1978, 4, 1), 36), [200.0] * 36, 11.82),
    "c1iii": (
        5000,
        date(1978, 2, 23),
        [day for first in monthly(date(1978, 3, 1), 12) for day in (first, first.replace(day=16))],
        [219.17] * 24,
        10.34,
    ),
    "c1iv": (10000, date(1978, 5, 23), monthly(date(1978, 10, 1), 40, 3), [385.0] * 40, 8.97),
    "c1v": (500, date(1978, 3, 20), every(date(1978, 4, 21), 30, 7), [17.60] * 30, 14.96),
    "c2i": (5000, TEN, monthly(date(1978, 2, 10), 24), [250.0] + [230.0] * 23, 10.08),
    "c2ii": (400, date(1978, 3, 18), every(date(1978, 4, 20), 12, 28), [39.50] + [38.31] * 11, 28.50),
    "c3i": (5000, TEN, monthly(date(1978, 2, 10), 24), [230.0] * 23 + [280.0], 10.50),
    "c3ii": (200, date(1978, 4, 3), every(date(1978, 4, 11), 20, 14), [9.50] * 19 + [30.0], 12.22),
    "c4i": (5000, TEN, monthly(date(1978, 2, 10), 24), [250.0] + [230.0] * 22 + [280.0], 10.90),
    "c4ii": (8000, TEN, monthly(date(1978, 3, 1), 20, 2), [449.36] + [465.0] * 18 + [200.0], 7.30),
    "c5i": (1000, date(1978, 1, 3), [date(1978, 9, 15)], [1080.0], 11.45),
    "c5ii": (1000, date(1978, 7, 15), [date(1979, 1, 15)], [1044.0], 8.80),
    "c5iii": (1000, date(1978, 1, 17), [date(1979, 7, 17)], [1135.19], 8.76),
    "c5iv": (1000, date(1978, 1, 10), [date(1980, 1, 10)], [1240.0], 11.36),
}


@pytest.mark.parametrize("name", AMERICAN)
def test_american_examples(name):
    advance, start, days, payments, published = AMERICAN[name]
    assert round(100 * actuarial_annual_rate(loan(advance, start, days, payments)), 2) == published


NET, START, MONTHS = 196_000.0, date(2012, 1, 1), monthly(date(2012, 2, 1), 240)


def stepped(first: float, growth: float) -> list[float]:
    """Payments that grow once a year and repay 200,000 at half a percent a month; the first is printed."""
    worth = sum(growth ** (month // 12) * 1.005 ** -(month + 1) for month in range(240))
    assert round(200_000 / worth, 2) == first
    return [200_000 / worth * growth ** (month // 12) for month in range(240)]


def worked_off(rule, number: int) -> list[float]:
    """Payments of a loan of 200,000 at half a percent a month by a rule of what is owed."""
    owed, paid = 200_000.0, []
    for _ in range(number):
        interest = 0.005 * owed
        payment = min(rule(owed, interest), owed + interest)
        paid.append(payment)
        owed += interest - payment
    assert owed == pytest.approx(0.0, abs=1e-6)
    return paid


EUROPEAN = {
    "1": (START, MONTHS, [1432.86] * 240, 6.434412),
    "2 case 1": (date(2012, 1, 12), monthly(date(2012, 2, 15), 240), [1433.57] * 240, 6.434185),
    "2 case 2": (date(2013, 1, 12), monthly(date(2013, 2, 15), 240), [1433.56] * 240, 6.434111),
    "2 case 3": (date(2012, 1, 12), monthly(date(2012, 2, 15), 20, 12), [16541.86] * 20, 6.282070),
    "3": (START, MONTHS, [1449.53] * 240, 6.588554),
    "4": (START, MONTHS, [1599.53] * 240, 7.946625),
    "5": (START, MONTHS, [1490.18] * 240, 6.961575),
    "6": (START, MONTHS, [1432.86] * 239 + [1532.86], 6.436359),
    "7": (START, MONTHS[:180], [1199.10] * 179 + [143296.79], 6.409523),
    "8": (START, MONTHS, [1166.67] * 239 + [201166.67], 7.430479),
    "8 illustrative": (START, MONTHS, [1166.67] * 6 + [1398.33] * 233 + [201398.33], 8.869280),
    "9": (START, MONTHS, stepped(1130.33, 1.03), 6.406400),
    "10": (START, MONTHS, stepped(1778.58, 0.97), 6.468360),
    "11": (START, MONTHS[:221], [1500.0] * 220 + [407.70], 6.452756),
    "12": (START, MONTHS[:223], worked_off(lambda owed, interest: interest + 900, 223), 6.492533),
    "13": (START, MONTHS, worked_off(lambda owed, interest: interest + 200_000 / 240, 240), 6.476009),
    "14": (
        START, MONTHS[:233],
        worked_off(lambda owed, interest: interest + max(100, 0.02 * owed), 233), 6.818859,
    ),
    "15": (
        START, MONTHS[:228], worked_off(lambda owed, interest: max(300, 0.02 * (owed + interest)), 228),
        6.695965,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EUROPEAN)
def test_european_examples(name):
    start, days, payments, published = EUROPEAN[name]
    # Amounts are printed to cents in the examples, which moves the sixth decimal of some.
    assert 100 * effective_annual_rate(loan(NET, start, days, payments)) == pytest.approx(published, abs=2e-5)


def test_examples_of_the_first_directive():
    days = [date(1995, 1, 1), date(1996, 1, 1)]
    assert 100 * effective_annual_rate(loan(1000, date(1994, 1, 1), days, [600, 600])) == pytest.approx(
        13.07, abs=0.005
    )
    start = date(1994, 1, 1)
    fee = [CashFlow(start, -50.0), *loan(1000, start, [date(1995, 7, 1)], [1200])]
    assert 100 * effective_annual_rate(fee) == pytest.approx(16.85, abs=0.07)


@given(
    start=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    number=st.integers(1, 60),
    rate=st.floats(0.0, 3.0),
    amount=st.floats(10.0, 1e6),
)
def test_a_level_loan_gives_back_its_own_rate(start, number, rate, amount):
    month = rate / 12
    level = amount / sum((1 + month) ** -k for k in range(1, number + 1))
    days = monthly(start, number + 1)[1:]
    flows = loan(amount, start, days, [level] * number)
    assert effective_annual_rate(flows) == pytest.approx((1 + month) ** 12 - 1, rel=1e-7, abs=1e-9)
    assert nominal_annual_rate(flows) == pytest.approx(rate, rel=1e-7, abs=1e-9)
    if number > 1:
        assert actuarial_annual_rate(flows) == pytest.approx(rate, rel=1e-7, abs=1e-9)


@given(scale=st.floats(0.01, 1e4), shift=st.integers(0, 11))
def test_neither_the_size_nor_whole_years_matter(scale, shift):
    flows = loan(1000, date(2026, 3, 5), monthly(date(2026, 4, 9), 10), [110.0] * 10)
    moved = [
        CashFlow(flow.day.replace(year=flow.day.year + 4 * shift), flow.amount * scale) for flow in flows
    ]
    assert effective_annual_rate(moved) == pytest.approx(effective_annual_rate(flows), rel=1e-9)
    assert actuarial_annual_rate(moved) == pytest.approx(actuarial_annual_rate(flows), rel=1e-9)


def test_days_of_a_leap_year_are_counted_over_366():
    flows = [CashFlow(date(2012, 10, 10), 500.0), CashFlow(date(2012, 10, 15), -510.0)]
    # From 15 October 2011 to 15 October 2012 there are 366 days.
    assert effective_annual_rate(flows) == pytest.approx((510 / 500) ** (366 / 5) - 1, rel=1e-9)


@pytest.mark.parametrize(
    ("flows", "words"),
    [
        ([], "at least one amount"),
        ([(date(2026, 1, 1), 100.0)], "at least one amount"),
        ([(date(2026, 1, 1), 100.0), (date(2026, 1, 1), -100.0)], "on one day"),
        (
            [(date(2026, 1, 1), 100.0), (date(2027, 1, 1), -230.0), (date(2028, 1, 1), 132.0)],
            "2 yearly rates",
        ),
    ],
)
def test_what_is_no_loan_is_refused(flows, words):
    with pytest.raises(ParameterError, match=words):
        effective_annual_rate([CashFlow(*flow) for flow in flows])


def test_a_loan_paid_back_in_part_costs_less_than_nothing():
    flows = loan(1000, date(2026, 1, 1), [date(2027, 1, 1)], [900.0])
    assert effective_annual_rate(flows) == pytest.approx(-0.1)
