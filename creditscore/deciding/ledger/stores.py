"""Where a ledger is: in a file, or in a PostgreSQL database."""

from __future__ import annotations

import secrets
from pathlib import Path

from creditscore._ground.asked import check_made, path_of
from creditscore._ground.extras import needs
from creditscore.deciding.ledger.keys import ID_BYTES, KeyRing
from creditscore.deciding.ledger.opening import fitting_keys, modernise
from creditscore.deciding.ledger.sqlite import SqliteStore
from creditscore.deciding.ledger.store import About, Entries, Store, Writer
from creditscore.errors import LedgerError

_SCHEMES = ("postgresql:", "postgres:")


def is_address(where: str | Path) -> bool:
    """Tell an address of a database from the path of a file."""
    return isinstance(where, str) and where.startswith(_SCHEMES)


def open_store(
    where: str | Path, key: bytes, *, create: bool, patience: float
) -> tuple[Store, KeyRing, str]:
    """Open what holds a ledger, and make the ring of its keys; see `Ledger.open`.

    Returns
    -------
    store : Store
    keys : KeyRing
    name : str
        What the ledger is called in messages: no password stands in it.
    """
    check_made("create", create, bool, "True or False")
    about = KeyRing(key, secrets.token_bytes(ID_BYTES)).about() if create else None
    if isinstance(where, str) and is_address(where):
        from creditscore.deciding.ledger.postgres.address import Address

        address = Address.of(where)
        with needs("Ledger", package="sqlalchemy", extra="postgres"):
            from creditscore.deciding.ledger.postgres.store import PostgresStore
        store: Store = PostgresStore(address, about, patience=patience)
        name = str(address)
    else:
        # An empty text is refused with the other names that are no file's.
        file = Path() if isinstance(where, str) and not where else path_of("path", where)
        store, name = _file(file, about, key, patience=patience), str(file)
    try:
        return store, fitting_keys(store.about(), key), name
    except BaseException:
        store.close()
        raise


def _file(file: Path, about: About | None, key: bytes, *, patience: float) -> SqliteStore:
    there = file.is_file() if about is None else file.parent.is_dir()
    if not there:
        raise LedgerError(f"There is no {file if about is None else file.parent}. Name the file of a ledger.")

    def extend(writer: Writer, entries: Entries, unnamed: bool) -> None:
        modernise(writer, fitting_keys(writer.about(), key), entries, unnamed=unnamed)

    return SqliteStore(file, about, patience=patience, extend=extend)
