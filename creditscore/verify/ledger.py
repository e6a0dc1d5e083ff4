"""The chain of a ledger file, hashed again without any key."""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from creditscore.verify.findings import Findings

_DECISION: Final = 1
_ERASURE: Final = 2
_TAG_BYTES: Final = 32
_ID_BYTES: Final = 16
_COLUMNS: Final = "sequence, kind, entry_id, subject, key_id, appended_at, nonce, payload, previous, hash"


def verify_chain(path: Path, *, anchor: str | None = None) -> Findings:
    """Check order and hashes of every entry, and that no key is gone but by an erasure.

    Without the key, what is encrypted cannot be told from other bytes of a chain that was hashed anew: give
    an anchor (``entry:hash``) that was kept elsewhere, or verify with the key.
    """
    findings = Findings(f"ledger {path}")
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            _check(findings, connection, anchor)
        finally:
            connection.close()
    except (sqlite3.Error, struct.error, TypeError, ValueError, AttributeError, IndexError) as error:
        findings.note("the file can be read", f"{type(error).__name__}: {error}")
    return findings


def _check(findings: Findings, connection: sqlite3.Connection, anchor: str | None) -> None:
    (ledger_id,) = connection.execute("SELECT ledger_id FROM about").fetchone()
    position, _, digest = (anchor or "0:").partition(":")
    heads = {0: hashlib.sha256(b"creditscore.ledger/1" + ledger_id).digest()}
    keys = {row[0] for row in connection.execute("SELECT key_id FROM keys")}
    used: set[bytes] = set()
    erased: set[bytes] = set()
    last, head = 0, heads[0]
    for row in connection.execute(f"SELECT {_COLUMNS} FROM chain ORDER BY sequence"):  # noqa: S608 - constant
        fault = _entry_fault(row, last, head)
        if fault:
            findings.note("every entry follows from the one before", f"entry {last + 1} {fault}")
            return
        last, head = row[0], row[9]
        if row[1] == _ERASURE:
            erased.update(_listed(row[7]))
        else:
            used.add(row[4])
        if last == int(position):
            heads[last] = head
    findings.note("every entry follows from the one before")
    findings.note_first("keys are gone only by erasures", _key_faults(keys, used, erased))
    if anchor is not None:
        kept = heads.get(int(position), b"").hex() == digest
        findings.note("the anchored entry is in the chain", "" if kept else "it is another, or was cut off")
    findings.note(f"head {last}:{head.hex()}")


def _entry_fault(row: tuple[Any, ...], last: int, head: bytes) -> str:
    sequence, kind, entry_id, subject, key_id, appended_at, nonce, payload, previous, digest = row
    if sequence != last + 1:
        return f"is missing: entry {sequence} stands in its place"
    if previous != head:
        return "does not follow from the one before"
    name = entry_id.encode()
    content = previous
    content += struct.pack(">QBqHBB", sequence, kind, appended_at, len(name), len(subject), len(key_id))
    content += name + subject + key_id + struct.pack(">BQ", len(nonce), len(payload)) + nonce + payload
    if hashlib.sha256(content).digest() != digest:
        return "was changed"
    return "" if kind in (_DECISION, _ERASURE) else f"is of the unknown kind {kind}"


def _listed(payload: bytes) -> Iterator[bytes]:
    for start in range(_TAG_BYTES, len(payload), _ID_BYTES):
        yield payload[start : start + _ID_BYTES]


def _key_faults(keys: set[bytes], used: set[bytes], erased: set[bytes]) -> Iterator[str]:
    for found, what in (
        (used - keys - erased, "is gone without an erasure"),
        (keys & erased, "was destroyed and is there again"),
        (keys - used, "is used by no entry"),
    ):
        for key in sorted(found):
            yield f"key {key.hex()} {what}"
