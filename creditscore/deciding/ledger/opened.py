"""A decision as it stands in an entry: decrypted, checked, and what it is found by."""

from __future__ import annotations

from datetime import UTC, datetime

from creditscore.deciding.ledger.chain import Entry
from creditscore.deciding.ledger.keys import DataKey, KeyRing
from creditscore.deciding.ledger.payloads import decompress
from creditscore.deciding.ledger.store import WrappedKey
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import LedgerError


def opened(keys: KeyRing, entry: Entry, key: WrappedKey) -> tuple[DecisionRecord, DataKey]:
    """Decrypt a decision, and check that it is the one that its entry names; its key comes with it.

    Raises
    ------
    LedgerError
        If it, its key or its entry was changed.
    """
    plain, data_key = decrypted(keys, entry, key)
    record = DecisionRecord.from_json(plain)
    if record.decision_id != entry.entry_id or owner_of(keys, record) != entry.subject:
        raise LedgerError("it holds another decision than it names.")
    return record, data_key


def decrypted(keys: KeyRing, entry: Entry, key: WrappedKey) -> tuple[str, DataKey]:
    """Return what an entry holds as it was written, and its key.

    Raises
    ------
    LedgerError
        If it or its key was changed, or the key is another subject's.
    """
    if key.subject != entry.subject:
        raise LedgerError("its key belongs to another subject.")
    data_key = keys.unwrap(key)
    return decompress(keys.decrypt(data_key, entry.nonce, entry.payload, entry.bound)), data_key


def record_of(keys: KeyRing, entry: Entry, key: WrappedKey) -> DecisionRecord:
    """Return the decision alone; see `opened`."""
    return opened(keys, entry, key)[0]


def decided_at(record: DecisionRecord) -> datetime | None:
    """Read when a decision was taken; of a record that does not say it, or not so, nothing is known."""
    text = record.content.get("decided_at")
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def members_of(record: DecisionRecord) -> tuple[str, ...]:
    """Return the pseudonyms of everybody whom a decision tells of, its subject first."""
    others = record.content.get("parties", {}).get("others", ())
    return (record.subject, *(one["subject"] for one in others))


def owner_of(keys: KeyRing, record: DecisionRecord) -> bytes:
    """Return whose data key a decision is encrypted with: its subject's, or one of all who apply together.

    The erasure of any of them destroys it, and no other decision on the others with it.
    """
    members = members_of(record)
    return keys.subject(members[0] if len(members) == 1 else "\n".join(sorted(members)))


def party_name(keys: KeyRing, pseudonym: str) -> bytes:
    """Return by which name decisions are found that tell of a person beside their subject."""
    return keys.name_of(b"party", pseudonym)


def names_of(keys: KeyRing, entry: Entry, record: DecisionRecord) -> tuple[bytes, ...]:
    """Return what a decision is found by: its own name, those of its owner and subject, its application."""
    application = keys.name_of(b"application", record.content["application_id"])
    return named_after(keys, entry, record, application)


def named_after(keys: KeyRing, entry: Entry, record: DecisionRecord, known_by: bytes) -> tuple[bytes, ...]:
    """Return what an entry under the key of a decision is found by: its own name, its owner, one more.

    What is of several people is found by the others too, by a name that only an erasure looks for.
    """
    names = (keys.name_of(b"decision", entry.entry_id), entry.subject, known_by)
    members = members_of(record)
    if len(members) == 1:
        return names
    return (*names, keys.subject(members[0]), *(party_name(keys, one) for one in members[1:]))
