"""The views of loans: their shapes, their order, and the columns that no catalogue feature reads."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pytest

from creditscore.data.portfolio import Portfolio
from creditscore.features.chunk import Chunk
from creditscore.features.loans.rows.all_views import REPAYMENT_VIEWS
from creditscore.features.view import View
from tests.data.ledgers import EPOCH, day, due, loan, paid, statement
from tests.features.incomes import past_of
from tests.features.repayment_portfolios import Record, random_lending

VIEWS = {view.name: view for view in REPAYMENT_VIEWS}


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) + int(EPOCH.timestamp()) * 1_000_000


@cache
def lending() -> tuple[dict[str, list[Record]], list[Record], Portfolio]:
    tables, applications = random_lending(seed=11, applicants=60)
    return tables, applications, Portfolio.from_records(tables)


def columns(view: View, portfolio: Portfolio, who: object, moment: datetime) -> dict[str, list[float]]:
    rows = view.build(Chunk(portfolio, portfolio.codes([who]), np.array([micros(moment)])))
    mine = slice(rows.starts[0], rows.stops[0])
    found = {column.name: rows.values[c, mine].tolist() for c, column in enumerate(view.values)}
    return found | {"time": rows.times[mine].tolist()}


@pytest.mark.parametrize("view", REPAYMENT_VIEWS, ids=lambda view: view.name)
def test_rows_lie_in_order_before_the_moment_and_have_every_declared_column(view: View) -> None:
    _, applications, portfolio = lending()
    codes = portfolio.codes([row["applicant_id"] for row in applications])
    as_of = np.array([micros(row["as_of"]) for row in applications])
    rows = view.build(Chunk(portfolio, codes, as_of))
    assert rows.values.shape == (len(view.values), rows.times.size)
    assert rows.values.flags.c_contiguous
    assert (rows.stops > rows.starts).any()
    for start, stop, moment in zip(rows.starts, rows.stops, as_of, strict=True):
        assert (np.diff(rows.times[start:stop]) >= 0).all()
        assert (rows.times[start:stop] < moment).all()


@pytest.mark.parametrize("view", REPAYMENT_VIEWS, ids=lambda view: view.name)
def test_nobody_and_nothing_have_no_rows(view: View) -> None:
    _, _, portfolio = lending()
    empty = Portfolio.from_records({"measures": []})
    for tables in (portfolio, empty):
        rows = view.build(Chunk(tables, np.array([-1, -1]), np.array([micros(day(900))] * 2)))
        assert (rows.starts == rows.stops).all()
        assert rows.values.shape[0] == len(view.values)


def test_columns_that_no_feature_reads_equal_plain_python() -> None:
    tables, applications, portfolio = lending()
    for application in applications[:60]:
        past = past_of(tables, application)
        who, moment = application["applicant_id"], application["as_of"]
        seen = columns(VIEWS["loan_states"], portfolio, who, moment)
        limits = [course.loan.get("limit") for course in past.own]
        np.testing.assert_array_equal(seen["limit"], [np.nan if v is None else v for v in limits])
        by_reports = [bool(c.reports) or c.loan.get("kind") == "revolving" for c in past.own]
        assert seen["is_revolving"] == by_reports
        np.testing.assert_array_equal(
            seen["worst_dpd"], [np.nan if row["worst"] is None else row["worst"] for row in past.loans]
        )
        stretches = columns(VIEWS["episodes"], portfolio, who, moment)
        assert stretches["worst_dpd"] == [row["worst"] for row in past.episodes]
        dues = columns(VIEWS["instalment_states"], portfolio, who, moment)
        assert dues["is_settled"] == [row["settled"] for row in past.instalments]
        assert dues["position"] == [row["position"] for row in past.instalments]


def test_the_loan_that_is_applied_for_is_never_a_loan_so_far() -> None:
    tables = {"loans": [loan(5), loan(40, "M")], "instalments": [due(30), due(70, loan_id="M")]}
    portfolio = Portfolio.from_records(tables)
    assert len(columns(VIEWS["loan_states"], portfolio, "A", day(40))["time"]) == 1
    assert len(columns(VIEWS["loan_states"], portfolio, "A", day(40.01))["time"]) == 2


def test_a_loan_ends_with_its_last_payment_also_if_nothing_is_due_later() -> None:
    tables = {"loans": [loan()], "instalments": [due(30), due(90, 0.0)], "repayments": [paid(20)]}
    seen = columns(VIEWS["loan_states"], Portfolio.from_records(tables), "A", day(50))
    assert (seen["is_open"], seen["days_since_close"], seen["closed_clean"]) == ([0], [30], [1])


def test_statements_stand_without_a_table_of_loans() -> None:
    rows = [statement(30, 0.0, balance=50.0, limit=100.0), statement(60, 9.0, balance=80.0, payment=50.0)]
    seen = columns(VIEWS["statement_states"], Portfolio.from_records({"statements": rows}), "A", day(70))
    assert seen["is_transactor"][1] == 1
    assert seen["is_newest"] == [0, 1]
    assert seen["utilisation"][0] == 0.5


def test_an_episode_ends_with_the_payment_and_is_cured_after_90_days() -> None:
    schedule = {"loans": [loan(amount=200.0)], "instalments": [due(30), due(200)]}
    portfolio = Portfolio.from_records(schedule | {"repayments": [paid(40), paid(260)]})
    seen = columns(VIEWS["episodes"], portfolio, "A", day(100))
    assert (seen["length_days"], seen["is_over"]) == ([10], [1])
    assert np.isnan(seen["is_cured"]).all()  # 60 days are too few to tell
    seen = columns(VIEWS["episodes"], portfolio, "A", day(131))
    assert (seen["is_cured"], seen["days_to_cure"]) == ([1], [10])
    seen = columns(VIEWS["episodes"], portfolio, "A", day(230))  # past due again from day 201
    assert (seen["length_days"], seen["is_cured"], seen["is_relapse"]) == ([10, 30], [1, 0], [0, 1])


def test_months_go_back_to_the_same_day_of_each_calendar_month() -> None:
    tables = {"loans": [loan(0.0)], "instalments": [due(30)], "repayments": [paid(75)]}
    seen = columns(VIEWS["loan_months"], Portfolio.from_records(tables), "A", day(100))
    # Day 0 is 1 January 2024 and day 100 is 10 April; months begin on the 10th, on days -22, 9, 40 and 69:
    # 0, 40 - 30, 69 - 30, and 75 - 30 days past due at worst.
    assert EPOCH.date().isoformat() == "2024-01-01"
    assert seen["time"] == [micros(day(on)) for on in (-22, 9, 40, 69)]
    assert seen["worst_dpd"] == [0, 10, 39, 45]
    assert seen["months_since_30"] == [1, 2, 0, 0]
    moves = columns(VIEWS["loan_month_states"], Portfolio.from_records(tables), "A", day(100))
    assert (moves["dpd"], moves["next_dpd"]) == ([0, 10, 39], [10, 39, 0])
    assert moves["rolled_to_30"] == [0, 1, 0]


def test_a_month_begins_on_the_last_day_where_it_is_too_short() -> None:
    tables = {"loans": [loan(0.0)], "instalments": [due(30)]}
    seen = columns(VIEWS["loan_months"], Portfolio.from_records(tables), "A", day(90))  # 31 March
    assert seen["time"] == [micros(day(on)) for on in (-1, 30, 59)]  # 31 December, 31 January, 29 February


def test_reports_of_a_month_count_from_its_first_to_before_its_last_moment() -> None:
    tables = {"loans": [loan(0.0)], "statements": [statement(10, 5.0), statement(41, 35.0)]}
    seen = columns(VIEWS["loan_months"], Portfolio.from_records(tables), "A", day(70))
    assert seen["worst_dpd"] == [0, 5, 35]


def test_inquiries_within_14_days_of_the_first_are_one_search() -> None:
    rows = [
        {"applicant_id": "A", "event_time": day(on), "event_id": f"{on}"} for on in (0, 5, 13.9, 14, 27, 28)
    ]
    seen = columns(VIEWS["inquiry_clusters"], Portfolio.from_records({"inquiries": rows}), "A", day(50))
    assert seen["inquiries"] == [3, 2, 1]


def test_whole_instalments_that_are_paid_out_of_their_turn_are_never_paid_in_part() -> None:
    """Sums of cents leave rounding behind: 165.6 paid of 165.6 due is no part of the next instalment."""
    rng = np.random.default_rng(5)
    for _ in range(300):
        amount, count = round(float(rng.uniform(1, 3000)), 2), int(rng.integers(2, 18))
        schedule = [due(30 * (number + 1), amount) for number in range(count)]
        late = rng.integers(-3, 45, count)
        payments = [paid(30 * (number + 1) + int(late[number]) + 0.5, amount) for number in range(count)]
        tables = {"loans": [loan()], "instalments": schedule, "repayments": payments}
        portfolio, moment = Portfolio.from_records(tables), day(30 * count + 90)
        seen = columns(VIEWS["instalment_states"], portfolio, "A", moment)
        assert set(seen["part_paid"]) <= {0.0}
        assert set(seen["shortfall"]) <= {0.0, amount}
