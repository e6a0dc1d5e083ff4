"""The example of two parties runs, and shows counts with noise alone."""

from __future__ import annotations

import re

import pytest
import two_parties


def test_two_parties_find_whom_both_know(capsys: pytest.CaptureFixture[str]) -> None:
    two_parties.main()
    said = capsys.readouterr().out
    assert "shared: 1,000" in said
    assert "@" not in said
    at_bank, at_shop = two_parties.bank_and_shop(seed=1)
    shared = set(at_bank) & set(at_shop)
    many = sum(at_shop[one] >= 6 for one in shared)
    found = re.search(r"6 orders or more +([\d,]+)", said)
    assert found is not None
    assert abs(int(found[1].replace(",", "")) - many) < 60
