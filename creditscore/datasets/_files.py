"""Where the shipped files are."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any


def read_shipped(name: str, columns: Sequence[str]) -> Any:
    """Read columns of a shipped Parquet file as a pyarrow table."""
    import pyarrow.parquet as pq

    with as_file(files("creditscore.datasets") / "data" / f"{name}.parquet") as path:
        return pq.read_table(path, columns=list(columns))
