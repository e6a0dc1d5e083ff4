"""Files that are written whole or not at all, and read within bounds."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from creditscore.errors import ArtefactError

# A device or a pipe must not be waited for.
_OPEN: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file under a temporary name beside its place, flush it to disk, then rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    try:
        Path(name).write_bytes(content)
        Path(name).chmod(mode)
        move_whole(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def move_whole(scratch: Path, path: Path) -> None:
    """Give a finished file its name once it is on disk: no crash leaves half of it under that name."""
    flush_to_disk(scratch)
    scratch.replace(path)


def flush_to_disk(path: Path) -> None:
    """Return once all that was written to a file is on disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def read_bounded(path: Path, most_bytes: int) -> bytes:
    """Read a regular file of at most so many bytes; what is larger, or is no file, is never read.

    Raises
    ------
    ArtefactError
        If it is larger, or is a folder, a device or a pipe.
    OSError
        If it cannot be opened or read.
    """
    handle = os.open(path, _OPEN)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ArtefactError(f"{path} is no regular file.")
        if found.st_size > most_bytes:
            raise ArtefactError(f"{path} has {found.st_size:,} bytes; at most {most_bytes:,} are read.")
        with os.fdopen(os.dup(handle), "rb") as file:
            content = file.read(most_bytes + 1)
    finally:
        os.close(handle)
    if len(content) > most_bytes:
        raise ArtefactError(f"{path} has more than the {most_bytes:,} bytes that are read.")
    return content


def sync_folder(folder: Path) -> None:
    """Return once new names in a folder are on disk, where the system can say so."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
