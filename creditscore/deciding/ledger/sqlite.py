"""The ledger in one SQLite file: write-ahead log, full sync, one writer at a time, no updates.

A transaction survives the death of the process or the machine as a whole or not at all; several processes
may append at once, each waiting for its turn.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from creditscore.deciding.ledger.chain import Entry, Head, genesis
from creditscore.deciding.ledger.store import About, WrappedKey, Writer
from creditscore.errors import LedgerError

APPLICATION_ID: Final = 0x43534C31
PATIENCE_SECONDS: Final = 60.0
_BATCH: Final = 1_000
_TABLES: Final = (
    "CREATE TABLE about (ledger_id BLOB NOT NULL, key_check BLOB NOT NULL)",
    (
        "CREATE TABLE chain (sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, "
        "entry_id TEXT NOT NULL UNIQUE, subject BLOB NOT NULL, key_id BLOB NOT NULL, "
        "appended_at INTEGER NOT NULL, nonce BLOB NOT NULL, "
        "payload BLOB NOT NULL, previous BLOB NOT NULL, hash BLOB NOT NULL)"
    ),
    "CREATE TABLE keys (key_id BLOB PRIMARY KEY, subject BLOB NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID",
    "CREATE INDEX keys_of_subject ON keys (subject)",
)
_REFUSED: Final = (
    ("about", "UPDATE"),
    ("about", "DELETE"),
    ("chain", "UPDATE"),
    ("chain", "DELETE"),
    ("keys", "UPDATE"),
)
_APPEND: Final = (
    "INSERT INTO chain (sequence, kind, entry_id, subject, key_id, appended_at, nonce, payload, previous, "
    "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_WITH_KEYS: Final = (
    "SELECT chain.sequence, chain.kind, chain.entry_id, chain.subject, chain.key_id, chain.appended_at, "
    "chain.nonce, chain.payload, chain.previous, chain.hash, keys.key_id, keys.subject, keys.wrapped "
    "FROM chain LEFT JOIN keys ON keys.key_id = chain.key_id"
)
_WIDTH: Final = len(Entry._fields)


class SqliteStore:
    """One ledger in one file; see `creditscore.deciding.ledger.store.Store`.

    Parameters
    ----------
    path : Path
        The file; its folder must exist.
    about : About, optional
        What a new file says of itself. Left out: the file must be a ledger already.
    """

    def __init__(self, path: Path, about: About | None = None) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._process = os.getpid()
        try:
            self._connection = sqlite3.connect(
                path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._prepare(about)
        except sqlite3.Error as error:
            raise LedgerError(f"{path} cannot be opened as a ledger: {error}.") from error

    def _prepare(self, about: About | None) -> None:
        self._connection.execute("PRAGMA trusted_schema = OFF")
        if about is not None and not self._is_ledger():
            self._create(about)
        if not self._is_ledger():
            raise LedgerError(f"{self.path} is no ledger of this format. Name the file of a ledger.")
        for setting in (
            "synchronous = FULL",
            "secure_delete = ON",
            "cache_size = -65536",
            "wal_autocheckpoint = 8000",
        ):
            self._connection.execute(f"PRAGMA {setting}")

    def _is_ledger(self) -> bool:
        return bool(self._connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)

    def _create(self, about: About) -> None:
        """Make the tables, unless another process has just done so."""
        if (
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            and not self._is_ledger()
        ):
            raise LedgerError(f"{self.path} holds another database. Name a new file.")
        self._connection.execute("PRAGMA page_size = 8192")
        self._connection.execute("PRAGMA journal_mode = WAL")
        with self._transaction() as connection:
            if self._is_ledger():
                return
            for statement in _TABLES:
                connection.execute(statement)
            for table, change in _REFUSED:
                connection.execute(
                    f"CREATE TRIGGER {table}_{change} BEFORE {change} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
                )
            connection.execute("INSERT INTO about VALUES (?, ?)", about)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def about(self) -> About:
        """Return what the ledger says of itself."""
        rows = self._all("SELECT ledger_id, key_check FROM about", ())
        if len(rows) != 1:
            raise LedgerError(f"{self.path} was tampered with: it describes itself {len(rows)} times.")
        return About(*rows[0])

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Begin the only writing transaction; others wait."""
        with self._transaction() as connection:
            yield _SqliteWriter(self, connection)

    def head(self) -> Head:
        """Return the newest entry."""
        rows = self._all("SELECT sequence, hash FROM chain ORDER BY sequence DESC LIMIT 1", ())
        return Head(*rows[0]) if rows else Head(0, genesis(self.about().ledger_id))

    def find(self, entry_id: str) -> tuple[Entry, WrappedKey | None] | None:
        """Return an entry and its key, None where there is no such entry."""
        rows = self._all(f"{_WITH_KEYS} WHERE entry_id = ?", (entry_id,))
        return _with_key(rows[0]) if rows else None

    def entries(self) -> Generator[tuple[Entry, WrappedKey | None], None, None]:
        """Pass over all entries in order, each with its key, from one state of the file.

        Other threads wait until the pass has ended or was closed.
        """
        with self._lock, self._errors():
            cursor = self._connection.execute(f"{_WITH_KEYS} ORDER BY sequence")
            while rows := cursor.fetchmany(_BATCH):
                yield from map(_with_key, rows)

    def orphans(self) -> list[bytes]:
        """Return ids of keys that no entry uses."""
        found = "SELECT key_id FROM keys WHERE key_id NOT IN (SELECT key_id FROM chain)"
        return [row[0] for row in self._all(found, ())]

    def purge(self) -> bool:
        """Write the log back into the file and empty it, so that no deleted key is left in either."""
        return not self._all("PRAGMA wal_checkpoint(TRUNCATE)", ())[0][0]

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _all(self, query: str, values: Sequence[Any]) -> list[Any]:
        with self._lock, self._errors():
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        if self._process != os.getpid():
            raise LedgerError("A ledger does not survive a fork. Open it again in the child process.")
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise LedgerError(f"The ledger {self.path} is closed. Open it again.") from error
        except sqlite3.Error as error:
            raise LedgerError(f"The ledger {self.path} failed: {error}.") from error


class _SqliteWriter:
    def __init__(self, store: SqliteStore, connection: sqlite3.Connection) -> None:
        self._store = store
        self._connection = connection

    def head(self) -> Head:
        return self._store.head()

    def keys_of(self, subject: bytes) -> list[WrappedKey]:
        query = "SELECT key_id, subject, wrapped FROM keys WHERE subject = ? ORDER BY key_id"
        return [WrappedKey(*row) for row in self._connection.execute(query, (subject,))]

    def add(self, entries: Sequence[Entry], keys: Sequence[WrappedKey]) -> None:
        self._connection.executemany("INSERT INTO keys VALUES (?, ?, ?)", keys)
        try:
            self._connection.executemany(_APPEND, entries)
        except sqlite3.IntegrityError as error:
            raise LedgerError(
                "A decision of this batch is already in the ledger, or twice in the batch; nothing of the "
                "batch was appended. Append each decision once."
            ) from error

    def destroy(self, subject: bytes) -> None:
        self._connection.execute("DELETE FROM keys WHERE subject = ?", (subject,))


def _with_key(row: tuple[Any, ...]) -> tuple[Entry, WrappedKey | None]:
    key = None if row[_WIDTH] is None else WrappedKey(*row[_WIDTH:])
    return Entry(*row[:_WIDTH]), key
