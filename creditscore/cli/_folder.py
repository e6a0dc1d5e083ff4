"""Folders of Parquet files, one a table: `<table>.parquet`, and `applications.parquet` beside them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from creditscore._ground.files import move_whole
from creditscore.data.network.privacy import StandingPrivacy
from creditscore.data.portfolio import Portfolio
from creditscore.data.pseudonyms import Pseudonyms
from creditscore.data.tables.contracts import CONTRACTS
from creditscore.errors import ContractError, ParameterError, Problem

if TYPE_CHECKING:
    import pyarrow as pa

    from creditscore.data.applications import Applications


class DateCalendar(StrEnum):
    """Calendar of dates that are written as text."""

    GREGORIAN = "gregorian"
    JALALI = "jalali"


class DigitKind(StrEnum):
    """Digits of dates that are written as text."""

    LATIN = "latin"
    ANY = "any"


Json = Annotated[bool, typer.Option("--json", help="Print the result, or the error, as one JSON object.")]
Timezone = Annotated[
    str | None,
    typer.Option(help="Zone of times in the files that carry none, such as Africa/Lagos; and of local days."),
]
Dates = Annotated[DateCalendar, typer.Option("--dates-in", help="Calendar of dates that are text.")]
DigitKinds = Annotated[DigitKind, typer.Option("--digits", help="Digits of dates that are text.")]
PseudonymsKey = Annotated[
    Path | None,
    typer.Option(
        help="The file of the key of the pseudonyms, or env:NAME for a variable of the environment that "
        "holds it as hexadecimal digits: ids of people are replaced as they are read."
    ),
]
StandingsKey = Annotated[
    Path | None,
    typer.Option(help="Where the secret of the standings is: 32 bytes, or 64 hexadecimal digits."),
]


_VARIABLE: Final = "env:"


@dataclass(frozen=True, slots=True)
class Read:
    """How the files of a folder are read: zone, calendar and digits of what is in them, key of pseudonyms."""

    timezone: str | None = None
    calendar: DateCalendar = DateCalendar.GREGORIAN
    digits: DigitKind = DigitKind.LATIN
    pseudonyms: Path | None = None

    def settings(self) -> dict[str, Any]:
        """Arguments of `Portfolio` and `Applications`."""
        return {
            "timezone": self.timezone,
            "calendar": self.calendar.value,
            "digits": self.digits.value,
            "pseudonyms": self.names(),
        }

    def names(self) -> Pseudonyms | None:
        """What ids are called by the key, if there is one."""
        return None if self.pseudonyms is None else pseudonyms_at(self.pseudonyms)


def pseudonyms_at(where: Path) -> Pseudonyms:
    """Read the key of pseudonyms from a file, or by ``env:NAME`` from a variable of the environment."""
    begins, _, name = str(where).partition(_VARIABLE)
    return Pseudonyms.from_file(where) if begins or not name else Pseudonyms.from_environment(name)


def read_portfolio(
    folder: Path,
    *,
    read: Read | None = None,
    without: tuple[str, ...] = (),
    standings_key: Path | None = None,
    set_aside: bool = False,
    threads: int | None = None,
    may_be_empty: bool = False,
) -> Portfolio:
    """The portfolio of the tables that stand in a folder; rows that break a rule are refused, or set aside.

    Raises
    ------
    ParameterError
        If the folder holds no table and must hold some, or the file of the key no key.
    ContractError
        If a file is no Parquet file, or a table breaks its contract.
    """
    if not folder.is_dir():
        raise ParameterError.must_be("folder", "a folder that is there", str(folder))
    files = {name: folder / f"{name}.parquet" for name in CONTRACTS if name not in without}
    tables = {name: read_table(path) for name, path in files.items() if path.exists()}
    if not (tables or may_be_empty):
        known = ", ".join(f"{name}.parquet" for name in files)
        raise ParameterError.must_be("folder", f"a folder with some of {known}", str(folder))
    privacy = None if standings_key is None else StandingPrivacy.from_file(standings_key)
    settings = (read or Read()).settings()
    return Portfolio(**tables, **settings, set_aside=set_aside, privacy=privacy, threads=threads)


def read_applications(folder: Path, read: Read) -> Applications | None:
    """Read the applications that stand beside the tables, every column of them; None where there are none."""
    from creditscore.data.applications import Applications

    path = folder / "applications.parquet"
    return Applications(read_table(path), **read.settings()) if path.exists() else None


def read_table(path: Path) -> pa.Table:
    """One Parquet file as an Arrow table.

    Raises
    ------
    ContractError
        If the file is no Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read()
    except (OSError, ValueError, pa.ArrowException) as error:
        why = " ".join(str(error).split())[:200]
        remedy = f"Write it as Parquet. ({type(error).__name__}: {why})"
        raise ContractError([Problem(path.stem, "", f"{path} cannot be read", 0, (), remedy)]) from error


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
