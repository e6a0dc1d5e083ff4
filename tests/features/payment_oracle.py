"""The views of payments and bills written a second time, from the records, in plain Python and pandas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from tests.features.class_oracle import account_of, classify, kinds_of
from tests.features.debt_oracle import card_bills, debts
from tests.features.month_oracle import EPOCH, Local, payment_months, payment_weeks, spending_season
from tests.features.oracle_statistics import DAY
from tests.features.proving_oracle import prove, without_unproven
from tests.features.stream_oracle import commitments, income_stream

Row = dict[str, Any]
ONLINE = {"online", "web", "app", "mobile", "internet", "ecommerce", "e-commerce"}
WEEKDAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


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


def account_sums(rows: list[Row], as_of: int) -> pd.DataFrame:
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

    together = total("current", "savings")
    left = pd.Series(without_unproven(rows, together.tolist(), as_of), index=table.index, dtype=float)
    return pd.DataFrame(
        {
            "together": together,
            "left": left,
            "overdrawn": total("current", side=debt),
            "savings": total("savings"),
            "card_debt": total("card", side=debt),
        }
    )


def balances(rows: list[Row], as_of: int) -> pd.Series:
    """What stands on current and savings accounts together after each row, by position."""
    return account_sums(rows, as_of)["left"]


def balance_days(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    times = np.array([row["time"] for row in rows], np.int64)
    incomes = [month["income"] for month in payment_months(rows, as_of, local, balances(rows, as_of))[-6:]]
    low = 0.1 * float(np.median(incomes)) if len(incomes) >= 2 else None
    sums = account_sums(rows, as_of)
    out = []
    for k in range(210, 0, -1):
        before = sums[times < as_of - (k - 1) * DAY]
        if before.empty or before.iloc[-1][["together", "card_debt"]].isna().all():
            continue
        stand = {name: None if math.isnan(x) else float(x) for name, x in before.iloc[-1].items()}
        balance, saved = None if k <= 31 else stand["left"], stand["savings"]
        known = stand["together"] is not None
        out.append(
            {
                "time": as_of - k * DAY,
                "balance": balance,
                "below_zero": float((stand["overdrawn"] or 0) > 0) if known else None,
                "low": None if low is None or balance is None else float(balance < low),
                "overdraft_depth": _depth(stand) if known else None,
                "savings": saved,
                "card_debt": stand["card_debt"],
                "current": None if balance is None else balance - (saved or 0.0),
                "stands": stand["together"],
            }
        )
    before = 0.0
    for row in out:
        known = row["below_zero"] is not None
        row["spell_begins"] = float(row["below_zero"] == 1 and before != 1) if known else None
        before = row["below_zero"]
    means = pd.Series([row["balance"] for row in out], dtype=float).rolling(30).mean()
    for row, mean in zip(out, means, strict=True):
        row["mean_30d"] = None if math.isnan(mean) else float(mean)
    return out


def _depth(stand: dict[str, float | None]) -> float:
    lacks = stand["overdrawn"] or 0.0
    return lacks if stand["left"] == stand["together"] else max(lacks, -(stand["left"] or 0.0))


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


def bill_states(rows: list[Row], as_of: int, local: Local) -> list[Row]:
    for row in rows:
        due = row["due_amount"]
        known = max(micros(row["paid_time"]), micros(row["paid_known_time"])) < as_of
        full = row["paid_amount"] is None or row["paid_amount"] >= 0.99 * due
        paid = known and full
        end = micros(row["paid_time"]) if paid else as_of
        days = lambda end, row=row: (local.clock(end).date() - local.clock(row["time"]).date()).days  # noqa: E731
        late = max(0, days(end))
        part = min(max(due if row["paid_amount"] is None else row["paid_amount"], 0.0), due) if known else 0.0
        in_part = part * max(0, days(micros(row["paid_time"]))) if part else 0.0
        undecided = not paid and late == 0
        row |= {
            "days_late": None if undecided else float(late),
            "late_amount": None if undecided else in_part + (due - part) * late,
            "on_time": None if undecided else float(late == 0),
            "is_overdue": None if undecided else float(not paid),
            "overdue_amount": due - part if not paid and late > 0 else 0.0,
        }
    return rows


def view_rows(
    world: dict[str, list[Row]], view: str, person: str, as_of: int, local: Local = IN_UTC
) -> list[Row]:
    """Return the rows of a view; an unknown view is a failure of the test."""
    if view == "bill_states":
        return bill_states(visible(world["bills"], person, as_of, "due_time", "bill_id"), as_of, local)
    rows = prove(classify(visible(world["payments"], person, as_of, "event_time", "event_id")), as_of)
    if view == "flows":
        return rows
    if view == "spending":
        return spending(rows, local)
    builders = {
        "payment_months": lambda: payment_months(rows, as_of, local, balances(rows, as_of)),
        "payment_weeks": lambda: payment_weeks(rows, as_of),
        "spending_season": lambda: spending_season(rows, as_of, local),
        "balance_days": lambda: balance_days(rows, as_of, local),
        "income_stream": lambda: income_stream(rows, as_of, local, _half_spent),
        "commitments": lambda: commitments(rows, as_of, local),
        "debts": lambda: debts(world, commitments(rows, as_of, local), as_of, local),
        "card_bills": lambda: card_bills(world, rows, as_of),
    }
    return builders[view]()
