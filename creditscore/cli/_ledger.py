"""A ledger on the command line: its file, its key, and how it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from creditscore.deciding.ledger.ledger import Ledger

File = Annotated[Path, typer.Argument(help="The file of the ledger.")]
KeyFile = Annotated[Path, typer.Option(help="Where its key is: 32 bytes, or 64 hexadecimal digits.")]


def opened(path: Path, key_file: Path, patience: float = 60.0) -> Ledger:
    """Open a ledger that is there."""
    from creditscore.deciding.ledger.keys import read_key
    from creditscore.deciding.ledger.ledger import Ledger

    return Ledger.open(path, key=read_key(key_file), create=False, patience=patience)
