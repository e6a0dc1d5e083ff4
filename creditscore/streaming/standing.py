"""Where a stream stands: what it noted with the rows, and what of that is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from creditscore._ground.instants import NEVER
from creditscore.data.door.clock import moment
from creditscore.data.door.draft import Draft
from creditscore.data.folder.noted import WAITING
from creditscore.errors import StreamError

SCHEMA: Final = "creditscore.stream/1"
COUNTED: Final = ("read", "taken", "repeated", "refused")


@dataclass(frozen=True, slots=True)
class StreamState:
    """Where a stream stands.

    Attributes
    ----------
    read, taken, repeated, refused : int
        Messages since the portfolio was made: all of them; those whose row was added; those whose row stood
        there already; dead letters. What was read and is none of the three waits.
    waiting : int
        Messages whose row waits for its loan.
    watermark : datetime or None
        The newest moment at which a row that was taken happened or became known; None before the first.
    lag : mapping of str to int
        By feed, what stands in it and was not read: bytes of files, messages of topics.
    entries : int
        How many entries the log of the portfolio holds.
    """

    read: int
    taken: int
    repeated: int
    refused: int
    waiting: int
    watermark: datetime | None
    lag: Mapping[str, int]
    entries: int

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        counts = {name: getattr(self, name) for name in (*COUNTED, WAITING, "entries")}
        at = None if self.watermark is None else self.watermark.isoformat()
        return {**counts, "watermark": at, "lag": dict(self.lag)}

    def __str__(self) -> str:
        behind = ", ".join(f"{name} {lag:,}" for name, lag in self.lag.items()) or "no feed"
        at = "nothing yet" if self.watermark is None else f"{self.watermark:%Y-%m-%dT%H:%M:%SZ}"
        return (
            f"{self.read:,} messages read: {self.taken:,} taken, {self.repeated:,} repeated, "
            f"{self.refused:,} refused, {self.waiting:,} waiting; watermark {at}; lag: {behind}"
        )

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Taken:
    """What one call took from feeds.

    Attributes
    ----------
    read, taken, repeated, refused : int
        As for `StreamState`, of this call alone. Messages that waited before may be taken in it.
    waiting : int
        Messages that wait by now.
    """

    read: int = 0
    taken: int = 0
    repeated: int = 0
    refused: int = 0
    waiting: int = 0

    def plus(self, other: Taken) -> Taken:
        """Add what a later step took."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        return Taken(**sums, waiting=other.waiting)


class Notes:
    """What a stream keeps with the rows: where each feed was left, what waits, how much was counted.

    Parameters
    ----------
    plain : mapping
        As the portfolio keeps it; empty before the first step.

    Raises
    ------
    StreamError
        If something else keeps notes there.
    """

    def __init__(self, plain: Mapping[str, Any]) -> None:
        if plain and plain.get("schema") != SCHEMA:
            raise StreamError(f"The portfolio is kept current by something else: {plain.get('schema')!r}.")
        self.plain = plain

    @property
    def takes(self) -> int:
        """Number of the last step; 0 before the first."""
        return int(self.plain.get("takes", 0))

    @property
    def waiting(self) -> list[dict[str, str]]:
        """Messages whose rows wait, oldest first: feed, at, message."""
        return list(self.plain.get(WAITING, ()))

    @property
    def watermark(self) -> int | None:
        """In microseconds; None before the first row."""
        found = self.plain.get("watermark")
        return None if found is None else int(found)

    def position(self, feed: str) -> Mapping[str, Any]:
        """Where a feed was left; empty before it was read."""
        found: Mapping[str, Any] = self.plain.get("feeds", {}).get(feed, {})
        return found

    def count(self, name: str) -> int:
        """How many messages were counted so."""
        return int(self.plain.get("counts", {}).get(name, 0))

    def after(
        self,
        done: Taken,
        waiting: list[dict[str, str]],
        drafts: Mapping[str, Draft],
        feed: tuple[str, Mapping[str, Any]] | None,
    ) -> dict[str, Any]:
        """Return the notes as one more step leaves them."""
        feeds = dict(self.plain.get("feeds", {}))
        if feed is not None:
            feeds[feed[0]] = dict(feed[1])
        newest = max((at for at in (self.watermark, newest_of(drafts)) if at is not None), default=None)
        return {
            "schema": SCHEMA,
            "takes": self.takes + 1,
            "feeds": feeds,
            "counts": {name: self.count(name) + getattr(done, name) for name in COUNTED},
            "watermark": newest,
            WAITING: waiting,
        }

    def state(self, lag: Mapping[str, int], entries: int) -> StreamState:
        """Tell where the stream stands."""
        at = None if self.watermark is None else moment(self.watermark)
        counts: dict[str, int] = {name: self.count(name) for name in COUNTED}
        return StreamState(
            **counts,
            waiting=len(self.waiting),
            watermark=at,
            lag=MappingProxyType(dict(lag)),
            entries=entries,
        )


def newest_of(drafts: Mapping[str, Draft]) -> int | None:
    """Return the newest moment at which a row happened or became known; due dates, which lie ahead, aside."""
    found = []
    for draft in drafts.values():
        row_time = [] if draft.contract.date_known_at_start else [draft.contract.row_time]
        names = [*row_time, "known_time"]
        for name in names:
            if name in draft.times:
                at = draft.times[name].at
                found += at[at != NEVER].tolist()
    return max(found, default=None)
