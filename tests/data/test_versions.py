"""A later version of an event replaces the earlier one from the moment at which it became known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore._ground.instants import NEVER
from creditscore.data.portfolio import Portfolio


def visible_amounts(portfolio, moment):
    table = portfolio.tables["payments"]
    known, superseded = table.column("known_time"), table.column("superseded_time")
    return sorted(table.column("amount")[(known < moment) & ~(superseded < moment)].tolist())


def test_a_reversal_counts_from_the_day_it_is_known(door, at, micros):
    row = {"applicant_id": "a", "event_id": "e", "event_time": at(0)}
    rows = [row | {"amount": 0.0, "known_time": at(3)}, row | {"amount": -20.0, "known_time": at(0)}]
    portfolio = Portfolio(payments=door(rows))
    assert [visible_amounts(portfolio, micros(at(day))) for day in (0, 1, 5)] == [[], [-20.0], [0.0]]
    assert not portfolio.tables["payments"].plain


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 5)),
        unique_by=lambda row: row[:2],
        max_size=25,
    ),
    st.integers(-1, 8),
)
@settings(max_examples=60)
def test_the_latest_version_known_before_a_moment_counts(rows, moment):
    """Against a plain walk over the versions of each event."""
    records = [
        {
            "applicant_id": 1,
            "event_id": event,
            "event_time": f"1970-01-{1 + happened:02}T00:00:00Z",
            "amount": number,
        }
        | {"known_time": f"1970-02-{1 + known:02}T00:00:00Z"}
        for number, (event, known, happened) in enumerate(rows)
    ]
    latest: dict[int, tuple[int, float]] = {}
    for number, (event, known, _) in enumerate(rows):
        if known < moment and latest.get(event, (-1, 0.0))[0] < known:
            latest[event] = (known, float(number))
    day = 86_400_000_000
    portfolio = Portfolio.from_records({"payments": records})
    assert visible_amounts(portfolio, (31 + moment) * day) == sorted(amount for _, amount in latest.values())


@pytest.mark.as_given
def test_versions_of_a_loan_are_one_loan(door, at, micros):
    loans = [
        {"loan_id": 5, "applicant_id": 1, "event_time": at(0), "known_time": at(9), "amount": 80.0},
        {"loan_id": 5, "applicant_id": 1, "event_time": at(0), "known_time": at(1), "amount": 90.0},
        {"loan_id": 4, "applicant_id": 1, "event_time": at(2), "known_time": at(2), "amount": 10.0},
    ]
    instalments = [{"loan_id": 5, "applicant_id": 1, "due_time": at(30), "due_amount": 9.0}]
    portfolio = Portfolio(loans=door(loans), instalments=door(instalments))
    assert portfolio.n_loans == 2
    assert list(portfolio.loan_ids) == [4, 5]
    assert portfolio.loan_owner.tolist() == [0, 0]
    assert portfolio.loan_codes.tolist() == [1, 1, 0]
    table = portfolio.tables["loans"]
    assert table.column("superseded_time").tolist() == [micros(at(9)), NEVER, NEVER]
    schedule = portfolio.tables["instalments"]
    assert schedule.offsets.tolist() == [0, 0, 1]
    assert schedule.column("known_time").tolist() == [micros(at(1))]


@pytest.mark.parametrize("numbered", [True, False])
def test_versions_of_an_instalment(numbered, door, at, micros):
    loan = {"loan_id": "L", "applicant_id": "a", "event_time": at(0)}
    row = {"loan_id": "L", "applicant_id": "a", "due_amount": 5.0, "due_time": at(30)}
    if numbered:
        row |= {"instalment_no": 1}
    moved = (
        row | {"due_time": at(45), "known_time": at(20)}
        if numbered
        else row | {"due_amount": 7.0, "known_time": at(20)}
    )
    portfolio = Portfolio(loans=door([loan]), instalments=door([moved, row | {"known_time": at(0)}]))
    table = portfolio.tables["instalments"]
    superseded = dict(
        zip(table.column("known_time").tolist(), table.column("superseded_time").tolist(), strict=True)
    )
    assert superseded == {micros(at(0)): micros(at(20)), micros(at(20)): NEVER}


def test_a_version_without_a_known_time_counts_as_known_when_it_happened(door, at, micros):
    row = {"applicant_id": "a", "event_id": 1, "event_time": at(2), "amount": 1.0}
    rows = [row | {"known_time": None}, row | {"amount": 2.0, "known_time": at(6)}]
    table = Portfolio(payments=door(rows)).tables["payments"]
    assert table.column("known_time").tolist() == [micros(at(2)), micros(at(6))]
    assert table.column("superseded_time").tolist() == [micros(at(6)), NEVER]


def test_statements_of_one_account_and_month_are_versions(door, at):
    row = {"loan_id": 1, "applicant_id": 1, "event_time": at(30)}
    rows = [row | {"balance": 5.0, "known_time": at(31)}, row | {"balance": 6.0, "known_time": at(40)}]
    table = Portfolio(statements=door(rows)).tables["statements"]
    assert np.count_nonzero(table.column("superseded_time") < NEVER) == 1


def test_a_known_time_of_a_fact_of_its_own(door, at, micros):
    loan = {
        "loan_id": 1,
        "applicant_id": 1,
        "event_time": at(0),
        "closed_time": at(50),
        "written_off_time": None,
    }
    rows = [loan | {"closed_known_time": at(55), "written_off_known_time": at(3)}]
    table = Portfolio(loans=door(rows)).tables["loans"]
    assert table.column("closed_known_time").tolist() == [micros(at(55))]
    assert table.column("written_off_known_time").tolist() == [NEVER]


def test_a_table_that_was_read_back_can_be_given_again(door, at, micros):
    """Tables with versions, ends and gaps, from frame to frame, in any order of rows; and a part of one."""
    pay = {"applicant_id": "a", "event_id": 1, "event_time": at(0), "known_time": at(1), "amount": -5.0}
    tie = {"person_id": "a", "other_id": "b", "event_time": at(0), "end_time": at(9), "layer": "p2p"}
    loan = {"loan_id": "L", "applicant_id": "a", "event_time": at(0), "known_time": at(0)}
    due = {"loan_id": "L", "applicant_id": "a", "due_time": at(9), "due_amount": 5.0, "paid_time": at(8)}
    tables = {
        "payments": [pay, pay | {"known_time": at(4), "amount": -6.0}, pay | {"event_id": 2}],
        "ties": [tie, {name: tie[name] for name in ("person_id", "other_id", "event_time")}],
        "loans": [loan, loan | {"known_time": at(3), "amount": 9.0}],
        "instalments": [due, {key: due[key] for key in due if key != "paid_time"} | {"due_time": at(30)}],
        "measures": [{"subject_id": "a", "event_time": at(0), "measure": "m", "value": None}],
    }
    portfolio = Portfolio(**{name: door(rows) for name, rows in tables.items()})
    frames = {name: portfolio.to_frame(name) for name in tables}
    assert frames["payments"]["superseded_time"].notna().sum() == 1
    again = Portfolio(**{name: frame.iloc[::-1] for name, frame in frames.items()})
    for name, frame in frames.items():
        order = frame.columns.tolist()
        found = again.to_frame(name).sort_values(order, ignore_index=True)
        pd.testing.assert_frame_equal(found, frame.sort_values(order, ignore_index=True))
    first = frames["payments"].dropna(subset="superseded_time")
    alone = Portfolio(payments=first)
    assert [visible_amounts(alone, micros(at(day))) for day in (2, 5)] == [[-5.0], []]
