"""The chain of a ledger file, hashed again without any key."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from creditscore.verify.findings import Findings
from creditscore.verify.signatures import Keys, trusted_heads
from creditscore.verify.tree import TreePass

_DECISION: Final = 1
_ERASURE: Final = 2
_WHATS: Final = (
    "", "decision", "erasure", "rotation", "model", "policy", "retirement", "tree", "naming",
    "review", "objection", "report",
)  # fmt: skip
# What is encrypted: a decision, and what people did with one.
_PRIVATE: Final = (_DECISION, 9, 10, 11)
_BEFORE: Final = "SELECT kind, subject, key_id FROM chain WHERE entry_id = ? AND sequence < ?"
_TAG_BYTES: Final = 32
# How the list of keys begins in erasures that are found by them.
_FOUND_BY_KEYS: Final = b"creditscore.erasure/2\n"
_ID_BYTES: Final = 16
_COLUMNS: Final = "sequence, kind, entry_id, subject, key_id, appended_at, nonce, payload, previous, hash"
_TYPES: Final = (int, int, str, bytes, bytes, int, bytes, bytes, bytes, bytes)
# What SQLite names, and how many of each kind a ledger has: whatever else stands in the file is foreign.
_SCHEMA: Final = {
    "about": "table",
    "about_DELETE": "trigger",
    "about_UPDATE": "trigger",
    "chain": "table",
    "chain_DELETE": "trigger",
    "chain_UPDATE": "trigger",
    "commitments": "table",
    "commitments_DELETE": "trigger",
    "commitments_UPDATE": "trigger",
    "keys": "table",
    "keys_UPDATE": "trigger",
    "keys_of_subject": "index",
    "names": "table",
    "sqlite_autoindex_chain_1": "index",
    "tree": "table",
    "tree_DELETE": "trigger",
    "tree_UPDATE": "trigger",
    "vault": "table",
}
# What ledgers of older forms lack: first the tree, then names too.
_OF_TREE: Final = frozenset(name for name in _SCHEMA if name.partition("_")[0] in ("commitments", "tree"))
_LATER: Final = frozenset({"names", "vault"})
_REFUSAL: Final = "SELECT RAISE(ABORT, 'the ledger is append-only'); END"


def verify_chain(
    path: Path, *, anchor: str | None = None, heads: Sequence[str | Path] = (), keys: Keys | None = None
) -> Findings:
    """Check the file, order and hashes of every entry, the tree, and that no key is gone but by an erasure.

    Without the key, what is encrypted cannot be told from other bytes of a chain that was hashed anew: give
    an anchor (``entry:hash``) or signed heads that were kept elsewhere, or verify with the key.
    """
    findings = Findings(f"ledger {path}")
    kept = (0, "")
    if anchor is not None:
        given = re.fullmatch(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})", anchor, re.ASCII)
        if given is None:
            findings.note("the anchor is written as entry:hash", "its hash has 64 digits")
            return findings
        kept = (int(given[1]), given[2])
    believed = trusted_heads(findings, heads, keys)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("BEGIN")
            _check_file(findings, connection)
            _check(findings, connection, None if anchor is None else kept, believed)
    except (sqlite3.Error, sqlite3.Warning, struct.error, MemoryError, OverflowError) as error:
        findings.note("the file can be read", f"{type(error).__name__}: {error}")
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        findings.note("the file can be read", f"{type(error).__name__}: {error}")
    if not (heads or anchor):
        findings.remark("nobody outside vouches for it: give a head or an anchor that was kept elsewhere")
    return findings


def _check_file(findings: Findings, connection: sqlite3.Connection) -> None:
    """Pages, indices and constraints by SQLite's own check; tables and triggers by name and text."""
    found = "; ".join(str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)"))
    findings.note("pages and indices agree", "" if found == "ok" else found[:300])
    findings.note_first("tables and triggers are those of a ledger", _foreign(connection))


def _foreign(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    names = {name for _, name, _ in rows}
    lacking = frozenset() if names & _OF_TREE else _OF_TREE if names & _LATER else _OF_TREE | _LATER
    expected = {name: kind for name, kind in _SCHEMA.items() if name not in lacking}
    for kind, name, sql in rows:
        if expected.pop(name, None) != kind:
            yield f"the {kind} {name!r} is foreign"
        elif kind == "trigger":
            table, _, change = name.partition("_")
            if sql != f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN {_REFUSAL}":
                yield f"the trigger {name!r} is another"
    for name, kind in expected.items():
        yield f"the {kind} {name!r} is missing"


def _check(
    findings: Findings,
    connection: sqlite3.Connection,
    anchor: tuple[int, str] | None,
    heads: list[tuple[str, int, bytes]],
) -> None:
    abouts = connection.execute("SELECT ledger_id FROM about").fetchall()
    if len(abouts) != 1:
        findings.note("the ledger describes itself once", f"{len(abouts)} times")
        return
    position, digest = anchor or (0, "")
    kept = {0: hashlib.sha256(b"creditscore.ledger/1" + abouts[0][0]).digest()}
    keys = {row[0] for row in connection.execute("SELECT key_id FROM keys")}
    used: set[bytes] = set()
    erased: set[bytes] = set()
    last, head = 0, kept[0]
    tree = TreePass(connection, {size for _, size, _ in heads})
    for row in connection.execute(f"SELECT {_COLUMNS} FROM chain ORDER BY sequence"):  # noqa: S608 - constant
        fault = _entry_fault(row, last, head) or tree.fault(row, _WHATS[row[1]], _text(row))
        fault = fault or _handled_fault(row, connection)
        if fault:
            findings.note("every entry follows from the one before", f"entry {last + 1} {fault}")
            return
        last, head = row[0], row[9]
        if row[1] == _ERASURE:
            erased.update(_listed(row[7]))
        elif row[1] in _PRIVATE:
            used.add(row[4])
        if last == position:
            kept[last] = head
    findings.note("every entry follows from the one before")
    findings.note_first("keys are gone only by erasures", _key_faults(keys, used, erased))
    tree.note(findings, f"creditscore.ledger/{abouts[0][0].hex()}", heads)
    if anchor is not None:
        same = kept.get(position, b"").hex() == digest
        findings.note("the anchored entry is in the chain", "" if same else "it is another, or was cut off")
    findings.note(f"head {last}:{head.hex()}")


def _text(row: tuple[Any, ...]) -> bytes | None:
    """What everybody may read of an entry; None for what is encrypted."""
    return None if row[1] in _PRIVATE else row[7][_TAG_BYTES:]


def _handled_fault(row: tuple[Any, ...], connection: sqlite3.Connection) -> str:
    """Hold what somebody did with a decision against its entry, and against the one before of its kind."""
    sequence, kind, entry_id, subject, key_id = row[:5]
    if kind not in _PRIVATE[1:]:
        return ""
    named = re.fullmatch(rf"(.*)/{_WHATS[kind]}/([1-9][0-9]{{0,8}})", entry_id, re.ASCII | re.DOTALL)
    if named is None:
        return "is not named after the decision that it is about"
    before = {_DECISION: named[1]}
    if named[2] != "1":
        before[kind] = f"{named[1]}/{_WHATS[kind]}/{int(named[2]) - 1}"
    for wanted, name in before.items():
        if (wanted, subject, key_id) not in connection.execute(_BEFORE, (name, sequence)).fetchall():
            return f"lacks {name!r} of the same subject before it"
    return ""


def _entry_fault(row: tuple[Any, ...], last: int, head: bytes) -> str:
    if tuple(map(type, row)) != _TYPES:
        return "is damaged"
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
    return "" if _DECISION <= kind < len(_WHATS) else f"is of the unknown kind {kind}"


def _listed(payload: bytes) -> Iterator[bytes]:
    ids = payload[_TAG_BYTES:].removeprefix(_FOUND_BY_KEYS)
    for start in range(0, len(ids), _ID_BYTES):
        yield ids[start : start + _ID_BYTES]


def _key_faults(keys: set[bytes], used: set[bytes], erased: set[bytes]) -> Iterator[str]:
    for found, what in (
        (used - keys - erased, "is gone without an erasure"),
        (keys & erased, "was destroyed and is there again"),
        (keys - used, "is used by no entry"),
    ):
        for key in sorted(found):
            yield f"key {key.hex()} {what}"
