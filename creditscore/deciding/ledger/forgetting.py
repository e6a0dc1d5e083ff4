"""What the erasure of a subject takes: their keys, and those of decisions that tell of them too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from creditscore.deciding.ledger.keys import KeyRing
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
