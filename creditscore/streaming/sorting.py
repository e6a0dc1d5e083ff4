"""Messages of one step: which rows are taken, which wait for their loan, and which become dead letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from creditscore.data.door.draft import Draft
from creditscore.data.folder.noted import MESSAGE
from creditscore.data.folder.screening import WAITING, Record, Screened
from creditscore.errors import StreamError
from creditscore.streaming.letters import Letter
from creditscore.streaming.messages import Message, record_of
from creditscore.streaming.standing import Notes, Taken

# Of all messages that wait: they are written again with each step.
_MOST_BYTES: Final = 4 << 20


class Sorting:
    """What becomes of the messages of one step, and of those that waited.

    Attributes
    ----------
    letters : list of Letter
        Dead ones, in the order of the feed.
    waiting : list of dict
        Messages that wait, oldest first, as notes keep them.
    done : Taken
    """

    def __init__(self, messages: Sequence[Message], feed: str, most_waiting: int) -> None:
        self._messages, self._feed, self._most = messages, feed, most_waiting
        self.letters: list[Letter] = []
        self.waiting: list[dict[str, str]] = []
        self.done: Taken = Taken()

    def screened(self, notes: Notes, screen: Callable[[Sequence[Record]], Screened]) -> dict[str, Draft]:
        """Sort the messages after those that waited, and return the rows that are taken.

        Parameters
        ----------
        notes : Notes
        screen : callable
            What judges records.
        """
        letters, records = self._read(notes)
        found = screen([record for _, record in records])
        counts: Counter[str] = Counter()
        dead: list[Letter] = []
        waiting: list[Letter] = []
        for (letter, _), verdict in zip(records, found.verdicts, strict=True):
            counts[verdict.outcome] += 1
            if verdict.outcome == "refused":
                dead.append(letter._replace(reason=verdict.reason))
            elif verdict.outcome == "waiting":
                waiting.append(letter)
        late = self._beyond(waiting)
        self.waiting = [_noted(letter) for letter in waiting[late:]]
        self.letters = [*(one._replace(reason=WAITING.reason) for one in waiting[:late]), *letters, *dead]
        taken, repeated = counts["taken"], counts["repeated"]
        self.done = Taken(len(self._messages), taken, repeated, len(self.letters), len(self.waiting))
        return found.drafts

    def _read(self, notes: Notes) -> tuple[list[Letter], list[tuple[Letter, Record]]]:
        """Read what waited and what came; what cannot be read is a dead letter."""
        letters, records = [], []
        for one in notes.waiting:
            content = one[MESSAGE].encode()
            kept = Letter(one["feed"], one["at"], content, "")
            records.append((kept, record_of(Message.of(kept.at, content))))
        for message in self._messages:
            letter = Letter(self._feed, message.at, message.content, "")
            try:
                records.append((letter, record_of(message)))
            except StreamError as error:
                letters.append(letter._replace(reason=str(error)))
        return letters, records

    def _beyond(self, waiting: Sequence[Letter]) -> int:
        """How many of the oldest that wait are too many."""
        kept = size = 0
        for letter in reversed(waiting):
            size += len(letter.content)
            if kept == self._most or size > _MOST_BYTES:
                break
            kept += 1
        return len(waiting) - kept


def _noted(letter: Letter) -> dict[str, str]:
    return {"feed": letter.feed, "at": letter.at, MESSAGE: letter.content.decode()}
