"""Days past due: hand-made ledgers, and a day-by-day walk over random ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditscore.data.applications import Applications
from creditscore.data.loans.delinquency import days_past_due
from creditscore.data.loans.laid_out import loan_tables
from creditscore.data.loans.outcomes import OutcomeRule
from creditscore.data.portfolio import Portfolio
from creditscore.features.chunk import Chunk
from creditscore.features.loans.rows.all_views import REPAYMENT_VIEWS
from creditscore.features.rows import Rows
from creditscore.features.view import View
from creditscore.verify.twin.loan import Course, Record, loans_of
from tests.data.ledgers import EPOCH, LEDGERS, HandLedger, day, due, loan, paid
from tests.people import here

VIEWS = {view.name: view for view in REPAYMENT_VIEWS}


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) + int(EPOCH.timestamp()) * 1_000_000


def dpd_at(portfolio: Portfolio, moment: datetime, loan_id: str = "L", materiality: float = 0.0) -> float:
    place = list(portfolio.loan_ids).index(here(loan_id))
    return float(
        days_past_due(portfolio, np.array([place]), np.array([micros(moment)]), materiality=materiality)[0]
    )


def rows_of(
    name: str, tables: dict[str, list[Record]], moment: datetime, zone: str = "UTC"
) -> dict[str, list[float]]:
    view: View = VIEWS[name]
    portfolio = Portfolio.from_records(tables, timezone=zone)
    rows: Rows = view.build(Chunk(portfolio, portfolio.codes(["A"]), np.array([micros(moment)])))
    mine = slice(rows.starts[0], rows.stops[0])
    return {column.name: rows.values[c, mine].tolist() for c, column in enumerate(view.values)}


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_hand_ledgers_have_the_days_past_due_worked_out_by_hand(ledger: HandLedger) -> None:
    portfolio = Portfolio.from_records(ledger.tables)
    seen = [(on, dpd_at(portfolio, day(on), materiality=ledger.materiality)) for on, _ in ledger.dpd]
    assert seen == list(ledger.dpd)


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_feature_rows_of_hand_ledgers_are_as_late_as_worked_out_by_hand(ledger: HandLedger) -> None:
    rows = rows_of("instalment_states", ledger.tables, day(ledger.seen))
    assert rows["days_late"] == list(ledger.late)
    assert rows["on_time"] == [float(late <= 0) for late in ledger.late if late is not None]
    states = rows_of("loan_states", ledger.tables, day(ledger.seen))
    assert len(states["amount"]) == (0 if ledger.as_guarantor else ledger.loans_seen)
    guaranteed = rows_of("guaranteed_loans", ledger.tables, day(ledger.seen))
    assert len(guaranteed["amount"]) == (ledger.loans_seen if ledger.as_guarantor else 0)


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_oracle_agrees_with_the_hand(ledger: HandLedger) -> None:
    for on, expected in ledger.dpd:
        for record in [row for row in ledger.tables["loans"] if row["loan_id"] == "L"]:
            assert Course(ledger.tables, record, day(on), ledger.materiality).dpd(day(on)) == expected


QUARTERS = st.integers(0, 4 * 200).map(lambda quarter: quarter / 4)
ZONES = st.sampled_from(["UTC", "Asia/Tehran", "America/New_York", "Pacific/Auckland"])
CENTS = st.integers(0, 15_000).map(lambda cents: cents / 100)


@st.composite
def random_ledgers(draw: st.DrawFn) -> dict[str, list[Record]]:
    """One loan with up to six instalments and up to eight payments, some known late, some reversed."""
    dues = draw(
        st.lists(st.tuples(st.integers(1, 180), CENTS), min_size=1, max_size=6, unique_by=lambda d: d[0])
    )
    payments = draw(st.lists(st.tuples(QUARTERS, CENTS, st.integers(0, 40), st.booleans()), max_size=8))
    repayments = []
    for number, (on, amount, lag, back) in enumerate(payments):
        repayments.append(paid(on, amount, known_time=day(on + lag), event_id=f"p{number}"))
        if back:
            repayments.append(paid(on + 3, -amount, event_id=f"r{number}"))
    closed = draw(st.none() | st.integers(100, 250))
    contract = loan(0.0) if closed is None else loan(0.0, closed_time=day(closed))
    tables = {"loans": [contract], "instalments": [due(on, amount) for on, amount in dues]}
    return tables | ({"repayments": repayments} if repayments else {})


@given(
    tables=random_ledgers(),
    at=st.integers(0, 4 * 250),
    materiality=st.sampled_from([0.0, 2.5, 60.0]),
    zone=ZONES,
)
@settings(max_examples=150)
def test_days_past_due_agree_with_plain_allocation(
    tables: dict[str, list[Record]], at: int, materiality: float, zone: str
) -> None:
    moment = day(at / 4)
    (record,) = tables["loans"]
    known = record["event_time"] < moment
    expected = Course(tables, record, moment, materiality, zone).dpd(moment) if known else np.nan
    seen = dpd_at(Portfolio.from_records(tables, timezone=zone), moment, materiality=materiality)
    np.testing.assert_equal(seen, expected)


@given(tables=random_ledgers(), start=st.integers(0, 150), length=st.integers(1, 120), zone=ZONES)
@settings(max_examples=60)
def test_worst_days_past_due_agree_with_a_walk_through_every_quarter_day(
    tables: dict[str, list[Record]], start: int, length: int, zone: str
) -> None:
    course = Course(tables, tables["loans"][0], day(400), zone=zone)
    walked = max(course.dpd(day(start + quarter / 4)) for quarter in range(1, 4 * length + 1))
    asked = {"application_id": 1, "applicant_id": "A", "as_of": day(start), "loan_id": "L"}
    rule = OutcomeRule(window=f"{length}d")
    portfolio = Portfolio.from_records(tables, timezone=zone)
    outcomes = rule.label(Applications.from_records(asked), portfolio, day(400))
    assert outcomes.worst_dpd[0] == walked


@given(tables=random_ledgers(), at=st.integers(1, 250), zone=ZONES)
@settings(max_examples=100)
def test_days_late_agree_with_plain_allocation(tables: dict[str, list[Record]], at: int, zone: str) -> None:
    moment = day(at)
    rows = rows_of("instalment_states", tables, moment, zone)
    expected: list[float] = []
    for record in loans_of(tables, "A", moment):
        course = Course(tables, record, moment, zone=zone)
        course.report(course.delays)
        dues = [k for k in course.falling if course.instalments[k]["due_time"] < moment]
        expected += [np.nan if (late := course.days_late(k)) is None else late for k in dues]
    np.testing.assert_array_equal(rows["days_late"], expected)


def test_an_unknown_loan_and_a_loan_without_ledger_have_no_days_past_due() -> None:
    portfolio = Portfolio.from_records({"loans": [loan(10), loan(10, "M")], "instalments": [due(30)]})
    assert np.isnan(dpd_at(portfolio, day(5)))
    assert np.isnan(dpd_at(portfolio, day(40), "M"))
    assert dpd_at(portfolio, day(40)) == 10


def test_known_before_separates_what_was_from_what_was_known() -> None:
    tables: dict[str, Any] = {
        "loans": [loan()],
        "instalments": [due(30)],
        "repayments": [paid(35, known_time=day(60))],
    }
    portfolio = Portfolio.from_records(tables)
    where, moments = np.array([0, 0]), np.array([micros(day(50)), micros(day(50))])
    known = np.array([micros(day(50)), micros(day(70))])
    assert days_past_due(portfolio, where, moments, known_before=known).tolist() == [20, 0]


def test_due_days_begin_at_local_midnight_of_the_zone_that_was_read() -> None:
    tables: dict[str, Any] = {
        "loans": [{"loan_id": "L", "applicant_id": "A", "event_time": "2024-01-01T09:00:00"}],
        "instalments": [{"loan_id": "L", "applicant_id": "A", "due_time": "2024-02-01", "due_amount": 100.0}],
    }
    portfolio = Portfolio.from_records(tables, timezone="Asia/Tehran")  # 3.5 hours ahead of UTC
    midnight = datetime.fromisoformat("2024-02-02T00:00:00+03:30")
    assert dpd_at(portfolio, midnight) == 1
    assert dpd_at(portfolio, midnight - timedelta(microseconds=1)) == 0


def test_the_book_copies_nothing() -> None:
    portfolio = Portfolio.from_records({"loans": [loan()], "instalments": [due(30)]})
    assert loan_tables(portfolio).ledger.instalment_times is portfolio.tables["instalments"].times
