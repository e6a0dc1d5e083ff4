"""The graph that was known before a moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from creditscore._ground.arrays import Flags, Float64, Int32, Int64
from creditscore._ground.compiled import compiled, inner
from creditscore.data.network.pairs import Pairs
from creditscore.data.tables.events import EventTable
from creditscore.data.visible import HAPPENED, fact_known, has_happened, is_visible, known_from, was_known
from creditscore.errors import ParameterError
from creditscore.graph.csr import Graph, frozen_graph

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
    if portfolio.network is None or "ties" not in portfolio.tables:
        raise ParameterError("The portfolio has no ties. Give it the ties table.")
    table = portfolio.tables["ties"]
    columns = (table.row("weight"), table.row("end_time"))
    rows = (portfolio.network.ties, table.times, table.values, _wanted(table, without_layers))
    tied = _tied(*rows, *columns, moment, moment - min_tie_age, half_life)
    return _of_people(*_transposed(*tied), moment)


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
    return frozen_graph(*_merged(*_transposed(*_halves(n_nodes, first, other, weight[proper]))))


def _of_people(offsets: Int64, neighbours: Int32, weights: Float64, moment: int) -> Snapshot:
    """Number anew those who have a tie, so that nothing depends on who else a portfolio knows."""
    people = np.flatnonzero(np.diff(offsets)).astype(np.int32)
    if len(people) < len(offsets) - 1:
        node = np.zeros(len(offsets) - 1, np.int32)
        node[people] = np.arange(len(people), dtype=np.int32)
        offsets, neighbours = np.append(offsets[people], offsets[-1:]), node[neighbours]
    people.setflags(write=False)
    return Snapshot(frozen_graph(offsets, neighbours, weights), people, moment)


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
    if not (has_happened(times, row, moment) and was_known(times, row, moment)):
        return _UNSEEN
    strength = values[weight, row] if weight >= 0 else 1.0
    if np.isnan(strength):
        strength = 1.0
    if strength < 0.0:
        return _UNSEEN
    if not is_visible(times, row, moment) or fact_known(times, end, row, moment):
        return _OVER
    return strength * 2.0 ** ((times[HAPPENED, row] - moment) / half_life)


@compiled
def _tied(
    pairs: Pairs,
    times: Int64,
    values: Float64,
    wanted: Flags,
    weight: int,
    end: int,
    moment: int,
    before: int,
    half_life: float,
) -> tuple[Int64, Int32, Float64]:
    """The rows of the graph, in order of the index: pairs with a tie alive and a tie that is old enough."""
    offsets = np.zeros_like(pairs.offsets)
    neighbours, weights = np.empty(pairs.targets.size, np.int32), np.empty(pairs.targets.size)
    kept = 0
    for person in range(offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            alive, old, total = False, False, 0.0
            for entry in range(pairs.entries[pair], pairs.entries[pair + 1]):
                row = pairs.rows[entry]
                if not wanted[row]:
                    continue
                found = _strength(times, values, row, weight, end, moment, half_life)
                if found == _UNSEEN:
                    continue
                old |= known_from(times, row) < before
                if found != _OVER:
                    alive = True
                    total += found
            if alive and old:
                neighbours[kept], weights[kept] = pairs.targets[pair], total
                kept += 1
        offsets[person + 1] = kept
    return offsets, neighbours[:kept].copy(), weights[:kept].copy()


@compiled
def _halves(n: int, one: Int32, two: Int32, weight: Float64) -> tuple[Int64, Int32, Float64]:
    """Both halves of every tie, by their first end."""
    offsets = np.zeros(n + 1, np.int64)
    for k in range(one.size):
        offsets[one[k] + 1] += 1
        offsets[two[k] + 1] += 1
    for node in range(n):
        offsets[node + 1] += offsets[node]
    other, weights, end = np.empty(2 * one.size, np.int32), np.empty(2 * one.size), offsets[:-1].copy()
    for k in range(one.size):
        for here, there in ((one[k], two[k]), (two[k], one[k])):
            other[end[here]], weights[end[here]] = there, weight[k]
            end[here] += 1
    return offsets, other, weights


@compiled
def _transposed(offsets: Int64, other: Int32, weight: Float64) -> tuple[Int64, Int32, Float64]:
    """The same symmetric rows with neighbours in rising order, by a counting sort; equal ones keep theirs."""
    neighbours, weights, end = np.empty_like(other), np.empty_like(weight), offsets[:-1].copy()
    for node in range(end.size):
        for position in range(offsets[node], offsets[node + 1]):
            target = other[position]
            neighbours[end[target]], weights[end[target]] = node, weight[position]
            end[target] += 1
    return offsets, neighbours, weights


@compiled
def _merged(offsets: Int64, other: Int32, weight: Float64) -> tuple[Int64, Int32, Float64]:
    """Equal neighbours as one, their weights added."""
    kept_offsets, kept = np.zeros_like(offsets), 0
    for node in range(offsets.size - 1):
        for position in range(offsets[node], offsets[node + 1]):
            if kept > kept_offsets[node] and other[kept - 1] == other[position]:
                weight[kept - 1] += weight[position]
            else:
                other[kept], weight[kept] = other[position], weight[position]
                kept += 1
        kept_offsets[node + 1] = kept
    return kept_offsets, other[:kept].copy(), weight[:kept].copy()
