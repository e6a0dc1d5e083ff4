"""What it takes to open a ledger: a key that fits, and what ledgers of older forms lack."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from creditscore.deciding.ledger.chain import DECISION, TREE, Entry, leaf_of
from creditscore.deciding.ledger.entering import commitment_of, noted
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.ledger.opened import names_of, record_of
from creditscore.deciding.ledger.store import About, Entries, WrappedKey, Writer
from creditscore.errors import CreditScoreError, LedgerError
from creditscore.transparency.leaves import Leaf

_BATCH: Final = 4_096
_BEGUN: Final = "creditscore.tree/1\n"


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


def modernise(writer: Writer, keys: KeyRing, entries: Entries, *, unnamed: bool) -> None:
    """Make of a ledger of an older form one of the present form, and note in the chain from where on.

    Its entries become leaves without commitments: the tree covers them as they are encrypted now, and no
    receipt is given for what they hold.
    """
    leaves: list[Leaf] = []
    count = 0
    for entry, key in entries:
        if unnamed:
            _name(writer, keys, entry, key)
        leaves.append(leaf_of(entry, ""))
        count += 1
        if len(leaves) == _BATCH:
            writer.plant(leaves)
            leaves = []
    writer.plant(leaves)
    if count:
        begun = noted(writer, keys, TREE, b"", tree_begun(count))
        writer.add([begun], [commitment_of(tree_begun(count))])


def tree_begun(entries: int) -> bytes:
    """Write how many entries were there before the tree."""
    return f"{_BEGUN}{entries}\n".encode()


def _name(writer: Writer, keys: KeyRing, entry: Entry, key: WrappedKey | None) -> None:
    """Name a decision of a ledger of the first form; one that was tampered with keeps its own names."""
    if entry.kind != DECISION:
        return
    names: Sequence[bytes] = (keys.name_of(b"decision", entry.entry_id), entry.subject)
    if key is not None:
        with suppress(CreditScoreError):
            names = names_of(keys, entry, record_of(keys, entry, key))
    writer.rename({entry.sequence: names})
