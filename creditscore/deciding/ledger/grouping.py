"""One transaction for all who append at the same time: whoever is first writes for those who wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


class Grouping:
    """Appends of several threads, put together.

    Parameters
    ----------
    commit : callable
        Appends decisions, all or none, and returns the entry of each.
    """

    def __init__(self, commit: Callable[[Sequence[DecisionRecord]], list[Head]]) -> None:
        self._commit = commit
        self._turn = threading.Lock()
        self._listing = threading.Lock()
        self._waiting: list[Waiting] = []

    def append(self, record: DecisionRecord) -> Head:
        """Append one decision, and return its entry once that is on disk.

        Raises
        ------
        LedgerError
            If it cannot be appended; those of other threads are.
        """
        mine = Waiting(record)
        with self._listing:
            self._waiting.append(mine)
        with self._turn:
            if mine.head is None and mine.error is None:
                with self._listing:
                    several, self._waiting = self._waiting, []
                self._write(several)
        if mine.head is None:
            raise mine.error or LedgerError("The decision was not appended. Append it again.")
        return mine.head

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
        except BaseException:
            for one in several:
                one.error = LedgerError("An append was interrupted. Look whether the decision is there.")
            raise
        for one, head in zip(several, heads, strict=True):
            one.head = head
