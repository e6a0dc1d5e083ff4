"""What was seen of an account, its whole months and weeks and its season, a second time, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from tests.features.class_oracle import DEBTS
from tests.features.oracle_statistics import DAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BILLS = {"household", "utilities", "telecom", "rent", "insurance", "tax"}
ESSENTIAL = BILLS | {"groceries", "transport", "health", "education"}
DAILY = ("groceries", "transport", "health")
MEAN_MONTH = 365.25 / 12
Row = dict[str, Any]


class Local(NamedTuple):
    """A zone, and the days of its weekend, Monday being 0."""

    zone: str = "UTC"
    weekend: tuple[int, ...] = (5, 6)

    def clock(self, time: float) -> datetime:
        """What the clock shows at a time in microseconds."""
        return (EPOCH + timedelta(microseconds=time)).astimezone(ZoneInfo(self.zone))

    def midnight(self, month: pd.Period) -> int:
        """The instant, in microseconds, at which a month begins."""
        when = datetime(month.year, month.month, 1, tzinfo=ZoneInfo(self.zone))
        return (when - EPOCH) // timedelta(microseconds=1)


def seen_until(times: Sequence[int], as_of: int) -> int | None:
    """The moment; the end of the feed where that came before; None where it says nothing of the present."""
    silences = [b - a for a, b in pairwise(times) if as_of - a <= 365 * DAY]
    silence = as_of - times[-1]
    if silence <= max(14 * DAY, 1.25 * max(silences, default=0)):
        return as_of
    return times[-1] + 1 if silence <= 92 * DAY else None


def whole_months(rows: Sequence[Row], as_of: int, local: Local, most: int) -> list[pd.Period]:
    """Whole calendar months, oldest first."""
    if not rows:
        return []
    times = [row["time"] for row in rows]
    seen = seen_until(times, as_of)
    if seen is None:
        return []
    begun = local.clock(times[0])
    first = pd.Period(f"{begun:%Y-%m}", "M") + int(begun.day > 1)
    last = pd.Period(f"{local.clock(seen):%Y-%m}", "M") - 1
    if (pd.Period(f"{local.clock(as_of):%Y-%m}", "M") - last).n > 4 or last < first:
        return []
    return list(pd.period_range(first, last, freq="M")[-most:])


def _sum(rows: Sequence[Row], column: str, keep: Callable[[Row], bool] = lambda _row: True) -> float:
    return math.fsum(row[column] for row in rows if row[column] is not None and keep(row))


def _saved(rows: Sequence[Row]) -> float:
    return -math.fsum(row["amount"] for row in rows if row["class"] in ("to_savings", "from_savings"))


def payment_months(rows: list[Row], as_of: int, local: Local, total: pd.Series) -> list[Row]:
    """The newest 24 whole months; ``total`` is the balance after each row."""
    out = []
    for month in whole_months(rows, as_of, local, 24):
        start, stop = local.midnight(month), local.midnight(month + 1)
        within = [i for i, row in enumerate(rows) if start <= row["time"] < stop]
        mine = [rows[i] for i in within]
        before = [x for i, x in enumerate(total) if rows[i]["time"] < start and not math.isnan(x)]
        low = [x for x in [*before[-1:], *(total[i] for i in within)] if not math.isnan(x)]
        income, outflow = _sum(mine, "usual"), _sum(mine, "outflow")
        bought = [row for row in mine if row["class"] == "purchase" and row["outflow"] is not None]
        out.append(
            {
                "time": start, "income": income, "outflow": outflow, "net": income - outflow,
                "net_negative": float(outflow > income),
                "wages": _sum(mine, "inflow", lambda r: r["class"] in ("wages", "pension", "benefits")),
                "purchases": _sum(bought, "outflow"),
                "essentials": _sum(mine, "outflow", lambda r: r.get("category") in ESSENTIAL),
                "basics": _sum(bought, "outflow", lambda r: r.get("category") in DAILY),
                "loan_payments": _sum(mine, "outflow", lambda r: r["class"] in DEBTS),
                "fees": _sum(mine, "outflow", lambda r: r["class"] in ("fee", "penalty")),
                "lowest_balance": min(low) if low else None, "daily_income": income / MEAN_MONTH,
                "daily_outflow": outflow / MEAN_MONTH, "days": float(month.days_in_month),
                "payments": float(len(mine)), "saved": _saved(mine), "yearly_income": 12 * income,
                "purchase_days": float(len({local.clock(row["time"]).date() for row in bought})),
            }
        )  # fmt: skip
    usual = np.median([month["income"] for month in out[-12:]]) if out else math.nan
    for month in out:
        month["income_present"] = float(month["income"] > 0 and month["income"] >= 0.25 * usual)
    return out


def payment_weeks(rows: list[Row], as_of: int) -> list[Row]:
    """The newest 52 whole weeks before the end of what was seen."""
    seen = seen_until([row["time"] for row in rows], as_of) if rows else None
    if seen is None:
        return []
    count = min(52, (seen - rows[0]["time"]) // (7 * DAY))
    out: list[Row] = []
    for k in range(count, 0, -1):
        start = seen - 7 * k * DAY
        week = [row for row in rows if start <= row["time"] < start + 7 * DAY]
        sums = {"income": _sum(week, "inflow"), "outflow": _sum(week, "outflow")}
        out.append({"time": start, "spending_cusum": None} | sums)
    if len(out) >= 26:
        spent = np.array([week["outflow"] for week in out[-26:]])
        spread = np.std(spent, ddof=1) * math.sqrt(26)
        path = np.abs(np.cumsum(spent - spent.mean())) / spread if spread > 0 else np.zeros(26)
        for week, z in zip(out[-26:], path, strict=True):
            week["spending_cusum"] = float(z)
    return out


def spending_season(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    """How strongly spending follows the month of the year, over at least 24 whole months."""
    months = whole_months(rows, as_of, local, 36)
    if len(months) < 24:
        return []
    spent = pd.Series(0.0, index=pd.PeriodIndex(months))
    for row in rows:
        month = pd.Period(f"{local.clock(row['time']):%Y-%m}", "M")
        if row["outflow"] is not None and month in spent.index:
            spent[month] += row["outflow"]
    k = np.arange(len(spent))
    left = spent - np.polyval(np.polyfit(k, spent.to_numpy(), 1), k)
    rest = left - left.groupby(spent.index.month).transform("mean")
    strength = max(0.0, 1 - np.var(rest) / np.var(left)) if np.var(left) > 1e-12 else None
    return [{"time": as_of - 1, "strength": strength, "months": float(len(spent))}]
