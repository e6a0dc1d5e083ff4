"""The town is made and its model fitted once."""

from __future__ import annotations

import pytest

from tests.parties.world import Town, a_town


@pytest.fixture(scope="session")
def town() -> Town:
    return a_town()
