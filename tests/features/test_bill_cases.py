"""Bills worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from tests.features.payments_by_hand import AS_OF, CATALOGUE, Record, one, values


def bill(due: float, paid: float | None, **more: Any) -> Record:
    paid_time = None if paid is None else AS_OF - timedelta(days=paid)
    row = {
        "applicant_id": "a", "bill_id": str(due), "due_time": AS_OF - timedelta(days=due),
        "due_amount": 100.0,
        "known_time": AS_OF - timedelta(days=due + 20), "paid_time": paid_time, "paid_amount": None,
    }  # fmt: skip
    return row | more


BILLS = ["bills_on_time_streak", "bills_days_late_mean_365d", "bills_overdue_count", "bills_overdue_amount"]


@pytest.mark.parametrize(
    ("newest", "streak", "late", "overdue"),
    [
        (bill(10, 12), 3, 0.0, 0.0),
        (bill(10, 9.5), 3, 0.0, 0.0),
        (bill(10, 8), 0, 2.0, 0.0),
        (bill(10, None), 0, 10.0, 1.0),
        (bill(10, -1), 0, 10.0, 1.0),
        (bill(10, 12, paid_known_time=AS_OF), 0, 10.0, 1.0),
        (bill(10, 12, paid_amount=50.0), 0, 10.0, 1.0),
        (bill(10, 12, paid_amount=99.0), 3, 0.0, 0.0),
        (bill(10, 12, paid_amount=150.0), 3, 0.0, 0.0),
    ],
)
def test_a_bill_is_late_until_it_is_known_to_be_paid(
    newest: Record, streak: float, late: float, overdue: float
) -> None:
    older = [bill(70, 75), bill(40, 41)]
    rows = [{"paid_known_time": None} | row for row in (*older, newest)]
    found = values(BILLS, bills=rows)
    part = 0.0 if newest["paid_amount"] is None else newest["paid_amount"]
    assert list(found.values()) == [streak, late / 3, overdue, (100.0 - part) * overdue]


def test_a_bill_of_the_day_is_neither_late_nor_in_time() -> None:
    moment = AS_OF + timedelta(hours=12)
    rows = [bill(70, 75), bill(40, 41), bill(20, 25), bill(-0.25, None)]
    computer = FeatureComputer(CATALOGUE.select(["bills_on_time_streak", "bills_due_count_365d"]))
    asked = Applications.from_records({"application_id": 1, "applicant_id": "a", "as_of": moment})
    matrix = computer.compute(asked, Portfolio.from_records({"bills": rows}), threads=1)
    assert matrix.values[0].tolist() == [3.0, 4.0]


def test_only_the_rest_of_a_part_paid_bill_is_overdue() -> None:
    rows = [bill(due, due + 2, paid_amount=98.0) for due in (100, 70, 40, 10)]
    assert one("bills_overdue_amount", bills=rows) == 8.0
    assert one("bills_days_late_by_amount_365d", bills=rows) == 2.0 * (100 + 70 + 40 + 10) / 400.0
    rows = [bill(70, 65, paid_amount=60.0), bill(40, 41), bill(20, 22)]
    assert one("bills_days_late_by_amount_365d", bills=rows) == (60.0 * 5 + 40.0 * 70) / 300.0


def test_days_late_are_weighted_by_amount() -> None:
    rows = [bill(70, 75), bill(40, 30, due_amount=300.0), bill(20, 22)]
    assert one("bills_days_late_by_amount_365d", bills=rows) == 300.0 * 10 / 500.0
    assert one("bills_on_time_share_365d", bills=rows) == (2 + 4.5) / (3 + 5)
