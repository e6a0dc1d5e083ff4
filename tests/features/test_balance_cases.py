"""Balances and accounts worked out by hand."""

from __future__ import annotations

import pytest

from tests.features.payments_by_hand import Record, ago, one, values


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


def test_accounts_seen_are_set_against_accounts_declared() -> None:
    rows = [ago(5, 1.0, account_id="x"), ago(6, 1.0, account_id="y"), ago(7, 1.0, account_id="x")]
    assert one("payments_accounts_seen_share_180d", *rows) == 0.5


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
