"""Bent accounts hold what somebody would have done, and their balances follow from it to the cent."""

from __future__ import annotations

import pytest

import creditscore as cs
from creditscore.gaming import payments as bending
from creditscore.gaming.manipulations import MANIPULATIONS
from tests.gaming.accounts import AS_OF, Record, day, payment, portfolio, sample_of, wages

MOVES_MONEY = (
    "one_deposit", "income_borrowed_7d", "income_borrowed_90d", "round_trips", "own_transfers",
    "small_purchases",
)  # fmt: skip


def rows_of(bent, person: str):
    table = bent.tables["payments"]
    return table[table["applicant_id"] == person].reset_index(drop=True)


def test_a_months_income_is_what_came_in_over_six_months():
    own = payment("anna", 3, 900.0, 900.0, kind="own_transfer")
    lent = payment("anna", 2, 900.0, 1_800.0, kind="loan_in")
    late = payment("anna", 1, 900.0, 2_700.0, known_time=day(-3))
    bounced = payment("anna", 4, 900.0, 0.0, status="returned")
    old = payment("anna", 190, 900.0, 900.0)
    rows = [*wages("anna", 1_200.0), own, lent, late, bounced, old, *wages("ben", 600.0)]
    sample = sample_of(cs.Portfolio.from_records({"payments": rows}))
    assert sample.income.tolist() == [1_200.0, 600.0]


def test_of_a_short_history_income_is_by_the_months_that_are_known():
    rows = [payment("anna", 60, 500.0, 500.0), payment("anna", 10, 500.0, 1_000.0)]
    sample = sample_of(cs.Portfolio.from_records({"payments": rows}), "anna")
    assert sample.income.tolist() == [500.0]


def test_one_deposit_is_the_last_row_and_raises_the_balance():
    rows = rows_of(bending.one_deposit(sample_of(portfolio())), "anna")
    assert len(rows) == 14
    last = rows.iloc[-1]
    assert (last["amount"], last["balance"], last["kind"]) == (1_200.0, 1_200.0, "cash")
    assert last["event_time"] == day(1, hour=10)
    assert last["known_time"] < AS_OF


@pytest.mark.parametrize("name", MOVES_MONEY)
def test_every_balance_is_the_one_before_and_what_was_moved(name):
    bent = MANIPULATIONS[name].bend(sample_of(portfolio()))
    for person in ("anna", "ben"):
        rows = rows_of(bent, person)
        opening = 0.0
        for row in rows.to_dict("records"):
            opening += row["amount"]
            assert row["balance"] == pytest.approx(opening, abs=0.005)
        assert rows["event_time"].is_monotonic_increasing
        assert (rows["event_time"] < AS_OF).all()


@pytest.mark.parametrize(
    ("name", "rows", "comes_to"),
    [
        ("one_deposit", 1, 1_200.0),
        ("income_borrowed_7d", 1, 1_200.0),
        ("income_borrowed_90d", 3, 3_600.0),
        ("round_trips", 24, 0.0),
        ("own_transfers", 48, 0.0),
        ("small_purchases", 30, -30.0),
    ],
)
def test_each_adds_what_it_says(name, rows, comes_to):
    bent = MANIPULATIONS[name].bend(sample_of(portfolio()))
    after = rows_of(bent, "anna")
    assert len(after) == 13 + rows
    assert after["amount"].sum() == pytest.approx(comes_to)
    assert bent.tried.tolist() == [True, True]


def test_a_friend_who_lends_is_one_and_the_same_and_new():
    rows = rows_of(bending.income_borrowed_long(sample_of(portfolio())), "anna")
    new = rows[~rows["counterparty_id"].isin(["firm", "shop", "x"])]
    assert new["counterparty_id"].nunique() == 1
    assert set(new["counterparty_kind"]) == {"person"}
    assert new["event_time"].tolist() == [day(ago, hour=10) for ago in (80, 50, 20)]


def test_accounts_are_kept_apart_and_an_own_transfer_moves_between_them():
    rows = [row | {"account_id": "main"} for row in wages("anna", 1_200.0)]
    bent = bending.own_transfers(sample_of(cs.Portfolio.from_records({"payments": rows}), "anna"))
    table = bent.tables["payments"]
    other = table[table["account_id"] != "main"]
    assert len(other) == 24
    assert other["balance"].iloc[-1] == 0.0
    assert other["balance"].max() == 600.0
    assert table[table["account_id"] == "main"]["balance"].iloc[-1] == 0.0


def test_delayed_bills_are_not_paid_yet_and_the_money_is_still_there():
    bill = payment("anna", 9, -100.0, -100.0, kind="bill", category="rent")
    old = payment("anna", 45, -100.0, 0.0, kind="bill", category="rent")
    due = {"applicant_id": "anna", "bill_id": "r", "due_time": day(5), "known_time": day(30),
           "due_amount": 100.0, "paid_time": day(9), "paid_amount": 100.0}  # fmt: skip
    rows = [*wages("anna", 1_200.0), bill, old, *wages("ben", 600.0)]
    given = cs.Portfolio.from_records({"payments": rows, "bills": [due]})
    bent = bending.bills_delayed(sample_of(given))
    assert bent.tried.tolist() == [True, False]
    after = rows_of(bent, "anna")
    assert len(after) == 14
    assert (after["event_time"] != bill["event_time"]).all()
    assert (after["event_time"] == old["event_time"]).sum() == 1
    (paid,) = bent.tables["bills"]["paid_time"]
    assert paid > AS_OF


def test_a_reopened_account_begins_at_nought_where_the_old_one_was_overdrawn():
    deep: list[Record] = [
        payment("anna", 120, -300.0, -300.0), payment("anna", 50, 500.0, 200.0),
        payment("ben", 120, 300.0, 300.0), payment("ben", 50, 500.0, 800.0),
    ]  # fmt: skip
    bent = bending.account_reopened(sample_of(cs.Portfolio.from_records({"payments": deep})))
    assert rows_of(bent, "anna")["balance"].tolist() == [500.0]
    assert rows_of(bent, "ben")["balance"].tolist() == [800.0]


def test_whoever_has_no_older_account_cannot_reopen_one():
    rows = [payment("anna", 50, 500.0, 500.0), *wages("ben", 600.0)]
    bent = bending.account_reopened(sample_of(cs.Portfolio.from_records({"payments": rows})))
    assert bent.tried.tolist() == [False, True]


def test_payments_of_dates_alone_stay_dates():
    rows = [row | {"event_time": row["event_time"].date()} for row in wages("anna", 1_200.0)]
    given = cs.Portfolio(payments=rows, timezone="Europe/Prague")
    sample = sample_of(given, "anna")
    table = bending.one_deposit(sample).tables["payments"]
    local = table["event_time"].dt.tz_convert("Europe/Prague")
    assert (local == local.dt.normalize()).all()
    assert (table["known_time"] < AS_OF).all()


def test_ids_that_are_numbers_stay_numbers():
    rows = [row | {"counterparty_id": 7} for row in wages("anna", 1_200.0)]
    bent = bending.round_trips(sample_of(cs.Portfolio.from_records({"payments": rows}), "anna"))
    assert sorted(set(bent.tables["payments"]["counterparty_id"])) == [7, 8]
