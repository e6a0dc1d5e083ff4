"""Asking what each payment of a person is, and what a door makes of dates and account ids."""

from __future__ import annotations

import timeit
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import thread_time

import numpy as np
import pytest

from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.vocabularies import ACCOUNT_KINDS
from creditscore.errors import ParameterError

AS_OF = datetime(2025, 6, 15, tzinfo=UTC)
ROWS = [
    {"applicant_id": "a", "event_time": "2025-05-28T08:00Z", "amount": 2400.0, "kind": "salary"},
    {"applicant_id": "a", "event_time": "2025-06-02T08:00Z", "amount": -35.0, "kind": "purchase",
     "counterparty_id": "shop"},
    {"applicant_id": "a", "event_time": "2025-06-03T08:00Z", "amount": 20.0, "kind": "refund",
     "counterparty_id": "shop"},
    {"applicant_id": "a", "event_time": "2025-06-20T08:00Z", "amount": -1.0, "kind": "fee"},
    {"applicant_id": "b", "event_time": "2025-06-03T08:00Z", "amount": -9.0, "kind": "fee"},
]  # fmt: skip


def test_classes_are_those_of_what_was_known_of_one_person() -> None:
    found = Portfolio(payments=ROWS).classified("a", AS_OF)
    assert len(found) == 3
    assert found.classes == ("wages", "purchase", "refund")
    assert found.counts_as == ("income", "spending", "")
    assert found.evidence == ("kind", "kind", "kind")
    assert found.paired_with.tolist() == [-1, -1, 1]
    assert found.undone.tolist() == [0.0, 20.0, 0.0]
    assert not found.amounts.flags.writeable


def test_classes_as_a_table_and_in_a_notebook() -> None:
    found = Portfolio(payments=ROWS).classified("a", "2025-06-15T00:00Z")
    frame = found.to_frame()
    assert frame["class"].tolist() == ["wages", "purchase", "refund"]
    assert frame["paired_with"].isna().tolist() == [True, True, False]
    assert str(frame["event_time"].dt.tz) == "UTC"
    assert found._repr_html_().count("<tr>") == 4
    assert "purchase" in repr(found)


def test_of_many_payments_the_first_and_last_are_shown() -> None:
    rows = [
        {"applicant_id": 1, "event_time": AS_OF - timedelta(days=40 - k), "amount": -1.0 - k}
        for k in range(30)
    ]
    shown = repr(Portfolio(payments=rows).classified(1, AS_OF)).splitlines()
    assert shown[0] == "ClassifiedPayments(30 payments)"
    assert len(shown) == 13
    assert shown[-1].split()[0] == "29"


@pytest.mark.parametrize("applicant", ["nobody", "a"])
def test_nothing_known_is_nothing_classified(applicant: str) -> None:
    assert len(Portfolio(payments=ROWS).classified(applicant, "2020-01-01T00:00Z")) == 0
    assert (
        len(
            Portfolio(loans=[{"loan_id": 1, "applicant_id": "a", "event_time": AS_OF}]).classified("a", AS_OF)
        )
        == 0
    )


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ParameterError, match="'as_of'.*an instant with a zone"):
        Portfolio(payments=ROWS).classified("a", "2025-06-15")


# dates alone


def dated(*times: object) -> list[dict[str, object]]:
    return [{"applicant_id": 1, "event_time": time, "amount": -1.0} for time in times]


def test_rows_that_came_as_dates_are_marked() -> None:
    table = Portfolio(
        payments=dated("2025-01-03", "2025-01-04T00:00:00+01:00"), timezone="Europe/Prague"
    ).tables
    assert table["payments"].column("date_only").tolist() == [1.0, 0.0]


@pytest.mark.parametrize("times", [("2025-01-03T00:00Z",), (datetime(2025, 1, 3, tzinfo=UTC),)])
def test_without_a_date_nothing_is_marked(times: tuple[object, ...]) -> None:
    assert "date_only" not in Portfolio(payments=dated(*times)).tables["payments"].columns


def test_dates_of_a_frame_are_marked_too() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {"applicant_id": [1, 1], "event_time": [date(2025, 1, 3), date(2025, 1, 4)], "amount": [1.0, 2.0]}
    )
    table = Portfolio(payments=frame, timezone="Asia/Tehran").tables["payments"]
    assert table.column("date_only").tolist() == [1.0, 1.0]


def test_a_mark_that_is_given_is_kept() -> None:
    rows = [row | {"date_only": False} for row in dated("2025-01-03")]
    table = Portfolio(payments=rows, timezone="UTC").tables["payments"]
    assert table.column("date_only").tolist() == [0.0]


# accounts


def account_kinds(*ids: object) -> list[str | None] | None:
    rows = [
        {"applicant_id": 1, "event_time": AS_OF + timedelta(hours=k), "amount": -1.0, "account_id": name}
        for k, name in enumerate(ids)
    ]
    table = Portfolio(payments=rows).tables["payments"]
    if "account_kind" not in table.columns:
        return None
    return [None if code < 0 else ACCOUNT_KINDS[code] for code in table.column("account_kind").tolist()]


def test_an_account_id_that_is_a_word_says_what_the_account_is() -> None:
    ids = ("my savings", "Credit Card", "current-1", "a17", None, "discard", "visa 4412")
    assert account_kinds(*ids) == ["savings", "card", "current", None, None, None, "card"]


@pytest.mark.parametrize("ids", [("a17", "b2"), (17, 18), (None, "DE89370400440532013000")])
def test_an_account_id_that_is_no_word_says_nothing(ids: tuple[object, ...]) -> None:
    assert account_kinds(*ids) is None


def test_a_sort_of_account_that_is_given_is_kept() -> None:
    rows = [row | {"account_id": "savings", "account_kind": "current"} for row in dated(AS_OF)]
    assert Portfolio(payments=rows).tables["payments"].column("account_kind").tolist() == [0]


def test_a_person_with_thousands_of_payments_is_classified_in_linear_time() -> None:
    """Every search looks back over 200 rows at most: ten times the rows take about ten times as long."""
    rng = np.random.default_rng(5)
    seconds = []
    pl = pytest.importorskip("polars")
    for count in (4_000, 40_000):
        when = np.sort(rng.integers(0, 86_400_000_000, count))
        rows = {
            "applicant_id": np.ones(count, np.int64),
            "event_time": np.datetime64("2025-01-01", "us") + when.astype("m8[us]"),
            "amount": rng.choice([-10.0, 10.0, -10.02, 10.02], count),
            "counterparty_id": rng.integers(0, 400, count),
            "account_id": rng.integers(0, 3, count),
        }
        portfolio = Portfolio(payments=pl.DataFrame(rows), timezone="UTC")
        asking = partial(portfolio.classified, 1, AS_OF)
        seconds.append(min(timeit.repeat(asking, number=1, repeat=3, timer=thread_time)))
    assert seconds[1] < 40 * seconds[0]
