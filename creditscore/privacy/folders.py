"""One person taken out of the Parquet files of a folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from creditscore._ground.asked import path_of
from creditscore._ground.files import move_whole
from creditscore.data.about import led_to, named, owned, unnamed
from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS
from creditscore.errors import ContractError, ParameterError, Problem

if TYPE_CHECKING:
    import pandas as pd


def erase_from_folder(folder: str | Path, ids: Sequence[int | str]) -> Mapping[str, int]:
    """Take one person out of the files of tables and applications, and count the rows by table.

    What happens to a row is what `erase_subject` does to it. New files are written whole beside the old ones,
    and only then take their names: where that is cut off, do it once more.

    Parameters
    ----------
    folder : str or Path
        Files ``<table>.parquet``, and ``applications.parquet``, as they were given to `Portfolio`.
    ids : sequence of int or str
        All of theirs, for instance from ``SubjectErased.ids``.

    Returns
    -------
    mapping of str to int
        Rows by table that went, or no longer name them. Empty where the files know none of the ids: were they
        other ones, such as pseudonyms?

    Raises
    ------
    ParameterError
        If the folder is none, or holds no table.
    ContractError
        If a file cannot be read; then no file was changed.
    """
    where = path_of("folder", folder)
    contracts = {"applications": APPLICATIONS, **CONTRACTS}
    there = {name: where / f"{name}.parquet" for name in contracts if (where / f"{name}.parquet").is_file()}
    if not there:
        raise ParameterError.must_be("folder", "a folder with tables as <table>.parquet", str(folder))
    scratch: dict[Path, Path] = {}
    counts = {}
    try:
        for name, path in there.items():
            table = _read(path)
            frame = table.select(_ids_in(name, table.column_names)).to_pandas(types_mapper=_types())
            gone = owned(frame, name, ids) | led_to(frame, name, ids)
            renamed = named(frame, name, ids) & ~gone
            counts[name] = int(gone.sum()) + int(renamed.sum())
            if counts[name]:
                scratch[path] = _written(path, table, frame, name, ids, gone)
        for path, new in scratch.items():
            move_whole(new, path)
    finally:
        for new in scratch.values():
            new.unlink(missing_ok=True)
    return MappingProxyType({name: count for name, count in counts.items() if count})


def _types() -> Any:
    import pandas as pd

    return pd.ArrowDtype


def _ids_in(name: str, columns: Sequence[str]) -> list[str]:
    declared = (APPLICATIONS if name == "applications" else CONTRACTS[name]).declared
    wanted = {
        "counterparty_kind",
        *(one.name for one in declared.values() if one.kind in {"applicant", "id"}),
    }
    return [column for column in columns if column in wanted]


def _read(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read()
    except (OSError, ValueError, pa.ArrowException) as error:
        remedy = f"Write it as Parquet. ({type(error).__name__})"
        raise ContractError([Problem(path.stem, "", f"{path} cannot be read", 0, (), remedy)]) from error


def _written(
    path: Path, table: Any, frame: pd.DataFrame, name: str, ids: Sequence[int | str], gone: Any
) -> Path:
    """Write the rows that stay to a file beside the old one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for column, values in unnamed(frame, name, ids).items():
        at = table.column_names.index(str(column))
        field = table.schema.field(at)
        if not values.equals(frame[column]):
            table = table.set_column(at, field, pa.array(values, type=field.type, from_pandas=True))
    new = path.with_name(f".{path.name}.{os.getpid()}.part")
    pq.write_table(table.filter(pa.array(~gone.to_numpy(bool))), new)
    return new
