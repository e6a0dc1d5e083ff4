"""One lender for all tests of the service, and one server that has everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service.lender import Lender, Running


@pytest.fixture(scope="session")
def lender(tmp_path_factory: pytest.TempPathFactory) -> Lender:
    return Lender.made(tmp_path_factory.mktemp("lender"))


@pytest.fixture(scope="session")
def running(lender: Lender, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    edge = lender.edge(tmp_path_factory.mktemp("ledger") / "decisions.db")
    with Running(edge) as server:
        yield server
