"""Rows that break a rule are set aside with their reasons and counted; no row is ever silently lost."""

from __future__ import annotations

import math

import pytest

from creditscore.data.portfolio import Portfolio
from creditscore.errors import ContractError, ParameterError


def test_bad_rows_are_set_aside_with_their_reasons(door, at):
    good = {"applicant_id": "ä", "event_time": at(1), "amount": 1.0, "kind": "fee", "note": "x"}
    rows = [
        good,
        good | {"amount": math.inf, "kind": "gift"},
        good | {"amount": None, "note": None},
        good | {"applicant_id": None},
        good | {"event_time": None},
        good | {"amount": 2.0},
    ]
    portfolio = Portfolio(payments=door(rows), on_bad_rows="quarantine")
    assert portfolio.tables["payments"].column("amount").tolist() == [1.0, 2.0]
    aside = portfolio.quarantined["payments"]
    assert aside.count == len(aside) == 4
    assert aside.rows.tolist() == [1, 2, 3, 4]
    assert aside.row_reasons[0] == "amount: must be finite; kind: unknown label(s) 'gift'"
    assert aside.reasons == {
        "amount: must be finite": 1,
        "kind: unknown label(s) 'gift'": 1,
        "amount: is required and missing": 1,
        "applicant_id: is required and missing": 1,
        "event_time: is required and missing": 1,
    }
    frame = aside.to_frame()
    assert frame["row"].tolist() == [1, 2, 3, 4]
    assert frame["reasons"].tolist() == list(aside.row_reasons)
    assert [None if value != value else value for value in frame["note"]] == ["x", None, "x", "x"]
    assert frame["kind"].tolist() == ["gift", "fee", "fee", "fee"]
    assert "4 set aside" in repr(portfolio)
    assert "amount: must be finite: 1" in repr(aside)


def test_the_rest_is_as_if_the_bad_rows_had_never_come(lender, door):
    bad = {
        "payments": [lender["payments"][0] | {"amount": math.nan, "event_id": "x"}],
        "instalments": [lender["instalments"][0] | {"due_amount": -1.0, "instalment_no": 99}],
        "ties": [lender["ties"][0] | {"other_id": None}],
    }
    mixed = {name: door([*bad.get(name, []), *rows]) for name, rows in lender.items()}
    clean, cleaned = Portfolio.from_records(lender), Portfolio(**mixed, on_bad_rows="quarantine")
    assert {name: aside.count for name, aside in cleaned.quarantined.items()} == dict.fromkeys(bad, 1)
    for name, table in clean.tables.items():
        for block in ("offsets", "times", "values", "codes"):
            assert getattr(table, block).tobytes() == getattr(cleaned.tables[name], block).tobytes(), name


def test_no_row_is_lost(lender):
    broken = {name: [*rows, *rows] for name, rows in lender.items()}
    portfolio = Portfolio.from_records(broken, on_bad_rows="quarantine")
    for name, rows in broken.items():
        aside = portfolio.quarantined[name].count if name in portfolio.quarantined else 0
        assert portfolio.tables[name].n_rows + aside == len(rows)


def test_both_rows_of_a_repeated_key_are_set_aside(door, at):
    row = {"applicant_id": "a", "event_id": "e", "event_time": at(1), "amount": 1.0}
    portfolio = Portfolio(
        payments=door([row, row | {"amount": 2.0}, row | {"event_id": "f"}]), on_bad_rows="quarantine"
    )
    assert portfolio.quarantined["payments"].rows.tolist() == [0, 1]
    assert portfolio.tables["payments"].n_rows == 1


def test_a_version_set_aside_replaces_nothing(door, at):
    row = {"applicant_id": "a", "event_id": "e", "event_time": at(1), "amount": 1.0, "known_time": at(1)}
    later = row | {"amount": None, "known_time": at(2)}
    table = Portfolio(payments=door([row, later]), on_bad_rows="quarantine").tables["payments"]
    assert table.plain


@pytest.mark.as_given
def test_rows_of_a_loan_that_was_set_aside_go_with_it(door, at):
    loans = [
        {"loan_id": name, "applicant_id": "a", "event_time": at(0), "amount": amount}
        for name, amount in [("A", math.inf), ("B", 1.0), ("C", 2.0)]
    ]
    instalments = [
        {"loan_id": name, "applicant_id": "a", "due_time": at(9), "due_amount": 1.0}
        for name in ("C", "A", "B")
    ]
    portfolio = Portfolio(loans=door(loans), instalments=door(instalments), on_bad_rows="quarantine")
    assert list(portfolio.loan_ids) == ["B", "C"]
    assert portfolio.loan_codes.tolist() == [0, 1]
    assert portfolio.tables["instalments"].offsets.tolist() == [0, 1, 2]
    assert portfolio.quarantined["instalments"].reasons == {"loan_id: must be a loan of the loans table": 1}
    with pytest.raises(ContractError) as caught:
        Portfolio(loans=door(loans), instalments=door(instalments))
    assert [problem.table for problem in caught.value.problems] == ["loans"], "one cause, one problem"


def test_the_other_payments_of_a_loan_are_set_aside(door, at):
    loan = {"loan_id": 1, "applicant_id": 1, "event_time": at(0)}
    due = {"loan_id": 1, "applicant_id": 1, "due_time": at(9), "due_amount": 1.0, "paid_time": at(8)}
    paid = {"loan_id": 1, "applicant_id": 1, "event_time": at(8), "amount": 1.0}
    portfolio = Portfolio(
        loans=door([loan]), instalments=door([due]), repayments=door([paid]), on_bad_rows="quarantine"
    )
    assert portfolio.tables["repayments"].n_rows == 0
    assert portfolio.tables["instalments"].n_rows == 1


def test_a_table_that_breaks_a_rule_as_a_whole_is_always_refused(door, at):
    row = {"applicant_id": "a", "event_time": at(1), "amount": 1.0}
    for rows in (
        [row | {"currency": "NGN"}, row | {"currency": "KES"}],
        [{"applicant_id": "a", "event_time": at(1)}],
        [row | {"amount": "much"}],
    ):
        with pytest.raises(ContractError):
            Portfolio(payments=door(rows), on_bad_rows="quarantine")


def test_nothing_set_aside_where_nothing_is_wrong(lender):
    assert dict(Portfolio.from_records(lender, on_bad_rows="quarantine").quarantined) == {}


def test_an_unknown_way_of_dealing_with_bad_rows():
    with pytest.raises(
        ParameterError, match=r"'on_bad_rows' parameter must be 'raise' or 'quarantine'. Got 'drop'"
    ):
        Portfolio(on_bad_rows="drop")


@pytest.mark.as_given
def test_rows_set_aside_keep_what_was_read(door, at):
    row = {"applicant_id": 1, "event_time": at(0), "amount": None, "flag": True, "size": 3, "note": "ü"}
    portfolio = Portfolio(payments=door([row | {"amount": 1.0}, row]), on_bad_rows="quarantine")
    aside = portfolio.quarantined["payments"].columns
    assert aside["applicant_id"] == (1,)
    assert aside["amount"] == (None,)
    assert aside["flag"] == (True,)
    assert aside["size"] == (3,)
    assert aside["note"] == ("ü",)
    assert [str(time)[:19].replace(" ", "T") for time in aside["event_time"]] == ["2024-01-01T00:00:00"]


def test_set_aside_says_the_same_in_a_word(at):
    good = {"applicant_id": "a", "event_time": at(1), "amount": 1.0}
    rows = [good, good | {"amount": math.inf}]
    for portfolio in (
        Portfolio(payments=rows, set_aside=True),
        Portfolio.from_records({"payments": rows}, set_aside=True),
    ):
        assert portfolio.quarantined["payments"].count == 1
    with pytest.raises(ContractError):
        Portfolio(payments=rows, set_aside=False)
    with pytest.raises(ParameterError, match="set_aside"):
        Portfolio(payments=rows, set_aside="yes")
