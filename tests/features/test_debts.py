"""Debts of ledger and payments together, cards against their statements, and who else lends: by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.payments.declared.catalogue import payment_features

CATALOGUE = payment_features()
AS_OF = datetime(2025, 6, 15, tzinfo=UTC)
Row = dict[str, Any]
Tables = dict[str, list[Row]]
NAN = math.nan


def day(back: int, number: int, hour: int = 9) -> datetime:
    """Return a day of the month that lies so many months before June 2025."""
    month = 2025 * 12 + 5 - back
    return datetime(month // 12, month % 12 + 1, number, hour, tzinfo=UTC)


def monthly(amount: float, number: int, months: Iterable[int] = range(13), **more: Any) -> list[Row]:
    """Payments on one day of several months."""
    return [{"applicant_id": "a", "event_time": day(m, number), "amount": amount} | more for m in months]


def once(amount: float, back: int, number: int, **more: Any) -> list[Row]:
    """One payment."""
    return monthly(amount, number, [back], **more)


WAGES = monthly(2000.0, 1, kind="salary", counterparty_id="works", counterparty_kind="employer")


def repaid(amount: float, lender: str | None, number: int = 5, **more: Any) -> list[Row]:
    """Instalments that leave the account."""
    said = {"kind": "loan_out", "counterparty_id": lender, "counterparty_kind": "lender"} | more
    return monthly(-amount, number, **{name: value for name, value in said.items() if value is not None})


def loan(
    name: str, amount: float, lender: str | None = None, *, due: int = 5, last: int = -12, **more: Any
) -> Tables:
    """A loan opened 14 months ago, with an instalment on a day of each month from 13 months ago on."""
    row = {"loan_id": name, "applicant_id": "a", "event_time": day(14, 20), "amount": 10.0 * amount} | more
    return {
        "loans": [row | ({} if lender is None else {"lender": lender})],
        "instalments": [
            {"loan_id": name, "applicant_id": "a", "due_time": day(m, due, 0), "due_amount": amount}
            for m in range(13, last, -1)
        ],
    }


def line(
    name: str, lender: str | None, statements: dict[int, tuple[float, float | None]], **more: Any
) -> Tables:
    """A credit line whose statements come on the 2nd: balance and minimum by how many months ago."""
    row = {"loan_id": name, "applicant_id": "a", "event_time": day(14, 20), "kind": "revolving"} | more
    return {
        "loans": [row | ({} if lender is None else {"lender": lender})],
        "statements": [
            {"loan_id": name, "applicant_id": "a", "event_time": day(m, 2), "balance": balance}
            | ({} if minimum is None else {"minimum_due": minimum})
            for m, (balance, minimum) in statements.items()
        ],
    }


def together(*parts: list[Row] | Tables) -> Tables:
    """All of it; a list is payments."""
    tables: Tables = {"payments": list(WAGES)}
    for part in parts:
        for name, rows in ({"payments": part} if isinstance(part, list) else part).items():
            tables.setdefault(name, []).extend(rows)
    return tables


def values(names: list[str], tables: Tables, as_of: datetime = AS_OF) -> dict[str, float]:
    """Features of the person."""
    asked = {"application_id": 1, "applicant_id": "a", "as_of": as_of, "amount": 1200.0, "term_days": 365.25}
    computer = FeatureComputer(CATALOGUE.select([f"payments_{name}" for name in names]))
    matrix = computer.compute(Applications.from_records(asked), Portfolio.from_records(tables), threads=1)
    return dict(zip(names, matrix.values[0].tolist(), strict=True))


OLD = {"closed_time": day(1, 6)}
CARD = {"kind": "card_repayment", "counterparty_id": "Card Co"}
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


Bills = tuple[Tables, float, float, float]
BILLS: dict[str, Bills] = {
    # statements of January to April are decided; the one of May may be paid until the one of June
    "paid in full": (
        together(
            monthly(-500, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        1.0,
        (5 + 2.5) / 10,
        0,
    ),
    "half of each": (
        together(
            monthly(-250, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        0.5,
        2.5 / 10,
        0,
    ),
    "the minimum": (
        together(
            monthly(-25, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        0.05,
        2.5 / 10,
        0,
    ),
    "less than the minimum twice": (
        together(
            monthly(-25, 10, [5, 3, 2], **CARD),
            monthly(-10, 10, [4], **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        85 / 2500,
        2.5 / 10,
        2,
    ),
    "more than the balance counts as the balance": (
        together(
            monthly(-900, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(3, -1, -1), (500.0, 25.0))),
        ),
        1.0,
        (3 + 2.5) / 8,
        0,
    ),
    "two cards of two names": (
        together(
            monthly(-500, 10, range(6), **CARD),
            monthly(-30, 10, range(6), **(CARD | {"counterparty_id": "Other"})),
            line("C", "Card Co", dict.fromkeys(range(2, -1, -1), (500.0, 25.0))),
            line("D", "Other", dict.fromkeys(range(2, -1, -1), (300.0, 15.0))),
        ),
        (1000 + 60) / 1600,
        (2 + 2.5) / 9,
        0,
    ),
    "two cards repaid under no name, the older statement first": (
        together(
            monthly(-600, 10, [2], kind="card_repayment"),
            line("C", None, {2: (500.0, 25.0), 1: (400.0, 25.0)}),
            line("D", None, {2: (300.0, 15.0), 1: (300.0, 15.0)}),
        ),
        600 / 1500,
        (1 + 2.5) / 9,
        2,
    ),
    "a balance in credit asks for nothing": (
        together(
            monthly(-100, 10, [3], **CARD),
            line("C", "Card Co", {3: (100.0, 10.0), 2: (-20.0, 0.0), 1: (0.0, 0.0)}),
        ),
        1.0,
        NAN,
        0,
    ),
    "who was never seen to repay a card may pay from elsewhere": (
        together(line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0)))),
        NAN,
        NAN,
        NAN,
    ),
    "statements without a minimum": (
        together(
            monthly(-100, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(4, -1, -1), (500.0, None))),
        ),
        0.2,
        2.5 / 9,
        NAN,
    ),
}


@pytest.mark.parametrize("known", BILLS)
def test_what_is_seen_to_be_paid_of_card_statements(known: str) -> None:
    tables, paid, full, short = BILLS[known]
    found = values(
        ["card_bills_paid_share_365d", "card_bills_full_share_365d", "card_bills_short_365d"], tables
    )
    assert list(found.values()) == pytest.approx([paid, full, short], nan_ok=True)


Made = Callable[..., list[Row]]


def parts(kind: str) -> Made:
    """Make payments to or from one sort of provider."""

    def make(amount: float, back: int, number: int, who: str = "one", **more: Any) -> list[Row]:
        return once(amount, back, number, counterparty_kind=kind, counterparty_id=who, **more)

    return make


later, early, collect = parts("pay_later"), parts("wage_advance"), parts("collector")
# wages of January to June are 180 days back or less, of July 2024 on 365 days
Provided = tuple[list[Row], float, float, float]
PAY_LATER: dict[str, Provided] = {
    "nothing": ([], 0, 0, 0),
    "four parts of one purchase": (
        [row for k, m in ((1, 0), (18, 1), (4, 1), (20, 2)) for row in later(-25, m, k, kind="purchase")],
        4,
        100,
        1,
    ),
    "two providers": (later(-25, 1, 4) + later(-30, 1, 5, "two"), 2, 55, 2),
    "half a year ago": (later(-25, 7, 4), 0, 0, 0),
    "one that was sent back": (later(-25, 1, 4) + later(25, 1, 20, kind="refund"), 1, 0, 1),
    "one that bounced": (later(-25, 1, 4, status="returned"), 0, 0, 0),
    "as the bank's label says loan": (
        later(-25, 1, 4, kind="loan_out", category="high_cost_credit"),
        1,
        25,
        1,
    ),
    "a fee for being late is a fee": (later(-25, 1, 4) + later(-6, 1, 9, kind="fee"), 1, 25, 1),
    "a lender is none": (
        once(-25, 1, 4, kind="loan_out", counterparty_kind="lender", counterparty_id="x"),
        0,
        0,
        0,
    ),
}
ADVANCES: dict[str, Provided] = {
    "nothing": ([], 0, 0, 0),
    "one, given back": (early(100, 1, 20) + early(-103, 0, 1), 1, 100, 1),
    "every month": ([row for m in range(1, 6) for row in early(100, m, 20)], 5, 500, 1),
    "called wages by the bank": (early(100, 1, 20, kind="salary"), 1, 100, 1),
    "of the employer": (
        once(400, 1, 20, kind="loan_in", counterparty_kind="employer", counterparty_id="works"),
        1,
        400,
        1,
    ),
    "two providers": (early(100, 1, 20) + early(50, 1, 22, "two"), 2, 150, 2),
    "too long ago": (early(100, 8, 20), 0, 0, 0),
    "given back alone": (early(-103, 0, 1), 0, 0, 0),
    "a fee that was given back is none": (
        early(-3, 1, 20, kind="fee") + early(3, 1, 21, kind="fee"),
        0,
        0,
        0,
    ),
}
COLLECTED: dict[str, Provided] = {
    "nothing": ([], 0, 0, 0),
    "one": (collect(-50, 2, 7, kind="transfer"), 1, 50, 1),
    "every month": ([row for m in range(6) for row in collect(-50, m, 7)], 6, 300, 1),
    "two collectors": (collect(-50, 2, 7) + collect(-20, 3, 7, "two"), 2, 70, 2),
    "more than a year ago": (collect(-50, 13, 7), 0, 0, 0),
    "under the category of the old bill": (collect(-50, 2, 7, kind="bill", category="telecom"), 1, 50, 1),
    "given back": (collect(-50, 2, 7) + collect(50, 2, 9), 1, 0, 1),
    "declined": (collect(-50, 2, 7, status="declined"), 0, 0, 0),
    "called a loan payment": (collect(-50, 2, 7, kind="loan_out"), 1, 50, 1),
}


@pytest.mark.parametrize(
    ("name", "window", "income", "rows", "count", "amount", "providers"),
    [
        pytest.param(name, window, income, *rows, id=f"{name}: {known}")
        for name, window, income, table in (
            ("pay_later", "180d", 6 * 2000.0, PAY_LATER),
            ("wage_advances", "180d", 6 * 2000.0, ADVANCES),
            ("debts_collected", "365d", 12 * 2000.0, COLLECTED),
        )
        for known, rows in table.items()
    ],
)
def test_who_else_lends(
    name: str, window: str, income: float, rows: list[Row], count: float, amount: float, providers: float
) -> None:
    asked = [f"{name}_{what}_{window}" for what in ("count", "amount", "to_income", "providers")]
    found = values(asked, together(rows))
    assert list(found.values()) == pytest.approx([count, amount, amount / income, providers])
