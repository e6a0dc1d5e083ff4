"""A folder that is replaced whole: no reader ever sees half of it, or none."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from creditscore._ground.files import flush_to_disk, sync_folder
from creditscore._ground.locking import try_to_lock

_AT_CWD: Final = -100
_EXCHANGE: Final = 2


def replace_folder(folder: Path, parts: Mapping[str, bytes]) -> None:
    """Write files into a new folder beside its position, flush them to disk, then let it take the name.

    Where the system can, old and new exchange their names in one step. What savers that died left behind is
    swept.

    Raises
    ------
    OSError
        If the disk is full, or nothing can be written there. Then the old folder is as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _scratch(folder) as fresh:
        for name, content in parts.items():
            (fresh / name).write_bytes(content)
            flush_to_disk(fresh / name)
        fresh.chmod(0o755)
        sync_folder(fresh)
        _swap(fresh, folder)
        sync_folder(folder.parent)
    _sweep(folder)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder that is locked as long as it is worked on, and gone afterwards."""
    fresh = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    handle = try_to_lock(fresh)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if handle >= 0:
            os.close(handle)


def _prefix(folder: Path) -> str:
    return f".{folder.name}-saving-"


def _sweep(folder: Path) -> None:
    """Remove what savers of the same folder left that are no longer alive."""
    with suppress(OSError):
        for left in folder.parent.glob(f"{_prefix(folder)}*"):
            handle = try_to_lock(left)
            if handle >= 0:
                shutil.rmtree(left, ignore_errors=True)
                os.close(handle)


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchanged(fresh, folder):
        old = fresh.with_name(f"{fresh.name}-old")
        folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        shutil.rmtree(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders exchange their names in one step, if the system can (renameat2, Linux 3.15)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return bool(exchange(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0)
