"""The ledger in one SQLite file: write-ahead log, full sync, one writer at a time, no updates.

A transaction survives the death of the process or the machine as a whole or not at all; several processes
may append at once, each waiting for its turn. An index is never believed alone: what it finds, or does not
find, is looked for on a second path too.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from creditscore.deciding.ledger import schema
from creditscore.deciding.ledger.rows import WITH_KEYS, with_key
from creditscore.deciding.ledger.session import Session
from creditscore.deciding.ledger.sql import PATIENCE_SECONDS, Found, SqlStore, checked_patience
from creditscore.deciding.ledger.store import About, Entries
from creditscore.deciding.ledger.writer import SqlWriter
from creditscore.errors import LedgerError

_PURGE_WAIT_SECONDS: Final = 0.05
_BATCH: Final = 1_000
_NO_FILES: Final = ("", ".", ":memory:")
_SETTINGS: Final = (
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "synchronous = FULL",
    "secure_delete = ON",
    # Pages between root and leaves of every index, of millions of entries too; leaves stay with the system.
    "cache_size = -8192",
    "wal_autocheckpoint = 8000",
)
# A damaged file is also one whose names are no text, or whose lengths are beyond all memory.
_DAMAGE: Final = (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError, MemoryError)


class SqliteSession:
    """See `creditscore.deciding.ledger.session.Session`.

    Parameters
    ----------
    connection : sqlite3.Connection
    """

    clash: type[Exception] = sqlite3.IntegrityError

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        return self._connection.execute(query, values).fetchall()

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        self._connection.executemany(statement, rows)

    def bare(self, column: str) -> str:
        """Write a column so that no index is asked for it."""
        return f"+{column}"

    def allow_replacing(self) -> None:
        """Take away, until `refuse_replacing`, the triggers that stand against wrapping keys anew."""
        schema.allow_replacing(self._connection)

    def refuse_replacing(self) -> None:
        """Put back the triggers that `allow_replacing` took away."""
        schema.refuse_replacing(self._connection)


class SqliteStore(SqlStore):
    """One ledger in one file; see `creditscore.deciding.ledger.store.Store`.

    Parameters
    ----------
    path : Path
        The file; its folder must exist.
    about : About, optional
        What a new file says of itself. Left out: the file must be a ledger already.
    patience : float, default 60
        Seconds to wait for others who write.
    extend : callable, optional
        Given a writer, all entries, and whether they have no names yet, makes of a file of an older form one
        of the present form.
    """

    def __init__(
        self,
        path: Path,
        about: About | None = None,
        *,
        patience: float = PATIENCE_SECONDS,
        extend: Callable[[SqlWriter, Entries, bool], None] | None = None,
    ) -> None:
        super().__init__()
        self.path: Path = checked_file(path)
        self._patience = checked_patience(patience)
        self._lock = threading.RLock()
        self._schema_version = -1
        try:
            self._connection = self._connect()
            try:
                self._prepare(about, extend)
            except BaseException:
                self._connection.close()
                raise
        except _DAMAGE as error:
            raise LedgerError(f"{path} cannot be opened as a ledger: {error}.") from error

    def _connect(self, patience: float | None = None) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=self._patience if patience is None else patience,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _set(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(
        self,
        about: About | None,
        extend: Callable[[SqlWriter, Entries, bool], None] | None,
    ) -> None:
        if about is not None and not schema.is_ledger(self._connection):
            self._create(about)
        if not schema.is_ledger(self._connection):
            raise LedgerError(f"{self.path} is no ledger of this format. Name the file of a ledger.")
        if extend is not None and schema.lacking(self._connection):
            with self._transaction() as connection:
                if lacking := schema.lacking(connection):
                    schema.extend(connection, lacking)
                    rows = connection.execute(f"{WITH_KEYS} ORDER BY sequence")
                    writer = SqlWriter(SqliteSession(connection))
                    extend(writer, map(with_key, rows), schema.lacks_names(lacking))
        self._check_schema(self._connection)

    def _create(self, about: About) -> None:
        """Make the tables, unless another process has just done so."""
        connection = self._connection
        foreign = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if foreign and not schema.is_ledger(connection):
            raise LedgerError(f"{self.path} holds another database. Name a new file.")
        connection.execute(f"PRAGMA page_size = {schema.PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        _set(connection)  # a cache was counted in pages of another size
        with self._transaction():
            if not schema.is_ledger(connection):
                schema.create(connection, about)

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        """Look for foreign triggers, again whenever somebody has changed any."""
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        if version != self._schema_version:
            schema.check_schema(connection)
            self._schema_version = version

    @contextmanager
    def writing(self) -> Iterator[SqlWriter]:
        """Begin the only writing transaction; others wait."""
        with self._transaction() as connection:
            self._check_schema(connection)
            yield SqlWriter(SqliteSession(connection))

    def check(self) -> None:
        """Check everything that the database itself can: pages, indices, tables, triggers."""
        with self._other() as connection:
            schema.check_schema(connection)
            found = "; ".join(str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)"))
        if found != "ok":
            raise LedgerError(f"The file of the ledger is damaged: {found[:300]}. Restore a backup.")

    def purge(self, seconds: float) -> bool:
        """Write the log back into the file and empty it, so that no deleted key is left in either."""
        until = time.monotonic() + seconds
        while not self._emptied():
            if time.monotonic() >= until:
                return False
            time.sleep(_PURGE_WAIT_SECONDS)
        return True

    def _emptied(self) -> bool:
        with self._other(patience=0.0) as connection:
            return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of one state into a new file."""
        with self._other() as connection, closing(sqlite3.connect(path)) as copy:
            connection.backup(copy)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _ask(self, what: Callable[[Session], Found]) -> Found:
        with self._lock, self._errors():
            return what(SqliteSession(self._connection))

    def _ask_disk(self, what: Callable[[Session], Found]) -> Found:
        with self._other() as connection:
            return what(SqliteSession(connection))

    def _pass(self, query: str) -> Generator[Any, None, None]:
        with self._other() as connection:
            cursor = connection.execute(query)
            while rows := cursor.fetchmany(_BATCH):
                yield from rows

    @contextmanager
    def _other(self, patience: float | None = None) -> Iterator[sqlite3.Connection]:
        """Another connection to the same file, which sees what is on disk and nothing else."""
        with self._errors():
            self._connection.execute("SELECT 1")
            with closing(self._connect(patience)) as connection:
                yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.rollback()
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        self._check_process()
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise LedgerError(f"The ledger {self.path} is closed. Open it again.") from error
        except _DAMAGE as error:
            raise LedgerError(f"The ledger {self.path} failed: {error}.") from error


def _set(connection: sqlite3.Connection) -> None:
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def checked_file(path: Path) -> Path:
    """Refuse what is no name of a file on disk, or names something else than a file.

    Raises
    ------
    LedgerError
        For a database in memory, a URI, a folder, a pipe or a device.
    """
    text = str(path)
    if text in _NO_FILES or text.startswith("file:") or "\0" in text:
        raise LedgerError(f"A ledger is a file on disk, and {text!r} is none. Name a file.")
    if path.exists() and not path.is_file():
        raise LedgerError(f"{path} is no regular file. Name the file of a ledger.")
    return path.absolute()
