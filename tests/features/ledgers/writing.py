"""Short ways to write a ledger of applicant a down, counted in days back from one moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import creditscore as cs
from creditscore.features.compute import FeatureComputer
from creditscore.features.definition import Feature, FeatureSet
from creditscore.features.formula import Term

Record = dict[str, Any]
MOMENT: Final = datetime(2025, 6, 15, tzinfo=UTC)
NONE: Final = math.nan
MONTHLY: Final = Feature(
    "monthly_amount",
    Term("loan_states", "sum", column="monthly_amount"),
    "what all loans take a month",
    "what all loans take a month",
    "money",
    source="loans",
)


@dataclass(frozen=True)
class Written:
    """One ledger: what it shows, its tables, and the values of features, by name without ``repayment_``."""

    shows: str
    tables: dict[str, list[Record]]
    expected: dict[str, float]


def ago(days: float) -> datetime:
    """The instant so many days before the moment."""
    return MOMENT - timedelta(days=days)


def loan(opened: float, loan_id: str = "L", **more: Any) -> Record:
    """A loan of 100 opened so many days ago; what ends in ``_time`` is given in days ago too."""
    times = {name: ago(days) for name, days in more.items() if name.endswith("_time")}
    return (
        {"loan_id": loan_id, "applicant_id": "a", "event_time": ago(opened), "amount": 100.0} | more | times
    )


def dues(
    days: Sequence[float],
    late: Sequence[float | None] | None = None,
    amount: float = 100.0,
    *,
    lag: float | None = None,
    share: float = 1.0,
    loan_id: str = "L",
    **more: Any,
) -> list[Record]:
    """Instalments due so many days ago, paid so many days late at noon and known ``lag`` days later.

    Without ``late`` payments are not recorded; None among them is not paid.
    """
    rows = []
    for number, day in enumerate(days):
        row = {"loan_id": loan_id, "applicant_id": "a", "due_time": ago(day), "due_amount": amount} | more
        delay = None if late is None else late[number]
        if late is not None:
            row["paid_time"] = None if delay is None else ago(day - delay - 0.5)
            row["paid_amount"] = None if delay is None else amount * share
        if delay is not None and lag is not None:
            row["paid_known_time"] = ago(day - delay - 0.5 - lag)
        rows.append(row)
    return rows


def paid(day: float, amount: float, loan_id: str = "L", lag: float = 0.0, **more: Any) -> Record:
    """A repayment made so many days ago and known ``lag`` days later."""
    row = {"loan_id": loan_id, "applicant_id": "a", "event_time": ago(day), "known_time": ago(day - lag)}
    return row | {"amount": amount} | more


def line(days: Sequence[float], balance: float, loan_id: str = "L", **more: Any) -> list[Record]:
    """Statements of a credit line with a limit of 1000, so many days ago."""
    row = {"loan_id": loan_id, "applicant_id": "a", "balance": balance, "limit": 1000.0}
    return [row | {"event_time": ago(day)} | more for day in days]


def asked(*days: float) -> dict[str, list[Record]]:
    """Inquiries so many days ago, each of another lender."""
    return {
        "inquiries": [
            {"applicant_id": "a", "event_time": ago(day), "lender": f"lender {k}"}
            for k, day in enumerate(days)
        ]
    }


def bill(due: float, paid_on: float | None, amount: float | None = None) -> Record:
    """A bill of 100 due so many days ago, of which an amount (all) was paid so many days ago."""
    paid_time = None if paid_on is None else ago(paid_on)
    return {
        "applicant_id": "a", "bill_id": f"{due}", "due_time": ago(due), "due_amount": 100.0,
        "known_time": ago(due + 20), "paid_time": paid_time, "paid_amount": amount,
    }  # fmt: skip


def filled(tables: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """Every row of a table with the columns of all."""
    columns = {name: dict.fromkeys(column for row in rows for column in row) for name, rows in tables.items()}
    return {name: [columns[name] | row for row in rows] for name, rows in tables.items() if rows}


def full_name(name: str) -> str:
    """The name of a feature that a ledger calls by a shorter one."""
    stands = name.startswith(("statements_", "inquiries_", "bills_", "loans_stale")) or name == MONTHLY.name
    return name if stands else f"repayment_{name}"


def found(ledger: Written) -> dict[str, float]:
    """The values that the library finds."""
    every = cs.repayment_features(every=True) + cs.payment_features() + FeatureSet((MONTHLY,))
    features = every.select([full_name(name) for name in ledger.expected])
    who = {"application_id": 1, "applicant_id": "a", "as_of": MOMENT}
    portfolio = cs.Portfolio.from_records(filled(ledger.tables))
    matrix = FeatureComputer(features).compute(cs.Applications.from_records(who), portfolio, threads=1)
    return {name: float(matrix[full_name(name)][0]) for name in ledger.expected}
