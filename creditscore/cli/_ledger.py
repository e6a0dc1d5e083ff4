"""A ledger on the command line: where it is, its key, and how it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger

File = Annotated[
    str, typer.Argument(help="The file of the ledger, or its address: postgresql://host/database?schema=name")
]
KeyFile = Annotated[Path, typer.Option(help="Where its key is: 32 bytes, or 64 hexadecimal digits.")]
# A path, or an address as it was written: a path would lose one of its slashes.
Location: TypeAlias = str | Path


def location_of(given: str) -> Location:
    """Read where a ledger is.

    Raises
    ------
    BadParameter
        If it is an address with a password: what is written on a command line, others can read.
    """
    from creditscore.deciding.ledger.stores import is_address

    if not is_address(given):
        return Path(given)
    from creditscore.deciding.ledger.postgres.address import Address

    if Address.of(given).has_password:
        raise typer.BadParameter(
            "others on this machine can read what is written here: keep the password in the file that "
            "PGPASSFILE names"
        )
    return given


def opened(given: str, key_file: Path, patience: float = 60.0) -> Ledger:
    """Open a ledger that is there."""
    from creditscore.deciding.ledger.keys import read_key
    from creditscore.deciding.ledger.ledger import Ledger

    return Ledger.open(location_of(given), key=read_key(key_file), create=False, patience=patience)
