"""Debts of ledger and payments together: by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.features.debts_by_hand import (
    AS_OF,
    CARD,
    NAN,
    Tables,
    day,
    line,
    loan,
    monthly,
    repaid,
    together,
    values,
)

OLD = {"closed_time": day(1, 6)}
# what is paid, what the ledger lists, what debts take a month, how many there are, how many are unreported
SERVICE: dict[str, tuple[Tables, float, float, float]] = {
    "payments alone": (together(repaid(300, "Bank A")), 300, 1, NAN),
    "the ledger alone": (together(loan("L", 300, "Bank A")), 300, 1, 0),
    "one loan in both, by the name of the lender": (
        together(repaid(305, "bank a"), loan("L", 300, "Bank A")),
        300,
        1,
        0,
    ),
    "one loan in both, by amount and rhythm": (
        together(repaid(300, None), loan("L", 300, "Bank A")),
        300,
        1,
        0,
    ),
    "one loan in both, of a payee under another name": (
        together(repaid(300, "bank a plc"), loan("L", 300, "Bank A")),
        300,
        1,
        0,
    ),
    "two loans of two lenders that take the same": (
        together(repaid(300, "Bank B"), loan("L", 300, "Bank A"), loan("M", 150, "Bank B")),
        750,
        3,
        1,
    ),
    "a loan that the ledger does not list": (
        together(repaid(300, "Bank A"), repaid(120, "Bank C", 9), loan("L", 300, "Bank A")),
        420,
        2,
        1,
    ),
    "two loans of one lender, paid apart": (
        together(
            repaid(300, "Bank A"),
            repaid(200, "Bank A", 19),
            loan("L", 300, "Bank A"),
            loan("M", 200, "Bank A", due=19),
        ),
        500,
        2,
        0,
    ),
    "two loans of one lender, paid at once": (
        together(repaid(500, "Bank A"), loan("L", 300, "Bank A"), loan("M", 200, "Bank A")),
        500,
        2,
        0,
    ),
    "two loans of one lender, of which the ledger lists one": (
        together(repaid(300, "Bank A"), repaid(200, "Bank A", 19), loan("L", 300, "Bank A")),
        500,
        2,
        1,
    ),
    "a loan that is closed, whose last instalment left before": (
        together(repaid(300, "Bank A")[1:], loan("L", 300, "Bank A", **OLD)),
        0,
        0,
        0,
    ),
    "a closed loan, and another one paid on": (
        together(repaid(300, "Bank A")[1:], repaid(80, "Bank B", 8), loan("L", 300, "Bank A", **OLD)),
        80,
        1,
        1,
    ),
    "a loan guaranteed for somebody else is not one's own": (
        together(repaid(300, "Bank A"), loan("L", 50, "Bank C", role="guarantor")),
        300,
        1,
        1,
    ),
    "a card: the minimum of its newest statement, repaid in other sums": (
        together(monthly(-100, 10, **CARD), line("C", "Card Co", {1: (900.0, 40.0), 0: (880.0, 35.0)})),
        35,
        1,
        0,
    ),
    "a card whose statements ask for no minimum: what is repaid": (
        together(monthly(-100, 10, **CARD), line("C", None, {0: (880.0, None)})),
        100,
        1,
        0,
    ),
    "a card and a loan": (
        together(
            monthly(-100, 10, **CARD),
            line("C", "Card Co", {0: (880.0, 35.0)}),
            repaid(300, "Bank A"),
            loan("L", 300, "Bank A"),
        ),
        335,
        2,
        0,
    ),
    "debts collected every month, and purchases paid later": (
        together(
            repaid(50, "Collect", 7, counterparty_kind="collector", kind="transfer"),
            repaid(25, "Later", 11, counterparty_kind="pay_later", kind="purchase"),
        ),
        75,
        2,
        NAN,
    ),
    "rent is no debt": (
        together(monthly(-700, 3, kind="bill", category="rent", counterparty_id="landlord")),
        0,
        0,
        NAN,
    ),
    "a loan repaid every week, due every month": (
        together(
            [
                {
                    "applicant_id": "a",
                    "event_time": datetime(2025, 6, 13, 9, tzinfo=UTC) - np.timedelta64(7 * k, "D").item(),
                    "amount": -70.0,
                    "kind": "loan_out",
                    "counterparty_id": "Bank A",
                    "counterparty_kind": "lender",
                }
                for k in range(40)
            ],
            loan("L", 304.375, "Bank A"),
        ),
        304.375,
        1,
        0,
    ),
}


@pytest.mark.as_given
@pytest.mark.parametrize("known", SERVICE)
def test_each_debt_counts_once(known: str) -> None:
    tables, service, count, unreported = SERVICE[known]
    found = values(
        ["debt_service_monthly_amount", "debt_service_to_income", "debts_count", "debts_unreported"], tables
    )
    assert found == pytest.approx(
        {
            "debt_service_monthly_amount": service,
            "debt_service_to_income": service / 2000.0,
            "debts_count": count,
            "debts_unreported": unreported,
        },
        nan_ok=True,
    )


def test_income_after_debts_is_set_against_what_is_asked_for() -> None:
    tables = together(repaid(300, "Bank A"), loan("L", 300, "Bank A"))
    name = "income_after_debts_to_requested_instalment"
    # 1,200 over 12 months of 30.4375 days are 100 a month
    assert values([name], tables)[name] == pytest.approx((2000.0 - 300.0) / 100.0)


def test_short_payments_say_nothing_of_debts() -> None:
    tables = together(repaid(300, "Bank A"), loan("L", 300, "Bank A"))
    tables["payments"] = [row for row in tables["payments"] if row["event_time"] > day(2, 1)]
    assert math.isnan(values(["debt_service_monthly_amount"], tables)["debt_service_monthly_amount"])


def test_a_loan_that_is_not_known_yet_repays_nothing() -> None:
    tables = together(repaid(300, "Bank A"), loan("L", 300, "Bank A", known_time=AS_OF))
    assert values(["debts_unreported"], tables)["debts_unreported"] == 1.0
    assert values(["debts_unreported"], tables, day(0, 15, 10))["debts_unreported"] == 0.0


def test_a_ledger_that_was_not_connected_is_not_read() -> None:
    tables = together(repaid(300, "Bank A"), loan("L", 450, "Bank Z"))
    names = ["debt_service_monthly_amount", "debts_unreported"]
    assert list(values(names, tables).values()) == [750.0, 1.0]
    connected = {"applicant_id": "a", "source": "payments", "connected_time": day(14, 1)}
    alone = list(values(names, tables | {"connections": [connected]}).values())
    assert alone == pytest.approx([300.0, NAN], nan_ok=True)
