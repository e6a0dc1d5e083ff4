"""Files and folders that one process holds at a time: its lock dies with it, whatever kills it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(path: Path, *, create: bool = False) -> Iterator[None]:
    """Be the only one who changes what a file stands for; whoever comes meanwhile waits.

    The file may be replaced by another of its name while it is held: whoever waited then holds the new one.
    Never call it for a file that the same thread holds already.

    Parameters
    ----------
    path : Path
    create : bool, default False
        Whether an empty file is made where there is none; then no link is followed.

    Raises
    ------
    OSError
        If this system cannot lock files, or the file cannot be written.
    """
    if fcntl is None:
        why = "this system cannot lock files: write on another, or read only"
        raise OSError(errno.ENOLCK, why, str(path))
    # Some network file systems lock only what is open for writing.
    flags = os.O_RDWR | os.O_NONBLOCK | (os.O_CREAT | os.O_NOFOLLOW if create else 0)
    while True:
        handle = os.open(path, flags, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _still_there(handle, path):
                yield
                return
        finally:
            os.close(handle)


def try_to_lock(folder: Path) -> int:
    """Lock a folder until the handle is closed; -1 where somebody has, or the system cannot."""
    if fcntl is None:
        return -1
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if handle >= 0:
            os.close(handle)
        return -1
    return handle


def _still_there(handle: int, path: Path) -> bool:
    """Whether what was waited for is what has the name now."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
