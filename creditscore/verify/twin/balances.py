"""What stands on the accounts of a person day by day, in plain Python."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from statistics import median
from typing import Any

from creditscore.verify.twin.classes import account_of, kinds_of
from creditscore.verify.twin.clock import DAY
from creditscore.verify.twin.proof import overdrawn_without, without_unproven

Row = dict[str, Any]
Sums = dict[str, float | None]


def account_sums(rows: Sequence[Row], as_of: int) -> list[Sums]:
    """What stands on the accounts after each row: together, less unproven money, overdrawn, saved, owed."""
    kinds, latest = kinds_of(rows), dict[Any, float]()
    out: list[Sums] = []
    for row in rows:
        if row.get("balance") is not None:
            latest[account_of(row)] = row["balance"]
        by_kind: dict[str, list[float]] = {"current": [], "savings": [], "card": []}
        for account, balance in latest.items():
            by_kind.setdefault(kinds[account], []).append(balance)
        current, saved, owed = (by_kind[kind] for kind in ("current", "savings", "card"))
        out.append(
            {
                "together": _sum([*current, *saved]), "savings": _sum(saved),
                "overdrawn": _sum([max(-one, 0.0) for one in current]),
                "card_debt": _sum([max(-one, 0.0) for one in owed]),
            }
        )  # fmt: skip
    left = without_unproven(rows, [one["together"] for one in out], as_of)
    for one, stands in zip(out, left, strict=True):
        one["left"] = stands
    overdrawn_without(rows, out, as_of)
    return out


def _sum(values: Sequence[float]) -> float | None:
    return math.fsum(values) if values else None


def balance_days(
    rows: Sequence[Row], sums: Sequence[Sums], incomes: Sequence[float], as_of: int
) -> list[Row]:
    """The last 210 days, each as its end found the accounts.

    Parameters
    ----------
    rows : sequence of dict
        Classified payments, oldest first.
    sums : sequence of dict
        What `account_sums` made of them.
    incomes : sequence of float
        Of the newest whole months, six at most.
    as_of : int
    """
    times = [row["time"] for row in rows]
    low = 0.1 * median(incomes) if len(incomes) >= 2 else None
    out: list[Row] = []
    for k in range(210, 0, -1):
        number = bisect_left(times, as_of - (k - 1) * DAY)
        if number and (sums[number - 1]["together"], sums[number - 1]["card_debt"]) != (None, None):
            out.append({"time": as_of - k * DAY} | _day(sums[number - 1], low, k <= 31))
    before: float | None = 0.0
    for row in out:
        known = row["below_zero"] is not None
        row["spell_begins"] = float(row["below_zero"] == 1 and before != 1) if known else None
        before = row["below_zero"]
    for number, row in enumerate(out):
        last = [one["balance"] for one in out[max(0, number - 29) : number + 1]]
        row["mean_30d"] = math.fsum(last) / 30 if len(last) == 30 and None not in last else None
    return out


def _day(stand: Sums, low: float | None, is_newest: bool) -> Row:
    balance, saved = None if is_newest else stand["left"], stand["savings"]
    known = stand["together"] is not None
    return {
        "balance": balance, "below_zero": float((stand["overdrawn"] or 0.0) > 0) if known else None,
        "low": None if low is None or balance is None else float(balance < low),
        "overdraft_depth": _depth(stand) if known else None, "savings": saved,
        "card_debt": stand["card_debt"],
        "current": None if balance is None else balance - (saved or 0.0), "stands": stand["together"],
    }  # fmt: skip


def _depth(stand: Sums) -> float:
    lacks = stand["overdrawn"] or 0.0
    return lacks if stand["left"] == stand["together"] else max(lacks, -(stand["left"] or 0.0))
