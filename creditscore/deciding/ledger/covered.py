"""The tree of a ledger, checked entry by entry: leaves, hashes, roots, and heads that others kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from creditscore.deciding.ledger.chain import DECISION, OBJECTION, Entry, leaf_of
from creditscore.deciding.ledger.opening import tree_begun
from creditscore.deciding.ledger.proving import origin_of
from creditscore.deciding.ledger.store import Store
from creditscore.errors import LedgerError
from creditscore.transparency.heads import TreeHead
from creditscore.transparency.leaves import commit
from creditscore.transparency.tree import TILE, root_at, root_of

# What was decided is appended within a day: an older decision after a head that lacks it is back-dated.
GRACE: Final = timedelta(days=1)


@dataclass(slots=True)
class Covered:
    """What the tree has to be, as one passes over the entries.

    Attributes
    ----------
    store : Store
    heads : sequence of TreeHead
        Kept elsewhere, and signed by whom one trusts.
    uncommitted : int
        Entries from before the tree.
    """

    store: Store
    heads: Sequence[TreeHead] = ()
    uncommitted: int = 0
    size: int = 0
    begun_at: int = 0
    newest: int = 0
    rows: list[list[bytes]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def opens(self, commitment: str, salt: bytes, digest: str, *versions: str) -> None:
        """Check what an entry is committed to; decisions were not always to what is shown of them.

        Raises
        ------
        LedgerError
            If it is something else than it holds.
        """
        right = {commit(salt, digest, *versions[:count]) for count in range(len(versions) + 1)}
        if commitment and commitment not in right:
            raise LedgerError("it is committed to something else than it holds.")

    def begin(self, entry: Entry, text: bytes) -> None:
        """Check the entry that says how many were there before the tree.

        Raises
        ------
        LedgerError
            If it says something else.
        """
        if text != tree_begun(entry.sequence - 1) or self.uncommitted != entry.sequence - 1:
            raise LedgerError("what it says of the entries before the tree is not so.")
        self.begun_at = entry.sequence

    def check_date(self, entry: Entry, at: datetime | None) -> None:
        """Check that nothing was dated ahead, and that no head shows it to have been dated back.

        Parameters
        ----------
        entry : Entry
        at : datetime or None
            When what it holds says that it was decided or done. An objection comes from outside: it may be
            older than its entry.

        Raises
        ------
        LedgerError
            If it was.
        """
        if at is None:
            return
        what = "decided" if entry.kind == DECISION else "done"
        if at > entry.at + GRACE:
            raise LedgerError(f"it says it was {what} at {at}, and was appended on {entry.at.date()}.")
        for head in () if entry.kind == OBJECTION else self.heads:
            if entry.sequence > head.size and at < head.at - GRACE:
                raise LedgerError(
                    f"it says it was {what} on {at.date()}, and a head of {head.at.date()} lacks it."
                )

    def add(self, entry: Entry, commitment: str) -> None:
        """Take in the leaf of the entry that follows.

        Raises
        ------
        LedgerError
            If the tree holds another, or the entry is older than it may be.
        """
        if not commitment and self.uncommitted != self.size:
            raise LedgerError("it is committed to nothing.")
        self.uncommitted += not commitment
        if commitment and entry.appended_at < self.newest:
            raise LedgerError("it says it was appended before the entry before it.")
        if any(entry.sequence > head.size and entry.at < head.at - GRACE for head in self.heads):
            raise LedgerError("it says it was appended before a head that lacks it.")
        self.newest = entry.appended_at
        self.size += 1
        self._grow(leaf_of(entry, commitment).hash)

    def end(self) -> None:
        """Check what is left of the tree, and the heads.

        Raises
        ------
        LedgerError
            If the ledger is not what one of them says it was.
        """
        for level, row in enumerate(self.rows):
            self._compare(level, row)
        if self.uncommitted != max(self.begun_at - 1, 0):
            raise LedgerError("Entries are committed to nothing, and no entry says why.")
        for head in self.heads:
            check_head(self.store, head, self.size)

    def _grow(self, leaf: bytes) -> None:
        level, one = 0, leaf
        while True:
            if level == len(self.rows):
                self.rows.append([])
                self.counts.append(0)
            row = self.rows[level]
            row.append(one)
            self.counts[level] += 1
            if len(row) < TILE:
                return
            self._compare(level, row)
            level, one = level + 1, root_of(row)
            row.clear()

    def _compare(self, level: int, row: Sequence[bytes]) -> None:
        stop = self.counts[level]
        if self.store.read(level, stop - len(row), stop) != list(row):
            raise LedgerError(
                f"Hashes of the tree are others than its entries give, up to entry {self.size}."
            )


def check_head(store: Store, head: TreeHead, size: int) -> None:
    """Check that a ledger still holds all that it held when a head was signed.

    Raises
    ------
    LedgerError
        If the head is of another ledger, or it lost entries or changed its past.
    """
    if head.origin != origin_of(store.about().ledger_id):
        raise LedgerError(f"The head is of another ledger, {head.origin}.")
    if head.size > size:
        raise LedgerError(
            f"The ledger ends at entry {size}, and its head of {head.at.date()} had {head.size}: it was cut "
            "off, or an old copy was put in its stead."
        )
    if root_at(store, head.size) != head.root:
        raise LedgerError(
            f"The ledger's first {head.size} entries are not those of its head of {head.at.date()}: its past "
            "was changed, or another history was shown."
        )
