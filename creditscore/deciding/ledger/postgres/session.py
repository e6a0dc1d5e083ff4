"""Connections to PostgreSQL: how they are made, what a ledger says on them, and what their errors mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import sqlalchemy as sa

from creditscore.deciding.ledger.postgres.address import Address
from creditscore.errors import LedgerAwayError, LedgerError

# A class of SQLSTATE, or a whole one: the connection, the server or the turn was lost, and another may do.
_AWAY: Final = ("08", "57P", "25006", "25P03", "40", "53300")
_REMEDIES: Final = {
    "42501": "The role may not do that: `creditscore ledger grants` prints what each role needs.",
    "55P03": "Others have been writing for longer than 'patience' allows.",
}
_POOL: Final = 4


class PostgresSession:
    """See `creditscore.deciding.ledger.session.Session`.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    """

    clash: type[Exception] = sa.exc.IntegrityError

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        found = self._connection.exec_driver_sql(query.replace("?", "%s"), tuple(values) or None)
        return [tuple(row) for row in found] if found.returns_rows else []

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        given = [tuple(row) for row in rows]
        if given:
            several: Any = given if given[0] else None
            self._connection.exec_driver_sql(statement.replace("?", "%s"), several)

    def bare(self, column: str) -> str:
        """Write a column of bytes so that no index is asked for it."""
        return f"({column} || '')"

    def allow_replacing(self) -> None:
        """Take away, until `refuse_replacing`, the triggers that stand against wrapping keys anew."""
        self._triggers("DISABLE TRIGGER")

    def refuse_replacing(self) -> None:
        """Put back the triggers that `allow_replacing` took away."""
        self._triggers("ENABLE ALWAYS TRIGGER")

    def _triggers(self, how: str) -> None:
        for table in ("about", "keys"):
            self.rows(f"ALTER TABLE {table} {how} {table}_refuses")


def engine_for(address: Address) -> sa.Engine:
    """Make what keeps a few connections to a database, each as the ledger needs it."""
    given = address.connecting()
    return sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(**given),
        pool_size=_POOL,
        max_overflow=_POOL,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
    )


@contextmanager
def errors_of(address: Address) -> Iterator[None]:
    """Turn errors of a database into those of a ledger; no statement, value or password stands in them.

    Raises
    ------
    LedgerAwayError
        Where the connection or the server was lost.
    LedgerError
        For all else that a database refuses.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _meaning(error, address) from None
    except sa.exc.SQLAlchemyError as error:
        raise LedgerError(f"The ledger {address} failed: {type(error).__name__}.") from None


def _meaning(error: sa.exc.DBAPIError, address: Address) -> LedgerError:
    state = getattr(error.orig, "sqlstate", None) or ""
    said = getattr(getattr(error.orig, "diag", None), "message_primary", None) or str(error.orig)
    said = " ".join(said.split()).rstrip(".")[:300]
    secret = address.parameters.get("password")
    if secret:
        said = said.replace(str(secret), "***")
    lost = error.connection_invalidated or (not state and isinstance(error.orig, psycopg.OperationalError))
    if lost or state.startswith(_AWAY):
        return LedgerAwayError(f"The ledger {address} is away: {said}.")
    return LedgerError(f"The ledger {address} failed: {said}. {_REMEDIES.get(state, '')}".rstrip())
