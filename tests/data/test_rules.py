"""Every rule of the contracts is broken once, and the message names column, rule, rows, ids and remedy."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ContractError


def problems_of(**tables) -> dict[tuple[str, str], object]:
    with pytest.raises(ContractError) as caught:
        Portfolio(**tables)
    return {(problem.table, problem.column): problem for problem in caught.value.problems}


def the_problem(**tables):
    problems = problems_of(**tables)
    assert len(problems) == 1, problems
    return next(iter(problems.values()))


@pytest.fixture
def pay(at):
    return lambda **more: {"applicant_id": "a", "event_time": at(1), "amount": 1.0} | more


@pytest.fixture
def loan(at):
    return lambda **more: {"loan_id": "L", "applicant_id": "a", "event_time": at(0)} | more


@pytest.fixture
def instalment(at):
    return lambda **more: {"loan_id": "L", "applicant_id": "a", "due_time": at(9), "due_amount": 5.0} | more


@pytest.mark.parametrize("table", list(CONTRACTS))
def test_every_missing_column_is_named_at_once(table, door):
    found = problems_of(**{table: door([{"remark": 1}])})
    required = {column.name for column in CONTRACTS[table].columns if column.required}
    named = {column for owner, column in found if owner == table}
    assert required <= named
    assert all("required and missing" in found[table, column].rule for column in required)


def test_a_missing_column_with_a_near_name_gets_a_hint(pay, door):
    row = pay()
    row["ammount"] = row.pop("amount")
    problem = the_problem(payments=door([row]))
    assert problem.column == "amount"
    assert "Did you mean 'ammount'?" in problem.remedy


def test_an_extra_column_with_a_near_name_gives_a_hint_but_no_error(pay):
    portfolio = Portfolio(payments=[pay(balence=3.0)])
    assert portfolio.hints == ("payments.balence is kept as an extra column; did you mean 'balance'?",)
    assert "did you mean 'balance'?" in repr(portfolio)
    assert portfolio.tables["payments"].column("balence")[0] == 3.0


def test_what_is_read_from_ids_of_accounts_is_said(pay):
    ids = ("savings", "credit card 2", "DE021001", "my sav", "savings")
    rows = [pay(account_id=name, amount=float(k)) for k, name in enumerate(ids)]
    portfolio = Portfolio(payments=rows)
    (hint,) = (one for one in portfolio.hints if one.startswith("payments.account_id"))
    assert "account_kind" in hint
    assert "2 savings, 1 card (4 rows)" in hint
    assert hint in repr(portfolio)
    for others in ([row | {"account_kind": "current"} for row in rows], rows[2:3]):
        assert not [one for one in Portfolio(payments=others).hints if "account" in one]


@pytest.mark.parametrize(
    ("column", "wrong", "rule"),
    [
        ("amount", "much", "must hold numbers, holds text"),
        ("amount", pd.Timestamp("2024-01-01", tz="UTC"), "must hold numbers, holds times"),
        ("event_time", 1_700_000_000, "must hold times, holds whole numbers"),
        ("event_time", 1.5, "must hold times, holds numbers"),
        ("applicant_id", 1.5, "must hold ids (text or whole numbers), holds numbers"),
        ("applicant_id", True, "must hold ids (text or whole numbers), holds true/false values"),
        ("channel", 2.5, "must hold text, holds numbers"),
    ],
)
def test_a_column_of_a_wrong_type(column, wrong, rule, pay, door):
    problem = the_problem(payments=door([pay(**{column: wrong})]))
    assert problem.column == column
    assert rule in problem.rule
    assert problem.rows == 1


@pytest.mark.as_given
def test_whole_number_ids_that_pandas_made_floats(pay):
    frame = pd.DataFrame([pay(applicant_id=1), pay(applicant_id=2, counterparty_id=7)])
    assert frame["counterparty_id"].dtype == float
    payments = Portfolio(payments=frame).tables["payments"]
    assert [
        payments.vocabularies["counterparty_id"][code] for code in payments.column("counterparty_id")[1:]
    ] == [7]
    gap = the_problem(payments=pd.DataFrame([pay(applicant_id=1), pay(applicant_id=None)]))
    assert (gap.column, gap.rule, gap.rows) == ("applicant_id", "is required and missing", 1)
    for no_id in (1.5, 2.0**53):
        problem = the_problem(payments=pd.DataFrame([pay(applicant_id=no_id), pay(applicant_id=None)]))
        assert (problem.column, problem.rows) == ("applicant_id", 2)
        assert "Int64" in problem.remedy


@pytest.mark.as_given
def test_missing_ids_times_and_amounts(pay, door):
    rows = [pay(), pay(applicant_id=None), pay(event_time=None), pay(amount=None), pay(amount=None)]
    found = problems_of(payments=door(rows))
    assert {column: (p.rows, p.examples[0]) for (_, column), p in found.items()} == {
        "applicant_id": (1, "row 1"),
        "event_time": (1, "row 2 applicant_id 'a'"),
        "amount": (2, "row 3 applicant_id 'a'"),
    }
    assert all(problem.rule == "is required and missing" for problem in found.values())


@pytest.mark.parametrize("column", ["amount", "balance", "surprise"])
@pytest.mark.parametrize("endless", [math.inf, -math.inf])
@pytest.mark.as_given
def test_infinities(column, endless, pay, door):
    problem = the_problem(payments=door([pay(**{column: 1.0}), pay(**{column: endless})]))
    assert (problem.column, problem.rule, problem.rows) == (column, "must be finite", 1)
    assert problem.examples == ("row 1 applicant_id 'a'",)


def test_unknown_labels_of_a_closed_vocabulary(pay, door):
    rows = [pay(kind="purchase"), pay(kind="Purchase"), pay(kind="gift"), pay(kind=None)]
    problem = the_problem(payments=door(rows))
    assert problem.rule == "unknown label(s) 'Purchase', 'gift'"
    assert problem.rows == 2
    assert "salary" in problem.remedy


def test_two_currencies_in_one_table_and_across_tables(pay, loan, door):
    one = the_problem(payments=door([pay(currency="NGN"), pay(currency="KES"), pay(currency=None)]))
    assert (one.column, one.rule, one.examples) == ("currency", "must hold one currency", ("KES", "NGN"))
    two = the_problem(payments=door([pay(currency="NGN")]), loans=door([loan(currency="KES")]))
    assert (two.table, two.column) == ("loans", "currency")
    assert "payments is in NGN, loans in KES" in two.rule
    Portfolio(payments=door([pay(currency="NGN")]), loans=door([loan(currency="NGN")]))


@pytest.mark.parametrize("table", ["bills", "instalments"])
def test_negative_due_amounts(table, instalment, loan, door):
    row = instalment(due_amount=-0.01, bill_id=1)
    tables = (
        {"bills": door([row])} if table == "bills" else {"instalments": door([row]), "loans": door([loan()])}
    )
    problem = problems_of(**tables)[table, "due_amount"]
    assert problem.rule == "must be 0 or more"


def test_repeated_keys(pay, loan, instalment, at, door):
    twice = [
        pay(event_id=1, known_time=at(5)),
        pay(event_id=1, known_time=at(5)),
        pay(event_id=2, known_time=at(5)),
    ]
    found = problems_of(
        payments=door(twice),
        loans=door([loan(), loan(), loan(loan_id="M")]),
        bills=door([{"applicant_id": "a", "bill_id": "b", "due_time": at(1), "due_amount": 1.0}] * 3),
    )
    assert {key: (p.rows, p.rule) for key, p in found.items()} == {
        ("payments", "event_id"): (2, "(event_id, known_time) must not repeat"),
        ("loans", "loan_id"): (2, "(loan_id, known_time) must not repeat"),
        ("bills", "bill_id"): (3, "(bill_id, known_time) must not repeat"),
    }
    numbered = [instalment(instalment_no=1), instalment(instalment_no=2), instalment(instalment_no=2)]
    assert the_problem(loans=door([loan()]), instalments=door(numbered)).rows == 2
    assert the_problem(loans=door([loan()]), instalments=door([instalment(), instalment()])).rows == 2
    Portfolio(loans=door([loan()]), instalments=door([instalment(), instalment(due_time=at(10))]))


def test_rows_without_an_event_id_are_events_of_their_own(pay, door):
    for rows in ([pay(), pay()], [pay(event_id=None), pay(event_id=None), pay(event_id="x")]):
        assert Portfolio(payments=door(rows)).tables["payments"].n_rows == len(rows)


def test_one_event_under_two_applicants(pay, at, door):
    rows = [pay(event_id=1), pay(event_id=1, applicant_id="b", known_time=at(7)), pay(event_id=2)]
    problem = the_problem(payments=door([row | {"known_time": row.get("known_time", at(1))} for row in rows]))
    assert (problem.column, problem.rows) == ("event_id", 2)
    assert problem.rule == "one (event_id) must belong to one applicant_id"


def test_a_loan_of_two_applicants(loan, instalment, at, door):
    both = [
        loan(known_time=at(0)),
        loan(applicant_id="b", known_time=at(1)),
        loan(loan_id="M", known_time=at(1)),
    ]
    problem = the_problem(loans=door(both))
    assert (problem.column, problem.rows) == ("loan_id", 2)
    assert "one applicant_id" in problem.rule
    other = the_problem(loans=door([loan()]), instalments=door([instalment(applicant_id="b")]))
    assert other.table == "instalments"
    assert "same applicant_id as in loans" in other.rule


@pytest.mark.parametrize("table", ["instalments", "repayments", "statements"])
def test_rows_of_an_unknown_loan(table, loan, instalment, at, door):
    rows = [instalment(event_time=at(9), amount=5.0, loan_id=name) for name in ("L", "X", "X")]
    rows = [row | {"due_time": at(day), "event_time": at(day)} for day, row in enumerate(rows)]
    problem = the_problem(loans=door([loan()]), **{table: door(rows)})
    assert (problem.column, problem.rule, problem.rows) == ("loan_id", "must be a loan of the loans table", 2)
    empty = problems_of(loans=door([loan()])[:0] if isinstance(door([]), list) else [], **{table: door(rows)})
    assert empty[table, "loan_id"].rows == 3


@pytest.mark.parametrize("table", ["instalments", "repayments"])
def test_a_schedule_without_the_loans_table(table, instalment, at, door):
    problem = the_problem(**{table: door([instalment(event_time=at(9), amount=5.0)])})
    assert "loans table, which is not there" in problem.rule
    assert "Give the loans table too" in problem.remedy


def test_payments_of_a_loan_in_two_places(loan, instalment, at, door):
    loans = [loan(), loan(loan_id="M")]
    schedule = [instalment(paid_time=at(8)), instalment(loan_id="M", paid_time=None)]
    repaid = [
        {"applicant_id": "a", "event_time": at(9), "amount": 5.0, "loan_id": name} for name in ("L", "M")
    ]
    problem = the_problem(loans=door(loans), instalments=door(schedule), repayments=door(repaid))
    assert (problem.table, problem.rows) == ("repayments", 1)
    assert "instalments.paid_*, not in both" in problem.rule
    Portfolio(loans=door(loans), instalments=door(schedule), repayments=door(repaid[1:]))


@pytest.mark.as_given
def test_ids_of_two_types(pay, loan, door):
    mixed = the_problem(payments=door([pay(applicant_id="a")]), loans=door([loan(applicant_id=1)]))
    assert (mixed.table, mixed.column) == ("loans", "applicant_id")
    assert mixed.rule == "ids are whole numbers here but text in payments"
    inside = the_problem(payments=[pay(applicant_id="a"), pay(applicant_id=1)])
    assert inside.rule == "must not mix text and whole numbers"


@pytest.mark.as_given
def test_values_of_several_types_are_named_row_by_row(pay):
    found = problems_of(
        payments=[pay(), pay(amount="2"), pay(event_time=[]), pay(channel=3.5), pay(channel="web")]
    )
    assert {column: (p.rule, p.rows, p.examples) for (_, column), p in found.items()} == {
        "amount": ("must be a number", 1, ("row 1 applicant_id 'a'",)),
        "event_time": ("must be an ISO 8601 time", 1, ("row 2 applicant_id 'a'",)),
        "channel": ("must be text", 1, ("row 3 applicant_id 'a'",)),
    }


def test_names_that_the_library_fills_itself(pay, at, door):
    problem = the_problem(payments=door([pay(loan=at(3))]))
    assert problem.column == "loan"
    assert "Rename" in problem.remedy


def test_an_extra_column_of_several_types(pay):
    problem = the_problem(payments=[pay(tags=["x"])])
    assert (problem.column, problem.rule) == ("tags", "must hold values of one type")


def test_numbers_too_large_for_64_bits(pay):
    assert "64 bits" in the_problem(payments=[pay(applicant_id=2**70)]).rule


@pytest.mark.as_given
def test_all_problems_of_all_tables_stand_in_one_message(pay, loan, door):
    tables = {
        "payments": door([pay(amount=math.inf), pay(kind="gift")]),
        "loans": door([loan(amount="much", limit=1)]),
    }
    with pytest.raises(ContractError) as caught:
        Portfolio(**tables)
    text = str(caught.value)
    assert text.startswith("3 problem(s) in the data:")
    for line in (
        r"payments\.amount: must be finite; 1 row\(s\) \(first: row 0 applicant_id 'a'\)\. .+",
        r"payments\.kind: unknown label\(s\) 'gift'; 1 row\(s\) .+ Known labels: .+",
        r"loans\.amount: must hold numbers, holds text; 1 row\(s\)\. Convert it to numbers\.",
    ):
        assert re.search(line, text), line


@pytest.mark.as_given
def test_only_the_first_offending_ids_are_shown(pay, door):
    problem = the_problem(
        payments=door([pay(applicant_id=f"id{n}", amount=None if n else 1.0) for n in range(9)])
    )
    assert problem.rows == 8
    assert problem.examples == tuple(f"row {n} applicant_id 'id{n}'" for n in (1, 2, 3))
