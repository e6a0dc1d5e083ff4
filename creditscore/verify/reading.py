"""Files from anywhere, read within bounds: no device or pipe, no link out of a folder, no endless JSON."""

from __future__ import annotations

import json
import os
import stat
from itertools import islice
from pathlib import Path
from typing import Any, Final

from creditscore.errors import ArtefactError

MOST_BYTES: Final = 1 << 30
MOST_VALUES: Final = 50_000_000
MOST_FILES: Final = 1_000


def read_file(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Read a regular file.

    Raises
    ------
    ArtefactError
        If it cannot be read, is too large, or is a folder, a device or a pipe.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            readable = stat.S_ISREG(found.st_mode) and found.st_size <= most_bytes
            content = file.read(most_bytes + 1) if readable else b""
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} cannot be read: {error}.") from error
    if not readable or len(content) > most_bytes:
        raise ArtefactError(f"{path} is no regular file, or has more than {most_bytes:,} bytes.")
    return content


def names_in(folder: Path) -> set[str]:
    """Name what a folder holds, a thousand files at most.

    Raises
    ------
    ArtefactError
        If it holds more.
    """
    with os.scandir(folder) as entries:
        names = {entry.name for entry in islice(entries, MOST_FILES + 1)}
    if len(names) > MOST_FILES:
        raise ArtefactError(f"{folder} holds more than {MOST_FILES:,} files.")
    return names


def read_member(folder: Path, name: str, most_bytes: int = MOST_BYTES) -> bytes:
    """Read a file of a folder itself: no path, and no link.

    Raises
    ------
    ArtefactError
        If it is another thing, or cannot be read.
    """
    if not isinstance(name, str) or name in ("", ".", "..") or {"/", "\\", "\0"} & {*name}:
        raise ArtefactError(f"{str(name)[:90]!r} is no name of a file in the folder.")
    if (folder / name).is_symlink():
        raise ArtefactError(f"{name} is a link.")
    return read_file(folder / name, most_bytes)


def read_json(content: bytes, what: str, *, once: bool = False) -> Any:
    """Read JSON.

    Parameters
    ----------
    content : bytes
    what : str
        What to call it in an error.
    once : bool, default False
        Whether each object must name its parts once: asked of what is not held against its canonical form.

    Raises
    ------
    ArtefactError
        If it is none, of more than 50 million values, or nested too deeply.
    """
    if content.count(b",") > MOST_VALUES:
        raise ArtefactError(f"{what} has more than {MOST_VALUES:,} values.")
    try:
        return json.loads(content, object_pairs_hook=_named_once if once else None)
    except RecursionError as error:
        raise ArtefactError(f"{what} is nested too deeply.") from error
    except (ValueError, MemoryError) as error:
        raise ArtefactError(f"{what} is no JSON: {error}") from error


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ in which of two parts of one name they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names one of its parts twice")
    return found
