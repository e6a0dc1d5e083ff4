"""What people have in their tables every day comes in, and what they hand over by mistake is named."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import creditscore as cs
from creditscore.errors import ContractError, CreditScoreError, ParameterError, Problem, shown

MOMENT = pd.Timestamp("2024-05-31T10:00Z")
N = 3
UUIDS = [UUID(int=number) for number in range(N)]
PEOPLE = tuple(map(str, UUIDS))


class Kind(StrEnum):
    RENT = "rent"


class Shade(Enum):
    RENT = "rent"


def frame(**columns: Any) -> pd.DataFrame:
    plain = {"applicant_id": [1, 2, 3], "event_time": [MOMENT] * N, "amount": [1.0, 2.0, 3.0]}
    return pd.DataFrame(plain | columns)


def arrow(**columns: Any) -> pa.Table:
    plain = {"applicant_id": [1, 2, 3], "event_time": [MOMENT] * N, "amount": [1.0, 2.0, 3.0]}
    return pa.table(plain | columns)


def polars(**columns: Any) -> pl.DataFrame:
    plain = {"applicant_id": [1, 2, 3], "event_time": [MOMENT] * N, "amount": [1.0, 2.0, 3.0]}
    return pl.DataFrame(plain | columns)


QUERY = """select range + 1 as applicant_id, timestamptz '2024-05-31 10:00:00+00' as event_time,
    cast(range + 1 as decimal(10, 2)) as amount from range(3)"""
AS_NUMBERS: dict[str, Callable[[], Any]] = {
    "sparse": lambda: frame(applicant_id=pd.arrays.SparseArray([1, 2, 3])),
    "whole Decimals": lambda: frame(applicant_id=[Decimal(1), Decimal("2.0"), Decimal("3e0")]),
    "Decimals of Arrow": lambda: arrow(applicant_id=pa.array([1, 2, 3]).cast(pa.decimal128(38, 0))),
    "whole floats": lambda: frame(applicant_id=[1.0, 2.0, 3.0]),
    "categories": lambda: frame(applicant_id=pd.Categorical([1, 2, 3])),
    "categories of Arrow": lambda: arrow(applicant_id=pa.array([1, 2, 3]).dictionary_encode()),
    "integers of 128 bits": lambda: polars(applicant_id=pl.Series([1, 2, 3], dtype=pl.Int128)),
    "unsigned bytes": lambda: frame(applicant_id=np.array([1, 2, 3], np.uint8)),
    "scalars of NumPy": lambda: frame(applicant_id=pd.Series([np.int8(1), np.uint64(2), 3], dtype=object)),
    "scalars of Arrow": lambda: [
        row | {"applicant_id": pa.scalar(row["applicant_id"])} for row in frame().to_dict("records")
    ],
    "a relation of DuckDB": lambda: duckdb.sql(QUERY),
    "a batch of Arrow": lambda: arrow().to_batches()[0],
    "a reader of Arrow": lambda: arrow().to_reader(),
    "a lazy frame": lambda: polars().lazy(),
    "pandas on Arrow": lambda: arrow().to_pandas(types_mapper=pd.ArrowDtype),
    "columns that are numbers": lambda: frame().assign(extra=1).rename(columns={"extra": 7}),
    "a column without a name": lambda: frame().assign(extra=1).rename(columns={"extra": None}),
    "an index of its own": lambda: frame().set_axis(["x", "y", "z"]),
}
AS_TEXT: dict[str, Callable[[], Any]] = {
    "UUIDs": lambda: frame(applicant_id=UUIDS),
    "UUIDs in records": lambda: frame(applicant_id=UUIDS).to_dict("records"),
    # PyArrow before 18 has no type of its own for them, and keeps them as bytes or as text.
    "UUIDs of Arrow": lambda: arrow(
        applicant_id=pa.array([u.bytes for u in UUIDS], pa.uuid())
        if hasattr(pa, "uuid")
        else pa.array([str(u) for u in UUIDS])
    ),
    "UUIDs of DuckDB": lambda: duckdb.sql(
        "select cast('00000000-0000-0000-0000-00000000000' || range as uuid) as applicant_id, "
        "timestamptz '2024-05-31 10:00:00+00' as event_time, cast(range + 1 as double) as amount "
        "from range(3)"
    ),
    "objects of polars": lambda: polars(applicant_id=pl.Series(UUIDS, dtype=pl.Object)),
    "views of text": lambda: arrow(applicant_id=pa.array(PEOPLE, pa.string_view())),
    "categories of text": lambda: polars(applicant_id=pl.Series(PEOPLE, dtype=pl.Categorical)),
}


@pytest.mark.parametrize("what", list(AS_NUMBERS))
def test_ids_that_are_whole_numbers(what: str) -> None:
    payments = cs.Portfolio(payments=AS_NUMBERS[what]())
    assert list(payments.applicant_ids) == [1, 2, 3]
    assert payments.tables["payments"].column("amount").tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("what", list(AS_TEXT))
def test_ids_that_are_text(what: str) -> None:
    payments = cs.Portfolio(payments=AS_TEXT[what]())
    assert payments.applicant_ids == PEOPLE
    assert payments.tables["payments"].column("amount").tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("door", [frame, arrow, polars])
def test_numbers_of_other_types(door: Callable[..., Any]) -> None:
    for given in ([Decimal("1.5"), None, Decimal("2.25")], np.array([1.5, np.nan, 2.25], np.float32)):
        column = cs.Portfolio(payments=door(balance=given)).tables["payments"].column("balance")
        np.testing.assert_array_equal(column, [1.5, np.nan, 2.25])


def test_labels_of_other_types() -> None:
    for given in (
        pd.Categorical(["rent", None, "tax"]), pd.Series([Kind.RENT, pd.NA, "tax"], dtype=object),
        pd.Series([Shade.RENT, math.nan, "tax"], dtype=object), pd.array(["rent", None, "tax"], "string"),
    ):  # fmt: skip
        kept = cs.Portfolio(payments=frame(category=given)).to_frame("payments")["category"]
        assert kept.fillna("").tolist() == ["rent", "", "tax"]
    coded = pa.DictionaryArray.from_arrays([0, 1, 2], pa.array(["rent", None, "tax"]))
    kept = cs.Portfolio(payments=arrow(category=coded)).to_frame("payments")["category"]
    assert kept.fillna("").tolist() == ["rent", "", "tax"]


def test_an_optional_column_without_a_value_says_nothing_of_a_type() -> None:
    for column in ("balance", "category", "counterparty_id", "known_time", "date_only", "anything"):
        for gap in (None, math.nan, pd.NA, pd.NaT, "", " "):
            for table in (frame(**{column: [gap] * N}), frame(**{column: [gap] * N}).to_dict("records")):
                assert cs.Portfolio(payments=table).tables["payments"].n_rows == N


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0", "\u200b", "\ufeff "])
def test_a_blank_key_joins_nobody(blank: str) -> None:
    begun = "2024-01-01T00:00Z"
    asked = cs.Applications(
        [{"application_id": n, "applicant_id": f"p{n}", "as_of": "2024-02-01T00:00Z"} for n in range(6)]
    )
    sessions = [
        {"applicant_id": f"p{n}", "event_time": begun, "channel": "app", "device": blank} for n in range(6)
    ]
    signals = cs.fraud_signals(asked, cs.Portfolio(sessions=sessions))
    assert signals.values[:, 0].tolist() == [0.0] * 6
    assert not signals.in_queue.any()
    shared = [{"person": f"p{n}", "kind": "device", "key": blank, "event_time": begun} for n in range(6)]
    with pytest.raises(ContractError, match=r"shared\.key: is required and missing; 6 row"):
        cs.fraud_signals(asked, cs.Portfolio(), shared=shared)


def test_ids_that_only_look_alike_are_named() -> None:
    for one, other in (("a", "a "), ("é", "e\u0301"), ("7", "\u00a07")):
        with pytest.raises(ContractError, match="two ids look alike and are not the same"):
            cs.Portfolio(payments=frame(applicant_id=[one, other, "b"]))
    loan = {"applicant_id": "a", "event_time": MOMENT}
    with pytest.raises(ContractError, match="loans.loan_id: two ids look alike"):
        cs.Portfolio(loans=[loan | {"loan_id": "l"}, loan | {"loan_id": "l "}])


def test_schedules_without_their_loans_are_named_once_each() -> None:
    row = {"loan_id": 1, "applicant_id": 1, "due_time": MOMENT, "due_amount": 1.0, "paid_time": MOMENT}
    paid = [{"loan_id": 1, "applicant_id": 1, "event_time": MOMENT, "amount": 1.0}] * 2
    with pytest.raises(ContractError) as refused:
        cs.Portfolio(instalments=[row], repayments=paid)
    assert [(p.table, p.column) for p in refused.value.problems] == [
        ("instalments", "loan_id"), ("repayments", "loan_id"),
    ]  # fmt: skip


PORTFOLIO = cs.Portfolio(payments=frame())
APPLICATIONS = cs.Applications([{"application_id": 1, "applicant_id": 1, "as_of": MOMENT, "loan_id": 1}])
WRONG: dict[str, Callable[[], Any]] = {
    "a frame for applications": lambda: cs.OutcomeRule().label(frame(), PORTFOLIO, MOMENT),
    "a frame for a portfolio": lambda: cs.OutcomeRule().label(APPLICATIONS, frame(), MOMENT),
    "swapped": lambda: cs.OutcomeRule().label(PORTFOLIO, APPLICATIONS, MOMENT),
    "swapped signals": lambda: cs.fraud_signals(PORTFOLIO, APPLICATIONS),
    "signals of a frame": lambda: cs.fraud_signals(frame(), PORTFOLIO),
    "measures of a frame": lambda: cs.compute_measures(frame(), [MOMENT]),
    "a graph of a frame": lambda: cs.ties_to_networkx(frame()),
    "standings of a frame": lambda: cs.standings_from(frame(), cs.OutcomeRule(), MOMENT),
    "nothing": lambda: cs.OutcomeRule().label(None, None, MOMENT),
    "a missing moment": lambda: cs.OutcomeRule().label(APPLICATIONS, PORTFOLIO, pd.NaT),
    "a missing moment of NumPy": lambda: cs.OutcomeRule().label(
        APPLICATIONS, PORTFOLIO, np.datetime64("NaT")
    ),
    "a moment in seconds": lambda: cs.OutcomeRule().label(APPLICATIONS, PORTFOLIO, -(10**16)),
    "a moment of another century": lambda: PORTFOLIO.classified(1, "1403-03-12T10:00Z"),
    "a record for a moment": lambda: PORTFOLIO.classified(1, {"as_of": MOMENT}),
    "days as text": lambda: cs.OutcomeRule(bad_dpd="90"),
    "days that are no number": lambda: cs.OutcomeRule(bad_dpd=math.nan),
    "a truth for days": lambda: cs.OutcomeRule(indeterminate_dpd=True),
    "money as text": lambda: cs.OutcomeRule(materiality="x"),
    "a window that is a number": lambda: cs.OutcomeRule(window=90),
    "a rule without days": lambda: cs.OutcomeRule.from_dict({"bad_dpd": None}),
    "a zone that is a number": lambda: cs.Portfolio(timezone=3),
    "a zone without a name": lambda: cs.Portfolio(timezone=""),
    "a weekend that is a number": lambda: cs.Portfolio(weekend=3),
    "a weekend of lists": lambda: cs.Portfolio(weekend=[["sat"]]),
    "threads as text": lambda: cs.Portfolio(threads="2"),
    "a list of what to do": lambda: cs.Portfolio(on_bad_rows=["raise"]),
    "bytes for privacy": lambda: cs.Portfolio(privacy=b"x"),
    "a list of calendars": lambda: cs.Portfolio(calendar=["jalali"]),
    "tables that are a list": lambda: cs.Portfolio.from_records([{"a": 1}]),
    "a table that is none": lambda: cs.Portfolio.from_records({"payments": 3}),
    "an id of another type": lambda: PORTFOLIO.code([1]),
    "ids of another type": lambda: PORTFOLIO.codes([{"a": 1}]),
    "positions beyond the end": lambda: APPLICATIONS.take([7]),
    "positions that are text": lambda: APPLICATIONS.take(["a"]),
    "a mask of another length": lambda: APPLICATIONS.take(np.array([True, False])),
    "fractions for positions": lambda: APPLICATIONS.take([0.5]),
}


@pytest.mark.parametrize("what", list(WRONG))
def test_mistakes_are_named_in_a_sentence(what: str) -> None:
    with pytest.raises(CreditScoreError) as refused:
        WRONG[what]()
    assert 20 < len(str(refused.value)) < 400
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_applications_are_taken_by_position_or_by_a_mask() -> None:
    many = cs.Applications([{"application_id": n, "applicant_id": n, "as_of": MOMENT} for n in range(4)])
    assert many.take(np.array([False, True, False, True])).application_ids == (1, 3)
    assert many.take([3, -4]).application_ids == (3, 0)
    assert len(many.take([])) == 0


def test_values_in_messages_are_short() -> None:
    assert shown({"name": "A. Person"}) == "a dict"
    assert shown([{"name": "A. Person"}]) == "a list of 1"
    assert shown(frame()) == "a DataFrame"
    assert len(shown("x" * 9_000)) < 300
    assert shown("\ud800") == "'\\ud800'"
    assert shown(Problem("t", "c", "r", 1, (), "x")) == "a Problem"


def test_objects_travel() -> None:
    tables = {
        "payments": frame(), "ties": [{"person_id": 1, "other_id": 2, "event_time": MOMENT}],
        "loans": [{"loan_id": 1, "applicant_id": 1, "event_time": MOMENT, "written_off_time": None}],
    }  # fmt: skip
    portfolio = cs.Portfolio(**tables)
    outcomes = cs.OutcomeRule(window="1d").label(APPLICATIONS, portfolio, "2025-01-01T00:00Z")
    signals = cs.fraud_signals(APPLICATIONS, portfolio)
    for one in (portfolio, APPLICATIONS, outcomes, signals, portfolio.tables["payments"], cs.OutcomeRule()):
        for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
            assert type(again) is type(one)
            assert repr(again) == repr(one)
    again = pickle.loads(pickle.dumps(portfolio))
    assert again.tables["payments"].values.tobytes() == portfolio.tables["payments"].values.tobytes()
    assert again.network is not None
    frozen = (again.calendar.clock, *again.network.ties)
    for array in (again.tables["payments"].values, pickle.loads(pickle.dumps(outcomes)).labels, *frozen):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(TypeError):
        again.tables["payments"] = None
    assert isinstance(pickle.loads(pickle.dumps(ParameterError("x"))), ParameterError)
