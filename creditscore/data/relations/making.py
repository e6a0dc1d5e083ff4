"""Make the typed graph of a portfolio from the rows that were known before a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Int64, distinct, read_only
from creditscore.data.consented import Holding, allowed_at
from creditscore.data.door.raw import Labels
from creditscore.data.payments.paid import purchases_from_merchants, wages
from creditscore.data.relations.values import EDGES, NODES, GraphEdges, PortfolioGraph
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, facts_known, happened, visible


class _Rows(NamedTuple):
    """Rows of one kind: who, with what (codes of shape (n_rows,)), when, and in which layer (-1: none)."""

    who: Int64
    what: Int64
    at: Int64
    layer: Int64
    labels: Labels
    layers: tuple[str, ...] = ()


def make_graph(portfolio: Holding, moment: int, window: int) -> PortfolioGraph:
    """Make the graph; moment and window in microseconds.

    Ties and memberships count that were known and not known to have ended; payments and sessions that
    happened in the window. Nothing counts of whom a consent to the source is lacking, nor of a source that
    may not be read.
    """
    found = dict(_rows(portfolio, moment, window))
    edges = {kind: _edges(rows) for kind, rows in found.items()}
    there = {kind: _there(kind, edges) for kind in NODES}
    labels = {EDGES[kind]: rows.labels for kind, rows in found.items()} | {"person": portfolio.people.labels}
    as_of = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)
    return PortfolioGraph(
        as_of,
        {kind: _named(labels.get(kind, ()), there[kind]) for kind in NODES},
        {kind: _placed(some, there["person"], there[EDGES[kind]]) for kind, some in edges.items()},
    )


def _there(kind: str, edges: Mapping[str, GraphEdges]) -> Int64:
    """Codes of the nodes of a kind that have an edge, rising, shape (n_nodes,)."""
    ends = [some.targets for name, some in edges.items() if EDGES[name] == kind]
    ends += [some.sources for some in edges.values()] if kind == "person" else []
    return distinct(np.concatenate([np.empty(0, np.int64), *ends]))


def _placed(some: GraphEdges, people: Int64, others: Int64) -> GraphEdges:
    """The same edges by positions among nodes, in the stead of codes; nodes of shape (n_nodes,)."""
    sources = np.searchsorted(people, some.sources).astype(np.int64)
    targets = np.searchsorted(others, some.targets).astype(np.int64)
    for array in (sources, targets, some.count, some.first, some.last):
        read_only(array)
    return replace(some, sources=sources, targets=targets)


def _rows(portfolio: Holding, moment: int, window: int) -> Iterator[tuple[str, _Rows]]:
    """The rows of each kind of edge of which there is a table."""
    tables, first = portfolio.tables, moment - window
    if "ties" in tables:
        yield "tie", _of_ties(portfolio, tables["ties"], moment)
    if "memberships" in tables:
        table = tables["memberships"]
        kept = ~facts_known(table.times, table.row("end_time"), moment)
        yield "membership", _of(portfolio, table, "group_id", kept, moment)
    payments = tables.get("payments")
    if payments is not None and payments.row("counterparty_id") >= 0:
        recent = payments.times[HAPPENED] >= first
        for kind, kept in (("purchase", purchases_from_merchants(payments)), ("wage", wages(payments))):
            yield kind, _of(portfolio, payments, "counterparty_id", kept & recent, moment)
    sessions = tables.get("sessions")
    if sessions is not None and sessions.row("device") >= 0:
        yield "device_use", _of(portfolio, sessions, "device", sessions.times[HAPPENED] >= first, moment)


def _of(portfolio: Holding, table: EventTable, column: str, kept: Flags, moment: int) -> _Rows:
    who, what = _owners(table), table.column(column).astype(np.int64)
    kept = kept & _counting(table, moment) & (what >= 0) & allowed_at(portfolio, table.name, moment)[who]
    layer = np.full(int(kept.sum()), -1, np.int64)
    persons, labels = _persons(portfolio, moment), table.vocabularies[column]
    return _Rows(persons[who[kept]], what[kept], table.times[HAPPENED][kept], layer, labels)


def _of_ties(portfolio: Holding, table: EventTable, moment: int) -> _Rows:
    who, other = _owners(table), table.column("other_id").astype(np.int64)
    allowed, persons = allowed_at(portfolio, "ties", moment), _persons(portfolio, moment)
    kept = _counting(table, moment) & (other >= 0) & ~facts_known(table.times, table.row("end_time"), moment)
    kept &= allowed[who] & allowed[other]
    who, other = persons[who], persons[other]
    kept &= who != other
    layered = "layer" in table.code_columns
    layer = table.column("layer").astype(np.int64) if layered else np.full(table.n_rows, -1)
    layers = table.vocabularies["layer"] if layered else ()
    ends = np.minimum(who, other)[kept], np.maximum(who, other)[kept]
    names = tuple(map(str, layers))
    return _Rows(*ends, table.times[HAPPENED][kept], layer[kept], portfolio.people.labels, names)


def _owners(table: EventTable) -> Int64:
    return np.repeat(np.arange(table.n_owners), np.diff(table.offsets))


def _counting(table: EventTable, moment: int) -> Flags:
    return np.asarray(happened(table.times, moment) & visible(table.times, moment), np.bool_)


def _persons(portfolio: Holding, moment: int) -> Int64:
    """The first id of the person of each id, shape (n_ids,)."""
    codes = np.arange(len(portfolio.people), dtype=np.int64)
    if portfolio.network is None:
        return codes
    who = portfolio.network.identities
    return np.asarray(who.first[who.nodes(codes, np.full_like(codes, moment))], np.int64)


def _edges(rows: _Rows) -> GraphEdges:
    """One edge for each person, other end and layer."""
    order = np.lexsort((rows.at, rows.layer, rows.what, rows.who))
    who, what, layer, at = (part[order] for part in (rows.who, rows.what, rows.layer, rows.at))
    begins = np.ones(order.size, np.bool_)
    begins[1:] = (who[1:] != who[:-1]) | (what[1:] != what[:-1]) | (layer[1:] != layer[:-1])
    starts = np.flatnonzero(begins)
    stops = np.append(starts[1:], order.size)[: starts.size]
    layers = tuple(None if code < 0 else rows.layers[code] for code in layer[starts].tolist())
    return GraphEdges(who[starts], what[starts], stops - starts, at[starts], at[stops - 1], layers)


def _named(labels: Labels, positions: Int64) -> Labels:
    if isinstance(labels, tuple):
        return tuple(labels[one] for one in positions.tolist())
    return read_only(labels[positions])
