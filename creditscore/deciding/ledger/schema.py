"""What stands in the file of a ledger besides rows: tables, an index, and triggers that refuse changes.

Anything else in a file, such as a trigger that ignores what is inserted, makes it no ledger.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import Final

from creditscore.deciding.ledger.store import About
from creditscore.errors import LedgerError

APPLICATION_ID: Final = 0x43534C31
PAGE_BYTES: Final = 8192

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
# What ledgers have held since they list by subject and rotate keys; older files gain it when they are opened.
_LATER: Final = (
    "CREATE TABLE vault (sealed BLOB NOT NULL)",
    "CREATE TABLE names (name BLOB, sequence INTEGER, PRIMARY KEY (name, sequence)) WITHOUT ROWID",
)
# What they have held since their entries are leaves of a tree.
_OF_TREE: Final = (
    (
        "CREATE TABLE tree (level INTEGER, number INTEGER, hash BLOB NOT NULL, "
        "PRIMARY KEY (level, number)) WITHOUT ROWID"
    ),
    "CREATE TABLE commitments (sequence INTEGER PRIMARY KEY, commitment TEXT NOT NULL)",
)


def _refusing(*changes: tuple[str, str]) -> dict[str, str]:
    return {
        f"{table}_{change}": (
            f"CREATE TRIGGER {table}_{change} BEFORE {change} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
        for table, change in changes
    }


_TRIGGERS: Final = _refusing(
    ("about", "UPDATE"), ("about", "DELETE"), ("chain", "UPDATE"), ("chain", "DELETE"), ("keys", "UPDATE")
)
_TREE_TRIGGERS: Final = _refusing(
    ("tree", "UPDATE"), ("tree", "DELETE"), ("commitments", "UPDATE"), ("commitments", "DELETE")
)
_FIRST: Final = (*_TABLES, *_TRIGGERS.values())
_SECOND: Final = (*_FIRST, *_LATER)
_TREE: Final = (*_OF_TREE, *_TREE_TRIGGERS.values())
_WHOLE: Final = (*_SECOND, *_TREE)
_REPLACING: Final = ("about_UPDATE", "keys_UPDATE")


def is_ledger(connection: sqlite3.Connection) -> bool:
    """Tell whether a file calls itself a ledger."""
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def create(connection: sqlite3.Connection, about: About) -> None:
    """Make a new ledger, within a transaction."""
    create_tables(connection)
    connection.execute("INSERT INTO about VALUES (?, ?)", about[:2])


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a ledger that says nothing of itself yet, within a transaction."""
    for statement in _WHOLE:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def lacking(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what would make a ledger of an older form one of the present form: nothing for all else."""
    found = _made_of(connection)
    if found == _expected(_FIRST):
        return (*_LATER, *_TREE)
    return _TREE if found == _expected(_SECOND) else ()


def lacks_names(statements: tuple[str, ...]) -> bool:
    """Tell, of what is lacking, whether entries have no names yet."""
    return statements[: len(_LATER)] == _LATER


def extend(connection: sqlite3.Connection, statements: tuple[str, ...]) -> None:
    """Give a ledger of an older form what it lacks, within a transaction."""
    for statement in statements:
        connection.execute(statement)


def check_schema(connection: sqlite3.Connection) -> None:
    """Refuse a file that lacks a table, index or trigger of a ledger, or has another.

    Raises
    ------
    LedgerError
        Naming what is missing or foreign.
    """
    found, whole = _made_of(connection), _expected(_WHOLE)
    wrong = sorted(map(str, {*found} ^ {*whole})) or [str(one) for one in found if found.count(one) > 1]
    if wrong:
        raise LedgerError(
            f"The tables or triggers of the ledger were tampered with: {wrong[0][:120]!r} is foreign or "
            "missing. Restore a backup."
        )


def allow_replacing(connection: sqlite3.Connection) -> None:
    """Take away, until `refuse_replacing`, the triggers that stand against wrapping keys anew."""
    for name in _REPLACING:
        connection.execute(f"DROP TRIGGER {name}")


def refuse_replacing(connection: sqlite3.Connection) -> None:
    """Put back the triggers that `allow_replacing` took away."""
    for name in _REPLACING:
        connection.execute(_TRIGGERS[name])


def _made_of(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Every table, index and trigger: its type, name, table and statement."""
    return sorted(
        tuple(map(str, row))
        for row in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    )


@cache
def _expected(statements: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What a file looks like that was made by these statements and no others."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)
        return _made_of(connection)
