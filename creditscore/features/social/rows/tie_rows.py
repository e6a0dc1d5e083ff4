"""The kernels of the view of neighbours: what was known of each tie, and what is seen of the other end."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from creditscore._ground.compiled import compiled, inner, nested
from creditscore._ground.instants import DAY, NEVER
from creditscore.data.network.bonds import END, LAYER, WEIGHT, Bonds, counted_since, last_bond
from creditscore.data.network.lives import Lives, is_alive
from creditscore.data.network.pairs import BOTH_WAYS, INWARD, OUTWARD, Pairs, latest_before, stable_order
from creditscore.data.network.seen_steps import MARKED, UNSEEN, Seen
from creditscore.data.visible import fact_known, has_happened, is_visible, known_from, was_known

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
I4 = NDArray[np.int32]
I1 = NDArray[np.int8]

# rows of the block of values
COUNTED, AGE, SINCE_LAST, STRENGTH, OUTGOING, INCOMING, RECIPROCAL, NEGATIVE, SINCE_END, SINCE_CHANGE = range(
    10
)
IS_KNOWN, IS_MARKED, SEEN_DAYS, RANK = range(10, 14)
COLUMNS = 14

# what is noted of a pair while its ties are read: moments, then 0/1
DISTRUSTED, FIRST, LAST, NEWEST, NEWEST_LAYER, ROW = range(6)
NOTED_NEGATIVE, NOTED_OUT, NOTED_IN = range(6, 9)
NOTES = 9
FEW = 24

# what is looked up of the person at the other end, so many pairs at a time
ALIVE, SEEN_STEP, SEEN_STATE, WHO = range(4)
FOUND = 4
BATCH = 512


@compiled
def decay(age: int, half_life: int) -> float:
    """Return 2 to the power of minus the age in half-lives; 1 without a half-life."""
    return math.pow(2.0, -age / half_life) if half_life > 0 else 1.0


@inner
def weight_of(row: int, values: F8, at: I8) -> float:
    """Return the weight of a tie, 1 where none is given.

    Arrays: ``values`` shape (n_values, n_rows); ``at`` shape (3,), -1 for an absent column.
    """
    weight = values[at[WEIGHT], row] if at[WEIGHT] >= 0 else 1.0
    return 1.0 if math.isnan(weight) else weight


@inner
def begin_pair(pair: I8) -> None:
    """Forget what was noted of the pair before.

    Arrays: ``pair`` shape (9,), notes on one pair.
    """
    pair[:] = 0
    for moment in (DISTRUSTED, FIRST):
        pair[moment] = NEVER
    for moment in (LAST, NEWEST, NEWEST_LAYER, ROW):
        pair[moment] = -NEVER


@inner
def note_tie(heading: int, layer: int, begun: int, is_old: bool, over: bool, pair: I8) -> None:
    """Note one known tie of a pair that is none of distrust.

    Arrays: ``pair`` shape (9,), notes on one pair.
    """
    pair[FIRST] = min(pair[FIRST], begun)
    pair[LAST] = max(pair[LAST], begun)
    if over:
        return
    if is_old:
        pair[NOTED_OUT] |= heading == OUTWARD
        pair[NOTED_IN] |= heading == INWARD
    if begun > pair[NEWEST] or (begun == pair[NEWEST] and layer > pair[NEWEST_LAYER]):
        pair[NEWEST] = begun
        pair[NEWEST_LAYER] = layer


@inner
def is_said_again(e: int, pairs: Pairs, times: I8, values: F8, codes: I4, at: I8) -> bool:
    """Whether an entry is the one before once more: a tie without a direction that both ends list is one tie.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (3,), -1 for an absent column.
    """
    row = pairs.rows[e]
    last = pairs.rows[e - 1]
    if pairs.headings[e] != BOTH_WAYS or pairs.headings[e - 1] != BOTH_WAYS:
        return False
    if at[LAYER] >= 0 and codes[at[LAYER], row] != codes[at[LAYER], last]:
        return False
    for column in range(times.shape[0]):
        if times[column, row] != times[column, last]:
            return False
    return weight_of(row, values, at) == weight_of(last, values, at)


@inner
def read_pair(
    k: int, as_of: int, min_age: int, pairs: Pairs, times: I8, values: F8, codes: I4, at: I8, allowed: I1,
    half_life: int, pair: I8,
) -> float:  # fmt: skip
    """Note all known ties of a pair, and return the strength of those that last; a corrected one does not.

    Arrays: ``times`` shape (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes``
    shape (n_codes, n_rows), -1 missing; ``at`` shape (3,), -1 for an absent column; ``allowed`` shape
    (n_layers + 1,), 0 or 1; ``pair`` shape (9,), notes on one pair.
    """
    begin_pair(pair)
    strength = 0.0
    for e in range(pairs.entries[k], pairs.entries[k + 1]):
        row = pairs.rows[e]
        if not has_happened(times, row, as_of):
            break
        if not was_known(times, row, as_of):
            continue
        layer = codes[at[LAYER], row] if at[LAYER] >= 0 else -1
        if allowed[layer + 1] == 0:
            continue
        pair[ROW] = max(pair[ROW], row)
        if e > pairs.entries[k] and is_said_again(e, pairs, times, values, codes, at):
            continue
        weight = weight_of(row, values, at)
        begun = known_from(times, row)
        over = not is_visible(times, row, as_of) or fact_known(times, at[END], row, as_of)
        if weight < 0.0:
            pair[DISTRUSTED] = min(pair[DISTRUSTED], begun)
            pair[NOTED_NEGATIVE] |= not over
            continue
        note_tie(pairs.headings[e], layer, begun, begun <= as_of - min_age, over, pair)
        if not over:
            strength += weight * decay(as_of - begun, half_life)
    return strength


@inner
def write_pair(
    pair: I8, k: int, bonds: Bonds, strength: float, as_of: int, min_age: int, out: F8, position: int
) -> int:
    """Write what was noted of a pair, and return since when both ends agreed; ``NEVER`` if they never did.

    Arrays: ``pair`` shape (9,), notes on one pair; ``out`` shape (14, n_rows).
    """
    since = counted_since(bonds, k, as_of, min_age)
    begun = write_changes(k, bonds, since, as_of, out, position)
    out[COUNTED, position] = 0.0 if since == NEVER else 1.0
    out[NEGATIVE, position] = 1.0 if pair[NOTED_NEGATIVE] else 0.0
    out[SINCE_LAST, position] = (as_of - pair[LAST]) / DAY
    out[STRENGTH, position] = strength
    out[OUTGOING, position] = float(pair[NOTED_OUT])
    out[INCOMING, position] = float(pair[NOTED_IN])
    out[RECIPROCAL, position] = float(pair[NOTED_IN]) if pair[NOTED_OUT] else math.nan
    if since == NEVER:
        out[SINCE_LAST, position] = math.nan
        out[STRENGTH, position] = math.nan
    return begun


@inner
def write_changes(k: int, bonds: Bonds, since: int, as_of: int, out: F8, position: int) -> int:
    """Write since when both ends agreed, when they no longer did, and the later one; NaN if they never did.

    Arrays: ``out`` shape (14, n_rows).
    """
    out[AGE, position] = math.nan
    out[SINCE_END, position] = math.nan
    out[SINCE_CHANGE, position] = math.nan
    last = last_bond(bonds, k, as_of)
    if last < 0:
        return NEVER
    begun = bonds.begins[last]
    alive = bonds.ends[last] >= as_of
    out[AGE, position] = (as_of - (begun if since == NEVER else since)) / DAY
    out[SINCE_END, position] = 0.0 if alive else (as_of - bonds.ends[last]) / DAY
    out[SINCE_CHANGE, position] = (as_of - (begun if alive else bonds.ends[last])) / DAY
    return begun  # type: ignore[no-any-return]


@inner
def look_up(
    k: I4, n: int, as_of: int, pairs: Pairs, seen: Seen, lives: Lives, is_plain: bool, first: I4, found: I8
) -> None:
    """Look up who stands at the other ends of some pairs, and what is seen of them, one thing at a time.

    What is looked up lies far apart in memory. In loops that do nothing else the reads of many pairs overlap,
    which for a person of a million ties takes a third of the time.

    Arrays: ``k`` shape (at least n,), the pairs; ``first`` shape (n_nodes,); ``found`` shape (4, at least n).
    """
    for j in range(n):
        target = pairs.targets[k[j]]
        found[WHO, j] = target
        found[SEEN_STEP, j] = seen.offsets[target]
        found[SEEN_STATE, j] = seen.offsets[target + 1]
        found[ALIVE, j] = 1
    if not is_plain:
        for j in range(n):
            found[ALIVE, j] = is_alive(lives, found[WHO, j], as_of)
            found[WHO, j] = first[found[WHO, j]]
    for j in range(n):
        found[SEEN_STEP, j] = latest_before(seen.since, found[SEEN_STEP, j], found[SEEN_STATE, j], as_of + 1)
    for j in range(n):
        step = found[SEEN_STEP, j]
        found[SEEN_STATE, j] = UNSEEN if step < 0 else seen.states[step]


@inner
def describe_standing(state: int, step: int, as_of: int, seen: Seen, out: F8, position: int) -> None:
    """Write what is seen of the person at the other end of a counted tie.

    Arrays: ``out`` shape (14, n_rows).
    """
    for column in range(IS_KNOWN, COLUMNS):
        out[column, position] = math.nan
    if out[COUNTED, position] == 0.0:
        return
    out[IS_KNOWN, position] = 0.0 if state == UNSEEN else 1.0
    if state != UNSEEN:
        out[IS_MARKED, position] = 1.0 if state == MARKED else 0.0
        out[SEEN_DAYS, position] = (as_of - seen.begun[step]) / DAY


@nested
def settle(lo: int, hi: int, out: F8, labels: I4, when: I8, origin: I8) -> None:
    """Put the rows of one application into their order, by time, then by person.

    Arrays: ``out`` shape (n_columns, n_rows); ``labels`` shape (2, n_rows); ``when`` shape (n_rows,) in
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

    Arrays: ``out`` shape (14, n_rows).
    """
    if hi - lo <= FEW:
        for k in range(lo, hi):
            if out[IS_KNOWN, k] == 1.0:
                stronger = 0
                for other in range(lo, hi):
                    if out[IS_KNOWN, other] == 1.0:
                        more = out[STRENGTH, other] > out[STRENGTH, k]
                        stronger += more or (other < k and out[STRENGTH, other] == out[STRENGTH, k])
                out[RANK, k] = 1.0 + stronger
        return
    known = np.flatnonzero(out[IS_KNOWN, lo:hi] == 1.0)
    strengths = out[STRENGTH, lo:hi][known]
    if rises(strengths):
        rank_rising(lo, known, strengths, out)
        return
    order = np.argsort(-strengths, kind="mergesort")
    for rank in range(order.size):
        out[RANK, lo + known[order[rank]]] = 1.0 + rank


@inner
def rises(strengths: F8) -> bool:
    """Whether no strength is below the one before: ties that fade fade in the order of their age.

    Arrays: ``strengths`` shape (n,).
    """
    last = 1
    while last < strengths.size and strengths[last] >= strengths[last - 1]:
        last += 1
    return last >= strengths.size


@inner
def rank_rising(lo: int, known: I8, strengths: F8, out: F8) -> None:
    """Number rising strengths from the last one down, equal ones from the first.

    Arrays: ``known`` and ``strengths`` shape (n,); ``out`` shape (14, n_rows).
    """
    last = known.size
    while last > 0:
        begin = last - 1
        while begin > 0 and strengths[begin - 1] == strengths[last - 1]:
            begin -= 1
        for k in range(begin, last):
            out[RANK, lo + known[k]] = 1.0 + (known.size - last) + (k - begin)
        last = begin


@compiled
def fill_ties(
    owners: I8, as_of: I8, pairs: Pairs, bonds: Bonds, order: I4, seen: Seen, times: I8, values: F8,
    codes: I4, at: I8, allowed: I1, min_age: int, half_life: int, lives: Lives, is_plain: bool, first: I4,
    starts: I8, stops: I8, when: I8, out: F8, labels: I4, origin: I8,
) -> None:  # fmt: skip
    """Write one row for every person to whom a tie was known.

    Arrays: ``owners`` shape (n_applications,), nodes, -1 for nobody; ``as_of`` shape (n_applications,) in
    microseconds; ``order`` shape (n_pairs,), in which order to read the pairs of each node; ``times`` shape
    (n_times, n_rows) in microseconds; ``values`` shape (n_values, n_rows); ``codes`` shape (n_codes, n_rows),
    -1 missing; ``at`` shape (3,), -1 for an absent column; ``allowed`` shape (n_layers + 1,), 0 or 1;
    ``first`` shape (n_nodes,), the id that stands for each node, and by which rows of one time are ordered
    (the node itself where `is_plain` says that no two ids are one person);
    ``starts`` shape (n_applications,), from where on there is room for all pairs of each. Written to: the
    parts of `Rows`.
    """
    pair = np.empty(NOTES, np.int64)
    found = np.empty((FOUND, BATCH), np.int64)
    for r in range(owners.size):
        position = starts[r]
        begin = pairs.offsets[owners[r]] if owners[r] >= 0 else 0
        end = pairs.offsets[owners[r] + 1] if owners[r] >= 0 else 0
        while begin < end:
            n = min(BATCH, end - begin)
            some = order[begin : begin + n]
            look_up(some, n, as_of[r], pairs, seen, lives, is_plain, first, found)
            for j in range(n):
                if not found[ALIVE, j]:
                    continue
                strength = read_pair(
                    some[j], as_of[r], min_age, pairs, times, values, codes, at, allowed, half_life, pair
                )
                if pair[ROW] < 0:
                    continue
                agreed = write_pair(pair, some[j], bonds, strength, as_of[r], min_age, out, position)
                describe_standing(
                    found[SEEN_STATE, j], found[SEEN_STEP, j], as_of[r], seen, out, position
                )
                labels[0, position] = found[WHO, j]
                labels[1, position] = max(pair[NEWEST_LAYER], -1)
                when[position] = agreed if agreed != NEVER else min(pair[FIRST], pair[DISTRUSTED])
                origin[position] = pair[ROW]
                position += 1
            begin += n
        settle(starts[r], position, out, labels, when, origin)
        rank_known(starts[r], position, out)
        stops[r] = position
