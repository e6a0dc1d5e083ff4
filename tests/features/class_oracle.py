"""What each payment is, written a second time over records, in plain Python and as one would say it."""

from __future__ import annotations

import math
from typing import Any

from tests.features.oracle_statistics import DAY

Row = dict[str, Any]
EARNED = {"wages", "pension", "benefits", "business", "cash_income", "other_income", "unknown_in"}
SPENT = {
    "person_out", "loan_out", "card_repayment", "bill", "purchase", "cash_out", "fee", "penalty",
    "interest_out", "gambling_stake", "unknown_out", "debt_collected", "pay_later", "advance_out",
}  # fmt: skip
DEBTS = ("loan_out", "debt_collected", "pay_later", "advance_out")
GONE = {"declined", "returned", "reversal", "nothing"}
FIXED = {"utilities", "telecom", "rent", "insurance", "tax"}
SHOPS = {"groceries", "transport", "health", "education", "leisure", "travel", "online_shopping"}
SAVES = ("to_savings", "from_savings")


def _credit(row: Row) -> str:
    kind, category, party = row.get("kind"), row.get("category"), row.get("counterparty_kind")
    own_way = ("own_transfer", "fee", "penalty", "refund", "interest", "chargeback", "reversal", "loan_out")
    if (party == "wage_advance" and kind not in own_way) or (party == "employer" and kind == "loan_in"):
        return "advance_in"
    if kind == "salary":
        return category if category in ("pension", "benefits") else "wages"
    by_kind = {
        "own_transfer": "from_savings" if category == "savings" else "own_transfer",
        "fee": "refund", "penalty": "refund", "refund": "refund", "interest": "interest_in",
        "chargeback": "chargeback", "reversal": "reversal", "loan_in": "loan_in", "loan_out": "reversal",
        "card_repayment": "card_repayment",
    }  # fmt: skip
    by_category = {
        "gambling": "gambling_win", "savings": "from_savings", "fees": "refund", "pension": "pension",
        "benefits": "benefits",
    }  # fmt: skip
    if kind in by_kind or category in by_category:
        return by_kind.get(kind) or by_category[category]
    if kind in ("purchase", "bill"):
        return "refund"
    if category == "high_cost_credit" or party == "lender":
        return "loan_in"
    if party in ("collector", "pay_later"):
        return "refund"
    if category == "tax":
        return "refund"
    if party in ("employer", "government"):
        return "wages" if party == "employer" else "benefits"
    if category == "rent":
        return "other_income"
    if party == "person":
        return "person_in"
    if category in FIXED | SHOPS | {"household"}:
        return "refund"
    if party == "merchant" or kind == "cash":
        return "business" if party == "merchant" else "cash_income"
    return "unknown_in" if row.get("counterparty_id") is None else "other_income"


def _debit(row: Row) -> str:
    kind, category, party = row.get("kind"), row.get("category"), row.get("counterparty_kind")
    owed = {"collector": "debt_collected", "pay_later": "pay_later", "wage_advance": "advance_out"}
    own_way = ("own_transfer", "fee", "penalty", "refund", "interest", "chargeback", "reversal")
    if party in owed and kind not in own_way:
        return owed[party]
    if party == "employer" and kind in ("loan_in", "loan_out"):
        return "advance_out"
    by_kind = {
        "own_transfer": "to_savings" if category == "savings" else "own_transfer",
        "fee": "fee", "penalty": "penalty", "refund": "purchase", "chargeback": "purchase",
        "interest": "interest_out", "reversal": "reversal", "loan_in": "loan_out", "loan_out": "loan_out",
        "card_repayment": "card_repayment",
    }  # fmt: skip
    by_category = {
        "gambling": "gambling_stake", "savings": "to_savings", "fees": "fee", "pension": "bill",
        "benefits": "bill", "high_cost_credit": "loan_out",
    } | dict.fromkeys(FIXED, "bill")  # fmt: skip
    by_party = {"government": "bill", "person": "person_out", "merchant": "purchase"}
    if kind in by_kind or category in by_category:
        return by_kind.get(kind) or by_category[category]
    if party == "lender":
        return "loan_out"
    if kind in ("bill", "purchase"):
        return str(kind)
    if party in by_party:
        return by_party[party]
    if category == "household" or category in SHOPS:
        return "bill" if category == "household" else "purchase"
    return "cash_out" if kind == "cash" else "unknown_out"


def _alone(row: Row) -> str:
    if row.get("status") in ("declined", "returned"):
        return str(row["status"])
    if row["amount"] == 0:
        return "nothing"
    return _credit(row) if row["amount"] > 0 else _debit(row)


def account_of(row: Row) -> Any:
    """What tells the account of a row from others; None where nothing does."""
    if row.get("account_id") is not None:
        return ("id", row["account_id"])
    return None if row.get("account_kind") is None else ("kind", row["account_kind"])


def kinds_of(rows: list[Row]) -> dict[Any, str]:
    """The sort of each account: as named, else a card by its behaviour, else current."""
    accounts = dict.fromkeys(account_of(row) for row in rows)
    kinds: dict[Any, str | None] = {}
    for account in accounts:
        named = [r["account_kind"] for r in rows if account_of(r) == account and r.get("account_kind")]
        kinds[account] = named[-1] if named else None
    likely = [account for account in accounts if kinds[account] is None and _like_card(account, rows)]
    cards = len(likely) + sum(kind == "card" for kind in kinds.values())
    if cards < len(accounts) and len(accounts) > 1:
        kinds |= dict.fromkeys(likely, "card")
    return {account: kind or "current" for account, kind in kinds.items()}


def _like_card(account: Any, rows: list[Row]) -> bool:
    mine = [row for row in rows if account_of(row) == account]
    balances = [row["balance"] for row in mine if row.get("balance") is not None]
    earned = [row for row in mine if row["alone"] in ("wages", "pension", "benefits")]
    debits = [row for row in mine if row["amount"] <= 0]
    fed = [row for row in mine if row["amount"] > 0]
    bought = [row for row in debits if row["alone"] == "purchase"]
    owed = len(balances) >= 3 and 20 * sum(balance > 0 for balance in balances) <= len(balances)
    return bool(owed and not earned and fed and debits and 2 * len(bought) >= len(debits))


def classify(rows: list[Row]) -> list[Row]:
    """Add to each row, oldest first: class, partner, undone, and its part in the cash flow."""
    for row in rows:
        row["class"] = row["alone"] = _alone(row)
        row |= {"partner": None, "undone": 0.0, "weak": _is_weak(row)}
    kinds = kinds_of(rows)
    for number in range(len(rows)):
        _ = _own(number, rows, kinds) or _back(number, rows) or _trip(number, rows)
    for number, row in enumerate(rows):
        _refund(number, row, rows)
    for row in rows:
        _by_account(row, kinds[account_of(row)])
        _flow(row, "card" in kinds.values())
    return rows


def _is_weak(row: Row) -> bool:
    """Whether nothing but a payer or a direction speaks for the class."""
    return row["alone"] in ("unknown_in", "unknown_out") or (
        row["alone"] == "other_income" and row.get("category") != "rent"
    )


def _before(number: int, rows: list[Row], days: int) -> list[Row]:
    """The 200 rows before one, nearest first, and no older than some days."""
    near = rows[max(0, number - 200) : number][::-1]
    return [row for row in near if rows[number]["time"] - row["time"] <= days * DAY]


def _cancel(one: Row, other: Row, share: float) -> bool:
    a, b = one["amount"], other["amount"]
    return a * b < 0 and abs(a + b) <= share * max(abs(a), abs(b))


def _can_move(row: Row) -> bool:
    between = {
        "own_transfer", *SAVES, "person_in", "person_out", "unknown_in", "unknown_out", "cash_income",
        "cash_out", "card_repayment", "loan_out", "bill",
    }  # fmt: skip
    named = row["class"] in between or (row["class"] == "other_income" and row["weak"])
    return named and row["partner"] is None


def _own(number: int, rows: list[Row], kinds: dict[Any, str]) -> bool:
    row = rows[number]
    if not _can_move(row):
        return False
    for other in _before(number, rows, 2):
        out, back = (row, other) if row["amount"] < 0 else (other, row)
        if not (_can_move(other) and _cancel(row, other, 0.005)):
            continue
        cash = [half["class"] in ("cash_out", "cash_income") for half in (out, back)]
        if any(cash):
            fits = all(cash) and out["time"] <= back["time"]
        else:
            source, target = account_of(out), account_of(back)
            fits = source != target and source is not None and target is not None
            fits &= out["class"] not in ("loan_out", "bill") or kinds[target] == "card"
        if fits:
            _name_halves(out, back, kinds[account_of(out)], kinds[account_of(back)])
            row["partner"], other["partner"] = other, row
            return True
    return False


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


def _same_as_far_as_known(one: Row, other: Row, column: str) -> bool:
    return one.get(column) is None or other.get(column) is None or one[column] == other[column]


def _against_its_kind(row: Row) -> bool:
    """Whether a row may take another one back: by status, by name, or since its kind runs the other way."""
    kind = row.get("kind")
    if row["class"] in ("gambling_stake", "gambling_win", "declined"):
        return False
    paying = ("purchase", "fee", "penalty", "loan_out", "bill", "card_repayment")
    getting = ("salary", "refund", "chargeback", "loan_in")
    against = kind in (paying if row["amount"] > 0 else getting)
    return row["class"] == "returned" or kind in ("interest", "reversal") or (against and row["amount"] != 0)


def _back(number: int, rows: list[Row]) -> bool:
    row = rows[number]
    if row["partner"] is not None or not _against_its_kind(row):
        return False
    at_once = [other for other in rows[number + 1 : number + 201] if other["time"] == row["time"]]
    for other in [*_before(number, rows, 60), *at_once]:
        if other["partner"] is not None or other["class"] == "declined" or not _cancel(row, other, 1e-9):
            continue
        returned = row["class"] == "returned"
        if returned and other["class"] == "returned":
            continue
        if returned and other["class"] in ("loan_in", "advance_in") and row.get("kind") != "loan_in":
            continue
        same = row.get("kind") in ("reversal", other.get("kind"))
        if same and all(_same_as_far_as_known(row, other, c) for c in ("account_id", "counterparty_id")):
            other["class"] = "returned" if returned or other["class"] == "returned" else "reversal"
            row["class"] = "reversal"
            row["partner"], other["partner"] = other, row
            return True
    return False


def _trips(row: Row) -> bool:
    open_ended = row["class"] in ("person_in", "person_out", "unknown_out")
    named = open_ended or (row["class"] == "other_income" and row["weak"])
    return named and row["partner"] is None and row.get("counterparty_id") is not None


def _trip(number: int, rows: list[Row]) -> bool:
    row = rows[number]
    if not _trips(row):
        return False
    for other in _before(number, rows, 90):
        if (
            _trips(other)
            and other["counterparty_id"] == row["counterparty_id"]
            and _cancel(row, other, 0.005)
        ):
            row["class"] = other["class"] = "reversal"
            row["partner"], other["partner"] = other, row
            return True
    return False


def _rest(row: Row) -> float:
    undoable = (
        "purchase", "bill", "fee", "penalty", "gambling_stake", "unknown_out", "debt_collected", "pay_later",
    )  # fmt: skip
    return -row["amount"] - row["undone"] if row["class"] in undoable else 0.0


def _refund(number: int, row: Row, rows: list[Row]) -> None:
    before = _before(number, rows, 180)
    party, category, amount = row.get("counterparty_id"), row.get("category"), row["amount"]
    by_category = (
        row["class"] == "refund"
        and row.get("kind") not in ("fee", "penalty", "refund", "purchase", "bill")
        and category not in ("fees", "tax")
        and row.get("counterparty_kind") not in ("collector", "pay_later")
    )
    if row["class"] == "business" or (by_category and party is not None):
        there = math.fsum(_rest(other) for other in before if party and other.get("counterparty_id") == party)
        if there >= amount - 0.005:
            row["class"] = "refund"
        elif by_category:
            row["class"] = "other_income"
            row["weak"] = True
    if row["class"] not in ("refund", "chargeback") or row["partner"] is not None:
        return
    left = amount
    for way in ("order", "party and size", "party", "category and size", "category"):
        size = left
        for other in before:
            rest = _rest(other)
            if left > 0.005 and rest > 0.005 and _undoes(way, row, other, rest, size):
                part = min(rest, left)
                other["undone"] += part
                left -= part


def _undoes(way: str, row: Row, other: Row, rest: float, size: float) -> bool:
    if way == "order":
        return row.get("order_id") is not None and row["order_id"] == other.get("order_id")
    if way.endswith("size") and abs(rest - size) > 0.005 * size:
        return False
    mine, theirs = row.get("counterparty_id"), other.get("counterparty_id")
    if way.startswith("party"):
        return mine is not None and mine == theirs
    if mine is not None and theirs is not None:
        return False
    same = row.get("category") == other.get("category")
    return same and (row.get("category") is not None or way.endswith("size"))


def _by_account(row: Row, kind: str) -> None:
    if row["weak"] and row["class"] in ("unknown_in", "unknown_out", "other_income"):
        if kind == "savings":
            row["class"] = "own_transfer"
        elif kind == "card" and row["class"] != "unknown_out":
            row["class"] = "card_repayment"


def _flow(row: Row, card_seen: bool) -> None:
    name, left = row["class"], row["amount"] + row["undone"]
    counts = name in SPENT and -left > 0.005 and not (name == "card_repayment" and card_seen)
    row["inflow"] = row["amount"] if name in EARNED else None
    row["outflow"] = -left if counts else None
    row["net"] = row["inflow"] if row["inflow"] is not None else row["outflow"] and -row["outflow"]
    settled = name not in GONE
    row["credit"] = row["amount"] if settled and row["amount"] > 0 else None
    row["debit"] = -left if settled and row["amount"] < 0 else None
    row["unpaid"] = -row["amount"] if name in GONE and row["amount"] < 0 else None
    row["counterparty"], row["account"] = row.get("counterparty_id"), row.get("account_id")
