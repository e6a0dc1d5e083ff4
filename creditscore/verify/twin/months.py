"""Whole months and weeks of a feed, and the season of spending, in plain Python."""

from __future__ import annotations

import math
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from statistics import fmean, median, pvariance, stdev
from typing import Any, Final

from creditscore.verify.twin.clock import DAY, MEAN_MONTH, Local, seen_until, whole_months

Row = dict[str, Any]
DEBTS: Final = ("loan_out", "debt_collected", "pay_later", "advance_out")
_BILLS: Final = frozenset({"household", "utilities", "telecom", "rent", "insurance", "tax"})
_DAILY: Final = frozenset({"groceries", "transport", "health"})
_ESSENTIAL: Final = _BILLS | _DAILY | {"education"}
_KEPT_UP: Final = frozenset({"wages", "pension", "benefits"})
_NONE_LEFT: Final = 1e-12


def _sum(rows: Iterable[Row], column: str, keep: Callable[[Row], bool] = lambda _row: True) -> float:
    return math.fsum(row[column] for row in rows if row[column] is not None and keep(row))


def _saved(rows: Iterable[Row]) -> float:
    return -math.fsum(row["amount"] for row in rows if row["class"] in ("to_savings", "from_savings"))


def payment_months(
    rows: list[Row], as_of: int, local: Local, stands: Sequence[float | None]
) -> list[Row]:
    """The newest 24 whole months.

    Parameters
    ----------
    rows : list of dict
        Classified payments, oldest first.
    as_of : int
    local : Local
    stands : sequence of float or None
        What stands on the accounts after each row.
    """
    times = [row["time"] for row in rows]
    out: list[Row] = []
    for month in whole_months(rows, as_of, local, 24):
        first, last = (bisect_left(times, local.midnight(number)) for number in (month, month + 1))
        before = [one for one in stands[:first] if one is not None][-1:]
        low = [*before, *(one for one in stands[first:last] if one is not None)]
        sums = _month(rows[first:last], local, monthrange(month // 12, month % 12 + 1)[1])
        out.append(sums | {"time": local.midnight(month), "lowest_balance": min(low) if low else None})
    usual = median(month["income"] for month in out[-12:]) if out else math.nan
    for made in out:
        made["income_present"] = float(made["income"] > 0 and made["income"] >= 0.25 * usual)
    return out


def _month(mine: list[Row], local: Local, days: int) -> Row:
    income, outflow = _sum(mine, "usual"), _sum(mine, "outflow")
    bought = [row for row in mine if row["class"] == "purchase" and row["outflow"] is not None]
    return {
        "income": income, "outflow": outflow, "net": income - outflow,
        "net_negative": float(outflow > income),
        "wages": _sum(mine, "inflow", lambda row: row["class"] in _KEPT_UP),
        "purchases": _sum(bought, "outflow"),
        "essentials": _sum(mine, "outflow", lambda row: row.get("category") in _ESSENTIAL),
        "basics": _sum(bought, "outflow", lambda row: row.get("category") in _DAILY),
        "loan_payments": _sum(mine, "outflow", lambda row: row["class"] in DEBTS),
        "fees": _sum(mine, "outflow", lambda row: row["class"] in ("fee", "penalty")),
        "daily_income": income / MEAN_MONTH, "daily_outflow": outflow / MEAN_MONTH,
        "days": float(days), "payments": float(len(mine)), "saved": _saved(mine),
        "yearly_income": 12 * income,
        "purchase_days": float(len({local.day(row["time"]) for row in bought})),
    }  # fmt: skip


def payment_weeks(rows: list[Row], as_of: int) -> list[Row]:
    """The newest 52 whole weeks before the end of what was seen."""
    seen = seen_until([row["time"] for row in rows], as_of) if rows else None
    if seen is None:
        return []
    out: list[Row] = []
    for k in range(min(52, (seen - rows[0]["time"]) // (7 * DAY)), 0, -1):
        start = seen - 7 * k * DAY
        week = [row for row in rows if start <= row["time"] < start + 7 * DAY]
        sums = {"income": _sum(week, "inflow"), "outflow": _sum(week, "outflow")}
        out.append({"time": start, "spending_cusum": None} | sums)
    if len(out) >= 26:
        spent = [week["outflow"] for week in out[-26:]]
        wide, middle = stdev(spent) * math.sqrt(26), fmean(spent)
        path = accumulate(spent_then - middle for spent_then in spent)
        for one, off in zip(out[-26:], path, strict=True):
            one["spending_cusum"] = abs(off) / wide if wide > 0 else 0.0
    return out


def spending_season(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    """How strongly spending follows the month of the year, over at least 24 whole months."""
    months = whole_months(rows, as_of, local, 36)
    if len(months) < 24:
        return []
    sums = dict.fromkeys(months, 0.0)
    for row in rows:
        month = local.month(row["time"])
        if row["outflow"] is not None and month in sums:
            sums[month] += row["outflow"]
    spent = list(sums.values())
    middle, at = fmean(spent), (len(spent) - 1) / 2
    across = math.fsum((k - at) ** 2 for k in range(len(spent)))
    rise = math.fsum((k - at) * (one - middle) for k, one in enumerate(spent)) / across
    left = [one - middle - rise * (k - at) for k, one in enumerate(spent)]
    alike: dict[int, list[float]] = {}
    for month, one in zip(months, left, strict=True):
        alike.setdefault(month % 12, []).append(one)
    rest = [one - fmean(alike[month % 12]) for month, one in zip(months, left, strict=True)]
    whole = pvariance(left)
    strength = max(0.0, 1 - pvariance(rest) / whole) if whole > _NONE_LEFT else None
    return [{"time": as_of - 1, "strength": strength, "months": float(len(spent))}]
