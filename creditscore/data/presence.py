"""Portfolios in which whole groups of sources are not there, as whoever never connected them looks."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from types import MappingProxyType
from typing import Final

import numpy as np

from creditscore.data.door.build import Parts
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import CONNECTIONS, SOURCE_GROUPS, SOURCES
from creditscore.data.tables.events import EventTable
from creditscore.errors import NameUnknownError

# Every combination of groups of which at least one is there, all of them first.
COMBINATIONS: Final = tuple(
    chosen
    for size in range(len(SOURCE_GROUPS), 0, -1)
    for chosen in itertools.combinations(SOURCE_GROUPS, size)
)


def groups_in(portfolio: Portfolio) -> tuple[str, ...]:
    """Name the groups of sources of which a portfolio has a table.

    Examples
    --------
    >>> from creditscore.data.portfolio import Portfolio
    >>> inquiry = {"applicant_id": 7, "event_time": "2024-05-31T12:00:00+00:00"}
    >>> groups_in(Portfolio.from_records({"inquiries": [inquiry]}))
    ('repayments',)
    """
    return tuple(name for name in SOURCE_GROUPS if not _tables({name}).isdisjoint(portfolio.tables))


def with_groups_alone(portfolio: Portfolio, groups: Collection[str]) -> Portfolio:
    """Return a portfolio without the tables of all groups of sources but some.

    Tables of no group stay. Of the connections, those of sources that were taken away go with them: to have
    connected a source and to have no table of it is another matter than never to have connected it.

    Parameters
    ----------
    portfolio : Portfolio
        Not changed; what stays is shared.
    groups : collection of str
        ``payments`` (with bills), ``repayments`` (loans, cards, inquiries), ``social``, ``digital``.

    Raises
    ------
    NameUnknownError
        If there is no such group.

    Examples
    --------
    >>> from creditscore.data.portfolio import Portfolio
    >>> inquiry = {"applicant_id": 7, "event_time": "2024-05-31T12:00:00+00:00"}
    >>> payment = inquiry | {"amount": -40.0}
    >>> portfolio = Portfolio.from_records({"inquiries": [inquiry], "payments": [payment]})
    >>> list(with_groups_alone(portfolio, ["repayments"]).tables)
    ['inquiries']
    """
    for name in groups:
        if name not in SOURCE_GROUPS:
            raise NameUnknownError.among("group of sources", name, tuple(SOURCE_GROUPS))
    absent = set(SOURCE_GROUPS) - set(groups)
    gone, sources = _tables(absent), {source for name in absent for source in SOURCE_GROUPS[name]}
    tables = {name: table for name, table in portfolio.tables.items() if name not in gone}
    if CONNECTIONS in tables:
        tables[CONNECTIONS] = _connected_elsewhere(tables[CONNECTIONS], sources)
    parts = Parts.of(portfolio)._replace(tables=MappingProxyType(tables))
    return Portfolio.of_parts(parts._replace(network=None) if "social" in absent else parts)


def _tables(groups: Collection[str]) -> set[str]:
    return {table for name in groups for source in SOURCE_GROUPS[name] for table in SOURCES[source].tables}


def _connected_elsewhere(table: EventTable, sources: Collection[str]) -> EventTable:
    """Leave out the connections of some sources."""
    labels = table.vocabularies["source"]
    gone = [code for code, label in enumerate(labels) if label in sources]
    return table.keeping(~np.isin(table.column("source"), gone))
