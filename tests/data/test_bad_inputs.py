"""Every column of every table, with every kind of fault, by every door: what becomes of it stands here.

A fault is refused by an error of the library that names table and column and holds no whole record; or it is
a missing value; or it is accepted, as the table says. Whatever is refused for single rows can be set aside
and counted instead. Nothing else may come out, and no error of another library.
"""

from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from creditscore.data.applications import Applications
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, Column, TableContract
from creditscore.errors import ContractError, ParameterError
from creditscore.fraud.shared import SHARED
from creditscore.fraud.signals import fraud_signals

REFUSED, MISSING, ACCEPTED = "refused", "missing", "accepted"
NOON = datetime(2024, 5, 31, 12, 30, tzinfo=UTC)
ALL = {**CONTRACTS, "applications": APPLICATIONS, "shared": SHARED}
IDS = ("applicant", "loan", "id")
KINDS = (*IDS, "text", "closed", "time", "number", "flag")


class Odd:
    """Nothing that a table holds."""


SECRET = {"name": "A. Person", "phone": "0123", "note": "x" * 9_000}

# The value that one row gets, and what becomes of it by the kind of column; the reason where it is accepted.
FAULTS: dict[str, tuple[Any, dict[str, str]]] = {
    "none": (None, dict.fromkeys(KINDS, MISSING)),
    "float NaN": (math.nan, dict.fromkeys(KINDS, MISSING)),
    "NumPy NaN": (np.float64("nan"), dict.fromkeys(KINDS, MISSING)),
    "NA": (pd.NA, dict.fromkeys(KINDS, MISSING)),
    "NaT": (pd.NaT, dict.fromkeys(KINDS, MISSING)),
    "Decimal NaN": (Decimal("NaN"), dict.fromkeys(KINDS, MISSING)),
    "signalling NaN": (Decimal("sNaN"), dict.fromkeys(KINDS, MISSING)),
    "empty text": ("", dict.fromkeys(KINDS, MISSING)),
    "blanks": (" \t", dict.fromkeys(KINDS, MISSING)),
    "unseen characters": ("\u200b\ufeff", dict.fromkeys(KINDS, MISSING)),
    "a word": (
        "surprise",
        {**dict.fromkeys(KINDS, REFUSED), "text": ACCEPTED, **dict.fromkeys(IDS, ACCEPTED)},
    ),
    "nan as text": ("nan", {**dict.fromkeys(KINDS, REFUSED), "text": ACCEPTED}),
    "NULL as text": ("NULL", {**dict.fromkeys(KINDS, REFUSED), "text": ACCEPTED}),
    "None as text": ("None", {**dict.fromkeys(KINDS, REFUSED), "text": ACCEPTED}),
    "half a character": ("a\ud800", dict.fromkeys(KINDS, REFUSED)),
    "infinity": (math.inf, dict.fromkeys(KINDS, REFUSED)),
    "minus infinity": (-math.inf, dict.fromkeys(KINDS, REFUSED)),
    "a fraction": (0.5, {**dict.fromkeys(KINDS, REFUSED), "number": ACCEPTED, "flag": ACCEPTED}),
    "a record": (SECRET, dict.fromkeys(KINDS, REFUSED)),
    "a list": ([SECRET], dict.fromkeys(KINDS, REFUSED)),
    "bytes": (b"x" * 9_000, dict.fromkeys(KINDS, REFUSED)),
    "an object": (Odd(), dict.fromkeys(KINDS, REFUSED)),
    "a complex number": (1j, dict.fromkeys(KINDS, REFUSED)),
    "a moment": (NOON, {**dict.fromkeys(KINDS, REFUSED), "time": ACCEPTED}),
    "a time of day": (NOON.time(), dict.fromkeys(KINDS, REFUSED)),
    "a span": (np.timedelta64(3, "D"), dict.fromkeys(KINDS, REFUSED)),
    "a number of 70 bits": (2**70, {**dict.fromkeys(KINDS, REFUSED), "number": ACCEPTED, "flag": ACCEPTED}),
    "a number of 2000 bits": (2**2000, dict.fromkeys(KINDS, REFUSED)),
}
# Times that a time column refuses; other kinds are tried with the rows above.
TIMES: dict[str, Any] = {
    "no zone": datetime(2024, 5, 31, 12, 30),  # noqa: DTZ001
    "a date": date(2024, 5, 31),
    "the first day of Excel": "1899-12-30T00:00:00Z",
    "1900-01-01": "1900-01-01T00:00:00Z",
    "1970-01-01": "1970-01-01T00:00:00Z",
    "9999-12-31": "9999-12-31T00:00:00Z",
    "the last instant": datetime.max.replace(tzinfo=UTC),
    "the first instant": datetime.min.replace(tzinfo=UTC),
    "a year of the Solar Hijri calendar": "1403-03-12T10:00:00Z",
    "a Buddhist year": "2567-05-31T10:00:00Z",
    "no such day": "2024-02-30T10:00:00Z",
    "day before month": "31.05.2024",
    "microseconds as a number": 1_717_158_600_000_000,
    "a flag": True,
}


def base(contract: TableContract) -> list[dict[str, Any]]:
    """Four rows without a fault: every declared column filled."""
    return [
        {name: _value(contract, column, row) for name, column in contract.declared.items()}
        for row in range(4)
    ]


def _value(contract: TableContract, column: Column, row: int) -> Any:
    if column.kind == "time":
        return datetime(2024, 5, 1 + row, 12 if column.name == contract.row_time else 13, 30, tzinfo=UTC)
    if column.vocabulary is not None:
        return column.vocabulary[0]
    if column.kind in {"number", "flag"}:
        return float(row % 2) if column.kind == "flag" else 1.0 + row
    if column.name == "source":
        return next(iter(SOURCES))
    return {"currency": "EUR", "applicant_id": f"p{row}", "loan_id": f"l{row}"}.get(
        column.name, f"{column.name}{row}"
    )


def kind_of(column: Column) -> str:
    return "closed" if column.vocabulary is not None else column.kind


def around(name: str) -> dict[str, list[dict[str, Any]]]:
    """Tables that a table cannot be without."""
    needs_loans = (
        name != "loans" and CONTRACTS.get(name) is not None and CONTRACTS[name].loan_column is not None
    )
    loans = base(CONTRACTS["loans"])
    earlier = {
        "event_time": datetime(2024, 1, 1, 12, tzinfo=UTC),
        "known_time": datetime(2024, 1, 1, 12, tzinfo=UTC),
    }
    return {"loans": [row | earlier for row in loans]} if needs_loans else {}


def enter(name: str, table: Any, **options: Any) -> Any:
    """Bring a table in by the entry that takes it."""
    if name == "applications":
        return Applications(table, **options)
    if name == "shared":
        asked = Applications.from_records({"application_id": 1, "applicant_id": "p0", "as_of": NOON})
        return fraud_signals(asked, Portfolio(), shared=table, **options)
    return Portfolio(**around(name), **{name: table}, **options)


def _pandas(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]}
    return pd.DataFrame(columns)


def _inferred(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows)


def _arrow(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], from_pandas=True) for name in rows[0]})


def _polars(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(name, [row[name] for row in rows], strict=True) for name in rows[0]})


DOORS: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "records": lambda rows: rows,
    "pandas of objects": _pandas,
    "pandas": _inferred,
    "arrow": _arrow,
    "polars": _polars,
}


def verdict(name: str, table: Any, column: str, **options: Any) -> str:
    """What became of a fault; a failure where the error is none of ours, or says too much or too little."""
    try:
        enter(name, table, **options)
    except ContractError as error:
        return REFUSED if _is_well_said(error, name, column) else f"said badly: {error}"
    return ACCEPTED


def _is_well_said(error: ContractError, name: str, column: str) -> bool:
    """Whether a message names the offender and the remedy, holds no record, and can be sent."""
    named = any(problem.table == name for problem in error.problems) and column in str(error)
    whole = all(problem.remedy and problem.rule for problem in error.problems)
    sent = str(pickle.loads(pickle.dumps(error))) == str(error)
    return named and whole and sent and len(str(error)) < 4_000 and "A. Person" not in str(error)


def _goes_along(contract: TableContract, name: str) -> bool:
    """Whether a column is there beside whichever is at fault: not all are, since each is read by itself.

    Rows of plain records have all their columns.
    """
    return contract.declared[name].required or contract.declared[name].kind == "time"


def failures(name: str, door: str) -> tuple[list[str], Counter[str]]:
    contract = ALL[name]
    found: list[str] = []
    counts: Counter[str] = Counter()
    whole = base(contract)
    for column in contract.declared.values():
        kind = kind_of(column)
        kept = [
            name
            for name in whole[0]
            if door == "records" or name == column.name or _goes_along(contract, name)
        ]
        tried = {fault: (value, wanted[kind]) for fault, (value, wanted) in FAULTS.items()}
        if column.name == "source":
            tried["a word"] = ("surprise", REFUSED)
            tried |= {f: (v, REFUSED) for f, (v, w) in tried.items() if f.endswith("as text")}
        if column.name == "currency":
            tried |= {f: (v, REFUSED) for f, (v, w) in tried.items() if w == ACCEPTED}
        if kind == "time":
            tried |= {fault: (value, REFUSED) for fault, value in TIMES.items()}
        for fault, (value, wanted) in tried.items():
            rows = [{name: row[name] for name in kept} for row in whole]
            rows[2][column.name] = value
            table = _held(door, rows, column.name)
            if table is None:
                continue
            expected = wanted
            if wanted == MISSING:
                expected = REFUSED if column.required else ACCEPTED
            counts[wanted] += 1
            try:
                got = verdict(name, table, column.name)
            except Exception as error:  # noqa: BLE001 - all are listed at once
                got = f"{type(error).__name__}: {str(error)[:160]}"
            if got != expected and not _may_differ(contract, column, fault, got):
                found.append(f"{name}.{column.name} ({kind}), {fault}, by {door}: {got}; {expected} is right")
    return found, counts


def _held(door: str, rows: list[dict[str, Any]], column: str) -> Any:
    """The table of another library; None where that library refuses the value, or makes another one of it."""
    try:
        table = DOORS[door](rows)
    except BaseException:  # noqa: BLE001 - a panic of Rust is no Exception
        return None
    if door in {"arrow", "polars"}:
        kept, given = table[column].to_pylist()[2] if door == "arrow" else table[column][2], rows[2][column]
        return table if kept is None or (type(kept), kept) == (type(given), given) else None
    return table


def _may_differ(contract: TableContract, column: Column, fault: str, got: str) -> bool:
    """Reasons why one column is an exception."""
    ids = column.kind == "loan" or (column.kind == "applicant" and contract.loan_column is not None)
    if fault in {"a word", "a moment"} and got == REFUSED and (ids or column.kind == "time"):
        return True  # a loan that is not there, or is another person's; a moment before its row began
    if column.name == "paid_time" and got == REFUSED:
        return True  # what was paid, and no time says when
    amount = column.at_least is not None or column.unit == "days"
    return fault == "a number of 70 bits" and got == REFUSED and amount


@pytest.mark.parametrize("door", list(DOORS))
@pytest.mark.parametrize("name", list(ALL))
def test_every_fault_of_every_column_has_its_verdict(name: str, door: str) -> None:
    assert verdict(name, DOORS[door](base(ALL[name])), "") == ACCEPTED
    found, counts = failures(name, door)
    assert not found, "\n".join(found)
    assert counts[REFUSED] > (100 if door in {"records", "pandas of objects"} else 10)


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_rows_at_fault_are_set_aside_and_counted(name: str) -> None:
    for column in CONTRACTS[name].declared.values():
        for value in ([SECRET], "a\ud800", "1900-01-01T00:00:00Z" if column.kind == "time" else b"x"):
            rows = base(CONTRACTS[name])
            rows[2] = rows[2] | {column.name: value}
            portfolio = enter(name, rows, on_bad_rows="quarantine")
            assert portfolio.quarantined[name].rows.tolist() == [2], (column.name, value)
            assert portfolio.tables[name].n_rows == 3


NO_TABLES: dict[str, Any] = {
    "a number": 3,
    "a text": "payments.csv",
    "bytes": b"x" * 9_000,
    "a dict of columns": {"applicant_id": [1], "note": ["A. Person" * 900]},
    "a list of lists": [["A. Person" * 900, 1]],
    "a list of texts": ["A. Person" * 900],
    "a stray item among records": [{"applicant_id": "a", "event_time": NOON}, SECRET["note"]],
    "an array": np.zeros((3, 3)),
    "a series": pd.Series([1, 2]),
    "a column of polars": pl.Series("a", [1]),
    "a type": dict,
    "a function": len,
    "an iterator of numbers": iter([1, 2]),
    "two columns of one name": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "names that are one as text": pd.DataFrame([[1, 2]], columns=["1", 1]),
}


@pytest.mark.parametrize("what", list(NO_TABLES))
@pytest.mark.parametrize("name", list(ALL))
def test_what_is_no_table_is_refused_in_a_sentence(name: str, what: str) -> None:
    with pytest.raises(ParameterError) as refused:
        enter(name, NO_TABLES[what])
    assert f"'{name}'" in str(refused.value)
    assert len(str(refused.value)) < 500
    assert "A. Person" not in str(refused.value)


@pytest.mark.parametrize("name", list(ALL))
def test_a_required_column_that_is_not_there_is_named(name: str) -> None:
    for column in ALL[name].declared.values():
        gone = {column.name, "paid_amount" if column.name == "paid_time" else column.name}
        rows = [{key: value for key, value in row.items() if key not in gone} for row in base(ALL[name])]
        assert verdict(name, rows, column.name) == (REFUSED if column.required else ACCEPTED), column.name
