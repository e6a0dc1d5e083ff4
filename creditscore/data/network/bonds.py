"""Compiled kernels of what counts as a tie between two people: agreed by both, and of some age."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from creditscore._ground.arrays import Float64, Int8, Int32, Int64
from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.network.pairs import INWARD, OUTWARD, SHORT, Pairs, latest_before, stable_order
from creditscore.data.visible import SUPERSEDED, fact_known_from, known_from

# A tie that ended counts on for so long, so that its end shows in no value when it happens.
COUNTS_ON: Final = 180 * DAY

# Rows of the layout: where a table of ties has these columns, -1 where it has not.
END, WEIGHT, LAYER = range(3)


class Bonds(NamedTuple):
    """When both ends of each pair agreed to be tied: stretches ``[begins, ends)`` that do not touch.

    A stretch begins once the later end agreed, by what had happened and was known; a tie that was rekindled
    begins anew. What is known of it at a moment is the part before the moment.

    Attributes
    ----------
    offsets : int64 array of shape (n_pairs + 1,)
        Stretches of pair k of `Pairs` are ``offsets[k]:offsets[k + 1]``, oldest first.
    begins, ends : int64 array of shape (n_stretches,)
        Microseconds; ``NEVER`` while it lasts.
    barred : int64 array of shape (n_stretches,)
        When an end withdrew its consent, after which the stretch counts no more; ``NEVER`` if none did.
    """

    offsets: Int64
    begins: Int64
    ends: Int64
    barred: Int64


@inner
def counted_since(bonds: Bonds, pair: int, moment: int, min_age: int) -> int:
    """Return since when a pair is tied in a way that counts at a moment, ``NEVER`` if it is not.

    It counts if both agreed for ``min_age`` or longer, and still do, or did until at most 180 days ago. Of
    several such stretches the latest one decides.
    """
    for k in range(bonds.offsets[pair + 1] - 1, bonds.offsets[pair] - 1, -1):
        over = min(bonds.ends[k], moment)
        lasted = over - bonds.begins[k] >= min_age and moment - over < COUNTS_ON
        if lasted and bonds.begins[k] < moment <= bonds.barred[k]:
            return bonds.begins[k]  # type: ignore[no-any-return]
    return NEVER


@inner
def last_bond(bonds: Bonds, pair: int, moment: int) -> int:
    """Return the last stretch of a pair that began before a moment, -1 if there is none."""
    return latest_before(bonds.begins, bonds.offsets[pair], bonds.offsets[pair + 1], moment)


@nested
def list_turns(
    pair: int, pairs: Pairs, times: Int64, values: Float64, codes: Int32, at: Int64, allowed: Int8,
    turns: Int64, layers: Int64, heads: Int64,
) -> int:  # fmt: skip
    """Write when each tie of a pair that may count begins and ends; return how many turns there are.

    Parameters
    ----------
    pair : int
    pairs : Pairs
    times : ndarray of int64, shape (n_times, n_rows)
        Of the ties, in microseconds.
    values : ndarray of float64, shape (n_values, n_rows)
    codes : ndarray of int32, shape (n_codes, n_rows)
    at : ndarray of int64, shape (3,)
        Rows of ``end_time``, ``weight`` and ``layer``, -1 without one.
    allowed : ndarray of int8, shape (n_layers + 1,)
        Whether each layer counts; the first stands for a tie without one.
    turns, layers, heads : ndarray of int64, shape (n,)
        Written to: when, in which layer, and the heading, plus 1, negative for an end.
    """
    n = 0
    for e in range(pairs.entries[pair], pairs.entries[pair + 1]):
        row = pairs.rows[e]
        layer = codes[at[LAYER], row] if at[LAYER] >= 0 else -1
        if allowed[layer + 1] == 0 or (at[WEIGHT] >= 0 and values[at[WEIGHT], row] < 0.0):
            continue
        begin = known_from(times, row)
        over = min(times[SUPERSEDED, row], fact_known_from(times, at[END], row))
        if over <= begin:
            continue
        for turn, sign in ((begin, 1), (over, -1)):
            turns[n] = turn
            layers[n] = layer
            heads[n] = sign * (pairs.headings[e] + 1)
            n += 1
    return n


@nested
def list_agreed(turns: Int64, layers: Int64, heads: Int64, begins: Int64, ends: Int64) -> int:
    """Write stretches in which both ends agreed in one layer, and return how many there are.

    Parameters
    ----------
    turns, layers, heads : ndarray of int64, shape (n,)
        From `list_turns`.
    begins, ends : ndarray of int64, shape (n,)
        Written to; the stretches of one layer, then those of the next.
    """
    order = stable_order(turns)
    order = order[stable_order(layers[order])]
    n = 0
    out = 0
    back = 0
    for position in range(order.size):
        k = order[position]
        agreed = out > 0 and back > 0
        step = 1 if heads[k] > 0 else -1
        heading = abs(heads[k]) - 1
        out += step if heading != INWARD else 0
        back += step if heading != OUTWARD else 0
        if not agreed and out > 0 and back > 0:
            begins[n] = turns[k]
        if agreed and not (out > 0 and back > 0):
            ends[n] = turns[k]
            n += 1
    return n


@nested
def join_stretches(n: int, begins: Int64, ends: Int64) -> int:
    """Join stretches, the first ``n`` of arrays of shape (n_most,), that touch; return how many remain."""
    order = stable_order(begins[:n])
    sorted_begins = begins[:n][order]
    sorted_ends = ends[:n][order]
    kept = 0
    for k in range(n):
        if kept and sorted_begins[k] <= ends[kept - 1]:
            ends[kept - 1] = max(ends[kept - 1], sorted_ends[k])
        elif sorted_begins[k] < sorted_ends[k]:
            begins[kept] = sorted_begins[k]
            ends[kept] = sorted_ends[k]
            kept += 1
    return kept


@compiled
def make_bonds(
    pairs: Pairs, times: Int64, values: Float64, codes: Int32, at: Int64, allowed: Int8
) -> tuple[Int64, Int64, Int64, Int64]:
    """Return the parts of `Bonds`; arrays are those of `list_turns`.

    Parameters
    ----------
    pairs : Pairs
        Of persons and neighbours.
    times : ndarray of int64, shape (n_times, n_rows)
    values : ndarray of float64, shape (n_values, n_rows)
    codes : ndarray of int32, shape (n_codes, n_rows)
    at : ndarray of int64, shape (3,)
    allowed : ndarray of int8, shape (n_layers + 1,)
    """
    n_pairs = pairs.targets.size
    longest = 0
    for pair in range(n_pairs):
        longest = max(longest, pairs.entries[pair + 1] - pairs.entries[pair])
    turns, layers, heads, some_begins, some_ends = np.empty((5, 2 * longest), np.int64)
    offsets = np.zeros(n_pairs + 1, np.int64)
    begins = np.empty(pairs.rows.size, np.int64)
    ends = np.empty(pairs.rows.size, np.int64)
    position = 0
    for pair in range(n_pairs):
        n = list_turns(pair, pairs, times, values, codes, at, allowed, turns, layers, heads)
        if n:
            n = list_agreed(turns[:n], layers[:n], heads[:n], some_begins, some_ends)
            n = join_stretches(n, some_begins, some_ends)
        begins[position : position + n] = some_begins[:n]
        ends[position : position + n] = some_ends[:n]
        position += n
        offsets[pair + 1] = position
    return offsets, begins[:position].copy(), ends[:position].copy(), np.full(position, NEVER)


@compiled
def order_by_begin(pairs: Pairs, bonds: Bonds, times: Int64) -> Int32:
    """List the pairs of each person with many by when both ends last began to agree, then by target.

    Where they never did, a pair stands by when its first tie became known. Of persons with few pairs the
    order stays.

    Parameters
    ----------
    pairs : Pairs
    bonds : Bonds
        Of these pairs.
    times : ndarray of int64, shape (n_times, n_rows)
        Of the ties, in microseconds.

    Returns
    -------
    ndarray of int32, shape (n_pairs,)
    """
    order = np.arange(pairs.targets.size).astype(np.int32)
    for person in range(pairs.offsets.size - 1):
        lo, hi = pairs.offsets[person], pairs.offsets[person + 1]
        if hi - lo <= SHORT:
            continue
        begins = np.empty(hi - lo, np.int64)
        for k in range(lo, hi):
            last = bonds.offsets[k + 1] - 1
            agreed = last >= bonds.offsets[k]
            begins[k - lo] = bonds.begins[last] if agreed else known_from(times, pairs.rows[pairs.entries[k]])
        by_target = stable_order(pairs.targets[lo:hi].astype(np.int64))
        order[lo:hi] = lo + by_target[stable_order(begins[by_target])]
    return order
