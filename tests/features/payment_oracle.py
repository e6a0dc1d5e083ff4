"""The views of payments and bills written a second time, from the records, in plain Python and pandas."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from tests.features.class_oracle import account_of, classify, kinds_of
from tests.features.oracle_statistics import DAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]
ONLINE = {"online", "web", "app", "mobile", "internet", "ecommerce", "e-commerce"}
WEEKDAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
BILLS = {"household", "utilities", "telecom", "rent", "insurance", "tax"}
ESSENTIAL = BILLS | {"groceries", "transport", "health", "education"}


class Local(NamedTuple):
    """A zone, and the days of its weekend, Monday being 0."""

    zone: str = "UTC"
    weekend: tuple[int, ...] = (5, 6)

    def clock(self, time: float) -> datetime:
        """What the clock shows at a time in microseconds."""
        return (EPOCH + timedelta(microseconds=time)).astimezone(ZoneInfo(self.zone))


IN_UTC = Local()


def micros(when: datetime | None) -> float:
    return math.inf if when is None else (when - EPOCH) // timedelta(microseconds=1)


def visible(records: Sequence[Row], person: str, as_of: int, time: str, key: str) -> list[Row]:
    """The latest version of each event known before the moment, if it happened before it; oldest first."""
    latest: dict[Any, Row] = {}
    own = (row for row in records if row["applicant_id"] == person and micros(row["known_time"]) < as_of)
    for row in sorted(own, key=lambda row: row["known_time"]):
        latest[row[key]] = row
    rows = [row | {"time": micros(row[time])} for row in latest.values() if micros(row[time]) < as_of]
    return sorted(rows, key=lambda row: (row["time"], row[key]))


def spending(rows: list[Row], local: Local) -> list[Row]:
    out = []
    for row in rows:
        if row["outflow"] is None:
            continue
        when = local.clock(row["time"])
        channel, dated = row.get("channel"), row.get("date_only") == 1
        out.append(
            row
            | {
                "amount": row["outflow"],
                "purchase": row["outflow"] if row["class"] == "purchase" else None,
                "is_night": None if dated else float(when.hour < 5),
                "is_weekend": float(when.weekday() in local.weekend),
                "is_online": None if channel is None else float(channel.strip().lower() in ONLINE),
                "hour_of_week": None if dated else f"{WEEKDAY[when.weekday()]}_{when.hour:02d}",
            }
        )
    return out


def account_sums(rows: list[Row]) -> pd.DataFrame:
    """What stands on the accounts after each row, by position: together, below zero, savings, card debt."""
    kinds = kinds_of(rows)
    table = pd.DataFrame({"balance": [row.get("balance") for row in rows]}, dtype=float)
    table["account"] = [str(account_of(row)) for row in rows]
    latest = {account: table["balance"].where(table["account"] == str(account)).ffill() for account in kinds}

    def total(*sorts: str, side: Any = lambda balance: balance) -> pd.Series:
        chosen = {account: side(latest[account]) for account, kind in kinds.items() if kind in sorts}
        return pd.DataFrame(chosen, index=table.index).sum(axis=1, min_count=1)

    def debt(balance: pd.Series) -> pd.Series:
        return (-balance).clip(lower=0.0)

    return pd.DataFrame(
        {
            "together": total("current", "savings"),
            "overdrawn": total("current", side=debt),
            "savings": total("savings"),
            "card_debt": total("card", side=debt),
        }
    )


def balances(rows: list[Row]) -> pd.Series:
    """What stands on current and savings accounts together after each row, by position."""
    return account_sums(rows)["together"]


def blocks(rows: list[Row], as_of: int, days: int, most: int) -> list[list[int]]:
    """Positions of the rows of each whole block, oldest block first."""
    if not rows:
        return []
    count = min(most, (as_of - rows[0]["time"]) // (days * DAY))
    out = []
    for k in range(count, 0, -1):
        low, high = as_of - k * days * DAY, as_of - (k - 1) * days * DAY
        out.append([i for i, row in enumerate(rows) if low <= row["time"] < high])
    return out


def _sum(rows: Sequence[Row], column: str, keep: Any = lambda _row: True) -> float:
    return math.fsum(row[column] for row in rows if row[column] is not None and keep(row))


def repays(row: Row) -> bool:
    return (
        row.get("kind") == "loan_out"
        or row.get("counterparty_kind") == "lender"
        or row.get("category") == "high_cost_credit"
    )


def payment_months(rows: list[Row], as_of: int) -> list[Row]:
    total = balances(rows)
    whole = blocks(rows, as_of, 30, 24)
    out = []
    for k, positions in enumerate(whole):
        month = [rows[i] for i in positions]
        start = as_of - (len(whole) - k) * 30 * DAY
        before = [total[i] for i, row in enumerate(rows) if row["time"] < start]
        seen = [x for x in [*before[-1:], *(total[i] for i in positions)] if not math.isnan(x)]
        income, outflow = _sum(month, "inflow"), _sum(month, "outflow")
        wages = _sum(
            month,
            "inflow",
            lambda r: r.get("kind") == "salary" or r.get("category") in ("pension", "benefits"),
        )
        out.append(
            {
                "time": start, "income": income, "outflow": outflow, "net": income - outflow,
                "net_negative": float(outflow > income), "wages": wages,
                "purchases": _sum(month, "outflow", lambda r: r.get("kind") == "purchase"),
                "essentials": _sum(month, "outflow", lambda r: r.get("category") in ESSENTIAL),
                "basics": _sum(
                    month, "outflow", lambda r: r.get("category") in ("groceries", "transport", "health")
                ),
                "loan_payments": _sum(month, "outflow", repays),
                "fees": _sum(
                    month, "outflow",
                    lambda r: r.get("kind") in ("fee", "penalty") or r.get("category") == "fees",
                ),
                "lowest_balance": min(seen) if seen else None, "daily_income": income / 30,
                "daily_outflow": outflow / 30, "days": 30.0, "payments": float(len(month)),
            }
        )  # fmt: skip
    usual = np.median([month["income"] for month in out[-12:]]) if out else math.nan
    for month in out:
        month["income_present"] = float(month["income"] > 0 and month["income"] >= 0.25 * usual)
    return out


def payment_weeks(rows: list[Row], as_of: int) -> list[Row]:
    whole = blocks(rows, as_of, 7, 52)
    out = []
    for k, positions in enumerate(whole):
        week = [rows[i] for i in positions]
        start = as_of - (len(whole) - k) * 7 * DAY
        out.append(
            {
                "time": start,
                "income": _sum(week, "inflow"),
                "outflow": _sum(week, "outflow"),
                "spending_cusum": None,
            }
        )
    if len(out) >= 26:
        spent = np.array([week["outflow"] for week in out[-26:]])
        spread = np.std(spent, ddof=1) * math.sqrt(26)
        path = np.abs(np.cumsum(spent - spent.mean())) / spread if spread > 0 else np.zeros(26)
        for week, z in zip(out[-26:], path, strict=True):
            week["spending_cusum"] = float(z)
    return out


def balance_days(rows: list[Row], as_of: int) -> list[Row]:
    times = np.array([row["time"] for row in rows], np.int64)
    incomes = [month["income"] for month in payment_months(rows, as_of)[-6:]]
    low = 0.1 * float(np.median(incomes)) if len(incomes) >= 2 else None
    sums = account_sums(rows)
    out = []
    for k in range(210, 0, -1):
        before = sums[times < as_of - (k - 1) * DAY]
        if before.empty or before.iloc[-1][["together", "card_debt"]].isna().all():
            continue
        stand = {name: None if math.isnan(x) else float(x) for name, x in before.iloc[-1].items()}
        balance, saved = stand["together"], stand["savings"]
        known = balance is not None
        out.append(
            {
                "time": as_of - k * DAY,
                "balance": balance,
                "below_zero": float((stand["overdrawn"] or 0) > 0) if known else None,
                "low": None if low is None or not known else float(balance < low),
                "overdraft_depth": (stand["overdrawn"] or 0.0) if known else None,
                "savings": saved,
                "card_debt": stand["card_debt"],
                "current": balance - (saved or 0.0) if known else None,
            }
        )
    means = pd.Series([row["balance"] for row in out], dtype=float).rolling(30).mean()
    for row, mean in zip(out, means, strict=True):
        row["mean_30d"] = None if math.isnan(mean) else float(mean)
    return out


def recurring(hits: list[Row], column: str, as_of: int) -> Row | None:
    """The test for recurrence; None if it fails."""
    if len(hits) < 3:
        return None
    gaps = np.diff([hit["time"] for hit in hits]) / DAY
    sizes = np.array([hit[column] for hit in hits])
    gap, size = float(np.median(gaps)), float(np.median(sizes))
    usual = 6 <= gap <= 8 or 13 <= gap <= 16 or 26 <= gap <= 35
    if not usual:
        return None
    spread = float(np.median(np.abs(gaps - gap))) / gap
    if spread > 0.15 or 1.4826 * float(np.median(np.abs(sizes - size))) / size > 0.35:
        return None
    since = (as_of - hits[-1]["time"]) / DAY / gap
    return {
        "time": hits[-1]["time"],
        "amount": size,
        "gap": gap,
        "monthly_amount": size * 30 / gap,
        "hits": float(len(hits)),
        "regularity": min(1.0, max(0.0, 1 - spread)),
        "gaps_since": since,
        "rows": hits,
    }


def _groups(rows: list[Row], key: Any) -> list[list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        name = key(row)
        if name is not None:
            groups[name].append(row)
    return list(groups.values())


def _label(row: Row) -> Any:
    kind, category = row.get("kind"), row.get("category")
    if kind == "salary":
        return "salary"
    if category in ("pension", "benefits"):
        return category
    return (kind, category) if row["counterparty"] is None else None


def income_stream(rows: list[Row], as_of: int) -> list[Row]:
    paid_in = [row for row in rows if row["inflow"] is not None and row["time"] >= as_of - 365 * DAY]
    groups = _groups(paid_in, lambda row: row["counterparty"]) + _groups(paid_in, _label)
    found = [stream for hits in groups if (stream := recurring(hits, "inflow", as_of)) is not None]
    alive = [stream for stream in found if stream["gaps_since"] <= 1.5]
    if not alive:
        return []
    best = max(alive, key=lambda stream: stream["monthly_amount"])
    return [best | {"half_spent": _half_spent(best["rows"], rows)}]


def _half_spent(hits: list[Row], rows: list[Row]) -> float | None:
    spans = []
    for k, hit in enumerate(hits):
        start = rows.index(hit) + 1
        stop = rows.index(hits[k + 1]) if k + 1 < len(hits) else len(rows)
        left = hit["inflow"] / 2
        span = (hits[k + 1]["time"] - hit["time"]) / DAY if k + 1 < len(hits) else None
        for row in rows[start:stop]:
            left -= row["outflow"] or 0
            if left <= 0:
                span = (row["time"] - hit["time"]) / DAY
                break
        if span is not None:
            spans.append(span)
    return float(np.median(spans)) if spans else None


def _payee(row: Row) -> Any:
    kind, category = row.get("kind"), row.get("category")
    if kind == "cash":
        return None
    if row["counterparty"] is not None:
        return row["counterparty"]
    return None if kind == "purchase" or (kind is None and category is None) else (kind, category)


def commitments(rows: list[Row], as_of: int) -> list[Row]:
    debits = [row for row in rows if row["outflow"] is not None and row["time"] >= as_of - 365 * DAY]
    out = []
    for hits in _groups(debits, _payee):
        stream = recurring(hits, "outflow", as_of)
        if stream is None or stream["gaps_since"] > 3:
            continue
        last = hits[-1]
        bill = last.get("kind") == "bill" or last.get("category") in BILLS
        out.append(
            stream
            | {
                "missed": float(stream["gaps_since"] > 1.5),
                "is_loan": float(repays(last)),
                "is_bill": float(bill),
                "daily_amount": stream["monthly_amount"] / 30,
                "kind": last.get("kind"),
                "category": last.get("category"),
            }
        )
    return sorted(out, key=lambda stream: stream["time"])


def spending_season(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    if not rows:
        return []
    month = lambda t: pd.Period(f"{local.clock(t):%Y-%m}", "M")  # noqa: E731
    first, now = month(rows[0]["time"]) + 1, month(as_of)
    periods = pd.period_range(first, now - 1, freq="M")[-36:]
    if len(periods) < 24:
        return []
    spent = pd.Series(0.0, index=periods)
    for row in rows:
        if row["outflow"] is not None and month(row["time"]) in spent.index:
            spent[month(row["time"])] += row["outflow"]
    k = np.arange(len(spent))
    left = spent - np.polyval(np.polyfit(k, spent.to_numpy(), 1), k)
    rest = left - left.groupby(periods.month).transform("mean")
    strength = max(0.0, 1 - np.var(rest) / np.var(left)) if np.var(left) > 1e-12 else None
    return [{"time": as_of - 1, "strength": strength, "months": float(len(spent))}]


def bill_states(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    for row in rows:
        due = row["due_amount"]
        known = max(micros(row["paid_time"]), micros(row["paid_known_time"])) < as_of
        full = row["paid_amount"] is None or row["paid_amount"] >= 0.99 * due
        paid = known and full
        end = micros(row["paid_time"]) if paid else as_of
        late = max(0, (local.clock(end).date() - local.clock(row["time"]).date()).days)
        undecided = not paid and late == 0
        row |= {
            "days_late": None if undecided else float(late),
            "late_amount": None if undecided else due * late,
            "on_time": None if undecided else float(late == 0),
            "is_overdue": None if undecided else float(not paid),
            "overdue_amount": due if not paid and late > 0 else 0.0,
        }
    return rows


def view_rows(
    world: dict[str, list[Row]], view: str, person: str, as_of: int, local: Local = IN_UTC
) -> list[Row]:
    """Return the rows of a view; an unknown view is a failure of the test."""
    if view == "bill_states":
        return bill_states(visible(world["bills"], person, as_of, "due_time", "bill_id"), as_of, local)
    rows = classify(visible(world["payments"], person, as_of, "event_time", "event_id"))
    if view == "flows":
        return rows
    if view == "spending":
        return spending(rows, local)
    if view == "spending_season":
        return spending_season(rows, as_of, local)
    builders = {
        "payment_months": payment_months,
        "payment_weeks": payment_weeks,
        "balance_days": balance_days,
        "income_stream": income_stream,
        "commitments": commitments,
    }
    return builders[view](rows, as_of)  # type: ignore[no-any-return]
