"""Which ties count: agreed by both sides, of a layer between people, old enough, not long ended.

Features of the moment and the graph on the calendar grid read ties by this one rule. A tie counts once both
sides agree to it (one row without a direction, or rows in both directions of the same layer), from when that
was known, and once that has lasted a least age. It counts on for half a year after it ended, so that ending
it shows nobody at once what it told. One that begins anew is as young as its new beginning.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from creditscore._ground.arrays import Codes, Int8, Int64, Times, Values, read_only
from creditscore._ground.compiled import inner, nested
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.network.pairs import BOTH_WAYS, INWARD, OUTWARD, Pairs, stable_order
from creditscore.data.tables.events import EventTable
from creditscore.data.tables.vocabularies import LAYERS_NOT_COUNTED
from creditscore.data.visible import fact_known, fact_known_from, has_happened, is_visible, known_from

# Where a tie stands in the blocks of its table: a time, a number, a label; -1 for a column that is not there.
END, WEIGHT, LAYER = range(3)
COUNTS_ON_DAYS: Final = 180
OLD_DAYS: Final = 365
COUNTS_ON: Final = COUNTS_ON_DAYS * DAY
OLD: Final = OLD_DAYS * DAY


def tie_columns(table: EventTable) -> Int64:
    """Where end, weight and layer of a table of ties stand, shape (3,)."""
    return _positions(table.time_columns, table.value_columns, table.code_columns)


@lru_cache(maxsize=64)
def _positions(times: tuple[str, ...], values: tuple[str, ...], codes: tuple[str, ...]) -> Int64:
    wanted = ((times, "end_time"), (values, "weight"), (codes, "layer"))
    found = [names.index(name) if name in names else -1 for names, name in wanted]
    return read_only(np.array(found, np.int64))


def counted_layers(labels: Sequence[str], only: Collection[str] = (), without: Collection[str] = ()) -> Int8:
    """Whether ties of each layer can count, shape (n_layers + 1,); the first stands for a tie without one.

    Layers of shared things and of look-alikes never count.

    Examples
    --------
    >>> counted_layers(("device", "friend", "p2p"), without=("p2p",)).tolist()
    [1, 0, 1, 0]
    """
    barred = {*LAYERS_NOT_COUNTED, *without}
    counts = [label not in barred and (not only or label in only) for label in labels]
    return np.array([not only, *counts], np.int8)


@inner
def _weight_of(values: Values, row: int, at: Int64) -> float:
    """Weight of a tie, 1 where none is given; ``at`` shape (3,)."""
    weight = values[at[WEIGHT], row] if at[WEIGHT] >= 0 else 1.0
    return 1.0 if np.isnan(weight) else weight


@inner
def _takes_part(
    row: int, moment: int, times: Times, values: Values, codes: Codes, at: Int64, allowed: Int8
) -> bool:
    """Whether a row is known, of a layer that counts, and none of distrust.

    Arrays: ``at`` shape (3,); ``allowed`` shape (n_layers + 1,), 0 or 1.
    """
    layer = codes[at[LAYER], row] if at[LAYER] >= 0 else -1
    there = has_happened(times, row, moment) and is_visible(times, row, moment)
    return bool(there and allowed[layer + 1] == 1 and _weight_of(values, row, at) >= 0.0)


@inner
def _over_from(times: Times, row: int, at: Int64, moment: int) -> int:
    """When a tie was known to have ended, ``NEVER`` if it was not; ``at`` shape (3,)."""
    return fact_known_from(times, at[END], row) if fact_known(times, at[END], row, moment) else NEVER


@inner
def _counts(begun: int, over: int, moment: int, min_age: int) -> bool:
    """Whether a tie that both sides kept from a beginning to an end counts at a moment."""
    lasted = min(over, moment) - begun
    return lasted >= min_age and (over == NEVER or moment - over < COUNTS_ON)


@nested
def counted_since(
    pair: int,
    moment: int,
    min_age: int,
    pairs: Pairs,
    times: Times,
    values: Values,
    codes: Codes,
    at: Int64,
    allowed: Int8,
) -> int:
    """Return when the tie between two persons began, if it counts at a moment; else ``NEVER``.

    Parameters
    ----------
    pair : int
        Of the index.
    moment, min_age : int
        Microseconds.
    pairs : Pairs
    times : int64 array of shape (n_times, n_rows)
        Of the ties, in microseconds.
    values : float64 array of shape (n_values, n_rows)
    codes : int32 array of shape (n_codes, n_rows)
    at : int64 array of shape (3,)
        From `tie_columns`.
    allowed : int8 array of shape (n_layers + 1,)
        From `counted_layers`.

    Returns
    -------
    int
        Microseconds: the earliest beginning of those stretches of agreement that count.
    """
    first, last = pairs.entries[pair], pairs.entries[pair + 1]
    if last - first == 1 and pairs.headings[first] != BOTH_WAYS:
        return NEVER
    n = 0
    begun, over = np.empty(last - first, np.int64), np.empty(last - first, np.int64)
    heading, layer = np.empty(last - first, np.int8), np.full(last - first, -1, np.int32)
    for entry in range(first, last):
        row = pairs.rows[entry]
        if not _takes_part(row, moment, times, values, codes, at, allowed):
            continue
        begun[n], over[n] = known_from(times, row), _over_from(times, row, at, moment)
        heading[n] = pairs.headings[entry]
        if at[LAYER] >= 0:
            layer[n] = codes[at[LAYER], row]
        n += 1
    since = NEVER
    for k in range(n):
        if not (layer[:k] == layer[k]).any():
            same = layer[:n] == layer[k]
            agreed = _agreed_since(begun[:n][same], over[:n][same], heading[:n][same], moment, min_age)
            since = min(since, agreed)
    return since


@nested
def _agreed_since(begun: Int64, over: Int64, heading: Int8, moment: int, min_age: int) -> int:
    """The same for the rows of one layer: a tie that ends as another begins goes on.

    Arrays: ``begun``, ``over``, ``heading`` shape (n_rows,).
    """
    turns = np.concatenate((begun, over))
    outward, inward, start, since = 0, 0, NEVER, NEVER
    for turn in stable_order(turns):
        change = 1 if turn < begun.size else -1
        before = outward > 0 and inward > 0
        way = heading[turn % begun.size]
        if way != INWARD:
            outward += change
        if way != OUTWARD:
            inward += change
        both = outward > 0 and inward > 0
        if both and not before:
            start = turns[turn]
        elif before and not both and _counts(start, turns[turn], moment, min_age):
            since = min(since, start)
    return since
