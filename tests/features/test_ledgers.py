"""Ledgers written by hand: each feature is what a careful underwriter reads in them."""

from __future__ import annotations

import pytest

from tests.features.ledgers.every import LEDGERS, agrees
from tests.features.ledgers.writing import Written, found


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.shows)
def test_a_ledger_reads_as_an_underwriter_reads_it(ledger: Written) -> None:
    seen = found(ledger)
    assert {name: value for name, value in seen.items() if not agrees(value, ledger.expected[name])} == {}


def test_there_are_sixty_ledgers_and_each_shows_something_else() -> None:
    assert len({ledger.shows for ledger in LEDGERS}) == len(LEDGERS) >= 60
