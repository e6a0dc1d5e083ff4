"""Every door of the library, so that each test of what comes in runs on each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

Rows = list[dict[str, Any]]
Door = Callable[[Rows], Any]
START = datetime(2024, 1, 1, tzinfo=UTC)


def _pandas_numpy(rows: Rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    return frame.astype(dict.fromkeys(texts, object))


def _pandas_nullable(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows).convert_dtypes()


def _pandas_pyarrow(rows: Rows) -> pd.DataFrame:
    return _pyarrow(rows).to_pandas(types_mapper=pd.ArrowDtype)


def _polars(rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def _pyarrow(rows: Rows) -> pa.Table:
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])


DOORS: dict[str, Door] = {
    "records": lambda rows: rows,
    "pandas-numpy": _pandas_numpy,
    "pandas-nullable": _pandas_nullable,
    "pandas-pyarrow": _pandas_pyarrow,
    "polars": _polars,
    "polars-lazy": lambda rows: _polars(rows).lazy(),
    "pyarrow": _pyarrow,
}


@pytest.fixture(params=list(DOORS))
def door(request: pytest.FixtureRequest) -> Door:
    """Turn a list of dicts into a table of one library."""
    return DOORS[request.param]


@pytest.fixture
def doors() -> dict[str, Door]:
    return DOORS


@pytest.fixture
def at() -> Callable[[float], datetime]:
    """The moment some days after the first of January 2024, UTC."""
    return lambda days: START + timedelta(days=days)


@pytest.fixture
def micros() -> Callable[[datetime], int]:
    """Microseconds since 1970 by Python's own arithmetic."""
    return lambda moment: (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.fixture
def lender(at: Callable[[float], datetime]) -> dict[str, Rows]:
    """A small lender with a row or more in every declared table, ids Unicode, rows in no order."""
    people = ["żółw", "اردشیر", "张伟", "a", "Émile"]
    payments = [
        {
            "applicant_id": people[n % 5],
            "event_time": at((n * 37 % 50) / 2),
            "event_id": f"p{n % 90}",
            "known_time": at(200 if n >= 90 else (n * 37 % 50) / 2),
            "amount": (-1.0) ** n * (n % 9) * 1.25,
            "balance": None if n % 4 == 0 else float(n),
            "kind": ["purchase", "salary", None][n % 3],
            "counterparty_id": n % 11,
            "note": ["β", "α", None, "γ"][n % 4],
            "weekend": n % 2 == 0,
        }
        for n in [*range(0, 90, 2), *range(1, 90, 2), 91]
    ]
    loans = [
        {
            "loan_id": 10 - n,
            "applicant_id": people[n % 5],
            "event_time": at(n),
            "amount": 100.0 * n,
            "closed_time": end,
        }
        for n, end in enumerate([None, at(99), None, at(80), None, at(70), at(60)])
    ]
    instalments = [
        {
            "loan_id": 10 - n % 7,
            "applicant_id": people[n % 7 % 5],
            "due_time": at(30 * (1 + n // 7)),
            "due_amount": 25.0,
            "instalment_no": 1 + n // 7,
            "paid_time": at(n) if n % 7 < 4 and n % 2 else None,
            "paid_amount": 25.0 if n % 7 < 4 and n % 2 else None,
        }
        for n in reversed(range(28))
    ]
    repayments = [
        {
            "loan_id": 10 - 4 - n % 3,
            "applicant_id": people[(4 + n % 3) % 5],
            "event_time": at(7 + n),
            "amount": 5.0,
        }
        for n in range(12)
    ]
    statements = [
        {
            "loan_id": 9,
            "applicant_id": people[1],
            "event_time": at(2 + 30 * n),
            "balance": 7.0,
            "days_past_due": n,
        }
        for n in range(3)
    ]
    person, other = people[0], people[1]
    return {
        "payments": payments,
        "loans": loans,
        "instalments": instalments,
        "repayments": repayments,
        "statements": statements,
        "bills": [
            {"applicant_id": person, "bill_id": 1, "due_time": at(3), "due_amount": 9.5, "paid_time": at(2)},
            {"applicant_id": person, "bill_id": 2, "due_time": at(1), "due_amount": 0.0, "paid_time": None},
        ],
        "inquiries": [{"applicant_id": other, "event_time": at(4), "lender": "B"}],
        "ties": [
            {"person_id": person, "other_id": other, "event_time": at(1), "directed": True, "end_time": at(9)}
        ],
        "persons": [{"person_id": person, "other_id": people[2], "event_time": at(3)}],
        "memberships": [{"person_id": person, "group_id": "g", "event_time": at(1), "role": "head"}],
        "activities": [{"person_id": other, "event_time": at(2), "kind": "post"}],
        "standings": [{"person_id": other, "event_time": at(2), "standing": "good", "loan_id": 5}],
        "measures": [{"subject_id": other, "event_time": at(0), "measure": "rank", "value": 0.25}],
        "sessions": [{"applicant_id": person, "event_time": at(5), "channel": "app", "duration_s": 3.5}],
        "form_events": [{"applicant_id": person, "event_time": at(6), "application_id": 4, "action": "edit"}],
        "registrations": [
            {"applicant_id": person, "event_time": at(1), "email_host": "free", "email_digits": True}
        ],
        "settings": [{"applicant_id": person, "event_time": at(2), "setting": "autopay", "enabled": True}],
        "complaints": [{"applicant_id": person, "event_time": at(3), "kind": "complaint"}],
        "parties": [
            {"application_id": 1, "applicant_id": person, "role": "applicant"},
            {"application_id": 1, "applicant_id": other, "role": "guarantor"},
        ],
        "connections": [{"applicant_id": person, "source": "payments", "connected_time": at(0)}],
        "consents": [
            {"applicant_id": person, "source": "payments", "granted_time": at(0), "withdrawn_time": at(50)}
        ],
    }
