"""Commitments: what recurs, what was missed, and what has ended."""

from __future__ import annotations

from typing import Any

from tests.features.histories.streams_builder import BANK, PHONE, POWER, RENT, WAGE, Person


def _person(name: str, monthly: float | None, missed: float | None = 0, **more: float | None) -> Person:
    said = {"commitments_monthly_amount": monthly, "recurring_debits_missed": missed}
    return Person(name, said | more).monthly(1, 2_000, **WAGE).living()


def _unless(skipped: int, amount: float) -> Any:
    return lambda ago: None if ago == skipped else amount


RETURNED = {"status": "returned"}
HISTORIES = (
    _person("nothing", 0, None, commitments_count=0),
    _person("rent", 700, commitments_count=1, recurring_rent_streak=12, recurring_rent_to_income=0.35)
    .monthly(2, -700, **RENT),
    _person("rent to nobody named", 700, commitments_count=1)
    .monthly(2, -700, kind="transfer", category="rent"),
    _person("rent as a bill of no name", 700).monthly(3, -700, kind="bill"),
    _person("rent to a private person", 700)
    .monthly(3, -700, kind="transfer", counterparty_kind="person", counterparty_id="owner"),
    _person("rent on working days", 700, recurring_rent_streak=12)
    .monthly(31, -700, weekdays=True, **RENT),
    _person("rent by the week", 175 * 30.4375 / 7).every(7, -175, times=60, **RENT),
    _person("rent by the week, unpaid for a month", 175 * 30.4375 / 7, 1, recurring_bills_missed=1)
    .every(7, -175, times=60, ago=31, **RENT),
    _person("rent by the week, given up seven weeks ago", 0, None).every(7, -175, times=60, ago=50, **RENT),
    _person("rent by the quarter", 700).monthly(2, lambda ago: -2_100 if ago % 3 == 0 else None, **RENT),
    _person("rent raised", 720).monthly(2, lambda ago: -720 if ago < 8 else -700, **RENT),
    _person("power every second month", 60)
    .monthly(9, lambda ago: -120 if ago % 2 == 0 else None, **POWER),
    _person("power, unlike each month", 60)
    .monthly(9, lambda ago: -60.0 + 12 * (ago % 3 - 1), **POWER),
    _person("rent, phone and power", 820, commitments_count=3)
    .monthly(2, -700, **RENT).monthly(5, -40, **PHONE).monthly(9, -80, **POWER),
    _person("two loans of one bank", 550, commitments_count=2, recurring_loans_to_income=0.275)
    .monthly(5, -300, **BANK).monthly(12, -250, **BANK),
    _person("two loans half a month apart", 550, commitments_count=2)
    .monthly(1, -300, **BANK).monthly(15, -250, last=1, **BANK),
    _person("two loans on one day", 550).monthly(5, -300, **BANK).monthly(5, -250, **BANK),
    _person("two like loans half a month apart", 600).monthly(1, -300, **BANK)
    .monthly(15, -300, last=1, **BANK),
    _person("a second loan since four months", 550, commitments_count=2)
    .monthly(5, -300, **BANK).monthly(12, -250, months=5, last=1, **BANK),
    _person("one of two loans ended long ago", 300, commitments_count=1)
    .monthly(5, -300, **BANK).monthly(12, -250, months=10, last=6, **BANK),
    _person("a loan paid off two months ago, after twelve", 0, None)
    .monthly(5, -300, months=12, last=2, **BANK),
    _person("a loan paid off a month ago, after six", 300).monthly(5, -300, months=6, last=1, **BANK),
    _person("a loan that stopped after seven", 300, 1).monthly(5, -300, months=7, last=2, **BANK),
    _person("a loan older than the feed that stopped", 300, 1).monthly(5, -300, months=16, last=2, **BANK),
    _person("a loan that bounced at the end", 300, 1)
    .monthly(5, -300, months=11, last=1, **BANK).monthly(5, -300, months=1, **BANK, **RETURNED),
    _person("a loan that bounced and was paid four days later", 300, 0)
    .monthly(5, -300, months=11, last=1, **BANK).monthly(5, -300, months=1, **BANK, **RETURNED)
    .monthly(9, -300, months=1, **BANK),
    _person("a loan that bounced half a year ago", 300, 0)
    .monthly(5, lambda ago: None if ago == 6 else -300, **BANK)
    .monthly(5, -300, months=1, last=6, **BANK, **RETURNED),
    _person("a declined standing order", 740, 1, recurring_bills_missed=1)
    .monthly(2, -700, **RENT).monthly(4, -40, months=12, last=1, **PHONE)
    .monthly(4, -40, months=1, **PHONE, status="declined"),
    _person("phone missed once, a year's bill", 40, recurring_bills_missed=0)
    .monthly(9, _unless(3, -40.0), **PHONE),
    _person("phone overdue by three weeks", 740, 1, recurring_bills_missed=1)
    .monthly(2, -700, **RENT).monthly(24, -40, last=2, months=14, **PHONE),
    _person("phone given up four months ago", 700, 0).monthly(2, -700, **RENT)
    .monthly(9, -40, last=4, months=14, **PHONE),
    _person("rent missed this month", 700, 1, recurring_bills_missed=1, recurring_rent_streak=0)
    .monthly(2, -700, last=2, months=14, **RENT).every(1, -3, times=100, kind="purchase"),
    _person("everything stops where the feed ended", 700, 0).monthly(2, -700, **RENT).ended(50),
    _person("the feed ended long before", None, None).monthly(2, -700, **RENT).ended(122),
    _person("a subscription", 10, commitments_count=1)
    .monthly(7, -9.99, kind="purchase", category="leisure", counterparty_id="films",
             counterparty_kind="merchant"),
    _person("a gym by the four weeks", 30 * 30.4375 / 28)
    .every(28, -30, times=14, ago=6, kind="purchase", category="leisure", counterparty_id="gym"),
    _person("lunch at one table every week", 0, None)
    .every(7, -15, times=60, kind="purchase", category="leisure", counterparty_id="cafe"),
    _person("petrol at one station", 0, None)
    .every(14, -60, times=30, kind="purchase", category="transport", counterparty_id="fuel"),
    _person("shopping of a month, unlike each time", 0, None)
    .monthly(6, lambda ago: -80.0 - 37 * (ago * ago % 5), kind="purchase", category="household",
             counterparty_id="store"),
    _person("cash drawn every month", 0, None).monthly(3, -400, kind="cash", counterparty_id="atm"),
    _person("cash drawn at the start and rent", 700).monthly(3, -400, kind="cash").monthly(2, -700, **RENT),
    _person("savings every month", 0, None).monthly(3, -200, kind="transfer", category="savings"),
    _person("bank fee every month", 0, None).monthly(28, -5, kind="fee", category="fees"),
    _person("bets every week", 0, None).every(7, -20, times=60, category="gambling", counterparty_id="bet"),
    _person("a card repaid, unlike each month", 0, None)
    .monthly(12, lambda ago: -200.0 - 90 * (ago % 4), kind="card_repayment", counterparty_id="card"),
    _person("a fixed instalment on a card", 150)
    .monthly(12, -150, kind="card_repayment", counterparty_id="card"),
    _person("unexplained transfer to one account", 120)
    .monthly(11, -120, kind="transfer", counterparty_id="acct"),
    _person("unexplained, to nobody, the same each month", 120).monthly(11, -120, kind="transfer"),
    _person("unexplained, to nobody, unlike each month", 0, None)
    .monthly(11, lambda ago: -120.0 - 31 * (ago % 4), kind="transfer"),
    _person("two insurers", 95, commitments_count=2)
    .monthly(3, -60, kind="bill", category="insurance", counterparty_id="life")
    .monthly(3, -35, kind="bill", category="insurance", counterparty_id="car"),
    _person("two bills of one utility, unlike each month", 150)
    .monthly(4, lambda ago: -50.0 + 14 * (ago % 3 - 1), **POWER)
    .monthly(18, lambda ago: -100.0 + 4 * (ago % 4 - 1.5), last=1, **POWER),
    _person("a rent refunded in part", 700).monthly(2, -700, **RENT)
    .monthly(20, 15, last=3, months=1, kind="refund", category="rent", counterparty_id="landlord"),
)  # fmt: skip
