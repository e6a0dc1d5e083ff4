"""A score that moved, and the files in which watch lists and moves are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from creditscore._ground.canonical import canonical, read_json
from creditscore._ground.files import read_bounded, sync_folder, write_whole
from creditscore.data.door.clock import moment
from creditscore.errors import ArtefactError, ParameterError, StreamError

SCHEMA: Final = "creditscore.score_watch/1"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_BYTES: Final = 1 << 30
_MODE: Final = 0o600
_NUMBERS: Final = ("as_of", "entry", "looks", "written")


@dataclass(frozen=True, slots=True)
class ScoreMoved:
    """Whose score moved by more than was asked for since they were last told of.

    Attributes
    ----------
    applicant_id : int or str
    score_from, score_to : int or None
        Points, more is safer; None where too little was known for a score.
    as_of_from, as_of : datetime
        The moments of the two scores.
    reason : str
        The reason group whose points moved most in the direction of the score; empty where one of the two
        scores is not there. It says what changed and is no reason to be told to a person: ask `reasons`.
    reason_points : float
        By how many points; above 0 where it raised the score.
    """

    applicant_id: int | str
    score_from: int | None
    score_to: int | None
    as_of_from: datetime
    as_of: datetime
    reason: str
    reason_points: float

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {
            "applicant_id": self.applicant_id,
            "score_from": self.score_from,
            "score_to": self.score_to,
            "as_of_from": self.as_of_from.isoformat(),
            "as_of": self.as_of.isoformat(),
            "reason": self.reason,
            "reason_points": self.reason_points,
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """What was last told of a person.

    Attributes
    ----------
    score : int or None
    at : int
        The moment, in microseconds.
    points : mapping of str to float
        What each reason group added to the score.
    """

    score: int | None
    at: int
    points: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WatchState:
    """What is kept of a watch list from one look to the next.

    Attributes
    ----------
    model_id : str
    as_of : int
        The moment of the last look, in microseconds.
    entry : int
        The last entry of the log that it saw.
    shape : str
        A hash of the tables and columns that it saw.
    looks : int
    shown : mapping of id to Shown
    moved : tuple of mapping
        What the last look found, as it is told.
    written : int
        How many bytes the file of moves had before.
    whole : int
        The moment of the last look that scored everybody, in microseconds; 0 where nobody noted it.
    """

    model_id: str
    as_of: int
    entry: int
    shape: str
    looks: int
    shown: Mapping[int | str, Shown]
    moved: tuple[Mapping[str, Any], ...] = ()
    written: int = 0
    whole: int = 0

    def to_bytes(self) -> bytes:
        """Write it as canonical JSON."""
        shown = [[one, was.score, was.at, dict(was.points)] for one, was in self.shown.items()]
        plain = {
            "schema": SCHEMA,
            "model_id": self.model_id,
            "as_of": self.as_of,
            "entry": self.entry,
            "shape": self.shape,
            "looks": self.looks,
            "shown": shown,
            "moved": list(self.moved),
            "written": self.written,
            "whole": self.whole,
        }
        return canonical(plain).encode()

    @classmethod
    def of_bytes(cls, content: bytes, what: str) -> Self:
        """Read what `to_bytes` wrote.

        Raises
        ------
        StreamError
            If it is something else.
        """
        try:
            plain = read_json(content, what)
            if plain["schema"] != SCHEMA:
                raise StreamError(f"{what} is of the schema {plain['schema']!r}; {SCHEMA} is read.")
            shown = {_id(one): _shown(*rest) for one, *rest in plain["shown"]}
            known: dict[str, Any] = {name: int(plain[name]) for name in _NUMBERS}
            known["whole"] = int(plain.get("whole", 0))
            known |= {name: str(plain[name]) for name in ("model_id", "shape")}
            return cls(**known, shown=shown, moved=tuple(dict(one) for one in plain["moved"]))
        except (ArtefactError, AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            if isinstance(error, StreamError):
                raise
            raise StreamError(f"{what} is no watch list. Begin one under another name.") from error


@dataclass(frozen=True, slots=True)
class WatchFiles:
    """The two files of a watch list: its state, and the moves that were told, one a line.

    Parameters
    ----------
    folder : Path
    name : str

    Raises
    ------
    ParameterError
        If the name is none.
    """

    folder: Path
    name: str
    state: Path = field(init=False)
    moves: Path = field(init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or _NAME.fullmatch(self.name) is None:
            raise ParameterError.must_be("name", "1 to 64 letters, digits, '-' and '_'", self.name)
        object.__setattr__(self, "state", self.folder / f"{self.name}.json")
        object.__setattr__(self, "moves", self.folder / f"{self.name}.jsonl")

    def read(self) -> WatchState | None:
        """Return what was kept; None before the first look. Moves that were not told yet are told."""
        if not self.state.exists():
            return None
        found = WatchState.of_bytes(read_bounded(self.state, _MOST_BYTES), self.state.name)
        self._tell(found)
        return found

    def size(self) -> int:
        """How many bytes the file of moves has."""
        return self.moves.stat().st_size if self.moves.exists() else 0

    def write(self, state: WatchState) -> None:
        """Keep a state, then tell its moves: cut off between the two, they are told when it is read."""
        write_whole(self.state, state.to_bytes(), mode=_MODE)
        sync_folder(self.folder)
        self._tell(state)

    def _tell(self, state: WatchState) -> None:
        """Write the moves of a look, unless they stand there, or the file was taken away since."""
        content = _lines(state.moved)
        if not state.written <= self.size() < state.written + len(content):
            return
        handle = os.open(self.moves, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _MODE)
        with os.fdopen(handle, "wb") as file:
            # what is there beyond is half of the same lines
            file.seek(state.written)
            file.write(content)
            file.truncate()
            file.flush()
            os.fsync(handle)
        sync_folder(self.folder)

    def erase(self, ids: Collection[int | str]) -> int:
        """Take people out; return how many lines and entries went."""
        state = self.read()
        if state is None:
            return 0
        shown = {one: was for one, was in state.shown.items() if one not in ids}
        lines = self.moves.read_bytes().splitlines(keepends=True) if self.moves.exists() else []
        kept = [line for line in lines if read_json(line, self.moves.name)["applicant_id"] not in ids]
        if len(kept) < len(lines):
            write_whole(self.moves, b"".join(kept), mode=_MODE)
        clean = replace(state, shown=shown, moved=(), written=self.size())
        write_whole(self.state, clean.to_bytes(), mode=_MODE)
        sync_folder(self.folder)
        return len(lines) - len(kept) + len(state.shown) - len(shown)


def erase_watched(folder: Path, ids: Collection[int | str]) -> int:
    """Take people out of every watch list of a folder; return how many lines and entries went."""
    names = sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []
    return sum(WatchFiles(folder, name).erase(ids) for name in names)


def _id(one: Any) -> int | str:
    if not isinstance(one, int | str) or isinstance(one, bool):
        raise TypeError
    return one


def _shown(score: Any, at: Any, points: Any) -> Shown:
    whole = None if score is None else int(score)
    return Shown(whole, int(at), {str(group): float(value) for group, value in points.items()})


def _lines(moved: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(canonical(one).encode() + b"\n" for one in moved)


def moved_between(applicant_id: int | str, before: Shown, after: Shown) -> ScoreMoved:
    """Say how a score moved, and which reason group did most of it."""
    ends = (before.score, after.score, moment(before.at), moment(after.at))
    if before.score is None or after.score is None:
        return ScoreMoved(applicant_id, *ends, "", 0.0)
    way = 1.0 if after.score > before.score else -1.0
    groups = sorted({*before.points, *after.points})
    changes = {one: after.points.get(one, 0.0) - before.points.get(one, 0.0) for one in groups}
    group = max(groups, key=lambda one: way * changes[one], default="")
    if not group or way * changes[group] <= 0:
        return ScoreMoved(applicant_id, *ends, "", 0.0)
    return ScoreMoved(applicant_id, *ends, group, changes[group])
