"""Two people with an account each, written by hand: what they could do can be worked out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

import creditscore as cs
from creditscore.gaming.sample import GamingSample, gaming_sample

AS_OF = datetime(2024, 7, 1, 12, tzinfo=UTC)
Record = dict[str, Any]


def day(ago: float, hour: int = 12) -> datetime:
    """An hour of the day that lies so many days before the application."""
    return AS_OF.replace(hour=hour) - timedelta(days=ago)


def payment(person: str, ago: float, amount: float, balance: float, **more: Any) -> Record:
    row = {
        "applicant_id": person, "event_time": day(ago), "amount": amount, "balance": balance,
        "kind": "transfer", "method": "transfer", "counterparty_id": "x", "counterparty_kind": "merchant",
        "category": None, "status": "settled", "event_id": f"{person}{ago}",
    }  # fmt: skip
    return row | more


def wages(person: str, amount: float) -> list[Record]:
    """Six wages in 180 days; the account is emptied the day after each."""
    rows = [payment(person, 200, 0.0, 0.0, kind="cash")]
    for month in range(6):
        rows.append(payment(person, 170 - 30 * month, amount, amount, kind="salary", counterparty_id="firm"))
        rows.append(payment(person, 169 - 30 * month, -amount, 0.0, kind="purchase", counterparty_id="shop"))
    return rows


def portfolio(**more: list[Record]) -> cs.Portfolio:
    """Anna earns 1,200 and Ben 600 a month."""
    payments = wages("anna", 1_200.0) + wages("ben", 600.0)
    return cs.Portfolio.from_records({"payments": payments} | more)


def applications(*people: str) -> cs.Applications:
    rows = [{"application_id": f"of {who}", "applicant_id": who, "as_of": AS_OF} for who in people]
    return cs.Applications.from_records(rows)


def sample_of(given: cs.Portfolio, *people: str) -> GamingSample:
    asked = applications(*(people or ("anna", "ben")))
    return gaming_sample(asked, given, np.arange(len(asked)), seed=0)
