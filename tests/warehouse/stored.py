"""A world of records in DuckDB and in PostgreSQL, and the answers of a query."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.warehouse.warehouse import Warehouse

Record = Mapping[str, Any]
World = Mapping[str, Sequence[Record]]
_TYPES = {"time": "TIMESTAMP WITH TIME ZONE", "number": "DOUBLE PRECISION", "flag": "BOOLEAN"}
_ARROW = {"DOUBLE PRECISION": pa.float64(), "BOOLEAN": pa.bool_()}


def columns_of(rows: Sequence[Record]) -> list[str]:
    """Every column that some row has."""
    return list(dict.fromkeys(column for row in rows for column in row))


def warehouse_of(world: World, asked: Sequence[Record], **more: Any) -> Warehouse:
    """A warehouse with the columns that the records have; a table without rows has those of its contract."""
    tables = {
        name: columns_of(rows) or [column.name for column in CONTRACTS[name].columns]
        for name, rows in world.items()
    }
    return Warehouse(tables, applications=columns_of(asked), **more)


def typed(table: str, columns: Sequence[str]) -> dict[str, str]:
    """The type of each column in a warehouse."""
    contract = APPLICATIONS if table == "applications" else CONTRACTS[table]
    kinds = {name: column.kind for name, column in contract.declared.items()}
    return {name: _TYPES.get(kinds.get(name, "text"), "TEXT") for name in columns}


def plain(value: Any, kind: str) -> Any:
    """A value as a column of its type is given it; None is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind == _TYPES["time"]:
        return value.isoformat()
    if kind == _TYPES["flag"]:
        return bool(value)
    return str(value) if kind == "TEXT" else value


def arrow(rows: Sequence[Record], types: Mapping[str, str]) -> pa.Table:
    """The records as columns of one type each; times as text."""
    return pa.table(
        {
            name: pa.array([plain(row.get(name), kind) for row in rows], _ARROW.get(kind, pa.string()))
            for name, kind in types.items()
        }
    )


def in_duckdb(world: World, asked: Sequence[Record]) -> Any:
    """A connection to a database that holds the records."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, rows in {**world, "applications": asked}.items():
        types = typed(name, columns_of(rows) or [column.name for column in CONTRACTS[name].columns])
        declared = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
        connection.execute(f"CREATE TABLE {name} ({declared})")
        if rows:
            connection.register("frame", arrow(rows, types))
            cast = ", ".join(f'CAST("{column}" AS {kind})' for column, kind in types.items())
            connection.execute(f"INSERT INTO {name} SELECT {cast} FROM frame")
            connection.unregister("frame")
    return connection


def duckdb_values(connection: Any, query: str, asked: Sequence[Record]) -> pd.DataFrame:
    """The answer, in the order of the applications."""
    found = connection.execute(query).df()
    found.index = found.pop("application_id").map(str)
    return found.loc[[str(row["application_id"]) for row in asked]].astype(np.float64)


def in_postgres(server: Any, world: World, asked: Sequence[Record]) -> Any:
    """A connection to a schema that holds the records, with the settings that the documentation names."""
    connection = server.connect()
    schema = f"w{uuid.uuid4().hex[:16]}"
    connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(f"SET search_path TO {schema}")
    for setting in ("enable_nestloop = off", "jit = off", "timezone = 'UTC'"):
        connection.execute(f"SET {setting}")
    for name, rows in {**world, "applications": asked}.items():
        types = typed(name, columns_of(rows) or [column.name for column in CONTRACTS[name].columns])
        declared = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
        connection.execute(f"CREATE TABLE {name} ({declared})")
        columns = ", ".join(f'"{column}"' for column in types)
        with connection.cursor().copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([plain(row.get(column), kind) for column, kind in types.items()])
    return connection


def postgres_values(connection: Any, query: str, asked: Sequence[Record]) -> pd.DataFrame:
    """The answer, in the order of the applications."""
    cursor = connection.execute(query)
    found = pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])
    found.index = found.pop("application_id").map(str)
    return found.loc[[str(row["application_id"]) for row in asked]].astype(np.float64)
