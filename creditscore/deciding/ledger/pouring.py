"""All rows of a ledger from one database into another: what a copy, a restoration and a move are made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, Final, TypeAlias

from creditscore.deciding.ledger import schema
from creditscore.deciding.ledger.session import Session
from creditscore.deciding.ledger.sqlite import SqliteSession

# From a query to its rows, all of one state.
Rows: TypeAlias = Callable[[str], Iterable[Any]]
_TABLES: Final = {
    "about": "ledger_id, key_check",
    "vault": "sealed",
    "chain": "sequence, kind, entry_id, subject, key_id, appended_at, nonce, payload, previous, hash",
    "keys": "key_id, subject, wrapped",
    "names": "name, sequence",
    "tree": "level, number, hash",
    "commitments": "sequence, commitment",
}
_BATCH: Final = 200


def pour(rows: Rows, session: Session) -> None:
    """Write all rows of a ledger into the empty tables of another, within a transaction.

    Parameters
    ----------
    rows : callable
        Reads the one.
    session : Session
        Of the other.
    """
    for table, columns in _TABLES.items():
        marks = ", ".join("?" * len(columns.split(",")))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - constants
        for some in _batches(rows(f"SELECT {columns} FROM {table}")):  # noqa: S608
            session.many(statement, some)


def pour_into_file(rows: Rows, path: Path) -> None:
    """Make a ledger in SQLite of all rows of another; the file is empty or not there."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {schema.PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        schema.create_tables(connection)
        pour(rows, SqliteSession(connection))
        connection.execute("COMMIT")


def _batches(rows: Iterable[Any]) -> Iterable[list[Any]]:
    some: list[Any] = []
    for row in rows:
        some.append(row)
        if len(some) == _BATCH:
            yield some
            some = []
    yield some
