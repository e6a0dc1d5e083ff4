"""Histories of what recurs: when something comes, how much, and what else is known of it.

What is expected of each was worked out by hand, by the rules that a careful reader applies; None stands for
what cannot be known (NaN).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

AS_OF = date(2025, 6, 15)
Row = dict[str, Any]
Amount = float | Callable[[int], float | None]


@dataclass
class Person:
    """Payments of one person up to a day, and what is expected of them."""

    name: str
    expected: dict[str, float | None] = field(default_factory=dict)
    as_of: date = AS_OF
    rows: list[Row] = field(default_factory=list)

    def pay(self, day: date, amount: float, **more: Any) -> Person:
        """Add one payment."""
        when = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        number = f"{len(self.rows):04d}"
        self.rows.append(
            {"applicant_id": "a", "event_id": number, "event_time": when, "amount": amount} | more
        )
        return self

    def monthly(
        self,
        day: int,
        amount: Amount,
        *,
        months: int = 18,
        last: int = 0,
        weekdays: bool = False,
        **more: Any,
    ) -> Person:
        """Add a payment on a day of each of the newest months, ``last`` months ago being the newest."""
        for ago in range(months - 1 + last, last - 1, -1):
            number = self.as_of.year * 12 + self.as_of.month - 1 - ago
            year, month = divmod(number, 12)
            when = date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
            while weekdays and when.weekday() > 4:
                when -= timedelta(days=1)
            size = amount(ago) if callable(amount) else amount
            if size is not None and when < self.as_of:
                self.pay(when, size, **more)
        return self

    def every(self, days: int, amount: Amount, *, times: int, ago: int = 1, **more: Any) -> Person:
        """Add a payment every few days, the newest ``ago`` days before the moment."""
        for k in range(times - 1, -1, -1):
            size = amount(k) if callable(amount) else amount
            if size is not None:
                self.pay(self.as_of - timedelta(days=ago + days * k), size, **more)
        return self

    def at_odd_days(self, seed: int, times: int, amount: float, **more: Any) -> Person:
        """Add payments of unlike size on days without any order in the 18 months before the moment."""
        rng = Random(seed)
        for day in sorted(rng.sample(range(1, 540), min(times, 539))):
            self.pay(self.as_of - timedelta(days=day), round(amount * rng.uniform(0.5, 1.8), 2), **more)
        return self

    def living(self) -> Person:
        """Add food every third day, so that the feed is alive and something is bought."""
        return self.every(3, -20.0, times=180, ago=1, kind="purchase", category="groceries", **GROCER)

    def ended(self, days: int) -> Person:
        """Cut the feed off some days before the moment."""
        limit = datetime(self.as_of.year, self.as_of.month, self.as_of.day, tzinfo=UTC) - timedelta(days=days)
        self.rows = [row for row in self.rows if row["event_time"] < limit]
        return self


WAGE = {"kind": "salary", "counterparty_id": "firm", "counterparty_kind": "employer"}
GROCER = {"counterparty_id": "grocer", "counterparty_kind": "merchant"}
BANK = {"kind": "loan_out", "counterparty_id": "bank", "counterparty_kind": "lender"}
RENT = {"kind": "bill", "category": "rent", "counterparty_id": "landlord"}
PHONE = {"kind": "bill", "category": "telecom", "counterparty_id": "phone"}
POWER = {"kind": "bill", "category": "utilities", "counterparty_id": "power"}
