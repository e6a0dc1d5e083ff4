"""Folders of Parquet files, one a table: `<table>.parquet`, and `applications.parquet` beside them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from creditscore._ground.files import move_whole
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ParameterError

if TYPE_CHECKING:
    import pyarrow as pa

StandingsKey = Annotated[
    Path | None,
    typer.Option(help="Where the secret of the standings is: 32 bytes, or 64 hexadecimal digits."),
]


def read_portfolio(
    folder: Path,
    *,
    without: tuple[str, ...] = (),
    standings_key: Path | None = None,
    threads: int | None = None,
) -> Portfolio:
    """The portfolio of the tables that stand in a folder.

    Raises
    ------
    ParameterError
        If the folder holds no table, or the file of the key no key.
    ContractError
        If a table breaks its contract.
    """
    files = {name: folder / f"{name}.parquet" for name in CONTRACTS if name not in without}
    tables = {name: read_table(path) for name, path in files.items() if path.exists()}
    if not tables:
        known = ", ".join(f"{name}.parquet" for name in files)
        raise ParameterError.must_be("folder", f"a folder with some of {known}", str(folder))
    privacy = None if standings_key is None else StandingPrivacy.from_file(standings_key)
    return Portfolio(**tables, privacy=privacy, threads=threads)


def read_table(path: Path) -> pa.Table:
    """One Parquet file as an Arrow table.

    Raises
    ------
    ParameterError
        If the file is no Parquet file.
    """
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (OSError, ValueError) as error:
        raise ParameterError(f"{path} cannot be read: {error} Write it as Parquet.") from error


class ParquetFile:
    """A Parquet file that is written part by part and takes its name once it is whole.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._writer: Any = None

    def __enter__(self) -> ParquetFile:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def write(self, table: pa.Table) -> None:
        """Add a part; the first one says which columns there are."""
        import pyarrow.parquet as pq

        if self._writer is None:
            self._writer = pq.ParquetWriter(self._unfinished, table.schema)
        self._writer.write_table(table)
        self.rows += table.num_rows

    def __exit__(self, failed: object, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()
        if failed is None and self._writer is not None:
            move_whole(self._unfinished, self.path)
        else:
            self._unfinished.unlink(missing_ok=True)
