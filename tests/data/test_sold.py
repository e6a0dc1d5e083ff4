"""Loans that were sold: nothing falls due after it, nothing earns after it, and it settles nothing."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import creditscore as cs
from creditscore.data.loans.delinquency import days_past_due
from creditscore.features.compute import FeatureComputer

AS_OF = datetime(2025, 6, 15, tzinfo=UTC)
Row = dict[str, Any]


def day(month: int, number: int = 5, year: int = 2024) -> datetime:
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, number, 12, tzinfo=UTC)


def ledger(paid: int, **loan: Any) -> dict[str, list[Row]]:
    """Twelve instalments of 100 from February 2024 on, of which the first few are paid in time."""
    whose = {"loan_id": "L", "applicant_id": "a"}
    return {
        "loans": [whose | {"event_time": day(1), "amount": 1_000.0} | loan],
        "instalments": [
            whose
            | {"due_time": day(2 + k), "due_amount": 100.0}
            | ({"paid_time": day(2 + k) - timedelta(hours=2)} if k < paid else {"paid_time": None})
            for k in range(12)
        ],
    }


def values(tables: dict[str, list[Row]], *names: str) -> dict[str, float]:
    asked = {"application_id": 1, "applicant_id": "a", "as_of": AS_OF, "loan_id": "L"}
    computer = FeatureComputer(cs.repayment_features(every=True).select(names))
    matrix = computer.compute(cs.Applications.from_records(asked), cs.Portfolio.from_records(tables))
    return dict(zip(names, matrix.values[0].tolist(), strict=True))


ASKED = (
    "repayment_loans_open", "repayment_dpd_now", "repayment_worst_dpd_24m", "repayment_loans_closed_clean",
    "repayment_on_time_streak", "repayment_outstanding",
)  # fmt: skip


def test_a_sold_loan_is_neither_open_nor_closed_clean_and_earns_nothing_more() -> None:
    # sold on 20 July 2024, after six instalments paid in time; the other six are another's
    sold = values(ledger(6, sold_time=day(7, 20)), *ASKED)
    assert list(sold.values()) == [0.0, 0.0, 0.0, 0.0, 6.0, 0.0]
    kept = values(ledger(6), *ASKED)
    assert kept["repayment_dpd_now"] == (AS_OF.date() - day(8).date()).days
    assert kept["repayment_loans_open"] == 1.0
    assert kept["repayment_outstanding"] == 600.0


def test_what_was_overdue_when_a_loan_was_sold_stays_as_it_was() -> None:
    # the instalment of 5 May was never paid; sold on 4 July, 60 days later
    sold = values(ledger(3, sold_time=day(7, 4)), *ASKED)
    assert sold["repayment_dpd_now"] == 60.0
    assert sold["repayment_worst_dpd_24m"] == 60.0
    closed_too = values(ledger(3, sold_time=day(7, 4), closed_time=day(7, 4)), *ASKED)
    assert closed_too == sold


def test_a_sale_that_is_not_known_yet_changes_nothing() -> None:
    sale = {"sold_time": day(7, 20), "sold_known_time": AS_OF}
    assert values(ledger(6, **sale), *ASKED) == values(ledger(6), *ASKED)


@pytest.mark.parametrize(
    ("paid", "sold", "status"),
    [(12, None, "good"), (6, None, "bad"), (6, day(7, 20), "unobserved"), (2, day(9, 1), "bad")],
)
def test_what_became_of_a_sold_loan_is_known_up_to_the_sale(paid: int, sold: Any, status: str) -> None:
    asked = {"application_id": 1, "applicant_id": "a", "as_of": day(1), "loan_id": "L"}
    rule = cs.OutcomeRule(bad_dpd=90, window="365d")
    portfolio = cs.Portfolio.from_records(ledger(paid, **({} if sold is None else {"sold_time": sold})))
    found = rule.label(cs.Applications.from_records(asked), portfolio, AS_OF)
    assert found.status[0] == status
    moments = np.array([AS_OF.timestamp() * 1e6]).astype(np.int64)
    late = days_past_due(portfolio, np.array([0]), moments)[0]
    assert math.isnan(late) or late <= (AS_OF - day(2)).days
