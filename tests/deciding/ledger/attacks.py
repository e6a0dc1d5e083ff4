"""What somebody does who can write the file: they take the triggers away, change rows, and put them back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from creditscore.deciding.ledger.chain import WHATS, Entry, entry_hash, genesis
from creditscore.transparency.leaves import Leaf


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a ledger without its triggers, which are there again afterwards."""
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
