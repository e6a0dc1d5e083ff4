"""The rows of a table as they are: every row known before the moment, with all its columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import is_visible
from creditscore.features.chunk import Chunk
from creditscore.features.rows import Rows

I8 = NDArray[np.int64]


@compiled
def count_before(offsets: I8, times: I8, owners: I8, as_of: I8, starts: I8, stops: I8) -> None:
    """Find the prefix of each owner's rows that lies before the moment.

    Arrays: ``offsets`` shape (n_owners + 1,); ``times`` shape (n_rows,) in microseconds; ``owners`` shape
    (n_applications,), -1 for nobody; ``as_of`` shape (n_applications,) in microseconds; ``starts``, ``stops``
    shape (n_applications,).
    """
    for r in range(owners.size):
        owner = owners[r]
        if owner < 0:
            starts[r] = 0
            stops[r] = 0
            continue
        low = offsets[owner]
        high = offsets[owner + 1]
        starts[r] = low
        while low < high:
            half = (low + high) // 2
            if times[half] < as_of[r]:
                low = half + 1
            else:
                high = half
        stops[r] = low


@compiled
def keep_visible(times: NDArray[np.int64], as_of: I8, starts: I8, stops: I8, origin: I8) -> int:
    """List the rows that were known and not yet corrected; rewrite the bounds to positions in the list.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``as_of`` shape (n_applications,) in
    microseconds; ``starts``, ``stops`` shape (n_applications,); ``origin`` shape (n_rows,).
    """
    kept = 0
    for r in range(as_of.size):
        first = kept
        for row in range(starts[r], stops[r]):
            if is_visible(times, row, as_of[r]):
                origin[kept] = row
                kept += 1
        starts[r] = first
        stops[r] = kept
    return kept


def known_rows(name: str, chunk: Chunk) -> Rows:
    """Return the rows of a table, by its name, as `visible_rows` gives them."""
    return visible_rows(chunk.portfolio.tables[name], chunk.owners, chunk.as_of)


def visible_rows(table: EventTable, owners: I8, as_of: I8) -> Rows:
    """Return the rows of each owner that were known before the moment, with every column of the table.

    Parameters
    ----------
    table : EventTable
        Rows owned by applicants.
    owners : ndarray of int64, shape (n_applications,)
        Applicant codes; -1 has no rows.
    as_of : ndarray of int64, shape (n_applications,)
        Moments in microseconds; exclusive.

    Returns
    -------
    Rows
        Without a copy where nothing in the table was known late or corrected.
    """
    starts = np.empty(owners.size, np.int64)
    stops = np.empty(owners.size, np.int64)
    count_before(table.offsets, table.times[0], owners, as_of, starts, stops)
    if table.plain:
        return Rows(starts, stops, table.times[0], table.values, table.codes, np.empty(0, np.int64))
    origin = np.empty(int((stops - starts).sum()), np.int64)
    origin = origin[: keep_visible(table.times, as_of, starts, stops, origin)]
    return Rows(
        starts, stops, table.times[0][origin], table.values[:, origin], table.codes[:, origin], origin
    )
