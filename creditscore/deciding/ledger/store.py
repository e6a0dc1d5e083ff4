"""What a ledger asks of the database below it: little, so that another database can take its place."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from creditscore.deciding.ledger.chain import Entry, Head


class WrappedKey(NamedTuple):
    """A data key as it is stored: encrypted under the master key.

    Attributes
    ----------
    key_id, subject : bytes
        16 bytes each; the subject is a keyed pseudonym.
    wrapped : bytes
        Nonce, encrypted key and tag.
    """

    key_id: bytes
    subject: bytes
    wrapped: bytes


class About(NamedTuple):
    """What a ledger says of itself: its random id, and proof of the master key that it was made with."""

    ledger_id: bytes
    key_check: bytes


class Writer(Protocol):
    """A transaction that alone may append, until it ends; it happens as a whole or not at all."""

    def head(self) -> Head:
        """Return the newest entry."""

    def keys_of(self, subject: bytes) -> list[WrappedKey]:
        """Return the keys of a subject that still exist, oldest first."""

    def add(self, entries: Sequence[Entry], keys: Sequence[WrappedKey]) -> None:
        """Append entries, and the keys that are new with them."""

    def destroy(self, subject: bytes) -> None:
        """Delete the keys of a subject."""


class Store(Protocol):
    """A database that holds one ledger."""

    def about(self) -> About:
        """Return what the ledger says of itself."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Begin the only writing transaction; others wait."""

    def head(self) -> Head:
        """Return the newest entry."""

    def find(self, entry_id: str) -> tuple[Entry, WrappedKey | None] | None:
        """Return an entry and its key, None where there is no such entry."""

    def entries(self) -> Generator[tuple[Entry, WrappedKey | None], None, None]:
        """Pass over all entries in order, each with its key; whoever stops before the end closes it."""

    def orphans(self) -> list[bytes]:
        """Return ids of keys that no entry uses."""

    def purge(self) -> bool:
        """Overwrite what was deleted; False if another process stands in the way."""

    def close(self) -> None:
        """Let go of the database."""
