"""Places where a ledger can be: a file, and a schema of a PostgreSQL server of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A running server, or a reason why there is none."""
    yield from postgres.running()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a new ledger shall be: whatever is asked of one is asked in each of them."""
    if request.param == "sqlite":
        return tmp_path / "decisions.db"
    running: postgres.Server = request.getfixturevalue("server")
    return running.address()
