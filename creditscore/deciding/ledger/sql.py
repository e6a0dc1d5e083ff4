"""What a ledger asks of any database that speaks SQL; each adds how it connects, waits and begins."""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Any, Final, TypeVar

from creditscore.deciding.ledger.chain import Entry, Head
from creditscore.deciding.ledger.rows import (
    EVERYTHING,
    LEAVES,
    NOT_ERASED,
    WITH_KEYS,
    leaf_in,
    whole_of,
    with_key,
)
from creditscore.deciding.ledger.session import (
    Session,
    about_of,
    any_left,
    are_kept,
    check_counts,
    read_hashes,
)
from creditscore.deciding.ledger.store import About, WrappedKey
from creditscore.deciding.ledger.writer import SqlWriter
from creditscore.errors import LedgerError
from creditscore.transparency.leaves import Leaf

PATIENCE_SECONDS: Final = 60.0
_LONGEST_SECONDS: Final = 86_400.0
Found = TypeVar("Found")


class SqlStore(ABC):
    """One ledger in one database; see `creditscore.deciding.ledger.store.Store`."""

    def __init__(self) -> None:
        self._process = os.getpid()

    @abstractmethod
    def _ask(self, what: Callable[[Session], Found]) -> Found:
        """Read something on the connection of every day."""

    @abstractmethod
    def _ask_disk(self, what: Callable[[Session], Found]) -> Found:
        """Read something on another connection, which sees what was written for good and nothing else."""

    @abstractmethod
    def _pass(self, query: str) -> Generator[Any, None, None]:
        """Pass over many rows, from one state."""

    def about(self) -> About:
        """Return what the ledger says of itself."""
        return self._ask(about_of)

    def head(self) -> Head:
        """Return the newest entry."""
        return self._ask(lambda session: SqlWriter(session).head())

    def find(self, entry_id: str, name: bytes) -> list[tuple[Entry, WrappedKey | None]]:
        """Return an entry and its key by its id and by its name: one, none, or two that contradict."""
        found = self._all(f"{WITH_KEYS} WHERE entry_id = ?", (entry_id,))
        found += [row for row in self._named(name) if row not in found]
        return [with_key(row) for row in found]

    def named(self, name: bytes) -> list[tuple[Entry, WrappedKey | None]]:
        """Return all entries of a name, in order, each with its key."""
        return [with_key(row) for row in self._named(name)]

    def entries(self, *, found: bool = False) -> Generator[tuple[Entry, WrappedKey | None, str], None, None]:
        """Pass over all entries in order, each with key and commitment, from one state; nobody need wait.

        A key that was put back after an erasure comes only as ``found`` in its table.
        """
        query = EVERYTHING if found else f"{EVERYTHING} AND {NOT_ERASED}"
        with closing(self._pass(f"{query} ORDER BY chain.sequence")) as rows:
            for row in rows:
                yield whole_of(row)

    def leaves(self, start: int, stop: int) -> list[Leaf]:
        """Return the leaves of the tree from an index up to, not including, another."""
        return [leaf_in(row) for row in self._all(LEAVES, (start, stop))]

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return hashes of the tree, see `creditscore.transparency.tree.Hashes`."""
        return self._ask(lambda session: read_hashes(session, level, start, stop))

    def names(self) -> Generator[tuple[bytes, int], None, None]:
        """Pass over all names, each with the number of its entry."""
        yield from self._pass("SELECT name, sequence FROM names")

    def confirm(self, entries: Sequence[Entry]) -> None:
        """Look, on another connection, that entries and their leaves are there as they were appended."""
        if not self._ask_disk(lambda session: are_kept(session, entries)):
            raise LedgerError(
                "The ledger did not keep what was appended: its file or its disk are at fault. "
                "Verify the ledger, or restore a backup, and append again."
            )

    def gone(self, key_ids: Sequence[bytes]) -> bool:
        """Look, on another connection, that no key of these is left."""
        return not self._ask_disk(lambda session: any_left(session, key_ids))

    def check_tree(self) -> None:
        """Check that the tree has as many hashes as its entries give."""
        self._ask_disk(check_counts)

    def orphans(self) -> list[bytes]:
        """Return ids of keys that no entry uses."""
        found = "SELECT key_id FROM keys WHERE key_id NOT IN (SELECT key_id FROM chain)"
        return [row[0] for row in self._all(found, ())]

    def _named(self, name: bytes) -> list[Any]:
        numbers = self._all("SELECT sequence FROM names WHERE name = ? ORDER BY sequence", (name,))
        query = f"{WITH_KEYS} WHERE chain.sequence = ?"
        return [row for number in numbers for row in self._all(query, number)]

    def _all(self, query: str, values: Sequence[Any]) -> list[Any]:
        return self._ask(lambda session: session.rows(query, values))

    def _check_process(self) -> None:
        if self._process != os.getpid():
            raise LedgerError("A ledger does not survive a fork. Open it again in the child process.")


def checked_patience(patience: float) -> float:
    """Refuse seconds that are no number from 0 to a day."""
    given = patience if isinstance(patience, int | float) and not isinstance(patience, bool) else math.nan
    if not 0.0 <= given <= _LONGEST_SECONDS:
        raise LedgerError(f"'patience' is seconds, from 0 to {_LONGEST_SECONDS:,.0f}. Got {patience!r}.")
    return float(patience)
