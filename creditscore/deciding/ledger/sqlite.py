"""The ledger in one SQLite file: write-ahead log, full sync, one writer at a time, no updates.

A transaction survives the death of the process or the machine as a whole or not at all; several processes
may append at once, each waiting for its turn. An index is never believed alone: what it finds, or does not
find, is looked for on a second path too.
"""

from __future__ import annotations

import math
import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from creditscore.deciding.ledger import schema
from creditscore.deciding.ledger.chain import Entry, Head
from creditscore.deciding.ledger.rows import (
    EVERYTHING,
    LEAVES,
    RANGE,
    WITH_KEYS,
    entry_of,
    leaf_in,
    whole_of,
    with_key,
)
from creditscore.deciding.ledger.store import About, Entries, WrappedKey
from creditscore.deciding.ledger.writer import SqliteWriter, about_of, any_left, read_hashes
from creditscore.errors import LedgerError
from creditscore.transparency.leaves import Leaf

PATIENCE_SECONDS: Final = 60.0
_LONGEST_SECONDS: Final = 86_400.0
_BATCH: Final = 1_000
_NO_FILES: Final = ("", ".", ":memory:")
_SETTINGS: Final = (
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "synchronous = FULL",
    "secure_delete = ON",
    "cache_size = -65536",
    "wal_autocheckpoint = 8000",
)
# A damaged file is also one whose names are no text, or whose lengths are beyond all memory.
_DAMAGE: Final = (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError, MemoryError)


class SqliteStore:
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
        extend: Callable[[SqliteWriter, Entries, bool], None] | None = None,
    ) -> None:
        self.path = checked_file(path)
        self._patience = checked_patience(patience)
        self._lock = threading.RLock()
        self._process = os.getpid()
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
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(
        self,
        about: About | None,
        extend: Callable[[SqliteWriter, Entries, bool], None] | None,
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
                    extend(SqliteWriter(connection), map(with_key, rows), schema.lacks_names(lacking))
        self._check_schema(self._connection)

    def _create(self, about: About) -> None:
        """Make the tables, unless another process has just done so."""
        connection = self._connection
        foreign = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if foreign and not schema.is_ledger(connection):
            raise LedgerError(f"{self.path} holds another database. Name a new file.")
        connection.execute(f"PRAGMA page_size = {schema.PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        with self._transaction():
            if not schema.is_ledger(connection):
                schema.create(connection, about)

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        """Look for foreign triggers, again whenever somebody has changed any."""
        version = connection.execute("PRAGMA schema_version").fetchone()[0]
        if version != self._schema_version:
            schema.check_schema(connection)
            self._schema_version = version

    def about(self) -> About:
        """Return what the ledger says of itself."""
        with self._lock, self._errors():
            return about_of(self._connection)

    @contextmanager
    def writing(self) -> Iterator[SqliteWriter]:
        """Begin the only writing transaction; others wait."""
        with self._transaction() as connection:
            self._check_schema(connection)
            yield SqliteWriter(connection)

    def head(self) -> Head:
        """Return the newest entry."""
        with self._lock, self._errors():
            return SqliteWriter(self._connection).head()

    def find(self, entry_id: str, name: bytes) -> list[tuple[Entry, WrappedKey | None]]:
        """Return an entry and its key by its id and by its name: one, none, or two that contradict."""
        found = self._all(f"{WITH_KEYS} WHERE entry_id = ?", (entry_id,))
        found += [row for row in self._named(name) if row not in found]
        return [with_key(row) for row in found]

    def named(self, name: bytes) -> list[tuple[Entry, WrappedKey | None]]:
        """Return all entries of a name, in order, each with its key."""
        return [with_key(row) for row in self._named(name)]

    def entries(self) -> Generator[tuple[Entry, WrappedKey | None, str], None, None]:
        """Pass over all entries in order, each with key and commitment, from one state; nobody need wait."""
        yield from map(whole_of, self._pass(f"{EVERYTHING} ORDER BY chain.sequence"))

    def leaves(self, start: int, stop: int) -> list[Leaf]:
        """Return the leaves of the tree from an index up to, not including, another."""
        return [leaf_in(row) for row in self._all(LEAVES, (start, stop))]

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return hashes of the tree, see `creditscore.transparency.tree.Hashes`."""
        with self._lock, self._errors():
            return read_hashes(self._connection, level, start, stop)

    def names(self) -> Generator[tuple[bytes, int], None, None]:
        """Pass over all names, each with the number of its entry."""
        yield from self._pass("SELECT name, sequence FROM names")

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Look, on another connection, that entries and their leaves are there as they were appended."""
        with self._other() as connection:
            kept = _are_kept(connection, entries)
        if not kept:
            raise LedgerError(
                "The ledger did not keep what was appended: its file or its disk are at fault. "
                "Verify the ledger, or restore a backup, and append again."
            )

    def gone(self, key_ids: Sequence[bytes]) -> bool:
        """Look, on another connection, that no key of these is left."""
        with self._other() as connection:
            return not any_left(connection, key_ids)

    def check(self) -> None:
        """Check everything that the database itself can: pages, indices, tables, triggers."""
        with self._other() as connection:
            schema.check_schema(connection)
            found = "; ".join(str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)"))
        if found != "ok":
            raise LedgerError(f"The file of the ledger is damaged: {found[:300]}. Restore a backup.")

    def check_tree(self) -> None:
        """Check that the tree has as many hashes as its entries give."""
        with self._other() as connection:
            _check_counts(connection)

    def orphans(self) -> list[bytes]:
        """Return ids of keys that no entry uses."""
        found = "SELECT key_id FROM keys WHERE key_id NOT IN (SELECT key_id FROM chain)"
        return [row[0] for row in self._all(found, ())]

    def purge(self) -> bool:
        """Write the log back into the file and empty it, so that no deleted key is left in either."""
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

    def _named(self, name: bytes) -> list[Any]:
        numbers = self._all("SELECT sequence FROM names WHERE name = ? ORDER BY sequence", (name,))
        query = f"{WITH_KEYS} WHERE chain.sequence = ?"
        return [row for number in numbers for row in self._all(query, number)]

    def _all(self, query: str, values: Sequence[Any]) -> list[Any]:
        with self._lock, self._errors():
            return self._connection.execute(query, values).fetchall()

    def _pass(self, query: str) -> Generator[Any, None, None]:
        with self._other() as connection:
            cursor = connection.execute(query)
            while rows := cursor.fetchmany(_BATCH):
                yield from rows

    @contextmanager
    def _other(self, patience: float | None = None) -> Iterator[sqlite3.Connection]:
        """Another connection to the same file, which sees what is on disk and nothing else."""
        with self._errors():
            self._all("SELECT 1", ())
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
        if self._process != os.getpid():
            raise LedgerError("A ledger does not survive a fork. Open it again in the child process.")
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise LedgerError(f"The ledger {self.path} is closed. Open it again.") from error
        except _DAMAGE as error:
            raise LedgerError(f"The ledger {self.path} failed: {error}.") from error


def _are_kept(connection: sqlite3.Connection, entries: Sequence[Entry]) -> bool:
    """Whether entries that follow one another stand in the chain, and the leaves of them in the tree."""
    if not entries:
        return True
    first, last = entries[0].sequence - 1, entries[-1].sequence
    if [entry_of(row) for row in connection.execute(RANGE, (first, last))] != [*entries]:
        return False
    leaves = [leaf_in(row).hash for row in connection.execute(LEAVES, (first, last))]
    return len(leaves) == len(entries) and read_hashes(connection, 0, first, last) == leaves


def _check_counts(connection: sqlite3.Connection) -> None:
    """Entries, commitments and hashes of each level must be as many as they have to be, from one state."""
    query = (
        "SELECT (SELECT count(*) FROM chain), (SELECT count(*) FROM commitments), "
        "level, count(*), min(number), max(number) FROM tree GROUP BY level ORDER BY level"
    )
    rows = connection.execute(query).fetchall()
    entries = rows[0][0] if rows else connection.execute("SELECT count(*) FROM chain").fetchone()[0]
    levels = [(level, entries >> 8 * level) for level in range(8) if entries >> 8 * level]
    expected = [(entries, entries, level, count, 0, count - 1) for level, count in levels]
    if rows != expected:
        raise LedgerError("The tree of the ledger has too many or too few hashes. Restore a backup.")


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


def checked_patience(patience: float) -> float:
    """Refuse seconds that are no number from 0 to a day."""
    given = patience if isinstance(patience, int | float) and not isinstance(patience, bool) else math.nan
    if not 0.0 <= given <= _LONGEST_SECONDS:
        raise LedgerError(f"'patience' is seconds, from 0 to {_LONGEST_SECONDS:,.0f}. Got {patience!r}.")
    return float(patience)
