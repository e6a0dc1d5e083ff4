"""The tree of a ledger, and what it proves to people who have neither the file nor its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from creditscore.deciding.disclosed import versions_of
from creditscore.deciding.ledger.chain import DECISION, HANDLING, Entry
from creditscore.deciding.ledger.entering import NO_SALT
from creditscore.deciding.ledger.handled import course_of, handled_name, parted, readable
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.ledger.opened import opened
from creditscore.deciding.ledger.store import Store, WrappedKey
from creditscore.errors import DecisionUnknownError, LedgerError
from creditscore.signing import moments
from creditscore.signing.keys import SigningKey
from creditscore.transparency.heads import ORIGIN, SignedHead, TreeHead
from creditscore.transparency.leaves import Leaf
from creditscore.transparency.proofs import ConsistencyProof, InclusionProof
from creditscore.transparency.receipts import Receipt
from creditscore.transparency.tiles import Tiles
from creditscore.transparency.tree import TILE, root_at

if TYPE_CHECKING:
    from collections.abc import Sequence


class LedgerTree:
    """The Merkle tree over the entries of a ledger (RFC 9162).

    Parameters
    ----------
    store : Store
    keys : callable
        Returns the ring of keys.

    Examples
    --------
    >>> import tempfile, creditscore as cs
    >>> folder, key = tempfile.TemporaryDirectory(), cs.SigningKey.new("lender.example")
    >>> with cs.Ledger.open(folder.name + "/decisions.db", key=cs.Ledger.new_key()) as ledger:
    ...     print(ledger.tree.sign(key).text)
    creditscore.ledger/...
    0
    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    time ...
    <BLANKLINE>
    — lender.example ...
    >>> folder.cleanup()
    """

    def __init__(self, store: Store, keys: Callable[[], KeyRing]) -> None:
        self._store = store
        self._keys = keys

    @property
    def origin(self) -> str:
        """What heads call the ledger."""
        return origin_of(self._store.about().ledger_id)

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the tree, now or when it had so many entries."""
        return root_at(self._store, self._size(size))

    def sign(self, key: SigningKey, *, at: datetime | None = None) -> SignedHead:
        """Sign what the ledger holds now. Publish it, or give it to somebody who keeps it.

        Parameters
        ----------
        key : SigningKey
        at : datetime, optional
            With a zone; now by default.
        """
        size = self._size(None)
        return SignedHead.of(TreeHead(self.origin, size, self.root(size), at or moments.now()), key)

    def consistency(self, first: int, second: int | None = None) -> ConsistencyProof:
        """Prove that the tree of one size grew into that of another, by default into that of now."""
        return ConsistencyProof.of(self._store, self._size(first), self._size(second))

    def receipt(self, entry_id: str, head: SignedHead | SigningKey) -> Receipt:
        """Prove that a decision, or another entry, is in the ledger.

        Parameters
        ----------
        entry_id : str
            The id of the decision, or of what was done with it, such as ``ID/review/1``.
        head : SignedHead or SigningKey
            A head that holds it, or the key to sign what the ledger holds now.

        Raises
        ------
        DecisionUnknownError
            If there is no such entry, or its subject was erased.
        LedgerError
            If it is older than the tree, younger than the head, or was tampered with.
        """
        entry, key = self._found(entry_id)
        signed = head if isinstance(head, SignedHead) else self.sign(head)
        if signed.head.size < entry.sequence or signed.head.size > self._size(None):
            raise LedgerError(
                f"The head has {signed.head.size:,} entries, and this is entry {entry.sequence:,}. "
                "Take a head of this ledger that holds it."
            )
        leaf = self.leaf(entry.sequence)
        if not leaf.commitment:
            raise LedgerError("The entry is older than the tree of its ledger; there is no receipt for it.")
        is_private = entry.kind == DECISION or entry.kind in HANDLING
        salt, versions = self._opening(entry, key, leaf) if is_private else (NO_SALT, [])
        return Receipt(leaf, salt, self.inclusion(entry.sequence, signed.head.size), signed, *versions)

    def _opening(self, entry: Entry, key: WrappedKey | None, leaf: Leaf) -> tuple[bytes, list[str]]:
        """What opens the commitment to a decision: a salt, and the versions that it names."""
        if key is None:
            named = repr(entry.entry_id)
            raise DecisionUnknownError(f"The decision {named} was erased: its key no longer exists.")
        if entry.kind in HANDLING:
            return self._opening_of_handled(entry, key)
        record, data_key = opened(self._keys(), entry, key)
        salt = data_key.salt(entry.entry_id)
        versions = versions_of(record)
        counts = (count for count in range(3) if leaf.opens(salt, record.sha256, *versions[:count]))
        return salt, versions[: next(counts, len(versions))]

    def _opening_of_handled(self, entry: Entry, key: WrappedKey) -> tuple[bytes, list[str]]:
        """The same of what somebody did with a decision: a review commits to all reviews until then."""
        keys, decision_id = self._keys(), parted(entry)[0]
        record, data_key = opened(keys, self._found(decision_id)[0], key)
        found = readable(self._store.named(handled_name(keys, decision_id)))
        course = course_of(keys, record, [one for one in found if one[0].sequence <= entry.sequence])
        return data_key.salt(entry.entry_id), course.versions()

    def leaf(self, sequence: int) -> Leaf:
        """Return the leaf of the entry of a number, from 1.

        Raises
        ------
        LedgerError
            If there is no such entry.
        """
        found = self._store.leaves(sequence - 1, sequence) if type(sequence) is int else []
        if len(found) != 1:
            raise LedgerError(f"The ledger has no entry {sequence!r:.90}.")
        return found[0]

    def inclusion(self, sequence: int, size: int | None = None) -> InclusionProof:
        """Prove that the tree holds the entry of a number, from 1."""
        return InclusionProof.of(self._store, sequence - 1, self._size(size))

    def publish(self, folder: str | Path, key: SigningKey) -> SignedHead:
        """Write tiles and a new signed head as plain files, for everybody to read.

        Parameters
        ----------
        folder : path
            Where earlier tiles of this ledger lie, or a new folder.
        key : SigningKey

        Raises
        ------
        SigningError
            If what lies there does not lead to the new head.
        """
        tiles, head = Tiles(folder), self.sign(key)
        tiles.publish(head, self._store, self._leaves(tiles.first_tile(), head.head.size))
        return head

    def _leaves(self, first: int, size: int) -> Iterator[tuple[int, Sequence[Leaf]]]:
        for number in range(first, (size + TILE - 1) // TILE):
            yield number, self._store.leaves(number * TILE, min((number + 1) * TILE, size))

    def _size(self, size: int | None) -> int:
        """A size that the tree has or had."""
        now = self._store.head().sequence
        if size is None:
            return now
        if type(size) is not int or not 0 <= size <= now:
            raise LedgerError(f"The ledger has {now:,} entries, and never had {size!r:.90}.")
        return size

    def _found(self, entry_id: str) -> tuple[Entry, WrappedKey | None]:
        found = self._store.find(entry_id, self._keys().name_of(b"decision", entry_id))
        if not found:
            raise DecisionUnknownError(f"The ledger holds no entry {entry_id!r:.90}.")
        return next((pair for pair in found if pair[1] is not None), found[0])


def origin_of(ledger_id: bytes) -> str:
    """Return what heads call the ledger of an id."""
    return ORIGIN + ledger_id.hex()
