"""What comes in a month by the payments that the tests of loans make."""

from __future__ import annotations

from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from creditscore.verify.twin.facts import Past
from creditscore.verify.twin.loan import DAY, known_time


def past_of(tables: dict[str, list[dict[str, Any]]], application: dict[str, Any], zone: str = "UTC") -> Past:
    """Everything about one applicant that features may see, the monthly income too."""
    past = Past(tables, application, zone)
    past.monthly_income = monthly_income(past)
    return past


def monthly_income(self: Past) -> float | None:
    """Median of what came in over the newest six whole calendar months.

    The test's payments are credits that nothing explains, and these count as income; they come every five
    days from long before the moment till after it, so that the feed never ends early.
    """
    rows = [row for row in self.tables.get("payments", []) if known_time(row) < self.moment]
    if not rows:
        return None
    clock = ZoneInfo(self.zone)
    plain = {"applicant_id", "event_time", "amount"}
    assert all(row["amount"] > 0 and row.keys() == plain for row in rows)
    assert self.moment - max(row["event_time"] for row in rows) <= 5 * DAY
    sums: dict[tuple[int, int], float] = {}
    for row in rows:
        shown = row["event_time"].astimezone(clock)
        sums[shown.year, shown.month] = sums.get((shown.year, shown.month), 0.0) + row["amount"]
    now = self.moment.astimezone(clock)
    whole = [money for month, money in sorted(sums.items()) if month < (now.year, now.month)][1:]
    assert len(whole) >= 6
    return median(whole[-6:])
