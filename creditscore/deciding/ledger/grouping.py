"""One transaction for all who append at the same time: whoever is first writes for those who wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from creditscore._ground.asked import check_made
from creditscore.deciding.ledger.chain import Head
from creditscore.deciding.record import DecisionRecord
from creditscore.errors import LedgerError


@dataclass(slots=True, eq=False)
class Waiting:
    """A decision that somebody appends.

    Attributes
    ----------
    record : DecisionRecord
    head : Head, optional
        Its entry, once it is on disk.
    error : Exception, optional
        Why it is not.
    """

    record: DecisionRecord
    head: Head | None = None
    error: Exception | None = None

    @property
    def is_done(self) -> bool:
        """Whether it is on disk, or cannot be."""
        return self.head is not None or self.error is not None


class Grouping:
    """Appends of several threads, put together.

    Parameters
    ----------
    commit : callable
        Appends decisions, all or none, and returns the entry of each.
    """

    def __init__(self, commit: Callable[[Sequence[DecisionRecord]], list[Head]]) -> None:
        self._commit = commit
        self._change = threading.Condition()
        self._waiting: list[Waiting] = []
        self._is_writing = False

    def append(self, record: DecisionRecord) -> Head:
        """Append one decision, and return its entry once that is on disk.

        Raises
        ------
        LedgerError
            If it cannot be appended; those of other threads are.
        """
        check_made("record", record, DecisionRecord, "a record of a decision, as decide(...) returns it")
        mine = Waiting(record)
        several = self._taken(mine)
        if several:
            try:
                self._write(several)
            finally:
                self._let_go(several)
        if mine.head is None:
            raise mine.error or LedgerError("The decision was not appended. Append it again.")
        return mine.head

    def _taken(self, mine: Waiting) -> list[Waiting]:
        """Wait until it is written, or until nobody writes: then return all that wait, to be written now."""
        with self._change:
            self._waiting.append(mine)
            while self._is_writing and not mine.is_done:
                self._change.wait()
            if mine.is_done:
                return []
            several, self._waiting, self._is_writing = self._waiting, [], True
            return several

    def _let_go(self, several: Sequence[Waiting]) -> None:
        """Wake all who wait; whoever was taken along and, by an interruption, not written is told so."""
        with self._change:
            for one in several:
                if not one.is_done:
                    one.error = LedgerError("An append was interrupted. Look whether the decision is there.")
            self._is_writing = False
            self._change.notify_all()

    def _write(self, several: Sequence[Waiting]) -> None:
        """Write all together; where that fails, each for itself: nobody pays for another's mistake."""
        try:
            heads = self._commit([one.record for one in several])
        except Exception as error:  # noqa: BLE001 - it belongs to the thread that appends, whatever it is
            if len(several) == 1:
                several[0].error = error
                return
            for one in several:
                self._write([one])
            return
        for one, head in zip(several, heads, strict=True):
            one.head = head
