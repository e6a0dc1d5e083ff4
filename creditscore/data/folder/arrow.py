"""A file of buffers that any reader of Arrow opens: one row, whose cells are the buffers as lists."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags
from creditscore.data.folder.buffers import TEXT, Buffer, Extent, Texts, kind_of


class Written(NamedTuple):
    """A file of buffers that is on disk.

    Attributes
    ----------
    n_bytes : int
    sha256 : str
    extents : dict of str to Extent
        Where each buffer lies.
    """

    n_bytes: int
    sha256: str
    extents: dict[str, Extent]


def write_arrow(path: Path, buffers: Mapping[str, Buffer]) -> Written:
    """Write buffers as an Arrow IPC file without compression, flush it to disk, and say where they lie.

    Parameters
    ----------
    path : Path
        A file that is not there yet.
    buffers : mapping of str to ndarray or Texts
        Of shapes (n,) or (n_rows, n_columns).

    Raises
    ------
    OSError
        If the disk is full, or nothing can be written there.
    """
    import pyarrow as pa

    cells = {name: _cell(buffer) for name, buffer in buffers.items()}
    batch = pa.record_batch(list(cells.values()), names=list(cells))
    with path.open("xb") as file:
        with pa.ipc.new_file(pa.PythonFile(file, "w"), batch.schema) as writer:
            writer.write_batch(batch)
        file.flush()
        os.fsync(file.fileno())
    with path.open("rb") as done, mmap.mmap(done.fileno(), 0, access=mmap.ACCESS_READ) as content:
        sha256 = hashlib.file_digest(done, "sha256").hexdigest()
        return Written(len(content), sha256, _extents(content, buffers))


def among(texts: Texts, labels: tuple[str, ...]) -> Flags:
    """Tell which texts are among some labels, shape (n_texts,)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends, letters = (pa.py_buffer(np.ascontiguousarray(part)) for part in texts)
    column = pa.LargeStringArray.from_buffers(len(texts.offsets) - 1, ends, letters)
    found = pc.is_in(column, pa.array(list(labels), pa.large_string()))
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _cell(buffer: Buffer) -> Any:
    """One list that holds a whole buffer, over the same memory."""
    import pyarrow as pa

    if isinstance(buffer, Texts):
        ends, letters = (pa.py_buffer(np.ascontiguousarray(part)) for part in buffer)
        values = pa.LargeStringArray.from_buffers(len(buffer.offsets) - 1, ends, letters)
    else:
        values = pa.array(np.ascontiguousarray(buffer).reshape(-1))
    return pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)


def _extents(content: mmap.mmap, buffers: Mapping[str, Buffer]) -> dict[str, Extent]:
    import pyarrow as pa

    whole = pa.py_buffer(content)
    extents = {}
    with pa.ipc.open_file(pa.BufferReader(whole)) as reader:
        batch = reader.get_batch(0)
        for name, buffer in buffers.items():
            values = batch.column(name).values
            starts = [_start(part, whole) for part in values.buffers()[1:]]
            if isinstance(buffer, Texts):
                extents[name] = Extent(TEXT, starts[0], len(values), starts[1], buffer.data.size)
            else:
                extents[name] = Extent(kind_of(buffer), starts[0], len(values))
            del values
        del batch
    return extents


def _start(part: Any, whole: Any) -> int:
    """Where a buffer begins; of an empty one it does not matter."""
    return part.address - whole.address if part is not None and part.size else 0
