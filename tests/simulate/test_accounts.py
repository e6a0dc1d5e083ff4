"""Money adds up: on every account, between own accounts, with the lender's ledger and with statements."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from creditscore.simulate import SimulationConfig, simulate_portfolio
from creditscore.simulate.hazard import default_time


@pytest.fixture(scope="module")
def payments(made):
    return made.tables["payments"]


@pytest.fixture(scope="module")
def first(payments):
    """First version of every payment, as the bank showed it on the day."""
    return payments.sort_values(["event_id", "known_time"]).drop_duplicates("event_id")


@pytest.fixture(scope="module")
def classes(truth):
    return truth.to_payments().set_index("event_id")["class"].astype(str)


def span(first, made):
    begin = first.groupby("applicant_id")["event_time"].min()
    return begin, made.applications.groupby("applicant_id")["as_of"].max()


def test_every_account_reconciles_to_the_cent(payments):
    """Walk through the rows in whole cents: a settled one moves its account, a returned one comes back."""
    versions = payments.sort_values(["event_id", "known_time"])
    again = versions["event_id"].duplicated()
    happened = versions.loc[~again].assign(at=lambda rows: rows["event_time"])
    undone = versions.loc[again].assign(
        at=lambda rows: rows["known_time"], amount=lambda rows: -rows["amount"]
    )
    both = pd.concat([happened.assign(shown=True), undone.assign(shown=False, status="settled")])
    both = both.sort_values(["at", "event_id"], kind="stable")
    assert (undone["amount"] > 0).all()
    standing: dict[int, int] = {}
    opening: dict[int, int] = {}
    for row in both.itertuples():
        account, moved = row.account_id, round(row.amount * 100) if row.status == "settled" else 0
        standing[account] = standing.get(account, 0) + moved
        if row.shown:
            gap = round(row.balance * 100) - standing[account]
            assert opening.setdefault(account, gap) == gap, row
    assert len(opening) > 2_000


def test_every_instalment_that_was_paid_passed_through_the_account(made, first):
    loans, instalments = made.tables["loans"], made.tables["instalments"]
    begin, end = span(first, made)
    own = loans.loc[loans["role"] == "borrower", "loan_id"]
    paid = instalments[instalments["loan_id"].isin(own)].dropna(subset="paid_time")
    paid = paid[paid["applicant_id"].isin(begin.index)]
    who = paid["applicant_id"]
    # A short history begins with its first payment, so the first days are left out.
    inside = (paid["paid_time"] >= who.map(begin)) & (paid["paid_time"] < who.map(end))
    expected = Counter(keys(paid[inside], "paid_time", paid["paid_amount"][inside]))
    lent = first[(first["kind"] == "loan_out") & (first["counterparty_kind"] == "lender")]
    found = Counter(keys(lent, "event_time", -lent["amount"]))
    assert sum(expected.values()) > 3_000
    assert not expected - found


def test_every_loan_was_paid_out_to_the_account(made, first):
    loans = made.tables["loans"]
    begin, end = span(first, made)
    who = loans["applicant_id"]
    inside = (loans["event_time"] >= who.map(begin)) & (loans["event_time"] < who.map(end))
    lent = loans[inside & (loans["role"] == "borrower") & (loans["kind"] == "instalment")]
    taken = first[first["kind"] == "loan_in"]
    expected = Counter(keys(lent, "event_time", lent["amount"]))
    assert sum(expected.values()) > 150
    assert not expected - Counter(keys(taken, "event_time", taken["amount"]))
    own = taken[taken["counterparty_id"] == taken["counterparty_id"].mode().iloc[0]]
    assert (own["counterparty_kind"] == "lender").all()


def keys(rows, time, amount):
    return zip(rows["applicant_id"], rows[time], (amount * 100).round().astype(int), strict=True)


def test_card_statements_are_the_balance_of_the_card_account(made, first):
    statements = made.tables["statements"].sort_values("event_time")
    card = first[first["account_id"].isin(statements["loan_id"])].sort_values("event_time")
    shown = card[["account_id", "event_time", "balance"]].rename(
        columns={"account_id": "loan_id", "balance": "stands"}
    )
    both = pd.merge_asof(statements, shown, on="event_time", by="loan_id", allow_exact_matches=False).dropna()
    assert len(both) > 3_000
    np.testing.assert_array_equal((both["balance"] * 100).round(), (-both["stands"] * 100).round())
    assert (both["stands"] <= 0).all()


def test_card_payments_leave_the_current_account_and_reach_the_card(made, first):
    statements = made.tables["statements"]
    cards = set(statements["loan_id"])
    on_card = first[first["account_id"].isin(cards) & (first["amount"] > 0)]
    assert set(on_card["kind"]) == {"own_transfer"}
    left = first[first["kind"] == "card_repayment"]
    assert set(left["account_kind"]) == {"current"}
    there = Counter(zip(left["applicant_id"], -left["amount"], strict=True))
    arrived = Counter(zip(on_card["applicant_id"], on_card["amount"], strict=True))
    assert sum(arrived.values()) > 3_000
    assert not arrived - there


def test_own_transfers_have_two_sides(first, classes):
    of = first["event_id"].map(classes)
    moved = first[
        of.isin(["to_savings", "from_savings"])
        | (first["account_kind"] == "savings") & (of == "own_transfer")
    ]
    pairs = moved.groupby(["applicant_id", moved["amount"].abs()])["amount"].sum()
    assert (pairs.abs() < 0.005).mean() > 0.99
    assert (moved.groupby("applicant_id")["account_id"].nunique() == 2).mean() > 0.95
    assert set(moved["kind"]) == {"own_transfer"}


def test_refunds_undo_a_purchase_and_mistakes_two_rows(first, classes):
    of = first["event_id"].map(classes)
    refunds = first[(of == "refund")]
    assert len(refunds) > 300
    assert (refunds["amount"] > 0).all()
    bought = first[of.isin(["purchase", "returned"]) & (first["status"] == "settled")]
    later = refunds.merge(bought, on=["applicant_id", "counterparty_id"], suffixes=("", "_before"))
    later = later[
        (later["event_time"] > later["event_time_before"])
        & (later["amount"] <= -later["amount_before"] + 0.005)
    ]
    assert set(refunds["event_id"]) <= set(later["event_id"])
    mistakes = first[of == "reversal"]
    total = mistakes.groupby(["applicant_id", "counterparty_id", mistakes["amount"].abs()])["amount"].sum()
    # Of a few the second row comes after the application.
    assert (total.abs() < 0.005).mean() > 0.9


def test_every_payment_has_one_true_class_that_its_sign_fits(payments, truth, classes):
    assert classes.index.is_unique
    assert set(payments["event_id"]) <= set(classes.index)
    of = payments["event_id"].map(classes)
    sign = payments.groupby(of)["amount"].agg(["min", "max"])
    income = ["wages", "pension", "benefits", "business", "interest_in", "loan_in", "refund"]
    costs = ["bill", "purchase", "cash_out", "fee", "penalty", "person_out", "loan_out", "interest_out"]
    assert (sign.loc[income, "min"] > 0).all()
    assert (sign.loc[costs, "max"] < 0).all()
    assert set(payments.loc[of == "wages", "kind"]) == {"salary"}
    assert payments.loc[of == "wages", "amount"].groupby(payments["applicant_id"]).mean().corr(
        truth.to_salaries().set_index("person_id")["monthly_amount"]
    ) > 0.6  # fmt: skip


def test_bounced_bills_are_paid_some_days_later(made, first, classes):
    bills = first[first["kind"] == "bill"]
    bounced = bills[bills["status"] == "returned"]
    good = bills[bills["status"] == "settled"]
    again = bounced.merge(good, on=["applicant_id", "counterparty_id", "amount"], suffixes=("", "_later"))
    wait = (again["event_time_later"] - again["event_time"]).dt.days
    assert len(bounced) > 200
    assert again.loc[wait.between(3, 8), "event_id"].nunique() > 0.9 * len(bounced)


def test_prices_move_loans_with_wages():
    """Amount asked for over income stays level when all prices rise by 3 % in 30 days."""
    dials = SimulationConfig(people=3_000, inflation=0.03, payment_months=2, rejected=0.0, purchases=0.5)
    made = simulate_portfolio(dials, seed=3)
    payments = made.tables["payments"]
    wages = payments[payments["kind"] == "salary"].groupby("applicant_id")["amount"].mean()
    asked = made.applications.assign(wage=lambda rows: rows["applicant_id"].map(wages)).dropna(subset="wage")
    ratio = np.log(asked["amount"] / asked["wage"])
    months = (asked["as_of"] - asked["as_of"].min()).dt.days / 30
    slope = np.polyfit(months, ratio, 1)[0]
    assert abs(slope) < 0.006
    assert np.polyfit(months, np.log(asked["wage"]), 1)[0] == pytest.approx(np.log(1.03), abs=0.006)


def test_an_instalment_is_missed_only_before_a_default_of_its_owner(made, truth):
    """What is paid off tells nothing of a default to come: 12 instalments paid long ago are paid."""
    loans, instalments = made.tables["loans"], made.tables["instalments"]
    earlier = loans[(loans["role"] == "borrower") & ~loans["loan_id"].isin(made.applications["loan_id"])]
    late = instalments["paid_time"] - instalments["due_time"] >= pd.Timedelta(90, "D")
    missed = instalments[
        (late | instalments["paid_time"].isna()) & instalments["loan_id"].isin(earlier["loan_id"])
    ]
    first = missed.sort_values("due_time").drop_duplicates("loan_id")
    assert len(first) > 50
    month, person = np.nonzero(truth.defaults.events)
    begin, end = (
        pd.to_datetime(
            default_time(truth.people, month, person, made.config, np.full(month.size, day)),
            unit="us",
            utc=True,
        )
        for day in (0.0, 1.0)
    )
    events = pd.DataFrame({"applicant_id": person, "begin": begin, "end": end})
    both = first.merge(events, on="applicant_id")
    due = both["due_time"] + pd.Timedelta(90, "D")
    near = both[(both["end"] >= due - pd.Timedelta(1, "D")) & (both["begin"] <= due + pd.Timedelta(32, "D"))]
    honest = truth.people.ring[first["applicant_id"].to_numpy()] < 0
    assert set(first["loan_id"][honest]) <= set(near["loan_id"])
