"""What is not yet reported is neither paid nor unpaid; what a lender books at once is unpaid at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from creditscore.data.portfolio import Portfolio
from creditscore.features.chunk import Chunk
from creditscore.features.loans.rows.all_views import REPAYMENT_VIEWS
from creditscore.verify.twin.loan import Record
from tests.data.ledgers import EPOCH, day, due, loan

VIEWS = {view.name: view for view in REPAYMENT_VIEWS}


def seen(name: str, tables: dict[str, list[Record]], moment: datetime) -> dict[str, list[float]]:
    portfolio = Portfolio.from_records(tables)
    micros = (moment - EPOCH) // timedelta(microseconds=1) + int(EPOCH.timestamp()) * 1_000_000
    view = VIEWS[name]
    rows = view.build(Chunk(portfolio, portfolio.codes(["A"]), np.array([micros])))
    mine = slice(rows.starts[0], rows.stops[0])
    return {column.name: rows.values[c, mine].tolist() for c, column in enumerate(view.values)}


def dpd(tables: dict[str, list[Record]], on: float) -> list[float]:
    return seen("loan_states", tables, day(on))["dpd_now"]


def schedule(delay: float, months: int = 5, **more: Any) -> list[Record]:
    """Instalments on days 30, 60, ... of which all but the newest were paid when due and known later."""
    paid = [due(30 * k, paid=30 * k, paid_known_time=day(30 * k + delay), **more) for k in range(1, months)]
    return [*paid, due(30 * months, **more)]


def test_an_own_loan_unpaid_for_forty_days_with_no_other_fact_is_past_due() -> None:
    assert dpd({"loans": [loan(0.0)], "instalments": [due(30)]}, 70.5) == [40]


@pytest.mark.parametrize("delay", [0.0, 0.5])
def test_where_payments_are_booked_as_they_come_nothing_is_excused(delay: float) -> None:
    tables = {"loans": [loan(0.0)], "instalments": schedule(delay)}
    assert dpd(tables, 151.5) == [1]
    assert dpd(tables, 190.5) == [40]


@pytest.mark.parametrize("lender", [None, "elsewhere"])
def test_where_payments_come_35_days_later_an_instalment_is_open_for_so_long(lender: str | None) -> None:
    contract = loan(0.0) if lender is None else loan(0.0, lender=lender)
    tables = {"loans": [contract], "instalments": schedule(35.0)}
    assert dpd(tables, 184.5) == [0]
    due_rows = seen("instalment_states", tables, day(184.5))
    np.testing.assert_array_equal(due_rows["on_time"], [1, 1, 1, 1, np.nan])
    assert due_rows["due_amount"] == [100.0] * 5
    assert dpd(tables, 190.5) == [5]  # as it stood on day 155
    assert dpd(tables, 300.5) == [115]


def test_nothing_is_excused_for_longer_than_92_days() -> None:
    tables = {"loans": [loan(0.0)], "instalments": schedule(300.0)}
    assert dpd(tables, 430.5) == [338 - 150]  # as it stood 92 days before


def test_one_late_booking_among_prompt_ones_excuses_nothing() -> None:
    rows = schedule(0.0)
    rows[1]["paid_known_time"] = day(140)
    assert dpd({"loans": [loan(0.0)], "instalments": rows}, 190.5) == [40]


def test_a_new_loan_of_a_lender_that_reports_late_is_judged_by_its_older_ones() -> None:
    older = [row | {"loan_id": "M"} for row in schedule(35.0)[:-1]]
    contracts = [loan(0.0, "M", lender="elsewhere"), loan(100.0, lender="elsewhere")]
    tables = {"loans": contracts, "instalments": [*older, due(130)]}
    assert dpd(tables, 160.5) == [0, 0]
    tables["loans"] = [contracts[0], loan(100.0, lender="own")]
    assert dpd(tables, 160.5) == [0, 30]


def test_a_lender_may_say_up_to_when_it_reported() -> None:
    tables = {"loans": [loan(0.0, reported_time=day(45))], "instalments": [due(30), due(60)]}
    assert dpd(tables, 100.5) == [15]
    np.testing.assert_array_equal(seen("instalment_states", tables, day(100.5))["is_late"], [1, np.nan])
    months = seen("loan_months", tables, day(100.5))["worst_dpd"]
    np.testing.assert_array_equal(months[-1:], [np.nan])
