"""What somebody does who can write the file: they take the triggers away, change rows, and put them back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from creditscore.deciding.ledger.chain import WHATS, Entry, entry_hash, genesis
from creditscore.transparency.leaves import Leaf


class Owner:
    """What the owner of a schema can do, in the words of SQLite."""

    def __init__(self, address: str) -> None:
        self.schema = address.partition("schema=")[2].partition("&")[0]
        at = address.replace(f"&schema={self.schema}", "")
        self._connection = psycopg.connect(at, options=f"-c search_path={self.schema}")

    def execute(self, query: str, values: Sequence[Any] = ()) -> psycopg.Cursor:
        return self._connection.execute(query.replace("?", "%s"), tuple(values) or None)

    def executemany(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        self._connection.cursor().executemany(query.replace("?", "%s"), rows)

    def triggers(self, how: str) -> None:
        for table in ("about", "chain", "commitments", "keys", "names", "tree", "vault"):
            self.execute(f"ALTER TABLE {table} {how} TRIGGER {table}_refuses")

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


@contextmanager
def changing_there(address: str) -> Iterator[Owner]:
    """See `changing`."""
    with closing(Owner(address)) as owner:
        owner.triggers("DISABLE")
        yield owner
        owner.triggers("ENABLE ALWAYS")
        owner.commit()


def rows_of(place: Path | str, query: str) -> list[Any]:
    """What stands in the tables of a ledger."""
    with closing(Owner(place) if isinstance(place, str) else sqlite3.connect(place)) as connection:
        return connection.execute(query).fetchall()


TABLES = ("about", "vault", "chain", "keys", "names", "tree", "commitments")


def saved(place: Path | str) -> Any:
    """All that a ledger is, to be put back after harm was done."""
    if isinstance(place, str):
        return {table: rows_of(place, f"SELECT * FROM {table}") for table in TABLES}
    return place.read_bytes()


def put_back(place: Path | str, whole: Any) -> None:
    """Undo what was done since it was saved."""
    if not isinstance(place, str):
        place.write_bytes(whole)
        return
    with changing_there(place) as owner:
        for table, rows in whole.items():
            owner.execute(f"DELETE FROM {table}")
            if rows:
                owner.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


@contextmanager
def changing(path: Path | str) -> Iterator[Any]:
    """A connection to a ledger without its triggers, which are there again afterwards."""
    if isinstance(path, str):
        with changing_there(path) as owner:
            yield owner
        return
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN IMMEDIATE")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    try:
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in triggers:
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.close()


def older(path: Path, *more: str) -> None:
    """Make of a ledger one from before there was a tree, and without other tables that came later."""
    connection = sqlite3.connect(path, isolation_level=None)
    for table in ("tree", "commitments", *more):
        connection.execute(f"DROP TABLE {table}")
    connection.close()


def resealed(path: Path, change: Callable[[list[Entry]], list[Entry]]) -> None:
    """What an administrator does who knows the format but not the keys: all hashes and the tree made anew."""
    with changing(path) as connection:
        rows = [Entry(*row) for row in connection.execute("SELECT * FROM chain ORDER BY sequence")]
        pairs = dict(connection.execute("SELECT sequence, commitment FROM commitments"))
        kept = change(rows)
        for table in ("chain", "tree", "commitments"):
            connection.execute(f"DELETE FROM {table}")
        previous = genesis(connection.execute("SELECT ledger_id FROM about").fetchone()[0])
        for number, old in enumerate(kept, 1):
            entry = old._replace(sequence=number, previous=previous)
            entry = entry._replace(hash=entry_hash(entry.bound, entry.nonce, entry.payload))
            previous = entry.hash
            connection.execute(f"INSERT INTO chain VALUES ({','.join('?' * 10)})", entry)
            commitment = pairs[old.sequence]
            named = (number, WHATS[entry.kind], entry.appended_at, entry.entry_id)
            leaf = Leaf(*named, commitment, previous.hex())
            connection.execute("INSERT INTO tree VALUES (0, ?, ?)", (number - 1, leaf.hash))
            connection.execute("INSERT INTO commitments VALUES (?, ?)", (number, commitment))
        names = {row[0] for row in connection.execute("SELECT sequence FROM chain")}
        for (number,) in connection.execute("SELECT DISTINCT sequence FROM names").fetchall():
            if number not in names:
                connection.execute("DELETE FROM names WHERE sequence = ?", (number,))


def roots(path: Path) -> tuple[int, dict[str, int]]:
    """The size of a page, and the first page of every table and index."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        pages = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
    finally:
        connection.close()
    return size, dict(pages)


def flip(path: Path, root: str, needle: bytes) -> None:
    """Change one bit of bytes that stand once in the first page of a table or index."""
    size, pages = roots(path)
    raw = bytearray(path.read_bytes())
    start = (pages[root] - 1) * size
    position = raw.find(needle, start, start + size)
    assert position >= 0
    raw[position] ^= 1
    path.write_bytes(bytes(raw))
