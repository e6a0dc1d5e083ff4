"""A ledger out of a file into a new schema: it gets its name once it was verified."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar

import sqlalchemy as sa

from creditscore.deciding.ledger.postgres.address import Address
from creditscore.deciding.ledger.postgres.migrating import migrate
from creditscore.deciding.ledger.postgres.session import PostgresSession, engine_for, errors_of
from creditscore.deciding.ledger.postgres.store import PostgresStore
from creditscore.deciding.ledger.pouring import pour
from creditscore.deciding.ledger.store import Store
from creditscore.errors import LedgerError

Found = TypeVar("Found")
_SCRATCH: Final = "loading_"


def loaded(file: Path, address: Address, verify: Callable[[Store], Found]) -> Found:
    """Write a ledger in SQLite into a new schema, and return what its verification finds.

    Parameters
    ----------
    file : Path
        That nobody else writes to.
    address : Address
        The role must be one that may make schemas; it owns the tables.
    verify : callable
        Raises where the copy is not as it should be: then nothing of it is left.

    Raises
    ------
    LedgerError
        If there is such a schema already, or the database refuses.
    """
    scratch = address.within(f"{_SCRATCH}{secrets.token_hex(8)}")
    engine = engine_for(scratch)
    try:
        with errors_of(address), engine.connect() as connection:
            if _is_there(connection, address.schema):
                raise LedgerError(
                    f"A ledger is copied into a new schema only, and {address.schema!r} is there already. "
                    "Name another."
                )
            try:
                return _loaded(file, scratch, engine, address.schema, verify)
            finally:
                connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {scratch.schema} CASCADE")
    finally:
        engine.dispose()


def _loaded(
    file: Path, scratch: Address, engine: sa.Engine, schema: str, verify: Callable[[Store], Found]
) -> Found:
    migrate(scratch)
    with closing(sqlite3.connect(file)) as source, _transaction(engine) as connection:
        pour(source.execute, PostgresSession(connection))
    store = PostgresStore(scratch)
    try:
        found = verify(store)
    finally:
        store.close()
    with _transaction(engine) as connection:
        connection.exec_driver_sql(f"ALTER SCHEMA {scratch.schema} RENAME TO {schema}")
    return found


@contextmanager
def _transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        writing = connection.execution_options(isolation_level="READ COMMITTED")
        yield writing
        writing.commit()


def _is_there(connection: sa.Connection, schema: str) -> bool:
    query = "SELECT count(*) FROM pg_namespace WHERE nspname = %s"
    return bool(connection.exec_driver_sql(query, (schema,)).scalar())
