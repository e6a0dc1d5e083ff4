"""Places where a ledger can be: a file, and a schema of a PostgreSQL server of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import creditscore as cs
from tests import postgres
from tests.deciding.ledger.filled import KEY


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


@pytest.fixture
def address(server: postgres.Server) -> str:
    """Where a new ledger in the server shall be."""
    return server.address()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a new file shall be."""
    return tmp_path / "decisions.db"


@pytest.fixture
def ledger(place: Path | str) -> Iterator[cs.Ledger]:
    """A new ledger."""
    with cs.Ledger.open(place, key=KEY) as opened:
        yield opened
