"""The graph that was known before a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from creditscore._ground.arrays import Float64, Int32, Int64
from creditscore._ground.compiled import compiled
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.network.bonds import Bonds, counted_since
from creditscore.data.network.lives import Lives, is_alive
from creditscore.data.network.pairs import Pairs
from creditscore.data.tables.vocabularies import UNSOCIAL_LAYERS
from creditscore.errors import NameUnknownError, ParameterError
from creditscore.graph.csr import Graph, frozen_graph

# From then on a tie has a vote of its own.
_OLD: Final = 365 * DAY

if TYPE_CHECKING:
    from creditscore.data.portfolio import Portfolio


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The graph of the persons who had a tie that counted at a moment, by what was known before it.

    Attributes
    ----------
    graph : Graph
        Its nodes are numbered by rising code of the persons; every tie weighs 1.
    votes : Graph
        The same ties; in the row of a person a tie of a year or longer has one vote, and younger ones share
        at most half as many votes as there are older ones.
    people : int32 array of shape (n_nodes,)
        Each node's person, a node of the portfolio's network.
    moment : int
        Microseconds since 1970-01-01 UTC.
    """

    graph: Graph
    votes: Graph
    people: Int32
    moment: int

    def nodes_of(self, n_people: int) -> Int32:
        """Node here of each node of a portfolio's network, -1 for those without a tie, shape (n_people,)."""
        nodes = np.full(n_people, -1, np.int32)
        nodes[self.people] = np.arange(len(self.people), dtype=np.int32)
        return nodes


def snapshot(
    portfolio: Portfolio, moment: int, *, min_tie_age: int = 0, without_layers: Sequence[str] = ()
) -> Snapshot:
    """The ties that counted at a moment, as an undirected graph.

    Which do is said by `creditscore.data.network.bonds`, the rule of all features of the moment too.

    Parameters
    ----------
    portfolio : Portfolio
        With `ties`.
    moment : int
        Microseconds since 1970-01-01 UTC.
    min_tie_age : int
        Microseconds for which both sides must have kept a tie.
    without_layers : sequence of str
        Layers to leave out besides those that never count.

    Returns
    -------
    Snapshot

    Raises
    ------
    NameUnknownError
        If no tie has such a layer.
    """
    if portfolio.network is None or "ties" not in portfolio.tables:
        raise ParameterError("The portfolio has no ties. Give it the ties table.")
    table = portfolio.tables["ties"]
    labels = table.vocabularies.get("layer", ())
    for layer in without_layers:
        if layer not in labels and layer not in UNSOCIAL_LAYERS:
            raise NameUnknownError.among("layer", layer, (*labels, *UNSOCIAL_LAYERS))
    bonds = portfolio.network.agreed.of_layers(without=without_layers)
    tied = _tied(portfolio.network.ties, portfolio.network.identities.lives, bonds, moment, min_tie_age)
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


def _of_people(offsets: Int64, neighbours: Int32, old: Float64, moment: int) -> Snapshot:
    """Number anew those who have a tie, so that nothing depends on who else a portfolio knows."""
    people = np.flatnonzero(np.diff(offsets)).astype(np.int32)
    if len(people) < len(offsets) - 1:
        node = np.zeros(len(offsets) - 1, np.int32)
        node[people] = np.arange(len(people), dtype=np.int32)
        offsets, neighbours = np.append(offsets[people], offsets[-1:]), node[neighbours]
    people.setflags(write=False)
    graph = frozen_graph(offsets, neighbours, np.ones(len(neighbours)))
    votes = frozen_graph(offsets, neighbours, votes_of(offsets, old))
    return Snapshot(graph, votes, people, moment)


@compiled
def votes_of(offsets: Int64, old: Float64) -> Float64:
    """The vote of each tie in its row, shape (n_halves,): 1 if it is old, and what is left for the young.

    Young ties share at most half as many votes as there are old ones, and none has more than one.

    Arrays: ``offsets`` shape (n_nodes + 1,); ``old`` shape (n_halves,), 1 or 0.
    """
    votes = np.empty(old.size)
    for node in range(offsets.size - 1):
        first, last = offsets[node], offsets[node + 1]
        n_old = 0.0
        for position in range(first, last):
            n_old += old[position]
        n_young = last - first - n_old
        young = min(1.0, 0.5 * n_old / n_young) if n_young > 0.0 else 0.0
        for position in range(first, last):
            votes[position] = 1.0 if old[position] > 0.0 else young
    return votes


@compiled
def _tied(
    pairs: Pairs, lives: Lives, bonds: Bonds, moment: int, min_age: int
) -> tuple[Int64, Int32, Float64]:
    """The rows of the graph, in order of the index, and whether each tie is old."""
    offsets = np.zeros_like(pairs.offsets)
    neighbours, old = np.empty(pairs.targets.size, np.int32), np.empty(pairs.targets.size)
    kept = 0
    for person in range(offsets.size - 1):
        for pair in range(pairs.offsets[person], pairs.offsets[person + 1]):
            both = is_alive(lives, person, moment) and is_alive(lives, pairs.targets[pair], moment)
            since = counted_since(bonds, pair, moment, min_age) if both else NEVER
            if since != NEVER:
                neighbours[kept], old[kept] = pairs.targets[pair], moment - since >= _OLD
                kept += 1
        offsets[person + 1] = kept
    return offsets, neighbours[:kept].copy(), old[:kept].copy()


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
