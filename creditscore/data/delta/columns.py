"""A table of a portfolio as plain Arrow columns, stretch by stretch: what other programs can read too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Int64
from creditscore._ground.instants import NEVER
from creditscore.data.door.build import Parts
from creditscore.data.door.draft import Coded, Draft
from creditscore.data.folder.redrafting import redrafted
from creditscore.data.tables.contracts import TableContract
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.parties import WITH_THE_APPLICATION
from creditscore.data.visible import SUPERSEDED

if TYPE_CHECKING:
    import pyarrow as pa

_STRETCH: Final = 1 << 19
_CURRENCY: Final = "currency"
_UNTIL: Final = "superseded_time"


def batches(parts: Parts, name: str) -> pa.RecordBatchReader:
    """Read a table as Arrow record batches, in stored order: ids and labels as given, times in UTC.

    Columns are those of the contract, in its order, then further ones; a row that counts no more from some
    moment on says since when (`superseded_time`). What the door fills in where nothing was said is written
    out, so that the rows mean the same wherever they are read.

    Parameters
    ----------
    parts : Parts
    name : str
        Of the table.
    """
    import pyarrow as pa

    table = parts.tables[name]
    first = _batch(parts, table, np.empty(0, np.int64))
    return pa.RecordBatchReader.from_batches(first.schema, _all_batches(parts, table))


def _all_batches(parts: Parts, table: EventTable) -> Iterator[pa.RecordBatch]:
    for start in range(0, table.n_rows, _STRETCH):
        yield _batch(parts, table, np.arange(start, min(start + _STRETCH, table.n_rows)))


def _batch(parts: Parts, table: EventTable, rows: Int64) -> pa.RecordBatch:
    import pyarrow as pa

    draft = redrafted(parts, table, rows)
    columns = {name: _labelled(coded) for name, coded in draft.coded.items()}
    columns |= {name: _instants(times.at) for name, times in draft.times.items()}
    columns |= {name: pa.array(values, mask=np.isnan(values)) for name, values in draft.numbers.items()}
    if (table.times[SUPERSEDED] != NEVER).any():
        columns[_UNTIL] = _instants(_until(draft))
    if parts.currency and _CURRENCY in draft.contract.declared:
        columns[_CURRENCY] = pa.repeat(parts.currency, rows.size)
    named = _in_order(draft.contract, columns)
    return pa.RecordBatch.from_arrays([columns[name] for name in named], names=named)


def _until(draft: Draft) -> Int64:
    return np.full(draft.n_rows, NEVER) if draft.superseded is None else draft.superseded


def _labelled(coded: Coded) -> Any:
    import pyarrow as pa

    as_text = isinstance(coded.labels, tuple)
    labels = pa.array(coded.labels, pa.string() if as_text else pa.int64())
    return labels.take(pa.array(coded.codes, mask=coded.codes < 0))


def _instants(at: Int64) -> Any:
    import pyarrow as pa

    unsaid = (at == NEVER) | (at == WITH_THE_APPLICATION)
    return pa.array(at, mask=unsaid).cast(pa.timestamp("us", "UTC"))


def _in_order(contract: TableContract, columns: dict[str, Any]) -> list[str]:
    declared = [name for name in contract.declared if name in columns]
    return [*declared, *sorted(columns.keys() - set(declared))]


def one_row(plain: Mapping[str, Any]) -> pa.RecordBatchReader:
    """Make a table of one row, each column of the type of its value."""
    import pyarrow as pa

    return pa.Table.from_pylist([dict(plain)]).to_reader()
