"""Whole copies of a ledger: what is copied is verified before it gets its name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from creditscore._ground.files import move_whole, sync_folder
from creditscore.deciding.ledger.chain import Head
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.ledger.sqlite import SqliteStore, checked_file
from creditscore.deciding.ledger.store import Store
from creditscore.deciding.ledger.verified import Verified, verify_entries
from creditscore.errors import LedgerError

_BESIDE: Final = ("", "-wal", "-shm", "-journal")


def copied(store: Store, path: Path, keys: KeyRing, anchor: Head | None) -> Verified:
    """Copy a ledger into a new file, and verify the copy.

    Raises
    ------
    LedgerError
        If there is such a file already or no such folder, the disk is full, or the copy does not verify.
    """
    goal = checked_file(path)
    there = [goal.name + end for end in _BESIDE if os.path.lexists(f"{goal}{end}")]
    if there or not goal.parent.is_dir():
        raise LedgerError(
            f"A ledger is copied into a new file only, and {there[0]} is there already. Name another."
            if there
            else f"A ledger is copied into a new file only, and there is no {goal.parent}. Name another."
        )
    handle, name = tempfile.mkstemp(prefix=f".{goal.name}-", dir=goal.parent)
    os.close(handle)
    scratch = Path(name)
    try:
        store.copy_to(scratch)
        copy = SqliteStore(scratch)
        try:
            verified = verify_entries(copy, keys, anchor)
        finally:
            copy.close()
        move_whole(scratch, goal)
        sync_folder(goal.parent)
    except OSError as error:
        raise LedgerError(f"{goal} cannot be written: {error.strerror}.") from error
    finally:
        for end in _BESIDE:
            Path(f"{scratch}{end}").unlink(missing_ok=True)
    return verified
