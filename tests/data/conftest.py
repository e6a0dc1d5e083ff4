"""Every door of the library, so that each test of what comes in runs on each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from tests.data.lender import Rows, moment, tables

Door = Callable[[Rows], Any]


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
    return moment


@pytest.fixture
def micros() -> Callable[[datetime], int]:
    """Microseconds since 1970 by Python's own arithmetic."""
    return lambda moment: (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.fixture
def lender() -> dict[str, Rows]:
    """A small lender with a row or more in every declared table, ids Unicode, rows in no order."""
    return tables()
