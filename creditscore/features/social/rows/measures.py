"""The measures that hold at the moment: a row without a value takes back what was known of its measure."""

from __future__ import annotations

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32, Int64
from creditscore._ground.compiled import compiled
from creditscore.features.chunk import Chunk
from creditscore.features.raw_view import known_rows
from creditscore.features.rows import Rows

VERSION = 2


def holding_measures(chunk: Chunk) -> Rows:
    """Return the measures that were known, but for those that were no longer defined since."""
    table, rows = chunk.portfolio.tables["measures"], known_rows("measures", chunk)
    value, measure = table.value_columns, table.code_columns.index("measure")
    if "value" not in value:
        return rows
    n_measures = len(table.vocabularies["measure"])
    values, codes = rows.values[value.index("value")], rows.codes[measure]
    holds, ended = _holds(rows.starts, rows.stops, values, codes, n_measures)
    if not ended:
        return rows
    starts, stops, kept = _chosen(rows.starts, rows.stops, holds)
    origin = rows.origin[kept] if rows.origin.size else kept
    return Rows(starts, stops, rows.times[kept], rows.values[:, kept], rows.codes[:, kept], origin)


@compiled
def _holds(starts: Int64, stops: Int64, value: Float64, measure: Int32, n_measures: int) -> tuple[Flags, int]:
    """Whether each row holds, and how many do not.

    Arrays: ``starts``, ``stops`` shape (n_applications,); ``value``, ``measure`` shape (n_rows,). Returns
    shape (n_chosen,) by application.
    """
    ended, position = np.full(n_measures, -1), 0
    holds = np.zeros((stops - starts).sum(), np.bool_)
    lost = 0
    for r in range(starts.size):
        for row in range(stops[r] - 1, starts[r] - 1, -1):
            if np.isnan(value[row]):
                ended[measure[row]] = r
            gone = ended[measure[row]] == r
            holds[position + row - starts[r]] = not gone
            lost += gone
        position += stops[r] - starts[r]
    return holds, lost


@compiled
def _chosen(starts: Int64, stops: Int64, holds: Flags) -> tuple[Int64, Int64, Int64]:
    """The bounds of what holds, and where it stands.

    Arrays: ``starts``, ``stops`` shape (n_applications,); ``holds`` shape (n_chosen,).
    """
    begins, ends, kept = np.empty_like(starts), np.empty_like(stops), np.empty(holds.sum(), np.int64)
    position, n = 0, 0
    for r in range(starts.size):
        begins[r] = n
        for row in range(starts[r], stops[r]):
            if holds[position]:
                kept[n] = row
                n += 1
            position += 1
        ends[r] = n
    return begins, ends, kept
