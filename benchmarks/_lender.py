"""A made-up lender: plain records of its customers, and a model fitted on some of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

import creditscore as cs

AS_OF = datetime(2024, 7, 1, tzinfo=UTC)
TREES = 300
_KINDS = ("purchase", "purchase", "purchase", "purchase", "transfer", "cash", "fee")
_CATEGORIES = ("groceries", "household", "utilities", "telecom", "rent", "transport", "leisure", "gambling")

Row = dict[str, Any]


def risk_of(number: int) -> float:
    """How risky a customer is by nature: what their lateness, balances and outcome follow."""
    return float(np.random.default_rng([number, 1]).normal())


def customer(number: int, *, payments: int = 500, instalments: int = 36) -> dict[str, list[Row]]:
    """Records of one customer: payments over two years, 24 bills, loans with instalments, inquiries."""
    random = np.random.default_rng([number, 2])
    risk = risk_of(number)
    tables = {
        "payments": _payments(random, risk, payments),
        "bills": [_bill(random, risk, number, place) for place in range(24)],
        "loans": [_loan(number, place) for place in range(instalments // 12)],
        "instalments": [_instalment(random, risk, number, place) for place in range(instalments)],
        "inquiries": [
            {"event_time": AS_OF - timedelta(days=int(day)), "lender": "other"}
            for day in np.unique(random.integers(1, 700, 3))
        ],
    }
    return {
        table: [{"applicant_id": f"customer-{number}"} | row for row in rows]
        for table, rows in tables.items()
    }


def _payments(random: np.random.Generator, risk: float, count: int) -> list[Row]:
    minutes = np.sort(random.choice(730 * 24 * 60, count, replace=False))[::-1]
    return [
        _payment(random, risk, place, AS_OF - timedelta(minutes=int(minute) + 60))
        for place, minute in enumerate(minutes)
    ]


def _payment(random: np.random.Generator, risk: float, place: int, when: datetime) -> Row:
    """Every twentieth is a monthly salary, every other twentieth the rent; the rest is made up at random."""
    kind, category, shop = str(random.choice(_KINDS)), str(random.choice(_CATEGORIES)), f"shop-{place % 40}"
    amount = -round(float(np.exp(random.normal(3.5, 1.0))), 2) - 0.01
    if place % 20 == 0:
        kind, category, shop, amount = "salary", "other", "employer", 2_000.0
        when = AS_OF - timedelta(days=725 - place // 20 * 30 % 720)
    elif place % 20 == 10:
        kind, category, shop, amount = "bill", "rent", "landlord", -700.0
        when = AS_OF - timedelta(days=722 - place // 20 * 30 % 720)
    return {
        "event_time": when,
        "amount": amount,
        "balance": round(float(random.normal(800.0 - 400.0 * risk, 500.0)), 2),
        "kind": kind,
        "category": category,
        "counterparty_id": shop,
        "status": "settled",
    }


def _bill(random: np.random.Generator, risk: float, number: int, place: int) -> Row:
    due = AS_OF - timedelta(days=30 * place + 5)
    paid = due + timedelta(days=int(random.integers(-5, 8) + 3 * risk))
    return {
        "bill_id": f"bill-{number}-{place}",
        "due_time": due,
        "due_amount": 60.0,
        "paid_time": paid,
        "paid_amount": 60.0,
    }


def _opened(place: int) -> datetime:
    return AS_OF - timedelta(days=400 * (place + 1) - 100)


def _loan(number: int, place: int) -> Row:
    terms = {"amount": 1_200.0, "term_days": 360.0, "kind": "instalment"}
    return {"loan_id": f"loan-{number}-{place}", "event_time": _opened(place)} | terms


def _instalment(random: np.random.Generator, risk: float, number: int, place: int) -> Row:
    due = _opened(place // 12) + timedelta(days=30 * (place % 12 + 1))
    paid = due + timedelta(days=max(-10, int(random.normal(2.0 * risk, 4.0))))
    return {
        "loan_id": f"loan-{number}-{place // 12}",
        "instalment_no": place % 12 + 1,
        "due_time": due,
        "due_amount": 110.0,
        "paid_time": paid,
        "paid_amount": 110.0,
    }


def application(number: int) -> Row:
    """The application of one customer."""
    return {
        "application_id": number,
        "applicant_id": f"customer-{number}",
        "as_of": AS_OF,
        "amount": 1_000.0 + number % 7 * 500.0,
        "term_days": 360.0,
    }


def portfolio_of(customers: int, *, payments: int = 500) -> cs.Portfolio:
    """The portfolio of customers 0, 1, 2, ..."""
    tables: dict[str, list[Row]] = {}
    for number in range(customers):
        for table, rows in customer(number, payments=payments).items():
            tables.setdefault(table, []).extend(rows)
    return cs.Portfolio.from_records(tables)


def fitted_pipeline(customers: int = 1_500) -> cs.CreditPipeline:
    """A model of the whole catalogue, up to 300 trees, fitted on customers with few payments."""
    random = np.random.default_rng(0)
    chance = [1.0 / (1.0 + np.exp(1.0 - 1.5 * risk_of(number))) for number in range(customers)]
    scorer = cs.CreditScorer(n_estimators=TREES, learning_rate=0.02, early_stopping_rounds=TREES)
    applications = cs.Applications.from_records([application(number) for number in range(customers)])
    bad = (random.random(customers) < chance).astype(np.float64)
    return cs.CreditPipeline(scorer=scorer, threads=1).fit(
        applications, portfolio_of(customers, payments=60), bad
    )
