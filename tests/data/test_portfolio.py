"""What a portfolio knows, shows, and refuses to have changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest

from creditscore._ground.instants import NEVER
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import NameUnknownError, ParameterError


@pytest.fixture
def portfolio(lender):
    return Portfolio.from_records(lender)


def test_every_table_has_its_blocks(portfolio):
    for name, table in portfolio.tables.items():
        contract = CONTRACTS[name]
        assert table.name == name
        assert table.owners == ("loan" if name in {"instalments", "repayments"} else "applicant")
        n_owners = portfolio.n_loans if table.owners == "loan" else portfolio.n_applicants
        assert len(table.offsets) == n_owners + 1
        assert table.time_columns[:3] == (contract.row_time, "known_time", "superseded_time")
        assert table.times.shape == (len(table.time_columns), table.n_rows)
        assert table.values.shape == (len(table.value_columns), table.n_rows)
        assert table.codes.shape == (len(table.code_columns), table.n_rows)
        assert (table.times.dtype, table.values.dtype, table.codes.dtype) == (np.int64, np.float64, np.int32)
        for column in table.columns:
            np.testing.assert_array_equal(table.column(column), _block_row(table, column))


def _block_row(table, column):
    place = table.row(column)
    for names, block in (
        (table.time_columns, table.times),
        (table.value_columns, table.values),
        (table.code_columns, table.codes),
    ):
        if column in names:
            return block[place]
    raise AssertionError(column)


@pytest.mark.as_given
def test_columns_stand_in_contract_order_and_extra_ones_after(portfolio):
    payments = portfolio.tables["payments"]
    assert payments.value_columns == ("amount", "balance", "weekend")
    assert payments.code_columns == ("kind", "counterparty_id", "note")
    assert payments.vocabularies["kind"][:2] == ("purchase", "salary")
    assert payments.vocabularies["counterparty_id"] == tuple(range(11))
    assert payments.vocabularies["note"] == ("α", "β", "γ")
    assert portfolio.tables["statements"].code_columns == ("loan",)


def test_a_column_that_was_not_given_is_not_there(portfolio):
    payments = portfolio.tables["payments"]
    assert payments.row("status") == -1
    with pytest.raises(NameUnknownError, match="no column of 'payments' named 'status'"):
        payments.column("status")


def test_a_declared_column_without_a_value_is_there_and_missing(door, at):
    row = {
        "applicant_id": 1,
        "event_time": at(0),
        "amount": 1.0,
        "balance": None,
        "channel": None,
        "note": None,
    }
    table = Portfolio(payments=door([row])).tables["payments"]
    assert np.isnan(table.column("balance")).all()
    assert table.column("channel").tolist() == [-1]
    assert table.row("note") == -1


@pytest.mark.as_given
def test_codes_of_applicants(door, at):
    for ids, unknown in ([30, 10, 20], 40), (["ş", "a", "李"], "b"):
        rows = [{"applicant_id": name, "event_time": at(0)} for name in ids]
        portfolio = Portfolio(inquiries=door(rows))
        assert list(portfolio.applicant_ids) == sorted(ids)
        assert [portfolio.code(name) for name in sorted(ids)] == [0, 1, 2]
        assert portfolio.code(unknown) == -1
        many = [*ids, unknown] * 5
        assert portfolio.codes(many).tolist() == [portfolio.code(name) for name in many]
        assert portfolio.codes(tuple(many[:2])).tolist() == [portfolio.code(name) for name in many[:2]]
        assert portfolio.codes([]).tolist() == []


@pytest.mark.as_given
def test_an_id_of_the_wrong_type_is_refused(door, at):
    whole = Portfolio(inquiries=door([{"applicant_id": 1, "event_time": at(0)}]))
    text = Portfolio(inquiries=door([{"applicant_id": "1", "event_time": at(0)}]))
    with pytest.raises(ParameterError, match=r"'applicant_id' parameter must be a whole number.*Got '1'"):
        whole.code("1")
    with pytest.raises(ParameterError, match="must be text"):
        text.codes([1] * 20)
    with pytest.raises(ParameterError, match="must be a whole number"):
        whole.codes(["1"] * 20)


@pytest.mark.as_given
def test_applicants_are_those_of_all_tables(door, at):
    inquiries = door([{"applicant_id": "c", "event_time": at(0)}])
    ties = door([{"person_id": "a", "other_id": "z", "event_time": at(0)}])
    portfolio = Portfolio(inquiries=inquiries, ties=ties)
    assert portfolio.applicant_ids == ("a", "c", "z")  # the other end of a tie is a person too
    assert portfolio.tables["ties"].offsets.tolist() == [0, 1, 1, 1]
    assert portfolio.tables["inquiries"].offsets.tolist() == [0, 0, 1, 1]
    assert [portfolio.code(who) for who in "acz"] == [0, 1, 2]
    assert portfolio.code("b") == -1


@pytest.mark.as_given
def test_statements_alone_know_their_loans(door, at):
    rows = [
        {"loan_id": name, "applicant_id": who, "event_time": at(1)}
        for name, who in (("y", 2), ("x", 1), ("y", 2))
    ]
    portfolio = Portfolio(statements=door([row | {"event_time": at(n)} for n, row in enumerate(rows)]))
    assert portfolio.loan_ids == ("x", "y")
    assert portfolio.loan_owner.tolist() == [0, 1]
    assert portfolio.tables["statements"].column("loan").tolist() == [0, 1, 1]
    assert len(portfolio.loan_codes) == 0


@pytest.mark.parametrize("table", list(CONTRACTS))
def test_an_empty_table(table, door):
    empty = door([dict.fromkeys(CONTRACTS[table].declared)])
    empty = (
        empty[:0]
        if isinstance(empty, list)
        else empty.head(0)
        if hasattr(empty, "head")
        else empty.slice(0, 0)
    )
    portfolio = Portfolio(**{table: empty})
    assert portfolio.n_applicants == 0
    assert portfolio.tables[table].n_rows == 0
    assert portfolio.tables[table].plain
    assert "0 rows" in repr(portfolio)


def test_an_empty_portfolio():
    portfolio = Portfolio()
    assert (portfolio.n_applicants, portfolio.n_loans, dict(portfolio.tables)) == (0, 0, {})
    assert portfolio.code("anyone") == -1
    assert portfolio.codes([1, 2]).tolist() == [-1, -1]
    assert repr(portfolio) == "Portfolio(0 applicants, 0 loans, no rows)"


def test_nothing_can_be_changed(portfolio, lender):
    table = portfolio.tables["payments"]
    with pytest.raises(FrozenInstanceError):
        portfolio.tables = {}
    with pytest.raises(FrozenInstanceError):
        table.plain = True
    with pytest.raises(TypeError):
        portfolio.tables["payments"] = table
    with pytest.raises(TypeError):
        table.vocabularies["kind"] = ()
    arrays = [table.offsets, table.times, table.values, table.codes, table.column("amount")]
    for array in [*arrays, portfolio.loan_owner, portfolio.loan_codes]:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.as_given
def test_what_came_in_stays_its_owners(at):
    ids, amounts = np.array([1, 2, 3]), np.array([1.0, 2.0, 3.0])
    times = np.array(["2024-01-01", "2024-01-02", "2024-01-03"], "M8[us]")
    frame = pd.DataFrame({"applicant_id": ids, "event_time": times, "amount": amounts}, copy=False)
    portfolio = Portfolio(payments=frame, timezone="UTC")
    before = [
        array.copy() for array in (portfolio.tables["payments"].values, portfolio.tables["payments"].times)
    ]
    for array in (ids, amounts):
        assert array.flags.writeable
        array[:] = 9
    times[:] = "2000-01-01"
    np.testing.assert_array_equal(portfolio.tables["payments"].values, before[0])
    np.testing.assert_array_equal(portfolio.tables["payments"].times, before[1])
    assert list(portfolio.applicant_ids) == [1, 2, 3]


@pytest.mark.as_given
def test_a_frame_gives_back_what_came_in(portfolio, lender, at):
    loans = portfolio.to_frame("loans").set_index("loan_id").sort_index()
    given = pd.DataFrame(lender["loans"]).set_index("loan_id").sort_index()
    assert loans["applicant_id"].tolist() == given["applicant_id"].tolist()
    assert loans["amount"].tolist() == given["amount"].tolist()
    pd.testing.assert_series_equal(loans["closed_time"], given["closed_time"].dt.as_unit("us"))
    schedule = portfolio.to_frame("instalments")
    assert len(schedule) == len(lender["instalments"])
    assert set(zip(schedule["loan_id"], schedule["applicant_id"], strict=True)) == {
        (row["loan_id"], row["applicant_id"]) for row in lender["instalments"]
    }
    kinds = portfolio.to_frame("payments")["kind"]
    assert set(kinds.dropna()) == {"purchase", "salary"}
    with pytest.raises(NameUnknownError, match="table of this portfolio"):
        Portfolio().to_frame("payments")


def test_a_portfolio_shows_itself(portfolio, lender):
    text = repr(portfolio)
    assert text.startswith("Portfolio(5 applicants, 7 loans, 2024-01-01 to ")
    assert f"payments: {len(lender['payments'])} rows" in text
    assert "inquiries: 1 row" in text
    html = portfolio._repr_html_()
    assert html.startswith("<p dir='auto'>5 applicants, 7 loans")
    assert ">payments</td>" in html
    assert repr(portfolio.tables["payments"]) == "EventTable('payments', 91 rows of 5 applicants)".replace(
        "91", str(len(lender["payments"]))
    )


def test_tables_of_unknown_names_are_refused():
    with pytest.raises(NameUnknownError, match="no table 'paymets'"):
        Portfolio.from_records({"paymets": []})
    with pytest.raises(TypeError, match="paymets"):
        Portfolio(paymets=[])


def test_threads_must_be_positive():
    with pytest.raises(ParameterError, match=r"'threads' parameter must be .* Got 0"):
        Portfolio(threads=0)


def test_portfolios_can_be_made_in_many_threads(lender):
    expected = Portfolio.from_records(lender).tables["payments"].values.tobytes()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Portfolio.from_records(lender), range(32)))
    assert {portfolio.tables["payments"].values.tobytes() for portfolio in made} == {expected}


def test_plain_means_known_when_it_happened(portfolio):
    for name, table in portfolio.tables.items():
        as_it_happened = np.array_equal(table.times[0], table.times[1]) and (table.times[2] == NEVER).all()
        assert table.plain == as_it_happened, name
    assert portfolio.tables["inquiries"].plain
    assert not portfolio.tables["instalments"].plain


def test_money_has_no_minus_zero(door, at):
    row = {"applicant_id": 1, "event_time": at(0), "amount": -0.0}
    table = Portfolio(payments=door([row])).tables["payments"]
    assert not np.signbit(table.column("amount")).any()


def test_a_table_goes_out_under_the_names_it_came_in_by() -> None:
    """What goes out can come in again: the owner's column has the name that the table's contract gives it."""
    moment = "2024-05-31T12:00:00+00:00"
    tables = {
        "ties": [{"person_id": "a", "other_id": "b", "event_time": moment}],
        "measures": [{"subject_id": "a", "measure": "m", "value": 1.5, "event_time": moment}],
        "payments": [{"applicant_id": "a", "amount": 1.0, "event_time": moment}],
    }
    portfolio = Portfolio.from_records(tables)
    for name, (row,) in tables.items():
        frame = portfolio.to_frame(name)
        assert set(row) <= set(frame.columns)
        assert "applicant_id" in frame.columns or "applicant_id" not in row
        again = Portfolio(**{name: frame})
        assert again.tables[name].n_rows == 1
