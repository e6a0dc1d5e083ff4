"""The ledger in PostgreSQL: one writer at a time, nothing updated, and connections that come back.

Whoever writes holds a lock of the ledger's own until the transaction ends, so the next one sees all of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from creditscore.deciding.ledger.chain import Entry, Head
from creditscore.deciding.ledger.postgres.address import Address
from creditscore.deciding.ledger.postgres.catalogue import check_catalogue
from creditscore.deciding.ledger.postgres.migrating import FORM, migrate
from creditscore.deciding.ledger.postgres.session import PostgresSession, engine_for, errors_of
from creditscore.deciding.ledger.pouring import pour_into_file
from creditscore.deciding.ledger.session import Session
from creditscore.deciding.ledger.sql import PATIENCE_SECONDS, Found, SqlStore, checked_patience
from creditscore.deciding.ledger.store import About
from creditscore.deciding.ledger.writer import SqlWriter
from creditscore.errors import LedgerAwayError, LedgerError

_BATCH: Final = 200
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 1.0
_OLDEST_SERVER: Final = 130_000
# In this order: how long to wait, the turn itself, and that the commit waits for the disk.
_TURN: Final = (
    "SELECT set_config('lock_timeout', ?, true), "
    "pg_advisory_xact_lock((1129532465::bigint << 32) | 'chain'::regclass::oid::bigint), "
    "set_config('lock_timeout', '0', true), set_config('synchronous_commit', "
    "CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' "
    "ELSE current_setting('synchronous_commit') END, true)"
)


class PostgresStore(SqlStore):
    """One ledger in one schema; see `creditscore.deciding.ledger.store.Store`.

    Parameters
    ----------
    address : Address
    about : About, optional
        What a new ledger says of itself. Left out: there must be one already.
    patience : float, default 60
        Seconds to wait for others who write, and for a server that is away.
    """

    def __init__(
        self, address: Address, about: About | None = None, *, patience: float = PATIENCE_SECONDS
    ) -> None:
        super().__init__()
        self._address = address
        self._patience = checked_patience(patience)
        self._lock = threading.Lock()
        self._known = Head(0, b"")
        self._is_closed = False
        self._engine = engine_for(address)
        try:
            self._prepare(about)
        except BaseException:
            self.close()
            raise

    def _prepare(self, about: About | None) -> None:
        with self._connected() as session:
            _check_server(session)
            there = session.rows("SELECT to_regclass(?)", (f"{self._address.schema}.chain",))[0][0]
        if there is None:
            if about is None:
                raise LedgerError(
                    f"There is no ledger at {self._address}. `creditscore ledger migrate` makes its tables."
                )
            migrate(self._address)
        with self._connected() as session:
            _check_form(session)
            check_catalogue(session, self._address.schema)
            there = session.rows("SELECT 1 FROM about")
        if not there and about is not None:
            self._begin(about)

    def _begin(self, about: About) -> None:
        """Say what the ledger is, unless another process has just done so."""
        with self._turn() as session:
            if not session.rows("SELECT 1 FROM about"):
                session.many("INSERT INTO about VALUES (?, ?)", [about[:2]])

    @contextmanager
    def writing(self) -> Iterator[SqlWriter]:
        """Begin the only writing transaction; others wait."""
        with self._turn() as session:
            check_catalogue(session, self._address.schema)
            self._check_known(session)
            yield SqlWriter(session)

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Look, outside of the transaction, that entries and their leaves are there as they were appended."""
        super().confirm(entries)
        if entries:
            self._known = max(self._known, Head(entries[-1].sequence, entries[-1].hash))

    def check(self) -> None:
        """Check settings, form, tables and triggers; pages and indices are what `pg_amcheck` is for."""

        def checked(session: Session) -> None:
            _check_server(session)
            _check_form(session)
            check_catalogue(session, self._address.schema)

        self._ask(checked)

    def purge(self, seconds: float) -> bool:
        """Write the tables of keys and names anew, without what was deleted, where the role owns them.

        False in any case: what PostgreSQL logged stays in its log, and in what archives it, until they are
        recycled.
        """
        owned = "SELECT count(*) FROM pg_class WHERE oid IN ('keys'::regclass, 'names'::regclass) AND "
        with suppress(LedgerError), self._connected() as session:
            if session.rows(f"{owned} pg_has_role(relowner, 'USAGE')") == [(2,)]:
                session.rows("SELECT set_config('lock_timeout', ?, false)", (_milliseconds(seconds),))
                try:
                    session.rows("VACUUM (FULL) keys")
                    session.rows("VACUUM (FULL) names")
                finally:
                    session.rows("RESET lock_timeout")
        return False

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of one state into a new file, a ledger in SQLite."""
        with self._snapshot() as connection:
            pour_into_file(lambda query: _streamed(connection, query), path)

    def close(self) -> None:
        """Let go of all connections."""
        self._is_closed = True
        self._engine.dispose()

    def _check_known(self, session: Session) -> None:
        """Refuse a server that lacks what another confirmed: a standby that was behind, or an old copy."""
        known = self._known
        found = session.rows("SELECT hash FROM chain WHERE sequence = ?", (known.sequence,))
        if known.sequence and found != [(known.hash,)]:
            raise LedgerError(
                f"The ledger {self._address} lacks entry {known.sequence}, which was confirmed: a server "
                "took over that is behind. Nothing is appended. Bring back the newest server."
            )

    def _ask(self, what: Callable[[Session], Found]) -> Found:
        def asked() -> Found:
            with self._connected() as session:
                return what(session)

        return self._patiently(asked)

    _ask_disk = _ask

    def _pass(self, query: str) -> Generator[Any, None, None]:
        with self._snapshot() as connection:
            yield from _streamed(connection, query)

    def _patiently(self, what: Callable[[], Found]) -> Found:
        """Do something again, as long as the server is away and patience lasts."""
        until, pause = time.monotonic() + self._patience, _FIRST_PAUSE
        while True:
            try:
                return what()
            except LedgerAwayError:
                if time.monotonic() + pause > until:
                    raise
            time.sleep(pause)
            pause = min(2.0 * pause, _LONGEST_PAUSE)

    @contextmanager
    def _connected(self) -> Iterator[PostgresSession]:
        with self._errors(), self._engine.connect() as connection:
            yield PostgresSession(connection)

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        with self._errors(), self._engine.connect() as connection:
            yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def _turn(self) -> Iterator[PostgresSession]:
        """The only writing transaction; threads of one process wait here without a connection."""
        if not self._lock.acquire(timeout=self._patience):
            raise LedgerError(f"Other threads have been writing for longer than {self._patience:g} seconds.")
        try:
            connection = self._patiently(self._taken)
            with self._errors(), connection:
                yield PostgresSession(connection)
                connection.commit()
        finally:
            self._lock.release()

    def _taken(self) -> sa.Connection:
        with self._errors():
            connection = self._engine.connect().execution_options(isolation_level="READ COMMITTED")
            try:
                PostgresSession(connection).rows(_TURN, (_milliseconds(self._patience),))
            except BaseException:
                connection.close()
                raise
            return connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        self._check_process()
        if self._is_closed:
            raise LedgerError(f"The ledger {self._address} is closed. Open it again.")
        try:
            with errors_of(self._address):
                yield
        except LedgerAwayError:
            # A server that writes no more keeps its connections; others are made, to whichever takes over.
            self._engine.dispose()
            raise


def _streamed(connection: sa.Connection, query: str) -> Generator[Any, None, None]:
    streaming = connection.execution_options(stream_results=True, yield_per=_BATCH)
    with streaming.exec_driver_sql(query) as rows:
        for row in rows:
            yield tuple(row)


def _milliseconds(seconds: float) -> str:
    """At least one: none at all would mean for ever."""
    return f"{max(1, round(seconds * 1_000))}ms"


def _check_server(session: Session) -> None:
    """Refuse a server that is too old, or that does not keep what it says it kept."""
    version, fsync = session.rows(
        "SELECT current_setting('server_version_num')::integer, current_setting('fsync')"
    )[0]
    if version < _OLDEST_SERVER:
        raise LedgerError("A ledger needs PostgreSQL 13 or later. Upgrade the server.")
    if fsync != "on":
        raise LedgerError(
            "The server is set to fsync = off: what it confirms would not outlast a failure of power. "
            "Switch it on."
        )


def _check_form(session: Session) -> None:
    found = session.rows("SELECT version_num FROM form")
    if found != [(FORM,)]:
        raise LedgerError(
            f"The tables of the ledger are of form {found[0][0] if found else None!r:.20}, and this is form "
            f"{FORM!r}. Run `creditscore ledger migrate` if they are older, or install a newer creditscore."
        )
