"""Records that the tests only read."""

from __future__ import annotations

import pytest

from tests.verify.sets import Decided, everything, german


@pytest.fixture(scope="session")
def forms(tmp_path_factory) -> Decided:
    return german(tmp_path_factory.mktemp("forms") / "model", 14)


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Decided:
    return everything(tmp_path_factory.mktemp("world") / "model", 9)
