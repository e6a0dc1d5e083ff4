"""Every entry of a ledger, checked with the key: hashes, order, keys, payloads, names, what was done."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from creditscore._ground.progress import progress
from creditscore.deciding.ledger.chain import DECISION, ERASURE, ROTATION, Entry, Head, entry_hash, genesis
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.ledger.payloads import decompress
from creditscore.deciding.ledger.store import Store, WrappedKey
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import ArtefactError, LedgerError

_DAMAGE: Final = (AttributeError, OverflowError, TypeError, ValueError, KeyError, struct.error)
_WIDTH: Final = 1 << 256


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verified ledger holds.

    Attributes
    ----------
    decisions, erasures : int
        Entries of each kind.
    unreadable : int
        Decisions whose key was destroyed by an erasure; their position in the chain is intact.
    head : Head
        The newest entry. Keep ``str(head)`` where the ledger's keeper cannot change it.
    rotations : int
        How often the master key was replaced.
    """

    decisions: int
    erasures: int
    unreadable: int
    head: Head
    rotations: int = 0


@dataclass(slots=True)
class Pass:
    """One pass over a chain, entry by entry.

    Attributes
    ----------
    keys : KeyRing
    head : Head
        Of the entries so far.
    """

    keys: KeyRing
    head: Head
    counts: dict[int, int] = field(default_factory=lambda: {DECISION: 0, ERASURE: 0, ROTATION: 0})
    unreadable: int = 0
    missing: set[bytes] = field(default_factory=set)
    names: int = 0
    key_check: bytes = b""

    def add(self, entry: Entry, key: WrappedKey | None) -> None:
        """Check the entry that follows.

        Raises
        ------
        LedgerError
            If it is not as it was appended.
        """
        try:
            self._check(entry, key)
        except (LedgerError, ArtefactError, *_DAMAGE) as error:
            number = self.head.sequence + 1
            raise LedgerError(f"Entry {number} is not as it was appended: {error}") from error
        self.head = Head(entry.sequence, entry.hash)
        self.counts[entry.kind] += 1

    def _check(self, entry: Entry, key: WrappedKey | None) -> None:
        if entry.sequence != self.head.sequence + 1:
            raise LedgerError(f"entry {entry.sequence} stands in its place.")
        if entry.previous != self.head.hash:
            raise LedgerError("it does not follow from the entry before.")
        if entry.hash != entry_hash(entry.bound, entry.nonce, entry.payload):
            raise LedgerError("its hash is another.")
        if entry.kind == ERASURE:
            self._erasure(entry)
        elif entry.kind == ROTATION:
            self.key_check = self.keys.vouched_for(entry.bound, entry.payload)
        elif entry.kind != DECISION:
            raise LedgerError(f"its kind is {entry.kind}.")
        else:
            self._decision(entry, key)

    def _erasure(self, entry: Entry) -> None:
        for key_id in self.keys.erased(entry.bound, entry.payload):
            if key_id not in self.missing:
                raise LedgerError(f"the key {key_id.hex()} that it destroyed is there again.")
            self.missing.remove(key_id)

    def _decision(self, entry: Entry, key: WrappedKey | None) -> None:
        if key is None:
            self.missing.add(entry.key_id)
            self.unreadable += 1
            names: tuple[bytes, ...] = (self.keys.name_of(b"decision", entry.entry_id), entry.subject)
        else:
            names = names_of(self.keys, entry, record_of(self.keys, entry, key))
        self.names += sum(_number(name, entry.sequence) for name in names)


def verify_entries(store: Store, keys: KeyRing, anchor: Head | None) -> Verified:
    """Check a whole ledger; see `creditscore.deciding.ledger.ledger.Ledger.verify`."""
    store.check()
    about = store.about()
    found = Pass(keys, Head(0, genesis(about.ledger_id)))
    _match(found.head, anchor)
    with closing(store.entries()) as entries:
        for entry, key in progress(entries, what="entries", total=store.head().sequence):
            found.add(entry, key)
            _match(found.head, anchor)
    if found.missing:
        raise LedgerError(f"{len(found.missing)} key(s) are missing without an erasure that destroyed them.")
    if anchor is not None and found.head.sequence < anchor.sequence:
        raise LedgerError(
            f"The ledger ends at entry {found.head.sequence}, before its anchor at entry {anchor.sequence}."
        )
    if store.orphans():
        raise LedgerError("The ledger holds keys that no entry uses.")
    if found.key_check not in (b"", about.key_check) or bool(found.key_check) != bool(about.vault):
        raise LedgerError("The master key is another than the newest rotation says: its rows were put back.")
    with closing(store.names()) as names:
        if _sum(names) != found.names % _WIDTH:
            raise LedgerError("The names by which entries are found are not those of its entries.")
    counts = found.counts
    return Verified(counts[DECISION], counts[ERASURE], found.unreadable, found.head, counts[ROTATION])


def record_of(keys: KeyRing, entry: Entry, key: WrappedKey) -> DecisionRecord:
    """Decrypt a decision, and check that it is the one that its entry names.

    Raises
    ------
    LedgerError
        If it, its key or its entry was changed.
    """
    if key.subject != entry.subject:
        raise LedgerError("its key belongs to another subject.")
    plain = keys.decrypt(keys.unwrap(key), entry.nonce, entry.payload, entry.bound)
    record = DecisionRecord.from_json(decompress(plain))
    if record.decision_id != entry.entry_id or keys.subject(record.subject) != entry.subject:
        raise LedgerError("it holds another decision than it names.")
    return record


def names_of(keys: KeyRing, entry: Entry, record: DecisionRecord) -> tuple[bytes, bytes, bytes]:
    """Return what a decision is found by: its own name, that of its subject, and that of its application."""
    application = keys.name_of(b"application", record.content["application_id"])
    return keys.name_of(b"decision", entry.entry_id), entry.subject, application


def _match(head: Head, anchor: Head | None) -> None:
    if anchor is not None and head.sequence == anchor.sequence and head.hash != anchor.hash:
        raise LedgerError(
            f"Entry {anchor.sequence} is another than the anchor says: the chain was rewritten."
        )


def _sum(names: Iterable[tuple[Any, Any]] | Iterator[tuple[Any, Any]]) -> int:
    """Add up the hashes of all names: equal sums, equal names, in whatever order they come."""
    try:
        return sum(_number(name, sequence) for name, sequence in names) % _WIDTH
    except _DAMAGE as error:
        raise LedgerError("The names by which entries are found are damaged. Restore a backup.") from error


def _number(name: bytes, sequence: int) -> int:
    return int.from_bytes(hashlib.sha256(struct.pack(">QB", sequence, len(name)) + name).digest(), "big")
