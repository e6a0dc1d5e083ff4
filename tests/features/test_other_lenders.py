"""Who else lends, advances wages or collects: by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.features.debts_by_hand import Row, once, together, values

Made = Callable[..., list[Row]]


def parts(kind: str) -> Made:
    """Make payments to or from one sort of provider."""

    def make(amount: float, back: int, number: int, who: str = "one", **more: Any) -> list[Row]:
        return once(amount, back, number, counterparty_kind=kind, counterparty_id=who, **more)

    return make


later, early, collect = parts("pay_later"), parts("wage_advance"), parts("collector")
# wages of January to June are 180 days back or less, of July 2024 on 365 days
Provided = tuple[list[Row], float, float, float]
PAY_LATER: dict[str, Provided] = {
    "nothing": ([], 0, 0, 0),
    "four parts of one purchase": (
        [row for k, m in ((1, 0), (18, 1), (4, 1), (20, 2)) for row in later(-25, m, k, kind="purchase")],
        4,
        100,
        1,
    ),
    "two providers": (later(-25, 1, 4) + later(-30, 1, 5, "two"), 2, 55, 2),
    "half a year ago": (later(-25, 7, 4), 0, 0, 0),
    "one that was sent back": (later(-25, 1, 4) + later(25, 1, 20, kind="refund"), 1, 0, 1),
    "one that bounced": (later(-25, 1, 4, status="returned"), 0, 0, 0),
    "as the bank's label says loan": (
        later(-25, 1, 4, kind="loan_out", category="high_cost_credit"),
        1,
        25,
        1,
    ),
    "a fee for being late is a fee": (later(-25, 1, 4) + later(-6, 1, 9, kind="fee"), 1, 25, 1),
    "a lender is none": (
        once(-25, 1, 4, kind="loan_out", counterparty_kind="lender", counterparty_id="x"),
        0,
        0,
        0,
    ),
}
ADVANCES: dict[str, Provided] = {
    "nothing": ([], 0, 0, 0),
    "one, given back": (early(100, 1, 20) + early(-103, 0, 1), 1, 100, 1),
    "every month": ([row for m in range(1, 6) for row in early(100, m, 20)], 5, 500, 1),
    "called wages by the bank": (early(100, 1, 20, kind="salary"), 1, 100, 1),
    "of the employer": (
        once(400, 1, 20, kind="loan_in", counterparty_kind="employer", counterparty_id="works"),
        1,
        400,
        1,
    ),
    "two providers": (early(100, 1, 20) + early(50, 1, 22, "two"), 2, 150, 2),
    "too long ago": (early(100, 8, 20), 0, 0, 0),
    "given back alone": (early(-103, 0, 1), 0, 0, 0),
    "a fee that was given back is none": (
        early(-3, 1, 20, kind="fee") + early(3, 1, 21, kind="fee"),
        0,
        0,
        0,
    ),
}
COLLECTED: dict[str, Provided] = {
    "nothing": ([], 0, 0, 0),
    "one": (collect(-50, 2, 7, kind="transfer"), 1, 50, 1),
    "every month": ([row for m in range(6) for row in collect(-50, m, 7)], 6, 300, 1),
    "two collectors": (collect(-50, 2, 7) + collect(-20, 3, 7, "two"), 2, 70, 2),
    "more than a year ago": (collect(-50, 13, 7), 0, 0, 0),
    "under the category of the old bill": (collect(-50, 2, 7, kind="bill", category="telecom"), 1, 50, 1),
    "given back": (collect(-50, 2, 7) + collect(50, 2, 9), 1, 0, 1),
    "declined": (collect(-50, 2, 7, status="declined"), 0, 0, 0),
    "called a loan payment": (collect(-50, 2, 7, kind="loan_out"), 1, 50, 1),
}


@pytest.mark.parametrize(
    ("name", "window", "income", "rows", "count", "amount", "providers"),
    [
        pytest.param(name, window, income, *rows, id=f"{name}: {known}")
        for name, window, income, table in (
            ("pay_later", "180d", 6 * 2000.0, PAY_LATER),
            ("wage_advances", "180d", 6 * 2000.0, ADVANCES),
            ("debts_collected", "365d", 12 * 2000.0, COLLECTED),
        )
        for known, rows in table.items()
    ],
)
def test_who_else_lends(
    name: str, window: str, income: float, rows: list[Row], count: float, amount: float, providers: float
) -> None:
    asked = [f"{name}_{what}_{window}" for what in ("count", "amount", "to_income", "providers")]
    found = values(asked, together(rows))
    assert list(found.values()) == pytest.approx([count, amount, amount / income, providers])
