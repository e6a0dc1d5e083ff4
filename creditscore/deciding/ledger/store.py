"""What a ledger asks of the database below it: little, so that another database can take its place."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

from creditscore.deciding.ledger.chain import Entry, Head
from creditscore.transparency.leaves import Leaf


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
    """What a ledger says of itself.

    Attributes
    ----------
    ledger_id : bytes
        Random, 16 bytes.
    key_check : bytes
        Proof of the master key.
    vault : bytes
        What lasts of earlier master keys, encrypted under this one; empty if there were none.
    """

    ledger_id: bytes
    key_check: bytes
    vault: bytes = b""


# Entries in order, each with its key where that exists.
Entries: TypeAlias = Iterator[tuple[Entry, WrappedKey | None]]


class Writer(Protocol):
    """A transaction that alone may append, until it ends; it happens as a whole or not at all."""

    def about(self) -> About:
        """Return what the ledger says of itself."""

    def head(self) -> Head:
        """Return the newest entry."""

    def keys_of(self, subject: bytes) -> list[WrappedKey]:
        """Return the keys of a subject that were not erased, by the index alone: the path of every append."""

    def every_key_of(self, subject: bytes) -> list[WrappedKey]:
        """Return the keys of a subject that still exist, by every path that leads to them."""

    def holds(self, entries: Sequence[Entry]) -> bool:
        """Whether entries stand where they were appended, with their leaves."""

    def all_keys(self) -> list[WrappedKey]:
        """Return all keys."""

    def last_time(self) -> int:
        """Return when the newest entry was appended, in microseconds since 1970-01-01 UTC."""

    def named(self, name: bytes) -> list[Entry]:
        """Return all entries of a name, in order."""

    def add(
        self,
        entries: Sequence[Entry],
        commitments: Sequence[str],
        keys: Sequence[WrappedKey] = (),
        names: Mapping[int, Sequence[bytes]] | None = None,
    ) -> None:
        """Append entries, their leaves, the keys that are new with them, and what each is found by.

        All of it is read back.
        """

    def plant(self, leaves: Sequence[Leaf]) -> None:
        """Make the tree of entries that were there before there was a tree."""

    def rename(self, names: Mapping[int, Sequence[bytes]]) -> None:
        """Name entries that are there already."""

    def destroy(self, subject: bytes, key_ids: Sequence[bytes], kept: Mapping[int, Sequence[bytes]]) -> None:
        """Delete keys, and all names of a subject's entries but some; then look that they are gone."""

    def replace(self, about: About, keys: Iterable[WrappedKey]) -> None:
        """Say another thing of the ledger, and store its keys as they are wrapped now."""


class Store(Protocol):
    """A database that holds one ledger."""

    def about(self) -> About:
        """Return what the ledger says of itself."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Begin the only writing transaction; others wait."""

    def head(self) -> Head:
        """Return the newest entry."""

    def find(self, entry_id: str, name: bytes) -> list[tuple[Entry, WrappedKey | None]]:
        """Return an entry and its key by its id and by its name: one, none, or two that contradict."""

    def named(self, name: bytes) -> list[tuple[Entry, WrappedKey | None]]:
        """Return all entries of a name, in order, each with its key."""

    def entries(self, *, found: bool = False) -> Generator[tuple[Entry, WrappedKey | None, str], None, None]:
        """Pass over all entries in order, each with key and commitment, from one state; nobody need wait.

        A key that was put back after an erasure comes only as ``found`` in its table.
        """

    def leaves(self, start: int, stop: int) -> list[Leaf]:
        """Return the leaves of the tree from an index up to, not including, another."""

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return hashes of the tree, see `creditscore.transparency.tree.Hashes`."""

    def names(self) -> Generator[tuple[bytes, int], None, None]:
        """Pass over all names, each with the number of its entry."""

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Look, on another connection, that entries are there as they were appended."""

    def gone(self, key_ids: Sequence[bytes]) -> bool:
        """Look, on another connection, that no key of these is left."""

    def check(self) -> None:
        """Check everything that the database itself can: pages, indices, tables, triggers."""

    def check_tree(self) -> None:
        """Check that the tree has as many hashes as its entries give."""

    def orphans(self) -> list[bytes]:
        """Return ids of keys that no entry uses."""

    def purge(self, seconds: float) -> bool:
        """Overwrite what was deleted; False if, after so long, somebody still stands in the way."""

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of one state into a new file."""

    def close(self) -> None:
        """Let go of the database."""
