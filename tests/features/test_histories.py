"""Accounts written by hand, and what a careful reader makes of each payment."""

from __future__ import annotations

from datetime import datetime
from random import Random

import numpy as np
import pytest

from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.vocabularies import PAYMENT_CLASSES
from creditscore.features.chunk import Chunk
from creditscore.features.payments.rows.flows import OUTFLOW, flows
from creditscore.features.payments.rows.reading import read_payments
from creditscore.verify.twin.classes import classify
from tests.features.histories import every_history
from tests.features.histories.builder import AS_OF, History
from tests.features.payment_oracle import payments_of
from tests.features.payment_worlds import asked, payment_world

HISTORIES = every_history()


def chunk_of(rows: list[dict[str, object]]) -> Chunk:
    records = [{name: value for name, value in row.items() if name != "class"} for row in rows]
    portfolio = Portfolio.from_records({"payments": records})
    return Chunk(portfolio, np.array([0]), np.array([int(AS_OF.timestamp()) * 1_000_000]))


def found_classes(rows: list[dict[str, object]]) -> list[str]:
    """The class of each row, in the order of the rows given."""
    marks = chunk_of(rows).once(read_payments).marks
    order = sorted(
        range(len(rows)), key=lambda k: (datetime.fromisoformat(rows[k]["event_time"]), rows[k]["event_id"])
    )
    found = [""] * len(rows)
    for mark, k in zip(marks.classes.tolist(), order, strict=True):
        found[k] = "unseen" if mark < 0 else PAYMENT_CLASSES[mark]
    return found


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
def test_every_payment_is_what_a_careful_reader_says(history: History) -> None:
    rows = history.rows()
    assert found_classes(rows) == [row["class"] for row in rows]


@pytest.mark.parametrize(
    "history", [one for one in HISTORIES if "spent" in one.expected], ids=lambda history: history.name
)
def test_refunds_are_taken_off_the_spending_that_they_undo(history: History) -> None:
    spent = flows(chunk_of(history.rows())).values[OUTFLOW]
    assert np.nansum(spent) == pytest.approx(history.expected["spent"])
    assert not (spent <= 0.0).any()


def test_the_order_in_which_rows_are_given_changes_nothing() -> None:
    for history in HISTORIES:
        rows = history.rows()
        shuffled = Random(7).sample(rows, len(rows))
        found = dict(zip((row["event_id"] for row in shuffled), found_classes(shuffled), strict=True))
        assert found == {row["event_id"]: row["class"] for row in rows}, history.name


def test_what_was_not_known_has_no_say() -> None:
    """Every history, with each payment once more as a later fact, reads as before."""
    for history in HISTORIES:
        rows = history.rows()
        later = [
            row
            | {
                "event_id": f"later {row['event_id']}",
                "amount": -row["amount"],
                "known_time": "2025-06-15T00:00:00+00:00",
            }
            for row in rows
        ]
        assert found_classes([*rows, *later])[: len(rows)] == [row["class"] for row in rows], history.name


@pytest.mark.as_given
def test_a_history_reads_the_same_beside_other_people() -> None:
    records = [
        {name: value for name, value in row.items() if name != "class"}
        | {"applicant_id": f"{number:03d}", "event_id": f"{number:03d} {row['event_id']}"}
        for number, history in enumerate(HISTORIES)
        for row in history.rows()
    ]
    portfolio = Portfolio.from_records({"payments": records})
    owners = np.arange(len(HISTORIES))
    moments = np.full(owners.size, int(AS_OF.timestamp()) * 1_000_000)
    read = Chunk(portfolio, owners, moments).once(read_payments)
    for number, history in enumerate(HISTORIES):
        alone = sorted(row["class"] for row in history.rows())
        marks = read.marks.classes[read.begins[number] : read.begins[number + 1]].tolist()
        assert sorted("unseen" if mark < 0 else PAYMENT_CLASSES[mark] for mark in marks) == alone, (
            history.name
        )


def test_every_class_stands_in_some_history() -> None:
    assert {row["class"] for history in HISTORIES for row in history.rows()} >= set(PAYMENT_CLASSES)


def test_a_second_classifier_agrees_on_every_history() -> None:
    for history in HISTORIES:
        rows = [row for row in history.rows() if row["class"] != "unseen"]
        expected = {row["event_id"]: row.pop("class") for row in rows}
        for row in rows:
            row["time"] = int(datetime.fromisoformat(row["event_time"]).timestamp()) * 1_000_000
        rows.sort(key=lambda row: (row["time"], row["event_id"]))
        assert {row["event_id"]: row["class"] for row in classify(rows)} == expected, history.name


@pytest.mark.parametrize("seed", range(3))
def test_a_second_classifier_agrees_on_random_accounts(seed: int) -> None:
    world = payment_world(seed)
    portfolio = Portfolio.from_records(world)
    for asked_for in asked():
        person, moment = asked_for["applicant_id"], asked_for["as_of"]
        rows = payments_of(world, person, moment).rows("flows")
        found = portfolio.classified(person, moment)
        assert list(found.classes) == [row["class"] for row in rows]
        np.testing.assert_allclose(found.undone, [row["undone"] for row in rows], atol=1e-6)
        partners = [None if k < 0 else rows[k] for k in found.paired_with.tolist()]
        assert all(
            a is b or row["undone"] or row["class"] in ("refund", "chargeback")
            for a, b, row in zip(partners, (row["partner"] for row in rows), rows, strict=True)
        )
