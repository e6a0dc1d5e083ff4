"""Whether a source was there at the moment: what tells absent (NaN) from nothing happened (0)."""

from __future__ import annotations

import numpy as np

from creditscore._ground.arrays import Flags, Int32, Int64
from creditscore._ground.compiled import compiled
from creditscore.data.network.pairs import Pairs
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, MINIMUM_TABLES, find_source
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import fact_known, has_happened, is_visible, was_known


@compiled
def any_known(offsets: Int64, times: Int64, owners: Int64, as_of: Int64, covered: Flags) -> None:
    """Mark the owners that have a row known before the moment.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_owners + 1,)
    times : ndarray of int64, shape (n_times, n_rows)
        Microseconds.
    owners : ndarray of int64, shape (n,)
        Their codes; -1 is nobody.
    as_of : ndarray of int64, shape (n,)
        Microseconds.
    covered : ndarray of bool, shape (n,)
        Set where it is so, else left as it is.
    """
    for r in range(owners.size):
        if owners[r] < 0 or covered[r]:
            continue
        for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
            if was_known(times, row, as_of[r]):
                covered[r] = True
                break


@compiled
def any_tied(pairs: Pairs, times: Int64, owners: Int64, as_of: Int64, covered: Flags) -> None:
    """Mark the owners to whom a tie was known before the moment, at either end.

    Parameters
    ----------
    pairs : Pairs
    times : ndarray of int64, shape (n_times, n_rows)
        Of the ties, in microseconds.
    owners : ndarray of int64, shape (n,)
        Their codes; -1 is nobody.
    as_of : ndarray of int64, shape (n,)
        Microseconds.
    covered : ndarray of bool, shape (n,)
        Set where it is so, else left as it is.
    """
    for r in range(owners.size):
        if owners[r] < 0 or covered[r]:
            continue
        first = pairs.entries[pairs.offsets[owners[r]]]
        for e in range(first, pairs.entries[pairs.offsets[owners[r] + 1]]):
            if was_known(times, pairs.rows[e], as_of[r]):
                covered[r] = True
                break


@compiled
def any_connected(
    offsets: Int64, times: Int64, ended: int, sources: Int32, source: int, owners: Int64, as_of: Int64,
    covered: Flags,
) -> None:  # fmt: skip
    """Mark the owners that had connected the source before the moment and not yet disconnected it.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_owners + 1,)
    times : ndarray of int64, shape (n_times, n_rows)
        Of the connections, in microseconds.
    ended : int
        Row of ``disconnected_time`` among them, -1 without one.
    sources : ndarray of int32, shape (n_rows,)
        Codes of sources.
    source : int
        The code that is asked for.
    owners : ndarray of int64, shape (n,)
        Their codes; -1 is nobody.
    as_of : ndarray of int64, shape (n,)
        Microseconds.
    covered : ndarray of bool, shape (n,)
        Set where it is so, else left as it is.
    """
    for r in range(owners.size):
        if owners[r] < 0:
            continue
        for row in range(offsets[owners[r]], offsets[owners[r] + 1]):
            known = has_happened(times, row, as_of[r]) and is_visible(times, row, as_of[r])
            over = fact_known(times, ended, row, as_of[r])
            if known and sources[row] == source and not over:
                covered[r] = True
                break


def covered_by(source: str, portfolio: Portfolio, owners: Int64, as_of: Int64) -> Flags:
    """Tell for each application whether a source was there.

    The table ``connections`` decides. Without it, `creditscore.data.sources` says whom the source covers:
    the lender's own loans cover everyone, and every other source covers those who have at least one row known
    before the moment; a tie is a row of both its ends. What is known of someone's standing is no source of
    their own features.

    Parameters
    ----------
    source : str
        One of the declared sources.
    portfolio : Portfolio
        The tables.
    owners, as_of : ndarray of int64, shape (n_applications,)
        Applicant codes (-1 unknown) and moments in microseconds.

    Returns
    -------
    ndarray of bool, shape (n_applications,)

    Raises
    ------
    NameUnknownError
        If there is no such source.
    """
    declared = find_source(source)
    covered = np.full(owners.size, declared.coverage == "always")
    if declared.coverage == "always":
        return covered
    tables = [portfolio.tables[name] for name in declared.shown_by if name in portfolio.tables]
    connections = portfolio.tables.get(CONNECTIONS)
    if connections is not None:
        if tables:
            _connected(connections, source, owners, as_of, covered)
    elif declared.coverage == "all_if_any":
        covered[:] = bool(tables)
    else:
        for table in tables:
            _mark_known(table, portfolio, owners, as_of, covered)
    return covered


def known_at_all(portfolio: Portfolio, owners: Int64, as_of: Int64) -> Flags:
    """Tell for each application whether any row that counts as minimum data was known before the moment.

    Parameters
    ----------
    portfolio : Portfolio
    owners, as_of : ndarray of int64, shape (n_applications,)
        Applicant codes (-1 unknown) and moments in microseconds.

    Returns
    -------
    ndarray of bool, shape (n_applications,)
    """
    known = np.zeros(owners.size, np.bool_)
    for name in MINIMUM_TABLES:
        table = portfolio.tables.get(name)
        if table is not None:
            _mark_known(table, portfolio, owners, as_of, known)
    return known


def _mark_known(table: EventTable, portfolio: Portfolio, owners: Int64, as_of: Int64, known: Flags) -> None:
    any_known(table.offsets, table.times, owners, as_of, known)
    if table.name == "ties" and portfolio.network is not None:
        any_tied(portfolio.network.ties, table.times, owners, as_of, known)


def _connected(connections: EventTable, source: str, owners: Int64, as_of: Int64, covered: Flags) -> None:
    labels = connections.vocabularies["source"]
    if source not in labels:
        return
    times = connections.time_columns
    ended = times.index("disconnected_time") if "disconnected_time" in times else -1
    any_connected(
        connections.offsets, connections.times, ended, connections.codes[connections.row("source")],
        labels.index(source), owners, as_of, covered,
    )  # fmt: skip
