"""What is entered into a ledger: decisions, encrypted and committed to, and notes of what was done."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from creditscore.deciding.ledger.chain import DECISION, Entry, Head, next_entry, sealed
from creditscore.deciding.ledger.keys import NONCE_BYTES, DataKey, KeyRing
from creditscore.deciding.ledger.opened import names_of, owner_of
from creditscore.deciding.ledger.store import Store, WrappedKey, Writer
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import LedgerAwayError
from creditscore.transparency.leaves import SALT_BYTES, commit

# What everybody may read needs no salt.
NO_SALT: Final = bytes(SALT_BYTES)
# How often a transaction is begun again whose server was lost.
_ATTEMPTS: Final = 5
Done = TypeVar("Done")


def entered(
    store: Store, enter: Callable[[Writer], tuple[Sequence[Entry], Done]]
) -> tuple[Sequence[Entry], Done]:
    """Enter something in one transaction, and look that it is there; begin again where the server is lost.

    A connection that is lost does not say whether its transaction ended before. If it did, then before the
    next one began, which looks for the entries first: nothing is entered twice.

    Parameters
    ----------
    store : Store
    enter : callable
        Adds entries, and returns them with whatever else its caller needs of what was done.

    Raises
    ------
    LedgerAwayError
        If the server stays away: then it may have been done, or not.
    """
    done: tuple[Sequence[Entry], Done] | None = None
    left = _ATTEMPTS
    while True:
        left -= 1
        try:
            with store.writing() as writer:
                if done is None or not writer.holds(done[0]):
                    done = enter(writer)
        except LedgerAwayError:
            if not left:
                raise
        else:
            store.confirm(done[0])
            return done


class Drawer:
    """The data keys of one transaction: those that are there, and new ones.

    Parameters
    ----------
    writer : Writer
    keys : KeyRing

    Attributes
    ----------
    fresh : list of WrappedKey
        Those that were made.
    """

    def __init__(self, writer: Writer, keys: KeyRing) -> None:
        self._writer = writer
        self._keys = keys
        self._known: dict[bytes, tuple[WrappedKey, DataKey]] = {}
        self.fresh: list[WrappedKey] = []

    def key_for(self, subject: bytes) -> tuple[WrappedKey, DataKey]:
        """Return the key of a subject, as it is stored and as it is used."""
        if subject not in self._known:
            there = self._writer.keys_of(subject)
            if there:
                self._known[subject] = (there[-1], self._keys.unwrap(there[-1]))
            else:
                self._known[subject] = self._keys.fresh(subject)
                self.fresh.append(self._known[subject][0])
        return self._known[subject]


@dataclass(slots=True)
class Batch:
    """Decisions that are appended together.

    Attributes
    ----------
    entries : list of Entry
    commitments : list of str
    names : dict of int to sequence of bytes
        What each entry is found by.
    """

    entries: list[Entry] = field(default_factory=list)
    commitments: list[str] = field(default_factory=list)
    names: dict[int, Sequence[bytes]] = field(default_factory=dict)

    def enter(
        self, writer: Writer, keys: KeyRing, decisions: Iterable[tuple[DecisionRecord, bytes, Sequence[str]]]
    ) -> None:
        """Append decisions, each with its compressed text and hashes of what is shown of it."""
        drawer, head = Drawer(writer, keys), writer.head()
        at = _now(writer)
        for record, plain, versions in decisions:
            subject = owner_of(keys, record)
            stored, data_key = drawer.key_for(subject)
            entry = next_entry(head, DECISION, record.decision_id, subject, stored.key_id, at)
            self.entries.append(encrypted(entry, data_key, plain))
            self.commitments.append(commit(data_key.salt(entry.entry_id), record.sha256, *versions))
            self.names[entry.sequence] = names_of(keys, entry, record)
            head = Head(entry.sequence, self.entries[-1].hash)
        writer.add(self.entries, self.commitments, drawer.fresh, self.names)


def noted(writer: Writer, keys: KeyRing, kind: int, subject: bytes, what: bytes) -> Entry:
    """Make the entry that says what was done, authenticated."""
    entry = following(writer, kind, str(uuid.uuid4()), subject, b"")
    return sealed(entry, b"", keys.vouched(entry.bound, what))


def following(writer: Writer, kind: int, entry_id: str, subject: bytes, key_id: bytes) -> Entry:
    """Begin the entry that follows now."""
    return next_entry(writer.head(), kind, entry_id, subject, key_id, _now(writer))


def encrypted(entry: Entry, data_key: DataKey, plain: bytes) -> Entry:
    """Give an entry its payload, which is bound to all else in it, and its hash."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return sealed(entry, nonce, data_key.cipher.encrypt(nonce, plain, entry.bound))


def commitment_of(text: bytes) -> str:
    """Commit to what everybody may read."""
    return commit(NO_SALT, hashlib.sha256(text).hexdigest())


def _now(writer: Writer) -> int:
    """Microseconds since 1970, never before the newest entry: a clock that is put back moves none."""
    return max(time.time_ns() // 1_000, writer.last_time())
