"""Money that nothing older bears out, a second time: payer by payer, in plain Python."""

from __future__ import annotations

import math
from typing import Any

from tests.features.oracle_statistics import DAY

Row = dict[str, Any]
EARNED = {"wages", "pension", "benefits", "business", "cash_income", "other_income", "unknown_in"}
MOVED = {"own_transfer", "from_savings"}
BORROWED = {"person_in", "loan_in", "gambling_win"}
NO_DEBIT = {"declined", "returned", "reversal"}


def payer(row: Row) -> Any:
    """Who paid, else what it was."""
    if row.get("counterparty_id") is not None:
        return row["counterparty_id"]
    return (row["class"], row.get("kind"), row.get("category"))


def brings(row: Row) -> bool:
    """Whether a row is money that was not there."""
    if row["amount"] <= 0:
        return False
    alone = row["class"] in MOVED and row["partner"] is None
    return alone or row["class"] in EARNED | BORROWED


def believed(rows: list[Row], who: Any, cut: int) -> float:
    """1.25 times the most that one payer brought in one of twelve times 30 days before the cut."""
    best = 0.0
    for step in range(12):
        end = cut - step * 30 * DAY
        within = (r for r in rows if end - 30 * DAY <= r["time"] < end and brings(r) and payer(r) == who)
        best = max(best, math.fsum(r["amount"] for r in within))
    return 1.25 * best


def prove(rows: list[Row], as_of: int) -> list[Row]:
    """Add to each row what unproven money is there after it."""
    for row in rows:
        row["unproven"], row["usual"] = 0.0, row["inflow"]
    if not rows or as_of - rows[0]["time"] < 122 * DAY:
        return rows
    cut = as_of - 92 * DAY
    recent = [row for row in rows if row["time"] >= cut]
    left: dict[Any, float] = {}
    for number, row in enumerate(recent):
        who = payer(row)
        if brings(row):
            age = (as_of - 1 - row["time"]) // (30 * DAY)
            step = [r for r in recent[:number] if brings(r) and payer(r) == who]
            step = [r for r in step if (as_of - 1 - r["time"]) // (30 * DAY) == age]
            free = max(0.0, believed(rows, who, cut) - math.fsum(r["amount"] for r in step))
            over = max(0.0, row["amount"] - free)
            left[who] = left.get(who, 0.0) + over
            if over > row["amount"] / 2 and row["class"] not in ("wages", "pension", "benefits"):
                row["usual"] = None
        elif row["amount"] < 0 and row["class"] not in NO_DEBIT:
            left[who] = max(0.0, left.get(who, 0.0) + row["amount"])
        row["unproven"] = math.fsum(left.values())
    return rows


def without_unproven(rows: list[Row], together: list[float], as_of: int) -> list[float]:
    """What stands on the accounts, by position, without the unproven money; NaN stays."""
    out = []
    for number, (row, stands) in enumerate(zip(rows, together, strict=True)):
        left = stands
        if row["unproven"] > 0.005:
            since = [b for r, b in zip(rows[:number], together[:number], strict=True)
                     if r["time"] >= as_of - 92 * DAY]  # fmt: skip
            before = [b for r, b in zip(rows, together, strict=True) if r["time"] < as_of - 92 * DAY]
            before = [b for b in before if not math.isnan(b)][-1:]
            lowest = min([b for b in [*before, *since, stands] if not math.isnan(b)], default=math.nan)
            left = max(stands - row["unproven"], min(lowest, 0.0))
        out.append(left)
    return out
