"""Inquiries, those within 14 days of each other taken as one search for credit."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY
from creditscore.data.loans.allocation import owner_span
from creditscore.data.visible import has_happened, is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.loans.rows.loan_rows import Kernel, no_rows
from creditscore.features.rows import Rows
from creditscore.features.view import View, ViewColumn

ONE_SEARCH: Final = 14 * DAY

INQUIRY_COLUMNS: Final = (ViewColumn("inquiries", "inquiries that were taken together", "count"),)


@compiled
def _fill(
    offsets: NDArray[np.int64], table: NDArray[np.int64], codes: NDArray[np.int64], as_of: NDArray[np.int64]
) -> Kernel:
    n = 0
    for code in codes:
        first, last = owner_span(offsets, code)
        n += last - first
    starts, stops = np.zeros(codes.size, np.int64), np.zeros(codes.size, np.int64)
    times, values = np.empty(n, np.int64), np.empty((1, n), np.float64)
    at = 0
    for r in range(codes.size):
        starts[r] = at
        first, last = owner_span(offsets, codes[r])
        for row in range(first, last):
            if not has_happened(table, row, as_of[r]) or not is_visible(table, row, as_of[r]):
                continue
            if at > starts[r] and table[0, row] - times[at - 1] < ONE_SEARCH:
                values[0, at - 1] += 1.0
                continue
            times[at], values[0, at] = table[0, row], 1.0
            at += 1
        stops[r] = at
    return starts, stops, times, values, np.empty((0, n), np.int32), np.empty(0, np.int64)


def _build(chunk: Chunk) -> Rows:
    table = chunk.portfolio.tables.get("inquiries")
    if table is None:
        return no_rows(chunk.owners.size, len(INQUIRY_COLUMNS))
    return Rows(*_fill(table.offsets, table.times, chunk.owners, chunk.as_of))


VIEWS: Final = (
    View(
        "inquiry_clusters",
        "A search for credit: an inquiry and all within 14 days after it; time: the first one's.",
        "inquiries",
        ("inquiries",),
        INQUIRY_COLUMNS,
        (),
        _build,
    ),
)
