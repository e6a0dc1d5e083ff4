"""Payments and bills worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from creditscore.data.applications import Applications
from creditscore.data.payments import layout as kernel
from creditscore.data.payments import rules
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables import vocabularies as words
from creditscore.errors import ParameterError
from creditscore.features.application.declared import application_features
from creditscore.features.compute import FeatureComputer
from creditscore.features.payments.declared.catalogue import payment_features

CATALOGUE = payment_features(every=True)
AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
Record = dict[str, Any]


def ago(days: float, amount: float, **more: Any) -> Record:
    """Return a payment some days before the moment."""
    return {"applicant_id": "a", "event_time": AS_OF - timedelta(days=days), "amount": amount} | more


def values(names: Sequence[str], **tables: list[Record]) -> dict[str, float]:
    """Return features of applicant a, who asks for 1,800 over 180 days."""
    asked = {
        "application_id": 1, "applicant_id": "a", "as_of": AS_OF, "amount": 1_800.0, "term_days": 180.0,
        "accounts_declared": 4,
    }  # fmt: skip
    computer = FeatureComputer(CATALOGUE.select(names))
    matrix = computer.compute(Applications.from_records(asked), Portfolio.from_records(tables), threads=1)
    return dict(zip(matrix.names, matrix.values[0].tolist(), strict=True))


def one(name: str, *payments: Record, **tables: list[Record]) -> float:
    return values([name], payments=list(payments), **tables)[name]


def test_the_codes_in_the_kernels_are_those_of_the_contract() -> None:
    kinds = {name: getattr(kernel, name.upper()) for name in words.PAYMENT_KINDS}
    assert kinds == {name: code for code, name in enumerate(words.PAYMENT_KINDS)}
    for vocabulary in (words.PAYMENT_CATEGORIES, words.COUNTERPARTY_KINDS, words.PAYMENT_STATUSES):
        for code, name in enumerate(vocabulary):
            assert getattr(kernel, name.upper()) == code
    accounts = [kernel.CURRENT_ACCOUNT, kernel.SAVINGS_ACCOUNT, kernel.CARD_ACCOUNT]
    assert [words.ACCOUNT_KINDS[code] for code in accounts] == ["current", "savings", "card"]


def test_the_classes_in_the_kernels_are_those_of_the_vocabulary() -> None:
    said = {
        rules.WAGES: "wages", rules.PENSION_IN: "pension", rules.BENEFITS_IN: "benefits",
        rules.BUSINESS: "business", rules.CASH_INCOME: "cash_income", rules.OTHER_INCOME: "other_income",
        rules.UNKNOWN_IN: "unknown_in", rules.OWN: "own_transfer", rules.TO_SAVINGS: "to_savings",
        rules.FROM_SAVINGS: "from_savings", rules.PERSON_IN: "person_in", rules.PERSON_OUT: "person_out",
        rules.LENT: "loan_in", rules.REPAID: "loan_out", rules.CARD_REPAID: "card_repayment",
        rules.BILLED: "bill", rules.PURCHASED: "purchase", rules.CASH_OUT: "cash_out",
        rules.FEE_PAID: "fee", rules.PENALISED: "penalty", rules.INTEREST_IN: "interest_in",
        rules.INTEREST_OUT: "interest_out", rules.STAKE: "gambling_stake", rules.WIN: "gambling_win",
        rules.REFUNDED: "refund", rules.CHARGED_BACK: "chargeback", rules.REVERSED: "reversal",
        rules.NOT_SETTLED: "declined", rules.SENT_BACK: "returned", rules.NO_MONEY: "nothing",
        rules.UNKNOWN_OUT: "unknown_out", rules.COLLECTED: "debt_collected", rules.PAID_LATER: "pay_later",
        rules.ADVANCED: "advance_in", rules.ADVANCE_REPAID: "advance_out",
    }  # fmt: skip
    assert [said[code] for code in range(len(said))] == list(words.PAYMENT_CLASSES)
    evidence = {
        rules.BY_SIGN: "sign", rules.BY_KIND: "kind", rules.BY_CATEGORY: "category",
        rules.BY_COUNTERPARTY: "counterparty", rules.BY_PAYER: "payer", rules.BY_STATUS: "status",
        rules.BY_ACCOUNT: "account", rules.BY_OWN_ACCOUNTS: "own_accounts",
        rules.BY_BOOKED_BACK: "booked_back", rules.BY_ROUND_TRIP: "round_trip",
        rules.BY_SPENT_THERE: "spent_there",
    }  # fmt: skip
    assert [evidence[code] for code in range(len(evidence))] == list(words.PAYMENT_EVIDENCE)


# windows and blocks


def test_a_window_holds_its_first_instant_and_not_the_moment() -> None:
    inside, outside = ago(30, 5.0), ago(30 + 1e-6, 7.0)
    at_the_moment = ago(0, 11.0, known_time=AS_OF - timedelta(days=1))
    assert one("payments_inflow_sum_30d", inside, outside, at_the_moment) == 5.0


def on(month: int, day: int, amount: float, year: int = 2024, **more: Any) -> Record:
    """Return a payment at noon of a day; the moment is the beginning of June 2024."""
    return {
        "applicant_id": "a",
        "event_time": datetime(year, month, day, 12, tzinfo=UTC),
        "amount": amount,
    } | more


def test_months_are_those_of_the_calendar_and_the_first_day_opens_the_first_one() -> None:
    payments = [on(4, 1, 1.0), on(4, 20, 100.0), on(5, 1, 300.0), on(5, 31, 50.0)]
    assert one("payments_income_median_3m", *payments) == (101.0 + 350.0) / 2
    assert math.isnan(one("payments_income_median_3m", *payments[1:]))


@pytest.mark.parametrize("window", ["30d", "90d", "180d", "365d"])
def test_what_grows_with_the_window_is_missing_where_the_history_is_shorter(window: str) -> None:
    days = float(window.removesuffix("d"))
    long, short = (one(f"payments_inflow_count_{window}", ago(days * part, 5.0)) for part in (0.91, 0.89))
    assert long == 1.0
    assert math.isnan(short)
    assert one(f"payments_inflow_mean_{window}", ago(days * 0.5, 5.0)) == 5.0


def test_income_drop_compares_three_months_with_those_before() -> None:
    old = [on(10, 1, 1.0, 2023), *(on(month, 15, 200.0, 2023) for month in (10, 11, 12))]
    new = [on(month, 15, 200.0 if month < 3 else 100.0) for month in range(1, 6)]
    payments = [*old, *new]
    early = (5 * 200.0 + 1.0) / 5
    assert one("payments_income_recent_to_earlier_12m", *payments) == pytest.approx(100.0 / early, rel=1e-12)


@pytest.mark.parametrize(("newest", "present"), [(15.6, 3), (15.7, 4)])
def test_a_month_with_a_quarter_of_the_usual_income_counts_as_income(newest: float, present: int) -> None:
    payments = [ago(120.5, 1.0), ago(100, 100.0), ago(70, 100.0), ago(40, 25.0), ago(10, newest)]
    # the median of the four months is 62.5
    assert one("payments_income_months_share_12m", *payments) == pytest.approx((present + 4.5) / (4 + 5))


# what income is


@pytest.mark.parametrize(
    "more", [{"kind": "own_transfer"}, {"kind": "refund"}, {"kind": "loan_in"}, {"status": "returned"}]
)
def test_what_is_no_income(more: Record) -> None:
    assert one("payments_inflow_sum_30d", ago(40, 9.0), ago(3, 70.0, **more), ago(2, 5.0)) == 5.0


def test_nothing_known_is_not_the_same_as_nothing_happened() -> None:
    names = [
        "payments_covered",
        "payments_inflow_sum_30d",
        "payments_salary_found",
        "payments_commitments_count",
    ]
    other = [ago(3, 7.0) | {"applicant_id": "b"}]
    assert values(names, payments=other)["payments_covered"] == 0.0
    assert np.isnan([values(names, payments=other)[name] for name in names[1:]]).all()
    assert list(values(names, payments=[ago(300, -7.0), ago(9, -7.0)]).values()) == [1.0, 0.0, 0.0, 0.0]
    # a feed that ended long ago says nothing about the present
    silent = list(values(names, payments=[ago(300, -7.0)]).values())
    assert silent[:2] == [1.0, 0.0]
    assert np.isnan(silent[2:]).all()


def pair(hours: float, amount: float, **more: Any) -> list[Record]:
    later = ago(10 - hours / 24, amount, account_id="side", event_id="2") | more
    opening = ago(40, -1.0, account_id="main", event_id="0")
    return [opening, ago(10, -100.0, account_id="main", event_id="1"), later]


@pytest.mark.parametrize(
    ("payments", "spent"),
    [
        (pair(48, 100.0), 0.0),
        (pair(48.01, 100.0), 100.0),
        (pair(1, 100.5), 0.0),
        (pair(1, 100.51), 100.0),
        (pair(1, 99.5), 0.0),
        (pair(1, 99.49), 100.0),
        (pair(1, 100.0, account_id="main"), 100.0),
        (pair(1, 100.0, account_id=None), 100.0),
        (pair(1, 100.0, kind="salary"), 100.0),
        (pair(1, 100.0, status="declined"), 100.0),
        ([*pair(1, 100.0), ago(9.9, -100.0, account_id="main", event_id="3")], 100.0),
        ([*pair(1, 100.0), ago(9.9, 100.0, account_id="side", event_id="3")], 0.0),
    ],
)
def test_two_halves_of_an_own_transfer_are_neither_income_nor_spending(
    payments: list[Record], spent: float
) -> None:
    rows = [{"kind": None, "status": None} | row for row in payments]
    assert one("payments_outflow_sum_30d", *rows) == spent


def test_an_own_transfer_is_found_only_once_both_halves_are_known() -> None:
    opening, out, back = pair(1, 100.0)
    late = back | {"known_time": AS_OF}
    assert one("payments_outflow_sum_30d", opening, out, late) == 100.0


# recurring income


def monthly(size: float, hits: int, last: float, gap: float = 30.0, **more: Any) -> list[Record]:
    return [ago(last + gap * k, size, event_id=f"s{k}", **more) for k in range(hits)]


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


# commitments and affordability


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


# balances


def test_a_balance_holds_until_the_next_and_accounts_are_added_up() -> None:
    rows = [
        ago(40.5, 100.0, balance=100.0, account_id="main"),
        ago(37.5, 10.0, balance=50.0, account_id="side"),
        ago(34.5, -300.0, balance=-200.0, account_id="main"),
        ago(32.5, 400.0, balance=200.0, account_id="main"),
        ago(1.5, 700.0, balance=900.0, account_id="main"),
    ]
    names = [
        "payments_balance_now",
        "payments_balance_month_ago",
        "payments_balance_mean_90d",
        "payments_balance_min_90d",
        "payments_overdraft_days_90d",
        "payments_overdraft_days_30d",
    ]
    # ten day ends up to 31 days ago: three of 100, three of 150, two of -150, two of 250
    found = values(names, payments=rows)
    assert list(found.values()) == [950.0, 250.0, (300 + 450 - 300 + 500) / 10, -150.0, 2.0, 0.0]


def test_the_poorest_month_is_the_lowest_mean_of_thirty_day_ends() -> None:
    rows = [ago(99.5, 1.0, balance=900.0), ago(79.5, -1.0, balance=60.0), ago(35.5, 1.0, balance=600.0)]
    assert one("payments_lowest_monthly_balance_180d", *rows) == 60.0
    asked = one("payments_lowest_monthly_balance_to_requested_instalment_180d", *rows)
    assert asked == 6.0


def test_a_negative_balance_never_looks_like_a_buffer() -> None:
    names = [
        f"payments_{what}_to_requested_instalment{span}"
        for what, span in (("mean_balance", "_90d"), ("balance_month_ago", ""))
    ]
    poor = values(names, payments=[ago(45, -9.0, balance=-90.0)])
    rich = values(names, payments=[ago(45, 9.0, balance=90.0)])
    assert all(poor[name] == -9.0 < rich[name] == 9.0 for name in names)


# shapes in time


def weeks(spent: Sequence[float]) -> list[Record]:
    first = ago(7 * len(spent), 1.0)
    return [first, *(ago(7 * (len(spent) - k) - 3, -x) for k, x in enumerate(spent) if x > 0)]


def test_a_step_in_weekly_spending_has_its_textbook_cusum() -> None:
    # mean 1/2, standard deviation root of 0.26, largest sum of deviations 13 halves: 6.5 / (0.26 * 26) ** 0.5
    assert one("payments_spending_break_26w", *weeks([0.0] * 13 + [1.0] * 13)) == pytest.approx(
        2.5, rel=1e-12
    )
    assert one("payments_spending_break_26w", *weeks([1.0] * 26)) == 0.0
    assert math.isnan(one("payments_spending_break_26w", *weeks([1.0] * 25)))


def test_a_spike_is_the_heaviest_week_over_the_median_week() -> None:
    assert one("payments_spending_spike_26w", *weeks([10.0] * 7 + [70.0])) == 7.0
    assert math.isnan(one("payments_spending_spike_26w", *weeks([10.0] * 7)))


def months_back(amounts: Sequence[float]) -> list[Record]:
    """One debit in the middle of each calendar month before the moment, and a credit before them all."""
    counted = [12 * AS_OF.year + AS_OF.month - 2 - k for k in range(len(amounts))][::-1]
    days = [datetime(month // 12, month % 12 + 1, 15, tzinfo=UTC) for month in counted]
    first = days[0] - timedelta(days=20)
    rows = [
        {"applicant_id": "a", "event_time": when, "amount": -x} for when, x in zip(days, amounts, strict=True)
    ]
    return [{"applicant_id": "a", "event_time": first, "amount": 1.0}, *rows]


def test_spending_that_repeats_every_year_is_all_season() -> None:
    year = [100.0, 120, 80, 100, 110, 90, 100, 100, 90, 110, 100, 100]
    repeated = one("payments_spending_season_36m", *months_back(year * 3))
    assert repeated > 0.99
    assert math.isnan(one("payments_spending_season_36m", *months_back(year)))
    assert math.isnan(one("payments_spending_season_36m", *months_back([100.0] * 30)))


# purchases, merchants, categories


def shopping(n: int, **more: Any) -> list[Record]:
    return [ago(1 + k, -10.0, kind="purchase", event_id=f"p{k}") | more for k in range(n)]


def test_refunds_returns_and_declines() -> None:
    rows = [{"status": "settled"} | row for row in shopping(20)]
    rows += [ago(3.5, 10.0, kind="refund", event_id="b", status=None)]
    rows += [ago(4.5, -10.0, kind="purchase", event_id=f"r{k}", status="returned") for k in range(2)]
    rows += [ago(5.5, -10.0, kind="purchase", event_id=f"d{k}", status="declined") for k in range(3)]
    names = ["refund_share_180d", "returned_purchases_365d", "declined_share_180d", "returned_count_90d"]
    found = values([f"payments_{name}" for name in names], payments=rows)
    assert list(found.values()) == pytest.approx([10.0 / 190.0, 2.0, (3 + 0.1) / (25 + 5), 2.0])


def test_merchants_online_methods_and_lenders() -> None:
    rows = [
        row | {"counterparty_id": "old" if k % 2 else "new", "counterparty_kind": "merchant",
               "channel": "Web",
               "method": "card" if k % 2 else "wallet", "category": "groceries"}
        for k, row in enumerate(shopping(20))
    ]  # fmt: skip
    common = {"counterparty_kind": "person", "channel": "branch", "method": None, "category": "leisure"}
    rows += [ago(100, -1.0, kind="purchase", counterparty_id="old", event_id="o") | common]
    rows += [
        ago(9.5, -30.0, kind="transfer", counterparty_id=name, event_id=name) | common
        for name in ("ann", "bob")
    ]
    rows += [ago(8.5, 20.0, kind="transfer", counterparty_id="ann", event_id="back") | common]
    rows += [
        ago(7.5 + k, -5.0, kind="bill", counterparty_id=f"payday-{k % 2}", event_id=f"h{k}")
        | common | {"category": "high_cost_credit", "counterparty_kind": "lender"}
        for k in range(3)
    ]  # fmt: skip
    wanted = {
        "payments_merchant_concentration_90d": 0.5,
        "payments_merchant_new_share_90d": 0.5,
        "payments_online_share_180d": (20 + 1.5) / (26 + 5),
        "payments_method_entropy_180d": 1.0,
        "payments_high_cost_lenders_365d": 2.0,
        "payments_persons_paid_180d": 3.0,
        "payments_persons_out_to_in_180d": 61.0 / 20.0,
        "payments_high_cost_credit_share_180d": 15.0 / 276.0,
        "payments_essential_share_180d": 200.0 / 276.0,
    }
    assert values(list(wanted), payments=rows) == pytest.approx(wanted, rel=1e-12)


def test_gambling_is_seen_and_its_rise_measured() -> None:
    rows = [
        ago(200, -50.0, category="leisure"),
        ago(20, -25.0, category="leisure"),
        ago(10, -25.0, category="gambling"),
    ]
    wanted = {
        "payments_gambling_found_365d": 1.0,
        "payments_gambling_share_180d": 0.5,
        "payments_gambling_share_rise": 0.5 - 0.25,
    }
    assert values(list(wanted), payments=rows) == wanted


def test_accounts_seen_are_set_against_accounts_declared() -> None:
    rows = [ago(5, 1.0, account_id="x"), ago(6, 1.0, account_id="y"), ago(7, 1.0, account_id="x")]
    assert one("payments_accounts_seen_share_180d", *rows) == 0.5


def test_the_clock_is_that_of_greenwich_and_the_week_begins_on_monday() -> None:
    saturday = datetime(2024, 5, 4, 4, 59, tzinfo=UTC)
    rows = [
        {"applicant_id": "a", "event_time": saturday, "amount": -1.0, "event_id": f"{k}"} for k in range(30)
    ]
    friday = [
        row | {"event_time": saturday - timedelta(hours=5), "event_id": f"f{k}"} for k, row in enumerate(rows)
    ]
    names = ["payments_night_share_180d", "payments_weekend_share_180d"]
    found = values(names, payments=[*rows, *friday])
    assert list(found.values()) == pytest.approx([(30 + 0.25) / 65, (30 + 1.25) / 65])


# bills


def bill(due: float, paid: float | None, **more: Any) -> Record:
    paid_time = None if paid is None else AS_OF - timedelta(days=paid)
    row = {
        "applicant_id": "a", "bill_id": str(due), "due_time": AS_OF - timedelta(days=due),
        "due_amount": 100.0,
        "known_time": AS_OF - timedelta(days=due + 20), "paid_time": paid_time, "paid_amount": None,
    }  # fmt: skip
    return row | more


BILLS = ["bills_on_time_streak", "bills_days_late_mean_365d", "bills_overdue_count", "bills_overdue_amount"]


@pytest.mark.parametrize(
    ("newest", "streak", "late", "overdue"),
    [
        (bill(10, 12), 3, 0.0, 0.0),
        (bill(10, 9.5), 3, 0.0, 0.0),
        (bill(10, 8), 0, 2.0, 0.0),
        (bill(10, None), 0, 10.0, 1.0),
        (bill(10, -1), 0, 10.0, 1.0),
        (bill(10, 12, paid_known_time=AS_OF), 0, 10.0, 1.0),
        (bill(10, 12, paid_amount=50.0), 0, 10.0, 1.0),
        (bill(10, 12, paid_amount=99.0), 3, 0.0, 0.0),
        (bill(10, 12, paid_amount=150.0), 3, 0.0, 0.0),
    ],
)
def test_a_bill_is_late_until_it_is_known_to_be_paid(
    newest: Record, streak: float, late: float, overdue: float
) -> None:
    older = [bill(70, 75), bill(40, 41)]
    rows = [{"paid_known_time": None} | row for row in (*older, newest)]
    found = values(BILLS, bills=rows)
    part = 0.0 if newest["paid_amount"] is None else newest["paid_amount"]
    assert list(found.values()) == [streak, late / 3, overdue, (100.0 - part) * overdue]


def test_a_bill_of_the_day_is_neither_late_nor_in_time() -> None:
    moment = AS_OF + timedelta(hours=12)
    rows = [bill(70, 75), bill(40, 41), bill(20, 25), bill(-0.25, None)]
    computer = FeatureComputer(CATALOGUE.select(["bills_on_time_streak", "bills_due_count_365d"]))
    asked = Applications.from_records({"application_id": 1, "applicant_id": "a", "as_of": moment})
    matrix = computer.compute(asked, Portfolio.from_records({"bills": rows}), threads=1)
    assert matrix.values[0].tolist() == [3.0, 4.0]


def test_only_the_rest_of_a_part_paid_bill_is_overdue() -> None:
    rows = [bill(due, due + 2, paid_amount=98.0) for due in (100, 70, 40, 10)]
    assert one("bills_overdue_amount", bills=rows) == 8.0
    assert one("bills_days_late_by_amount_365d", bills=rows) == 2.0 * (100 + 70 + 40 + 10) / 400.0
    rows = [bill(70, 65, paid_amount=60.0), bill(40, 41), bill(20, 22)]
    assert one("bills_days_late_by_amount_365d", bills=rows) == (60.0 * 5 + 40.0 * 70) / 300.0


def test_days_late_are_weighted_by_amount() -> None:
    rows = [bill(70, 75), bill(40, 30, due_amount=300.0), bill(20, 22)]
    assert one("bills_days_late_by_amount_365d", bills=rows) == 300.0 * 10 / 500.0
    assert one("bills_on_time_share_365d", bills=rows) == (2 + 4.5) / (3 + 5)


# the application itself


def test_application_features_read_the_application() -> None:
    features = application_features(("amount", "term_days", "own_rent"), ("purpose",), signs={"own_rent": -1})
    asked = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF, "amount": 900.0, "term_days": 90.0}
    applications = Applications.from_records(asked | {"own_rent": True, "purpose": "car"})
    matrix = FeatureComputer(features).compute(
        applications, Portfolio.from_records({"payments": [ago(1, 1.0)]})
    )
    assert matrix.values[0, :3].tolist() == [900.0, 90.0, 1.0]
    assert matrix["application_amount_per_day"].tolist() == [10.0]
    assert features["application_own_rent"].sign == -1
    assert features["application_purpose"].unit == "category"


def test_an_instalment_shows_the_price_of_a_loan() -> None:
    features = application_features(("amount", "term_days", "instalment"))
    asked = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF, "amount": 900.0, "term_days": 90.0}
    applications = Applications.from_records(asked | {"instalment": 330.0})
    matrix = FeatureComputer(features).compute(applications, Portfolio.from_records({}))
    assert matrix["application_instalment_to_amount_per_day"].tolist() == [33.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"columns": ("amount", "amount")}, "given twice"),
        ({"columns": ("loan amount",)}, "columns"),
        ({"signs": {"age": 1}}, "'age'"),
        ({"categories": ("purpose",), "signs": {"purpose": 1}}, "'purpose'"),
        ({"signs": {"amount": 2}}, "-1, 0 or 1"),
    ],
)
def test_application_features_refuse_what_they_cannot_mean(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        application_features(**arguments)


# declarations


def test_declarations_are_complete() -> None:
    assert len(CATALOGUE) >= 240
    for feature in CATALOGUE:
        assert feature.label
        assert feature.definition
        assert feature.unit
        assert feature.missing
        assert feature.legal_tags
        assert feature.reference
        assert feature.source in ("payments", "bills")
        assert feature.sign == 0 or feature.reason_group


def test_gambling_is_tagged_wherever_it_is_read() -> None:
    reads = [feature for feature in CATALOGUE if "'gambling'" in repr(feature.formula)]
    assert len(reads) == 3
    assert all("gambling" in feature.legal_tags and feature.proxy_risk == "high" for feature in reads)


# accounts


@pytest.mark.parametrize("accounts", [3, 32, 33, 90])
def test_balances_of_any_number_of_accounts_add_up(accounts: int) -> None:
    """By hand: a third of the accounts hold 10 each, a third are 5 below zero, a third are cards."""
    kinds, balances = ("savings", "current", "card"), (10.0, -5.0, -7.0)
    rows = [
        ago(50 - k / 100, -1.0, account_id=f"n{k:03d}", account_kind=kinds[k % 3], balance=1_000.0)
        for k in range(accounts)
    ] + [
        ago(20 - k / 100, -1.0, account_id=f"n{k:03d}", account_kind=kinds[k % 3], balance=balances[k % 3])
        for k in range(accounts)
    ]
    found = values(
        ["payments_balance_now", "payments_savings_now", "payments_overdraft_days_90d"], payments=rows
    )
    n = [len(range(k, accounts, 3)) for k in range(3)]
    assert found["payments_balance_now"] == 10.0 * n[0] - 5.0 * n[1]
    assert found["payments_savings_now"] == 10.0 * n[0]
    assert found["payments_overdraft_days_90d"] == 20.0


def test_savings_hide_no_overdraft_and_a_card_makes_none() -> None:
    def overdrawn(*accounts: tuple[str, float]) -> float:
        rows = [
            ago(k * 7.0 + 1, -1.0, account_id=name, account_kind=name, balance=balance)
            for k in range(20)
            for name, balance in accounts
        ]
        return one("payments_overdraft_days_90d", *rows)

    assert overdrawn(("current", -300.0), ("savings", 5_000.0)) == 90.0
    assert overdrawn(("current", 900.0), ("card", -1_500.0)) == 0.0
    assert overdrawn(("current", -300.0), ("card", -1_500.0)) == 90.0


def test_a_date_has_no_hour_and_its_own_weekday() -> None:
    """Fridays in Tehran, as dates: a weekend there, at no hour anywhere."""
    names = ["payments_night_share_180d", "payments_weekend_share_180d", "payments_hour_entropy_180d"]
    days = [(datetime(2024, 1, 5) + timedelta(days=2 * k)).date() for k in range(70)]  # noqa: DTZ001
    rows = [{"applicant_id": "a", "event_time": day, "amount": -1.0, "kind": "purchase"} for day in days]
    portfolio = Portfolio.from_records({"payments": rows}, timezone="Asia/Tehran", weekend=["fri"])
    asked = Applications.from_records({"application_id": 1, "applicant_id": "a", "as_of": AS_OF})
    found = FeatureComputer(CATALOGUE.select(names)).compute(asked, portfolio, threads=1)
    fridays = sum(day.weekday() == 4 for day in days)
    assert math.isnan(found["payments_night_share_180d"][0])
    assert math.isnan(found["payments_hour_entropy_180d"][0])
    assert found["payments_weekend_share_180d"][0] == pytest.approx((fridays + 5 * 0.25) / (70 + 5))


def test_a_card_stays_one_when_a_purchase_on_it_is_booked_back() -> None:
    def plastic(days: float, amount: float, owed: float, kind: str | None = "purchase") -> Record:
        return ago(days, amount, account_id="x1", balance=-owed, kind=kind)

    rows = [
        ago(90, 900.0, account_id="y2", balance=900.0, kind="transfer", counterparty_id="firm"),
        plastic(80, -50.0, 50.0),
        plastic(70, -40.0, 90.0, None),
        plastic(60, 30.0, 60.0, "transfer"),
        plastic(10, -20.0, 80.0),
    ]
    back = plastic(5, 20.0, 60.0)
    for payments in (rows, [*rows, back]):
        assert one("payments_balance_now", *payments) == 900.0
        assert one("payments_overdraft_days_180d", *payments) == 0.0
