"""Whether a source was there at the moment: what tells absent (NaN) from nothing happened (0)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from creditscore._ground.arrays import Flags, Int32, Int64
from creditscore._ground.compiled import compiled
from creditscore.data.consented import clear_disallowed
from creditscore.data.network.bonds import Bonds, last_bond
from creditscore.data.network.lives import Lives, is_alive
from creditscore.data.network.pairs import Pairs
from creditscore.data.network.withheld import Withheld, is_withheld
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, CONSENTS, MINIMUM_TABLES, OF_PERSONS, SOURCES, find_source
from creditscore.data.tables.events import EventTable
from creditscore.data.terms import NO_TERMS
from creditscore.data.visible import fact_known, has_happened, is_visible


@compiled
def any_known(offsets: Int64, times: Int64, owners: Int64, as_of: Int64, covered: Flags) -> None:
    """Mark the owners that have a row known before the moment, neither replaced nor voided by then.

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
            if is_visible(times, row, as_of[r]):
                covered[r] = True
                break


@compiled
def any_agreed(pairs: Pairs, lives: Lives, bonds: Bonds, owners: Int64, as_of: Int64, covered: Flags) -> None:
    """Mark the owners who were known before the moment to have agreed to a tie with one who agreed too.

    What one end alone says marks nobody: anybody could say it of anyone.

    Parameters
    ----------
    pairs : Pairs
        Of nodes.
    lives : Lives
        Of nodes.
    bonds : Bonds
        When both ends of each pair agreed.
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
        for pair in range(pairs.offsets[owners[r]], pairs.offsets[owners[r] + 1]):
            if is_alive(lives, pairs.targets[pair], as_of[r]) and last_bond(bonds, pair, as_of[r]) >= 0:
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


@compiled
def clear_withheld(withheld: Withheld, owners: Int64, as_of: Int64, covered: Flags) -> None:
    """Clear the mark of owners who had withdrawn their consent before the moment and not given it again.

    Parameters
    ----------
    withheld : Withheld
    owners, as_of : ndarray of int64, shape (n,)
        Their codes, -1 for nobody, and moments in microseconds.
    covered : ndarray of bool, shape (n,)
        Cleared where it is so, else left as it is.
    """
    for r in range(owners.size):
        if owners[r] >= 0 and is_withheld(withheld, owners[r], as_of[r]):
            covered[r] = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """How to tell whom a source covers, where a portfolio has certain tables.

    Attributes
    ----------
    source : str
    everyone : bool or None
        Whether it covers everyone or no one; None where that depends on the person.
    tables : tuple of str
        Tables of which a row that was known shows that the source was there.
    by_connections : bool
        Whether the table ``connections`` decides, and not these rows.
    """

    source: str
    everyone: bool | None
    tables: tuple[str, ...]
    by_connections: bool


def coverage_of(source: str, tables: Collection[str]) -> Coverage:
    """Say how to tell whom a source covers.

    The table ``connections`` decides. Without it, `creditscore.data.sources` says whom the source covers:
    the lender's own loans cover everyone, and every other source covers those who have at least one row known
    before the moment; of ties, those who are known to have agreed to one with somebody who agreed too, in a
    layer that ties people. What is known of someone's standing is no source of
    their own features.

    Parameters
    ----------
    source : str
        One of the declared sources.
    tables : collection of str
        The tables that there are.

    Raises
    ------
    NameUnknownError
        If there is no such source.

    Examples
    --------
    >>> coverage_of("loans", ["loans", "payments"]).everyone
    True
    >>> coverage_of("payments", ["loans", "payments"])
    Coverage(source='payments', everyone=None, tables=('payments',), by_connections=False)
    """
    return _coverage(source, tuple(tables))


@lru_cache(maxsize=1_024)
def _coverage(source: str, tables: tuple[str, ...]) -> Coverage:
    declared = find_source(source)
    shown_by = tuple(name for name in declared.shown_by if name in tables)
    by_connections = CONNECTIONS in tables
    everyone: bool | None = None
    if declared.coverage == "always":
        everyone = True
    elif not shown_by:
        everyone = False
    elif declared.coverage == "all_if_any" and not by_connections:
        everyone = True
    return Coverage(source, everyone, shown_by, by_connections)


def covered_by(coverage: Coverage, portfolio: Portfolio, owners: Int64, as_of: Int64) -> Flags:
    """Tell for each application whether a source was there.

    Parameters
    ----------
    coverage : Coverage
        Of the source, made for the tables of this portfolio.
    portfolio : Portfolio
    owners, as_of : ndarray of int64, shape (n_applications,)
        Applicant codes (-1 unknown) and moments in microseconds.

    Returns
    -------
    ndarray of bool, shape (n_applications,)
    """
    covered = np.zeros(owners.size, np.bool_)
    if coverage.everyone is not None:
        covered[:] = coverage.everyone
    elif coverage.by_connections:
        _connected(portfolio.tables[CONNECTIONS], coverage.source, owners, as_of, covered)
    else:
        _mark_known(coverage.tables, portfolio, owners, as_of, covered)
    if coverage.source == "ties" and portfolio.network is not None:
        nodes = portfolio.network.identities.nodes(owners, as_of)
        clear_withheld(portfolio.network.agreed.withheld, nodes, as_of, covered)
    if coverage.everyone is not True or coverage.tables:
        clear_disallowed(portfolio, coverage.source, owners, as_of, covered)
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
    if portfolio.terms == NO_TERMS and CONSENTS not in portfolio.tables:
        _mark_known(MINIMUM_TABLES, portfolio, owners, as_of, known)
        return known
    for source in SOURCES.values():
        if source.minimum_data and any(name in portfolio.tables for name in source.shown_by):
            found = np.zeros(owners.size, np.bool_)
            _mark_known(source.shown_by, portfolio, owners, as_of, found)
            clear_disallowed(portfolio, source.name, owners, as_of, found)
            known |= found
    return known


def _mark_known(
    names: Iterable[str], portfolio: Portfolio, owners: Int64, as_of: Int64, known: Flags
) -> None:
    """Mark the owners of whom a row of one of these tables, as far as they are there, was known."""
    for name in names:
        table = portfolio.tables.get(name)
        if table is None:
            continue
        network = portfolio.network
        if network is None or name not in OF_PERSONS:
            any_known(table.offsets, table.times, owners, as_of, known)
        elif name != "ties":
            for ids in network.identities.each_id(owners, as_of):
                any_known(table.offsets, table.times, ids, as_of, known)
        elif not known.all():
            who, bonds = network.identities, network.agreed.of_layers()
            any_agreed(network.ties, who.lives, bonds, who.nodes(owners, as_of), as_of, known)


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
