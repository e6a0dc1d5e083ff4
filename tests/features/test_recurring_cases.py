"""Recurring income, commitments and what is left, worked out by hand."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from tests.features.payments_by_hand import Record, ago, monthly, on, one, values

STREAM = [f"payments_salary_{name}" for name in ("found", "monthly_amount", "regularity", "gaps_since")]


@pytest.mark.parametrize(
    ("payments", "found"),
    [
        (monthly(1_000, 3, 10, counterparty_id="firm"), True),
        (monthly(1_000, 2, 10, counterparty_id="firm"), False),
        (monthly(1_000, 6, 45, counterparty_id="firm"), True),
        (monthly(1_000, 6, 45.1, counterparty_id="firm"), False),
        (monthly(250, 9, 3, 7, counterparty_id="firm"), True),
        (monthly(500, 9, 3, 15, counterparty_id="firm"), True),
        (monthly(500, 9, 3, 20, counterparty_id="firm"), False),
        (monthly(500, 9, 3, 35, counterparty_id="firm"), True),
        (monthly(500, 9, 3, 36, counterparty_id="firm"), False),
        ([row | {"counterparty_id": f"f{k}"} for k, row in enumerate(monthly(900, 5, 3))], False),
        (
            [row | {"counterparty_id": f"f{k}"} for k, row in enumerate(monthly(900, 5, 3, kind="salary"))],
            True,
        ),
        (monthly(800, 5, 3, category="pension"), True),
        (monthly(-800, 5, 3, counterparty_id="firm"), False),
    ],
)
def test_recurring_income_is_found(payments: list[Record], found: bool) -> None:
    living = [ago(1 + 20 * k, -3.0, kind="cash", event_id=f"c{k}") for k in range(10)]
    rows = [{"counterparty_id": None, "kind": None, "category": None} | row for row in (*payments, *living)]
    assert one("payments_salary_found", *rows) == float(found)


def test_recurring_income_is_described() -> None:
    rows = [on(month, 22, 1_000.0, counterparty_id="firm") for month in range(1, 6)]
    rows[2]["amount"] = 1_400.0
    rows[0]["event_time"] += timedelta(days=3)
    found = values(STREAM, payments=rows)
    # a month is 30.4375 days; the first of June comes 9.4375 of them after the 22nd of May
    wanted = [1.0, 1_000.0, 1.0, 9.4375 / 30.4375]
    assert list(found.values()) == pytest.approx(wanted, rel=1e-12)


def test_incomes_of_uneven_size_do_not_recur() -> None:
    sizes = [100.0, 1_000.0, 300.0, 2_000.0, 50.0]
    rows = [
        row | {"amount": size} for row, size in zip(monthly(1, 5, 5, counterparty_id="x"), sizes, strict=True)
    ]
    assert one("payments_salary_found", *rows) == 0.0


def test_the_stream_that_brings_most_a_month_is_the_main_one() -> None:
    weekly = monthly(300, 10, 2, 7, counterparty_id="bar")
    both = [
        *monthly(1_000, 5, 4, counterparty_id="firm"),
        *(row | {"event_id": f"w{k}"} for k, row in enumerate(weekly)),
    ]
    assert one("payments_salary_monthly_amount", *both) == pytest.approx(300 * 30.4375 / 7)


def test_half_a_pay_is_spent_on_the_day_that_reaches_it() -> None:
    pays = [{"counterparty_id": "firm"} | row for row in monthly(1_000, 4, 8)]
    daily = [ago(98 - k, -100.0, event_id=f"d{k}") for k in range(95)]
    # the first debit after a pay is on the pay's own day or on the next; five of them make half of it
    assert one("payments_salary_half_spent_days", *pays, *daily) in (4.0, 5.0)
    slow = [ago(50, -10.0, event_id="x")]
    assert one("payments_salary_half_spent_days", *pays, *slow) == 30.0


def test_commitments_set_against_income_and_request() -> None:
    rent = [row | {"event_id": f"r{k}"} for k, row in enumerate(monthly(-400, 6, 5, category="rent"))]
    loan = [row | {"event_id": f"l{k}"} for k, row in enumerate(monthly(-100, 6, 7, kind="loan_out"))]
    pays = monthly(2_000, 7, 12, kind="salary")
    rows = [{"kind": None, "category": None} | row for row in (*rent, *loan, *pays)]
    names = [
        "payments_commitments_count",
        "payments_commitments_to_income",
        "payments_recurring_loans_to_income",
        "payments_loan_payments_to_income_6m",
        "payments_disposable_income_6m",
        "payments_requested_instalment_to_income",
        "payments_requested_amount_to_year_income",
        "payments_disposable_to_requested_instalment",
        "payments_net_to_requested_instalment",
    ]
    found = values(names, payments=rows)
    daily = 1 / 30.4375
    wanted = [2, 0.25, 0.05, 0.05, 1_500, 10 / (2_000 * daily), 1_800 / 24_000, 150 * daily, 150 * daily]
    assert list(found.values()) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("last", "missed"), [(44.0, 0.0), (46.0, 1.0), (75.0, 1.0), (78.0, math.nan)])
def test_a_bill_is_missed_after_one_and_a_half_periods_and_has_ended_after_two_and_a_half(
    last: float, missed: float
) -> None:
    rows = monthly(-40, 6, last, category="telecom", counterparty_id="phone")
    living = [ago(1 + 10 * k, -3.0, event_id=f"c{k}", category=None, counterparty_id=None) for k in range(9)]
    found = one("payments_recurring_bills_missed", *rows, *living)
    assert found == missed or (math.isnan(found) and math.isnan(missed))


def test_cash_and_shopping_at_nobody_named_are_no_commitments() -> None:
    cash = monthly(-100, 6, 3, kind="cash", counterparty_id="atm")
    shop = [row | {"event_id": f"g{k}"} for k, row in enumerate(monthly(-60, 9, 2, 7, kind="purchase"))]
    assert (
        one("payments_commitments_count", *({"counterparty_id": None} | row for row in (*cash, *shop))) == 0.0
    )
