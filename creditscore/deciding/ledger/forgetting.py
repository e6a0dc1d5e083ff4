"""What the erasure of a subject takes: their keys, and those of decisions that tell of them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from creditscore.deciding.ledger.chain import ERASURE, Entry
from creditscore.deciding.ledger.entering import commitment_of, noted
from creditscore.deciding.ledger.keys import KeyRing, erasure_of
from creditscore.deciding.ledger.opened import party_name
from creditscore.deciding.ledger.store import Store, Writer


class ToForget(NamedTuple):
    """What an erasure destroys.

    Attributes
    ----------
    name : bytes
        What the subject is called in the chain.
    key_ids : list of bytes
    kept : dict of int to tuple of bytes
        The names that entries keep, by number: their own and that of their owner.
    """

    name: bytes
    key_ids: list[bytes]
    kept: dict[int, tuple[bytes, bytes]]


def to_forget(writer: Writer, store: Store, keys: KeyRing, pseudonyms: Sequence[str]) -> ToForget | None:
    """Find what the erasure of somebody destroys; None where no key is left.

    Parameters
    ----------
    writer, store, keys
    pseudonyms : sequence of str
        What they may be called in records; the first under which a key is there counts.
    """
    for pseudonym in pseudonyms:
        names = (keys.subject(pseudonym), party_name(keys, pseudonym))
        key_ids = sorted({key.key_id for name in names for key in writer.every_key_of(name)})
        if key_ids:
            entries = [entry for name in names for entry, _ in store.named(name)]
            kept = {one.sequence: (keys.name_of(b"decision", one.entry_id), one.subject) for one in entries}
            return ToForget(names[0], key_ids, kept)
    return None


def noted_erasure(writer: Writer, keys: KeyRing, found: ToForget) -> list[Entry]:
    """Note in the chain which keys an erasure destroys; not again those that were erased and put back."""
    key_ids = [one for one in found.key_ids if not writer.named(one)]
    if not key_ids:
        return []
    destroyed = erasure_of(key_ids)
    entry = noted(writer, keys, ERASURE, found.name, destroyed)
    writer.add([entry], [commitment_of(destroyed)], names=names_of_erasure(entry, key_ids))
    return [entry]


def names_of_erasure(entry: Entry, key_ids: Sequence[bytes]) -> dict[int, Sequence[bytes]]:
    """Return what an erasure is found by: whoever looks for a key learns that it was destroyed."""
    return {entry.sequence: key_ids}
