"""Where messages come from: what every feed can do, and files of lines."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Protocol, runtime_checkable

from creditscore._ground.asked import path_of
from creditscore.errors import ParameterError, StreamError
from creditscore.streaming.messages import MOST_BYTES, Message

Position = Mapping[str, Any]
_ENDING: Final = ".jsonl"
_MOST_FILES: Final = 10_000
_BLOCK: Final = 1 << 20


class Batch(NamedTuple):
    """Messages that stand one after another in a feed.

    Attributes
    ----------
    messages : list of Message
    position : mapping
        From where on the next ones are read, as plain data that the feed alone understands.
    """

    messages: list[Message]
    position: Position


@runtime_checkable
class Feed(Protocol):
    """A source of messages that can be read again from any position.

    Attributes
    ----------
    name : str
        Under which its position is kept; never give it to another feed.
    """

    @property
    def name(self) -> str:
        """Under which its position is kept."""

    def read(self, position: Position, most: int) -> Batch:
        """Return at most so many messages from a position on, without waiting; an empty one is the start."""

    def lag(self, position: Position) -> int:
        """Say how much stands in the feed after a position, in the unit of the feed."""

    def close(self) -> None:
        """Let go of what it holds."""


class FileFeed:
    """Messages in files, one JSON text a line: a file that grows, or a folder to which files are added.

    A line is read once it ends with a line feed, so that whoever writes may be cut off within one. Files of a
    folder end with ``.jsonl`` and are read in the order of their names, each from where it was left; they
    grow at their ends alone. A file that was read and is gone is forgotten.

    Parameters
    ----------
    path : str or Path
        A file, or a folder of them.
    name : str, optional
        Under which its position is kept; by default ``"files"``.

    Raises
    ------
    ParameterError
        If there is no such file or folder.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "monday.jsonl").write_bytes(b'{"table": "payments"}' + bytes([10]) + b'{"tab')
    ...     feed = FileFeed(folder)
    ...     read = feed.read({}, 10)
    ...     print(len(read.messages), dict(read.position), feed.lag(read.position))
    1 {'monday.jsonl': 22} 5
    """

    def __init__(self, path: str | Path, *, name: str = "files") -> None:
        self.path: Path = path_of("path", path)
        self._name = name
        if not self.path.exists():
            raise ParameterError.must_be("path", "a file, or a folder of files", str(path))

    @property
    def name(self) -> str:
        """Under which its position is kept."""
        return self._name

    def read(self, position: Position, most: int) -> Batch:
        """Return at most so many messages from a position on.

        Raises
        ------
        StreamError
            If a file is shorter than what was read of it: it was replaced, and what it holds is not known.
        """
        messages: list[Message] = []
        found: dict[str, int] = {}
        for path in self._files():
            start = _start(position, path.name)
            end = start
            if len(messages) < most:
                with _opened(path) as file:
                    end = _read_lines(file, path.name, start, most - len(messages), messages)
            if end:
                found[path.name] = end
        return Batch(messages, found)

    def lag(self, position: Position) -> int:
        """Count the bytes after a position."""
        return sum(path.stat().st_size - _start(position, path.name) for path in self._files())

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self) -> list[Path]:
        if not self.path.is_dir():
            return [self.path]
        with os.scandir(self.path) as entries:
            names = sorted(one.name for one in entries if one.name.endswith(_ENDING) and one.name[0] != ".")
        if len(names) > _MOST_FILES:
            raise StreamError(f"{self.path} holds more than {_MOST_FILES:,} files. Take away what was read.")
        return [self.path / name for name in names]


def _start(position: Position, name: str) -> int:
    start = position.get(name, 0)
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise StreamError(f"The position that was kept of {name} is none.")
    return start


def _opened(path: Path) -> BinaryIO:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise StreamError(f"{path} is no regular file.")
    return os.fdopen(handle, "rb")


def _read_lines(file: BinaryIO, name: str, start: int, most: int, messages: list[Message]) -> int:
    """Add whole lines from a byte on, blank ones left out; return where the next one begins."""
    size = file.seek(0, os.SEEK_END)
    if size < start:
        raise StreamError(
            f"{name} has {size:,} bytes, and {start:,} of it were read before: it was cut or replaced. "
            "Put back what stood there, or give what is new another name."
        )
    file.seek(start)
    at = start
    while most > 0:
        line, length = _line(file)
        if not length:
            break
        if line.strip():
            messages.append(Message(f"{name}:{at}", line[:MOST_BYTES], length - 1))
            most -= 1
        at += length
    return at


def _line(file: BinaryIO) -> tuple[bytes, int]:
    """Read a line without its end, and its length with it, 0 for none that is whole; cut where very long."""
    line = file.readline(_BLOCK)
    length, part = len(line), line
    while part and not part.endswith(b"\n"):
        part = file.readline(_BLOCK)
        length += len(part)
    return (line.removesuffix(b"\n"), length) if part else (b"", 0)
