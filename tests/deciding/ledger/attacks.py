"""What somebody does who can write the file: they take the triggers away, change rows, and put them back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a ledger without its triggers, which are there again afterwards."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    try:
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in triggers:
            connection.execute(statement)
    finally:
        connection.close()


def older(path: Path, *more: str) -> None:
    """Make of a ledger one from before there was a tree, and without other tables that came later."""
    connection = sqlite3.connect(path, isolation_level=None)
    for table in ("tree", "commitments", *more):
        connection.execute(f"DROP TABLE {table}")
    connection.close()


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
