"""Payments and bills of one applicant, and the features of them, for cases worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.payments.declared.catalogue import payment_features

CATALOGUE = payment_features(every=True)
AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
Record = dict[str, Any]


def ago(days: float, amount: float, **more: Any) -> Record:
    """Return a payment some days before the moment."""
    return {"applicant_id": "a", "event_time": AS_OF - timedelta(days=days), "amount": amount} | more


def on(month: int, day: int, amount: float, year: int = 2024, **more: Any) -> Record:
    """Return a payment at noon of a day; the moment is the beginning of June 2024."""
    return {
        "applicant_id": "a",
        "event_time": datetime(year, month, day, 12, tzinfo=UTC),
        "amount": amount,
    } | more


def monthly(size: float, hits: int, last: float, gap: float = 30.0, **more: Any) -> list[Record]:
    return [ago(last + gap * k, size, event_id=f"s{k}", **more) for k in range(hits)]


def values(names: Sequence[str], **tables: list[Record]) -> dict[str, float]:
    """Return features of applicant a, who asks for 1,800 over 180 days."""
    asked = {
        "application_id": 1, "applicant_id": "a", "as_of": AS_OF, "amount": 1_800.0, "term_days": 180.0,
        "accounts_declared": 4,
    }  # fmt: skip
    computer = FeatureComputer(CATALOGUE.select(names))
    matrix = computer.compute(Applications.from_records(asked), Portfolio.from_records(tables), threads=1)
    return dict(zip(matrix.names, matrix.values[0].tolist(), strict=True))


def one(name: str, *payments: Record, **tables: list[Record]) -> float:
    return values([name], payments=list(payments), **tables)[name]
