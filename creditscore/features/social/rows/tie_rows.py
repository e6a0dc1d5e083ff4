"""The kernels of the view of neighbours: what was known of each tie, and of the person at its other end."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, nested
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.network.pairs import INWARD, OUTWARD, Pairs, stable_order
from creditscore.data.network.standing_events import DEFAULTED, GOOD, UNKNOWN, Steps, step_at
from creditscore.data.visible import fact_known, has_happened, is_visible

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

# positions in the layout: rows of the time, value and code blocks of ties
END, WEIGHT, LAYER = range(3)

# rows of the block of values
COUNTED, AGE, SINCE_LAST, STRENGTH, OUTGOING, INCOMING, RECIPROCAL, NEGATIVE, SINCE_END, SINCE_CHANGE = range(
    10
)
IS_KNOWN, IS_DEFAULTED, IS_GOOD, SINCE_STANDING = range(10, 14)
KNOWN_STRENGTH, DEFAULTED_STRENGTH, GOOD_STRENGTH, RANK = range(14, 18)
COLUMNS = 18
OF_COUNTED = (SINCE_LAST, STRENGTH, OUTGOING, INCOMING, RECIPROCAL)

# what is noted of a pair while its ties are read: moments, then 0/1
FIRST, DISTRUSTED, LAST, ENDED, NEWEST, NEWEST_LAYER, ROW = range(7)
LASTS, NOTED_NEGATIVE, NOTED_OUT, NOTED_IN = range(7, 11)
NOTES = 11
FEW = 24


@compiled
def decay(age: int, half_life: int) -> float:
    """Return 2 to the power of minus the age in half-lives; 1 without a half-life."""
    return math.pow(2.0, -age / half_life) if half_life > 0 else 1.0


@nested
def weight_of(row: int, values: F8, at: I8) -> float:
    """Return the weight of a tie, 1 where none is given.

    Arrays: ``values`` shape (n_values, n_rows); ``at`` shape (3,), -1 for an absent column.
    """
    weight = values[at[WEIGHT], row] if at[WEIGHT] >= 0 else 1.0
    return 1.0 if math.isnan(weight) else weight


@nested
def begin_pair(pair: I8) -> None:
    """Forget what was noted of the pair before.

    Arrays: ``pair`` shape (11,), notes on one pair.
    """
    pair[:] = 0
    for moment in (FIRST, DISTRUSTED):
        pair[moment] = NEVER
    for moment in (LAST, ENDED, NEWEST, NEWEST_LAYER, ROW):
        pair[moment] = -NEVER


@nested
def note_tie(row: int, heading: int, layer: int, begun: int, weight: float, over: bool, pair: I8) -> bool:
    """Note one known tie of a pair; True if it lasts and is none of distrust.

    Arrays: ``pair`` shape (11,), notes on one pair.
    """
    pair[ROW] = max(pair[ROW], row)
    if weight < 0.0:
        pair[DISTRUSTED] = min(pair[DISTRUSTED], begun)
        pair[NOTED_NEGATIVE] |= not over
        return False
    pair[FIRST] = min(pair[FIRST], begun)
    pair[LAST] = max(pair[LAST], begun)
    if over:
        return False
    pair[LASTS] = 1
    pair[NOTED_OUT] |= heading == OUTWARD
    pair[NOTED_IN] |= heading == INWARD
    if begun > pair[NEWEST] or (begun == pair[NEWEST] and layer > pair[NEWEST_LAYER]):
        pair[NEWEST] = begun
        pair[NEWEST_LAYER] = layer
    return True


@nested
def read_pair(
    k: int, as_of: int, pairs: Pairs, times: I8, values: F8, codes: I4, at: I8, allowed: I1, half_life: int,
    pair: I8,
) -> float:  # fmt: skip
    """Note all known ties of a pair and return the strength of those that last.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (3,), -1 for an absent column; ``allowed`` shape
    (n_layers + 1,), 0 or 1; ``pair`` shape (11,), notes on one pair.
    """
    begin_pair(pair)
    strength = 0.0
    for e in range(pairs.entries[k], pairs.entries[k + 1]):
        row = pairs.rows[e]
        if not has_happened(times, row, as_of):
            break
        if not is_visible(times, row, as_of):
            continue
        layer = codes[at[LAYER], row] if at[LAYER] >= 0 else -1
        if allowed[layer + 1] == 0:
            continue
        weight = weight_of(row, values, at)
        over = fact_known(times, at[END], row, as_of)
        if note_tie(row, pairs.headings[e], layer, times[0, row], weight, over, pair):
            strength += weight * decay(as_of - times[0, row], half_life)
        elif over and weight >= 0.0:
            pair[ENDED] = max(pair[ENDED], times[at[END], row])
    return strength


@nested
def write_pair(pair: I8, strength: float, as_of: int, min_age: int, out: F8, position: int) -> None:
    """Write what was noted of a pair.

    Arrays: ``pair`` shape (11,), notes on one pair; ``out`` shape (18, n_rows).
    """
    counted = pair[LASTS] and pair[FIRST] <= as_of - min_age
    out[COUNTED, position] = 1.0 if counted else 0.0
    out[NEGATIVE, position] = 1.0 if pair[NOTED_NEGATIVE] else 0.0
    write_changes(pair[FIRST], pair[ENDED], pair[LASTS] == 1, as_of, out, position)
    out[SINCE_LAST, position] = (as_of - pair[LAST]) / DAY
    out[STRENGTH, position] = strength
    out[OUTGOING, position] = float(pair[NOTED_OUT])
    out[INCOMING, position] = float(pair[NOTED_IN])
    out[RECIPROCAL, position] = math.nan
    if pair[NOTED_OUT] or pair[NOTED_IN]:
        out[RECIPROCAL, position] = float(pair[NOTED_OUT] & pair[NOTED_IN])
    if not counted:
        for column in OF_COUNTED:
            out[column, position] = math.nan


@nested
def write_changes(first: int, ended: int, alive: bool, as_of: int, out: F8, position: int) -> None:
    """Write how long a tie has lasted, when it ended and when it last changed; NaN if it never was one.

    Arrays: ``out`` shape (18, n_rows).
    """
    out[AGE, position] = math.nan
    out[SINCE_END, position] = math.nan
    out[SINCE_CHANGE, position] = math.nan
    if first == NEVER:
        return
    out[AGE, position] = (as_of - first) / DAY
    out[SINCE_END, position] = 0.0 if alive else (as_of - ended) / DAY
    out[SINCE_CHANGE, position] = out[AGE, position]
    if not alive:
        out[SINCE_CHANGE, position] = min(out[AGE, position], out[SINCE_END, position])


@nested
def describe_standing(person: int, as_of: int, steps: Steps, half_life: int, out: F8, position: int) -> None:
    """Write how the person at the other end of a counted tie was known to stand.

    Arrays: ``out`` shape (18, n_rows).
    """
    for column in range(IS_KNOWN, COLUMNS):
        out[column, position] = math.nan
    if out[COUNTED, position] == 0.0:
        return
    step = step_at(steps, person, as_of)
    state = UNKNOWN if step < 0 else steps.states[step]
    out[IS_KNOWN, position] = 0.0 if state == UNKNOWN else 1.0
    if state == UNKNOWN:
        return
    strength = out[STRENGTH, position]
    faded = strength * decay(as_of - steps.known[step], half_life)
    out[IS_DEFAULTED, position] = 1.0 if state == DEFAULTED else 0.0
    out[IS_GOOD, position] = 1.0 if state == GOOD else 0.0
    out[SINCE_STANDING, position] = (as_of - steps.known[step]) / DAY
    out[KNOWN_STRENGTH, position] = strength
    out[DEFAULTED_STRENGTH, position] = faded if state == DEFAULTED else 0.0
    out[GOOD_STRENGTH, position] = faded if state == GOOD else 0.0


@nested
def settle(lo: int, hi: int, out: F8, labels: I4, when: I8, origin: I8) -> None:
    """Put the rows of one application into their order, by first time, then by person.

    Arrays: ``out`` shape (18, n_rows); ``labels`` shape (2, n_rows); ``when`` shape (n_rows,) in
    microseconds; ``origin`` shape (n_rows,).
    """
    for k in range(lo + 1, hi):
        if when[k] < when[k - 1] or (when[k] == when[k - 1] and labels[0, k] < labels[0, k - 1]):
            break
    else:
        return
    order = stable_order(labels[0, lo:hi].astype(np.int64))
    order = order[stable_order(when[lo:hi][order])]
    when[lo:hi] = when[lo:hi][order]
    origin[lo:hi] = origin[lo:hi][order]
    for column in range(out.shape[0]):
        out[column, lo:hi] = out[column, lo:hi][order]
    for column in range(labels.shape[0]):
        labels[column, lo:hi] = labels[column, lo:hi][order]


@nested
def rank_known(lo: int, hi: int, out: F8) -> None:
    """Number the neighbours of known standing from the strongest tie down; equal ones oldest first.

    Arrays: ``out`` shape (18, n_rows).
    """
    strengths = out[KNOWN_STRENGTH]
    if hi - lo <= FEW:
        for k in range(lo, hi):
            if not math.isnan(strengths[k]):
                stronger = 0
                for other in range(lo, hi):
                    more = strengths[other] > strengths[k]
                    stronger += more or (other < k and strengths[other] == strengths[k])
                out[RANK, k] = 1.0 + stronger
        return
    known = np.flatnonzero(~np.isnan(strengths[lo:hi]))
    order = np.argsort(-strengths[lo:hi][known], kind="mergesort")
    for rank in range(order.size):
        out[RANK, lo + known[order[rank]]] = 1.0 + rank


@compiled
def fill_ties(
    owners: I8, as_of: I8, pairs: Pairs, steps: Steps, times: I8, values: F8, codes: I4, at: I8, allowed: I1,
    min_age: int, edge_half_life: int, label_half_life: int,
) -> tuple[I8, I8, I8, F8, I4, I8]:  # fmt: skip
    """Write one row for every person to whom a tie was known.

    Arrays: ``owners`` shape (n_applications,), -1 for nobody; ``as_of`` shape (n_applications,) in
    microseconds; ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows);
    ``codes`` shape (n_codes, n_rows), -1 missing; ``at`` shape (3,), -1 for an absent column; ``allowed``
    shape (n_layers + 1,), 0 or 1. Returns shape (n_applications + 1,) of starts, then (n_rows,) or
    (n_columns, n_rows) of the rows.
    """
    starts = np.zeros(owners.size + 1, np.int64)
    stops = np.zeros(owners.size, np.int64)
    for r in range(owners.size):
        width = pairs.offsets[owners[r] + 1] - pairs.offsets[owners[r]] if owners[r] >= 0 else 0
        starts[r + 1] = starts[r] + width
    when = np.empty(starts[-1], np.int64)
    origin = np.empty(starts[-1], np.int64)
    out = np.empty((COLUMNS, starts[-1]))
    labels = np.empty((2, starts[-1]), np.int32)
    pair = np.empty(NOTES, np.int64)
    for r in range(owners.size):
        position = starts[r]
        if owners[r] >= 0:
            for k in range(pairs.offsets[owners[r]], pairs.offsets[owners[r] + 1]):
                strength = read_pair(
                    k, as_of[r], pairs, times, values, codes, at, allowed, edge_half_life, pair
                )
                if pair[ROW] < 0:
                    continue
                write_pair(pair, strength, as_of[r], min_age, out, position)
                describe_standing(pairs.targets[k], as_of[r], steps, label_half_life, out, position)
                labels[0, position] = pairs.targets[k]
                labels[1, position] = max(pair[NEWEST_LAYER], -1)
                when[position] = pair[FIRST] if pair[FIRST] != NEVER else pair[DISTRUSTED]
                origin[position] = pair[ROW]
                position += 1
            settle(starts[r], position, out, labels, when, origin)
            rank_known(starts[r], position, out)
        stops[r] = position
    return starts[:-1].copy(), stops, when, out, labels, origin
