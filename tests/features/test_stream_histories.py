"""Histories of what recurs, beside what a careful reader expects of them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import cache

import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.features.compute import FeatureComputer
from creditscore.features.payments.declared.catalogue import payment_features
from tests.features.histories import streams_debits, streams_income
from tests.features.histories.streams_builder import Person

HISTORIES = (*streams_income.HISTORIES, *streams_debits.HISTORIES)
NAMES = sorted({f"payments_{name}" for one in HISTORIES for name in one.expected})
# days of a half: times are at 11 o'clock and moments at midnight
NEAR_DAYS = 1.0


@cache
def computer() -> FeatureComputer:
    return FeatureComputer(payment_features().select(NAMES))


def values_of(person: Person) -> dict[str, float]:
    moment = datetime(person.as_of.year, person.as_of.month, person.as_of.day, tzinfo=UTC)
    asked = Applications.from_records({"application_id": "1", "applicant_id": "a", "as_of": moment})
    matrix = computer().compute(asked, Portfolio.from_records({"payments": person.rows}), threads=1)
    return dict(zip((name.removeprefix("payments_") for name in matrix.names), matrix.values[0], strict=True))


def agrees(name: str, found: float, wanted: float | None) -> bool:
    if wanted is None or math.isnan(found):
        return wanted is None and math.isnan(found)
    near = NEAR_DAYS if name.endswith(("days", "to_next", "recency", "180d")) else 0.02 * abs(wanted)
    return abs(found - wanted) <= max(near, 1e-9)


@pytest.mark.parametrize("person", HISTORIES, ids=lambda person: person.name)
def test_what_recurs_is_what_a_careful_reader_says(person: Person) -> None:
    found = values_of(person)
    wrong = {n: (found[n], w) for n, w in person.expected.items() if not agrees(n, found[n], w)}
    assert not wrong, f"found and expected: {wrong}"


def test_there_are_many_and_each_has_its_own_name() -> None:
    assert len(HISTORIES) >= 80
    assert len({person.name for person in HISTORIES}) == len(HISTORIES)
