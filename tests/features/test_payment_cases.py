"""Sums, shapes in time and purchases of payments, worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from tests.features.payments_by_hand import AS_OF, CATALOGUE, Record, ago, on, one, values


def test_a_window_holds_its_first_instant_and_not_the_moment() -> None:
    inside, outside = ago(30, 5.0), ago(30 + 1e-6, 7.0)
    at_the_moment = ago(0, 11.0, known_time=AS_OF - timedelta(days=1))
    assert one("payments_inflow_sum_30d", inside, outside, at_the_moment) == 5.0


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
