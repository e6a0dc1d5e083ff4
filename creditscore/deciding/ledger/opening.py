"""What it takes to open a ledger and to append: keys that fit, keys of subjects, names of old entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from creditscore.deciding.ledger.chain import DECISION, Entry
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.ledger.store import About, WrappedKey, Writer
from creditscore.deciding.ledger.verified import names_of, record_of
from creditscore.errors import CreditScoreError, LedgerError


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
        self._known: dict[bytes, tuple[WrappedKey, Any]] = {}
        self.fresh: list[WrappedKey] = []

    def key_for(self, subject: bytes) -> tuple[WrappedKey, Any]:
        """Return the key of a subject, as it is stored and as a cipher."""
        if subject not in self._known:
            there = self._writer.keys_of(subject)
            if there:
                self._known[subject] = (there[-1], self._keys.unwrap(there[-1]))
            else:
                self._known[subject] = self._keys.fresh(subject)
                self.fresh.append(self._known[subject][0])
        return self._known[subject]


def fitting_keys(about: About, key: bytes) -> KeyRing:
    """Make the ring of a master key.

    Raises
    ------
    LedgerError
        If the ledger was made with another key.
    """
    keys = KeyRing(key, about.ledger_id)
    if not keys.fits(about):
        raise LedgerError(
            "The ledger was made with another key, or what it says of itself was tampered with."
        )
    return KeyRing(key, about.ledger_id, about.vault) if about.vault else keys


def name_all(writer: Writer, keys: KeyRing, entries: Iterator[tuple[Entry, WrappedKey | None]]) -> None:
    """Name every decision of a ledger of the first form; one that was tampered with keeps its own names."""
    for entry, key in entries:
        if entry.kind != DECISION:
            continue
        names: Sequence[bytes] = (keys.name_of(b"decision", entry.entry_id), entry.subject)
        if key is not None:
            with suppress(CreditScoreError):
                names = names_of(keys, entry, record_of(keys, entry, key))
        writer.rename({entry.sequence: names})
