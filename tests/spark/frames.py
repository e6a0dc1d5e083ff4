"""Records of made-up worlds as DataFrames of Spark, with the types of the contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from creditscore.data.tables.contracts import APPLICATIONS, CONTRACTS, TableContract

_TYPES = {"time": pa.timestamp("us", "UTC"), "number": pa.float64(), "flag": pa.bool_()}


def frame_of(spark: Any, contract: TableContract, rows: Sequence[Mapping[str, Any]], folder: Path) -> Any:
    """Write rows as a file of Parquet, as lenders keep them, and open it on Spark."""
    columns = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        declared = contract.declared.get(name)
        values = [row.get(name) for row in rows]
        kind = None if declared is None else _TYPES.get(declared.kind)
        if kind is None and all(value is None for value in values):
            kind = pa.string()
        columns[name] = pa.array(values, kind)
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / f"{contract.name}.parquet")
    return spark.read.parquet(str(folder / f"{contract.name}.parquet"))


def frames_of(spark: Any, world: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path) -> dict[str, Any]:
    return {name: frame_of(spark, CONTRACTS[name], rows, folder) for name, rows in world.items()}


def asked_of(spark: Any, asked: Sequence[Mapping[str, Any]], folder: Path) -> Any:
    return frame_of(spark, APPLICATIONS, asked, folder)


def columns_of(found: Any) -> dict[str, list[Any]]:
    """Columns of a result by name, in the order of the applications; floats as they are to the bit."""
    table = found.toArrow().sort_by("application_id")
    return {name: table.column(name).to_pylist() for name in table.column_names}
