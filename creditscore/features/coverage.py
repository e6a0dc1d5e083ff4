"""Whether a source was there at the moment: what tells absent (NaN) from nothing happened (0)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled
from creditscore.data.network.pairs import Pairs
from creditscore.data.portfolio import Portfolio
from creditscore.data.tables.events import EventTable

I8 = NDArray[np.int64]

SOURCES: Final = MappingProxyType(
    {
        "application": (),
        "payments": ("payments",),
        "bills": ("bills",),
        "loans": ("loans", "statements"),
        "inquiries": ("inquiries",),
        "ties": ("ties",),
        "memberships": ("memberships",),
        "activities": ("activities",),
        "measures": ("measures",),
    }
)


@compiled
def any_known(offsets: I8, times: I8, owners: I8, as_of: I8, covered: NDArray[np.bool_]) -> None:
    """Mark the owners that have a row known before the moment."""
    for r in range(owners.size):
        if owners[r] < 0 or covered[r]:
            continue
        for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
            if times[1, row] < as_of[r]:
                covered[r] = True
                break


@compiled
def any_tied(pairs: Pairs, times: I8, owners: I8, as_of: I8, covered: NDArray[np.bool_]) -> None:
    """Mark the owners to whom a tie was known before the moment, at either end."""
    for r in range(owners.size):
        if owners[r] < 0 or covered[r]:
            continue
        first = pairs.entries[pairs.offsets[owners[r]]]
        for e in range(first, pairs.entries[pairs.offsets[owners[r] + 1]]):
            if times[1, pairs.rows[e]] < as_of[r]:
                covered[r] = True
                break


@compiled
def any_connected(
    offsets: I8, times: I8, ended: int, sources: NDArray[np.int32], source: int, owners: I8, as_of: I8,
    covered: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Mark the owners that had connected the source before the moment and not yet disconnected it."""
    for r in range(owners.size):
        if owners[r] < 0:
            continue
        for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
            known = times[1, row] < as_of[r] and not times[2, row] < as_of[r]
            over = ended >= 0 and times[ended, row] < as_of[r] and times[ended + 1, row] < as_of[r]
            if known and times[0, row] < as_of[r] and sources[row] == source and not over:
                covered[r] = True
                break


def covered_by(source: str, portfolio: Portfolio, owners: I8, as_of: I8) -> NDArray[np.bool_]:
    """Tell for each application whether a source was there.

    The table ``connections`` decides. Without it, the lender's own loans cover everyone, and every other
    source covers those who have at least one row known before the moment; a tie is a row of both its ends.
    What is known of someone's standing is no source of their own features.

    Parameters
    ----------
    source : str
        One of ``SOURCES``, or the name of a table.
    portfolio : Portfolio
        The tables.
    owners, as_of : ndarray of int64, shape (n_applications,)
        Applicant codes (-1 unknown) and moments in microseconds.

    Returns
    -------
    ndarray of bool, shape (n_applications,)
    """
    covered = np.zeros(owners.size, np.bool_)
    if source == "application":
        covered[:] = True
        return covered
    tables = [portfolio.tables[name] for name in SOURCES.get(source, (source,)) if name in portfolio.tables]
    connections = portfolio.tables.get("connections")
    if connections is not None:
        if tables:
            _connected(connections, source, owners, as_of, covered)
    elif source == "loans":
        covered[:] = bool(tables)
    else:
        for table in tables:
            _mark_known(table, portfolio, owners, as_of, covered)
    return covered


def known_at_all(portfolio: Portfolio, owners: I8, as_of: I8) -> NDArray[np.bool_]:
    """Tell for each application whether any row of any source was known before the moment."""
    known = np.zeros(owners.size, np.bool_)
    for names in SOURCES.values():
        for name in names:
            table = portfolio.tables.get(name)
            if table is not None:
                _mark_known(table, portfolio, owners, as_of, known)
    return known


def _mark_known(
    table: EventTable, portfolio: Portfolio, owners: I8, as_of: I8, known: NDArray[np.bool_]
) -> None:
    any_known(table.offsets, table.times, owners, as_of, known)
    if table.name == "ties" and portfolio.network is not None:
        any_tied(portfolio.network.ties, table.times, owners, as_of, known)


def _connected(
    connections: EventTable, source: str, owners: I8, as_of: I8, covered: NDArray[np.bool_]
) -> None:
    labels = connections.vocabularies["source"]
    if source not in labels:
        return
    times = connections.time_columns
    ended = times.index("disconnected_time") if "disconnected_time" in times else -1
    any_connected(
        connections.offsets, connections.times, ended, connections.codes[connections.row("source")],
        labels.index(source), owners, as_of, covered,
    )  # fmt: skip
