"""Bent loans and credit lines hold what somebody would have done."""

from __future__ import annotations

import pytest

import creditscore as cs
from creditscore.gaming import credit as bending
from tests.gaming.accounts import AS_OF, day, portfolio, sample_of

LOAN = {"loan_id": 1, "applicant_id": "anna", "event_time": day(400), "amount": 500.0, "kind": "instalment",
        "lender": "own", "closed_time": day(370)}  # fmt: skip
DUE = {"loan_id": 1, "applicant_id": "anna", "due_time": day(370), "due_amount": 500.0, "instalment_no": 1}


def line(loan_id: int, person: str, **more) -> dict:
    return {"loan_id": loan_id, "applicant_id": person, "event_time": day(300), "kind": "revolving",
            "limit": 900.0, "lender": "own"} | more  # fmt: skip


def test_tiny_loans_are_small_new_and_settled_long_before_they_fall_due():
    given = portfolio(loans=[LOAN], instalments=[DUE | {"paid_time": day(371), "paid_amount": 500.0}])
    bent = bending.tiny_loans(sample_of(given))
    loans = bent.tables["loans"]
    new = loans[loans["loan_id"] != 1]
    assert new["applicant_id"].value_counts().to_dict() == {"anna": 10, "ben": 10}
    assert set(new.loc[new["applicant_id"] == "anna", "amount"]) == {12.0}
    assert set(new.loc[new["applicant_id"] == "ben", "amount"]) == {6.0}
    assert set(new["lender"]) == {"own"}
    assert (new["closed_time"] - new["event_time"]).dt.days.unique().tolist() == [1]
    assert (new["closed_time"] < AS_OF).all()
    due = bent.tables["instalments"]
    due = due[due["loan_id"] != 1]
    assert len(due) == 20
    assert (due["due_time"] - due["paid_time"]).dt.days.min() == 29
    cs.Portfolio(**{name: bent.tables[name] for name in ("loans", "instalments")})


def test_tiny_loans_are_repaid_where_repayments_stand():
    paid = {"loan_id": 1, "applicant_id": "anna", "event_time": day(370), "amount": 500.0}
    given = portfolio(loans=[LOAN], instalments=[DUE], repayments=[paid])
    bent = bending.tiny_loans(sample_of(given, "anna"))
    repaid = bent.tables["repayments"]
    assert repaid.loc[repaid["loan_id"] != 1, "amount"].tolist() == [12.0] * 10
    assert "paid_time" not in bent.tables["instalments"]


def test_an_open_line_is_closed_and_another_as_large_opened():
    given = portfolio(
        loans=[
            line(1, "anna"), line(2, "ben", closed_time=day(100)), line(3, "ben", role="guarantor"),
            LOAN | {"loan_id": 4},
        ]
    )  # fmt: skip
    bent = bending.line_reopened(sample_of(given))
    assert bent.tried.tolist() == [True, False]
    loans = bent.tables["loans"].set_index("loan_id")
    assert loans.loc[1, "closed_time"] == day(20, hour=10)
    assert loans.loc[2, "closed_time"] == day(100)
    (new,) = loans[~loans.index.isin([1, 2, 3, 4])].to_dict("records")
    assert (new["applicant_id"], new["limit"], new["event_time"]) == ("anna", 900.0, day(15, hour=10))
    assert new["closed_time"] != new["closed_time"]


def test_a_line_closed_after_the_moment_counts_as_open():
    given = portfolio(loans=[line(1, "anna", closed_time=AS_OF.replace(year=2025))])
    assert bending.line_reopened(sample_of(given)).tried.tolist() == [True, False]


def test_without_kinds_of_loans_nobody_knows_a_line():
    bare = {name: LOAN[name] for name in ("loan_id", "applicant_id", "event_time")}
    assert not bending.line_reopened(sample_of(portfolio(loans=[bare]))).tried.any()


@pytest.mark.parametrize("name", ["tiny_loans", "line_reopened"])
def test_nothing_that_was_there_is_lost(name):
    given = portfolio(loans=[LOAN, line(2, "anna")], instalments=[DUE])
    bent = getattr(bending, name)(sample_of(given))
    assert {1, 2} <= set(bent.tables["loans"]["loan_id"])
