"""The graph that was known before a moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from creditscore._compiled import compiled, inner
from creditscore._time import NEVER
from creditscore.data._allocation import fact_time, is_visible
from creditscore.data.events import EventTable
from creditscore.data.ids import positions
from creditscore.data.raw import Flags, Float64, Int32, Int64
from creditscore.errors import ParameterError
from creditscore.features.graph.csr import Graph, frozen_graph

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio

_UNSEEN, _OVER = -2.0, -1.0


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The graph of the persons who had a tie at a moment, by what was known before it.

    Attributes
    ----------
    graph : Graph
        Its nodes are numbered by rising code of the persons.
    people : int32 array of shape (n_nodes,)
        Code of each node's person in the portfolio.
    moment : int
        Microseconds since 1970-01-01 UTC.
    """

    graph: Graph
    people: Int32
    moment: int

    def nodes_of(self, n_people: int) -> Int32:
        """Node of each person of a portfolio, -1 for those without a tie, shape (n_people,)."""
        nodes = np.full(n_people, -1, np.int32)
        nodes[self.people] = np.arange(len(self.people), dtype=np.int32)
        return nodes


def snapshot(
    portfolio: Portfolio,
    moment: int,
    *,
    min_tie_age: int = 0,
    half_life: float = np.inf,
    without_layers: Collection[str] = (),
) -> Snapshot:
    """The ties that were alive and known before a moment, as an undirected graph.

    A tie counts if it began and was known before the moment, no later version of it was known, and it was not
    known to have ended. Ties of negative weight and self-loops are left out. The weights of repeated ties
    between two persons, in either direction, add up; a missing weight is 1.

    Parameters
    ----------
    portfolio : Portfolio
        With `ties`.
    moment : int
        Microseconds since 1970-01-01 UTC.
    min_tie_age : int
        Microseconds: two persons whose first known tie is not older than this are not yet tied.
    half_life : float
        Microseconds in which a tie loses half its weight.
    without_layers : collection of str
        Layers to leave out.

    Returns
    -------
    Snapshot
    """
    if "ties" not in portfolio.tables:
        raise ParameterError("The portfolio has no ties. Give it the ties table.")
    table = portfolio.tables["ties"]
    other, wanted = _other_ends(table, portfolio), _wanted(table, without_layers)
    columns = (table.row("weight"), table.row("end_time"))
    rows = (table.offsets, table.times, table.values, other, wanted)
    seen = _seen_ties(*rows, *columns, moment, moment - min_tie_age, half_life)
    return _of_people(*_merge(*_rows(len(portfolio.people), *seen)), moment)


def graph_of(n_nodes: int, ends: Any, weights: Any = None) -> Graph:
    """A graph of pairs of nodes; repeated pairs add up, self-loops are left out.

    Parameters
    ----------
    n_nodes : int
    ends : array-like of int, shape (n_ties, 2)
    weights : array-like of float, shape (n_ties,), optional
        0 or more; 1 where left out.

    Returns
    -------
    Graph
        Also of nodes that have no tie.

    Examples
    --------
    >>> graph_of(3, [(0, 1), (1, 0), (1, 2)]).weights
    array([2., 2., 1., 1.])
    """
    pairs = np.asarray(ends, np.int32).reshape(-1, 2)
    weight = np.ones(len(pairs)) if weights is None else np.asarray(weights, np.float64)
    proper = pairs[:, 0] != pairs[:, 1]
    first, other = (np.ascontiguousarray(pairs[proper, side]) for side in (0, 1))
    return frozen_graph(*_merge(*_rows(n_nodes, first, (other << 2) | 3, weight[proper])))


def _of_people(offsets: Int64, neighbours: Int32, weights: Float64, moment: int) -> Snapshot:
    """Number anew those who have a tie, so that nothing depends on who else a portfolio knows."""
    people = np.flatnonzero(np.diff(offsets)).astype(np.int32)
    if len(people) < len(offsets) - 1:
        node = np.zeros(len(offsets) - 1, np.int32)
        node[people] = np.arange(len(people), dtype=np.int32)
        offsets, neighbours = np.append(offsets[people], offsets[-1:]), node[neighbours]
    people.setflags(write=False)
    return Snapshot(frozen_graph(offsets, neighbours, weights), people, moment)


def _other_ends(table: EventTable, portfolio: Portfolio) -> Int32:
    """Code of the person at the other end of each tie; -1 for those whom the portfolio does not number."""
    labels: Any = table.vocabularies["other_id"]
    if labels and not isinstance(labels[0], str):
        labels = np.array(labels, np.int64)
    place = positions(labels, portfolio.people.labels)
    return np.asarray(place[table.column("other_id")], np.int32) if len(place) else np.empty(0, np.int32)


def _wanted(table: EventTable, without: Collection[str]) -> Flags:
    """Which ties are of a layer that counts."""
    if "layer" not in table.code_columns or not without:
        return np.ones(table.n_rows, np.bool_)
    counts = np.array([label not in without for label in table.vocabularies["layer"]] + [True])
    return np.asarray(counts[table.column("layer")], np.bool_)


@inner
def _strength(
    times: Int64, values: Float64, row: int, weight: int, end: int, moment: int, half_life: float
) -> float:
    """Weight of a tie; ``_OVER`` if it was known but is no more, ``_UNSEEN`` if it never counted."""
    if not (times[0, row] < moment and times[1, row] < moment):
        return _UNSEEN
    strength = values[weight, row] if weight >= 0 else 1.0
    if np.isnan(strength):
        strength = 1.0
    if strength < 0.0:
        return _UNSEEN
    if not is_visible(times, row, moment) or fact_time(times, end, row, moment) != NEVER:
        return _OVER
    return strength * 2.0 ** ((times[0, row] - moment) / half_life)


@compiled
def _seen_ties(
    offsets: Int64,
    times: Int64,
    values: Float64,
    other: Int32,
    wanted: Flags,
    weight: int,
    end: int,
    moment: int,
    before: int,
    half_life: float,
) -> tuple[Int32, Int32, Float64]:
    """First end, marked other end, and weight of the ties known before a moment."""
    n = times.shape[1]
    one, two, strength = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n)
    kept = 0
    for owner in range(offsets.size - 1):
        for row in range(offsets[owner], offsets[owner + 1]):
            if other[row] < 0 or other[row] == owner or not wanted[row]:
                continue
            found = _strength(times, values, row, weight, end, moment, half_life)
            if found == _UNSEEN:
                continue
            old = max(times[0, row], times[1, row]) < before
            one[kept], two[kept] = owner, _marked(other[row], found != _OVER, old)
            strength[kept] = max(found, 0.0)
            kept += 1
    return one[:kept], two[:kept], strength[:kept]


@inner
def _marked(node: int, alive: bool, old: bool) -> int:
    """The number of a node with two marks below it, so that sorting moves one number and not three."""
    return (node << 2) | (2 if alive else 0) | (1 if old else 0)


@compiled
def _rows(n: int, one: Int32, two: Int32, weight: Float64) -> tuple[Int64, Int32, Float64]:
    """Both halves of every tie, by their first end and within it by their (marked) other end.

    Two counting sorts: ties between the same two persons keep their order, in both rows alike.
    """
    offsets = np.zeros(n + 1, np.int64)
    for k in range(one.size):
        offsets[one[k] + 1] += 1
        offsets[(two[k] >> 2) + 1] += 1
    for node in range(n):
        offsets[node + 1] += offsets[node]
    other, weights, end = np.empty(2 * one.size, np.int32), np.empty(2 * one.size), offsets[:-1].copy()
    for k in range(one.size):
        first, second, marks = one[k], two[k] >> 2, two[k] & 3
        other[end[first]], weights[end[first]] = two[k], weight[k]
        end[first] += 1
        other[end[second]], weights[end[second]] = (first << 2) | marks, weight[k]
        end[second] += 1
    end[:] = offsets[:-1]
    sorted_other, sorted_weights = np.empty_like(other), np.empty_like(weights)
    for node in range(n):
        for place in range(offsets[node], offsets[node + 1]):
            target = other[place] >> 2
            sorted_other[end[target]] = (node << 2) | (other[place] & 3)
            sorted_weights[end[target]] = weights[place]
            end[target] += 1
    return offsets, sorted_other, sorted_weights


@compiled
def _merge(offsets: Int64, other: Int32, weight: Float64) -> tuple[Int64, Int32, Float64]:
    """One neighbour for each pair of persons that has a tie alive and a tie that is old enough."""
    kept_offsets = np.zeros_like(offsets)
    kept, place = 0, 0
    for node in range(offsets.size - 1):
        while place < offsets[node + 1]:
            neighbour, marks, total = other[place] >> 2, 0, 0.0
            while place < offsets[node + 1] and other[place] >> 2 == neighbour:
                marks |= other[place] & 3
                total += weight[place]
                place += 1
            if marks == 3:
                other[kept], weight[kept] = neighbour, total
                kept += 1
        kept_offsets[node + 1] = kept
    return kept_offsets, other[:kept].copy(), weight[:kept].copy()
