"""The tree of a ledger file, hashed again without any key: by a stack of peaks, and not as it was made."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from creditscore.verify.findings import Findings

_NO_SALT: Final = "0" * 64


class TreePass:
    """One pass over the entries of a ledger, leaf by leaf.

    Parameters
    ----------
    connection : sqlite3.Connection
    sizes : iterable of int
        At which the root is wanted.
    """

    def __init__(self, connection: sqlite3.Connection, sizes: Iterable[int]) -> None:
        self._connection = connection
        query = "SELECT count(*) FROM sqlite_master WHERE name IN ('tree', 'commitments')"
        self._is_there = connection.execute(query).fetchone()[0] == 2
        self._wanted = {*sizes}
        self._roots = {0: hashlib.sha256().digest()}
        self._peaks: list[tuple[int, bytes]] = []
        self._bare = self._begun = self._size = self._newest = 0
        if self._is_there:
            leaves = "SELECT number, hash FROM tree WHERE level = 0 ORDER BY number"
            self._leaves = connection.execute(leaves)
            self._pairs = connection.execute("SELECT sequence, commitment FROM commitments ORDER BY sequence")
            above = "SELECT level, number, hash FROM tree WHERE level > 0"
            self._above = {(level, number): one for level, number, one in connection.execute(above)}

    def fault(self, row: tuple[Any, ...], what: str, text: bytes | None) -> str:
        """Take in an entry; say what is wrong with its leaf, empty if nothing is.

        Parameters
        ----------
        row : tuple
            The entry, column by column.
        what : str
            What leaves call its kind.
        text : bytes or None
            What everybody may read of it.
        """
        if not self._is_there:
            return ""
        sequence, _, entry_id, *_, digest = row
        pair = self._pairs.fetchone()
        if pair is None or pair[0] != sequence or not isinstance(pair[1], str):
            return "has no commitment in the tree"
        self._size += 1
        fault = self._commitment_fault(pair[1], what, text, sequence) or self._time_fault(row[5], pair[1])
        lines = ("creditscore.leaf/1", sequence, what, row[5], entry_id, pair[1], digest.hex())
        leaf = hashlib.sha256(b"\x00" + "".join(f"{line}\n" for line in lines).encode()).digest()
        if fault or self._leaves.fetchone() != (sequence - 1, leaf):
            return fault or "has another leaf in the tree"
        return self._grown(leaf)

    def note(self, findings: Findings, origin: str, heads: list[tuple[str, int, bytes]]) -> None:
        """Say whether the tree is that of the entries, and holds what it did when heads were signed."""
        if not self._is_there:
            findings.remark("the ledger has no tree yet: open it once with its key")
            findings.note_first(
                "the head that was kept is of this ledger", ("there is no tree",) * len(heads)
            )
            return
        more = self._leaves.fetchone() is not None or self._pairs.fetchone() is not None or self._above
        findings.note("the tree is that of the entries", "it has hashes of more entries" if more else "")
        bare = self._bare == max(self._begun - 1, 0)
        findings.note("entries without commitment are from before the tree", "" if bare else "others are not")
        if self._bare:
            findings.remark(
                f"entries 1 to {self._bare} are from before the tree, which cannot vouch for then"
            )
        for whose, size, root in heads:
            fault = ""
            if whose != origin:
                fault = f"it is of {whose}"
            elif size > self._size:
                fault = f"it had {size} entries, and {self._size} are left"
            elif self._roots.get(size) != root:
                fault = f"the first {size} entries are not what they were"
            findings.note(f"the ledger holds what it held at {size} entries", fault)

    def _commitment_fault(self, commitment: str, what: str, text: bytes | None, sequence: int) -> str:
        if not commitment:
            in_order = self._bare == sequence - 1
            self._bare += 1
            return "" if in_order else "is committed to nothing"
        if text is None:
            return ""
        if what == "tree":
            self._begun = sequence
            if text != f"creditscore.tree/1\n{sequence - 1}\n".encode():
                return "says something else of the entries before the tree"
        plain = f"creditscore.commitment/1\n{_NO_SALT}\n{hashlib.sha256(text).hexdigest()}\n"
        same = commitment == hashlib.sha256(plain.encode()).hexdigest()
        return "" if same else "is committed to something else than it says"

    def _time_fault(self, appended_at: int, commitment: str) -> str:
        earlier = bool(commitment) and appended_at < self._newest
        self._newest = appended_at
        return "says it is older than the one before" if earlier else ""

    def _grown(self, leaf: bytes) -> str:
        """Put a leaf on the stack; whole tiles must stand in the tree as they come about."""
        self._peaks.append((0, leaf))
        while len(self._peaks) > 1 and self._peaks[-1][0] == self._peaks[-2][0]:
            height, right = self._peaks.pop()
            left = self._peaks.pop()[1]
            self._peaks.append((height + 1, hashlib.sha256(b"\x01" + left + right).digest()))
            level, rest = divmod(height + 1, 8)
            number = (self._size >> height + 1) - 1
            if not rest and self._above.pop((level, number), None) != self._peaks[-1][1]:
                return "completes another tile of the tree"
        if self._size in self._wanted:
            self._roots[self._size] = self._root()
        return ""

    def _root(self) -> bytes:
        found = self._peaks[-1][1]
        for _, left in self._peaks[-2::-1]:
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found
