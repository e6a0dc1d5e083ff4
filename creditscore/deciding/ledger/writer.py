"""One writing transaction: what it adds is read back, and what it destroys is looked for, before it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from creditscore.deciding.ledger import schema
from creditscore.deciding.ledger.chain import Entry, Head, genesis, leaf_of
from creditscore.deciding.ledger.rows import BY_NUMBER, entry_of, head_of, key_of
from creditscore.deciding.ledger.store import About, WrappedKey
from creditscore.errors import LedgerError, SigningError
from creditscore.transparency.leaves import Leaf
from creditscore.transparency.tree import grown

_APPEND: Final = (
    f"INSERT INTO chain ({', '.join(Entry._fields)}) "  # noqa: S608 - constants
    f"VALUES ({', '.join('?' * len(Entry._fields))})"
)
_BY_NAME: Final = "SELECT sequence FROM names WHERE name = ? ORDER BY sequence"
_SUBJECT_KEYS: Final = (
    "SELECT key_id, subject, wrapped FROM keys WHERE subject = ?",
    "SELECT key_id, subject, wrapped FROM keys WHERE +subject = ?",
    (
        "SELECT keys.key_id, keys.subject, keys.wrapped FROM names JOIN chain USING (sequence) "
        "JOIN keys ON keys.key_id = chain.key_id WHERE names.name = ?"
    ),
)


class SqliteWriter:
    """See `creditscore.deciding.ledger.store.Writer`.

    Parameters
    ----------
    connection : sqlite3.Connection
        Within a transaction that was begun as the only writing one.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def about(self) -> About:
        """Return what the ledger says of itself."""
        return about_of(self._connection)

    def head(self) -> Head:
        """Return the newest entry."""
        row = self._connection.execute("SELECT sequence, hash FROM chain ORDER BY sequence DESC LIMIT 1")
        found = row.fetchone()
        return Head(0, genesis(self.about().ledger_id)) if found is None else head_of(found)

    def keys_of(self, subject: bytes) -> list[WrappedKey]:
        """Return the keys of a subject that still exist, by the index alone: the path of every append."""
        return self._keys(_SUBJECT_KEYS[0], subject)

    def every_key_of(self, subject: bytes) -> list[WrappedKey]:
        """Return the keys of a subject that still exist, by every path that leads to them."""
        return sorted({key for query in _SUBJECT_KEYS for key in self._keys(query, subject)})

    def all_keys(self) -> list[WrappedKey]:
        """Return all keys."""
        return [key_of(row) for row in self._connection.execute("SELECT key_id, subject, wrapped FROM keys")]

    def last_time(self) -> int:
        """Return when the newest entry was appended, in microseconds since 1970-01-01 UTC."""
        row = self._connection.execute(
            "SELECT appended_at FROM chain ORDER BY sequence DESC LIMIT 1"
        ).fetchone()
        return 0 if row is None or not isinstance(row[0], int) else row[0]

    def named(self, name: bytes) -> list[Entry]:
        """Return all entries of a name, in order."""
        numbers = self._connection.execute(_BY_NAME, (name,)).fetchall()
        return [entry_of(self._connection.execute(BY_NUMBER, number).fetchone()) for number in numbers]

    def add(
        self,
        entries: Sequence[Entry],
        commitments: Sequence[str],
        keys: Sequence[WrappedKey] = (),
        names: Mapping[int, Sequence[bytes]] | None = None,
    ) -> None:
        """Append entries, their leaves, the keys that are new with them, and what each is found by.

        All of it is read back. The first name of an entry is its own: no other has it.
        """
        named = [(name, number) for number, several in (names or {}).items() for name in several]
        if any(self._is_taken(several[0]) for several in (names or {}).values()):
            raise _twice()
        try:
            self._connection.executemany("INSERT INTO keys VALUES (?, ?, ?)", keys)
            self._connection.executemany(_APPEND, entries)
            self._connection.executemany("INSERT INTO names VALUES (?, ?)", named)
        except sqlite3.IntegrityError as error:
            raise _twice() from error
        if not (all(map(self._is_there, entries)) and self._are_there(keys) and self._are_named(named)):
            raise _not_kept()
        self.plant([leaf_of(entry, one) for entry, one in zip(entries, commitments, strict=True)])

    def plant(self, leaves: Sequence[Leaf]) -> None:
        """Append leaves to the tree, and read them back."""
        if not leaves:
            return
        size = leaves[0].sequence - 1
        newest = self._connection.execute("SELECT max(number) FROM tree WHERE level = 0").fetchone()[0]
        if (-1 if newest is None else newest) != size - 1:
            raise LedgerError("The tree of the ledger is not that of its entries. Restore a backup.")
        try:
            rows = list(grown(self, size, [leaf.hash for leaf in leaves]))
            self._connection.executemany("INSERT INTO tree VALUES (?, ?, ?)", rows)
            pairs = [(leaf.sequence, leaf.commitment) for leaf in leaves]
            self._connection.executemany("INSERT INTO commitments VALUES (?, ?)", pairs)
        except (sqlite3.IntegrityError, SigningError) as error:
            raise LedgerError(f"The tree of the ledger is damaged: {error}. Restore a backup.") from error
        if not (self._are_hashes(rows) and self._are_committed(pairs)):
            raise _not_kept()

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return hashes of the tree, see `creditscore.transparency.tree.Hashes`."""
        return read_hashes(self._connection, level, start, stop)

    def rename(self, names: Mapping[int, Sequence[bytes]]) -> None:
        """Name entries that are there already."""
        named = [(name, number) for number, several in names.items() for name in several]
        self._connection.executemany("INSERT OR IGNORE INTO names VALUES (?, ?)", named)

    def destroy(self, subject: bytes, key_ids: Sequence[bytes], kept: Mapping[int, Sequence[bytes]]) -> None:
        """Delete keys, and all names of a subject's entries but some; then look that they are gone."""
        connection = self._connection
        for key_id in key_ids:
            connection.execute("DELETE FROM keys WHERE key_id = ?", (key_id,))
            connection.execute("DELETE FROM keys WHERE +key_id = ?", (key_id,))
        connection.execute("DELETE FROM keys WHERE +subject = ?", (subject,))
        rows = connection.execute("SELECT name, sequence FROM names")
        gone = [(name, number) for name, number in rows if number in kept and name not in kept[number]]
        connection.executemany("DELETE FROM names WHERE name = ? AND sequence = ?", gone)
        if any_left(connection, key_ids) or self.every_key_of(subject):
            raise LedgerError(
                "A key cannot be destroyed: the file or its triggers are at fault. Nothing was erased. "
                "Verify the ledger, or restore a backup and erase there."
            )

    def replace(self, about: About, keys: Iterable[WrappedKey]) -> None:
        """Say another thing of the ledger, and store its keys as they are wrapped now."""
        connection, wrapped = self._connection, list(keys)
        schema.allow_replacing(connection)
        connection.execute("UPDATE about SET key_check = ?", (about.key_check,))
        connection.execute("DELETE FROM vault")
        connection.execute("INSERT INTO vault VALUES (?)", (about.vault,))
        connection.executemany(
            "UPDATE keys SET wrapped = ? WHERE key_id = ?", [(key.wrapped, key.key_id) for key in wrapped]
        )
        schema.refuse_replacing(connection)
        if self.about() != about or sorted(self.all_keys()) != sorted(wrapped):
            raise LedgerError("The keys cannot be replaced: the file is at fault. Nothing was changed.")

    def _keys(self, query: str, subject: bytes) -> list[WrappedKey]:
        return sorted(key_of(row) for row in self._connection.execute(query, (subject,)))

    def _is_taken(self, name: bytes) -> bool:
        """A second path beside the index of ids, which may be damaged."""
        return bool(self._connection.execute("SELECT 1 FROM names WHERE name = ?", (name,)).fetchone())

    def _is_there(self, entry: Entry) -> bool:
        """By its number, and by its id."""
        row = self._connection.execute(BY_NUMBER, (entry.sequence,)).fetchone()
        by_id = "SELECT sequence FROM chain WHERE entry_id = ?"
        numbers = self._connection.execute(by_id, (entry.entry_id,)).fetchall()
        return row is not None and entry_of(row) == entry and numbers == [(entry.sequence,)]

    def _are_there(self, keys: Sequence[WrappedKey]) -> bool:
        query = "SELECT key_id, subject, wrapped FROM keys WHERE key_id = ?"
        return all(self._connection.execute(query, (key.key_id,)).fetchall() == [key] for key in keys)

    def _are_hashes(self, rows: Sequence[tuple[int, int, bytes]]) -> bool:
        """Those of a level follow one another."""
        levels = {level: [row for row in rows if row[0] == level] for level in {row[0] for row in rows}}
        return all(
            self.read(level, some[0][1], some[-1][1] + 1) == [row[2] for row in some]
            for level, some in levels.items()
        )

    def _are_committed(self, pairs: Sequence[tuple[int, str]]) -> bool:
        query = "SELECT * FROM commitments WHERE sequence >= ? AND sequence <= ? ORDER BY sequence"
        return self._connection.execute(query, (pairs[0][0], pairs[-1][0])).fetchall() == [*pairs]

    def _are_named(self, named: Sequence[tuple[bytes, int]]) -> bool:
        query = "SELECT 1 FROM names WHERE name = ? AND sequence = ?"
        return all(self._connection.execute(query, pair).fetchone() for pair in named)


def about_of(connection: sqlite3.Connection) -> About:
    """Read what a ledger says of itself.

    Raises
    ------
    LedgerError
        If it says so twice, or not at all.
    """
    rows: list[Any] = connection.execute("SELECT ledger_id, key_check FROM about").fetchall()
    vault: list[Any] = connection.execute("SELECT sealed FROM vault").fetchall()
    if len(rows) != 1 or len(vault) > 1:
        raise LedgerError(f"The ledger was tampered with: it describes itself {len(rows)} times.")
    about = About(*rows[0], *(vault[0] if vault else ()))
    if {type(part) for part in about} != {bytes}:
        raise LedgerError("The ledger was tampered with: what it says of itself is damaged.")
    return about


def any_left(connection: sqlite3.Connection, key_ids: Sequence[bytes]) -> bool:
    """Look for keys in every row of their table, whatever an index says."""
    gone = set(key_ids)
    return any(row[0] in gone for row in connection.execute("SELECT +key_id FROM keys"))


def read_hashes(connection: sqlite3.Connection, level: int, start: int, stop: int) -> list[bytes]:
    """Read hashes of the tree; those that are no bytes are left out, and missed by who needs them."""
    query = "SELECT hash FROM tree WHERE level = ? AND number >= ? AND number < ? ORDER BY number"
    return [row[0] for row in connection.execute(query, (level, start, stop)) if isinstance(row[0], bytes)]


def _not_kept() -> LedgerError:
    return LedgerError(
        "The ledger does not keep what is appended: its file, its triggers or its disk are at fault. "
        "Nothing was appended. Verify the ledger, or restore a backup."
    )


def _twice() -> LedgerError:
    return LedgerError(
        "A decision of this batch is already in the ledger, or twice in the batch; nothing of the batch was "
        "appended. Append each decision once."
    )
