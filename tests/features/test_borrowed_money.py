"""Money that a friend lends before somebody applies changes nothing of balances and overdrafts."""

from __future__ import annotations

import numpy as np
import pytest

from creditscore.features.payments.declared.catalogue import payment_features
from tests.features.payments_by_hand import Record, ago, values

STANDING = [
    feature.name
    for feature in payment_features()
    if feature.in_model and feature.reason_group in ("balance_buffer", "overdraft")
]
FRIEND = {"kind": "transfer", "counterparty_kind": "person", "counterparty_id": "friend"}


def account(seed: int, days: int, lent: dict[int, float]) -> list[Record]:
    """Wages, purchases and fees of some days in whole numbers, with loans of a friend among them, by age."""
    random = np.random.default_rng(seed)
    balance, rows = float(random.integers(-300, 300)), []
    for age in range(days, 0, -1):
        moves: list[tuple[float, dict[str, object]]] = []
        if age % 30 == 12:
            moves.append((float(random.integers(500, 900)), {"kind": "salary", "counterparty_id": "work"}))
        if random.random() < 0.6:
            spent = -float(random.integers(1, 90))
            moves.append((spent, {"kind": "purchase", "counterparty_id": "shop"}))
        if age in lent:
            moves.append((lent[age], FRIEND))
        for place, (amount, said) in enumerate(moves):
            balance += amount
            rows.append(ago(age - 0.1 - place / 100, amount, balance=balance, account_id="main", **said))
    return rows


@pytest.mark.parametrize("days", [85, 130, 400], ids=["short", "a season", "a year"])
@pytest.mark.parametrize("seed", range(4))
def test_a_friends_money_lifts_no_account(seed: int, days: int) -> None:
    plain = values(STANDING, payments=account(seed, days, {}))
    lent = values(STANDING, payments=account(seed, days, {20: 700.0, 50: 900.0, 80: 400.0}))
    assert len(STANDING) > 30
    for name, value in plain.items():
        assert lent[name] == pytest.approx(value, rel=1e-12, abs=1e-9, nan_ok=True), name


DAYS = "payments_overdraft_days_30d"


def lent_and(*after: Record, first: float = 300.0) -> dict[str, float]:
    rows = [
        ago(200.5, 5.0, balance=first, kind="salary", account_id="main", account_kind="current"),
        ago(40.5, 500.0, balance=first + 500.0, account_id="main", account_kind="current", **FRIEND),
    ]
    return values([DAYS], payments=[*rows, *after])


def test_what_was_lent_and_put_by_is_no_overdraft() -> None:
    moved = {"kind": "own_transfer", "category": "savings"}
    gone = ago(39.5, -500.0, balance=300.0, account_id="main", account_kind="current", **moved)
    saved = ago(39.4, 500.0, balance=500.0, account_id="pot", account_kind="savings", **moved)
    assert lent_and(gone, saved)[DAYS] == 0.0


def test_what_was_lent_and_spent_beyond_ones_own_is_an_overdraft_until_it_went_back() -> None:
    spent = ago(20.5, -600.0, balance=200.0, kind="purchase", account_id="main", account_kind="current")
    back = ago(10.5, -500.0, balance=-300.0, account_id="main", account_kind="current", **FRIEND)
    paid = ago(5.5, 900.0, balance=600.0, kind="salary", account_id="main", account_kind="current")
    assert lent_and(spent)[DAYS] == 21.0
    assert lent_and(spent, back, paid)[DAYS] == 15.0
    # of one's own money alone
    assert lent_and(ago(20.5, -200.0, balance=600.0, kind="purchase", account_id="main"))[DAYS] == 0.0
