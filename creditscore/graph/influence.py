"""Influence of defaulters and of good payers, without a trace of a person's own standing.

A seed walks: at each step it moves on with the chance `damping`, to a neighbour in proportion to the weights
of the ties. What is reached within `hops` steps is the personalised PageRank series, cut and normalised:

    r = sum over h = 0 .. hops of c_h P^h s,    c_h = damping^h (1 - damping) / (1 - damping^(hops + 1))

The value of a person leaves their own seed out: r_i - s_i sum over h of c_h (P^h)_ii. The return of a walk
to where it began is computed exactly, a walk of up to four steps as two of up to two steps that meet. Of the
whole series it could not be: the walks of a person in a large graph are everywhere after a few steps.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from creditscore._ground.arrays import Flags, Float64
from creditscore._ground.compiled import compiled
from creditscore.graph.csr import Graph, by_stretches, per_node, strengths

FLOOR = 1e-6
MOST_HOPS = 4
# the weights of walks, by their steps
TWO, THREE, FOUR = range(2, 5)
_GRAIN = 2.0**-32


class Walk(NamedTuple):
    """How seeds walk.

    Attributes
    ----------
    damping : float
        Chance to walk on, between 0 and 1.
    hops : int
        Longest walk, 1 to 4 steps.
    hub_ties : int
        Nodes with more neighbours pass nothing on, not their own seed either.
    """

    damping: float
    hops: int
    hub_ties: int

    @property
    def weights(self) -> Float64:
        """Weights c_0 ... c_hops of walks by their length, which sum to 1.

        Returns shape (n_steps + 1,).
        """
        powers = self.damping ** np.arange(self.hops + 1, dtype=np.float64)
        return np.asarray(powers / powers.sum(), np.float64)


def influence(graph: Graph, seeds: Float64, returns: Float64, walk: Walk, *, threads: int = 1) -> Float64:
    """What reaches each node of the seeds of all others within some steps, shape (n_nodes,).

    Parameters
    ----------
    graph : Graph
    seeds : float64 array of shape (n_nodes,)
        0 or more. They are not normalised, so that no seed moves another.
    returns : float64 array of shape (n_nodes,)
        From `own_returns`, for every node with a seed.
    walk : Walk
    threads : int

    Returns
    -------
    float64 array of shape (n_nodes,)
        0 or more, in seeds. Multiples of 2^-32: taking an own seed off leaves a rest of about 1e-17, and a
        rest that shows whether there was a seed would be that person's own label.
    """
    passing, weights = _passing(graph, walk.hub_ties), walk.weights
    at, total = np.asarray(seeds, np.float64), np.zeros(graph.n_nodes)
    for hop in range(1, walk.hops + 1):
        share, reached = at * passing, np.empty(graph.n_nodes)
        by_stretches(partial(_step, graph, share, reached), graph.offsets, threads)
        at = reached
        total += weights[hop] * at
    others = total - np.where(seeds > 0.0, seeds * returns, 0.0)
    return np.asarray(np.maximum(np.rint(others / _GRAIN), 0.0) * _GRAIN, np.float64)


def own_returns(graph: Graph, wanted: Flags, walk: Walk, *, threads: int = 1) -> Float64:
    """Weighted chance that a walk from a node is back at it after 1 to `hops` steps, shape (n_nodes,).

    NaN for nodes that are not wanted.
    """
    passing, weights = _passing(graph, walk.hub_ties), np.zeros(MOST_HOPS + 1)
    weights[: walk.hops + 1] = walk.weights
    return per_node(partial(_own_returns, graph, passing, weights, wanted), graph, threads)


def log_influence(values: Float64) -> Float64:
    """Logarithm to the base of ten of an influence, never below -6.

    Arrays: ``values`` shape (n_nodes,). Returns shape (n_nodes,).
    """
    return np.asarray(np.log10(values + FLOOR), np.float64)


def _passing(graph: Graph, hub_ties: int) -> Float64:
    """1 / strength of the nodes that pass something on, 0 for the others."""
    strength = strengths(graph)
    passes = (strength > 0.0) & (graph.degrees <= hub_ties)
    return np.divide(1.0, strength, out=np.zeros(len(strength)), where=passes)


@compiled
def _step(graph: Graph, share: Float64, reached: Float64, start: int, stop: int) -> None:
    for node in range(start, stop):
        total = 0.0
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            total += graph.weights[position] * share[graph.neighbours[position]]
        reached[node] = total


@compiled
def _own_returns(
    graph: Graph, passing: Float64, weights: Float64, wanted: Flags, out: Float64, start: int, stop: int
) -> None:
    """Let halves of walks meet.

    With q_m = sum over j of w_ij w_jm / s_j, walks of 2, 3 and 4 steps return with the chances q_i / s_i,
    the sum over m of w_im q_m / (s_m s_i), and the sum over m of q_m^2 / (s_m s_i), s being the strength.
    """
    meet, met = np.zeros(passing.size), np.empty(passing.size, np.int32)
    for node in range(start, stop):
        if not wanted[node]:
            continue
        count, three, four = 0, 0.0, 0.0
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            middle = graph.neighbours[position]
            step = graph.weights[position] * passing[middle]
            if step == 0.0 or passing[node] == 0.0:
                continue
            for far in range(graph.offsets[middle], graph.offsets[middle + 1]):
                end, chance = graph.neighbours[far], step * graph.weights[far]
                if meet[end] == 0.0 and chance > 0.0:
                    met[count] = end
                    count += 1
                meet[end] += chance
        for position in range(graph.offsets[node], graph.offsets[node + 1]):
            other = graph.neighbours[position]
            three += graph.weights[position] * passing[other] * meet[other]
        two = meet[node]
        for k in range(count):
            four += meet[met[k]] * meet[met[k]] * passing[met[k]]
            meet[met[k]] = 0.0
        out[node] = passing[node] * (weights[TWO] * two + weights[THREE] * three + weights[FOUR] * four)
