"""Every entry of a ledger, checked with the key: hashes, order, keys, payloads, names, what was done."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from creditscore._ground.progress import progress
from creditscore.deciding.disclosed import versions_of
from creditscore.deciding.ledger.chain import (
    DECISION,
    ERASURE,
    HANDLING,
    MODEL,
    NAMING,
    OBJECTION,
    POLICY,
    REPORT,
    REVIEW,
    ROTATION,
    TREE,
    WHATS,
    Entry,
    Head,
    entry_hash,
    genesis,
)
from creditscore.deciding.ledger.covered import Covered
from creditscore.deciding.ledger.entering import NO_SALT
from creditscore.deciding.ledger.handled import Course, names_of_handled, open_handled, parted
from creditscore.deciding.ledger.keys import KeyRing, erased_by
from creditscore.deciding.ledger.naming import named_in, naming_name
from creditscore.deciding.ledger.opened import decided_at, names_of, opened
from creditscore.deciding.ledger.registry import Spans, register_names
from creditscore.deciding.ledger.store import Store, WrappedKey
from creditscore.errors import ArtefactError, LedgerError, SigningError
from creditscore.transparency.heads import TreeHead
from creditscore.transparency.leaves import commit

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
    models, policies : int
        How often one was registered.
    unregistered : int
        Readable decisions that were taken before anything was registered: nobody said beforehand by which
        models and policies.
    reviews, objections, reports : int
        Entries of what people did with decisions: reviewed them, objected, issued a report.
    uncommitted : int
        Entries from before there was a tree. It covers them as they were encrypted when it was begun, and
        proves nothing about the time before.
    """

    decisions: int
    erasures: int
    unreadable: int
    head: Head
    rotations: int = 0
    models: int = 0
    policies: int = 0
    unregistered: int = 0
    uncommitted: int = 0
    reviews: int = 0
    objections: int = 0
    reports: int = 0


@dataclass(slots=True)
class Pass:
    """One pass over a chain, entry by entry.

    Attributes
    ----------
    keys : KeyRing
    head : Head
        Of the entries so far.
    tree : Covered
        What the tree must be.
    """

    keys: KeyRing
    head: Head
    tree: Covered
    counts: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WHATS, 0))
    unreadable: int = 0
    unregistered: int = 0
    missing: set[bytes] = field(default_factory=set)
    destroyed: set[bytes] = field(default_factory=set)
    names: int = 0
    key_check: bytes = b""
    spans: Spans = field(default_factory=Spans)
    courses: dict[str, Course] = field(default_factory=dict)

    def add(self, entry: Entry, key: WrappedKey | None, commitment: str) -> None:
        """Check the entry that follows.

        Raises
        ------
        LedgerError
            If it is not as it was appended.
        """
        try:
            self._check(entry, key, commitment)
        except (LedgerError, ArtefactError, SigningError, *_DAMAGE) as error:
            number = self.head.sequence + 1
            raise LedgerError(f"Entry {number} is not as it was appended: {error}") from error
        self.head = Head(entry.sequence, entry.hash)
        self.counts[entry.kind] += 1

    def _check(self, entry: Entry, key: WrappedKey | None, commitment: str) -> None:
        if entry.sequence != self.head.sequence + 1:
            raise LedgerError(f"entry {entry.sequence} stands in its place.")
        if entry.previous != self.head.hash:
            raise LedgerError("it does not follow from the entry before.")
        if entry.hash != entry_hash(entry.bound, entry.nonce, entry.payload):
            raise LedgerError("its hash is another.")
        if entry.kind not in WHATS:
            raise LedgerError(f"its kind is {entry.kind}.")
        if entry.kind == DECISION:
            self._decision(entry, key, commitment)
        elif entry.kind in HANDLING:
            self._handled(entry, key, commitment)
        else:
            self._note(entry, commitment)
        self.tree.add(entry, commitment)

    def _note(self, entry: Entry, commitment: str) -> None:
        """Check an entry of which everybody may read what it says."""
        text = self.keys.vouched_for(entry.bound, entry.payload)
        self.tree.opens(commitment, NO_SALT, hashlib.sha256(text).hexdigest())
        if entry.kind == ERASURE:
            self._erasure(entry, text)
        elif entry.kind == ROTATION:
            self.key_check = text
        elif entry.kind == TREE:
            self.tree.begin(entry, text)
        elif entry.kind == NAMING:
            named_in(text)
            self._named((naming_name(self.keys),), entry)
        else:
            self.spans.enter(entry, text)
            self._named(register_names(self.keys, entry), entry)

    def _erasure(self, entry: Entry, text: bytes) -> None:
        key_ids, named = erased_by(text)
        self._named(key_ids if named else (), entry)
        for key_id in key_ids:
            if key_id in self.destroyed:  # it was put back, and destroyed again
                continue
            if key_id not in self.missing:
                raise LedgerError(f"the key {key_id.hex()} that it destroyed is there again.")
            self.missing.remove(key_id)
            self.destroyed.add(key_id)

    def _decision(self, entry: Entry, key: WrappedKey | None, commitment: str) -> None:
        if key is None:
            self.missing.add(entry.key_id)
            self.unreadable += 1
            self._named((self.keys.name_of(b"decision", entry.entry_id), entry.subject), entry)
            return
        record, data_key = opened(self.keys, entry, key)
        self._named(names_of(self.keys, entry, record), entry)
        self.tree.opens(commitment, data_key.salt(entry.entry_id), record.sha256, *versions_of(record))
        self.spans.check(record)
        self.tree.check_date(entry, decided_at(record))
        self.unregistered += not self.spans.spans

    def _handled(self, entry: Entry, key: WrappedKey | None, commitment: str) -> None:
        """Check what somebody did with a decision: that it is of this one, and the next of its kind."""
        decision_id, _ = parted(entry)
        decision = self._decision_before(entry, decision_id)
        course = self.courses.setdefault(decision_id, Course(decision_id))
        if key is None:
            course.count(entry)
            self.missing.add(entry.key_id)
            self._named((self.keys.name_of(b"decision", entry.entry_id), entry.subject), entry)
            return
        if entry.entry_id != course.next_name(entry.kind):
            raise LedgerError(f"{course.next_name(entry.kind)!r} is missing before it.")
        record, _ = opened(self.keys, decision, key)
        made, data_key = open_handled(self.keys, entry, key)
        course.take(made, record)
        self._named(names_of_handled(self.keys, entry, record, decision_id), entry)
        if commitment != commit(data_key.salt(entry.entry_id), made.sha256, *course.versions()):
            raise LedgerError("it is committed to something else than it holds.")
        self.tree.check_date(entry, made.at)

    def _decision_before(self, entry: Entry, decision_id: str) -> Entry:
        """Find the entry of the decision that something was done with, of the same subject and key."""
        found = self.tree.store.find(decision_id, self.keys.name_of(b"decision", decision_id))
        for decision, _ in found:
            mine = (decision.subject, decision.key_id) == (entry.subject, entry.key_id)
            if mine and decision.kind == DECISION and decision.sequence < entry.sequence:
                return decision
        raise LedgerError(f"no decision {decision_id!r:.90} of this subject stands before it.")

    def _named(self, names: Iterable[bytes], entry: Entry) -> None:
        self.names += sum(_number(name, entry.sequence) for name in names)


def verify_entries(
    store: Store, keys: KeyRing, anchor: Head | None, heads: Sequence[TreeHead] = ()
) -> Verified:
    """Check a whole ledger; see `creditscore.deciding.ledger.ledger.Ledger.verify`."""
    store.check()
    about = store.about()
    found = Pass(keys, Head(0, genesis(about.ledger_id)), Covered(store, heads))
    _match(found.head, anchor)
    with closing(store.entries(found=True)) as entries:
        for entry, key, commitment in progress(entries, what="entries", total=store.head().sequence):
            found.add(entry, key, commitment)
            _match(found.head, anchor)
    if found.missing:
        raise LedgerError(f"{len(found.missing)} key(s) are missing without an erasure that destroyed them.")
    if anchor is not None and found.head.sequence < anchor.sequence:
        raise LedgerError(
            f"The ledger ends at entry {found.head.sequence}, before its anchor at entry {anchor.sequence}."
        )
    if store.orphans():
        raise LedgerError("The ledger holds keys that no entry uses.")
    found.tree.end()
    store.check_tree()
    if found.key_check not in (b"", about.key_check) or bool(found.key_check) != bool(about.vault):
        raise LedgerError("The master key is another than the newest rotation says: its rows were put back.")
    with closing(store.names()) as names:
        if _sum(names) != found.names % _WIDTH:
            raise LedgerError("The names by which entries are found are not those of its entries.")
    counts = found.counts
    return Verified(
        counts[DECISION],
        counts[ERASURE],
        found.unreadable,
        found.head,
        counts[ROTATION],
        models=counts[MODEL],
        policies=counts[POLICY],
        unregistered=found.unregistered,
        uncommitted=found.tree.uncommitted,
        reviews=counts[REVIEW],
        objections=counts[OBJECTION],
        reports=counts[REPORT],
    )


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
