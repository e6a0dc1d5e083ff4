"""Take out of what was given all that a law forbids for a purpose, so that nothing behind can read it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from creditscore.data.applications import Applications
from creditscore.data.door.build import Parts
from creditscore.data.network.index import build_network
from creditscore.data.portfolio import Portfolio
from creditscore.data.sources import SOURCES
from creditscore.data.tables.events import EventTable
from creditscore.law.leaving import tables_of_tags
from creditscore.law.named import tags_of_name

# Of their rows the indexes of a network are made.
_OF_NETWORK: Final = frozenset(
    table for one in SOURCES.values() if "social_network" in one.legal_tags for table in one.tables
)
# Columns whose labels say of what kind the data of a row are.
_LABELLED: Final = {"ties": "layer", "activities": "kind"}


def lawful(
    applications: Applications, portfolio: Portfolio, forbidden: frozenset[str]
) -> tuple[Applications, Portfolio]:
    """Return what is left once columns and tables of forbidden kinds are gone.

    A table goes whole if its source carries a forbidden tag, a column of the applications, a layer of ties or
    a kind of acts if its name says that it does. What is left is as if the rest had never been given: the
    same bits of every result.

    Parameters
    ----------
    applications : Applications
    portfolio : Portfolio
    forbidden : frozenset of str
        Legal tags, from `Jurisdiction.forbidden`.

    Returns
    -------
    applications : Applications
    portfolio : Portfolio
        The very ones that were given where nothing of them leaves.
    """
    left = without_rows(without_tables(portfolio, tables_of_tags(forbidden)), forbidden)
    return without_columns(applications, forbidden), left


def without_columns(applications: Applications, forbidden: frozenset[str]) -> Applications:
    """Leave out the columns of the applications whose names carry a forbidden tag."""
    gone = forbidden_columns(applications, forbidden)
    if not gone:
        return applications
    numeric = {name: None for name in gone if name in applications.numeric}
    return applications.with_attributes(numeric, {name: None for name in gone if name not in numeric})


def forbidden_columns(applications: Applications, forbidden: frozenset[str]) -> tuple[str, ...]:
    """Return the columns of the applications whose names carry a forbidden tag."""
    if not forbidden:
        return ()
    named = (*applications.numeric, *applications.text, *applications.moments)
    return tuple(name for name in named if tags_of_name(name) & forbidden)


def without_tables(portfolio: Portfolio, gone: frozenset[str]) -> Portfolio:
    """Leave out tables; indexes of a network are made anew where one of its tables leaves."""
    if gone.isdisjoint(portfolio.tables):
        return portfolio
    kept = {name: table for name, table in portfolio.tables.items() if name not in gone}
    return with_tables(portfolio, kept, network_changed=not _OF_NETWORK.isdisjoint(gone))


def without_rows(portfolio: Portfolio, forbidden: frozenset[str]) -> Portfolio:
    """Leave out rows whose label names data of a forbidden kind, such as ties out of an address book."""
    changed = {}
    for name, column in _LABELLED.items() if forbidden else ():
        table = portfolio.tables.get(name)
        labels = () if table is None else table.vocabularies.get(column, ())
        gone = [code for code, label in enumerate(labels) if tags_of_name(str(label)) & forbidden]
        if table is not None and gone:
            changed[name] = table.keeping(~np.isin(table.column(column), gone))
    if not changed:
        return portfolio
    return with_tables(portfolio, {**portfolio.tables, **changed}, network_changed="ties" in changed)


def with_tables(
    portfolio: Portfolio, tables: Mapping[str, EventTable], *, network_changed: bool
) -> Portfolio:
    """Return the portfolio with other tables of the same people and loans."""
    parts = {name: getattr(portfolio, name) for name in Parts._fields}
    parts["tables"] = MappingProxyType(dict(tables))
    if network_changed:
        parts["network"] = build_network(tables, portfolio.people.labels, portfolio.privacy)
    return Portfolio.of_parts(Parts(**parts))
