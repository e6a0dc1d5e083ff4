"""Payments that belong together, found again: moves between own accounts, what was booked back, refunds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from creditscore.verify.twin.clock import DAY

Row = dict[str, Any]
# An account, and its sort.
Named = tuple[Any, str]

_NEAREST: Final = 200
_CENT: Final = 0.005
_MOVES: Final = frozenset({
    "own_transfer", "to_savings", "from_savings", "person_in", "person_out", "unknown_in", "unknown_out",
    "cash_income", "cash_out", "card_repayment", "loan_out", "bill",
})  # fmt: skip
_UNDOABLE: Final = frozenset({
    "purchase", "bill", "fee", "penalty", "gambling_stake", "unknown_out", "debt_collected", "pay_later",
})  # fmt: skip
_WAYS: Final = ("order", "party and size", "party", "category and size", "category")


def pair(rows: Sequence[Row], named: Sequence[Named]) -> None:
    """Find, oldest first, the other half of each row that has one."""
    for number in range(len(rows)):
        _ = _moved(number, rows, named) or _booked_back(number, rows) or _came_and_went(number, rows)


def _before(number: int, rows: Sequence[Row], days: int) -> Iterator[int]:
    """The 200 rows before one, nearest first, and no older than some days."""
    for other in range(number - 1, max(0, number - _NEAREST) - 1, -1):
        if rows[number]["time"] - rows[other]["time"] > days * DAY:
            return
        yield other


def _cancel(one: Row, other: Row, share: float) -> bool:
    a, b = one["amount"], other["amount"]
    return bool(a * b < 0 and abs(a + b) <= share * max(abs(a), abs(b)))


def _join(one: Row, other: Row) -> bool:
    one["partner"], other["partner"] = other, one
    return True


def _can_move(row: Row) -> bool:
    if row["partner"] is not None:
        return False
    return row["class"] in _MOVES or (row["class"] == "other_income" and row["weak"])


def _moved(number: int, rows: Sequence[Row], named: Sequence[Named]) -> bool:
    """Join a row with the other half of a move between two own accounts, or of cash put back."""
    row = rows[number]
    if not _can_move(row):
        return False
    for near in _before(number, rows, 2):
        other = rows[near]
        if not (_can_move(other) and _cancel(row, other, _CENT)):
            continue
        out, back = (number, near) if row["amount"] < 0 else (near, number)
        if _fit(rows[out], rows[back], named[out], named[back]):
            _name_halves(rows[out], rows[back], named[out][1], named[back][1])
            return _join(row, other)
    return False


def _fit(out: Row, back: Row, source: Named, target: Named) -> bool:
    cash = [half["class"] in ("cash_out", "cash_income") for half in (out, back)]
    if any(cash):
        return all(cash) and bool(out["time"] <= back["time"])
    known = source[0] != target[0] and source[0] is not None and target[0] is not None
    return known and (out["class"] not in ("loan_out", "bill") or target[1] == "card")


def _name_halves(out: Row, back: Row, source: str, target: str) -> None:
    said = (out["class"] == "to_savings", back["class"] == "from_savings")
    out["class"] = back["class"] = "own_transfer"
    if source != target and "card" in (source, target):
        half, name = (out, "card_repayment") if target == "card" else (back, "loan_in")
        half["class"] = name
    elif source != target and "savings" in (source, target):
        half, name = (out, "to_savings") if target == "savings" else (back, "from_savings")
        half["class"] = name
    elif said == (True, False):
        out["class"] = "to_savings"
    elif said == (False, True):
        back["class"] = "from_savings"


def _against_its_kind(row: Row) -> bool:
    """Whether a row may take another one back: by status, by name, or since its kind runs the other way."""
    kind = row.get("kind")
    if row["class"] in ("gambling_stake", "gambling_win", "declined"):
        return False
    paying = ("purchase", "fee", "penalty", "loan_out", "bill", "card_repayment")
    getting = ("salary", "refund", "chargeback", "loan_in")
    against = kind in (paying if row["amount"] > 0 else getting) and row["amount"] != 0
    return row["class"] == "returned" or kind in ("interest", "reversal") or bool(against)


def _booked_back(number: int, rows: Sequence[Row]) -> bool:
    """Join a row with the one that it takes back."""
    row = rows[number]
    if row["partner"] is not None or not _against_its_kind(row):
        return False
    after = range(number + 1, min(len(rows), number + _NEAREST + 1))
    at_once = [other for other in after if rows[other]["time"] == row["time"]]
    for other in (rows[near] for near in (*_before(number, rows, 60), *at_once)):
        if other["partner"] is None and _takes_back(row, other):
            is_returned = "returned" in (row["class"], other["class"])
            row["class"], other["class"] = "reversal", "returned" if is_returned else "reversal"
            return _join(row, other)
    return False


def _takes_back(row: Row, other: Row) -> bool:
    if other["class"] == "declined" or not _cancel(row, other, 1e-9):
        return False
    if row["class"] == "returned":
        lent = other["class"] in ("loan_in", "advance_in") and row.get("kind") != "loan_in"
        if lent or other["class"] == "returned":
            return False
    same = row.get("kind") in ("reversal", other.get("kind"))
    return same and all(_alike(row, other, column) for column in ("account_id", "counterparty_id"))


def _alike(one: Row, other: Row, column: str) -> bool:
    """Whether a column is the same as far as both say it."""
    a, b = one.get(column), other.get(column)
    return a is None or b is None or bool(a == b)


def _may_return(row: Row) -> bool:
    open_ended = row["class"] in ("person_in", "person_out", "unknown_out")
    named = open_ended or (row["class"] == "other_income" and row["weak"])
    return named and row["partner"] is None and row.get("counterparty_id") is not None


def _came_and_went(number: int, rows: Sequence[Row]) -> bool:
    """Join money that went to somebody and came back from the same."""
    row = rows[number]
    if not _may_return(row):
        return False
    for other in (rows[near] for near in _before(number, rows, 90)):
        same = other.get("counterparty_id") == row["counterparty_id"]
        if same and _may_return(other) and _cancel(row, other, _CENT):
            row["class"] = other["class"] = "reversal"
            return _join(row, other)
    return False


def take_back(rows: Sequence[Row]) -> None:
    """Take from what was paid what refunds gave back, nearest first, by what tells most."""
    for number, row in enumerate(rows):
        if row["class"] not in ("business", "refund", "chargeback"):
            continue
        before = [rows[near] for near in _before(number, rows, 180)]
        _earned_or_given_back(row, before)
        if row["class"] in ("refund", "chargeback") and row["partner"] is None:
            _spread(row, before)


def _rest(row: Row) -> float:
    return float(-row["amount"] - row["undone"]) if row["class"] in _UNDOABLE else 0.0


def _earned_or_given_back(row: Row, before: Sequence[Row]) -> None:
    """A merchant's credit gives back what was paid to it, if so much was; else it may be income."""
    party = row.get("counterparty_id")
    by_category = (
        row["class"] == "refund"
        and row.get("kind") not in ("fee", "penalty", "refund", "purchase", "bill")
        and row.get("category") not in ("fees", "tax")
        and row.get("counterparty_kind") not in ("collector", "pay_later")
        and party is not None
    )
    if row["class"] == "business" or by_category:
        there = math.fsum(_rest(other) for other in before if party and other.get("counterparty_id") == party)
        if there >= row["amount"] - _CENT:
            row["class"] = "refund"
        elif by_category:
            row["class"], row["weak"] = "other_income", True


def _spread(row: Row, before: Sequence[Row]) -> None:
    left = row["amount"]
    for way in _WAYS:
        size = left
        for other in before:
            rest = _rest(other)
            if left > _CENT < rest and _undoes(way, row, other, rest, size):
                part = min(rest, left)
                other["undone"] += part
                left -= part


def _undoes(way: str, row: Row, other: Row, rest: float, size: float) -> bool:
    if way == "order":
        return row.get("order_id") is not None and bool(row["order_id"] == other.get("order_id"))
    if way.endswith("size") and abs(rest - size) > _CENT * size:
        return False
    mine, theirs = row.get("counterparty_id"), other.get("counterparty_id")
    if way.startswith("party"):
        return mine is not None and bool(mine == theirs)
    if mine is not None and theirs is not None:
        return False
    same = row.get("category") == other.get("category")
    return same and (row.get("category") is not None or way.endswith("size"))
