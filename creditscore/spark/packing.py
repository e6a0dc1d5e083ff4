"""Rows on their way: packed column by column for each part before the shuffle, opened after it.

A shuffle moves few and large rows (a part, a table, some thousands of its rows in Arrow's own form) instead
of many small ones, so that the JVM never takes a row apart, and tables of any columns go through one shuffle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np

# So many bytes wait on an executor before they are packed, and so many rows are one packed row at most.
WAITING_BYTES: Final = 64 << 20
MOST_ROWS: Final = 50_000
SCHEMA: Final = "part int, table string, content binary"


def pack(table: str, types: Mapping[str, Any], batches: Iterable[Any]) -> Iterator[Any]:
    """Pack rows of a table by the part that they go to.

    Parameters
    ----------
    table : str
    types : mapping of str to pyarrow.DataType
        Of each column.
    batches : iterable of pyarrow.RecordBatch
        Two columns: the part, and the row as a struct.

    Yields
    ------
    pyarrow.RecordBatch
        As `SCHEMA` says.
    """
    waiting: list[Any] = []
    waiting_bytes = 0
    for batch in batches:
        waiting.append(batch)
        waiting_bytes += batch.nbytes
        if waiting_bytes >= WAITING_BYTES:
            yield from _packed(table, types, waiting)
            waiting, waiting_bytes = [], 0
    if waiting:
        yield from _packed(table, types, waiting)


def _packed(table: str, types: Mapping[str, Any], batches: list[Any]) -> Iterator[Any]:
    import pyarrow as pa

    part = np.concatenate([batch.column(0).to_numpy() for batch in batches])
    structs = [batch.column(1) for batch in batches]
    columns = {
        name: pa.chunked_array([struct.field(name) for struct in structs]).cast(kind)
        for name, kind in types.items()
    }
    order = np.argsort(part, kind="stable")
    rows = pa.table(columns).take(pa.array(order)).combine_chunks()
    inside = part[order]
    edges = [0, *(np.flatnonzero(np.diff(inside)) + 1).tolist(), len(inside)]
    for start, stop in pairwise(edges):
        for first in range(start, stop, MOST_ROWS):
            some = rows.slice(first, min(MOST_ROWS, stop - first))
            given = [int(inside[first])], [table], [_written(some)]
            kinds = pa.int32(), pa.string(), pa.binary()
            arrays = [pa.array(one, kind) for one, kind in zip(given, kinds, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, ["part", "table", "content"])


def opened(types: Mapping[str, Mapping[str, Any]], batches: Iterable[Any]) -> dict[str, Any]:
    """Open everything that came to one part.

    Parameters
    ----------
    types : mapping of str to mapping of str to pyarrow.DataType
        Of each column of each table.
    batches : iterable of pyarrow.RecordBatch
        As `pack` wrote them.

    Returns
    -------
    dict of str to pyarrow.Table
        Every table; one of which no row came has its columns still.
    """
    import pyarrow as pa

    found: dict[str, list[Any]] = defaultdict(list)
    for batch in batches:
        names, contents = batch.column("table").to_pylist(), batch.column("content")
        for name, content in zip(names, contents, strict=True):
            found[name].append(pa.ipc.open_stream(content.as_buffer()).read_all())
    return {
        name: pa.concat_tables(found[name])
        if name in found
        else pa.table({column: pa.array([], kind) for column, kind in kinds.items()})
        for name, kinds in types.items()
    }


def _written(rows: Any) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, rows.schema, options=options) as stream:
        stream.write_table(rows)
    content: bytes = sink.getvalue().to_pybytes()
    return content
