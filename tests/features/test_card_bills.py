"""Cards against their statements: by hand."""

from __future__ import annotations

import pytest

from tests.features.debts_by_hand import CARD, NAN, Tables, line, monthly, together, values

Bills = tuple[Tables, float, float, float]
BILLS: dict[str, Bills] = {
    # statements of January to April are decided; the one of May may be paid until the one of June
    "paid in full": (
        together(
            monthly(-500, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        1.0,
        (5 + 2.5) / 10,
        0,
    ),
    "half of each": (
        together(
            monthly(-250, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        0.5,
        2.5 / 10,
        0,
    ),
    "the minimum": (
        together(
            monthly(-25, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        0.05,
        2.5 / 10,
        0,
    ),
    "less than the minimum twice": (
        together(
            monthly(-25, 10, [5, 3, 2], **CARD),
            monthly(-10, 10, [4], **CARD),
            line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0))),
        ),
        85 / 2500,
        2.5 / 10,
        2,
    ),
    "more than the balance counts as the balance": (
        together(
            monthly(-900, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(3, -1, -1), (500.0, 25.0))),
        ),
        1.0,
        (3 + 2.5) / 8,
        0,
    ),
    "two cards of two names": (
        together(
            monthly(-500, 10, range(6), **CARD),
            monthly(-30, 10, range(6), **(CARD | {"counterparty_id": "Other"})),
            line("C", "Card Co", dict.fromkeys(range(2, -1, -1), (500.0, 25.0))),
            line("D", "Other", dict.fromkeys(range(2, -1, -1), (300.0, 15.0))),
        ),
        (1000 + 60) / 1600,
        (2 + 2.5) / 9,
        0,
    ),
    "two cards repaid under no name, the older statement first": (
        together(
            monthly(-600, 10, [2], kind="card_repayment"),
            line("C", None, {2: (500.0, 25.0), 1: (400.0, 25.0)}),
            line("D", None, {2: (300.0, 15.0), 1: (300.0, 15.0)}),
        ),
        600 / 1500,
        (1 + 2.5) / 9,
        2,
    ),
    "a balance in credit asks for nothing": (
        together(
            monthly(-100, 10, [3], **CARD),
            line("C", "Card Co", {3: (100.0, 10.0), 2: (-20.0, 0.0), 1: (0.0, 0.0)}),
        ),
        1.0,
        NAN,
        0,
    ),
    "who was never seen to repay a card may pay from elsewhere": (
        together(line("C", "Card Co", dict.fromkeys(range(5, -1, -1), (500.0, 25.0)))),
        NAN,
        NAN,
        NAN,
    ),
    "statements without a minimum": (
        together(
            monthly(-100, 10, range(6), **CARD),
            line("C", "Card Co", dict.fromkeys(range(4, -1, -1), (500.0, None))),
        ),
        0.2,
        2.5 / 9,
        NAN,
    ),
}


@pytest.mark.parametrize("known", BILLS)
def test_what_is_seen_to_be_paid_of_card_statements(known: str) -> None:
    tables, paid, full, short = BILLS[known]
    found = values(
        ["card_bills_paid_share_365d", "card_bills_full_share_365d", "card_bills_short_365d"], tables
    )
    assert list(found.values()) == pytest.approx([paid, full, short], nan_ok=True)
