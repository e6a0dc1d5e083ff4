"""A decision as it stands in an entry: decrypted, checked, and what it is found by."""

from __future__ import annotations

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
    if key.subject != entry.subject:
        raise LedgerError("its key belongs to another subject.")
    data_key = keys.unwrap(key)
    plain = keys.decrypt(data_key, entry.nonce, entry.payload, entry.bound)
    record = DecisionRecord.from_json(decompress(plain))
    if record.decision_id != entry.entry_id or keys.subject(record.subject) != entry.subject:
        raise LedgerError("it holds another decision than it names.")
    return record, data_key


def record_of(keys: KeyRing, entry: Entry, key: WrappedKey) -> DecisionRecord:
    """Return the decision alone; see `opened`."""
    return opened(keys, entry, key)[0]


def names_of(keys: KeyRing, entry: Entry, record: DecisionRecord) -> tuple[bytes, bytes, bytes]:
    """Return what a decision is found by: its own name, that of its subject, and that of its application."""
    application = keys.name_of(b"application", record.content["application_id"])
    return keys.name_of(b"decision", entry.entry_id), entry.subject, application
