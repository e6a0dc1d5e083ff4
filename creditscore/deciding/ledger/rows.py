"""Rows of the database as entries and keys: whatever type a damaged cell has, it is noticed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from creditscore.deciding.ledger.chain import WHATS, Entry, Head
from creditscore.deciding.ledger.store import WrappedKey
from creditscore.errors import LedgerError
from creditscore.transparency.leaves import Leaf

# An erasure is found by the ids of the keys that it destroyed: what is put back afterwards opens nothing.
NOT_ERASED: Final = "NOT EXISTS (SELECT 1 FROM names WHERE names.name = keys.key_id)"
_ALL_WITH_KEYS: Final = (
    "SELECT chain.sequence, chain.kind, chain.entry_id, chain.subject, chain.key_id, chain.appended_at, "
    "chain.nonce, chain.payload, chain.previous, chain.hash, keys.key_id, keys.subject, keys.wrapped "
    "FROM chain LEFT JOIN keys ON keys.key_id = chain.key_id"
)
WITH_KEYS: Final = f"{_ALL_WITH_KEYS} AND {NOT_ERASED}"
EVERYTHING: Final = (
    "SELECT chain.sequence, chain.kind, chain.entry_id, chain.subject, chain.key_id, chain.appended_at, "
    "chain.nonce, chain.payload, chain.previous, chain.hash, keys.key_id, keys.subject, keys.wrapped, "
    "commitments.commitment FROM chain LEFT JOIN commitments USING (sequence) "
    "LEFT JOIN keys ON keys.key_id = chain.key_id"
)
LEAVES: Final = (
    "SELECT sequence, kind, appended_at, entry_id, hash, commitment FROM chain "
    "JOIN commitments USING (sequence) WHERE sequence > ? AND sequence <= ? ORDER BY sequence"
)
BY_NUMBER: Final = (
    "SELECT sequence, kind, entry_id, subject, key_id, appended_at, nonce, payload, previous, hash "
    "FROM chain WHERE sequence = ?"
)
RANGE: Final = (
    "SELECT sequence, kind, entry_id, subject, key_id, appended_at, nonce, payload, previous, hash "
    "FROM chain WHERE sequence > ? AND sequence <= ? ORDER BY sequence"
)
_WIDTH: Final = len(Entry._fields)
_ENTRY: Final = (int, int, str, bytes, bytes, int, bytes, bytes, bytes, bytes)
_LARGEST: Final = 2**53


def entry_of(row: Sequence[Any]) -> Entry:
    """Read one entry.

    Raises
    ------
    LedgerError
        If a cell is of another type than it was written with.
    """
    if tuple(map(type, row)) != _ENTRY or not 0 < row[0] < _LARGEST:
        raise LedgerError(f"Entry {str(row[0])[:20]} of the ledger is damaged. Restore a backup.")
    return Entry(*row)


def key_of(row: Sequence[Any]) -> WrappedKey:
    """Read one data key; see `entry_of`."""
    if tuple(map(type, row)) != (bytes, bytes, bytes):
        raise LedgerError("A data key of the ledger is damaged. Restore a backup.")
    return WrappedKey(*row)


def with_key(row: Sequence[Any]) -> tuple[Entry, WrappedKey | None]:
    """Read an entry, and its key where that exists."""
    return entry_of(row[:_WIDTH]), None if row[_WIDTH] is None else key_of(row[_WIDTH:])


def whole_of(row: Sequence[Any]) -> tuple[Entry, WrappedKey | None, str]:
    """Read an entry, its key where that exists, and what it is committed to in the tree."""
    if not isinstance(row[-1], str):
        raise LedgerError(f"Entry {str(row[0])[:20]} of the ledger is in no tree. Restore a backup.")
    return *with_key(row[:-1]), row[-1]


def leaf_in(row: Sequence[Any]) -> Leaf:
    """Read what of an entry is hashed into the tree."""
    if tuple(map(type, row)) != (int, int, int, str, bytes, str) or row[1] not in WHATS:
        raise LedgerError(f"Entry {str(row[0])[:20]} of the ledger is damaged. Restore a backup.")
    return Leaf(row[0], WHATS[row[1]], row[2], row[3], row[5], row[4].hex())


def head_of(row: Sequence[Any]) -> Head:
    """Read the number and the hash of an entry; see `entry_of`."""
    if tuple(map(type, row)) != (int, bytes) or not 0 < row[0] < _LARGEST:
        raise LedgerError("The newest entry of the ledger is damaged. Restore a backup.")
    return Head(*row)
