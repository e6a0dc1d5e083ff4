"""Money that nothing older bears out, payer by payer, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from creditscore.verify.twin.classes import EARNED
from creditscore.verify.twin.clock import DAY

Row = dict[str, Any]
_MOVED: Final = frozenset({"own_transfer", "from_savings"})
_BORROWED: Final = frozenset({"person_in", "loan_in", "gambling_win"})
_NO_DEBIT: Final = frozenset({"declined", "returned", "reversal"})
_KEPT_UP: Final = frozenset({"wages", "pension", "benefits"})
_RECENT: Final = 92 * DAY
_STEP: Final = 30 * DAY


def _payer(row: Row) -> Any:
    """Who paid, else what it was."""
    if row.get("counterparty_id") is not None:
        return row["counterparty_id"]
    return (row["class"], row.get("kind"), row.get("category"))


def _brings(row: Row) -> bool:
    """Whether a row is money that was not there."""
    if row["amount"] <= 0:
        return False
    alone = row["class"] in _MOVED and row["partner"] is None
    return alone or row["class"] in EARNED | _BORROWED


def _believed(brought: Sequence[tuple[int, float]], cut: int) -> float:
    """1.25 times the most that one payer brought in one of twelve times 30 days before the cut."""
    sums = [
        math.fsum(amount for time, amount in brought if cut - (step + 1) * _STEP <= time < cut - step * _STEP)
        for step in range(12)
    ]
    return 1.25 * max(sums)


def prove(rows: list[Row], as_of: int) -> list[Row]:
    """Add to each row what unproven money is there after it, and what of its income is usual."""
    for row in rows:
        row["unproven"], row["usual"] = 0.0, row["inflow"]
    if not rows:
        return rows
    is_short, cut = as_of - rows[0]["time"] < 122 * DAY, as_of - _RECENT

    def brings(row: Row) -> bool:
        return _brings(row) and not (is_short and row["class"] not in _BORROWED)

    brought: dict[Any, list[tuple[int, float]]] = {}
    for row in filter(brings, rows):
        brought.setdefault(_payer(row), []).append((row["time"], row["amount"]))
    before = {who: _believed(mine, cut) for who, mine in brought.items()}
    left: dict[Any, float] = {}
    taken: dict[tuple[Any, int], float] = {}
    for row in (one for one in rows if one["time"] >= cut):
        who, step = _payer(row), (as_of - 1 - row["time"]) // _STEP
        if brings(row):
            free = max(0.0, before[who] - taken.get((who, step), 0.0))
            taken[who, step] = taken.get((who, step), 0.0) + row["amount"]
            over = max(0.0, row["amount"] - free)
            left[who] = left.get(who, 0.0) + over
            if over > row["amount"] / 2 and row["class"] not in _KEPT_UP:
                row["usual"] = None
        elif row["amount"] < 0 and row["class"] not in _NO_DEBIT:
            left[who] = max(0.0, left.get(who, 0.0) + row["amount"])
        row["unproven"] = math.fsum(left.values())
    return _with_passing(rows, cut)


def _with_passing(rows: list[Row], cut: int) -> list[Row]:
    """Add to what is unproven the credits since the cut that went back, until they did."""
    position = {id(row): number for number, row in enumerate(rows)}
    there: dict[int, float] = {}
    for number, row in enumerate(rows):
        if row["partner"] is not None and "reversal" in (row["class"], row["partner"]["class"]):
            other = position[id(row["partner"])]
            if other > number and row["amount"] > 0 and row["time"] >= cut:
                there[number] = row["amount"]
            there.pop(other, None)
        row["unproven"] += math.fsum(there.values())
    return rows


def without_unproven(
    rows: Sequence[Row], together: Sequence[float | None], as_of: int
) -> list[float | None]:
    """What stands on the accounts, by position, without the unproven money."""
    out: list[float | None] = []
    last = lowest = None
    for row, stands in zip(rows, together, strict=True):
        if row["time"] < as_of - _RECENT:
            last = stands if stands is not None else last
            lowest = last
        elif stands is not None:
            lowest = stands if lowest is None else min(lowest, stands)
        left = stands
        if row["unproven"] > 0.005 and stands is not None and lowest is not None:
            left = max(stands - row["unproven"], min(lowest, 0.0))
        out.append(left)
    return out
