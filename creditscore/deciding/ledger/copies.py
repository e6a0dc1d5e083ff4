"""Whole copies of a ledger: what is copied is verified before it gets its name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from creditscore._ground.files import move_whole, sync_folder
from creditscore.deciding.ledger.chain import Head
from creditscore.deciding.ledger.keys import KeyRing
from creditscore.deciding.ledger.sqlite import SqliteStore, checked_file
from creditscore.deciding.ledger.store import Store
from creditscore.deciding.ledger.stores import is_address
from creditscore.deciding.ledger.verified import Verified, verify_entries
from creditscore.errors import LedgerError

_BESIDE: Final = ("", "-wal", "-shm", "-journal")


def copied(store: Store, where: str | Path, keys: KeyRing, anchor: Head | None) -> Verified:
    """Copy a ledger into a new file, or into a new schema of a PostgreSQL database, and verify the copy.

    Raises
    ------
    LedgerError
        If there is such a file or schema already or no such folder, the disk is full, or the copy does not
        verify.
    """

    def verified(copy: Store) -> Verified:
        return verify_entries(copy, keys, anchor)

    if isinstance(where, str) and is_address(where):
        from creditscore.deciding.ledger.postgres.address import Address
        from creditscore.deciding.ledger.postgres.loading import loaded

        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder) / "ledger.db"
            store.copy_to(scratch)
            return loaded(scratch, Address.of(where), verified)
    return _into_file(store, checked_file(Path(where)), verified)


def _into_file(store: Store, goal: Path, verify: Callable[[Store], Verified]) -> Verified:
    there = [goal.name + end for end in _BESIDE if os.path.lexists(f"{goal}{end}")]
    if there or not goal.parent.is_dir():
        raise LedgerError(
            f"A ledger is copied into a new file only, and {there[0]} is there already. Name another."
            if there
            else f"A ledger is copied into a new file only, and there is no {goal.parent}. Name another."
        )
    with _scratch(goal) as scratch:
        store.copy_to(scratch)
        copy = SqliteStore(scratch)
        try:
            found = verify(copy)
        finally:
            copy.close()
        move_whole(scratch, goal)
        sync_folder(goal.parent)
    return found


@contextmanager
def _scratch(goal: Path) -> Iterator[Path]:
    """An empty file beside another; nothing of it is left."""
    handle, name = tempfile.mkstemp(prefix=f".{goal.name}-", dir=goal.parent)
    os.close(handle)
    try:
        yield Path(name)
    except OSError as error:
        raise LedgerError(f"{goal} cannot be written: {error.strerror}.") from error
    finally:
        for end in _BESIDE:
            Path(f"{name}{end}").unlink(missing_ok=True)
