"""Messages that could not be taken, each with a reason: a file of lines that nothing is ever dropped from."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from creditscore._ground.canonical import canonical
from creditscore._ground.files import sync_folder, write_whole
from creditscore.data.folder.noted import names_any

_TAKE: Final = "take"
_MODE: Final = 0o600


class Letter(NamedTuple):
    """One message that could not be taken.

    Attributes
    ----------
    feed, at : str
        Where it stood.
    content : bytes
    reason : str
    """

    feed: str
    at: str
    content: bytes
    reason: str


class DeadLetters:
    """A file of messages that could not be taken, one JSON object a line, in the order of the feed.

    Lines are written before the step of which they are; those of a step that was cut off are taken back when
    the file is opened again, for their messages come again.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, letters: Sequence[Letter], take: int) -> None:
        """Write letters of a numbered step; they are on disk on return."""
        if not letters:
            return
        content = b"".join(_line(letter, take) for letter in letters)
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _MODE)
        with os.fdopen(handle, "wb") as file:
            end = file.seek(0, os.SEEK_END)
            try:
                file.write(content)
                file.flush()
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, end)
                raise
        if is_new:
            sync_folder(self.path.parent)

    def newest(self) -> int:
        """Return the number of the step of the last whole line, 0 where there is none."""
        return max((take for take, _ in self._lines()), default=0)

    def keep_through(self, take: int) -> int:
        """Take back whatever a later step wrote, and half of a line; return how many letters are left."""
        kept = [line for number, line in self._lines() if number <= take]
        self._replace(kept)
        return len(kept)

    def erase(self, ids: Collection[int | str]) -> int:
        """Take out letters that name somebody; return how many they were."""
        lines = list(self._lines())
        kept = [line for _, line in lines if not names_any(_said(line), ids)]
        self._replace(kept)
        return len(lines) - len(kept)

    def _replace(self, lines: list[bytes]) -> None:
        content = b"".join(lines)
        if self.path.exists() and self.path.stat().st_size != len(content):
            write_whole(self.path, content, mode=_MODE)
            sync_folder(self.path.parent)

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield int(json.loads(line)[_TAKE]), line


def _line(letter: Letter, take: int) -> bytes:
    plain: dict[str, Any] = {"feed": letter.feed, "at": letter.at, "reason": letter.reason, _TAKE: take}
    try:
        plain["message"] = letter.content.decode("utf-8")
    except UnicodeDecodeError:
        plain["message_base64"] = base64.b64encode(letter.content).decode("ascii")
    return canonical(plain).encode() + b"\n"


def _said(line: bytes) -> str:
    plain = json.loads(line)
    if "message" in plain:
        return str(plain["message"])
    return base64.b64decode(plain["message_base64"]).decode("utf-8", "replace")
