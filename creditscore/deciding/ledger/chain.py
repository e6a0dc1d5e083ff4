"""The chain: what an entry is, and how each one vouches for all before it.

The hash of an entry covers its *encrypted* payload, so destroying a key changes nothing in the chain.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Final, NamedTuple

DECISION: Final = 1
ERASURE: Final = 2
FORMAT: Final = b"creditscore.ledger/1"


class Entry(NamedTuple):
    """One link of the chain.

    Attributes
    ----------
    sequence : int
        Place in the chain, from 1.
    kind : int
        ``DECISION`` or ``ERASURE``.
    entry_id : str
        The id of the decision, or of the erasure.
    subject : bytes
        Keyed pseudonym of the applicant, 16 bytes.
    key_id : bytes
        The key that the payload is encrypted with, 16 bytes; empty for an erasure.
    appended_at : int
        Microseconds since 1970-01-01 UTC.
    nonce : bytes
        Of the encryption, 12 bytes; empty for an erasure.
    payload : bytes
        The decision, compressed and encrypted; for an erasure the keys destroyed, authenticated.
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
    header = struct.pack(">QBqHBB", sequence, kind, appended_at, len(name), len(subject), len(key_id))
    return previous + header + name + subject + key_id


def entry_hash(bound: bytes, nonce: bytes, payload: bytes) -> bytes:
    """Hash an entry from its context, nonce and payload."""
    return hashlib.sha256(bound + struct.pack(">BQ", len(nonce), len(payload)) + nonce + payload).digest()
