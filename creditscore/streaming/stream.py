"""A portfolio on disk that feeds of messages keep current, each message once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from creditscore._ground.asked import checked_each, path_of
from creditscore._ground.locking import try_to_lock
from creditscore._ground.numbers import whole_number
from creditscore.data.about import ids_of
from creditscore.data.door.draft import Draft
from creditscore.data.folder.folder import Noted, PortfolioFolder, Screen
from creditscore.data.folder.opening import is_long
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.errors import ParameterError, StreamError
from creditscore.streaming.feeds import Feed, Position
from creditscore.streaming.letters import DeadLetters
from creditscore.streaming.messages import Message
from creditscore.streaming.moved import ScoreMoved, WatchFiles, erase_watched
from creditscore.streaming.sorting import Sorting
from creditscore.streaming.standing import Notes, StreamState, Taken

if TYPE_CHECKING:
    from creditscore.scoring.model import Scoring

BATCH: Final = 2_000
MOST_WAITING: Final = 5_000
_WATCHES: Final = "watches"


class Stream:
    """Keep a portfolio on disk current from feeds of messages, and watch the scores of people in it.

    A feed may bring a message twice, late, and in any order: rows are taken once, by the key of their table
    and when they became known, and the portfolio is, bit for bit, the one that all rows together would have
    made. Where each feed was left is written in one step with the rows, so that a process that is killed
    loses nothing and doubles nothing. A row whose loan is not there yet waits for it. What cannot be taken
    goes to a file of dead letters, with the reason, and is counted.

    Parameters
    ----------
    folder : str or Path
        What `Portfolio.write` wrote; an empty portfolio does.
    aside : str or Path
        A folder for dead letters and for what is watched; it is made. One stream works in it at a time.
    feeds : sequence of Feed, default none
        `FileFeed`, `KafkaFeed`, or anything that can be read again from a position.
    model : Scoring, optional
        A fitted pipeline, or what `load_scoring_model` gives: `watch` needs it.
    privacy : StandingPrivacy, optional
        The secret of the standings of the portfolio.
    batch : int, default 2,000
        How many messages one step takes at most.
    most_waiting : int, default 5,000
        How many messages may wait for their loan; beyond it the oldest become dead letters.

    Raises
    ------
    StreamError
        If another stream works in `aside`, or the portfolio is kept current by something else.
    PortfolioError
        If the folder is none of a portfolio.

    Examples
    --------
    >>> import json, tempfile
    >>> from pathlib import Path
    >>> import creditscore as cs
    >>> row = {"applicant_id": "a", "event_id": "1", "event_time": "2024-05-31T12:00Z", "amount": -12.5}
    >>> home = tempfile.TemporaryDirectory()
    >>> cs.Portfolio().write(Path(home.name, "portfolio"))
    >>> lines = [json.dumps({"table": "payments", "row": row})] * 2 + ['{"table": "payments"}', ""]
    >>> _ = Path(home.name, "feed.jsonl").write_text(chr(10).join(lines))
    >>> with cs.Stream(
    ...     Path(home.name, "portfolio"),
    ...     Path(home.name, "stream"),
    ...     [cs.FileFeed(Path(home.name, "feed.jsonl"))],
    ... ) as stream:
    ...     print(stream.take())
    ...     print(stream.portfolio().n_applicants, stream.state().refused)
    Taken(read=3, taken=1, repeated=1, refused=1, waiting=0)
    1 1
    >>> home.cleanup()
    """

    def __init__(
        self,
        folder: str | Path,
        aside: str | Path,
        feeds: Sequence[Feed] = (),
        *,
        model: Scoring | None = None,
        privacy: StandingPrivacy | None = None,
        batch: int = BATCH,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        for name, value in (("batch", batch), ("most_waiting", most_waiting)):
            whole_number(name, value, 1)
        self.aside: Path = path_of("aside", aside)
        feeds = checked_each("feeds", feeds, Feed, "feeds, such as FileFeed(path)")
        self.feeds: dict[str, Feed] = {feed.name: feed for feed in feeds}
        if len(self.feeds) < len(feeds):
            raise ParameterError.must_be("feeds", "feeds of different names", [feed.name for feed in feeds])
        self.model: Scoring | None = model
        self._batch, self._most_waiting = batch, most_waiting
        self._folder = PortfolioFolder(folder, privacy=privacy)
        self.aside.mkdir(parents=True, exist_ok=True)
        self._lock = try_to_lock(self.aside)
        if self._lock < 0:
            raise StreamError(f"Another stream works in {self.aside}, or this system cannot lock it.")
        try:
            self._letters = DeadLetters(self.aside / "dead_letters.jsonl")
            self._begin()
        except BaseException:
            self.close()
            raise

    def take(self, most: int | None = None) -> Taken:
        """Take what stands in the feeds, step by step, until nothing is left; never wait for more.

        Parameters
        ----------
        most : int, optional
            Stop after about so many messages of a feed.

        Returns
        -------
        Taken

        Raises
        ------
        StreamError
            If a feed is not what was read of it before, or another stream moved it on meanwhile.
        OSError
            If the disk is full; what was taken before stays.
        """
        done = Taken(waiting=len(self._notes().waiting))
        for name, feed in self.feeds.items():
            read = 0
            while most is None or read < most:
                before = self._notes().position(name)
                size = self._batch if most is None else min(self._batch, most - read)
                messages, after = feed.read(before, size)
                if not messages and after == before:
                    break
                read += len(messages)
                done = done.plus(self._step(messages, name, (before, after)))
        return done

    def push(self, messages: Iterable[bytes | str], *, name: str = "pushed") -> Taken:
        """Take messages that are handed over, as a door of one's own does; on return they are on disk.

        Where no answer came, hand them over again: what was taken is not taken twice.

        Parameters
        ----------
        messages : iterable of bytes or str
            Each as a line of a file has it.
        name : str, default "pushed"
            What dead letters call the feed.

        Returns
        -------
        Taken
        """
        encoded = [m.encode("utf-8", "surrogatepass") if isinstance(m, str) else bytes(m) for m in messages]
        done = Taken(waiting=len(self._notes().waiting))
        for start in range(0, len(encoded), self._batch):
            part = encoded[start : start + self._batch]
            given = [Message.of(str(start + k), content) for k, content in enumerate(part)]
            done = done.plus(self._step(given, name, None))
        return done

    def portfolio(self) -> Portfolio:
        """Return the portfolio as it stands now."""
        return self._folder.portfolio()

    def state(self) -> StreamState:
        """Say where the stream stands: counts, watermark, and how far it is behind each feed."""
        notes = self._notes()
        lag = {name: feed.lag(notes.position(name)) for name, feed in self.feeds.items()}
        return notes.state(lag, self._folder.log_size()[0])

    def watch(
        self,
        ids: Iterable[int | str] | Mapping[int | str, Mapping[str, Any]],
        points: float = 20.0,
        *,
        as_of: datetime | str | None = None,
        name: str = "watch",
        everybody: bool | str = False,
    ) -> tuple[ScoreMoved, ...]:
        """Say whose score moved by more than some points since they were last told of.

        Only those are scored again for whom something may have changed: everybody on a new local day, and
        within a day whoever got new facts, or of whom a fact became known or passed the end of a window. The
        first call under a name scores everybody and tells of nobody. What is told is written to
        ``aside/watches/<name>.jsonl`` too, each move once, also if the process is killed within.

        Parameters
        ----------
        ids : iterable of ids, or mapping of id to attributes
            Whom to watch, and what an application of theirs would say, as the model needs it. Whoever is left
            out is forgotten.
        points : float, default 20
            Above 0.
        as_of : datetime with a zone, or ISO 8601 text with a zone, optional
            The moment, exclusive, not before the last one; by default now.
        name : str, default "watch"
            Of the watch list; letters, digits, ``-`` and ``_``.
        everybody : bool or str, default False
            Score everybody again, and not those alone for whom something may have changed: then also what the
            clock alone moved since the same day's last call is found. A duration, such as ``"1h"``: once the
            last time that everybody was scored lies so far back, so that no such move is found later.

        Returns
        -------
        tuple of ScoreMoved
            In rising order of ids.

        Raises
        ------
        ParameterError
            If the stream has no model, the list was begun with another, or the moment lies before the last.
        """
        from creditscore.streaming.watching import look

        if self.model is None:
            raise ParameterError.must_be("model", "given to Stream(...): scores are watched by it", None)
        files = WatchFiles(self.aside / _WATCHES, name)
        return look(files, self._folder, self.model, ids, points, as_of, everybody=everybody)

    def erase(self, applicant_id: int | str) -> Mapping[str, int]:
        """Take one person out of the portfolio, of what waits, of dead letters and of what is watched.

        Feeds are not touched: take the person out of them too, or whatever reads them from their start brings
        them back.

        Parameters
        ----------
        applicant_id : int or str

        Returns
        -------
        mapping of str to int
            Rows by table; ``"dead_letters"`` and ``"watches"`` say how many lines went.
        """
        ids = ids_of(self._folder.portfolio(), applicant_id)
        letters = self._letters.erase(ids)
        watched = erase_watched(self.aside / _WATCHES, ids)
        rows = dict(self._folder.erase(applicant_id))
        return rows | {"dead_letters": letters, "watches": watched}

    def close(self) -> None:
        """Let go of the feeds and of the folder."""
        for feed in self.feeds.values():
            feed.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _notes(self) -> Notes:
        return Notes(self._folder.notes())

    def _step(
        self, messages: Sequence[Message], name: str, moved: tuple[Position, Position] | None
    ) -> Taken:
        """Take messages, and note where their feed was left, in one step."""
        sorting = Sorting(messages, name, self._most_waiting)

        def work(plain: Mapping[str, Any], screen: Screen) -> Noted:
            notes = Notes(plain)
            if moved is not None and notes.position(name) != moved[0]:
                raise StreamError(f"Another stream moved the feed {name!r} on. Let one alone read it.")
            drafts = sorting.screened(notes, screen)
            self._letters.add(sorting.letters, notes.takes + 1)
            feed = None if moved is None else (name, moved[1])
            return drafts, notes.after(sorting.done, sorting.waiting, drafts, feed)

        self._folder.append_noted(work)
        if is_long(*self._folder.log_size()):
            self._folder.compact()
        return sorting.done

    def _begin(self) -> None:
        """Take back dead letters of a step that was cut off; note a first step where there is none."""
        notes = self._notes()
        if notes.takes:
            self._letters.keep_through(notes.takes)
            return
        taken_back = self._letters.newest()

        def first(plain: Mapping[str, Any], _: Any) -> tuple[dict[str, Draft], dict[str, Any]]:
            noted = Notes(plain).after(Taken(), [], {}, None)
            return {}, noted | {"takes": taken_back + 1}

        self._folder.append_noted(first)
