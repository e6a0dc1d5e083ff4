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
        row["unproven"], row["lent"], row["usual"] = 0.0, 0.0, row["inflow"]
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
    sent: dict[Any, float] = {}
    taken: dict[tuple[Any, int], float] = {}
    for row in (one for one in rows if one["time"] >= cut):
        who, step = _payer(row), (as_of - 1 - row["time"]) // _STEP
        if brings(row):
            free = max(0.0, before[who] - taken.get((who, step), 0.0))
            taken[who, step] = taken.get((who, step), 0.0) + row["amount"]
            over = max(0.0, row["amount"] - free)
            left[who] = left.get(who, 0.0) + over
            if row["class"] == "person_in":
                sent[who] = sent.get(who, 0.0) + over
            if over > row["amount"] / 2 and row["class"] not in _KEPT_UP:
                row["usual"] = None
        elif row["amount"] < 0 and row["class"] not in _NO_DEBIT:
            for money in (left, sent):
                money[who] = max(0.0, money.get(who, 0.0) + row["amount"])
        row["unproven"], row["lent"] = math.fsum(left.values()), math.fsum(sent.values())
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
        for money in ("unproven", "lent"):
            row[money] += math.fsum(there.values())
    return rows


def without_unproven(
    rows: Sequence[Row], together: Sequence[float | None], as_of: int
) -> list[float | None]:
    """What stands on the accounts, by position, without unproven money; what persons sent comes off whole."""
    out: list[float | None] = []
    last = lowest = None
    for row, there in zip(rows, together, strict=True):
        stands = None if there is None else there - _of_note(row["lent"])
        if row["time"] < as_of - _RECENT:
            last = stands if stands is not None else last
            lowest = last
        elif stands is not None:
            lowest = stands if lowest is None else min(lowest, stands)
        left = stands
        rest = row["unproven"] - row["lent"]
        if rest > 0.005 and stands is not None and lowest is not None:
            left = max(stands - rest, min(lowest, 0.0))
        out.append(left)
    return out


def _of_note(money: float) -> float:
    return money if money > 0.005 else 0.0


def overdrawn_without(rows: Sequence[Row], sums: Sequence[dict[str, float | None]], as_of: int) -> None:
    """Mend how far current accounts are below zero: as far as they would be without what persons sent."""
    first: float | None = None
    known = [
        (row, one, stands)
        for row, one in zip(rows, sums, strict=True)
        if (stands := one["together"]) is not None
    ]
    was_there = any(row["time"] < as_of - _RECENT for row, _, _ in known)
    for row, one, stands in known:
        if row["time"] < as_of - _RECENT or (first is None and not was_there):
            first = one["savings"]
        if one["overdrawn"] is None or not _of_note(row["lent"]):
            continue
        saved = one["savings"] or 0.0
        lacks = row["lent"] - (stands - saved) - max(0.0, saved - (first or 0.0))
        if lacks > 0.005:
            one["overdrawn"] = max(one["overdrawn"], lacks)
