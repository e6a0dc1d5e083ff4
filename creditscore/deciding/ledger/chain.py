"""The chain: what an entry is, and how each one vouches for all before it.

The hash of an entry covers its *encrypted* payload, so destroying a key changes nothing in the chain.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from creditscore.errors import LedgerError
from creditscore.transparency.leaves import LONGEST_ID, Leaf, What

DECISION: Final = 1
ERASURE: Final = 2
ROTATION: Final = 3
MODEL: Final = 4
POLICY: Final = 5
RETIREMENT: Final = 6
TREE: Final = 7
NAMING: Final = 8
REVIEW: Final = 9
OBJECTION: Final = 10
REPORT: Final = 11
# What the leaves of the tree call each kind.
WHATS: Final[Mapping[int, What]] = {
    DECISION: "decision",
    ERASURE: "erasure",
    ROTATION: "rotation",
    MODEL: "model",
    POLICY: "policy",
    RETIREMENT: "retirement",
    TREE: "tree",
    NAMING: "naming",
    REVIEW: "review",
    OBJECTION: "objection",
    REPORT: "report",
}
# What people did with a decision: encrypted under the key of its subject, as the decision is.
HANDLING: Final = (REVIEW, OBJECTION, REPORT)
FORMAT: Final = b"creditscore.ledger/1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(NamedTuple):
    """One link of the chain.

    Attributes
    ----------
    sequence : int
        Place in the chain, from 1.
    kind : int
        ``DECISION``, or another of `WHATS`.
    entry_id : str
        The id of the decision, or of what was done instead.
    subject : bytes
        Keyed pseudonym of the applicant, 16 bytes; empty for all but decisions, what people did with them,
        and erasures.
    key_id : bytes
        The key that the payload is encrypted with, 16 bytes; empty for all but decisions and what people did
        with them.
    appended_at : int
        Microseconds since 1970-01-01 UTC.
    nonce : bytes
        Of the encryption, 12 bytes; empty where nothing is encrypted.
    payload : bytes
        The decision, or what people did with it, compressed and encrypted; for an erasure the keys destroyed,
        for a rotation the check value of the new master key, for models and policies what is registered, for
        a naming the check value of the key of pseudonyms, all authenticated.
    previous : bytes
        Hash of the entry before, or of the ledger's own id.
    hash : bytes
        SHA-256 of all of the above.
    """

    sequence: int
    kind: int
    entry_id: str
    subject: bytes
    key_id: bytes
    appended_at: int
    nonce: bytes
    payload: bytes
    previous: bytes
    hash: bytes

    @property
    def at(self) -> datetime:
        """When it was appended, UTC."""
        return _EPOCH + timedelta(microseconds=self.appended_at)

    @property
    def bound(self) -> bytes:
        """Everything about the entry but its payload."""
        chained = (self.previous, self.sequence, self.kind, self.appended_at)
        return context(*chained, self.entry_id, self.subject, self.key_id)


class Head(NamedTuple):
    """The newest entry: who keeps it elsewhere can prove that nothing was cut off.

    Attributes
    ----------
    sequence : int
        Number of entries; 0 for an empty ledger.
    hash : bytes
        Hash of the newest entry.
    """

    sequence: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash.hex()}"


def genesis(ledger_id: bytes) -> bytes:
    """Return what the first entry has for the hash of the one before."""
    return hashlib.sha256(FORMAT + ledger_id).digest()


def context(
    previous: bytes, sequence: int, kind: int, appended_at: int, entry_id: str, subject: bytes, key_id: bytes
) -> bytes:
    """Lay out everything about an entry but its payload: what encryption binds the payload to."""
    name = entry_id.encode()
    if len(name) > LONGEST_ID:
        raise LedgerError(f"An id of a decision has at most {LONGEST_ID:,} bytes. Got {len(name):,}.")
    header = struct.pack(">QBqHBB", sequence, kind, appended_at, len(name), len(subject), len(key_id))
    return previous + header + name + subject + key_id


def entry_hash(bound: bytes, nonce: bytes, payload: bytes) -> bytes:
    """Hash an entry from its context, nonce and payload."""
    return hashlib.sha256(bound + struct.pack(">BQ", len(nonce), len(payload)) + nonce + payload).digest()


def next_entry(
    head: Head,
    kind: int,
    entry_id: str,
    subject: bytes,
    key_id: bytes,
    appended_at: int,
) -> Entry:
    """Begin the entry that follows a head; `sealed` completes it."""
    return Entry(head.sequence + 1, kind, entry_id, subject, key_id, appended_at, b"", b"", head.hash, b"")


def sealed(entry: Entry, nonce: bytes, payload: bytes) -> Entry:
    """Give an entry its payload and its hash."""
    return entry._replace(nonce=nonce, payload=payload, hash=entry_hash(entry.bound, nonce, payload))


def leaf_of(entry: Entry, commitment: str) -> Leaf:
    """Return what of an entry is hashed into the tree.

    Raises
    ------
    LedgerError
        If its kind is unknown.
    """
    what = WHATS.get(entry.kind)
    if what is None:
        raise LedgerError(f"Entry {entry.sequence} is of the unknown kind {entry.kind}.")
    return Leaf(entry.sequence, what, entry.appended_at, entry.entry_id, commitment, entry.hash.hex())


def read_anchor(anchor: Head | str | None) -> Head | None:
    """Read a head that was kept elsewhere: the number of its entry, a colon, and 64 hexadecimal digits.

    Raises
    ------
    LedgerError
        If it is written otherwise.
    """
    if anchor is None:
        return None
    found = re.fullmatch(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})", str(anchor), re.ASCII)
    if found is None:
        raise LedgerError(f"An anchor is written as entry:hash, with 64 digits. Got {str(anchor)[:90]!r}.")
    return Head(int(found[1]), bytes.fromhex(found[2]))
