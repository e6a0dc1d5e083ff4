"""The rows of a table as they are: every row known before the moment, with all its columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.data.sources import OF_PERSONS
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
    """Return the rows of a table, by its name, as `visible_rows` does; of all ids of a person as one."""
    table, network = chunk.portfolio.tables[name], chunk.portfolio.network
    if network is None or name not in OF_PERSONS:
        return visible_rows(table, chunk.owners, chunk.as_of)
    who = network.identities
    parts = [visible_rows(table, ids, chunk.as_of) for ids in who.each_id(chunk.owners, chunk.as_of)]
    rows = parts[0] if who.is_plain else _as_one(table, parts)
    met = table.code_columns.index("other_id") if "other_id" in table.code_columns else -1
    if who.is_plain or name != "activities" or met < 0:
        return rows
    codes = rows.codes.copy()
    for moment, start, stop in zip(chunk.as_of, rows.starts, rows.stops, strict=True):
        codes[met, start:stop] = who.as_persons(codes[met, start:stop], network.contacts, moment)
    return rows._replace(codes=codes)


def _as_one(table: EventTable, parts: list[Rows]) -> Rows:
    """Put the rows of several ids of each person into one order, by time."""
    stops = np.cumsum(np.sum([part.stops - part.starts for part in parts], axis=0))
    origin = np.empty(int(stops[-1]) if stops.size else 0, np.int64)
    starts = np.append(0, stops[:-1]) if stops.size else stops.copy()
    for r in range(stops.size):
        rows = np.concatenate(
            [
                part.origin[part.starts[r] : part.stops[r]]
                if part.origin.size
                else np.arange(part.starts[r], part.stops[r])
                for part in parts
            ]
        )
        origin[starts[r] : stops[r]] = rows[np.argsort(table.times[0][rows], kind="stable")]
    return Rows(
        starts, stops, table.times[0][origin], table.values[:, origin], table.codes[:, origin], origin
    )


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
