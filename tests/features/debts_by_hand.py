"""Payments and ledger of one person who owes, and the features of them, for cases worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

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
CARD = {"kind": "card_repayment", "counterparty_id": "Card Co"}


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
