"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
