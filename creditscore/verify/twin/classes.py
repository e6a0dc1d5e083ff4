"""What each payment is, worked out again: by its own words first, then by its account and others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from creditscore.verify.twin.undone import pair, take_back

Row = dict[str, Any]
_GONE: Final = frozenset({"declined", "returned", "reversal", "nothing"})
_FIXED: Final = frozenset({"utilities", "telecom", "rent", "insurance", "tax"})
_SHOPS: Final = frozenset(
    {"groceries", "transport", "health", "education", "leisure", "travel", "online_shopping"}
)
EARNED: Final = frozenset(
    {"wages", "pension", "benefits", "business", "cash_income", "other_income", "unknown_in"}
)
_SPENT: Final = frozenset({
    "person_out", "loan_out", "card_repayment", "bill", "purchase", "cash_out", "fee", "penalty",
    "interest_out", "gambling_stake", "unknown_out", "debt_collected", "pay_later", "advance_out",
})  # fmt: skip
_OWN_WAY: Final = frozenset(
    {"own_transfer", "fee", "penalty", "refund", "interest", "chargeback", "reversal"}
)
_IN_BY_KIND: Final = {
    "own_transfer": "own_transfer", "fee": "refund", "penalty": "refund", "refund": "refund",
    "interest": "interest_in", "chargeback": "chargeback", "reversal": "reversal", "loan_in": "loan_in",
    "loan_out": "reversal", "card_repayment": "card_repayment",
}  # fmt: skip
_IN_BY_CATEGORY: Final = {
    "gambling": "gambling_win", "savings": "from_savings", "fees": "refund", "pension": "pension",
    "benefits": "benefits",
}  # fmt: skip
_OUT_BY_KIND: Final = {
    "own_transfer": "own_transfer", "fee": "fee", "penalty": "penalty", "refund": "purchase",
    "chargeback": "purchase", "interest": "interest_out", "reversal": "reversal", "loan_in": "loan_out",
    "loan_out": "loan_out", "card_repayment": "card_repayment",
}  # fmt: skip
_OUT_BY_CATEGORY: Final = {
    "gambling": "gambling_stake", "savings": "to_savings", "fees": "fee", "pension": "bill",
    "benefits": "bill", "high_cost_credit": "loan_out", **dict.fromkeys(sorted(_FIXED), "bill"),
}  # fmt: skip
_OWED: Final = {"collector": "debt_collected", "pay_later": "pay_later", "wage_advance": "advance_out"}
_IN_BY_PARTY: Final = {"employer": "wages", "government": "benefits"}
_OUT_BY_PARTY: Final = {"government": "bill", "person": "person_out", "merchant": "purchase"}


def _credit(row: Row) -> str:
    """What a credit is by itself."""
    kind, category, party = row.get("kind"), row.get("category"), row.get("counterparty_kind")
    paid_early = party == "wage_advance" and kind not in _OWN_WAY | {"loan_out"}
    if paid_early or (party == "employer" and kind == "loan_in"):
        return "advance_in"
    if kind == "salary":
        return str(category) if category in ("pension", "benefits") else "wages"
    if kind == "own_transfer" and category == "savings":
        return "from_savings"
    if kind in _IN_BY_KIND or category in _IN_BY_CATEGORY:
        return _IN_BY_KIND.get(kind or "") or _IN_BY_CATEGORY[category or ""]
    if kind in ("purchase", "bill"):
        return "refund"
    if category == "high_cost_credit" or party == "lender":
        return "loan_in"
    if party in ("collector", "pay_later") or category == "tax":
        return "refund"
    return _credit_of(row, category, party)


def _credit_of(row: Row, category: str | None, party: str | None) -> str:
    """What a credit is of which only payer and category tell."""
    if party in _IN_BY_PARTY:
        return _IN_BY_PARTY[party]
    if category == "rent":
        return "other_income"
    if party == "person":
        return "person_in"
    if category in _FIXED | _SHOPS | {"household"}:
        return "refund"
    if party == "merchant" or row.get("kind") == "cash":
        return "business" if party == "merchant" else "cash_income"
    return "unknown_in" if row.get("counterparty_id") is None else "other_income"


def _debit(row: Row) -> str:
    """What a debit is by itself."""
    kind, category, party = row.get("kind"), row.get("category"), row.get("counterparty_kind")
    if party in _OWED and kind not in _OWN_WAY:
        return _OWED[party]
    if party == "employer" and kind in ("loan_in", "loan_out"):
        return "advance_out"
    if kind == "own_transfer" and category == "savings":
        return "to_savings"
    if kind in _OUT_BY_KIND or category in _OUT_BY_CATEGORY:
        return _OUT_BY_KIND.get(kind or "") or _OUT_BY_CATEGORY[category or ""]
    if party == "lender":
        return "loan_out"
    if kind in ("bill", "purchase"):
        return str(kind)
    if party in _OUT_BY_PARTY:
        return _OUT_BY_PARTY[party]
    if category == "household" or category in _SHOPS:
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


def kinds_of(rows: Sequence[Row]) -> dict[Any, str]:
    """The sort of each account: as named, else a card by its behaviour, else current."""
    mine: dict[Any, list[Row]] = {}
    for row in rows:
        mine.setdefault(account_of(row), []).append(row)
    kinds: dict[Any, str | None] = {}
    for account, own in mine.items():
        named = [row["account_kind"] for row in own if row.get("account_kind")]
        kinds[account] = named[-1] if named else None
    likely = [account for account, own in mine.items() if kinds[account] is None and _like_card(own)]
    cards = len(likely) + sum(kind == "card" for kind in kinds.values())
    if 1 < len(mine) > cards:
        kinds |= dict.fromkeys(likely, "card")
    return {account: kind or "current" for account, kind in kinds.items()}


def _like_card(mine: list[Row]) -> bool:
    """Whether an account owes nearly always, buys, is paid off, and earns nothing."""
    balances = [row["balance"] for row in mine if row.get("balance") is not None]
    earned = [row for row in mine if row["alone"] in ("wages", "pension", "benefits")]
    debits = [row for row in mine if row["amount"] <= 0]
    fed = [row for row in mine if row["amount"] > 0]
    bought = [row for row in debits if row["alone"] == "purchase"]
    owed = len(balances) >= 3 and 20 * sum(balance > 0 for balance in balances) <= len(balances)
    return bool(owed and not earned and fed and debits and 2 * len(bought) >= len(debits))


def classify(rows: list[Row]) -> list[Row]:
    """Add to each row, oldest first: class, partner, what was undone of it, and its part in the cash flow."""
    for row in rows:
        row["class"] = row["alone"] = _alone(row)
        row |= {"partner": None, "undone": 0.0, "weak": _is_weak(row)}
    kinds = kinds_of(rows)
    named = [(account_of(row), kinds[account_of(row)]) for row in rows]
    pair(rows, named)
    take_back(rows)
    for row, (_, kind) in zip(rows, named, strict=True):
        _by_account(row, kind)
        _flow(row, "card" in kinds.values())
    return rows


def _is_weak(row: Row) -> bool:
    """Whether nothing but a payer or a direction speaks for the class."""
    return row["alone"] in ("unknown_in", "unknown_out") or (
        row["alone"] == "other_income" and row.get("category") != "rent"
    )


def _by_account(row: Row, kind: str) -> None:
    """What is known of the account speaks where the row itself hardly does."""
    if row["weak"] and row["class"] in ("unknown_in", "unknown_out", "other_income"):
        if kind == "savings":
            row["class"] = "own_transfer"
        elif kind == "card" and row["class"] != "unknown_out":
            row["class"] = "card_repayment"


def _flow(row: Row, card_seen: bool) -> None:
    """What came in, what was spent, what did not happen."""
    name, left = row["class"], row["amount"] + row["undone"]
    counts = name in _SPENT and -left > 0.005 and not (name == "card_repayment" and card_seen)
    row["inflow"] = row["amount"] if name in EARNED else None
    row["outflow"] = -left if counts else None
    row["net"] = row["inflow"] if row["inflow"] is not None else row["outflow"] and -row["outflow"]
    settled = name not in _GONE
    row["credit"] = row["amount"] if settled and row["amount"] > 0 else None
    row["debit"] = -left if settled and row["amount"] < 0 else None
    row["unpaid"] = -row["amount"] if not settled and row["amount"] < 0 else None
    row["counterparty"], row["account"] = row.get("counterparty_id"), row.get("account_id")
