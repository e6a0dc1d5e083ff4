"""A moment that may be left out is now, and one that is given says where on Earth it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from creditscore._ground.instants import moment_or_now
from creditscore.errors import ParameterError


def test_a_moment_that_is_given_stays_as_it_is_and_one_that_is_not_is_now() -> None:
    given = datetime(2026, 11, 29, tzinfo=UTC)
    assert moment_or_now(given, "issued_at") is given
    before = datetime.now(UTC)
    assert before <= moment_or_now(None, "issued_at") <= datetime.now(UTC)


@pytest.mark.parametrize("wrong", [datetime(2026, 11, 29), date(2026, 11, 29), "2026-11-29T00:00:00Z", 0])  # noqa: DTZ001
def test_anything_else_is_refused_by_name(wrong: object) -> None:
    with pytest.raises(ParameterError, match=r"issued_at.*a datetime with a time zone"):
        moment_or_now(wrong, "issued_at")  # type: ignore[arg-type]
